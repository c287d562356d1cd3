"""The attacks through every other door: each source and import, to every page, file and mail that is made of them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, expect

from scraper import identifiers
from scraper.check import check
from scraper.cli import main
from scraper.records import MOST_COUNTED, clean_line
from scraper.store import ContentStore, Library
from site_config.plugin import build
from tests.browser import Serve
from tests.hostile.attacks import ATTACKS, CANARY, MARKUP
from tests.hostile.conftest import Canary
from tests.hostile.doors import BIORXIV_DAY, DOORS, MEDRXIV_DAY, RSS_DAY, siege
from tests.hostile.test_browser import INERT, REFUSED, console, opened, visit
from tests.hostile.test_outputs import READERS
from tests.site_config.conftest import copy_pages


@dataclass(frozen=True)
class Besieged:
    """A library into which every door let the attacks, and its site."""

    root: Path
    attacks: Mapping[str, str]
    said: Mapping[str, str]
    library: Library
    site: Path


@pytest.fixture(scope="module")
def besieged(tmp_path_factory: pytest.TempPathFactory, canary: Canary) -> Besieged:
    """All doors, one library, one build."""
    root = tmp_path_factory.mktemp("besieged") / "library"
    attacks = {name: text.replace(CANARY, canary.url) for name, text in ATTACKS.items()}
    with siege(root, attacks) as laid:
        said = {name: door.bring(laid) for name, door in DOORS.items()}
    copy_pages(root)
    return Besieged(root, attacks, said, ContentStore(root).load(), build(root))


@pytest.fixture(scope="module")
def address(besieged: Besieged, serve: Serve) -> str:
    """The site that was built."""
    return serve(besieged.site)


SHOWN = [name for name, door in DOORS.items() if door.pages]


def papers_of(besieged: Besieged, name: str) -> list[str]:
    """The papers that a door let in."""
    return [paper for paper in besieged.library.papers if re.fullmatch(DOORS[name].papers, paper)]


@pytest.mark.parametrize("name", DOORS)
def test_the_attacks_come_in_as_text(besieged: Besieged, name: str) -> None:
    """Through each door, letter by letter where the file's own form lets them: the tests below do not look at duds."""
    door, lines = DOORS[name], {clean_line(text) for text in besieged.attacks.values()} - {""}
    titles = {besieged.library.papers[paper].title for paper in papers_of(besieged, name)}
    assert len(lines & titles) >= door.titles
    if door.titles:
        assert {clean_line(besieged.attacks[f"markup: {attack}"]) for attack in MARKUP} <= titles
    notes = [
        entry.note or ""
        for page in door.pages
        if (curated := besieged.library.lists.get(page.split("/")[1]))
        for entry in curated.papers
    ]
    assert sum(any(line in note for note in notes) for line in lines) >= door.notes
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]|^::", besieged.said[name], re.MULTILINE)


def test_nothing_else_comes_in(besieged: Besieged) -> None:
    """`check` finds nothing, no file has another place than its own, and a count is a number that can be counted to."""
    assert [str(problem) for problem in check(besieged.root)] == []
    own = re.compile(r"content/(store\.yml|(daily|papers|lists|pages)/[\w./~-]+)")
    for path in besieged.root.rglob("*"):
        place = path.relative_to(besieged.root).as_posix()
        if path.is_file() and not place.startswith((".cache/", "site/", "site_config/")) and "/" in place:
            assert own.fullmatch(place), place
    for day in (BIORXIV_DAY, MEDRXIV_DAY):
        counts = [
            entry.citations
            for one in besieged.library.days.values()
            if one.date.isoformat() == day
            for entry in one.papers
        ]
        assert counts
        assert all(count is None or (type(count) is int and 0 <= count <= MOST_COUNTED) for count in counts)


@pytest.mark.parametrize("name", SHOWN)
def test_no_text_has_become_markup(besieged: Besieged, browser: Browser, address: str, name: str) -> None:
    """On every page of a door's papers, and where they are listed, as a browser reads it."""
    pages = [*DOORS[name].pages, *map(identifiers.page_path, papers_of(besieged, name))]
    with opened(browser) as (page, _):
        page.goto(address + "assets/paperstand/icon.svg")
        assert page.evaluate(INERT, [f"{address}{quote(path)}index.html" for path in pages]) == []


@pytest.mark.parametrize("trusting", [True, False], ids=["the policy taken out", "the policy in place"])
@pytest.mark.parametrize("name", SHOWN)
def test_nothing_runs(
    besieged: Besieged, browser: Browser, canary: Canary, address: str, name: str, trusting: bool
) -> None:
    """Where a door's papers are listed, on the page of one that is everything at once, and in the search for them."""
    canary.asked.clear()
    papers = papers_of(besieged, name)
    pages = [*DOORS[name].pages, *(identifiers.page_path(paper) for paper in papers[-1:])]
    with opened(browser, trusting=trusting) as (page, hit):
        said = console(page)
        for path in pages:
            assert visit(page, address + quote(path)) == [], path
            assert not hit, path
            assert not canary.asked, path
            assert [line for line in said if REFUSED.search(line)] == [], path


@pytest.mark.parametrize("suffix", [suffix for suffix in READERS if suffix != ".html"])
def test_every_file_is_whole(besieged: Besieged, suffix: str) -> None:
    """Each of a kind that the build made, by a reader that is not ours wherever there is one."""
    for path in besieged.site.rglob(f"*{suffix}"):
        READERS[suffix](path)


@pytest.mark.parametrize("name", [name for name in SHOWN if DOORS[name].pages[0].startswith("daily/")])
def test_a_mail_is_a_mail(besieged: Besieged, browser: Browser, serve: Serve, tmp_path: Path, name: str) -> None:
    """A digest of a door's day has its own headers alone, and its HTML, opened in a browser, does nothing."""
    day = DOORS[name].pages[0].split("/")[1]
    arguments = ("digest", "--day", day, "--out", str(tmp_path))
    result = CliRunner().invoke(main, ["--root", str(besieged.root), *arguments])
    assert result.exit_code == 0, result.output
    message = message_from_bytes((tmp_path / f"{day}.eml").read_bytes(), policy=policy.default)
    assert not {"bcc", "cc"} & {header.lower() for header in message}
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    with opened(browser, trusting=True) as (page, hit):
        page.goto(serve(tmp_path) + f"{day}.html")
        page.wait_for_timeout(50)
        assert page.evaluate("window.hacked") is None
        assert not hit
        assert page.locator("script, iframe, object, embed, form, input, svg, video, audio").count() == 0


@pytest.mark.parametrize("trusting", [True, False], ids=["the policy taken out", "the policy in place"])
def test_a_reading_list_that_is_brought_in(
    besieged: Besieged, browser: Browser, canary: Canary, address: str, tmp_path: Path, trusting: bool
) -> None:
    """A file of anybody's, with an attack in every field: it is shown and exported as text, and does nothing."""
    canary.asked.clear()
    papers = [
        {
            "id": f"2601.1{number:04}", "title": text, "authors": text, "note": text, "date": text, "path": text,
            "added": text, "read": text, "__proto__": {"path": text}, text: text,
        }
        for number, text in enumerate(besieged.attacks.values(), 1)
    ]  # fmt: skip
    file = tmp_path / "list.json"
    file.write_text(
        json.dumps({"format": 1, "papers": [*papers, *({"id": paper["title"]} for paper in papers), *papers[:1]]})
    )
    with opened(browser, trusting=trusting) as (page, hit):
        said = console(page)
        page.goto(address + "reading-list/")
        page.locator("input[type=file]").set_input_files(file)
        expect(page.locator(".told")).to_contain_text("added")
        assert visit(page, address + "reading-list/") == []
        assert page.locator(".kept h2").count() > 50
        assert visit(page, address + f"daily/{RSS_DAY}/") == []
        assert not hit
        assert not canary.asked
        assert [line for line in said if REFUSED.search(line)] == []
        page.goto(address + "reading-list/")
        expect(page.locator(".kept h2").first).to_be_visible()
        for kind, suffix in (
            ("BibTeX", ".bib"),
            ("RIS", ".ris"),
            ("CSV", ".csv"),
            ("Markdown", ".md"),
            ("JSON", ".json"),
        ):
            with page.expect_download() as download:
                page.get_by_role("button", name=f"Download as {kind}").click()
            saved = tmp_path / f"saved{suffix}"
            download.value.save_as(saved)
            READERS[suffix](saved)
