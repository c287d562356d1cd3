"""What comes into a day, one test a rule."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

import pytest

from scraper.errors import Problem
from scraper.records import (
    CuratedList,
    Day,
    DayEntry,
    EmptyReason,
    ListedPaper,
    ListEntry,
    Listing,
    Paper,
)
from scraper.selection import likeness, merged, selected
from scraper.settings import Rules, Selection

DAY = date(2025, 11, 13)


def listed(identifier: str, upvotes: int | None = None, **fields: object) -> ListedPaper:
    """A paper as a source lists it."""
    paper = Paper(identifier, **{"title": f"Title of {identifier}", **fields})  # type: ignore[arg-type] # any field
    return ListedPaper(paper, DayEntry(identifier, upvotes, why="somewhere"))


def listing(*papers: ListedPaper, source: str = "somewhere", **fields: object) -> Listing:
    """A source's listing."""
    return Listing(source, DAY, papers, **fields)  # type: ignore[arg-type] # any field


def ids(chosen: Listing) -> list[str]:
    """The identifiers of a listing, in order."""
    return [one.paper.id for one in chosen.papers]


def day(*identifiers: str) -> Day:
    """A stored day."""
    return Day(DAY, "T", tuple(map(DayEntry, identifiers)))


# Several sources.


def test_two_sources_that_name_one_paper_name_it_once() -> None:
    """As the first has it, with what only the second knows: facts, and numbers, of which none is overwritten."""
    first = replace(listed("2511.00001", 5, organization="A"), announced_before=True)
    second = ListedPaper(
        Paper("2511.00001", "Another title", submitted=DAY, organization="B"), DayEntry("2511.00001", 9, 2, why="x")
    )
    both = merged([listing(listed("2511.00002"), first), listing(second, listed("2511.00003"), source="else")])
    assert ids(both) == ["2511.00002", "2511.00001", "2511.00003"]
    assert both.papers[1] == ListedPaper(
        Paper("2511.00001", "Title of 2511.00001", submitted=DAY, organization="A"),
        DayEntry("2511.00001", 5, 2, why="somewhere"),
    )
    assert both.source == "somewhere, else"


def test_sources_problems_and_updates_come_together() -> None:
    """None is lost."""
    old = Paper("2511.00009", "T")
    one = listing(problems=(Problem("a", 0, "x"),), updates=(old,))
    two = listing(problems=(Problem("b", 0, "y"),))
    both = merged([one, two])
    assert [problem.path for problem in both.problems] == ["a", "b"]
    assert both.updates == (old,)


def test_a_day_is_a_holiday_only_where_all_sources_say_so() -> None:
    """One source's holiday does not explain another's silence."""
    holiday = listing(empty=EmptyReason.HOLIDAY)
    assert merged([holiday]).empty is EmptyReason.HOLIDAY
    assert merged([holiday, holiday]).empty is EmptyReason.HOLIDAY
    assert merged([holiday, listing()]).empty is None


# Rules.

ROBOTS = Rules(keywords=("robot",))


def test_without_rules_everything_comes_in() -> None:
    """In the source's order, with the source's word for why, and without a score."""
    papers = (listed("2511.00002", 1), listed("2511.00001", 2))
    assert selected(listing(*papers), Selection(), None).papers == papers


def test_a_rule_lets_in_and_says_so() -> None:
    """With the score that it gave; who meets none stays out."""
    papers = (listed("2511.00001", title="A robot"), listed("2511.00002", title="A cat"))
    [one] = selected(listing(*papers), Selection(include=ROBOTS), None).papers
    assert one.paper.id == "2511.00001"
    assert one.entry.why == "keyword: robot"
    assert one.entry.score
    assert one.entry.score > 0


def test_a_rule_keeps_out() -> None:
    """Whatever lets in; the source's word for why stays where no rule had to let in."""
    papers = (listed("2511.00001", title="A robot"), listed("2511.00002", title="A robot cat"))
    rules = Selection(include=ROBOTS, exclude=Rules(keywords=("cat",)))
    assert ids(selected(listing(*papers), rules, None)) == ["2511.00001"]
    [one] = selected(listing(*papers), Selection(exclude=Rules(keywords=("cat",))), None).papers
    assert (one.entry.why, one.entry.score) == ("somewhere", None)


def test_a_stored_day_keeps_its_papers_whatever_the_rules_say_now() -> None:
    """They bring their numbers; only newcomers have to be let in."""
    papers = (listed("2511.00003", 3, title="A robot"), listed("2511.00001", 8, title="A cat"))
    chosen = selected(listing(*papers), Selection(include=ROBOTS, most=1), day("2511.00001"))
    assert ids(chosen) == ["2511.00001"]
    assert chosen.papers[0].entry.upvotes == 8
    assert ids(selected(listing(*papers), Selection(include=ROBOTS), day("2511.00001"))) == ["2511.00001", "2511.00003"]


# Order and number.


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (None, ["2511.00003", "2511.00001", "2511.00002", "2511.00004"]),
        ("upvotes", ["2511.00002", "2511.00003", "2511.00001", "2511.00004"]),
        ("score", ["2511.00003", "2511.00002", "2511.00001", "2511.00004"]),
    ],
)
def test_the_order_is_total(order: str | None, expected: list[str]) -> None:
    """By upvotes, then score; by score, then upvotes; at last by identifier."""
    papers = (
        listed("2511.00003", 5, title="A robot"),
        listed("2511.00001", 5, abstract="a robot"),
        listed("2511.00002", 7, abstract="a robot"),
        listed("2511.00004", None, abstract="a robot"),
    )
    assert ids(selected(listing(*papers), Selection(include=ROBOTS, order=order), None)) == expected


@pytest.mark.parametrize(
    ("stored", "taken_out", "expected"),
    [
        (None, (), ["2511.00003", "2511.00002"]),
        (("2511.00001",), (), ["2511.00001", "2511.00003"]),
        (("2511.00001", "2511.00009"), (), ["2511.00001"]),
        (("2511.00001",), ("2511.00003",), ["2511.00001"]),
        (("2511.00007", "2511.00008", "2511.00009"), (), []),
    ],
)
def test_a_day_has_room_for_so_many(
    stored: tuple[str, ...] | None, taken_out: Collection[str], expected: list[str]
) -> None:
    """The first of the order; stored papers take their places, and nothing moves up where a person took one out."""
    papers = [listed("2511.00001", 1), listed("2511.00002", 2), listed("2511.00003", 3)]
    chosen = selected(
        listing(*papers),
        Selection(most=2, order="upvotes"),
        day(*stored) if stored else None,
        taken_out=taken_out,
    )
    assert ids(chosen) == expected


# Likeness.

SLOTS = Paper("2511.10001", "Object-centric slots for agents", "Slot attention finds objects in scenes.")
WORLDS = Paper("2511.10002", "World models of objects", "Agents dream of objects and slots.")
POETRY = Paper("2511.10003", "Rhymes of the north", "Verses and rhymes in old sagas.")
VERSES = Paper("2511.10004", "Old verses", "Sagas and their rhymes.")
LIBRARY = {paper.id: paper for paper in (SLOTS, WORLDS, POETRY, VERSES)}


def _list(slug: str, *papers: Paper) -> CuratedList:
    return CuratedList(slug, slug, tuple(ListEntry(paper.id) for paper in papers))


def test_papers_like_those_of_the_lists_come_first() -> None:
    """The score is the likeness to the list that a paper is most like, in percent."""
    like = listed("2511.00001", title="Slots and objects", abstract="Agents with slot attention.")
    unlike = listed("2511.00002", 99, title="Rhymes", abstract="Verses of sagas.")
    nothing = listed("2511.00003", title="Yeast", abstract="Fermentation at home.")
    measure = likeness([_list("robots", SLOTS, WORLDS)], LIBRARY.get, [POETRY, *(x.paper for x in (like, unlike))])
    rules = Selection(order="similarity")
    chosen = selected(listing(nothing, unlike, like), rules, None, likeness=measure)
    assert ids(chosen)[0] == "2511.00001"
    scores = {one.paper.id: one.entry.score for one in chosen.papers}
    assert scores["2511.00001"] > 20  # type: ignore[operator] # each has one
    assert scores["2511.00003"] == 0


def test_each_list_counts_for_itself() -> None:
    """A paper need not be like all lists at once, and a listed paper alone is like its list altogether."""
    measure = likeness([_list("robots", SLOTS, WORLDS), _list("poems", POETRY)], LIBRARY.get, [VERSES])
    assert measure is not None
    assert measure.to(POETRY) == 100
    assert measure.to(VERSES) > 30
    assert measure.to(SLOTS) > 50


def test_without_lists_there_is_no_likeness() -> None:
    """Nor with lists whose papers the library does not have; the order is then by upvotes and identifier."""
    assert likeness([], LIBRARY.get) is None
    assert likeness([_list("gone", Paper("2511.99999", "T"))], LIBRARY.get) is None
    papers = (listed("2511.00001", 1), listed("2511.00002", 2))
    assert ids(selected(listing(*papers), Selection(order="similarity"), None)) == ["2511.00002", "2511.00001"]


def test_a_paper_without_a_known_word_is_like_nothing() -> None:
    """And so is a library of one paper, in which no word is rarer than another."""
    measure = likeness([_list("robots", SLOTS)], LIBRARY.get)
    assert measure is not None
    assert measure.to(Paper("2511.00001", "123", "")) == 0
    assert measure.to(SLOTS) == 0
