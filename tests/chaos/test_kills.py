"""kill -9, at any moment of any command that writes: nothing is lost, and the next run ends as if nothing had happened.

Half of the kills and more fall between the command's first and last write, at a write that is drawn; the others come
from outside, at a moment that is drawn. Where they fell is printed, whether the test passes or not.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import pytest

from scraper.check import library_problems
from scraper.records import Author, Paper
from tests.chaos.mortal import End, Mortals
from tests.replay import DATA, ReplayServer, arxiv, crossref, daily_papers
from tests.scraper.conftest import Desk, new_desk, write_early, write_late
from tests.site_config.conftest import copy_root

KILLS = int(os.environ.get("PAPERSTAND_KILLS", "40"))
"""Kills over all commands together."""

DAYS = ("2026-08-14", "2026-08-20")
TRACES = {".lock"}


@dataclass(frozen=True)
class Deed:
    """A command, on a folder that is prepared for it."""

    command: tuple[str, ...]
    prepare: Callable[[Desk, Path], None]
    share: float
    """Of all kills."""
    passing: str = "(?!)"
    """What `check` may find until the command has run again."""


def _scraped_early(desk: Desk, served: Path) -> None:
    """A day as it was early, edited by a person, while the service has it, and another one, as they were late."""
    assert desk.run("scrape", "--date", DAYS[1]).exit_code == 0
    day = desk.root / f"content/daily/2026/{DAYS[1]}.md"
    day.write_text(day.read_text().replace("why: huggingface}\n", "why: huggingface} # fine\n", 1) + "\nA note.\n")
    for late in DAYS:
        write_late(served, late)


def _nothing(_desk: Desk, _served: Path) -> None:
    """An empty library."""


def _stored(desk: Desk, _served: Path) -> None:
    """Papers whose titles arXiv has otherwise, one of them with a person's words."""
    for name in ("1605.08386", "1707.08567", "astro-ph/0601001", "cs/9901002"):
        paper = Paper(name, title="Of old", abstract="Of old.", extra={"mine": "Words."} if name[0] == "a" else {})
        desk.store.write_paper(paper)


def _slugs(desk: Desk, _served: Path) -> None:
    """Papers under slugs, which a list and a day name, and which the library and arXiv know by their titles."""
    found = [paper for name in ("1605.08386", "1707.08567") if (paper := _from_arxiv(desk, name))]
    store = desk.store
    for number, paper in enumerate(found):
        slug = Paper(f"a-slug-{number}", title=paper.title, authors=(Author("A"),), source="saved-page")
        store.write_paper(slug)
        store.write_paper(replace(paper, id=paper.id, authors=()))
    lists = desk.root / "content/lists"
    lists.mkdir()
    (lists / "mine.md").write_text("---\ntitle: T\npapers:\n- a-slug-0 # first\n- a-slug-1\n---\nWords.\n")


def _from_arxiv(desk: Desk, name: str) -> Paper | None:
    desk.store.write_paper(Paper(name, title="T"))
    assert desk.run("refresh", name).exit_code == 0
    paper = desk.store.paper(name)
    desk.store.remove_paper(name)
    return paper


def _built_once(desk: Desk, _served: Path) -> None:
    """A site that was built, and then edits: a paper, a note, a setting that changes every page's head."""
    copy_root("library", desk.root)
    assert desk.run("build").exit_code == 0
    paths = [*desk.store.content_files("papers")][:3] + [*desk.store.content_files("daily")][:1]
    for path in paths:
        path.write_text(path.read_text() + "\nMore words.\n")
    paths[0].unlink()
    site = desk.root / "site_config/site.yml"
    site.write_text(re.sub(r"(?m)^name: .*$", "name: Another name", site.read_text()))


DEEDS: Mapping[str, Deed] = {
    "scrape": Deed(("scrape", "--since", DAYS[0], "--until", DAYS[1]), _scraped_early, 0.35),
    "import": Deed(
        (
            *("import", str(DATA / "saved_pages" / "daily-papers-page.txt"), "--list", "mine", "--title", "T"),
            *("--identifiers", str(DATA / "saved_pages" / "identifiers.tsv")),
        ),
        _nothing,
        0.15,
    ),
    "refresh": Deed(("refresh", "1605.08386", "1707.08567", "astro-ph/0601001"), _stored, 0.15),
    "resolve": Deed(("resolve",), _slugs, 0.1, passing=r".*: the alias a-slug-\d belongs to a-slug-\d already"),
    "build": Deed(("build",), _built_once, 0.25),
}


@pytest.fixture(scope="module")
def mortals() -> Iterator[Mortals]:
    """The process that forks."""
    with Mortals() as running:
        yield running


def files(root: Path) -> dict[str, bytes]:
    """The library and the site, without what a killed command may leave and nobody reads: drafts and locks."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in ("content", "site")
        for path in (root / folder).rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def put(source: Path, target: Path) -> None:
    """The folder as it was, its files' times included."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)


def problems(root: Path) -> list[str]:
    """What `check` finds."""
    return [str(problem) for problem in library_problems(root)]


def assert_nothing_is_lost(
    now: Mapping[str, bytes],
    before: Mapping[str, bytes],
    after: Mapping[str, bytes],
    versions: Collection[tuple[str, str]],
) -> None:
    """Each file of the library is as it was or as the undisturbed command wrote it, at its end or on the way there."""
    for path in {*now, *before, *after}:
        if path.startswith("content/") and now.get(path) not in (before.get(path), after.get(path)):
            assert (path, sha256(now.get(path, b"")).hexdigest()) in versions, path
    # What a person wrote is there at each moment, under whichever name.
    written = [
        text for text in (b"A note.", b"# fine", b"Words.") if any(text in content for content in before.values())
    ]
    assert all(any(text in content for content in now.values()) for text in written)


@pytest.mark.parametrize("name", DEEDS)
def test_a_killed_command_loses_nothing_and_the_next_run_repairs(
    name: str, tmp_path: Path, mortals: Mortals, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wherever it fell: every file is the old or the new one, `check` finds nothing, the next run ends the same."""
    deed, chance = DEEDS[name], random.Random(f"kills of {name}")  # noqa: S311 - kills that can be seen again
    served, root, start = tmp_path / "served", tmp_path / "library", tmp_path / "start"
    served.mkdir()
    for day in DAYS:
        write_early(served, day)
    with ReplayServer(daily_papers(served), arxiv(), crossref()) as server:
        desk = new_desk(root, server)
        # What killed builds leave there the test's own folder takes along.
        temporary = tmp_path / "temporary"
        temporary.mkdir()
        desk = replace(desk, environment={**desk.environment, "TMPDIR": str(temporary)})
        deed.prepare(desk, served)
        put(root, start)
        before = files(root)

        def run(*, at: int = 0, half: bool = False, after: float = 0.0) -> End:
            return mortals.run(root, list(deed.command), desk.environment, at=at, half=half, after=after)

        undisturbed = run()
        assert undisturbed.status == 0, undisturbed.output
        expected = files(root)
        assert expected != before
        put(start, root)
        began = time.monotonic()
        assert run().status == 0
        took = time.monotonic() - began
        versions = {(Path(path).relative_to(root).as_posix(), digest) for path, digest in undisturbed.versions}
        count = max(4, round(KILLS * deed.share))
        fell: Counter[str] = Counter()
        before_rename = 0
        for number in range(count):
            put(start, root)
            if number % 4 == 3:
                end = run(after=chance.uniform(0.01, took))
            else:
                end = run(at=chance.randrange(2, undisturbed.writes + 1), half=chance.random() < 0.5)
                assert end.status is None
            fell[place_of(end, undisturbed.writes)] += 1
            before_rename += end.status is None and end.writes in undisturbed.renames
            assert_nothing_is_lost(files(root), before, expected, versions)
            assert [one for one in problems(root) if not re.fullmatch(deed.passing, one)] == []
            again = run()
            assert again.status == 0, again.output
            assert files(root) == expected, f"killed at write {end.writes} of {undisturbed.writes}"
            assert problems(root) == []
    inside = sum(number for place, number in fell.items() if place.startswith("between"))
    where = ", ".join(f"{number} {place}" for place, number in sorted(fell.items()))
    with capsys.disabled():
        print(  # noqa: T201 - where they fell
            f"\n{name}: {undisturbed.writes} writes, {len(undisturbed.renames)} of them renames; "
            f"{count} kills, {before_rename} of them at a rename: {where}"
        )
    assert inside >= count / 2


def test_an_edit_that_is_taken_back_after_a_killed_build(tmp_path: Path, mortals: Mortals) -> None:
    """What the killed build wrote of it is made anew, although all is again as the build before knew it."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = {"PAPERSTAND_CACHE": str(tmp_path / "library" / ".cache"), "TMPDIR": str(temporary)}
    desk = Desk(copy_root("library", tmp_path / "library"), environment)
    assert desk.run("build").exit_code == 0
    before, start = files(desk.root), tmp_path / "start"
    put(desk.root, start)
    site = desk.root / "site_config/site.yml"
    renamed = re.sub(r"(?m)^name: .*$", "name: Another name", site.read_text())
    site.write_text(renamed)
    renames = mortals.run(desk.root, ["build"], desk.environment).renames
    chance = random.Random("taken back")  # noqa: S311 - kills that can be seen again
    for quarter in range(1, 4):
        put(start, desk.root)
        site.write_text(renamed)
        # Among those that put the new pages in the places of the old ones: before, the site is the old one anyway.
        at = renames[len(renames) * quarter // 4 + chance.randrange(len(renames) // 8)]
        assert mortals.run(desk.root, ["build"], desk.environment, at=at, half=True).status is None
        assert files(desk.root) != before
        shutil.copy2(start / "site_config/site.yml", site)
        assert mortals.run(desk.root, ["build"], desk.environment).status == 0
        assert files(desk.root) == before


def place_of(end: End, writes: int) -> str:
    """Where a kill fell, in words."""
    if end.status is not None:
        return "after the end"
    if end.writes == 0:
        return "before the first write"
    if end.writes > writes:
        return "after the last write"
    return f"between first and last write, {4 * (end.writes - 1) // writes + 1}. quarter"


_MASTER = """
import os, time
from concurrent.futures import ProcessPoolExecutor
from scraper.cli.site import _end_with_parent
from tests.chaos.mortal import pid_after
with ProcessPoolExecutor(2, initializer=_end_with_parent) as workers:
    print(*sorted(set(workers.map(pid_after, [0.2] * 8))), flush=True)
    time.sleep(60)
"""


def test_workers_end_with_their_master() -> None:
    """A killed build leaves no process behind that waits for work for ever."""
    master = subprocess.Popen([sys.executable, "-c", _MASTER], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
    assert master.stdout
    workers = [int(number) for number in master.stdout.readline().split()]
    assert len(workers) == 2
    assert all(map(is_running, workers))
    master.kill()
    master.wait()
    master.stdout.close()
    deadline = time.monotonic() + 10
    while any(map(is_running, workers)) and time.monotonic() < deadline:
        time.sleep(0.02)
    left = [worker for worker in workers if is_running(worker)]
    for worker in left:
        os.kill(worker, signal.SIGKILL)
    assert left == []


def is_running(process: int) -> bool:
    """Whether there is such a process that is not dead already."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
