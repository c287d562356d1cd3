"""What strangers ask for by GitHub's issue forms, as changes of the library.

    parse       an issue's text -> a Suggestion or a Correction, or problems for the person who wrote it
    suggested   a suggestion -> the list or day with one paper more

The forms are `.github/ISSUE_TEMPLATE/suggest-paper.yml` and `correct-paper.yml`; a test holds their labels against
those here. An issue's text is whatever somebody wrote: it is read line by line, and of it nothing but identifiers, the
name of a list or day that is here, and one line of text for a note reaches the library.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from scraper import identifiers
from scraper.errors import IdentifierError, PaperstandError
from scraper.identifiers import Kind, parse_reference
from scraper.records import CuratedList, Day, DayEntry, ListEntry, clean_line, clean_text
from scraper.store import Library

SUGGESTION_LABELS = ("Paper to add", "List or day", "Note")
CORRECTION_LABELS = ("Paper to correct", "What is wrong")
"""The forms' fields in their order, as an issue's headings show them."""

NO_ANSWER = "_No response_"
"""What GitHub writes for a field that was left empty."""
LONGEST_NOTE = 500
"""In characters."""
LONGEST_FIELD = 1000

WHY = "suggestion"
"""Why a paper is in a day."""


class SuggestionError(PaperstandError):
    """A form that cannot be followed. Its text is an answer to whoever filled it in."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A paper for a list or a day."""

    paper: str
    """In its canonical form."""
    place: str
    """As it was written."""
    note: str | None


@dataclass(frozen=True, slots=True)
class Correction:
    """A paper of which something is wrong."""

    paper: str
    what: str


def parse(body: str) -> Suggestion | Correction | None:
    """What an issue asks for; None where it is none of the two forms. Raises SuggestionError."""
    lines = re.split("\r\n|\r|\n", body)
    if f"### {SUGGESTION_LABELS[0]}" in lines:
        paper, place, note = _fields(lines, SUGGESTION_LABELS)
        note = clean_line(note)
        if len(note) > LONGEST_NOTE:
            raise SuggestionError(f"The note has {len(note)} characters; at most {LONGEST_NOTE} are shown well.")
        return Suggestion(_identifier(paper), clean_line(place), note or None)
    if f"### {CORRECTION_LABELS[0]}" in lines:
        paper, what = _fields(lines, CORRECTION_LABELS)
        return Correction(_identifier(_without_path(paper)), clean_text(what))
    return None


def _fields(lines: list[str], labels: tuple[str, ...]) -> list[str]:
    """Each field's text. A heading counts once and in the form's order, so that the last field may hold anything."""
    found: list[list[str]] = [[] for _ in labels]
    current = -1
    for line in lines:
        if current + 1 < len(labels) and line == f"### {labels[current + 1]}":
            current += 1
        elif current >= 0:
            found[current].append(line)
    texts = ["\n".join(field).strip() for field in found]
    return ["" if text == NO_ANSWER else text for text in texts]


def _without_path(text: str) -> str:
    """A paper's page links here with the name of its file: "papers/2511/2511.08567.md"."""
    match = re.fullmatch(r"(?:content/)?papers/(.+)\.md", text.strip())
    if not match:
        return text
    path = match[1]
    unescaped = re.sub("~([0-9a-f]{2})", lambda code: chr(int(code[1], 16)), path.removeprefix("doi/"))
    candidates = (path, path.partition("/")[2], unescaped)
    return next((name for name in candidates if _is_filed_at(name, f"{path}.md")), text)


def _is_filed_at(name: str, path: str) -> bool:
    try:
        return identifiers.file_path(name) == path
    except IdentifierError:
        return False


def _identifier(text: str) -> str:
    if len(text) > LONGEST_FIELD or "\n" in text:
        raise SuggestionError("The field for the paper takes one identifier or address, and nothing else.")
    try:
        return parse_reference(text).identifier
    except IdentifierError as error:
        raise SuggestionError(f"The paper was not understood: {error}.") from None


def suggested(
    suggestion: Suggestion, library: Library, *, exclude: Collection[str] = ()
) -> tuple[CuratedList, ListEntry] | Day:
    """The list and its new entry, or the day with the paper at its end. Raises SuggestionError."""
    paper = library.aliases.get(suggestion.paper, suggestion.paper)
    if paper in exclude:
        raise SuggestionError(f"{paper} is under `exclude` in site_config/site.yml: this site does not show it.")
    if identifiers.kind(paper) is Kind.SLUG and paper not in library.papers:
        raise SuggestionError(f"{paper} is neither an arXiv identifier nor a DOI, and the library has no such paper.")
    place = _place(suggestion.place, library)
    if paper in {library.aliases.get(entry.id, entry.id) for entry in place.papers}:
        raise SuggestionError(f"{paper} stands there already.")
    if isinstance(place, CuratedList):
        return place, ListEntry(paper, note=suggestion.note)
    stored = library.papers.get(paper)
    if stored and place.date in stored.featured:
        raise SuggestionError(f"{paper} was in this day, and a person took it out.")
    if suggestion.note:
        raise SuggestionError("A day shows no note beside a paper; leave the field empty, or name a list.")
    return replace(place, papers=(*place.papers, DayEntry(paper, why=WHY)), empty=None)


def _place(written: str, library: Library) -> CuratedList | Day:
    """The list or day that somebody means by its name, its title or the end of its address."""
    name = written.rstrip("/").rpartition("/")[2].removesuffix(".md")
    by_title: Mapping[str, CuratedList] = {one.title.casefold(): one for one in library.lists.values()}
    try:
        day = library.days.get(date.fromisoformat(name)) if re.fullmatch(r"\d{4}-\d\d-\d\d", name) else None
    except ValueError:
        day = None
    found = library.lists.get(name) or by_title.get(written.casefold()) or day
    if found is None:
        lists = ", ".join(f"`{slug}`" for slug in library.lists) or "none yet"
        raise SuggestionError(
            "There is no such list or day here. A day is written as 2025-11-13; the lists are: " + lists + "."
        )
    return found
