"""Titles that are the same title."""

from __future__ import annotations

import json

import pytest

from scraper.titles import normalised
from tests.replay import DATA


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Object-Centric  World Models", "object centric\n  world models"),
        ("Fine-tuning: a Survey.", "Finetuning -- A SURVEY"),
        ("What Are ``Slots''?", "What are “slots”?"),
        ("Koll\\'ar's \\v{S}tep", "Kollár’s Štep"),
        ("Schr\\\"odinger and Poincar\\'{e}", "Schrödinger and Poincaré"),
        ("Stra\\ss e, \\O re and \\AE ther", "STRASSE, ØRE and Æther"),
        ("\\textsc{Slot} $\\mathcal{A}$ttention", "Slot Attention"),
        ("$\\tau^2$-Bench", "τ²-Bench"),
        ("LLM$\\times$MapReduce", "LLM×MapReduce"),
        ("$\\nabla^2$DFT", "nabla^2DFT"),
        ("PanGu-$π$", "PanGu-\\pi"),
        ("Readability $\\neq$ Learnability", "Readability ≠ Learnability"),
        ("Cause $\\rightarrow$ Effect", "Cause → Effect"),
        ("Search \\& Rescue", "Search and Rescue"),
        ("ﬁne Ⅳ ½", "fine IV 1⁄2"),
    ],
)
def test_what_only_looks_different_is_the_same(one: str, other: str) -> None:
    """Case, white space, punctuation, accents and TeX say nothing about which paper it is."""
    assert normalised(one) == normalised(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Modern C", "Modern C++"),
        ("Parallel C", "Parallel C#"),
        ("Scaling Laws", "Scaling Law"),
        ("Attention Is All You Need 2", "Attention Is All You Need"),
        ("学习", "学"),
        ("かき", "がき"),
    ],
)
def test_what_is_different_stays_different(one: str, other: str) -> None:
    """A near miss would put a paper under another's identifier."""
    assert normalised(one) != normalised(other)


def test_a_title_without_letters_is_empty() -> None:
    """So that the caller can see that it must match nothing."""
    assert normalised(" ?!… $\\mathbb{}$ ") == ""


def test_the_two_titles_of_recorded_papers_are_the_same() -> None:
    """Hugging Face sends each title twice, with TeX and without; the recorded days hold such pairs."""
    pairs = [
        (entry["title"], entry["paper"]["title"])
        for path in (DATA / "huggingface" / "daily_papers").glob("*.json")
        for entry in json.loads(path.read_bytes())
    ]
    assert sum(outer.split() != inner.split() for outer, inner in pairs) >= 2
    assert [(outer, inner) for outer, inner in pairs if normalised(outer) != normalised(inner)] == []
