"""The commands that make and show the site: build and serve.

Each imports what only it needs: MkDocs takes a third of a second to load, which no other command should wait for.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import click

from scraper import settings


@click.command()
@click.option("--site-dir", type=click.Path(file_okay=False, path_type=Path), help="Where to; site/ unless told.")
@click.pass_obj
def build(root: Path, site_dir: Path | None) -> None:
    """Build the whole site from the library."""
    from site_config import plugin  # noqa: PLC0415 - MkDocs takes a third of a second to load

    built = plugin.build(root, site_dir)
    click.echo(f"Built {built}")


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
