r"""The site's own rules: which papers a topic or a selection means, and what each paper scores.

Pure functions of `Rules` and a `Paper`. How words are compared is `scraper.words`': "world model" finds "World Models",
"world-model" and `\emph{world} models`, and no part of a word. Beyond that:

- A keyword with a hyphen finds the spelling in one word, too: "multi-agent" finds "multiagent".
- One word of two to five capitals, "RAG" or "LLM", keeps its case, since "rag" is another word; "LLMs" is found.
- No phrase reaches over the end of a sentence or clause.
- Names of authors and organisations are compared whole (`words.name`), and initials are not spelled out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from scraper import words
from scraper.records import Paper
from scraper.settings import Rules

TITLE_SCORE, TEXT_SCORE = 3, 1
"""What a keyword counts that stands in the title or the paper's own keywords, and one in the abstract alone."""
NAME_SCORE, CATEGORY_SCORE = 3, 1
"""What an author or an organisation counts, and a category."""

_ACRONYM = re.compile(r"(?=[0-9]*[A-Z][0-9]*[A-Z])[A-Z0-9]{2,5}")
_HYPHEN = re.compile(r"(?<=\w)-(?=\w)")


@dataclass(frozen=True, slots=True)
class Match:
    """Why a paper is let in: the rule as people read it, such as "keyword: world model", and the paper's score."""

    why: str
    score: int


_Place = tuple[int, int]
"""Which of the rules, and which criterion of theirs, both counted from 0."""


class Rulebook:
    """Many rules, tried on a paper at once: that costs little more than to try one."""

    def __init__(self, all_rules: Iterable[Rules]) -> None:
        self._why: dict[_Place, str] = {}
        self._acronyms: dict[str, list[_Place]] = {}
        # Phrases by one of their words: a paper is asked for these words, and then for the phrases of those it has.
        self._phrases: dict[str, list[tuple[_Place, str]]] = {}
        self._categories: dict[str, list[_Place]] = {}
        self._organizations: dict[str, list[_Place]] = {}
        self._authors: dict[str, list[_Place]] = {}
        for number, rules in enumerate(all_rules):
            self._enter(number, rules)
        self._signs = frozenset(self._phrases)
        self._capitals = frozenset(self._acronyms)

    def _enter(self, number: int, rules: Rules) -> None:
        def places(kind: str, values: tuple[str, ...]) -> Iterator[tuple[_Place, str]]:
            for value in values:
                place = (number, len(self._why))
                self._why[place] = f"{kind}: {value}"
                yield place, value

        for place, keyword in places("keyword", rules.keywords):
            if _ACRONYM.fullmatch(keyword):
                for written in (keyword, f"{keyword}s"):
                    self._acronyms.setdefault(written, []).append(place)
            else:
                for phrase in {words.phrase(keyword), words.phrase(_HYPHEN.sub("", keyword))} - {""}:
                    sign = max(phrase.split(), key=lambda word: (len(word), word))  # likely to be the rarest
                    self._phrases.setdefault(sign, []).append((place, f" {phrase} "))
        for place, category in places("category", rules.categories):
            self._categories.setdefault(category, []).append(place)
        for place, organization in places("organization", rules.organizations):
            self._organizations.setdefault(words.name(organization), []).append(place)
        for place, author in places("author", rules.authors):
            self._authors.setdefault(words.name(author), []).append(place)

    def matches(self, paper: Paper) -> Mapping[int, Match]:
        """How a paper meets each of the rules that it does meet, by their numbers."""
        met = dict(self._met(paper))
        found: dict[int, Match] = {}
        for place in sorted(met):
            so_far = found.get(place[0]) or Match(self._why[place], 0)
            found[place[0]] = Match(so_far.why, so_far.score + met[place])
        return found

    def _met(self, paper: Paper) -> Iterator[tuple[_Place, int]]:
        """Every criterion that a paper meets, and its score; of two scores for one the last counts."""
        yield from ((place, TEXT_SCORE) for place in self._in_text(paper.abstract))
        own_words = " . ".join((paper.title, *paper.keywords))
        yield from ((place, TITLE_SCORE) for place in self._in_text(own_words))
        if self._categories:
            for code in dict.fromkeys(part for own in paper.categories for part in (own, own.partition(".")[0])):
                yield from ((place, CATEGORY_SCORE) for place in self._categories.get(code, ()))
        if self._organizations and paper.organization:
            yield from _named(self._organizations, paper.organization)
        for author in paper.authors if self._authors else ():
            yield from _named(self._authors, author.name)

    def _in_text(self, text: str) -> Iterator[_Place]:
        """Which keywords stand in a text."""
        if not (self._acronyms or self._phrases):
            return
        written = words.split(text)
        for word in self._capitals.intersection(written):
            yield from self._acronyms[word]
        folded = words.fold(written)
        signs = self._signs.intersection(folded)
        if signs:
            line = f" {' '.join(folded)} "
            yield from (place for sign in signs for place, phrase in self._phrases[sign] if phrase in line)


def _named(places: Mapping[str, list[_Place]], name: str) -> Iterator[tuple[_Place, int]]:
    folded = words.name(name)
    return ((place, NAME_SCORE) for place in places.get(folded, ()) if folded)


@lru_cache(maxsize=256)
def _book(*all_rules: Rules) -> Rulebook:
    return Rulebook(all_rules)


def match(rules: Rules, paper: Paper) -> Match | None:
    """How a paper meets the rules, or None where it meets none of them."""
    return _book(rules).matches(paper).get(0)


def admits(include: Rules, exclude: Rules, paper: Paper) -> Match | None:
    """How a paper meets `include`, or None where it does not or meets `exclude`. An empty `include` lets all in."""
    found = _book(include, exclude).matches(paper)
    return None if 1 in found else found.get(0) if include else Match("", 0)
