"""The shelf: a library's papers, each unpacked when somebody first asks for it.

A build of a library in which next to nothing changed looks into few of its papers. What it needs of all of them, to put
them in order, to group them and to name them, is on their headings: they are read in half of the time, with authors'
names folded already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Generic, TypeVar

import msgspec

from scraper import words
from scraper.records import Paper
from scraper.store import snapshots

_Record = TypeVar("_Record")


class Heading(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is needed of every paper of a library. The fields are those of `Paper` unless they say otherwise."""

    id: str
    title: str
    submitted: date | None
    organization: str | None
    categories: tuple[str, ...]
    keywords: tuple[str, ...]
    authors: tuple[str, ...]
    """Their names."""
    folded_authors: tuple[str, ...]
    """Their names as `words.name` folds them: to fold those of a whole library takes a while."""
    aliases: tuple[str, ...]
    has_code: bool
    """Whether a link leads to its code."""
    wording: bytes
    """A digest of its names and words: identifier, title, abstract, keywords and aliases."""


def heading(paper: Paper) -> Heading:
    """A paper's heading."""
    names = tuple([author.name for author in paper.authors])
    wording = "\0".join((paper.id, paper.title, paper.abstract, *paper.keywords, "", *paper.aliases))
    return Heading(
        paper.id,
        paper.title,
        paper.submitted,
        paper.organization,
        paper.categories,
        paper.keywords,
        names,
        tuple(map(words.name, names)),
        paper.aliases,
        bool(paper.links.get("code")),
        snapshots.digest(wording.encode()),
    )


class Slip(msgspec.Struct, Generic[_Record], frozen=True, array_like=True):
    """A paper with its heading. The paper may be packed: as `msgspec.Raw`, in MessagePack."""

    heading: Heading
    record: _Record


_UNPACKED_AT_ONCE = 12_000
"""Papers that lie unpacked at most: to unpack one anew takes microseconds, and packed they take less memory."""


class Shelf(Mapping[str, Paper]):
    """Papers by identifier, each unpacked when it is first asked for."""

    def __init__(self, slips: Mapping[str, Slip[Any]]) -> None:
        self._slips = slips
        self._unpacked: dict[str, Paper] = {}

    @classmethod
    def of(cls, papers: Mapping[str, Paper]) -> Shelf:
        """A shelf of papers that nobody packed; of a shelf, itself."""
        if isinstance(papers, Shelf):
            return papers
        return cls({identifier: Slip(heading(paper), paper) for identifier, paper in papers.items()})

    def only(self, identifiers: Iterable[str]) -> Shelf:
        """A shelf of these papers, in this order."""
        return Shelf({identifier: self._slips[identifier] for identifier in identifiers})

    def heading(self, identifier: str) -> Heading:
        """The heading of one paper. Raises KeyError."""
        return self._slips[identifier].heading

    def headings(self) -> Iterator[Heading]:
        """The headings of all, in their order."""
        return (slip.heading for slip in self._slips.values())

    def packed(self, identifier: str) -> msgspec.Raw:
        """One paper in MessagePack. Raises KeyError."""
        record = self._slips[identifier].record
        return record if isinstance(record, msgspec.Raw) else msgspec.Raw(msgspec.msgpack.encode(record))

    def __getitem__(self, identifier: str) -> Paper:
        paper = self._unpacked.get(identifier)
        if paper is None:
            record = self._slips[identifier].record
            paper = unpacked(record) if isinstance(record, msgspec.Raw) else record
            if len(self._unpacked) >= _UNPACKED_AT_ONCE:
                self._unpacked.clear()
            self._unpacked[identifier] = paper
        return paper

    def __contains__(self, identifier: object) -> bool:
        return identifier in self._slips

    def __iter__(self) -> Iterator[str]:
        return iter(self._slips)

    def __len__(self) -> int:
        return len(self._slips)


def unpacked(packed: bytes | msgspec.Raw) -> Paper:
    """A paper that was packed. Raises MsgspecError for what is none."""
    return _PAPERS.decode(packed)


_PAPERS = msgspec.msgpack.Decoder(Paper)
