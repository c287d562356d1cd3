"""What comes into a day of all that the sources list: pure functions of their listings and site.yml's selection.

- Two sources that name one paper name it once: it stands as the first source has it, with the facts and numbers that
  the first lacks from the others.
- A paper that the stored day has stays, whatever the rules say now. Any other paper must be let in by the rules, and is
  one of the first of the order while the day has room.
- Each paper says why it was let in, and with which score where something scored it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from scraper.decide import completed_paper, with_missing_numbers
from scraper.records import CuratedList, Day, ListedPaper, Listing, Paper
from scraper.rules import admits
from scraper.settings import Selection

Vector = Mapping[str, float]
"""The weights of a text's words, of length 1."""


def merged(listings: Sequence[Listing]) -> Listing:
    """One listing of a day out of several sources', in the sources' order, each paper once."""
    papers: dict[str, ListedPaper] = {}
    for listed in (listed for listing in listings for listed in listing.papers):
        first = papers.get(listed.paper.id)
        papers[listed.paper.id] = _joined(first, listed) if first else listed
    updates = {paper.id: paper for listing in listings for paper in listing.updates}
    return Listing(
        source=", ".join(listing.source for listing in listings),
        day=listings[0].day,
        papers=tuple(papers.values()),
        problems=tuple(problem for listing in listings for problem in listing.problems),
        # One source's holiday says nothing of a day on which another only listed nothing.
        empty=listings[0].empty if len({listing.empty for listing in listings}) == 1 else None,
        updates=tuple(updates.values()),
    )


def _joined(first: ListedPaper, second: ListedPaper) -> ListedPaper:
    return ListedPaper(
        completed_paper(first.paper, second.paper),
        with_missing_numbers(first.entry, second.entry),
        announced_before=first.announced_before and second.announced_before,
    )


def selected(
    listing: Listing,
    selection: Selection,
    stored_day: Day | None,
    *,
    taken_out: Collection[str] = (),
    likeness: Likeness | None = None,
) -> Listing:
    """The listing with what comes into the day only: the stored day's papers, then the newcomers in their order.

    `taken_out` are papers that a person took out of this day. They stay out, and nothing moves up into their places.
    """
    known = {entry.id for entry in stored_day.papers} if stored_day else set()
    stay = [listed for listed in listing.papers if listed.paper.id in known]
    admitted = [
        _marked(listed, match.why, match.score if selection.include else None)
        for listed in listing.papers
        if listed.paper.id not in known
        and listed.paper.id not in taken_out
        and (match := admits(selection.include, selection.exclude, listed.paper))
    ]
    if selection.order == "similarity" and likeness:
        admitted = [_marked(listed, "", likeness.to(listed.paper)) for listed in admitted]
    if selection.order:
        admitted.sort(key=_by_upvotes if selection.order == "upvotes" else _by_score)
    if selection.most is not None:
        admitted = admitted[: max(0, selection.most - len(known) - len(taken_out))]
    return replace(listing, papers=(*stay, *admitted))


def _marked(listed: ListedPaper, why: str, score: int | None) -> ListedPaper:
    """The paper with the rule that let it in, beside the source's word where no rule had to."""
    entry = listed.entry
    score = entry.score if score is None else score
    return replace(listed, entry=replace(entry, why=why or entry.why, score=score))


def _by_upvotes(listed: ListedPaper) -> tuple[int, int, str]:
    return -(listed.entry.upvotes or 0), -(listed.entry.score or 0), listed.paper.id


def _by_score(listed: ListedPaper) -> tuple[int, int, str]:
    return -(listed.entry.score or 0), -(listed.entry.upvotes or 0), listed.paper.id


# Likeness to the site's own lists.

_WORD = re.compile(r"[^\W\d_][^\W_]+")


@dataclass(frozen=True, slots=True)
class Likeness:
    """What the site's curated lists are about, as one vector for each list."""

    lists: tuple[Vector, ...]
    rarity: Mapping[str, float]

    def to(self, paper: Paper) -> int:
        """How like a paper is to the list that it is most like: the cosine of the two, in percent."""
        own = _vector([paper], self.rarity)
        return round(100 * max((_cosine(own, centre) for centre in self.lists), default=0.0))


def likeness(
    lists: Iterable[CuratedList], paper: Callable[[str], Paper | None], background: Collection[Paper] = ()
) -> Likeness | None:
    """The likeness to these lists, or None where they name no paper that the library has.

    `background` are papers that tell which words are common. A word's weight is TF-IDF, with its count's logarithm.
    """
    groups = [[found for entry in curated.papers if (found := paper(entry.id))] for curated in lists]
    groups = [group for group in groups if group]
    everything = {one.id: one for one in [*background, *(one for group in groups for one in group)]}
    if not groups:
        return None
    holders = Counter(word for one in everything.values() for word in set(_words(one)))
    # A word that no other paper has makes no two of them alike.
    rarity = {word: math.log((1 + len(everything)) / (1 + number)) for word, number in holders.items() if number > 1}
    return Likeness(tuple(_vector(group, rarity) for group in groups), rarity)


def _words(paper: Paper) -> list[str]:
    """The title counts three times: it is short and chosen with care."""
    return _WORD.findall(f"{paper.title} {paper.title} {paper.title} {paper.abstract}".casefold())


def _vector(papers: Sequence[Paper], rarity: Mapping[str, float]) -> Vector:
    """The mean of the papers' vectors, each of length 1, brought to length 1."""
    mean: dict[str, float] = {}
    for paper in papers:
        counts = Counter(word for word in _words(paper) if word in rarity)
        weights = {word: (1 + math.log(number)) * rarity[word] for word, number in counts.items()}
        for word, weight in _of_length_one(weights).items():
            mean[word] = mean.get(word, 0.0) + weight
    return _of_length_one(mean)


def _of_length_one(weights: Mapping[str, float]) -> Vector:
    length = math.sqrt(math.fsum(weight * weight for weight in weights.values()))
    return {word: weight / length for word, weight in weights.items()} if length else {}


def _cosine(one: Vector, other: Vector) -> float:
    return math.fsum(weight * other[word] for word, weight in one.items() if word in other)
