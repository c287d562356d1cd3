"""Which lines of prose are titles, which are abstracts and which name an organisation.

Between the facts of one card and those of the next stand one card's texts, or several cards' where some have no facts.
Nothing marks where a title begins, but the looks differ: of 60,000 recorded papers no title ends in a full stop and
seven have more than 200 characters, while fewer than one abstract in a thousand has less. So every reading of the
lines has a price, for lines that do not look like what they are read as and for cards that lack something, and the
cheapest reading is taken (Viterbi's algorithm: time grows with the number of lines only).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import inf


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of prose, or several that were one before somebody wrapped them."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Texts:
    """The prose of one card."""

    title: Paragraph
    abstract: tuple[Paragraph, ...] = ()
    organization: Paragraph | None = None


class _Role(Enum):
    TITLE = "title"
    ABSTRACT = "abstract"
    ORGANIZATION = "organization"


_COMPANY = re.compile(r"\b(?:Co|Corp|Inc|Inst|Lab|Ltd|Univ)\.$", re.IGNORECASE)
_LINK_MARKS = ("http", "www.", ".io", ".com/", ".org/")
_SENTENCE_BREAK = re.compile(r"[a-z)]\. [A-Z]")

_NEXT = {
    _Role.TITLE: {_Role.TITLE: 4.0, _Role.ABSTRACT: 0.0, _Role.ORGANIZATION: 2.0},
    _Role.ABSTRACT: {_Role.TITLE: 2.0, _Role.ABSTRACT: 3.0, _Role.ORGANIZATION: 0.0},
    _Role.ORGANIZATION: {},
}
"""What it costs that one role follows another: a title without an abstract 4, a card without facts 2, a further
paragraph of the same abstract 3."""


def arrange(paragraphs: Sequence[Paragraph], *, facts_follow: bool) -> list[Texts]:
    """The cards of a run of prose; the last one's facts come right after it, or it has none.

    The first paragraph is a title whatever it looks like. Only where facts follow can the last be an organisation.
    """
    return _gathered(paragraphs, _roles([paragraph.text for paragraph in paragraphs], facts_follow=facts_follow))


def _roles(texts: Sequence[str], *, facts_follow: bool) -> list[_Role]:
    costs = {_Role.TITLE: 0.0}
    origins: list[dict[_Role, _Role]] = []
    for position, text in enumerate(texts[1:], 2):
        looks = _looks(text)
        if not facts_follow or position < len(texts):
            looks[_Role.ORGANIZATION] = inf
        came_from: dict[_Role, _Role] = {}
        reached: dict[_Role, float] = {}
        for role, look in looks.items():
            came_from[role] = min(costs, key=lambda previous: costs[previous] + _NEXT[previous].get(role, inf))
            reached[role] = costs[came_from[role]] + _NEXT[came_from[role]].get(role, inf) + look
        origins.append(came_from)
        costs = reached
    if _Role.TITLE in costs:
        costs[_Role.TITLE] += 2.0 if facts_follow else 4.0
    roles = [min(costs, key=lambda role: costs[role])]
    for came_from in reversed(origins):
        roles.append(came_from[roles[-1]])
    return roles[::-1]


def _looks(text: str) -> dict[_Role, float]:
    """How unlike each role a text looks; 0 is a perfect likeness."""
    length, asks = len(text), text.endswith(("?", "!"))
    stops = text.endswith(".") and not text.endswith("...")
    links = any(mark in text for mark in _LINK_MARKS)
    is_name = not stops or _COMPANY.search(text) is not None
    title = max(0.0, (length - 200) / 50) + 8 * stops + 3 * bool(_SENTENCE_BREAK.search(text)) + 8 * links
    abstract = max(0.0, (250 - length) / 50) + 2 * (length < 250 and not stops)
    organization = max(0.0, (length - 80) / 5) + 9 * (not is_name) + 5 * asks + (": " in text) + 20 * links
    return {_Role.TITLE: title, _Role.ABSTRACT: abstract, _Role.ORGANIZATION: organization}


def _gathered(paragraphs: Sequence[Paragraph], roles: Sequence[_Role]) -> list[Texts]:
    starts = [position for position, role in enumerate(roles) if role is _Role.TITLE]
    return [
        _texts(paragraphs[start:end], roles[start:end])
        for start, end in zip(starts, [*starts[1:], len(roles)], strict=True)
    ]


def _texts(paragraphs: Sequence[Paragraph], roles: Sequence[_Role]) -> Texts:
    ends_in_organization = roles[-1] is _Role.ORGANIZATION
    abstract = paragraphs[1:-1] if ends_in_organization else paragraphs[1:]
    return Texts(paragraphs[0], tuple(abstract), paragraphs[-1] if ends_in_organization else None)
