"""The sitemap: every address of the site, for search engines (https://www.sitemaps.org/protocol.html).

It says nothing of when a page changed: that would be the time of the build, and nothing published depends on the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scraper import identifiers
from scraper.settings import Settings
from site_config.catalog import Catalog
from site_config.pages.site import Output, day_path, list_path, render

MOST_ADDRESSES = 50_000
"""In one file, by the protocol."""


def addresses(catalog: Catalog, ordinary_pages: Iterable[str]) -> Iterator[str]:
    """Every page's address relative to the root; `ordinary_pages` are those that MkDocs itself renders."""
    yield from ordinary_pages
    yield from (list_path(curated.slug) for curated in catalog.lists)
    yield from (day_path(day.date) for day in reversed(catalog.days))
    yield from (identifiers.page_path(identifier) for identifier in reversed(list(catalog.papers)))


def outputs(catalog: Catalog, settings: Settings, ordinary_pages: Iterable[str]) -> Iterator[Output]:
    """`sitemap.xml`, and where that would be too long, an index of several."""
    locations = [settings.url + path for path in addresses(catalog, ordinary_pages)]
    parts = [locations[start : start + MOST_ADDRESSES] for start in range(0, len(locations), MOST_ADDRESSES)]
    if len(parts) == 1:
        yield Output("sitemap.xml", render("sitemap.xml", locations=parts[0]))
        return
    for number, part in enumerate(parts, start=1):
        yield Output(f"sitemap-{number}.xml", render("sitemap.xml", locations=part))
    names = [f"{settings.url}sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    yield Output("sitemap.xml", render("sitemap-index.xml", locations=names))
