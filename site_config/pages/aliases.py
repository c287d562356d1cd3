"""Old addresses: a paper that was filed under another identifier is still found where it was."""

from __future__ import annotations

from collections.abc import Iterator

from scraper import identifiers
from scraper.settings import Settings
from site_config.catalog import Catalog
from site_config.pages.site import Output, page_file, render, root_from


def outputs(catalog: Catalog, settings: Settings) -> Iterator[Output]:
    """For every alias a small page, without chrome, that leads to the paper's address of today."""
    for alias, identifier in sorted(catalog.aliases.items()):
        old, new = identifiers.page_path(alias), identifiers.page_path(identifier)
        body = render(
            "alias.html",
            title=catalog.papers[identifier].title,
            address=root_from(old) + new,
            canonical=settings.url + new,
        )
        yield Output(page_file(old), body)
