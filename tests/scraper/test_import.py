"""`paperstand import`: a saved page becomes a curated list, and its papers full records."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from scraper.records import Paper
from scraper.titles import normalised
from tests.replay import DATA
from tests.scraper.conftest import Desk

PAGES = DATA / "saved_pages"
SEED = PAGES / "daily-papers-page.txt"
TABLE = PAGES / "identifiers.tsv"
HTML = PAGES / "papers-page-2024-08-01.html"
KNOWN = dict(line.split("\t") for line in TABLE.read_text().splitlines()[1:])


def _import(desk: Desk, *more: str, page: Path = SEED) -> str:
    result = desk.run("import", str(page), "--list", "mine", *more)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_page_copied_out_as_text(desk: Desk) -> None:
    """82 cards become 82 papers in the page's order: 55 under the table's identifiers, slugs for the rest."""
    output = _import(desk, "--title", "Object-centric RL", "--identifiers", str(TABLE))
    assert "82 papers, 82 of them new to the library, 27 without identifier" in output
    assert "read as 2025" in output
    library = desk.store.load()
    curated = library.lists["mine"]
    assert curated.title == "Object-centric RL"
    assert len(curated.papers) == len(library.papers) == 82
    assert set(KNOWN) <= set(library.papers)
    assert all(normalised(library.papers[name].title) == normalised(title) for name, title in KNOWN.items())
    first = library.papers[curated.papers[0].id]
    assert (first.id, first.author_count, first.submitted) == (
        *("cycle-consistency-driven-object-discovery", 3),
        date(2023, 6, 3),
    )
    meta = library.papers["2511.08567"]
    assert (meta.organization, meta.submitted) == ("AI at Meta", date(2025, 11, 11))
    assert next(entry for entry in curated.papers if entry.id == "2511.08567").comments == 2
    assert all(paper.abstract for paper in library.papers.values())
    assert desk.run("check").exit_code == 0


def test_importing_twice_leaves_no_diff(desk: Desk) -> None:
    """The same page again finds its own papers by title, and changes nothing, with the table or without."""
    _import(desk, "--title", "T", "--identifiers", str(TABLE))
    before = desk.tree()
    assert "Unchanged" in _import(desk, "--title", "T", "--identifiers", str(TABLE))
    assert "Unchanged" in _import(desk, "--title", "T")
    assert desk.tree() == before


@pytest.mark.parametrize("at", [1, 40, 83])
@pytest.mark.parametrize("behind", [False, True])
def test_a_killed_import_is_finished_by_the_next(desk: Desk, at: int, behind: bool) -> None:
    """Killed at any write, the next run ends as an undisturbed one; until then no list names what is not there."""
    arguments = ("import", str(SEED), "--list", "mine", "--title", "T", "--identifiers", str(TABLE))
    assert desk.run_killed(at, *arguments, behind=behind)
    library = desk.store.load()
    assert {entry.id for curated in library.lists.values() for entry in curated.papers} <= library.papers.keys()
    assert desk.run(*arguments).exit_code == 0
    interrupted = desk.tree()
    for name in interrupted:
        (desk.root / name).unlink()
    desk.run(*arguments)
    assert desk.tree() == interrupted


def test_a_saved_html_page(desk: Desk) -> None:
    """Identifiers, authors and dates come with the page; a scrape may list the same papers later all the same."""
    output = _import(desk, page=HTML)
    assert "13 papers, 13 of them new to the library, 0 without identifier" in output
    library = desk.store.load()
    paper = library.papers["2407.21783"]
    assert len(paper.authors) > 100
    assert paper.featured == ()
    assert desk.run("check").exit_code == 0


def test_a_paper_of_the_library_is_matched_by_title(desk: Desk) -> None:
    """A card of a known title is that paper, whatever its case and punctuation; it gains what it lacks, no more."""
    stored = Paper(
        id="2306.02204", title="CYCLE consistency-driven object discovery!", abstract="Mine", source="huggingface"
    )
    desk.store.write_paper(stored)
    _import(desk)
    library = desk.store.load()
    assert library.lists["mine"].papers[0].id == "2306.02204"
    matched = library.papers["2306.02204"]
    assert (matched.title, matched.abstract, matched.author_count) == (stored.title, "Mine", 3)


def test_two_papers_of_one_slug(desk: Desk) -> None:
    """A slug that a paper of another title has is numbered, so that neither is lost."""
    desk.store.write_paper(Paper(id="cycle-consistency-driven-object-discovery", title="Something else"))
    _import(desk)
    papers = desk.store.load().papers
    assert papers["cycle-consistency-driven-object-discovery"].title == "Something else"
    assert papers["cycle-consistency-driven-object-discovery-2"].title == "Cycle Consistency Driven Object Discovery"


def test_a_paper_that_stands_twice_on_a_page(desk: Desk, tmp_path: Path) -> None:
    """Two cards of one paper, by the table of identifiers, are one entry; the second is told with its line."""
    table = tmp_path / "table.tsv"
    table.write_text(
        "id\ttitle\n2306.02204\tCycle Consistency Driven Object Discovery\n"
        "2306.02204\tGrasp2Vec: Learning Object Representations from Self-Supervised Grasping\n"
    )
    result = desk.run("import", str(SEED), "--list", "mine", "--identifiers", str(table))
    assert result.exit_code == 1
    assert "Problem: daily-papers-page.txt:69: 'Grasp2Vec" in result.output
    assert len(desk.store.load().lists["mine"].papers) == 81
    assert desk.run("check").exit_code == 0


def test_an_excluded_paper_is_left_out(desk: Desk) -> None:
    """What site.yml excludes comes in by no page either."""
    (desk.root / "site_config/site.yml").write_text("name: T\nexclude: ['2511.08567']\n")
    _import(desk, "--identifiers", str(TABLE))
    library = desk.store.load()
    assert "2511.08567" not in library.papers
    assert len(library.lists["mine"].papers) == 81


def test_a_list_that_a_person_edited_is_not_overwritten(desk: Desk) -> None:
    """The command refuses before it writes anything, and says what to do."""
    _import(desk)
    path = desk.store.list_path("mine")
    path.write_text(path.read_text() + "\nMy own words.\n")
    before = desk.tree()
    result = desk.run("import", str(HTML), "--list", "mine")
    assert result.exit_code == 1
    assert "name another --list" in result.output
    assert desk.tree() == before


def test_what_is_no_such_page_is_refused(desk: Desk, tmp_path: Path) -> None:
    """A file of another kind gives one message with its name, exit status 1, and no list."""
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"a": 1}))
    result = desk.run("import", str(other), "--list", "mine")
    assert result.exit_code == 1
    assert "other.json" in result.output
    assert "Traceback" not in result.output
    assert desk.tree() == {}


def test_a_dry_run_writes_nothing(desk: Desk) -> None:
    """It says what the list would be."""
    assert "Would be content/lists/mine.md with 82 papers" in _import(desk, "--dry-run")
    assert desk.tree() == {}


def test_empty_options_are_none(desk: Desk) -> None:
    """What is given empty is left out, and the list that is written passes the check."""
    _import(desk, "--curator", "", "--description", " ", "--title", "A\x1b[31m title")
    assert desk.store.load().lists["mine"].title == "A[31m title"
    assert desk.run("check").exit_code == 0


@pytest.mark.parametrize("name", ["../mine", "Mine", "mine-", "m" * 200])
def test_a_name_that_is_no_slug_is_refused(desk: Desk, name: str) -> None:
    """A list's name is part of a path and an address."""
    result = desk.run("import", str(SEED), "--list", name)
    assert result.exit_code == 1
    assert "a-z, 0-9 and hyphens" in result.output
