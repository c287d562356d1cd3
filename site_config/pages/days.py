"""A day's page, and the home page, which is the latest day in full."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from markupsafe import Markup, escape

from scraper.records import Day, EmptyReason, day_title
from site_config import prose, typeset
from site_config.catalog import Catalog
from site_config.chrome import Content
from site_config.citing.files import continued
from site_config.edition import Edition
from site_config.pages import subscribe
from site_config.pages.cards import whole
from site_config.pages.site import (
    Deferred,
    Kind,
    Page,
    PromisedPage,
    counted,
    day_path,
    described,
    render,
    root_from,
    source_link,
    weekday,
)
from site_config.periods import month_path, week_path
from site_config.prose import Place

WHY_EMPTY = {
    EmptyReason.WEEKEND: "No papers are listed at weekends.",
    EmptyReason.HOLIDAY: "This was a holiday, on which nothing is announced.",
    EmptyReason.NOTHING_LISTED: "Nothing was listed on this day.",
    EmptyReason.TAKEN_OUT: "The papers of this day were taken out by an editor.",
    EmptyReason.NOT_YET_LISTED: "Nothing had been listed yet when this day was last looked at.",
    EmptyReason.FAILED: "This day’s papers could not be fetched when it was last tried.",
}
DAYS_AT_HOME = 7
"""Earlier days that the home page leads to."""


def pages(edition: Edition) -> Iterator[PromisedPage]:
    """A page for every day in the library."""
    for day in edition.catalog.days:
        around = [other and other.date for other in _beside(edition.catalog, day)]
        papers = tuple([entry.id for entry in day.papers])
        made_of = (edition.settings_stamp, day, around, edition.stamps.shown(papers))
        yield PromisedPage(day_path(day.date), Kind.DAY, made_of, partial(page, edition, day), papers)


def _beside(catalog: Catalog, day: Day) -> tuple[Day | None, Day | None]:
    """The days with papers before and after one."""
    return catalog.previous_day(day.date), catalog.next_day(day.date)


def page(edition: Edition, day: Day) -> Page:
    """One day: what was listed, in its order, with the editor's note above."""
    path = day_path(day.date)
    return Page(
        path,
        Kind.DAY,
        Content(
            title=f"{_spoken(day)} - {edition.settings.name}",
            description=_description(edition.catalog, day),
            canonical=edition.settings.url + path,
            body=_body(edition, day, root_from(path)),
            head=_head(edition.catalog, day, root_from(path)),
        ),
    )


def home(edition: Edition) -> Page:
    """The latest day that has papers, in full, and the way to the days before it."""
    day = edition.catalog.latest_day
    root = root_from("")
    if day is None:
        body, head = render("nothing.html", settings=edition.settings), Markup("")
    else:
        earlier = [earlier for earlier in edition.catalog.days if earlier.papers and earlier.date < day.date]
        body = escape(_body(edition, day, root, home=True)) + render(
            "earlier.html", days=earlier[: -DAYS_AT_HOME - 1 : -1], lists=edition.catalog.lists, root=root
        )
        body += escape(subscribe.box(edition, root))
        head = _head(edition.catalog, day, root)
    title = (
        f"{edition.settings.name}: {edition.settings.description.rstrip('.')}"
        if edition.settings.description
        else edition.settings.name
    )
    return Page("", Kind.HOME, Content(title, edition.settings.description, edition.settings.url, body, head))


def _spoken(day: Day) -> str:
    return f"{weekday(day.date)}, {day.title}" if day.title == day_title(day.date) else day.title


def _description(catalog: Catalog, day: Day) -> str:
    if not day.papers:
        return _why_empty(day)
    papers = catalog.papers
    titles = [papers.heading(entry.id).title for entry in day.papers[:3] if entry.id in papers]
    return described(f"{counted(len(day.papers), 'paper')}: {'; '.join(map(typeset.plain, titles))}")


def _why_empty(day: Day) -> str:
    return WHY_EMPTY[day.empty] if day.empty else "No papers are shown for this day."


def _head(catalog: Catalog, day: Day, root: str) -> Markup:
    head = Markup("")
    for relation, other in zip(("prev", "next"), _beside(catalog, day), strict=True):
        if other:
            head += Markup('<link rel="{}" href="{}">').format(relation, root + day_path(other.date))
    return head


def _body(edition: Edition, day: Day, root: str, *, home: bool = False) -> Deferred:
    cards = [whole(edition, entry, day.date, root) for entry in day.papers]
    file = f"daily/{day.date.year}/{day.date.isoformat()}.md"
    previous, following = _beside(edition.catalog, day)
    return Deferred(
        "day.html",
        {
            "date": day.date,
            "title": day.title,
            "dated": day.title == day_title(day.date),
            "cards": cards,
            "foldable": any(card.folded for card in cards),
            "voted": any(entry.upvotes is not None for entry in day.papers),
            "note": prose.render(day.note, Place(file, day_path(day.date), root)) if day.note else "",
            "why_empty": "" if day.papers else _why_empty(day),
            "previous": previous.date if previous else None,
            "next": following.date if following else None,
            "address": day_path(day.date),
            "week": week_path(day.date),
            "month": month_path(day.date),
            "is_home": home,
            "continued": continued(edition, Kind.HOME if home else Kind.DAY, [entry.id for entry in day.papers]),
            "edit": source_link(edition.settings, file),
            "root": root,
        },
    )
