"""Weeks and months: the days that each holds, and their papers in the order in which they were received.

A week is ISO 8601's: it begins on Monday, and belongs to the year that has its Thursday. Pure functions of a catalog.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from scraper import identifiers
from scraper.records import Day, day_title
from site_config.catalog import Catalog


class Span(StrEnum):
    """How long a period is, by the first part of its address."""

    WEEK = "weekly"
    MONTH = "monthly"


class Measure(StrEnum):
    """What papers are ranked by."""

    UPVOTES = "upvotes"
    SCORE = "score"
    """What the site's own rules gave them, where no source counts votes."""
    NOTHING = "nothing"
    """Nobody says how they were received: the last listed stand first."""


class Reception(NamedTuple):
    """How a paper was received over some days: the last of them that listed it, and the highest of its numbers."""

    id: str
    day: date
    upvotes: int | None
    score: int | None

    def value(self, measure: Measure) -> int:
        """Its number by a measure; 0 where it has none."""
        return (self.upvotes if measure is Measure.UPVOTES else self.score if measure is Measure.SCORE else None) or 0


@dataclass(frozen=True, slots=True)
class Period:
    """A week or a month that has a day in the library."""

    span: Span
    name: str
    """2026-W34 or 2026-08."""
    first: date
    last: date
    """Its last date, whether the library has that day or not."""
    days: tuple[Day, ...]
    """Those of the library, oldest first, days without papers among them."""
    measure: Measure
    papers: tuple[str, ...]
    """Identifiers, best received first, each paper once."""

    @property
    def path(self) -> str:
        """Its address: weekly/2026-W34/, monthly/2026-08/."""
        return f"{self.span}/{self.name}/"

    @property
    def title(self) -> str:
        """17 to 23 August 2026, or August 2026."""
        if self.span is Span.MONTH:
            return _month_and_year(self.first)
        first, last = day_title(self.first).split(), day_title(self.last).split()
        differing = next(place for place in (2, 1, 0) if place == 0 or first[place] != last[place]) + 1
        return f"{' '.join(first[:differing])} to {' '.join(last)}"

    @property
    def short_title(self) -> str:
        """Week 34 of 2026, or August 2026."""
        if self.span is Span.MONTH:
            return self.title
        year, week, _ = self.first.isocalendar()
        return f"Week {week} of {year}"

    @property
    def latest_day(self) -> Day:
        """Its last day that has papers, or its last day where none has."""
        return next((day for day in reversed(self.days) if day.papers), self.days[-1])


def weeks(catalog: Catalog) -> tuple[Period, ...]:
    """Every week that has a day in the library, oldest first."""
    return _periods(catalog, Span.WEEK, week_name)


def months(catalog: Catalog) -> tuple[Period, ...]:
    """Every month that has a day in the library, oldest first."""
    return _periods(catalog, Span.MONTH, month_name)


def week_name(on: date) -> str:
    """2026-W34, the week of a date."""
    year, week, _ = on.isocalendar()
    return f"{year:04}-W{week:02}"


def month_name(on: date) -> str:
    """2026-08, the month of a date."""
    return f"{on:%Y-%m}"


def week_path(on: date) -> str:
    """The address of the week of a date."""
    return f"{Span.WEEK}/{week_name(on)}/"


def month_path(on: date) -> str:
    """The address of the month of a date."""
    return f"{Span.MONTH}/{month_name(on)}/"


def month_of_week(week: Period) -> str:
    """The address of the month in which a week mostly lies, of those months that the week has days in."""
    thursday = week.first + timedelta(days=3)
    has_thursdays = any(month_name(day.date) == month_name(thursday) for day in week.days)
    return month_path(thursday if has_thursdays else week.latest_day.date)


def receptions(days: Iterable[Day]) -> tuple[Reception, ...]:
    """How each paper of these days was received, in the order in which it was first listed. Days are oldest first."""
    found: dict[str, Reception] = {}
    for day in days:
        on = day.date
        for entry in day.papers:
            before = found.get(entry.id)
            if before is None:
                found[entry.id] = Reception(entry.id, on, entry.upvotes, entry.score)
            else:
                upvotes, score = _higher(before.upvotes, entry.upvotes), _higher(before.score, entry.score)
                found[entry.id] = Reception(entry.id, on, upvotes, score)
    return tuple(found.values())


def measure_of(received: Iterable[Reception]) -> Measure:
    """What these papers can be ranked by: upvotes where anybody votes, else the score where a rule gives one."""
    received = tuple(received)
    if any(reception.upvotes is not None for reception in received):
        return Measure.UPVOTES
    return Measure.SCORE if any(reception.score is not None for reception in received) else Measure.NOTHING


def ranked(received: Iterable[Reception], measure: Measure) -> tuple[Reception, ...]:
    """The best received first. Ties go to the higher score, then to the later day, then to the lower identifier."""
    return tuple(
        sorted(
            received,
            key=lambda reception: (
                -reception.value(measure),
                -reception.value(Measure.SCORE),
                -reception.day.toordinal(),
                identifiers.sort_key(reception.id),
            ),
        )
    )


def _periods(catalog: Catalog, span: Span, name_of: Callable[[date], str]) -> tuple[Period, ...]:
    grouped = groupby(catalog.days, key=lambda day: name_of(day.date))
    return tuple(_period(span, name, tuple(days)) for name, days in grouped)


def _period(span: Span, name: str, days: tuple[Day, ...]) -> Period:
    first, last = (_week_of if span is Span.WEEK else _month_of)(days[0].date)
    received = receptions(days)
    measure = measure_of(received)
    papers = tuple(reception.id for reception in ranked(received, measure))
    return Period(span, name, first, last, days, measure, papers)


def _week_of(on: date) -> tuple[date, date]:
    monday = on - timedelta(days=on.weekday())
    return monday, monday + timedelta(days=6)


def _month_of(on: date) -> tuple[date, date]:
    first = on.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _month_and_year(on: date) -> str:
    return day_title(on).split(maxsplit=1)[1]


def _higher(one: int | None, other: int | None) -> int | None:
    return max((number for number in (one, other) if number is not None), default=None)
