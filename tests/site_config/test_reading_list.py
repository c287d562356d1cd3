"""The reading list in a real browser: saving, keeping, ordering, taking along and sharing."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import rispy  # type: ignore[import-untyped]  # it has no annotations
from citeproc.source.json import CiteProcJSON  # type: ignore[import-untyped]  # the same
from markdown import Markdown
from markupsafe import escape
from playwright.sync_api import Browser, Page, expect
from pybtex.database import parse_string  # type: ignore[import-untyped]  # pybtex has no types

from scraper import identifiers
from scraper.records import Author, Paper
from scraper.settings import Settings
from scraper.store import ContentStore, documents
from site_config.citing import facts
from site_config.pages import papers as paper_pages
from site_config.pages.cards import Linked
from site_config.plugin import build
from tests.browser import Serve
from tests.hostile.attacks import MARKDOWN, QUOTED, RECORDS, TEX
from tests.site_config.conftest import copy_root

PAPER = "papers/2509.19301/"
DAY = "daily/2026-08-20/"
FULL = "Storage.prototype.setItem = function () { throw new DOMException('full', 'QuotaExceededError'); };"
CLOSED = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError'); }});"


@pytest.fixture(scope="module", params=["/", "/repo/"])
def address(small_site: Path, serve: Serve, request: pytest.FixtureRequest) -> str:
    """The small library's site, at a root and as GitHub Pages serves a repository's."""
    return serve(small_site, request.param)


@pytest.fixture(scope="module")
def at_root(small_site: Path, serve: Serve) -> str:
    """The same at a root only, for what does not depend on it."""
    return serve(small_site)


def _key(address: str) -> str:
    return "paperstand.reading-list@/" + address.split("/", 3)[3]


def _kept(page: Page, address: str) -> Any:
    return json.loads(page.evaluate("key => localStorage.getItem(key) ?? 'null'", _key(address)))


def _keep(page: Page, address: str, kept: object) -> None:
    """Put a list into the browser, as text or to be written as JSON, and show it."""
    page.goto(address + "about/")
    text = kept if isinstance(kept, str) else json.dumps(kept)
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [_key(address), text])
    page.goto(address + "reading-list/")


def _titles(page: Page) -> list[str]:
    expect(page.locator(".tools button").first).to_be_attached()
    return page.locator(".kept .card h2 a").all_inner_texts()


def _letters(count: int) -> dict[str, object]:
    papers = [
        {"id": f"2601.0000{n}", "title": "ABCDEFGH"[n - 1], "path": f"papers/2601.0000{n}/"}
        for n in range(1, count + 1)
    ]
    return {"format": 1, "papers": papers}


def _module(page: Page, address: str, name: str, expression: str, argument: object = None) -> Any:
    """What an expression over the exports `it` of one of the site's modules gives."""
    script = f"async ([url, given]) => {{ const it = await import(url); return {expression}; }}"
    return page.evaluate(script, [f"{address}assets/paperstand/{name}.js", argument])


def _download(page: Page, label: str) -> str:
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Download as {label}").click()
    return Path(download.value.path()).read_text(encoding="utf-8")


def test_a_paper_is_saved_on_its_card_and_found_on_the_list(page: Page, address: str) -> None:
    """The button says so, the header counts, and the list shows the paper without asking for its page."""
    page.goto(address + DAY)
    card = page.locator(".card").nth(1)
    title = card.locator("h2 a").inner_text()
    save = card.get_by_role("button", name=f"Save: {title}")
    expect(save).to_have_attribute("aria-pressed", "false")
    save.click()
    expect(save).to_have_attribute("aria-pressed", "true")
    header = page.get_by_role("link", name="Reading list, 1 paper")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    header.click()
    expect(page).to_have_url(address + "reading-list/")
    assert _titles(page) == [title]
    assert not [url for url in asked if "/papers/" in url]
    page.locator(".kept .card h2 a").click()
    expect(page.locator("h1")).to_have_text(title)
    expect(page.get_by_role("button", name="Save", exact=True)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="Reading list", exact=True)).to_be_visible()
    kept = _kept(page, address)
    assert kept == {"format": 1, "papers": []}


def test_what_is_saved_with_a_paper(page: Page, address: str) -> None:
    """Identifier, title, authors, date, the page's address below the root, and the key where it is an older one."""
    page.goto(address + PAPER)
    page.get_by_role("button", name="Save", exact=True).click()
    (paper,) = _kept(page, address)["papers"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", paper.pop("added"))
    assert paper == {
        "id": "2509.19301",
        "key": "paper:an-earlier-slug",
        "title": "Residual Off-Policy RL for Finetuning Behavior Cloning Policies",
        "authors": "6 authors",
        "date": "2025-09-23",
        "path": "papers/2509.19301/",
        "read": False,
        "note": "",
    }


def test_a_card_gives_what_its_paper_would(page: Page, at_root: str) -> None:
    """The date of submission, and not that of its day, with the authors whom it names: citations are made of them."""
    page.goto(at_root + DAY)
    expect(page.locator(".save")).to_have_count(6)
    for button in page.locator(".save").all():
        button.click()
    kept = {paper["id"]: paper for paper in _kept(page, at_root)["papers"]}
    assert len(kept) == 6
    for identifier, paper in kept.items():
        page.goto(at_root + paper["path"])
        known = _module(page, at_root, "on-page", "it.paperOf(document.querySelector('.ps-paper'))")
        assert paper["date"] == known["date"] != "", identifier
        assert paper["authors"].split(" and ")[0].split(", ")[0] == known["authors"].split(", ")[0] != "", identifier


def test_what_a_short_line_does_not_say_comes_from_the_papers_page(page: Page, at_root: str) -> None:
    """An author's page has titles alone. Who goes on before the rest is there gets it from the paper's own page."""
    page.goto(at_root + "keywords/reinforcement-learning/")
    line = page.locator(".card").first
    expect(line.locator(".by")).to_have_count(0)
    path = "papers/" + str(line.get_attribute("data-id")) + "/"
    complete = "key => JSON.parse(localStorage.getItem(key)).papers.every(({ authors, date }) => authors && date)"
    line.locator(".save").click()
    page.wait_for_function(complete, arg=_key(at_root))
    page.route(
        "**/" + path, lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_()
    )
    page.reload()
    line.locator(".save").click()
    line.locator(".save").click()
    line.locator("h2 a").click()
    page.wait_for_url("**/" + path + "*")
    page.wait_for_function(complete, arg=_key(at_root))


def test_nothing_moves_when_the_buttons_come(browser: Browser, at_root: str) -> None:
    """No layout shift, on a phone and on a wide screen, with papers that are saved and new (https://web.dev/articles/cls)."""
    for width in (390, 1440):
        context = browser.new_context(viewport={"width": width, "height": 800})
        page = context.new_page()
        page.goto(at_root)
        page.wait_for_load_state("networkidle")
        page.evaluate("localStorage.setItem('paperstand.visits@/', '{\"seen\": [], \"fresh\": []}')")
        page.locator(".save").first.click()
        page.add_init_script(
            "window.shift = 0;"
            "new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shift += entry.value; })"
            ".observe({type: 'layout-shift', buffered: true});"
        )
        for path in ("", DAY, PAPER, "lists/object-centric-rl/"):
            page.goto(at_root + path)
            page.wait_for_load_state("networkidle")
            expect(page.locator(".save").first).to_be_attached()
            assert page.evaluate("window.shift") < 0.01, (width, path)
        context.close()


def test_a_list_is_put_in_order_by_buttons_and_by_keys(page: Page, at_root: str) -> None:
    """The focus stays with the paper that moves, and the order is there after the page is loaded again."""
    _keep(page, at_root, _letters(4))
    page.locator(".card").nth(2).get_by_role("button", name="Up").click()
    assert _titles(page) == ["A", "C", "B", "D"]
    page.keyboard.press("Enter")
    assert _titles(page) == ["C", "A", "B", "D"]
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    assert _titles(page) == ["A", "B", "D", "C"]
    page.reload()
    assert _titles(page) == ["A", "B", "D", "C"]


def test_papers_are_marked_as_read_and_filtered(page: Page, at_root: str) -> None:
    """What is shown stands in the address; an order that is made among the shown ones holds among all."""
    _keep(page, at_root, _letters(4))
    page.locator(".card").nth(1).get_by_role("button", name="Mark as read").click()
    expect(page.locator(".count")).to_have_text("4 papers, 3 unread")
    page.get_by_role("group", name="Show").get_by_role("button", name="Unread").click()
    assert _titles(page) == ["A", "C", "D"]
    expect(page).to_have_url(at_root + "reading-list/?show=unread")
    page.locator(".card").nth(0).get_by_role("button", name="Down").click()
    assert _titles(page) == ["C", "A", "D"]
    page.goto(at_root + "reading-list/?show=read")
    assert _titles(page) == ["B"]
    for all_of_them in ("", "?show=nonsense", "?show=constructor"):
        page.goto(at_root + "reading-list/" + all_of_them)
        assert _titles(page) == ["B", "C", "A", "D"]
        expect(page.locator("[data-show=all]")).to_have_attribute("aria-pressed", "true")


def test_a_paper_that_is_removed_comes_back(page: Page, at_root: str) -> None:
    """With its note and at its place; the focus is on the button that brings it back."""
    _keep(page, at_root, _letters(3))
    card = page.locator(".card").nth(1)
    card.locator(".noting summary").click()
    card.get_by_role("textbox", name="Note on B").fill("Two\nlines")
    card.get_by_role("button", name="Remove").click()
    assert _titles(page) == ["A", "C"]
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    assert _titles(page) == ["A", "B", "C"]
    page.reload()
    expect(page.get_by_role("textbox", name="Note on B")).to_have_value("Two\nlines")


def test_a_note_is_kept_without_a_button(page: Page, at_root: str) -> None:
    """Soon after typing has paused, and at once when the page is left."""
    _keep(page, at_root, _letters(1))
    page.locator(".noting summary").click()
    page.get_by_role("textbox").type("half a thou")
    page.wait_for_function("key => localStorage.getItem(key).includes('half a thou')", arg=_key(at_root))
    page.get_by_role("textbox").type("ght")
    page.goto(at_root + "about/")
    assert _kept(page, at_root)["papers"][0]["note"] == "half a thought"


@pytest.fixture(scope="module")
def withdrawn_later(tmp_path_factory: pytest.TempPathFactory, serve: Serve) -> str:
    """The site at `at_root` some days later: 2509.19301 was withdrawn, and so was a paper that had another name."""
    root = copy_root("library", tmp_path_factory.mktemp("later"))
    store = ContentStore(root)
    for identifier, others in (("2509.19301", ()), ("2608.20335", ("an-older-name",))):
        paper = replace(store.load().papers[identifier], withdrawn=date(2026, 8, 25), aliases=others)
        store.paper_path(identifier).write_text(documents.render_paper(paper), encoding="utf-8")
    return serve(build(root))


def test_a_saved_paper_that_was_withdrawn_since_says_so(page: Page, withdrawn_later: str) -> None:
    """By one request for all, whatever a paper's name was when it was saved; in citations too, and not in the list."""
    saved = ["2608.20336", "2509.19301", "an-older-name"]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    _keep(page, withdrawn_later, {"format": 1, "papers": saved})
    cards = page.locator(".kept .card")
    expect(cards.locator(".mark")).to_have_text(["Withdrawn", "Withdrawn"])
    assert cards.filter(has=page.locator(".mark")).evaluate_all("them => them.map((it) => it.dataset.id)") == saved[1:]
    page.get_by_role("button", name="Mark as read").last.click()
    expect(cards.locator(".mark")).to_have_count(2)
    assert [url for url in asked if "/papers/" in url] == []
    assert len([url for url in asked if url.endswith("/withdrawn.json")]) == 1

    taken = {label: _download(page, label) for label in ("BibTeX", "RIS", "CSL-JSON", "JSON")}
    assert [entry.fields.get("note") for entry in parse_string(taken["BibTeX"], "bibtex").entries.values()] == [
        None,
        "Withdrawn",
        "Withdrawn",
    ]
    assert [work.get("notes") for work in rispy.loads(taken["RIS"])] == [None, ["Withdrawn"], ["Withdrawn"]]
    assert [work.get("note") for work in json.loads(taken["CSL-JSON"])] == [None, "Withdrawn", "Withdrawn"]
    # What may change again is asked for again.
    assert "ithdrawn" not in taken["JSON"]
    assert "ithdrawn" not in json.dumps(_kept(page, withdrawn_later))


def test_a_shared_paper_that_was_withdrawn_says_so(page: Page, withdrawn_later: str) -> None:
    """Whether its own page or the list of withdrawn papers comes first."""
    page.goto(withdrawn_later + "reading-list/#papers=2509.19301,2608.20336")
    expect(page.get_by_role("button", name="Save all")).to_be_enabled()
    expect(page.locator(".card .mark")).to_have_text(["Withdrawn"])
    assert page.locator(".card", has=page.locator(".mark")).get_attribute("data-id") == "2509.19301"


def test_where_the_library_cannot_be_asked_the_list_is_there_all_the_same(page: Page, at_root: str) -> None:
    """Without marks; an empty list asks nothing, and a citation does not wait for what cannot be had."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    _keep(page, at_root, {"format": 1, "papers": []})
    expect(page.locator(".empty")).to_be_visible()
    expect(page.get_by_text("Bring a list in")).to_be_visible()
    for name in ("All", "Download as BibTeX", "Copy a link"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    assert [url for url in asked if url.endswith("/withdrawn.json")] == []
    page.route("**/withdrawn.json", lambda route: route.fulfill(body="<html>"))
    _keep(page, at_root, _letters(2))
    assert _titles(page) == ["A", "B"]
    assert "note=" not in _download(page, "BibTeX")
    assert page.locator(".mark").count() == 0


def test_two_tabs_do_not_write_over_each_other(page: Page, at_root: str) -> None:
    """What one saves, the other shows at once and does not undo."""
    other = page.context.new_page()
    page.goto(at_root + DAY)
    other.goto(at_root + "reading-list/")
    page.locator(".save").nth(0).click()
    expect(other.locator(".kept .card")).to_have_count(1)
    other.get_by_role("button", name="Mark as read").last.click()
    page.locator(".save").nth(1).click()
    expect(other.locator(".kept .card")).to_have_count(2)
    assert sorted(paper["read"] for paper in _kept(page, at_root)["papers"]) == [False, True]
    other.get_by_role("button", name="Remove").last.click()
    expect(page.locator(".save").nth(0)).to_have_attribute("aria-pressed", "false")
    other.close()


@pytest.mark.parametrize("storage", [FULL, CLOSED])
def test_where_nothing_can_be_kept_the_reader_is_told(browser: Browser, at_root: str, storage: str) -> None:
    """The list lasts as long as the page, and can be taken along from there; no script fails."""
    context = browser.new_context()
    context.add_init_script(storage)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(at_root + DAY)
    page.locator(".save").nth(0).click()
    page.locator(".save").nth(2).click()
    expect(page.locator(".told")).to_contain_text("until you leave this page")
    expect(page.get_by_role("link", name="Reading list, 2 papers")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the list").click()
    taken = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert len(taken["papers"]) == 2
    page.goto(at_root + "reading-list/")
    expect(page.locator(".empty")).to_contain_text("Nothing is saved yet")
    page.locator("input[type=file]").set_input_files(download.value.path())
    expect(page.locator(".kept .card")).to_have_count(2)
    expect(page.locator(".told")).to_contain_text("the browser keeps nothing for this site")
    assert not errors
    context.close()


def test_a_full_storage_loses_nothing_that_was_kept(page: Page, at_root: str) -> None:
    """What is there stays as it was, and what could not be kept goes along with the next step that can be."""
    _keep(page, at_root, _letters(2))
    page.evaluate(f"window.set = Storage.prototype.setItem; {FULL} undefined")
    page.locator(".card").nth(0).get_by_role("button", name="Mark as read").click()
    expect(page.locator(".told")).to_be_visible()
    assert _kept(page, at_root) == _letters(2)
    expect(page.locator(".count")).to_have_text("2 papers, 1 unread")
    page.evaluate("Storage.prototype.setItem = window.set; undefined")
    page.locator(".card").nth(1).get_by_role("button", name="Mark as read").click()
    assert [paper["read"] for paper in _kept(page, at_root)["papers"]] == [True, True]


def test_old_and_later_formats_are_read(page: Page, at_root: str) -> None:
    """A bare array, as format 0 was; and a later format, of which nothing that is not understood is thrown away."""
    _keep(page, at_root, ["2601.00001", {"id": "2601.00002", "title": "B", "note": "n", "read": "2025-01-01"}])
    assert _titles(page) == ["2601.00001", "B"]
    page.locator(".card").nth(0).get_by_role("button", name="Mark as read").click()
    kept = _kept(page, at_root)
    assert kept["format"] == 1
    assert [paper["read"] for paper in kept["papers"]] == [True, True]
    _keep(page, at_root, {"format": 7, "folders": ["x"], "papers": [{"id": "2601.00001", "title": "A", "stars": 5}]})
    page.get_by_role("button", name="Mark as read").last.click()
    kept = _kept(page, at_root)
    assert (kept["format"], kept["folders"]) == (7, ["x"])
    assert (kept["papers"][0]["stars"], kept["papers"][0]["read"]) == (5, True)


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        (
            '{"format":1,"papers":[{"id":"2601.00001","title":"A {brace} \\" quote"},{"id":"2601.00002","ti',
            ['A {brace} " quote'],
        ),
        ('{"format":1,"papers":[{"id":"2601.00001","title":"A"},{"title":"no id"},7,null]}', ["A"]),
        ('{"papers":[{"id":oops},{"id":"2601.00001","title":"A"},{"id":"2601.00002"', ["A"]),
        ('{"format":1,"papers":"none"}', []),
        ("not JSON at all", []),
        ('"text"', []),
    ],
)
def test_a_damaged_list_gives_what_can_be_read(page: Page, at_root: str, text: str, titles: list[str]) -> None:
    """And the text itself is put aside before anything is written in its place, to be downloaded or thrown away."""
    _keep(page, at_root, text)
    assert _titles(page) == titles
    page.goto(at_root + PAPER)
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto(at_root + "reading-list/")
    assert len(_titles(page)) == len(titles) + 1
    with page.expect_download() as download:
        page.get_by_role("button", name="Download it").click()
    assert Path(download.value.path()).read_text(encoding="utf-8") == text
    page.get_by_role("button", name="Throw it away").click()
    expect(page.locator(".damaged")).to_have_count(0)
    assert len(_titles(page)) == len(titles) + 1


def test_a_damaged_list_is_not_written_over_where_it_cannot_be_put_aside(page: Page, at_root: str) -> None:
    """It stays where it is, and the new papers last for the page."""
    _keep(page, at_root, "damaged")
    page.goto(at_root + PAPER)
    page.evaluate(
        "const set = Storage.prototype.setItem; Storage.prototype.setItem = function (key, text) {"
        "if (key.includes('aside')) throw new DOMException('full'); set.call(this, key, text); }; undefined"
    )
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".told")).to_be_visible()
    assert page.evaluate("key => localStorage.getItem(key)", _key(at_root)) == "damaged"


def test_a_damaged_list_is_put_aside_once(page: Page, at_root: str) -> None:
    """However often it is tried to write in its place; and texts that were put aside are never written over."""
    _keep(page, at_root, "damaged")
    page.goto(at_root + PAPER)
    key = _key(at_root)
    page.evaluate(
        "name => { window.set = Storage.prototype.setItem; Storage.prototype.setItem = function (key, text) {"
        "if (key === name) throw new DOMException('full'); window.set.call(this, key, text); }; }",
        key,
    )
    save = page.get_by_role("button", name="Save", exact=True)
    for _ in range(2):
        save.click()
    aside = (
        "() => Object.entries(localStorage).filter(([key]) => key.includes('-aside')).map(([, text]) => text).sort()"
    )
    assert page.evaluate(aside) == ["damaged"]
    page.evaluate("Storage.prototype.setItem = window.set; undefined")
    for text in ("second", "third", "fourth"):
        page.evaluate("([key, text]) => localStorage.setItem(key, text)", [key, text])
        save.click()
    assert page.evaluate(aside) == ["damaged", "second", "third"]
    assert page.evaluate("key => localStorage.getItem(key)", key) == "fourth"


def test_a_page_that_was_set_aside_by_the_browser_is_brought_up_to_date(page: Page, at_root: str) -> None:
    """It heard nothing of what other tabs did meanwhile."""
    _keep(page, at_root, _letters(1))
    assert _titles(page) == ["A"]
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [_key(at_root), json.dumps(_letters(2))])
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(page.locator(".kept .card")).to_have_count(2)


NASTY = [
    {
        "id": "2601.00001",
        "title": '=HYPERLINK("http://x","y")',
        "authors": "@A, B",
        "date": "2026-01-02",
        "note": "-1\n+2",
    },
    {
        "id": "2601.00002",
        "title": "50% of $x_{1}^2$ & {unbalanced \\ #1_~^ <b>",
        "authors": "Éva Ünal, Smith and Sons and 3 more",
    },
    {
        "id": "10.1000/a{b}%c",
        "title": "Costs $ } $ and ](x) `code`",
        "authors": "12 authors",
        "note": "}, title = {x\n# head",
    },
    {"id": "a-slug", "title": "\tTabbed", "note": "\t=1+1"},
]


def _exported(page: Page, address: str, label: str, **texts: object) -> str:
    """A list of one paper in a format."""
    nothing = {"id": "2601.00001", "title": "T", "authors": "", "date": "", "added": "", "read": False, "note": ""}
    made: str = _module(
        page,
        address,
        "exports",
        "it.EXPORTS.find(({ label }) => label === given[0]).text([given[1]])",
        [label, {**nothing, "path": "papers/2601.00001/", **texts}],
    )
    return made


COMMANDS = [
    *TEX.values(),
    r"\input /etc/passwd",
    r"$\input /etc/passwd$",
    r"$x^{\write18 id}$",
    r"$\csname input\endcsname x$",
    r"$\catcode`\%=12$",
    r"$^^5cinput x$",
    r"$a\$ } \input x $",
    "a\\",
]


def test_no_text_is_a_command_to_latex(page: Page, at_root: str) -> None:
    """A formula stays one as long as it is mathematics; any other backslash is a sign to be printed."""
    page.goto(at_root)
    for text in COMMANDS:
        line = " ".join(text.split())
        made = _exported(page, at_root, "BibTeX", title=line, note=text, authors=f"{line.replace(',', '')} A")
        unescaped = re.sub(
            r"\\(?:text(?:backslash|brace(?:left|right)|ascii(?:tilde|circum)|less|greater)\{\}|[#$%&_])", "", made
        )
        commands = set(re.findall(r"\\(?:[A-Za-z@]+|.|$)", unescaped))
        assert commands <= {r"\frac", r"\sqrt", r"\text"}, (text, commands)
        assert "^^" not in unescaped, text
        assert len(parse_string(made, "bibtex").entries) == 1
    formula = r"$\mathcal{O}(n^{2})\,\alpha_i \le \|x\|$"
    assert f"title={{{{{formula}}}}}" in _exported(page, at_root, "BibTeX", title=formula)


@pytest.mark.parametrize("label", ["RIS", "CSV", "Markdown", "CSL-JSON", "BibTeX"])
def test_a_hostile_note_or_title_is_no_second_record(page: Page, at_root: str, label: str) -> None:
    """In each format there is one paper, whatever its texts look like there."""
    page.goto(at_root)
    for text in [
        *RECORDS.values(),
        *MARKDOWN.values(),
        *QUOTED.values(),
        "\uff1d1+1",
        "\r=1",
        "\t=1",
        "- x",
        "1. x",
        "+ x",
    ]:
        line = " ".join(text.split())
        made = _exported(page, at_root, label, title=line, note=text, authors=f"The {line.replace(', ', ' ')} Team")
        if label == "RIS":
            (one,) = rispy.loads(made)
            assert one["title"] == line
            assert all("," not in name for name in one.get("authors", []))
        elif label == "CSV":
            (row,) = csv.DictReader(io.StringIO(made.removeprefix("\ufeff"), newline=""))
            assert row["note"] in {text, f"'{text}"}
            assert not re.match("[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]", row["note"] + row["title"])
        elif label == "CSL-JSON":
            (one,) = json.loads(made)
            assert one["title"] == line
        elif label == "BibTeX":
            assert list(parse_string(made, "bibtex").entries) == ["arXiv:2601.00001"]
        else:
            html = Markdown(extensions=["sane_lists", "tables", "fenced_code"]).convert(made)
            found = re.findall(r"<(\w+)", html)
            assert set(found) <= {"h1", "ul", "li", "a", "p", "br"}, (text, html)
            assert (found.count("a"), found.count("li"), found.count("h1")) == (1, 1, 1), (text, html)


def test_every_export_can_be_read_by_its_readers(page: Page, at_root: str) -> None:
    """BibTeX, RIS and CSL-JSON by readers that are not ours, CSV without a formula in it, JSON as it was.

    Whatever is in the texts.
    """
    _keep(page, at_root, {"format": 1, "papers": NASTY})
    bibliography = parse_string(_download(page, "BibTeX"), "bibtex")
    first, second, third, fourth = bibliography.entries.values()
    papers = [Paper(id=paper["id"], title="T", abstract="", authors=()) for paper in NASTY]
    assert list(bibliography.entries) == [facts.key(paper) for paper in papers]
    assert (first.fields["year"], first.fields["month"], first.fields["eprint"]) == ("2026", "January", "2601.00001")
    assert [str(person) for person in second.persons["author"]] == ["Ünal, Éva", "{Smith and Sons}", "others"]
    assert "$x_{1}^2$ \\& \\textbraceleft{}unbalanced" in second.fields["title"]
    assert "author" not in third.persons
    assert third.fields["doi"] == "10.1000/a%7Bb%7D%25c"
    assert "title" in fourth.fields
    assert len(bibliography.entries) == 4
    references = rispy.loads(_download(page, "RIS"))
    assert [one["id"] for one in references] == list(bibliography.entries)
    assert references[0]["title"] == " ".join(NASTY[0]["title"].split())
    assert (references[0]["year"], references[0]["notes"]) == ("2026", ["-1 +2"])
    assert references[1]["authors"] == ["Ünal, Éva", "Smith and Sons"]
    assert re.fullmatch(r"and \d+ more authors?", references[1]["notes"][0])
    assert references[3]["notes"] == ["=1+1"]
    objects = CiteProcJSON(json.loads(_download(page, "CSL-JSON")))
    assert [str(objects[key.lower()]["title"]) for key in bibliography.entries] == [
        one["title"].strip() for one in NASTY
    ]
    rows = list(csv.DictReader(io.StringIO(_download(page, "CSV").removeprefix("\ufeff"), newline="")))
    assert rows[0]["title"] == "'" + NASTY[0]["title"]
    assert rows[0]["authors"] == "'@A, B"
    assert rows[0]["note"] == "'-1\n+2"
    assert rows[0]["page"] == at_root + "papers/2601.00001/"
    assert rows[3]["note"] == "'\t=1+1"
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    markdown = _download(page, "Markdown")
    assert (
        f"- [ ] [Costs \\$ }} \\$ and \\](x) \\`code\\`](<{at_root}papers/doi/10.1000/a~7bb~7d~25c/>)".replace(
            "}", "\\}", 1
        )
        in markdown
    )
    assert "\n  \\# head" in markdown
    again = json.loads(_download(page, "JSON"))
    assert [paper["note"] for paper in again["papers"]] == ["-1\n+2", "", "}, title = {x\n# head", "\t=1+1"]
    assert again["site"] == at_root


def _authors(page: Page) -> list[str]:
    (entry,) = parse_string(_download(page, "BibTeX"), "bibtex").entries.values()
    return [str(person) for person in entry.persons["author"]]


def test_a_citation_names_every_author_of_a_card_that_names_a_few(page: Page, address: str, small_site: Path) -> None:
    """They come from the paper's own page when the file is made; BibTeX, RIS and CSL-JSON have them alike."""
    paper = ContentStore(small_site.parent).load().papers["2608.17253"]
    page.goto(address + DAY)
    card = page.locator(f".card[data-id='{paper.id}']")
    expect(card.locator(".by")).to_contain_text(" more")
    card.locator(".save").click()
    page.goto(address + "reading-list/")
    expect(page.locator(".kept .card .by")).to_contain_text(" more")
    names = [", ".join(reversed(author.name.rsplit(" ", 1))) for author in paper.authors]
    assert _authors(page) == names
    (reference,) = rispy.loads(_download(page, "RIS"))
    assert reference["authors"] == names
    assert "notes" not in reference
    (work,) = json.loads(_download(page, "CSL-JSON"))
    assert len(work["author"]) == len(names)
    expect(page.locator(".told")).to_have_count(0)


def test_a_citation_names_hundreds(page: Page, at_root: str) -> None:
    """More than the tags in the head of a paper's page, which hold fifty."""
    paper = Paper(id="2601.00001", title="T", authors=tuple(Author(f"Ann B{n}") for n in range(300)))
    names = tuple(Linked(author.name) for author in paper.authors)
    made = paper_pages.page(paper_pages.PaperSheet(paper, (), (), names), Settings("S"))
    head = f"<title>T</title><link rel=canonical href={made.content.canonical}>{made.content.head}"
    html = f"<!doctype html><html lang=en>{head}<body>{escape(made.content.body)}"
    page.route("**/papers/2601.00001/", lambda route: route.fulfill(body=html, content_type="text/html"))
    _keep(page, at_root, {"format": 1, "papers": [{"id": paper.id, "authors": "Ann B0 and 299 more"}]})
    assert _authors(page) == [f"B{n}, Ann" for n in range(300)]


@pytest.mark.parametrize("how", ["no line", "no such page", "another page"])
def test_a_citation_says_that_there_are_others_where_they_cannot_be_looked_up(
    page: Page, at_root: str, small_site: Path, how: str
) -> None:
    """The file is made all the same, and the reader is told."""
    _keep(page, at_root, {"format": 1, "papers": [{"id": "2601.00001", "authors": "Ann A and 3 more"}]})
    expect(page.locator(".kept .card")).to_have_count(1)
    if how == "no line":
        page.route("**/papers/**", lambda route: route.abort("internetdisconnected"))
    if how == "another page":
        page.route("**/papers/2601.00001/", lambda route: route.fulfill(path=small_site / PAPER / "index.html"))
    assert _authors(page) == ["A, Ann", "others"]
    expect(page.locator(".told")).to_contain_text("1 paper of the BibTeX file names only the first authors")
    page.get_by_role("button", name="Close").click()
    page.unroute_all(behavior="wait")
    html = "<article class=ps-paper data-id=2601.00001></article><meta name=citation_author content='Ann A'>"
    page.route("**/papers/2601.00001/", lambda route: route.fulfill(body=html, content_type="text/html"))
    assert _authors(page) == ["A, Ann"]
    expect(page.locator(".told")).to_have_count(0)


@pytest.mark.parametrize(
    "path",
    [PAPER, "lists/object-centric-rl/", "search/?q=residual", "reading-list/#papers=2509.19301"],
)
def test_a_paper_is_cited_by_the_key_that_the_sites_own_files_have(page: Page, at_root: str, path: str) -> None:
    """That of the identifier under which it was filed first, wherever it was saved, in every format."""
    page.goto(at_root + path)
    if "#" in path:
        page.get_by_role("button", name="Save all").click()
        page.get_by_role("link", name="Your own list").click()
    else:
        place = page.locator("[data-id='2509.19301']").first
        place.get_by_role("button", name="Save").first.click()
        page.goto(at_root + "reading-list/")
    assert list(parse_string(_download(page, "BibTeX"), "bibtex").entries) == ["paper:an-earlier-slug"]
    assert [one["id"] for one in rispy.loads(_download(page, "RIS"))] == ["paper:an-earlier-slug"]
    assert [one["id"] for one in json.loads(_download(page, "CSL-JSON"))] == ["paper:an-earlier-slug"]
    assert [one["key"] for one in json.loads(_download(page, "JSON"))["papers"]] == ["paper:an-earlier-slug"]


def test_a_key_that_could_break_a_file_is_none(page: Page, at_root: str) -> None:
    """Somebody else's list may hold anything under this name."""
    papers = [{"id": "2601.00001", "title": "A", "key": key} for key in ("x,\n}", "paper:a}b", 7, "arXiv:2601.00001")]
    for paper in papers:
        _keep(page, at_root, {"format": 1, "papers": [paper]})
        assert list(parse_string(_download(page, "BibTeX"), "bibtex").entries) == ["arXiv:2601.00001"]
        assert "key" not in json.loads(_download(page, "JSON"))["papers"][0]


def test_an_exported_list_is_brought_in_and_merged(page: Page, at_root: str, tmp_path: Path) -> None:
    """New papers come behind, what is there stays and is completed, and the reader is told how many."""
    file = tmp_path / "list.json"
    file.write_text(
        json.dumps(
            {
                "format": 1,
                "papers": [
                    {"id": "2601.00002", "title": "Other", "note": "theirs", "read": True},
                    {"id": "2601.00009", "title": "New", "path": "https://evil.example/papers/x/"},
                    {"id": "2601.00008", "title": "Up", "path": "papers/../../x/"},
                    {"id": "<img src=x>"},
                ],
            }
        )
    )
    kept = _letters(2)
    kept["papers"][1]["note"] = "mine"  # type: ignore[index]  # a list
    _keep(page, at_root, kept)
    page.locator("input[type=file]").set_input_files(file)
    expect(page.locator(".told")).to_contain_text("2 papers added; 1 there already; 1 not understood.")
    assert _titles(page) == ["A", "B", "New", "Up"]
    second = _kept(page, at_root)["papers"][1]
    assert (second["note"], second["read"]) == ("mine\n\ntheirs", True)
    links = [page.locator(".kept h2 a").nth(at).get_attribute("href") for at in (2, 3)]
    assert links == [at_root + "papers/2601.00009/", at_root + "papers/2601.00008/"]
    file.write_text("<html>")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.locator(".told")).to_contain_text("The file holds no reading list: nothing was changed.")


def test_a_shared_list_is_shown_and_leaves_ones_own_alone(page: Page, address: str) -> None:
    """The link carries the identifiers; everything is saved with one button; what is not here is said."""
    page.goto(address + DAY)
    shared = page.locator(".card").evaluate_all("cards => cards.slice(0, 3).map((card) => card.dataset.id)")
    titles = page.locator(".card h2").all_inner_texts()[:3]
    _keep(page, address, {"format": 1, "papers": [*shared, "2601.99999"]})
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy a link").click()
    expect(page.locator(".told")).to_contain_text("copied")
    url = page.evaluate("navigator.clipboard.readText()")
    assert url.startswith(address + "reading-list/#papers=")
    _keep(page, address, _letters(1))
    page.goto(url)
    page.reload()
    save_all = page.get_by_role("button", name="Save all")
    expect(save_all).to_be_enabled()
    expect(page.locator(".card h2")).to_have_text([*titles, "2601.99999"])
    expect(page.locator(".count")).to_have_text("Somebody shared 4 papers with you; 3 of them in this library")
    assert [paper["title"] for paper in _kept(page, address)["papers"]] == ["A"]
    save_all.click()
    assert [paper["title"] for paper in _kept(page, address)["papers"]] == [*titles, "A"]
    page.get_by_role("link", name="Your own list").click()
    expect(page.locator("h1")).to_have_text("Reading list")
    assert _titles(page) == [*titles, "A"]


def test_a_paper_that_stands_twice_is_there_once(page: Page, at_root: str) -> None:
    """As it stands first; buttons and notes go by identifiers."""
    _keep(page, at_root, [{"id": "2601.00001", "title": "A"}, "2601.00002", {"id": "2601.00001", "title": "B"}])
    assert _titles(page) == ["A", "2601.00002"]


def test_a_hostile_list_is_text(page: Page, at_root: str) -> None:
    """Whatever stands in the storage or in a link: no element is made of it, nothing runs, no link leaves papers/."""
    attack = "<img src=x onerror=window.hacked=1><script>window.hacked=1</script>"
    papers = [
        {"id": "2601.00001", "title": attack, "authors": attack, "note": attack, "path": "javascript:window.hacked=1"},
        {
            "id": "2601.00002",
            "title": attack,
            "path": "papers/%2e%2e/%2e%2e/x/",
            "date": attack,
            "__proto__": {"read": 1},
        },
        {"id": "2601.00003", "title": attack, "path": "//evil.example/papers/x/", "added": attack},
        {"id": "2601.00004", "title": attack, "path": "papers/x/?q=1#papers=2601.00001"},
    ]
    _keep(page, at_root, {"format": 1, "papers": papers})
    assert _titles(page) == [attack] * 4
    links = page.locator(".kept h2 a").evaluate_all("links => links.map((link) => link.href)")
    assert links == [f"{at_root}papers/2601.0000{number}/" for number in range(1, 5)]
    page.goto(at_root + "reading-list/#papers=" + attack.replace(" ", "%20"))
    page.reload()
    expect(page.locator(".empty")).to_have_text("The link carries no paper.")
    assert page.evaluate("window.hacked") is None
    assert page.locator("main img, main script").count() == 0


PATHS = [
    "https://evil.example/papers/x/",
    "//evil.example/papers/x/",
    "//site.invalid/root/papers/x/",
    "\\\\evil.example\\papers\\x/",
    "javascript:papers/x/",
    "/papers/x/",
    "../papers/x/",
    "papers/../x/",
    "papers/%2e%2e/x/",
    "papers/\t../x/",
    "papers/x/?q=1",
    "papers/x/#papers=2601.00001",
    "search/",
    "",
    7,
    "papers/" + "x" * 500,
]
"""Of these none leads to a page below papers/ as it stands, or none in short."""


def test_what_a_list_may_say_of_a_paper(page: Page, at_root: str) -> None:
    """Each field has its letters and an end, whoever wrote the list; what has no place in one is not there."""
    page.goto(at_root)

    def made(**fields: object) -> dict[str, object]:
        paper: dict[str, object] = _module(
            page, at_root, "saved-papers", "it.paperFrom(given)", {"id": "x-y", **fields}
        )
        return paper

    for name in ("title", "authors"):
        assert made(**{name: " a\x00\x1b\x7f\x9f\ufffe\uffff\r\nb "})[name] == "a b"
        assert made(**{name: "x" * 501})[name] == "x" * 500
        assert made(**{name: ["x"]})[name] == ("x-y" if name == "title" else "")
    assert made(note="a\r\nb\x00\x0b\x1b[31m\x7f\x9f\ufffe\uffff\tc")["note"] == "a\nb[31m\tc"
    assert made(note="x" * 10_001)["note"] == "x" * 10_000
    assert made(date="2026-01-02", added="2026-01-02T03:04:05.678Z") == made() | {
        "date": "2026-01-02",
        "added": "2026-01-02T03:04:05.678Z",
    }
    for text in ("yesterday", "2026-1-2", "2026-01-02T03:04:05.678Z\nx", "<b>", 20260102):
        assert (made(date=text)["date"], made(added=text)["added"]) == ("", "")
    flags: list[Any] = ["no", 1, {}, 0, None]
    assert [made(read=flag)["read"] for flag in flags] == [True, True, True, False, False]
    assert made(path="papers/doi/10.1/x~28/")["path"] == "papers/doi/10.1/x~28/"
    assert {made(path=path)["path"] for path in PATHS} == {"papers/x-y/"}
    assert made(stars=5).keys() == {"id", "title", "authors", "date", "path", "added", "read", "note"}
    names = ["../x", "", "a b", "<b>", 7, None, {}, ["x-y"], "x" * 201]
    assert _module(page, at_root, "saved-papers", "given.map((id) => it.paperFrom({id}))", names) == [None] * len(names)


def test_a_shared_list_whose_papers_cannot_be_had(page: Page, at_root: str) -> None:
    """A page that fails is a paper that is not here; the others are, and are saved."""
    page.goto(at_root + DAY)
    first, second = page.locator(".card").evaluate_all("cards => cards.slice(0, 2).map((card) => card.dataset.id)")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.route(f"**/papers/{first}/", lambda route: route.abort())
    page.goto(f"{at_root}reading-list/#papers={first},{second}")
    expect(page.get_by_role("button", name="Save all")).to_be_enabled()
    expect(page.locator(".count")).to_have_text("Somebody shared 2 papers with you; 1 of them in this library")
    expect(page.locator(".card").first).to_contain_text("Not in this library")
    assert errors == []


def test_a_list_is_shared_where_the_page_has_no_clipboard(page: Page, at_root: str) -> None:
    """The link stands there to be copied by hand."""
    _keep(page, at_root, _letters(2))
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined}); undefined")
    page.locator(".taking").evaluate("details => { details.open = true; }")
    page.get_by_role("button", name="Copy a link").click()
    expect(page.get_by_label("Link to this list")).to_have_value(f"{at_root}reading-list/#papers=2601.00001,.00002")


IDENTIFIERS = [
    "2511.08567",
    "0704.0010",
    "cs/0112017",
    "hep-th/9901001",
    "10.1000/182",
    "10.1000/a(b)/c;d?e#f.",
    "10.1000/..",
    "10.1000/con",
    "10.1000/lpt1.x",
    "10.1000/cons",
    "10.1000/ünï",
    "an-earlier-slug",
    "3d-gaussians",
]


def test_the_browser_knows_identifiers_as_the_library_does(page: Page, at_root: str) -> None:
    """Each leads to the same page and upstream; and what a link carries comes back as it went in, shorter."""
    page.goto(at_root)
    paths = _module(page, at_root, "identifiers", "given.map(it.pagePath)", IDENTIFIERS)
    assert paths == [identifiers.page_path(name) for name in IDENTIFIERS]
    arxiv = IDENTIFIERS[:4]
    assert _module(page, at_root, "identifiers", "given.map(it.upstream)", arxiv) == [
        identifiers.upstream_url(name) for name in arxiv
    ]
    assert _module(page, at_root, "identifiers", "it.upstream(given)", "10.1/a?b#c") is None
    assert (
        _module(page, at_root, "identifiers", "it.upstream(given)", "10.1000/a?b#c")
        == "https://doi.org/10.1000/a%3Fb%23c"
    )
    assert _module(page, at_root, "identifiers", "given.filter(it.isIdentifier)", IDENTIFIERS) == IDENTIFIERS
    none = ["", "../x", "https://x", "2511", "a b", "A", "10.1/x", "x" * 300, None, 7]
    assert _module(page, at_root, "identifiers", "given.filter(it.isIdentifier)", none) == []
    many = [*IDENTIFIERS, *(f"2511.{number:05}" for number in range(1, 500))]
    fragment = _module(page, at_root, "identifiers", "it.toFragment(given)", many)
    assert _module(page, at_root, "identifiers", "it.fromFragment(given)", fragment) == many
    assert len(fragment) < 500 * 8
    broken = "#papers=%E0%A4%A,,.00001,2511.00001,.00001,<script>,2511.00001"
    assert _module(page, at_root, "identifiers", "it.fromFragment(given)", broken) == ["2511.00001"]


def test_a_long_list_is_shown_in_parts_and_has_an_end(page: Page, at_root: str) -> None:
    """A hundred papers at a time; 2,000 at most, and what there was no room for is told."""
    ids = [f"2601.{number:05}" for number in range(1, 2001)]
    _keep(page, at_root, {"format": 1, "papers": ids})
    expect(page.locator(".kept .card")).to_have_count(100)
    page.get_by_role("button", name="Show more").click()
    expect(page.locator(".kept .card")).to_have_count(200)
    expect(page.locator(".kept .card").nth(100).locator("h2 a")).to_be_focused()
    page.goto(at_root + PAPER)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".told")).to_contain_text("there was no room for 1 more paper")
    assert [paper["id"] for paper in _kept(page, at_root)["papers"]] == ids
    page.goto(at_root + "reading-list/")
    added = json.dumps({"papers": ["2602.00001", "2602.00002", ids[0]]}).encode()
    for blanks, said in (
        (0, "1 there already; 2 left out, for a list holds 2,000"),
        (10_000_000, "The file is larger"),
    ):
        file: Any = {"name": "list.json", "mimeType": "application/json", "buffer": b" " * blanks + added}
        page.locator("input[type=file]").set_input_files(file)
        expect(page.locator(".told")).to_contain_text(said)
    assert [paper["id"] for paper in _kept(page, at_root)["papers"]] == ids
    page.goto(f"{at_root}reading-list/#papers={','.join(ids[:501])}")
    expect(page.locator(".count")).to_contain_text("Somebody shared 500 papers")


@pytest.mark.parametrize("path", ["reading-list/", ""])
def test_without_scripts_the_list_explains_itself(browser: Browser, at_root: str, path: str) -> None:
    """The header's link leads there, no button is dead, and the page says what it needs."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(at_root + path)
    expect(page.locator(".save, .news, .tools")).to_have_count(0)
    page.get_by_role("link", name="Reading list").click()
    expect(page.locator(".empty")).to_contain_text("this page needs scripts")
    context.close()


def test_a_printed_list_has_its_notes_and_no_buttons(page: Page, at_root: str) -> None:
    """Titles, authors and notes stand on paper."""
    kept = _letters(2)
    kept["papers"][0]["note"] = "Read <b id=broken>this</b> first."  # type: ignore[index]  # a list
    _keep(page, at_root, kept)
    expect(page.locator(".kept .card")).to_have_count(2)
    page.emulate_media(media="print")
    expect(page.locator(".kept .note").first).to_be_visible()
    expect(page.locator(".kept .note").first).to_have_text("Read <b id=broken>this</b> first.")
    expect(page.locator("main button:visible, main textarea:visible, main input:visible")).to_have_count(0)
