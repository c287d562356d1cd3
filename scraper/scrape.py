"""One scrape: fetch each day's listings, decide what they change, write that, and say what was done.

A source that fails on a day is a problem, and the day's other sources and the other days go on. Each day is written
before the next one is fetched, so that a run that is stopped keeps what it has: the library itself is the progress, for
a stored day of a source whose days do not change any more is not asked for again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from scraper import identifiers
from scraper.check import Missing
from scraper.decide import (
    DayPlan,
    completed_paper,
    counted_day,
    failed_day,
    out_before,
    plan_day,
    taken_out,
)
from scraper.errors import ContentError, FetchError, LeftAloneError, PaperstandError, Problem, UnreachableError
from scraper.identifiers import Kind
from scraper.records import Day, EmptyReason, Listing, Paper, oversized
from scraper.selection import Likeness, likeness, merged, selected
from scraper.settings import Selection
from scraper.sources import Source, arxiv
from scraper.sources.citations import Counter, count
from scraper.sources.lookup import Outcome
from scraper.store import ContentStore

Papers = Callable[[Sequence[str]], Mapping[str, Outcome]]
"""Papers by their identifiers, as `scraper.sources.lookup` has them."""

SETTLED_AFTER = 7
"""Days after which a stored day on which nothing was listed is not asked for again."""


@dataclass(frozen=True, slots=True)
class DayReport:
    """What a scrape did for one day."""

    day: date
    source: str
    """The sources that were asked, with commas."""
    listed: int = 0
    """Papers the sources listed, each once."""
    plan: DayPlan | None = None
    """What the listing changes; None where the day failed."""
    problems: tuple[Problem, ...] = ()
    unreachable: bool = False
    """No connection could be made to any of them."""
    is_settled: bool = False
    """The day is stored, nobody has anything new on it, and nobody was asked."""


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
    selection: Selection | None = None,
    papers: Papers | None = None,
    again: bool = False,
) -> Iterator[DayReport]:
    """Scrape each day from all sources together, yielding a report as each is done.

    A source that cannot be reached, or failed so often that it is left alone, is not asked for the other days. `papers`
    completes what a source does not tell of a new paper. `again` asks for settled days, too. Nothing is written in a
    dry run.
    """
    wishes = _Wishes(frozenset(exclude), selection or Selection(), today, dry_run, papers)
    lost: set[str] = set()
    for day in days:
        asked = [source for source in sources if source.name not in lost]
        if not asked:
            return
        unsettled = [source for source in asked if again or not _is_settled(store, source, day, today)]
        if unsettled:
            yield _scrape_day(store, unsettled, day, wishes, lost)
        else:
            yield DayReport(day, _names(asked), is_settled=True)


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What a whole scrape has in common."""

    exclude: Collection[str]
    selection: Selection
    today: date
    dry_run: bool
    papers: Papers | None


def _names(sources: Sequence[Source]) -> str:
    return ", ".join(source.name for source in sources)


def _is_settled(store: ContentStore, source: Source, day: date, today: date) -> bool:
    """Whether a past day is stored with what this source had for it, and the source's days do not change later."""
    if source.moves or day >= today:
        return False
    try:
        stored = store.day(day)
        if stored is None:
            return False
        if not stored.papers:
            is_old = (today - day).days > SETTLED_AFTER
            lasting = {EmptyReason.WEEKEND, EmptyReason.HOLIDAY, EmptyReason.TAKEN_OUT}
            return stored.empty in lasting or (is_old and stored.empty is EmptyReason.NOTHING_LISTED)
        known = (store.paper(entry.id) for entry in stored.papers)
        return any(paper is not None and paper.source == source.name for paper in known)
    except ContentError:
        return False  # the visit says what is wrong


def _scrape_day(
    store: ContentStore, sources: Sequence[Source], day: date, wishes: _Wishes, lost: set[str]
) -> DayReport:
    listings, problems, unreached = _listings(sources, day, lost)
    names = _names(sources)
    try:
        if not listings:
            unreachable = unreached == len(sources)
            if not wishes.dry_run and not unreachable and (failed := failed_day(store.day(day), day)):
                store.write_day(failed)
            return DayReport(day, names, problems=tuple(problems), unreachable=unreachable)
        listing, plan, found = _plan(store, _unless_unreadable(merged(listings)), wishes)
        problems += [*listing.problems, *found]
        if not wishes.dry_run:
            problems += _write(store, plan)
    except PaperstandError as error:
        problems += _problems_of(error, f"{names} {day.isoformat()}")
        return DayReport(day, names, problems=tuple(problems))
    return DayReport(day, names, listed=len(listing.papers), plan=plan, problems=tuple(problems))


def _unless_unreadable(listing: Listing) -> Listing:
    """An answer of which nothing could be read is no word on the day: else it would pass for an empty one for ever."""
    nothing_read = listing.problems and not (listing.papers or listing.updates)
    return replace(listing, empty=EmptyReason.FAILED) if nothing_read else listing


def _listings(sources: Sequence[Source], day: date, lost: set[str]) -> tuple[list[Listing], list[Problem], int]:
    """What each source has, what went wrong, how many were not reached. `lost` are those not to be asked again."""
    listings: list[Listing] = []
    problems: list[Problem] = []
    unreached = 0
    for source in sources:
        try:
            listing = source.listing(day)
        except PaperstandError as error:
            problems += _problems_of(error, f"{source.name} {day.isoformat()}")
            unreached += isinstance(error, UnreachableError)
            if isinstance(error, (UnreachableError, LeftAloneError)):
                lost.add(source.name)
        else:
            huge = {listed.paper.id: fault for listed in listing.papers if (fault := oversized(listed.paper))}
            where = f"{source.name} {day.isoformat()}"
            problems += [Problem(where, 0, f"{name}: {fault}; the paper is left out") for name, fault in huge.items()]
            listings.append(replace(listing, papers=tuple(one for one in listing.papers if one.paper.id not in huge)))
    return listings, problems, unreached


def _plan(store: ContentStore, listing: Listing, wishes: _Wishes) -> tuple[Listing, DayPlan, list[Problem]]:
    """The sources' listing, what it changes after the selection, and what of the library cannot be read."""
    stored, unreadable = _stored_papers(store, listing, wishes.exclude)
    stored_day = store.day(listing.day)
    left_out = {*wishes.exclude, *out_before(listing, stored_day, stored.get)}
    remaining = replace(listing, papers=tuple(one for one in listing.papers if one.paper.id not in left_out))
    chosen = selected(
        remaining,
        wishes.selection,
        stored_day,
        taken_out=taken_out(remaining, stored_day, stored.get),
        likeness=_likeness(store, remaining) if wishes.selection.order == "similarity" else None,
    )
    plan = plan_day(chosen, stored_day, stored.get, exclude=wishes.exclude, unreadable=unreadable, today=wishes.today)
    if wishes.papers and not wishes.dry_run:
        plan = replace(plan, new_papers=tuple(_with_facts(plan.new_papers, wishes.papers)))
    return listing, plan, [problem for error in unreadable.values() for problem in error.problems]


def _likeness(store: ContentStore, listing: Listing) -> Likeness | None:
    """What the lists are about; papers and lists that cannot be read are somebody else's problem."""

    def paper(identifier: str) -> Paper | None:
        try:
            return store.paper(identifier)
        except ContentError:
            return None

    lists = []
    for path in store.content_files("lists"):
        try:
            curated = store.curated_list(path.stem)
        except ContentError:
            continue
        lists += [curated] if curated else []
    return likeness(lists, paper, [listed.paper for listed in listing.papers])


def _with_facts(new: Sequence[Paper], papers: Papers) -> Iterator[Paper]:
    """The new papers with what arXiv's feed does not tell, the day of the submission above all.

    A paper without that is still a paper: a failure here is none of the day's.
    """
    bare = [paper.id for paper in new if paper.source == arxiv.NAME and paper.submitted is None]
    found = papers(bare) if bare else {}
    for paper in new:
        facts = found.get(paper.id)
        yield completed_paper(paper, facts) if isinstance(facts, Paper) else paper


def _stored_papers(
    store: ContentStore, listing: Listing, exclude: Collection[str]
) -> tuple[dict[str, Paper], dict[str, ContentError]]:
    """The library's records of what a listing names, and why some cannot be read."""
    stored: dict[str, Paper] = {}
    unreadable: dict[str, ContentError] = {}
    named = (*(listed.paper.id for listed in listing.papers), *(paper.id for paper in listing.updates))
    for identifier in dict.fromkeys(name for name in named if name not in exclude):
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
    store: ContentStore, papers: Papers, missing: Iterable[Missing], *, at_once: int = arxiv.IDS_AT_ONCE
) -> Iterator[str | Problem]:
    """File each paper that days and lists name, as `papers` knows it, `at_once` of them at a time.

    Yields its identifier, or a Problem at the place that names it where that failed. Papers that no source has are left
    out. Where a service cannot be asked, that is said once, and it is not asked for the rest.
    """
    wanted: dict[str, list[Missing]] = {}
    for one in missing:
        if one.is_fetched:
            wanted.setdefault(one.identifier, []).append(one)
    names, lost, said = list(wanted), set[Kind](), set[str]()
    while names := [name for name in names if identifiers.kind(name) not in lost]:
        part, names = names[:at_once], names[at_once:]
        for identifier, outcome in papers(part).items():
            places = wanted[identifier]
            try:
                store.write_paper(_named(identifier, outcome, places))
            except PaperstandError as error:
                if isinstance(error, (UnreachableError, LeftAloneError)):
                    lost.add(identifiers.kind(identifier))
                if error is not outcome or str(error) not in said:
                    yield from _problems_of(error, places[0].path, places[0].line)
                said.add(str(error))
            else:
                yield identifier


def _named(identifier: str, outcome: Outcome, places: Sequence[Missing]) -> Paper:
    if isinstance(outcome, Paper):
        return replace(outcome, featured=tuple(place.day for place in places if place.day))
    if outcome is None:
        service = "arXiv" if identifiers.kind(identifier) is Kind.ARXIV else "Crossref"
        raise FetchError(f"{service} knows no paper {identifier}; correct it here")
    raise outcome


def count_citations(
    store: ContentStore, counter: Counter, days: Iterable[date], *, exclude: Collection[str] = ()
) -> Iterator[date]:
    """Bring the citation counts of the stored days up to date, yielding each day that changed.

    Raises FetchError where the counter cannot be asked; the days that are done by then are written.
    """
    stored = [day for on in days if (day := store.day(on)) and day.papers]
    batch: list[Day] = []
    for number, day in enumerate(stored, start=1):
        batch.append(day)
        if number < len(stored) and sum(len(one.papers) for one in batch) < counter.at_once:
            continue
        names = dict.fromkeys(entry.id for one in batch for entry in one.papers if entry.id not in exclude)
        counts = count(counter, [name for name in names if identifiers.kind(name) is not Kind.SLUG])
        for one in batch:
            if store.write_day(counted_day(one, counts)):
                yield one.date
        batch = []
