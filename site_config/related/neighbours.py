"""Which vectors are nearest to which: every pair is compared, some hundred rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np

from site_config.related.vectors import MOST_ALIKE, Vectors

KEPT = 12
"""Neighbours that are kept of a paper: more than are shown, since some turn out to be the same paper."""

ALIKE_UNIT = MOST_ALIKE >> 12
"""The score of two papers with the same text, about: products are rounded to multiples of 4096, and of papers with the
same score the one whose identifier comes first in the library's order is nearer."""

LEAST = int(0.04 * ALIKE_UNIT)
"""Papers that are less alike are not related."""

_ROUNDED = 1 << 12
_BLOCK_CELLS = 8_000_000
"""Pairs that are compared at once: 32 MB an array."""
_LANES = 64
_PARTS = 8
"""Parts of the work that is given to workers; each part gets a copy of the vectors."""
_WORTH_SHARING = 4000


class _Twins(Protocol):
    def of(self, row: int) -> list[int]: ...


@dataclass(frozen=True, slots=True)
class Field:
    """All papers, and who may see whom."""

    vectors: Vectors
    settled: np.ndarray
    """bool: a settled paper sees settled ones, any other sees all."""
    twins: _Twins
    """The rows that are the same paper as a row, itself among them."""


@dataclass(frozen=True, slots=True)
class Near:
    """The KEPT nearest papers of each paper, the nearest first."""

    columns: np.ndarray
    """int32: rows of the papers; -1 where there are no more."""
    scores: np.ndarray
    """int16: how near each is; 0 where there are no more."""

    @classmethod
    def empty(cls, papers: int) -> Near:
        """No neighbours yet."""
        return cls(np.full((papers, KEPT), -1, dtype=np.int32), np.zeros((papers, KEPT), dtype=np.int16))

    def put(self, rows: np.ndarray, others: Near) -> None:
        """Replace the neighbours of these papers."""
        self.columns[rows], self.scores[rows] = others.columns, others.scores

    def moved(self, rows: np.ndarray, papers_before: int, new: np.ndarray) -> tuple[Near, np.ndarray]:
        """The neighbours after papers moved, and for which papers all neighbours are still there, unchanged.

        `rows` says where each paper was before (-1: nowhere), `new` which papers count as new.
        """
        row_now = np.full(papers_before + 1, -2, dtype=np.int32)  # -2: gone
        kept = np.flatnonzero((rows >= 0) & ~new)
        row_now[rows[kept]] = kept
        row_now[-1] = -1  # "no more" stays so
        near = Near.empty(len(rows))
        near.columns[kept], near.scores[kept] = row_now[self.columns[rows[kept]]], self.scores[rows[kept]]
        return near, (near.columns != -2).all(axis=1)

    @property
    def bar(self) -> np.ndarray:
        """The least score with which another paper could become a neighbour of each paper."""
        found: np.ndarray = np.where(self.columns[:, -1] >= 0, self.scores[:, -1], LEAST)
        return found


def near_all(field: Field, rows: np.ndarray, executor: Executor | None = None) -> Near:
    """The neighbours of these papers among all that they may see."""
    if executor is None or len(rows) < _WORTH_SHARING:
        return _near(field, rows)
    parts = list(executor.map(partial(_near, field), np.array_split(rows, _PARTS)))
    return Near(np.concatenate([part.columns for part in parts]), np.concatenate([part.scores for part in parts]))


def touched(field: Field, new: np.ndarray, near: Near) -> np.ndarray:
    """Which papers might have one of the new ones as a neighbour; `near` is what they have without them."""
    found = np.zeros(len(field.vectors), dtype=bool)
    bar = near.bar.astype(np.float32) * _ROUNDED
    for rows, products in _products(field, new):
        reached = products >= bar
        reached &= field.settled[rows][:, None] | ~field.settled
        found |= reached.any(axis=0)
    return found


def _near(field: Field, rows: np.ndarray) -> Near:
    near = Near.empty(len(rows))
    hidden = np.flatnonzero(~field.settled)
    start = 0
    for block, products in _products(field, rows):
        if len(hidden):
            products[np.ix_(np.flatnonzero(field.settled[block]), hidden)] = -1
        columns, scores = _highest(products)
        near.columns[start : start + len(block)], near.scores[start : start + len(block)] = columns, scores
        start += len(block)
    return near


def _products(field: Field, rows: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Some rows at a time with their products with all papers; -1 for the same paper."""
    if not len(rows):
        return
    vectors, papers = field.vectors, len(field.vectors)
    across = vectors.words.T.tocsr()
    subjects = vectors.subjects.astype(np.float32)
    height = max(1, _BLOCK_CELLS // papers)
    word_products = np.empty((height, papers), dtype=np.float32)
    products = np.empty((height, papers), dtype=np.float32)
    for start in range(0, len(rows), height):
        block = rows[start : start + height]
        found, of_words = products[: len(block)], word_products[: len(block)]
        np.matmul(subjects[block], subjects.T, out=found)
        (vectors.words[block] @ across).toarray(out=of_words)
        found += of_words
        for position, row in enumerate(block.tolist()):
            found[position, field.twins.of(row)] = -1
        yield block, found


def _highest(products: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The KEPT highest of each row, as columns and rounded scores; of equal ones the first columns."""
    height, width = products.shape
    # The highest of each lane: the KEPT-th highest of these is no higher than the KEPT-th highest of all.
    lanes = products[:, : width - width % _LANES].reshape(height, _LANES, -1).max(axis=1)
    bar = np.full(height, LEAST * _ROUNDED, dtype=np.float32)
    if lanes.shape[1] >= KEPT:
        highest = np.partition(lanes, lanes.shape[1] - KEPT, axis=1)[:, -KEPT]
        bar = np.maximum(bar, np.floor(highest / _ROUNDED) * _ROUNDED)
    row, column = np.divmod(np.flatnonzero(products >= bar[:, None]), width)
    score = products[row, column].astype(np.int64) // _ROUNDED
    order = np.lexsort((column, -score, row))
    row, column, score = row[order], column[order], score[order]
    place = np.arange(len(row)) - np.searchsorted(row, row)
    kept = place < KEPT
    near = Near.empty(height)
    near.columns[row[kept], place[kept]], near.scores[row[kept], place[kept]] = column[kept], score[kept]
    return near.columns, near.scores
