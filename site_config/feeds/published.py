"""Which feeds there are, and the files of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from operator import itemgetter

from site_config import typeset
from site_config.edition import Edition
from site_config.feeds import formats
from site_config.feeds.documents import Division, divided
from site_config.feeds.entries import Entry, day_entry, paper_stream, week_entries, with_text
from site_config.feeds.formats import Channel
from site_config.pages.site import Draft, counted, list_path
from site_config.trending import WINDOWS

OF_AN_ORGANIZATION = 30
"""Entries of an organisation's feed before its archives, without abstracts: there are many organisations."""
FEW_TRENDING = 20
"""Entries of a feed of what is trending."""
OPML = "opml.xml"
SITE, DAYS, WEEKS = "feed", "days", "weeks"
"""The names of the feeds beside the home page."""

_WHOLE, _TRENDING, _TOPICS, _LISTS, _ORGANIZATIONS = "The whole site", "Trending", "Topics", "Lists", "Organisations"


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed. Addresses are relative to the site's root."""

    section: str
    """The heading under which it stands in a list of feeds."""
    title: str
    about: str
    """One sentence on what its entries are."""
    page: str
    """The page that it belongs to."""
    name: str
    """The address of its documents without what says the format."""
    papers: Sequence[str] = ()
    """Of a feed of papers, which: their identifiers."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """A curator's words on some of them."""

    @property
    def atom(self) -> str:
        """Where it is as Atom."""
        return f"{self.name}.{formats.ATOM}"

    @property
    def json(self) -> str:
        """Where it is as JSON Feed."""
        return f"{self.name}.{formats.JSON}"


def feeds(edition: Edition) -> Iterator[Feed]:
    """Every feed there is, the site's own first."""
    name = edition.settings.name
    every = "Each paper when it is listed, and again when it has a new version or is withdrawn."
    yield Feed(_WHOLE, name, every, "", SITE, tuple(edition.catalog.papers))
    yield Feed(_WHOLE, f"{name}, day by day", "Each day with its papers.", "", DAYS)
    yield Feed(_WHOLE, f"{name}, week by week", "Each week with its best received papers.", "", WEEKS)
    for window in WINDOWS:
        page = "trending/" if window == WINDOWS[0] else f"trending/{window.days}-days/"
        ranked = next((found.papers for found in edition.trending if found.window == window), ())
        title = f"{name}: trending in {window.days} days"
        about = f"Papers that come among the {FEW_TRENDING} that stand out in the last {window.days} days."
        ids = tuple(trend.id for trend in ranked[:FEW_TRENDING])
        yield Feed(_TRENDING, title, about, page, f"{page}feed", ids)
    for topic in edition.topics:
        about = topic.description or f"Papers on {topic.name}."
        yield Feed(_TOPICS, f"{name}: {topic.name}", about, topic.path, f"{topic.path}feed", topic.papers)
    for curated in edition.catalog.lists:
        page = list_path(curated.slug)
        notes = {entry.id: entry.note for entry in curated.papers if entry.note}
        about = curated.description or f"A list of {counted(len(curated.papers), 'paper')}."
        ids = tuple(entry.id for entry in curated.papers)
        yield Feed(_LISTS, f"{name}: {curated.title}", about, page, f"{page}feed", ids, notes)
    for group in edition.organizations:
        title = typeset.plain(group.name)
        about = f"Papers of {title}."
        yield Feed(_ORGANIZATIONS, f"{name}: {title}", about, group.path, f"{group.path}feed", group.papers)


def outputs(edition: Edition) -> Iterator[Draft]:
    """Every document of every feed, and the list of feeds."""
    streams = _Streams(edition)
    listed: list[tuple[str, tuple[str, str, str]]] = []
    url = edition.settings.url
    for feed in feeds(edition):
        listed.append((feed.section, (feed.title, url + feed.atom, url + feed.page)))
        channel = _channel(edition, feed)
        for document in divided(feed.name, *streams.of(feed)):
            yield Draft(f"{document.name}.{formats.ATOM}", (channel, document), formats.atom)
            if not document.is_archive:
                yield Draft(f"{document.name}.{formats.JSON}", (channel, document), formats.json_feed)
    sections = [(section, [one for _, one in of_section]) for section, of_section in groupby(listed, itemgetter(0))]
    yield Draft(OPML, (edition.settings.name, sections), formats.opml)


def _channel(edition: Edition, feed: Feed) -> Channel:
    settings = edition.settings
    identifier = formats.identifier(settings, feed.name)
    return Channel(settings.name, settings.url, identifier, feed.title, feed.about, settings.url + feed.page)


def _as_it_is(entry: Entry) -> Entry:
    return entry


_Division = tuple[list[Entry], Division, Callable[[Entry], Entry]]


class _Streams:
    """What each feed holds. What happened to the papers is found out once, however many feeds they are in."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        days = edition.catalog.days
        self._whole = Division(begins=days[0].date if days else None, address=len(edition.settings.url))
        self._selection = replace(self._whole, is_selection=True)
        stream = paper_stream(edition.catalog)
        self._stream = [entry for _, entry in stream]
        self._places: dict[str, list[int]] = {}
        for place, (identifier, _) in enumerate(stream):
            self._places.setdefault(identifier, []).append(place)
        self._id_of = {entry.path: identifier for identifier, entry in stream}

    def of(self, feed: Feed) -> _Division:
        """A feed's stream, oldest first, how it is divided, and what gives an entry all it can have."""
        if feed.section == _LISTS:
            # In the curator's order, to whose end papers are added.
            return self._latest(feed.papers), self._selection, partial(self._with_text, feed.notes)
        if feed.section == _TRENDING:
            # What stands first is first here, too.
            return self._latest(feed.papers[::-1]), self._selection, partial(self._with_text, {})
        if feed.name in {DAYS, WEEKS}:
            return self._digests(feed.name)
        places = sorted(place for identifier in feed.papers for place in self._places.get(identifier, ()))
        stream = [self._stream[place] for place in places]
        if feed.section == _ORGANIZATIONS:
            return stream, replace(self._whole, shown=OF_AN_ORGANIZATION), _as_it_is
        return stream, self._whole, partial(self._with_text, {})

    def _latest(self, papers: Sequence[str]) -> list[Entry]:
        return [self._stream[self._places[identifier][-1]] for identifier in papers if identifier in self._places]

    def _with_text(self, notes: Mapping[str, str], entry: Entry) -> Entry:
        identifier = self._id_of[entry.path]
        return with_text(entry, self._edition.catalog.papers[identifier], notes.get(identifier))

    def _digests(self, name: str) -> _Division:
        edition = self._edition
        whole = (
            [day_entry(edition.catalog, day) for day in edition.catalog.days if day.papers]
            if name == DAYS
            else list(week_entries(edition.catalog, edition.weeks))
        )
        in_full = {entry.path: entry for entry in whole}
        return [replace(entry, papers=()) for entry in whole], self._whole, lambda entry: in_full[entry.path]
