"""The pages of weeks and months: their papers, best received first, and the way to their days.

A month may have a thousand papers, each of which its weeks and days have, too. Its page has the best of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from markupsafe import Markup

from scraper.settings import Settings
from site_config import typeset
from site_config.chrome import Content
from site_config.citing.files import continued
from site_config.edition import Edition
from site_config.pages.cards import compact
from site_config.pages.paging import PageOfMany, first_page, pages_of
from site_config.pages.site import Deferred, Kind, Page, PromisedPage, counted, day_path, deferred, described, root_from
from site_config.periods import Measure, Period, Span, month_of_week, week_path

RANKED_BY = {
    Measure.UPVOTES: "ranked by upvotes",
    Measure.SCORE: "ranked by the score of this site’s own rules, since nobody votes on them",
    Measure.NOTHING: "last listed first, since nobody votes on them and no rule scores them",
}
"""How a page says what its papers are ranked by."""
_NAMED = 3
"""Papers that the description of a page names."""


@dataclass(frozen=True, slots=True)
class _Around:
    """A period, and what stands around it: all that its pages share."""

    period: Period
    previous: Period | None
    """The last one before that has papers."""
    next: Period | None
    weeks: tuple[Period, ...]
    """Those that a month has days in."""

    @property
    def kind(self) -> Kind:
        return Kind.WEEK if self.period.span is Span.WEEK else Kind.MONTH


def pages(edition: Edition) -> Iterator[PromisedPage]:
    """The pages of every week and month that has a day in the library."""
    for around in (*_around(edition.weeks), *_around(edition.months, edition.weeks)):
        for part in _parts(around):
            made_of = _made_of(edition, around, part)
            yield PromisedPage(part.path, around.kind, made_of, partial(_page, edition, around, part))


def _made_of(edition: Edition, around: _Around, part: PageOfMany[str]) -> tuple[object, ...]:
    """All that a page of a period is made of: of its papers those on the page, and those that the others speak of."""
    period = around.period
    spoken_of = period.papers if part.number == 1 else period.papers[:_NAMED]
    return (
        edition.settings_stamp,
        (period.path, period.measure),
        [(day.date, len(day.papers)) for day in period.days],
        [_link(other) for other in (around.previous, around.next)],
        [(week.path, len(week.papers)) for week in around.weeks],
        replace(part, items=()),
        edition.stamps.shown(part.items),
        edition.stamps.shown(spoken_of),
    )


def _parts(around: _Around) -> Iterator[PageOfMany[str]]:
    papers, path = around.period.papers, around.period.path
    return pages_of(papers, path) if around.kind is Kind.WEEK else iter([first_page(papers, path)])


def _around(periods: tuple[Period, ...], weeks: tuple[Period, ...] = ()) -> Iterator[_Around]:
    with_papers = [period for period in periods if period.papers]
    for period in periods:
        paths = {week_path(day.date) for day in period.days}
        yield _Around(
            period,
            next((other for other in reversed(with_papers) if other.first < period.first), None),
            next((other for other in with_papers if other.first > period.first), None),
            tuple(week for week in weeks if week.path in paths),
        )


def _page(edition: Edition, around: _Around, part: PageOfMany[str]) -> Page:
    period, root = around.period, root_from(part.path)
    return Page(
        part.path,
        around.kind,
        Content(
            title=_title(period, part, edition.settings),
            description=_description(edition, period),
            canonical=edition.settings.url + part.path,
            head=part.head(root) if part.count > 1 else _head(around, root),
            body=_body(edition, around, part, root),
        ),
    )


def _body(edition: Edition, around: _Around, part: PageOfMany[str], root: str) -> Deferred:
    period = around.period
    return deferred(
        "period.html",
        span="week" if around.kind is Kind.WEEK else "month",
        name=period.name,
        title=period.title,
        short_title=period.short_title,
        papers=len(period.papers),
        listing_days=sum(bool(day.papers) for day in period.days),
        ranked_by=RANKED_BY[period.measure],
        voted=period.measure is Measure.UPVOTES,
        cards=[compact(edition, identifier, root) for identifier in part.items],
        part=replace(part, items=()),
        previous=_link(around.previous),
        next=_link(around.next),
        addresses=_same_time(period),
        weeks=[(week.path, week.short_title, week.title, len(week.papers)) for week in around.weeks],
        continued=continued(edition, around.kind, period.papers) if part.number == 1 else [],
        days=[(day.date, len(day.papers)) for day in period.days],
        root=root,
    )


def _link(period: Period | None) -> tuple[str, str] | None:
    return (period.path, period.short_title) if period else None


def _same_time(period: Period) -> dict[str, str]:
    """Where the switch leads: to the latest day, the week of that day, and the month that a week mostly lies in."""
    latest = period.latest_day.date
    is_week = period.span is Span.WEEK
    return {
        "day": day_path(latest),
        "week": period.path if is_week else week_path(latest),
        "month": month_of_week(period) if is_week else period.path,
    }


def _title(period: Period, part: PageOfMany[str], settings: Settings) -> str:
    named = period.title if period.span is Span.MONTH else f"{period.short_title}, {period.title}"
    return f"{named}{part.suffix} - {settings.name}"


def _description(edition: Edition, period: Period) -> str:
    papers = edition.catalog.papers
    named = [papers.heading(identifier) for identifier in period.papers[:_NAMED] if identifier in papers]
    titles = "; ".join(typeset.plain(paper.title) for paper in named)
    return described(f"{counted(len(period.papers), 'paper')} {RANKED_BY[period.measure].split(',')[0]}: {titles}")


def _head(around: _Around, root: str) -> Markup:
    neighbours = (("prev", around.previous), ("next", around.next))
    links = (
        Markup('<link rel="{}" href="{}">').format(relation, root + other.path)
        for relation, other in neighbours
        if other
    )
    return Markup("").join(links)
