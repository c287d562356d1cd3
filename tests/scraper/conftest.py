"""A library that is scraped from a server: what the tests of the scraper's commands share."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scraper import turns
from scraper.cli import main
from scraper.store import ContentStore
from tests.replay import DATA, ReplayServer, arxiv, crossref, daily_papers
from tests.scraper.fake_clock import FakeClock

RECORDED = DATA / "huggingface" / "daily_papers"

# Ends the process at the given one of its renames, which is how each write ends: before it, or just behind it.
_KILLED = """
import os, signal, sys
from pathlib import Path
fatal, behind, *arguments = sys.argv[1:]
count, replace = 0, Path.replace
def replace_and_die(self, target):
    global count
    count += 1
    if count == int(fatal) and behind == "False":
        os.kill(os.getpid(), signal.SIGKILL)
    result = replace(self, target)
    if count == int(fatal):
        os.kill(os.getpid(), signal.SIGKILL)
    return result
Path.replace = replace_and_die
from scraper.cli import main
main(arguments)
"""


@dataclass(frozen=True)
class Desk:
    """A library in a folder of its own, and the `paperstand` command on it."""

    root: Path
    environment: Mapping[str, str]

    @property
    def store(self) -> ContentStore:
        """The library's files."""
        return ContentStore(self.root)

    def run(self, *arguments: str) -> Result:
        """Run the command in this process. The answers' cache is fresh each time, unless the environment names one."""
        result = CliRunner().invoke(main, ["--root", str(self.root), *arguments], env=dict(self.environment))
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def run_killed(self, at: int, *arguments: str, behind: bool = False) -> bool:
        """Run the command in a process that is killed at its write number `at`; False when it ended before that."""
        command = [sys.executable, "-c", _KILLED, str(at), str(behind), "--root", str(self.root), *arguments]
        done = subprocess.run(command, env={**os.environ, **self.environment}, capture_output=True, check=False)
        return done.returncode == -9

    def tree(self) -> dict[str, bytes]:
        """Every file of the library, drafts of killed writes left out."""
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in sorted((self.root / "content").rglob("*"))
            if path.is_file() and not path.name.startswith(".")
        }


def new_desk(root: Path, server: ReplayServer) -> Desk:
    """An empty library that scrapes from this server."""
    (root / "site_config").mkdir(parents=True)
    (root / "site_config" / "site.yml").write_text("name: T\n")
    cache = root / ".cache"
    endpoints = ("HF", "ARXIV", "ARXIV_RSS", "ARXIV_OAI", "CROSSREF", "BIORXIV", "OPENALEX", "S2")
    addresses = {f"{name}_ENDPOINT": server.url for name in endpoints}
    return Desk(root, {**addresses, "PAPERSTAND_CACHE": str(cache)})


@pytest.fixture(autouse=True)
def clock_of_the_process(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """Commands that run in this process wait in no time, and for nobody's earlier test."""
    clock = FakeClock()
    monkeypatch.setattr(turns, "TURNS", turns.Turns(clock))
    return clock


@pytest.fixture
def server() -> Iterator[ReplayServer]:
    """The recorded services on loopback."""
    with ReplayServer(daily_papers(), arxiv(), crossref()) as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path, server: ReplayServer) -> Desk:
    """An empty library that scrapes from the recorded services."""
    return new_desk(tmp_path, server)


def write_early(served: Path, day: str) -> None:
    """Serve the day's first nine papers with half of their upvotes."""
    entries = json.loads((RECORDED / f"{day}.json").read_bytes())[:9]
    for entry in entries:
        entry["paper"]["upvotes"] //= 2
    (served / f"{day}.json").write_text(json.dumps(entries))


def write_late(served: Path, day: str) -> None:
    """Serve the day as it was recorded, at its end."""
    (served / f"{day}.json").write_bytes((RECORDED / f"{day}.json").read_bytes())
