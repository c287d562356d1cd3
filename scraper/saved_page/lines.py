"""What a single line of a copied page says, by its own look and without its neighbours."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scraper.records import clean_line

MAX_AUTHORS = 100_000


@dataclass(frozen=True, slots=True)
class Blank:
    """An empty line."""


@dataclass(frozen=True, slots=True)
class Prose:
    """A title, a paragraph of an abstract, an organisation: which of them, the neighbours tell."""

    text: str


@dataclass(frozen=True, slots=True)
class Label:
    """A word that the site itself prints. Before the first card and after the last it is no paper's."""

    text: str


@dataclass(frozen=True, slots=True)
class Byline:
    """The line below the page's own title."""


@dataclass(frozen=True, slots=True)
class Separator:
    """A bullet that stands between facts."""


@dataclass(frozen=True, slots=True)
class AuthorCount:
    """`• 4 authors`."""

    number: int


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """`Jun 3, 2023`, or `Sep 23 2` with the number of comments. The day may be one that does not exist."""

    month: int
    day: int
    year: int | None
    comments: int | None

    def __str__(self) -> str:
        day = f"{_MONTHS[self.month - 1].title()[:3]} {self.day}"
        return day if self.year is None else f"{day}, {self.year}"


@dataclass(frozen=True, slots=True)
class Month:
    """The upper half of a calendar leaf, above a number."""

    month: int


@dataclass(frozen=True, slots=True)
class Number:
    """A number alone: upvotes or comments."""

    number: int


@dataclass(frozen=True, slots=True)
class Upvotes:
    """The button `Upvote`, with its number unless that stands on the next line."""

    number: int | None


@dataclass(frozen=True, slots=True)
class SubmittedBy:
    """Who put the paper on the page: not ours to keep. The name may stand on the next line."""

    named: bool


@dataclass(frozen=True, slots=True)
class Button:
    """A link that stands within a card and says nothing about the paper."""


Sign = (
    Blank
    | Prose
    | Label
    | Byline
    | Separator
    | AuthorCount
    | PrintedDate
    | Month
    | Number
    | Upvotes
    | SubmittedBy
    | Button
)

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MONTH_NUMBERS = {name[:length]: number for number, name in enumerate(_MONTHS, 1) for length in (3, len(name))} | {
    "sept": 9
}

_LABELS = frozenset(
    [
        "new", "subscribe", "daily papers", "trending papers", "papers", "hugging face", "hugging face's logo",
        "get trending papers in your email inbox!", "get trending papers in your email inbox once a day!",
        "models", "datasets", "spaces", "buckets", "community", "docs", "enterprise", "pricing", "log in", "sign up",
        "submit a paper", "daily", "weekly", "monthly", "trending", "view all", "previous", "next", "system theme",
        "company", "tos", "privacy", "about", "careers", "jobs", "website", "inference providers", "solutions", "posts",
        "search by arxiv id or title", "© hugging face", "...", "…",
    ]
)  # fmt: skip

_BULLETS = "•·∙⋅●○◦‣⁃▪■\ufffd"
_BULLET = re.compile(f"[{_BULLETS}]")
_DASH = re.compile(r"[-*–—] ?")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069]")

_NUMBER = r"\d{1,3}(?:,\d{3}){1,2}|\d{1,6}"
_COUNT = re.compile(rf"({_NUMBER})", re.ASCII)
_AUTHORS = re.compile(rf"({_NUMBER}) authors?", re.ASCII | re.IGNORECASE)
# The site puts a comma before the year. A number of four digits without one is the year all the same: no page shows
# two thousand comments.
_DATE = re.compile(
    r"(?:Published on )?([a-z]{3,9})\.? (\d{1,2})(?:, ?(\d{4})| ((?:19|20)\d\d))?(?: (\d{1,6}))?",
    re.ASCII | re.IGNORECASE,
)
_BYLINE = re.compile(r"by ?.{1,60} and the research community", re.IGNORECASE)
_SUBMITTED = re.compile(r"Submitted by( \S{1,60})?", re.IGNORECASE)
_UPVOTE = re.compile(rf"Upvote(?: ({_NUMBER}))?", re.ASCII | re.IGNORECASE)
_BUTTON = re.compile(
    r"(?:GitHub|arXiv Page|arXiv|PDF|View PDF|View arXiv page|Project page)(?: [\d.]{1,7}k?)?", re.ASCII | re.IGNORECASE
)

_LONGEST_FACT = 200
"""A line of more characters is prose: no fact, organisation included, was ever printed as long (the longest: 79)."""


def read_line(line: str) -> tuple[Sign, ...]:
    """What a line says, from left to right: more than one thing where facts share it (`• 4 authors · Jan 27`)."""
    text = clean_line(line)
    if not text:
        return (Blank(),)
    if len(text) > _LONGEST_FACT:
        return (Prose(text),)
    visible = clean_line(_INVISIBLE.sub("", text))
    return _facts(visible) or (_label(visible) or Prose(text),)


def _facts(text: str) -> tuple[Sign, ...]:
    """Empty where the line's last part is no fact: a bullet in a title does not make it several things."""
    parts = [part.strip() for part in _BULLET.split(text)]
    while parts and not parts[-1]:
        parts.pop()
    if not parts or not _DASH.sub("", text, count=1):
        return (Separator(),)
    if _fact(parts[-1]) is None:
        return ()
    signs: list[Sign] = []
    for position, part in enumerate(parts):
        signs += [Separator()] if position else []
        signs += [_fact(part) or Prose(part)] if part else []
    return tuple(signs)


def _fact(text: str) -> Sign | None:
    bare = _DASH.sub("", text, count=1) if _DASH.match(text) else text
    if match := _AUTHORS.fullmatch(bare):
        return AuthorCount(_integer(match[1]))
    if match := _COUNT.fullmatch(text):
        return Number(_integer(match[1]))
    if match := _SUBMITTED.fullmatch(text):
        return SubmittedBy(named=match[1] is not None)
    if match := _UPVOTE.fullmatch(text):
        return Upvotes(None if match[1] is None else _integer(match[1]))
    if _BUTTON.fullmatch(text):
        return Button()
    return _date(bare)


def _date(text: str) -> PrintedDate | Month | None:
    if text.lower() in _MONTH_NUMBERS:
        return Month(_MONTH_NUMBERS[text.lower()])
    match = _DATE.fullmatch(text)
    month = _MONTH_NUMBERS.get(match[1].lower()) if match else None
    if not match or not month:
        return None
    year, comments = match[3] or match[4], match[5]
    return PrintedDate(month, int(match[2]), int(year) if year else None, int(comments) if comments else None)


def _label(text: str) -> Label | Byline | None:
    if _BYLINE.fullmatch(text):
        return Byline()
    folded = text.casefold()
    # A row of links comes as one line: "TOS Privacy About Jobs".
    return Label(text) if folded in _LABELS or _LABELS.issuperset(folded.split()) else None


def _integer(digits: str) -> int:
    return int(digits.replace(",", ""))
