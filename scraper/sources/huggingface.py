"""Hugging Face Daily Papers: what its community featured on a day.

`GET {HF_ENDPOINT}/api/daily_papers?date=YYYY-MM-DD&limit=100`, further pages by `Link: rel="next"`
(https://huggingface.co/docs/hub/api#daily-papers). An entry is what surrounds a `paper`. Fields come and go over the
years, so only the id and the title must be there; an optional field of another type than it always had counts as
absent: a surprise costs that field and not the paper.

Where the answer says a thing twice:
- Title and abstract are the paper's own. Of 8,601 recorded entries 16 differ in the title, all in the same way: the
  paper's has its TeX taken out ("τ-bench", outside "$τ$-bench"); abstracts never differ.
- The organization is the paper's, else the entry's: of 2,620 none differ. `submitterOrganization`, sent for four days,
  names where the person works who proposed the paper: nothing about the paper, so it is not kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from scraper import identifiers
from scraper.errors import FetchError, IdentifierError, Problem
from scraper.http import Answer, Client, Pace
from scraper.records import (
    MOST_COUNTED,
    Author,
    DayEntry,
    ListedPaper,
    Listing,
    Paper,
    clean_line,
    clean_lines,
    clean_text,
    clean_url,
)
from scraper.settings import Settings
from scraper.sources.endpoints import endpoint, secret

NAME = "huggingface"
DEFAULT_ENDPOINT = "https://huggingface.co"
PACE = Pace("huggingface.co", 0.62)
"""Without an account 500 requests in five minutes (https://huggingface.co/docs/hub/rate-limits)."""
PAGE_SIZE = 100
"""The most that the interface gives at once."""
MAX_PAGES = 20
"""2,000 papers a day; the busiest recorded day had 50. Whoever sends more pages goes in circles."""

Entry = Mapping[str, Any]


class _UnreadableError(ValueError):
    """This entry tells of no paper; the text says why."""


def read_entries(body: bytes) -> list[object]:
    """The entries of an answer. Raises ValueError for a body that is not a JSON list."""
    try:
        entries = json.loads(body)
    except RecursionError:
        raise ValueError("JSON nested without end") from None
    except ValueError as error:
        what = "HTML" if body.lstrip()[:1] == b"<" else f"{len(body)} bytes that are not JSON"
        raise ValueError(f"{what} where a JSON list was expected") from error
    if not isinstance(entries, list):
        raise ValueError(f"a JSON {_kind(entries)} where a list was expected")
    if entries and not any(isinstance(entry, dict) for entry in entries):
        # Not to be taken for the last page of a day, or for one without papers.
        raise ValueError(f"a list of {_kind(entries[0])}s where entries were expected")
    return entries


def parse_entries(entries: list[object], day: date) -> Listing:
    """The listing of a day, in the order of the answer; a paper that is there twice is kept once.

    An entry that cannot be read becomes a problem, and so does a part of an entry that is left out; the rest is kept.
    """
    papers: dict[str, ListedPaper] = {}
    problems: list[Problem] = []
    for number, entry in enumerate(entries, start=1):
        faults: list[str] = []
        try:
            listed = _listed_paper(entry, day, faults)
        except _UnreadableError as error:
            faults.append(f"{error}; the entry is left out")
        else:
            papers.setdefault(listed.paper.id, listed)
        place = f"entry {number} ({_shown_id(entry)})"
        problems += [Problem(f"{NAME} {day}", 0, f"{place}: {fault}") for fault in faults]
    return Listing(NAME, day, tuple(papers.values()), tuple(problems))


@dataclass(frozen=True, slots=True)
class HuggingFace:
    """The source. `endpoint` without a slash at its end; `token` goes to no other origin."""

    client: Client
    endpoint: str = DEFAULT_ENDPOINT
    token: str = ""
    name: str = NAME
    moves: bool = True

    def listing(self, day: date) -> Listing:
        """What was featured on this day; a day without papers gives an empty listing. Raises FetchError."""
        entries = [entry for page in self._pages(day) for entry in page]
        return parse_entries(entries, day)

    def _pages(self, day: date) -> Iterator[list[object]]:
        headers = {"accept": "application/json"}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        url: str | None = f"{self.endpoint}/api/daily_papers?date={day}&limit={PAGE_SIZE}"
        before: list[object] = []
        for _ in range(MAX_PAGES):
            if url is None:
                return
            page, url = self.client.get(url, headers=headers, pace=PACE, read=_page)
            # A service that does not know pages gives the first one again and again.
            if page in ([], before):
                return
            yield page
            before = page
        if url is not None:
            raise FetchError(f"{self.endpoint}: {day} has more than {MAX_PAGES} pages; that cannot be right")


def open_source(client: Client, environment: Mapping[str, str], _site: Settings | None = None) -> HuggingFace:
    """The source as the environment wants it: `HF_ENDPOINT` and `HF_TOKEN`, the ecosystem's own variables.

    Raises FetchError for an endpoint or a token that cannot be one.
    """
    return HuggingFace(client, endpoint(environment, "HF_ENDPOINT", DEFAULT_ENDPOINT), secret(environment, "HF_TOKEN"))


def _page(answer: Answer) -> tuple[list[object], str | None]:
    return read_entries(answer.body), answer.next_url


def _listed_paper(entry: object, day: date, faults: list[str]) -> ListedPaper:
    """One entry; what had to be left out of it is added to `faults`. Raises _UnreadableError."""
    outer = _map(entry)
    paper = _map(outer.get("paper"))
    if not paper:
        raise _UnreadableError(f"a {_kind(entry)} without a paper")
    identifier = _identifier(paper)
    return ListedPaper(
        Paper(
            id=identifier,
            title=_title(outer, paper),
            abstract=_abstract(outer, paper, faults),
            authors=_authors(paper, faults),
            submitted=_utc_day(paper.get("publishedAt")),
            organization=_organization(paper) or _organization(outer),
            keywords=_texts(paper.get("ai_keywords")),
            links=_links(paper),
            source=NAME,
            featured=(day,),
            withdrawn=_utc_day(paper.get("withdrawnAt")),
        ),
        DayEntry(
            id=identifier,
            upvotes=_count(paper.get("upvotes")),
            comments=_count(outer.get("numComments")),
            stars=_count(paper.get("githubStars")),
            why=NAME,
        ),
    )


def _identifier(paper: Entry) -> str:
    text = paper.get("id")
    if not isinstance(text, str):
        raise _UnreadableError(f"its id is a {_kind(text)}")
    try:
        identifier = identifiers.canonical(text)
    except IdentifierError as error:
        raise _UnreadableError(str(error)) from None
    if identifiers.kind(identifier) is not identifiers.Kind.ARXIV:
        raise _UnreadableError(f"{text[:120]!r} is not an arXiv identifier, which every paper has there")
    return identifier


def _title(outer: Entry, paper: Entry) -> str:
    for title in (paper.get("title"), outer.get("title")):
        if isinstance(title, str) and clean_line(title):
            return clean_line(title)
    raise _UnreadableError("it has no title")


def _abstract(outer: Entry, paper: Entry, faults: list[str]) -> str:
    """An empty abstract is one, and so is a missing one: a later scrape adds it."""
    said = [abstract for abstract in (paper.get("summary"), outer.get("summary")) if abstract is not None]
    for abstract in said:
        if isinstance(abstract, str):
            return clean_text(abstract)
    if said:
        faults.append(f"its summary is a {_kind(said[0])} and left out")
    return ""


def _authors(paper: Entry, faults: list[str]) -> tuple[Author, ...]:
    """Those who are not `hidden`. Two may share a name, so nobody is taken for a repetition."""
    said = paper.get("authors")
    if not isinstance(said, list):
        if said is not None:
            faults.append(f"its authors are a {_kind(said)} and left out")
        return ()
    authors = []
    for number, author in enumerate(map(_map, said), start=1):
        name = author.get("name")
        if not isinstance(name, str):
            faults.append(f"author {number} has no name and is left out")
        elif not author.get("hidden") and clean_line(name):
            authors.append(Author(clean_line(name)))
    return tuple(authors)


def _organization(holder: Entry) -> str | None:
    """The name that people read; the handle where there is none."""
    organization = _map(holder.get("organization"))
    names = _texts([organization.get("fullname"), organization.get("name")])
    return names[0] if names else None


def _links(paper: Entry) -> dict[str, str]:
    said = {"code": paper.get("githubRepo"), "project": paper.get("projectPage")}
    addresses = {what: clean_url(address) for what, address in said.items() if isinstance(address, str)}
    return {what: address for what, address in addresses.items() if address}


def _texts(value: object) -> tuple[str, ...]:
    return clean_lines(text for text in value if isinstance(text, str)) if isinstance(value, list) else ()


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_COUNTED else None


def _utc_day(value: object) -> date | None:
    """The UTC day of a moment such as `2024-05-24T17:34:15.000Z`; one without a zone is in UTC."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).date()
    except (ValueError, OverflowError):
        return None


def _map(value: object) -> Entry:
    return value if isinstance(value, dict) else {}


def _kind(value: object) -> str:
    """What JSON calls a value of this kind."""
    names = {dict: "object", list: "list", str: "string", bool: "boolean", int: "number", float: "number"}
    return names.get(type(value), "null")


def _shown_id(entry: object) -> str:
    identifier = _map(_map(entry).get("paper")).get("id")
    return clean_line(str(identifier))[:60] if isinstance(identifier, (str, int, float)) else "without an id"
