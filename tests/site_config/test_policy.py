"""The Content-Security-Policy: what it says, that each page has it, and that no page needs more than it allows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from scraper import identifiers, settings
from scraper.settings import Giscus, Mail, Settings
from scraper.store import ContentStore
from site_config.catalog import Catalog
from site_config.contents import HUBS, PAGES
from site_config.edition import Edition
from site_config.pages.site import Kind
from site_config.plugin import build
from site_config.policy import policy
from tests.browser import Serve
from tests.site_config.conftest import MakeRoot

META = re.compile(r'<meta http-equiv="?Content-Security-Policy"? content="([^"]*)">')
REFUSED = re.compile("Content Security Policy")


def directives(text: str) -> Mapping[str, list[str]]:
    """A policy's directives with their values."""
    return {name: values for name, *values in (part.split() for part in text.split(";"))}


def test_a_page_has_what_is_its_sites_and_nothing_else() -> None:
    """No script or style in a page, no other host, no frame, no base."""
    said = directives(policy(Settings("x")))
    assert said["default-src"] == ["'none'"]
    assert said["script-src"] == said["style-src"] == said["connect-src"] == said["form-action"] == ["'self'"]
    assert said["img-src"] == ["'self'", "data:"]
    assert said["base-uri"] == ["'none'"]
    assert not {"frame-src", "object-src", "worker-src", "font-src", "media-src"} & set(said)


@pytest.mark.parametrize("giscus", [None, Giscus("R", "C")])
@pytest.mark.parametrize("mail", [None, Mail("Buttondown", "https://buttondown.example/api/x?y=1")])
@pytest.mark.parametrize("thumbnails", [False, True])
def test_a_setting_widens_it_by_just_that(giscus: Giscus | None, mail: Mail | None, thumbnails: bool) -> None:
    """giscus gets scripts, styles and frames of its own host, a form its provider's host, thumbnails pictures."""
    text = policy(Settings("x", giscus=giscus, mail=mail, thumbnails=thumbnails))
    said = directives(text)
    assert "unsafe" not in text
    assert re.fullmatch(r"[a-z0-9':;/. -]+", text)
    for kind in ("script-src", "style-src"):
        assert said[kind] == ["'self'", *(["https://giscus.app"] if giscus else [])]
    assert said.get("frame-src") == (["https://giscus.app"] if giscus else None)
    assert said["form-action"] == ["'self'", *(["https://buttondown.example"] if mail else [])]
    assert said["img-src"] == ["'self'", "data:", *(["https:"] if thumbnails else [])]
    assert said["connect-src"] == ["'self'"]


def test_it_stands_in_every_page_before_all_that_it_is_for(small_site: Path) -> None:
    """Behind the character set and before the first address; a page that only leads on allows nothing at all."""
    root_policy = policy(settings.load(small_site.parent))
    pages = sorted(small_site.rglob("*.html"))
    assert {"404.html", "index.html"} <= {path.relative_to(small_site).as_posix() for path in pages}
    bare = 0
    for path in pages:
        text = path.read_text(encoding="utf-8")
        found = META.findall(text)
        assert len(found) == 1, path
        first = r"<!doctype html>\s*<html[^>]*>\s*<meta charset=utf-8>\s*<meta http-equiv=Content-Sec"
        assert re.match(first, text), path
        leads_on = "http-equiv=refresh" in text
        bare += leads_on
        assert found[0] == ("default-src 'none';base-uri 'none';form-action 'none'" if leads_on else root_policy), path
    assert bare


def test_a_setting_reaches_the_pages(make_root: MakeRoot) -> None:
    """Comments that a fork turns on are allowed on its pages, and an old page is made anew."""
    root = make_root("library")
    site_yml = root / "site_config" / "site.yml"
    site_yml.write_text(
        site_yml.read_text(encoding="utf-8")
        + "\ngiscus: {repository_id: R_1, category_id: C_1}\n"
        + ("" if "repository:" in site_yml.read_text(encoding="utf-8") else "repository: https://github.com/o/r\n"),
        encoding="utf-8",
    )
    for path in build(root).rglob("papers/*/index.html"):
        text = path.read_text(encoding="utf-8")
        if "http-equiv=refresh" not in text:
            assert "script-src 'self' https://giscus.app" in text


@pytest.fixture(scope="module")
def kinds(small_site: Path) -> Mapping[Kind, str]:
    """A page of each kind: the largest."""
    root = small_site.parent
    site = settings.load(root)
    edition = Edition(Catalog.of(ContentStore(root).load(), site), site)
    found: dict[Kind, list[str]] = {kind: [make(edition).path] for kind, make in HUBS.values()}
    for make_all in PAGES:
        for made in make_all(edition):
            found.setdefault(made.kind, []).append(made.path)
    found[Kind.PAPER] = [identifiers.page_path(identifier) for identifier in edition.catalog.papers]
    found[Kind.ORDINARY] = ["about/"]

    def size(path: str) -> int:
        return (small_site / path / "index.html").stat().st_size

    return {kind: max(paths, key=size) for kind, paths in found.items()}


def test_no_page_asks_for_what_it_forbids(
    browser: Browser, small_site: Path, serve: Serve, kinds: Mapping[Kind, str]
) -> None:
    """On every kind of page, with all that scripts make of it: search, the reading list, its downloads, the keys' help.

    Chromium says on its console what a policy stops; it says nothing.
    """
    assert set(kinds) == set(Kind)
    address = serve(small_site, "/papers/")
    context = browser.new_context(viewport={"width": 1200, "height": 800}, accept_downloads=True)
    page, said = context.new_page(), list[str]()
    page.on("console", lambda message: said.append(message.text) if REFUSED.search(message.text) else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    # The reporter is awake: a style in a page is stopped, and said.
    page.goto(address + "about/")
    with page.expect_console_message(lambda message: bool(REFUSED.search(message.text))):
        page.evaluate("document.body.append(Object.assign(document.createElement('style'), {textContent: 'p {}'}))")
    said.clear()
    for path in _used(page, address, kinds):
        assert said == [], path
    context.close()


def test_no_page_asks_a_third_party(
    browser: Browser, small_site: Path, serve: Serve, kinds: Mapping[Kind, str]
) -> None:
    """Every request of every kind of page, and of all that scripts make of it, goes to the site itself.

    The policy is set aside, so that it is not what keeps a page from asking.
    """
    address = serve(small_site, "/papers/")
    context = browser.new_context(viewport={"width": 1200, "height": 800}, accept_downloads=True, bypass_csp=True)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    # The reporter is awake.
    page.goto(address + "about/")
    with page.expect_request("https://third.example/**"):
        page.evaluate("new Image().src = 'https://third.example/picture.png'; undefined")
    asked.clear()
    for path in _used(page, address, kinds):
        assert [url for url in asked if not url.startswith((address, "blob:", "data:"))] == [], path
    assert len(asked) > len(kinds)
    context.close()


def _used(page: Page, address: str, kinds: Mapping[Kind, str]) -> Iterator[str]:
    """Every kind of page looked at, then the search, saving, the reading list and a download used; gives each place."""
    for path in [*kinds.values(), "404.html"]:
        page.goto(address + path)
        expect(page.locator(".keys-open")).to_be_attached()
        page.wait_for_load_state("networkidle")
        yield path
    page.goto(address)
    page.locator(".save").first.click()
    page.locator(".ps-search-open button").click()
    page.get_by_role("dialog").get_by_role("searchbox").fill("reinforcement learning")
    expect(page.get_by_role("dialog").get_by_role("list", name="Results").get_by_role("link").first).to_be_visible()
    page.keyboard.press("Escape")
    page.goto(address + "search/?q=learning")
    expect(page.locator("main h2 a").first).to_be_visible()
    page.goto(address + "reading-list/")
    expect(page.locator(".kept .card h2 a")).to_be_visible()
    with page.expect_download():
        page.get_by_role("button", name="Download as BibTeX").click()
    yield "what scripts make"
