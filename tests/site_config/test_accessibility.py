"""axe-core finds nothing on any kind of page: WCAG 2.2 AA and best practice, no rule and no element left out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from scraper import identifiers, settings
from scraper.store import ContentStore
from site_config.catalog import Catalog
from site_config.contents import HUBS, PAGES
from site_config.edition import Edition
from site_config.pages.site import Kind
from tests.browser import Serve

ROOT = Path(__file__).parents[2]
AXE = ROOT / ".venv" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = {390: 844, 1440: 900}
SCHEMES = ("light", "dark")


@pytest.fixture(scope="module")
def pages(small_site: Path) -> Mapping[Kind, list[str]]:
    """Of each kind the largest and the smallest page that was built: what is on it differs most between these."""
    root = small_site.parent
    site_settings = settings.load(root)
    edition = Edition(Catalog.of(ContentStore(root).load(), site_settings), site_settings)
    found: dict[Kind, list[str]] = {kind: [make(edition).path] for kind, make in HUBS.values()}
    for make_all in PAGES:
        for made in make_all(edition):
            found.setdefault(made.kind, []).append(made.path)
    found[Kind.PAPER] = [identifiers.page_path(identifier) for identifier in edition.catalog.papers]
    found[Kind.ORDINARY] = ["about/", "404.html"]

    def size(path: str) -> int:
        file = small_site / path
        return (file / "index.html" if file.is_dir() else file).stat().st_size

    return {kind: list(dict.fromkeys([max(paths, key=size), min(paths, key=size)])) for kind, paths in found.items()}


@pytest.fixture(scope="module")
def address(small_site: Path, serve: Serve) -> str:
    """The small library's site where its site.yml says that it is, for the page of a missing address."""
    return serve(small_site, "/papers/")


def _tab(browser: Browser, width: int, scheme: str = "light") -> Tab:
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS[width]},
        color_scheme=scheme,  # type: ignore[arg-type]  # of a literal
        reduced_motion="reduce",
    )
    context.add_init_script(
        'localStorage.setItem(\'paperstand.visits@/papers/\', \'{"format": 1, "seen": [], "fresh": []}\')'
    )
    return context.new_page()


def _open(tab: Tab, url: str) -> None:
    """A page on which the scripts have made what they make."""
    tab.goto(url)
    expect(tab.locator(".keys-open")).to_be_attached()
    tab.wait_for_load_state("networkidle")
    if tab.evaluate("typeof axe") == "undefined":
        # Not as a script in the page: the site's policy allows none.
        tab.evaluate(AXE.read_text(encoding="utf-8"))


def _violations(tab: Tab) -> list[str]:
    """Every violation as one line: the rule, and the element with what is wrong about it."""
    found: Any = tab.evaluate(
        "async () => (await axe.run(document, { resultTypes: ['violations'], preload: false })).violations"
    )
    return [
        f"{rule['id']}: {node['html'][:160]} ({' '.join(node['failureSummary'].split())[:200]})"
        for rule in found
        for node in rule["nodes"]
    ]


def _in_both_schemes(tab: Tab) -> list[str]:
    found = []
    for scheme in SCHEMES:
        tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # of a literal
        found += [f"{scheme}: {line}" for line in _violations(tab)]
    return found


def test_every_kind_of_page_that_is_published_is_looked_at(pages: Mapping[Kind, list[str]]) -> None:
    """The library of the tests has them all, so that a new kind cannot be forgotten."""
    assert set(Kind) - set(pages) == set()


@pytest.mark.parametrize("width", WIDTHS)
def test_no_kind_of_page_has_a_violation(
    browser: Browser, address: str, pages: Mapping[Kind, list[str]], width: int
) -> None:
    """On a phone and on a wide screen, light and dark, with the buttons that scripts have made."""
    tab = _tab(browser, width)
    found = {}
    for kind, paths in pages.items():
        # The smallest is looked at once: it has nothing that depends on the width.
        for path in paths if width < 1000 else paths[:1]:
            _open(tab, address + path)
            if violations := _in_both_schemes(tab):
                found[f"{kind} {path}"] = violations
    tab.context.close()
    assert not found, json.dumps(found, indent=1)


def _with_list(tab: Tab, address: str) -> None:
    papers = [
        {
            "id": "2601.00001",
            "title": "One",
            "authors": "A. Name",
            "date": "2026-01-01",
            "note": "A note",
            "read": True,
        },
        {"id": "2601.00002", "title": "Two", "authors": "B. Name", "date": "2026-01-02"},
    ]
    tab.goto(address + "about/")
    tab.evaluate(
        "text => localStorage.setItem('paperstand.reading-list@/papers/', text)", json.dumps({"papers": papers})
    )
    _open(tab, address + "reading-list/")
    expect(tab.locator(".kept .card")).to_have_count(2)


def _reading_list(tab: Tab, address: str) -> None:
    _with_list(tab, address)
    tab.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))")
    tab.get_by_role("button", name="Remove").last.click()
    expect(tab.get_by_role("button", name="Undo")).to_be_visible()


def _damaged_list(tab: Tab, address: str) -> None:
    tab.goto(address + "about/")
    tab.evaluate("localStorage.setItem('paperstand.reading-list-aside@/papers/', 'damaged')")
    _with_list(tab, address)
    expect(tab.locator(".damaged")).to_be_visible()


def _shared_list(tab: Tab, address: str) -> None:
    _open(tab, address + "reading-list/#papers=2509.19301,2601.99999")
    expect(tab.get_by_role("button", name="Save all")).to_be_enabled()


def _queue(tab: Tab, address: str) -> None:
    _open(tab, address)
    tab.locator(".news").click()
    expect(tab.locator(".queue .card").first).to_be_visible()


def _keys(tab: Tab, address: str) -> None:
    _open(tab, address)
    tab.keyboard.press("?")
    expect(tab.get_by_role("dialog", name="Keys")).to_be_visible()


def _search(tab: Tab, address: str) -> None:
    _open(tab, address)
    tab.keyboard.press("/")
    field = tab.locator("dialog[open]").get_by_role("searchbox")
    field.fill("reinforcement learning")
    expect(tab.locator("dialog[open] li").first).to_be_visible()


def _search_page(tab: Tab, address: str) -> None:
    _open(tab, address + "search/?q=learning&year=2026")
    expect(tab.locator(".results .card").first).to_be_visible()
    tab.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))")
    expect(tab.locator(".narrow input[type=checkbox]").first).to_be_visible()
    tab.get_by_role("button", name="Copy as a topic").click()
    expect(tab.locator(".as-topic [role=status]")).not_to_be_empty()


def _nothing_found(tab: Tab, address: str) -> None:
    _open(tab, address + "search/?q=xyzzyxyzzy")
    expect(tab.locator(".answer [role=status]")).to_contain_text("Nothing has")


def _told(tab: Tab, address: str) -> None:
    _open(tab, address)
    tab.evaluate("Storage.prototype.setItem = () => { throw new DOMException('full'); }; undefined")
    tab.locator(".sheet > .cards .save").first.click()
    expect(tab.locator(".told button").first).to_be_visible()


def _menu(tab: Tab, address: str) -> None:
    _open(tab, address)
    menu = tab.get_by_role("button", name="Menu")
    if menu.is_visible():
        menu.click()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "arrange",
    [_reading_list, _damaged_list, _shared_list, _queue, _keys, _search, _search_page, _nothing_found, _told, _menu],
    ids=lambda it: it.__name__[1:],
)
def test_nothing_that_opens_has_a_violation(
    browser: Browser, address: str, arrange: Callable[[Tab, str], None], width: int
) -> None:
    """A full reading list, a shared one, the queue, dialogs, notices and menus, light and dark."""
    tab = _tab(browser, width)
    arrange(tab, address)
    violations = _in_both_schemes(tab)
    tab.context.close()
    assert not violations, json.dumps(violations, indent=1)


def test_axe_finds_what_is_wrong(browser: Browser, address: str) -> None:
    """The instrument works: too little contrast, a button without a name and a picture without a text are found."""
    tab = _tab(browser, 1440)
    _open(tab, address)
    tab.evaluate(
        """() => {
            const main = document.querySelector("main");
            const faint = main.appendChild(document.createElement("p"));
            faint.textContent = "faint";
            faint.style.color = "#ccc";
            main.append(document.createElement("button"), new Image(1, 1));
        }"""
    )
    found = {line.split(":")[0] for line in _violations(tab)}
    tab.context.close()
    assert {"color-contrast", "button-name", "image-alt"} <= found
