"""A paper as days and lists show it: its title, who wrote it, and where it leads."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import msgspec
from markupsafe import Markup
from msgspec.structs import replace

from scraper import identifiers
from scraper.identifiers import Kind
from scraper.records import DayEntry, Paper, Version, clean_url
from site_config.citing.facts import older_key
from site_config.edition import Edition
from site_config.pages.site import counted, day_and_month, day_path, macro, short_date

AUTHORS_SHOWN = 6
"""Names on a card; the rest is counted."""
FEWER_AUTHORS_SHOWN = 3
"""Names on a compact card: a paper has one in each week, topic, organisation and so on that it belongs to."""
LONGEST_LINE = 320
"""Characters of a title, of the authors' names and of an organisation on a card. The longest real title has some 250; a
longer text would push the day away, and stands on the paper's own page in full."""
SHORT_ABSTRACT = 280
"""Characters of an abstract that is shown whole: folding it would hide next to nothing."""


LONGEST_ABSTRACT = 10_000
"""Characters of an abstract on a card; the longest real one has some 6,000."""


class Link(msgspec.Struct, frozen=True, array_like=True):
    """A link that leads out of the site."""

    label: str
    url: str
    stars: int | None = None


class Linked(msgspec.Struct, frozen=True, array_like=True):
    """A name, and the page it leads to, relative to where it is shown; None where there is no page."""

    name: str
    address: str | None = None


class Card(msgspec.Struct, frozen=True, array_like=True):
    """A paper on a card. One whose file is not in the library yet has no `address`, and its identifier for a title."""

    id: str
    title: str
    address: str | None
    """The paper's page, relative to the page the card is on."""
    key: str | None = None
    """The key under which it is cited, where its identifier alone does not give it."""
    authors: str = ""
    organization: Linked | None = None
    featured: date | None = None
    """The day that listed the paper, the last one where several did."""
    day: str | None = None
    """That day's page, unless the card is on it."""
    submitted: date | None = None
    abstract: str = ""
    folded: bool = False
    links: tuple[Link, ...] = ()
    upvotes: int | None = None
    comments: int | None = None
    discussion: str | None = None
    """Where the comments are."""
    topics: tuple[Linked, ...] = ()
    version: Version | None = None
    """The latest version, where it is not the first."""
    withdrawn: bool = False
    note: str | None = None

    @property
    def html(self) -> Markup:
        """The card as an element of a list."""
        return _html(self) if self.day else macro("card.html", "card")(self)

    @property
    def is_named(self) -> bool:
        """Whether the address gives the identifier, from where scripts take it (theme/assets/paperstand/naming.js)."""
        return names(self.address, self.id)

    @property
    def submitted_on(self) -> str:
        """The day of the first version, without its year where that was the year of the listing."""
        if self.submitted is None:
            return ""
        is_of_one_year = self.featured is not None and self.featured.year == self.submitted.year
        return day_and_month(self.submitted) if is_of_one_year else short_date(self.submitted)


def names(address: str | None, identifier: str) -> bool:
    """Whether the address of a paper's page is made of the identifier as it is."""
    return address is not None and address.endswith(f"papers/{identifier}/")


@lru_cache(maxsize=1 << 14)  # a day's card stands on one page, one that names its day in weeks, months, topics and more
def _html(card: Card) -> Markup:
    return macro("card.html", "card")(card)


def links_of(paper: Paper, stars: int | None = None) -> tuple[Link, ...]:
    """Where a paper leads: to itself first, then to its code and project, then to whatever a person added."""
    return (*upstream_links(paper.id), *own_links_of(paper, stars))


def own_links_of(paper: Paper, stars: int | None = None) -> tuple[Link, ...]:
    """The links that the paper's file names: to its code, its project, and whatever a person added."""
    if not paper.links:
        return ()
    links = []
    for name in ("code", "project", *sorted(paper.links.keys() - {"code", "project"})):
        url = clean_url(paper.links.get(name, ""))
        if url:
            links.append(Link(name.capitalize(), url, stars if name == "code" else None))
    return tuple(links)


def upstream_links(identifier: str) -> tuple[Link, ...]:
    """Where the paper itself is."""
    upstream = identifiers.upstream_url(identifier)
    if upstream is None:
        return ()
    if identifiers.kind(identifier) is Kind.ARXIV:
        return (Link("arXiv", upstream), Link("PDF", f"https://arxiv.org/pdf/{identifier}"))
    return (Link("DOI", upstream),)


def discussion_of(identifier: str) -> str | None:
    """The paper's page on Hugging Face, which has one for papers on arXiv."""
    is_arxiv = identifiers.kind(identifier) is Kind.ARXIV
    return f"https://huggingface.co/papers/{identifier}" if is_arxiv else None


def _on_a_card(text: str) -> str:
    return text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 1] + "…"


def authors_line(paper: Paper, most: int) -> str:
    """The first authors' names and how many more there are, or only their number where nothing else is known."""
    if not paper.authors:
        return counted(paper.author_count, "author") if paper.author_count else ""
    names = [author.name for author in paper.authors[: most + 1]]
    if len(paper.authors) <= most + 1:
        return _on_a_card(", ".join(names))
    return f"{_on_a_card(', '.join(names[:most]))} and {len(paper.authors) - most:,} more"


def latest_version(paper: Paper) -> Version | None:
    """The version that readers find upstream, where there is more than one."""
    if not paper.versions:
        return None
    latest = max(paper.versions, key=lambda version: version.number)
    return latest if latest.number > 1 else None


def whole(edition: Edition, entry: DayEntry, on: date, root: str) -> Card:
    """A paper with its abstract, on the page of the day that lists it; `root` leads from there to the site's root."""
    paper = edition.catalog.papers.get(entry.id)
    if paper is None:
        return _not_fetched(entry.id, entry)
    return Card(
        **_facts(edition, paper, root, entry),
        authors=authors_line(paper, AUTHORS_SHOWN),
        featured=on,
        links=links_of(paper, entry.stars),
        abstract=paper.abstract[:LONGEST_ABSTRACT],
        folded=len(paper.abstract) > SHORT_ABSTRACT,
    )


def compact(
    edition: Edition, identifier: str, root: str, *, note: str | None = None, comments: int | None = None
) -> Card:
    """A paper on any page, without its abstract and the links upstream, with the numbers of its last day.

    `root` leads from that page up to the site's root. `comments` is their number where no day gives one.
    """
    if (identifier, root) not in edition.compact_cards:
        edition.compact_cards[identifier, root] = _compact(edition, identifier, root)
    card: Card = edition.compact_cards[identifier, root]
    if note is None and comments is None:
        return card
    return replace(card, comments=comments if card.comments is None else card.comments, note=note)


def _compact(edition: Edition, identifier: str, root: str) -> Card:
    listings = edition.catalog.days_of(identifier)
    entry = listings[-1].entry if listings else None
    featured = listings[-1].date if listings else None
    day = root + day_path(featured) if featured else None
    paper = edition.catalog.papers.get(identifier)
    if paper is None:
        return replace(_not_fetched(identifier, entry), featured=featured, day=day)
    return Card(
        **_facts(edition, paper, root, entry),
        authors=authors_line(paper, FEWER_AUTHORS_SHOWN),
        featured=featured,
        day=day,
        links=own_links_of(paper, entry.stars if entry else None),
    )


def _not_fetched(identifier: str, entry: DayEntry | None) -> Card:
    """A paper of which nothing is known yet but its name."""
    return Card(
        id=identifier,
        title=identifier,
        address=None,
        links=upstream_links(identifier),
        upvotes=entry.upvotes if entry else None,
        comments=entry.comments if entry else None,
        discussion=discussion_of(identifier),
    )


def _facts(edition: Edition, paper: Paper, root: str, entry: DayEntry | None) -> dict[str, Any]:
    """What every card of a paper says."""
    comments = entry.comments if entry else None
    topics = edition.topics_of.get(paper.id)
    return {
        "id": paper.id,
        "title": _on_a_card(paper.title),
        "address": root + identifiers.page_path(paper.id),
        "key": older_key(paper),
        "organization": _organization(edition, paper, root),
        "submitted": paper.submitted,
        "upvotes": entry.upvotes if entry else None,
        "comments": comments,
        "discussion": None if comments is None else discussion_of(paper.id),
        "topics": tuple([Linked(topic.name, root + topic.path) for topic in topics]) if topics else (),
        "version": latest_version(paper),
        "withdrawn": paper.withdrawn is not None,
    }


def _organization(edition: Edition, paper: Paper, root: str) -> Linked | None:
    if not paper.organization:
        return None
    group = edition.organization_of.get(paper.id)
    return Linked(_on_a_card(paper.organization), root + group.path if group else None)
