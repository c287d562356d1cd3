"""Documents written: as Atom (RFC 4287), as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/), and a list of feeds.

An entry's identifier is a `tag:` URI (RFC 4151): the host and the path of the site's address in site.yml, and the
address under which the paper was known first. It holds no title and no date, and an identifier that takes a slug's
place leaves it as it was. A site that moves keeps it only if site.yml keeps its `url`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, urlsplit

from scraper.records import clean_line
from scraper.settings import Settings
from site_config import typeset
from site_config.feeds.documents import Document
from site_config.feeds.entries import SUMMARY_LENGTH, UNKNOWN, Entry, counted_authors, counted_papers
from site_config.pages.cards import LONGEST_LINE
from site_config.pages.site import described, render, root_from, timestamp

ATOM, JSON = "xml", "json"
"""How the files of the two formats end.

Servers send what ends in `.atom` as `application/atom+xml`, which Chromium shows as the bare text of the file; as XML
it is shown with its style sheet.
"""
_YEAR = 2026
"""RFC 4151 wants a date on which the host was the site's own. It is part of every identifier, so it never changes."""


@dataclass(frozen=True, slots=True)
class Channel:
    """What all documents of a feed say. `title` and `about` are text, `page` is an absolute address."""

    site: str
    address: str
    """The site's own."""
    id: str
    title: str
    about: str
    page: str


@dataclass(frozen=True, slots=True)
class _Written:
    """An entry as both formats have it: texts are set, addresses are absolute."""

    id: str
    address: str
    path: str
    title: str
    published: date
    updated: date
    by: str
    authors: Sequence[str]
    summary: str
    papers: Sequence[tuple[str, str]]
    is_rich: bool

    @property
    def is_changed(self) -> bool:
        return self.updated != self.published


def identifier(settings: Settings, path: str) -> str:
    """The `tag:` URI of a page or a feed, by its address below the site's root."""
    return _identifier(settings.url, path)


def _identifier(address: str, path: str) -> str:
    site = urlsplit(address)
    return f"tag:{site.hostname},{_YEAR}:{quote(site.path, safe='/~!$&()*+,;=:@%')}{path}"


def atom(made_of: tuple[Channel, Document]) -> str:
    """A document as Atom."""
    channel, document = made_of
    return render(
        "feed.xml",
        channel=channel,
        document=document,
        updated=document.updated or UNKNOWN,
        entries=[_written(channel, entry) for entry in document.entries],
        address=channel.address,
        ending=ATOM,
        root=root_from(document.name),
    )


def json_feed(made_of: tuple[Channel, Document]) -> str:
    """A subscription's document as JSON Feed.

    What is older is in the archives, which are there as Atom alone. A second copy of each, for `next_url`, would take
    more bytes than the first, and programs have all papers as JSON in api/papers/.
    """
    channel, document = made_of
    values: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "description": channel.about,
        "home_page_url": channel.page,
        "feed_url": f"{channel.address}{document.name}.{JSON}",
        "user_comment": _older(channel, document) if document.previous else None,
        "authors": [{"name": channel.site}],
        "items": [_item(_written(channel, entry)) for entry in document.entries],
    }
    return json.dumps(
        {name: value for name, value in values.items() if value is not None}, ensure_ascii=False, separators=(",", ":")
    )


def _older(channel: Channel, document: Document) -> str:
    """What people read who look at the file itself."""
    atom = f"{channel.address}{document.name}.{ATOM}"
    return f"These are the newest entries. The archives of {atom} have all older ones."


def _item(entry: _Written) -> dict[str, Any]:
    values: dict[str, Any] = {"id": entry.id, "url": entry.address, "title": entry.title}
    if entry.papers:
        values["content_html"] = render("feed-papers.html", papers=entry.papers)
        values["summary"] = entry.summary
    else:
        # One of the two must be there; an entry without text has no more to say than who wrote the paper.
        values["content_text"] = entry.summary or entry.by or entry.title
    values["date_published"] = timestamp(entry.published)
    if entry.is_changed:
        values["date_modified"] = timestamp(entry.updated)
    if entry.authors:
        values["authors"] = [{"name": name} for name in entry.authors]
    return values


def _written(channel: Channel, entry: Entry) -> _Written:
    text = described(_set(entry.text), SUMMARY_LENGTH)
    said = counted_papers(entry) if entry.number else f"{text} {counted_authors(entry)}"
    return _Written(
        _identifier(channel.address, entry.name),
        channel.address + entry.path,
        entry.path,
        _title(entry.title),
        entry.published,
        entry.updated,
        _set(entry.by),
        [name for name in map(_set, entry.authors) if name],
        f"{entry.word} {said}".strip(),
        [(_title(title), channel.address + path) for title, path in entry.papers],
        is_rich=bool(entry.text or entry.authors or entry.papers),
    )


def _title(title: str) -> str:
    text = _set(title)
    return text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 1] + "…"


def _set(text: str) -> str:
    return clean_line(typeset.plain(text))


def opml(made_of: tuple[str, Iterable[tuple[str, Sequence[tuple[str, str, str]]]]]) -> str:
    """A list of feeds (https://opml.org/spec2.opml): a title, and each section's feeds as (title, feed, page)."""
    title, sections = made_of
    return render("opml.xml", title=title, sections=sections)
