"""What the library teaches about words: how rare each is, and which are of one subject.

Rarity is BM25's inverse document frequency (Robertson and Zaragoza 2009, section 3.1, with 1 added within the
logarithm, so that it is never negative). Subjects are the first right singular vectors of the papers' weighted words
(latent semantic analysis, Deerwester et al. 1990), found by subspace iteration from a fixed beginning (Halko,
Martinsson and Tropp 2011, algorithm 4.4).

The directions are the one thing here that is computed with fractions. They are rounded to whole numbers, so that what
differs in the last of sixteen digits between two machines is gone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from site_config.related.counts import Counts

DIRECTIONS = 96
LEAST_PAPERS = 256
"""With fewer papers than this there are no directions: they would be the papers themselves."""

RARITY_UNIT = 64
DIRECTION_UNIT = 1 << 14
COMMON = 0.08
"""A word in a larger part of the papers than this counts for the subject only: comparing its papers one by one costs
most and tells least."""
COMMON_AT_LEAST = 100
"""A word in no more papers than this is never too common."""

_LEAST_FREQUENCY = 3
_SPARE = 16
_ROUNDS = 3
_UNIT = 2048
_NEGLIGIBLE = 1e-10


@dataclass(frozen=True, slots=True)
class Model:
    """What is known of words."""

    words: np.ndarray
    """int32: the words of the papers that it is made of, in order."""
    rarity: np.ndarray
    """int64: of each of them, in units of 1/RARITY_UNIT."""
    unseen: int
    """The rarity of every other word."""
    common: np.ndarray
    """bool: which of them are in too many papers to be compared one by one."""
    spoken: np.ndarray
    """int32: the words (positions in `words`) that have a part in the directions."""
    directions: np.ndarray
    """int16: those by directions, in units of 1/DIRECTION_UNIT."""

    def positions(self, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where each of these words is in `words`, and whether it is there at all."""
        if not len(self.words):
            return np.zeros(len(words), dtype=np.int64), np.zeros(len(words), dtype=bool)
        positions = np.minimum(np.searchsorted(self.words, words), len(self.words) - 1)
        return positions, self.words[positions] == words

    def rarities(self, words: np.ndarray) -> np.ndarray:
        """The rarity of each of these words."""
        positions, known = self.positions(words)
        found = np.full(len(words), self.unseen, dtype=np.int64)
        found[known] = self.rarity[positions[known]]
        return found


def fit(counts: Counts) -> Model:
    """The model of these papers."""
    papers = counts.matrix.shape[0]
    words, frequency = np.unique(counts.matrix.indices, return_counts=True)
    rarity = np.rint(RARITY_UNIT * _rarity(papers, frequency)).astype(np.int64)
    unseen = int(np.rint(RARITY_UNIT * _rarity(papers, np.zeros(1)))[0])
    common = frequency > max(COMMON * papers, COMMON_AT_LEAST)
    nothing = np.empty(0, dtype=np.int32)
    model = Model(words.astype(np.int32), rarity, unseen, common, nothing, np.empty((0, 0), dtype=np.int16))
    spoken = np.flatnonzero(frequency >= _LEAST_FREQUENCY).astype(np.int32)
    if papers < LEAST_PAPERS or len(spoken) < DIRECTIONS:
        return model
    weighted = weights(model, counts.matrix)
    directions = _directions(weighted[:, model.words[spoken]].astype(np.float64) / _UNIT)
    rounded = np.rint(directions * DIRECTION_UNIT).astype(np.int16)
    return Model(model.words, rarity, unseen, common, spoken, rounded)


def weights(model: Model, counts: sparse.csr_matrix) -> sparse.csr_matrix:
    """What each word tells of each paper: BM25's saturated frequency times rarity; each row is about 2048 long.

    Whole numbers, from whole numbers: sums, products, quotients and square roots are the same on every machine
    (IEEE 754, section 5.4.1), logarithms need not be.
    """
    weighted = (_SATURATED[counts.data] * model.rarities(counts.indices)).astype(np.float64)
    matrix = sparse.csr_matrix((weighted, counts.indices, counts.indptr), shape=counts.shape)
    squares = np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel()
    length = np.sqrt(np.maximum(squares, 1))
    matrix.data = np.rint(matrix.data * _UNIT / np.repeat(length, np.diff(counts.indptr)))
    return matrix


def _saturated() -> np.ndarray:
    """By how often a word is there: BM25's saturation with k1 = 1.2, in 64ths; the cosine sees to a paper's length."""
    times = np.arange(256)
    return np.rint(64 * times * 2.2 / (times + 1.2)).astype(np.int64)


_SATURATED = _saturated()


def _rarity(papers: int, frequency: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.log1p((papers - frequency + 0.5) / (frequency + 0.5))
    return found


def _directions(matrix: sparse.csr_matrix) -> np.ndarray:
    """The first right singular vectors, as columns; zero where there are fewer of any weight.

    Made of products of matrices and of eigenvectors of small ones: LAPACK's own decompositions of tall matrices take
    ten times as long where two processes share two cores.
    """
    across = matrix.T.tocsr()
    begin = np.random.Generator(np.random.PCG64(0)).integers(0, 2, (matrix.shape[1], DIRECTIONS + _SPARE)) * 2.0 - 1.0
    subspace = _orthonormal(matrix @ begin)
    for _ in range(_ROUNDS):
        subspace = _orthonormal(matrix @ _orthonormal(across @ subspace))
    projected = across @ subspace
    squares, turned = _eigen(projected)
    directions = np.zeros((matrix.shape[1], DIRECTIONS))
    kept = min(DIRECTIONS, len(squares))
    directions[:, :kept] = (projected @ turned)[:, :kept] / np.sqrt(squares[:kept])
    # A direction's sign is arbitrary: the largest entry is positive.
    largest = directions[np.abs(directions).argmax(axis=0), np.arange(DIRECTIONS)]
    return directions * np.where(largest < 0, -1.0, 1.0)


def _orthonormal(columns: np.ndarray) -> np.ndarray:
    squares, turned = _eigen(columns)
    found: np.ndarray = (columns @ turned) / np.sqrt(squares)
    return found


def _eigen(columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Squared singular values and right singular vectors of a tall matrix, largest first, without negligible ones."""
    squares, turned = np.linalg.eigh(columns.T @ columns)
    kept = squares > squares[-1] * _NEGLIGIBLE
    return squares[kept][::-1], turned[:, kept][:, ::-1]
