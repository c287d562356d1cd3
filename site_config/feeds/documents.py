"""How a stream is divided into documents: one that readers subscribe to, and archives behind it (RFC 5005, section 4).

An archive holds the entries of one calendar month, or a part of them where they are many. So what is added to a month,
or taken out of it, changes that month's documents and no others, and the archives of past months stay as they are. The
subscription's document has everything that is in no archive yet, and some of what is: whoever comes by every few days
needs no archive, and what is added late to a day is seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from site_config.feeds.entries import SUMMARY_LENGTH, Entry, latest
from site_config.pages.cards import LONGEST_LINE

MOST_BYTES = 100_000
"""Of a document."""
_PLANNED_BYTES = 92_000
"""By the estimate below, which knows texts before they are set."""
_ARCHIVED_BYTES = 80_000
SHOWN = 120
"""Entries of the subscription's document, at least, where there are as many."""
ARCHIVED = 200
"""Entries of an archive, at most."""

_COSTLY = re.compile(r"""[&<>"'\\\x80-\U0010ffff]""")


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a feed. Names are its address without what says the format: "topics/agents/feed/2026-08"."""

    name: str
    entries: tuple[Entry, ...]
    """The newest first, each entry once."""
    current: str
    """The document that readers subscribe to."""
    previous: str | None = None
    """The archive before this one."""
    following: str | None = None
    """The archive after this one."""

    @property
    def is_archive(self) -> bool:
        """Whether this is one of the archives."""
        return self.name != self.current

    @property
    def updated(self) -> date | None:
        """When something happened last; None where nothing did."""
        return max((entry.updated for entry in self.entries), default=None)


@dataclass(frozen=True, slots=True)
class Division:
    """What decides how a stream is divided, beside the stream itself."""

    shown: int = SHOWN
    archives: bool = True
    begins: date | None = None
    """The library's first day. What is older came by a list, is sparse, and is not divided by months.

    None for a stream that is in no order of time."""
    address: int = 60
    """Characters of the site's own address, which each entry holds twice."""


def divided(
    current: str, stream: Sequence[Entry], division: Division, enrich: Callable[[Entry], Entry]
) -> Iterator[Document]:
    """The documents of a stream, which has the oldest first: the subscription's, then its archives, the newest first.

    `enrich` gives an entry with all that it can have. The newest entries of the subscription's document get it, as many
    as there is room for; archives are lean.
    """
    if not division.archives or len(stream) <= division.shown:
        shown = _newest(latest(stream), division)[::-1]
        yield Document(current, _enriched(shown, division, enrich), current)
        return
    *archived, (_, open_part) = [(f"{current}/{name}", part) for name, part in _parts(stream, division)]
    newest = _newest(stream, division)
    shown = latest(newest if len(newest) > len(open_part) else open_part)[::-1]
    names = [name for name, _ in archived]
    yield Document(current, _enriched(shown, division, enrich), current, previous=names[-1] if names else None)
    around = zip([None, *names], archived, [*names[1:], None], strict=False)
    for previous, (name, part), following in reversed(list(around)):
        yield Document(name, tuple(latest(part)[::-1]), current, previous, following)


def _newest(stream: Sequence[Entry], division: Division) -> Sequence[Entry]:
    """The entries at the end of a stream that a document may have whatever is in no archive."""
    size = 0
    for count, entry in enumerate(reversed(stream)):
        size += _lean_size(entry, division)
        if count == division.shown or size > _ARCHIVED_BYTES:
            return stream[len(stream) - count :]
    return stream


def _parts(stream: Sequence[Entry], division: Division) -> Iterator[tuple[str, list[Entry]]]:
    """("2026-08", its entries), or ("2026-08-1", …), ("2026-08-2", …), oldest first. The last part is still open."""
    begins = division.begins.replace(day=1) if division.begins else None

    def period(entry: Entry) -> str:
        if begins is None:
            return "part"
        return "earlier" if entry.updated < begins else f"{entry.updated:%Y-%m}"

    for name, of_period in groupby(stream, key=period):
        for number, part in enumerate(_bounded(of_period, division), start=1):
            yield f"{name}-{number}", part


def _bounded(entries: Iterable[Entry], division: Division) -> Iterator[list[Entry]]:
    part: list[Entry] = []
    size = 0
    for entry in entries:
        more = _lean_size(entry, division)
        if part and (len(part) == ARCHIVED or size + more > _ARCHIVED_BYTES):
            yield part
            part, size = [], 0
        part.append(entry)
        size += more
    yield part


def _enriched(entries: Sequence[Entry], division: Division, enrich: Callable[[Entry], Entry]) -> tuple[Entry, ...]:
    """The entries, the first of them with all they can have, so that the document stays below its size."""
    room = _PLANNED_BYTES - sum(_lean_size(entry, division) for entry in entries)
    done: list[Entry] = []
    for entry in entries:
        rich = enrich(entry)
        room -= _size(rich.text[:SUMMARY_LENGTH]) + 60
        room -= sum(60 + division.address + len(path) + _size(title[:LONGEST_LINE]) for title, path in rich.papers)
        if room < 0:
            break
        done.append(rich)
    return (*done, *entries[len(done) :])


def _lean_size(entry: Entry, division: Division) -> int:
    """Bytes of an entry without its text in the longer of the two formats, or a little more."""
    addresses = 2 * division.address + len(entry.path) + len(entry.name)
    return 220 + addresses + _size(entry.title[:LONGEST_LINE]) + _size(entry.authors) + 2 * _size(entry.word)


def _size(text: str) -> int:
    # Escaped, a quotation mark takes five bytes; beyond ASCII a character takes up to four.
    return len(text) + 5 * len(_COSTLY.findall(text))
