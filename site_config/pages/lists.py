"""Curated lists: their index, and a page for each with compact cards and the curator's words."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from scraper.records import CuratedList
from scraper.settings import Settings
from site_config import prose
from site_config.chrome import Content
from site_config.citing import coins, pictures
from site_config.citing.files import continued
from site_config.edition import Edition
from site_config.pages.cards import compact
from site_config.pages.site import Deferred, Kind, Page, counted, described, list_path, render, root_from, source_link
from site_config.prose import Place

EXAMPLE = """---
title: My topic
description: What the list is about, in a line
curator: Your name
papers:
- '2306.02204'
- {id: '2501.16443', note: 'Start here.'}
---
As much prose as you like, in Markdown.
"""
"""What a new list begins with: the README's own example."""


def start_links(settings: Settings) -> tuple[str, str] | None:
    """Where a list is begun, with an example to write over, and where that is explained; None without a repository.

    GitHub's page for a new file takes the file's name and its first text from the address.
    """
    if not settings.repository:
        return None
    new = f"{settings.repository}/new/HEAD/content/lists?filename=my-topic.md&value={quote(EXAMPLE)}"
    return new, f"{settings.repository}/blob/HEAD/CONTRIBUTING.md#add-a-list"


def suggest_link(settings: Settings, curated: CuratedList) -> str | None:
    """Where anyone can name a paper for this list, knowing no file: `.github/ISSUE_TEMPLATE/suggest-paper.yml`."""
    if not settings.repository:
        return None
    return f"{settings.repository}/issues/new?template=suggest-paper.yml&place={quote(curated.slug)}"


def index(edition: Edition) -> Page:
    """All lists, with what each is about."""
    path = "lists/"
    lists = [(curated, list_path(curated.slug).removeprefix(path)) for curated in edition.catalog.lists]
    return Page(
        path,
        Kind.LISTS,
        Content(
            title=f"Lists - {edition.settings.name}",
            description=f"{counted(len(lists), 'list')} of papers that people have put together by hand.",
            canonical=edition.settings.url + path,
            body=render("lists.html", lists=lists, start=start_links(edition.settings)),
        ),
    )


def pages(edition: Edition) -> Iterator[Page]:
    """A page for every list."""
    for curated in edition.catalog.lists:
        yield page(edition, curated)


def page(edition: Edition, curated: CuratedList) -> Page:
    """One list: what it is about, who keeps it, and its papers in the curator's order."""
    path = list_path(curated.slug)
    file = f"lists/{curated.slug}.md"
    root = root_from(path)
    cards = [compact(edition, entry.id, root, note=entry.note, comments=entry.comments) for entry in curated.papers]
    return Page(
        path,
        Kind.LIST,
        Content(
            title=f"{curated.title} - {edition.settings.name}",
            description=described(curated.description or f"{counted(len(cards), 'paper')}: {curated.title}"),
            canonical=edition.settings.url + path,
            head=pictures.head(curated, edition.settings),
            body=Deferred(
                "list.html",
                {
                    "title": curated.title,
                    "description": curated.description,
                    "curator": curated.curator,
                    "prose": prose.render(curated.prose, Place(file, path, root)) if curated.prose else "",
                    "cards": cards,
                    "coins": [
                        coins.title(edition.catalog.papers[entry.id])
                        for entry in curated.papers
                        if entry.id in edition.catalog.papers
                    ],
                    "voted": any(card.upvotes is not None for card in cards),
                    "continued": continued(edition, Kind.LIST, [entry.id for entry in curated.papers]),
                    "edit": source_link(edition.settings, file),
                    "suggest": suggest_link(edition.settings, curated),
                },
            ),
        ),
    )
