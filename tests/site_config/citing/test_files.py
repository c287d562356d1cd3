"""The files of citations beside pages: which there are, what is in them, and which of their bytes stay."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from itertools import chain

import pytest
import rispy  # type: ignore[import-untyped]  # it has no annotations
from bibtexparser.entrypoint import parse_string
from markupsafe import escape

from scraper.records import CuratedList, Day, DayEntry, ListEntry, Paper, day_title
from scraper.settings import Rules, Settings, Topic
from scraper.store import Library
from site_config.catalog import Catalog
from site_config.citing import facts
from site_config.citing import files as files_module
from site_config.citing.files import outputs
from site_config.edition import Edition
from site_config.pages import days, groups, lists, periods
from site_config.pages.site import day_path, list_path
from tests.own_library import own_library
from tests.site_config.made import made, texts

NAMES = ("papers.bib", "papers.ris", "papers.csl.json")
PACKED = ("papers.bib.gz", "papers.ris.gz", "papers.csl.json.gz")
FOR_TEX = ("papers.bib", *PACKED[1:])
NAMES_IN = {"daily": FOR_TEX, "lists": NAMES, "weekly": PACKED, "topics": PACKED}
"""The files of each kind of page. BibTeX of a day is not compressed: TeX is given it by its address."""
FRIDAY, MONDAY = date(2026, 8, 21), date(2026, 8, 24)


def published(edition: Edition) -> Mapping[str, str]:
    """The text of every file, by its path."""
    return texts(outputs(edition))


@cache
def committed() -> tuple[Edition, Mapping[str, str]]:
    """The project's own library and its files."""
    library, told = own_library()
    made = Edition(Catalog.of(library, told), told)
    return made, published(made)


def collections(edition: Edition) -> dict[str, list[str]]:
    """The papers of each day, week, list and topic, by its address."""
    catalog = edition.catalog
    found = {day_path(day.date): [entry.id for entry in day.papers] for day in catalog.days}
    found |= {week.path: list(week.papers) for week in edition.weeks}
    found |= {list_path(one.slug): [entry.id for entry in one.papers] for one in catalog.lists}
    found |= {topic.path: list(topic.papers) for topic in edition.topics}
    return {path: [name for name in ids if name in catalog.papers] for path, ids in found.items()}


def keys(name: str, text: str) -> list[str]:
    """The keys of a file's papers, as a reader that is not ours finds them."""
    if ".bib" in name:
        library = parse_string(text, parse_stack=[])
        assert not library.failed_blocks
        return [entry.key for entry in library.entries]
    if ".ris" in name:
        return [one["id"] for one in rispy.loads(text)] if text else []
    return [one["id"] for one in json.loads(text)]


@pytest.mark.parametrize("place", range(len(NAMES)), ids=NAMES)
def test_days_weeks_lists_and_topics_are_there_in_every_format(place: int) -> None:
    """Each of the committed library's, with the papers of its page in the page's order, and nothing beside them."""
    edition, files = committed()
    expected = {
        path + NAMES_IN[path.partition("/")[0]][place]: [facts.key(edition.catalog.papers[one]) for one in ids]
        for path, ids in collections(edition).items()
    }
    assert {path.partition("/")[0] for path in expected} == set(NAMES_IN)
    found = {path: text for path, text in files.items() if path.removesuffix(".gz").endswith(NAMES[place])}
    assert {path: keys(path, text) for path, text in found.items()} == expected


def test_what_is_compressed_is_the_same_text_in_less_room() -> None:
    """A reader of gzip finds in a week's files what the days' would hold; no time and no machine is in them."""
    edition, _ = committed()
    files = made(outputs(edition))
    packed = {path: content for path, content in files.items() if path.endswith(".gz")}
    for content in packed.values():
        assert content[:4] == b"\x1f\x8b\x08\0"  # no name is in it
        assert content[4:8] == bytes(4)  # no time
        assert content[9] == 255  # no system
    inside = sum(len(gzip.decompress(content)) for content in packed.values())
    assert sum(map(len, packed.values())) < 0.3 * inside
    week = edition.weeks[-1]
    papers = [edition.catalog.papers[one] for one in week.papers]
    assert gzip.decompress(packed[f"{week.path}papers.bib.gz"]).decode() == files_module.bibliography(papers)
    assert gzip.decompress(packed[f"{week.path}papers.ris.gz"]).decode() == files_module.references(papers)
    assert gzip.decompress(packed[f"{week.path}papers.csl.json.gz"]).decode() == files_module.objects(papers)


def small(*days: tuple[date, range], upvotes: int = 3) -> Edition:
    """A library of days with papers of these numbers, all of one topic, and a list of the first two."""
    papers = {
        f"2608.{number:05}": Paper(f"2608.{number:05}", f"Paper {number}", featured=(on,), submitted=on)
        for on, numbers in days
        for number in numbers
    }
    listed = {
        on: Day(on, day_title(on), tuple(DayEntry(f"2608.{number:05}", upvotes=upvotes) for number in numbers))
        for on, numbers in days
    }
    curated = CuratedList("a-list", "A list", tuple(map(ListEntry, list(papers)[:2])))
    told = Settings(
        "A site", url="https://example.org/", topics=(Topic("All", "all", rules=Rules(keywords=("paper",))),)
    )
    return Edition(Catalog.of(Library(papers, listed, {"a-list": curated}), told), told)


def test_two_builds_of_the_same_content_give_the_same_bytes() -> None:
    """No clock, no order of a set."""
    edition, files = committed()
    assert published(Edition(edition.catalog, edition.settings)) == files


def test_the_next_day_changes_what_it_is_in() -> None:
    """Its own files, its week's and its topics'; every older day, week and list stays byte for byte."""
    before = published(small((FRIDAY, range(1, 6))))
    after = published(small((FRIDAY, range(1, 6)), (MONDAY, range(6, 9))))
    assert set(after) - set(before) == {
        f"{path}{name}"
        for path in ("daily/2026-08-24/", "weekly/2026-W35/")
        for name in NAMES_IN[path.partition("/")[0]]
    }
    changed = {path for path in before if before[path] != after[path]}
    assert changed == {f"topics/all/{name}" for name in PACKED}


def test_a_page_leads_to_every_file_of_its_citations(monkeypatch: pytest.MonkeyPatch) -> None:
    """In each format, where they are in several; those of a few papers are in one, and their page says nothing."""
    monkeypatch.setattr(files_module, "_PLANNED_BYTES", 1000)
    edition = small((FRIDAY, range(1, 6)))
    written = published(edition)
    led: dict[str, set[str]] = {}
    for page in chain(*(pages(edition) for pages in (days.pages, lists.pages, periods.pages, groups.pages))):
        body = str(escape(page.content.body))
        led[page.path] = {page.path + name for name in re.findall(r'href="(papers-\d+\.[a-z.]+)"', body)}
    for path in ("daily/2026-08-21/", "weekly/2026-W34/", "topics/all/"):
        endings = [name.partition(".")[2] for name in NAMES_IN[path.partition("/")[0]]]
        expected = {f"{path}papers-{number}.{ending}" for number in (2, 3) for ending in endings}
        assert led.pop(path) == expected
        assert {name for name in written if name.startswith(f"{path}papers-")} >= expected
    assert "lists/a-list/" in led
    assert not any(led.values())


def test_an_upvote_changes_nothing() -> None:
    """Where it does not change the order of a week."""
    assert published(small((FRIDAY, range(1, 6)), upvotes=1)) == published(small((FRIDAY, range(1, 6)), upvotes=99))
