"""How a stream is divided into documents: one that readers subscribe to, and archives behind it (RFC 5005, section 4).

An archive holds the entries of a year, or of as short a part of one as has room: a half, a quarter, a month, and of a
month with very many a numbered piece. So what is added to a month, or taken out of it, changes that month's documents
and no others, the archives of past months stay as they are, and a feed of which little comes has few documents. The
subscription's document has everything that is in no archive, and at least the newest entries: whoever comes by every
few days needs no archive, and what is added late to a day is seen.

A ranking and a list that go into one document are complete instead (section 2): what is no longer in one is gone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, groupby

from site_config.feeds.entries import SUMMARY_LENGTH, Entry, latest
from site_config.pages.cards import LONGEST_LINE

MOST_BYTES = 100_000
"""Of a document."""
_PLANNED_BYTES = 92_000
"""By the estimate below, which knows texts before they are set."""
_ARCHIVED_BYTES = 80_000
SHOWN = 120
"""Entries of the subscription's document, at least, where there are as many and they have room."""
ARCHIVED = 200
"""Entries of an archive, at most."""

_COSTLY = re.compile(r"""[^\x00-!#-%(-;=?-\[\]-\x7f]""")
"""All but what stands as it is: a class of those that do not takes milliseconds to be compiled."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a feed. Names are its address without what says the format: "topics/agents/feed/2026-H1"."""

    name: str
    entries: tuple[Entry, ...]
    """The newest first, each entry once."""
    current: str
    """The document that readers subscribe to."""
    previous: str | None = None
    """The archive before this one."""
    following: str | None = None
    """The archive after this one."""
    is_complete: bool = False
    """Whether these entries are all that the feed has, and one that is no longer here has left it."""

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
    is_selection: bool = False
    """Whether the stream is a list or a ranking, in an order of its own, and not what happened in time."""
    begins: date | None = None
    """The library's first day. What is older came by a list, is sparse, and is not divided by time."""
    address: int = 60
    """Characters of the site's own address, which each entry holds twice."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a stream: its name, and the places at which it begins and ends."""

    name: str
    begin: int
    end: int


def divided(
    current: str, stream: Sequence[Entry], division: Division, enrich: Callable[[Entry], Entry]
) -> Iterator[Document]:
    """The documents of a stream, which has the oldest first: the subscription's, then its archives, the newest first.

    `enrich` gives an entry with all that it can have. The newest entries of the subscription's document get it, as many
    as there is room for; archives are lean.
    """
    sizes = list(accumulate((_lean_size(entry, division) for entry in stream), initial=0))
    begin = _newest(sizes, ARCHIVED if division.is_selection else division.shown)
    if begin == 0:
        shown = latest(stream)[::-1]
        yield Document(current, _enriched(shown, division, enrich), current, is_complete=division.is_selection)
        return
    *closed, still_open = _parts(stream, sizes, division)
    begin = min(begin, still_open.begin)
    # What the subscription has whole needs no second place.
    archives = [part for part in closed if part.begin < begin]
    names = [f"{current}/{part.name}" for part in archives]
    shown = latest(stream[begin:])[::-1]
    yield Document(current, _enriched(shown, division, enrich), current, previous=names[-1] if names else None)
    around = zip([None, *names], names, archives, [*names[1:], None], strict=False)
    for previous, name, part, following in reversed(list(around)):
        entries = tuple(latest(stream[part.begin : part.end])[::-1])
        yield Document(name, entries, current, previous, following)


def _newest(sizes: Sequence[int], most: int) -> int:
    """The place from which on the entries of a stream have room in one document, of which there are `most` at most."""
    begin = max(0, len(sizes) - 1 - most)
    while sizes[-1] - sizes[begin] > _ARCHIVED_BYTES:
        begin += 1
    return begin


def _parts(stream: Sequence[Entry], sizes: Sequence[int], division: Division) -> Iterator[_Part]:
    """The parts of a stream, oldest first. The last one is still open."""
    if division.is_selection:
        yield from _numbered(_Part("part", 0, len(stream)), sizes)
        return
    begins = division.begins.replace(day=1) if division.begins else date.min
    earlier = sum(entry.updated < begins for entry in stream)
    if earlier:
        yield from _numbered(_Part("earlier", 0, earlier), sizes)
    yield from _of_time(_Part("", earlier, len(stream)), stream, sizes, _PERIODS)


_PERIODS: tuple[Callable[[date], str], ...] = (
    lambda on: f"{on.year}",
    lambda on: f"{on.year}-H{(on.month + 5) // 6}",
    lambda on: f"{on.year}-Q{(on.month + 2) // 3}",
    lambda on: f"{on.year}-{on.month:02}",
)
"""What a day is in, the longest first."""


def _of_time(
    part: _Part, stream: Sequence[Entry], sizes: Sequence[int], periods: Sequence[Callable[[date], str]]
) -> Iterator[_Part]:
    """A part in the longest periods that have room in a document; a month that has none in numbered pieces."""
    longest, *shorter = periods
    begin = part.begin
    for name, of_period in groupby(stream[part.begin : part.end], key=lambda entry: longest(entry.updated)):
        period = _Part(name, begin, begin + len(list(of_period)))
        begin = period.end
        if _has_room(period, sizes):
            yield period
        elif shorter:
            yield from _of_time(period, stream, sizes, shorter)
        else:
            yield from _numbered(period, sizes)


def _numbered(part: _Part, sizes: Sequence[int]) -> Iterator[_Part]:
    """2026-08-1, 2026-08-2"""
    begin, number = part.begin, 1
    for end in range(part.begin + 1, part.end + 1):
        if end == part.end or not _has_room(_Part(part.name, begin, end + 1), sizes):
            yield _Part(f"{part.name}-{number}", begin, end)
            begin, number = end, number + 1


def _has_room(part: _Part, sizes: Sequence[int]) -> bool:
    return part.end - part.begin <= ARCHIVED and sizes[part.end] - sizes[part.begin] <= _ARCHIVED_BYTES


def _enriched(entries: Sequence[Entry], division: Division, enrich: Callable[[Entry], Entry]) -> tuple[Entry, ...]:
    """The entries, the first of them with all they can have, so that the document stays below its size."""
    room = _PLANNED_BYTES - sum(_lean_size(entry, division) for entry in entries)
    done: list[Entry] = []
    for entry in entries:
        rich = enrich(entry)
        room -= _size(rich.text[:SUMMARY_LENGTH]) + 80
        room -= sum(32 + _size(name) for name in rich.authors)
        room -= sum(60 + division.address + len(path) + _size(title[:LONGEST_LINE]) for title, path in rich.papers)
        if room < 0:
            break
        done.append(rich)
    return (*done, *entries[len(done) :])


def _lean_size(entry: Entry, division: Division) -> int:
    """Bytes of an entry without its text in the longer of the two formats, or a little more."""
    addresses = 2 * division.address + len(entry.path) + len(entry.name)
    return 220 + addresses + _size(entry.title[:LONGEST_LINE]) + _size(entry.by) + 2 * _size(entry.word)


def _size(text: str) -> int:
    # Escaped, a quotation mark takes five bytes; beyond ASCII a character takes up to four.
    return len(text) + 5 * len(_COSTLY.findall(text)) if text else 0
