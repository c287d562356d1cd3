"""The commands that ask an upstream: scrape, resolve and refresh."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from datetime import date, datetime
from pathlib import Path

import click

from scraper import settings
from scraper.check import missing_papers
from scraper.cli.console import DATE, WAIT, alone_in, cache_folder, counted, today
from scraper.decide import DayPlan
from scraper.errors import PaperstandError, Problem
from scraper.http import Client
from scraper.identifiers import Kind, kind, parse_reference
from scraper.records import Paper
from scraper.resolve import Resolved, Unresolved, refresh, resolve_slugs
from scraper.rules import admits
from scraper.scrape import (
    DayReport,
    ScrapeReport,
    count_citations,
    days_between,
    fetch_named_papers,
    last_days,
    scrape_days,
)
from scraper.settings import Settings
from scraper.sources import Source, arxiv, open_source
from scraper.sources.arxiv import open_arxiv
from scraper.sources.arxiv_calendar import Calendar
from scraper.sources.arxiv_oai import Harvest, Harvested, announced_on, open_harvests
from scraper.sources.citations import open_counter
from scraper.sources.lookup import Lookup, open_lookup
from scraper.store import ContentStore


def open_client(root: Path, site: Settings) -> Client:
    """The one client of a run."""
    return Client(repository=site.repository, cache=cache_folder(root) / "http")


@click.command(short_help="Bring the library up to date.")
@click.option("--date", "day", type=DATE, help="Scrape this one day.")
@click.option("--since", type=DATE, help="Scrape every day from this one on.")
@click.option("--until", type=DATE, help="The last day; today unless told. Only with --since.")
@click.option("--source", "names", multiple=True, metavar="NAME", help="Instead of site.yml's sources.")
@click.option("--again", is_flag=True, help="Visit also the days that are stored and do not change any more.")
@click.option(
    "--harvest", is_flag=True, help="Take the days since --since from arXiv's bulk interface, for months and years."
)
@click.option("--dry-run", is_flag=True, help="Say what would change and write nothing.")
@click.option(
    "--offline-ok", is_flag=True, help="Go on with the library, at exit status 0, where no source can be reached."
)
@WAIT
@click.pass_obj
def scrape(
    root: Path,
    day: datetime | None,
    since: datetime | None,
    until: datetime | None,
    names: tuple[str, ...],
    again: bool,
    harvest: bool,
    dry_run: bool,
    offline_ok: bool,
    wait: bool,
) -> None:
    """Bring the library up to date: the last days (site.yml's `revisit_days`), or the days that are named."""
    site = settings.load(root)
    now = today()
    days = _wanted_days(site, now, day, since, until)
    wanted = tuple(dict.fromkeys(names or site.sources))
    if harvest and (since is None or arxiv.NAME not in wanted or not site.categories):
        raise click.UsageError("--harvest needs --since, the source arxiv, and `categories` in site.yml")
    store = ContentStore(root)
    alone = nullcontext() if dry_run else alone_in(store.content, "scrape", wait=wait)
    with alone, open_client(root, site) as client:
        store.check_format()
        lookup = open_lookup(client, os.environ)
        harvests: Sequence[Harvest] = ()
        if harvest:
            harvests = open_harvests(client, os.environ, site.categories, days[0], cache_folder(root) / "harvest")
            sources: list[Source] = [_harvested(harvests, days, site)]
        else:
            sources = [open_source(name, client, os.environ, site) for name in wanted]
        report = ScrapeReport()
        reports = scrape_days(
            store,
            sources,
            days,
            exclude=site.exclude,
            today=now,
            dry_run=dry_run,
            selection=site.selection,
            papers=lookup.papers,
            again=again,
        )
        for done in _shown(reports, len(days)):
            report.add(done)
        if report.unreachable and offline_ok:
            library = store.load()
            have = f"{counted(len(library.papers), 'paper')} of {counted(len(library.days), 'day')}"
            click.echo(f"{report.problems[0].message} Going on with the library's {have}.")
            return
        if not dry_run and not report.unreachable:
            _fetch_named(store, lookup, site, report)
            _count_citations(store, client, site, days)
        if not dry_run and not report.problems:
            for one in harvests:
                one.forget()
    _print_summary(report, dry_run=dry_run)
    sys.exit(1 if report.problems else 0)


def _harvested(harvests: Sequence[Harvest], days: Sequence[date], site: Settings) -> Harvested:
    """The harvests' papers of these days, those that the selection lets in: there may be too many to hold the rest."""
    papers: dict[date, dict[str, Paper]] = {}
    calendar = Calendar(site.announcements)
    for page in (page for one in harvests for page in one.pages()):
        for problem in page.problems:
            click.echo(f"Left out: {problem}", err=True)
        for paper in page.papers:
            on = announced_on(paper, calendar)
            if on and days[0] <= on <= days[-1] and admits(site.selection.include, site.selection.exclude, paper):
                papers.setdefault(on, {})[paper.id] = paper
    return Harvested({on: tuple(found[name] for name in sorted(found)) for on, found in papers.items()}, calendar)


def _wanted_days(
    site: Settings, now: date, day: datetime | None, since: datetime | None, until: datetime | None
) -> Sequence[date]:
    if day and (since or until):
        raise click.UsageError("--date names one day; use either it or --since and --until")
    if until and not since:
        raise click.UsageError("--until needs --since")
    first = (day or since).date() if day or since else None  # type: ignore[union-attr] # one of the two is there
    last = day.date() if day else until.date() if until else now
    if first and (first > last or last > now):
        raise click.UsageError(f"the days must be in order and none after today, {now} (UTC)")
    return days_between(first, last) if first else last_days(now, site.revisit_days)


def _shown(reports: Iterable[DayReport], length: int) -> Iterator[DayReport]:
    """The reports, shown as they come: a bar on a terminal, a line a day elsewhere."""
    if not sys.stderr.isatty():
        for report in reports:
            if not report.unreachable:  # said once, at the end
                click.echo(_day_line(report))
            yield report
        return
    with click.progressbar(
        reports,
        length=length,
        label="Scraping",
        file=sys.stderr,
        item_show_func=lambda done: _day_line(done) if done else "",
    ) as shown:
        yield from shown


def _day_line(report: DayReport) -> str:
    where = f"{report.day} {report.source}:"
    if report.is_settled:
        return f"{where} stored already"
    if report.unreachable:
        return f"{where} not reached"
    if report.plan is None:
        return f"{where} failed"
    numbers = counted(report.plan.changed_numbers, "changed number")
    return f"{where} {counted(report.listed, 'paper')}, {len(report.plan.newcomers)} new in the day, {numbers}"


def _fetch_named(store: ContentStore, lookup: Lookup, site: Settings, report: ScrapeReport) -> None:
    """Papers that days and lists name and that have no file: arXiv's from arXiv, DOIs from Crossref."""
    library = store.load()
    report.problems += library.problems
    missing = missing_papers(store.root, library, site.exclude)
    for outcome in fetch_named_papers(store, lookup.papers, missing):
        if isinstance(outcome, Problem):
            report.problems.append(outcome)
        else:
            report.fetched_papers.append(outcome)
            click.echo(f"{'arxiv' if kind(outcome) is Kind.ARXIV else 'crossref'} {outcome}: fetched")


def _count_citations(store: ContentStore, client: Client, site: Settings, days: Sequence[date]) -> None:
    """Citation counts are a third party's courtesy: whatever it does, the run is what it is without them."""
    if not site.citations:
        return
    changed = 0
    try:
        counter = open_counter(site.citations, client, os.environ)
        for _ in count_citations(store, counter, days, exclude=site.exclude):
            changed += 1
    except PaperstandError as error:
        click.echo(f"Citations were not counted: {error}", err=True)
    click.echo(f"{site.citations}: other citation counts in {counted(changed, 'day')}")


def _print_summary(report: ScrapeReport, *, dry_run: bool) -> None:
    for problem in report.problems:
        click.echo(f"Problem: {problem}", err=True)
    plans = [day.plan for day in report.days if day.plan]
    if dry_run:
        _print_plans(plans)
    new_papers = {paper.id for plan in plans for paper in plan.new_papers} | set(report.fetched_papers)
    parts = [
        f"{counted(len({plan.day.date for plan in plans}), 'day')} ({sum(plan.is_new_day for plan in plans)} new)",
        counted(len(new_papers), "new paper"),
        counted(sum(plan.changed_numbers for plan in plans), "changed number"),
        counted(sum(len(plan.completed_papers) for plan in plans), "completed paper"),
        counted(len(report.problems), "problem"),
    ]
    click.echo(
        ("Would change: " if dry_run else "Done: ") + ", ".join(parts) + ("; nothing was written" if dry_run else "")
    )


def _print_plans(plans: Sequence[DayPlan]) -> None:
    """What a scrape would write, paper by paper."""
    for plan in plans:
        titles = {paper.id: paper.title for paper in plan.new_papers}
        for identifier in plan.newcomers:
            click.echo(f"{plan.day.date}: + {identifier} {titles.get(identifier, '(in the library already)')}")
        for paper in plan.completed_papers:
            click.echo(f"{plan.day.date}: completes {paper.id} {paper.title}")


@click.command(short_help="Find the identifiers of papers that have none.")
@WAIT
@click.pass_obj
def resolve(root: Path, *, wait: bool) -> None:
    """Give papers that are filed under a slug their identifier: by exact title, in the library and at arXiv."""
    site = settings.load(root)
    store = ContentStore(root)
    with alone_in(store.content, "resolve", wait=wait), open_client(root, site) as client:
        resolved = unresolved = problems = 0
        outcomes = resolve_slugs(store, open_arxiv(client, os.environ).find_by_title, exclude=site.exclude)
        for outcome in outcomes:
            match outcome:
                case Resolved(slug, identifier):
                    resolved += 1
                    click.echo(f"{slug}: is {identifier} now; its old address leads there")
                case Unresolved(slug):
                    unresolved += 1
                    click.echo(f"{slug}: no paper with exactly this title")
                case Problem():
                    problems += 1
                    click.echo(f"Problem: {outcome}", err=True)
    click.echo(f"Done: {resolved} resolved, {unresolved} still without identifier, {counted(problems, 'problem')}")
    sys.exit(1 if problems else 0)


@click.command("refresh", short_help="Take a paper's title and abstract anew.")
@click.argument("names", metavar="ID...", nargs=-1, required=True)
@WAIT
@click.pass_obj
def refresh_command(root: Path, names: tuple[str, ...], *, wait: bool) -> None:
    """Take a stored paper's title and abstract anew, from arXiv or, by its DOI, from Crossref. No scrape ever does."""
    site, store = settings.load(root), ContentStore(root)
    failed = False
    with alone_in(store.content, "refresh", wait=wait), open_client(root, site) as client:
        store.check_format()
        lookup = open_lookup(client, os.environ)
        for name in names:
            try:
                change = refresh(store, lookup.paper, parse_reference(name).identifier)
            except PaperstandError as error:
                failed = True
                click.echo(f"Error: {error}", err=True)
                continue
            if change.before == change.after:
                click.echo(f"{change.before.id}: unchanged")
                continue
            click.echo(f"{change.before.id}: refreshed")
            for field in ("title", "abstract"):
                before, after = getattr(change.before, field), getattr(change.after, field)
                if before != after:
                    click.echo(f"- {field}: {before}\n+ {field}: {after}")
    sys.exit(1 if failed else 0)
