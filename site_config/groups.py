"""Papers that belong together: topics, organisations, authors and keywords.

A topic is what site.yml says; the others come from the papers. Pure functions of a catalog and the settings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from scraper import rules
from scraper.records import Paper
from scraper.settings import Settings, slug_of
from site_config.catalog import Catalog

LEAST_PAPERS_OF_AN_AUTHOR = 5
"""An author has a page from so many papers on: most names stand on one paper, and each page costs bytes."""


class GroupKind(StrEnum):
    """The kinds of group, by the first part of their addresses."""

    TOPIC = "topics"
    ORGANIZATION = "organizations"
    AUTHOR = "authors"
    KEYWORD = "keywords"


@dataclass(frozen=True, slots=True)
class Group:
    """Papers that belong together."""

    kind: GroupKind
    slug: str
    name: str
    papers: tuple[str, ...]
    """Identifiers, the papers listed last first."""
    description: str = ""

    @property
    def path(self) -> str:
        """The group's address: topics/agents/."""
        return f"{self.kind}/{self.slug}/"


def topics(catalog: Catalog, settings: Settings) -> tuple[Group, ...]:
    """The topics of site.yml, in its order, those without papers among them."""
    return tuple(
        Group(
            GroupKind.TOPIC,
            topic.slug,
            topic.name,
            _newest_first(catalog, (p for p in catalog.papers.values() if rules.admits(topic.rules, topic.exclude, p))),
            topic.description,
        )
        for topic in settings.topics
    )


def organizations(catalog: Catalog) -> tuple[Group, ...]:
    """Every organisation that a paper names, the one with most papers first."""
    return _named(catalog, GroupKind.ORGANIZATION, lambda paper: [paper.organization] if paper.organization else [])


def authors(catalog: Catalog, settings: Settings) -> tuple[Group, ...]:
    """Every author of at least five papers, the one with most first; spellings that site.yml names are one."""
    shown = {other: name for name, others in settings.same_authors.items() for other in others}
    found = _named(catalog, GroupKind.AUTHOR, lambda paper: [shown.get(a.name, a.name) for a in paper.authors])
    return tuple(group for group in found if len(group.papers) >= LEAST_PAPERS_OF_AN_AUTHOR)


def by_paper(groups: Iterable[Group]) -> Mapping[str, tuple[Group, ...]]:
    """The groups that each paper is in."""
    found: dict[str, list[Group]] = {}
    for group in groups:
        for identifier in group.papers:
            found.setdefault(identifier, []).append(group)
    return {identifier: tuple(of_paper) for identifier, of_paper in found.items()}


def _named(catalog: Catalog, kind: GroupKind, names_of: Callable[[Paper], Iterable[str]]) -> tuple[Group, ...]:
    members: dict[str, list[Paper]] = {}
    for paper in catalog.papers.values():
        for name in dict.fromkeys(names_of(paper)):
            members.setdefault(name, []).append(paper)
    groups = [Group(kind, slug_of(name), name, _newest_first(catalog, of_name)) for name, of_name in members.items()]
    return tuple(sorted(groups, key=lambda group: (-len(group.papers), group.name.casefold(), group.name)))


def _newest_first(catalog: Catalog, papers: Iterable[Paper]) -> tuple[str, ...]:
    return tuple(sorted((paper.id for paper in papers), key=catalog.recency, reverse=True))
