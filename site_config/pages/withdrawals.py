"""The withdrawn papers as one small file, with which a browser tells what became of papers that its reader saved.

A reading list keeps what a card said on the day of saving, and a paper may be withdrawn later. One file for all of them
spares asking for every saved paper's own page.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import msgspec

from site_config.edition import Edition
from site_config.pages.site import Output

FILE = "withdrawn.json"
FORMAT = 1


class _Fate(msgspec.Struct):
    """What is read of each paper: of a large library, in a tenth of the time that whole papers take."""

    id: str
    withdrawn: date | None = None
    aliases: tuple[str, ...] = ()


_FATES = msgspec.msgpack.Decoder(_Fate)


def outputs(edition: Edition) -> Iterator[Output]:
    """`withdrawn.json`: under `papers` the day on which each withdrawn paper was found to be, by its identifier.

    A paper that was filed under other identifiers before is there under each of them: a reader may have saved it then.
    """
    papers = edition.catalog.papers
    found = {
        identifier: paper.withdrawn.isoformat()
        for paper in (_FATES.decode(papers.packed(identifier)) for identifier in papers)
        if paper.withdrawn
        for identifier in (paper.id, *paper.aliases)
    }
    yield Output(FILE, json.dumps({"format": FORMAT, "papers": found}, ensure_ascii=False, separators=(",", ":")))
