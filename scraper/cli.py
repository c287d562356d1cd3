"""The `paperstand` command: reads the arguments, calls the rooms, prints what they say, and sets the exit status.

0: all is well. 1: something needs a person's look, and what could be done was done. 2: the command was not understood.

What only one command needs is imported by that command: the site's half loads MkDocs, which a scrape can do without.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import click

from scraper import __version__, saved_page, settings
from scraper.check import check as find_problems
from scraper.check import notices as find_notices
from scraper.curate import Curation, curate
from scraper.errors import ContentError, PaperstandError, Problem
from scraper.http import Client
from scraper.identifiers import parse_reference
from scraper.records import CuratedList
from scraper.resolve import Resolved, Unresolved, refresh, resolve_slugs
from scraper.scrape import (
    DayReport,
    ScrapeReport,
    days_between,
    fetch_named_papers,
    last_days,
    papers_without_file,
    scrape_days,
)
from scraper.settings import Settings
from scraper.sources import open_source
from scraper.sources.arxiv import Arxiv, open_arxiv
from scraper.store import ContentStore

_DATE = click.DateTime(formats=["%Y-%m-%d"])


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="paperstand")
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder that holds content/ and site_config/; by default this folder or the nearest one above that does.",
)
@click.pass_context
def main(context: click.Context, root: Path | None) -> None:
    """A newsstand for research papers: scrape each day's papers, check them, build the site."""
    context.obj = root or _nearest_root(Path.cwd())
    _say_what_is_waited_for()


def _nearest_root(here: Path) -> Path:
    return next((folder for folder in (here, *here.parents) if (folder / settings.PATH).is_file()), here)


class _Said(logging.Handler):
    """Log records as lines for the person: a service may ask for minutes of patience."""

    def emit(self, record: logging.LogRecord) -> None:
        click.echo(record.getMessage(), err=True)


def _say_what_is_waited_for() -> None:
    log = logging.getLogger("scraper")
    log.setLevel(logging.INFO)
    log.handlers = [_Said()]


@contextmanager
def _errors_said() -> Iterator[None]:
    """An expected failure is one message and exit status 1, never a traceback."""
    try:
        yield
    except PaperstandError as error:
        for line in str(error).splitlines():
            click.echo(f"Error: {line}", err=True)
        sys.exit(1)


def _client(root: Path, site: Settings) -> Client:
    cache = Path(os.environ.get("PAPERSTAND_CACHE") or root / ".cache")
    return Client(repository=site.repository, cache=cache / "http")


def _today() -> date:
    """A day is a UTC date."""
    return datetime.now(UTC).date()


# scrape


@main.command()
@click.option("--date", "day", type=_DATE, help="Scrape this one day.")
@click.option("--since", type=_DATE, help="Scrape every day from this one on.")
@click.option("--until", type=_DATE, help="The last day; today unless told. Only with --since.")
@click.option("--source", "names", multiple=True, metavar="NAME", help="Instead of site.yml's sources.")
@click.option("--dry-run", is_flag=True, help="Say what would change and write nothing.")
@click.option(
    "--offline-ok", is_flag=True, help="Go on with the library, at exit status 0, where no source can be reached."
)
@click.pass_obj
def scrape(
    root: Path,
    day: datetime | None,
    since: datetime | None,
    until: datetime | None,
    names: tuple[str, ...],
    dry_run: bool,
    offline_ok: bool,
) -> None:
    """Bring the library up to date: the last days (site.yml's `revisit_days`), or the days that are named."""
    with _errors_said(), ExitStack() as stack:
        site = settings.load(root)
        today = _today()
        days = _wanted_days(site, today, day, since, until)
        client = stack.enter_context(_client(root, site))
        sources = [open_source(name, client, os.environ) for name in names or site.sources]
        store = ContentStore(root)
        store.check_format()
        report = ScrapeReport()
        reports = scrape_days(store, sources, days, exclude=site.exclude, today=today, dry_run=dry_run)
        for done in _shown(reports, len(days) * len(sources)):
            report.add(done)
        if report.unreachable and offline_ok:
            library = store.load()
            have = f"{_counted(len(library.papers), 'paper')} of {_counted(len(library.days), 'day')}"
            click.echo(f"{report.problems[0].message} Going on with the library's {have}.")
            return
        if not dry_run and not report.unreachable:
            _fetch_named(store, open_arxiv(client, os.environ), site, report)
        _print_summary(report, dry_run=dry_run)
        sys.exit(1 if report.problems else 0)


def _wanted_days(
    site: Settings, today: date, day: datetime | None, since: datetime | None, until: datetime | None
) -> Sequence[date]:
    if day and (since or until):
        raise click.UsageError("--date names one day; use either it or --since and --until")
    if until and not since:
        raise click.UsageError("--until needs --since")
    first = (day or since).date() if day or since else None  # type: ignore[union-attr] # one of the two is there
    last = day.date() if day else until.date() if until else today
    if first and (first > last or last > today):
        raise click.UsageError(f"the days must be in order and none after today, {today} (UTC)")
    return days_between(first, last) if first else last_days(today, site.revisit_days)


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
    if report.unreachable:
        return f"{where} not reached"
    if report.failed:
        return f"{where} failed"
    numbers = _counted(report.changed_numbers, "changed number")
    return f"{where} {_counted(report.listed, 'paper')}, {report.newcomers} new in the day, {numbers}"


def _fetch_named(store: ContentStore, arxiv: Arxiv, site: Settings, report: ScrapeReport) -> None:
    """Papers that days and lists name and that have no file: fetched one by one from arXiv."""
    library = store.load()
    report.problems += library.problems
    wanted = papers_without_file(library, site.exclude)
    for outcome in fetch_named_papers(store, arxiv.paper, wanted):
        if isinstance(outcome, Problem):
            report.problems.append(outcome)
        else:
            report.fetched_papers.append(outcome)
            click.echo(f"arxiv {outcome}: fetched")


def _print_summary(report: ScrapeReport, *, dry_run: bool) -> None:
    for problem in report.problems:
        click.echo(f"Problem: {problem}", err=True)
    done = [day for day in report.days if not day.failed]
    parts = [
        f"{_counted(len(done), 'day')} ({sum(day.is_new_day for day in done)} new)",
        f"{_counted(sum(day.new_papers for day in done) + len(report.fetched_papers), 'new paper')}",
        f"{_counted(sum(day.changed_numbers for day in done), 'changed number')}",
        f"{_counted(sum(day.completed_papers for day in done), 'completed paper')}",
        _counted(len(report.problems), "problem"),
    ]
    click.echo(
        ("Would change: " if dry_run else "Done: ") + ", ".join(parts) + ("; nothing was written" if dry_run else "")
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


# import


@main.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--list", "slug", required=True, help="The list's name in addresses: a-z, 0-9 and hyphens.")
@click.option("--title", help="The list's title; the page's own unless told.")
@click.option("--description", help="One line on what the list is about.")
@click.option("--curator", help="Who keeps the list.")
@click.option("--saved", type=_DATE, help="The day the page was saved, for its dates without a year.")
@click.option(
    "--identifiers",
    "table",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of identifiers and titles, tab between, for a page that has no identifiers.",
)
@click.option("--dry-run", is_flag=True, help="Say what the list would be and write nothing.")
@click.pass_obj
def import_page(
    root: Path,
    file: Path,
    slug: str,
    title: str | None,
    description: str | None,
    curator: str | None,
    saved: datetime | None,
    table: Path | None,
    dry_run: bool,
) -> None:
    """Turn a saved huggingface.co/papers page, or one copied out as text, into a curated list."""
    with _errors_said():
        store = ContentStore(root)
        site = settings.load(root)
        page = saved_page.parse(file.read_bytes(), file.name, today=_today(), saved=saved.date() if saved else None)
        titles = saved_page.parse_identifiers(_decoded(table), table.name) if table else {}
        curated = CuratedList(slug, title or page.title or slug, (), description, curator)
        curation = curate(page, curated, store.load().papers, path=file.name, table=titles, exclude=site.exclude)
        changed = not dry_run and _write_curation(store, curation)
        for assumption in page.assumptions:
            click.echo(f"Note: {assumption}")
        for problem in curation.problems:
            click.echo(f"Problem: {problem}", err=True)
        _print_curation(store, curation, changed=changed, dry_run=dry_run)
        sys.exit(1 if curation.problems else 0)


def _decoded(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError:
        raise ContentError([Problem(path.name, 0, "expected text in UTF-8")]) from None


def _write_curation(store: ContentStore, curation: Curation) -> bool:
    """The list last: a run that was killed leaves papers without a list, and the next one writes it."""
    store.refuse_taken_list(curation.curated)
    written = [store.write_paper(paper) for paper in (*curation.new_papers, *curation.completed_papers)]
    return any([*written, store.write_new_list(curation.curated)])


def _print_curation(store: ContentStore, curation: Curation, *, changed: bool, dry_run: bool) -> None:
    slugs = curation.without_identifier
    for name in slugs:
        click.echo(f"no identifier known: {name}")
    path = store.relative(store.list_path(curation.curated.slug))
    outcome = "Would be" if dry_run else "Done:" if changed else "Unchanged:"
    parts = [
        f"{outcome} {path} with {_counted(len(curation.curated.papers), 'paper')}",
        f"{len(curation.new_papers)} of them new to the library",
        f"{len(slugs)} without identifier{' (paperstand resolve looks for them)' if slugs else ''}",
        _counted(len(curation.problems), "problem"),
    ]
    click.echo(", ".join(parts))


# resolve, refresh


@main.command()
@click.pass_obj
def resolve(root: Path) -> None:
    """Give papers that are filed under a slug their identifier: by exact title, in the library and at arXiv."""
    with _errors_said(), ExitStack() as stack:
        site = settings.load(root)
        client = stack.enter_context(_client(root, site))
        resolved = unresolved = problems = 0
        outcomes = resolve_slugs(ContentStore(root), open_arxiv(client, os.environ).find_by_title, exclude=site.exclude)
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
        click.echo(f"Done: {resolved} resolved, {unresolved} still without identifier, {_counted(problems, 'problem')}")
        sys.exit(1 if problems else 0)


@main.command("refresh")
@click.argument("names", metavar="ID...", nargs=-1, required=True)
@click.pass_obj
def refresh_command(root: Path, names: tuple[str, ...]) -> None:
    """Take a stored paper's title and abstract from arXiv anew. No scrape ever does."""
    with _errors_said(), ExitStack() as stack:
        site = settings.load(root)
        arxiv = open_arxiv(stack.enter_context(_client(root, site)), os.environ)
        for name in names:
            change = refresh(ContentStore(root), arxiv.paper, parse_reference(name).identifier)
            if change.before == change.after:
                click.echo(f"{change.before.id}: unchanged")
                continue
            click.echo(f"{change.before.id}: refreshed")
            for field in ("title", "abstract"):
                before, after = getattr(change.before, field), getattr(change.after, field)
                if before != after:
                    click.echo(f"- {field}: {before}\n+ {field}: {after}")


# check


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.pass_obj
def check(root: Path, paths: tuple[Path, ...]) -> None:
    """Report every problem of the library as path:line: message; of these files or folders only, if any are named."""
    with _errors_said():
        problems = list(find_problems(root, paths))
        for problem in problems:
            click.echo(str(problem))
        if problems:
            click.echo(f"{_counted(len(problems), 'problem')} found", err=True)
            sys.exit(1)
        library = ContentStore(root).load()
        waiting = list(find_notices(root, library))
        for notice in waiting:
            click.echo(f"{notice.path}:{notice.line}: notice: {notice.message}")
        click.echo(
            f"No problem in {_counted(len(library.papers), 'paper')}, {_counted(len(library.days), 'day')}"
            f" and {_counted(len(library.lists), 'list')}"
        )


# build, serve


@main.command()
@click.option("--site-dir", type=click.Path(file_okay=False, path_type=Path), help="Where to; site/ unless told.")
@click.pass_obj
def build(root: Path, site_dir: Path | None) -> None:
    """Build the whole site from the library."""
    from site_config import plugin  # noqa: PLC0415 - MkDocs takes a third of a second to load

    with _errors_said():
        built = plugin.build(root, site_dir)
        click.echo(f"Built {built}")


@main.command()
@click.option(
    "--port", default=8000, show_default=True, help="The port to listen on; the next free one if it is taken."
)
@click.pass_obj
def serve(root: Path, port: int) -> None:
    """Serve the built site on this machine. For writing, with reload on every change, use `mkdocs serve`."""
    from site_config.preview import open_server  # noqa: PLC0415 - only this command needs a server

    with _errors_said(), open_server(root / "site", port) as server:
        host, bound = server.server_address[:2]
        click.echo(f"The site is at http://{host!s}:{bound}/ (Ctrl+C ends it)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("")


if __name__ == "__main__":
    main()
