"""What results are narrowed down by, and ordered by besides relevance: loaded when a reader asks for it.

facets.bin     one line of JSON, then lists of papers as `postings.numbers` writes them, in the order of the line:
               {"topic": [["agents", "Agents", papers, bytes], …], …}, for each value its name in addresses, its
               name for people, how many papers have it, and how long its list is
votes.bin      for each paper a varint: its upvotes, or its score on a site without upvotes
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from site_config.edition import Edition
from site_config.groups import Group
from site_config.search.postings import numbers, varint

FACETS = ("topic", "organization", "year", "category", "code", "list")
"""In the order in which readers see them."""

Values = Iterable[tuple[str, str, list[int]]]
"""For each value of a facet its name in addresses, its name for people, and its papers, in order."""


def facets(edition: Edition, order: Sequence[str]) -> bytes:
    """The file of the facets, for papers in this order."""
    number_of = {identifier: number for number, identifier in enumerate(order)}
    line: dict[str, list[tuple[str, str, int, int]]] = {}
    lists = bytearray()
    for facet, values in zip(FACETS, _values(edition, order, number_of), strict=True):
        line[facet] = []
        for name, label, papers in sorted(values, key=lambda value: (-len(value[2]), value[1].casefold(), value[0])):
            if papers:
                encoded = numbers(papers)
                line[facet].append((name, label, len(papers), len(encoded)))
                lists += encoded
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" + lists


def votes(edition: Edition, order: Sequence[str]) -> tuple[str, bytes]:
    """What papers are received by, "upvotes" or "score" or nothing (""), and the file that has it."""
    catalog = edition.catalog
    for kind in ("upvotes", "score"):
        counts = [
            max((getattr(listing.entry, kind) or 0 for listing in catalog.days_of(identifier)), default=0)
            for identifier in order
        ]
        if any(counts):
            return kind, b"".join(varint(max(0, count)) for count in counts)
    return "", b""


def _values(edition: Edition, order: Sequence[str], number_of: Mapping[str, int]) -> Iterator[Values]:
    catalog = edition.catalog
    yield _of_groups(edition.topics, number_of)
    yield _of_groups(edition.organizations, number_of)
    years: dict[str, list[int]] = {}
    categories: dict[str, list[int]] = {}
    code: list[int] = []
    for number, identifier in enumerate(order):
        shown = catalog.shown_day(identifier)
        if shown:
            years.setdefault(str(shown.year), []).append(number)
        for category in dict.fromkeys(catalog.papers[identifier].categories):
            categories.setdefault(category, []).append(number)
        if catalog.papers[identifier].links.get("code"):
            code.append(number)
    yield [(year, year, papers) for year, papers in years.items()]
    yield [(category, category, papers) for category, papers in categories.items()]
    yield [("yes", "Has code", code)]
    yield [
        (curated.slug, curated.title, sorted(number_of[entry.id] for entry in curated.papers if entry.id in number_of))
        for curated in catalog.lists
    ]


def _of_groups(groups: Iterable[Group], number_of: Mapping[str, int]) -> Values:
    return [(group.slug, group.name, sorted(number_of[paper] for paper in group.papers)) for group in groups]
