"""The `paperstand` command: reads the arguments, calls the rooms, prints what they say, and sets the exit status.

0: all is well. 1: something needs a person's look, and what could be done was done. 2: the command was not understood.

    console     what all commands share
    upstream    scrape, resolve, refresh
    library     import, check
    site        build, provenance, serve
    fork        init, doctor, upgrade, migrate
    newsletter  digest
    workflows   gate, size, review, suggestion, github
"""

from __future__ import annotations

from pathlib import Path

import click

from scraper import __version__, settings
from scraper.cli.console import Commands
from scraper.cli.fork import doctor, init, migrate_command, upgrade_command
from scraper.cli.library import check, import_page
from scraper.cli.newsletter import digest
from scraper.cli.site import build, provenance, serve
from scraper.cli.upstream import refresh_command, resolve, scrape
from scraper.cli.workflows import gate_command, github, review, size, suggestion

__all__ = ["main"]


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
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


def _nearest_root(here: Path) -> Path:
    return next((folder for folder in (here, *here.parents) if (folder / settings.PATH).is_file()), here)


for command in (
    scrape,
    import_page,
    resolve,
    refresh_command,
    check,
    build,
    provenance,
    serve,
    digest,
    init,
    doctor,
    upgrade_command,
    migrate_command,
    gate_command,
    size,
    review,
    suggestion,
    github,
):
    main.add_command(command)
