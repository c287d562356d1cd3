"""What belongs to a day, what is new, and what may be overwritten: pure functions of records.

The rules, in short (each has its test):

- A stored paper's title and abstract never change. What is empty is filled in, unless a person emptied it.
- In a stored day, numbers are brought up to date and newcomers are appended. Order and all else stay.
- A paper whose own `featured` names the day while the day's file does not list it was taken out by a person: it stays
  out.
- A paper of which the source has a newer version grows its `versions`, and is not listed for that.
- An excluded paper is never written, whoever lists it.
- An empty listing never replaces a day that has papers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from scraper.records import Day, DayEntry, EmptyReason, Listing, Paper, day_title

_NUMBERS = ("upvotes", "comments", "stars", "score", "citations")
_NEVER_FILLED_IN = frozenset({"id", "title", "featured", "links", "versions", "source", "aliases", "extra"})


@dataclass(frozen=True, slots=True)
class DayPlan:
    """What a listing changes in the library. The day is to be written before its papers.

    A crash in between then leaves a day that names a paper without a file, which the next scrape writes; the other way
    round, the paper's `featured` would look like an editor's removal.
    """

    day: Day
    is_new_day: bool
    changed_numbers: int
    """How many papers of the stored day have other numbers now."""
    newcomers: tuple[str, ...]
    """Identifiers that the stored day did not list."""
    new_papers: tuple[Paper, ...]
    """Papers to be filed."""
    completed_papers: tuple[Paper, ...]
    """Stored papers with what they gain."""


def plan_day(
    listing: Listing,
    stored_day: Day | None,
    stored_paper: Callable[[str], Paper | None],
    *,
    exclude: Collection[str] = (),
    unreadable: Collection[str] = (),
    today: date,
) -> DayPlan:
    """Decide what a source's listing of a day changes.

    `stored_paper` gives the library's record of an identifier. `unreadable` are papers whose files cannot be read: they
    are left as they are, and come to no stored day, since nobody can tell whether they were taken out of it. `today` is
    the present UTC date.
    """
    entries: list[DayEntry] = []
    new_papers: list[Paper] = []
    completed: list[Paper] = []
    known = {entry.id: entry for entry in stored_day.papers} if stored_day else {}
    for listed in listing.papers:
        identifier = listed.paper.id
        if identifier in exclude:
            continue
        if identifier in unreadable:
            if stored_day is None or identifier in known:
                entries.append(listed.entry)
            continue
        stored = stored_paper(identifier)
        if stored and stored_day and identifier not in known and stored_day.date in stored.featured:
            continue  # an editor took it out
        entries.append(listed.entry)
        featured = replace(listed.paper, featured=(listing.day,))
        if stored is None:
            new_papers.append(featured)
        elif (complete := completed_paper(stored, featured)) != stored:
            completed.append(complete)
    completed += _updated(listing, stored_paper, {*exclude, *unreadable, *(paper.id for paper in completed)})
    day = merged_day(stored_day, listing.day, entries, today, listing.empty)
    return DayPlan(
        day=day,
        is_new_day=stored_day is None,
        changed_numbers=sum(entry.id in known and entry != known[entry.id] for entry in day.papers),
        newcomers=tuple(entry.id for entry in day.papers if entry.id not in known),
        new_papers=tuple(new_papers),
        completed_papers=tuple(completed),
    )


def _updated(
    listing: Listing, stored_paper: Callable[[str], Paper | None], left_out: Collection[str]
) -> Iterator[Paper]:
    """The stored papers of which the source has a newer version, with what they gain."""
    for update in listing.updates:
        stored = stored_paper(update.id) if update.id not in left_out else None
        if stored and (complete := completed_paper(stored, replace(update, featured=()))) != stored:
            yield complete


def taken_out(listing: Listing, stored_day: Day | None, stored_paper: Callable[[str], Paper | None]) -> frozenset[str]:
    """Which papers of a listing a person took out of the stored day: see above."""
    if stored_day is None:
        return frozenset()
    known = {entry.id for entry in stored_day.papers}
    absent = [listed.paper.id for listed in listing.papers if listed.paper.id not in known]
    return frozenset(
        identifier for identifier in absent if (stored := stored_paper(identifier)) and listing.day in stored.featured
    )


def out_before(listing: Listing, stored_day: Day | None, stored_paper: Callable[[str], Paper | None]) -> frozenset[str]:
    """Which papers of a listing came out before by their source's own word, and have another day in the library."""
    known = {entry.id for entry in stored_day.papers} if stored_day else set()
    told = [listed.paper.id for listed in listing.papers if listed.announced_before and listed.paper.id not in known]
    return frozenset(
        identifier
        for identifier in told
        if (stored := stored_paper(identifier)) and stored.featured and listing.day not in stored.featured
    )


def with_missing_numbers(first: DayEntry, second: DayEntry) -> DayEntry:
    """The first entry with the numbers that only the second has."""
    numbers = {name: getattr(second, name) for name in _NUMBERS if getattr(first, name) is None}
    return replace(first, **numbers)


def counted_day(day: Day, citations: Mapping[str, int]) -> Day:
    """The day with how often its papers were cited, where that is known."""
    return replace(
        day,
        papers=tuple(
            replace(entry, citations=citations[entry.id]) if entry.id in citations else entry for entry in day.papers
        ),
    )


def merged_day(
    stored: Day | None, day: date, listed: Collection[DayEntry], today: date, told: EmptyReason | None = None
) -> Day:
    """The day after a listing: the stored order with new numbers, then the newcomers in the listing's order.

    `told` is what the source says of a day without papers.
    """
    is_known = stored is not None
    stored = stored or Day(day, day_title(day))
    fresh = {entry.id: entry for entry in listed}
    entries = [_with_numbers(entry, fresh.pop(entry.id)) if entry.id in fresh else entry for entry in stored.papers]
    papers = (*entries, *fresh.values())
    return replace(stored, papers=papers, empty=None if papers else _reason(stored, today, told, is_known=is_known))


def _with_numbers(stored: DayEntry, listed: DayEntry) -> DayEntry:
    """Numbers move; which rule let the paper in, and whatever a person added, stay."""
    numbers = {name: getattr(listed, name) for name in _NUMBERS if getattr(listed, name) is not None}
    return replace(stored, **numbers)


def failed_day(stored: Day | None, day: date) -> Day | None:
    """The day that says that its source failed, or None where the library knows more of the day than that."""
    if stored and (stored.papers or stored.empty is not EmptyReason.NOT_YET_LISTED):
        return None
    return replace(stored or Day(day, day_title(day)), empty=EmptyReason.FAILED)


def _reason(stored: Day, today: date, told: EmptyReason | None, *, is_known: bool) -> EmptyReason:
    """Why a day has no papers. What a past day's file says stays, whoever wrote it."""
    if is_known and stored.empty is None:
        return EmptyReason.TAKEN_OUT
    if stored.empty not in (None, EmptyReason.NOT_YET_LISTED, EmptyReason.FAILED):
        return stored.empty
    if told:
        return told
    if stored.date >= today:
        return EmptyReason.NOT_YET_LISTED
    return EmptyReason.WEEKEND if stored.date.weekday() >= 5 else EmptyReason.NOTHING_LISTED


def completed_paper(stored: Paper, listed: Paper) -> Paper:
    """The stored paper with what it lacks and a newer record has.

    Never another title or abstract. Links are filled in one by one; `featured`, `versions` and `aliases` only grow. A
    field that a person emptied (its key stands in `extra`) stays empty.
    """
    gains: dict[str, Any] = {
        field.name: getattr(listed, field.name)
        for field in fields(Paper)
        if field.name not in _NEVER_FILLED_IN
        and field.name not in stored.extra
        and not getattr(stored, field.name)
        and getattr(listed, field.name)
    }
    if stored.authors:
        gains.pop("author_count", None)
    known_versions = {version.number for version in stored.versions}
    grown = {
        "links": _grown_links(stored.links, listed.links),
        "featured": _grown(stored.featured, listed.featured),
        "versions": (*stored.versions, *(v for v in listed.versions if v.number not in known_versions)),
        "aliases": _grown(stored.aliases, listed.aliases),
    }
    gains |= {name: value for name, value in grown.items() if name not in stored.extra}
    return replace(stored, **gains)


def _grown(stored: tuple[Any, ...], listed: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys((*stored, *listed)))


def _grown_links(stored: Mapping[str, str], listed: Mapping[str, str]) -> Mapping[str, str]:
    return {**stored, **{name: address for name, address in listed.items() if name not in stored}}
