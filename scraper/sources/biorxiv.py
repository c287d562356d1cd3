"""bioRxiv and medRxiv: what was posted on a day.

`GET {BIORXIV_ENDPOINT}/details/{server}/{from}/{to}/{cursor}` (https://api.biorxiv.org), a page at a time: `messages`
tells how many there are, `collection` has one entry for each version that was posted. A first version is listed, a
later one is news of its paper's version. The subject ("neuroscience") is a keyword here, for categories are arXiv's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from scraper import identifiers
from scraper.errors import FetchError, IdentifierError, Problem
from scraper.http import Answer, Client, Pace
from scraper.records import Author, DayEntry, ListedPaper, Listing, Paper, Version, clean_line, clean_lines
from scraper.settings import Settings
from scraper.sources.endpoints import endpoint
from scraper.sources.jats import abstract_text, line_text
from scraper.sources.json_values import as_count, as_list, as_map, as_text, read_object

DEFAULT_ENDPOINT = "https://api.biorxiv.org"
PACE = Pace("biorxiv.org", 1.0, overload_pause=30.0)
"""bioRxiv and medRxiv are one service."""
MAX_PAGES = 100

_WITHDRAWN = re.compile(
    r"\W*(?:withdrawn\b|this (?:article|manuscript|preprint|paper) has been withdrawn)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Page:
    """The entries of an answer, and how many there are altogether."""

    entries: list[Any]
    total: int


def parse_page(body: bytes) -> Page:
    """Read an answer. Raises ValueError for what is no such answer."""
    answer = read_object(body)
    message = as_map(next(iter(as_list(answer.get("messages"))), None))
    status = as_text(message.get("status"))
    entries = as_list(answer.get("collection"))
    if status != "ok":
        if "no posts" in status.lower():
            return Page([], 0)
        raise ValueError(f"an answer that says {clean_line(status)[:80]!r}")
    total = as_count(message.get("total"))
    if total is None:
        raise ValueError("an answer that does not tell its number of results")
    if not entries and total:
        raise ValueError(f"an answer without entries that announces {total}")
    return Page(entries, total)


def parse_entries(entries: list[Any], server: str, day: date) -> Listing:
    """The listing of a day in the order of the answer. An entry that cannot be read is a problem."""
    papers: dict[str, ListedPaper] = {}
    updates: list[Paper] = []
    problems: list[Problem] = []
    for number, entry in enumerate(entries, start=1):
        try:
            paper = _paper(as_map(entry), server)
        except (ValueError, IdentifierError) as error:
            problems.append(Problem(f"{server} {day}", 0, f"entry {number}: {error}; the entry is left out"))
            continue
        if paper.versions[-1].number > 1:
            updates.append(paper)
        else:
            papers[paper.id] = ListedPaper(paper, DayEntry(paper.id, why=server))
    return Listing(server, day, tuple(papers.values()), tuple(problems), updates=tuple(updates))


@dataclass(frozen=True, slots=True)
class Biorxiv:
    """One of the two servers as a source. `endpoint` without a slash at its end."""

    client: Client
    name: str
    endpoint: str = DEFAULT_ENDPOINT
    moves: bool = False

    def listing(self, day: date) -> Listing:
        """What was posted on this day. Raises FetchError."""
        entries: list[Any] = []
        total = 0
        for _ in range(MAX_PAGES):
            url = f"{self.endpoint}/details/{self.name}/{day}/{day}/{len(entries)}"
            page = self.client.get(url, pace=PACE, read=partial(_read, total))
            entries += page.entries
            total = page.total
            if len(entries) >= total:
                return parse_entries(entries, self.name, day)
        raise FetchError(f"{self.endpoint}: {day} has more than {MAX_PAGES} pages; that cannot be right")


def open_biorxiv(client: Client, environment: Mapping[str, str], _site: Settings | None = None) -> Biorxiv:
    """bioRxiv as the environment wants it: `BIORXIV_ENDPOINT`. Raises FetchError for one that is no address."""
    return Biorxiv(client, "biorxiv", endpoint(environment, "BIORXIV_ENDPOINT", DEFAULT_ENDPOINT))


def open_medrxiv(client: Client, environment: Mapping[str, str], _site: Settings | None = None) -> Biorxiv:
    """medRxiv, as `open_biorxiv`."""
    return Biorxiv(client, "medrxiv", endpoint(environment, "BIORXIV_ENDPOINT", DEFAULT_ENDPOINT))


def _read(least: int, answer: Answer) -> Page:
    page = parse_page(answer.body)
    if page.total < least:
        # Else a page that says that there is nothing would end the day.
        raise ValueError(f"a page that counts {page.total} entries, where the one before counted {least}")
    return page


def _paper(entry: Mapping[str, Any], server: str) -> Paper:
    identifier = identifiers.canonical(as_text(entry.get("doi")))
    if identifiers.kind(identifier) is not identifiers.Kind.DOI:
        raise ValueError(f"{identifier} is not a DOI")
    title = line_text(as_text(entry.get("title")))
    if not title:
        raise ValueError(f"{identifier} has no title")
    number, posted = as_count(entry.get("version")) or 1, _day(entry.get("date"))
    abstract = abstract_text(as_text(entry.get("abstract")))
    withdrawn = as_text(entry.get("type")).lower() == "withdrawn" or bool(_WITHDRAWN.match(abstract))
    institution = clean_line(as_text(entry.get("author_corresponding_institution")))
    return Paper(
        id=identifier,
        title=title,
        abstract=abstract,
        authors=tuple(Author(name) for name in map(_name, as_text(entry.get("authors")).split(";")) if name),
        submitted=posted if number == 1 else None,
        organization=institution if institution not in ("", "NA") else None,
        keywords=clean_lines([as_text(entry.get("category"))]),
        source=server,
        versions=(Version(number, posted),),
        withdrawn=posted if withdrawn else None,
    )


def _name(text: str) -> str:
    """A name as people read it: R. E. Franklin for "Franklin, R. E."."""
    family, _, given = map(clean_line, text.partition(","))
    return f"{given} {family}".strip()


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(as_text(value))
    except ValueError:
        return None
