"""The commands that work on the library alone: import and check."""

from __future__ import annotations

import re
import sys
from contextlib import nullcontext
from datetime import date, datetime
from pathlib import Path

import click

from scraper import mentions, saved_page, settings
from scraper.check import check as find_problems
from scraper.check import notices as find_notices
from scraper.check import within
from scraper.cli.console import DATE, WAIT, alone_in, annotate, counted, today
from scraper.curate import Curation, curate, curate_mentions
from scraper.errors import ContentError, Problem
from scraper.mentions import Mentions
from scraper.records import CuratedList, clean_line
from scraper.saved_page import SavedPage
from scraper.saved_page.decoding import decode
from scraper.settings import Settings
from scraper.store import ContentStore, Library, documents


@click.command("import", short_help="Turn whatever names papers into a curated list.")
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
    help="A file of identifiers and titles, tab between, for papers that the file names by title alone.",
)
@click.option(
    "--keep-titles",
    is_flag=True,
    help="List also the papers that the file names by their titles alone; `paperstand resolve` looks for them.",
)
@click.option("--dry-run", is_flag=True, help="Show the list as it would be and write nothing.")
@WAIT
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
    keep_titles: bool,
    dry_run: bool,
    wait: bool,
) -> None:
    """Turn whatever names papers into a curated list, in its order and with its headings as notes.

    FILE is a list in Markdown, a BibTeX file, a plain list of identifiers or addresses, a saved huggingface.co/papers
    page, or one copied out as text; what it is, its content tells. What was not understood is said with its line.
    """
    store = ContentStore(root)
    site = settings.load(root)
    body = file.read_bytes()
    source = _read(body, file.name, saved.date() if saved else None)
    titles = saved_page.parse_identifiers(_decoded(table), table.name) if table else {}
    curated = CuratedList(
        slug,
        clean_line(title or source.title or "") or slug,
        description=clean_line(description or "") or None,
        curator=clean_line(curator or "") or None,
    )
    with nullcontext() if dry_run else alone_in(store.content, "import", wait=wait):
        library = store.load()
        if isinstance(source, SavedPage):
            curation = curate(
                source, curated, library.papers, library.aliases, path=file.name, table=titles, exclude=site.exclude
            )
        else:
            curation = curate_mentions(
                *(source, curated, library.papers, library.aliases),
                path=file.name,
                table=titles,
                exclude=site.exclude,
                keep_titles=keep_titles,
            )
        changed = not dry_run and _write_curation(store, curation)
    if dry_run:
        click.echo(documents.render_list(curation.curated))
    for assumption in source.assumptions if isinstance(source, SavedPage) else ():
        click.echo(f"Note: {assumption}")
    for problem in curation.problems:
        click.echo(f"Problem: {problem}", err=True)
    _print_curation(store, curation, library, site, changed=changed, dry_run=dry_run)
    sys.exit(1 if curation.problems else 0)


_WHOLE_PAGE = re.compile(r"\s*(?:<!--.*?-->\s*)*<(?:!doctype|html|\?xml)\b", re.IGNORECASE | re.DOTALL)
"""A Markdown list may begin with a tag or a comment; this is a page of another site."""


def _read(body: bytes, name: str, saved: date | None) -> SavedPage | Mentions:
    """A file as what its content says that it is. Raises ContentError for what is neither."""
    try:
        return saved_page.parse(body, name, today=today(), saved=saved)
    except ContentError as no_page:
        decoded = decode(body)
        if decoded is None or _WHOLE_PAGE.match(decoded.text):
            raise
        try:
            return mentions.parse(decoded.text, name)
        except ContentError as error:
            raise ContentError([*error.problems, *no_page.problems]) from None


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


def _print_curation(
    store: ContentStore, curation: Curation, library: Library, site: Settings, *, changed: bool, dry_run: bool
) -> None:
    slugs = curation.without_identifier
    for name in slugs:
        click.echo(f"no identifier known: {name}")
    path = store.relative(store.list_path(curation.curated.slug))
    outcome = "Would be" if dry_run else "Done:" if changed else "Unchanged:"
    parts = [
        f"{outcome} {path} with {counted(len(curation.curated.papers), 'paper')}",
        f"{_newcomers(curation, library, site)} of them new to the library",
        f"{len(slugs)} without identifier{' (`.venv/bin/paperstand resolve` looks for them)' if slugs else ''}",
        counted(len(curation.problems), "problem"),
    ]
    click.echo(", ".join(parts))


def _newcomers(curation: Curation, library: Library, site: Settings) -> int:
    """How many of the list's papers the library did not have, fetched or still to be fetched."""
    return sum(entry.id not in library.papers and entry.id not in site.exclude for entry in curation.curated.papers)


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
