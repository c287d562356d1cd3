"""What a build may do, counted: files read, files made, templates compiled. It fails when the work grows.

Counted and not timed, so that it says the same on every machine. The build is the command's own, of the committed
content, in a process of its own.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from scraper.store import ContentStore, snapshots
from tests.site_config.conftest import ROOT

_COUNTS = """
import io, json, sys, collections
counts = collections.Counter()
root = sys.argv[1]
def hear(event, arguments):
    if event == "open" and isinstance(arguments[0], str) and arguments[0].startswith(root):
        writes = bool(arguments[2] & 3) if isinstance(arguments[2], int) else "w" in (arguments[1] or "")
        kind = arguments[0][len(root) + 1 :].partition("/")[0]
        counts[("wrote " if writes else "read ") + kind] += 1
        each["wrote" if writes else "read"][arguments[0]] += 1
each = {"read": collections.Counter(), "wrote": collections.Counter()}
import jinja2
from site_config import plugin, press
from site_config.plugin import Means
from pathlib import Path
compile_ = jinja2.Environment.compile
def compiled(self, source, *arguments, **keywords):
    counts["templates"] += 1
    return compile_(self, source, *arguments, **keywords)
jinja2.Environment.compile = compiled
finish = press.Press.finish
def finished(self):
    finish(self)
    counts["made"], counts["kept"], counts["removed"] = self.count.made, self.count.kept, self.count.removed
press.Press.finish = finished
sys.addaudithook(hear)
plugin.build(Path(root), Path(root, "site"), means=Means(Path(root, ".cache")))
counts["most reads of a file"] = max(
    number for path, number in each["read"].items() if "/content/papers/" in path or "/content/daily/" in path
) if any("/content/papers/" in path or "/content/daily/" in path for path in each["read"]) else 0
counts["most writes of a page"] = max(
    [number for path, number in each["wrote"].items() if path.endswith("index.html")], default=0
)
print(json.dumps(counts))
"""


@dataclass(frozen=True)
class Library:
    """A library to be built."""

    root: Path
    papers: int
    days: int

    def build(self) -> Mapping[str, int]:
        """Build it, and count."""
        done = subprocess.run(
            [sys.executable, "-c", _COUNTS, str(self.root)], capture_output=True, text=True, check=False, cwd=ROOT
        )
        assert done.returncode == 0, done.stderr
        counts: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
        return {**dict.fromkeys(("made", "removed", "read content", "wrote site"), 0), **counts}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The committed content, with the project's own settings and theme."""
    root = tmp_path_factory.mktemp("budget")
    for name in ("content", "site_config"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    shutil.copy(ROOT / "mkdocs.yml", root / "mkdocs.yml")
    store = ContentStore(root)
    # A file that was written a moment ago is read again by the next build.
    time.sleep(snapshots.SETTLED / 1_000_000_000 + 0.1)
    return Library(root, len([*store.content_files("papers")]), len([*store.content_files("daily")]))


@pytest.fixture(scope="module")
def cold(library: Library) -> Mapping[str, int]:
    """The first build's counts."""
    return library.build()


TEMPLATES = len([*(ROOT / "site_config" / "templates").glob("*")])
THEME = 30
"""The theme's templates, that MkDocs' own pages and the frames need."""


def test_a_cold_build(library: Library, cold: Mapping[str, int]) -> None:
    """Each file of the library is read once, each page written once, each template compiled once."""
    assert cold["most reads of a file"] == 1
    assert cold["most writes of a page"] <= 2  # the first time it finds no folder to be in
    assert cold["kept"] == 0
    pages = [*(library.root / "content" / "pages").rglob("*")]
    assert cold["read content"] <= library.papers + library.days + 3 * len(pages) + 20
    assert cold["templates"] <= TEMPLATES + THEME
    # A paper has a page and what stands beside it; a day, a week, a topic a few files each.
    assert cold["made"] <= 4 * library.papers + 60 * library.days + 1500


def test_a_build_after_which_nothing_changed(library: Library, cold: Mapping[str, int]) -> None:
    """Nothing is made anew but the search index, and the library is not read again."""
    assert cold
    again = library.build()
    assert again["made"] == 0
    assert again["removed"] == 0
    assert again["kept"] == cold["made"]
    assert again["read content"] <= cold["read content"] - library.papers - library.days
    assert again["templates"] <= THEME


def test_a_build_after_one_edit(library: Library, cold: Mapping[str, int]) -> None:
    """A word more in one abstract: its page, where it is shown or related, and what lists all papers."""
    library.build()
    path = next(iter(ContentStore(library.root).content_files("papers")))
    path.write_text(path.read_text() + "\nA word more.\n")
    edited = library.build()
    assert 1 <= edited["made"] <= 250
    assert edited["removed"] == 0
    assert edited["made"] + edited["kept"] == cold["made"]
    assert edited["templates"] <= TEMPLATES + THEME
