"""The store on disk: what is written is found again, and a killed write leaves the old file or the new one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from scraper.errors import ContentError
from scraper.records import CuratedList, Day, DayEntry, Paper
from scraper.store import ContentStore, documents
from scraper.store.files import write_atomically

REPOSITORY = Path(__file__).parents[3]
PARSERS = {
    "papers": (documents.parse_paper, documents.render_paper),
    "daily": (documents.parse_day, documents.render_day),
    "lists": (lambda text: documents.parse_list(text, "any"), documents.render_list),
}


@pytest.mark.parametrize("folder", PARSERS)
def test_every_committed_file_comes_back_byte_for_byte(folder: str) -> None:
    """`render(parse(file)) == file` for everything in content/ but files that carry a person's comment."""
    parse, render = PARSERS[folder]
    texts = [path.read_bytes().decode() for path in ContentStore(REPOSITORY).content_files(folder)]
    if not texts:
        pytest.skip(f"this library has no {folder}")
    changed = [text for text in texts if render(parse(text)) != text and "#" not in documents.split(text).front]  # type: ignore[operator] # the pairs fit
    assert changed == []


def test_a_paper_completed_later_looks_as_if_written_at_once(tmp_path: Path) -> None:
    """A file that nobody edited keeps the one canonical form, whatever is added to it."""
    store = ContentStore(tmp_path)
    paper = Paper(id="2511.08567", title="T", featured=(date(2025, 11, 13),))
    store.write_paper(paper)
    complete = replace(paper, organization="AI at Meta", links={"code": "https://example.org/"})
    store.write_paper(complete)
    assert store.paper_path(paper.id).read_text() == documents.render_paper(complete)


def test_what_is_written_is_found_again(tmp_path: Path) -> None:
    """Papers of every kind of identifier, days and lists are loaded as they were written, from their own places."""
    store = ContentStore(tmp_path)
    papers = [Paper(id=name, title="T") for name in ("2511.08567", "cs/0112017", "10.1016/s0(92)/a", "a-slug")]
    for paper in papers:
        assert store.write_paper(paper)
    day = Day(date(2025, 11, 13), "T", (DayEntry("2511.08567"),))
    assert store.write_day(day)
    assert store.write_new_list(CuratedList("a-list", "T"))
    library = store.load()
    assert sorted(library.papers.values(), key=str) == sorted(papers, key=str)
    assert library.days == {day.date: day}
    assert list(library.lists) == ["a-list"]
    assert library.problems == ()
    assert (tmp_path / "content" / "store.yml").read_text() == "format: 1\n"


def test_writing_twice_changes_nothing(tmp_path: Path) -> None:
    """The same record again leaves the file, and its time, alone."""
    store = ContentStore(tmp_path)
    paper = Paper(id="2511.08567", title="T")
    store.write_paper(paper)
    before = store.paper_path(paper.id).stat().st_mtime_ns
    assert not store.write_paper(paper)
    assert store.paper_path(paper.id).stat().st_mtime_ns == before


def test_an_unreadable_file_is_a_problem_and_the_rest_is_loaded(tmp_path: Path) -> None:
    """One broken file does not hide the others."""
    store = ContentStore(tmp_path)
    store.write_paper(Paper(id="2511.08567", title="T"))
    store.paper_path("2511.00001").write_text("broken")
    library = store.load()
    assert list(library.papers) == ["2511.08567"]
    assert [problem.path for problem in library.problems] == ["content/papers/2511/2511.00001.md"]


def test_a_file_that_cannot_be_read_is_never_written(tmp_path: Path) -> None:
    """A paper whose file a person broke keeps that file: the write is refused."""
    store = ContentStore(tmp_path)
    path = store.paper_path("2511.08567")
    path.parent.mkdir(parents=True)
    path.write_text("---\nid: '2511.08567'\ntitle: a: b\n---\nwords of a person\n")
    with pytest.raises(ContentError):
        store.write_paper(Paper(id="2511.08567", title="T"))
    assert "words of a person" in path.read_text()


def test_a_list_of_another_is_not_overwritten(tmp_path: Path) -> None:
    """Importing under a name that is taken is refused; the same list again is no change."""
    store = ContentStore(tmp_path)
    curated = CuratedList("a-list", "Mine")
    store.write_new_list(curated)
    assert not store.write_new_list(curated)
    with pytest.raises(ContentError, match="there already"):
        store.write_new_list(replace(curated, title="Yours"))
    with pytest.raises(ContentError, match="a-z"):
        store.write_new_list(replace(curated, slug="../outside"))


def test_a_file_that_cannot_be_edited_with_certainty_is_left_to_a_person(tmp_path: Path) -> None:
    """The write is refused, and every word is there: here a comment that has no place in what would be written."""
    store = ContentStore(tmp_path)
    path = store.day_path(date(2025, 11, 15))
    path.parent.mkdir(parents=True)
    path.write_text("---\ntitle: T\ndate: 2025-11-15\nempty: weekend\npapers: [\n  # none yet\n]\n---\n")
    before = path.read_text()
    with pytest.raises(ContentError, match=r"2025-11-15\.md.*by hand"):
        store.write_day(Day(date(2025, 11, 15), "T", (DayEntry("2511.08567"),)))
    assert path.read_text() == before


def test_the_format_is_said_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A killed first scrape leaves no library without one, which a later Paperstand would take for one of its own."""
    written: list[str] = []
    replace_file = Path.replace

    def replaced(path: Path, target: Path) -> Path:
        written.append(target.name)
        return replace_file(path, target)

    monkeypatch.setattr(Path, "replace", replaced)
    ContentStore(tmp_path).write_paper(Paper(id="2511.08567", title="T"))
    assert written == ["store.yml", "2511.08567.md"]


_WRITER = """
import sys
from pathlib import Path
from scraper.store.files import write_atomically
path = Path(sys.argv[1])
print("ready", flush=True)
number = 0
while True:
    number += 1
    write_atomically(path, ("old" if number % 2 else "new") * 200_000)
"""


def test_a_killed_write_leaves_a_whole_file(tmp_path: Path) -> None:
    """A writer killed at any moment leaves one text or the other, never a part of one."""
    path = tmp_path / "file.md"
    write_atomically(path, "new" * 200_000)
    whole = {"old" * 200_000, "new" * 200_000}
    for attempt in range(15):
        writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.01 + attempt * 0.003)
        os.kill(writer.pid, signal.SIGKILL)
        writer.communicate()
        assert path.read_text() in whole
    assert write_atomically(path, "next")
    assert [file.name for file in tmp_path.iterdir()] == ["file.md"]


def test_a_file_that_says_another_identifier_is_never_written(tmp_path: Path) -> None:
    """A slip in a paper's `id` is refused where it is written, too: whoever writes, the file stays as it is."""
    store = ContentStore(tmp_path)
    store.write_paper(Paper(id="2511.00001", title="One"))
    store.paper_path("2511.00002").write_text(store.paper_path("2511.00001").read_text())
    with pytest.raises(ContentError, match="belongs at"):
        store.write_paper(Paper(id="2511.00002", title="Two"))
    assert "One" in store.paper_path("2511.00002").read_text()
