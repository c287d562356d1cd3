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
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

_Record = TypeVar("_Record")

SETTLED = 2_000_000_000
"""Nanoseconds after which a file's time tells it from a new one. The coarsest clock, FAT's, counts two seconds."""

NO_SIGNATURE = (0, 0, 0, 0)
"""Of a file whose signature is not known yet; no file has it."""

_DIGEST_SIZE = 16
_ENDING = ".msgpack"


def digest(content: bytes) -> bytes:
    """A file's fingerprint."""
    return blake2b(content, digest_size=_DIGEST_SIZE).digest()


def signature(status: os.stat_result) -> tuple[int, int, int, int]:
    """What changes whenever a file does: size, times of content and of status in nanoseconds, and inode."""
    return (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


@dataclass(frozen=True, slots=True)
class Seen(Generic[_Record]):
    """A file as it was read: its signature then, its bytes' digest, and what it said."""

    signature: tuple[int, int, int, int]
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


def load(folder: Path, version: str, record: type[_Record]) -> dict[str, Seen[_Record]]:
    """The snapshots in a folder, by the files' paths; without those that are of another version or not intact."""
    seen: dict[str, Seen[_Record]] = {}
    for path in folder.glob(f"*{_ENDING}"):
        seen |= recall(path, version, dict[str, Seen[record]]) or {}  # type: ignore[valid-type] # a type that is a value
    return seen


def save(
    folder: Path, version: str, seen: Mapping[str, Seen[Any]], read_at: int, kept: Mapping[str, Seen[Any]]
) -> None:
    """Write snapshots of files that were read from `read_at` on (`time.time_ns()`), in the place of those `kept`.

    There is one for each folder of files, and one that says what was kept stays: a day changes few of them. Where it
    cannot be written there is none, and the next reading takes longer.
    """
    settled = _by_folder({name: one for name, one in seen.items() if max(one.signature[1:3]) < read_at - SETTLED})
    before = _by_folder(kept)
    for name, files in settled.items():
        old = before.get(name, {})
        if len(files) != len(old) or any(old.get(file) is not one for file, one in files.items()):
            remember(folder / f"{name}{_ENDING}", version, files)
    for path in folder.glob(f"*{_ENDING}"):
        if path.name.removesuffix(_ENDING) not in settled:
            with suppress(OSError):
                path.unlink()


def _by_folder(seen: Mapping[str, Seen[Any]]) -> dict[str, dict[str, Seen[Any]]]:
    """Files by the first folder on their way; a file in none is in that without a name."""
    found: dict[str, dict[str, Seen[Any]]] = {}
    for name, one in seen.items():
        found.setdefault(name[: max(name.find("/"), 0)], {})[name] = one
    return found


def recall(path: Path, version: str, kind: Any) -> Any:
    """What `remember` left in a file, of this type; None where there is nothing intact of this version."""
    try:
        content = path.read_bytes()
        head, payload = content[:_DIGEST_SIZE], content[_DIGEST_SIZE:]
        return msgspec.msgpack.decode(payload, type=kind) if digest(version.encode() + payload) == head else None
    except (OSError, msgspec.MsgspecError):
        return None


def remember(path: Path, version: str, value: Any) -> None:
    """Leave a plain value for the next run. Where it cannot be written there is none, and that run takes longer."""
    payload = msgspec.msgpack.encode(value)
    # Always the same name: drafts of killed runs would pile up. What two runs write at once is not intact.
    draft = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(digest(version.encode() + payload) + payload)
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink()


def files_below(folder: Path) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
    """Every file's path relative to the folder, sorted, and its signature; hidden ones are no content."""
    yield from sorted(_walk(str(folder), ""))


def _walk(folder: str, prefix: str) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
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
