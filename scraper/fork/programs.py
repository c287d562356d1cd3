"""git and gh, run: the two programs that know more of a fork than its files say."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scraper.errors import PaperstandError
from scraper.records import clean_line

GIT_TIMEOUT = 600.0
"""Seconds: a first fetch of a large repository over a slow line."""
GH_TIMEOUT = 60.0

# Where a hook or another git has set these, they would lead to its repository and not to the one at the root.
_NOT_INHERITED = re.compile(r"GIT_(?:DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|COMMON_DIR)")


class GitError(PaperstandError):
    """git could not do what it was asked for; the text is its own."""


class GitHubError(PaperstandError):
    """gh could not do what it was asked for. `status` is GitHub's HTTP status, 0 where it gave none."""

    def __init__(self, message: str, status: int = 0) -> None:
        self.status = status
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class _Run:
    status: int
    output: str
    errors: str


def _run(
    command: list[str], folder: Path, timeout: float, environment: Mapping[str, str] | None = None, given: str = ""
) -> _Run:
    inherited = {name: value for name, value in os.environ.items() if not _NOT_INHERITED.fullmatch(name)}
    done = subprocess.run(  # noqa: S603 - a list of arguments, no shell; the program's name is ours
        command,
        cwd=folder,
        env={**inherited, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", **(environment or {})},
        input=given,
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        check=False,
        timeout=timeout,
    )
    return _Run(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True, slots=True)
class Git:
    """The git repository whose work tree is at `root`."""

    root: Path

    def run(self, *arguments: str, environment: Mapping[str, str] | None = None, given: str = "") -> str:
        """What git prints, without white space at its end. `given` is its input. Raises GitError."""
        try:
            done = _run(["git", *arguments], self.root, GIT_TIMEOUT, environment, given)
        except FileNotFoundError:
            raise GitError("git is not installed") from None
        except subprocess.TimeoutExpired:
            raise GitError(f"git {arguments[0]} did not end within {GIT_TIMEOUT:.0f} seconds") from None
        if done.status:
            said = "; ".join(map(clean_line, done.errors.splitlines())) or f"ended with status {done.status}"
            raise GitError(f"git: {said}")
        return done.output.rstrip()

    def ask(self, *arguments: str) -> str | None:
        """As `run`, and None where git refuses: for questions that may have no answer."""
        try:
            return self.run(*arguments)
        except GitError:
            return None

    def names(self, *arguments: str) -> list[str]:
        """The paths that git prints with `-z`, which is added."""
        return [name for name in self.run(*arguments, "-z").split("\0") if name]

    def require_clean(self) -> None:
        """Raises GitError unless the root is that of a work tree without changes: then git leads back to here."""
        top = self.run("rev-parse", "--show-toplevel")
        if Path(top).resolve() != self.root.resolve():
            raise GitError(f"{self.root} is not the top of its git repository, which is {top}")
        if self.ask("rev-parse", "--verify", "--quiet", "HEAD") is None:
            raise GitError("The repository has no commit yet. Commit what is here first, so that git leads back to it")
        changed = self.names("status", "--porcelain")
        if changed:
            listed = ", ".join(name[3:] for name in changed[:3]) + (", …" if len(changed) > 3 else "")
            raise GitError(
                f"There are changes that are not committed ({listed})."
                " Commit them, or put them away with `git stash --include-untracked`, so that git leads back to here"
            )


@dataclass(frozen=True, slots=True)
class GitHub:
    """A repository at GitHub as gh sees it; `name` is owner/repository."""

    name: str
    folder: Path = field(default_factory=Path.cwd)

    @staticmethod
    def is_installed() -> bool:
        """Whether there is a gh to run."""
        return shutil.which("gh") is not None

    def api(self, path: str, *options: str) -> Any:
        """GitHub's answer for `repos/{owner}/{repository}` and this path, as JSON. Raises GitHubError."""
        said = self.run("api", *options, f"repos/{self.name}{path}")
        try:
            return json.loads(said) if said.strip() else None
        except ValueError:
            raise GitHubError(f"gh api: sent what is no JSON: {clean_line(said)[:80]!r}") from None

    def run(self, *arguments: str) -> str:
        """What gh prints. Raises GitHubError."""
        try:
            done = _run(["gh", *arguments], self.folder, GH_TIMEOUT)
        except (FileNotFoundError, subprocess.TimeoutExpired) as error:
            raise GitHubError(f"gh: {error}") from None
        if done.status:
            found = re.search(r"\(HTTP (\d{3})\)", done.errors)
            said = "; ".join(map(clean_line, done.errors.splitlines())) or f"ended with status {done.status}"
            raise GitHubError(f"gh {arguments[0]}: {said}", int(found[1]) if found else 0)
        return done.output
