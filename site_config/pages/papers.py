"""A paper's page: everything that is known about it.

Most of a site's pages are these, so a page is made from a `PaperSheet` alone: a small value that holds all that the
page shows, and that can be handed to another process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from scraper import identifiers
from scraper.records import Paper
from scraper.settings import Settings
from site_config.catalog import DayListing, ListListing
from site_config.chrome import Content, Frame
from site_config.edition import Edition
from site_config.pages.cards import discussion_of, links_of
from site_config.pages.site import (
    Kind,
    Output,
    Page,
    day_path,
    described,
    list_path,
    page_file,
    render,
    root_from,
    source_link,
)

AUTHORS_SHOWN = 60
"""Names on a paper's page; the rest unfolds."""


@dataclass(frozen=True, slots=True)
class PaperSheet:
    """All that a paper's page shows."""

    paper: Paper
    days: tuple[DayListing, ...]
    lists: tuple[ListListing, ...]


def sheets(edition: Edition) -> Iterator[PaperSheet]:
    """The sheet of every paper, oldest first."""
    for paper in edition.catalog.papers.values():
        yield PaperSheet(paper, edition.catalog.days_of(paper.id), edition.catalog.lists_of(paper.id))


def page(sheet: PaperSheet, settings: Settings) -> Page:
    """A paper's page."""
    paper = sheet.paper
    path = identifiers.page_path(paper.id)
    return Page(
        path,
        Kind.PAPER,
        Content(
            title=f"{paper.title} - {settings.name}",
            description=described(paper.abstract) or paper.title,
            canonical=settings.url + path,
            body=_body(sheet, settings, root_from(path)),
        ),
    )


def output(sheet: PaperSheet, settings: Settings, frames: Mapping[int, Frame]) -> Output:
    """A paper's page in its chrome; `frames` are those of paper pages by depth below the root."""
    made = page(sheet, settings)
    return Output(page_file(made.path), frames[made.path.count("/")].fill(made.content))


def _body(sheet: PaperSheet, settings: Settings, root: str) -> Markup:
    paper = sheet.paper
    names = [author.name for author in paper.authors]
    stars = next((listing.entry.stars for listing in reversed(sheet.days) if listing.entry.stars is not None), None)
    return render(
        "paper.html",
        paper=paper,
        authors=", ".join(names[:AUTHORS_SHOWN]),
        more_authors=", ".join(names[AUTHORS_SHOWN:]),
        more=len(names) - AUTHORS_SHOWN,
        paragraphs=_paragraphs(paper.abstract),
        links=links_of(paper, stars),
        discussion=discussion_of(paper.id),
        days=[(listing, root + day_path(listing.date)) for listing in sheet.days],
        lists=[(listing, root + list_path(listing.slug)) for listing in sheet.lists],
        edit=source_link(settings, f"papers/{identifiers.file_path(paper.id)}"),
    )


def _paragraphs(abstract: str) -> list[str]:
    return [paragraph for paragraph in re.split(r"\n\s*\n", abstract) if paragraph.strip()]
