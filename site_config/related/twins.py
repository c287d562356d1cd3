"""The same paper twice: under an alias, under the same title, or as another edition of nearly the same text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

import numpy as np

from scraper.titles import normalised
from site_config.related.neighbours import ALIKE_UNIT

NEARLY_THE_SAME_TEXT = int(0.75 * ALIKE_UNIT)
"""Papers with texts as like as this are editions of one when their titles are nearly the same, too; "Part I" and
"Part II" have other abstracts."""

NEARLY_THE_SAME_TITLE = 0.85

_COMPARED = 500
"""Characters of a title that are compared, more than any has: the time that it takes grows with their square."""


class Twins:
    """Which papers are the same one: those of one title, and those of which one was filed under the other's name.

    Whether two papers are the same depends on the two alone, so that a third that comes or goes changes nothing.
    """

    def __init__(self, identifiers: Sequence[str], titles: np.ndarray, aliases: Mapping[str, Sequence[str]]) -> None:
        order = np.argsort(titles, kind="stable")
        groups = np.split(order, np.flatnonzero(np.diff(titles[order])) + 1) if len(order) else []
        self._of: dict[int, set[int]] = {}
        for group in groups:
            if len(group) > 1:
                for row in group.tolist():
                    self._of.setdefault(row, set()).update(group.tolist())
        if aliases:
            rows = {identifier: row for row, identifier in enumerate(identifiers)}
            for identifier, names in aliases.items():
                for one, other in ((rows[identifier], rows[name]) for name in names if name in rows):
                    self._of.setdefault(one, {one}).add(other)
                    self._of.setdefault(other, {other}).add(one)

    def of(self, row: int) -> list[int]:
        """The rows that are the same paper as this one, itself among them."""
        return sorted(self._of.get(row, {row}))


def unlike(
    row: int, others: Sequence[int], scores: Sequence[int], *, titles: Sequence[str], names: Sequence[int]
) -> list[int]:
    """Those of a paper's neighbours that are another paper, and each of these once."""
    found: list[int] = []
    seen: set[int] = set()
    for other, score in zip(others, scores, strict=True):
        if other < 0:
            break
        if names[other] in seen or (score >= NEARLY_THE_SAME_TEXT and _nearly_the_same(titles[row], titles[other])):
            continue
        seen.add(names[other])
        found.append(other)
    return found


def _nearly_the_same(one: str, other: str) -> bool:
    one, other = normalised(one)[:_COMPARED], normalised(other)[:_COMPARED]
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= NEARLY_THE_SAME_TITLE
