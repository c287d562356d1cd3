"""A change of curated lists as a reviewer wants to see it: each changed list as text, with what to look at.

Everything in it is a stranger's. It is written as Markdown that shows it and obeys none of it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scraper.errors import ContentError, Problem
from scraper.history import History
from scraper.records import CuratedList
from scraper.store import ContentStore, Library
from scraper.store.documents import lines_of

FOLDER = "content/lists"

MOST_CHARACTERS = 900_000
"""Rule: GitHub takes a job summary of up to 1 MiB
(https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands)."""


@dataclass(frozen=True, slots=True)
class Change:
    """A list's file that is new, changed or gone."""

    path: str
    curated: CuratedList | None
    """What it says now; None where it is gone or cannot be read."""
    is_gone: bool = False


def changes(root: Path, library: Library, against: str) -> tuple[Change, ...]:
    """The lists that differ from where the work tree left `against`, uncommitted ones included; sorted by path.

    Raises HistoryError.
    """
    history = History(root)
    paths = {*history.changed(history.common_ancestor(against), FOLDER), *history.untracked(FOLDER)}
    slugs = {
        path: path.removeprefix(f"{FOLDER}/").removesuffix(".md") for path in sorted(paths) if path.endswith(".md")
    }
    return tuple(
        Change(path, library.lists.get(slug), is_gone=not (root / path).exists()) for path, slug in slugs.items()
    )


def elsewhere(library: Library, slug: str) -> Mapping[str, tuple[str, ...]]:
    """The other lists, by title, that have a paper, by its identifier now."""
    found: dict[str, tuple[str, ...]] = {}
    for other in library.lists.values():
        for entry in other.papers if other.slug != slug else ():
            name = library.aliases.get(entry.id, entry.id)
            found[name] = (*found.get(name, ()), other.title)
    return found


def notices(root: Path, library: Library, changed: tuple[Change, ...]) -> Iterator[Problem]:
    """For each paper of a changed list that stands in another one, too: which, beside its line."""
    store = ContentStore(root)
    for curated in [change.curated for change in changed if change.curated]:
        others = elsewhere(library, curated.slug)
        try:
            lines = lines_of(store.text(store.list_path(curated.slug)) or "", "papers")
        except ContentError:
            continue
        for line, entry in zip(lines, curated.papers, strict=False):
            titles = others.get(library.aliases.get(entry.id, entry.id), ())
            if titles:
                yield Problem(
                    f"{FOLDER}/{curated.slug}.md", line, f"{entry.id} is in another list, too: {_said(titles)}"
                )


def review(library: Library, changed: tuple[Change, ...], problems: tuple[Problem, ...] = ()) -> str:
    """The changed lists as Markdown. `problems` are those of their files."""
    parts = [_shown(library, change, [one for one in problems if one.path == change.path]) for change in changed]
    text = "\n".join(parts) if parts else "No curated list has changed.\n"
    if len(text) > MOST_CHARACTERS:
        text = text[:MOST_CHARACTERS].rpartition("\n")[0] + "\n\nThe rest is too long to be shown here.\n"
    return text


def _shown(library: Library, change: Change, problems: list[Problem]) -> str:
    findings = "".join(f"- line {one.line}: {escaped(one.message)}\n" for one in problems)
    curated = change.curated
    if curated is None:
        state = "is removed" if change.is_gone else "cannot be read"
        return f"## {escaped(change.path)}\n\nThis list {state}.\n\n{findings}"
    others = elsewhere(library, curated.slug)
    head = [f"## {escaped(curated.title)}", escaped(curated.description or "")]
    keeper = f", kept by {escaped(curated.curator)}" if curated.curator else ""
    absent = sum(library.aliases.get(entry.id, entry.id) not in library.papers for entry in curated.papers)
    counts = f"{len(curated.papers)} papers{keeper}; {absent} will be fetched. File: `{change.path}`"
    entries = []
    for entry in curated.papers:
        name = library.aliases.get(entry.id, entry.id)
        paper = library.papers.get(name)
        title = escaped(paper.title) if paper else "*will be fetched*"
        entries.append(f"1. {escaped(entry.id)} {title}")
        if entry.note:
            entries.append(f"   - note: {escaped(entry.note)}")
        if name in others:
            entries.append(f"   - also in: {escaped(_said(others[name]))}")
    blocks = [*head, counts, findings.rstrip(), "\n".join(entries), _quoted(curated.prose)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _said(titles: tuple[str, ...]) -> str:
    return ", ".join(titles)


def escaped(text: str) -> str:
    """A line of text as Markdown that shows it: no markup, no link, nobody mentioned.

    Rule: CommonMark, sections 2.4 and 2.5: punctuation may be escaped, and entities are text. GitHub makes links of
    `@name`, `#1` and addresses all the same, so that a character without width goes into those: U+2060, a word joiner.
    """
    text = html.escape(" ".join(text.split()), quote=False)
    text = re.sub(r"([\\`*_{}\[\]()#|~!@$])", r"\\\1", text)
    text = re.sub(r"^([-+=]|\d+(?=[.)](?:\s|$)))", _at_the_start, text)
    text = re.sub(r"(\\[@#])", "\\1\u2060", text)
    return re.sub(r"(?i)\b(https?|www)(?=[.:])", "\\1\u2060", text)


def _at_the_start(match: re.Match[str]) -> str:
    """What would begin a list, or underline the line above as a heading; a number's own sign follows it."""
    return f"{match[0]}\u2060" if match[0].isdigit() else f"\\{match[0]}"


def _quoted(prose: str) -> str:
    """Prose as it is written, in a block of code that nothing in it can end."""
    if not prose:
        return ""
    longest = max((len(run) for run in re.findall("`+", prose)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}markdown\n{prose}\n{fence}"
