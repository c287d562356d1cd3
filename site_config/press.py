"""The press: many small files into the site's folder, each made only when what it is made of is new.

A press remembers, for each file, the stamp of what it was made of and the file's size and time when it was written.
The next run keeps a file where both are as they were, makes all others, and takes away what is no longer published. So
the site is the one that an empty folder would have got, whatever happened to the folder in between: an edited, lost or
half-written file has another size or time, and is made anew.

What takes an older file's place waits beside it as a draft until all is made. A run that fails, on a full disk say, is
taken back: the site is the one that was there.

What is remembered are stamps and numbers, and what is damaged counts as nothing.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain, islice, repeat
from pathlib import Path
from typing import TypeVar

from scraper.store import snapshots
from scraper.store.snapshots import digest
from site_config.chrome import Content, Frame
from site_config.pages.site import AnyPage, BinaryOutput, Draft, Output, Page, Promise, PromisedPage, page_file
from site_config.stamps import stamp

CHUNKS = (10, 10, 20, 20, 50, 50, 100, 100, 250)
"""Files that a worker makes in one go; the last number goes on.

Handing over a single one costs more than making it. But where few are new, as the next day, all workers should have
some, and soon.
"""

_AHEAD = 16
"""Of these that wait for a worker: enough that none waits for this process."""

_DRAFT = ".paperstand-draft"
"""The end of a draft's name, which begins with a dot."""

_Part = TypeVar("_Part")
_Result = TypeVar("_Result")
_Stand = tuple[int, int]
"""A file's size, and its time in nanoseconds."""
_Remembered = tuple[bytes, int, int]
"""A file as it was written: the stamp of what it was made of, its size, and its time in nanoseconds."""


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
        self._executor = executor
        self._before: Mapping[str, _Remembered] = (
            (snapshots.recall(memory, version, dict[str, _Remembered]) or {}) if memory else {}
        )
        self._now: dict[str, _Remembered] = {}
        self._kept_folders: list[str] = []
        self._drafts: list[str] = []
        # A worker looks through the folder while the library is read.
        look = executor.submit if executor else _at_once
        self._looking = look(_look, folder)

    @cached_property
    def _there(self) -> dict[str, _Stand]:
        """What was in the folder when the press was made."""
        return self._looking.result()

    def print(self, outputs: Iterable[Output | BinaryOutput | Draft | Promise]) -> None:
        """Put these files into the folder, those that are there already aside.

        Raises TypeError for a draft that is made of something that is no plain value.
        """
        new = self._new(outputs)
        work = partial(_make_all, self.folder)
        parts = _cut(new)
        for written in _shared_out(self._executor, work, parts) if self._executor else map(work, parts):
            for path, size, modified, is_draft in written:
                self._made(path, self._now[path][0], size, modified, is_draft)

    def adopt(self, folder: Path) -> None:
        """Put every file of another folder into this one, those with the same bytes aside."""
        for path, (size, _) in _files_below(folder)[0].items():
            content = (folder / path).read_bytes()
            target = self.folder / path
            if not (path in self._there and self._there[path][0] == size and target.read_bytes() == content):
                self._made(path, b"", *_write(str(target), content))
            else:
                self._now[path] = (b"", *_stand_of(target))
                self.count.kept += 1

    def keep(self, folder: str) -> None:
        """Leave what is below this folder to somebody else."""
        self._kept_folders.append(f"{folder}/")

    def settle(self) -> None:
        """Let what was printed take the place of what was there."""
        for path in self._drafts:
            _draft_of(self.folder / path).replace(self.folder / path)
        self._drafts.clear()

    def take_back(self) -> None:
        """Leave the folder with the files that it had before, as far as nothing took their places."""
        for path in _look(self.folder):
            if path not in self._there and not path.startswith(tuple(self._kept_folders)):
                _remove(self.folder, path)

    def finish(self) -> None:
        """Let what was printed take its place, take away what is in the folder and was not, and remember what was."""
        self.settle()
        for path in self._there:
            if path not in self._now and not path.startswith(tuple(self._kept_folders)):
                _remove(self.folder, path)
                self.count.removed += 1
        if self._memory:
            snapshots.remember(self._memory, self._version, self._now)

    def _new(
        self, outputs: Iterable[Output | BinaryOutput | Draft | Promise]
    ) -> Iterator[Output | BinaryOutput | Draft]:
        """Those that have to be made; each is remembered, and one that is printed twice is a mistake."""
        there = self._there  # whoever looks takes old drafts away, so that none may be written before that is done
        before_by_path, now = self._before, self._now
        for output in outputs:
            path = output.path
            if path in now:
                raise ValueError(f"two files want to be {path}")
            made_of = _stamp_of(output)
            before = before_by_path.get(path)
            if before and before[0] == made_of and there.get(path) == before[1:]:
                now[path] = before
                self.count.kept += 1
            else:
                now[path] = (made_of, -1, -1)
                yield output.gather() if isinstance(output, Promise) else output

    def _made(self, path: str, made_of: bytes, size: int, modified: int, is_draft: bool) -> None:
        self._now[path] = (made_of, size, modified)
        self.count.made += 1
        if is_draft:
            self._drafts.append(path)


def _stamp_of(output: Output | BinaryOutput | Draft | Promise) -> bytes:
    """The stamp of all that a file is made of. Raises TypeError for what is no plain value."""
    if isinstance(output, Promise):
        return output.stamp
    return stamp(output.made_of) if isinstance(output, Draft) else digest(output.encoded)


def _cut(outputs: Iterator[_Part]) -> Iterator[tuple[_Part, ...]]:
    """What workers make in one go, until there is no more."""
    for size in chain(CHUNKS, repeat(CHUNKS[-1])):
        part = tuple(islice(outputs, size))
        if not part:
            return
        yield part


def _shared_out(executor: Executor, work: Callable[[_Part], _Result], parts: Iterable[_Part]) -> Iterator[_Result]:
    """As `executor.map`, which would gather all parts at once: a whole site in memory.

    When one fails, those that have not begun never do, and those that have are waited for: nobody writes any more.
    """
    waiting: deque[Future[_Result]] = deque()
    try:
        for part in parts:
            waiting.append(executor.submit(work, part))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        wait([future for future in waiting if not future.cancel()])


def page_draft(page: AnyPage, frame: Frame) -> Draft | Promise:
    """A page in its chrome."""
    if isinstance(page, PromisedPage):
        made_of = stamp((frame.digest, page.made_of))
        return Promise(page_file(page.path), made_of, lambda: _draft(page.gather(), frame))
    return _draft(page, frame)


def _draft(page: Page, frame: Frame) -> Draft:
    return Draft(page_file(page.path), (frame.digest, page.content), partial(_filled, frame))


def _filled(frame: Frame, made_of: tuple[str, Content]) -> str:
    return frame.fill(made_of[1])


def _make_all(folder: Path, outputs: Sequence[Output | BinaryOutput | Draft]) -> list[tuple[str, int, int, bool]]:
    """Make and write files; gives each one's path, size and time, and whether it is a draft."""
    below = f"{folder}{os.sep}"
    return [(output.path, *_write(below + output.path, _bytes_of(output))) for output in outputs]


def _bytes_of(output: Output | BinaryOutput | Draft) -> bytes:
    if not isinstance(output, Draft):
        return output.encoded
    made = output.make(output.made_of)
    return made.encode() if isinstance(made, str) else made


def _write(path: str, content: bytes) -> tuple[int, int, bool]:
    """Write a file, or a draft where there is one of that name; gives its size and time, and whether it is a draft.

    By the system's own calls: a site has tens of thousands of files, and what Python's files do besides, to be read,
    sought and buffered, took as long as writing. Raises OSError that names the file.
    """
    is_draft = False
    try:
        descriptor = os.open(path, _NEW_FILE, 0o666)
    except FileExistsError:
        is_draft = True
        descriptor = os.open(_draft_of(Path(path)), _NEW_FILE, 0o666)
    except FileNotFoundError:
        _make_folder(os.path.dirname(path))  # noqa: PTH120 - as above
        descriptor = os.open(path, _NEW_FILE, 0o666)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        status = os.fstat(descriptor)
        return status.st_size, status.st_mtime_ns, is_draft
    except OSError as error:
        error.filename = path
        raise
    finally:
        os.close(descriptor)


_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def _make_folder(path: str) -> None:
    """Make a folder; nearly always the one that it is in is there, and nobody else makes it."""
    try:
        os.mkdir(path)  # noqa: PTH102 - as above
    except FileExistsError:
        pass
    except FileNotFoundError:
        Path(path).mkdir(parents=True, exist_ok=True)


def _draft_of(path: Path) -> Path:
    return path.with_name(f".{path.name}{_DRAFT}")


def _stand_of(path: Path) -> _Stand:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _look(folder: Path) -> dict[str, _Stand]:
    """Every file, as it is now. Drafts, of this run or one that was killed, go."""
    files, drafts = _files_below(folder)
    for path in drafts:
        (folder / path).unlink()
    return files


def _files_below(folder: Path) -> tuple[dict[str, _Stand], list[str]]:
    """Every file's size and time by its path, and the paths of drafts.

    What else begins with a dot is nobody's business here, as MkDocs has it.
    """
    files: dict[str, _Stand] = {}
    drafts: list[str] = []
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
                    if entry.name.endswith(_DRAFT):
                        drafts.append(name)
                elif entry.is_dir(follow_symlinks=False):
                    folders.append((f"{name}/", entry.path))
                else:
                    status = entry.stat(follow_symlinks=False)
                    files[name] = (status.st_size, status.st_mtime_ns)
    return files, drafts


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
