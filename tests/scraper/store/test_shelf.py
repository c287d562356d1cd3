"""The shelf: papers are what they were before they were packed, and their headings say what they say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scraper import words
from scraper.records import Author, Paper
from scraper.store import ContentStore, snapshots
from scraper.store.shelf import Shelf, Slip, heading
from tests.own_library import own_library

LIBRARY, _ = own_library()
PAPERS = dict(list(LIBRARY.papers.items())[:300])


def packed(papers: dict[str, Paper]) -> Shelf:
    """A shelf on which each is packed, as a library's snapshots have them."""
    return Shelf({name: Slip(heading(one), msgspec.Raw(msgspec.msgpack.encode(one))) for name, one in papers.items()})


def test_a_packed_paper_is_the_paper() -> None:
    """Field by field, and the same one each time it is asked for."""
    shelf = packed(PAPERS)
    assert shelf == PAPERS
    name = next(iter(PAPERS))
    assert shelf[name] is shelf[name]


def test_a_heading_says_what_the_paper_says() -> None:
    """Its authors' names are folded as everybody folds them."""
    for paper in PAPERS.values():
        says = heading(paper)
        names = [author.name for author in paper.authors]
        assert (says.id, says.title, says.submitted, says.aliases) == (
            paper.id,
            paper.title,
            paper.submitted,
            paper.aliases,
        )
        assert [*says.authors] == names
        assert [*says.folded_authors] == [*map(words.name, names)]
        assert says.has_code == ("code" in paper.links)


@pytest.mark.parametrize(
    ("change", "is_other"),
    [
        (lambda paper: replace(paper, title=f"{paper.title}."), True),
        (lambda paper: replace(paper, abstract=f"{paper.abstract} More."), True),
        (lambda paper: replace(paper, keywords=(*paper.keywords, "one more")), True),
        (lambda paper: replace(paper, aliases=("an-older-name",)), True),
        (lambda paper: replace(paper, id="2511.00001"), True),
        (lambda paper: replace(paper, title=f"{paper.title} {paper.abstract[:5]}", abstract=paper.abstract[5:]), True),
        (lambda paper: replace(paper, authors=(Author("Somebody Else"),)), False),
    ],
)
def test_the_wording_tells_other_words(change: Callable[[Paper], Paper], is_other: bool) -> None:
    """Whatever related papers are found by, and nothing else: an author's name that is corrected changes none."""
    paper = next(iter(PAPERS.values()))
    assert (heading(change(paper)).wording != heading(paper).wording) is is_other


def test_nothing_is_unpacked_to_order_and_to_choose() -> None:
    """What is asked of all papers is on their headings: a damaged one is only met by who asks for it."""
    slips: dict[str, Slip[Any]] = {
        name: Slip(heading(paper), msgspec.Raw(b"\xc1")) for name, paper in list(PAPERS.items())[:10]
    }
    shelf = Shelf(slips)
    chosen = shelf.only([*shelf][::-1])
    assert [*chosen] == [*slips][::-1] == [one.id for one in chosen.headings()]
    assert len(chosen) == 10
    assert next(iter(slips)) in chosen
    assert "another" not in chosen
    with pytest.raises(msgspec.MsgspecError):
        chosen[next(iter(slips))]


def test_a_paper_with_a_persons_own_keys_is_kept_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MessagePack has no word for what may be among them, such as a date: it is read anew each time."""
    monkeypatch.setattr(snapshots, "SETTLED", -(10**18))
    store = ContentStore(tmp_path)
    store.write_paper(Paper("2511.00001", "A title"))
    path = store.paper_path("2511.00001")
    path.write_text(path.read_text().replace("title:", "read: 2025-11-13\ntitle:"))
    cache = tmp_path / "cache"
    assert store.load(cache=cache).papers == store.load(cache=cache).papers == store.load().papers
    assert store.load(cache=cache).papers["2511.00001"] == store.paper("2511.00001")
    assert not [*cache.rglob("*.msgpack")]
