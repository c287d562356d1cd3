"""The press: what is kept, what is made again, and that the folder always ends as an empty one would have."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from site_config import press
from site_config.pages.site import BinaryOutput, Draft, Output
from site_config.press import Press

MADE: list[str] = []
"""What `shout` was called with, in this process."""


def shout(text: str) -> str:
    """A maker that a worker can import."""
    MADE.append(text)
    return text.upper()


def run(tmp_path: Path, drafts: Mapping[str, str], *, version: str = "1") -> Press:
    """One build of these drafts, with what the build before remembered."""
    press = Press(tmp_path / "site", memory=tmp_path / "memory", version=version)
    press.print(Draft(path, text, shout) for path, text in drafts.items())
    press.finish()
    return press


def site(tmp_path: Path) -> dict[str, str]:
    """Every file of the site and its text."""
    folder = tmp_path / "site"
    return {p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*") if p.is_file()}


def test_what_is_made_of_the_same_is_not_made_again(tmp_path: Path) -> None:
    """Only the draft that changed is made; a draft that is gone takes its file and its empty folder with it."""
    run(tmp_path, {"a/index.html": "a", "b/index.html": "b", "c/d/index.html": "c"})
    MADE.clear()
    press = run(tmp_path, {"a/index.html": "a", "b/index.html": "new"})
    assert MADE == ["new"]
    assert (press.count.made, press.count.kept, press.count.removed) == (1, 1, 1)
    assert site(tmp_path) == {"a/index.html": "A", "b/index.html": "NEW"}
    assert not (tmp_path / "site" / "c").exists()


@pytest.mark.parametrize("mischief", ["edited", "edited to the same length", "removed", "half written"])
def test_a_file_that_somebody_touched_is_made_again(tmp_path: Path, mischief: str) -> None:
    """Whatever happened in the folder since, the next build puts it right."""
    run(tmp_path, {"a.html": "text", "b.html": "other"})
    file = tmp_path / "site" / "a.html"
    match mischief:
        case "edited":
            file.write_text("something else")
        case "edited to the same length":
            file.write_text("EVIL")
        case "removed":
            file.unlink()
        case "half written":
            file.write_text("TE")
    run(tmp_path, {"a.html": "text", "b.html": "other"})
    assert site(tmp_path) == {"a.html": "TEXT", "b.html": "OTHER"}


def test_what_nobody_published_is_taken_away(tmp_path: Path) -> None:
    """A file that a killed build left is not in the next site; hidden files are left alone."""
    run(tmp_path, {"a.html": "a"})
    (tmp_path / "site" / "stray").mkdir()
    (tmp_path / "site" / "stray" / "old.html").write_text("old")
    (tmp_path / "site" / ".nojekyll").write_text("")
    run(tmp_path, {"a.html": "a"})
    assert site(tmp_path) == {"a.html": "A", ".nojekyll": ""}


def test_another_version_makes_everything_again(tmp_path: Path) -> None:
    """Code and libraries are in no draft: a new version of them trusts nothing that the old one made."""
    run(tmp_path, {"a.html": "a", "b.html": "b"})
    MADE.clear()
    run(tmp_path, {"a.html": "a", "b.html": "b"}, version="2")
    assert MADE == ["a", "b"]


@pytest.mark.parametrize("damage", [b"", b"\x00" * 40, b"damaged"])
def test_a_damaged_memory_counts_as_none(tmp_path: Path, damage: bytes) -> None:
    """The build goes on, and makes everything."""
    run(tmp_path, {"a.html": "a"})
    memory = tmp_path / "memory"
    memory.write_bytes(damage or memory.read_bytes()[:-3])
    MADE.clear()
    run(tmp_path, {"a.html": "a"})
    assert MADE == ["a"]


def test_text_and_markup_of_the_same_letters_are_two_things(tmp_path: Path) -> None:
    """One of them is escaped on the page."""
    memory = tmp_path / "memory"
    for value in ("<b>", Markup("<b>")):
        press = Press(tmp_path / "site", memory=memory)
        press.print([Draft("a.html", value, shout)])
        press.finish()
        assert press.count.made == 1


def test_a_draft_of_what_cannot_be_compared_is_refused(tmp_path: Path) -> None:
    """A value that may say something else the next time would leave an old file standing."""
    with pytest.raises(TypeError, match="generator"):
        Press(tmp_path / "site").print([Draft("a.html", (letter for letter in "ab"), shout)])


def test_two_files_of_one_name_are_a_mistake(tmp_path: Path) -> None:
    """The second would replace the first, and nobody would know."""
    with pytest.raises(ValueError, match=r"a\.html"):
        Press(tmp_path / "site").print([Output("a.html", "a"), Output("a.html", "b")])


def test_what_mkdocs_made_comes_in_and_goes(tmp_path: Path) -> None:
    """Files of another folder are taken in, and out again when they are no longer there."""
    stage = tmp_path / "stage"
    stage.mkdir()
    for names in (("x.css", "y.css"), ("y.css",)):
        for file in stage.iterdir():
            file.unlink()
        for name in names:
            (stage / name).write_text(name)
        press = Press(tmp_path / "site", memory=tmp_path / "memory")
        press.adopt(stage)
        press.finish()
        assert site(tmp_path) == {name: name for name in names}


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    """The search index has a writer of its own."""
    (tmp_path / "site" / "search-index").mkdir(parents=True)
    (tmp_path / "site" / "search-index" / "entry.json").write_text("{}")
    press = Press(tmp_path / "site")
    press.keep("search-index")
    press.finish()
    assert site(tmp_path) == {"search-index/entry.json": "{}"}


def test_links_lead_nowhere(tmp_path: Path) -> None:
    """A link that somebody put into the site goes, as what nobody published; what it leads to is not the site's."""
    folder, outside = tmp_path / "site", tmp_path / "documents"
    outside.mkdir()
    (outside / "a.html").write_text("of a person")
    run(tmp_path, {"a.html": "a", "below/a.html": "a"})
    (folder / "documents").symlink_to(outside)
    (folder / "letter.html").symlink_to(outside / "a.html")
    (folder / "nowhere").symlink_to(tmp_path / "not there")
    run(tmp_path, {"a.html": "a"})
    assert [path.name for path in folder.rglob("*")] == ["a.html"]
    assert (outside / "a.html").read_text() == "of a person"


def test_a_file_that_the_system_takes_in_pieces_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is nearly full may take less than it was given, and say so."""
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, content: write(file, bytes(content)[:3]))
    run(tmp_path, {"a.html": "a text of some length"})
    assert site(tmp_path) == {"a.html": "A TEXT OF SOME LENGTH"}


def test_what_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever makes room wants to know where."""

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space left") as caught:
        run(tmp_path, {"below/a.html": "a"})
    assert caught.value.filename == str(tmp_path / "site" / "below" / "a.html")


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux counts what a process has open")
def test_many_files_leave_nothing_open(tmp_path: Path) -> None:
    """A site has more files than a process may have open."""
    before = len([*Path("/proc/self/fd").iterdir()])
    run(tmp_path, {f"{number}.html": "a" for number in range(20)})
    assert len([*Path("/proc/self/fd").iterdir()]) <= before


def test_what_mkdocs_made_is_compared_by_its_bytes(tmp_path: Path) -> None:
    """One of the same size may say another thing."""
    for text in ("one", "two"):
        made = tmp_path / text
        made.mkdir()
        (made / "index.html").write_text(text)
        press = Press(tmp_path / "site", memory=tmp_path / "memory")
        press.adopt(made)
        press.finish()
        assert site(tmp_path) == {"index.html": text}


def test_workers_change_nothing(tmp_path: Path) -> None:
    """Other processes make the same files as this one alone, and the memory is as good."""
    outputs: list[Output | BinaryOutput | Draft] = [Draft(f"{n}.html", f"text {n}", shout) for n in range(600)]
    others: list[Output | BinaryOutput | Draft] = [Output("plain.txt", "p"), BinaryOutput("picture.png", b"\x89PNG")]
    alone, shared = Press(tmp_path / "alone"), None
    alone.print([*outputs, *others])
    with ProcessPoolExecutor(2) as executor:
        shared = Press(tmp_path / "site", memory=tmp_path / "memory", executor=executor)
        shared.print([*outputs, *others])
        shared.finish()
    for path in (p.relative_to(tmp_path / "alone") for p in (tmp_path / "alone").rglob("*.*")):
        assert (tmp_path / "site" / path).read_bytes() == (tmp_path / "alone" / path).read_bytes()
    again = Press(tmp_path / "site", memory=tmp_path / "memory")
    again.print([*outputs, *others])
    assert again.count.made == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(["a", "b/c", "b/d", "e"]), st.sampled_from("xyz")), max_size=6))
def test_any_history_ends_as_an_empty_folder_would(
    tmp_path_factory: pytest.TempPathFactory, history: list[dict[str, str]]
) -> None:
    """However the drafts came and went, the site is the last build's and nothing else."""
    folder = tmp_path_factory.mktemp("history")
    for drafts in history:
        run(folder, drafts)
    expected = {path: text.upper() for path, text in history[-1].items()} if history else {}
    assert (site(folder) if os.path.isdir(folder / "site") else {}) == expected  # noqa: PTH112 - an empty site has none


def test_what_was_there_stays_until_all_is_made(tmp_path: Path) -> None:
    """A page that is made anew waits beside the old one; what is taken back was never there."""
    site = tmp_path / "site"
    first = Press(site)
    first.print([Output("a.html", "old"), Output("below/b.html", "old")])
    first.finish()
    failing = Press(site)
    failing.print([Output("a.html", "new"), Output("below/c.html", "new")])
    assert (site / "a.html").read_text() == "old"
    failing.take_back()
    assert {path.relative_to(site).as_posix(): path.read_text() for path in site.rglob("*") if path.is_file()} == {
        "a.html": "old",
        "below/b.html": "old",
    }
    whole = Press(site)
    whole.print([Output("a.html", "new"), Output("below/c.html", "new")])
    whole.finish()
    assert {path.relative_to(site).as_posix(): path.read_text() for path in site.rglob("*") if path.is_file()} == {
        "a.html": "new",
        "below/c.html": "new",
    }


def test_what_is_somebody_elses_is_not_taken_back(tmp_path: Path) -> None:
    """The search index looks after its own folder: a run that fails when it is written leaves it as it is."""
    site = tmp_path / "site"
    failing = Press(site)
    failing.keep("search-index")
    failing.print([Output("a.html", "new")])
    (site / "search-index" / "1").mkdir(parents=True)
    (site / "search-index" / "1" / "words.bin").write_text("words")
    failing.take_back()
    assert [path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()] == [
        "search-index/1/words.bin"
    ]


def test_the_drafts_of_a_killed_run_go_with_the_next(tmp_path: Path) -> None:
    """They hold what nobody asked for any more, and nobody looks at hidden files."""
    site = tmp_path / "site"
    first = Press(site)
    first.print([Output("a.html", "old")])
    first.finish()
    Press(site).print([Output("a.html", "new")])  # and no more
    assert len([*site.iterdir()]) == 2
    Press(site)
    assert [path.name for path in site.iterdir()] == ["a.html"]


def test_nothing_is_written_once_a_run_was_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a run that failed, workers that had begun are waited for, and what had not begun never does."""
    monkeypatch.setattr(press, "CHUNKS", (1,))
    begun, failed = Event(), Event()
    made: list[str] = []

    def bad(_: str) -> str:
        assert begun.wait(30)
        raise OSError("no room")

    def slow(text: str) -> str:
        begun.set()
        failed.wait(0.5)
        made.append(text)
        return text

    drafts = [Draft("bad.txt", "", bad), *(Draft(f"{number}.txt", "slow", slow) for number in range(5))]
    with ThreadPoolExecutor(2) as workers:
        failing = Press(tmp_path / "site", executor=workers)
        with pytest.raises(OSError, match="no room"):
            failing.print(drafts)
        failing.take_back()
        failed.set()
    assert not list(tmp_path.rglob("*"))
    assert len(made) < 5


def test_a_slow_look_takes_no_draft_of_this_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks through the folder takes the drafts of killed runs away, before any of this run is written."""
    site, memory = tmp_path / "site", tmp_path / "memory"
    first = Press(site, memory=memory)
    first.print([Output("a.txt", "one")])
    first.finish()
    look, printed, looked = vars(press)["_look"], Event(), Event()

    def slow(folder: Path) -> Any:
        printed.wait(0.5)
        found = look(folder)
        looked.set()
        return found

    monkeypatch.setattr(press, "_look", slow)
    with ThreadPoolExecutor(2) as workers:
        second = Press(site, memory=memory, executor=workers)
        second.print([Output("a.txt", "two")])
        printed.set()
        assert looked.wait(30)
        second.finish()
    assert (site / "a.txt").read_text() == "two"


def test_workers_that_make_one_folder_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second finds it there, and goes on."""
    make = os.mkdir

    def made_by_two(path: str, *mode: int) -> None:
        if not mode:
            make(path)
        make(path, *mode)

    (tmp_path / "site").mkdir()
    monkeypatch.setattr(os, "mkdir", made_by_two)
    run(tmp_path, {"a/index.html": "A."})
    assert (tmp_path / "site" / "a" / "index.html").read_text() == "A."
