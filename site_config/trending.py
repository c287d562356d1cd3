"""Trending: which papers of the last days are talked about, by a formula that its page prints.

A paper's score is its upvotes, halved for every so many days since the last day that listed it. The days are counted
from the latest day of the library and not from the clock, so that the same content gives the same page.

How fast it halves follows how upvotes come in. Of 848 papers that were followed for ten days or more after the day that
featured them (huangboming's feeds, 2025 to 2026), the median paper had 70 % of its votes after one day, 78 % after two,
84 % after three, 93 % after five, and all of them after ten: what is still to come halves about every two days. So
over seven days a score halves every two. Over thirty days the same would show the last week once more; there it
halves as often within the whole time, every eight days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import exp2

from scraper import identifiers
from site_config.catalog import Catalog
from site_config.periods import Measure, Reception, measure_of, receptions

SHOWN = 50
"""Papers of each ranking."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of days that ends with the library's latest, and in how many days a score halves."""

    days: int
    half_life: int


WINDOWS = (Window(7, 2), Window(30, 8))


@dataclass(frozen=True, slots=True)
class Trend:
    """A paper's place: its number, its age in days, and the score that the two give."""

    id: str
    value: int
    """Upvotes, or the score of the site's own rules."""
    age: int
    score: float


@dataclass(frozen=True, slots=True)
class Trending:
    """The ranking over one stretch of days."""

    window: Window
    measure: Measure
    papers: tuple[Trend, ...]
    """Highest score first, at most SHOWN."""


def trending(catalog: Catalog) -> tuple[Trending, ...]:
    """The rankings of the last 7 and 30 days; none in a library without a paper in a day."""
    latest = catalog.latest_day
    return tuple(_over(catalog, latest.date, window) for window in WINDOWS) if latest else ()


def trend_score(value: int, age: int, half_life: int) -> float:
    """The formula: the value, halved once for every half-life of its age. Age and half-life are in days.

    Rounded to a millionth, so that no machine's arithmetic decides which of two equal papers comes first.
    """
    return round(value * exp2(-age / half_life), 6)


def _over(catalog: Catalog, latest: date, window: Window) -> Trending:
    first = latest - timedelta(days=window.days - 1)
    received = receptions(day for day in catalog.days if day.date >= first)
    measure = measure_of(received)

    def trend(reception: Reception) -> Trend:
        # Where nobody says how papers were received, each counts one, and only its age decides.
        value = 1 if measure is Measure.NOTHING else reception.value(measure)
        age = (latest - reception.day).days
        return Trend(reception.id, value, age, trend_score(value, age, window.half_life))

    papers = sorted(map(trend, received), key=lambda trend: (-trend.score, trend.age, identifiers.sort_key(trend.id)))
    return Trending(window, measure, tuple(papers[:SHOWN]))
