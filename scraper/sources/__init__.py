"""Where records come from. A source is one module here with an `open_source`, named in `SOURCES`.

Its name stands in `scraper.settings` too, where site.yml is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Protocol

from scraper.errors import PaperstandError
from scraper.http import Client
from scraper.records import Listing
from scraper.settings import Settings
from scraper.sources import arxiv, arxiv_listing, biorxiv, huggingface


class Source(Protocol):
    """What lists papers by day."""

    @property
    def name(self) -> str:
        """How site.yml and a paper's `source` call it."""

    @property
    def moves(self) -> bool:
        """Whether the listing of a day changes later: a day that is stored is visited again, then."""

    def listing(self, day: date) -> Listing:
        """What the source has for this UTC day; nothing for it is an empty listing. Raises FetchError."""


SOURCES: Mapping[str, Callable[[Client, Mapping[str, str], Settings | None], Source]] = {
    huggingface.NAME: huggingface.open_source,
    arxiv.NAME: arxiv_listing.open_source,
    "biorxiv": biorxiv.open_biorxiv,
    "medrxiv": biorxiv.open_medrxiv,
}


def open_source(name: str, client: Client, environment: Mapping[str, str], site: Settings | None = None) -> Source:
    """The source of this name, for what `site` is about.

    Raises PaperstandError for a name that is none, and for an environment or site.yml that it cannot use.
    """
    try:
        opener = SOURCES[name]
    except KeyError:
        raise PaperstandError(f"There is no source {name!r}; there are: {', '.join(sorted(SOURCES))}") from None
    return opener(client, environment, site)
