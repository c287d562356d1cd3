"""What a reviewer sees of a change of curated lists: text in the job's summary, notices beside lines, pages to open."""

from __future__ import annotations

import html

import pytest
from markdown import Markdown

from scraper import review
from scraper.records import CuratedList, ListEntry, Paper
from scraper.review import Change, escaped
from scraper.store import Library
from tests.github.conftest import Repository

OTHER = """\
---
title: Another list
papers:
- '2511.00002'
- {id: '2511.00008', note: 'New: *here*.'}
---
Some `prose` with ``` in it.
"""


def test_a_changed_list(repository: Repository) -> None:
    """Title, papers with their titles or that they will be fetched, notes, and which papers another list has, too."""
    (repository.root / "content/lists/other.md").write_text(OTHER)
    repository.commit("A list")
    summary = repository.root / "summary.md"
    run = repository.run("make", "review", AGAINST="HEAD^", GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary))
    assert run.returncode == 0, run.stdout
    text = summary.read_text()
    assert text in run.stdout
    lines = text.splitlines()
    assert lines[0] == "## Another list"
    assert "2 papers; 1 will be fetched. File: `content/lists/other.md`" in lines
    assert lines[lines.index("1. 2511.00002 Title of 2511.00002") + 1] == "   - also in: My list"
    assert lines[lines.index("1. 2511.00008 *will be fetched*") + 1] == r"   - note: New: \*here\*."
    assert "- line 5: 2511.00008 has no file yet; the next scrape fetches it" in lines
    assert "````markdown\nSome `prose` with ``` in it.\n````" in text
    notice = "::notice file=content/lists/other.md,line=4::2511.00002 is in another list, too: My list"
    assert notice in run.stdout.splitlines()
    assert "## My list" not in text


def test_what_is_not_committed_is_shown_too(repository: Repository) -> None:
    """A person sees a list before committing it; what others merged meanwhile is none of the change."""
    assert "No curated list has changed." in repository.run("make", "review").stdout
    repository.git("checkout", "--quiet", "-b", "mine")
    repository.git("checkout", "--quiet", "main")
    (repository.root / "content/lists/theirs.md").write_text(OTHER)
    repository.commit("Theirs")
    repository.git("push", "--quiet")
    repository.git("checkout", "--quiet", "mine")
    (repository.root / "content/lists/other.md").write_text(OTHER)
    run = repository.run("make", "review")
    assert run.stdout.count("## ") == 1
    assert "content/lists/other.md" in run.stdout


def test_a_list_that_is_broken_or_gone(repository: Repository) -> None:
    """A broken list is shown by what is wrong and where; a removed one as removed."""
    (repository.root / "content/lists/other.md").write_text(OTHER.replace("'2511.00002'", "'no paper'"))
    (repository.root / "content/lists/mine.md").unlink()
    run = repository.paperstand("review", "--against", "HEAD")
    assert run.returncode == 0, run.stdout
    assert "## content/lists/mine.md\n\nThis list is removed." in run.stdout
    assert "## content/lists/other.md\n\nThis list cannot be read." in run.stdout
    assert "- line 4: papers\\[1\\]" in run.stdout


def test_the_pages_of_a_changed_list(repository: Repository) -> None:
    """preview/ holds the list's page, its papers' pages and what every page needs, and nothing of another list."""
    (repository.root / "content/lists/other.md").write_text(OTHER)
    repository.commit("A list")
    site = repository.root / "site"
    for page in ("", "lists/other/", "lists/mine/", "papers/2511.00002/", "papers/2511.00001/"):
        (site / page).mkdir(parents=True, exist_ok=True)
        (site / page / "index.html").write_text(page)
    (site / "assets").mkdir()
    (site / "assets" / "site.css").write_text("")
    # The build itself has its own tests, and takes long: make is told that it is done.
    run = repository.run("make", "preview", "--assume-old=build", AGAINST="HEAD^")
    assert run.returncode == 0, run.stdout
    preview = repository.root / "preview"
    found = {path.relative_to(preview).as_posix() for path in preview.rglob("*") if path.is_file()}
    assert found == {"lists/other/index.html", "papers/2511.00002/index.html", "assets/site.css"}
    assert "open lists/other/index.html" in run.stdout
    run = repository.paperstand("review", "--against", "HEAD", "--pages", "preview")
    assert run.returncode == 0, run.stdout
    assert not preview.exists()


def test_pages_without_a_site(repository: Repository) -> None:
    """One message says what makes it."""
    run = repository.paperstand("review", "--against", "HEAD", "--pages", "preview")
    assert run.returncode == 1
    assert "`paperstand build` makes it" in run.stdout


HOSTILE = [
    "<script>alert(1)</script>",
    "<!-- hidden",
    "[link](javascript:alert(1))",
    "![image](https://example.org/track.png)",
    "**bold** _it_ `code` ~~gone~~",
    "- item",
    "+ item",
    "12) item",
    "# heading",
    "> quote",
    "=====",
    "a | b",
    "&lt;b&gt;",
    "\\*escaped\\*",
    "1. one",
    "$x^2$",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_strangers_text_is_shown_and_not_obeyed(text: str) -> None:
    """Rendered as Markdown, each is one paragraph of the text that it was."""
    rendered = Markdown(extensions=["tables"]).convert(escaped(text)).replace("\u2060", "")
    shown = html.unescape(rendered.removeprefix("<p>").removesuffix("</p>"))
    for mark in "|~$=":  # escapes of CommonMark's that Python-Markdown leaves in place
        shown = shown.replace(f"\\{mark}", mark)
    assert shown == text
    assert rendered.count("<") == 2


def test_nobody_is_mentioned_and_nothing_linked() -> None:
    """What GitHub would make a mention or a link of by itself is broken up invisibly."""
    text = escaped("@somebody #12 https://example.org www.example.org")
    for made in ("@somebody", "#12", "https://", "www."):
        assert made not in text
    assert text.replace("\u2060", "").replace("\\", "") == "@somebody #12 https://example.org www.example.org"


def test_a_very_long_list_is_cut() -> None:
    """GitHub shows a summary of up to 1 MiB, and none at all beyond that."""
    names = [f"2511.{number:05}" for number in range(1, 20001)]
    curated = CuratedList("long", "Long", tuple(ListEntry(name) for name in names))
    papers = {name: Paper(name, "A title of some length " * 4) for name in names}
    library = Library(papers, {}, {"long": curated})
    text = review.review(library, (Change("content/lists/long.md", curated),))
    assert len(text.encode()) < 2**20
    assert text.rstrip().endswith("The rest is too long to be shown here.")
