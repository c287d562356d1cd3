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
from scraper.sources import huggingface


class Source(Protocol):
    """What lists papers by day."""

    @property
    def name(self) -> str:
        """How site.yml and a paper's `source` call it."""

    def listing(self, day: date) -> Listing:
        """What the source has for this UTC day; nothing for it is an empty listing. Raises FetchError."""


SOURCES: Mapping[str, Callable[[Client, Mapping[str, str]], Source]] = {
    huggingface.NAME: huggingface.open_source,
}


def open_source(name: str, client: Client, environment: Mapping[str, str]) -> Source:
    """The source of this name. Raises PaperstandError for a name that is none, or an environment it cannot use."""
    try:
        opener = SOURCES[name]
    except KeyError:
        raise PaperstandError(f"There is no source {name!r}; there are: {', '.join(sorted(SOURCES))}") from None
    return opener(client, environment)
