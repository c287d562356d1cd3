"""The attacks in a real browser: on an unprotected page, behind the policy alone, and on the site.

Three questions, in this order: does each attack work where nothing stops it, does the Content-Security-Policy stop it
by itself, and does the site stop it by itself? Only then does one protection stand behind the other.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect

from scraper.records import clean_line
from scraper.settings import Settings
from site_config import typeset
from site_config.policy import policy
from tests.browser import Serve
from tests.hostile.attacks import ADDRESSES, CANARY, MARKUP, OF_NO_POLICY, QUOTED
from tests.hostile.conftest import DAYS, Attacked, Canary

REFUSED = re.compile("Content Security Policy")
"""What Chromium says on its console of what a policy stopped."""
META = f'<meta http-equiv="Content-Security-Policy" content="{policy(Settings("x"))}">'


@contextmanager
def opened(browser: Browser, *, trusting: bool = False) -> Iterator[tuple[Page, list[str]]]:
    """A tab, and what it was hit by; a trusting one takes no notice of any policy."""
    context = browser.new_context(bypass_csp=trusting, viewport={"width": 1200, "height": 800})
    try:
        yield watched(context)
    finally:
        context.close()


def watched(context: BrowserContext) -> tuple[Page, list[str]]:
    """A tab, and the dialogs, windows and downloads that a page in it opened."""
    context.set_default_timeout(10_000)
    page, hits = context.new_page(), list[str]()

    def dismiss(dialog: Dialog) -> None:
        hits.append(f"dialog {dialog.message}")
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.on("popup", lambda window: hits.append(f"window {window.url}"))
    page.on("download", lambda download: hits.append(f"download {download.url}"))
    return page, hits


_IN_QUOTES = {"double": '<p title="{}">x</p>', "single": "<p title='{}'>x</p>", "without": "<p title={}>x</p>"}

BODIES: Mapping[str, str] = {
    **{f"markup: {name}": text for name, text in MARKUP.items()},
    **{
        f"quoted: {name}": next(place for word, place in _IN_QUOTES.items() if word in name).replace("{}", text)
        for name, text in QUOTED.items()
    },
    **{f"address: {name}": f'<a href="{escape(text)}">x</a>' for name, text in ADDRESSES.items()},
}
"""Each attack that runs in a browser, in a place of the kind that it is made for."""


RAN, STOPPED, NOTHING = "it ran", "a policy stopped it", "nothing happened"


def endings(browser: Browser, canary: Canary, folder: Path, base: str, head: str) -> Mapping[str, str]:
    """How each attack ends on a page with this head.

    Each has a tab of its own: one that goes elsewhere is still on its way when it has told, and would take the next
    one's tab with it. Each tab has a context of its own: a tab that is going elsewhere may never say that it is closed.
    """
    run = secrets.token_hex(4)  # the canary remembers what earlier tests' attacks asked for
    ends = {}
    for number, (name, body) in enumerate(BODIES.items()):
        # A place of its own for each: what the last one asked for may come late.
        place = f"/{run}-{number}/"
        document = f"<!doctype html><html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"
        (folder / f"{number}.html").write_text(document.replace(f"{CANARY}/", f"{canary.url}{place}"), "utf-8")
        with opened(browser) as (page, _):
            page.add_init_script(TELL)
            said = console(page)
            # That the page is there is enough: an attack may leave it before it is complete.
            page.goto(f"{base}{number}.html", wait_until="commit")
            if name.startswith("address"):
                page.locator("a").click(no_wait_after=True)
            ends[name] = _ending(page, canary, place, said)
    return ends


HACKED = "this page was hacked"
TELL = f"Object.defineProperty(window, 'hacked', {{set() {{ console.log('{HACKED}'); }}}})"
"""An attack that runs says so by itself: to ask a page that is just leaving may wait for an answer for ever."""


def console(page: Page) -> list[str]:
    """What stands on the page's console; it grows."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    return said


def _ending(page: Page, canary: Canary, place: str, said: Sequence[str]) -> str:
    """Wait until an attack ran or was stopped; where nothing happens, ten seconds are enough on any machine."""

    def ran() -> bool:
        return HACKED in said or any(path.startswith(place) for path in canary.asked)

    end = time.monotonic() + 10
    while time.monotonic() < end and not ran():
        if any(map(REFUSED.search, said)):
            # What one part of an attack was refused, another may still get.
            page.wait_for_timeout(100)
            return RAN if ran() else STOPPED
        page.wait_for_timeout(10)
    return RAN if ran() else NOTHING


def test_every_attack_works_where_nothing_stops_it(
    browser: Browser, canary: Canary, tmp_path: Path, serve: Serve
) -> None:
    """Each that should run in a browser does, on a page without a policy: the tests below are not tests of duds."""
    assert endings(browser, canary, tmp_path, serve(tmp_path), "") == dict.fromkeys(BODIES, RAN)


def test_the_policy_alone_stops_what_it_can(browser: Browser, canary: Canary, tmp_path: Path, serve: Serve) -> None:
    """Behind it the same attacks do nothing, though they stand in the page as markup: the browser says why of each."""
    expected = {name: RAN if name in OF_NO_POLICY else STOPPED for name in BODIES}
    assert endings(browser, canary, tmp_path, serve(tmp_path), META) == expected


INERT = Path(__file__).with_name("inert.js").read_text(encoding="utf-8").partition("\n")[2]


def html_files(site: Path) -> list[str]:
    """The paths of all pages of a site."""
    return sorted(quote(path.relative_to(site).as_posix()) for path in site.rglob("*.html"))


@pytest.fixture(scope="module")
def address(attacked_site: Path, serve: Serve) -> str:
    """The attacked library's site."""
    return serve(attacked_site)


def test_no_text_has_become_markup(browser: Browser, attacked_site: Path, address: str) -> None:
    """On every page, as a browser reads it: our elements, no handler, no style, no address that runs, the policy."""
    paths = html_files(attacked_site)
    assert len(paths) > 300
    with opened(browser) as (page, _):
        page.goto(address + "assets/paperstand/icon.svg")
        assert page.evaluate(INERT, [address + path for path in paths]) == []


def test_a_title_is_shown_letter_by_letter(browser: Browser, attacked: Attacked, address: str) -> None:
    """A reader sees the attack as the text that it is, wherever it is no TeX."""
    shown = {
        identifier: line
        for identifier, text in attacked.titles.items()
        if (line := clean_line(text))
        and str(typeset.html(line)) == escape(line, quote=True).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
    }
    assert len(shown) > 60
    script = """async (paths) => Promise.all(paths.map(async (path) => new DOMParser()
        .parseFromString(await (await fetch(path)).text(), 'text/html').querySelector('h1').textContent))"""
    with opened(browser) as (page, _):
        page.goto(address + "assets/paperstand/icon.svg")
        titles = page.evaluate(script, [f"{address}papers/{identifier}/" for identifier in shown])
    assert dict(zip(shown, titles, strict=True)) == shown


def _pages(site: Path) -> list[str]:
    """A page or two of every kind."""
    first = {
        kind: min(path.parent.name for path in (site / kind).glob("*/index.html"))
        for kind in ("topics", "organizations", "authors", "keywords")
    }
    return [
        "",
        f"daily/{DAYS[1]}/",
        *(f"papers/{identifier}/" for identifier in ("2602.10000", "2602.00001")),
        "lists/",
        "lists/hostile/",
        *("archive/", "weekly/2026-W01/", "monthly/2026-01/", "trending/", "stats/", "about/", "404.html"),
        *("topics/", "organizations/", "authors/", "keywords/"),
        *(f"{kind}/{name}/" for kind, name in first.items()),
        "search/?q=script",
        "reading-list/",
    ]


_BUSIEST = (f"daily/{DAYS[1]}/", "papers/2602.10000/", "lists/hostile/", "search/?q=script", "reading-list/")
"""The pages that show most of what is hostile, or whose scripts do."""


def _addresses(site: Path) -> list[str]:
    """Addresses that say something by themselves, and one file of each format that a browser shows."""
    evil = quote('"><img src=x: onerror=window.hacked=1><script>window.hacked=1</script>')
    odd = quote("javascript:window.hacked=1")
    formats = {path.suffix: path.relative_to(site).as_posix() for path in site.rglob("*") if path.suffix in _TEXTS}
    return [
        *(f"search/?q={query}" for query in (evil, "__proto__", "%ff%fe", "x" * 3000)),
        f"search/?q=script&sort={evil}&topic={evil}&author={evil}&organization={odd}&__proto__={evil}&constructor=1",
        *(f"reading-list/#{fragment}" for fragment in (evil, "1." + odd, "%")),
        *(f"papers/2601.00001/?from={value}#{evil}" for value in (evil, odd, "//canary.invalid/")),
        *formats.values(),
        *("feed.xml", "lists/hostile/papers.csl.json"),
    ]


_TEXTS = {".json", ".xml", ".opml", ".txt", ".svg"}
"""What a browser shows rather than saves."""


def _stored(canary: str) -> Mapping[str, str]:
    """What another page of the same host, or an older version, may have left in the storage."""
    attack = MARKUP["script"] + MARKUP["picture that fails"] + MARKUP["picture from elsewhere"].replace(CANARY, canary)
    paper = {
        "id": "2601.00001", "title": attack, "authors": attack, "note": attack, "date": attack, "added": attack,
        "path": "javascript:window.hacked=1", "read": attack, "__proto__": {"path": "//canary.invalid/"},
    }  # fmt: skip
    other = {**paper, "id": attack}
    return {
        "reading-list": json.dumps({"format": 1, "papers": [paper, other, attack, None, 7, {"id": "2601.00002"}]}),
        "visits": json.dumps({"format": 1, "seen": [attack, paper], "fresh": [attack, paper, None], attack: attack}),
        "reading-list-aside": attack,
        "colours": attack,
        "whole": attack,
    }


@pytest.mark.parametrize("trusting", [True, False], ids=["the policy taken out", "the policy in place"])
def test_nothing_runs_on_the_site(
    browser: Browser, canary: Canary, attacked_site: Path, address: str, trusting: bool
) -> None:
    """On every kind of page, with hostile addresses, fragments and storage, and with what the scripts make of them.

    Without the policy nothing runs because nothing becomes markup; with it no page asks for what it forbids.
    """
    canary.asked.clear()
    with opened(browser, trusting=trusting) as (page, hit):
        said = console(page)
        page.goto(address + "404.html")
        page.evaluate(
            """(stored) => {for (const [name, text] of Object.entries(stored)) {
                localStorage.setItem(`paperstand.${name}@/`, text);
                localStorage.setItem(`paperstand.${name}`, text);
            }}""",
            _stored(canary.url),
        )
        # Without a policy the address bar is tried as well, and what has no place for one: a feed, say. That no page
        # asks for what the policy forbids is tested for every kind of page in tests/site_config/test_policy.py.
        paths = [*_pages(attacked_site), *_addresses(attacked_site)] if trusting else _BUSIEST
        for path in paths:
            assert visit(page, address + path) == [], path
            assert not hit, path
            assert not canary.asked, path
            assert [line for line in said if REFUSED.search(line)] == [], path


def visit(page: Page, url: str) -> list[str]:
    """Open a page, let its scripts work, touch what is on it, and give what it did that it should not."""
    if "#" in url:
        page.goto("about:blank")  # another fragment alone would load nothing
    page.goto(url)
    if page.locator("main#content").count():
        expect(page.locator(".keys-open")).to_be_attached()
    if "search/" in url:
        page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")
    page.keyboard.press("Tab")
    page.mouse.move(600, 400)
    for summary in page.locator("main summary").all()[:1]:
        if summary.is_visible():
            summary.click()
    page.wait_for_timeout(30)
    found = ["it ran"] if page.evaluate("window.hacked") else []
    if page.evaluate("({}).path !== undefined || ({}).hacked !== undefined"):
        found.append("every object was changed")
    protocols = page.evaluate("[...new Set([...(document.links ?? [])].map((link) => link.protocol))]")
    return found + [scheme for scheme in protocols if scheme not in {"http:", "https:", "mailto:"}]
