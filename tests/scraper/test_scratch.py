"""Folders for the while of a command: gone when it ends, and when it was killed, gone with the next."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from scraper import scratch
from scraper.scratch import YOUNG, scratch_folder

_HOLDS = """
import signal, time
from pathlib import Path
from scraper.scratch import asked_to_end, scratch_folder, take_along
# A job that a shell runs in the background is started with this signal ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
with asked_to_end(), scratch_folder("test") as folder:
    (folder / "below").mkdir()
    other = Path(folder.parent, "of-another-program")
    other.mkdir()
    take_along(folder, other)
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of the test's own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


@contextmanager
def holder() -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A process that has a folder, and the folder."""
    running = subprocess.Popen(
        [sys.executable, "-c", _HOLDS], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert running.stdout
        yield running, Path(running.stdout.readline().strip())
    finally:
        running.kill()
        running.communicate()


def aged(*folders: Path) -> None:
    """Let folders be older than a process needs to lock one."""
    for folder in folders:
        before = time.time() - YOUNG - 1
        os.utime(folder, (before, before))


def test_a_folder_ends_with_its_block(place: Path) -> None:
    """Whether that ends well or not."""
    with scratch_folder("test") as folder:
        assert folder.parent == place
        assert folder.name.startswith("paperstand-scratch-test-")
    with pytest.raises(ValueError, match="x"), scratch_folder("test"):
        raise ValueError("x")
    assert [*place.iterdir()] == []


@pytest.mark.parametrize("asks", [signal.SIGTERM, signal.SIGINT])
def test_a_process_that_is_asked_to_end_leaves_none(asks: signal.Signals) -> None:
    """By Ctrl+C, or by what systems and editors send."""
    with holder() as (running, folder):
        assert folder.is_dir()
        running.send_signal(asks)
        assert running.wait(120) != 0
        assert not folder.exists()


def test_what_a_killed_process_left_goes_with_the_next_folder(place: Path) -> None:
    """And the folder that another program had made for it; one that somebody holds, or that is new, stays."""
    other = place / "of-another-program"
    with holder() as (running, left):
        aged(left)
        with scratch_folder("test"):
            assert left.is_dir()  # it is held
        running.kill()
        running.wait(120)
        os.utime(left)
        with scratch_folder("test"):
            assert left.is_dir()  # it is new
        aged(left)
        with scratch_folder("another"):
            assert not left.exists()
            assert not other.exists()


def test_what_is_not_ours_stays(
    place: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link is not followed, a folder elsewhere not taken along, and another user's not touched."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    link = place / "paperstand-scratch-test-link"
    link.symlink_to(elsewhere)
    os.utime(link, (0, 0), follow_symlinks=False)
    named = place / "named-behind-the-link"
    named.mkdir()
    (elsewhere / ".also").write_text(str(named))
    foreign = place / "paperstand-scratch-test-foreign"
    foreign.mkdir()
    (foreign / ".also").write_text(str(elsewhere))
    aged(foreign, elsewhere)
    with monkeypatch.context() as patch:
        patch.setattr(os, "getuid", lambda: foreign.stat().st_uid + 1)
        with scratch_folder("test"):
            assert foreign.is_dir()
    with scratch_folder("test"):
        assert not foreign.exists()
    assert elsewhere.is_dir()
    assert named.is_dir()
    assert link.is_symlink()


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="root alone can give a folder away")
def test_another_users_folder_is_not_taken_along(place: Path) -> None:
    """Not even by root, who could: what the abandoned folder says of others may be anybody's words."""
    left, other = place / "paperstand-scratch-test-left", place / "another-users"
    for folder in (left, other):
        folder.mkdir()
    os.chown(other, 12345, 12345)
    scratch.take_along(left, other)
    aged(left)
    with scratch_folder("test"):
        assert not left.exists()
    assert other.is_dir()


@pytest.mark.parametrize("said", [None, b"\xff\xfe", b"/nowhere", b""], ids=["nothing", "no text", "none", "empty"])
def test_what_cannot_be_read_in_a_folder_that_was_left_is_no_hindrance(place: Path, said: bytes | None) -> None:
    """Whatever it says of another folder, and if it says nothing: the folder goes, and the command begins."""
    left = place / "paperstand-scratch-test-left"
    left.mkdir()
    if said is not None:
        (left / ".also").write_bytes(said)
    aged(left)
    with scratch_folder("test"):
        assert not left.exists()


def test_a_folder_that_another_command_removes_keeps_none_of_the_others(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two commands that begin at once find the same folders abandoned."""
    first, second, third = (place / f"paperstand-scratch-test-{number}" for number in (1, 2, 3))
    for folder in (first, second, third):
        folder.mkdir()
    aged(first, second, third)
    remove = shutil.rmtree

    def remove_two(folder: Path, **options: Any) -> None:
        remove(folder, **options)
        if folder == first:
            remove(second)

    monkeypatch.setattr(shutil, "rmtree", remove_two)
    with scratch_folder("another") as folder:
        assert list(place.iterdir()) == [folder]


def test_a_program_that_has_its_own_way_to_end_keeps_it() -> None:
    """Meanwhile, too; and outside of the main thread, where no signal can be taken, there is nothing to keep."""
    mine: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: mine.append(number))
    try:
        with scratch.asked_to_end():
            os.kill(os.getpid(), signal.SIGTERM)
    except KeyboardInterrupt:
        mine.clear()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert mine == [signal.SIGTERM]

    def elsewhere() -> str:
        with scratch.asked_to_end():
            return "done"

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(elsewhere).result() == "done"


def test_signals_are_as_they_were_afterwards() -> None:
    """A program that calls us keeps its own way to end."""
    with scratch.asked_to_end():
        assert signal.getsignal(signal.SIGTERM) is signal.default_int_handler
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
