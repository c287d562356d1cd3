"""Which files are the engine, and which are a fork's own: `engine.txt`, read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scraper import settings
from scraper.errors import ContentError, Problem

PATH = "engine.txt"
"""Where the list is, relative to the root."""

NEVER = ("content/", settings.PATH.as_posix())
"""What no list makes the engine's: a fork's library, and the one file that it edits."""


@dataclass(frozen=True, slots=True)
class Engine:
    """The engine's paths: files, and folders that end in a slash."""

    included: tuple[str, ...]
    excluded: tuple[str, ...] = ()

    def has(self, path: str) -> bool:
        """Whether a file, named relative to the root, is the engine's."""
        return _is_among(path, self.included) and not _is_among(path, self.excluded) and not is_never(path)

    def of(self, paths: Iterable[str]) -> Sequence[str]:
        """Those of these files that are the engine's."""
        return [path for path in paths if self.has(path)]


def is_never(path: str) -> bool:
    """Whether a file is a fork's own whatever any list says."""
    return _is_among(path, NEVER)


def _is_among(path: str, names: Iterable[str]) -> bool:
    return any(path.startswith(name) if name.endswith("/") else path == name for name in names)


def parse_engine(text: str, path: str = PATH) -> Engine:
    """Read the list: a path a line, ! before what is left out, # before a remark. Raises ContentError."""
    included: list[str] = []
    excluded: list[str] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), start=1):
        name = line.strip()
        if not name or name.startswith("#"):
            continue
        target = excluded if name.startswith("!") else included
        name = name.removeprefix("!")
        parts = name.removesuffix("/").split("/")
        if not name or {"", ".", ".."} & set(parts) or any(sign in name for sign in "*?[\\"):
            problems.append(Problem(path, number, "expected a file, or a folder with / at its end, without wildcards"))
            continue
        target.append(name)
    if problems:
        raise ContentError(problems)
    return Engine(tuple(included), tuple(excluded))
