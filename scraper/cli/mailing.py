"""A digest on its way out: made of the library, written into files, sent."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import click

from scraper import settings
from scraper.check import library_problems
from scraper.cli.console import counted, today
from scraper.errors import ContentError, PaperstandError
from scraper.settings import Settings
from scraper.store import ContentStore
from site_config import newsletter
from site_config.catalog import Catalog
from site_config.edition import Edition
from site_config.groups import Group
from site_config.newsletter import Attempt, Connection, Digest, Envelope, Mailer, Outcome, Record, Result


@dataclass(frozen=True, slots=True)
class Made:
    """A digest, and the settings of the site that it is of."""

    digest: Digest
    site: Settings

    @classmethod
    def of(cls, root: Path, day: str | None, week: str | None, topic: str | None, *, trending: bool) -> Made:
        """The digest that a command names; that of the last day that is over where it names none."""
        site = settings.load(root)
        edition = _edition(root, site)
        group = _topic(edition, topic)
        return cls(_digest(edition, day, week, group, trending=trending), site)

    @property
    def text(self) -> str:
        """It as plain text."""
        return newsletter.written(self.digest, self.site, Envelope())[".txt"].decode()

    def write(self, folder: Path) -> list[Path]:
        """Write it into a folder in every form; gives the files."""
        problems: list[str] = []
        name, sender = newsletter.sender_of(os.environ.get("PAPERSTAND_SMTP_FROM", ""), problems)
        if problems:
            raise PaperstandError("\n".join(problems))
        envelope = Envelope(sender, name) if sender else Envelope()
        folder.mkdir(parents=True, exist_ok=True)
        paths = []
        for ending, content in newsletter.written(self.digest, self.site, envelope).items():
            path = folder / f"{self.digest.name}{ending}"
            path.write_bytes(content)
            paths.append(path)
        return paths

    def send(self, path: Path, *, again: bool) -> bool:
        """Send it to everybody who was not sent it, by the record in this file. Gives whether a person should look."""
        if newsletter.is_providers(newsletter.unsubscribe_address(self.site)):
            raise PaperstandError(
                f"{settings.PATH.as_posix()}: mail.unsubscribe is a placeholder that your mail provider fills in; "
                "to send by a server of your own, name an address there (see docs/mail.md)"
            )
        host = urlsplit(self.site.url).hostname or ""
        if host == "localhost" or host.startswith("127."):
            raise PaperstandError(f"{settings.PATH.as_posix()}: url is {self.site.url}, which leads no reader anywhere")
        mailer = Mailer.of(os.environ)
        now = datetime.now(UTC)
        with Record(path) as record, Connection(mailer) as connection:

            def send(recipient: str) -> Attempt:
                envelope = Envelope(mailer.sender, mailer.sender_name, recipient, now)
                return connection.send(recipient, newsletter.message(self.digest, self.site, envelope))

            results = newsletter.deliver(self.digest.name, mailer.recipients, record, send, again=again)
            return _said(self.digest, results)


def _edition(root: Path, site: Settings) -> Edition:
    """What the library publishes. Raises ContentError with every problem: a mail cannot be taken back."""
    library = ContentStore(root).load()
    problems = sorted(set(library_problems(root, library)))
    if problems:
        raise ContentError(problems)
    return Edition(Catalog.of(library, site), site)


def _topic(edition: Edition, name: str | None) -> Group | None:
    if name is None:
        return None
    wanted = name.casefold()
    for topic in edition.topics:
        if wanted in {topic.slug, topic.name.casefold()}:
            return topic
    known = ", ".join(topic.slug for topic in edition.topics) or "none"
    raise PaperstandError(f"there is no topic {name!r}; site.yml's topics: {known}")


def _digest(edition: Edition, day: str | None, week: str | None, topic: Group | None, *, trending: bool) -> Digest:
    if trending:
        if not edition.trending:
            raise PaperstandError("no day of the library has a paper, so that nothing is trending")
        return newsletter.of_trending(edition, edition.trending[0], topic)
    if week is not None:
        return newsletter.of_week(edition, edition.weeks[_named_week(edition, week)], topic)
    return newsletter.of_day(edition, edition.catalog.days[_named_day(edition, day or "")], topic)


def _named_day(edition: Edition, name: str) -> int:
    """The place of a day among all days; of the last that is over where none is named."""
    days = edition.catalog.days
    if not name:
        return _last_over(((day.date, bool(day.papers)) for day in days), "day", "--day 2026-08-21")
    try:
        wanted = date.fromisoformat(name)
    except ValueError:
        raise click.UsageError(f"--day: expected a date such as 2026-08-21, not {name!r}") from None
    places = {day.date: place for place, day in enumerate(days)}
    if wanted not in places:
        raise PaperstandError(f"the library has no day {wanted}; {_reach([day.date.isoformat() for day in days])}")
    return places[wanted]


def _named_week(edition: Edition, name: str) -> int:
    """The place of a week among all weeks; of the last that is over where none is named."""
    weeks = edition.weeks
    if not name:
        return _last_over(((week.last, bool(week.papers)) for week in weeks), "week", "--week 2026-W34")
    if not re.fullmatch(r"\d{4}-W\d\d", name):
        raise click.UsageError(f"--week: expected a week such as 2026-W34, not {name!r}")
    places = {week.name: place for place, week in enumerate(weeks)}
    if name not in places:
        raise PaperstandError(f"the library has no week {name}; {_reach([week.name for week in weeks])}")
    return places[name]


def _last_over(ends: Iterable[tuple[date, bool]], what: str, example: str) -> int:
    """The place of the last one with papers that ended before today: one that goes on would be sent too early."""
    now = today()
    over = [place for place, (end, has_papers) in enumerate(ends) if has_papers and end < now]
    if not over:
        raise PaperstandError(f"no {what} of the library with papers is over yet; name one, as in {example}")
    return over[-1]


def _reach(names: list[str]) -> str:
    return f"it has {names[0]} to {names[-1]}" if names else "it has none"


_WORDS = {
    Outcome.REFUSED: "the server did not take it; the next run tries again",
    Outcome.UNKNOWN: "the connection broke, so that it may have arrived or not; --again sends it once more",
    Outcome.UNKNOWN_BEFORE: "an earlier run broke off while sending it, so that it may have arrived; --again sends it",
}


def _said(made: Digest, results: Iterable[Result]) -> bool:
    counts = dict.fromkeys(Outcome, 0)
    for result in results:
        counts[result.outcome] += 1
        if result.outcome in _WORDS:
            reason = f" ({result.reason})" if result.reason else ""
            click.echo(f"Problem: {result.recipient}: {_WORDS[result.outcome]}{reason}", err=True)
    failed = sum(number for outcome, number in counts.items() if outcome.is_failure)
    click.echo(
        f"{made.name}: sent to {counted(counts[Outcome.SENT], 'recipient')}, "
        f"to {counts[Outcome.SENT_BEFORE]} before, {counted(failed, 'problem')}"
    )
    return bool(failed)
