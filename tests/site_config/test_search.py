"""The search index as it is written: its documents, its files, and what goes wrong."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from scraper.errors import PaperstandError
from scraper.records import Author, Day, DayEntry, Paper
from scraper.settings import Settings
from scraper.sources import huggingface
from scraper.store import Library
from site_config import search
from site_config.catalog import Catalog

RECORDED = Path(__file__).parents[1] / "data" / "huggingface" / "daily_papers"
SETTINGS = Settings(name="Test")


def catalog_of(papers: Iterable[Paper], days: Iterable[Day] = ()) -> Catalog:
    """The catalog of a library with these papers and days."""
    by_id = {paper.id: paper for paper in papers}
    return Catalog.of(Library(papers=by_id, days={day.date: day for day in days}, lists={}), SETTINGS)


def recorded_papers(*days: str) -> list[Paper]:
    """The papers of recorded days, as the source reads them."""
    return [
        listed.paper
        for day in days
        for listed in huggingface.parse_entries(
            huggingface.read_entries((RECORDED / f"{day}.json").read_bytes()), date.fromisoformat(day)
        ).papers
    ]


def fragments(site: Path) -> dict[str, Any]:
    """What a reader's browser gets for each result, by its page's address."""
    found = {}
    for file in (site / search.FOLDER / "fragment").iterdir():
        fragment = json.loads(gzip.decompress(file.read_bytes()).removeprefix(b"pagefind_dcd"))
        found[fragment["url"]] = fragment
    return found


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


class _Elements(HTMLParser):
    """What a document is made of, as HTML is read: names of elements, values of `content`, and texts."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.contents: list[str | None] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.contents.append(dict(attrs).get("content"))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_a_document_has_everything_by_which_a_paper_is_found() -> None:
    """Title and abstract are text; authors, organization, keywords, identifiers and day are metadata."""
    paper = Paper(
        id="2511.08567",
        title="The Path Not Taken",
        abstract="Rewards work.",
        authors=(Author("Hanqing Zhu"), Author("Zhenyu Zhang")),
        organization="AI at Meta",
        keywords=("RLVR", "sparsity"),
        aliases=("the-path-not-taken",),
    )
    assert search.document(paper, shown=date(2025, 11, 13), recent=True) == (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta data-pagefind-meta="authors[content]" content="Hanqing Zhu; Zhenyu Zhang">'
        '<meta data-pagefind-meta="organization[content]" content="AI at Meta">'
        '<meta data-pagefind-meta="keywords[content]" content="RLVR; sparsity">'
        '<meta data-pagefind-meta="id[content]" content="2511.08567 the-path-not-taken">'
        '<meta data-pagefind-meta="day[content]" content="d20251113">'
        '<meta data-pagefind-filter="recent[content]" content="yes">'
        '</head><body data-pagefind-body><h1 data-pagefind-weight="5">The Path Not Taken</h1>'
        "<p>Rewards work.</p></body></html>"
    )


def test_what_a_paper_brings_is_escaped() -> None:
    """No field of a paper ends the element or the attribute that it stands in."""
    attack = '"><script data-pagefind-meta="x">alert(1)</script><p data-pagefind-ignore \'{{ x }}'
    paper = Paper(
        id="2511.00001",
        title=attack,
        abstract=attack,
        authors=(Author(attack),),
        organization=attack,
        keywords=(attack,),
    )
    text = search.document(paper, shown=None, recent=False)
    seen = _Elements()
    seen.feed(text)
    assert seen.names == ["html", "head", *["meta"] * 5, "body", "h1", "p"]
    assert seen.contents.count(attack) == 3
    assert seen.texts.count(attack) == 2


def test_an_abstract_cannot_weigh_its_own_words(tmp_path: Path) -> None:
    """Pagefind's private marks in a paper's text are words like any others."""
    mark = "______PAGEFIND_WEIGHT___9 loud ___END_PAGEFIND_WEIGHT___ and ___PAGEFIND_ANCHOR___h1:x"
    search.write_index(catalog_of([Paper(id="2511.00001", title="A", abstract=mark)]), tmp_path)
    (fragment,) = fragments(tmp_path).values()
    assert "PAGEFIND_WEIGHT___9 loud END_PAGEFIND_WEIGHT___ and PAGEFIND_ANCHOR___h1:x" in fragment["content"]
    assert fragment["anchors"] == []


@pytest.mark.parametrize(
    ("name", "plain"),
    [("Łukasz Kaiser", "Lukasz Kaiser"), ("Søren Hauberg", "Soren Hauberg"), ("Bernhard Schölkopf", None)],
)
def test_a_name_with_letters_of_its_own_is_there_in_plain_ones_too(name: str, plain: str | None) -> None:
    """Only where Unicode has no accent to take away: Pagefind itself finds Schölkopf for Scholkopf."""
    text = search.document(Paper(id="2511.00001", title="A", authors=(Author(name),)), shown=None, recent=False)
    assert ('data-pagefind-meta="also[content]"' in text) is (plain is not None)
    assert plain is None or f'content="{plain}"' in text


def test_chinese_and_japanese_characters_are_words() -> None:
    """A text without spaces is found by any piece of it."""
    text = search.document(Paper(id="2511.00001", title="深度学习 of かな"), shown=None, recent=False)
    assert ">深 度 学 习 of か な<" in text


def test_a_result_shows_the_latest_day_that_lists_the_paper() -> None:
    """A paper that no day lists shows the day of its first version; one that nobody dated shows none."""
    listed, submitted, undated = (
        Paper(id="2511.00001", title="A", submitted=date(2025, 11, 1)),
        Paper(id="2511.00002", title="B", submitted=date(2025, 11, 2)),
        Paper(id="2511.00003", title="C"),
    )
    days = [Day(date(2025, 11, day), "A day", (DayEntry(listed.id),)) for day in (3, 5)]
    catalog = catalog_of([listed, submitted, undated], days)
    assert search.shown_day(catalog, listed) == date(2025, 11, 5)
    assert search.shown_day(catalog, submitted) == date(2025, 11, 2)
    assert search.shown_day(catalog, undated) is None


def test_the_newest_papers_are_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the day that is shown; a paper without a day is the oldest."""
    monkeypatch.setattr(search, "RECENT", 2)
    papers = [Paper(id=f"2511.0000{n}", title="A", submitted=date(2025, 11, 30 - n)) for n in (1, 2, 3)]
    papers.append(Paper(id="undated", title="A"))
    documents = dict(search.documents(catalog_of(papers)))
    marked = {path for path, text in documents.items() if "data-pagefind-filter" in text}
    assert marked == {"papers/2511.00001/index.html", "papers/2511.00002/index.html"}


def test_the_index_has_every_paper_at_its_pages_address(tmp_path: Path) -> None:
    """Recorded papers, an old identifier and a DOI among them, each at the path of its page."""
    papers = recorded_papers("2025-07-07", "2024-11-18")
    papers += [Paper(id="cs/0112017", title="Old"), Paper(id="10.1016/0370-2693(92)90710-l", title="DOI")]
    search.write_index(catalog_of(papers), tmp_path)
    found = fragments(tmp_path)
    assert len(found) == len({paper.id for paper in papers}) > 6
    assert "/papers/cs/0112017/" in found
    assert "/papers/doi/10.1016/0370-2693~2892~2990710-l/" in found
    sample = papers[0]
    assert found[f"/papers/{sample.id}/"]["meta"]["title"] == sample.title
    assert " ".join(sample.abstract.split()) in found[f"/papers/{sample.id}/"]["content"]


def test_the_index_holds_what_the_site_loads_and_nothing_else(tmp_path: Path) -> None:
    """Pagefind's own interfaces, half a megabyte, are not published."""
    search.write_index(catalog_of([Paper(id="2511.00001", title="A")]), tmp_path)
    written = {path.name for path in (tmp_path / search.FOLDER).iterdir()}
    assert {name for name in written if not name.endswith(".pf_meta")} == {
        *("filter", "fragment", "index"),
        *("pagefind.js", "pagefind-worker.js", "pagefind-entry.json", "wasm.en.pagefind"),
    }


def test_the_same_catalog_gives_the_same_index(tmp_path: Path) -> None:
    """Byte for byte, so that a rebuilt site uploads nothing anew."""
    catalog = catalog_of(recorded_papers("2025-07-07", "2026-08-20"))
    for name in ("one", "two"):
        search.write_index(catalog, tmp_path / name)
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_a_new_index_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    """Nothing of a paper that is gone stays behind; a library without papers has no index."""
    search.write_index(catalog_of([Paper(id="2511.00001", title="A")]), tmp_path)
    search.write_index(catalog_of([Paper(id="2511.00002", title="B")]), tmp_path)
    assert list(fragments(tmp_path)) == ["/papers/2511.00002/"]
    search.write_index(catalog_of([]), tmp_path)
    assert not (tmp_path / search.FOLDER).exists()


def test_variables_for_pagefind_do_not_change_a_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which somebody set one of Pagefind's variables builds the same index."""
    catalog = catalog_of([Paper(id="2511.00001", title="A")])
    search.write_index(catalog, tmp_path / "without")
    monkeypatch.setenv("PAGEFIND_KEEP_INDEX_URL", "true")
    search.write_index(catalog, tmp_path / "with")
    assert files(tmp_path / "without") == files(tmp_path / "with")


def test_a_missing_pagefind_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no program, or one that does not run here, the error names `make setup`."""
    catalog = catalog_of([Paper(id="2511.00001", title="A")])
    monkeypatch.setenv("PAGEFIND_BINARY_PATH", str(tmp_path / "nowhere"))
    with pytest.raises(PaperstandError, match=r"cannot be run .*make setup"):
        search.write_index(catalog, tmp_path)
    monkeypatch.setattr(search, "get_executable", lambda: None)
    with pytest.raises(PaperstandError, match="not installed: run `make setup`"):
        search.write_index(catalog, tmp_path)


def test_a_failed_run_says_what_pagefind_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own message is in ours."""
    program = tmp_path / "pagefind"
    program.write_text("#!/bin/sh\necho 'no space left' >&2\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("PAGEFIND_BINARY_PATH", str(program))
    with pytest.raises(PaperstandError, match=r"exit status 3\): no space left"):
        search.write_index(catalog_of([Paper(id="2511.00001", title="A")]), tmp_path)
