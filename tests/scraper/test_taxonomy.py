"""arXiv's categories."""

from __future__ import annotations

import json
from pathlib import Path

from scraper.taxonomy import CATEGORIES, SUBJECTS, doubt

RECORDED = Path(__file__).parents[1] / "data" / "arxiv_days" / "papers.jsonl"


def test_every_category_of_recorded_papers_is_known() -> None:
    """Those that arXiv sent."""
    found = {
        category for line in RECORDED.read_text("utf-8").splitlines() for category in json.loads(line)["categories"]
    }
    assert "cs.RO" in found
    assert found <= CATEGORIES


def test_there_are_as_many_as_arxiv_says() -> None:
    """The taxonomy of 2026 has 155: those of eleven archives, and nine archives that are one category each."""
    assert sum(map(len, SUBJECTS.values())) + 9 == 155


def test_what_is_nearly_one_is_told_with_the_one() -> None:
    """Whatever the case is; what is like none gets no guess."""
    assert doubt("cs.LG") is None
    assert "did you mean 'cs.LG'?" in (doubt("cs.lg") or "")
    assert "did you mean 'hep-th'?" in (doubt("hepth") or "")
    assert (doubt("robots") or "").endswith("none of that name")
