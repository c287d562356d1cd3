"""The pages of what is trending: the formula, and each paper with the numbers that went into it."""

from __future__ import annotations

from collections.abc import Iterator

from site_config.chrome import Content
from site_config.edition import Edition
from site_config.pages.cards import compact
from site_config.pages.site import Kind, Page, counted, render, root_from
from site_config.periods import Measure
from site_config.trending import WINDOWS, Trend, Trending, Window

PATH = "trending/"


def page(edition: Edition) -> Page:
    """What is trending in the shortest of the stretches of days, the page that the navigation leads to."""
    return _page(edition, WINDOWS[0])


def pages(edition: Edition) -> Iterator[Page]:
    """The other stretches' pages."""
    return (_page(edition, window) for window in WINDOWS[1:])


def _path(window: Window) -> str:
    return PATH if window == WINDOWS[0] else f"{PATH}{window.days}-days/"


def _page(edition: Edition, window: Window) -> Page:
    path = _path(window)
    root = root_from(path)
    latest = edition.catalog.latest_day
    trending = next((trending for trending in edition.trending if trending.window == window), None)
    return Page(
        path,
        Kind.TRENDING,
        Content(
            title=f"Trending in the last {window.days} days - {edition.settings.name}",
            description=f"Which papers of the last {window.days} days stand out, by a formula that the page prints.",
            canonical=edition.settings.url + path,
            body=render(
                "trending.html",
                window=window,
                windows=[(other, root + _path(other)) for other in WINDOWS],
                measure=trending.measure.value if trending else "",
                cards=[compact(edition, trend.id, root, note=_numbers(trend, trending)) for trend in trending.papers]
                if trending
                else [],
                latest=latest.date if latest else None,
                root=root,
            ),
        ),
    )


def _numbers(trend: Trend, trending: Trending) -> str:
    """92 upvotes, 1 day old: 65.1"""
    age = f"{counted(trend.age, 'day')} old"
    received = {
        Measure.UPVOTES: f"{counted(trend.value, 'upvote')}, {age}",
        Measure.SCORE: f"{trend.value:,} by this site’s rules, {age}",
        Measure.NOTHING: age,
    }
    return f"{received[trending.measure]}: {trend.score:,.2f}"
