"""Long lists in pages: no page grows without limit, and every entry has an address that it can be reached at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from markupsafe import Markup

_Entry = TypeVar("_Entry")
MOST = 100
"""Entries of a list on one page."""
_FEW = 5
"""Up to a fifth more stand on a list's last page, rather than a few on one of their own."""
_BESIDE = 1
"""Pages that are named on either side of the one that is shown."""


@dataclass(frozen=True, slots=True)
class PageOfMany(Generic[_Entry]):
    """One page of a list. Its first page has the list's own address, the others theirs below it: topics/agents/2/."""

    path: str
    number: int
    """Counted from 1."""
    count: int
    """How many pages the list has, at least 1."""
    items: Sequence[_Entry]
    first: int
    """The place of the first entry here in the whole list, counted from 1."""
    total: int
    """Entries of the whole list."""
    base: str
    """The list's own address."""

    @property
    def previous(self) -> str | None:
        """The address of the page before."""
        return page_path(self.base, self.number - 1) if self.number > 1 else None

    @property
    def next(self) -> str | None:
        """The address of the page after."""
        return page_path(self.base, self.number + 1) if self.number < self.count else None

    @property
    def numbers(self) -> tuple[tuple[int, str] | None, ...]:
        """The pages to name, each with its address: the first, the last and the near ones; None stands for a gap."""
        near = range(self.number - _BESIDE, self.number + _BESIDE + 1)
        named = sorted({1, self.count, *(number for number in near if 1 <= number <= self.count)})
        shown: list[tuple[int, str] | None] = []
        for before, number in zip([0, *named], named, strict=False):
            if number == before + 2:  # a gap of one page takes no more room than its number
                shown.append((number - 1, page_path(self.base, number - 1)))
            elif number > before + 2:
                shown.append(None)
            shown.append((number, page_path(self.base, number)))
        return tuple(shown)

    @property
    def suffix(self) -> str:
        """What tells this page's title from those of the others: "", or ", page 2 of 30"."""
        return f", page {self.number:,} of {self.count:,}" if self.number > 1 else ""

    def head(self, root: str) -> Markup:
        """The links to its neighbours for `<head>`; `root` leads from this page up to the site's."""
        links = Markup("")
        for relation, path in (("prev", self.previous), ("next", self.next)):
            if path is not None:
                links += Markup('<link rel="{}" href="{}">').format(relation, root + path)
        return links


def page_path(base: str, number: int) -> str:
    """The address of one page of the list at `base`."""
    return base if number == 1 else f"{base}{number}/"


def pages_of(sequence: Sequence[_Entry], path: str, most: int = MOST) -> Iterator[PageOfMany[_Entry]]:
    """The pages of a list whose own address is `path`, each with so many entries, the last with up to a fifth more.

    An empty list has one.
    """
    count = max(1, -(-(len(sequence) - most // _FEW) // most))
    yield from _cut(sequence, path, [number * most for number in range(1, count)])


def growing_pages_of(sequence: Sequence[_Entry], path: str, most: int = MOST) -> Iterator[PageOfMany[_Entry]]:
    """The pages of a list that grows at its beginning, such as one with the newest entries first.

    They are counted off from its end, so that what comes changes the first page alone, until there is one page more.
    The first has half as many entries to half as many again.
    """
    count = max(1, -(-(len(sequence) - most // 2 + 1) // most))
    yield from _cut(sequence, path, [len(sequence) - number * most for number in range(count - 1, 0, -1)])


def _cut(sequence: Sequence[_Entry], path: str, places: Sequence[int]) -> Iterator[PageOfMany[_Entry]]:
    """A list in pages, cut before these of its entries, which are counted from 0."""
    count = len(places) + 1
    for number, (start, end) in enumerate(zip((0, *places), (*places, len(sequence)), strict=True), start=1):
        yield PageOfMany(
            path=page_path(path, number),
            number=number,
            count=count,
            items=sequence[start:end],
            first=start + 1,
            total=len(sequence),
            base=path,
        )
