"""The names of authors as citations take them apart: family name, given names, what stands before and behind.

Sources give a name as people say it, "Laurens van der Maaten". The rule is BibTeX's own: what is written small between
the given names and the last one belongs to the family name (Patashnik, BibTeXing, section 4). A name that follows no
such rule, that of a team or one of a single word, stays whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from site_config import typeset


@dataclass(frozen=True, slots=True)
class Name:
    """A name in its parts. `str` gives it as it was, apart from white space. A whole name has only `family`."""

    family: str
    given: str = ""
    particle: str = ""
    """What the family name begins with, in small letters: "van der"."""
    suffix: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether the name is that of a group, or of one word."""
        return not self.given

    def __str__(self) -> str:
        return " ".join(filter(None, (self.given, self.particle, self.family, self.suffix)))


# A name that nothing below is about: most are, and the rest of `split` takes three times as long as to see that.
_ORDINARY = re.compile(r"[A-Z](?:[a-z]+|\.)(?: [A-Z](?:[a-z]+|\.))+")
_SUFFIXES = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV", re.IGNORECASE)
_BEFORE_SUFFIX = re.compile(r",\s*(?=(?:Jr|Sr)\.?$|I{2,3}$|IV$)")
_GROUPS = (
    "Team", "Teams", "Collaboration", "Collaborations", "Consortium", "Group", "Project", "Initiative", "Lab", "Labs",
    "Laboratory", "Institute", "University", "Foundation", "Research", "Inc", "Network", "Community", "Contributors",
    "Committee", "Authors", "Technologies", "Technology", "Alliance", "Organization", "and", "et al", "for the",
)  # fmt: skip
_GROUP = re.compile(rf"\b(?:{'|'.join(_GROUPS)})\b|[\d:,;@&/()]", re.IGNORECASE)
_LARGE_PARTICLES = frozenset(
    ("Van", "Von", "De", "Der", "Den", "Del", "Della", "Di", "Da", "Dos", "Du", "Le", "La", "Ter", "Ten", "El", "Al")
)
_BETWEEN_FAMILY_NAMES = frozenset(("y", "i", "e"))
_EXTRAORDINARY = (
    _LARGE_PARTICLES | {word.capitalize() for words in _GROUPS for word in words.split()} | {"Jr", "Sr", "Iv"}
)


@lru_cache(maxsize=1 << 15)  # an author has several papers, and a paper stands in several files of three formats
def split(written: str) -> Name:
    """Take one author's name apart."""
    if _ORDINARY.fullmatch(written) and _EXTRAORDINARY.isdisjoint(written.split(" ")):
        given, _, family = written.rpartition(" ")
        return Name(family, given)
    shown = " ".join(typeset.plain(written).split())
    name = _BEFORE_SUFFIX.sub(" ", shown) if "," in shown else shown
    words = name.split(" ")
    if len(words) < 2 or _GROUP.search(name):
        return Name(shown)
    suffix = words.pop() if len(words) > 2 and _SUFFIXES.fullmatch(words[-1]) else ""
    start = _family_start(words)
    end = next((place for place in range(start, len(words) - 1) if not _is_particle(words[place])), len(words) - 1)
    return Name(
        family=" ".join(words[end:]),
        given=" ".join(words[:start]),
        particle=" ".join(words[start:end]),
        suffix=suffix,
    )


def _is_particle(word: str) -> bool:
    is_small = word[:1].islower() and len(word) > 1 and "." not in word
    return is_small or word in _LARGE_PARTICLES


def _family_start(words: list[str]) -> int:
    """The position of the first word that belongs to the family name."""
    for place in range(1, len(words) - 1):
        if words[place] in _BETWEEN_FAMILY_NAMES and place > 1:
            return place - 1
        if _is_particle(words[place]):
            return place
    return len(words) - 1
