"""What the library counts up to: papers over time, organisations, and which words are on the rise.

Pure functions of a catalog; `site_config.pages.charts` draws what they give. A library of some weeks is counted by the
day, one of years by the month, so that no picture or table grows without limit.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from scraper.records import day_title
from site_config.catalog import Catalog
from site_config.groups import Group

RECENT_DAYS = 30
"""Days up to the latest that count as recent."""
BEFORE_DAYS = 90
"""Days before those, with which they are compared."""
LEAST_RECENT = 5
"""Papers that a keyword needs among the recent ones: with fewer, chance decides what rises."""


class Step(StrEnum):
    """How long the pieces are into which time is cut."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of time, from its first date to its last."""

    first: date
    last: date
    name: str
    """13 November 2025, Week of 10 November 2025, November 2025 or 2025."""


@dataclass(frozen=True, slots=True)
class Series:
    """How many papers something has in each stretch. A paper counts once in a stretch, however many days list it."""

    name: str
    path: str | None
    """The address of the page about it, where there is one."""
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """The counts' sum."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Course:
    """Some series over the same stretches of time."""

    step: Step
    stretches: tuple[Stretch, ...]
    """Without a gap, oldest first."""
    series: tuple[Series, ...]
    latest: date
    """The latest day that has papers: a stretch that reaches beyond it is not over."""

    @property
    def is_open(self) -> bool:
        """Whether the last stretch is not over."""
        return bool(self.stretches) and self.stretches[-1].last > self.latest


@dataclass(frozen=True, slots=True)
class Activity:
    """An organisation's papers: all of them, and the recent ones."""

    group: Group
    papers: int
    recent: int


@dataclass(frozen=True, slots=True)
class Rise:
    """A keyword that stands on a larger share of the recent papers than of those before."""

    group: Group
    recent: int
    before: int
    times: float
    """How many times as frequent it has become. One paper is added to those before, so that a new word has a number."""


def papers_over_time(catalog: Catalog, most: int) -> Course | None:
    """How many papers were listed, in at most so many stretches; None in a library without any."""
    return course(catalog, {("Papers", None): catalog.papers}, most)


def groups_over_time(catalog: Catalog, groups: Iterable[Group], most: int) -> Course | None:
    """How many papers of each group were listed; groups without any are left out."""
    return course(catalog, {(group.name, group.path): group.papers for group in groups}, most)


def categories_over_time(catalog: Catalog, shown: int, most: int) -> Course | None:
    """The same for the primary categories with most papers."""
    members: dict[str, list[str]] = {}
    for paper in catalog.papers.headings():
        if paper.categories and catalog.days_of(paper.id):
            members.setdefault(paper.categories[0], []).append(paper.id)
    largest = sorted(members, key=lambda category: (-len(members[category]), category))[:shown]
    return course(catalog, {(category, None): members[category] for category in largest}, most)


def course(catalog: Catalog, members: Mapping[tuple[str, str | None], Iterable[str]], most: int) -> Course | None:
    """The course of some sets of papers, each by its name and the address of its page. None where no day lists any."""
    dates = [day.date for day in catalog.days if day.papers]
    if not dates:
        return None
    step, stretches = cut(dates[0], dates[-1], most)
    starts = [stretch.first for stretch in stretches]
    place_of = {on: bisect_right(starts, on) - 1 for on in dates}

    def counts(papers: Iterable[str]) -> tuple[int, ...]:
        found = [0] * len(starts)
        for listings in map(catalog.days_of, papers):
            if len(listings) == 1:  # as nearly all are
                found[place_of[listings[0].date]] += 1
            else:
                for place in {place_of[listing.date] for listing in listings}:
                    found[place] += 1
        return tuple(found)

    series = (Series(name, path, counts(papers)) for (name, path), papers in members.items())
    return Course(step, stretches, tuple(one for one in series if one.total), dates[-1])


def cut(first: date, last: date, most: int) -> tuple[Step, tuple[Stretch, ...]]:
    """The time from `first` to `last` in the shortest steps of which at most so many are needed, or in years."""
    for step in (Step.DAY, Step.WEEK, Step.MONTH):
        stretches = _cut(first, last, step)
        if len(stretches) <= most:
            return step, stretches
    return Step.YEAR, _cut(first, last, Step.YEAR)


def active(catalog: Catalog, organizations: Sequence[Group], shown: int) -> tuple[Activity, ...]:
    """The organisations with most papers in days, the most active recently first among equals."""
    recent = _recent(catalog)
    found = []
    for group in organizations:
        papers = [identifier for identifier in group.papers if catalog.days_of(identifier)]
        if papers:
            found.append(Activity(group, len(papers), sum(identifier in recent for identifier in papers)))
    found.sort(key=lambda activity: (-activity.papers, -activity.recent, activity.group.name))
    return tuple(found[:shown])


def rising(catalog: Catalog, keywords: Iterable[Group], shown: int) -> tuple[Rise, ...]:
    """The keywords that have become more frequent, by how much: the recent papers against those of the time before.

    None where there is no time before.
    """
    recent, before = _recent(catalog), _before(catalog)
    if not before:
        return ()
    rises = []
    for group in keywords:
        now = sum(identifier in recent for identifier in group.papers)
        then = sum(identifier in before for identifier in group.papers)
        times = round((now / len(recent)) / ((then + 1) / (len(before) + 1)), 6) if now >= LEAST_RECENT else 0
        if times > 1:
            rises.append(Rise(group, now, then, times))
    rises.sort(key=lambda rise: (-rise.times, -rise.recent, rise.group.name))
    return tuple(rises[:shown])


def _recent(catalog: Catalog) -> frozenset[str]:
    return _listed(catalog, 0, RECENT_DAYS)


def _before(catalog: Catalog) -> frozenset[str]:
    return _listed(catalog, RECENT_DAYS, BEFORE_DAYS) - _recent(catalog)


def _listed(catalog: Catalog, skipped: int, days: int) -> frozenset[str]:
    """The papers of so many days, after skipping some, counted back from the latest."""
    latest = catalog.latest_day
    if latest is None:
        return frozenset()
    end = latest.date - timedelta(days=skipped)
    first = end - timedelta(days=days - 1)
    return frozenset(entry.id for day in catalog.days if first <= day.date <= end for entry in day.papers)


def _cut(first: date, last: date, step: Step) -> tuple[Stretch, ...]:
    stretches = []
    start = _start(first, step)
    while start <= last:
        following = _following(start, step)
        stretches.append(Stretch(start, following - timedelta(days=1), _name(start, step)))
        start = following
    return tuple(stretches)


def _start(on: date, step: Step) -> date:
    if step is Step.DAY:
        return on
    if step is Step.WEEK:
        return on - timedelta(days=on.weekday())
    return on.replace(day=1) if step is Step.MONTH else on.replace(month=1, day=1)


def _following(start: date, step: Step) -> date:
    """The start of the stretch after the one that begins here: some date in it, brought back to its start."""
    longest = {Step.DAY: 1, Step.WEEK: 7, Step.MONTH: 31, Step.YEAR: 366}
    return _start(start + timedelta(days=longest[step]), step)


def _name(start: date, step: Step) -> str:
    title = day_title(start)
    if step is Step.WEEK:
        return f"Week of {title}"
    return title if step is Step.DAY else title.split(maxsplit=1)[1] if step is Step.MONTH else f"{start.year}"
