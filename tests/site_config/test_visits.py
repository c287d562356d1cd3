"""What is new since the last visit, in a real browser."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Serve


@pytest.fixture(scope="module", params=["/", "/repo/"])
def address(small_site: Path, serve: Serve, request: pytest.FixtureRequest) -> str:
    """The small library's site, at a root and as GitHub Pages serves a repository's."""
    return serve(small_site, request.param)


@pytest.fixture(scope="module")
def recent(small_site: Path) -> list[dict[str, str]]:
    """The papers of the last days, as the site publishes them."""
    papers: list[dict[str, str]] = json.loads((small_site / "recent.json").read_text(encoding="utf-8"))["papers"]
    return papers


def _first_visit(page: Page, address: str) -> None:
    """A visit by somebody of whom nothing is known, or nothing that can be read, until it is written down."""
    page.goto(address)
    written = "JSON.parse(localStorage.getItem(key)).seen.length > 0"
    page.wait_for_function(f"key => {{ try {{ return {written} }} catch {{ return false }} }}", arg=_key(address))


def _visit(page: Page, address: str) -> None:
    """A later visit, until it is written down: each of the recent papers is known, as seen or as new."""
    with page.expect_response("**/recent.json") as answer:
        page.goto(address)
    written = """([key, ids]) => {
        const visits = JSON.parse(localStorage.getItem(key));
        const known = new Set([visits?.seen ?? [], visits?.fresh ?? []].flat());
        return ids.every((id) => known.has(id));
    }"""
    ids = [paper["id"] for paper in answer.value.json()["papers"]]
    page.wait_for_function(
        f"given => {{ try {{ return ({written})(given) }} catch {{ return false }} }}", arg=[_key(address), ids]
    )


def _key(address: str) -> str:
    return "paperstand.visits@/" + address.split("/", 3)[3]


def _seen_but(page: Page, address: str, papers: list[dict[str, str]], count: int) -> None:
    """A reader who has seen all papers but the first so many."""
    page.goto(address + "about/")
    visits = {"format": 1, "seen": [paper["id"] for paper in papers[count:]], "fresh": []}
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [_key(address), json.dumps(visits)])
    _visit(page, address)


def _kept(page: Page, address: str) -> Any:
    return json.loads(page.evaluate("key => localStorage.getItem(key)", _key(address)))


def test_a_first_visit_is_calm(page: Page, address: str, recent: list[dict[str, str]]) -> None:
    """Nothing is new and nothing is asked for; nothing is new at a second visit either, when nothing has come."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    _first_visit(page, address)
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if url.endswith("recent.json")]
    expect(page.locator(".news, .new, .queue")).to_have_count(0)
    _visit(page, address)
    assert len(_kept(page, address)["seen"]) == len(recent)
    expect(page.locator(".news, .new, .queue")).to_have_count(0)


def test_what_comes_after_a_first_visit_is_new(page: Page, address: str, recent: list[dict[str, str]]) -> None:
    """Be it on a later day or on the day that was shown; an older day's paper is none that was waited for."""
    _first_visit(page, address)
    latest = recent[0]["featured"]
    late = [
        {**recent[0], "id": f"2608.9999{number}", "title": title, "featured": day}
        for number, (title, day) in enumerate({"Tomorrow": "2026-12-31", "Late": latest, "Old": "2026-08-01"}.items())
    ]
    page.route("**/recent.json", lambda route: route.fulfill(json={"papers": [*late, *recent]}))
    _visit(page, address)
    page.get_by_role("button", name="2 new since your last visit").click()
    expect(page.locator(".queue .card h2 a")).to_have_text(["Tomorrow", "Late"])


def test_new_papers_of_all_days_are_one_queue(page: Page, address: str, recent: list[dict[str, str]]) -> None:
    """Behind a button that counts them; each leads to its page, which takes it out of the queue."""
    count = 8
    assert len({paper["featured"] for paper in recent[:count]}) > 1
    _seen_but(page, address, recent, count)
    news = page.get_by_role("button", name=f"{count} new since your last visit")
    expect(news).to_have_attribute("aria-expanded", "false")
    news.click()
    queue = page.get_by_role("region", name="New since your last visit")
    expect(queue.locator(".card h2 a")).to_have_text([paper["title"] for paper in recent[:count]])
    queue.locator(".card h2 a").nth(count - 1).click()
    expect(page.locator("h1")).to_have_text(recent[count - 1]["title"])
    page.wait_for_function(
        "([key, id]) => !JSON.parse(localStorage.getItem(key)).fresh.includes(id)",
        arg=[_key(address), recent[count - 1]["id"]],
    )
    page.goto(address + "#new")
    expect(page.get_by_role("button", name=f"{count - 1} new since your last visit")).to_be_visible()
    expect(queue.locator(".card")).to_have_count(count - 1)


def test_one_paper_and_all_are_marked_as_seen(page: Page, address: str, recent: list[dict[str, str]]) -> None:
    """The focus goes on to the next paper, and home when none is left; what is seen stays seen."""
    _seen_but(page, address, recent, 3)
    page.locator(".news").click()
    page.get_by_role("button", name=f"Seen: {recent[0]['title']}").click()
    expect(page.get_by_role("button", name=f"Seen: {recent[1]['title']}")).to_be_focused()
    expect(page.locator(".news")).to_contain_text("2 new")
    page.get_by_role("button", name="Mark all as seen").click()
    expect(page.locator(".news, .queue, .new")).to_have_count(0)
    expect(page.locator("h1 a")).to_be_focused()
    _visit(page, address)
    expect(page.locator(".news")).to_have_count(0)


def test_new_papers_are_marked_on_every_page(page: Page, address: str, recent: list[dict[str, str]]) -> None:
    """A page of a day knows them from the last visit to the home page, and asks for nothing."""
    _seen_but(page, address, recent, 1)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + f"daily/{recent[0]['featured']}/")
    expect(page.locator(".card .new")).to_have_count(1)
    expect(page.locator(f".card[data-id='{recent[0]['id']}'] .new")).to_have_text("New: ")
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if url.endswith("recent.json")]


@pytest.mark.parametrize("kept", ["not JSON", "7", '{"seen": 5}', "null"])
def test_damaged_visits_are_a_first_one(page: Page, address: str, kept: str) -> None:
    """Or count all as new: in no case does a script fail."""
    page.goto(address + "about/")
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [_key(address), kept])
    (_visit if kept.startswith("{") else _first_visit)(page, address)
    expect(page.locator(".sheet > .cards .card").first).to_be_visible()


def test_what_no_visit_says_is_left_out(page: Page, address: str, recent: list[dict[str, str]]) -> None:
    """Of what is kept, and of what the site tells of recent papers: the rest counts."""
    known, new = recent[0], recent[1]
    page.goto(address + "about/")
    damaged = {"format": 1, "seen": [7, None, {"a": 1}, known["id"]], "fresh": [[], 1]}
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [_key(address), json.dumps(damaged)])
    page.reload()
    told: list[object] = [
        *({**recent[2], **wrong} for wrong in ({"featured": "<b>today"}, {"featured": 7}, {"id": "no id"}, {"id": 7})),
        *(None, 7, "text", {}, [], known, new),
    ]
    page.route("**/recent.json", lambda route: route.fulfill(json={"papers": told}))
    page.goto(address)
    expect(page.locator(".news")).to_contain_text("1 new since your last visit")
    assert _kept(page, address) == {"format": 1, "seen": [known["id"]], "fresh": [new["id"]]}


def test_a_paper_that_was_never_seen_as_such_stays_unseen(
    page: Page, address: str, recent: list[dict[str, str]]
) -> None:
    """What is no identifier among those that were seen is kept no longer, wherever it is written next."""
    page.goto(address + "about/")
    damaged = {"format": 1, "seen": [7], "fresh": [recent[0]["id"], {"a": 1}]}
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [_key(address), json.dumps(damaged)])
    page.goto(address + recent[0]["path"])
    page.wait_for_function("key => !JSON.parse(localStorage.getItem(key)).fresh.length", arg=_key(address))
    assert _kept(page, address) == {"format": 1, "seen": [recent[0]["id"]], "fresh": []}


@pytest.fixture
def half_a_site(small_site: Path, tmp_path: Path) -> Path:
    """The site without its recent papers, as when a deployment is half done."""
    return shutil.copytree(small_site, tmp_path / "site", ignore=shutil.ignore_patterns("recent.json", "papers"))


@pytest.mark.parametrize("answer", ["404", "no answer", "another file"])
def test_recent_papers_that_cannot_be_had_are_no_visit(
    page: Page, address: str, recent: list[dict[str, str]], answer: str
) -> None:
    """Nothing fails, and what is known of the last visit stays as it was."""
    _seen_but(page, address, recent, 2)
    before = _kept(page, address)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    status = {"404": 404, "another file": 200}
    page.route(
        "**/recent.json",
        lambda route: (
            route.fulfill(status=status[answer], body="<!doctype html>") if answer in status else route.abort()
        ),
    )
    with page.expect_request("**/recent.json"):
        page.goto(address)
    page.wait_for_load_state("networkidle")
    expect(page.locator(".save").first).to_be_visible()
    assert _kept(page, address) == before
    assert errors == []


def test_without_the_recent_papers_the_page_is_as_ever(page: Page, half_a_site: Path, serve: Serve) -> None:
    """Nothing is new, and nothing fails; the same where the storage is closed."""
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no'); }})")
    page.goto(serve(half_a_site))
    page.wait_for_load_state("networkidle")
    expect(page.locator(".save").first).to_be_visible()
    expect(page.locator(".news")).to_have_count(0)
