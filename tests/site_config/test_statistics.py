"""What the library counts up to: time in steps, papers in each, organisations, and keywords on the rise."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from scraper.records import Day, Paper, day_title
from scraper.settings import Settings
from scraper.store import Library
from site_config import statistics
from site_config.catalog import Catalog
from site_config.groups import Group, GroupKind
from site_config.statistics import Step
from tests.site_config.test_periods import catalog, day, voted

ON = date(2026, 8, 19)


def keyword(name: str, *papers: str) -> Group:
    """A keyword of these papers."""
    return Group(GroupKind.KEYWORD, name, name, papers)


@pytest.mark.parametrize(
    ("days", "step", "count", "first"),
    [
        (50, Step.DAY, 50, "19 August 2026"),
        (51, Step.WEEK, 8, "Week of 17 August 2026"),
        (351, Step.MONTH, 13, "August 2026"),
        (5000, Step.YEAR, 15, "2026"),
    ],
)
def test_time_is_cut_into_the_shortest_steps_that_are_few_enough(days: int, step: Step, count: int, first: str) -> None:
    """Whole weeks, months or years that join without a gap."""
    last = ON + timedelta(days - 1)
    found, stretches = statistics.cut(ON, last, 50)
    assert (found, len(stretches), stretches[0].name) == (step, count, first)
    assert stretches[0].first <= ON
    assert stretches[-1].first <= last <= stretches[-1].last
    assert all(before.last + timedelta(1) == after.first for before, after in pairwise(stretches))


def test_papers_are_counted_where_they_were_listed() -> None:
    """A day without papers counts 0; a paper counts once in a stretch, and in each stretch that lists it."""
    made = catalog(
        day(ON, voted("2608.00001"), voted("2608.00002")),
        day(ON + timedelta(2), voted("2608.00001")),
        day(ON + timedelta(6), voted("2608.00001"), voted("2608.00003")),
    )
    by_day = statistics.papers_over_time(made, 100)
    assert by_day
    assert by_day.series[0].counts == (2, 0, 1, 0, 0, 0, 2)
    assert not by_day.is_open
    by_week = statistics.papers_over_time(made, 2)
    assert by_week
    assert (by_week.step, by_week.series[0].counts) == (Step.WEEK, (2, 2))
    assert by_week.is_open, "the latest day is a Tuesday"


def test_groups_without_papers_in_days_have_no_course() -> None:
    """A topic that nothing matches, or whose papers only a list names, draws an empty chart: it is left out."""
    made = catalog(day(ON, voted("2608.00001")))
    course = statistics.groups_over_time(made, [keyword("in", "2608.00001"), keyword("out", "2608.99999")], 10)
    assert course
    assert [(series.name, series.path, series.counts) for series in course.series] == [("in", "keywords/in/", (1,))]
    assert statistics.groups_over_time(catalog(day(ON)), [], 10) is None


def test_the_largest_primary_categories_are_counted() -> None:
    """A site of arXiv's categories has no keywords: its categories say what it is about."""
    papers = [
        Paper(f"2608.0000{n}", title="t", categories=(code, "cs.AI")) for n, code in ((1, "b"), (2, "a"), (3, "b"))
    ]
    listed = Day(ON, day_title(ON), tuple(voted(paper.id) for paper in papers))
    made = Catalog.of(Library({paper.id: paper for paper in papers}, {ON: listed}, {}), Settings("Test"))
    course = statistics.categories_over_time(made, 1, 10)
    assert course
    assert [(series.name, series.counts) for series in course.series] == [("b", (2,))]


def test_active_organisations_have_their_recent_papers_counted() -> None:
    """All papers in days decide; the recent ones are those of the last thirty days."""
    made = catalog(
        day(ON - timedelta(30), voted("2608.00001"), voted("2608.00002")),
        day(ON, voted("2608.00002"), voted("2608.00003")),
    )
    organizations = [
        keyword("New", "2608.00003", "2608.99999"),
        keyword("Old and large", "2608.00001", "2608.00002"),
        keyword("Only in a list", "2608.99998"),
    ]
    found = statistics.active(made, organizations, 10)
    assert [(one.group.name, one.papers, one.recent) for one in found] == [("Old and large", 2, 1), ("New", 1, 1)]


def test_a_keyword_rises_when_its_share_of_the_recent_papers_does() -> None:
    """Ten of ten recent papers against four of nineteen before, of which one more is assumed: (10 / 10) / (5 / 20)."""
    before = [f"2607.{number:05}" for number in range(1, 20)]
    recent = [f"2608.{number:05}" for number in range(1, 11)]
    made = catalog(day(ON - timedelta(30), *map(voted, before)), day(ON, *map(voted, recent)))
    found = statistics.rising(
        made,
        [
            keyword("rare", *recent[:4]),
            keyword("falling", *recent[:5], *before),
            keyword("new", *recent[:5]),
            keyword("rising", *recent, *before[:4]),
        ],
        10,
    )
    assert [(rise.group.name, rise.recent, rise.before, rise.times) for rise in found] == [
        ("new", 5, 0, 10.0),
        ("rising", 10, 4, 4.0),
    ]
    assert statistics.rising(catalog(day(ON, *map(voted, recent))), [keyword("new", *recent)], 10) == ()
