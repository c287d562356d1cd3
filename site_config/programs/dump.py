"""All papers, a file a month: JSON Lines (https://jsonlines.org), compressed.

A paper is in the month of the first day that listed it, or of its first version where no day does.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from scraper import identifiers
from scraper.records import Paper, Version
from site_config.catalog import DayListing
from site_config.edition import Edition
from site_config.packed import packed

Line = tuple[Paper, tuple[DayListing, ...], tuple[str, ...]]
"""A paper, the days that listed it, and the slugs of its topics."""


def month(made_of: Sequence[Line]) -> bytes:
    """The papers of a month, as a gzip file."""
    return packed("".join(f"{line(one)}\n" for one in made_of), level=9)


def line(made_of: Line) -> str:
    """A paper as one line of JSON; what is not known is left out."""
    paper, listings, topics = made_of
    values: dict[str, Any] = {
        "id": paper.id,
        "title": paper.title,
        "abstract": paper.abstract,
        "authors": [author.name for author in paper.authors],
        "author_count": paper.author_count,
        "submitted": _iso(paper.submitted),
        "organization": paper.organization,
        "categories": list(paper.categories),
        "keywords": list(paper.keywords),
        "topics": list(topics),
        "links": dict(paper.links),
        "upstream": identifiers.upstream_url(paper.id),
        "page": identifiers.page_path(paper.id),
        "source": paper.source,
        "days": [_listing(listing) for listing in listings],
        "versions": [_version(version) for version in paper.versions],
        "withdrawn": _iso(paper.withdrawn),
        "aliases": list(paper.aliases),
    }
    return json.dumps(_known(values), ensure_ascii=False, separators=(",", ":"))


def _listing(listing: DayListing) -> dict[str, Any]:
    entry = listing.entry
    return _known(
        {
            "date": _iso(listing.date),
            "upvotes": entry.upvotes,
            "comments": entry.comments,
            "stars": entry.stars,
            "why": entry.why,
            "score": entry.score,
            "citations": entry.citations,
        }
    )


def _version(version: Version) -> dict[str, Any]:
    return _known({"number": version.number, "submitted": _iso(version.submitted)})


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None and value not in ([], {})}


def by_month(edition: Edition) -> dict[str, list[Line]]:
    """The lines of each file, by its name; a paper of which no date is known is in "undated"."""
    found: dict[str, list[Line]] = {}
    for identifier, paper in edition.catalog.papers.items():
        days = edition.catalog.days_of(identifier)
        first = days[0].date if days else paper.submitted
        name = f"{first:%Y-%m}" if first else "undated"
        topics = tuple(topic.slug for topic in edition.topics_of.get(identifier, ()))
        found.setdefault(name, []).append(
            (replace(paper, extra={}) if paper.extra else paper, tuple(map(_plain, days)), topics)
        )
    return dict(sorted(found.items()))


def _plain(listing: DayListing) -> DayListing:
    """A listing without what people added to it for themselves."""
    return replace(listing, entry=replace(listing.entry, extra={})) if listing.entry.extra else listing
