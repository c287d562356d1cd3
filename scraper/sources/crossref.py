"""Crossref: a paper of any field by its DOI.

`GET {CROSSREF_ENDPOINT}/works/{doi}` (https://www.crossref.org/documentation/retrieve-metadata/rest-api/). Titles and
abstracts come with markup (JATS, MathML) and are kept as text; a date that lacks its day or month counts as unknown.
bioRxiv's and medRxiv's DOIs are registered here, too; arXiv's own (10.48550) are not, and need not be: they are
arXiv identifiers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from scraper import identifiers
from scraper.errors import IdentifierError
from scraper.http import Answer, Client, Pace
from scraper.identifiers import Kind
from scraper.records import Author, Paper, clean_lines
from scraper.sources.endpoints import endpoint
from scraper.sources.jats import abstract_text, line_text
from scraper.sources.json_values import as_list, as_map, as_text, read_object

NAME = "crossref"
DEFAULT_ENDPOINT = "https://api.crossref.org"
PACE = Pace("crossref.org", 1.0, overload_pause=30.0)

_DATES = ("posted", "published-online", "published-print", "published", "issued")
_WITHDRAWN = frozenset(("withdrawal", "retraction", "removal"))


def parse_work(body: bytes) -> Paper:
    """Read an answer. Raises ValueError for a body that is no work with a DOI and a title."""
    work = as_map(read_object(body).get("message"))
    try:
        identifier = identifiers.canonical(as_text(work.get("DOI")))
    except IdentifierError as error:
        raise ValueError(str(error)) from None
    titles = [line_text(title) for title in as_list(work.get("title")) if isinstance(title, str)]
    title = next(filter(None, titles), "")
    if not title:
        raise ValueError(f"{identifier} has no title")
    subtitle = next((line_text(one) for one in as_list(work.get("subtitle")) if isinstance(one, str)), "")
    return Paper(
        id=identifier,
        title=f"{title}: {subtitle}" if subtitle not in title else title,
        abstract=abstract_text(as_text(work.get("abstract"))),
        authors=tuple(Author(name) for name in map(_name, as_list(work.get("author"))) if name),
        submitted=next((day for name in _DATES if (day := _day(work.get(name)))), None),
        keywords=clean_lines(map(as_text, [work.get("group-title"), *as_list(work.get("subject"))])),
        source=NAME,
        withdrawn=_withdrawn(work),
    )


@dataclass(frozen=True, slots=True)
class Crossref:
    """The interface. `endpoint` without a slash at its end."""

    client: Client
    endpoint: str = DEFAULT_ENDPOINT

    def paper(self, identifier: str) -> Paper | None:
        """The paper of a DOI; None where Crossref has none. Raises FetchError, and IdentifierError for no DOI."""
        if identifiers.kind(identifier) is not Kind.DOI:
            raise IdentifierError(f"{identifier!r} is not a DOI")
        url = f"{self.endpoint}/works/{quote(identifier, safe='')}"
        found = self.client.get(url, pace=PACE, accept=frozenset({200, 404}), read=_read)
        return found if found and found.id == identifier else None


def open_crossref(client: Client, environment: Mapping[str, str]) -> Crossref:
    """The interface as the environment wants it: `CROSSREF_ENDPOINT`. Raises FetchError for one that is no address."""
    return Crossref(client, endpoint(environment, "CROSSREF_ENDPOINT", DEFAULT_ENDPOINT))


def _read(answer: Answer) -> Paper | None:
    return None if answer.status == 404 else parse_work(answer.body)


def _name(author: object) -> str:
    said = as_map(author)
    parts = [line_text(as_text(said.get(part))) for part in ("given", "family")]
    name = " ".join(filter(None, parts)) or line_text(as_text(said.get("name")))
    suffix = line_text(as_text(said.get("suffix")))
    return f"{name}, {suffix}" if name and suffix else name


def _day(value: object) -> date | None:
    """A date that has its year, month and day."""
    parts = as_list(next(iter(as_list(as_map(value).get("date-parts"))), None))
    try:
        return date(*parts)
    except (TypeError, ValueError, OverflowError):
        return None


def _withdrawn(work: Mapping[str, Any]) -> date | None:
    """The day of the notice that took the paper back."""
    notices = [as_map(notice) for notice in as_list(work.get("updated-by"))]
    days = [_day(notice.get("updated")) for notice in notices if as_text(notice.get("type")) in _WITHDRAWN]
    return min(filter(None, days), default=None)
