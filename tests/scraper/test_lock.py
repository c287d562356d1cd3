"""One writer at a time: the lock of a folder, and the commands that take it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scraper.errors import LockedError
from scraper.lock import NAME, only_writer
from tests.replay import DATA
from tests.scraper.conftest import Desk
from tests.site_config.conftest import MakeRoot, make_root

__all__ = ["make_root"]

_HOLDS = """
import os, sys, time
from pathlib import Path
from scraper.lock import only_writer
with only_writer(Path(sys.argv[1]), "the test's holder"):
    worker = os.fork() if sys.argv[2] == "with a worker" else 1
    if not worker or sys.argv[2] == "alone":
        print(os.getpid(), flush=True)  # a worker that speaks has begun, and let go
    time.sleep(60)
"""

COMMANDS = {
    "scrape": ("scrape", "--date", "2026-08-20"),
    "import": ("import", str(DATA / "saved_pages" / "daily-papers-page.txt"), "--list", "mine"),
    "resolve": ("resolve",),
    "refresh": ("refresh", "2608.00001"),
}


@contextmanager
def holder(folder: Path, workers: str = "alone") -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A process that holds the folder's lock, and the number of the worker that it forked."""
    process = subprocess.Popen([sys.executable, "-c", _HOLDS, str(folder), workers], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        yield process, int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


def test_a_folder_has_one_writer(tmp_path: Path) -> None:
    """The second is told who the first is, at once; when the first is done nothing is left of its lock."""
    with only_writer(tmp_path, "paperstand scrape"):
        assert (tmp_path / NAME).exists()
        says = rf"being written by paperstand scrape, process {os.getpid()} on .* since \d{{4}}-.* UTC; .*--wait"
        with pytest.raises(LockedError, match=says), only_writer(tmp_path, "another"):
            pytest.fail("two writers")
        with only_writer(tmp_path / "other", "another"):
            pass
    assert list(tmp_path.iterdir()) == []
    with only_writer(tmp_path, "the next"):
        (tmp_path / NAME).unlink()  # whoever cleans up by hand harms nobody


def test_a_folder_that_was_made_for_the_lock_goes_with_it(tmp_path: Path) -> None:
    """Unless something was written there."""
    with only_writer(tmp_path / "new", "somebody"):
        pass
    assert not (tmp_path / "new").exists()
    with only_writer(tmp_path / "new", "somebody"):
        (tmp_path / "new" / "file").touch()
    assert [path.name for path in tmp_path.rglob("*")] == ["new", "file"]


def test_who_waits_comes_after(tmp_path: Path) -> None:
    """Many who wait write one after the other, each alone; who is waited for is said.

    Some of them come while others are waiting for a file that has gone since.
    """
    inside, most = 0, 0
    said: list[str] = []

    def write() -> None:
        nonlocal inside, most
        for _ in range(4):
            with only_writer(tmp_path, "a thread", wait=True, say=said.append):
                inside += 1
                most = max(most, inside)
                time.sleep(0.002)
                inside -= 1

    threads = [threading.Thread(target=write) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert most == 1
    assert any("Waiting for a thread, process" in text for text in said)
    assert not (tmp_path / NAME).exists()


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux counts what a process has open")
def test_whoever_is_refused_leaves_nothing_open(tmp_path: Path) -> None:
    """A program that tries again and again would run out of what it may have open."""
    before = len([*Path("/proc/self/fd").iterdir()])
    with only_writer(tmp_path, "the first"):
        for _ in range(10):
            with pytest.raises(LockedError), only_writer(tmp_path, "another"):
                pytest.fail("two writers")
    assert len([*Path("/proc/self/fd").iterdir()]) <= before


def test_a_lock_on_a_full_disk_has_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds all the same: what is done with what is there needs no room."""

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with (
        only_writer(tmp_path, "somebody"),
        pytest.raises(LockedError, match="being written by another command"),
        only_writer(tmp_path, "another"),
    ):
        pytest.fail("two writers")


@pytest.mark.parametrize("left", [b"\xff\xfe broken", b"\x1b[31mred\nlines"])
def test_whatever_a_lock_says_is_one_line_of_text(tmp_path: Path, left: bytes) -> None:
    """Another program, or a contribution, may have written it."""
    with only_writer(tmp_path, "somebody"):
        (tmp_path / NAME).write_bytes(left)
        with pytest.raises(LockedError) as caught, only_writer(tmp_path, "another"):
            pytest.fail("two writers")
    assert str(caught.value).isprintable()


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    """The kernel lets go of it, whatever the file that it left says."""
    with holder(tmp_path) as (process, _):
        with pytest.raises(LockedError, match="the test's holder"), only_writer(tmp_path, "another"):
            pytest.fail("two writers")
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert "the test's holder" in (tmp_path / NAME).read_text()
        with only_writer(tmp_path, "the next"):
            assert "the next" in (tmp_path / NAME).read_text()


def test_a_worker_that_outlives_its_master_keeps_no_lock(tmp_path: Path) -> None:
    """What a process forked has its open files, and would hold its lock for as long as it hangs."""
    with holder(tmp_path, "with a worker") as (process, worker):
        try:
            process.send_signal(signal.SIGKILL)
            process.wait()
            with only_writer(tmp_path, "the next"):
                pass
        finally:
            os.kill(worker, signal.SIGKILL)


def test_a_link_in_the_locks_place_is_not_followed(tmp_path: Path) -> None:
    """A contribution may bring one, and what it leads to is not the lock's to write."""
    target = tmp_path / "target"
    target.write_text("of a person")
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / NAME).symlink_to(target)
    with pytest.raises(OSError, match="symbolic link"), only_writer(tmp_path / "content", "somebody"):
        pytest.fail("through a link")
    assert target.read_text() == "of a person"


def test_a_file_in_the_folders_place_is_said_to_be_one(tmp_path: Path) -> None:
    """That it is there already would tell nobody what is wrong."""
    (tmp_path / "content").touch()
    with pytest.raises(NotADirectoryError), only_writer(tmp_path / "content", "somebody"):
        pytest.fail("in a file")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_writes_content_is_alone(desk: Desk, command: str) -> None:
    """It says who is there before it, exits with 1, and nothing was written and nobody asked."""
    desk.store.content.mkdir()
    with only_writer(desk.store.content, "paperstand scrape"):
        result = desk.run(*COMMANDS[command])
    assert result.exit_code == 1
    assert "is being written by paperstand scrape, process" in result.output
    assert desk.tree() == {}


def test_a_command_that_is_asked_to_end_leaves_no_lock(desk: Desk) -> None:
    """It undoes what it has begun, rather than leave that to the next one."""
    content = desk.root / "content"
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        host, port = silent.getsockname()
        environment = {**os.environ, **desk.environment, "HF_ENDPOINT": f"http://{host}:{port}"}
        command = [sys.executable, "-m", "scraper.cli", "--root", str(desk.root), *COMMANDS["scrape"]]
        running = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        try:
            with silent.accept()[0]:
                assert (content / NAME).exists()
                running.send_signal(signal.SIGTERM)
                assert running.wait(60) > 0
        finally:
            running.kill()
            running.wait()
    assert not content.exists()


@pytest.mark.parametrize("command", ["scrape", "import"])
def test_a_dry_run_takes_no_lock(desk: Desk, command: str) -> None:
    """It writes nothing, and may look at any time."""
    desk.store.content.mkdir()
    with only_writer(desk.store.content, "paperstand scrape"):
        assert desk.run(*COMMANDS[command], "--dry-run").exit_code == 0


def test_two_scrapes_at_once_are_one_after_the_other(desk: Desk) -> None:
    """Two processes with --wait: both end well, and the library is that of one; a second one without is told."""
    command = [sys.executable, "-m", "scraper.cli", "--root", str(desk.root), *COMMANDS["scrape"]]
    environment = {**os.environ, **desk.environment}
    both = [subprocess.Popen([*command, "--wait"], env=environment, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [one.wait(60) for one in both] == [0, 0]
    together = desk.tree()
    desk.run(*COMMANDS["scrape"])
    assert desk.tree() == together
    assert len(together) == 15 + 2
    assert desk.run("check").exit_code == 0


def test_a_build_is_alone_in_its_site(make_root: MakeRoot) -> None:
    """Another folder is another lock; the lock is no part of the site."""
    root = make_root("library")
    (root / "site").mkdir()
    desk = Desk(root, {"PAPERSTAND_CACHE": str(root / ".cache")})
    with only_writer(root / "site", "paperstand build"):
        result = desk.run("build")
        assert result.exit_code == 1
        assert "is being written by paperstand build, process" in result.output
        assert [path.name for path in (root / "site").iterdir()] == [NAME]
        assert desk.run("build", "--site-dir", str(root / "other")).exit_code == 0
    assert not (root / "other" / NAME).exists()
