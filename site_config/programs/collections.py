"""Lists, topics and the index of what there is, as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from scraper.records import CuratedList

FORMAT = 1
"""Grows when something is taken away or changes its meaning; what is added later leaves it as it is."""


def curated_list(made_of: tuple[CuratedList, Mapping[str, str]]) -> str:
    """A curated list, given the titles of those of its papers that are in the library."""
    curated, titles = made_of
    papers = [_known({"id": entry.id, "title": titles.get(entry.id), "note": entry.note}) for entry in curated.papers]
    about = {
        "slug": curated.slug,
        "title": curated.title,
        "description": curated.description,
        "curator": curated.curator,
        "prose": curated.prose or None,
    }
    return written({**_known(about), "papers": papers})


def topic(made_of: tuple[str, str, str, Sequence[str]]) -> str:
    """A topic: its slug, its name, what it is about, and its papers' identifiers, last listed first."""
    slug, name, description, papers = made_of
    return written({"slug": slug, "name": name, "description": description, "papers": list(papers)})


def index(made_of: Mapping[str, Any]) -> str:
    """What there is."""
    return written({"format": FORMAT, **made_of})


def written(value: Any) -> str:
    """JSON without a space."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
