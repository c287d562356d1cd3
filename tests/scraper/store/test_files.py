"""Writing a file: what reaches the disk, and in which order. A machine that stops loses what has not reached it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from scraper.store.files import write_atomically


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked of the system, in its order: which text or folder is to reach the disk, and each renaming."""
    done: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def reach_the_disk(descriptor: int) -> None:
        place = Path(f"/proc/self/fd/{descriptor}").readlink()
        done.append(f"folder {place.name}" if place.is_dir() else f"text {place.read_text()!r}")
        fsync(descriptor)

    def rename(path: Path, target: Any) -> Path:
        done.append(f"{Path(target).name} is renamed")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", reach_the_disk)
    monkeypatch.setattr(Path, "replace", rename)
    return done


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux tells of which file a descriptor is")
def test_a_text_is_on_the_disk_before_its_name_and_the_name_before_all_is_said_to_be_well(
    tmp_path: Path, steps: list[str]
) -> None:
    """The whole text, then the name, then the folder that has the name."""
    file = tmp_path / "below" / "file.md"
    assert write_atomically(file, "A text.\n")
    assert steps == ["text 'A text.\\n'", "file.md is renamed", "folder below"]


def test_the_same_text_is_not_written(tmp_path: Path, steps: list[str]) -> None:
    """A file that has it already is let be."""
    file = tmp_path / "file.md"
    file.write_text("A text.\n")
    assert not write_atomically(file, "A text.\n")
    assert steps == []


@pytest.mark.parametrize("trouble", [OSError(5, "Input/output error"), KeyboardInterrupt()], ids=["disk", "Ctrl+C"])
@pytest.mark.parametrize("draft_can_go", [True, False])
def test_a_write_that_fails_leaves_the_old_text_and_no_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: BaseException, draft_can_go: bool
) -> None:
    """Whatever happens while the text is on its way; that is what is told, even if the draft cannot be removed."""
    file = tmp_path / "file.md"
    file.write_text("Before.\n")

    def fail(*_: object, **__: object) -> None:
        raise trouble

    monkeypatch.setattr(os, "fsync", fail)
    if not draft_can_go:
        monkeypatch.setattr(Path, "unlink", lambda *_, **__: (tmp_path / "not there").rmdir())
    with pytest.raises(type(trouble)) as caught:
        write_atomically(file, "After.\n")
    assert caught.value is trouble
    assert file.read_text() == "Before.\n"
    left = ["file.md"] if draft_can_go else [".file.md.tmp", "file.md"]
    assert sorted(path.name for path in tmp_path.iterdir()) == left


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux counts what a process has open")
def test_many_writes_leave_nothing_open(tmp_path: Path) -> None:
    """A library has more files than a process may have open."""
    before = len([*Path("/proc/self/fd").iterdir()])
    for number in range(20):
        write_atomically(tmp_path / f"{number}.md", "A text.\n")
    assert len([*Path("/proc/self/fd").iterdir()]) <= before


def test_a_folder_that_the_system_does_not_open_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not every system has that; the file is written all the same."""

    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    assert write_atomically(tmp_path / "file.md", "A text.\n")
    assert (tmp_path / "file.md").read_text() == "A text.\n"


@pytest.mark.usefixtures("steps")
def test_the_old_text_is_there_until_the_new_one_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads the file meanwhile, or finds it after a kill, has the old text whole."""
    file = tmp_path / "file.md"
    file.write_text("Before.\n")
    found: list[str] = []
    fsync = os.fsync

    def look(descriptor: int) -> None:
        found.append(file.read_text())
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", look)
    write_atomically(file, "After.\n")
    assert found == ["Before.\n", "After.\n"]
