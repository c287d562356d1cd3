"""Which year a date means that is printed without one.

The site leaves the year out where it is the current one, that is, the year in which the page was saved.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scraper.saved_page.lines import PrintedDate

_HOW_TO_CHANGE = "name another day with --saved YYYY-MM-DD"


@dataclass(frozen=True, slots=True)
class YearReading:
    """The year of dates without one, and the sentence that says how it was found, unless somebody told it."""

    year: int
    assumption: str | None = None


def year_of_saving(
    printed: Sequence[PrintedDate], own: PrintedDate | None, *, today: date, saved: date | None
) -> YearReading:
    """The current year when the page was saved.

    `own` is the page's own date. Every year that the page prints was over by then, so the year after the newest of
    them is taken; a later one where that year lacks a printed 29 February; and the last one that the page can have
    been saved in where it prints none, or where it prints even that.
    """
    if saved is not None:
        return YearReading(saved.year)
    dates = [*printed, *([own] if own else [])]
    if all(found.year for found in dates):
        return YearReading(today.year)
    last, reason = _last_year(own, today)
    newest = max((found.year for found in dates if found.year), default=None)
    year = last
    if newest is not None and newest < last:
        year, reason = newest + 1, f"the newest year printed on the page is {newest}"
        if any(found.year is None and (found.month, found.day) == (2, 29) for found in dates) and not isleap(year):
            year = next((leap for leap in range(year, last + 1) if isleap(leap)), year)
            reason += ", and a date on the page is 29 February"
    return YearReading(year, f"dates without a year are read as {year}: {reason}; {_HOW_TO_CHANGE}")


def _last_year(own: PrintedDate | None, today: date) -> tuple[int, str]:
    """The last year in which the page can have been saved: its own date does not lie ahead of us."""
    if own and own.year is None and (own.month, own.day) > (today.month, today.day):
        return today.year - 1, f"the page shows {own}, which is still to come in {today.year}"
    return today.year, "that is today's year, and nothing on the page tells of another"


def resolve(printed: PrintedDate, year: int) -> date | None:
    """The day that a printed date means, or None where it does not exist."""
    try:
        return date(printed.year or year, printed.month, printed.day)
    except ValueError:
        return None
