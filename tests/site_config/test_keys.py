"""The keys of whoever reads without a mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import Serve

DAY = "daily/2026-08-20/"


@pytest.fixture(scope="module", params=["/", "/repo/"])
def address(small_site: Path, serve: Serve, request: pytest.FixtureRequest) -> str:
    """The small library's site, at a root and as GitHub Pages serves a repository's."""
    return serve(small_site, request.param)


@pytest.fixture
def day(page: Page, address: str) -> Page:
    """A day's page whose keys are heard."""
    page.goto(address + DAY)
    expect(page.locator(".keys-open")).to_be_attached()
    expect(page.locator(".save").first).to_be_attached()
    return page


def test_papers_are_walked_through_folded_saved_and_opened(day: Page) -> None:
    """j and k go from title to title, in sight; x unfolds, s saves, o opens the one that has the focus."""
    titles = day.locator(".card h2 a")
    day.keyboard.press("j")
    expect(titles.nth(0)).to_be_focused()
    day.keyboard.press("j")
    day.keyboard.press("j")
    expect(titles.nth(2)).to_be_focused()
    expect(titles.nth(2)).to_be_in_viewport()
    day.keyboard.press("k")
    expect(titles.nth(1)).to_be_focused()
    card = day.locator(".card").nth(1)
    day.keyboard.press("x")
    expect(card.locator(".fold")).to_have_attribute("open", "")
    day.keyboard.press("x")
    expect(card.locator("details:not([open])")).to_have_count(1)
    day.keyboard.press("s")
    expect(card.locator(".save")).to_have_attribute("aria-pressed", "true")
    title = titles.nth(1).inner_text()
    day.keyboard.press("o")
    expect(day.locator("h1")).to_have_text(title)
    expect(day.locator(".save").first).to_have_attribute("aria-pressed", "true")
    day.keyboard.press("s")
    expect(day.locator(".save").first).to_have_attribute("aria-pressed", "false")


def test_walking_begins_with_what_is_in_sight_and_ends_at_the_ends(day: Page) -> None:
    """Whoever has scrolled begins there; k on the first and j on the last stay."""
    titles = day.locator(".card h2 a")
    last = titles.count() - 1
    titles.nth(last).scroll_into_view_if_needed()
    day.keyboard.press("j")
    assert day.evaluate("document.activeElement.closest('.card').previousElementSibling !== null")
    titles.nth(last).focus()
    day.keyboard.press("j")
    expect(titles.nth(last)).to_be_focused()
    titles.nth(0).focus()
    day.keyboard.press("k")
    expect(titles.nth(0)).to_be_focused()


def test_a_papers_page_turns_within_the_list_one_came_from(day: Page, address: str) -> None:
    """By the same keys, to the list's next paper and back; before its first and behind its last there is none."""
    ids = [str(card.get_attribute("data-id")) for card in day.locator(".card").all()]
    address_of = [f"{address}papers/{identifier}/?from={DAY}" for identifier in ids]
    day.keyboard.press("j")
    day.keyboard.press("o")
    expect(day).to_have_url(address_of[0])
    for key, at in [("k", 0), ("j", 1), ("j", 2), ("k", 1)]:
        expect(day.locator(".place")).to_be_visible()
        day.keyboard.press(key)
        expect(day).to_have_url(address_of[at])
        expect(day.locator(".place p")).to_contain_text(f"{at + 1} of {len(ids)}")
    day.goto(address_of[-1])
    expect(day.locator(".place")).to_be_visible()
    day.keyboard.press("j")
    expect(day).to_have_url(address_of[-1])


@pytest.mark.parametrize("chord", ["Control+s", "Alt+s", "Meta+s", "Control+j", "Shift+S"])
def test_a_key_of_the_browser_stays_the_browsers(day: Page, chord: str) -> None:
    """With a modifier nothing is taken."""
    day.locator(".card h2 a").first.focus()
    day.evaluate("addEventListener('keydown', (event) => { window.taken = event.defaultPrevented; })")
    day.keyboard.press(chord)
    assert day.evaluate("window.taken") is False
    expect(day.locator("[aria-pressed=true]")).to_have_count(0)


def test_what_is_typed_is_typed(page: Page, address: str) -> None:
    """In a note, in the search and in anything that can be edited, letters are letters."""
    page.goto(address + "about/")
    page.evaluate(
        'root => localStorage.setItem(`paperstand.reading-list@${root}`, \'{"format": 1, "papers": ["2509.19301"]}\')',
        "/" + address.split("/", 3)[3],
    )
    page.goto(address + "reading-list/")
    page.locator(".noting summary").click()
    page.get_by_role("textbox").type("jokes? sox")
    expect(page.get_by_role("textbox")).to_have_value("jokes? sox")
    expect(page.locator(".kept .card")).to_have_count(1)
    page.goto(address + DAY)
    expect(page.locator(".keys-open")).to_be_attached()
    page.keyboard.press("/")
    field = page.get_by_role("searchbox").last
    expect(field).to_be_focused()
    field.type("js?x")
    expect(field).to_have_value("js?x")
    expect(page.locator("dialog.keys[open]")).to_have_count(0)
    page.evaluate("document.querySelectorAll('dialog[open]').forEach((dialog) => dialog.close())")
    page.evaluate("document.querySelector('h1').contentEditable = 'true'; document.querySelector('h1').focus()")
    page.keyboard.type("?")
    expect(page.locator("dialog.keys[open]")).to_have_count(0)


def test_help_lists_the_keys_and_can_be_left(day: Page) -> None:
    """By Escape, which gives the focus back to where it was; meanwhile no key reaches the page behind."""
    day.locator(".card h2 a").first.focus()
    day.keyboard.press("?")
    dialog = day.get_by_role("dialog", name="Keys")
    expect(dialog.locator("dt")).to_have_text(["j", "k", "o", "s", "x", "/", "?"])
    day.keyboard.press("s")
    day.keyboard.press("j")
    expect(day.locator("[aria-pressed=true]")).to_have_count(0)
    day.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(day.locator(".card h2 a").first).to_be_focused()


def test_single_keys_can_be_turned_off(day: Page, address: str) -> None:
    """All of them, search's among them, and it is remembered (WCAG 2.2, 2.1.4); a button turns them on again."""
    day.keyboard.press("?")
    day.get_by_label("Listen to these keys").uncheck()
    day.keyboard.press("Escape")
    for _ in range(2):
        for key in ("j", "s", "/", "?"):
            day.keyboard.press(key)
        expect(day.locator("dialog[open], .card :focus")).to_have_count(0)
        day.goto(address + DAY)
        expect(day.locator(".keys-open")).to_be_attached()
    day.get_by_role("button", name="Keyboard").click()
    day.get_by_label("Listen to these keys").check()
    day.keyboard.press("Escape")
    day.evaluate("document.activeElement.blur()")
    day.keyboard.press("j")
    expect(day.locator(".card :focus")).to_have_count(1)


def test_keys_work_where_storage_is_closed(browser: Browser, address: str) -> None:
    """The choice lasts for the page, and nothing fails."""
    context = browser.new_context()
    context.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no'); }})")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address + DAY)
    expect(page.locator(".keys-open")).to_be_attached()
    page.keyboard.press("j")
    expect(page.locator(".card :focus")).to_have_count(1)
    page.keyboard.press("?")
    page.get_by_label("Listen to these keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert errors == []
    context.close()


def test_the_keyboard_is_never_caught(day: Page) -> None:
    """Tab goes on from a card that a key has gone to, through its own links, and out of the page's end."""
    day.keyboard.press("j")
    day.keyboard.press("Tab")
    assert day.evaluate("document.activeElement.closest('.card') !== null")
    day.locator(".keys-open").focus()
    day.keyboard.press("Tab")
    assert day.evaluate("document.activeElement === document.body || !document.activeElement.closest('main')")
