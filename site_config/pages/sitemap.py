"""The sitemap: every address of the site, for search engines (https://www.sitemaps.org/protocol.html).

When a page changed is said by its content alone: a day's own date, the last day that something happened to a paper.
A page of which the content says nothing (a curated list, one that a person wrote) has no such date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from scraper import identifiers
from scraper.records import Paper
from site_config.catalog import Catalog
from site_config.edition import Edition
from site_config.groups import GroupKind
from site_config.packed import packed
from site_config.pages.site import BinaryOutput, Output, day_path, render

MOST_ADDRESSES = 50_000
"""In one file, by the protocol."""
MOST_PLAIN = 5_000
"""Addresses that one file has as plain text. More are in gzip files, as the protocol allows: a tenth as long."""

_OF_THE_LATEST_DAY = ("", "archive/", "trending/")


def outputs(edition: Edition, addresses: Iterable[str]) -> Iterator[Output | BinaryOutput]:
    """`sitemap.xml`, and where that would be too long, an index of several, which are compressed.

    `addresses` are all pages', relative to the root.
    """
    dates = changes(edition)
    entries = [(edition.settings.url + path, dates.get(path)) for path in addresses]
    if len(entries) <= MOST_PLAIN:
        yield Output("sitemap.xml", render("sitemap.xml", locations=entries))
        return
    index = []
    for number, start in enumerate(range(0, len(entries), MOST_ADDRESSES), start=1):
        part = entries[start : start + MOST_ADDRESSES]
        path = f"sitemap-{number}.xml.gz"
        yield BinaryOutput(path, packed(render("sitemap.xml", locations=part)))
        latest = max((changed for _, changed in part if changed), default=None)
        index.append((edition.settings.url + path, latest))
    yield Output("sitemap.xml", render("sitemap-index.xml", locations=index))


def changes(edition: Edition) -> Mapping[str, date]:
    """The day on which a page changed last, by its address, as far as the content tells."""
    catalog = edition.catalog
    revised = {identifier: last for identifier, paper in catalog.papers.items() if (last := _last_revision(paper))}

    def shown(papers: Iterable[str], day: date) -> date:
        """When a page changed that shows this day and these papers' cards, which mark a version and a withdrawal."""
        return max((day, *(revised[one] for one in papers if one in revised)))

    dates = {day_path(day.date): shown((entry.id for entry in day.papers), day.date) for day in catalog.days}
    for period in (*edition.weeks, *edition.months):
        dates[period.path] = shown(period.papers, max(day.date for day in period.days))
    for group in (*edition.topics, *edition.organizations, *edition.authors, *edition.keywords):
        listed = [found for identifier in group.papers if (found := catalog.shown_day(identifier))]
        if listed:
            dates[group.path] = shown(group.papers if group.kind is GroupKind.TOPIC else (), max(listed))
    for identifier, paper in catalog.papers.items():
        changed = _last_change(catalog, paper)
        if changed:
            dates[identifiers.page_path(identifier)] = changed
    if catalog.latest_day:
        dates |= dict.fromkeys(_OF_THE_LATEST_DAY, catalog.latest_day.date)
    return dates


def _last_change(catalog: Catalog, paper: Paper) -> date | None:
    """The last day that listed a paper, or on which it got a version or was found withdrawn; else its first one."""
    days = [listing.date for listing in catalog.days_of(paper.id)]
    days += [day for day in (paper.submitted, _last_revision(paper)) if day]
    return max(days, default=None)


def _last_revision(paper: Paper) -> date | None:
    """The last day on which a paper got a version or was found withdrawn."""
    days = [version.submitted for version in paper.versions if version.submitted]
    return max([*days, paper.withdrawn] if paper.withdrawn else days, default=None)
