"""The press: many small files into the site's folder, each made only when what it is made of is new.

A press remembers, for each file, the digest of what it was made of and the file's size and time when it was written.
The next run keeps a file where both are as they were, makes all others, and takes away what is no longer published. So
the site is the one that an empty folder would have got, whatever happened to the folder in between: an edited, lost or
half-written file has another size or time, and is made anew.

What is remembered are digests and numbers, and what is damaged counts as nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import cached_property, partial
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from scraper.store import snapshots
from site_config.chrome import Content, Frame
from site_config.pages.site import BinaryOutput, Draft, Output, Page, encoded, page_file

CHUNK = 250
"""Files that a worker makes in one go: handing over a single one costs more than making it."""

_DIGEST_SIZE = 16

_Result = TypeVar("_Result")
_Remembered = tuple[bytes, int, int]
"""A file as it was written: the digest of what it was made of, its size, and its time in nanoseconds."""


@dataclass(slots=True)
class Count:
    """How many files a run made, kept and took away."""

    made: int = 0
    kept: int = 0
    removed: int = 0


class Press:
    """Prints into `folder`. With a `memory`, a file of its own, what is there from the last run can stay.

    `version` names everything that is in no draft: the code, the libraries. With an `executor` its workers make the
    files; it changes nothing but the time that takes.
    """

    def __init__(
        self, folder: Path, *, memory: Path | None = None, version: str = "", executor: Executor | None = None
    ) -> None:
        self.folder = folder
        self.count = Count()
        self._memory = memory
        self._version = version
        self._key = blake2b(version.encode(), digest_size=_DIGEST_SIZE).digest()
        self._executor = executor
        self._before: Mapping[str, _Remembered] = (
            (snapshots.recall(memory, version, dict[str, _Remembered]) or {}) if memory else {}
        )
        self._now: dict[str, _Remembered] = {}
        self._kept_folders: list[str] = []
        # A worker looks through the folder while the library is read.
        look = executor.submit if executor else _at_once
        self._looking = look(_files_below, folder)

    @cached_property
    def _there(self) -> dict[str, tuple[int, int]]:
        """What was in the folder when the press was made."""
        return self._looking.result()

    def print(self, outputs: Iterable[Output | BinaryOutput | Draft]) -> None:
        """Put these files into the folder, those that are there already aside.

        Raises TypeError for a draft that is made of something that is no plain value.
        """
        new = self._new(outputs)
        work = partial(_make_all, self.folder)
        parts = iter(lambda: tuple(islice(new, CHUNK)), ())
        for written in self._executor.map(work, parts) if self._executor else map(work, parts):
            for path, size, modified in written:
                self._now[path] = (self._now[path][0], size, modified)
                self.count.made += 1

    def adopt(self, folder: Path) -> None:
        """Put every file of another folder into this one, those with the same bytes aside."""
        for path, (size, _) in _files_below(folder).items():
            content = (folder / path).read_bytes()
            target = self.folder / path
            if not (path in self._there and self._there[path][0] == size and target.read_bytes() == content):
                self._now[path] = (b"", *_write(str(target), content))
                self.count.made += 1
            else:
                self._now[path] = (b"", *_stand_of(target))
                self.count.kept += 1

    def keep(self, folder: str) -> None:
        """Leave what is below this folder to somebody else."""
        self._kept_folders.append(f"{folder}/")

    def finish(self) -> None:
        """Take away what is in the folder and was not printed, and remember what was."""
        for path in self._there:
            if path not in self._now and not path.startswith(tuple(self._kept_folders)):
                _remove(self.folder, path)
                self.count.removed += 1
        if self._memory:
            snapshots.remember(self._memory, self._version, self._now)

    def _new(self, outputs: Iterable[Output | BinaryOutput | Draft]) -> Iterator[Output | BinaryOutput | Draft]:
        """Those that have to be made; each is remembered, and one that is printed twice is a mistake."""
        for output in outputs:
            if output.path in self._now:
                raise ValueError(f"two files want to be {output.path}")
            made_of = output.made_of if isinstance(output, Draft) else output.encoded
            digest = self._digest(made_of)
            before = self._before.get(output.path)
            if before and before[0] == digest and self._there.get(output.path) == before[1:]:
                self._now[output.path] = before
                self.count.kept += 1
            else:
                self._now[output.path] = (digest, -1, -1)
                yield output

    def _digest(self, made_of: Any) -> bytes:
        return blake2b(encoded(made_of), digest_size=_DIGEST_SIZE, key=self._key).digest()


def page_draft(page: Page, frame: Frame) -> Draft:
    """A page in its chrome."""
    return Draft(page_file(page.path), (frame.digest, page.content), partial(_filled, frame))


def _filled(frame: Frame, made_of: tuple[str, Content]) -> str:
    return frame.fill(made_of[1])


def _make_all(folder: Path, outputs: Sequence[Output | BinaryOutput | Draft]) -> list[tuple[str, int, int]]:
    """Make and write files; gives each one's path, size and time."""
    below = f"{folder}{os.sep}"
    return [(output.path, *_write(below + output.path, _bytes_of(output))) for output in outputs]


def _bytes_of(output: Output | BinaryOutput | Draft) -> bytes:
    if not isinstance(output, Draft):
        return output.encoded
    made = output.make(output.made_of)
    return made.encode() if isinstance(made, str) else made


def _write(path: str, content: bytes) -> tuple[int, int]:
    """Write a file; gives its size and time.

    By the system's own calls: a site has tens of thousands of files, and what Python's files do besides, to be read,
    sought and buffered, took as long as writing.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags, 0o666)
    except FileNotFoundError:
        _make_folder(os.path.dirname(path))  # noqa: PTH120 - as above
        descriptor = os.open(path, flags, 0o666)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        status = os.fstat(descriptor)
        return status.st_size, status.st_mtime_ns
    finally:
        os.close(descriptor)


def _make_folder(path: str) -> None:
    """Make a folder; nearly always the one that it is in is there, and nobody else makes it."""
    try:
        os.mkdir(path)  # noqa: PTH102 - as above
    except FileExistsError:
        pass
    except FileNotFoundError:
        Path(path).mkdir(parents=True, exist_ok=True)


def _stand_of(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _files_below(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file's path, size and time; what begins with a dot is nobody's business here, as MkDocs has it."""
    found: dict[str, tuple[int, int]] = {}
    folders = [("", str(folder))]
    while folders:
        prefix, path = folders.pop()
        try:
            entries = os.scandir(path)
        except FileNotFoundError:
            continue
        with entries:
            for entry in entries:
                name = f"{prefix}{entry.name}"
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append((f"{name}/", entry.path))
                else:
                    status = entry.stat(follow_symlinks=False)
                    found[name] = (status.st_size, status.st_mtime_ns)
    return found


def _at_once(work: Callable[[Path], _Result], folder: Path) -> Future[_Result]:
    """What an executor's `submit` does, without one."""
    done: Future[_Result] = Future()
    done.set_result(work(folder))
    return done


def _remove(folder: Path, path: str) -> None:
    """Take away a file, and the folders that are empty then."""
    target = folder / path
    target.unlink()
    for parent in target.relative_to(folder).parents:
        try:
            (folder / parent).rmdir()
        except OSError:
            return
