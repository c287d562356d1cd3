"""The withdrawn papers for browsers."""

from __future__ import annotations

import json
from datetime import date

from scraper.records import Paper
from scraper.settings import Settings
from scraper.store import Library
from site_config.catalog import Catalog
from site_config.edition import Edition
from site_config.pages import withdrawals


def test_every_name_of_a_withdrawn_paper_says_since_when_it_is_known() -> None:
    """And nothing else is there: neither other papers nor one that must not be shown."""
    papers = (
        Paper("2601.00001", "A"),
        Paper("2601.00002", "B", withdrawn=date(2026, 3, 1), aliases=("some-slug",)),
        Paper("2601.00003", "C", withdrawn=date(2026, 3, 2)),
    )
    settings = Settings("S", exclude=frozenset({"2601.00003"}))
    library = Library(papers={paper.id: paper for paper in papers}, days={}, lists={})
    (output,) = withdrawals.outputs(Edition(Catalog.of(library, settings), settings))
    assert output.path == "withdrawn.json"
    assert json.loads(output.text) == {
        "format": 1,
        "papers": {"2601.00002": "2026-03-01", "some-slug": "2026-03-01"},
    }
