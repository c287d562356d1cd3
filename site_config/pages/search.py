"""The page for searching thoroughly: what a script fills, and where everything else leads where none runs."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from site_config.chrome import Content
from site_config.edition import Edition
from site_config.pages.site import Kind, Page, render, root_from

PATH = "search/"


def pages(edition: Edition) -> Iterator[Page]:
    """The one page. What is searched for stands in its address: `?q=…&topic=…&sort=…`."""
    root = root_from(PATH)
    yield Page(
        PATH,
        Kind.SEARCH,
        Content(
            title=f"Search - {edition.settings.name}",
            description="Every paper by its words, its authors and its identifier; by topic, organisation and year.",
            canonical=edition.settings.url + PATH,
            body=render(
                "search.html",
                root=root,
                has_papers=bool(edition.catalog.papers),
                facets=_facets(edition),
            ),
            head=Markup('<link rel="stylesheet" href="{}assets/paperstand/search-page.css">').format(root),
        ),
    )


def _facets(edition: Edition) -> list[str]:
    """What results can be narrowed down by: the facets of which some paper has a value."""
    papers = edition.catalog.papers
    has = {
        "topic": bool(edition.topics_of),
        "organization": bool(edition.organizations),
        "year": any(map(edition.catalog.shown_day, papers)),
        "category": any(paper.categories for paper in papers.headings()),
        "code": any(paper.has_code for paper in papers.headings()),
        "list": any(map(edition.catalog.lists_of, papers)),
    }
    return [facet for facet, there in has.items() if there]
