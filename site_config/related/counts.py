"""How often each paper has each word, as arrays.

A word is a whole number, a hash of its folded letters: so there is no vocabulary to agree on, and a paper's counts
depend on nothing but its text. Two words may have one number, which makes two rare words one, and matters little.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from zlib import crc32

import numpy as np
from scipy import sparse

from scraper.titles import normalised
from scraper.words import fold, split

NUMBERS = 1 << 22
"""Numbers that a word may have."""

TITLE_COUNTS, KEYWORD_COUNTS = 3, 1
"""How many times a word counts that is in the title or in a keyword; once in the abstract."""

MOST = 255
"""A word counts no more often than this; from ten times on it hardly matters."""

CHUNK = 1000
"""Papers that a worker counts in one go."""

_NO_WORD = -1
"""What `split` gives for punctuation."""

Text = tuple[str, Sequence[str], str]
"""A paper's title, keywords and abstract."""


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts of papers, a row each."""

    matrix: sparse.csr_matrix
    """Papers by words; the words of a paper in the order of their numbers."""
    titles: np.ndarray
    """int64: equal for papers of one title; see scraper.titles."""

    def rows(self, wanted: np.ndarray) -> Counts:
        """The counts of some of the papers."""
        return Counts(self.matrix[wanted], self.titles[wanted])


def count_all(texts: Sequence[Text], executor: Executor | None = None) -> Counts:
    """The counts of texts, spread over the executor's workers when there is one."""
    parts = [texts[start : start + CHUNK] for start in range(0, len(texts), CHUNK)]
    counted = list(executor.map(count, parts) if executor and len(parts) > 1 else map(count, parts))
    if not counted:
        return Counts(sparse.csr_matrix((0, NUMBERS), dtype=np.int16), np.empty(0, dtype=np.int64))
    lengths, words, times, titles = (np.concatenate(arrays) for arrays in zip(*counted, strict=True))
    starts = np.concatenate([[0], np.cumsum(lengths)])
    return Counts(sparse.csr_matrix((times, words, starts), shape=(len(texts), NUMBERS)), titles)


def count(texts: Iterable[Text]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """For texts: how many words each has, all their words, how often each is there, and the texts' titles."""
    lengths: list[int] = []
    words: list[int] = []
    times: list[int] = []
    titles: list[int] = []
    for title, keywords, abstract in texts:
        found: dict[int, int] = {}
        for text, weight in ((abstract, 1), (title, TITLE_COUNTS), (" . ".join(keywords), KEYWORD_COUNTS)):
            for word, repeated in Counter(split(text)).items():
                number = _number(word)
                found[number] = found.get(number, 0) + weight * repeated
        found.pop(_NO_WORD, None)
        lengths.append(len(found))
        for number in sorted(found):
            words.append(number)
            times.append(min(found[number], MOST))
        titles.append(_title_number(title))
    return np.array(lengths), np.array(words, np.int32), np.array(times, np.int16), np.array(titles, np.int64)


@lru_cache(maxsize=1 << 17)  # a library says the same words again and again
def _number(word: str) -> int:
    return _NO_WORD if not word[0].isalnum() else crc32(fold([word])[0].encode()) % NUMBERS


def _title_number(title: str) -> int:
    """Of a title without letters the title itself is taken, as it is: it is like no other."""
    folded = normalised(title) or f"\0{title}"
    return int.from_bytes(blake2b(folded.encode(), digest_size=8).digest(), "big", signed=True)
