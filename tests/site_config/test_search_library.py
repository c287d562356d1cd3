"""Search over the library that this repository holds: what tests/benchmarks/search.py does with 50,000 papers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from site_config.catalog import Catalog
from site_config.edition import Edition
from tests.benchmarks.search import FACETS, Wire, make_site, missing_papers, served, wrong_combinations
from tests.own_library import own_library

SAMPLE = 20
MOST_BYTES = 250_000
"""Of everything that a first search loads, over the wire: a quarter of what 50,000 papers may take."""


@pytest.fixture(scope="module")
def edition() -> Edition:
    """The repository's own edition."""
    library, site_settings = own_library()
    return Edition(Catalog.of(library, site_settings), site_settings)


@pytest.fixture(scope="module")
def tab(edition: Edition, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The page for searching, and how much of it went over the wire."""
    site, wire = tmp_path_factory.mktemp("site"), Wire()
    make_site(edition, site)
    with served(site, wire) as base:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{base}search/?q=learning")
        page.locator(".results .card").first.wait_for()
        page.wait_for_load_state("networkidle")
        assert 0 < wire.total < MOST_BYTES
        yield page
        context.close()


def test_every_paper_is_found_by_its_title_and_by_its_identifier(edition: Edition, tab: Page) -> None:
    """Among the first ten; a sample from the whole library."""
    papers = list(edition.catalog.papers.values())
    sample = papers[:: len(papers) // SAMPLE][:SAMPLE]
    queries: dict[str, tuple[str, ...]] = {paper.title.replace('"', " "): (paper.id,) for paper in sample}
    assert missing_papers(tab, queries | {paper.id: (paper.id,) for paper in sample}) == []


def test_every_facet_goes_with_every_sort(tab: Page) -> None:
    """Each value leaves as many papers as it says, in the order that was asked for."""
    wrong = wrong_combinations(tab, "learning")
    assert [line for line in wrong if not line.endswith("no value")] == []
    assert len(wrong) < len(FACETS) - 1, "most facets have values"
