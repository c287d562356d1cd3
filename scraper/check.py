"""Every rule of the content store, as findings: what a pull request, the tests and the build all use.

Problems must be mended before the site is built. Notices are what need not be one: a paper that is named and whose file
is not there yet, which the next scrape mends by itself, a key of a list that nothing shows, or a category that arXiv
may not have.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from scraper import identifiers, settings
from scraper.errors import ContentError, Problem
from scraper.identifiers import Kind
from scraper.records import DayEntry, EmptyReason, ListEntry
from scraper.shapes import meant
from scraper.store import ContentStore, Library
from scraper.store.documents import DAY_KEYS, LIST_ENTRY_KEYS, LIST_KEYS, PAPER_KEYS, line_of, lines_of


def check(root: Path, paths: Collection[Path] = (), library: Library | None = None) -> Iterator[Problem]:
    """All problems of the library at `root`, its settings included, sorted by place.

    With `paths`, only those of these files and of files below these folders. `library` spares reading it when it has
    been read. Raises StoreFormatError when a newer Paperstand wrote the library.
    """
    yield from within(root, sorted({*_settings_problems(root), *library_problems(root, library)}), paths)


def within(root: Path, problems: Iterable[Problem], paths: Collection[Path]) -> Iterator[Problem]:
    """The problems of these files and of files below these folders; all of them where none is named."""
    wanted = [path.resolve() for path in paths]
    for problem in problems:
        place = (root / problem.path).resolve()
        if not wanted or any(place.is_relative_to(path) for path in wanted):
            yield problem


def library_problems(root: Path, library: Library | None = None) -> Iterator[Problem]:
    """The problems of the content alone; `library` spares reading it when it has been read."""
    store = ContentStore(root)
    try:
        library = store.load() if library is None else library
    except ContentError as error:
        yield from error.problems
        return
    yield from library.problems
    yield from _repetitions(store, library)
    yield from _days(store, library)
    yield from _aliases(store, library)


@dataclass(frozen=True, slots=True)
class Missing:
    """A paper that a day or list names and that has no file, with the place that names it."""

    identifier: str
    path: str
    line: int
    day: date | None
    """The day that names it; None for a list."""

    @property
    def is_fetched(self) -> bool:
        """Whether a scrape fetches it by itself: a paper under a slug nobody but a person can supply."""
        return identifiers.kind(self.identifier) is not Kind.SLUG


def missing_papers(root: Path, library: Library, exclude: Collection[str] = ()) -> Iterator[Missing]:
    """The papers that days and lists name and that have no file, in the order of their places."""
    store = ContentStore(root)
    for path, day, papers in _papers_named(store, library):
        missing = [
            (position, entry.id)
            for position, entry in enumerate(papers)
            if not any(entry.id in known for known in (library.papers, library.aliases, exclude))
            and not store.has_paper_file(entry.id)
        ]
        lines = lines_of(store.text(path) or "", "papers") if missing else ()
        for position, identifier in missing:
            yield Missing(identifier, store.relative(path), lines[position], day)


def notices(root: Path, library: Library, exclude: Collection[str] = ()) -> Iterator[Problem]:
    """What is no problem and may still be a slip: in the settings, papers without a file, keys that nothing shows."""
    yield from settings.notices(root)
    store = ContentStore(root)
    for missing in missing_papers(root, library, exclude):
        how = "the next scrape fetches it" if missing.is_fetched else "add it, for no source fetches it"
        yield Problem(missing.path, missing.line, f"{missing.identifier} has no file yet; {how}")
    for paper in library.papers.values():
        yield from _near_misses(store, store.paper_path(paper.id), paper.extra, PAPER_KEYS)
    for day in library.days.values():
        yield from _near_misses(store, store.day_path(day.date), day.extra, DAY_KEYS)
    for curated in library.lists.values():
        path = store.list_path(curated.slug)
        for key in curated.extra:
            message = f"nothing shows {key!r}; the keys of a list are {', '.join(LIST_KEYS)}"
            yield Problem(store.relative(path), _line(store, path, key), message)
        for position, entry in enumerate(curated.papers):
            for key in entry.extra:
                message = f"nothing shows {key!r}; the keys of a paper in a list are {', '.join(LIST_ENTRY_KEYS)}"
                message += ", and a note that holds a comma or a colon is put in quotes"
                yield Problem(store.relative(path), _line(store, path, "papers", position, key), message)


def _near_misses(
    store: ContentStore, path: Path, extra: Mapping[str, Any], known: Collection[str]
) -> Iterator[Problem]:
    """People may have keys of their own in papers and days; one that is nearly ours is a slip."""
    for key in extra:
        guess = "" if key in known else meant(key, known)
        if guess:
            yield Problem(store.relative(path), _line(store, path, key), f"nothing shows {key!r}{guess}")


def _settings_problems(root: Path) -> Iterable[Problem]:
    try:
        settings.load(root)
    except ContentError as error:
        return error.problems
    return ()


def _papers_named(
    store: ContentStore, library: Library
) -> Iterator[tuple[Path, date | None, tuple[DayEntry | ListEntry, ...]]]:
    for day in library.days.values():
        yield store.day_path(day.date), day.date, day.papers
    for curated in library.lists.values():
        yield store.list_path(curated.slug), None, curated.papers


def _repetitions(store: ContentStore, library: Library) -> Iterator[Problem]:
    """A paper stands in a day or list once."""
    for path, _, papers in _papers_named(store, library):
        if len({entry.id for entry in papers}) == len(papers):
            continue
        lines = lines_of(store.text(path) or "", "papers")
        first: dict[str, int] = {}
        for line, entry in zip(lines, papers, strict=True):
            if entry.id in first:
                message = f"{entry.id} stands here already, on line {first[entry.id]}"
                yield Problem(store.relative(path), line, message)
            first.setdefault(entry.id, line)


def _days(store: ContentStore, library: Library) -> Iterator[Problem]:
    """A day has papers or a reason why it has none, not both."""
    reasons = ", ".join(EmptyReason)
    for day in library.days.values():
        path = store.day_path(day.date)
        if day.papers and day.empty:
            message = f"empty: {day.empty} in a day with papers; remove this line"
            yield Problem(store.relative(path), _line(store, path, "empty"), message)
        elif not day.papers and not day.empty:
            message = f"a day without papers says why; add `empty:` with one of {reasons}"
            yield Problem(store.relative(path), _line(store, path, "papers"), message)


def _aliases(store: ContentStore, library: Library) -> Iterator[Problem]:
    """An alias leads to one paper, and is no paper's own identifier."""
    owners: dict[str, str] = {}
    for paper in library.shelf.headings():
        for position, alias in enumerate(paper.aliases):
            owner = alias if alias in library.papers else owners.setdefault(alias, paper.id)
            if owner != paper.id or alias == paper.id:
                path = store.paper_path(paper.id)
                message = f"the alias {alias} belongs to {owner} already"
                yield Problem(store.relative(path), _line(store, path, "aliases", position), message)


def _line(store: ContentStore, path: Path, *keys: str | int) -> int:
    return line_of(store.text(path) or "", keys)
