"""What shows programs around the site: `robots.txt` for crawlers, `opensearch.xml` for browsers' search boxes."""

from __future__ import annotations

from collections.abc import Iterator

from site_config.edition import Edition
from site_config.pages.site import Output, render

LONGEST_SHORT_NAME = 16
"""Characters (https://github.com/dewitt/opensearch, section 4.2.1)."""


def outputs(edition: Edition) -> Iterator[Output]:
    """Both files. A crawler reads robots.txt at a host's root only: a site below a path has it for whoever looks."""
    settings = edition.settings
    yield Output("robots.txt", f"User-agent: *\nAllow: /\n\nSitemap: {settings.url}sitemap.xml\n")
    name = settings.name if len(settings.name) <= LONGEST_SHORT_NAME else settings.name[:LONGEST_SHORT_NAME].strip()
    yield Output("opensearch.xml", render("opensearch.xml", settings=settings, name=name))
