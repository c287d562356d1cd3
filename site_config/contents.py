"""The table of contents: everything that is published, by the function that makes it.

A new kind of page or file is a module of its own and a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from site_config.edition import Edition
from site_config.pages import aliases, archive, days, lists
from site_config.pages.site import BinaryOutput, Kind, Output, Page

HUBS: Mapping[str, tuple[Kind, Callable[[Edition], Page]]] = {
    "index.md": (Kind.HOME, days.home),
    "archive.md": (Kind.ARCHIVE, archive.page),
    "lists.md": (Kind.LISTS, lists.index),
}
"""The pages that MkDocs has in its navigation (mkdocs.yml) and we fill, by the file that MkDocs takes each for."""

SECTIONS: Mapping[Kind, str] = {
    Kind.DAY: "archive.md",
    Kind.LIST: "lists.md",
}
"""Which of them is marked in the navigation of another kind of page."""

PAGES: tuple[Callable[[Edition], Iterable[Page]], ...] = (
    lists.pages,
    days.pages,
)
"""Pages in the theme's chrome, the papers' own aside, in the order of the sitemap."""

FILES: tuple[Callable[[Edition], Iterable[Output | BinaryOutput]], ...] = (aliases.outputs,)
"""Files without chrome."""
