"""Papers as vectors of whole numbers, such that a product of two of them is how alike the papers are.

Lengths are chosen so that no product, nor any part of its sum, reaches 2**24: until there a 32-bit float is exact, and
a matrix product comes out the same in whatever order it is added up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from site_config.related.counts import NUMBERS, Counts
from site_config.related.model import Model, weights

SUBJECT_UNIT = 800
"""A vector's length among the directions, where that among the words is 2048: subjects count a sixth of the words.

Measured by tests/benchmarks/related.py; more would put papers of one subject before those of one question."""

MOST_ALIKE = 2048**2 + SUBJECT_UNIT**2
"""The product of a vector with itself, about: of a paper without too common words."""

CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Vectors:
    """The vectors of papers, a row each."""

    words: sparse.csr_matrix
    """float32, whole numbers; too common words are left out."""
    subjects: np.ndarray
    """int16: papers by directions."""

    def __len__(self) -> int:
        return int(self.words.shape[0])

    def replaced(self, rows: np.ndarray, others: Vectors) -> Vectors:
        """These vectors in another order: for each row the one to take of these, -1 for the next of the others."""
        taken = rows.copy()
        taken[rows < 0] = len(self) + np.arange(len(others))
        words = sparse.vstack([self.words, others.words], format="csr") if len(others) else self.words
        subjects = np.concatenate([self.subjects, others.subjects]) if len(others) else self.subjects
        return Vectors(words[taken], subjects[taken])


def measure(model: Model, counts: Counts) -> Vectors:
    """The vectors of papers under a model."""
    parts = [_measure(model, counts.matrix[start : start + CHUNK]) for start in range(0, counts.matrix.shape[0], CHUNK)]
    if not parts:
        nothing = sparse.csr_matrix((0, NUMBERS), dtype=np.float32)
        return Vectors(nothing, np.empty((0, model.directions.shape[1]), dtype=np.int16))
    return Vectors(sparse.vstack([words for words, _ in parts], format="csr"), np.concatenate([s for _, s in parts]))


def _measure(model: Model, counts: sparse.csr_matrix) -> tuple[sparse.csr_matrix, np.ndarray]:
    weighted = weights(model, counts)
    positions, known = model.positions(weighted.indices)
    subjects = _subjects(model, weighted, positions, known)
    common = np.zeros(len(positions), dtype=bool)
    common[known] = model.common[positions[known]]
    weighted.data[common] = 0
    weighted.eliminate_zeros()
    return weighted.astype(np.float32), subjects


def _subjects(model: Model, weighted: sparse.csr_matrix, positions: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Each paper's place among the directions, at most 2**53 in every sum of squares: exact."""
    place = np.full(len(model.words) + 1, -1)
    place[model.spoken] = np.arange(len(model.spoken))
    column = np.where(known, place[positions] if len(model.words) else -1, -1)
    there = column >= 0
    row = np.repeat(np.arange(weighted.shape[0]), np.diff(weighted.indptr))[there]
    spoken = sparse.csr_matrix(
        (weighted.data[there], (row, column[there])), shape=(weighted.shape[0], len(model.spoken))
    )
    projected = spoken @ model.directions.astype(np.float64)
    length = np.sqrt(np.maximum((projected * projected).sum(axis=1, keepdims=True), 1))
    found: np.ndarray = np.rint(projected * SUBJECT_UNIT / length).astype(np.int16)
    return found
