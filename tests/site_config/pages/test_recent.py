"""The recent papers for browsers."""

from __future__ import annotations

import json
from datetime import date, timedelta

from scraper.records import Author, Day, DayEntry, Paper
from scraper.settings import Settings
from scraper.store import Library
from site_config.catalog import Catalog
from site_config.edition import Edition
from site_config.pages import recent

FIRST = date(2026, 1, 5)


def _recent(days: list[list[str]], missing: frozenset[str] = frozenset()) -> list[dict[str, str]]:
    """What the file says of days that list these papers, one day after the other."""
    ids = {identifier for day in days for identifier in day}
    papers = {
        name: Paper(id=name, title=f"Paper {name}", abstract="Text.", authors=(Author("A. Name"),), submitted=FIRST)
        for name in ids - missing
    }
    listed = {
        (on := FIRST + timedelta(days=number)): Day(date=on, title=str(on), papers=tuple(map(DayEntry, day)))
        for number, day in enumerate(days)
    }
    settings = Settings(name="Site")
    library = Library(papers=papers, days=listed, lists={})
    (output,) = recent.outputs(Edition(Catalog.of(library, settings), settings))
    assert output.path == "recent.json"
    read = json.loads(output.text)
    assert read["format"] == 1
    papers_of: list[dict[str, str]] = read["papers"]
    return papers_of


def test_the_newest_day_comes_first_in_its_own_order() -> None:
    """With everything that a list needs to show a paper without asking for more."""
    found = _recent([["2601.00001"], ["2601.00003", "2601.00002"]])
    assert [paper["id"] for paper in found] == ["2601.00003", "2601.00002", "2601.00001"]
    assert found[2] == {
        "id": "2601.00001",
        "title": "Paper 2601.00001",
        "authors": "A. Name",
        "date": "2026-01-05",
        "featured": "2026-01-05",
        "path": "papers/2601.00001/",
    }


def test_a_paper_listed_twice_is_new_once() -> None:
    """On the last day that listed it. One that is not in the library yet has no page to lead to."""
    found = _recent([["2601.00001", "2601.00002"], ["2601.00001"]], missing=frozenset({"2601.00002"}))
    assert [(paper["id"], paper["featured"]) for paper in found] == [("2601.00001", "2026-01-06")]


def test_it_is_bounded_in_days_and_in_papers() -> None:
    """Fourteen days with papers, however many there are without; and never more than 300 papers."""
    days = [[f"2601.{number:05}"] if number % 2 else [] for number in range(1, 60)]
    assert len(_recent(days)) == recent.DAYS == 14
    crowded = [[f"2601.{100 * day + number:05}" for number in range(1, 101)] for day in range(5)]
    found = _recent(crowded)
    assert len(found) == recent.MOST_PAPERS == 300
    assert found[0]["featured"] == "2026-01-09"
