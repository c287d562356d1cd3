"""What a paper's page and a list's page tell Zotero, Google Scholar and services that show a link."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page

from scraper.records import Author, Paper
from scraper.settings import Settings
from site_config import typeset
from site_config.citing import coins
from site_config.citing.head import MOST_AUTHORS, head
from tests.own_library import own_library

SETTINGS = Settings("A site", url="https://example.org/papers/")
PAPER = Paper(
    "2511.08567",
    "Why $x^2$ & <so> it\\'s",
    authors=(Author("Paul Erd\\H{o}s"), Author("The X Team")),
    submitted=date(2025, 11, 11),
)


class _Tags(HTMLParser):
    """The meta elements, the JSON-LD and the COinS of a page, as a browser reads them."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.meta: list[tuple[str, str]] = []
        self.data: list[str] = []
        self.coins: list[str] = []
        self._in_data = False
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "meta" and "content" in given:
            self.meta.append((given.get("name") or given.get("property") or "", given["content"]))
        self._in_data = tag == "script" and given.get("type") == "application/ld+json"
        if tag == "span" and given.get("class") == "Z3988":
            self.coins.append(given["title"])

    def handle_data(self, data: str) -> None:
        if self._in_data:
            self.data.append(data)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - HTMLParser calls it so
        self._in_data = False

    def all(self, name: str) -> list[str]:
        return [content for other, content in self.meta if other == name]


def test_a_papers_page_says_what_zotero_and_scholar_read() -> None:
    """Highwire's tags: the title as text, every author on their own, the day with slashes, the PDF."""
    tags = _Tags(head(PAPER, SETTINGS))
    assert tags.meta == [
        ("citation_title", "Why x² & <so> it's"),
        ("citation_author", "Paul Erdős"),
        ("citation_author", "The X Team"),
        ("citation_publication_date", "2025/11/11"),
        ("citation_pdf_url", "https://arxiv.org/pdf/2511.08567"),
    ]
    assert _Tags(head(Paper("10.1000/x", "A title"), SETTINGS)).all("citation_doi") == ["10.1000/x"]


def test_a_papers_page_is_a_scholarly_article() -> None:
    """As JSON-LD, with the paper's own address where it has one, and its page's where it has none."""
    assert json.loads("".join(_Tags(head(PAPER, SETTINGS)).data)) == {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle",
        "name": "Why x² & <so> it's",
        "author": ["Paul Erdős", "The X Team"],
        "datePublished": "2025-11-11",
        "sameAs": "https://arxiv.org/abs/2511.08567",
    }
    alone = json.loads("".join(_Tags(head(Paper("a-title", "A title"), SETTINGS)).data))
    assert alone["url"] == "https://example.org/papers/papers/a-title/"


def test_a_page_names_fifty_authors_at_most() -> None:
    """A paper may have three thousand."""
    many = replace(PAPER, authors=tuple(Author(f"A. Name{number}") for number in range(3_000)))
    assert len(_Tags(head(many, SETTINGS)).all("citation_author")) == MOST_AUTHORS


@pytest.mark.parametrize(
    "title",
    ["</script><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "<!--<script>", "a\u2028b\\", "]]>"],
)
def test_no_title_leaves_the_head(title: str) -> None:
    """Neither an attribute nor the data of a script ends before it should."""
    tags = _Tags(head(replace(PAPER, title=title), SETTINGS) + "<p id=after>")
    shown = " ".join(title.split())
    assert tags.all("citation_title") == [shown]
    assert json.loads("".join(tags.data))["name"] == shown
    assert "<script>" not in head(replace(PAPER, title=title), SETTINGS)


def test_a_strict_policy_lets_the_data_be(page: Page) -> None:
    """Data is not run, so that a Content-Security-Policy without inline scripts has nothing to say against it."""
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    policy = "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; script-src 'self'\">"
    page.set_content(f"<!doctype html><html><head>{policy}{head(PAPER, SETTINGS)}</head><body></body></html>")
    read = page.evaluate("JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').textContent)")
    assert read["name"] == "Why x² & <so> it's"
    assert told == []


def test_the_head_is_small() -> None:
    """400 bytes, twice the title, and 41 bytes and twice the name for each author: 900 for the usual six."""
    for paper in own_library()[0].papers.values():
        names = sum(41 + 2 * len(typeset.html(author.name).encode()) for author in paper.authors[:MOST_AUTHORS])
        assert len(head(paper, SETTINGS).encode()) <= 400 + 2 * len(typeset.html(paper.title).encode()) + names


def test_a_list_can_be_taken_into_zotero() -> None:
    """COinS: what OpenURL says of each paper, in the title of a span."""
    fields = parse_qs(coins.title(PAPER))
    assert fields["rft.title"] == ["Why x² & <so> it's"]
    assert fields["rft.creator"] == ["Paul Erdős", "The X Team"]
    assert fields["rft.date"] == ["2025-11-11"]
    assert fields["rft.identifier"] == ["https://arxiv.org/abs/2511.08567"]
    assert fields["ctx_ver"] == ["Z39.88-2004"]


def test_the_pages_of_a_site_have_these(small_site: Path) -> None:
    """Papers have the tags, a list a span for each paper that is here, every page what shows beside a link to it."""
    paper = _Tags((small_site / "papers/2608.13558/index.html").read_text(encoding="utf-8"))
    assert paper.all("citation_title") == ["OmniScientist: An Omni-Modal Omni-Discipline AI Scientist"]
    curated = _Tags((small_site / "lists/object-centric-rl/index.html").read_text(encoding="utf-8"))
    assert len(curated.coins) == 4
    assert curated.all("og:image") == ["https://example.org/papers/lists/object-centric-rl/picture.png"]
    for path in ("", "daily/2026-08-21/", "papers/cs/0112017/", "archive/", "about/", "lists/", "search/"):
        page = _Tags((small_site / path / "index.html").read_text(encoding="utf-8"))
        assert page.all("og:image") == ["https://example.org/papers/picture.png"], path
        if not path.startswith("papers/"):  # readers fall back to what a paper's page has anyway
            assert page.all("og:type") == ["website"], path
            assert page.all("og:url") == [f"https://example.org/papers/{path}"], path
            assert page.all("og:title")[0]
    assert not curated.all("citation_title")
