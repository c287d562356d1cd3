"""What a citation says of a paper, whichever format it is written in."""

from __future__ import annotations

from datetime import date

from scraper import identifiers
from scraper.identifiers import Kind
from scraper.records import Paper
from scraper.store.shelf import Heading

_PREFIXES = {Kind.ARXIV: "arXiv:", Kind.DOI: "doi:", Kind.SLUG: "paper:"}


def key(paper: Paper | Heading) -> str:
    """The name under which a paper is cited: "arXiv:2511.08567".

    It is made of the identifier alone, under which the paper was filed first. A title or a name may be corrected one
    day, and a slug gives way to an identifier; a manuscript that cites the paper must not notice. No two papers have
    one key, since no two have an identifier or an alias in common (`scraper.check`). TeX takes each of its characters
    as it is.
    """
    first = paper.aliases[0] if paper.aliases else paper.id
    kind = identifiers.kind(first)
    # "~" is no letter to TeX, and "+" is in no address of ours.
    named = first if kind is Kind.ARXIV else identifiers.page_path(first).removeprefix("papers/doi/")
    return _PREFIXES[kind] + named.removeprefix("papers/").rstrip("/").replace("~", "+")


def older_key(paper: Paper | Heading) -> str | None:
    """The key, where the paper's identifier alone does not give it: for scripts, which know the identifier."""
    return key(paper) if paper.aliases else None


def when(paper: Paper) -> tuple[int, ...]:
    """(year, month, day) of the first version, as many of them as are known."""
    submitted: date | None = paper.submitted
    if submitted:
        return submitted.year, submitted.month, submitted.day
    year, month, _ = identifiers.sort_key(paper.id)
    return (year, month) if year else ()


def arxiv_identifier(paper: Paper) -> str | None:
    """The paper's identifier, where it is arXiv's."""
    return paper.id if identifiers.kind(paper.id) is Kind.ARXIV else None


def doi(paper: Paper) -> str | None:
    """The paper's DOI, where that is its identifier."""
    return paper.id if identifiers.kind(paper.id) is Kind.DOI else None
