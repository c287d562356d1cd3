"""Citing: papers in the formats of reference managers and crawlers.

    bibtex, ris, csl    an entry for a paper
    files               whole days, weeks, lists and topics of them, to download
    head                a paper's page, for Zotero, Google Scholar and search engines
    coins               a curated list's page, for Zotero
    pictures            what services show beside a link to the site
    facts, names, tex   what all of them say, and how it is written

None holds an abstract: a citation is made many times, and the abstract is on the paper's page.
"""
