"""Weeks, months, trending, the calendar and statistics as a reader uses them."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import Serve


@pytest.fixture(scope="module", params=["/", "/repo/"])
def address(small_site: Path, serve: Serve, request: pytest.FixtureRequest) -> str:
    """The small library's site, at a root and as GitHub Pages serves a repository's."""
    return serve(small_site, request.param)


def test_one_walks_from_a_day_to_its_week_and_month_and_back(page: Page, address: str) -> None:
    """The switch keeps the time, months turn, and the squares of the calendar lead to days."""
    failed: list[str] = []
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    page.goto(address + "daily/2026-08-20/")
    switch = page.get_by_role("navigation", name="Period")
    switch.get_by_role("link", name="Week").click()
    expect(page).to_have_url(address + "weekly/2026-W34/")
    expect(page.locator(".votes").first).to_have_text("163")
    switch.get_by_role("link", name="Month").click()
    expect(page).to_have_url(address + "monthly/2026-08/")
    page.get_by_role("navigation", name="Earlier and later months").locator("[rel=prev]").click()
    expect(page).to_have_url(address + "monthly/2026-07/")
    switch.get_by_role("link", name="Day").click()
    expect(page).to_have_url(address + "daily/2026-07-31/")
    page.goto(address + "archive/")
    page.locator(".calendar a").last.locator("rect").click()
    expect(page).to_have_url(address + "daily/2026-08-22/")
    page.get_by_role("navigation", name="Site").get_by_role("link", name="Trending").click()
    page.get_by_role("link", name="30 days").click()
    expect(page.locator(".formula")).to_contain_text("halved for every 8 days")
    page.get_by_role("contentinfo").get_by_role("link", name="Statistics").click()
    expect(page.locator("h1")).to_have_text("Statistics")
    assert not failed


def test_the_calendar_is_no_stop_for_the_keyboard(page: Page, address: str) -> None:
    """From the months in the masthead the Tab key goes on to the list of days."""
    page.goto(address + "archive/")
    page.locator(".months a").last.focus()
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("href", "../monthly/2026-08/")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_numbers_of_a_picture_open_by_keyboard_and_fit_a_phone(
    browser: Browser, address: str, scripts: bool
) -> None:
    """With and without scripts; a wide table scrolls in its own frame, which the keyboard reaches, not the page."""
    context = browser.new_context(java_script_enabled=scripts, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(address + "stats/")
    for summary in page.locator(".numbers summary").all():
        summary.focus()
        page.keyboard.press("Enter")
    expect(page.get_by_role("cell", name="6", exact=True).first).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "region"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


@pytest.mark.parametrize(("path", "drawn"), [("stats/", ".chart rect:not(.open)"), ("archive/", ".calendar rect.l4")])
def test_pictures_are_drawn_in_forced_colours(browser: Browser, address: str, path: str, drawn: str) -> None:
    """A browser leaves the colours of SVG alone: it is the style sheet that takes the reader's."""
    context = browser.new_context(forced_colors="active", color_scheme="dark")
    page = context.new_page()
    page.goto(address + path)
    fill, ink = page.locator(drawn).first.evaluate(
        "(element) => [getComputedStyle(element).fill, getComputedStyle(document.body).color]"
    )
    assert fill == ink
    context.close()
