"""The commands that make and show the site: build, provenance and serve.

Each imports what only it needs: MkDocs takes a third of a second to load, which no other command should wait for.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import islice
from multiprocessing import connection, parent_process
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import click

from scraper import settings
from scraper.cli.console import WAIT, alone_in, cache_folder
from scraper.errors import PaperstandError
from scraper.fork.programs import Git
from scraper.store import ContentStore


@click.command()
@click.option("--site-dir", type=click.Path(file_okay=False, path_type=Path), help="Where to; site/ unless told.")
@click.option("--cold", is_flag=True, help="Make everything anew, as on a machine that never built the site.")
@click.option("--jobs", type=click.IntRange(1), help="Processes that make pages; as many as there are processors.")
@WAIT
@click.pass_obj
def build(root: Path, site_dir: Path | None, *, cold: bool, jobs: int | None, wait: bool) -> None:
    """Build the site from the library: what has changed since the last build, and the rest stays."""
    from site_config import plugin  # noqa: PLC0415 - MkDocs takes a third of a second to load

    cache = None if cold else cache_folder(root)
    with _workers(root, jobs) as executor:
        means = plugin.Means(cache, executor, lock=partial(alone_in, command="build", wait=wait))
        built = plugin.build(root, site_dir, means=means)
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
    with ProcessPoolExecutor(jobs, initializer=_end_with_parent) as executor:
        yield executor


def _end_with_parent() -> None:
    """Let this worker end when the process that it works for is no more: it would wait for work for ever."""
    parent = parent_process()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # it holds nothing, and its master ends it so

    def watch() -> None:
        if parent:
            connection.wait([parent.sentinel])
            os._exit(1)

    Thread(target=watch, daemon=True).start()


@click.command()
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Compare the built site with the build.json of a published one, rather than write one.",
)
@click.pass_obj
def provenance(root: Path, against: Path | None) -> None:
    """Say which commit the built site is made of, in site/build.json, or whether it is the one that is published."""
    from site_config.provenance import FILE, manifest  # noqa: PLC0415 - only this command needs it

    site = root / "site"
    if not (site / "index.html").is_file():
        raise PaperstandError(f"{site} holds no built site; run `make build`")
    told = manifest(site, settings.load(root).repository, _commit(root))
    if against is None:
        (site / FILE).write_text(told.text, encoding="utf-8")
        click.echo(f"{told.commit or 'no commit'}: {told.files:,} files, {told.bytes:,} bytes, sha256 {told.sha256}")
    elif against.read_text(encoding="utf-8") != told.text:
        raise PaperstandError(f"{against} tells of another site; this one is\n{told.text}")
    else:
        click.echo(f"{site} is the site that {against} tells of.")


def _commit(root: Path) -> str:
    """The commit that is checked out, or nothing outside of git and where something was changed since."""
    git = Git(root)
    return "" if git.ask("status", "--porcelain") else git.ask("rev-parse", "HEAD") or ""


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
