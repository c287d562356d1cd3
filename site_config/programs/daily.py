"""A day as `https://huggingface.co/api/daily_papers?date=…` has it, so that programs written for that can read it.

What is there has that API's names and meaning; of what it sends, the site has no picture, submitter or summary by a
machine. The entry's `publishedAt` is the day that listed the paper, and the paper's the
day of its first version.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from scraper.records import DayEntry, Paper

_LINKS = {"code": "githubRepo", "project": "projectPage"}


def day(made_of: tuple[date, tuple[tuple[DayEntry, Paper], ...]]) -> str:
    """A day's papers, in its order."""
    on, papers = made_of
    entries = [_entry(on, entry, paper) for entry, paper in papers]
    return json.dumps(entries, ensure_ascii=False, separators=(",", ":"))


def _entry(on: date, entry: DayEntry, paper: Paper) -> dict[str, Any]:
    organization = {"name": paper.organization, "fullname": paper.organization} if paper.organization else None
    inner = {
        "id": paper.id,
        "authors": [{"name": author.name} for author in paper.authors],
        "publishedAt": _moment(paper.submitted),
        "title": paper.title,
        "summary": paper.abstract,
        "upvotes": entry.upvotes,
        **{name: paper.links.get(link) for link, name in _LINKS.items()},
        "githubStars": entry.stars,
        "ai_keywords": list(paper.keywords),
        "organization": organization,
        "withdrawnAt": _moment(paper.withdrawn),
    }
    outer = {
        "paper": _known(inner),
        "publishedAt": _moment(on),
        "title": paper.title,
        "numComments": entry.comments,
        "organization": organization,
    }
    return _known(outer)


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None and value != []}


def _moment(on: date | None) -> str | None:
    """A day's beginning as that API writes it."""
    return f"{on.isoformat()}T00:00:00.000Z" if on else None
