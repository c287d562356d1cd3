"""A folder for the while of a command, gone afterwards, however the command ends.

Ended by itself or by a signal that asks (SIGTERM, SIGINT), a command removes its folder. One that was killed cannot:
the next command that wants such a folder removes what it finds abandoned. A folder's owner holds the kernel's lock on
it (flock), which ends with the process, however that ends; a system without flock (Windows) leaves such folders to a
person.
"""

from __future__ import annotations

import os
import shutil
import signal
import stat
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

YOUNG = 60.0
"""Seconds for which nobody touches a new folder: its owner may not have come to lock it yet."""

_BEGINNING = "paperstand-scratch-"

_ALSO = ".also"
"""A file in the folder with the address of another folder that ends with it."""


@contextmanager
def scratch_folder(name: str) -> Iterator[Path]:
    """An empty folder for the block, below the system's temporary one; `name` says of which kind it is.

    Raises OSError where none can be made.
    """
    _remove_abandoned(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=f"{_BEGINNING}{name}-") as made:
        folder = Path(made)
        descriptor = _locked(folder)
        try:
            yield folder
        finally:
            if descriptor is not None:
                os.close(descriptor)


def take_along(folder: Path, other: Path) -> None:
    """Let another temporary folder of this process be removed, too, where this scratch folder is found abandoned."""
    (folder / _ALSO).write_text(str(other.absolute()), encoding="utf-8")


@contextmanager
def asked_to_end() -> Iterator[None]:
    """Let SIGTERM, with which systems and editors end programs, undo what the block has begun, as Ctrl+C does."""
    ours = threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    if ours:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        if ours:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _locked(folder: Path) -> int | None:
    """The opened folder, locked; None where there is no such lock, or somebody else has it."""
    if sys.platform == "win32":
        return None
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _remove_abandoned(parent: Path) -> None:
    """Remove what killed processes of this user left here. What cannot be removed is no hindrance."""
    for folder in sorted(parent.glob(f"{_BEGINNING}*")):
        with suppress(OSError):  # another command removed it meanwhile
            if _is_own(folder) and time.time() - folder.lstat().st_mtime >= YOUNG:
                _remove(folder)


def _remove(folder: Path) -> None:
    """Remove a folder, and the one that ends with it, unless somebody holds it."""
    descriptor = _locked(folder)
    if descriptor is None:
        return
    with suppress(OSError, UnicodeDecodeError):
        other = Path((folder / _ALSO).read_text(encoding="utf-8"))
        if other.parent == folder.parent and _is_own(other):
            shutil.rmtree(other, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    os.close(descriptor)


def _is_own(folder: Path) -> bool:
    """Whether this is a folder, no link to one, of the user who runs this: the place is everybody's.

    Raises OSError where there is none.
    """
    status = folder.lstat()
    return stat.S_ISDIR(status.st_mode) and (not hasattr(os, "getuid") or status.st_uid == os.getuid())
