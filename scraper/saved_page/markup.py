"""A saved page of HTML, or of MHTML, which is what Chromium saves as a single file.

The page keeps its papers as JSON in an attribute: `<div data-target="DailyPapers" data-props="{…}">`.

Tags are found by a scanner of our own: `html.parser` of Python 3.11 needs 50 seconds for 320 kB of `<!--`, and raises
AssertionError for `<![`. This one never looks at a character more than a few times.
"""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from html import unescape
from typing import Any

from scraper.errors import ContentError, Problem
from scraper.records import ListedPaper, clean_line
from scraper.saved_page.cards import Card, SavedPage
from scraper.saved_page.decoding import DecodedText, decode
from scraper.sources.huggingface import parse_entries

_EXPECTED = 'expected a saved page of huggingface.co/papers with an element data-target="DailyPapers" data-props="…"'

_ARCHIVE_HEAD = 8192
_BOUNDARY = re.compile(rb'boundary="?([^"\r\n;]{1,200})', re.IGNORECASE)
_MARKUP = re.compile(r"\s*<[A-Za-z!?]")
_TAG = re.compile(r"<([A-Za-z][^\s/>]*)|<!--")
# HTML standard, 13.1.2.3: a value in double quotes, in single quotes, or bare.
_ATTRIBUTE = re.compile(r"""[\s/]*([^\s/>][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*)))?""")
_RAW = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style", "textarea", "title", "noscript")}


@dataclass(frozen=True, slots=True)
class _Element:
    """A start tag: its attributes still escaped, their names in lower case."""

    name: str
    start: int
    end: int
    attributes: Mapping[str, str]


def is_archive(body: bytes) -> bool:
    """Whether this is MHTML: a mail of several parts."""
    head = body[:_ARCHIVE_HEAD].lower()
    return b"mime-version:" in head and b"multipart/related" in head and _BOUNDARY.search(head) is not None


def is_markup(text: str) -> bool:
    """Whether this begins as HTML does; no title or banner does."""
    return _MARKUP.match(text) is not None


def parse_archive(body: bytes, path: str, *, today: date, saved: date | None) -> SavedPage:
    """Read an MHTML archive: the first part of it that is such a page. Raises ContentError where none is."""
    for content in _html_parts(body):
        decoded = decode(content)
        if decoded and any(map(_holds_papers, _elements(decoded.text))):
            return _without_lines(parse_markup(decoded, path, today=today, saved=saved))
    raise ContentError([Problem(path, 0, _EXPECTED)])


def _without_lines(page: SavedPage) -> SavedPage:
    """The lines of a part are not those of the file."""
    cards = tuple(replace(card, line=0) for card in page.cards)
    return replace(page, cards=cards, problems=tuple(replace(problem, line=0) for problem in page.problems))


def _html_parts(body: bytes) -> Iterator[bytes]:
    boundary = _BOUNDARY.search(body[:_ARCHIVE_HEAD])
    for part in body.split(b"--" + boundary[1].strip())[1:] if boundary else []:
        normal = part.replace(b"\r\n", b"\n").lstrip(b"\n")
        head, _, content = normal.partition(b"\n\n")
        head = head.lower()
        if b"text/html" in head:
            yield _transferred(content, head)


def _transferred(content: bytes, head: bytes) -> bytes:
    if b"quoted-printable" in head:
        return binascii.a2b_qp(content)
    try:
        return binascii.a2b_base64(content) if b"base64" in head else content
    except binascii.Error:
        return b""


def parse_markup(decoded: DecodedText, path: str, *, today: date, saved: date | None) -> SavedPage:
    """Read a page of HTML. Raises ContentError where it has no such element, or one that cannot be read."""
    text = decoded.text
    title, element = _title_and_papers(text)
    line = 0 if element is None else text.count("\n", 0, element.start) + 1
    if element is None:
        raise ContentError([Problem(path, 0, _EXPECTED)])
    props = _props(element.attributes["data-props"])
    entries = props.get("dailyPapers") if props else None
    if props is None or not isinstance(entries, list):
        expected = 'the element data-target="DailyPapers" cannot be read: expected JSON with a list "dailyPapers"'
        raise ContentError([Problem(path, line, expected)])
    shown = _day(props.get("date"))
    listing = parse_entries(entries, shown or saved or today)
    problems = [Problem(path, line, f"{problem.path}: {problem.message}") for problem in listing.problems]
    if decoded.damaged:
        problems.append(Problem(path, line, "bytes that are no UTF-8: expected a file saved as UTF-8"))
    cards = tuple(_card(listed, line) for listed in listing.papers)
    return SavedPage(title, saved or shown, cards, tuple(problems), decoded.assumptions)


def _title_and_papers(text: str) -> tuple[str | None, _Element | None]:
    title = None
    for element in _elements(text):
        if element.name == "title" and title is None:
            content = text[element.end : element.end + 1000].partition("<")[0]
            title = clean_line(unescape(content)).removesuffix(" - Hugging Face") or None
        if _holds_papers(element):
            return title, element
    return title, None


def _holds_papers(element: _Element) -> bool:
    return element.attributes.get("data-target") == "DailyPapers" and "data-props" in element.attributes


def _elements(text: str) -> Iterator[_Element]:
    """Every start tag. What stands in a comment or a script is none."""
    position = 0
    while tag := _TAG.search(text, position):
        if tag[1] is None:
            end = text.find("-->", tag.end())
            position = end if end >= 0 else len(text)
            continue
        attributes, end = _attributes(text, tag.end())
        name = tag[1].lower()
        yield _Element(name, tag.start(), end, attributes)
        closing = _RAW[name].search(text, end) if name in _RAW else None
        position = closing.start() + 1 if closing else len(text) if name in _RAW else end


def _attributes(text: str, position: int) -> tuple[dict[str, str], int]:
    attributes: dict[str, str] = {}
    while found := _ATTRIBUTE.match(text, position):
        attributes.setdefault(
            found[1].lower(), next((value for value in found.group(2, 3, 4) if value is not None), "")
        )
        position = found.end()
    closing = text.find(">", position)
    return attributes, closing + 1 if closing >= 0 else len(text)


def _props(value: str) -> Mapping[str, Any] | None:
    try:
        props = json.loads(unescape(value))
    except (ValueError, RecursionError):  # a ValueError comes from numbers of thousands of digits, too
        return None
    return props if isinstance(props, dict) else None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def _card(listed: ListedPaper, line: int) -> Card:
    paper = replace(listed.paper, featured=())
    return Card(
        line=line,
        title=paper.title,
        abstract=paper.abstract,
        authors=paper.authors,
        author_count=paper.number_of_authors,
        organization=paper.organization,
        submitted=paper.submitted,
        comments=listed.entry.comments,
        upvotes=listed.entry.upvotes,
        identifier=paper.id,
        listed=ListedPaper(paper, listed.entry),
    )
