"""Citations to download: files beside the pages of days, weeks, lists and topics.

A file is at most 5 MB, which is what the services that read them take. What is more goes into a second one beside it,
papers-2.bib, and so on; each is whole by itself. The page says so, since only BibTeX has a place for it in the file.
Where a file is compressed (`site_config.formats`), this is the size of what is in it.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType

from scraper.records import Paper
from scraper.store.shelf import Heading
from site_config.citing import bibtex, csl, ris
from site_config.edition import Edition
from site_config.formats import FORMATS
from site_config.packed import packed
from site_config.pages.site import Draft, Kind, day_path, list_path

_AS_LONG_IN_TEX = f"{string.ascii_letters}{string.digits} ,.:;()/?!'-_".encode()
_LONGEST_SIGN = 20
"""Characters that TeX makes of one, at most: {\\textquotedblright}."""
MOST_BYTES = 5_000_000
_PLANNED_BYTES = 4_000_000
"""Of a file, by the estimate below."""


def bibliography(papers: Sequence[Paper], more: str = "") -> str:
    """A file of BibTeX. `more` names the one that goes on where this one ends."""
    entries = "\n".join(map(bibtex.entry, papers))
    # Between entries BibTeX reads nothing, so that a person can.
    return f"Continued in {more}\n\n{entries}\nContinued in {more}\n" if more else entries


def references(papers: Sequence[Paper]) -> str:
    """A file of RIS."""
    return "\r\n".join(map(ris.entry, papers))


def objects(papers: Sequence[Paper]) -> str:
    """A file of CSL-JSON, an object a line."""
    return "[" + ",".join(f"\n{csl.entry(paper)}" for paper in papers) + "\n]\n"


_Part = tuple[Sequence[Paper], str]
"""The papers of one file, and the name of the one that goes on where it ends."""


def _bibliography(part: _Part) -> str:
    return bibliography(*part)


def _references(part: _Part) -> str:
    return references(part[0])


def _objects(part: _Part) -> str:
    return objects(part[0])


def _packed_bibliography(part: _Part) -> bytes:
    return packed(bibliography(*part))


def _packed_references(part: _Part) -> bytes:
    return packed(references(part[0]))


def _packed_objects(part: _Part) -> bytes:
    return packed(objects(part[0]))


_MAKERS: Mapping[str, Callable[[_Part], str | bytes]] = MappingProxyType(
    {
        "papers.bib": _bibliography,
        "papers.ris": _references,
        "papers.csl.json": _objects,
        "papers.bib.gz": _packed_bibliography,
        "papers.ris.gz": _packed_references,
        "papers.csl.json.gz": _packed_objects,
    }
)
"""What writes each file, by its name. RIS and CSL-JSON have no place for a word to people."""


def outputs(edition: Edition) -> Iterator[Draft]:
    """Every file of citations. Which kinds of page have which is in `site_config.formats`."""
    slim = cache(lambda identifier: cited(edition.catalog.papers[identifier]))
    for kind, path, identifiers in _collections(edition):
        names = [other.file for other in FORMATS.get(kind, ()) if other.file in _MAKERS]
        if not names:
            continue
        every = [tuple(slim(one.id) for one in part) for part in parts(_headings(edition, identifiers))]
        for number, part in enumerate(every, start=1):
            for name in names:
                more = part_name(name, number + 1) if number < len(every) else ""
                yield Draft(path + part_name(name, number), (part, more), _MAKERS[name])


def _collections(edition: Edition) -> Iterator[tuple[Kind, str, Iterable[str]]]:
    for day in edition.catalog.days:
        yield Kind.DAY, day_path(day.date), (entry.id for entry in day.papers)
    for week in edition.weeks:
        yield Kind.WEEK, week.path, week.papers
    for curated in edition.catalog.lists:
        yield Kind.LIST, list_path(curated.slug), (entry.id for entry in curated.papers)
    for topic in edition.topics:
        yield Kind.TOPIC, topic.path, topic.papers


def cited(paper: Paper) -> Paper:
    """A paper without what no citation says."""
    return Paper(
        paper.id,
        paper.title,
        authors=paper.authors,
        submitted=paper.submitted,
        categories=paper.categories[:1],
        withdrawn=paper.withdrawn,
        aliases=paper.aliases[:1],
    )


def continued(edition: Edition, kind: Kind, papers: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Of each format that a page of this kind has, the label and the files that come after the first one."""
    formats = [other for other in FORMATS.get(kind, ()) if other.file in _MAKERS]
    count = sum(1 for _ in parts(_headings(edition, papers))) if formats else 1
    numbers = range(2, count + 1)
    return [(other.label, [part_name(other.file, number) for number in numbers]) for other in formats if numbers]


def parts(papers: Sequence[Heading]) -> Iterator[tuple[Heading, ...]]:
    """The papers of each file: all of them in one, if they go into it."""
    if sum(map(_most, papers)) <= _PLANNED_BYTES:
        yield tuple(papers)
        return
    part: list[Heading] = []
    size = 0
    for paper in papers:
        more = _estimate(paper)
        if part and size + more > _PLANNED_BYTES:
            yield tuple(part)
            part, size = [], 0
        part.append(paper)
        size += more
    yield tuple(part)


def _headings(edition: Edition, papers: Iterable[str]) -> list[Heading]:
    every = edition.catalog.papers
    return [every.heading(identifier) for identifier in papers if identifier in every]


def part_name(name: str, number: int) -> str:
    """papers.bib, papers-2.bib"""
    stem, _, ending = name.partition(".")
    return name if number == 1 else f"{stem}-{number}.{ending}"


def _estimate(paper: Heading) -> int:
    """Bytes of a paper in the longest of the formats, or more."""
    return 350 + 32 * len(paper.authors) + _written("".join((paper.title, *paper.authors)))


def _most(paper: Heading) -> int:
    """What the estimate could be if each character were a long one: it is known without looking at them."""
    return 350 + 32 * len(paper.authors) + (1 + _LONGEST_SIGN) * (len(paper.title) + sum(map(len, paper.authors)))


def _written(text: str) -> int:
    return len(text) + _LONGEST_SIGN * len(text.encode().translate(None, _AS_LONG_IN_TEX))
