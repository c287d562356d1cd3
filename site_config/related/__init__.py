"""Related papers: for every paper those that are most like it, computed from titles, keywords and abstracts.

How alike two papers are is the sum of two cosines: that of their words, each weighted by how rare it is (`vectors`),
and, counting less, that of their places in a space of a few dozen directions that words of one subject share (`model`,
latent semantic analysis). Every number from the vectors on is whole, and small enough that no sum is ever rounded: the
order of an addition, the number of threads and the maker of the processor change nothing.

What lets a new day fold in, and give the same bytes as a build from nothing:

- A paper is *settled* when a day first listed it in a quarter that was over on the latest day; a paper that no day
  lists never is. The content says so and not the clock.
- The model is made of settled papers: of at most 8,192, chosen by a hash of their identifiers, so that it changes with
  the quarter, and with an edit of one of these. All others are only measured by it.
- The related papers of a settled paper are settled ones; every other paper looks at all papers. So the pages of the
  archive do not change from day to day, and those of a quarter are made anew once, when the next one is over.
- In a library with fewer than 1,000 settled papers all count as settled: there all is made anew, in a second or so.

The cache holds the model, the vectors and the result. A build takes from it what is of the same texts, and works out
only the lists into which, or out of which, a paper that came, changed or went might move. It is one file that the next
build replaces, so it does not grow; one that is missing, damaged or of another version counts as absent.

What the browser needs for "related to these results" is in the files that `site_config.pages.related` writes; their
format stands there.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from datetime import date
from hashlib import blake2b
from pathlib import Path

import numpy as np

from scraper.records import Paper
from scraper.store.shelf import Heading
from site_config.catalog import Catalog
from site_config.related import memory
from site_config.related.counts import Text, count_all
from site_config.related.memory import State
from site_config.related.model import fit
from site_config.related.neighbours import Field, near_all, touched
from site_config.related.twins import Twins, unlike
from site_config.related.vectors import measure

SHOWN = 6
"""Related papers of a paper, at most."""

SAMPLE = 8192
"""Papers that the model is made of, at most. All 50,000 in their place raised the benchmark's score by 0.005."""

LEAST_SETTLED = 1000
"""With fewer settled papers than this all are: a model of few knows too few words."""

_ALL_ANEW = 4
"""When more than one paper in so many is new, finding out which lists stay costs more than making all."""


def related(
    catalog: Catalog, cache: Path | None = None, executor: Executor | None = None
) -> Mapping[str, tuple[str, ...]]:
    """The identifiers of the papers most like each paper, the likest first, at most SHOWN; every paper has an entry.

    A paper is never related to itself, nor to the same paper under another identifier (see `twins`). `cache` is a
    folder for what the next call need not do again, and `executor` gives workers; neither changes the result.
    """
    headings = list(catalog.papers.headings())
    if not headings:
        return {}
    state = _state(catalog, headings, memory.read(cache) if cache else None, executor)
    if cache:
        memory.write(cache, state)
    return _shown(headings, state)


def last_closed_quarter(latest: date) -> date:
    """The first day after the last quarter that was over on this day: what was listed before it is settled."""
    return latest.replace(month=(latest.month - 1) // 3 * 3 + 1, day=1)


def _settled(catalog: Catalog) -> np.ndarray:
    """Whether each paper is settled."""
    latest = catalog.latest_day
    end = last_closed_quarter(latest.date) if latest else date.min
    listings = map(catalog.days_of, catalog.papers)
    settled = np.array([bool(days) and days[0].date < end for days in listings], dtype=bool)
    return settled if settled.sum() >= LEAST_SETTLED else np.ones(len(settled), dtype=bool)


def _state(catalog: Catalog, headings: list[Heading], before: State | None, executor: Executor | None) -> State:
    """What there is to know for these papers, with as much as still holds of what was known before."""
    identifiers = [heading.id for heading in headings]
    # All that decides about a paper here, its name among it.
    digests = np.frombuffer(b"".join([heading.wording for heading in headings]), dtype=np.uint8)
    digests = digests.reshape(len(headings), -1)
    settled = _settled(catalog)
    sample = _sample(identifiers, settled)
    key = blake2b(digests[sample].tobytes(), digest_size=16).hexdigest()
    if before and before.key == key:
        return _folded_in(catalog, headings, digests, settled, before, executor)
    counts = count_all(list(map(_text, catalog.papers.values())), executor)
    model = fit(counts.rows(sample))
    vectors = measure(model, counts)
    field = Field(vectors, settled, Twins(identifiers, counts.titles, _also_named(headings)))
    near = near_all(field, np.arange(len(headings)), executor)
    return State(key, identifiers, digests, settled, counts.titles, model, vectors, near)


def _folded_in(
    catalog: Catalog,
    headings: list[Heading],
    digests: np.ndarray,
    settled: np.ndarray,
    before: State,
    executor: Executor | None,
) -> State:
    """The state that follows one of the same model."""
    identifiers = [heading.id for heading in headings]
    row_before = {identifier: row for row, identifier in enumerate(before.identifiers)}
    rows = np.array([row_before.get(identifier, -1) for identifier in identifiers])
    same = (rows >= 0) & (before.digests[rows] == digests).all(axis=1)
    rows[~same] = -1
    counts = count_all([_text(catalog.papers[identifiers[row]]) for row in np.flatnonzero(~same)], executor)
    titles = np.empty(len(headings), dtype=np.int64)
    titles[same], titles[~same] = before.titles[rows[same]], counts.titles
    vectors = before.vectors.replaced(rows, measure(before.model, counts))
    field = Field(vectors, settled, Twins(identifiers, titles, _also_named(headings)))
    new = ~same
    new[same] |= before.settled[rows[same]] != settled[same]
    if new.sum() * _ALL_ANEW > len(headings):
        near = near_all(field, np.arange(len(headings)), executor)
    else:
        near, whole = before.near.moved(rows, len(before.identifiers), new)
        near.put(np.flatnonzero(new), near_all(field, np.flatnonzero(new), executor))
        stale = ~new & (~whole | touched(field, np.flatnonzero(new), near))
        near.put(np.flatnonzero(stale), near_all(field, np.flatnonzero(stale), executor))
    return State(before.key, identifiers, digests, settled, titles, before.model, vectors, near)


def _sample(identifiers: list[str], settled: np.ndarray) -> np.ndarray:
    """The rows of the papers that the model is made of."""
    rows = np.flatnonzero(settled)
    if len(rows) <= SAMPLE:
        return rows
    order = sorted(rows, key=lambda row: (blake2b(identifiers[row].encode(), digest_size=8).digest(), row))
    return np.sort(np.array(order[:SAMPLE]))


def _text(paper: Paper) -> Text:
    return paper.title, paper.keywords, paper.abstract


def _also_named(headings: list[Heading]) -> dict[str, tuple[str, ...]]:
    return {heading.id: heading.aliases for heading in headings if heading.aliases}


def _shown(headings: list[Heading], state: State) -> Mapping[str, tuple[str, ...]]:
    titles = [heading.title for heading in headings]
    columns, scores = state.near.columns.tolist(), state.near.scores.tolist()
    names = state.titles.tolist()
    shown = {}
    for row, heading in enumerate(headings):
        found = unlike(row, columns[row], scores[row], titles=titles, names=names)
        shown[heading.id] = tuple([headings[other].id for other in found[:SHOWN]])
    return shown
