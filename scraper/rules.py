"""The site's own rules: which papers a topic or a selection means, and what each paper scores.

Pure functions of a `Rules` and a `Paper`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from scraper.records import Paper
from scraper.settings import Rules

TITLE_SCORE, TEXT_SCORE = 3, 1
"""What a keyword counts that stands in the title or the paper's own keywords, and one in the abstract alone."""


@dataclass(frozen=True, slots=True)
class Match:
    """Why a paper is let in: the rule as people read it, such as "keyword: world model", and the paper's score."""

    why: str
    score: int


@lru_cache(maxsize=4096)
def _pattern(keyword: str) -> re.Pattern[str]:
    words = r"[\s-]+".join(re.escape(word) for word in keyword.split())
    return re.compile(rf"(?<!\w){words}(?:s|es)?(?!\w)", re.IGNORECASE)


def match(rules: Rules, paper: Paper) -> Match | None:
    """How a paper meets the rules, or None where it meets none of them."""
    found: list[tuple[str, int]] = []
    for keyword in rules.keywords:
        pattern = _pattern(keyword)
        if pattern.search(paper.title) or any(pattern.fullmatch(own) for own in paper.keywords):
            found.append((f"keyword: {keyword}", TITLE_SCORE))
        elif pattern.search(paper.abstract):
            found.append((f"keyword: {keyword}", TEXT_SCORE))
    found += [(f"category: {name}", TEXT_SCORE) for name in rules.categories if _has_category(paper, name)]
    organization = (paper.organization or "").casefold()
    found += [(f"organization: {name}", TITLE_SCORE) for name in rules.organizations if name.casefold() == organization]
    names = {author.name.casefold() for author in paper.authors}
    found += [(f"author: {name}", TITLE_SCORE) for name in rules.authors if name.casefold() in names]
    if not found:
        return None
    return Match(found[0][0], sum(score for _, score in found))


def _has_category(paper: Paper, category: str) -> bool:
    return any(own == category or own.startswith(f"{category}.") for own in paper.categories)


def admits(include: Rules, exclude: Rules, paper: Paper) -> Match | None:
    """How a paper meets `include`, or None where it does not or meets `exclude`. An empty `include` lets all in."""
    if exclude and match(exclude, paper):
        return None
    return match(include, paper) if include else Match("", 0)
