"""The table of contents: everything that is published, by the function that makes it.

A new kind of page or file is a module of its own and a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from site_config import feeds
from site_config.citing import files, pictures
from site_config.edition import Edition
from site_config.pages import (
    aliases,
    archive,
    days,
    groups,
    lists,
    periods,
    programs,
    reading_list,
    recent,
    related,
    search,
    statistics,
    subscribe,
    trending,
    wayfinding,
    withdrawals,
)
from site_config.pages.site import AnyPage, BinaryOutput, Draft, Kind, Output, Page, Promise
from site_config.programs import files as programs_files

HUBS: Mapping[str, tuple[Kind, Callable[[Edition], Page]]] = {
    "index.md": (Kind.HOME, days.home),
    "trending.md": (Kind.TRENDING, trending.page),
    "topics.md": (Kind.TOPICS, groups.topics),
    "archive.md": (Kind.ARCHIVE, archive.page),
    "lists.md": (Kind.LISTS, lists.index),
}
"""The pages that MkDocs has in its navigation (mkdocs.yml) and we fill, by the file that MkDocs takes each for."""

SECTIONS: Mapping[Kind, str] = {
    Kind.DAY: "archive.md",
    Kind.WEEK: "archive.md",
    Kind.MONTH: "archive.md",
    Kind.STATISTICS: "archive.md",
    Kind.TRENDING: "trending.md",
    Kind.LIST: "lists.md",
    Kind.TOPIC: "topics.md",
    Kind.ORGANIZATIONS: "topics.md",
    Kind.ORGANIZATION: "topics.md",
    Kind.AUTHORS: "topics.md",
    Kind.AUTHOR: "topics.md",
    Kind.KEYWORDS: "topics.md",
    Kind.KEYWORD: "topics.md",
}
"""Which of them is marked in the navigation of another kind of page."""

PAGES: tuple[Callable[[Edition], Iterable[AnyPage]], ...] = (
    lists.pages,
    days.pages,
    periods.pages,
    trending.pages,
    groups.pages,
    statistics.pages,
    reading_list.pages,
    search.pages,
    programs.pages,
    subscribe.pages,
)
"""Pages in the theme's chrome, the papers' own aside, in the order of the sitemap."""

FILES: tuple[Callable[[Edition], Iterable[Output | BinaryOutput | Draft | Promise]], ...] = (
    aliases.outputs,
    recent.outputs,
    withdrawals.outputs,
    related.outputs,
    files.outputs,
    pictures.outputs,
    wayfinding.outputs,
    feeds.outputs,
    programs_files.outputs,
)
"""Files without chrome."""
