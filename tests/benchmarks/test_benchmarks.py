"""The benchmarks run, and say when a promise is not kept."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from site_config.plugin import Stage
from tests.benchmarks import hugo, table
from tests.benchmarks.build import START, Took
from tests.benchmarks.library import ROOT
from tests.benchmarks.table import Measured

STAGES = (START, *Stage.__members__)


def took(seconds: float, peak: float = 100.0) -> dict[str, Took]:
    """Every stage took so long."""
    return {name: Took(seconds, seconds, peak) for name in STAGES}


KEPT = Measured(30_000, took(2), took(0.5), 480_000_000, 1, 6_500.0, hugo_seconds=20.0, edit_seconds=3.0)


def test_a_small_run() -> None:
    """One command measures two sizes of library and prints the table, with Hugo's figures where it is found."""
    command = [sys.executable, "-m", "tests.benchmarks", "--papers", "40,80", "--no-material"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = [line.split("|")[1:-1] for line in done.stdout.splitlines() if line.startswith("| ")]
    assert len(rows) == len(list(table.lines([KEPT]))) - 1
    without_hugo = [name.strip() for name, *cells in rows if not all(re.search(r"\d", cell) for cell in cells[:2])]
    assert all("Hugo" in name for name in without_hugo)
    assert "each paper adds" in done.stdout


def test_what_hugo_leaves_out_is_told(tmp_path: Path) -> None:
    """It is compared by the time that it takes for the same pages: not for shorter ones, or fewer."""
    page = '<link rel=canonical href="https://example.org/{}/"><main>{}<a href=../../papers/1/>One</a></main>'
    ours = {name: page.format(name, "x" * 1000) for name in ("same", "shorter", "unlinked", "gone")}
    theirs = {**ours, "shorter": ours["shorter"][:-800] + "<a href=../../papers/1/>", "unlinked": "x" * 1094}
    del theirs["gone"]
    for name, text in ours.items():
        write(tmp_path / "site" / name / "index.html", text)
    for name, text in theirs.items():
        write(tmp_path / "hugo" / name / "index.html", text)
    told = list(hugo.differences(tmp_path / "site", tmp_path / "hugo"))
    assert [line.split()[0] for line in told] == ["gone/index.html", "unlinked/index.html", "shorter:"]


def write(path: Path, text: str) -> None:
    """A file, in folders that are made."""
    path.parent.mkdir(parents=True)
    path.write_text(text)


def test_kept_promises_are_nothing_to_tell() -> None:
    """Figures within what is promised break nothing."""
    assert list(table.broken([KEPT])) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"cold": took(6)}, "pages cold / Hugo cold"),
        ({"next_day": {**took(0.5), "PAGES": Took(6.0)}}, "pages next day / Hugo cold"),
        ({"cold": {**took(2), "RELATED": Took(31.0)}}, "related papers, cold"),
        ({"cold": {**took(2), "INDEX": Took(181.0)}}, "search index"),
        ({"cold": {**took(2), "PAGES": Took(2.0, 2.0, 1501.0)}}, "memory for the pages"),
        ({"paper_page": 7_100.0}, "a paper's page"),
    ],
)
def test_a_broken_promise_is_told(change: dict[str, object], told: str) -> None:
    """Each by its row's name, with the figure and the promise."""
    (line,) = table.broken([replace(KEPT, **change)])  # type: ignore[arg-type]  # any field
    assert line.startswith(f"30,000 papers: {told} is ")


def test_what_a_paper_adds_is_told_from_size_to_size() -> None:
    """Each paper adds what the larger site has more, and more than 16 kB break a promise."""
    smaller = replace(KEPT, papers=10_000, site_bytes=100_000_000)
    assert "each paper adds 19.0 kB" in list(table.lines([smaller, KEPT]))[-1]
    assert list(table.broken([smaller, KEPT])) == ["from 10,000 to 30,000 papers each adds 19.0 kB, not 16"]


def test_a_small_library_promises_nothing() -> None:
    """To start up is most of what is measured there."""
    assert list(table.broken([replace(KEPT, papers=1000, hugo_seconds=0.1)])) == []
