"""BibTeX: each entry a paper, in the file's order."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware
from bibtexparser.model import Entry, ImplicitComment

from scraper.errors import IdentifierError, Problem
from scraper.identifiers import parse_reference
from scraper.mentions.named import Mention, Mentions, references
from scraper.records import clean_line

_ENTRY = re.compile(r"^\s*@(?!comment\b|string\b|preamble\b)[a-z]+\s*[{(]", re.IGNORECASE | re.MULTILINE)
_LONGEST_HEADING = 80
# What a file says of its own entry: where it is published, and where one may read it.
_TELLING = ("url", "journal", "note", "howpublished", "volume", "pages")


def is_bibtex(text: str) -> bool:
    """Whether a text holds an entry of BibTeX."""
    return bool(_ENTRY.search(text))


def parse_bibtex(text: str, path: str) -> Mentions:
    """The papers of a BibTeX file. A comment of one line above an entry is the heading of those that follow."""
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it cannot read, it also tells as a value
    library = parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    mentions: list[Mention] = []
    problems = [
        Problem(path, (block.start_line or 0) + 1, "cannot be read as an entry of BibTeX")
        for block in library.failed_blocks
        if block.raw and _ENTRY.match(block.raw)
    ]
    headings: tuple[str, ...] = ()
    for block in library.blocks:
        if isinstance(block, ImplicitComment):
            heading = clean_line(block.comment.strip("%=-#* \t\r\n"))
            if "\n" not in block.comment.strip() and 0 < len(heading) <= _LONGEST_HEADING:
                headings = (heading,)
        elif isinstance(block, Entry):
            fields = {key.lower(): str(field.value) for key, field in block.fields_dict.items()}
            line = (block.start_line or 0) + 1
            title = clean_line(re.sub("[{}]", "", fields.get("title", ""))) or block.key
            identifier = next(_named(fields), None)
            words = clean_line(fields.get("annote") or fields.get("annotation") or "")
            mentions.append(Mention(line, identifier, title, headings, words))
    return Mentions(None, tuple(mentions), tuple(problems))


def _named(fields: dict[str, str]) -> Iterator[str]:
    """What an entry calls its paper, the surest first.

    Rule: `eprint` with `archiveprefix`, as arXiv writes it (https://info.arxiv.org/help/hypertex/bibstyles/), or with
    `eprinttype`, as BibLaTeX does (its manual, section 3.14.7).
    """
    kind = (fields.get("archiveprefix") or fields.get("eprinttype") or "arxiv").lower()
    for value in (fields.get("eprint") if kind == "arxiv" else None, fields.get("arxivid"), fields.get("doi")):
        try:
            yield parse_reference(value or "").identifier
        except IdentifierError:
            continue
    for key in _TELLING:
        yield from (found.identifier for found in references(fields.get(key, "")))
