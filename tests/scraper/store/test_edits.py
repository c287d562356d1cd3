"""Editing in place: the values that change are changed, and every other byte is as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.records import Author, Day, DayEntry, EmptyReason, ListEntry, Paper
from scraper.store import documents, edits

from .test_documents import counts, days, papers

DAY = """\
---
# Kept by hand since May.
title:   '13 November 2025'   # as the editor likes it
date: 2025-11-13
editor: "Ann: the first"
papers:
# the best first
-   {id: '2511.08567', upvotes: 24,   comments: 2, why: huggingface,}  # a comment
- id: 2511.00001
  upvotes: 3 # three

  remark: |
    Two lines
    of a remark
- 'cs/0112017'
# the end of the papers

shown: true
---

A note.

---

- {id: '2511.08567', upvotes: 24}
"""


def _after(before: Day, *entries: DayEntry, **changes: object) -> Day:
    return replace(before, papers=entries or before.papers, **changes)  # type: ignore[arg-type] # any field


def test_numbers_change_where_they_stand() -> None:
    """A number is replaced, a number that was missing is added, and no other byte moves."""
    before = documents.parse_day(DAY)
    first, second, third = before.papers
    after = _after(
        before, replace(first, upvotes=99, stars=7), replace(second, upvotes=4, comments=0), replace(third, upvotes=1)
    )
    edited = edits.edited_day(DAY, before, after)
    assert edited == (
        DAY.replace(
            "upvotes: 24,   comments: 2, why: huggingface,}",
            "upvotes: 99,   comments: 2, why: huggingface, stars: 7,}",
            1,
        )
        .replace("  upvotes: 3 # three", "  upvotes: 4 # three")
        .replace("    of a remark\n", "    of a remark\n  comments: 0\n")
        .replace("- 'cs/0112017'", "- {id: cs/0112017, upvotes: 1}")
    )


def test_newcomers_are_appended_behind_the_last_paper() -> None:
    """Newcomers follow the last paper; comments, other keys and the note stay where they were."""
    before = documents.parse_day(DAY)
    after = _after(before, *before.papers, DayEntry("2511.00002", 5, 0, None, "huggingface"), DayEntry("2511.00003"))
    assert edits.edited_day(DAY, before, after) == DAY.replace(
        "- 'cs/0112017'\n",
        "- 'cs/0112017'\n- {id: '2511.00002', upvotes: 5, comments: 0, why: huggingface}\n- {id: '2511.00003'}\n",
    )


@pytest.mark.parametrize(
    ("papers_before", "papers_after"),
    [
        ("papers: []\n", "papers:\n- {id: '2511.00002'}\n"),
        ("papers: [] # none yet\n", "papers: # none yet\n- {id: '2511.00002'}\n"),
        ("papers:\n", "papers:\n- {id: '2511.00002'}\n"),
        ("papers: # none yet\n", "papers: # none yet\n- {id: '2511.00002'}\n"),
        ("papers:  []\nother: 1\n", "papers:\n- {id: '2511.00002'}\nother: 1\n"),
        ("other: 1\n", "other: 1\npapers:\n- {id: '2511.00002'}\n"),
        ("papers: ['2511.00001']\n", "papers: ['2511.00001', {id: '2511.00002'}]\n"),
        ("papers: [ {id: '2511.00001'}, ]\n", "papers: [ {id: '2511.00001'}, {id: '2511.00002'}, ]\n"),
        ("papers:\n  - 2511.00001\n", "papers:\n  - 2511.00001\n  - {id: '2511.00002'}\n"),
        (
            "papers:\n  -  id: 2511.00001\n  # done\n",
            "papers:\n  -  id: 2511.00001\n  - {id: '2511.00002'}\n  # done\n",
        ),
    ],
)
def test_a_list_grows_in_whatever_form_it_is_written(papers_before: str, papers_after: str) -> None:
    """Empty, absent, in brackets, indented: the newcomer is appended in the form that is there."""
    head, tail = "---\ntitle: T\ndate: 2025-11-13\n", "---\n"
    before = documents.parse_day(head + papers_before + tail)
    after = replace(before, papers=(*before.papers, DayEntry("2511.00002")))
    assert edits.edited_day(head + papers_before + tail, before, after) == head + papers_after + tail


def test_windows_line_ends_stay() -> None:
    """A file with CRLF line ends gets CRLF lines, and only where something changed."""
    text = DAY.replace("\n", "\r\n")
    before = documents.parse_day(text)
    edited = edits.edited_day(text, before, _after(before, *before.papers, DayEntry("2511.00002")))
    assert edited == text.replace("- 'cs/0112017'\r\n", "- 'cs/0112017'\r\n- {id: '2511.00002'}\r\n")


def test_the_reason_goes_when_papers_come() -> None:
    """An empty day that gets papers loses its `empty`, and not the comment behind it."""
    text = "---\ntitle: T\ndate: 2025-11-13\nempty: not-yet-listed # early\npapers: []\n---\n\nA note.\n"
    before = documents.parse_day(text)
    after = replace(before, papers=(DayEntry("2511.00002"),), empty=None)
    expected = "---\ntitle: T\ndate: 2025-11-13\n# early\npapers:\n- {id: '2511.00002'}\n---\n\nA note.\n"
    assert edits.edited_day(text, before, after) == expected


def test_a_reason_changes_in_its_place() -> None:
    """A reason is replaced where it stands."""
    text = "---\ntitle: T\nempty: not-yet-listed # early\ndate: 2025-11-13\n---\n"
    before = documents.parse_day(text)
    after = replace(before, empty=EmptyReason.NOTHING_LISTED)
    assert edits.edited_day(text, before, after) == text.replace("not-yet-listed", "nothing-listed")


def test_a_form_that_is_too_unusual_is_left_to_a_person() -> None:
    """What cannot be edited with certainty is not edited: here a key without colon, behind which no value can stand."""
    text = "---\ntitle: T\ndate: 2025-11-13\npapers:\n- {id: '2511.00001', stars}\n---\n"
    before = documents.parse_day(text)
    with pytest.raises(edits.EditError, match="by hand"):
        edits.edited_day(text, before, _after(before, replace(before.papers[0], stars=5)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("---\ntitle: T\npapers: [a, b]\n---\n", "a-slug is not among its papers"),
        ("---\n- a-slug\n---\n", "not a map"),
        ("---\ntitle: T\npapers: [a-slug\n---\n", "front matter, line 2"),
    ],
)
def test_what_does_not_name_the_paper_is_not_edited(text: str, message: str) -> None:
    """It says so, and gives no text that could be written."""
    with pytest.raises(edits.EditError, match=message):
        edits.with_identifier_replaced(text, "a-slug", "2511.08567")


PAPER = """\
---
title: "Their own title"   # mended
id: '2511.08567'
mine:
  - a
  - b
featured: 2025-11-13
links: {code: 'https://example.org/code'}
# the end
---

The abstract,
with --- in it.
"""


def test_a_paper_gains_what_it_lacks() -> None:
    """New keys stand behind the last one, `featured` becomes a list, and everything else stays."""
    before = documents.parse_paper(PAPER)
    after = replace(
        before,
        organization="AI at Meta",
        authors=(Author("No"), Author("B: C")),
        featured=(date(2025, 11, 13), date(2025, 11, 14)),
        links={**before.links, "project": "https://example.org/"},
    )
    assert edits.edited_paper(PAPER, before, after) == (
        PAPER.replace("featured: 2025-11-13", "featured: [2025-11-13, 2025-11-14]").replace(
            "links: {code: 'https://example.org/code'}\n",
            "links: {code: 'https://example.org/code', project: 'https://example.org/'}\n"
            "authors: ['No', 'B: C']\norganization: AI at Meta\n",
        )
    )


def test_an_abstract_is_replaced_as_a_whole() -> None:
    """A refreshed abstract takes the old one's place, and the front matter stays."""
    before = documents.parse_paper(PAPER)
    after = replace(before, abstract="Another\n---\nabstract.")
    assert edits.edited_paper(PAPER, before, after) == PAPER.replace(
        "The abstract,\nwith --- in it.", "Another\n---\nabstract."
    )


def test_an_identifier_is_replaced_where_it_stands() -> None:
    """A paper that got another identifier is named by it, in its place."""
    text = "---\ntitle: T\npapers:\n- a-slug # first\n- {note: 'a-slug', id: a-slug}\n- b\n---\n\na-slug\n"
    assert edits.with_identifier_replaced(text, "a-slug", "2511.08567") == (
        "---\ntitle: T\npapers:\n- '2511.08567' # first\n- {note: 'a-slug', id: '2511.08567'}\n- b\n---\n\na-slug\n"
    )


@given(days, st.lists(st.tuples(counts, counts, counts), max_size=8))
@settings(max_examples=300, deadline=None)
def test_any_written_day_can_be_edited(day: Day, numbers: list[tuple[int | None, int | None, int | None]]) -> None:
    """Whatever a written day holds, its numbers can change and newcomers can come, and it reads back as told."""
    text = documents.render_day(day)
    fresh = [DayEntry("2511.08567", *given_numbers) for given_numbers in numbers]
    kept = tuple(
        replace(
            entry,
            **{name: getattr(new, name) for name in ("upvotes", "comments", "stars") if getattr(new, name) is not None},
        )
        for entry, new in zip(day.papers, fresh, strict=False)
    )
    after = replace(day, papers=(*kept, *day.papers[len(kept) :], *fresh[len(kept) :]))
    assert documents.parse_day(edits.edited_day(text, day, after)) == after


@given(papers, papers)
@settings(max_examples=200, deadline=None)
def test_any_written_paper_can_be_edited(paper: Paper, other: Paper) -> None:
    """Whatever a written paper holds, any of its fields can be given another value."""
    text = documents.render_paper(paper)
    after = replace(
        paper,
        title=other.title,
        abstract=other.abstract,
        authors=other.authors or paper.authors,
        keywords=other.keywords or paper.keywords,
        links={**paper.links, **other.links},
        submitted=other.submitted or paper.submitted,
    )
    assert documents.parse_paper(edits.edited_paper(text, paper, after)) == after


@pytest.mark.parametrize(
    ("written", "edited"),
    [
        (
            "links:\n  project: https://a.example # mine\n",
            "links:\n  project: https://a.example # mine\n  code: 'https://c.example'\n",
        ),
        (
            "links: {project: 'https://a.example', # mine\n  }\n",
            "links: {project: 'https://a.example', code: 'https://c.example', # mine\n  }\n",
        ),
        (
            "links: {project: https://a.example/?id=3}\n",
            "links: {project: https://a.example/?id=3, code: 'https://c.example'}\n",
        ),
    ],
)
def test_links_grow_in_whatever_form_they_are_written(written: str, edited: str) -> None:
    """In a block, over several lines, with a question mark that only some YAML readers take for text."""
    head = "---\nid: '2511.08567'\ntitle: T\n"
    before = documents.parse_paper(f"{head}{written}---\n")
    after = replace(before, links={**before.links, "code": "https://c.example"})
    assert edits.edited_paper(f"{head}{written}---\n", before, after) == f"{head}{edited}---\n"


@pytest.mark.parametrize(
    ("written", "edited"),
    [
        ("featured:\n- 2025-11-13 # first\n", "featured:\n- 2025-11-13 # first\n- 2025-11-14\n"),
        ("featured: [2025-11-13] # first\n", "featured: [2025-11-13, 2025-11-14] # first\n"),
        ("featured: 2025-11-13 # first\n", "featured: [2025-11-13, 2025-11-14] # first\n"),
    ],
)
def test_featured_grows_in_whatever_form_it_is_written(written: str, edited: str) -> None:
    """A date, a list in brackets, a list of lines."""
    head = "---\nid: '2511.08567'\ntitle: T\n"
    before = documents.parse_paper(f"{head}{written}---\n")
    after = replace(before, featured=(*before.featured, date(2025, 11, 14)))
    assert edits.edited_paper(f"{head}{written}---\n", before, after) == f"{head}{edited}---\n"


def test_a_title_over_several_lines_is_replaced() -> None:
    """A folded block of text gives way to one line, and the next key stays on its own."""
    text = "---\nid: '2511.08567'\ntitle: >-\n  A title\n  folded\nsource: x\n---\n"
    before = documents.parse_paper(text)
    edited = edits.edited_paper(text, before, replace(before, title="New"))
    assert edited == "---\nid: '2511.08567'\ntitle: New\nsource: x\n---\n"


def test_an_edit_that_would_lose_a_comment_is_not_made() -> None:
    """Where a comment stands inside of what must be replaced, a person has to do it."""
    text = "---\ntitle: T\ndate: 2025-11-13\nempty: weekend\npapers: [\n  # none yet\n]\n---\n"
    before = documents.parse_day(text)
    with pytest.raises(edits.EditError, match="by hand"):
        edits.edited_day(text, before, replace(before, papers=(DayEntry("2511.00002"),), empty=None))


def test_a_renamed_entry_is_verified() -> None:
    """An identifier in an unusual form is not renamed into something that cannot be read."""
    text = "---\ntitle: T\npapers:\n- id: >-\n    a-slug\n  note: x\n---\n"
    edited = edits.with_identifier_replaced(text, "a-slug", "2511.08567")
    assert documents.parse_list(edited, "l").papers == (ListEntry("2511.08567", note="x"),)
