"""The search index as it is written: its words, its lists, its files."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.records import Author, CuratedList, Day, DayEntry, ListEntry, Paper
from scraper.settings import Rules, Settings, Topic
from scraper.sources import huggingface
from scraper.store import Library
from site_config import search
from site_config.catalog import Catalog
from site_config.edition import Edition
from site_config.search import postings
from site_config.search.postings import Chunk, Postings
from site_config.search.words import fold, runs, words

RECORDED = Path(__file__).parents[1] / "data" / "huggingface" / "daily_papers"
SETTINGS = Settings(
    name="Test",
    topics=(
        Topic("Language models", "language-models", rules=Rules(keywords=("language model",))),
        Topic("Vision", "vision", rules=Rules(keywords=("image", "video", "visual"))),
    ),
)


def edition_of(
    papers: Iterable[Paper], days: Iterable[Day] = (), lists: Iterable[CuratedList] = (), settings: Settings = SETTINGS
) -> Edition:
    """The edition of a library with these papers, days and lists."""
    library = Library(
        papers={paper.id: paper for paper in papers},
        days={day.date: day for day in days},
        lists={curated.slug: curated for curated in lists},
    )
    return Edition(Catalog.of(library, settings), settings)


def recorded_days() -> list[tuple[Day, list[Paper]]]:
    """The recorded days with their papers, as the source reads them."""
    found = []
    for file in sorted(RECORDED.glob("*.json")):
        on = date.fromisoformat(file.stem)
        listed = huggingface.parse_entries(huggingface.read_entries(file.read_bytes()), on).papers
        entries = tuple(DayEntry(one.paper.id, upvotes=one.entry.upvotes) for one in listed)
        found.append((Day(on, "A day", entries), [one.paper for one in listed]))
    return found


def recorded_papers() -> list[Paper]:
    """The papers of all recorded days, each once."""
    return list({paper.id: paper for _, papers in recorded_days() for paper in papers}.values())


class _Reader:
    """Varints, as postings.py says that they are written."""

    def __init__(self, encoded: bytes) -> None:
        self.encoded, self.at = encoded, 0

    def number(self) -> int:
        value = shift = 0
        while True:
            byte = self.encoded[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def raw(self, size: int) -> bytes:
        self.at += size
        return self.encoded[self.at - size : self.at]


def read_chunk(chunk: Chunk) -> Iterator[tuple[str, dict[int, int], list[tuple[int, int]], list[list[int]]]]:
    """Each word of a chunk with its texts (paper: how much it counts), names (paper, author) and places."""
    reader, places = _Reader(chunk.terms), _Reader(chunk.places)
    before = ""
    heads: list[tuple[str, list[int]]] = []
    for _ in range(reader.number()):
        shared = reader.number()
        before = before[:shared] + reader.raw(reader.number()).decode()
        heads.append((before, [reader.number() for _ in range(5)]))
    for word, (papers, text_bytes, authors, name_bytes, place_bytes) in heads:
        texts: dict[int, int] = {}
        paper, start = 0, reader.at
        for _ in range(papers):
            paper += reader.number()
            texts[paper] = reader.raw(1)[0]
        assert reader.at - start == text_bytes
        names, paper, start = [], 0, reader.at
        for _ in range(authors):
            paper += reader.number()
            names.append((paper, reader.number()))
        assert reader.at - start == name_bytes
        where, start = [], places.at
        for _ in range(papers):
            place, of_paper = 0, []
            for _ in range(places.number()):
                place += places.number()
                of_paper.append(place)
            where.append(of_paper)
        assert places.at - start == place_bytes
        yield word, texts, names, where
    assert reader.at == len(chunk.terms)
    assert places.at == len(chunk.places)


def read(index: Postings) -> dict[str, tuple[dict[int, int], list[tuple[int, int]], list[list[int]]]]:
    """Everything that an index has, by the word."""
    return {
        word: (texts, names, places) for chunk in index.chunks() for word, texts, names, places in read_chunk(chunk)
    }


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def unpacked(file: Path) -> bytes:
    """What is in one of the index's files."""
    return zlib.decompress(file.read_bytes())


def entry(site: Path) -> dict[str, Any]:
    """What a browser loads first."""
    loaded: dict[str, Any] = json.loads((site / search.FOLDER / "entry.json").read_bytes())
    return loaded


def shown(site: Path) -> list[dict[str, Any]]:
    """What results show, in the order of the papers' numbers."""
    folder = site / search.FOLDER / entry(site)["version"] / "papers"
    blocks = sorted(folder.iterdir(), key=lambda file: int(file.stem))
    return [paper for block in blocks for paper in json.loads(unpacked(block))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Object-centric, slots.", ["object", "centric", "objectcentric", "slots"]),
        ("Schölkopf ŁUKASZ Straße", ["scholkopf", "lukasz", "strasse"]),
        ("深度学习 of かな", ["深", "度", "学", "习", "of", "か", "な"]),
        ("GPT-4.1 (x²)", ["gpt", "4", "1", "gpt41", "x2"]),
        ("https://a.b/c/d/e", ["https", "a", "b", "c", "d", "e"]),
        ("ﬁne 𝐱", ["fine", "x"]),
        ("--- ", []),
    ],
)
def test_words_are_found_as_people_type_them(text: str, expected: list[str]) -> None:
    """Without accents and capitals; a compound also in one piece; each Chinese character by itself."""
    assert words(text) == expected


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    """What is folded has no accents, and its words are runs of letters and digits."""
    assert fold(fold(text)) == fold(text)
    assert all(word.isalnum() for parts, _ in runs(text) for word in parts)


@given(st.lists(st.integers(0, 2**40), unique=True).map(sorted))
def test_numbers_are_read_as_they_were_written(ascending: list[int]) -> None:
    """However large they are."""
    reader, found, last = _Reader(postings.numbers(ascending)), [], 0
    while reader.at < len(reader.encoded):
        last += reader.number()
        found.append(last)
    assert found == ascending


def test_the_index_has_each_word_with_its_papers_and_places() -> None:
    """A word of the title counts more; names are kept apart, with the author they belong to."""
    index = Postings()
    index.add_text(0, [("Slot attention", 5), ("We attend to slots with attention.", 1)])
    index.add_names(0, ["Ada Byron", "Zoe Byron"])
    index.add_identifier(0, "2511.00001")
    index.add_text(7, [("Attention", 1)])
    found = read(index)
    assert list(found["attention"][0]) == [0, 7]
    assert found["attention"][0][0] > found["attention"][0][7] > 0
    assert found["attention"][2] == [[1, 2 + postings.GAP + 5], [0]]
    assert found["slot"][2] == [[0]]
    assert found["byron"] == ({}, [(0, 0), (0, 1)], [])
    assert found["=2511.00001"][0] == {0: 255}
    assert "with" not in found, "a word of nearly every paper finds nothing"


def test_words_are_in_the_order_of_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """JavaScript compares code units: a letter beyond 16 bits comes before U+FF5E, and half of one is never shared."""
    monkeypatch.setattr(postings, "CHUNK", 12)
    index = Postings()
    texts = ["aa", "ab", "\U00020000\U00020000", "\U00020000\U00020001", "\uffb1x", "zz"]
    for number, text in enumerate(texts):
        index.add_names(number, [text])
    order = [word for chunk in index.chunks() for word, *_ in read_chunk(chunk)]
    assert order == sorted(order, key=lambda word: word.encode("utf-16-be"))
    assert set(order) >= {"aa", "ab", "zz"}
    assert [chunk.first for chunk in index.chunks()] == [next(read_chunk(chunk))[0] for chunk in index.chunks()]
    assert len(list(index.chunks())) > 1


def test_a_result_shows_what_is_known() -> None:
    """Everything that a result needs, without the keys of what is not known."""
    paper = Paper(
        id="2511.08567",
        title="The Path Not Taken",
        abstract="Rewards work.",
        authors=(Author("Hanqing Zhu"), Author("Zhenyu Zhang")),
        organization="AI at Meta",
        submitted=date(2025, 11, 11),
        links={"code": "https://example.org/code"},
    )
    days = [
        Day(date(2025, 11, day), "A day", (DayEntry(paper.id, upvotes=votes),)) for day, votes in ((12, 9), (13, 4))
    ]
    edition = edition_of([paper, Paper(id="10.1016/0370-2693(92)90710-l", title="DOI")], days)
    assert search.shown_as(edition, paper.id) == {
        "id": "2511.08567",
        "title": "The Path Not Taken",
        "abstract": "Rewards work.",
        "authors": ["Hanqing Zhu", "Zhenyu Zhang"],
        "organization": "AI at Meta",
        "day": "2025-11-13",
        "submitted": "2025-11-11",
        "code": True,
        "upvotes": 9,
    }
    assert search.shown_as(edition, "10.1016/0370-2693(92)90710-l") == {
        "id": "10.1016/0370-2693(92)90710-l",
        "path": "papers/doi/10.1016/0370-2693~2892~2990710-l/",
        "title": "DOI",
    }


def test_a_result_has_the_beginning_of_a_long_abstract(tmp_path: Path) -> None:
    """Cut at a word's end, and it says so; the words of all of it find the paper."""
    long = "A word of many. " * 40 + "Xylophone."
    short = Paper(id="2511.00002", title="Short", abstract="All of it.")
    search.write_index(edition_of([Paper(id="2511.00001", title="Long", abstract=long), short]), tmp_path)
    found = {result["id"]: result["abstract"] for result in shown(tmp_path)}
    assert found["2511.00002"] == "All of it."
    assert re.fullmatch(r"(A word of many\. )+[\w ]*…", found["2511.00001"])
    assert search.BEGINNING - 10 < len(found["2511.00001"]) <= search.BEGINNING + 1
    chunks = (tmp_path / "search-index" / entry(tmp_path)["version"] / "terms").iterdir()
    assert any(b"xylophone" in unpacked(chunk) for chunk in chunks)


def test_formulas_are_found_and_shown_as_text() -> None:
    """TeX is typeset for search as it is for a browser tab."""
    edition = edition_of(
        [Paper(id="2511.00001", title=r"Schr\"odinger's {\em cat}", abstract=r"An \textbf{abstract}.")]
    )
    result = search.shown_as(edition, "2511.00001")
    assert result["title"].startswith("Schrödinger")
    assert result["abstract"] == "An abstract."


def test_the_index_has_every_paper_and_the_newest_last(tmp_path: Path) -> None:
    """A paper's number is its place by date, so that the order by date costs nothing."""
    edition = edition_of(recorded_papers(), [day for day, _ in recorded_days()])
    search.write_index(edition, tmp_path)
    results = shown(tmp_path)
    assert {result["id"] for result in results} == set(edition.catalog.papers)
    assert entry(tmp_path)["papers"] == len(results) > 90
    assert [result["day"] for result in results] == sorted(result["day"] for result in results)


def test_each_facet_has_its_values_with_their_papers(tmp_path: Path) -> None:
    """By topic, organisation, year, category, code and list; a value without papers is none."""
    papers = [
        Paper(id="2401.00001", title="A language model", organization="Lab", categories=("cs.CL", "cs.LG")),
        Paper(
            id="2501.00002",
            title="An image",
            organization="Lab",
            links={"code": "https://example.org/"},
            submitted=date(2025, 1, 2),
        ),
    ]
    curated = CuratedList("good", "Good ones", papers=(ListEntry("2501.00002"), ListEntry("9901.00001")))
    search.write_index(edition_of(papers, lists=[curated]), tmp_path)
    version = entry(tmp_path)["version"]
    line, _, lists = unpacked(tmp_path / search.FOLDER / version / "facets.bin").partition(b"\n")
    found = {}
    reader = _Reader(lists)
    for facet, values in json.loads(line).items():
        for name, label, count, size in values:
            part = _Reader(reader.raw(size))
            numbers = [part.number() for _ in range(count)]
            assert part.at == size
            found[facet, name, label] = numbers
    assert found == {
        ("topic", "language-models", "Language models"): [0],
        ("topic", "vision", "Vision"): [1],
        ("organization", "lab", "Lab"): [0, 1],
        ("year", "2025", "2025"): [1],
        ("category", "cs.CL", "cs.CL"): [0],
        ("category", "cs.LG", "cs.LG"): [0],
        ("code", "yes", "Has code"): [1],
        ("list", "good", "Good ones"): [1],
    }


@pytest.mark.parametrize(
    ("entries", "kind", "votes"),
    [
        ((DayEntry("2501.00002", upvotes=300), DayEntry("2501.00001", upvotes=2)), "upvotes", b"\x02\xac\x02"),
        ((DayEntry("2501.00002", score=3),), "score", b"\x00\x03"),
        ((DayEntry("2501.00002"),), "", None),
    ],
)
def test_papers_are_ordered_by_what_the_site_has(
    tmp_path: Path, entries: tuple[DayEntry, ...], kind: str, votes: bytes | None
) -> None:
    """Upvotes, else the score of the site's own rules, else nothing."""
    papers = [Paper(id=f"2501.0000{n}", title="A", submitted=date(2025, 1, n)) for n in (1, 2)]
    search.write_index(edition_of(papers, [Day(date(2025, 1, 3), "A day", entries)]), tmp_path)
    loaded = entry(tmp_path)
    file = tmp_path / search.FOLDER / loaded["version"] / "votes.bin"
    assert loaded["votes"] == kind
    assert (unpacked(file) if file.exists() else None) == votes


def test_the_same_edition_gives_the_same_index(tmp_path: Path) -> None:
    """Byte for byte, in whatever order the papers came."""
    papers = recorded_papers()
    search.write_index(edition_of(papers), tmp_path / "one")
    search.write_index(edition_of(reversed(papers)), tmp_path / "two")
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_a_new_index_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    """Under another name, so that no browser mixes the two; a library without papers has no index."""
    search.write_index(edition_of([Paper(id="2511.00001", title="A")]), tmp_path)
    old = entry(tmp_path)["version"]
    search.write_index(edition_of([Paper(id="2511.00002", title="B")]), tmp_path)
    assert entry(tmp_path)["version"] != old
    assert {path.name for path in (tmp_path / search.FOLDER).iterdir()} == {"entry.json", entry(tmp_path)["version"]}
    assert [result["id"] for result in shown(tmp_path)] == ["2511.00002"]
    search.write_index(edition_of([]), tmp_path)
    assert not (tmp_path / search.FOLDER).exists()
