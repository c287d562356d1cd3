"""Which topics papers are in: the same whether it is remembered, shared out, or found out anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scraper.records import Author, Paper
from scraper.settings import Rules, Topic
from scraper.store.shelf import Shelf
from site_config import memberships
from site_config.memberships import begun

TOPICS = (
    Topic("Agents", "agents", "", Rules(keywords=("agent",)), Rules(keywords=("chemical",))),
    Topic("Robots", "robots", "", Rules(categories=("cs.RO",), authors=("Ada One",))),
)
PAPERS = (
    Paper("2511.00001", "Agents and more"),
    Paper("2511.00002", "A chemical agent", categories=("cs.RO",)),
    Paper("2511.00003", "Of nothing", authors=(Author("Ada One"),)),
    Paper("2511.00004", "Of nothing else"),
)
FOUND = [(0,), (1,), (1,), ()]


def _found(
    papers: Iterable[Paper] = PAPERS, topics: Sequence[Topic] = TOPICS, *means: Any, **more: Any
) -> list[tuple[int, ...]]:
    return begun(Shelf.of({paper.id: paper for paper in papers}), topics, *means, **more)()


def test_each_paper_has_its_topics_in_their_order() -> None:
    """What a topic excludes is out of that topic alone."""
    assert _found() == FOUND


def test_workers_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """However the papers are shared out among them."""
    monkeypatch.setattr(memberships, "_AT_ONCE", 1)
    with ThreadPoolExecutor(2) as executor:
        assert _found(executor=executor) == FOUND


def test_only_what_is_new_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A paper that is as it was is not held against the rules again; one that was edited is."""
    assert _found(PAPERS, TOPICS, tmp_path) == FOUND
    looked_at: list[int] = []
    find = memberships._found  # noqa: SLF001 - to see how often it is asked

    def counted(topics: tuple[Topic, ...], subjects: Sequence[bytes]) -> list[tuple[int, ...]]:
        looked_at.append(len(subjects))
        return find(topics, subjects)

    monkeypatch.setattr(memberships, "_found", counted)
    edited = (*PAPERS[:3], replace(PAPERS[3], abstract="It is about agents."))
    assert _found(edited, TOPICS, tmp_path) == [*FOUND[:3], (0,)]
    assert looked_at == [1]


def test_other_topics_are_found_out_anew(tmp_path: Path) -> None:
    """What was remembered was of these topics and in this order."""
    _found(PAPERS, TOPICS, tmp_path)
    assert _found(PAPERS, TOPICS[::-1], tmp_path) == [(1,), (0,), (0,), ()]


def test_a_damaged_memory_is_none(tmp_path: Path) -> None:
    """Cut short, empty, or with another topic in it than was found: it is made anew."""
    _found(PAPERS, TOPICS, tmp_path)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    other_topic = whole.replace(b"\x91\x00", b"\x91\x01")
    assert other_topic != whole
    for damaged in (whole[:-1], other_topic, b""):
        file.write_bytes(damaged)
        assert _found(PAPERS, TOPICS, tmp_path) == FOUND
        assert file.read_bytes() == whole
