"""What a build may do, counted: files read and written, pages rendered, templates compiled, what all pages share.

It fails when the work grows.

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
from datetime import timedelta
from pathlib import Path

import pytest

from scraper.records import Day, DayEntry, Paper, day_title
from scraper.store import ContentStore, snapshots
from site_config import search
from site_config.contents import HUBS
from tests.site_config.conftest import ROOT

_COUNTS = """
import io, json, os, sys, collections
counts = collections.Counter()
root = sys.argv[1]
def hear(event, arguments):
    if event == "open" and isinstance(arguments[0], str) and arguments[0].startswith(root):
        path, mode, flags = arguments
        writes = bool(flags & 3) if isinstance(flags, int) else "w" in (mode or "")
        if writes and flags & os.O_EXCL and (os.path.lexists(path) or not os.path.isdir(os.path.dirname(path))):
            return  # tried in vain: the file is there, or its folder is not
        kind = arguments[0][len(root) + 1 :].partition("/")[0]
        counts[("wrote " if writes else "read ") + kind] += 1
        each["wrote" if writes else "read"][arguments[0]] += 1
each = collections.defaultdict(collections.Counter)
import jinja2
from site_config import chrome, plugin, press
from site_config.plugin import Means
from pathlib import Path
compile_ = jinja2.Environment.compile
def compiled(self, source, *arguments, **keywords):
    counts["templates"] += 1
    each["compiled"][source if isinstance(source, str) else str(source)] += 1
    return compile_(self, source, *arguments, **keywords)
jinja2.Environment.compile = compiled
fill = chrome.Frame.fill
def filled(self, content):
    counts["filled"] += 1
    return fill(self, content)
chrome.Frame.fill = filled
render = jinja2.Template.render
def rendered(self, *arguments, **keywords):
    counts["rendered"] += 1
    return render(self, *arguments, **keywords)
jinja2.Template.render = rendered
def watch(owner, name, what):
    real = getattr(owner, name)
    def called(*arguments, **keywords):
        counts[what] += 1
        return real(*arguments, **keywords)
    setattr(owner, name, called)
from scraper.store import ContentStore, shelf
from site_config import related, search
from site_config.catalog import Catalog
watch(ContentStore, "load", "loads")
watch(Catalog, "of", "catalogs")
watch(plugin, "Edition", "editions")
watch(related, "related", "relations")
watch(search, "write_index", "indexes")
finish = press.Press.finish
def finished(self):
    finish(self)
    counts["made"], counts["kept"], counts["removed"] = self.count.made, self.count.kept, self.count.removed
press.Press.finish = finished
sys.addaudithook(hear)
unpack = shelf.Shelf.__getitem__
pages_made = []
def unpacked(self, identifier):
    if not pages_made:
        each["unpacked"][identifier] += 1
    return unpack(self, identifier)
shelf.Shelf.__getitem__ = unpacked
tell = lambda stage: pages_made.append(stage) if stage is plugin.Stage.FILES else None
plugin.build(Path(root), Path(root, "site"), means=Means(Path(root, ".cache"), tell=tell))
counts["unpacked"] = len(each["unpacked"])
read = [number for path, number in each["read"].items() if path.startswith((root + "/content/", root + "/.cache/"))]
counts["most reads of a file"] = max([0, *read])
counts["most writes of a file"] = max([0, *each["wrote"].values()])
counts["most compiles of a template"] = max(each["compiled"].values())
print(json.dumps(counts))
"""


@dataclass(frozen=True)
class Library:
    """A library to be built."""

    root: Path
    papers: int
    days: int

    def build(self) -> Mapping[str, int]:
        """Build it, and count. `-B`: compiled templates that an earlier build left would not be."""
        done = subprocess.run(
            [sys.executable, "-B", "-c", _COUNTS, str(self.root)], capture_output=True, text=True, check=False, cwd=ROOT
        )
        assert done.returncode == 0, done.stderr
        counts: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
        return {
            **dict.fromkeys(("made", "removed", "read content", "wrote site", "rendered", "unpacked", *ONCE), 0),
            **counts,
        }


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


THEME = 24
"""Templates that MkDocs' own pages and the frames need."""
RENDERED = 40
"""Templates that a build renders although the page is made already."""
TEMPLATES = 35
"""All that are compiled in a cold build."""


UNPACKED = 300
"""Papers that are unpacked for the few pages that are made in every build."""


ONCE = ("loads", "catalogs", "editions", "relations", "indexes", "most writes of a file")
"""What any build does once, at most."""


def slack(number: int) -> int:
    """A budget: a tenth more than is needed today, and three. Twice the work is far beyond it."""
    return number * 11 // 10 + 3


def test_a_cold_build(library: Library, cold: Mapping[str, int]) -> None:
    """Each file of the library is read once; each file of the site made once, and written once; each template once."""
    files = published(library.root)
    pages = [path for path in files if path.suffix == ".html"]
    feeds = [path for path in files if path.suffix == ".xml"]
    assert cold["most reads of a file"] == cold["most compiles of a template"] == 1
    assert cold["kept"] == 0
    assert cold["read content"] <= slack(len([*(library.root / "content").rglob("*.md")]))
    assert cold["made"] == len([path for path in files if not is_indexed(library.root, path)])
    assert cold["wrote site"] <= slack(len(files))
    assert cold["filled"] <= slack(len(pages))
    assert cold["rendered"] <= slack(len(pages) + len(feeds))
    assert [cold[what] for what in ONCE] == [1] * len(ONCE)
    assert cold["templates"] <= slack(TEMPLATES)
    # A paper has a page and its Markdown; a day, a week, a topic, an organisation a few files each.
    assert len(files) <= 4 * library.papers + 60 * library.days


def test_the_committed_papers_pages_are_small(library: Library, cold: Mapping[str, int]) -> None:
    """At most 6.3 kB of HTML on average, chrome included: with keywords, projects, discussions and long abstracts."""
    sizes = [path.stat().st_size for path in (library.root / "site" / "papers").rglob("index.html")]
    assert len(sizes) >= library.papers, cold
    assert sum(sizes) / len(sizes) <= 6_300


def test_a_build_after_which_nothing_changed(library: Library, cold: Mapping[str, int]) -> None:
    """Nothing is made anew but the search index, and the library is not read again."""
    files = published(library.root)
    again = library.build()
    assert (again["made"], again["removed"], again["kept"]) == (0, 0, cold["made"])
    assert again["read content"] <= slack(len([*(library.root / "content" / "pages").rglob("*")]))
    assert again["wrote site"] <= slack(len([path for path in files if is_indexed(library.root, path)]))
    assert again["filled"] <= len(HUBS)
    assert again["rendered"] <= slack(len(HUBS) + RENDERED)
    assert all(again[what] <= 1 for what in ONCE)
    assert again["templates"] <= slack(THEME)
    assert again["unpacked"] <= UNPACKED


def test_a_build_after_one_edit(library: Library, cold: Mapping[str, int]) -> None:
    """A word more in one abstract: its page, where it is shown or related, and what lists all papers."""
    library.build()
    path = next(iter(ContentStore(library.root).content_files("papers")))
    before = path.read_text()
    path.write_text(before + "\nA word more.\n")
    edited = library.build()
    path.write_text(before)
    library.build()
    assert 1 <= edited["made"] <= slack(150)
    assert edited["removed"] == 0
    assert edited["made"] + edited["kept"] == cold["made"]
    assert edited["most reads of a file"] == 1
    assert edited["filled"] <= edited["made"] + len(HUBS)
    assert edited["rendered"] <= edited["made"] + slack(len(HUBS) + RENDERED)
    assert all(edited[what] <= 1 for what in ONCE)
    assert edited["templates"] <= slack(THEME + 1)


NEWCOMERS = 20


@pytest.mark.usefixtures("cold")
def test_the_next_days_build(library: Library) -> None:
    """Twenty papers more: their own files, those that list them, and each page on which other papers are related now.

    In a library of one quarter that may be the page of every paper; what a quarter closed stays.
    """
    library.build()
    store = ContentStore(library.root)
    last = max(store.load().days)
    day = last + timedelta(days=1)
    identifiers = [f"{last:%y%m}.{99000 + number}" for number in range(NEWCOMERS)]
    words = [f"{word} {number}" for number, word in enumerate(["Zebras", "Quaggas"] * (NEWCOMERS // 2))]
    for identifier, title in zip(identifiers, words, strict=True):
        store.write_paper(Paper(identifier, title=title, abstract=f"{title} graze.", submitted=last, featured=(day,)))
    store.write_day(Day(day, day_title(day), tuple(DayEntry(identifier) for identifier in identifiers)))
    next_day = library.build()
    assert next_day["made"] <= slack(library.papers + NEXT_DAY)
    assert next_day["read content"] <= slack(NEWCOMERS + 4)
    assert next_day["most reads of a file"] == next_day["most compiles of a template"] == 1
    assert next_day["filled"] <= next_day["made"] + len(HUBS)
    assert next_day["rendered"] <= next_day["made"] + slack(len(HUBS) + RENDERED)
    assert all(next_day[what] <= 1 for what in ONCE)
    indexed = [path for path in published(library.root) if is_indexed(library.root, path)]
    assert next_day["wrote site"] <= slack(next_day["made"] + len(indexed))
    assert next_day["templates"] <= slack(TEMPLATES)


NEXT_DAY = 300
"""Files that are made for the next day, beside the papers' own pages."""


def published(root: Path) -> list[Path]:
    """Every file of the site."""
    return [path for path in (root / "site").rglob("*") if path.is_file()]


def is_indexed(root: Path, path: Path) -> bool:
    """Whether a file is the search index's, which is made in every build."""
    return path.is_relative_to(root / "site" / search.FOLDER)
