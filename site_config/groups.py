"""Papers that belong together: topics, organisations, authors and keywords.

A topic is what site.yml says; the others come from the papers. Pure functions of a catalog and the settings.

Spellings of one name are one group where they differ in case, accents, hyphens or white space alone (`scraper.words`),
and where site.yml says so. A group's address is made of what its spellings share and of nothing else: it stays when
papers are added, whichever spelling is then the usual one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from itertools import chain

from scraper import words
from scraper.settings import Settings
from scraper.store.shelf import Heading
from site_config.catalog import Catalog

LONGEST_SLUG = 80

_Names = tuple[Sequence[str], Sequence[str]]
"""Some names of one paper: as they are folded, and as they are written."""
_NO_NAMES: _Names = ((), ())


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
    folded: str = ""
    """What all spellings of the name share, where it comes from the papers."""

    @property
    def path(self) -> str:
        """The group's address: topics/agents/."""
        # A kind is a text, which f-strings format as an enumeration's member, and that takes long.
        return "/".join((self.kind, self.slug, ""))  # noqa: FLY002 - see above


def topics(catalog: Catalog, settings: Settings, found: Iterable[tuple[int, ...]]) -> tuple[Group, ...]:
    """The topics of site.yml, in its order, those without papers among them.

    `found` are the places of each paper's topics among them, as `memberships.begun` has them given.
    """
    papers: list[list[str]] = [[] for _ in settings.topics]
    for paper, places in zip(catalog.papers, found, strict=True):
        for place in places:
            papers[place].append(paper)
    return tuple(
        Group(GroupKind.TOPIC, topic.slug, topic.name, catalog.newest_first(of_topic), topic.description)
        for topic, of_topic in zip(settings.topics, papers, strict=True)
    )


def organizations(catalog: Catalog, settings: Settings) -> tuple[Group, ...]:
    """The organisations that enough papers name, the one with most papers first."""
    return _named(
        catalog,
        GroupKind.ORGANIZATION,
        lambda paper: _folded(words.name, (paper.organization,)) if paper.organization else _NO_NAMES,
        settings.least_papers.organizations,
        same=settings.same_organizations,
    )


def authors(catalog: Catalog, settings: Settings) -> tuple[Group, ...]:
    """The authors of enough papers, the one with most first."""
    return _named(
        catalog,
        GroupKind.AUTHOR,
        lambda paper: (paper.folded_authors, paper.authors),
        settings.least_papers.authors,
        same=settings.same_authors,
    )


def keywords(catalog: Catalog, settings: Settings) -> tuple[Group, ...]:
    """The keywords that enough papers name, the one with most papers first; singular and plural are one."""
    return _named(
        catalog,
        GroupKind.KEYWORD,
        lambda paper: _folded(folded_keyword, paper.keywords),
        settings.least_papers.keywords,
        fold=folded_keyword,
    )


@lru_cache(maxsize=1 << 16)  # a build asks for each when it groups papers, and again on each paper's page
def folded_keyword(keyword: str) -> str:
    """What two spellings of a keyword share; "large language models (LLMs)" is "large language model"."""
    folded = words.phrase(re.sub(r" \([^()]*\)$", "", keyword))
    return folded or words.name(keyword)


def shown_names(same: Mapping[str, tuple[str, ...]]) -> Mapping[str, str]:
    """The folded name under which a person or organisation is filed, by each other one that site.yml names."""
    return {words.name(other): words.name(shown) for shown, others in same.items() for other in others}


def by_paper(groups: Iterable[Group]) -> Mapping[str, tuple[Group, ...]]:
    """The groups that each paper is in."""
    found: dict[str, list[Group]] = {}
    for group in groups:
        for identifier in group.papers:
            found.setdefault(identifier, []).append(group)
    return {identifier: tuple(of_paper) for identifier, of_paper in found.items()}


def near(group: Group, of_paper: Mapping[str, tuple[Group, ...]], most: int) -> tuple[tuple[Group, int], ...]:
    """The groups of one kind that share most papers with a group, and how many each shares."""
    others = [other for identifier in group.papers for other in of_paper.get(identifier, ())]
    groups = {other.slug: other for other in others}
    shared = Counter([other.slug for other in others])
    if group.slug in groups and groups[group.slug].kind is group.kind:
        del shared[group.slug]
    ranked = sorted(shared.items(), key=lambda found: (-found[1], found[0]))
    return tuple((groups[slug], papers) for slug, papers in ranked[:most])


def _folded(fold: Callable[[str], str], names: Sequence[str]) -> _Names:
    return [fold(name) for name in names], names


def _named(
    catalog: Catalog,
    kind: GroupKind,
    names_of: Callable[[Heading], _Names],
    least: int,
    *,
    same: Mapping[str, tuple[str, ...]] | None = None,
    fold: Callable[[str], str] = words.name,
) -> tuple[Group, ...]:
    """A group for every name that at least so many papers have; `same` has one's other spellings by the one shown."""
    shown = {fold(name): name for name in same or ()}
    filed = shown_names(same or {})
    named = [(paper.id, *names_of(paper)) for paper in catalog.papers.headings()]
    if filed:
        named = [(identifier, [filed.get(one, one) for one in folded], names) for identifier, folded, names in named]
    # Nearly every author has too few papers for a page: theirs need not be told apart.
    often = Counter(chain.from_iterable(folded for _, folded, _ in named))
    spellings: dict[str, dict[str, str]] = {
        folded: {} for folded, papers in often.items() if papers >= least and folded
    }
    """By folded name the papers that have it, and how each spells it."""
    for identifier, folded_names, names in named:
        for folded, name in zip(folded_names, names, strict=True):
            if folded in spellings:
                spellings[folded][identifier] = name
    groups = [
        Group(
            kind,
            slug_of(folded),
            shown.get(folded) or _usual(Counter(papers.values())),
            catalog.newest_first(papers),
            folded=folded,
        )
        for folded, papers in spellings.items()
        if len(papers) >= least
    ]
    return tuple(sorted(groups, key=lambda group: (-len(group.papers), group.folded)))


def _usual(spellings: Counter[str]) -> str:
    """The spelling that most papers have; of two as frequent ones that in neither small letters nor capitals alone."""
    return max(spellings, key=lambda name: (spellings[name], not (name.islower() or name.isupper()), name))


def slug_of(folded: str) -> str:
    """The part of an address that stands for a folded name, and for no other.

    Its words with hyphens between. Where that would lose something, since it has other letters than a-z or is long, and
    where it would be the number of a page of the index, a digest of the name follows.
    """
    plain = "-".join(re.findall(r"[a-z0-9]+", folded))
    if plain.replace("-", " ") == folded and len(plain) <= LONGEST_SLUG and not plain.isdigit():
        return plain
    digest = blake2b(folded.encode(), digest_size=5).hexdigest()
    return f"{plain[: LONGEST_SLUG - 20].strip('-')}-{digest}".lstrip("-")
