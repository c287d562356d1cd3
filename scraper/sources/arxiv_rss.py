"""arXiv's feed of a day: what was announced, and as what.

`GET {ARXIV_RSS_ENDPOINT}/rss/cs.LG+cs.CV` (https://info.arxiv.org/help/rss_specifications.html): one feed for several
categories, with at most 2,000 papers of the latest announcement. An item says of its paper whether it is new, a
cross-list, or a new version of either.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime
from enum import StrEnum
from xml.etree import ElementTree as ET

from scraper import identifiers
from scraper.errors import IdentifierError, Problem
from scraper.http import Client
from scraper.identifiers import Kind
from scraper.records import Author, Paper, Version, clean_line, clean_lines, clean_text
from scraper.sources.arxiv import NAME, PACE, is_withdrawn
from scraper.sources.safe_xml import parse_xml

DEFAULT_ENDPOINT = "https://rss.arxiv.org"
MAX_ITEMS = 2000
"""The most that one feed holds; what is beyond that is not in it."""

_ARXIV = "{http://arxiv.org/schemas/atom}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_ABSTRACT = re.compile(r"^\s*Abstract:\s*", re.MULTILINE)
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV|V|(?:M|Ph)\.?\s?D\.?", re.IGNORECASE)


class Announced(StrEnum):
    """As what arXiv announces a paper."""

    NEW = "new"
    CROSS = "cross"
    REPLACE = "replace"
    REPLACE_CROSS = "replace-cross"


@dataclass(frozen=True, slots=True)
class Announcement:
    """The papers of one day's feed in its order, each with what it was announced as."""

    day: date
    """The UTC day of the announcement, by the feed's own date."""
    papers: tuple[tuple[Announced, Paper], ...]
    problems: tuple[Problem, ...] = ()

    @property
    def is_cut(self) -> bool:
        """Whether the feed may lack papers, for it is as long as a feed can be."""
        return len(self.papers) + len(self.problems) >= MAX_ITEMS


def parse_rss(body: bytes) -> Announcement:
    """Read a feed; an item that cannot be read is a problem. Raises ValueError for what is no such feed."""
    channel = parse_xml(body, "rss", "an RSS feed").find("channel")
    if channel is None:
        raise ValueError("an RSS feed without a channel")
    try:
        day = parsedate_to_datetime(channel.findtext("pubDate") or "").date()
    except ValueError:
        raise ValueError("an RSS feed that does not tell its day") from None
    papers, problems = [], []
    for number, item in enumerate(channel.iterfind("item"), start=1):
        try:
            papers.append((Announced(_line(item, f"{_ARXIV}announce_type")), _paper(item, day)))
        except (ValueError, IdentifierError) as error:
            problems.append(Problem(f"{NAME} {day}", 0, f"item {number}: {error}; the item is left out"))
    return Announcement(day, tuple(papers), tuple(problems))


def fetch(client: Client, endpoint: str, categories: Sequence[str]) -> Announcement:
    """The latest announcement in these categories, with one request. Raises FetchError."""
    url = f"{endpoint}/rss/{'+'.join(categories)}"
    return client.get(url, pace=PACE, read=lambda answer: parse_rss(answer.body))


def author_names(text: str) -> tuple[str, ...]:
    """Names that stand behind one another with commas; what only belongs to a name ("Jr.") stays with it."""
    names: list[str] = []
    for part in map(clean_line, text.split(",")):
        if names and _SUFFIX.fullmatch(part):
            names[-1] = f"{names[-1]}, {part}"
        elif part:
            names.append(part)
    return tuple(names)


def _paper(item: ET.Element, day: date) -> Paper:
    reference = identifiers.parse_reference(_line(item, "guid").removeprefix("oai:arXiv.org:"))
    if identifiers.kind(reference.identifier) is not Kind.ARXIV:
        raise ValueError(f"{reference.identifier} is not an arXiv identifier")
    title = _line(item, "title")
    if not title:
        raise ValueError(f"{reference.identifier} has no title")
    description = item.findtext("description") or ""
    starts = _ABSTRACT.search(description)
    abstract = clean_text(description[starts.end() :]) if starts else ""
    return Paper(
        id=reference.identifier,
        title=title,
        abstract=abstract,
        authors=tuple(map(Author, author_names(_line(item, f"{_DC}creator")))),
        categories=clean_lines(category.text or "" for category in item.iterfind("category")),
        source=NAME,
        versions=(Version(reference.version),) if reference.version else (),
        withdrawn=day if is_withdrawn("", abstract) else None,
    )


def _line(item: ET.Element, tag: str) -> str:
    return clean_line(item.findtext(tag) or "")
