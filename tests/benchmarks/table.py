"""The table that the README shows: what was measured for each size of library, beside what is promised. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.benchmarks.build import Took

_APART = ("FILES", "RELATED", "INDEX")
"""Stages that Hugo has no counterpart of, and that are told apart."""

LEAST_PAPERS = 10_000
"""Promises are for libraries of this size and more: below it, starting up is most of what is measured."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one size of library took. Sizes are in bytes, times in seconds."""

    papers: int
    cold: Mapping[str, Took]
    next_day: Mapping[str, Took]
    site_bytes: int
    index_bytes: int
    paper_page: float
    """Of a paper's page, on average."""
    hugo_seconds: float | None = None
    """None where there is no Hugo."""
    edit_seconds: float | None = None
    """None where it was not measured."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the table. `shown` makes the text of a value; `most` is what is promised, in the value's own unit."""

    name: str
    value: Callable[[Measured], float | None]
    shown: Callable[[float], str]
    most: float | None = None
    up_to: int | None = None
    """Papers of the largest library for which it is promised."""

    def promised(self) -> str:
        """The promise as people read it."""
        if self.most is None:
            return ""
        return self.shown(self.most) + (f" at {self.up_to:,}" if self.up_to else "")

    def is_broken_by(self, one: Measured) -> bool:
        """Whether a figure is more than what is promised for such a library."""
        value = self.value(one)
        if self.most is None or value is None or one.papers < LEAST_PAPERS:
            return False
        return value > self.most and (self.up_to is None or one.papers <= self.up_to)


def pages(took: Mapping[str, Took]) -> float:
    """Seconds for the library and the pages, start-up included: what is compared with Hugo."""
    return sum(stage.seconds for name, stage in took.items() if name not in _APART)


def peak(took: Mapping[str, Took], *, without: Sequence[str] = ()) -> float:
    """MB of all processes together, at most."""
    return max(stage.peak for name, stage in took.items() if name not in without)


def _ratio(ours: float, theirs: float | None) -> float | None:
    return None if theirs is None else ours / theirs


def _seconds(value: float) -> str:
    return f"{value:.1f} s"


def _megabytes(value: float) -> str:
    return f"{value:,.0f} MB"


_ROWS = (
    _Row("pages, cold", lambda one: pages(one.cold), _seconds),
    _Row("Hugo, the same pages, cold", lambda one: one.hugo_seconds, _seconds),
    _Row("pages cold / Hugo cold", lambda one: _ratio(pages(one.cold), one.hugo_seconds), "{:.2f}".format, 1),
    _Row("pages, the next day", lambda one: pages(one.next_day), _seconds),
    _Row(
        "pages next day / Hugo cold", lambda one: _ratio(pages(one.next_day), one.hugo_seconds), "{:.2f}".format, 0.25
    ),
    _Row("feeds and exports, cold", lambda one: one.cold["FILES"].seconds, _seconds),
    _Row("feeds and exports, the next day", lambda one: one.next_day["FILES"].seconds, _seconds),
    _Row("related papers, cold", lambda one: one.cold["RELATED"].seconds, _seconds, 30, 30_000),
    _Row("related papers, the next day", lambda one: one.next_day["RELATED"].seconds, _seconds, 2, 30_000),
    _Row("search index", lambda one: one.cold["INDEX"].seconds, _seconds, 180),
    _Row("an edit under `mkdocs serve`", lambda one: one.edit_seconds, _seconds),
    _Row("memory for the pages", lambda one: peak(one.cold, without=_APART), _megabytes, 1500),
    _Row("memory for everything", lambda one: peak(one.cold), _megabytes, 8000),
    _Row("a paper's page", lambda one: one.paper_page / 1000, "{:.1f} kB".format, 7),
    _Row("the site", lambda one: one.site_bytes / 1e6, _megabytes),
    _Row("of it the search index", lambda one: one.index_bytes / 1e6, _megabytes),
)

MOST_ADDED = 16.0
"""kB that a paper may add to the site."""


def lines(found: Sequence[Measured]) -> Iterator[str]:
    """The table in Markdown, and what each paper adds from one size to the next."""
    yield "| | " + " | ".join(f"{one.papers:,} papers" for one in found) + " | at most |"
    yield "|---|" + "---|" * (len(found) + 1)
    for row in _ROWS:
        values = [row.value(one) for one in found]
        cells = ["–" if value is None else row.shown(value) for value in values]
        yield f"| {row.name} | " + " | ".join(cells) + f" | {row.promised()} |"
    for smaller, larger, added in _added(found):
        sizes = f"From {smaller.papers:,} to {larger.papers:,} papers"
        yield f"\n{sizes} each paper adds {added:.1f} kB to the site; at most {MOST_ADDED:.0f} are promised."


def broken(found: Sequence[Measured]) -> Iterator[str]:
    """Every promise that these figures do not keep."""
    for one in found:
        for row in _ROWS:
            if row.is_broken_by(one):
                figure, promise = (row.shown(number) for number in (row.value(one) or 0, row.most or 0))
                yield f"{one.papers:,} papers: {row.name} is {figure}, not {promise}"
    for smaller, larger, added in _added(found):
        if smaller.papers >= LEAST_PAPERS and added > MOST_ADDED:
            yield f"from {smaller.papers:,} to {larger.papers:,} papers each adds {added:.1f} kB, not {MOST_ADDED:.0f}"


def _added(found: Sequence[Measured]) -> Iterator[tuple[Measured, Measured, float]]:
    for smaller, larger in pairwise(found):
        yield smaller, larger, (larger.site_bytes - smaller.site_bytes) / (larger.papers - smaller.papers) / 1000
