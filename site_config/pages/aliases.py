"""Old addresses: a paper that was filed under another identifier is still found where it was."""

from __future__ import annotations

from collections.abc import Iterator

from scraper import identifiers
from site_config.edition import Edition
from site_config.pages.site import Output, page_file, render, root_from


def outputs(edition: Edition) -> Iterator[Output]:
    """For every alias a small page, without chrome, that leads to the paper's address of today."""
    for alias, identifier in sorted(edition.catalog.aliases.items()):
        old, new = identifiers.page_path(alias), identifiers.page_path(identifier)
        body = render(
            "alias.html",
            title=edition.catalog.papers.heading(identifier).title,
            address=root_from(old) + new,
            canonical=edition.settings.url + new,
        )
        yield Output(page_file(old), body)
