"""Weeks and months: which days each holds, how it is named, and how its papers are ranked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from scraper.records import Day, DayEntry, Paper, day_title
from scraper.settings import Settings
from scraper.store import Library
from site_config import periods
from site_config.catalog import Catalog
from site_config.periods import Measure


def day(on: date, *entries: DayEntry) -> Day:
    """A day with these entries."""
    return Day(on, day_title(on), entries)


def catalog(*days: Day) -> Catalog:
    """A catalog of these days and all that they list."""
    papers = {entry.id: Paper(entry.id, title=entry.id) for day in days for entry in day.papers}
    return Catalog.of(Library(papers, {day.date: day for day in days}, {}), Settings("Test"))


def voted(identifier: str, upvotes: int | None = None, score: int | None = None) -> DayEntry:
    """A paper that was received so."""
    return DayEntry(identifier, upvotes=upvotes, score=score)


@pytest.mark.parametrize(
    ("on", "path"),
    [
        (date(2026, 8, 21), "weekly/2026-W34/"),
        (date(2024, 12, 30), "weekly/2025-W01/"),
        (date(2027, 1, 1), "weekly/2026-W53/"),
        (date(2026, 1, 5), "weekly/2026-W02/"),
    ],
)
def test_a_week_belongs_to_the_year_of_its_thursday(on: date, path: str) -> None:
    """ISO 8601: the last days of December may be in next year's first week, and the first of January in last year's."""
    assert periods.week_path(on) == path
    assert [week.path for week in periods.weeks(catalog(day(on)))] == [path]


@pytest.mark.parametrize(
    ("on", "title", "short"),
    [
        (date(2026, 8, 21), "17 to 23 August 2026", "Week 34 of 2026"),
        (date(2026, 7, 31), "27 July to 2 August 2026", "Week 31 of 2026"),
        (date(2027, 1, 1), "28 December 2026 to 3 January 2027", "Week 53 of 2026"),
    ],
)
def test_a_week_says_its_days_and_no_more_than_it_must(on: date, title: str, short: str) -> None:
    """The month and the year stand once where they are the same."""
    (week,) = periods.weeks(catalog(day(on)))
    assert (week.title, week.short_title) == (title, short)
    assert (week.last - week.first).days == 6


def test_a_month_has_all_its_days_and_no_others() -> None:
    """From its first date to its last, whatever weeks they are in."""
    made = catalog(*(day(date(2026, 1, 30) + timedelta(number)) for number in range(32)))
    january, february, march = periods.months(made)
    assert [len(month.days) for month in (january, february, march)] == [2, 28, 2]
    assert (february.first, february.last) == (date(2026, 2, 1), date(2026, 2, 28))
    assert (february.title, february.path) == ("February 2026", "monthly/2026-02/")


def test_papers_are_ranked_by_upvotes_and_each_stands_once_with_its_highest() -> None:
    """A paper of two days is not two papers; of equals the later day's comes first, then the lower identifier."""
    made = catalog(
        day(date(2026, 8, 17), voted("2608.00001", 5), voted("2608.00002", 9), voted("2608.00005", 7)),
        day(date(2026, 8, 18), voted("2608.00001", 3), voted("2608.00004", 7), voted("2608.00003", 7)),
    )
    (week,) = periods.weeks(made)
    assert week.papers == ("2608.00002", "2608.00003", "2608.00004", "2608.00005", "2608.00001")
    assert week.measure is Measure.UPVOTES


def test_without_upvotes_the_score_of_the_rules_ranks() -> None:
    """A mirror of arXiv has no upvotes; one upvote anywhere is a vote, and 0 upvotes are some."""
    on = date(2026, 8, 17)
    (scored,) = periods.weeks(catalog(day(on, voted("2608.00001", score=2), voted("2608.00002", score=3))))
    assert (scored.measure, scored.papers) == (Measure.SCORE, ("2608.00002", "2608.00001"))
    (both,) = periods.weeks(catalog(day(on, voted("2608.00001", 0, 2), voted("2608.00002", score=3))))
    assert both.measure is Measure.UPVOTES
    (neither,) = periods.weeks(catalog(day(on, voted("2608.00001")), day(on + timedelta(1), voted("2608.00002"))))
    assert (neither.measure, neither.papers) == (Measure.NOTHING, ("2608.00002", "2608.00001"))


def test_a_week_leads_to_the_month_in_which_it_mostly_lies() -> None:
    """That of its Thursday; but not to a month in which the library has no day, which has no page."""
    around_the_end = [date(2026, 7, 31), date(2026, 8, 1)]
    (mostly_july,) = periods.weeks(catalog(*map(day, around_the_end)))
    assert periods.month_of_week(mostly_july) == "monthly/2026-07/"
    (only_august,) = periods.weeks(catalog(day(date(2026, 8, 1))))
    assert periods.month_of_week(only_august) == "monthly/2026-08/"


def test_the_latest_day_of_a_period_is_its_last_with_papers() -> None:
    """An empty day is where the switch leads only if there is no other."""
    first, empty = day(date(2026, 8, 21), voted("2608.00001", 1)), day(date(2026, 8, 22))
    (week,) = periods.weeks(catalog(first, empty))
    assert week.latest_day == first
    (nothing,) = periods.weeks(catalog(empty))
    assert (nothing.latest_day, nothing.papers) == (empty, ())
