"""Related papers: how good they are, how long they take, and how much memory.

    python -m tests.benchmarks.related LIBRARY [--papers 30000] [--queries 2000]

LIBRARY is a JSON Lines file of papers, gzipped or not: {"id", "title", "abstract", …} a line.

Quality: abstracts are cut in two. The first half of one looks for its second half among those of all papers, and the
score is the mean reciprocal rank (1 where it is always found first). BM25 and TF-IDF answer the same queries on the
same words: BM25 with k1 = 1.2 and b = 0.75; TF-IDF with raw and with logarithmic frequencies, the latter so near that
it takes thousands of queries to tell.

Time and memory: the papers in their order, 30 a day; a build from nothing, then the next day's with the cache.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np
from scipy import sparse

from scraper.records import Day, DayEntry, Paper, day_title
from scraper.settings import Settings
from scraper.store import Library
from site_config.catalog import Catalog
from site_config.related import SAMPLE, related
from site_config.related.counts import Counts, count_all
from site_config.related.model import fit
from site_config.related.vectors import measure
from tests.benchmarks.library import papers_of

_Result = TypeVar("_Result")

A_DAY = 30
LAST_DAY = date(2026, 8, 20)
BLOCK = 200

Score = Callable[[np.ndarray], np.ndarray]
"""Gives for some rows of the queries their scores with all second halves."""


def read(path: Path, papers: int | None = None) -> list[Paper]:
    """The first papers of a file, each identifier once."""
    return list({paper.id: paper for paper in islice(papers_of(path), papers)}.values())


def catalog(papers: list[Paper], last: date = LAST_DAY) -> Catalog:
    """The papers in days of A_DAY, the last of which is `last`."""
    groups = [papers[start : start + A_DAY] for start in range(0, len(papers), A_DAY)]
    days = {}
    for before, group in enumerate(reversed(groups)):
        on = last - timedelta(days=before)
        days[on] = Day(date=on, title=day_title(on), papers=tuple(DayEntry(id=paper.id) for paper in group))
    library = Library(papers={paper.id: paper for paper in papers}, days=dict(sorted(days.items())), lists={})
    return Catalog.of(library, Settings(name="Benchmark"))


def speed(papers: list[Paper]) -> None:
    """Print what a cold build and the next day's take, and whether both give the same."""
    papers = papers[: len(papers) // A_DAY * A_DAY]  # the next day is whole
    before, after = catalog(papers[:-A_DAY], LAST_DAY - timedelta(days=1)), catalog(papers)
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(2) as executor:
        cache = Path(folder)
        _, cold = _timed(lambda: related(before, cache, executor))
        folded, next_day = _timed(lambda: related(after, cache, executor))
        _, unchanged = _timed(lambda: related(after, cache, executor))
        size = sum(file.stat().st_size for file in cache.iterdir())
        fresh, alone = _timed(lambda: related(after))
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    _say(
        f"{len(papers):,} papers: cold {cold:.1f} s with two workers, {alone:.1f} s without;"
        f" next day {next_day:.2f} s, nothing new {unchanged:.2f} s; cache {size / 1e6:.0f} MB;"
        f" peak {own / 1024:.0f} MB, a worker {worker / 1024:.0f} MB"
    )
    if folded != fresh:
        sys.exit("The next day's related papers are not those of a build from nothing.")


def quality(papers: list[Paper], queries: int, seed: int = 7) -> dict[str, float]:
    """The mean reciprocal rank of each way to look for second halves."""
    words = [paper.abstract.split() for paper in papers]
    first = count_all([("", (), " ".join(text[: len(text) // 2])) for text in words])
    second = count_all([("", (), " ".join(text[len(text) // 2 :])) for text in words])
    rows = np.sort(np.random.default_rng(seed).choice(len(papers), min(queries, len(papers)), replace=False))
    asked = first.rows(rows)
    return {
        name: _mean_reciprocal_rank(score, rows)
        for name, score in (
            ("related", _related(asked, second)),
            ("BM25", _bm25(asked, second)),
            ("TF-IDF", _tf_idf(asked, second, lambda times: times)),
            ("TF-IDF, logarithmic", _tf_idf(asked, second, lambda times: 1 + np.log(times))),
        )
    }


def _mean_reciprocal_rank(score: Score, rows: np.ndarray) -> float:
    total = 0.0
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        scores = score(np.arange(start, start + len(block)))
        own = scores[np.arange(len(block)), block]
        total += float((1 / (scores >= own[:, None]).sum(axis=1)).sum())
    return total / len(rows)


def _related(asked: Counts, among: Counts) -> Score:
    sample = np.sort(np.random.default_rng(0).choice(len(among.titles), min(SAMPLE, len(among.titles)), replace=False))
    model = fit(among.rows(sample))
    queries, papers = measure(model, asked), measure(model, among)
    across, subjects = papers.words.T.tocsr(), papers.subjects.astype(np.float32).T
    return lambda rows: (queries.words[rows] @ across).toarray() + queries.subjects[rows].astype(np.float32) @ subjects


def _bm25(asked: Counts, among: Counts, k1: float = 1.2, b: float = 0.75) -> Score:
    matrix = among.matrix.astype(np.float64)
    papers, frequency = matrix.shape[0], np.bincount(matrix.indices, minlength=matrix.shape[1])
    length = np.repeat(np.asarray(matrix.sum(axis=1)).ravel(), np.diff(matrix.indptr))
    relative = length / (matrix.sum() / papers)
    rarity = np.log1p((papers - frequency + 0.5) / (frequency + 0.5))
    matrix.data = rarity[matrix.indices] * matrix.data * (k1 + 1) / (matrix.data + k1 * (1 - b + b * relative))
    across = matrix.T.tocsr()
    return lambda rows: (asked.matrix[rows].astype(np.float64) @ across).toarray()


def _tf_idf(asked: Counts, among: Counts, share: Callable[[np.ndarray], np.ndarray]) -> Score:
    """As scikit-learn's TfidfVectorizer weights: smoothed rarity, vectors of length 1."""
    papers, frequency = among.matrix.shape[0], np.bincount(among.matrix.indices, minlength=among.matrix.shape[1])
    rarity = np.log((papers + 1) / (frequency + 1)) + 1

    def vectors(counts: Counts) -> sparse.csr_matrix:
        matrix = counts.matrix.astype(np.float64)
        matrix.data = share(matrix.data) * rarity[matrix.indices]
        length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
        matrix.data /= np.repeat(length, np.diff(matrix.indptr))
        return matrix

    queries, across = vectors(asked), vectors(among).T.tocsr()
    return lambda rows: (queries[rows] @ across).toarray()


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - what it is for


def _timed(work: Callable[[], _Result]) -> tuple[_Result, float]:
    start = time.perf_counter()
    return work(), time.perf_counter() - start


def lines(scores: dict[str, float]) -> Iterator[str]:
    """The scores, as a table."""
    for name, score in scores.items():
        yield f"{name:<20} {score:.4f}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("--papers", type=int, default=30_000, help="for time and memory (30,000)")
    parser.add_argument("--queries", type=int, default=2000, help="for quality (2,000); 0 leaves it out")
    options = parser.parse_args()
    speed(read(options.library, options.papers))
    if options.queries:
        papers = [paper for paper in read(options.library) if paper.abstract]
        scores = quality(papers, options.queries)
        _say(f"mean reciprocal rank of second halves among {len(papers):,}, {options.queries:,} queries:")
        _say("\n".join(lines(scores)))
        if scores["related"] <= max(scores["BM25"], scores["TF-IDF"]):
            sys.exit("Related papers are not better than BM25 and TF-IDF.")


if __name__ == "__main__":
    main()
