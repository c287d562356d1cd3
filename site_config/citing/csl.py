"""CSL-JSON: one object for each paper, for Zotero, pandoc and whatever else formats citations by styles.

https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html, and the schema csl-data.json of the Citation Style
Language, version 1.0.2.
"""

from __future__ import annotations

import json
from typing import Any

from scraper import identifiers
from scraper.records import Paper
from site_config import typeset
from site_config.citing import facts
from site_config.citing.names import Name, split


def entry(paper: Paper) -> str:
    """A paper's object, on one line. It holds no abstract."""
    return json.dumps(fields(paper), ensure_ascii=False, separators=(",", ":"))


def fields(paper: Paper) -> dict[str, Any]:
    """What the object holds."""
    arxiv, doi, date = facts.arxiv_identifier(paper), facts.doi(paper), facts.when(paper)
    address = identifiers.upstream_url(paper.id)
    found: dict[str, Any] = {
        "id": facts.key(paper),
        "type": "article" if arxiv else "document",
        "title": " ".join(typeset.plain(paper.title).split()),
    }
    if paper.authors:
        found["author"] = [_name(split(author.name)) for author in paper.authors]
    if date:
        found["issued"] = {"date-parts": [list(date)]}
    if arxiv:
        found["number"] = f"arXiv:{arxiv}"
    if doi:
        found["DOI"] = doi
    if address:
        found["URL"] = address
    if paper.withdrawn:
        found["note"] = "Withdrawn"
    return found


def _name(name: Name) -> dict[str, str]:
    if name.is_whole:
        return {"literal": name.family}
    parts = {
        "family": name.family,
        "given": name.given,
        "non-dropping-particle": name.particle,
        "suffix": name.suffix,
    }
    return {part: value for part, value in parts.items() if value}
