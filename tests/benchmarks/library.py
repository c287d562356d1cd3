"""A library of any size, made of real papers."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count, islice
from pathlib import Path
from typing import Any

from scraper import identifiers
from scraper.records import Author, Day, DayEntry, Paper, clean_line, clean_lines, clean_text, day_title
from scraper.store import ContentStore, documents

ROOT = Path(__file__).parents[2]
FIRST_DAY = date(2023, 1, 2)


def papers_of(path: Path) -> Iterator[Paper]:
    """The papers of a JSON Lines file, gzipped or not: id, title, abstract, authors, categories, date."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from map(_paper, map(json.loads, lines))


def _paper(line: dict[str, Any]) -> Paper:
    categories = line["categories"]
    return Paper(
        identifiers.canonical(line["id"]),
        title=clean_line(line["title"]),
        abstract=clean_text(line["abstract"]),
        authors=tuple(map(Author, clean_lines(line["authors"]))),
        categories=clean_lines(categories.split() if isinstance(categories, str) else categories),
        submitted=date.fromisoformat(line["date"][:10]),
        source="arxiv",
    )


def committed_papers(number: int) -> Iterator[Paper]:
    """As many papers as are wanted, of the committed content: again and again, under other identifiers."""
    known = list(ContentStore(ROOT).load().papers.values())
    for position in range(number):
        paper = known[position % len(known)]
        month = f"{7 + position // 90000 % 90:02d}{position // 9000 % 12 + 1:02d}"
        made = f"{month}.{position % 9000 + 1:04d}" if position >= len(known) else paper.id
        yield Paper(
            made,
            title=paper.title,
            abstract=paper.abstract,
            authors=paper.authors,
            keywords=paper.keywords,
            organization=paper.organization,
            submitted=paper.submitted,
            source=paper.source,
        )


def make(root: Path, papers: Iterator[Paper], number: int, a_day: int = 30) -> date:
    """Write a library of so many papers, so many a day, and all that a fork has around it. Gives the last day.

    Upvotes are made of each paper's place, so that weeks and trending have something to rank.
    """
    shutil.copytree(ROOT / "content" / "pages", root / "content" / "pages")
    (root / "site_config").mkdir()
    shutil.copy(ROOT / "site_config" / "site.yml", root / "site_config")
    configuration = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    theme = (ROOT / "site_config" / "theme").as_posix()
    (root / "mkdocs.yml").write_text(
        configuration.replace("custom_dir: site_config/theme", f"custom_dir: {theme}"), encoding="utf-8"
    )
    (root / "content" / "store.yml").write_text("format: 1\n")
    wanted = islice(papers, number)
    last = FIRST_DAY
    for place in count():
        of_day = list(islice(wanted, a_day))
        if not of_day:
            return last
        last = FIRST_DAY + timedelta(days=place)
        add_day(root, last, of_day)
    raise AssertionError  # count() has no end


def add_day(root: Path, on: date, papers: list[Paper]) -> None:
    """Write one day and its papers, without the care for a disk that fails: this library may be made again."""
    store = ContentStore(root)
    entries = []
    for place, paper in enumerate(papers):
        _write(store.paper_path(paper.id), documents.render_paper(_featured(paper, on)))
        entries.append(DayEntry(paper.id, upvotes=(place * 37 + on.toordinal()) % 101, why=paper.source))
    _write(store.day_path(on), documents.render_day(Day(on, day_title(on), tuple(entries))))


def _featured(paper: Paper, on: date) -> Paper:
    values = {name: getattr(paper, name) for name in Paper.__dataclass_fields__}
    return Paper(**{**values, "featured": (on,)})


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
