"""The never-shrink gate: what may not be published, and what a person should look at.

Refused is a library in which

- a day has lost a paper that it had in the published state, and no person took it out;
- a paper stands twice in a day;
- a day of the published state is there and cannot be read, so that nobody can say what it lost.

The published state is a commit: the last one, unless another is named. A scrape never takes a paper out of a day, so
whatever the work tree lacks of the last commit is a fault. Between an older commit and the last one, a paper counts as
taken out by a person where the step of the branch that dropped it has a person for its author or committer, which is
every commit of a person's and every pull request that a person merged (see `history.Commit`).

No loss is a paper that stands in the day under another identifier now (`aliases`), or that site.yml excludes.

A day with very few papers is a warning: it is published, and may still be a source that changed its ways.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from scraper.errors import ContentError, Problem
from scraper.history import HEAD, History
from scraper.records import Day, EmptyReason
from scraper.store import ContentStore, Library, documents

FOLDER = "content/daily"

COMPARED_WEEKS = 8
"""How many days of the same weekday a day is compared with at most."""
LEAST_COMPARED = 3
"""Fewer of them say nothing."""

_EXPLAINED = frozenset({EmptyReason.WEEKEND, EmptyReason.HOLIDAY, EmptyReason.TAKEN_OUT})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says. With a refusal, nothing is to be published."""

    refusals: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def judge(root: Path, library: Library, *, exclude: Collection[str] = (), against: str = HEAD, today: date) -> Verdict:
    """Compare the library, as it was read from the work tree at `root`, with the commit `against`.

    Raises HistoryError where git does not know that commit.
    """
    history = History(root)
    published = history.commit(against)
    refusals = sorted({*_losses(history, published, library, exclude), *repetitions(root, library.days)})
    return Verdict(tuple(refusals), tuple(low_day(root, library.days, today)))


def lost(before: Collection[str], now: Collection[str], aliases: Mapping[str, str]) -> tuple[str, ...]:
    """The papers that a day had and has no longer, in their order. `aliases` lead from old identifiers to new ones."""
    here = {*now, *(aliases.get(name, name) for name in now)}
    return tuple(name for name in before if name not in here and aliases.get(name, name) not in here)


def _losses(history: History, published: str, library: Library, exclude: Collection[str]) -> Iterator[Problem]:
    store = ContentStore(history.root)
    days = {store.relative(store.day_path(day.date)): day for day in library.days.values()}
    for path in history.changed(published, FOLDER):
        before = _identifiers(history.text(published, path))
        day = days.get(path)
        if before and day is None and (history.root / path).exists():
            yield Problem(path, 1, "cannot be read, so that nobody can say which papers it lost")
            continue
        for name in lost(before, [entry.id for entry in day.papers] if day else [], library.aliases):
            taker = None if name in exclude else _taker(history, published, path, name)
            if taker:
                yield Problem(path, 0, f"has lost {name}, {taker}")


def _taker(history: History, published: str, path: str, name: str) -> str | None:
    """Who took a paper out of a day, said for a person; None where a person did."""
    if name in _identifiers(history.text(HEAD, path)):
        return "which no commit took out; whoever took it out by hand commits that first"
    for commit in history.changes(published, path):
        parent = history.parent(commit.name)
        had = parent is not None and name in _identifiers(history.text(parent, path))
        if had and name not in _identifiers(history.text(commit.name, path)):
            return f"which {commit.author} took out in {commit.name[:12]}" if commit.is_a_machines else None
    return f"and no commit since {published[:12]} says who took it out"


def _identifiers(text: str | None) -> tuple[str, ...]:
    """A day's papers; none where the file is not there or was not one that could have been published."""
    try:
        return tuple(entry.id for entry in documents.parse_day(text).papers) if text else ()
    except ContentError:
        return ()


def repetitions(root: Path, days: Mapping[date, Day]) -> Iterator[Problem]:
    """The papers that stand in a day more than once."""
    store = ContentStore(root)
    for day in days.values():
        names = [entry.id for entry in day.papers]
        if len(set(names)) < len(names):
            twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
            path = store.relative(store.day_path(day.date))
            yield from (Problem(path, 0, f"has {name} more than once") for name in twice)


def low_day(root: Path, days: Mapping[date, Day], today: date) -> Iterator[Problem]:
    """A warning where yesterday, the last day that is over, had very few papers.

    Very few is less than a quarter of the median of the same weekday's last days with papers. A day that says itself
    why it is empty needs no warning.
    """
    yesterday = today - timedelta(days=1)
    day = days.get(yesterday)
    if day is not None and day.empty in _EXPLAINED:
        return
    earlier = (days.get(yesterday - timedelta(weeks=weeks)) for weeks in range(1, COMPARED_WEEKS + 1))
    numbers = [len(one.papers) for one in earlier if one is not None and one.papers]
    usual = median(numbers) if len(numbers) >= LEAST_COMPARED else 0
    count = len(day.papers) if day else 0
    if count * 4 < usual:
        store = ContentStore(root)
        message = f"only {count} papers, where the same weekday had {usual:g} (median of {len(numbers)})"
        yield Problem(store.relative(store.day_path(yesterday)), 0, message)


def report(verdict: Verdict) -> str:
    """The refusal as Markdown, for an issue. The same findings always give the same text."""
    findings = "\n".join(f"    {problem}" for problem in verdict.refusals)
    return (
        "The daily run published nothing, because the library would have shrunk:\n\n"
        f"{findings}\n\n"
        "Nothing is lost: what was published last stays, and the next run tries again. Where a paper was meant to be"
        " taken out, a person takes it out of the day's file and commits that; such a removal is never refused."
        " `make gate` says the same on your own machine. Close this issue when a run has gone through.\n"
    )
