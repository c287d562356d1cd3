"""Everything that the README says of speed and size, measured in one run: `make bench [LIBRARY=PATH] [PAPERS=N,N]`.

Prints a Markdown table. On a machine whose speed changes from minute to minute only the ratios of one run mean
anything.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from scraper import identifiers
from scraper.records import Paper
from tests.benchmarks import hugo, library, material

NEW_PAPERS = 30
"""Papers of the day that is added for the next day's build."""


@dataclass(slots=True)
class Measured:
    """What one size of library took. Times in seconds, sizes in bytes."""

    papers: int
    cold: dict[str, Any]
    next_day: dict[str, Any]
    site_bytes: int
    index_bytes: int
    paper_page: float
    hugo_seconds: float | None = None
    hugo_pages: int = 0
    edit_seconds: float | None = None
    more: dict[str, float] = field(default_factory=dict)


def main() -> None:
    """Measure each size and print the table."""
    arguments = _arguments()
    sizes = [int(size) for size in arguments.papers.split(",")]
    with tempfile.TemporaryDirectory(prefix="paperstand-bench-") as scratch:
        found = [_measure(Path(scratch), size, arguments.library, serve=arguments.serve) for size in sizes]
        plain = None
        if arguments.material:
            _say("plain Material")
            plain = material.build(Path(scratch, str(sizes[0]), "library"), Path(scratch, "material"))
    print("\n".join(_table(found, plain)))  # noqa: T201 - what it is for


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.benchmarks")
    parser.add_argument("--library", type=Path, help="JSON Lines of papers; the committed content unless told")
    parser.add_argument("--papers", default="1000", help="sizes, with commas between")
    parser.add_argument("--no-serve", dest="serve", action="store_false", help="leave `mkdocs serve` out")
    parser.add_argument("--no-material", dest="material", action="store_false", help="leave plain Material out")
    return parser.parse_args()


def _papers(path: Path | None, number: int) -> Iterator[Paper]:
    return library.papers_of(path) if path else library.committed_papers(number)


def _measure(scratch: Path, size: int, source: Path | None, *, serve: bool) -> Measured:
    folder = scratch / str(size)
    root, site, cache = folder / "library", folder / "site", folder / "cache"
    root.mkdir(parents=True)
    papers = _papers(source, size + NEW_PAPERS)
    _say(f"{size} papers: making the library")
    last = library.make(root, papers, size)
    _say(f"{size} papers: cold build")
    cold = _build(root, site, cache)
    measured = Measured(
        size,
        cold,
        {},
        site_bytes=_bytes_below(site),
        index_bytes=_bytes_below(site / "search-index"),
        paper_page=_mean_paper_page(site),
    )
    if shutil.which("hugo"):
        _say(f"{size} papers: Hugo")
        measured.hugo_pages = hugo.make(root, site, folder / "hugo")
        measured.hugo_seconds = hugo.build(folder / "hugo", folder / "hugo-site")
        shutil.rmtree(folder / "hugo-site")
    library.add_day(root, last + timedelta(days=1), list(islice(papers, NEW_PAPERS)))
    _say(f"{size} papers: the next day's build")
    measured.next_day = _build(root, site, cache)
    if serve:
        _say(f"{size} papers: an edit under mkdocs serve")
        measured.edit_seconds = _edit_under_serve(root)
    return measured


def _say(what: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {what}", file=sys.stderr)  # noqa: T201 - progress


def _build(root: Path, site: Path, cache: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.build", str(root), str(site), str(cache)]
    result = subprocess.run(command, cwd=library.ROOT, check=True, stdout=subprocess.PIPE, text=True)
    measured: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return measured


def _bytes_below(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _mean_paper_page(site: Path) -> float:
    sizes = [path.stat().st_size for path in (site / "papers").rglob("index.html")]
    return float(sum(sizes) / max(len(sizes), 1))


@contextmanager
def _served(root: Path, port: int) -> Iterator[str]:
    command = [sys.executable, "-m", "mkdocs", "serve", "--quiet", "--dev-addr", f"127.0.0.1:{port}"]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "true"}
    process = subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait()


def _edit_under_serve(root: Path, port: int = 8765) -> float:
    """Seconds from saving a paper's file to seeing the change in a browser's request."""
    path = max((root / "content" / "papers").rglob("*.md"))
    identifier = identifiers.canonical(path.stem)
    with _served(root, port) as address:
        page = address + identifiers.page_path(identifier)
        _wait_for(page, "<h1")
        path.write_text(path.read_text(encoding="utf-8") + "\nAn edit that was just made.\n", encoding="utf-8")
        began = time.perf_counter()
        _wait_for(page, "An edit that was just made.")
        return time.perf_counter() - began


def _wait_for(address: str, text: str, patience: float = 900) -> None:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=patience) as answer:  # noqa: S310 - our own server
                if text in answer.read().decode():
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise TimeoutError(f"{address} does not show {text!r}")


def _table(found: list[Measured], plain: tuple[int, float] | None) -> Iterator[str]:
    machine = f"{len(os.sched_getaffinity(0))} cores, {platform.machine()}, Python {platform.python_version()}"
    yield f"Measured {datetime.now(UTC):%Y-%m-%d} on {machine}."
    yield ""
    yield "| | " + " | ".join(f"{one.papers:,} papers" for one in found) + " |"
    yield "|---|" + "---|" * len(found)
    rows = {
        "pages, cold": lambda one: _seconds(_core(one.cold)),
        "Hugo, the same pages": lambda one: _seconds(one.hugo_seconds),
        "pages, cold / Hugo": lambda one: _ratio(_core(one.cold), one.hugo_seconds),
        "pages, the next day": lambda one: _seconds(_core(one.next_day)),
        "pages, the next day / Hugo cold": lambda one: _ratio(_core(one.next_day), one.hugo_seconds),
        "feeds and exports, cold": lambda one: _seconds(one.cold["stages"]["FILES"]),
        "feeds and exports, the next day": lambda one: _seconds(one.next_day["stages"]["FILES"]),
        "related papers, cold": lambda one: _seconds(one.cold["stages"]["RELATED"]),
        "related papers, the next day": lambda one: _seconds(one.next_day["stages"]["RELATED"]),
        "search index": lambda one: _seconds(one.cold["stages"]["INDEX"]),
        "an edit under `mkdocs serve`": lambda one: _seconds(one.edit_seconds),
        "peak memory of a process": lambda one: f"{one.cold['peak_mb']:,.0f} MB",
        "a paper's page": lambda one: f"{one.paper_page / 1000:.1f} kB",
        "the site": lambda one: f"{one.site_bytes / 1e6:,.0f} MB",
        "of it the search index": lambda one: f"{one.index_bytes / 1e6:,.0f} MB",
    }
    for name, value in rows.items():
        yield f"| {name} | " + " | ".join(map(value, found)) + " |"
    for smaller, larger in pairwise(found):
        added = (larger.site_bytes - smaller.site_bytes) / (larger.papers - smaller.papers)
        yield f"\nFrom {smaller.papers:,} to {larger.papers:,} papers each paper adds {added / 1000:.1f} kB."
    if plain:
        yield f"\nPlain Material took {plain[1]:.1f} s for {plain[0]:,} papers, a page each."


def _core(measured: dict[str, Any]) -> float:
    """The library and the pages: what is compared with Hugo."""
    apart = ("FILES", "RELATED", "INDEX")
    return float(measured["seconds"] - sum(measured["stages"][name] for name in apart))


def _seconds(value: float | None) -> str:
    return "not found" if value is None else f"{value:.1f} s"


def _ratio(ours: float, theirs: float | None) -> str:
    return "" if theirs is None else f"{ours / theirs:.2f}"


if __name__ == "__main__":
    main()
