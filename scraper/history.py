"""What git knows of the library: what was published, what has changed since, and who changed it.

The library's edge to git, by git's own program. Paths are relative to the library's root, with `/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scraper.errors import PaperstandError
from scraper.fork.programs import Git

HEAD = "HEAD"
"""The last commit."""


class HistoryError(PaperstandError):
    """A commit that git does not know."""


@dataclass(frozen=True, slots=True)
class Commit:
    """One step of the branch, by those whom git names for it."""

    name: str
    author: str
    committer: str

    @property
    def is_a_machines(self) -> bool:
        """Whether no person had a hand in it.

        Rule: GitHub names an app, and a workflow's token, with "[bot]" at the end. What a machine proposed and a person
        merged has GitHub, or that person, as its committer.
        """
        return self.author.endswith("[bot]") and self.committer.endswith("[bot]")


class History:
    """The history of the library at `root`. Every method raises PaperstandError where git fails."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._git = Git(root)

    def commit(self, ref: str) -> str:
        """The full name of the commit that a branch, tag or expression stands for."""
        # `--end-of-options`: a name from outside is never an option.
        found = self._git.ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        if not found:
            raise HistoryError(f"git knows no commit {ref!r} here; fetch it, or name another one with --against")
        return found

    def common_ancestor(self, ref: str) -> str:
        """The commit from which the work tree's branch and `ref` went separate ways; `ref` where none is known."""
        name = self.commit(ref)
        return self._git.ask("merge-base", name, HEAD) or name

    def changed(self, commit: str, folder: str) -> tuple[str, ...]:
        """The files below a folder that the work tree has in another form than a commit, or no longer; sorted."""
        return self._names("diff", "--name-only", "--no-renames", "--relative", "-z", commit, "--", folder)

    def untracked(self, folder: str) -> tuple[str, ...]:
        """The files below a folder that nobody has committed yet; sorted."""
        return self._names("ls-files", "--others", "--exclude-standard", "-z", "--", folder)

    def text(self, commit: str, path: str) -> str | None:
        """A file as it was in a commit, or None where it was not there."""
        return self._git.ask("show", f"{commit}:./{path}")

    def parent(self, commit: str) -> str | None:
        """The commit before; None for the first one."""
        return self._git.ask("rev-parse", "--verify", "--quiet", f"{commit}^")

    def changes(self, since: str, path: str) -> tuple[Commit, ...]:
        """The steps of the branch after `since` that changed a file, newest first; a merge is one step."""
        described = self._git.run(
            *("log", "--first-parent", "--diff-merges=first-parent", "--no-renames", "-z"),
            *("--format=%H%n%an%n%cn", f"{since}..{HEAD}", "--", path),
        )
        return tuple(Commit(*entry.strip("\n").split("\n", 2)) for entry in described.split("\0") if entry.strip())

    def _names(self, *arguments: str) -> tuple[str, ...]:
        return tuple(sorted(name for name in self._git.run(*arguments).split("\0") if name))
