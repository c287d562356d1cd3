"""Giving a paper that is filed under a slug the identifier it has, and bringing a stored paper up to date on request.

The paper's file moves with everything that people wrote in it; its old slug becomes an alias, so that the old address
leads to the new one; lists and days name it by the identifier from then on. The steps are ordered so that a run that is
killed leaves the paper under both names, which the next run finishes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from scraper import identifiers
from scraper.decide import completed_paper
from scraper.errors import FetchError, PaperstandError, Problem, UnreachableError
from scraper.identifiers import Kind
from scraper.records import CuratedList, Day, Paper
from scraper.store import ContentStore, Library
from scraper.titles import normalised


@dataclass(frozen=True, slots=True)
class Resolved:
    """A paper that got its identifier."""

    slug: str
    identifier: str


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A paper whose title, exactly, names no one paper at the upstream."""

    slug: str


def resolve_slugs(
    store: ContentStore, find_by_title: Callable[[str], Paper | None], *, exclude: Collection[str] = ()
) -> Iterator[Resolved | Unresolved | Problem]:
    """Look for the identifier of every paper under a slug: in the library by title, then with `find_by_title`.

    Yields what came of each, as it is done. Where the upstream cannot be reached the rest is left for another time.
    """
    library = store.load()
    by_title = _identified_by_title(library)
    for paper in [paper for paper in library.papers.values() if identifiers.kind(paper.id) is Kind.SLUG]:
        try:
            found = by_title.get(normalised(paper.title)) or find_by_title(paper.title)
            if found is None or found.id in exclude:
                yield Unresolved(paper.id)
                continue
            yield from _refile(store, library, paper, found)
        except UnreachableError as error:
            yield Problem(f"arxiv {paper.id}", 0, str(error))
            return
        except PaperstandError as error:
            yield Problem(store.relative(store.paper_path(paper.id)), 0, str(error))


def _identified_by_title(library: Library) -> Mapping[str, Paper]:
    """The library's papers that have an identifier, by title, without titles that two papers share."""
    titles: dict[str, Paper | None] = {}
    for paper in library.papers.values():
        title = normalised(paper.title)
        if title and identifiers.kind(paper.id) is not Kind.SLUG:
            titles[title] = None if title in titles else paper
    return {title: paper for title, paper in titles.items() if paper}


def _refile(store: ContentStore, library: Library, paper: Paper, found: Paper) -> Iterator[Resolved | Problem]:
    aliases = (*paper.aliases, paper.id)
    stored = store.paper(found.id)
    if stored is None:
        moved = completed_paper(replace(paper, id=found.id), replace(found, aliases=aliases))
        store.write_paper(moved, moved_from=paper.id)
    elif not store.is_as_written(paper) or paper.extra:
        place, other = store.relative(store.paper_path(paper.id)), store.relative(store.paper_path(found.id))
        yield Problem(
            place, 0, f"is the paper of {other}, and a person wrote in it; move that there, and delete this file"
        )
        return
    else:
        store.write_paper(completed_paper(stored, replace(paper, id=found.id, aliases=aliases)))
    yield from _rename_everywhere(store, library, paper.id, found.id)
    store.remove_paper(paper.id)
    yield Resolved(paper.id, found.id)


def _rename_everywhere(store: ContentStore, library: Library, slug: str, identifier: str) -> Iterator[Problem]:
    """A file that names the paper under both names is left to a person, for whom one of the two must go."""
    # Read anew: an earlier paper of this run may have been renamed in the same file.
    lists = [store.curated_list(name) for name, curated in library.lists.items() if _names(curated, slug)]
    days = [store.day(on) for on, day in library.days.items() if _names(day, slug)]
    places = [(store.list_path(curated.slug), _identifiers(curated)) for curated in lists if curated]
    places += [(store.day_path(day.date), _identifiers(day)) for day in days if day]
    for path, named in places:
        if slug in named and identifier in named:
            message = f"names {identifier} and {slug}, which are one paper; remove one"
            yield Problem(store.relative(path), 0, message)
        elif slug in named:
            store.rename_in(path, slug, identifier)


def _identifiers(place: CuratedList | Day) -> set[str]:
    return {entry.id for entry in place.papers}


def _names(place: CuratedList | Day, identifier: str) -> bool:
    return identifier in _identifiers(place)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A stored paper beside what the upstream says now."""

    before: Paper
    after: Paper


def refreshed(stored: Paper, upstream: Paper) -> Refreshed:
    """The stored paper with the upstream's title and abstract, and whatever else it lacked. Pure."""
    taken = replace(stored, title=upstream.title, abstract=upstream.abstract or stored.abstract)
    return Refreshed(stored, completed_paper(taken, replace(upstream, id=stored.id)))


def refresh(store: ContentStore, lookup: Callable[[str], Paper | None], identifier: str) -> Refreshed:
    """Bring one paper's title and abstract up to date. Raises PaperstandError where that cannot be done."""
    stored = store.paper(identifier)
    if stored is None:
        raise PaperstandError(f"the library has no paper {identifier}")
    upstream = lookup(identifier)
    if upstream is None:
        service = "arXiv" if identifiers.kind(identifier) is Kind.ARXIV else "Crossref"
        raise FetchError(f"{service} knows no paper {identifier}")
    change = refreshed(stored, upstream)
    store.write_paper(change.after)
    return change
