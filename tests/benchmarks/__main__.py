"""What the README says of speed and size, measured in one run: `make bench [LIBRARY=PATH] [PAPERS=N,N]`.

Prints a Markdown table. On a machine whose speed changes from minute to minute only the ratios of one run mean
anything. The exit status is 1 where a library of 10,000 papers or more does not keep what is promised.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from scraper.records import Paper
from scraper.store import snapshots
from tests.benchmarks import build, hugo, library, material, serve, table
from tests.benchmarks.build import Took
from tests.benchmarks.table import Measured

NEW_PAPERS = 30
"""Papers of the day that is added for the next day's build."""


def main() -> int:
    """Measure each size and print the table."""
    arguments = _arguments()
    sizes = [int(size) for size in arguments.papers.split(",")]
    with tempfile.TemporaryDirectory(prefix="paperstand-bench-") as scratch:
        folders = [Path(scratch, str(size)) for size in sizes]
        found = [
            _measured(folder, size, arguments.library, serve_it=arguments.serve)
            for folder, size in zip(folders, sizes, strict=True)
        ]
        plain = _plain_material(folders[0] / "library", Path(scratch, "material")) if arguments.material else ()
    print("\n".join([_machine(), "", *table.lines(found), *plain]))  # noqa: T201 - what it is for
    broken = [*table.broken(found)]
    for promise in broken:
        _say(f"NOT KEPT: {promise}")
    return 1 if broken else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.benchmarks")
    parser.add_argument("--library", type=Path, help="JSON Lines of papers; the committed content unless told")
    parser.add_argument("--papers", default="1000", help="sizes, smallest first, with commas between")
    parser.add_argument("--no-serve", dest="serve", action="store_false", help="leave `mkdocs serve` out")
    parser.add_argument("--no-material", dest="material", action="store_false", help="leave plain Material out")
    return parser.parse_args()


def _machine() -> str:
    machine = f"{len(os.sched_getaffinity(0))} cores, {platform.machine()}, Python {platform.python_version()}"
    return f"Measured {datetime.now(UTC):%Y-%m-%d} on {machine}."


def _papers(path: Path | None, number: int) -> Iterator[Paper]:
    return library.papers_of(path) if path else library.committed_papers(number)


def _measured(folder: Path, size: int, source: Path | None, *, serve_it: bool) -> Measured:
    root, site, cache = folder / "library", folder / "site", folder / "cache"
    root.mkdir(parents=True)
    papers = _papers(source, size + NEW_PAPERS)
    _say(f"{size} papers: making the library")
    last = library.make(root, papers, size)
    # A library is older than a moment: files younger than that when they were read are read again by the next build.
    time.sleep(snapshots.SETTLED / 1_000_000_000)
    _say(f"{size} papers: cold build")
    cold = _build(root, site, cache)
    sizes = _bytes_below(site), _bytes_below(site / "search-index"), _mean_paper_page(site)
    hugo_seconds = _hugo(root, site, folder / "hugo", size) if shutil.which("hugo") else None
    library.add_day(root, last + timedelta(days=1), list(islice(papers, NEW_PAPERS)))
    _say(f"{size} papers: the next day's build")
    next_day = _build(root, site, cache)
    edit_seconds = None
    if serve_it:
        _say(f"{size} papers: an edit under mkdocs serve")
        edit_seconds = serve.edit(root)
    return Measured(size, cold, next_day, *sizes, hugo_seconds, edit_seconds)


def _say(what: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {what}", file=sys.stderr)  # noqa: T201 - progress


def _build(root: Path, site: Path, cache: Path) -> Mapping[str, Took]:
    command = [sys.executable, "-m", "tests.benchmarks.build", str(root), str(site), str(cache), str(time.time())]
    # As Python is unless somebody tells it otherwise: a second build need not compile anything that the first has.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    result = subprocess.run(command, cwd=library.ROOT, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    return build.read(result.stdout)


def _hugo(root: Path, site: Path, project: Path, size: int) -> float:
    _say(f"{size} papers: Hugo")
    hugo.make(root, site, project)
    destination = project.with_name("hugo-site")
    # What is made stays till the end: ext4 makes new files more slowly for minutes after many others were removed.
    seconds = hugo.build(project, destination)
    for difference in hugo.differences(site, destination):
        raise ValueError(f"Hugo did not make the same pages: {difference}")
    return seconds


def _plain_material(root: Path, project: Path) -> tuple[str, ...]:
    _say("plain Material")
    papers, seconds = material.build(root, project)
    return (f"\nPlain Material took {seconds:.1f} s for {papers:,} papers, a page each.",)


def _bytes_below(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _mean_paper_page(site: Path) -> float:
    sizes = [path.stat().st_size for path in (site / "papers").rglob("index.html")]
    return float(sum(sizes) / max(len(sizes), 1))


if __name__ == "__main__":
    sys.exit(main())
