"""A repository as the workflows meet it: real git, and a stand-in for `gh` that writes down what it is asked."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scraper.records import CuratedList, Day, DayEntry, ListEntry, Paper, day_title
from scraper.store import ContentStore

ROOT = Path(__file__).parents[2]
BOT = "github-actions[bot]"

# Answers `gh COMMAND SUBCOMMAND …` with the file COMMAND-SUBCOMMAND beside its record, or with nothing; a file
# COMMAND-SUBCOMMAND.fails is what it complains of.
_GH = """#!{python}
import json, sys
from pathlib import Path
folder = Path({folder!r})
arguments = sys.argv[1:]
reads = "-" in arguments
with (folder / "asked.jsonl").open("a") as file:
    print(json.dumps([arguments, sys.stdin.read() if reads else ""]), file=file)
name = "-".join(arguments[:2])
if (folder / (name + ".fails")).exists():
    sys.exit((folder / (name + ".fails")).read_text())
if (folder / name).exists():
    sys.stdout.write((folder / name).read_text())
"""


@dataclass(frozen=True)
class Asked:
    """One call of gh: its arguments, and what it was given to read."""

    arguments: tuple[str, ...]
    text: str

    @property
    def command(self) -> str:
        return " ".join(self.arguments[:2])


@dataclass(frozen=True)
class Repository:
    """A clone, its origin, and a shell in it."""

    root: Path
    origin: Path
    gh: Path
    environment: Mapping[str, str]

    @property
    def store(self) -> ContentStore:
        return ContentStore(self.root)

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command as a step of a workflow does."""
        return subprocess.run(
            command,
            cwd=self.root,
            env={**self.environment, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )

    def paperstand(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "scraper.cli", *arguments, **variables)

    def git(self, *arguments: str, by: str = "A. Person", committed_by: str = "") -> str:
        names = {"GIT_AUTHOR_NAME": by, "GIT_COMMITTER_NAME": committed_by or by}
        done = self.run("git", *arguments, **names)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def commit(self, message: str, by: str = "A. Person", committed_by: str = "") -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message, by=by, committed_by=committed_by)
        return self.git("rev-parse", "HEAD").strip()

    def asked(self) -> list[Asked]:
        """What gh was asked, in order."""
        path = self.gh / "asked.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        return [Asked(tuple(arguments), text) for arguments, text in map(json.loads, lines)]

    def answers(self, command: str, value: Any) -> None:
        """What gh is to print for a command from now on."""
        text = value if isinstance(value, str) else json.dumps(value)
        (self.gh / command.replace(" ", "-")).write_text(text)

    def fails(self, command: str, complaint: str) -> None:
        """From now on gh refuses a command."""
        (self.gh / f"{command.replace(' ', '-')}.fails").write_text(complaint)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A small library, committed and pushed, with the Makefile and an installation that is up to date."""
    root, origin, gh, home = (tmp_path / name for name in ("clone", "origin.git", "gh", "home"))
    for folder in (root, gh, home):
        folder.mkdir()
    program = gh / "gh"
    program.write_text(_GH.format(python=sys.executable, folder=str(gh)))
    program.chmod(0o755)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "GITHUB_", "MAKE"))},
        "HOME": str(home),
        "PATH": os.pathsep.join([str(gh), os.environ["PATH"]]),
        "PYTHONPATH": str(ROOT),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_EMAIL": "person@example.org",
        "GIT_COMMITTER_EMAIL": "person@example.org",
    }
    made = Repository(root, origin, gh, environment)
    _install(root)
    _fill(made.store)
    made.git("init", "--quiet", "--bare", "--initial-branch=main", str(origin))
    made.git("init", "--quiet", "--initial-branch=main")
    made.git("remote", "add", "origin", str(origin))
    made.commit("The library")
    made.git("push", "--quiet", "--set-upstream", "origin", "main")
    return made


def _install(root: Path) -> None:
    """The project's files that make needs, and a .venv that is newer than they are and runs this project's code."""
    for name in ("Makefile", "pyproject.toml", "requirements/site.txt", ".gitignore"):
        (root / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, root / name)
        os.utime(root / name, (0, 0))
    (root / ".venv").mkdir()
    (root / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    for stamp in (".python", ".site"):
        (root / ".venv" / stamp).touch()
    (root / ".github" / "workflows").mkdir(parents=True)
    for workflow in (ROOT / ".github" / "workflows").glob("*.yml"):
        shutil.copy(workflow, root / ".github" / "workflows")
    (root / "site_config").mkdir()
    (root / "site_config" / "site.yml").write_text("name: T\nexclude: ['2511.00009']\n")


def _fill(store: ContentStore) -> None:
    days = [Day(day, day_title(day), tuple(DayEntry(name) for name in names)) for day, names in DAYS.items()]
    for day in days:
        store.write_day(day)
    for on, names in DAYS.items():
        for name in names:
            store.write_paper(Paper(name, f"Title of {name}", "An abstract.", featured=(on,)))
    entries = (ListEntry("2511.00001", note="First."), ListEntry("2511.00002"))
    store.write_new_list(CuratedList("mine", "My list", entries, description="About", curator="A. Name"))


DAYS = {
    date(2025, 11, 12): ("2511.00001", "2511.00002", "2511.00003"),
    date(2025, 11, 13): ("2511.00004", "2511.00005"),
}
"""The library's days."""
