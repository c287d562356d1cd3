"""The commands that work on the library alone: import and check."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from scraper import saved_page, settings
from scraper.check import check as find_problems
from scraper.check import notices as find_notices
from scraper.check import within
from scraper.cli.console import DATE, annotate, counted, today
from scraper.curate import Curation, curate
from scraper.errors import ContentError, Problem
from scraper.records import CuratedList, clean_line
from scraper.store import ContentStore, Library


@click.command("import", short_help="Turn a saved page into a curated list.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--list", "slug", required=True, help="The list's name in addresses: a-z, 0-9 and hyphens.")
@click.option("--title", help="The list's title; the page's own unless told.")
@click.option("--description", help="One line on what the list is about.")
@click.option("--curator", help="Who keeps the list.")
@click.option("--saved", type=DATE, help="The day the page was saved, for its dates without a year.")
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
    store = ContentStore(root)
    site = settings.load(root)
    page = saved_page.parse(file.read_bytes(), file.name, today=today(), saved=saved.date() if saved else None)
    titles = saved_page.parse_identifiers(_decoded(table), table.name) if table else {}
    curated = CuratedList(
        slug,
        clean_line(title or page.title or "") or slug,
        description=clean_line(description or "") or None,
        curator=clean_line(curator or "") or None,
    )
    library = store.load()
    curation = curate(
        page, curated, library.papers, library.aliases, path=file.name, table=titles, exclude=site.exclude
    )
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
        f"{outcome} {path} with {counted(len(curation.curated.papers), 'paper')}",
        f"{len(curation.new_papers)} of them new to the library",
        f"{len(slugs)} without identifier{' (`.venv/bin/paperstand resolve` looks for them)' if slugs else ''}",
        counted(len(curation.problems), "problem"),
    ]
    click.echo(", ".join(parts))


@click.command(short_help="Report every problem of the library.")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.pass_obj
def check(root: Path, paths: tuple[Path, ...]) -> None:
    """Report every problem of the library as path:line: message; of these files or folders only, if any are named."""
    foreign = [path for path in paths if not path.resolve().is_relative_to(root.resolve())]
    if foreign:
        raise click.UsageError(f"{foreign[0]} is not in the library at {root}")
    library = _readable(ContentStore(root))
    problems = list(find_problems(root, paths, library))
    for problem in problems:
        click.echo(str(problem))
        annotate("error", problem)
    if problems or library is None:
        click.echo(f"{counted(len(problems), 'problem')} found", err=True)
        sys.exit(1)
    excluded = settings.load(root).exclude
    for notice in within(root, find_notices(root, library, excluded), paths):
        click.echo(f"{notice.path}:{notice.line}: notice: {notice.message}")
        annotate("notice", notice)
    click.echo(
        f"No problem in {counted(len(library.papers), 'paper')}, {counted(len(library.days), 'day')}"
        f" and {counted(len(library.lists), 'list')}"
    )


def _readable(store: ContentStore) -> Library | None:
    """The library; None where it cannot be read at all, for a reason that `check` tells."""
    try:
        return store.load()
    except ContentError:
        return None
