"""One scrape: fetch each day's listing, decide what it changes, write that, and say what was done.

A day that cannot be fetched is a problem and the others go on. Each day is written before the next one is fetched, so
that a run that is stopped keeps what it has.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from scraper.check import Missing
from scraper.decide import DayPlan, plan_day
from scraper.errors import ContentError, FetchError, PaperstandError, Problem, UnreachableError
from scraper.records import Listing, Paper
from scraper.sources import Source
from scraper.store import ContentStore


@dataclass(frozen=True, slots=True)
class DayReport:
    """What a scrape did for one day of one source."""

    day: date
    source: str
    listed: int = 0
    """Papers the source listed."""
    plan: DayPlan | None = None
    """What the listing changes; None where the day failed."""
    problems: tuple[Problem, ...] = ()
    unreachable: bool = False
    """No connection could be made."""


@dataclass(slots=True)
class ScrapeReport:
    """What a whole scrape did."""

    days: list[DayReport] = field(default_factory=list)
    fetched_papers: list[str] = field(default_factory=list)
    """Papers that days or lists named and that had no file."""
    problems: list[Problem] = field(default_factory=list)
    """All problems, those of the days included."""

    @property
    def unreachable(self) -> bool:
        """Whether nothing came because no connection could be made."""
        return bool(self.days) and all(report.unreachable for report in self.days)

    def add(self, report: DayReport) -> None:
        """Take in a day's report."""
        self.days.append(report)
        self.problems += report.problems


def days_between(since: date, until: date) -> tuple[date, ...]:
    """Every day from `since` to `until`, both included, oldest first."""
    return tuple(since + timedelta(days=number) for number in range((until - since).days + 1))


def last_days(today: date, count: int) -> tuple[date, ...]:
    """The last `count` days, `today` included, oldest first."""
    return days_between(today - timedelta(days=count - 1), today)


def scrape_days(
    store: ContentStore,
    sources: Sequence[Source],
    days: Sequence[date],
    *,
    exclude: Collection[str],
    today: date,
    dry_run: bool = False,
) -> Iterator[DayReport]:
    """Scrape each day from each source, yielding a report as each is done.

    Where a source cannot be reached at all, its other days are not tried. Nothing is written in a dry run.
    """
    unreachable: set[str] = set()
    for day in days:
        for source in sources:
            if source.name in unreachable:
                continue
            report = _scrape_day(store, source, day, exclude=exclude, today=today, dry_run=dry_run)
            if report.unreachable:
                unreachable.add(source.name)
            yield report


def _scrape_day(
    store: ContentStore, source: Source, day: date, *, exclude: Collection[str], today: date, dry_run: bool
) -> DayReport:
    where = f"{source.name} {day.isoformat()}"
    try:
        listing = source.listing(day)
        problems = list(listing.problems)
        stored, unreadable = _stored_papers(store, listing, exclude)
        problems += [problem for error in unreadable.values() for problem in error.problems]
        plan = plan_day(listing, store.day(day), stored.get, exclude=exclude, unreadable=unreadable, today=today)
        if not dry_run:
            problems += _write(store, plan)
    except PaperstandError as error:
        unreachable = isinstance(error, UnreachableError)
        return DayReport(day, source.name, problems=_problems_of(error, where), unreachable=unreachable)
    return DayReport(
        day,
        source.name,
        listed=len(listing.papers),
        plan=plan,
        problems=tuple(problems),
    )


def _stored_papers(
    store: ContentStore, listing: Listing, exclude: Collection[str]
) -> tuple[dict[str, Paper], dict[str, ContentError]]:
    """The library's records of what a listing names, and why some cannot be read."""
    stored: dict[str, Paper] = {}
    unreadable: dict[str, ContentError] = {}
    for identifier in (listed.paper.id for listed in listing.papers if listed.paper.id not in exclude):
        try:
            paper = store.paper(identifier)
        except ContentError as error:
            unreadable[identifier] = error
        else:
            if paper:
                stored[identifier] = paper
    return stored, unreadable


def _write(store: ContentStore, plan: DayPlan) -> list[Problem]:
    """Write the day, then its papers: see DayPlan. A paper that cannot be written keeps no other from it."""
    problems: list[Problem] = []
    store.write_day(plan.day)
    for paper in (*plan.new_papers, *plan.completed_papers):
        try:
            store.write_paper(paper)
        except ContentError as error:
            problems += error.problems
    return problems


def _problems_of(error: PaperstandError, where: str, line: int = 0) -> tuple[Problem, ...]:
    """A content file's problems name their own places; everything else happened at `where`."""
    return error.problems if isinstance(error, ContentError) else (Problem(where, line, str(error)),)


def fetch_named_papers(
    store: ContentStore, lookup: Callable[[str], Paper | None], missing: Iterable[Missing]
) -> Iterator[str | Problem]:
    """File each paper that days and lists name, as `lookup` knows it.

    Yields its identifier, or a Problem at the place that names it where that failed. Papers that no source has are left
    out. Where the upstream cannot be reached the rest is not tried.
    """
    wanted: dict[str, list[Missing]] = {}
    for one in missing:
        if one.is_fetched:
            wanted.setdefault(one.identifier, []).append(one)
    for identifier, places in wanted.items():
        where = places[0]
        try:
            paper = lookup(identifier)
            if paper is None:
                raise FetchError(f"arXiv knows no paper {identifier}; correct it here")
            store.write_paper(replace(paper, featured=tuple(place.day for place in places if place.day)))
        except PaperstandError as error:
            yield from _problems_of(error, where.path, where.line)
            if isinstance(error, UnreachableError):
                return
        else:
            yield identifier
