"""Saved pages of huggingface.co/papers: bytes of a file in, values out. Nothing here reads, writes or asks anybody.

    parse               a page saved as HTML or MHTML, or copied out as plain text -> SavedPage
    parse_identifiers   a table of titles and the identifiers their papers have

What a page is, its content tells, never its name. What cannot be understood becomes a problem with its line, and the
rest is kept.
"""

from __future__ import annotations

from datetime import date

from scraper.errors import ContentError, Problem
from scraper.saved_page.cards import Card, SavedPage
from scraper.saved_page.decoding import decode
from scraper.saved_page.identifier_table import parse_identifiers
from scraper.saved_page.markup import is_archive, is_markup, parse_archive, parse_markup
from scraper.saved_page.plain_text import parse_text

__all__ = ["Card", "SavedPage", "parse", "parse_identifiers"]


def parse(body: bytes, path: str, *, today: date, saved: date | None = None) -> SavedPage:
    """Read a saved page.

    `path` names the file in problems. `saved` is the day on which the page was saved, where somebody knows it: it
    tells the year of dates that are printed without one. Else the page and `today` tell it, and the result says how.
    Raises ContentError for a file that is no such page at all, and for nothing else.
    """
    if is_archive(body):
        return parse_archive(body, path, today=today, saved=saved)
    text = decode(body)
    if text is None:
        expected = "expected a saved page of huggingface.co/papers: this is no text; save the page as HTML, or copy it"
        raise ContentError([Problem(path, 0, f"{expected} into a text file in UTF-8")])
    if is_markup(text.text):
        return parse_markup(text, path, today=today, saved=saved)
    return parse_text(text, path, today=today, saved=saved)
