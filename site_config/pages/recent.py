"""The recent papers as one small file, with which a browser tells what is new since its reader's last visit."""

from __future__ import annotations

import json
from collections.abc import Iterator

from scraper import identifiers
from scraper.records import Paper
from site_config import typeset
from site_config.citing.facts import older_key
from site_config.edition import Edition
from site_config.pages.cards import AUTHORS_SHOWN, authors_line
from site_config.pages.site import Output

FILE = "recent.json"
FORMAT = 1
DAYS = 14
"""Days with papers that the file goes back."""
MOST_PAPERS = 300
"""A reader who was away longer sees the newest ones. At some 250 bytes a paper the file has at most 75 kB."""


def outputs(edition: Edition) -> Iterator[Output]:
    """`recent.json`: the papers of the last days, the newest day first and each day in its own order.

    Each is `{"id", "title", "authors", "date", "featured", "path"}`. `date` is the first version's, `featured` the
    day that listed it last, and `path` its page's address below the site's root; `key`
    is that of its citations, where the identifier alone does not give it. A paper whose file is not here yet is
    left out.
    """
    papers = [_entry(paper, featured) for paper, featured in _recent(edition)]
    yield Output(FILE, json.dumps({"format": FORMAT, "papers": papers}, ensure_ascii=False, separators=(",", ":")))


def _recent(edition: Edition) -> list[tuple[Paper, str]]:
    catalog = edition.catalog
    days = [day for day in catalog.days if day.papers][: -DAYS - 1 : -1]
    found: dict[str, tuple[Paper, str]] = {}
    for day in days:
        for entry in day.papers:
            paper = catalog.papers.get(entry.id)
            if paper:
                found.setdefault(paper.id, (paper, day.date.isoformat()))
    return list(found.values())[:MOST_PAPERS]


def _entry(paper: Paper, featured: str) -> dict[str, str]:
    return {
        "id": paper.id,
        "title": typeset.plain(paper.title),
        "authors": authors_line(paper, AUTHORS_SHOWN),
        "date": paper.submitted.isoformat() if paper.submitted else "",
        "featured": featured,
        "path": identifiers.page_path(paper.id),
        **({"key": key} if (key := older_key(paper)) else {}),
    }
