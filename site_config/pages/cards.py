"""A paper as days and lists show it: its title, who wrote it, and where it leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scraper import identifiers
from scraper.identifiers import Kind
from scraper.records import Paper, clean_url
from site_config.edition import Edition
from site_config.pages.site import counted

AUTHORS_SHOWN = 6
"""Names on a card; the rest is counted."""
LONGEST_LINE = 320
"""Characters of a title, of the authors' names and of an organisation on a card. The longest real title has some 250; a
longer text would push the day away, and stands on the paper's own page in full."""
SHORT_ABSTRACT = 280
"""Characters of an abstract that is shown whole: folding it would hide next to nothing."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link that leads out of the site."""

    label: str
    url: str
    stars: int | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A paper on a card. One whose file is not in the library yet has no `address`, and its identifier for a title."""

    id: str
    title: str
    address: str | None
    """The paper's page, relative to the page the card is on."""
    authors: str = ""
    organization: str | None = None
    submitted: date | None = None
    abstract: str = ""
    folded: bool = False
    links: tuple[Link, ...] = ()
    upvotes: int | None = None
    comments: int | None = None
    discussion: str | None = None
    """Where the comments are."""
    note: str | None = None


def links_of(paper: Paper, stars: int | None = None) -> tuple[Link, ...]:
    """Where a paper leads: to itself first, then to its code and project, then to whatever a person added."""
    links = list(upstream_links(paper.id))
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


def authors_line(paper: Paper) -> str:
    """The first authors' names and how many more there are, or only their number where nothing else is known."""
    names = [author.name for author in paper.authors]
    if not names:
        return counted(paper.author_count, "author") if paper.author_count else ""
    if len(names) <= AUTHORS_SHOWN + 1:
        return _on_a_card(", ".join(names))
    return f"{_on_a_card(', '.join(names[:AUTHORS_SHOWN]))} and {len(names) - AUTHORS_SHOWN:,} more"


def card(
    identifier: str,
    paper: Paper | None,
    root: str,
    *,
    whole: bool,
    upvotes: int | None = None,
    comments: int | None = None,
    stars: int | None = None,
    note: str | None = None,
) -> Card:
    """The card of a paper. `whole` says whether it shows the abstract; `root` leads up to the site's root."""
    if paper is None:
        return Card(
            identifier,
            identifier,
            None,
            links=upstream_links(identifier),
            upvotes=upvotes,
            comments=comments,
            note=note,
        )
    return Card(
        id=identifier,
        title=_on_a_card(paper.title),
        address=root + identifiers.page_path(identifier),
        authors=authors_line(paper),
        organization=_on_a_card(paper.organization) if paper.organization else None,
        submitted=paper.submitted,
        abstract=paper.abstract if whole else "",
        folded=len(paper.abstract) > SHORT_ABSTRACT,
        links=links_of(paper, stars),
        upvotes=upvotes,
        comments=comments,
        discussion=discussion_of(identifier),
        note=note,
    )


def compact(edition: Edition, identifier: str, root: str, *, note: str | None = None) -> Card:
    """A paper without its abstract, with the numbers of the last day that listed it."""
    listings = edition.catalog.days_of(identifier)
    entry = listings[-1].entry if listings else None
    return card(
        identifier,
        edition.catalog.papers.get(identifier),
        root,
        whole=False,
        upvotes=entry.upvotes if entry else None,
        comments=entry.comments if entry else None,
        stars=entry.stars if entry else None,
        note=note,
    )
