"""What a scrape may do, counted: what it asks for, reads, understands and writes. It fails when the work grows.

Counted and not timed, so that it says the same on every machine. The scrape is the command's own, of recorded days, in
a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.arxiv_service import ArxivService
from tests.replay import ReplayServer, arxiv, crossref, daily_papers
from tests.scraper.conftest import Desk, new_desk

ROOT = Path(__file__).parents[2]

_COUNTS = """
import collections, json, os, sys
counts = collections.defaultdict(collections.Counter)
root, *arguments = sys.argv[1:]
def hear(event, told):
    if event == "open" and isinstance(told[0], (str, bytes)):
        written = bool(told[2] & 3)
        count(os.fsdecode(told[0]), "written" if written else "read", written or os.path.isfile(told[0]))
    elif event == "os.rename":
        count(os.fsdecode(told[1]), "named", True)
def count(path, what, is_done):
    name = os.path.relpath(path, root)
    if is_done and name.startswith("content/") and not name.endswith(".lock"):
        counts[what][name] += 1
def watch(owner, name, what, key):
    real, is_static = getattr(owner, name), isinstance(vars(owner)[name], staticmethod)
    def called(*arguments, **keywords):
        counts[what][key(*arguments)] += 1
        return real(*arguments, **keywords)
    setattr(owner, name, staticmethod(called) if is_static else called)
from scraper import decide, records, scrape, settings, turns
from scraper.cli import main, upstream
from scraper.sources import arxiv, huggingface
from scraper.store import ContentStore
from tests.scraper.fake_clock import FakeClock
turns.TURNS = turns.Turns(FakeClock())
watch(ContentStore, "load", "loads", lambda store, *_: "library")
watch(ContentStore, "parsed", "parsed", lambda text, path, *_: path)
watch(huggingface, "_listed_paper", "records", lambda entry, *_: entry["paper"]["id"])
watch(arxiv, "_paper", "records", lambda entry: entry.findtext("{http://www.w3.org/2005/Atom}id"))
watch(scrape, "plan_day", "planned", lambda listing, *_: listing.day.isoformat())
watch(settings, "load", "settings", lambda root: "site.yml")
sys.addaudithook(hear)
status = 0
try:
    main(["--root", root, *arguments])
except SystemExit as end:
    status = end.code
print(json.dumps(counts))
sys.exit(status)
"""


@dataclass(frozen=True)
class Work:
    """What a scrape did, how often to each thing."""

    asked: Counter[str]
    """Requests, by path and query."""
    done: Mapping[str, Counter[str]]

    def of(self, what: str, below: str = "") -> Counter[str]:
        """How often each file, record or day had this done to it; of files, those below a folder of content/."""
        folder = f"content/{below}/" if below else ""
        return Counter({name: n for name, n in self.done.get(what, Counter()).items() if name.startswith(folder)})


def scraped(desk: Desk, server: ReplayServer, *arguments: str) -> Work:
    """Scrape, and count."""
    before = len(server.requests)
    run = subprocess.run(
        [sys.executable, "-c", _COUNTS, str(desk.root), "scrape", *arguments],
        cwd=ROOT,
        env={**os.environ, **desk.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    asked = Counter(f"{one.path}?{urlencode(one.query)}" for one in server.requests[before:])
    return Work(asked, {what: Counter(counts) for what, counts in json.loads(run.stdout.splitlines()[-1]).items()})


def repeated(counts: Counter[str]) -> list[str]:
    """The papers to which something was done more than once."""
    return sorted(Path(name).name.removeprefix(".").partition(".md")[0] for name, times in counts.items() if times > 1)


def most(counts: Counter[str]) -> int:
    """How often the most frequent was done."""
    return max(counts.values(), default=0)


WEEK = ("--since", "2026-08-14", "--until", "2026-08-20")
"""Seven days of Hugging Face, two with papers, one of which both of them have."""
ARXIV = "name: T\nsources: [arxiv]\ncategories: [cs.CV, cs.RO]\n"
FORTNIGHT = ("--since", "2026-06-15", "--until", "2026-06-24")
"""Ten days of arXiv, the last one in its feed."""
NEW_VERSIONS = ["2606.14010", "2606.14153"]
"""What the feed tells a new version of, and the days before have as new."""


def assert_once_each(work: Work, days: int) -> None:
    """Nothing is asked for, planned, understood or loaded twice."""
    assert most(work.asked) == 1, work.asked
    assert len(work.of("planned")) == work.of("planned").total() == days
    assert work.of("loads").total() == work.of("settings").total() == 1


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> tuple[Work, Work]:
    """A first scrape of the week, and a second one, for which nothing has changed."""
    with ReplayServer(daily_papers(), arxiv(), crossref()) as server:
        desk = new_desk(tmp_path_factory.mktemp("week"), server)
        return scraped(desk, server, *WEEK), scraped(desk, server, *WEEK)


IN_TWO_DAYS = ["2608.13558"]


def test_a_first_scrape(week: tuple[Work, Work]) -> None:
    """A request a day, a record for each entry, each file written once, and read once when all are there."""
    work, _ = week
    assert_once_each(work, days=7)
    assert work.asked.total() == 7
    assert repeated(work.of("records")) == IN_TWO_DAYS
    # The paper learns of its second day: read before that, and to edit it.
    assert repeated(work.of("written")) == repeated(work.of("named")) == IN_TWO_DAYS
    assert work.of("written").total() == len(work.of("named")) + len(IN_TWO_DAYS)
    assert repeated(work.of("read")) == repeated(work.of("parsed")) == IN_TWO_DAYS
    assert most(work.of("read")) <= 4


def test_a_scrape_that_brings_nothing_new(week: tuple[Work, Work]) -> None:
    """The same requests, and nothing is written. A file is read when its day is visited, and with the whole library.

    A day's is read once more, by whoever would write it.
    """
    first, work = week
    assert_once_each(work, days=7)
    assert work.asked == first.asked
    assert work.of("records") == first.of("records")
    assert work.of("written").total() == 0
    for what in ("read", "parsed"):
        assert most(work.of(what, "daily")) == 3
        papers = work.of(what, "papers")
        assert papers.total() == 2 * len(papers) + len(IN_TWO_DAYS)


def test_scrapes_of_arxiv(tmp_path: Path) -> None:
    """The feed once, a query for each day that it is not of, and what it does not tell with one request for all.

    Days that are stored and do not change any more cost no request, and no paper more than tells whose they are.
    """
    with ReplayServer(ArxivService()) as server:
        desk = new_desk(tmp_path, server)
        (tmp_path / "site_config" / "site.yml").write_text(ARXIV)
        first = scraped(desk, server, *FORTNIGHT)
        second = scraped(desk, server, *FORTNIGHT)
    assert_once_each(first, days=10)
    assert Counter(map(_kind, first.asked)) == {"feed": 1, "day": 7, "papers": 1}
    for what in ("written", "named", "read", "parsed"):
        assert repeated(first.of(what)) == NEW_VERSIONS
    assert [second.asked.total(), second.of("planned").total(), second.of("written").total()] == [0, 0, 0]
    assert second.of("loads").total() == 1
    assert most(second.of("read", "daily")) == 2
    days = len(second.of("read", "daily"))
    assert second.of("read", "papers").total() <= len(second.of("read", "papers")) + days


def _kind(asked: str) -> str:
    """What a request to arXiv asks for."""
    return "feed" if asked.startswith("/rss/") else "papers" if "id_list=" in asked else "day"
