"""The sitemap: every address of the site, for search engines (https://www.sitemaps.org/protocol.html).

It says nothing of when a page changed: that would be the time of the build, and nothing published depends on the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from site_config.edition import Edition
from site_config.pages.site import Output, render

MOST_ADDRESSES = 50_000
"""In one file, by the protocol."""


def outputs(edition: Edition, addresses: Iterable[str]) -> Iterator[Output]:
    """`sitemap.xml`, and where that would be too long, an index of several.

    `addresses` are all pages', relative to the root.
    """
    locations = [edition.settings.url + path for path in addresses]
    parts = [locations[start : start + MOST_ADDRESSES] for start in range(0, len(locations), MOST_ADDRESSES)]
    if len(parts) == 1:
        yield Output("sitemap.xml", render("sitemap.xml", locations=parts[0]))
        return
    for number, part in enumerate(parts, start=1):
        yield Output(f"sitemap-{number}.xml", render("sitemap.xml", locations=part))
    names = [f"{edition.settings.url}sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    yield Output("sitemap.xml", render("sitemap-index.xml", locations=names))
