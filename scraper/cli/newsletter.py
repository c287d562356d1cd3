"""The command that makes the newsletter and sends it: digest."""

from __future__ import annotations

import sys
from pathlib import Path

import click

RECORD = Path(".newsletter", "sent.jsonl")
"""Who was sent what, below the library's root. Not in .cache: what is lost there can be made again, and this cannot."""


@click.command(short_help="Make a day, a week or trending into a mail, and send it.")
@click.option("--day", is_flag=False, flag_value="", metavar="[DATE]", help="A day; the last that is over.")
@click.option(
    "--week", is_flag=False, flag_value="", metavar="[WEEK]", help="A week such as 2026-W34; the last that is over."
)
@click.option("--trending", is_flag=True, help="What is trending on the library's latest day.")
@click.option("--topic", metavar="TOPIC", help="Only papers of this topic of site.yml.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the digest into this folder as .html, .txt, .md and .eml.",
)
@click.option("--send", is_flag=True, help="Send it by the server that the variables PAPERSTAND_SMTP_… name.")
@click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    help=f"The file that remembers who was sent what; {RECORD} in the library's folder unless told.",
)
@click.option(
    "--again", is_flag=True, help="Send it also to those of whom an earlier run did not learn whether it arrived."
)
@click.pass_obj
def digest(
    root: Path,
    day: str | None,
    week: str | None,
    trending: bool,
    topic: str | None,
    out: Path | None,
    send: bool,
    record: Path | None,
    again: bool,
) -> None:
    """Make a digest: of a day, of a week, or of what is trending. It is shown as text unless written or sent.

    Nobody is sent the same digest twice. docs/mail.md says how sending is set up.
    """
    if sum((day is not None, week is not None, trending)) > 1:
        raise click.UsageError("a digest is of a --day, of a --week or --trending")
    if not send and (again or record):
        raise click.UsageError("--again and --record belong to --send")
    from scraper.cli import mailing  # noqa: PLC0415 - what makes a digest takes half a second to load

    made = mailing.Made.of(root, day, week, topic, trending=trending)
    if not made.digest.papers:
        click.echo(f"Nothing to send: {made.digest.title} has no papers.")
        return
    if out:
        for path in made.write(out):
            click.echo(f"Wrote {path}")
    if send:
        sys.exit(1 if made.send(record or root / RECORD, again=again) else 0)
    if not out:
        click.echo(made.text, nl=False)
