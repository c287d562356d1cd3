"""A library in which every field is an attack, in a real browser: nothing runs, and nothing breaks the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page

from scraper.check import check
from tests.browser import Serve
from tests.site_config.conftest import LIBRARIES

PAGES = (
    "",
    "daily/2026-01-01/",
    "daily/2026-01-02/",
    *(f"papers/2601.0000{number}/" for number in range(1, 9)),
    "papers/an-alias/",
    "lists/",
    "lists/hostile/",
    "archive/",
    "weekly/2026-W01/",
    "monthly/2026-01/",
    "trending/",
    "trending/30-days/",
    "stats/",
    "about/",
    "api/",
    "404.html",
)


@pytest.fixture(scope="module")
def address(hostile_site: Path, serve: Serve) -> str:
    """The hostile library's site."""
    return serve(hostile_site)


def test_the_hostile_library_is_a_valid_one() -> None:
    """The attacks are such as the store takes: they reach the pages, and not the error message of the build."""
    assert not list(check(LIBRARIES / "hostile"))


@pytest.mark.parametrize("path", PAGES)
def test_nothing_runs(page: Page, address: str, path: str) -> None:
    """No script, handler or address from outside does; no template code is worked out; no element is made of a text."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    dialogs: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.goto(address + path)
    page.keyboard.press("Tab")
    page.mouse.move(400, 300)
    page.wait_for_timeout(100)
    assert page.evaluate("window.hacked") is None
    assert not dialogs
    assert all(url.startswith(address) for url in asked), asked
    # JSON-LD is data, which no browser runs.
    intruders = "script:not([src]):not([type*=json]), iframe, img, object, embed, style, base"
    assert page.evaluate(f"document.querySelectorAll('{intruders}').length") == 0
    handlers = (
        "[...document.querySelectorAll('*')].filter((e) => [...e.attributes].some((a) => /^on/.test(a.name))).length"
    )
    assert page.evaluate(handlers) == 0
    schemes = page.evaluate("[...new Set([...document.links].map((link) => link.protocol))]")
    assert set(schemes) <= {"http:", "https:", "mailto:"}
    assert "49" not in page.title()


# A wide table scrolls in a frame of its own, which the keyboard reaches.
INSIDE = """() => [...document.querySelectorAll('.ps *')].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && (box.right > innerWidth + 1 || box.left < -1) && !element.closest('.scroll > *');
}).map((element) => element.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("width", [320, 820, 1440])
def test_nothing_breaks_the_layout(browser: Browser, address: str, width: int) -> None:
    """No page scrolls sideways, whatever is on it; header, main part and footer are one of each, in their places."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    for path in PAGES:
        page.goto(address + path)
        if path == "papers/an-alias/":
            page.wait_for_url(address + "papers/2601.00001/")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        counts = [page.locator(place).count() for place in ("body > header", "main", "h1", "body > footer")]
        assert counts == [1, 1, 1, 1], path
        assert page.evaluate(INSIDE) == [], path
    context.close()


def test_attacks_are_shown_as_the_text_they_are(page: Page, address: str) -> None:
    """A reader sees what the paper says: tags, template code and entities, letter by letter."""
    page.goto(address + "papers/2601.00001/")
    title = page.locator("h1").inner_text()
    assert title.startswith(
        'Markup <script>window.hacked=1</script><img src=x onerror="window.hacked=1"> in every field'
    )
    assert "{{ 7*7 }}{% raw %}{{ config }}${7*7}" in page.locator(".abstract").nth(1).inner_text()
    page.goto(address + "papers/2601.00002/")
    assert page.locator("h1").inner_text() == "{{ 7*7 }}{% raw %}{{ config }}${7*7}"
    assert "\ue000paperstand-body\ue001" in page.locator(".abstract").inner_text()
    page.goto(address + "papers/2601.00006/")
    assert page.locator("h1").inner_text() == "&lt;b&gt; already &amp; escaped &#60;script&#62;"


def test_a_text_that_turns_its_direction_turns_nothing_else(page: Page, address: str) -> None:
    """Right-to-left text is set from the right, and what stands around it is not."""
    page.goto(address + "papers/2601.00004/")
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).direction") == "rtl"
    assert page.evaluate("getComputedStyle(document.querySelector('.known dt')).direction") == "ltr"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).unicodeBidi") == "isolate"


def test_three_thousand_authors_unfold(page: Page, address: str) -> None:
    """They are all there, after one click, and searchable by the browser before it."""
    page.goto(address + "papers/2601.00005/")
    last = page.locator("p.by").get_by_text("Author2999 Of-Many")
    assert not last.is_visible()
    page.get_by_text("and 2,976 more").click()
    assert last.is_visible()
