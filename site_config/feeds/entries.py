"""What feeds hold: entries, each about a paper, a day or a week.

A feed is a stream of what happened. A paper happens once when it is listed first, and again with each new version and
when it is withdrawn; all of these are one entry to a reader, since they have one identifier, and the latest one counts.
What happened does not change any more, so neither do the documents that are full of it.

No date comes from the clock: each is a day's, a version's or that of a withdrawal. No number that moves is in an entry,
so that an upvote makes none of them new.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from scraper import identifiers
from scraper.records import Day, Paper, day_title
from site_config.catalog import Catalog
from site_config.pages.cards import LONGEST_LINE, authors_line
from site_config.pages.site import counted, day_path, weekday
from site_config.periods import Period

UNKNOWN = date(1970, 1, 1)
"""The day of what nobody knows the day of."""
AUTHORS_SHOWN = 5
"""Authors whom an entry names that has room for them; how many more there are is said."""
LONGEST_NAME = 160
"""Characters of a name. The longest real ones, of whole collaborations, have some 120."""
SUMMARY_LENGTH = 300
"""Characters of an abstract in a feed."""
WEEK_SHOWN = 10
"""Papers of a week in its entry, the best received."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened: a paper was listed or changed, a day or a week was over.

    Addresses are relative to the site's root. Texts are as papers have them, TeX and all.
    """

    path: str
    """The page that it is about."""
    name: str
    """What its identifier is made of: the address under which it was known first."""
    title: str
    published: date
    updated: date
    word: str = ""
    """What happened, where it is not that the paper was listed: "Version 2 of 3 March 2026."."""
    by: str = ""
    """The first author and how many more there are: all that a lean entry has room for."""
    authors: tuple[str, ...] = ()
    """The first authors, each by name, in the entries that have room for them."""
    unnamed: int = 0
    """How many more authors such an entry does not name."""
    text: str = ""
    """The beginning of the abstract, in the entries that have room for it."""
    papers: tuple[tuple[str, str], ...] = ()
    """(title, address) of what a day or a week listed, in the entries that have room for it."""
    number: int = 0
    """How many papers a day or a week listed."""


def paper_stream(catalog: Catalog) -> tuple[tuple[str, Entry], ...]:
    """What happened to all papers, each with the paper's identifier, oldest first.

    The papers of a day are in the reverse of its order, so that they are in its order where the newest stand first.
    """
    places: dict[str, int] = {}
    for day in catalog.days:
        for place, entry in enumerate(day.papers):
            places.setdefault(entry.id, place)
    stream = [(identifier, entry) for identifier in catalog.papers for entry in happenings(catalog, identifier)]
    return tuple(
        sorted(
            stream,
            key=lambda one: (one[1].updated, -places.get(one[0], 0), identifiers.sort_key(one[0])),
        )
    )


def happenings(catalog: Catalog, identifier: str) -> tuple[Entry, ...]:
    """What happened to a paper, oldest first: that it was listed, then each later version, and its withdrawal."""
    paper = catalog.papers[identifier]
    published = _first_day(catalog, paper)
    first = Entry(
        identifiers.page_path(identifier),
        # An identifier that takes a slug's place makes no new entry of an old one.
        identifiers.page_path(paper.aliases[0] if paper.aliases else identifier),
        paper.title[: 2 * LONGEST_LINE],
        published,
        published,
        word="Withdrawn." if paper.withdrawn and paper.withdrawn <= published else "",
        by=authors_line(paper, 1),
    )
    later = [
        (version.submitted, f"Version {version.number} of {day_title(version.submitted)}.")
        for version in sorted(paper.versions, key=lambda version: version.number)
        if version.number > 1 and version.submitted and version.submitted > published
    ]
    if paper.withdrawn and paper.withdrawn > published:
        later.append((paper.withdrawn, f"Withdrawn on {day_title(paper.withdrawn)}."))
    latest = dict(sorted(later, key=lambda one: one[0]))  # of one day, what happened last
    return (first, *(replace(first, updated=on, word=word) for on, word in latest.items()))


def _first_day(catalog: Catalog, paper: Paper) -> date:
    """The first day that listed a paper; of one that no day lists, the day of its first version."""
    listings = catalog.days_of(paper.id)
    if listings:
        return listings[0].date
    year, month, _ = identifiers.sort_key(paper.id)
    return paper.submitted or (date(year, month, 1) if year and month else UNKNOWN)


def latest(stream: Iterable[Entry]) -> list[Entry]:
    """Each entry of a stream once, as it was last, oldest first."""
    found: dict[str, Entry] = {}
    for entry in stream:
        found.pop(entry.name, None)
        found[entry.name] = entry
    return list(found.values())


def with_text(entry: Entry, paper: Paper, note: str | None = None) -> Entry:
    """An entry with its authors and the beginning of the abstract, after a curator's note where there is one."""
    text = paper.abstract[: 2 * SUMMARY_LENGTH]
    text = f"{note} — {text}" if note and text else note or text
    names = tuple(author.name[:LONGEST_NAME] for author in paper.authors[:AUTHORS_SHOWN])
    known = max(len(paper.authors), paper.author_count or 0)
    return replace(entry, text=text, authors=names, unnamed=known - len(names))


def day_entry(catalog: Catalog, day: Day) -> Entry:
    """A day and its papers, in its order."""
    spoken = f"{weekday(day.date)}, {day.title}" if day.title == day_title(day.date) else day.title
    ids = [entry.id for entry in day.papers]
    path = day_path(day.date)
    return Entry(path, path, spoken, day.date, day.date, papers=_lines(catalog.papers, ids), number=len(ids))


def week_entries(catalog: Catalog, weeks: Sequence[Period]) -> Iterator[Entry]:
    """The weeks that are over, with their best received papers: one that still grows would be new every day."""
    for week in weeks:
        if week.papers and catalog.days[-1].date >= week.last:
            lines = _lines(catalog.papers, week.papers[:WEEK_SHOWN])
            title = f"{week.short_title}, {week.title}"
            yield Entry(week.path, week.path, title, week.last, week.last, papers=lines, number=len(week.papers))


def _lines(papers: Mapping[str, Paper], ids: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (papers[identifier].title[: 2 * LONGEST_LINE], identifiers.page_path(identifier))
        for identifier in ids
        if identifier in papers
    )


def counted_authors(entry: Entry) -> str:
    """(With 4 more authors.): what the names of an entry with text do not say."""
    if not entry.unnamed:
        return ""
    return (
        f"(With {counted(entry.unnamed, 'more author')}.)"
        if entry.authors
        else f"({counted(entry.unnamed, 'author')}.)"
    )


def counted_papers(entry: Entry) -> str:
    """17 papers, the first 10 of them:"""
    if len(entry.papers) in {0, entry.number}:
        return counted(entry.number, "paper")
    return f"{counted(entry.number, 'paper')}, {len(entry.papers)} of them here"
