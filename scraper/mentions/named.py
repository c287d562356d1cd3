"""What a text says of the papers that it names, and how identifiers are found in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scraper.errors import IdentifierError, Problem
from scraper.identifiers import parse_reference


@dataclass(frozen=True, slots=True)
class Mention:
    """One paper as a text names it."""

    line: int
    """Where, counted from 1."""
    identifier: str | None
    """In its canonical form; None where the text tells the title alone."""
    title: str = ""
    headings: tuple[str, ...] = ()
    """The headings that it stands under, outermost first, without the text's own title."""
    words: str = ""
    """What the text says about it beside its title."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """What a whole text says."""

    title: str | None
    mentions: tuple[Mention, ...]
    problems: tuple[Problem, ...] = ()


# An address ends where Markdown, HTML or a sentence goes on; brackets within it belong to it in pairs.
_ADDRESS = r"https?://(?:[^\s<>()\[\]{}\"'`|\\]|\([^\s<>()\[\]]*\))+"
_CITED = r"\b(?:arxiv|doi)\s*:\s*[^\s<>()\[\]{}\"'`|,;]+"
_OLD = r"\b[a-z-]{2,9}(?:\.[A-Z]{2})?/\d{7}(?:v\d+)?\b"
_DOI = r"\b10\.\d{4,9}/[^\s<>\[\]{}\"'`|,;]+"
_NEW = r"(?<![\w./-])\d{4}\.\d{4,5}(?:v\d+)?(?![\w-]|\.\d)"
_CANDIDATE = re.compile(f"{_ADDRESS}|{_CITED}|{_OLD}|{_DOI}|{_NEW}", re.IGNORECASE)
_CLOSING = ".,;:!?*_~"

# Publishers show a paper under its DOI: dl.acm.org/doi/10.1145/…, www.biorxiv.org/content/10.1101/…v1.full.pdf
_DOI_IN_ADDRESS = re.compile(
    r"https?://[^/]+/(?:[a-z]+/)*(?:doi|content|chapter|article)/(?:[a-z]+/)*(10\.\d{4,9}/[^?#\s]+)", re.IGNORECASE
)
_PREPRINT_TAIL = re.compile(r"(10\.1101/[\d.]+\d)v\d+.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A place in a text that names a paper."""

    start: int
    end: int
    identifier: str


def references(text: str) -> Iterator[Found]:
    """The papers that a text names by identifier, citation or address, in order; repetitions too."""
    for match in _CANDIDATE.finditer(text):
        candidate = match[0].rstrip(_CLOSING)
        if candidate.count(")") > candidate.count("("):
            candidate = candidate[: candidate.rindex(")")].rstrip(_CLOSING)
        identifier = _identifier(candidate)
        if identifier:
            yield Found(match.start(), match.start() + len(candidate), identifier)


def _identifier(candidate: str) -> str | None:
    shown = _DOI_IN_ADDRESS.fullmatch(candidate)
    text = _PREPRINT_TAIL.sub(r"\1", shown[1].rstrip("/")) if shown else candidate
    try:
        return parse_reference(text).identifier
    except IdentifierError:
        return None


def without_addresses(text: str) -> str:
    """A text less what names papers or leads elsewhere."""
    return _CANDIDATE.sub(" ", text)
