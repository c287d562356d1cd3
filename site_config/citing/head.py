"""What a paper's page says in its head, to Zotero, to Google Scholar and to search engines.

Highwire's `citation_*` tags (https://scholar.google.com/intl/en/scholar/inclusion.html#indexing), and a schema.org
`ScholarlyArticle` as JSON-LD, which is data and not run.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
from markupsafe import Markup, escape

from scraper import identifiers
from scraper.records import Paper
from scraper.settings import Settings
from site_config import typeset
from site_config.citing import facts

MOST_AUTHORS = 50
"""Names in Highwire's tags."""
MOST_AUTHORS_AS_DATA = 3
"""Names in the JSON-LD: search engines show the first ones, and Highwire's tags beside it have the others."""

_PLAIN = re.compile(r"[\w./:-]+", re.ASCII)
# What would end the element, or a line of JavaScript, is written as JSON's escapes.
_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def head(paper: Paper, settings: Settings) -> Markup:
    """The tags of one paper."""
    title = " ".join(typeset.plain(paper.title).split())
    names = [" ".join(typeset.plain(author.name).split()) for author in paper.authors[:MOST_AUTHORS]]
    date, arxiv, doi = facts.when(paper), facts.arxiv_identifier(paper), facts.doi(paper)
    tags = ["title", *(["author"] * len(names))]
    values = [title, *names]
    if date:
        tags.append("publication_date")
        values.append("/".join(f"{part:02}" for part in date))
    if arxiv:
        tags.append("pdf_url")
        values.append(f"https://arxiv.org/pdf/{arxiv}")
    if doi:
        tags.append("doi")
        values.append(doi)
    # Joined by hand, and escaped in one go: Markup's own formatting took a third of a page's time. Values are lines.
    escaped = str(escape("\n".join(values))).split("\n")
    metadata = "".join(
        [f"<meta name=citation_{name} content={_attribute(value)}>" for name, value in zip(tags, escaped, strict=True)]
    )
    data = _linked_data(paper, settings, title, names, date)
    return Markup(f"{metadata}<script type=application/ld+json>{data}</script>")  # noqa: S704 - both are escaped


def _attribute(escaped: str) -> str:
    """A value with quotes, which a date and an address of arXiv can do without."""
    return escaped if _PLAIN.fullmatch(escaped) else f'"{escaped}"'


def _linked_data(paper: Paper, settings: Settings, title: str, names: list[str], date: tuple[int, ...]) -> str:
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle",
        "name": title,
        # Text will do where a person is expected (https://schema.org/docs/gs.html#schemaorg_expected).
        "author": names[:MOST_AUTHORS_AS_DATA],
        "datePublished": "-".join(f"{part:02}" for part in date),
        "sameAs": identifiers.upstream_url(paper.id),
        "url": settings.url + identifiers.page_path(paper.id),
    }
    known = {name: value for name, value in data.items() if value}
    if "sameAs" in known:
        known.pop("url")
    return msgspec.json.encode(known).decode().translate(_ESCAPES)
