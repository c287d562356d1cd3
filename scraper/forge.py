"""What is told to GitHub, with GitHub's own program `gh`: issues, comments, pull requests, schedules.

`gh` finds the repository and a token as it always does (https://cli.github.com/manual/gh_help_environment). Texts reach
it by its standard input or as one argument of their own, never by way of a shell.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from scraper import plain_yaml
from scraper.errors import PaperstandError
from scraper.fork.programs import Git
from scraper.plain_yaml import PlainYamlError

# A token in the environment goes to git alone, and into no file; without one, git asks whom it always asks.
_TOKEN_HELPER = '!f() { test "$1" = get && echo username=x-access-token && echo "password=$GITHUB_TOKEN"; }; f'  # noqa: S105 - where it is


class ForgeError(PaperstandError):
    """GitHub, or the program that talks to it, did not do what was asked."""


class Told(StrEnum):
    """What came of telling something."""

    OPENED = "opened"
    ADDED = "added"
    """A comment was added to what is there."""
    KNOWN = "known"
    """It stands there already, word for word."""


@dataclass(frozen=True, slots=True)
class Forge:
    """The repository that the folder `root` is a clone of."""

    root: Path

    def tell_once(self, label: str, title: str, body: str) -> Told:
        """Keep one open issue under a label, however often this is called.

        An open one that says `body` already is left alone; one that says something else gets it as a comment. Raises
        ForgeError.
        """
        found = json.loads(self._gh("issue", "list", "--label", label, "--state", "open", "--limit", "1", *_SAID))
        if not found:
            self._gh("label", "create", label, "--force", "--description", title)
            self._gh("issue", "create", "--title", title, "--label", label, "--body-file", "-", text=body)
            return Told.OPENED
        return self._add(found[0], body)

    def comment_once(self, issue: int, body: str) -> Told:
        """Say something below an issue, unless it stands there already. Raises ForgeError."""
        return self._add(json.loads(self._gh("issue", "view", str(issue), *_SAID)), body)

    def _add(self, issue: dict[str, Any], body: str) -> Told:
        said = [issue["body"], *(comment["body"] for comment in issue["comments"])]
        if any(_same(text, body) for text in said):
            return Told.KNOWN
        self._gh("issue", "comment", str(issue["number"]), "--body-file", "-", text=body)
        return Told.ADDED

    def push(self, branch: str, paths: Sequence[str], message: str) -> None:
        """Commit what changed below these paths as one commit on a branch of its own, and push that.

        Whatever the branch held before is replaced. Raises ForgeError.
        """
        git = Git(self.root)
        git.run("checkout", "--quiet", "-B", branch)
        git.run("add", "--all", "--", *paths)
        git.run("commit", "--quiet", "--message", message, "--", *paths)
        token = ("-c", "credential.helper=", "-c", f"credential.helper={_TOKEN_HELPER}")
        given = token if os.environ.get("GITHUB_TOKEN") else ()
        git.run(*given, "push", "--quiet", "--force", "origin", f"HEAD:refs/heads/{branch}")

    def pull_request(self, branch: str, base: str, title: str, body: str) -> str:
        """The address of the open pull request of a branch, which is opened where there is none. Raises ForgeError."""
        fields = ("--head", branch, "--state", "open", "--json", "url")
        found = json.loads(self._gh("pr", "list", *fields))
        if found:
            return str(found[0]["url"])
        arguments = ("--head", branch, "--base", base, "--title", title, "--body-file", "-")
        return self._gh("pr", "create", *arguments, text=body).strip()

    def start(self, workflow: str, branch: str) -> None:
        """Run a workflow on a branch. Raises ForgeError.

        Rule: what a workflow's own token does starts no workflow, but for this
        (https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/trigger-a-workflow).
        """
        self._gh("workflow", "run", workflow, "--ref", branch)

    def enable(self, workflows: Sequence[str]) -> tuple[str, ...]:
        """Turn workflows on, and with that their schedules' sixty days anew; gives those that were turned on.

        One that a person turned off stays off. Raises ForgeError.

        Rule: https://docs.github.com/en/rest/actions/workflows#enable-a-workflow. That this begins the sixty days anew
        is not documented; it is what keeps other people's schedules alive
        (https://github.com/gautamkrishnar/keepalive-workflow/issues/56).
        """
        listed = json.loads(self._gh("workflow", "list", "--all", "--json", "path,state"))
        states = {one["path"].rpartition("/")[2]: one["state"] for one in listed}
        wanted = tuple(name for name in workflows if states.get(name) in {"active", "disabled_inactivity"})
        for name in wanted:
            self._gh("api", "--silent", "--method", "PUT", f"repos/{{owner}}/{{repo}}/actions/workflows/{name}/enable")
        return wanted

    def seconds_of(self, run: str, job: str) -> float | None:
        """How long a job of a run took; None where it did not run to its end. Raises ForgeError."""
        jobs = json.loads(self._gh("run", "view", run, "--json", "jobs"))["jobs"]
        for one in jobs:
            if one["name"] == job and one["conclusion"] == "success":
                return (_time(one["completedAt"]) - _time(one["startedAt"])).total_seconds()
        return None

    def _gh(self, *arguments: str, text: str = "") -> str:
        try:
            run = subprocess.run(  # noqa: S603 - no shell; a text is one argument or the standard input
                ["gh", *arguments],  # noqa: S607 - found on PATH, as a person's own gh is
                cwd=self.root,
                input=text,
                capture_output=True,
                check=False,
                encoding="utf-8",
            )
        except FileNotFoundError:
            raise ForgeError("this needs gh, GitHub's own program: https://cli.github.com") from None
        if run.returncode:
            said = run.stderr.strip() or f"it ended with status {run.returncode}"
            raise ForgeError(f"gh {arguments[0]}: {said}")
        return run.stdout


_SAID = ("--json", "number,body,comments")


def _same(one: str, other: str) -> bool:
    """GitHub gives line ends back in its own way."""
    return one.split() == other.split()


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def scheduled_workflows(root: Path) -> tuple[str, ...]:
    """The names of the workflow files of a repository that have a schedule, sorted."""
    found = []
    for path in sorted((root / ".github" / "workflows").glob("*.y*ml")):
        try:
            described = plain_yaml.load(path.read_text(encoding="utf-8"))
        except PlainYamlError as error:
            raise ForgeError(f"{path.relative_to(root).as_posix()}:{error.line}: {error.message}") from None
        triggers = described.get("on") if isinstance(described, dict) else None
        if isinstance(triggers, dict) and "schedule" in triggers:
            found.append(path.name)
    return tuple(found)
