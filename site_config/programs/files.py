"""Every file for programs, from an edition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from scraper import identifiers
from scraper.records import CuratedList, Day, Paper, day_title
from site_config.edition import Edition
from site_config.feeds import OPML
from site_config.pages.cards import FEWER_AUTHORS_SHOWN, authors_line
from site_config.pages.site import Draft, Output, counted, day_path, list_path, root_from, weekday
from site_config.programs import collections, daily, dump, llms, schema, twins

FOLDER = "api/"
TWIN = "index.md"
"""The name of a twin, beside its page."""
DAYS_NAMED = 14
"""Days that llms.txt leads to; the index has them all."""


def outputs(edition: Edition) -> Iterator[Output | Draft]:
    """All of them."""
    yield from _days(edition)
    yield from _lists(edition)
    yield from _papers(edition)
    months = dump.by_month(edition)
    for name, lines in months.items():
        yield Draft(f"{FOLDER}papers/{name}.jsonl.gz", tuple(lines), dump.month)
    for topic in edition.topics:
        about = (topic.slug, topic.name, topic.description, topic.papers)
        yield Draft(f"{FOLDER}topics/{topic.slug}.json", about, collections.topic)
    counts = {name: len(lines) for name, lines in months.items()}
    yield Draft(f"{FOLDER}index.json", _index(edition, counts), collections.index)
    yield Output(f"{FOLDER}schema.json", collections.written(schema.SCHEMA))
    yield Draft("llms.txt", _guide(edition, counts), llms.text)


def _days(edition: Edition) -> Iterator[Draft]:
    papers = edition.catalog.papers
    for day in edition.catalog.days:
        entries = tuple(
            (replace(entry, extra={}), _plain(papers[entry.id])) for entry in day.papers if entry.id in papers
        )
        yield Draft(f"{FOLDER}daily_papers/{day.date.isoformat()}.json", (day.date, entries), daily.day)
        yield Draft(f"{day_path(day.date)}{TWIN}", _day_twin(edition, day), twins.listing)


def _day_twin(edition: Edition, day: Day) -> twins.Listing:
    root = root_from(day_path(day.date))
    lines = tuple(replace(_line(edition, entry.id, root), upvotes=entry.upvotes) for entry in day.papers)
    title = f"{weekday(day.date)}, {day.title}" if day.title == day_title(day.date) else day.title
    return twins.Listing(title, (counted(len(lines), "paper") + ".",), lines, day.note)


def _lists(edition: Edition) -> Iterator[Draft]:
    for curated in edition.catalog.lists:
        titles = {
            entry.id: edition.catalog.papers[entry.id].title
            for entry in curated.papers
            if entry.id in edition.catalog.papers
        }
        about = replace(curated, extra={}, papers=tuple(replace(entry, extra={}) for entry in curated.papers))
        yield Draft(f"{FOLDER}lists/{curated.slug}.json", (about, titles), collections.curated_list)
        yield Draft(f"{list_path(curated.slug)}{TWIN}", _list_twin(edition, curated), twins.listing)


def _list_twin(edition: Edition, curated: CuratedList) -> twins.Listing:
    root = root_from(list_path(curated.slug))
    lines = tuple(replace(_line(edition, entry.id, root), note=entry.note) for entry in curated.papers)
    about = (curated.description, f"Kept by {curated.curator}." if curated.curator else None)
    return twins.Listing(curated.title, tuple(twins.escaped(text) for text in about if text), lines, curated.prose)


def _line(edition: Edition, identifier: str, root: str) -> twins.Line:
    paper = edition.catalog.papers.get(identifier)
    if paper is None:
        return twins.Line(identifier, None)
    address = f"{root}{identifiers.page_path(identifier)}{TWIN}"
    return twins.Line(paper.title, address, authors_line(paper, FEWER_AUTHORS_SHOWN))


def _papers(edition: Edition) -> Iterator[Draft]:
    for identifier, paper in edition.catalog.papers.items():
        yield Draft(f"{identifiers.page_path(identifier)}{TWIN}", _plain(paper), twins.paper)


def _plain(paper: Paper) -> Paper:
    """A paper without what people added for themselves: no file says it, so none is made anew for it."""
    return replace(paper, extra={}) if paper.extra else paper


def _index(edition: Edition, months: dict[str, int]) -> dict[str, Any]:
    settings, catalog = edition.settings, edition.catalog
    latest = catalog.latest_day
    return {
        "name": settings.name,
        "description": settings.description,
        "url": settings.url,
        "papers": len(catalog.papers),
        "latest_day": latest.date.isoformat() if latest else None,
        "addresses": {
            "day": "api/daily_papers/{day}.json",
            "list": "api/lists/{list}.json",
            "topic": "api/topics/{topic}.json",
            "month": "api/papers/{month}.jsonl.gz",
            "paper": "papers/{paper}/index.md",
            "schema": "api/schema.json",
            "feeds": OPML,
        },
        "days": {day.date.isoformat(): len(day.papers) for day in catalog.days},
        "months": months,
        "lists": {curated.slug: curated.title for curated in catalog.lists},
        "topics": {topic.slug: topic.name for topic in edition.topics},
    }


def _guide(edition: Edition, months: dict[str, int]) -> llms.Guide:
    settings, catalog = edition.settings, edition.catalog
    url, latest = settings.url, catalog.latest_day
    with_papers = [day for day in catalog.days if day.papers]
    return llms.Guide(
        settings.name,
        settings.description,
        url,
        latest.date.isoformat() if latest else None,
        days=tuple(
            llms.Link(day.title, f"{url}{day_path(day.date)}{TWIN}", counted(len(day.papers), "paper"))
            for day in with_papers[: -DAYS_NAMED - 1 : -1]
        ),
        lists=tuple(
            llms.Link(curated.title, f"{url}{list_path(curated.slug)}{TWIN}", curated.description or "")
            for curated in catalog.lists
        ),
        topics=tuple(
            llms.Link(topic.name, f"{url}{topic.path}feed.json", topic.description) for topic in edition.topics
        ),
        months=tuple(
            llms.Link(f"All papers of {name}", f"{url}{FOLDER}papers/{name}.jsonl.gz", counted(count, "paper"))
            for name, count in reversed(months.items())
        ),
    )
