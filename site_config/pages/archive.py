"""The archive: every day at a glance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from scraper.records import Day
from site_config import periods
from site_config.catalog import Catalog
from site_config.chrome import Content
from site_config.edition import Edition
from site_config.pages.heat_map import LEVELS, Half, halves, levels
from site_config.pages.site import Kind, Page, counted, day_path, month_name, render, root_from

PATH = "archive/"


@dataclass(frozen=True, slots=True)
class DayLine:
    """A day in the archive: its date, how many papers it has, and the one that was received best."""

    date: date
    address: str
    count: int
    top: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the archive, latest day first. `anchor` is 2025-11."""

    name: str
    anchor: str
    address: str
    """The month's own page."""
    count: int
    days: tuple[DayLine, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the archive, latest month first."""

    year: int
    count: int
    halves: tuple[Half, ...]
    """The year as a calendar."""
    months: tuple[Month, ...]


def page(edition: Edition) -> Page:
    """Every day with its number of papers and its top title, by year and month.

    A paper counts once, however many days list it, and not at all where only a list names it.
    """
    papers = _distinct(edition.catalog.days)
    return Page(
        PATH,
        Kind.ARCHIVE,
        Content(
            title=f"Archive - {edition.settings.name}",
            description=f"{counted(papers, 'paper')} by the day on which they were listed.",
            canonical=edition.settings.url + PATH,
            body=render(
                "archive.html",
                years=_years(edition.catalog),
                levels=range(LEVELS + 1),
                root=root_from(PATH),
                papers=papers,
                days=sum(bool(day.papers) for day in edition.catalog.days),
            ),
        ),
    )


def _years(catalog: Catalog) -> tuple[Year, ...]:
    years = []
    latest_first = catalog.days[::-1]
    thresholds = levels([len(day.papers) for day in catalog.days])
    for year, days in groupby(latest_first, key=lambda day: day.date.year):
        of_year = list(days)
        months = tuple(
            _month(catalog, list(of_month)) for _, of_month in groupby(of_year, key=lambda day: day.date.month)
        )
        years.append(Year(year, _distinct(of_year), halves(year, of_year[::-1], thresholds, root_from(PATH)), months))
    return tuple(years)


def _month(catalog: Catalog, days: list[Day]) -> Month:
    first = days[0].date
    return Month(
        name=month_name(first),
        anchor=f"{first:%Y-%m}",
        address=root_from(PATH) + periods.month_path(first),
        count=_distinct(days),
        days=tuple(
            DayLine(day.date, root_from(PATH) + day_path(day.date), len(day.papers), _top_title(catalog, day))
            for day in days
        ),
    )


def _distinct(days: Iterable[Day]) -> int:
    """How many papers stand in these days, each counted once."""
    return len({entry.id for day in days for entry in day.papers})


def _top_title(catalog: Catalog, day: Day) -> str:
    """The title with the most upvotes, the first of them where several have as many or nobody votes."""
    known = [entry for entry in day.papers if entry.id in catalog.papers]
    if not known:
        return ""
    return catalog.papers.heading(max(known, key=lambda entry: entry.upvotes or 0).id).title
