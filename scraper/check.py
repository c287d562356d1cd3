"""Every rule of the content store, as findings: what a pull request, the tests and the build all use.

Problems must be mended before the site is built. Notices are what the next scrape mends by itself: a day or a list that
names a paper whose file is not there yet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from scraper import identifiers, settings
from scraper.errors import ContentError, Problem
from scraper.identifiers import Kind
from scraper.records import DayEntry, EmptyReason, ListEntry
from scraper.store import ContentStore, Library
from scraper.store.documents import line_of


def check(root: Path, paths: Collection[Path] = ()) -> Iterator[Problem]:
    """All problems of the library at `root`, its settings included, sorted by place.

    With `paths`, only those of these files and of files below these folders. Raises StoreFormatError when a newer
    Paperstand wrote the library.
    """
    problems = sorted({*_settings_problems(root), *library_problems(root)})
    wanted = [path.resolve() for path in paths]
    for problem in problems:
        place = (root / problem.path).resolve()
        if not wanted or any(place == path or path in place.parents for path in wanted):
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


def notices(root: Path, library: Library) -> Iterator[Problem]:
    """Papers that days and lists name and that have no file yet, in the order of their places."""
    store = ContentStore(root)
    for path, papers in _papers_named(store, library):
        for position, entry in enumerate(papers):
            if entry.id not in library.papers:
                is_fetched = identifiers.kind(entry.id) is Kind.ARXIV
                how = "the next scrape fetches it" if is_fetched else "add it, for no source fetches it"
                message = f"{entry.id} has no file yet; {how}"
                yield Problem(store.relative(path), _line(store, path, "papers", position), message)


def _settings_problems(root: Path) -> Iterable[Problem]:
    try:
        settings.load(root)
    except ContentError as error:
        return error.problems
    return ()


def _papers_named(store: ContentStore, library: Library) -> Iterator[tuple[Path, tuple[DayEntry | ListEntry, ...]]]:
    for day in library.days.values():
        yield store.day_path(day.date), day.papers
    for curated in library.lists.values():
        yield store.list_path(curated.slug), curated.papers


def _repetitions(store: ContentStore, library: Library) -> Iterator[Problem]:
    """A paper stands in a day or list once."""
    for path, papers in _papers_named(store, library):
        first: dict[str, int] = {}
        for position, entry in enumerate(papers):
            if entry.id in first:
                earlier = _line(store, path, "papers", first[entry.id])
                line = _line(store, path, "papers", position)
                yield Problem(store.relative(path), line, f"{entry.id} stands here already, on line {earlier}")
            first.setdefault(entry.id, position)


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
    for paper in library.papers.values():
        for position, alias in enumerate(paper.aliases):
            owner = alias if alias in library.papers else owners.setdefault(alias, paper.id)
            if owner != paper.id or alias == paper.id:
                path = store.paper_path(paper.id)
                message = f"the alias {alias} belongs to {owner} already"
                yield Problem(store.relative(path), _line(store, path, "aliases", position), message)


def _line(store: ContentStore, path: Path, *keys: str | int) -> int:
    return line_of(store.text(path) or "", keys)
