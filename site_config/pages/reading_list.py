"""The reading list's page: a place that scripts fill with what a reader keeps in the browser."""

from __future__ import annotations

from collections.abc import Iterator

from site_config.chrome import Content
from site_config.edition import Edition
from site_config.pages.site import Kind, Page, render

PATH = "reading-list/"


def pages(edition: Edition) -> Iterator[Page]:
    """The one page, which says what it is for where no script fills it."""
    yield Page(
        PATH,
        Kind.READING_LIST,
        Content(
            title=f"Reading list - {edition.settings.name}",
            description="The papers that you saved, with your notes. They are kept in your browser, and nowhere else.",
            canonical=edition.settings.url + PATH,
            body=render("reading-list.html"),
        ),
    )
