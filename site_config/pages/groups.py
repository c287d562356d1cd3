"""The pages of topics, organisations, authors and keywords: an index of each kind, and each one's papers, newest first.

A paper stands in several topics, with several authors and keywords. So where its authors or keywords are what a page is
about, it has one line there and not a card: a library would else hold each paper's card a dozen times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import groupby
from typing import Any
from urllib.parse import quote

import msgspec

from scraper import identifiers
from scraper.settings import PATH as SETTINGS_FILE
from scraper.settings import Rules, Settings, Topic
from site_config import groups, typeset
from site_config.chrome import Content
from site_config.citing.facts import older_key
from site_config.citing.files import continued
from site_config.edition import Edition
from site_config.groups import Group, GroupKind
from site_config.pages.cards import Card, compact, names
from site_config.pages.paging import PageOfMany, growing_pages_of, pages_of
from site_config.pages.site import AnyPage, Kind, Page, PromisedPage, counted, deferred, described, root_from

NAMES_ON_A_PAGE = 400
"""Names of an index on one page; one is some 90 bytes."""
NAMES_WITHOUT_LETTERS = 40
"""A shorter index needs no headings."""
FOREMOST = 12
"""Names that stand above the alphabet of an index."""
NEAR, NEAR_FEW = 8, 5
"""Groups of one kind that a page leads to, and where papers have lines: there are thousands of these pages."""
NEAR_LEAST = 2
"""Papers that they share with such a page: of those with one in common, five would be any five."""
_NO_LETTER = "0–9 …"
_FACETS = {GroupKind.TOPIC: "topic", GroupKind.ORGANIZATION: "organization"}
"""By which of the search's facets the papers of a group are found: where they are in pages, it sorts all of them."""


@dataclass(frozen=True, slots=True)
class _Sort:
    """What there is to know of one kind of group for its pages."""

    kind: GroupKind
    page: Kind
    index: Kind
    one: str
    many: str
    groups: Callable[[Edition], tuple[Group, ...]]
    of_paper: Callable[[Edition], Mapping[str, tuple[Group, ...]]]
    near: tuple[GroupKind, ...]
    """The kinds whose groups a page of this kind leads to."""
    in_full: bool
    """Whether papers have cards."""
    how: str = ""
    """Which papers are listed, for those that come from the papers."""
    same: str = ""
    """What the index says of names that are spelled in several ways."""

    @property
    def path(self) -> str:
        """The address of the index."""
        return f"{self.kind}/"


def _by_organization(edition: Edition) -> Mapping[str, tuple[Group, ...]]:
    return {identifier: (group,) for identifier, group in edition.organization_of.items()}


_SORTS: Mapping[GroupKind, _Sort] = {
    sort.kind: sort
    for sort in (
        _Sort(
            GroupKind.TOPIC,
            Kind.TOPIC,
            Kind.TOPICS,
            "Topic",
            "Topics",
            lambda edition: edition.topics,
            lambda edition: edition.topics_of,
            near=(GroupKind.TOPIC, GroupKind.ORGANIZATION, GroupKind.KEYWORD),
            in_full=True,
        ),
        _Sort(
            GroupKind.ORGANIZATION,
            Kind.ORGANIZATION,
            Kind.ORGANIZATIONS,
            "Organisation",
            "Organisations",
            lambda edition: edition.organizations,
            _by_organization,
            near=(GroupKind.TOPIC, GroupKind.AUTHOR),
            in_full=True,
            how="naming this organisation",
            same="One that goes by several names may stand here under each.",
        ),
        _Sort(
            GroupKind.AUTHOR,
            Kind.AUTHOR,
            Kind.AUTHORS,
            "Author",
            "Authors",
            lambda edition: edition.authors,
            lambda edition: edition.authors_of,
            near=(GroupKind.TOPIC, GroupKind.AUTHOR),
            in_full=False,
            how="with an author of this name, which several people may have",
            same="Somebody whose name is written in several ways may stand here under each.",
        ),
        _Sort(
            GroupKind.KEYWORD,
            Kind.KEYWORD,
            Kind.KEYWORDS,
            "Keyword",
            "Keywords",
            lambda edition: edition.keywords,
            lambda edition: edition.keywords_of,
            near=(GroupKind.TOPIC, GroupKind.KEYWORD),
            in_full=False,
            how="with this keyword, in the singular or the plural",
        ),
    )
}


class PaperLine(msgspec.Struct, frozen=True, array_like=True):
    """A paper in one line: its title, its page, the day beside it, and how it was received where people vote."""

    id: str
    title: str
    address: str
    day: date | None
    upvotes: int | None
    key: str | None
    """The key under which it is cited, where its identifier alone does not give it."""

    @property
    def is_named(self) -> bool:
        """As of a card."""
        return names(self.address, self.id)


class Name(msgspec.Struct, frozen=True, array_like=True):
    """A group in an index or beside a page: its name, its page, and a number of papers."""

    name: str
    address: str
    papers: int


def topics(edition: Edition) -> Page:
    """All topics, in the order of site.yml, with what each is about."""
    sort = _SORTS[GroupKind.TOPIC]
    root = root_from(sort.path)
    return Page(
        sort.path,
        Kind.TOPICS,
        Content(
            title=f"Topics - {edition.settings.name}",
            description=described(f"The papers by topic: {', '.join(topic.name for topic in edition.topics)}."),
            canonical=edition.settings.url + sort.path,
            body=deferred(
                "topics.html",
                topics=[
                    (topic.name, root + topic.path, len(topic.papers), topic.description) for topic in edition.topics
                ],
                browse=_browse(edition, sort, root),
                edit=_settings_link(edition.settings),
            ),
        ),
    )


def pages(edition: Edition) -> Iterator[AnyPage]:
    """Every index but that of the topics, and every group's pages."""
    for sort in _SORTS.values():
        if sort.kind is not GroupKind.TOPIC and sort.groups(edition):
            yield from _index(edition, sort)
        rules = {topic.slug: topic for topic in edition.settings.topics} if sort.kind is GroupKind.TOPIC else {}
        for group in sort.groups(edition):
            yield from _group(edition, sort, group, rules.get(group.slug))


def _index(edition: Edition, sort: _Sort) -> Iterator[Page]:
    """An index by the alphabet, in pages, with the names that have most papers above."""
    of_kind = sort.groups(edition)
    letter_of = _letter if len(of_kind) > NAMES_WITHOUT_LETTERS else lambda _: ""
    ordered = sorted(of_kind, key=lambda group: (_anchor(_letter(group)), _alphabetical(group), group.slug))
    all_pages = list(pages_of(ordered, sort.path, NAMES_ON_A_PAGE))
    starts: dict[str, str] = {}
    for page in all_pages:
        for group in page.items:
            starts.setdefault(letter_of(group), page.path)
    for page in all_pages:
        root = root_from(page.path)
        letters = [
            (letter, [_name(group, root, len(group.papers)) for group in of_letter])
            for letter, of_letter in groupby(page.items, key=letter_of)
        ]
        yield Page(
            page.path,
            sort.index,
            Content(
                title=f"{sort.many}{page.suffix} - {edition.settings.name}",
                description=f"{counted(page.total, sort.one.lower())} with the papers of each.",
                canonical=edition.settings.url + page.path,
                body=deferred(
                    "index-of-names.html",
                    title=sort.many,
                    count=_counted_names(sort, page.total, edition.settings),
                    by_last_name=sort.kind is GroupKind.AUTHOR,
                    same=sort.same,
                    foremost=[_name(group, root, len(group.papers)) for group in of_kind[:FOREMOST]]
                    if page.number == 1 and page.total > NAMES_WITHOUT_LETTERS
                    else [],
                    starts=[
                        (letter, f"#{_anchor(letter)}" if path == page.path else f"{root}{path}#{_anchor(letter)}")
                        for letter, path in starts.items()
                    ],
                    letters=[(letter, _anchor(letter), names) for letter, names in letters],
                    page=_plain(page),
                    root=root,
                    browse=_browse(edition, sort, root),
                ),
                head=page.head(root),
            ),
        )


def _counted_names(sort: _Sort, total: int, settings: Settings) -> str:
    least = getattr(settings.least_papers, sort.kind)
    return f"{counted(total, sort.one.lower())} with {f'at least {least} papers' if least > 1 else 'a paper'}"


def _group(edition: Edition, sort: _Sort, group: Group, topic: Topic | None) -> Iterator[PromisedPage]:
    for part in growing_pages_of(group.papers, group.path):
        gather = partial(_page, edition, sort, group, topic, part)
        yield PromisedPage(part.path, sort.page, _made_of(edition, group, part), gather)


def _made_of(edition: Edition, group: Group, part: PageOfMany[str]) -> tuple[object, ...]:
    """All that a page of a group is made of: the first one speaks of all its papers and their other groups.

    The others stay what they are when a paper is added, so they say nothing of how many there are.
    """
    return (
        edition.settings_stamp,
        replace(group, papers=()),
        (part.number, part.count),
        edition.stamps.shown(part.items),
        edition.stamps.kin(group.papers) if part.number == 1 else (),
    )


def _page(edition: Edition, sort: _Sort, group: Group, topic: Topic | None, part: PageOfMany[str]) -> Page:
    name = typeset.plain(group.name)
    root = root_from(part.path)
    return Page(
        part.path,
        sort.page,
        Content(
            title=f"{name}{part.suffix} - {edition.settings.name}",
            description=described(group.description or f"{sort.one} {name}: {_how_many(part)}."),
            canonical=edition.settings.url + part.path,
            body=deferred(
                "group.html",
                sort=sort.one,
                index=root + sort.path,
                name=group.name,
                description=group.description,
                rules=_spoken(topic.rules) if topic else [],
                exclude=_spoken(topic.exclude) if topic else [],
                how=sort.how,
                everything=f"{root}search/?{_FACETS[sort.kind]}={quote(group.slug)}"
                if part.count > 1 and sort.kind in _FACETS
                else None,
                edit=_settings_link(edition.settings) if topic else None,
                cards=[_without(compact(edition, identifier, root), group) for identifier in part.items]
                if sort.in_full
                else [],
                lines=[] if sort.in_full else [_line(edition, identifier, root) for identifier in part.items],
                voted=any(_upvotes(edition, identifier) is not None for identifier in part.items),
                near=_near(edition, sort, group, root) if part.number == 1 else [],
                continued=continued(edition, sort.page, group.papers) if part.number == 1 else [],
                how_many=_how_many(part),
                span=_span(edition, part),
                page=_plain(part),
                root=root,
            ),
            head=part.head(root),
        ),
    )


def _without(card: Card, group: Group) -> Card:
    """A card without the topic on whose page it is."""
    others = [topic for topic in card.topics if not (topic.address or "").endswith(f"/{group.path}")]
    return card if len(others) == len(card.topics) else msgspec.structs.replace(card, topics=tuple(others))


def _how_many(part: PageOfMany[str]) -> str:
    return counted(part.total if part.number == 1 else len(part.items), "paper")


def _span(edition: Edition, part: PageOfMany[str]) -> tuple[date, date] | None:
    """The first and the last of the days that stand beside the papers of one page of several."""
    days = [day for day in map(edition.catalog.shown_day, part.items) if day] if part.count > 1 else []
    return (min(days), max(days)) if days else None


def _near(edition: Edition, sort: _Sort, group: Group, root: str) -> list[tuple[str, list[Name]]]:
    """The groups that share most papers with a group, by their kinds' headings."""
    most, least = (NEAR, 1) if sort.in_full else (NEAR_FEW, NEAR_LEAST)
    found = [(_SORTS[kind], groups.near(group, _SORTS[kind].of_paper(edition), most)) for kind in sort.near]
    return [
        (_of_these(sort, other), [_beside(one, sort, root, shared) for one, shared in near if shared >= least])
        for other, near in found
        if near and near[0][1] >= least
    ]


def _of_these(sort: _Sort, other: _Sort) -> str:
    """The heading of groups beside one."""
    return f"{f'Other {other.many.lower()}' if other is sort else other.many} of these papers"


def _plain(page: PageOfMany[Any]) -> PageOfMany[Any]:
    """A page's place among the others, without what is on it."""
    return replace(page, items=())


def _upvotes(edition: Edition, identifier: str) -> int | None:
    """Those of the paper's last day; None where nobody votes."""
    listings = edition.catalog.days_of(identifier)
    return listings[-1].entry.upvotes if listings else None


def _line(edition: Edition, identifier: str, root: str) -> PaperLine:
    paper = edition.catalog.papers.heading(identifier)
    return PaperLine(
        identifier,
        paper.title,
        root + identifiers.page_path(identifier),
        edition.catalog.shown_day(identifier),
        _upvotes(edition, identifier),
        older_key(paper),
    )


def _name(group: Group, root: str, papers: int) -> Name:
    return Name(group.name, root + group.path, papers)


def _beside(group: Group, sort: _Sort, root: str, papers: int) -> Name:
    """As above, beside the first page of another group; one of the same kind is a step less away than the root."""
    if not group.path.startswith(sort.path):
        return _name(group, root, papers)
    return Name(group.name, root[3:] + group.path.removeprefix(sort.path), papers)


def _browse(edition: Edition, here: _Sort, root: str) -> list[tuple[str, str | None]]:
    """The indexes, each with its address; that of the page itself is None."""
    return [
        (sort.many, None if sort is here else root + sort.path)
        for sort in _SORTS.values()
        if sort is here or sort.kind is GroupKind.TOPIC or sort.groups(edition)
    ]


def _spoken(rules: Rules) -> list[tuple[str, Sequence[str]]]:
    """Rules as people read them: what a paper has, and the values of which it has one."""
    said: tuple[tuple[str, Sequence[str]], ...] = (
        ("In the title, the abstract or the keywords", rules.keywords),
        ("arXiv category", rules.categories),
        ("Organisation", rules.organizations),
        ("Author", rules.authors),
    )
    return [(where, values) for where, values in said if values]


def _settings_link(settings: Settings) -> str | None:
    """Where site.yml can be edited, or None where no repository is known."""
    return f"{settings.repository}/edit/HEAD/{SETTINGS_FILE.as_posix()}" if settings.repository else None


def _alphabetical(group: Group) -> str:
    """What a name is ordered by: of a person's, the last word first."""
    if group.kind is not GroupKind.AUTHOR:
        return group.folded
    rest, _, last = group.folded.rpartition(" ")
    return f"{last} {rest}"


def _letter(group: Group) -> str:
    """The heading under which a name stands: A to Z, and last what begins with something else."""
    first = _alphabetical(group)[:1].upper()
    return first if "A" <= first <= "Z" else _NO_LETTER


def _anchor(letter: str) -> str:
    return "other" if letter == _NO_LETTER else letter
