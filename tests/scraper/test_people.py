"""Nothing that a person wrote is ever lost: each kind of edit, then a scrape, and a scrape that was killed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.replay import ReplayServer, arxiv, daily_papers
from tests.scraper.conftest import Desk, new_desk, write_early, write_late

DAY = "2026-08-20"
Edit = Callable[[Desk], None]


@dataclass(frozen=True)
class Places:
    """Where the scraped day and two of its papers are."""

    day: Path
    first: Path
    third: Path
    first_id: str
    third_id: str


def _places(desk: Desk) -> Places:
    day = desk.root / f"content/daily/2026/{DAY}.md"
    ids = re.findall(r"id: '([0-9.]+)'", day.read_text()) if day.exists() else []
    first, third = ids[0], ids[2]
    return Places(day, desk.store.paper_path(first), desk.store.paper_path(third), first, third)


@pytest.fixture
def served(tmp_path: Path) -> Path:
    """The folder that the server reads days from."""
    folder = tmp_path / "served"
    folder.mkdir()
    return folder


@pytest.fixture
def desk(tmp_path: Path, served: Path) -> Iterator[Desk]:
    """A library that has the day as it was early, while the server has it as it was at its end."""
    write_early(served, DAY)
    with ReplayServer(daily_papers(served), arxiv()) as server:
        desk = new_desk(tmp_path / "library", server)
        assert desk.run("scrape", "--date", DAY).exit_code == 0
        write_late(served, DAY)
        yield desk


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def _edited_title(desk: Desk) -> None:
    path = _places(desk).first
    path.write_text(re.sub(r"^title: .*$", 'title:   "A mended: title"', path.read_text(), count=1, flags=re.MULTILINE))


def _edited_abstract(desk: Desk) -> None:
    path = _places(desk).first
    path.write_text(path.read_text() + "\n\nA sentence by the editor.\n")


def _added_key(desk: Desk) -> None:
    _replace(_places(desk).first, "\nsource:", "\nreviewed-by: {name: Ann, on: 2026-08-22}\nsource:")
    _replace(_places(desk).day, "\npapers:", "\nweather: fine\npapers:")


def _comment(desk: Desk) -> None:
    _replace(_places(desk).first, "\nsource: huggingface", "\nsource: huggingface # checked\n# by hand")
    _replace(_places(desk).day, "why: huggingface}\n", "why: huggingface}   # the best of the day\n")


def _reordered_day(desk: Desk) -> None:
    day = _places(desk).day
    lines = day.read_text().splitlines(keepends=True)
    entries = [line for line in lines if line.startswith("- ")]
    start = lines.index(entries[0])
    day.write_text("".join([*lines[:start], *reversed(entries), *lines[start + len(entries) :]]))


def _removed_paper(desk: Desk) -> None:
    places = _places(desk)
    lines = places.day.read_text().splitlines(keepends=True)
    places.day.write_text("".join(line for line in lines if places.third_id not in line))


def _editors_note(desk: Desk) -> None:
    day = _places(desk).day
    day.write_text(day.read_text() + "\nA quiet day, **but** see the second paper.\n\n---\n\n- {id: x}\n")


def _deleted_paper(desk: Desk) -> None:
    _places(desk).third.unlink()


def _deleted_day(desk: Desk) -> None:
    _places(desk).day.unlink()


def _excluded(desk: Desk) -> None:
    """Excluded, and its file and line removed."""
    places = _places(desk)
    _replace(desk.root / "site_config/site.yml", "name: T\n", f"name: T\nexclude: ['{places.third_id}']\n")
    places.third.unlink()
    lines = places.day.read_text().splitlines(keepends=True)
    places.day.write_text("".join(line for line in lines if places.third_id not in line))


def _emptied_key(desk: Desk) -> None:
    path = _places(desk).first
    path.write_text(re.sub(r"^(keywords|organization): .*$", r"\1:", path.read_text(), flags=re.MULTILINE))


EDITS = {
    edit.__name__.strip("_"): edit
    for edit in (
        *(_edited_title, _edited_abstract, _added_key, _comment, _reordered_day, _removed_paper, _editors_note),
        *(_deleted_paper, _deleted_day, _excluded, _emptied_key),
    )
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_a_killed_scrape_and_another_end_as_one_undisturbed_scrape(edit: Edit, desk: Desk, tmp_path: Path) -> None:
    """Killed at its first, second, middle and last write, before and behind it: the next scrape ends the same."""
    edit(desk)
    start = tmp_path / "start"
    shutil.copytree(desk.root / "content", start)
    assert desk.run("scrape", "--date", DAY).exit_code == 0
    undisturbed = desk.tree()
    earlier = {f"content/{path.relative_to(start).as_posix()}": path.read_bytes() for path in start.rglob("*.*")}
    writes = sum(earlier.get(path) != text for path, text in undisturbed.items())
    assert writes >= 6, "the scrape has something to write, or killing it proves nothing"
    for at, behind in ((1, False), (1, True), (2, True), (writes // 2, False), (writes, False)):
        shutil.rmtree(desk.root / "content")
        shutil.copytree(start, desk.root / "content")
        assert desk.run_killed(at, "scrape", "--date", DAY, behind=behind)
        assert desk.tree() != undisturbed
        assert desk.run("scrape", "--date", DAY).exit_code == 0
        assert desk.tree() == undisturbed
        assert desk.run("check").exit_code == 0


def _before_and_after(edit: Edit, desk: Desk) -> tuple[dict[str, str], dict[str, str]]:
    edit(desk)
    before = {path: text.decode() for path, text in desk.tree().items()}
    assert desk.run("scrape", "--date", DAY).exit_code == 0
    return before, {path: text.decode() for path, text in desk.tree().items()}


def _without_numbers(text: str) -> str:
    return re.sub(r"(upvotes|comments|stars): \d+", r"\1: N", text)


@pytest.mark.parametrize("edit", [_edited_title, _edited_abstract, _added_key, _comment, _editors_note, _emptied_key])
def test_a_persons_words_stay_byte_for_byte(edit: Edit, desk: Desk) -> None:
    """After a scrape the edited files differ from what the person left in numbers and appended newcomers only."""
    before, after = _before_and_after(edit, desk)
    for path, text in before.items():
        kept, got = _without_numbers(text), _without_numbers(after[path])
        if not path.startswith("content/daily/"):
            assert got == kept
            continue
        newcomers = [line for line in got.splitlines() if line not in kept.splitlines()]
        assert len(newcomers) == 6
        assert all(line.startswith("- {id: '") for line in newcomers)
        assert [line for line in got.splitlines() if line not in newcomers] == kept.splitlines()


def test_a_reordered_day_keeps_its_order(desk: Desk) -> None:
    """The editor's order stands, and newcomers follow it."""
    before, after = _before_and_after(_reordered_day, desk)
    path = f"content/daily/2026/{DAY}.md"
    order = re.findall(r"id: '([0-9.]+)'", before[path])
    assert re.findall(r"id: '([0-9.]+)'", after[path])[: len(order)] == order


def test_a_removed_paper_stays_out(desk: Desk) -> None:
    """The source lists it, the day does not, and its own file says it was there: it stays out, its file stays."""
    gone = _places(desk)
    _, after = _before_and_after(_removed_paper, desk)
    assert gone.third_id not in after[f"content/daily/2026/{DAY}.md"]
    assert gone.third.exists()


def test_a_deleted_paper_comes_back(desk: Desk) -> None:
    """A file that somebody deleted by mistake is written again."""
    path = _places(desk).third
    original = path.read_text()
    _before_and_after(_deleted_paper, desk)
    assert path.read_text() == original


def test_a_deleted_day_comes_back(desk: Desk) -> None:
    """A day's file that was deleted is written again, whole."""
    _before_and_after(_deleted_day, desk)
    assert len(_places(desk).day.read_text().splitlines()) == 15 + 5


def test_an_excluded_paper_never_comes_back(desk: Desk) -> None:
    """An id under `exclude` gets neither its file nor its line back, even where the day's file is written anew."""
    gone = _places(desk)
    _before_and_after(_excluded, desk)
    gone.day.unlink()
    assert desk.run("scrape", "--date", DAY).exit_code == 0
    assert not gone.third.exists()
    assert gone.third_id not in gone.day.read_text()


def test_a_second_scrape_changes_nothing(desk: Desk) -> None:
    """The same answer twice leaves no diff, and says so."""
    assert desk.run("scrape", "--date", DAY).exit_code == 0
    once = desk.tree()
    result = desk.run("scrape", "--date", DAY)
    assert "0 new papers, 0 changed numbers, 0 completed papers" in result.output
    assert desk.tree() == once


def test_a_slip_in_a_days_date_overwrites_no_other_day(desk: Desk) -> None:
    """A day's file that says another date is refused, and told, and the other day keeps every byte."""
    other = desk.root / "content/daily/2026/2026-08-21.md"
    other.write_text("---\ntitle: T\ndate: 2026-08-21\npapers:\n- '2608.00001'\n---\n\nA note.\n")
    _replace(_places(desk).day, f"date: {DAY}", "date: 2026-08-21")
    before = desk.tree()
    result = desk.run("scrape", "--date", DAY)
    assert result.exit_code == 1
    assert f"content/daily/2026/{DAY}.md:1: by what it says this file belongs at" in result.output
    assert desk.tree() == before


def test_a_slip_in_a_papers_id_overwrites_no_other_paper(desk: Desk) -> None:
    """A copied file whose identifier was not changed is refused, and the other papers of the day are written."""
    places = _places(desk)
    places.third.write_text(places.first.read_text())
    original = places.first.read_text()
    result = desk.run("scrape", "--date", DAY)
    assert result.exit_code == 1
    assert desk.store.relative(places.third) in result.output
    assert places.first.read_text() == original
    assert len(desk.store.load().papers) == 14


def test_one_unreadable_paper_stops_no_other(desk: Desk) -> None:
    """Its file stays as it is and is told; numbers, newcomers and the other papers come in."""
    path = _places(desk).third
    path.write_text(path.read_text().replace("title: ", "title: a: ", 1))
    broken = path.read_text()
    result = desk.run("scrape", "--date", DAY)
    assert result.exit_code == 1
    assert f"{desk.store.relative(path)}:3: cannot be read as YAML" in result.output
    assert "15 papers, 6 new in the day" in result.output
    assert path.read_text() == broken
    assert len(desk.store.load().papers) == 14


@pytest.mark.parametrize("key", ["featured", "versions", "aliases", "keywords", "authors", "links", "organization"])
@pytest.mark.parametrize("empty", ["", " []", " {}"])
def test_a_key_that_a_person_emptied_stays_empty(desk: Desk, key: str, empty: str) -> None:
    """Whichever key it is and however it is emptied, a scrape neither fills it nor fails."""
    path = _places(desk).first
    lines = [line for line in path.read_text().splitlines() if not line.startswith(f"{key}:")]
    path.write_text("\n".join([*lines[:2], f"{key}:{empty} # none", *lines[2:], ""]))
    before = path.read_text()
    assert desk.run("scrape", "--date", DAY).exit_code == 0
    assert path.read_text() == before


def test_a_day_in_a_form_of_ones_own_is_edited_where_it_stands(desk: Desk) -> None:
    """Question marks, tabs, blocks and comments within entries: numbers change, and all the rest stays."""
    places = _places(desk)
    lines = places.day.read_text().splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if line.startswith("- "))
    lines[start] = f"- id: '{places.first_id}'\t# the best?\n  note: Is this right?\n  upvotes: 1\n"
    lines[start + 2] = f"- {{id: '{places.third_id}', note: Why?, upvotes: 1}}\n"
    places.day.write_text("".join(lines))
    assert desk.run("scrape", "--date", DAY).exit_code == 0
    after = places.day.read_text()
    assert f"- id: '{places.first_id}'\t# the best?\n  note: Is this right?\n  upvotes: 92\n  comments: " in after
    assert f"- {{id: '{places.third_id}', note: Why?, upvotes: 59, comments: " in after


def test_a_day_whose_papers_were_all_taken_out_says_so(desk: Desk) -> None:
    """An editor's empty day stays empty, and gets the reason that is true."""
    day = _places(desk).day
    day.write_text(f"---\ntitle: 20 August 2026\ndate: {DAY}\npapers: []\n---\n")
    for path in (desk.root / "content/papers").rglob("*.md"):
        assert f"featured: {DAY}" in path.read_text()
    write_early(Path(desk.root.parent / "served"), DAY)
    assert desk.run("scrape", "--date", DAY).exit_code == 0
    assert "empty: taken-out\n" in day.read_text()
    assert desk.run("check").exit_code == 0
