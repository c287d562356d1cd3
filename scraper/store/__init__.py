"""The content store: the library's files as records, and records into the library's files.

    content/store.yml                       format: 1
    content/papers/2511/2511.08567.md       a paper
    content/daily/2025/2025-11-13.md        a day
    content/lists/object-centric-rl.md      a curated list
    content/pages/                          ordinary pages of the site; the store does not read them

A new file is rendered; a file in which a person wrote is only ever edited in place. Every write is atomic and
idempotent.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from scraper import identifiers, plain_yaml
from scraper.errors import ContentError, Problem, StoreFormatError
from scraper.records import CuratedList, Day, ListEntry, Paper, oversized
from scraper.store import documents, edits, snapshots
from scraper.store.files import write_atomically
from scraper.store.shelf import Shelf, Slip, heading
from scraper.store.snapshots import Seen, Signature

__all__ = ["FORMAT", "ContentStore", "Library"]

FORMAT = 1
"""The format this Paperstand writes and understands."""

_Record = TypeVar("_Record")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Library:
    """Everything in the store, as records. A file that could not be read is in `problems` and in none of the maps."""

    papers: Mapping[str, Paper]
    """By identifier, in the order of their file paths."""
    days: Mapping[date, Day]
    """By date, oldest first."""
    lists: Mapping[str, CuratedList]
    """By slug, in alphabetical order."""
    problems: tuple[Problem, ...] = ()
    digests: Mapping[str, bytes] = field(default_factory=dict)
    """Of each paper's file, by the paper's identifier; empty where papers come from no files."""

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """The identifier under which a paper is filed now, by each one under which it was filed before."""
        return {alias: heading.id for heading in self.shelf.headings() for alias in heading.aliases}

    @cached_property
    def shelf(self) -> Shelf:
        """The papers, with the headings of all at hand."""
        return Shelf.of(self.papers)


def _parse_list(text: str, path: str) -> CuratedList:
    """A list's slug is its file's name."""
    if not path.endswith(".md"):
        raise ContentError([Problem(path, 0, "expected a name that ends in .md, such as robot-learning.md")])
    return documents.parse_list(text, path.rpartition("/")[2].removesuffix(".md"), path)


@dataclass(frozen=True, slots=True)
class _Form(Generic[_Record]):
    """How one kind of file is read, and where it belongs."""

    kept: Any
    """The type of what is kept of one."""
    parse: Callable[[str, str], _Record]
    place: Callable[[_Record], str]
    """The file's path below the root, as problems name it."""
    keep: Callable[[_Record], Any]
    """What is kept of one, for a whole library."""


@dataclass(frozen=True, slots=True)
class _WrittenForm(_Form[_Record]):
    """How a kind of file that scrapes write is rendered and edited, too."""

    render: Callable[[_Record], str]
    edit: Callable[[str, _Record, _Record], str]


# Where each kind of file belongs, below the root.


def _paper_place(identifier: str) -> str:
    return f"content/papers/{identifiers.file_path(identifier)}"


def _day_place(day: date) -> str:
    return f"content/daily/{day.isoformat()[:4]}/{day.isoformat()}.md"


def _list_place(slug: str) -> str:
    """Raises ContentError for a name that is no slug."""
    place = f"content/lists/{slug}.md"
    if not _SLUG.fullmatch(slug) or len(slug) > identifiers.MAX_SLUG_LENGTH:
        expected = "expected a name of a-z, 0-9 and hyphens, such as robot-learning.md"
        raise ContentError([Problem(place, 0, expected)])
    if slug in identifiers.RESERVED_NAMES:
        raise ContentError([Problem(place, 0, "expected a name that Windows keeps for no device")])
    return place


class ContentStore:
    """The library below `root`, the folder that holds `content/`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.content = root / "content"

    # Where things are.

    def paper_path(self, identifier: str) -> Path:
        """The file of a paper, whether or not it is there."""
        return self.root / _paper_place(identifier)

    def day_path(self, day: date) -> Path:
        """The file of a day, whether or not it is there."""
        return self.root / _day_place(day)

    def list_path(self, slug: str) -> Path:
        """The file of a curated list, whether or not it is there. Raises ContentError for a name that is no slug."""
        return self.root / _list_place(slug)

    def relative(self, path: Path) -> str:
        """A path as problems name it: relative to the root, with `/`."""
        return path.relative_to(self.root).as_posix()

    # Reading.

    def paper(self, identifier: str) -> Paper | None:
        """A paper, or None where there is no file. Raises ContentError for a file that cannot be understood."""
        return self._read(self.paper_path(identifier), _PAPERS)

    def day(self, day: date) -> Day | None:
        """A day, or None where there is no file. Raises ContentError for a file that cannot be understood."""
        return self._read(self.day_path(day), _DAYS)

    def curated_list(self, slug: str) -> CuratedList | None:
        """A list, or None where there is no file. Raises ContentError for a file that cannot be understood."""
        return self._read(self.list_path(slug), _LISTS)

    def load(self, *, cache: Path | None = None, executor: Executor | None = None) -> Library:
        """Read the whole library. A file that cannot be understood is a problem, and the rest is read.

        So is a file that is not where its identifier or date says. `cache` is a folder of snapshots that spare reading
        what did not change; with an `executor` its workers read, who may be processes. Neither changes the result.
        """
        self.check_format()
        problems: list[Problem] = []
        papers: list[Seen[Slip[Any]]] = self._load("papers", problems, cache, executor)
        days: list[Seen[Day]] = self._load("daily", problems, cache, executor)
        lists: list[Seen[CuratedList]] = self._load("lists", problems, None, None)
        return Library(
            Shelf({seen.record.heading.id: seen.record for seen in papers}),
            {day.date: day for day in sorted((seen.record for seen in days), key=lambda day: day.date)},
            {seen.record.slug: seen.record for seen in lists},
            tuple(problems),
            {seen.record.heading.id: seen.digest for seen in papers},
        )

    def content_files(self, folder: str) -> Iterator[Path]:
        """The files of `papers`, `daily` or `lists`, sorted, without hidden ones: a killed write may leave a draft."""
        return (self.content / folder / name for name, _ in snapshots.files_below(self.content / folder))

    def check_format(self) -> None:
        """Raises StoreFormatError when another Paperstand wrote the library: a newer one, or an older one."""
        number, path = self.format(), self.relative(self.content / "store.yml")
        if number > FORMAT:
            raise StoreFormatError(
                f"{path} says format {number}; this Paperstand understands up to {FORMAT}: upgrade it"
            )
        if number < FORMAT:
            raise StoreFormatError(
                f"{path} says format {number}; this Paperstand writes {FORMAT}:"
                " run `.venv/bin/paperstand migrate` to bring the library up to it"
            )

    def format(self) -> int:
        """The format that the library says it has; this one's where nothing says. Raises ContentError."""
        path = self.content / "store.yml"
        text = self.text(path)
        if text is None:
            return FORMAT
        try:
            declared = plain_yaml.load(text)
        except plain_yaml.PlainYamlError as error:
            raise ContentError([Problem(self.relative(path), error.line, error.message)]) from None
        number = declared.get("format") if isinstance(declared, dict) else None
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise ContentError([Problem(self.relative(path), 1, f"expected `format: {FORMAT}`")])
        return number

    def _load(
        self, folder: str, problems: list[Problem], cache: Path | None, executor: Executor | None
    ) -> list[Seen[Any]]:
        """What a folder's files say, in the files' order."""
        read_at = time.time_ns()
        # A worker looks through the folder while this process recalls what it said.
        looking = executor.submit(_look, self.content / folder) if executor and cache else None
        version = snapshots.code_version(Path(__file__).parents[1]) if cache else ""
        kept = snapshots.load(cache / folder, version, _FOLDERS[folder].kept) if cache else {}
        there = looking.result() if looking else _look(self.content / folder)
        seen = {name: one for name, one in kept.items() if there.get(name) == one.signature}
        unread = [(name, kept.get(name)) for name in there if name not in seen]
        for read, found in _readings(self.root, folder, unread, executor):
            seen |= {name: Seen(there[name], one.digest, one.record) for name, one in read.items()}
            problems += found
        if cache and (unread or len(seen) != len(kept)):
            plain = {name: one for name, one in seen.items() if _is_plain(one.record)}
            changed = [name for name, _ in unread if name in plain or name in kept]
            changed += [name for name in kept if name not in there]
            snapshots.save(cache / folder, version, plain, read_at, changed)
        return [seen[name] for name in there if name in seen]

    def _read(self, path: Path, form: _Form[_Record]) -> _Record | None:
        text = self.text(path)
        return None if text is None else self.parsed(text, self.relative(path), form)

    @staticmethod
    def parsed(text: str, path: str, form: _Form[_Record]) -> _Record:
        """The record of the text of the file at `path`, relative to the root.

        Raises ContentError, and so for a file that is not where it belongs.
        """
        record = form.parse(text, path)
        place = form.place(record)
        if place != path:
            # A slip in an identifier or a date must not pass for another paper or day, and overwrite it.
            raise ContentError([Problem(path, 1, f"by what it says this file belongs at {place}")])
        return record

    def text(self, path: Path) -> str | None:
        """A file's text, line ends kept, or None where there is no file. Raises ContentError unless it is UTF-8."""
        try:
            return self.decoded(path.read_bytes(), self.relative(path))
        except FileNotFoundError:
            return None

    @staticmethod
    def decoded(content: bytes, path: str) -> str:
        """The bytes of the file at `path`, relative to the root, as text. Raises ContentError unless they are UTF-8."""
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            raise ContentError([Problem(path, line, "expected text in UTF-8")]) from None

    # Writing. Each gives whether a file changed.

    def write_paper(self, paper: Paper, *, moved_from: str | None = None) -> bool:
        """A paper into the library: a new file, or the values that are new in the file that is there.

        With `moved_from`, the file of that identifier is taken over, with all that people wrote in it; it stays where
        it is until `remove_paper`. Raises ContentError, and then every file is as it was.
        """
        if fault := oversized(paper):
            raise ContentError([Problem(self.relative(self.paper_path(paper.id)), 0, fault)])
        return self._write(self.paper_path(moved_from or paper.id), self.paper_path(paper.id), paper, _PAPERS)

    def write_day(self, day: Day) -> bool:
        """A day into the library, as `write_paper` does it."""
        path = self.day_path(day.date)
        return self._write(path, path, day, _DAYS)

    def refuse_taken_list(self, curated: CuratedList) -> None:
        """Raises ContentError when a list of other contents stands there: people's lists are theirs."""
        path = self.list_path(curated.slug)
        if self.text(path) not in (None, documents.render_list(curated)):
            taken = "is there already, with other contents; name another --list, or remove it first"
            raise ContentError([Problem(self.relative(path), 0, taken)])

    def write_new_list(self, curated: CuratedList) -> bool:
        """A list into the library. Raises ContentError as `refuse_taken_list` does."""
        self.refuse_taken_list(curated)
        return self._save(self.list_path(curated.slug), documents.render_list(curated))

    def add_to_list(self, curated: CuratedList, entry: ListEntry) -> bool:
        """One paper more at the end of a list that is there. Raises ContentError, and then the file is as it was."""
        path = self.list_path(curated.slug)
        try:
            return self._save(path, edits.with_entry_added(self.text(path) or "", curated, entry))
        except edits.EditError as error:
            raise ContentError([Problem(self.relative(path), 0, str(error))]) from None

    def rename_in(self, path: Path, old: str, new: str) -> bool:
        """Let a day's or list's file name the paper `old` by its identifier `new`. Raises ContentError."""
        text = self.text(path)
        try:
            return text is not None and self._save(path, edits.with_identifier_replaced(text, old, new))
        except edits.EditError as error:
            raise ContentError([Problem(self.relative(path), 0, str(error))]) from None

    def remove_paper(self, identifier: str) -> None:
        """Take away the file of a paper that is now filed under another identifier."""
        self.paper_path(identifier).unlink(missing_ok=True)

    def _write(self, source: Path, target: Path, record: _Record, form: _WrittenForm[_Record]) -> bool:
        text = self.text(source)
        if text is None:
            return self._save(target, form.render(record))
        before = self.parsed(text, self.relative(source), form)
        if before == record:
            return False
        # A file exactly as Paperstand wrote it holds nothing of a person's, and keeps its one canonical form.
        if text == form.render(before):
            return self._save(target, form.render(record))
        try:
            edited = form.edit(text, before, record)
        except edits.EditError as error:
            raise ContentError([Problem(self.relative(source), 0, str(error))]) from None
        return self._save(target, edited)

    def is_as_written(self, paper: Paper) -> bool:
        """Whether a paper's file is exactly as Paperstand writes it: then nothing of a person's is in it."""
        return self.text(self.paper_path(paper.id)) == documents.render_paper(paper)

    def has_paper_file(self, identifier: str) -> bool:
        """Whether there is a file for the paper, be it readable or not."""
        return self.paper_path(identifier).is_file()

    def _save(self, path: Path, text: str) -> bool:
        declaration = self.content / "store.yml"
        if not declaration.exists():
            write_atomically(declaration, f"format: {FORMAT}\n")
        return write_atomically(path, text)


def _as_it_is(record: _Record) -> _Record:
    return record


def _look(folder: Path) -> dict[str, Signature]:
    """The signature of every file below a folder, in the order of their paths."""
    return dict(snapshots.files_below(folder))


_PAPERS = _WrittenForm(
    Slip[msgspec.Raw],
    documents.parse_paper,
    lambda paper: _paper_place(paper.id),
    lambda paper: Slip(heading(paper), paper),
    documents.render_paper,
    edits.edited_paper,
)
_DAYS = _WrittenForm(
    Day, documents.parse_day, lambda day: _day_place(day.date), _as_it_is, documents.render_day, edits.edited_day
)
_LISTS = _Form(CuratedList, _parse_list, lambda curated: _list_place(curated.slug), _as_it_is)


# Reading many files, in this process or in others.

_READ_AT_ONCE = 100
"""Files that a worker reads in one go: handing over a single one costs more than reading it."""

_FOLDERS: Mapping[str, _Form[Any]] = {"papers": _PAPERS, "daily": _DAYS, "lists": _LISTS}


_Unread = Sequence[tuple[str, Seen[Any] | None]]
"""Files by their paths below their folder, each with what it said at an earlier reading."""


def _readings(
    root: Path, folder: str, files: _Unread, executor: Executor | None
) -> Iterator[tuple[dict[str, Seen[Any]], list[Problem]]]:
    parts = [files[start : start + _READ_AT_ONCE] for start in range(0, len(files), _READ_AT_ONCE)]
    if executor is None or len(parts) < 2:
        yield from map(partial(_read_files, root, folder), parts)
        return
    kept = _FOLDERS[folder].kept
    for packed, others, problems in executor.map(partial(_packed_files, root, folder), parts):
        plain = msgspec.msgpack.decode(packed, type=dict[str, Seen[kept]])  # type: ignore[valid-type] # a type that is a value
        yield plain | others, problems


def _packed_files(root: Path, folder: str, files: _Unread) -> tuple[bytes, dict[str, Seen[Any]], list[Problem]]:
    """As `_read_files`, for another process: nearly every record in MessagePack, which is quicker than pickle."""
    seen, problems = _read_files(root, folder, files)
    plain = {name: one for name, one in seen.items() if _is_plain(one.record)}
    others = {name: one for name, one in seen.items() if name not in plain}
    return msgspec.msgpack.encode(plain), others, problems


def _read_files(root: Path, folder: str, files: _Unread) -> tuple[dict[str, Seen[Any]], list[Problem]]:
    """What these files of a folder say, and the problems of those that cannot be understood.

    A file whose bytes are those of an earlier reading says what it said then.
    """
    form, below = _FOLDERS[folder], f"{root}{os.sep}"
    seen: dict[str, Seen[Any]] = {}
    problems: list[Problem] = []
    for name, earlier in files:
        path = f"content/{folder}/{name}"
        try:
            with open(below + path, "rb", buffering=0) as file:  # noqa: PTH123 - a Path of each file takes as long
                content = file.read()
            digest = snapshots.digest(content)
            if earlier and earlier.digest == digest:
                seen[name] = earlier
            else:
                record = ContentStore.parsed(ContentStore.decoded(content, path), path, form)
                seen[name] = Seen(snapshots.NO_SIGNATURE, digest, form.keep(record))
        except FileNotFoundError:
            continue  # it was removed since it was seen
        except ContentError as error:
            problems += error.problems
    return seen, problems


def _is_plain(kept: Any) -> bool:
    """Whether MessagePack gives back the very same record: one with a person's own keys may hold dates among them."""
    record = kept.record if isinstance(kept, Slip) else kept
    if isinstance(record, msgspec.Raw):
        return True
    return not (record.extra or any(entry.extra for entry in getattr(record, "papers", ())))
