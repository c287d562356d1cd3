"""One scrape: fetch each day's listing, decide what it changes, write that, and say what was done.

A day that cannot be fetched is a problem and the others go on. Each day is written before the next one is fetched, so
that a run that is stopped keeps what it has.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from scraper import identifiers
from scraper.decide import DayPlan, plan_day
from scraper.errors import FetchError, PaperstandError, Problem, UnreachableError
from scraper.identifiers import Kind
from scraper.records import Paper
from scraper.sources import Source
from scraper.store import ContentStore, Library


@dataclass(frozen=True, slots=True)
class DayReport:
    """What a scrape did for one day of one source."""

    day: date
    source: str
    listed: int = 0
    """Papers the source listed."""
    is_new_day: bool = False
    newcomers: int = 0
    """Papers that the day did not have before."""
    new_papers: int = 0
    """Papers that the library did not have before."""
    changed_numbers: int = 0
    completed_papers: int = 0
    problems: tuple[Problem, ...] = ()
    failed: bool = False
    """The day could not be fetched or written."""
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
    def failed(self) -> bool:
        """Whether somebody should look: a day failed, or a record could not be read."""
        return bool(self.problems)

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
    unreachable: dict[str, DayReport] = {}
    for day in days:
        for source in sources:
            if source.name in unreachable:
                continue
            report = _scrape_day(store, source, day, exclude=exclude, today=today, dry_run=dry_run)
            if report.unreachable:
                unreachable[source.name] = report
            yield report


def _scrape_day(
    store: ContentStore, source: Source, day: date, *, exclude: Collection[str], today: date, dry_run: bool
) -> DayReport:
    where = f"{source.name} {day.isoformat()}"
    try:
        listing = source.listing(day)
        plan = plan_day(listing, store.day(day), store.paper, exclude=exclude, today=today)
        if not dry_run:
            _write(store, plan)
    except FetchError as error:
        problem = Problem(where, 0, str(error))
        unreachable = isinstance(error, UnreachableError)
        return DayReport(day, source.name, problems=(problem,), failed=True, unreachable=unreachable)
    except PaperstandError as error:
        return DayReport(day, source.name, problems=_problems_of(error, where), failed=True)
    return DayReport(
        day,
        source.name,
        listed=len(listing.papers),
        is_new_day=plan.is_new_day,
        newcomers=len(plan.newcomers),
        new_papers=len(plan.new_papers),
        changed_numbers=plan.changed_numbers,
        completed_papers=len(plan.completed_papers),
        problems=listing.problems,
    )


def _write(store: ContentStore, plan: DayPlan) -> None:
    """The day first: see DayPlan."""
    store.write_day(plan.day)
    for paper in (*plan.new_papers, *plan.completed_papers):
        store.write_paper(paper)


def _problems_of(error: PaperstandError, where: str) -> tuple[Problem, ...]:
    return getattr(error, "problems", None) or (Problem(where, 0, str(error)),)


def papers_without_file(library: Library, exclude: Collection[str]) -> Mapping[str, date | None]:
    """The papers that days and lists name and that have no file, each with the day that names it, if one does.

    Slugs are left out: nobody but a person can supply those.
    """
    wanted: dict[str, date | None] = {}
    for day in library.days.values():
        wanted.update({entry.id: day.date for entry in day.papers})
    for curated in library.lists.values():
        for entry in curated.papers:
            wanted.setdefault(entry.id, None)
    return {
        identifier: day
        for identifier, day in wanted.items()
        if identifier not in library.papers and identifier not in exclude and identifiers.kind(identifier) is Kind.ARXIV
    }


def fetch_named_papers(
    store: ContentStore, lookup: Callable[[str], Paper | None], wanted: Mapping[str, date | None]
) -> Iterator[str | Problem]:
    """File each wanted paper as `lookup` knows it, yielding its identifier, or a Problem where that failed.

    Where the upstream cannot be reached the rest is not tried.
    """
    for identifier, day in wanted.items():
        where = f"arxiv {identifier}"
        try:
            paper = lookup(identifier)
        except UnreachableError as error:
            yield Problem(where, 0, str(error))
            return
        except FetchError as error:
            yield Problem(where, 0, str(error))
            continue
        if paper is None:
            yield Problem(where, 0, "arXiv knows no such paper; correct the identifier where it is listed")
            continue
        store.write_paper(replace(paper, featured=(day,) if day else ()))
        yield identifier
