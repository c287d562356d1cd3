"""The search index: from the catalog's papers to what Pagefind loads in the reader's browser.

Pagefind reads a corpus written for it alone, one small document a paper at the address of the paper's page, and not the
finished pages: so the pages carry no search attributes (their bytes are budgeted), and the index does not change when
the theme does.

A document's body is the title, which counts more, and the abstract. Everything else that finds a paper is metadata,
which Pagefind searches too and which comes with a result: authors, organization, keywords, identifiers, day. What the
metadata counts is said where Pagefind takes it, in the theme's search-index.js.

There are no filters for facets yet and no sort keys. Measured with 30,000 papers: filters by year, category,
organization and code add 194 kB, loaded when facets are opened and not before; sort keys by date and upvotes would add
142 kB to what the first search loads.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from markupsafe import escape
from pagefind.service import get_executable

from scraper import identifiers
from scraper.errors import PaperstandError
from scraper.records import Author, Paper
from site_config.catalog import Catalog

FOLDER = "pagefind"
"""Where the index is, below the site's root."""

RECENT = 500
"""How many of the newest papers have the filter `recent`.

Pagefind 1.5 ranks in a time that grows with (papers found) x (places where the words stand): "model" among 30,000
papers took 2 s. So the browser asks among the newest first, and among all papers only where few enough match.
"""

TITLE_WEIGHT = 5
"""How many times a word counts that is in the title; once in the abstract."""

# What Pagefind writes and this site does not load: its own interfaces, its highlighter, and the program for a language
# that it has no rules for (every document is English to it).
_UNUSED = ("pagefind-*ui.*", "pagefind-highlight.js", "wasm.unknown.pagefind")
# Pagefind marks weights in the text that it extracts with words of this shape; an abstract must not bring its own.
_SENTINEL = re.compile(r"_{3,}(?=(?:END_)?PAGEFIND_)")
# Chinese and Japanese put no spaces between words, and Pagefind has no rules for them in an English index: each
# character becomes a word. search-index.js does the same to a query, and search-dialog.js takes the spaces out again.
_CJK = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_BETWEEN_CJK = re.compile(f"(?<=[{_CJK}])(?=[{_CJK}])")
# Letters that Unicode does not take apart into a letter and an accent: that is how Pagefind finds "Gödel" for "Godel".
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ħ": "h", "Ħ": "H", "ı": "i"}
    | {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th"}
)


def write_index(catalog: Catalog, site_dir: Path) -> None:
    """Write the search index of a catalog to `site_dir/pagefind/`, in place of what is there.

    The same catalog gives the same files. A catalog without papers has no index. Raises PaperstandError where Pagefind
    is not installed or fails.
    """
    bundle = site_dir / FOLDER
    shutil.rmtree(bundle, ignore_errors=True)
    if not catalog.papers:
        return
    with tempfile.TemporaryDirectory(prefix="paperstand-search-") as scratch:
        corpus = Path(scratch)
        for path, text in documents(catalog):
            file = corpus / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        _run_pagefind(corpus, bundle)
    for pattern in _UNUSED:
        for file in bundle.glob(pattern):
            file.unlink()


def documents(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Each paper's document, as the path of its page's file below the site's root and its HTML."""
    shown = {paper.id: shown_day(catalog, paper) for paper in catalog.papers.values()}
    # Stable: papers of one day stay in the catalog's order, which is that of their identifiers.
    recent = set(sorted(shown, key=lambda identifier: shown[identifier] or date.min)[-RECENT:])
    for paper in catalog.papers.values():
        path = f"{identifiers.page_path(paper.id)}index.html"
        yield path, document(paper, shown=shown[paper.id], recent=paper.id in recent)


def shown_day(catalog: Catalog, paper: Paper) -> date | None:
    """The day that stands beside a result: the latest one that lists the paper, else the day of its first version."""
    return max((listing.date for listing in catalog.days_of(paper.id)), default=paper.submitted)


def document(paper: Paper, *, shown: date | None, recent: bool) -> str:
    """The HTML that Pagefind reads for a paper. Everything that a paper brings is escaped."""
    fields = {
        "authors": "; ".join(author.name for author in paper.authors),
        "also": "; ".join(_in_plain_letters(paper.authors)),
        "organization": paper.organization or "",
        "keywords": "; ".join(paper.keywords),
        "id": " ".join((paper.id, *paper.aliases)),
        # A letter and no hyphens, or else "2025" and "11" would be words of every paper of that month.
        "day": f"d{shown:%Y%m%d}" if shown else "",
    }
    metadata = "".join(
        f'<meta data-pagefind-meta="{name}[content]" content="{escape(_indexable(text))}">'
        for name, text in fields.items()
        if text
    )
    mark = '<meta data-pagefind-filter="recent[content]" content="yes">' if recent else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{metadata}{mark}</head><body data-pagefind-body>'
        f'<h1 data-pagefind-weight="{TITLE_WEIGHT}">{escape(_indexable(paper.title))}</h1>'
        f"<p>{escape(_indexable(paper.abstract))}</p></body></html>"
    )


def _in_plain_letters(authors: Iterable[Author]) -> Iterator[str]:
    """The names that a keyboard without their letters writes otherwise, as it writes them."""
    for author in authors:
        plain = author.name.translate(_PLAIN_LETTERS)
        if plain != author.name:
            yield plain


def _indexable(text: str) -> str:
    return _BETWEEN_CJK.sub(" ", _SENTINEL.sub("", text))


def _run_pagefind(corpus: Path, bundle: Path) -> None:
    executable = get_executable()
    if executable is None:
        raise PaperstandError("Pagefind, which makes the search index, is not installed: run `make setup`")
    command = [str(executable), "--site", ".", "--output-path", str(bundle.resolve())]
    command += ["--force-language", "en", "--silent"]
    # Pagefind also obeys variables of its own, and a configuration file where it runs: neither may change a site.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PAGEFIND_")}
    try:
        result = subprocess.run(  # noqa: S603 - our own command and paths
            command, cwd=corpus, env=environment, capture_output=True, check=False
        )
    except OSError as error:
        raise PaperstandError(f"Pagefind at {executable} cannot be run ({error}): run `make setup` again") from error
    if result.returncode:
        words = (result.stderr + result.stdout).decode(errors="replace").strip() or "it said nothing"
        raise PaperstandError(f"Pagefind could not make the search index (exit status {result.returncode}): {words}")
