"""The commands that make and show the site: build and serve.

Each imports what only it needs: MkDocs takes a third of a second to load, which no other command should wait for.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import click

from scraper import settings
from scraper.cli.console import cache_folder
from scraper.store import ContentStore


@click.command()
@click.option("--site-dir", type=click.Path(file_okay=False, path_type=Path), help="Where to; site/ unless told.")
@click.option("--cold", is_flag=True, help="Make everything anew, as on a machine that never built the site.")
@click.option("--jobs", type=click.IntRange(1), help="Processes that make pages; as many as there are processors.")
@click.pass_obj
def build(root: Path, site_dir: Path | None, *, cold: bool, jobs: int | None) -> None:
    """Build the site from the library: what has changed since the last build, and the rest stays."""
    from site_config import plugin  # noqa: PLC0415 - MkDocs takes a third of a second to load

    cache = None if cold else cache_folder(root)
    with _workers(root, jobs) as executor:
        built = plugin.build(root, site_dir, means=plugin.Means(cache, executor))
    click.echo(f"Built {built}")


MANY_FILES = 3000
"""From so many papers on, starting other processes costs less than they save."""


@contextmanager
def _workers(root: Path, jobs: int | None) -> Iterator[Executor | None]:
    """The processes that share a build's work, or None where this one does it alone."""
    papers = sum(1 for _ in islice(ContentStore(root).content_files("papers"), MANY_FILES))
    jobs = jobs or (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    if jobs == 1 or papers < MANY_FILES:
        yield None
        return
    with ProcessPoolExecutor(jobs) as executor:
        yield executor


@click.command()
@click.option(
    "--port", default=8000, show_default=True, help="The port to listen on; the next free one if it is taken."
)
@click.pass_obj
def serve(root: Path, port: int) -> None:
    """Serve the built site on this machine. For writing, with reload on every change, use `mkdocs serve`."""
    from site_config.preview import open_server  # noqa: PLC0415 - only this command needs a server

    prefix = urlsplit(settings.load(root).url).path
    with open_server(root / "site", port, prefix) as server:
        host, bound = server.server_address[:2]
        click.echo(f"The site is at http://{host!s}:{bound}{prefix} (Ctrl+C ends it)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("")
