"""What a paper's page says in its head, to Zotero, to Google Scholar and to search engines.

Highwire's `citation_*` tags (https://scholar.google.com/intl/en/scholar/inclusion.html#indexing), and a schema.org
`ScholarlyArticle` as JSON-LD, which is data and not run.
"""

from __future__ import annotations

import json
import re
from typing import Any

from markupsafe import Markup, escape

from scraper import identifiers
from scraper.records import Paper
from scraper.settings import Settings
from site_config import typeset
from site_config.citing import facts

MOST_AUTHORS = 50
"""Names in Highwire's tags."""
MOST_AUTHORS_AS_DATA = 10
"""Names in the JSON-LD: search engines show a few, and Highwire's tags beside it have the others."""

_PLAIN = re.compile(r"[\w./:-]+", re.ASCII)
_DATA = Markup("<script type=application/ld+json>{}</script>")
# What would end the element, or a line of JavaScript, is written as JSON's escapes.
_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def head(paper: Paper, settings: Settings) -> Markup:
    """The tags of one paper."""
    title = " ".join(typeset.plain(paper.title).split())
    names = [" ".join(typeset.plain(author.name).split()) for author in paper.authors[:MOST_AUTHORS]]
    date, arxiv, doi = facts.when(paper), facts.arxiv_identifier(paper), facts.doi(paper)
    tags = [("title", title), *(("author", name) for name in names)]
    if date:
        tags.append(("publication_date", "/".join(f"{part:02}" for part in date)))
    if arxiv:
        tags.append(("pdf_url", f"https://arxiv.org/pdf/{arxiv}"))
    if doi:
        tags.append(("doi", doi))
    # Joined by hand: Markup's own formatting took a third of a page's time.
    metadata = "".join(f"<meta name=citation_{name} content={_attribute(value)}>" for name, value in tags)
    return Markup(metadata) + _linked_data(paper, settings, title, names, date)  # noqa: S704 - escaped one by one


def _attribute(value: str) -> str:
    """A value with quotes, which a date and an address of arXiv can do without."""
    return value if _PLAIN.fullmatch(value) else f'"{escape(value)}"'


def _linked_data(paper: Paper, settings: Settings, title: str, names: list[str], date: tuple[int, ...]) -> Markup:
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
    written = json.dumps(known, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    return _DATA.format(Markup(written))  # noqa: S704 - its angle brackets and ampersands are escaped
