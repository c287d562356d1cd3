"""The catalog: what is indexed, in which order, and what nobody may see."""

from __future__ import annotations

from datetime import date

from scraper.records import CuratedList, Day, DayEntry, EmptyReason, ListEntry, Paper
from scraper.settings import Settings
from scraper.store import Library
from site_config.catalog import Catalog


def paper(identifier: str, *aliases: str) -> Paper:
    """A paper of which only its names matter."""
    return Paper(identifier, title=f"Paper {identifier}", aliases=aliases)


def day(number: int, *identifiers: str) -> Day:
    """A day of November 2025 with these papers."""
    on = date(2025, 11, number)
    empty = None if identifiers else EmptyReason.WEEKEND
    return Day(on, f"{number} November 2025", tuple(DayEntry(name, upvotes=number) for name in identifiers), empty)


def catalog(
    papers: list[Paper], days: list[Day], lists: tuple[CuratedList, ...] = (), exclude: frozenset[str] = frozenset()
) -> Catalog:
    """The catalog of a library that holds these, in the order given."""
    library = Library(
        {known.id: known for known in papers},
        {listed.date: listed for listed in days},
        {curated.slug: curated for curated in lists},
    )
    return Catalog.of(library, Settings("Test", exclude=exclude))


def test_days_are_in_order_and_the_latest_is_the_last_with_papers() -> None:
    """An empty day at the end is in the catalog and is not the latest day."""
    made = catalog([paper("2511.00001")], [day(9), day(3), day(7, "2511.00001")])
    assert [listed.date.day for listed in made.days] == [3, 7, 9]
    assert made.latest_day == day(7, "2511.00001")


def test_a_library_without_papers_has_no_latest_day() -> None:
    """Neither an empty library nor one of empty days has a day to show first."""
    assert catalog([], []).latest_day is None
    assert catalog([], [day(1)]).latest_day is None


def test_previous_and_next_skip_days_without_papers() -> None:
    """From a day, from an empty day, and from a date that is not in the library."""
    made = catalog([paper("2511.00001")], [day(1, "2511.00001"), day(2), day(3), day(4, "2511.00001"), day(5)])

    def around(number: int) -> tuple[int | None, int | None]:
        before, after = made.previous_day(date(2025, 11, number)), made.next_day(date(2025, 11, number))
        return (before.date.day if before else None, after.date.day if after else None)

    assert [around(number) for number in (1, 2, 3, 4, 5, 30)] == [
        (None, 4),
        (1, 4),
        (1, 4),
        (1, None),
        (4, None),
        (4, None),
    ]


def test_papers_are_in_the_order_of_their_identifiers() -> None:
    """Oldest first, by what the identifier tells, whatever the order of the files."""
    names = ["2511.00002", "0704.0010", "cs/0112017", "2511.00001"]
    assert list(catalog([paper(name) for name in names], []).papers) == [
        "cs/0112017",
        "0704.0010",
        "2511.00001",
        "2511.00002",
    ]


def test_where_a_paper_was_listed_is_known() -> None:
    """Every day with its numbers, oldest first, and every list."""
    lists = (
        CuratedList("b", "Zebras", (ListEntry("2511.00001", note="Read"),)),
        CuratedList("a", "Apes", (ListEntry("2511.00001"),)),
    )
    made = catalog([paper("2511.00001")], [day(5, "2511.00001"), day(2, "2511.00001")], lists)
    assert [(place.date.day, place.entry.upvotes) for place in made.days_of("2511.00001")] == [(2, 2), (5, 5)]
    assert [(place.slug, place.entry.note) for place in made.lists_of("2511.00001")] == [("a", None), ("b", "Read")]
    assert made.days_of("2511.99999") == ()


def test_an_excluded_identifier_is_nowhere() -> None:
    """No paper, day, list or alias shows it, and a day of nothing else has no papers left."""
    lists = (CuratedList("a", "A", (ListEntry("2511.00001"), ListEntry("2511.00002"))),)
    made = catalog(
        [paper("2511.00001", "an-old-slug"), paper("2511.00002")],
        [day(1, "2511.00001"), day(2, "2511.00001", "2511.00002")],
        lists,
        exclude=frozenset({"2511.00001"}),
    )
    assert list(made.papers) == ["2511.00002"]
    assert [[entry.id for entry in listed.papers] for listed in made.days] == [[], ["2511.00002"]]
    assert [entry.id for entry in made.lists[0].papers] == ["2511.00002"]
    assert made.aliases == {}
    assert made.days_of("2511.00001") == ()
    assert made.previous_day(date(2025, 11, 2)) is None


def test_a_paper_excluded_under_an_earlier_name_is_nowhere_under_its_new_one() -> None:
    """A takedown outlasts `resolve`, which gives a paper its identifier."""
    made = catalog(
        [paper("2511.00001", "an-old-slug")], [day(1, "2511.00001", "an-old-slug")], exclude=frozenset({"an-old-slug"})
    )
    assert not made.papers
    assert made.latest_day is None


def test_an_excluded_paper_that_is_not_in_the_library_is_not_named_either() -> None:
    """A list that names it shows neither title nor identifier."""
    lists = (CuratedList("a", "A", (ListEntry("2511.00009"),)),)
    assert catalog([], [], lists, frozenset({"2511.00009"})).lists[0].papers == ()


def test_an_entry_under_an_earlier_name_leads_to_the_paper_once() -> None:
    """A list may still say the slug, and the identifier as well: one paper."""
    lists = (CuratedList("a", "A", (ListEntry("an-old-slug", note="First"), ListEntry("2511.00001"))),)
    made = catalog([paper("2511.00001", "an-old-slug")], [], lists)
    assert made.lists[0].papers == (ListEntry("2511.00001", note="First"),)
    assert made.aliases == {"an-old-slug": "2511.00001"}


def test_a_paper_that_is_not_fetched_yet_stays_in_its_day() -> None:
    """A crash between the day and its papers leaves an entry without a paper; the page says so."""
    made = catalog([], [day(1, "2511.00001")])
    assert [entry.id for entry in made.days[0].papers] == ["2511.00001"]
    assert made.latest_day is not None
