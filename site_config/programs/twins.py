"""Markdown twins: a day, a list and a paper as text, for those who read no HTML.

A paper's twin is its file in the library, front matter and abstract, as far as Paperstand understands it: what people
added beside that stays in the library. It is the record itself, read back by whatever reads the library's files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from scraper.records import Paper, Version
from site_config import typeset

_PLAIN = re.compile(r"(?!(?:y|yes|no|n|on|off|true|false|null|nan)\Z)[^\W\d_][\w .'()/+-]*(?<! )", re.IGNORECASE)
"""A text that every reader of YAML takes for a text without quotes, in a list and in a map, too."""
_MARKDOWN = re.compile(r"([\\`*_\[\]<>&#|~$])")


@dataclass(frozen=True, slots=True)
class Line:
    """A paper in the twin of a day or a list; `address` leads to its own twin, where it has one."""

    title: str
    address: str | None
    authors: str = ""
    upvotes: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The twin of a day or a list."""

    title: str
    about: tuple[str, ...]
    """Paragraphs, in Markdown, above the papers."""
    lines: tuple[Line, ...]
    prose: str = ""
    """What people wrote about it, in Markdown."""


def paper(made_of: Paper) -> str:
    """A paper's twin."""
    front = "".join(f"{name}: {value}\n" for name, value in _front(made_of) if value)
    return f"---\n{front}---\n" + (f"\n{made_of.abstract}\n" if made_of.abstract else "")


def _front(paper: Paper) -> Iterable[tuple[str, str]]:
    """The keys of a paper's file, in its order; those with nothing are left out by whoever writes them."""
    links = ", ".join(f"{_scalar(name)}: {_quoted(address)}" for name, address in paper.links.items() if address)
    versions = ", ".join(map(_version, paper.versions))
    return (
        ("id", _quoted(paper.id)),
        ("title", _scalar(paper.title)),
        ("authors", _flow(author.name for author in paper.authors)),
        ("author_count", str(paper.author_count) if paper.author_count is not None else ""),
        ("submitted", _day(paper.submitted)),
        ("organization", _scalar(paper.organization) if paper.organization else ""),
        ("categories", _flow(paper.categories)),
        ("keywords", _flow(paper.keywords)),
        ("links", f"{{{links}}}" if links else ""),
        ("source", _scalar(paper.source) if paper.source else ""),
        ("featured", _days(paper.featured)),
        ("versions", f"[{versions}]" if versions else ""),
        ("withdrawn", _day(paper.withdrawn)),
        ("aliases", _flow(paper.aliases)),
    )


def _scalar(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    # YAML 1.2.2, section 7.3.2: within single quotes nothing is special but the quote, which is doubled.
    return "'" + text.replace("'", "''") + "'"


def _flow(texts: Iterable[str]) -> str:
    joined = ", ".join(map(_scalar, texts))
    return f"[{joined}]" if joined else ""


def _day(on: date | None) -> str:
    return on.isoformat() if on else ""


def _days(days: tuple[date, ...]) -> str:
    written = [day.isoformat() for day in days]
    return written[0] if len(written) == 1 else f"[{', '.join(written)}]" if written else ""


def _version(version: Version) -> str:
    submitted = f", submitted: {version.submitted.isoformat()}" if version.submitted else ""
    return f"{{number: {version.number}{submitted}}}"


def listing(made_of: Listing) -> str:
    """The twin of a day or a list."""
    parts = [f"# {escaped(made_of.title)}", *made_of.about]
    lines = "\n".join(map(_line, made_of.lines))
    return "\n\n".join(part for part in (*parts, lines, made_of.prose) if part) + "\n"


def _line(line: Line) -> str:
    title = escaped(line.title)
    named = f"[{title}]({line.address})" if line.address else title
    upvotes = f"{line.upvotes:,} upvotes" if line.upvotes is not None and line.upvotes != 1 else ""
    upvotes = "1 upvote" if line.upvotes == 1 else upvotes
    rest = "; ".join(part for part in (escaped(line.authors), upvotes) if part)
    said = f"- {named}: {rest}" if rest else f"- {named}"
    return f"{said}\n  {escaped(line.note)}" if line.note else said


def escaped(text: str) -> str:
    """A text of a paper or of site.yml, on one line, as Markdown that says just that."""
    return _MARKDOWN.sub(r"\\\1", " ".join(typeset.plain(text).split()))
