"""What a digest says. Pure functions of an edition: no clock, no address of a reader.

All texts are plain: TeX is typeset as text, since no mail program shows MathML, and every address is absolute.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup

from scraper.records import Day, clean_line, clean_text, day_title
from scraper.settings import Settings
from site_config import prose, typeset
from site_config.chrome import NO_MARKUP
from site_config.edition import Edition
from site_config.groups import Group
from site_config.pages.cards import LONGEST_LINE, authors_line, compact, links_of
from site_config.pages.periods import RANKED_BY
from site_config.pages.site import counted, day_path, described, weekday
from site_config.periods import Measure, Period
from site_config.prose import Place
from site_config.trending import Trending

EXCERPT_LENGTH = 300
"""Characters of an abstract."""
AUTHORS_SHOWN = 3
MOST = 30
"""Papers of a week's and of trending's digest: nobody reads two hundred in a mail. A day's has all that fit."""
MOST_OF_A_DAY = 50
LONGEST_NOTE = 3000
"""Characters of an editor's note; a longer one is cut, and stands on the day's page."""

# They turn the letters around them, and a subject or a line of text has no end at which a mail program undoes that.
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Mention:
    """A paper in a digest."""

    title: str
    address: str
    """Its page; where it has none yet, the paper itself; "" where nobody knows where that is."""
    by: str = ""
    """Authors and organisation."""
    upvotes: int | None = None
    excerpt: str = ""
    """The beginning of the abstract."""
    links: tuple[tuple[str, str], ...] = ()
    """What leads out of the site: (label, address)."""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest, as every form of it needs it."""

    name: str
    """What names it among all digests, the same whatever becomes of its numbers: 2026-W34-agents."""
    series: str
    """What it is one of: weekly-agents."""
    day: date
    """The last day that it is about."""
    site: str
    url: str
    """The site's address."""
    kicker: str
    title: str
    about: str
    """How many papers there are, and how they are ranked."""
    address: str
    """The page that has all of them."""
    mentions: tuple[Mention, ...]
    """The first papers."""
    papers: int
    """How many there are in all."""
    note: Markup = NO_MARKUP
    """The editor's note, as HTML that is safe to show."""

    @property
    def note_text(self) -> str:
        """The editor's note without its markup."""
        return _one_direction(clean_text(self.note.striptags())) if self.note else ""

    @property
    def subject(self) -> str:
        """The site, the digest, and the title of its first paper: A newsstand, Week 34 of 2026: The Path Not Taken"""
        named = f"{self.site}, {self.title}"
        return _line(f"{named}: {self.mentions[0].title}" if self.mentions else named, 160)


def of_day(edition: Edition, day: Day, topic: Group | None = None) -> Digest:
    """A day, in its order."""
    path = day_path(day.date)
    ids = _of_topic([entry.id for entry in day.papers], topic)
    digest = Digest(
        name=day.date.isoformat(),
        series="daily",
        day=day.date,
        site=_line(edition.settings.name),
        url=edition.settings.url,
        kicker=weekday(day.date),
        title=_line(day.title),
        about=counted(len(ids), "paper"),
        address=edition.settings.url + path,
        mentions=_mentions(edition, ids[:MOST_OF_A_DAY]),
        papers=len(ids),
        note=_note(day, edition.settings) if topic is None else NO_MARKUP,
    )
    return _on(topic, digest, edition.settings)


def of_week(edition: Edition, week: Period, topic: Group | None = None) -> Digest:
    """A week, the best received first."""
    ids = _of_topic(week.papers, topic)
    digest = Digest(
        name=week.name,
        series="weekly",
        day=week.last,
        site=_line(edition.settings.name),
        url=edition.settings.url,
        kicker=week.title,
        title=week.short_title,
        about=f"{counted(len(ids), 'paper')}, {RANKED_BY[week.measure]}",
        address=edition.settings.url + week.path,
        mentions=_mentions(edition, ids[:MOST]),
        papers=len(ids),
    )
    return _on(topic, digest, edition.settings)


def of_trending(edition: Edition, trending: Trending, topic: Group | None = None) -> Digest:
    """What is trending on the library's latest day, in the order of the page that prints the formula."""
    latest = edition.catalog.latest_day
    on = latest.date if latest else date.min
    ids = _of_topic([trend.id for trend in trending.papers], topic)
    measured = "" if trending.measure is Measure.NOTHING else ", ranked by the formula on the page"
    digest = Digest(
        name=f"trending-{on.isoformat()}",
        series="trending",
        day=on,
        site=_line(edition.settings.name),
        url=edition.settings.url,
        kicker=f"The last {trending.window.days} days",
        title=f"Trending on {day_title(on)}",
        about=f"{counted(len(ids), 'paper')}{measured}",
        address=f"{edition.settings.url}trending/",
        mentions=_mentions(edition, ids[:MOST]),
        papers=len(ids),
    )
    return _on(topic, digest, edition.settings)


def _of_topic(ids: Sequence[str], topic: Group | None) -> Sequence[str]:
    if topic is None:
        return ids
    members = frozenset(topic.papers)
    return [identifier for identifier in ids if identifier in members]


def _on(topic: Group | None, digest: Digest, settings: Settings) -> Digest:
    """A digest of a topic alone: it has a name of its own, and leads to the topic's page."""
    if topic is None:
        return digest
    return replace(
        digest,
        name=f"{digest.name}-{topic.slug}",
        series=f"{digest.series}-{topic.slug}",
        title=f"{_line(topic.name)}: {digest.title}",
        address=settings.url + topic.path,
    )


def _mentions(edition: Edition, ids: Sequence[str]) -> tuple[Mention, ...]:
    return tuple(_mention(edition, identifier) for identifier in ids)


def _mention(edition: Edition, identifier: str) -> Mention:
    card = compact(edition, identifier, edition.settings.url)
    paper = edition.catalog.papers.get(identifier)
    if paper is None:
        outside = tuple((link.label, link.url) for link in card.links)
        return Mention(identifier, outside[0][1] if outside else "", upvotes=card.upvotes, links=outside)
    organization = card.organization.name if card.organization else ""
    return Mention(
        title=_line(typeset.plain(paper.title), LONGEST_LINE),
        address=card.address or "",
        by=" · ".join(_line(part) for part in (authors_line(paper, AUTHORS_SHOWN), organization) if part),
        upvotes=card.upvotes,
        excerpt=described(_line(typeset.plain(paper.abstract[: 8 * EXCERPT_LENGTH])), EXCERPT_LENGTH),
        links=tuple((_line(link.label, 40), link.url) for link in links_of(paper)),
        withdrawn=card.withdrawn,
    )


def _note(day: Day, settings: Settings) -> Markup:
    place = Place(f"daily/{day.date.year}/{day.date.isoformat()}.md", day_path(day.date), settings.url)
    note = prose.render(day.note, place) if day.note else NO_MARKUP
    if len(note) <= LONGEST_NOTE:
        return note
    return Markup("<p>{}</p>").format(described(clean_text(note.striptags()), LONGEST_NOTE // 2))


def _line(text: str, longest: int = LONGEST_LINE) -> str:
    """Text as one line that leaves the letters around it alone."""
    line = clean_line(_one_direction(text))
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _one_direction(text: str) -> str:
    return _DIRECTIONS.sub("", text)
