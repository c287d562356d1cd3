"""Trending: the formula, the days it looks at, and what it does where nobody votes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from site_config.periods import Measure
from site_config.trending import SHOWN, WINDOWS, Trend, trend_score, trending
from tests.site_config.test_periods import catalog, day, voted

LATEST = date(2026, 8, 21)


@pytest.mark.parametrize(
    ("value", "age", "half_life", "score"),
    [(100, 0, 2, 100), (100, 2, 2, 50), (100, 4, 2, 25), (100, 8, 8, 50), (100, 1, 2, 70.710678), (0, 3, 2, 0)],
)
def test_a_score_is_halved_for_every_half_life(value: int, age: int, half_life: int, score: float) -> None:
    """As the page says it: upvotes times one half to the power of age over half-life."""
    assert trend_score(value, age, half_life) == score


def test_the_days_are_counted_from_the_latest_day_that_has_papers() -> None:
    """Not from today, and not from an empty day at the end; the seventh day back is in, the eighth is not."""
    made = catalog(
        day(LATEST - timedelta(7), voted("2608.00008", 999)),
        day(LATEST - timedelta(6), voted("2608.00007", 80)),
        day(LATEST, voted("2608.00001", 11)),
        day(LATEST + timedelta(1)),
    )
    week, month = trending(made)
    assert week.papers == (Trend("2608.00001", 11, 0, 11.0), Trend("2608.00007", 80, 6, 10.0))
    assert [trend.id for trend in month.papers] == ["2608.00008", "2608.00007", "2608.00001"]
    assert (week.window, month.window) == WINDOWS


def test_a_paper_of_two_days_is_as_old_as_the_later_and_has_the_higher_number() -> None:
    """It was put before readers twice, and their votes add up on one page upstream."""
    made = catalog(day(LATEST - timedelta(4), voted("2608.00001", 40)), day(LATEST, voted("2608.00001", 30)))
    assert trending(made)[0].papers == (Trend("2608.00001", 40, 0, 40.0),)


def test_equal_scores_stand_in_the_order_of_age_and_identifier() -> None:
    """The order is total, so that two builds of the same content are the same."""
    made = catalog(
        day(LATEST - timedelta(2), voted("2608.00001", 20)),
        day(LATEST, voted("2608.00003", 10), voted("2608.00002", 10)),
    )
    assert [trend.id for trend in trending(made)[0].papers] == ["2608.00002", "2608.00003", "2608.00001"]


def test_without_upvotes_the_score_of_the_rules_decays() -> None:
    """And without either the last listed stand first."""
    scored = catalog(
        day(LATEST - timedelta(2), voted("2608.00001", score=8)), day(LATEST, voted("2608.00002", score=3))
    )
    assert trending(scored)[0].measure is Measure.SCORE
    assert [trend.score for trend in trending(scored)[0].papers] == [4.0, 3.0]
    neither = catalog(day(LATEST - timedelta(2), voted("2608.00001")), day(LATEST, voted("2608.00002")))
    assert trending(neither)[0].measure is Measure.NOTHING
    assert [(trend.id, trend.score) for trend in trending(neither)[0].papers] == [
        ("2608.00002", 1),
        ("2608.00001", 0.5),
    ]


def test_a_ranking_has_an_end_and_an_empty_library_has_none() -> None:
    """A day of a busy category has hundreds of papers; the page has room for some."""
    many = catalog(day(LATEST, *(voted(f"2608.{number:05}", number) for number in range(1, 200))))
    assert [len(ranking.papers) for ranking in trending(many)] == [SHOWN, SHOWN]
    assert trending(many)[0].papers[0].value == 199
    assert trending(catalog(day(LATEST))) == ()
