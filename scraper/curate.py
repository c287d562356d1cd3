"""A saved page, or a text that names papers, becomes a curated list, decided without touching a file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from scraper import identifiers
from scraper.decide import completed_paper
from scraper.errors import Problem
from scraper.identifiers import Kind
from scraper.mentions import Mention, Mentions
from scraper.records import CuratedList, ListEntry, Paper
from scraper.saved_page import Card, SavedPage
from scraper.titles import normalised

SOURCE = "saved-page"
"""The source of a paper that only a saved page told of."""
LIST_SOURCE = "imported-list"
"""The source of a paper that only an imported list told of, by its title."""


@dataclass(frozen=True, slots=True)
class Curation:
    """What an import puts into the library. The papers are to be written before the list."""

    curated: CuratedList
    new_papers: tuple[Paper, ...]
    completed_papers: tuple[Paper, ...]
    """Stored papers with what the page added to them."""
    without_identifier: tuple[str, ...]
    """The slugs of cards that no identifier is known for."""
    problems: tuple[Problem, ...]


def curate(
    page: SavedPage,
    curated: CuratedList,
    library: Mapping[str, Paper],
    aliases: Mapping[str, str],
    *,
    path: str,
    table: Mapping[str, str] | None = None,
    exclude: Collection[str] = (),
) -> Curation:
    """Give every card of a page its paper, and the list its entries, in the page's order.

    A card without an identifier gets the one that `table` has for its title (see `saved_page.parse_identifiers`),
    else that of the library's paper of this title, else a slug. `curated` is the list without papers. `aliases` are the
    identifiers that papers had before. `path` names the page in problems.
    """
    known = _by_title(library)
    papers: dict[str, Paper] = {}
    entries: dict[str, ListEntry] = {}
    problems = list(page.problems)
    for card in page.cards:
        identifier = _identifier(card, table or {}, known, {**library, **papers})
        identifier = aliases.get(identifier, identifier)
        if identifier in exclude:
            continue
        if identifier in entries:
            problems.append(Problem(path, card.line, f"{card.title!r} is {identifier}, which is on this page already"))
            continue
        papers[identifier] = _paper(card, identifier)
        entries[identifier] = ListEntry(identifier, comments=card.comments)
    completed = [completed_paper(library[name], paper) for name, paper in papers.items() if name in library]
    return Curation(
        curated=replace(curated, papers=tuple(entries.values())),
        new_papers=tuple(paper for name, paper in papers.items() if name not in library),
        completed_papers=tuple(paper for paper in completed if paper != library[paper.id]),
        without_identifier=tuple(name for name in papers if identifiers.kind(name) is Kind.SLUG),
        problems=tuple(problems),
    )


def curate_mentions(
    named: Mentions,
    curated: CuratedList,
    library: Mapping[str, Paper],
    aliases: Mapping[str, str],
    *,
    path: str,
    table: Mapping[str, str] | None = None,
    exclude: Collection[str] = (),
    keep_titles: bool = False,
) -> Curation:
    """Give the list an entry for every paper that a text names, in the text's order.

    An entry's note says under which heading the paper stands, and what the text says beside its title. Papers are not
    filed: the next scrape fetches them by their identifiers. One that the text names by its title alone gets the
    identifier that `table` or the library has for it; where neither knows one it is a problem, or with `keep_titles` a
    new paper under a slug.
    """
    known = _by_title(library)
    papers: dict[str, Paper] = {}
    entries: dict[str, ListEntry] = {}
    lines: dict[str, int] = {}
    problems = list(named.problems)
    headings = _heading_names(named.mentions)
    for mention in named.mentions:
        title = normalised(mention.title)
        identifier = mention.identifier or (table or {}).get(title) or known.get(title)
        if identifier is None and not keep_titles:
            problems.append(Problem(path, mention.line, f"names no identifier: {mention.title}"))
            continue
        if identifier is None:
            identifier = _free_slug(mention.title, {**library, **papers})
            papers.setdefault(identifier, Paper(id=identifier, title=mention.title, source=LIST_SOURCE))
        identifier = aliases.get(identifier, identifier)
        if identifier in exclude:
            continue
        if identifier in entries:
            message = f"{identifier} is named again, first on line {lines[identifier]}; it is listed once"
            problems.append(Problem(path, mention.line, message))
            continue
        note = ": ".join(part for part in (headings[mention.headings], mention.words) if part)
        entries[identifier] = ListEntry(identifier, note=note or None)
        lines[identifier] = mention.line
    return Curation(
        curated=replace(curated, papers=tuple(entries.values())),
        new_papers=tuple(paper for name, paper in papers.items() if name not in library),
        completed_papers=(),
        without_identifier=tuple(papers),
        problems=tuple(sorted(problems)),
    )


def _heading_names(mentions: Collection[Mention]) -> Mapping[tuple[str, ...], str]:
    """How each heading is called in a note: by itself, or with those above it where two are called the same."""
    paths = list(dict.fromkeys(mention.headings for mention in mentions))
    last = [path[-1] for path in paths if path]
    return {path: path[-1] if path and last.count(path[-1]) == 1 else ", ".join(path) for path in paths}


def _by_title(library: Mapping[str, Paper]) -> Mapping[str, str]:
    """Identifiers by normalised title. Of two papers of one title the one with an identifier counts, then the older."""
    best_last = sorted(library, key=lambda name: (identifiers.kind(name) is not Kind.SLUG, *_newest_first(name)))
    return {title: name for name in best_last if (title := normalised(library[name].title))}


def _newest_first(identifier: str) -> tuple[int, int, str]:
    year, month, rest = identifiers.sort_key(identifier)
    return (-year, -month, rest)


def _identifier(card: Card, table: Mapping[str, str], known: Mapping[str, str], papers: Mapping[str, Paper]) -> str:
    title = normalised(card.title)
    return card.identifier or table.get(title) or known.get(title) or _free_slug(card.title, papers)


def _free_slug(title: str, papers: Mapping[str, Paper]) -> str:
    """The title's slug, numbered where a paper of another title has it."""
    slug = identifiers.slugify(title)
    number, free = 1, slug
    while free in papers and normalised(papers[free].title) != normalised(title):
        number += 1
        ending = f"-{number}"
        free = slug[: identifiers.MAX_SLUG_LENGTH - len(ending)].rstrip("-") + ending
    return free


def _paper(card: Card, identifier: str) -> Paper:
    if card.listed is not None:
        return card.listed.paper
    return Paper(
        id=identifier,
        title=card.title,
        abstract=card.abstract,
        authors=card.authors,
        author_count=card.author_count,
        submitted=card.submitted,
        organization=card.organization,
        source=SOURCE,
    )
