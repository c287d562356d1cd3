"""COinS: a paper as a line that Zotero reads from any page (OpenURL ContextObjects in Spans, Z39.88-2004)."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from scraper import identifiers
from scraper.records import Paper
from site_config import typeset
from site_config.citing import facts

MOST_AUTHORS = 5
"""Names in a span: the paper's own page has all."""


def title(paper: Paper) -> str:
    """What stands in the `title` of a span of the class Z3988, not escaped."""
    date = "-".join(f"{part:02}" for part in facts.when(paper))
    pairs = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
        ("rft.type", "preprint" if facts.arxiv_identifier(paper) else "document"),
        ("rft.title", " ".join(typeset.plain(paper.title).split())),
        *(("rft.creator", " ".join(typeset.plain(author.name).split())) for author in paper.authors[:MOST_AUTHORS]),
        ("rft.date", date),
        ("rft.identifier", identifiers.upstream_url(paper.id) or ""),
    ]
    return urlencode([pair for pair in pairs if pair[1]], quote_via=quote)
