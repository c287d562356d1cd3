"""Writing a file so that, whenever the process dies, the old text or the new one is there and nothing in between."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def write_atomically(path: Path, text: str) -> bool:
    """Give the file this text, as UTF-8. False when it had it already, and nothing was written.

    The text goes to a hidden file beside it, reaches the disk, and takes the file's name in one step. A process that
    dies before leaves the hidden file, which the next write of the same file replaces. Raises OSError, and then the
    file is as it was and the hidden one gone.
    """
    encoded = text.encode()
    try:
        if path.read_bytes() == encoded:
            return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.tmp")
    try:
        with draft.open("wb") as file:
            file.write(encoded)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink(missing_ok=True)  # on a full disk it would keep what room there is
        raise
    sync_folder(path.parent)
    return True


def sync_folder(folder: Path) -> None:
    """Make the new name itself reach the disk; systems that cannot open a folder do so on their own."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
