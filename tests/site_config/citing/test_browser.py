"""Citations that the browser makes of what a page holds: the same as those that the build makes."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

from playwright.sync_api import Page, expect

from scraper import identifiers
from scraper.records import Author
from scraper.store import ContentStore, documents
from site_config.citing import files, names
from site_config.citing.head import MOST_AUTHORS
from site_config.plugin import build
from tests.browser import Serve
from tests.site_config.conftest import ROOT, MakeRoot

FORMATS = (("RIS", "ris", files.references), ("CSL-JSON", "csl.json", files.objects))


def downloaded(page: Page, label: str) -> tuple[str, str]:
    """The name and the text of the file that a button gives."""
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Download as {label}").click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes().decode()


def test_every_paper_can_be_taken_along(page: Page, small_site: Path, serve: Serve) -> None:
    """As RIS and as CSL-JSON, from its own page, byte for byte as the files beside days and lists have it.

    Its kind of identifier, its accents and formulas and what is not known of it do not matter.
    """
    base = serve(small_site)
    papers = ContentStore(ROOT / "tests/data/library").load().papers.values()
    assert {identifiers.kind(paper.id) for paper in papers} == set(identifiers.Kind)
    for paper in papers:
        page.goto(base + identifiers.page_path(paper.id))
        for label, ending, written in FORMATS:
            name, text = downloaded(page, label)
            assert name.endswith(f".{ending}")
            assert text == written([paper])


def test_citations_of_a_week_come_as_every_program_reads_them(page: Page, small_site: Path, serve: Serve) -> None:
    """They are compressed where they lie: a click gives what is in the file, under its name without the ending.

    So it is where a host says of the file that it is a text on its way, which the browser then unpacks by itself.
    """
    week = next(path for path in sorted((small_site / "weekly").iterdir()) if (path / "papers.ris.gz").is_file())
    base = serve(small_site)
    for unpacks_itself in (False, True):
        if unpacks_itself:
            page.route("**/*.gz", lambda route: route.fulfill(body=_inside(week, route.request.url)))
        for label, name in (("BibTeX", "papers.bib"), ("RIS", "papers.ris"), ("CSL-JSON", "papers.csl.json")):
            page.goto(f"{base}weekly/{week.name}/")
            link = page.get_by_role("link", name=label, exact=True)
            expect(link).to_have_attribute("type", re.compile("."))  # the script is there
            with page.expect_download() as download:
                link.click()
            assert download.value.suggested_filename == name
            inside = _inside(week, f"{name}.gz")
            assert inside
            assert Path(download.value.path()).read_bytes() == inside


def test_citations_that_a_script_cannot_have_are_the_browsers_to_fetch(
    page: Page, small_site: Path, serve: Serve
) -> None:
    """Where the script's own question fails the click is a click on a link: the file comes as it lies there."""
    week = next(path for path in sorted((small_site / "weekly").iterdir()) if (path / "papers.ris.gz").is_file())
    page.route("**/*.gz", lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_())
    page.goto(f"{serve(small_site)}weekly/{week.name}/")
    link = page.get_by_role("link", name="RIS", exact=True)
    expect(link).to_have_attribute("type", re.compile("."))  # the script is there
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "papers.ris.gz"


def _inside(folder: Path, address: str) -> bytes:
    """What is in the compressed file of this address."""
    return gzip.decompress((folder / address.rpartition("/")[2]).read_bytes())


def test_a_page_says_whom_its_citation_does_not_name(make_root: MakeRoot, serve: Serve, page: Page) -> None:
    """A page's head names fifty authors; the file says how many more there are. A key outlives its identifier."""
    root = make_root("library")
    store = ContentStore(root)
    crowd = tuple(Author(f"Ada Name{number}{' and Sons' * (number % 2)}") for number in range(1000))
    paper = replace(store.load().papers["2608.19880"], authors=crowd, aliases=("an-older-name",))
    store.paper_path(paper.id).write_text(documents.render_paper(paper), encoding="utf-8")
    page.goto(serve(build(root)) + identifiers.page_path(paper.id))
    named = replace(paper, authors=crowd[:MOST_AUTHORS])
    _, reference = downloaded(page, "RIS")
    assert "ID  - paper:an-older-name\r\n" in reference
    note = f"N1  - and {1000 - MOST_AUTHORS} more authors\r\n"
    assert reference == files.references([named]).replace("ER  -", f"{note}ER  -")


def test_a_citation_says_that_its_paper_was_withdrawn(make_root: MakeRoot, serve: Serve, page: Page) -> None:
    """In each format alike, from the page and from the files."""
    root = make_root("library")
    store = ContentStore(root)
    paper = replace(store.load().papers["2608.19880"], withdrawn=date(2026, 8, 21))
    store.paper_path(paper.id).write_text(documents.render_paper(paper), encoding="utf-8")
    page.goto(serve(build(root)) + identifiers.page_path(paper.id))
    assert "{Withdrawn}" in files.bibliography([paper])
    assert "N1  - Withdrawn\r\n" in files.references([paper])
    assert '"note":"Withdrawn"' in files.objects([paper])
    for label, _, written in FORMATS:
        assert downloaded(page, label)[1] == written([paper])


def test_names_are_taken_apart_alike(page: Page, small_site: Path, serve: Serve) -> None:
    """The browser's rule is the build's, for every author of the committed library and for names that are odd."""
    odd = (
        "M. Finger, Jr.",
        "Santiago Ramón y Cajal",
        "e. e. cummings",
        "OpenAI",
        "The X Team",
        "李 明",
        "Ph.D. van A B",
    )
    library = ContentStore(ROOT).load()
    written = {" ".join(author.name.split()) for paper in library.papers.values() for author in paper.authors}
    shown = sorted(name for name in {*written, *odd} if "\\" not in name and "$" not in name)
    assert len(shown) > 5000
    base = serve(small_site)
    page.goto(base)
    script = "async ([url, names]) => { const it = await import(url); return names.map(it.splitName); }"
    found = page.evaluate(script, [f"{base}assets/paperstand/citations.js", shown])
    for one, name in zip(found, shown, strict=True):
        expected = names.split(name)
        assert names.Name(one["family"], one["given"], one["particle"], one["suffix"]) == expected
