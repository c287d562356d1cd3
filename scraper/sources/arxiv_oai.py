"""Harvesting arXiv: all papers of whole categories, thousands with one request, over OAI-PMH.

`GET {ARXIV_OAI_ENDPOINT}/oai?verb=ListRecords&metadataPrefix=arXiv&set=cs:cs:RO&from=…`, further pages by
`resumptionToken` (https://info.arxiv.org/help/oa/, http://www.openarchives.org/OAI/2.0/openarchivesprotocol.htm).

- `from` is compared with the day on which a record was last changed, never with that of the submission: all papers
  submitted since a day were changed since that day, and older ones that changed come along and are left out here.
- A record has the day of its first version, not the hour. The paper counts as submitted at noon UTC of that day, before
  arXiv's cut-off, so it may be a day early in the library.
- The pages are kept in a folder, and each holds the token for the next: a harvest that is stopped goes on behind the
  last one. arXiv forgets a token after a day; then the harvest begins anew.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

from scraper import identifiers
from scraper.errors import FetchError, IdentifierError, Problem
from scraper.http import Client
from scraper.records import Author, Listing, Paper, Version, clean_line, clean_text
from scraper.sources.arxiv import NAME, PACE, is_withdrawn
from scraper.sources.arxiv_calendar import Calendar
from scraper.sources.arxiv_listing import listed
from scraper.sources.endpoints import endpoint
from scraper.sources.safe_xml import parse_xml

DEFAULT_ENDPOINT = "https://oaipmh.arxiv.org"
MAX_PAGES = 10_000

_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_META = "{http://arxiv.org/OAI/arXiv/}"
_PHYSICS = frozenset(
    ("astro-ph", "cond-mat", "gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th", "math-ph", "nlin", "nucl-ex", "nucl-th")
) | {"physics", "quant-ph"}
_log = logging.getLogger(__name__)


class TokenError(Exception):
    """arXiv does not know the resumption token any more."""


@dataclass(frozen=True, slots=True)
class Page:
    """The papers of one answer, and the token that asks for the next; an empty one says that this was the last."""

    papers: tuple[Paper, ...]
    token: str = ""
    problems: tuple[Problem, ...] = ()


def parse_page(body: bytes) -> Page:
    """Read an answer; a record that cannot be read is a problem, one that arXiv deleted is left out.

    Raises ValueError for what is no such answer, TokenError, and FetchError for what arXiv refuses.
    """
    root = parse_xml(body, f"{_OAI}OAI-PMH", "an OAI-PMH answer")
    refusal = root.find(f"{_OAI}error")
    if refusal is not None:
        code = refusal.get("code", "")
        if code == "noRecordsMatch":
            return Page(())
        if code == "badResumptionToken":
            raise TokenError
        raise FetchError(f"arXiv refuses the harvest: {clean_line(f'{code} {refusal.text or str()}')[:200]}")
    listing = next(
        (found for verb in ("ListRecords", "GetRecord") if (found := root.find(f"{_OAI}{verb}")) is not None), None
    )
    if listing is None:
        raise ValueError("an OAI-PMH answer without records")
    papers, problems = [], []
    for number, record in enumerate(listing.iterfind(f"{_OAI}record"), start=1):
        header = record.find(f"{_OAI}header")
        if header is not None and header.get("status") == "deleted":
            continue
        try:
            papers.append(_paper(record))
        except (ValueError, IdentifierError) as error:
            problems.append(Problem(f"{NAME} harvest", 0, f"record {number}: {error}; the record is left out"))
    token = clean_line(listing.findtext(f"{_OAI}resumptionToken") or "")
    return Page(tuple(papers), token, tuple(problems))


def set_of(category: str) -> str:
    """The OAI set of a category or archive: cs:cs:RO for cs.RO, physics:hep-th for hep-th, cs for cs."""
    archive, _, own = category.partition(".")
    group = "physics" if archive in _PHYSICS else archive
    if own:
        return f"{group}:{archive}:{own}"
    return f"{group}:{archive}" if group == "physics" else archive


@dataclass(frozen=True, slots=True)
class Harvest:
    """One set's records since a day, page by page. `folder` keeps them until `forget`."""

    client: Client
    endpoint: str
    set_name: str
    since: date
    folder: Path

    def pages(self) -> Iterator[Page]:
        """Every page: those that are kept, then the others as they come. Raises FetchError."""
        done, token = 0, ""
        while self._file(done + 1).is_file():
            done, page = done + 1, self._page(done + 1)
            token = page.token
            yield page
        if done:
            _log.info("%s: going on behind page %d of an earlier harvest", self.set_name, done)
        while done == 0 or token:
            if done >= MAX_PAGES:
                raise FetchError(f"{self.endpoint}: more than {MAX_PAGES:,} pages; that cannot be right")
            try:
                body, page = self.client.get(
                    f"{self.endpoint}/oai",
                    params=self._question(token),
                    pace=PACE,
                    read=lambda answer: (answer.body, parse_page(answer.body)),
                )
            except TokenError:
                self.forget()
                raise FetchError(
                    f"{self.endpoint}: arXiv has forgotten how far the harvest of {self.set_name} was, as it does after"
                    " a day; run it again, and it begins anew"
                ) from None
            done, token = done + 1, page.token
            self._keep(done, body)
            _log.info("%s: page %d, %d records", self.set_name, done, len(page.papers))
            yield page

    def _page(self, number: int) -> Page:
        try:
            return parse_page(self._file(number).read_bytes())
        except (OSError, ValueError) as error:
            self.forget()
            raise FetchError(f"{self._file(number)}: {error}; run the harvest again, and it begins anew") from None

    def forget(self) -> None:
        """Remove what was kept: the next harvest begins anew."""
        for path in self.folder.glob("*.*"):
            path.unlink(missing_ok=True)

    def _question(self, token: str) -> Mapping[str, str]:
        if token:
            return {"verb": "ListRecords", "resumptionToken": token}
        asked = {"verb": "ListRecords", "metadataPrefix": "arXiv", "set": self.set_name}
        return {**asked, "from": self.since.isoformat()}

    def _keep(self, number: int, body: bytes) -> None:
        """A whole page or none: what has its name is how far the harvest is."""
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self._file(number).with_suffix(".tmp")
        draft.write_bytes(body)
        draft.replace(self._file(number))

    def _file(self, number: int) -> Path:
        return self.folder / f"{number:05}.xml"


def open_harvests(
    client: Client, environment: Mapping[str, str], categories: Sequence[str], since: date, folder: Path
) -> Sequence[Harvest]:
    """A harvest for each category, of what was announced since a day.

    `ARXIV_OAI_ENDPOINT` names another service; FetchError says that it is no address. `folder` keeps the pages.
    """
    address = endpoint(environment, "ARXIV_OAI_ENDPOINT", DEFAULT_ENDPOINT)
    first = since - timedelta(days=1)  # an announcement in the evening has the day before as its date in the East
    sets = dict.fromkeys(map(set_of, categories))
    places = {name: folder / f"{name.replace(':', '_')}-{since.isoformat()}" for name in sets}
    return [Harvest(client, address, name, first, place) for name, place in places.items()]


@dataclass(frozen=True, slots=True)
class Harvested:
    """A source whose papers are all there already, by the days on which they were announced."""

    papers: Mapping[date, tuple[Paper, ...]]
    calendar: Calendar
    name: str = NAME
    moves: bool = False

    def listing(self, day: date) -> Listing:
        """The papers of this day."""
        papers = tuple(map(listed, self.papers.get(day, ())))
        return Listing(NAME, day, papers, empty=None if papers else self.calendar.why_nothing(day))


def announced_on(paper: Paper, calendar: Calendar) -> date | None:
    """The UTC day on which a paper was announced, as far as the day of its submission tells."""
    if paper.submitted is None:
        return None
    return calendar.announcement_day(datetime.combine(paper.submitted, time(12), UTC))


def _paper(record: ET.Element) -> Paper:
    meta = record.find(f"{_OAI}metadata/{_META}arXiv")
    if meta is None:
        raise ValueError("it holds no metadata in arXiv's own format")
    identifier = identifiers.canonical(_line(meta, "id"))
    if identifiers.kind(identifier) is not identifiers.Kind.ARXIV:
        raise ValueError(f"{identifier} is not an arXiv identifier")
    title, abstract = _line(meta, "title"), clean_text(meta.findtext(f"{_META}abstract") or "")
    if not title:
        raise ValueError(f"{identifier} has no title")
    created, updated = _day(meta, "created"), _day(meta, "updated")
    return Paper(
        id=identifier,
        title=title,
        abstract=abstract,
        authors=tuple(Author(name) for name in map(_name, meta.iterfind(f"{_META}authors/{_META}author")) if name),
        submitted=created,
        categories=tuple(dict.fromkeys(_line(meta, "categories").split())),
        source=NAME,
        versions=(Version(1, created),) if created else (),
        withdrawn=(updated or created) if is_withdrawn(_line(meta, "comments"), abstract) else None,
    )


def _name(author: ET.Element) -> str:
    parts = (_line(author, "forenames"), _line(author, "keyname"))
    suffix = _line(author, "suffix")
    name = " ".join(part for part in parts if part)
    return f"{name}, {suffix}" if name and suffix else name


def _day(meta: ET.Element, tag: str) -> date | None:
    try:
        return date.fromisoformat(_line(meta, tag))
    except ValueError:
        return None


def _line(element: ET.Element, tag: str) -> str:
    return clean_line(element.findtext(f"{_META}{tag}") or "")
