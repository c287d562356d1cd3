"""What a saved page says: the page, and one card for each paper on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scraper.errors import Problem
from scraper.records import Author, ListedPaper


@dataclass(frozen=True, slots=True)
class Card:
    """One paper on a page. A field that is empty or None was not on the page, or could not be understood."""

    line: int
    """Where the card begins, counted from 1; 0 where the file's lines say nothing (an MHTML archive)."""
    title: str
    abstract: str = ""
    """Its paragraphs, an empty line between them."""
    authors: tuple[Author, ...] = ()
    author_count: int | None = None
    organization: str | None = None
    submitted: date | None = None
    comments: int | None = None
    upvotes: int | None = None
    identifier: str | None = None
    """In its canonical form; a page that was copied out as text has none."""
    listed: ListedPaper | None = None
    """Everything else a page of HTML knows. Its paper is featured on no day: that is for a scrape to say, which
    takes a featured paper that its day does not list for one that an editor removed."""


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A saved page. `assumptions` are sentences for the person: what was taken for granted, and how to change it."""

    title: str | None
    saved: date | None
    """The day the page shows, or on which somebody says it was saved; None where neither tells."""
    cards: tuple[Card, ...]
    problems: tuple[Problem, ...] = ()
    assumptions: tuple[str, ...] = ()
