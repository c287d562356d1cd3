"""One writer at a time: a folder's lock, which the system itself lets go of when its holder dies, however it dies.

The lock is the kernel's (flock) on a file in the folder, so that it is where what it protects is, whatever cache or
clone its users have. The file's text says who holds it; a file without a living holder means nothing. A system without
flock (Windows) has no lock.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from scraper.errors import LockedError
from scraper.records import clean_line

if sys.platform != "win32":
    import fcntl

NAME = ".lock"
"""The file's name: hidden, so that neither the store nor a site has it for its own."""

_held: set[int] = set()


@contextmanager
def only_writer(
    folder: Path, who: str, *, wait: bool = False, say: Callable[[str], None] = lambda _: None
) -> Iterator[None]:
    """Keep all others who ask for this folder's lock out of it during the block; `who` is what they are told.

    The folder is made where there is none. Raises LockedError where somebody has the lock; with `wait`, `say` is told
    who that is, and the block begins when they are done.
    """
    if sys.platform == "win32":
        yield
        return
    made = not folder.exists()
    descriptor = _taken(folder, wait, say)
    _held.add(descriptor)
    try:
        with suppress(OSError):  # on a full disk the lock is held by somebody without a name
            os.ftruncate(descriptor, 0)
            os.write(descriptor, _introduced(who).encode())
        yield
    finally:
        # Removed while it is held: who opened it meanwhile finds out in _taken, and nobody takes a file that is gone.
        (folder / NAME).unlink(missing_ok=True)
        _held.discard(descriptor)
        os.close(descriptor)
        if made:
            with suppress(OSError):  # it holds something now
                folder.rmdir()


def _taken(folder: Path, wait: bool, say: Callable[[str], None]) -> int:
    """The open lock file, locked, which is still the one that others find there."""
    path = folder / NAME
    while True:
        with suppress(FileExistsError):  # a file in the folder's place: opening says that best
            folder.mkdir(parents=True, exist_ok=True)
        # Never through a link: the file is written, and a link may lead anywhere.
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        try:
            _lock(descriptor, path, wait, say)
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(descriptor), path.stat()):
                    return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _lock(descriptor: int, path: Path, wait: bool, say: Callable[[str], None]) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = clean_line(os.pread(descriptor, 300, 0).decode("utf-8", "replace")) or "another command"
        if not wait:
            raise LockedError(
                f"{path.parent} is being written by {holder}; run this again when that is done, or with --wait"
            ) from None
        say(f"Waiting for {holder}, which writes {path.parent}.")
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def _introduced(who: str) -> str:
    return f"{who}, process {os.getpid()} on {socket.gethostname()} since {datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n"


def _let_go() -> None:
    """A worker that outlives the process it was forked from must not keep that one's lock."""
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()


if sys.platform != "win32":
    os.register_at_fork(after_in_child=_let_go)
