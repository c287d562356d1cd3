"""The year as a calendar: a square for each day of the library, the stronger the more papers it has.

Drawn at build time, in two halves that stand beside each other where there is room. The squares are for those who
point: they are hidden from screen readers and passed over by the Tab key, because the list of days on the same page
leads to the same places, in words.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from scraper.records import Day, day_title
from site_config.pages.site import counted, day_path, month_name, weekday

LEVELS = 4
"""Strengths of a square that has papers; a day without any has its own, 0."""
_SQUARE, _TOP = 13, 14
"""A square with the space beside it, and the room above for the months' names."""


@dataclass(frozen=True, slots=True)
class Half:
    """One half of a year: its name for readers, and its drawing."""

    name: str
    svg: Markup


def levels(counts: Sequence[int]) -> tuple[int, ...]:
    """From how many papers on a day has each strength: the quarters of all days that have any."""
    found = sorted(count for count in counts if count)
    return tuple(found[len(found) * quarter // LEVELS] for quarter in range(1, LEVELS)) if found else ()


def level(count: int, thresholds: Sequence[int]) -> int:
    """The strength of a day with so many papers, from 0 to LEVELS."""
    return 1 + bisect_right(thresholds, count) if count else 0


def halves(year: int, days: Sequence[Day], thresholds: Sequence[int], root: str) -> tuple[Half, ...]:
    """The two halves of a year, without one that has no day. `root` leads from the page up to the site's root."""
    found = []
    for first, last in ((date(year, 1, 1), date(year, 6, 30)), (date(year, 7, 1), date(year, 12, 31))):
        of_half = [day for day in days if first <= day.date <= last]
        if of_half:
            name = f"{month_name(first)} to {month_name(last)} {year}"
            found.append(Half(name, _drawn(first, last, of_half, thresholds, root)))
    return tuple(found)


def _drawn(first: date, last: date, days: Sequence[Day], thresholds: Sequence[int], root: str) -> Markup:
    monday = first - timedelta(days=first.weekday())
    weeks = (last - monday).days // 7 + 1
    months = Markup("").join(
        Markup('<text x="{}" y="9">{}</text>').format(_column(start, monday) * _SQUARE, month_name(start)[:3])
        for start in (first.replace(month=month) for month in range(first.month, last.month + 1))
    )
    squares = Markup("").join(_square(day, monday, thresholds, root) for day in days)
    return Markup('<svg class="calendar" viewBox="0 0 {} {}" aria-hidden="true">{}<path d="{}"/>{}</svg>').format(
        weeks * _SQUARE, _TOP + 7 * _SQUARE, months, _blank(first, last, weeks), squares
    )


def _blank(first: date, last: date, weeks: int) -> str:
    """A line down each week, which the style sheet dashes into squares: those of days that the library has not."""
    lines = []
    for week in range(weeks):
        top = first.weekday() if week == 0 else 0
        bottom = last.weekday() + 1 if week == weeks - 1 else 7
        lines.append(f"M{week * _SQUARE + 5.5} {_TOP + top * _SQUARE}v{(bottom - top) * _SQUARE}")
    return "".join(lines)


def _square(day: Day, monday: date, thresholds: Sequence[int], root: str) -> Markup:
    said = counted(len(day.papers), "paper")
    return Markup(
        '<a href="{}" tabindex="-1"><title>{} {}: {}</title>'
        '<rect class="l{}" x="{}" y="{}" width="11" height="11"/></a>'
    ).format(
        root + day_path(day.date),
        weekday(day.date)[:3],
        day_title(day.date),
        said,
        level(len(day.papers), thresholds),
        _column(day.date, monday) * _SQUARE,
        _TOP + day.date.weekday() * _SQUARE,
    )


def _column(on: date, monday: date) -> int:
    return (on - monday).days // 7
