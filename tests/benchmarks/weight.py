"""What a first visit to each kind of page loads: `python -m tests.benchmarks.weight`.

The committed content is built, with one more day of fifty of its papers, and the largest page of each kind is opened in
a real browser that has kept nothing. Bytes are counted as GitHub Pages sends them: text compressed, everything else as
it is. Prints a Markdown table; the exit status is 1 where the day of fifty papers takes more than was promised.
"""

from __future__ import annotations

import gzip
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import chain, islice
from pathlib import Path

from playwright.sync_api import Browser

from scraper import identifiers, settings
from scraper.records import Day, day_title
from scraper.store import ContentStore, Library, documents
from site_config.catalog import Catalog
from site_config.contents import HUBS, PAGES
from site_config.edition import Edition
from site_config.pages.site import Kind, day_path
from site_config.plugin import build
from tests.benchmarks.library import ROOT
from tests.benchmarks.search import Wire, served
from tests.browser import CHROMIUM_ARGUMENTS, chromium, driver

PAPERS_OF_A_DAY = 50
MOST_OF_A_DAY = 100_000
"""Bytes of a first visit to a day of fifty papers, everything included."""


def day_of_fifty(library: Library) -> Day:
    """The day after the last one, listing fifty papers of the days before it as they did."""
    last = max(library.days)
    newest = (library.days[on].papers for on in sorted(library.days, reverse=True))
    listed = {entry.id: entry for entry in chain.from_iterable(newest)}
    on = last + timedelta(days=1)
    return Day(on, day_title(on), tuple(islice(listed.values(), PAPERS_OF_A_DAY)))


def make_root(root: Path) -> date:
    """A copy of the committed library and of all that a fork has around it, with a day of fifty papers."""
    shutil.copytree(ROOT / "content", root / "content")
    (root / "site_config").mkdir()
    shutil.copy(ROOT / "site_config" / "site.yml", root / "site_config")
    theme = (ROOT / "site_config" / "theme").as_posix()
    configuration = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    (root / "mkdocs.yml").write_text(
        configuration.replace("custom_dir: site_config/theme", f"custom_dir: {theme}"), encoding="utf-8"
    )
    store = ContentStore(root)
    day = day_of_fifty(store.load())
    file = store.day_path(day.date)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(documents.render_day(day), encoding="utf-8")
    return day.date


def largest(root: Path, site: Path) -> Mapping[Kind, str]:
    """The address of the largest page of each kind."""
    site_settings = settings.load(root)
    edition = Edition(Catalog.of(ContentStore(root).load(), site_settings), site_settings)
    paths: dict[Kind, list[str]] = {kind: [make(edition).path] for kind, make in HUBS.values()}
    for made in chain.from_iterable(make_all(edition) for make_all in PAGES):
        paths.setdefault(made.kind, []).append(made.path)
    paths[Kind.PAPER] = [identifiers.page_path(identifier) for identifier in edition.catalog.papers]
    paths[Kind.ORDINARY] = ["about/"]
    return {kind: max(of_kind, key=lambda path: _html(site, path).stat().st_size) for kind, of_kind in paths.items()}


def first_visits(browser: Browser, base: str, wire: Wire, paths: Iterable[str]) -> Iterator[tuple[str, Wire]]:
    """What each page loads in a browser that has kept nothing."""
    for path in paths:
        wire.total = wire.requests = 0
        context = browser.new_context(viewport={"width": 1200, "height": 800})
        page = context.new_page()
        page.goto(base + path)
        page.locator(".keys-open").wait_for(state="attached")
        page.wait_for_load_state("networkidle")
        yield path, Wire(wire.total, wire.requests)
        context.close()


def _html(site: Path, path: str) -> Path:
    return site / path / "index.html"


def main() -> int:
    """Build, visit, and print."""
    with tempfile.TemporaryDirectory(prefix="paperstand-weight-") as scratch:
        root, site, wire = Path(scratch, "library"), Path(scratch, "site"), Wire()
        root.mkdir()
        day = day_path(make_root(root))
        build(root, site)
        kinds = largest(root, site)
        names = {day: "day of 50 papers"} | {path: kind.name.lower() for kind, path in kinds.items() if path != day}
        with served(site, wire) as base, driver() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(playwright), args=CHROMIUM_ARGUMENTS)
            found = dict(first_visits(browser, base, wire, names))
            browser.close()
        lines = [
            f"| {name} | {_kilobytes(_html(site, path).stat().st_size)} |"
            f" {_kilobytes(len(gzip.compress(_html(site, path).read_bytes())))} |"
            f" {_kilobytes(found[path].total)} | {found[path].requests} |"
            for path, name in names.items()
        ]
    head = ["| largest of its kind | HTML | compressed | first visit | requests |", "|---|---|---|---|---|"]
    sys.stdout.write("\n".join([*head, *lines, ""]))
    return 1 if found[day].total > MOST_OF_A_DAY else 0


def _kilobytes(size: int) -> str:
    return f"{size / 1000:.1f} kB"


if __name__ == "__main__":
    raise SystemExit(main())
