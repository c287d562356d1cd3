"""The page of statistics: pictures where people would rather look than read, each with its table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from site_config import statistics
from site_config.chrome import Content
from site_config.edition import Edition
from site_config.groups import Group
from site_config.pages.site import Kind, Page, counted, deferred, root_from
from site_config.statistics import BEFORE_DAYS, RECENT_DAYS, Course, Series

PATH = "stats/"
_MOST_BARS, _MOST_SMALL_BARS = 104, 53
_SHOWN = 12
"""Topics, categories and keywords, each with a small chart."""
_SHOWN_IN_A_LIST = 20
"""Organisations and rising keywords, each with a bar."""


@dataclass(frozen=True, slots=True)
class SmallChart:
    """One of several charts beside each other, which all have the same stretches of time but not the same height."""

    series: Series
    address: str | None
    label: str
    highest: int


@dataclass(frozen=True, slots=True)
class Chapter:
    """Several small charts, and the table of them all."""

    title: str
    anchor: str
    course: Course
    charts: tuple[SmallChart, ...]


def pages(edition: Edition) -> Iterator[Page]:
    """The page, which is no page of the navigation."""
    yield page(edition)


def page(edition: Edition) -> Page:
    """Papers over time, topics, categories and keywords over time, organisations, and what is on the rise."""
    catalog = edition.catalog
    root = root_from(PATH)
    volume = statistics.papers_over_time(catalog, _MOST_BARS)
    activities = statistics.active(catalog, edition.organizations, _SHOWN_IN_A_LIST)
    rises = statistics.rising(catalog, edition.keywords, _SHOWN_IN_A_LIST)
    return Page(
        PATH,
        Kind.STATISTICS,
        Content(
            title=f"Statistics - {edition.settings.name}",
            description="Papers over time, topics over time, the most active organisations, and the words on the rise.",
            canonical=edition.settings.url + PATH,
            body=deferred(
                "statistics.html",
                volume=volume,
                volume_label=_volume_label(volume) if volume else "",
                most=max(volume.series[0].counts) if volume else 0,
                chapters=_chapters(edition, root),
                organizations=activities,
                rises=rises,
                recent_days=RECENT_DAYS,
                before_days=BEFORE_DAYS,
                root=root,
            ),
        ),
    )


def _volume_label(course: Course) -> str:
    counts = course.series[0].counts
    highest = max(counts)
    peak = course.stretches[counts.index(highest)].name
    return (
        f"Papers per {course.step}, from {course.stretches[0].name} to {course.stretches[-1].name}: "
        f"{counted(sum(counts), 'paper')}, at most {highest:,} ({peak})."
    )


def _chapters(edition: Edition, root: str) -> list[Chapter]:
    catalog = edition.catalog
    courses = (
        ("Topics over time", "topics", statistics.groups_over_time(catalog, edition.topics, _MOST_SMALL_BARS)),
        ("Categories over time", "categories", statistics.categories_over_time(catalog, _SHOWN, _MOST_SMALL_BARS)),
        ("Keywords over time", "keywords", _keywords_over_time(edition)),
    )
    return [_chapter(title, anchor, course, root) for title, anchor, course in courses if course and course.series]


def _keywords_over_time(edition: Edition) -> Course | None:
    frequent: Sequence[Group] = sorted(edition.keywords, key=lambda group: (-len(group.papers), group.name))[:_SHOWN]
    return statistics.groups_over_time(edition.catalog, frequent, _MOST_SMALL_BARS)


def _chapter(title: str, anchor: str, course: Course, root: str) -> Chapter:
    return Chapter(title, anchor, course, tuple(_small_chart(course, series, root) for series in course.series))


def _small_chart(course: Course, series: Series, root: str) -> SmallChart:
    highest = max(series.counts)
    label = f"{series.name}, papers per {course.step}: {series.total:,} in all, at most {highest:,}."
    return SmallChart(series, root + series.path if series.path else None, label, highest)
