"""The records: what the library knows, as plain values that touch no file, network or library.

Text is normalised once, here, when a record is made (`clean_line`, `clean_text`); from then on it is verbatim.
Every field of a record that is empty or None means "not known".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from scraper.errors import Problem

# Only from where white space begins: tried from each blank of a long row, it would take the square of its length.
_WRAP = re.compile(r"(?<![ \t])[ \t]*[\t\r\n]\s*")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Control characters, lone surrogates, the byte order mark and code points that are no characters: none of them can be
# shown, and a YAML or XML reader refuses most (YAML 1.2.2, section 5.1; XML 1.0, section 2.2).
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")


LONGEST_LINE = 20_000
"""Characters of the longest title, name or note. The longest recorded title has 226."""
LONGEST_TEXT = 200_000
"""Characters of the longest abstract, note or prose. The longest recorded abstract has 3,488."""
MOST_COUNTED = 10**12
"""More than anybody counts: of upvotes, say."""


def printable(text: str) -> str:
    """As `clean_text`, and the edges as they are: in prose white space means something."""
    if text.replace("\n", "").isprintable():  # nearly every text
        return text
    return _UNPRINTABLE.sub("", _LINE_ENDS.sub("\n", text))


def clean_text(text: str) -> str:
    r"""Text of several lines: line ends become `\n`, control characters go, edges are trimmed."""
    return printable(text).strip()


def clean_line(text: str) -> str:
    """Text of one line: as `clean_text`, and every run of white space becomes one space."""
    if text.isprintable() and "  " not in text:  # nearly every text, and a library reads some thirty for each paper
        return text.strip()
    return " ".join(_UNPRINTABLE.sub("", _LINE_ENDS.sub("\n", text)).split())


def clean_lines(texts: Iterable[str]) -> tuple[str, ...]:
    """Each text as one line, without those that are empty and without repetitions, order kept."""
    return tuple(dict.fromkeys(line for line in map(clean_line, texts) if line))


def clean_url(text: str) -> str | None:
    """An http or https address with a host, or None: nothing else may become a link ("javascript:", "data:")."""
    # An address that was copied over a line's end: a browser takes the line's end out (WHATWG URL, section 4.4).
    text = clean_line(_WRAP.sub("", text)).replace(" ", "%20")
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and parts.hostname
    except ValueError:
        return None
    return text if usable else None


@dataclass(frozen=True, slots=True)
class Author:
    """A person or group that a paper names as its author, as the paper writes it."""

    name: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a paper as arXiv counts them, with the day on which it was submitted."""

    number: int
    submitted: date | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """The facts about a paper that do not change. What moves (upvotes, say) belongs to the day it was listed."""

    id: str
    """The identifier in its canonical form (see `scraper.identifiers`)."""
    title: str
    """One line of text, never markup."""
    abstract: str = ""
    """Text, never markup; it may hold line ends."""
    authors: tuple[Author, ...] = ()
    author_count: int | None = None
    """How many authors there are, where a source gives their number and not their names."""
    submitted: date | None = None
    """The day of the first version."""
    organization: str | None = None
    categories: tuple[str, ...] = ()
    """arXiv's codes, the primary one first."""
    keywords: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    """http(s) addresses by what they lead to: `code`, `project`."""
    source: str | None = None
    """The source that first named the paper."""
    featured: tuple[date, ...] = ()
    """The days whose listing had the paper: the memory that lets an editor's removal last."""
    versions: tuple[Version, ...] = ()
    withdrawn: date | None = None
    """The day on which the paper was found withdrawn."""
    aliases: tuple[str, ...] = ()
    """Identifiers under which the paper was filed before; their addresses lead here."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Keys that people added and Paperstand does not know, kept as they are."""

    @property
    def number_of_authors(self) -> int | None:
        """How many authors the paper has, or None where nothing says."""
        return len(self.authors) or self.author_count


def oversized(paper: Paper) -> str | None:
    """What of a paper is longer than any paper's is, or None: each page that lists a paper would be as long."""
    lines = {
        "title": (paper.title,),
        "authors": (author.name for author in paper.authors),
        "organization": (paper.organization or "",),
        "categories": paper.categories,
        "keywords": paper.keywords,
        "links": (*paper.links, *paper.links.values()),
    }
    for name, texts in lines.items():
        if any(len(text) > LONGEST_LINE for text in texts):
            return f"{name}: expected at most {LONGEST_LINE:,} characters"
    if len(paper.abstract) > LONGEST_TEXT:
        return f"abstract: expected at most {LONGEST_TEXT:,} characters"
    return None


class EmptyReason(StrEnum):
    """Why a day has no papers."""

    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    """A day on which the source announces nothing, as arXiv on its holidays."""
    NOTHING_LISTED = "nothing-listed"
    NOT_YET_LISTED = "not-yet-listed"
    FAILED = "failed"
    """The source could not be asked, or gave no answer that could be read."""
    TAKEN_OUT = "taken-out"


@dataclass(frozen=True, slots=True)
class DayEntry:
    """A paper in a day: how it was received there, and which rule let it in."""

    id: str
    upvotes: int | None = None
    comments: int | None = None
    stars: int | None = None
    """Stars of the paper's code repository."""
    why: str | None = None
    """The source or rule that listed the paper."""
    score: int | None = None
    """What that rule gave it, where it scores."""
    citations: int | None = None
    """How often the paper had been cited when the day was last visited."""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Day:
    """One UTC day: which papers, in which order."""

    date: date
    title: str
    papers: tuple[DayEntry, ...] = ()
    empty: EmptyReason | None = None
    """Set only where there are no papers."""
    note: str = ""
    """The editor's note, Markdown; the scraper never touches it."""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListEntry:
    """A paper in a curated list."""

    id: str
    note: str | None = None
    """The curator's words on it, plain text."""
    comments: int | None = None
    """How many comments the page it was imported from showed."""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CuratedList:
    """A list that a person keeps. Its slug is its file's name."""

    slug: str
    title: str
    papers: tuple[ListEntry, ...] = ()
    description: str | None = None
    curator: str | None = None
    prose: str = ""
    """Markdown without raw HTML."""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListedPaper:
    """A paper as a source listed it on one day: the facts, and how it was received."""

    paper: Paper
    entry: DayEntry
    announced_before: bool = False
    """Whether the source says that the paper came out on another day already, as arXiv's cross-lists did."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a source returned for a day. `problems` are records it could not read; the rest is kept."""

    source: str
    day: date
    papers: tuple[ListedPaper, ...]
    problems: tuple[Problem, ...] = ()
    empty: EmptyReason | None = None
    """Why there are no papers, where the source knows that better than the calendar."""
    updates: tuple[Paper, ...] = ()
    """Papers of which the source has a newer version. They are not listed: whoever has them learns the version."""


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def day_title(day: date) -> str:
    """A day's title as people write it: 13 November 2025. Independent of the machine's language."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
