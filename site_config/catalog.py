"""The catalog: the whole library in memory, indexed for the pages, feeds and search that are made of it.

Pure: built from a `Library` and the `Settings`, and the same for the same content. Nothing in it knows what day it is:
"latest" is the last day that has papers.

An identifier under `exclude` in site.yml is dropped here, once: no day, list or paper of the catalog has it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import TypeVar

from scraper import identifiers
from scraper.records import CuratedList, Day, DayEntry, ListEntry
from scraper.settings import Settings
from scraper.store import Library
from scraper.store.shelf import Heading, Shelf

_Listing = TypeVar("_Listing")
_Entry = TypeVar("_Entry", DayEntry, ListEntry)


@dataclass(frozen=True, slots=True)
class DayListing:
    """A paper's place in a day: the day, and how the paper was received there."""

    date: date
    title: str
    entry: DayEntry


@dataclass(frozen=True, slots=True)
class ListListing:
    """A paper's place in a curated list."""

    slug: str
    title: str
    entry: ListEntry


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that is published. Make one with `Catalog.of`."""

    papers: Shelf
    """By identifier, oldest first. What its headings say is at hand; a paper itself is unpacked when asked for."""
    days: tuple[Day, ...]
    """Oldest first, days without papers among them."""
    lists: tuple[CuratedList, ...]
    """By title."""
    aliases: Mapping[str, str]
    """The identifier under which a paper is filed now, by each one under which it was filed before."""
    digests: Mapping[str, bytes]
    """Of each paper's file, by the paper's identifier; of one that is in no file there is none."""
    _days_of: Mapping[str, tuple[DayListing, ...]]
    _lists_of: Mapping[str, tuple[ListListing, ...]]
    _age: Mapping[str, int]
    """The place of each paper among all of them, the oldest first: see `newest_first`."""
    _dates_with_papers: tuple[date, ...]
    _by_date: Mapping[date, Day]

    @classmethod
    def of(cls, library: Library, settings: Settings) -> Catalog:
        """The catalog of a library, without what the settings exclude."""
        excluded, shelf = settings.exclude, library.shelf
        headings = {
            heading.id: heading
            for heading in sorted(shelf.headings(), key=lambda heading: identifiers.sort_key(heading.id))
            if heading.id not in excluded and excluded.isdisjoint(heading.aliases)
        }
        # An alias of an excluded paper names nothing that may be shown, under whichever identifier it was excluded.
        left_out = (heading for heading in shelf.headings() if heading.id not in headings)
        hidden = excluded | {name for heading in left_out for name in (heading.id, *heading.aliases)}
        aliases = {
            alias: heading.id for heading in headings.values() for alias in heading.aliases if alias not in headings
        }
        days = tuple(_shown_day(library.days[day], hidden, aliases) for day in sorted(library.days))
        lists = tuple(
            sorted(
                (_shown_list(curated, hidden, aliases) for curated in library.lists.values()),
                key=lambda curated: (curated.title.casefold(), curated.slug),
            )
        )
        days_of = _collected((entry.id, DayListing(day.date, day.title, entry)) for day in days for entry in day.papers)
        return cls(
            papers=shelf.only(headings),
            days=days,
            lists=lists,
            aliases=MappingProxyType(aliases),
            digests=library.digests,
            _days_of=days_of,
            _lists_of=_collected(
                (entry.id, ListListing(curated.slug, curated.title, entry))
                for curated in lists
                for entry in curated.papers
            ),
            _age=MappingProxyType(_by_recency(headings, days_of)),
            _dates_with_papers=tuple(day.date for day in days if day.papers),
            _by_date=MappingProxyType({day.date: day for day in days}),
        )

    @property
    def latest_day(self) -> Day | None:
        """The last day that has papers, or None in a library without any."""
        return self._by_date[self._dates_with_papers[-1]] if self._dates_with_papers else None

    def day(self, on: date) -> Day | None:
        """The day of a date, or None where the library has no such day."""
        return self._by_date.get(on)

    def previous_day(self, before: date) -> Day | None:
        """The last day with papers before a date, which need not be in the library itself."""
        position = bisect_left(self._dates_with_papers, before)
        return self._by_date[self._dates_with_papers[position - 1]] if position else None

    def next_day(self, after: date) -> Day | None:
        """The first day with papers after a date."""
        position = bisect_right(self._dates_with_papers, after)
        return self._by_date[self._dates_with_papers[position]] if position < len(self._dates_with_papers) else None

    def days_of(self, identifier: str) -> tuple[DayListing, ...]:
        """The days in which a paper was listed, oldest first."""
        return self._days_of.get(identifier, ())

    def shown_day(self, identifier: str) -> date | None:
        """The day that stands beside a paper: the last one that lists it, else that of its first version."""
        listings = self.days_of(identifier)
        return listings[-1].date if listings else self.papers.heading(identifier).submitted

    def newest_first(self, papers: Iterable[str]) -> tuple[str, ...]:
        """Papers by the day that stands beside each, the latest first; then by the age of their identifiers."""
        return tuple(sorted(papers, key=self._age.__getitem__, reverse=True))

    def lists_of(self, identifier: str) -> tuple[ListListing, ...]:
        """The curated lists that name a paper, by title."""
        return self._lists_of.get(identifier, ())


def _by_recency(headings: Mapping[str, Heading], days_of: Mapping[str, tuple[DayListing, ...]]) -> dict[str, int]:
    """The place of each paper among all; `headings` are in the order of their identifiers' age."""

    def day(identifier: str) -> date:
        listings = days_of.get(identifier)
        return (listings[-1].date if listings else headings[identifier].submitted) or date.min

    return {identifier: place for place, identifier in enumerate(sorted(headings, key=day))}


def _shown_day(day: Day, hidden: frozenset[str], aliases: Mapping[str, str]) -> Day:
    shown = _shown_entries(day.papers, hidden, aliases)
    return day if shown == day.papers else replace(day, papers=shown)


def _shown_list(curated: CuratedList, hidden: frozenset[str], aliases: Mapping[str, str]) -> CuratedList:
    shown = _shown_entries(curated.papers, hidden, aliases)
    return curated if shown == curated.papers else replace(curated, papers=shown)


def _shown_entries(
    entries: tuple[_Entry, ...], hidden: frozenset[str], aliases: Mapping[str, str]
) -> tuple[_Entry, ...]:
    """The entries under their papers' identifiers of today, each paper once, without hidden ones."""
    shown: dict[str, _Entry] = {}
    for entry in entries:
        identifier = aliases.get(entry.id, entry.id)
        if hidden.isdisjoint((entry.id, identifier)) and identifier not in shown:
            shown[identifier] = entry if identifier == entry.id else replace(entry, id=identifier)
    return tuple(shown.values())


def _collected(listings: Iterable[tuple[str, _Listing]]) -> Mapping[str, tuple[_Listing, ...]]:
    collected: dict[str, list[_Listing]] = {}
    for identifier, listing in listings:
        collected.setdefault(identifier, []).append(listing)
    return MappingProxyType({identifier: tuple(found) for identifier, found in collected.items()})
