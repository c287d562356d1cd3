"""A paper's page: everything that is known about it.

Most of a site's pages are these, so a page is made from a `PaperSheet` alone: a small value that holds all that the
page shows, and that can be handed to another process.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache, partial
from typing import Generic, TypeVar
from urllib.parse import quote

import msgspec
from markupsafe import Markup, escape

from scraper import identifiers, taxonomy
from scraper.records import Paper, Version
from scraper.settings import Settings
from scraper.store.snapshots import digest
from site_config import typeset
from site_config.catalog import DayListing, ListListing
from site_config.chrome import Content, Frame
from site_config.citing import bibtex
from site_config.citing.head import head as citation_tags
from site_config.edition import Edition
from site_config.groups import Group, folded_keyword
from site_config.pages.cards import Link, Linked, discussion_of, latest_version, links_of, names
from site_config.pages.site import (
    Draft,
    Kind,
    Page,
    Promise,
    counted,
    day_path,
    described,
    list_path,
    macro,
    page_file,
    render,
    root_from,
    source_link,
)
from site_config.stamps import encoded, stamp

DESCRIPTION_LENGTH = 90
"""Characters of a paper's description: about as many as a link preview shows."""
AUTHORS_SHOWN = 24
"""Names on a paper's page, some eight lines of a phone; the rest unfolds."""
RELATED_SHOWN = 4
"""Related papers on a paper's page."""
SOURCES = {"huggingface": "Hugging Face", "arxiv": "arXiv", "biorxiv": "bioRxiv", "medrxiv": "medRxiv"}
"""What people call the sources."""
_RULES = {"organization": "organisation"}
"""What people call the rules, where it is not the rule's own name."""


_Record = TypeVar("_Record")


class RelatedPaper(msgspec.Struct, frozen=True, array_like=True):
    """A paper that is much like another one: its title, its identifier, and the day that stands beside it."""

    id: str
    title: str
    on: date | None


class PaperSheet(msgspec.Struct, Generic[_Record], frozen=True, array_like=True):
    """All that a paper's page shows. Addresses are relative to the site's root."""

    paper: _Record
    days: tuple[DayListing, ...]
    lists: tuple[ListListing, ...]
    authors: tuple[Linked, ...] = ()
    organization: Linked | None = None
    topics: tuple[Linked, ...] = ()
    keywords: tuple[Linked, ...] = ()
    related: tuple[RelatedPaper, ...] = ()


def sheet(edition: Edition, identifier: str) -> PaperSheet[Paper]:
    """The sheet of one paper of the catalog."""
    return _sheet(edition, identifier, edition.catalog.papers[identifier])


def _sheet(edition: Edition, identifier: str, paper: _Record) -> PaperSheet[_Record]:
    catalog = edition.catalog
    heading = catalog.papers.heading(identifier)
    organization = edition.organization_of.get(identifier)
    return PaperSheet(
        paper,
        days=catalog.days_of(identifier),
        lists=catalog.lists_of(identifier),
        authors=_linked(
            heading.authors,
            heading.folded_authors,
            edition.authors_of.get(identifier, ()),
            edition.shown_author,
        ),
        keywords=_linked(
            heading.keywords, map(folded_keyword, heading.keywords), edition.keywords_of.get(identifier, ()), {}
        ),
        organization=Linked(heading.organization, organization.path if organization else None)
        if heading.organization
        else None,
        topics=tuple([Linked(topic.name, topic.path) for topic in edition.topics_of.get(identifier, ())]),
        related=_related(edition, identifier),
    )


def _related(edition: Edition, identifier: str) -> tuple[RelatedPaper, ...]:
    return tuple([_as_related(edition, other) for other in edition.related.get(identifier, ())[:RELATED_SHOWN]])


def _as_related(edition: Edition, identifier: str) -> RelatedPaper:
    made: RelatedPaper | None = edition.related_papers.get(identifier)
    if made is None:
        catalog = edition.catalog
        made = RelatedPaper(identifier, catalog.papers.heading(identifier).title, catalog.shown_day(identifier))
        edition.related_papers[identifier] = made
    return made


def _linked(
    names: Sequence[str], folded: Iterable[str], groups: Iterable[Group], filed: Mapping[str, str]
) -> tuple[Linked, ...]:
    """Names as the paper writes them, with the pages of those of its groups that they belong to.

    `folded` are the same names without what spellings differ in, `filed` what another folded name is filed under.
    """
    paths = {group.folded: group.path for group in groups}
    if not paths:
        return tuple([Linked(name) for name in names])
    return tuple([Linked(name, paths.get(filed.get(one, one))) for name, one in zip(names, folded, strict=True)])


def page(sheet: PaperSheet[Paper], settings: Settings) -> Page:
    """A paper's page."""
    paper = sheet.paper
    path = identifiers.page_path(paper.id)
    title = typeset.plain(paper.title)
    return Page(
        path,
        Kind.PAPER,
        Content(
            title=f"{title} - {settings.name}",
            description=described(typeset.plain(paper.abstract), DESCRIPTION_LENGTH) or title,
            canonical=settings.url + path,
            body=_body(sheet, settings, root_from(path)),
            head=citation_tags(paper, settings),
        ),
    )


def promised(edition: Edition, frames: Mapping[int, Frame]) -> Callable[[str], Promise]:
    """What gives a paper's page in its chrome; `frames` are those of paper pages by depth below the root."""
    stamps, lists_of, related = edition.stamps, edition.catalog.lists_of, edition.related
    around = stamp((edition.settings_stamp, {depth: frame.digest for depth, frame in frames.items()}))
    make = partial(_text, edition.settings, frames)

    @cache
    def named(identifier: str) -> bytes:
        return encoded(_as_related(edition, identifier))

    def promise(identifier: str) -> Promise:
        path = page_file(identifiers.page_path(identifier))
        beside = map(named, related.get(identifier, ())[:RELATED_SHOWN])
        made_of = (around, stamps.kin((identifier,)), encoded(lists_of(identifier)), *beside)
        return Promise(path, digest(b"".join(made_of)), partial(_draft, edition, identifier, path, make))

    return promise


def _draft(edition: Edition, identifier: str, path: str, make: Callable[[bytes], str]) -> Draft:
    # As bytes: those of thousands of sheets are handed over in a tenth of the time.
    return Draft(path, encoded(_sheet(edition, identifier, edition.catalog.papers.packed(identifier))), make)


_SHEETS = msgspec.msgpack.Decoder(PaperSheet[Paper])


def _text(settings: Settings, frames: Mapping[int, Frame], made_of: bytes) -> str:
    made = page(_SHEETS.decode(made_of), settings)
    return frames[made.path.count("/")].fill(made.content)


def _body(sheet: PaperSheet[Paper], settings: Settings, root: str) -> Markup:
    paper = sheet.paper
    stars = next((listing.entry.stars for listing in reversed(sheet.days) if listing.entry.stars is not None), None)
    file = _file(paper)
    return render(
        "paper.html",
        paper=paper,
        is_named=names(identifiers.page_path(paper.id), paper.id),
        title=typeset.html(paper.title),
        keywords=_names(sheet.keywords, root),
        authors=_names(sheet.authors[:AUTHORS_SHOWN], root),
        more_authors=_names(sheet.authors[AUTHORS_SHOWN:], root),
        more=len(sheet.authors) - AUTHORS_SHOWN,
        organization=sheet.organization,
        paragraphs=[typeset.html(paragraph, links=True) for paragraph in _paragraphs(paper.abstract)],
        links=macro("cards.html", "links")((*links_of(paper, stars), *_discussion(sheet))),
        update=latest_version(paper),
        versions=_versions(paper),
        categories=[taxonomy.spoken(category) for category in paper.categories],
        days=[(listing, root + day_path(listing.date), in_words(listing.entry.why)) for listing in sheet.days],
        lists=[(listing, root + list_path(listing.slug)) for listing in sheet.lists],
        topics=macro("cards.html", "topics")([Linked(topic.name, f"{root}{topic.address}") for topic in sheet.topics]),
        bibtex=bibtex.entry(paper).rstrip(),
        related=[
            # The papers' own folder is one step less away than the root.
            (root[3:] + identifiers.page_path(other.id).partition("/")[2], typeset.html(other.title), other.on)
            for other in sheet.related
        ],
        source=""
        if any(listing.entry.why for listing in sheet.days)
        else SOURCES.get(paper.source or "", paper.source),
        edit=source_link(settings, file) if file != f"papers/{paper.id[:4]}/{paper.id}.md" else None,
        report=report_link(settings, paper),
        giscus=_giscus(settings),
        root=root,
    )


def _names(names: Sequence[Linked], root: str) -> Markup | str:
    """The names, those that have pages as links to them."""
    if not any(one.address for one in names):
        return ", ".join([one.name for one in names])
    return Markup(", ".join([_name(one, root) for one in names]))  # noqa: S704 - each is escaped


def _name(one: Linked, root: str) -> str:
    name = escape(one.name)
    # Groups' addresses need no quotes: letters, digits and hyphens.
    return f"<a href={root}{one.address}>{name}</a>" if one.address else str(name)


def _paragraphs(abstract: str) -> list[str]:
    return [paragraph for paragraph in re.split(r"\n\s*\n", abstract) if paragraph.strip()]


def _versions(paper: Paper) -> list[tuple[Version, str | None]]:
    """The versions, the latest first, and where each is: arXiv keeps all."""
    upstream = identifiers.upstream_url(paper.id) if identifiers.kind(paper.id) is identifiers.Kind.ARXIV else None
    latest_first = sorted(paper.versions, key=lambda version: version.number, reverse=True)
    return [(version, f"{upstream}v{version.number}" if upstream else None) for version in latest_first]


def _discussion(sheet: PaperSheet[Paper]) -> tuple[Link, ...]:
    """Where people talk about the paper, with the number of their comments when it was last listed."""
    counts = [*(listing.entry.comments for listing in sheet.lists), *(day.entry.comments for day in sheet.days)]
    comments = [count for count in counts if count is not None]
    where = discussion_of(sheet.paper.id)
    is_there = comments or any(listing.entry.why == "huggingface" for listing in sheet.days)
    if not where or not is_there:
        return ()
    name = SOURCES["huggingface"]
    return (Link(f"{counted(comments[-1], 'comment')} on {name}" if comments else name, where),)


def in_words(why: str | None) -> str:
    """Why a paper is in a day, after a source's or a rule's name: "by Hugging Face", "for the keyword slots"."""
    if not why:
        return ""
    rule, _, value = why.partition(": ")
    return f"for the {_RULES.get(rule, rule)} {value}" if value else f"by {SOURCES.get(why, why)}"


def _giscus(settings: Settings) -> Mapping[str, str] | None:
    """What giscus needs to find a paper's discussion; it works for repositories on GitHub alone."""
    repository = settings.repository.removeprefix("https://github.com/")
    if settings.giscus is None or repository == settings.repository:
        return None
    return {
        "repository": repository,
        "repository_id": settings.giscus.repository_id,
        "category_id": settings.giscus.category_id,
    }


def _file(paper: Paper) -> str:
    return f"papers/{identifiers.file_path(paper.id)}"


def report_link(settings: Settings, paper: Paper) -> str | None:
    """Where anyone can say that something is wrong: a new issue about exactly this paper.

    Its form is `.github/ISSUE_TEMPLATE/correct-paper.yml`; a field is filled in by its id
    (https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/creating-an-issue).
    """
    if not settings.repository:
        return None
    name = quote(paper.id)
    return f"{settings.repository}/issues/new?template=correct-paper.yml&title={name}&paper={name}"
