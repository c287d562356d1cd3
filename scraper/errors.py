"""Every error that Paperstand raises on purpose, and the finding that is not an error.

    PaperstandError                 something a person can act on; the command line prints it and exits 1
     ├── IdentifierError            a text that names no paper
     ├── ContentError               a content or settings file that cannot be understood; carries its problems
     ├── StoreFormatError           the library was written by a newer Paperstand
     ├── LockedError                another command is writing the library or the site
     └── FetchError                 an upstream did not give a usable answer
          ├── UnreachableError      no connection could be made at all
          └── LeftAloneError        an upstream that failed again and again is not asked any more

A `Problem` is a value: one finding of `check`, of a scrape or of an import.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding: where it is and what was expected there.

    `path` is a file's path relative to the library's root, or an upstream's name for what it sent
    ("huggingface 2026-08-21"). `line` counts from 1; 0 says that the finding belongs to no line.
    """

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {self.message}"


class PaperstandError(Exception):
    """An expected failure. Its text says what happened and what to do."""


class IdentifierError(PaperstandError):
    """A text that names no paper."""


class ContentError(PaperstandError):
    """A file that cannot be understood; `problems` says where and why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class StoreFormatError(PaperstandError):
    """The library's format is newer than this Paperstand understands."""


class LockedError(PaperstandError):
    """Another command holds the lock of the folder that this one would write."""


class FetchError(PaperstandError):
    """An upstream gave no usable answer, after every retry."""


class UnreachableError(FetchError):
    """No connection to the upstream could be made: offline, blocked, or a wrong address."""


class LeftAloneError(FetchError):
    """The upstream failed several times in a row, and is left alone for the rest of the run."""
