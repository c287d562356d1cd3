"""From paper to paper by what they share, on a site with lists of many pages, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from site_config.plugin import build
from tests.browser import Serve
from tests.site_config.conftest import copy_root

PAPERS = 160
"""More than stand on one page of a list, of the same author, organisation, keyword and topic."""
SUBJECTS = ("tides", "glaciers", "orchids", "violins", "comets")


def _paper(number: int) -> str:
    subject = SUBJECTS[number % len(SUBJECTS)]
    return (
        f"---\nid: '2601.{number:05}'\ntitle: 'Agent {number:03} of {subject}'\nauthors: [Ada Lovelace]\n"
        f"submitted: 2026-01-{1 + number % 28:02}\norganization: Analytical Engines\ncategories: [cs.LG]\n"
        "keywords: [slot attention]\nsource: huggingface\nfeatured: 2026-01-30\n---\n\n"
        f"What agents learn of {subject} in $O(n^2)$ steps, after Erd\\H{{o}}s.\n"
    )


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small library's site with many papers that share everything."""
    root = copy_root("library", tmp_path_factory.mktemp("crowded"))
    folder = root / "content" / "papers" / "2601"
    folder.mkdir(exist_ok=True)
    for number in range(1, PAPERS + 1):
        (folder / f"2601.{number:05}.md").write_text(_paper(number), encoding="utf-8")
    entries = "".join(f"- {{id: '2601.{number:05}', upvotes: {number}}}\n" for number in range(1, PAPERS + 1))
    day = root / "content" / "daily" / "2026" / "2026-01-30.md"
    day.write_text(f"---\ntitle: 30 January 2026\ndate: 2026-01-30\npapers:\n{entries}---\n", encoding="utf-8")
    return build(root)


@pytest.fixture(scope="module", params=["/", "/repo/"])
def address(crowded: Path, serve: Serve, request: pytest.FixtureRequest) -> str:
    """That site, at a root and as GitHub Pages serves a repository's."""
    return serve(crowded, request.param)


def _cards(page: Page) -> Locator:
    return page.locator(".sheet > .cards > .card")


@pytest.mark.parametrize(
    ("index", "name", "path"),
    [
        ("topics/", "Agents", "topics/agents/"),
        ("organizations/", "Analytical Engines", "organizations/analytical-engines/"),
        ("authors/", "Ada Lovelace", "authors/ada-lovelace/"),
        ("keywords/", "slot attention", "keywords/slot-attention/"),
    ],
)
def test_a_papers_groups_lead_on_page_by_page(page: Page, address: str, index: str, name: str, path: str) -> None:
    """From a paper to each group that it is in, through the pages of its list, up to all such groups and back."""
    failed: list[str] = []
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    page.goto(address + "papers/2601.00001/")
    page.locator("main").get_by_role("link", name=name, exact=True).first.click()
    expect(page).to_have_url(address + path)
    total = int(re.findall(r"\d+", page.locator(".masthead .count").inner_text())[0])
    assert total >= PAPERS
    expect(_cards(page)).to_have_count(total - 100)
    first = _cards(page).first.locator("h2").inner_text()
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Next page").click()
    expect(page).to_have_url(address + path + "2/")
    expect(_cards(page)).to_have_count(100)
    expect(page.locator(".masthead .count")).to_contain_text("100 papers")
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Page 1").click()
    expect(_cards(page).first.locator("h2")).to_have_text(first)
    page.locator("h1 .kicker a").click()
    expect(page).to_have_url(address + index)
    page.locator("main").get_by_role("link", name=name, exact=True).first.click()
    expect(page).to_have_url(address + path)
    assert not failed


def test_a_long_list_is_sorted_as_a_whole_by_the_search(page: Page, address: str) -> None:
    """A page sorts what is on it; the search has all of them, and its address can be shared."""
    page.goto(address + "topics/agents/")
    total = page.locator(".masthead .count").inner_text().split(";")[0]
    page.get_by_role("link", name="Sort and search them all").click()
    expect(page.locator(".answer").get_by_role("status")).to_have_text(total)
    page.get_by_role("combobox", name="Sort by").select_option("upvotes")
    expect(page).to_have_url(address + "search/?topic=agents&sort=upvotes")
    expect(page.locator(".results .votes").first).to_have_text("163")
    page.get_by_role("searchbox", name="Search papers").fill("2601.00130")
    page.get_by_role("searchbox", name="Search papers").press("Enter")
    expect(page).to_have_url(address + "papers/2601.00130/")


def test_a_paper_is_followed_by_what_is_like_it(page: Page, address: str) -> None:
    """Related papers are of its own subject, each a page that has some in turn, and TeX is typeset on all of them."""
    page.goto(address + "papers/2601.00001/")
    for _ in range(3):
        here = re.compile(re.escape(page.url))
        related = page.get_by_role("heading", name="Related papers").locator("+ ul").get_by_role("link")
        expect(related).to_have_count(4)
        assert all("of glaciers" in title for title in related.all_inner_texts())
        expect(page.locator(".abstract math msup")).to_have_count(1)
        expect(page.locator(".abstract")).to_contain_text("after Erdős.")
        related.last.click()
        expect(page).not_to_have_url(here)


def test_a_mistake_is_reported_from_the_papers_page(page: Page, address: str) -> None:
    """The link opens the forge's form for a correction, filled in with this paper."""
    page.goto(address + "papers/2601.00007/")
    parts = urlsplit(page.get_by_role("link", name="Report a mistake").get_attribute("href") or "")
    assert (parts.netloc, parts.path) == ("github.com", "/example/papers/issues/new")
    assert parse_qs(parts.query) == {
        "template": ["correct-paper.yml"],
        "title": ["2601.00007"],
        "paper": ["2601.00007"],
    }


def test_a_paper_is_edited_from_its_page(page: Page, address: str) -> None:
    """At the forge, in the paper's own file, whose name its identifier gives."""
    page.goto(address + "papers/2601.00007/")
    expect(page.get_by_role("link", name="Edit on GitHub")).to_have_attribute(
        "href", "https://github.com/example/papers/edit/HEAD/content/papers/2601/2601.00007.md"
    )
    expect(page.locator(".edit")).to_have_text("Edit on GitHub Report a mistake")


def test_the_search_narrows_down_and_offers_what_is_related(page: Page, address: str) -> None:
    """On the whole site: a facet with its count, an order, the address, and related papers by meaning."""
    page.goto(address + "search/?q=comets")
    status = page.locator(".answer").get_by_role("status")
    expect(status).to_have_text(f"{PAPERS // len(SUBJECTS)} papers")
    narrow = page.locator("details.narrow")
    narrow.locator("details > summary", has_text="Organisation").click()
    choice = narrow.get_by_role("group", name="Organisation").get_by_role("checkbox", name="Analytical Engines")
    choice.check()
    expect(status).to_have_text(f"{PAPERS // len(SUBJECTS)} papers")
    page.get_by_role("combobox", name="Sort by").select_option("upvotes")
    expect(page.locator(".results .votes").first).to_have_text(str(PAPERS - 1))
    page.reload()
    expect(page.locator(".results .votes").first).to_have_text(str(PAPERS - 1))
    page.get_by_role("button", name="Related to these results").click()
    links = page.get_by_role("region", name="Related to these results").get_by_role("link")
    expect(links.first).to_be_visible()
    links.first.click()
    expect(page.locator(".ps-paper h1")).to_be_visible()
