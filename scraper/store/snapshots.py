"""What files said when they were last read, so that a file that did not change is not read, or not understood, again.

A snapshot is a cache and nothing more: what is missing, damaged, or made by another version counts as absent. It holds
values only, in MessagePack, and nothing in it runs.

A file is the one that was read when its signature is the same. A file that was changed within `SETTLED` before it was
read might change again without another signature, where a file system's clock is coarse; it is left out, as git leaves
out what it calls racily clean. Where the signature is another (a fresh clone, say) and the bytes are the same, the file
is read and its record is not made anew.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

_Record = TypeVar("_Record")
Signature = tuple[int, int, int, int]
"""What changes whenever a file does: size, times of content and of status in nanoseconds, and inode."""

SETTLED = 2_000_000_000
"""Nanoseconds after which a file's time tells it from a new one. The coarsest clock, FAT's, counts two seconds."""

NO_SIGNATURE = (0, 0, 0, 0)
"""Of a file whose signature is not known yet; no file has it."""

_DIGEST_SIZE = 16
_CHECKSUM_SIZE = 4
_HEAD_SIZE = _DIGEST_SIZE + _CHECKSUM_SIZE
_ENDING = ".msgpack"


def digest(content: bytes) -> bytes:
    """A file's fingerprint."""
    return blake2b(content, digest_size=_DIGEST_SIZE).digest()


def signature(status: os.stat_result) -> Signature:
    """A file's signature."""
    return (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


class Seen(msgspec.Struct, Generic[_Record], frozen=True, array_like=True):
    """A file as it was read: its signature then, its bytes' digest, and what it said."""

    signature: Signature
    digest: bytes
    record: _Record


@cache  # the code that runs is the code that was read when it began
def code_version(*packages: Path) -> str:
    """A name for the code of these folders: another one when any of their files that could change a result does."""
    sources = blake2b(digest_size=_DIGEST_SIZE)
    for package in packages:
        for path in sorted(file for file in package.rglob("*") if file.is_file() and "__pycache__" not in file.parts):
            sources.update(f"{path.relative_to(package).as_posix()}\0".encode())
            sources.update(digest(path.read_bytes()))
    return sources.hexdigest()


def load(folder: Path, version: str, record: Any) -> dict[str, Seen[Any]]:
    """The snapshots in a folder, by the files' paths; without those that are of another version or not intact."""
    seen: dict[str, Seen[Any]] = {}
    for path in folder.glob(f"*{_ENDING}"):
        seen |= recall(path, version, dict[str, Seen[record]]) or {}
    return seen


def save(folder: Path, version: str, seen: Mapping[str, Seen[Any]], read_at: int, changed: Iterable[str]) -> None:
    """Write snapshots of files that were read from `read_at` on (`time.time_ns()`), where any of them was `changed`.

    There is one for each folder of files, and one whose files are all as they were stays: a day changes few of them.
    Where it cannot be written there is none, and the next reading takes longer.
    """
    in_folders: dict[str, dict[str, Seen[Any]]] = {name: {} for name in map(_folder_of, changed)}
    for name, one in seen.items():
        files = in_folders.get(_folder_of(name))
        if files is not None and max(one.signature[1:3]) < read_at - SETTLED:
            files[name] = one
    for name, files in in_folders.items():
        path = folder / f"{name}{_ENDING}"
        if files:
            remember(path, version, files)
        else:
            with suppress(OSError):
                path.unlink()


def _folder_of(name: str) -> str:
    """The first folder on a file's way; a file in none is in that without a name."""
    return name[: max(name.find("/"), 0)]


def recall(path: Path, version: str, kind: Any) -> Any:
    """What `remember` left in a file, of this type; None where there is nothing intact of this version."""
    try:
        content = memoryview(path.read_bytes())
        head = _head(version, content[_HEAD_SIZE:])
        return msgspec.msgpack.decode(content[_HEAD_SIZE:], type=kind) if content[:_HEAD_SIZE] == head else None
    except (OSError, msgspec.MsgspecError):
        return None


def remember(path: Path, version: str, value: Any) -> None:
    """Leave a plain value for the next run. Where it cannot be written there is none, and that run takes longer."""
    payload = msgspec.msgpack.encode(value)
    # Always the same name: drafts of killed runs would pile up. What two runs write at once is not intact.
    draft = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(_head(version, payload) + payload)
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink()


def _head(version: str, payload: bytes | memoryview) -> bytes:
    """What tells a snapshot of this version that is intact.

    A checksum finds what a disk does to a file, and takes a fifth of the time of a digest: nobody forges a cache.
    """
    return digest(version.encode()) + zlib.crc32(payload).to_bytes(_CHECKSUM_SIZE, "big")


def files_below(folder: Path) -> Iterator[tuple[str, Signature]]:
    """Every file's path relative to the folder, sorted, and its signature; hidden ones are no content."""
    yield from sorted(_walk(str(folder), ""))


def _walk(folder: str, prefix: str) -> Iterator[tuple[str, Signature]]:
    try:
        entries = os.scandir(folder)
    except FileNotFoundError:
        return
    with entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            name = f"{prefix}{entry.name}"
            if entry.is_dir():
                yield from _walk(entry.path, f"{name}/")
            elif entry.is_file():
                yield name, signature(entry.stat())
