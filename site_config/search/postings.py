"""The inverted index: for each word the papers that have it, in bytes that a browser reads in pieces.

A paper is a number, and later papers have higher ones. Every number is written as a *varint*: seven bits a byte, the
lowest first, the highest bit set in all bytes but the last.

    terms/N.bin    the number of words; then for each word, in the order of their UTF-16 code units:
                     letters shared with the word before, bytes of the rest, the rest in UTF-8,
                     papers with the word in their text, bytes of that list,
                     authors with the word in their name, bytes of that list,
                     bytes of its list in places/N.bin;
                   then all lists, in the same order, a word's texts before its names
    texts          for each paper: how much higher its number is than that of the one before, and a byte from 1 to 255
                   for how much the word counts in it (BM25's saturated frequency, fields weighted, without the rarity)
    names          for each author: how much higher the paper's number is (0: one more of that paper), which author
    places/N.bin   for each word and each paper of its texts: how many places, and how much higher each is than the last
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from site_config.search.words import LONGEST, STOP_WORDS, runs, words

CHUNK = 24_000
"""Bytes of a file of words, about: what a browser loads to look up one of them. A word in very many papers has more."""

GAP = 5
"""Places between two fields, so that no phrase reaches from one into the next."""

# BM25's parameters: how soon a frequency saturates, and what the length matters. The usual length is a constant and not
# the library's mean, so that a new paper changes nothing about an old one.
_SATURATION, _LENGTH_MATTERS, _USUAL_LENGTH = 1.4, 0.3, 150


def varint(number: int) -> bytes:
    """A number of 0 or more in bytes."""
    if number < 0x80:  # nearly all of them
        return _SMALL[number]
    encoded = bytearray()
    while number >= 0x80:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


_SMALL = tuple(bytes((number,)) for number in range(0x80))


def numbers(ascending: Iterable[int]) -> bytes:
    """Ascending numbers as the differences between them."""
    encoded, last = bytearray(), 0
    for number in ascending:
        encoded += varint(number - last)
        last = number
    return bytes(encoded)


@dataclass(slots=True)
class _Lists:
    """What the index has for one word, so far."""

    papers: int = 0
    authors: int = 0
    last_text: int = 0
    last_name: int = 0
    texts: bytearray = field(default_factory=bytearray)
    names: bytearray = field(default_factory=bytearray)
    places: bytearray = field(default_factory=bytearray)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Two files of the index, and the first word in them."""

    first: str
    terms: bytes
    places: bytes


class Postings:
    """The index while it grows. Papers are added in the order of their numbers."""

    def __init__(self) -> None:
        self._lists: dict[str, _Lists] = {}

    def add_text(self, number: int, fields: Iterable[tuple[str, float]]) -> None:
        """The texts by which a paper is found, and how many times a word counts in each."""
        weights: dict[str, float] = {}
        places: dict[str, list[int]] = {}
        place = 0
        for text, weight in fields:
            for parts, compound in runs(text):
                if compound and len(compound) <= LONGEST:
                    weights[compound] = weights.get(compound, 0) + weight
                    places.setdefault(compound, []).append(place)
                for word in parts:
                    if word not in STOP_WORDS and len(word) <= LONGEST:
                        weights[word] = weights.get(word, 0) + weight
                        places.setdefault(word, []).append(place)
                    place += 1
            place += GAP
        brake = _SATURATION * (1 - _LENGTH_MATTERS + _LENGTH_MATTERS * place / _USUAL_LENGTH)
        for word, weight in weights.items():
            lists = self._of(word)
            lists.texts += varint(number - lists.last_text)
            lists.texts.append(max(1, round(255 * weight / (weight + brake))))
            lists.papers += 1
            lists.last_text = number
            lists.places += varint(len(places[word])) + numbers(places[word])

    def add_names(self, number: int, names: Iterable[str]) -> None:
        """The authors by whom a paper is found."""
        for position, name in enumerate(names):
            for word in words(name):
                if len(word) <= LONGEST:
                    lists = self._of(word)
                    lists.names += varint(number - lists.last_name) + varint(position)
                    lists.authors += 1
                    lists.last_name = number

    def add_identifier(self, number: int, identifier: str) -> None:
        """An identifier that names a paper: the word "=2511.08567", which no text has."""
        lists = self._of(f"={identifier}")
        lists.texts += varint(number - lists.last_text) + b"\xff"
        lists.papers += 1
        lists.last_text = number
        lists.places += b"\0"

    def chunks(self) -> Iterator[Chunk]:
        """The whole index in files, the words in order."""
        inside: list[str] = []
        size = 0
        for word in sorted(self._lists, key=lambda word: word.encode("utf-16-be", "surrogatepass")):
            lists = self._lists[word]
            more = len(lists.texts) + len(lists.names) + len(word)
            if inside and size + more > CHUNK:
                yield self._chunk(inside)
                inside, size = [], 0
            inside.append(word)
            size += more
        if inside:
            yield self._chunk(inside)

    def _of(self, word: str) -> _Lists:
        lists = self._lists.get(word)
        if lists is None:
            lists = self._lists[word] = _Lists()
        return lists

    def _chunk(self, inside: list[str]) -> Chunk:
        head, lists, places = bytearray(varint(len(inside))), bytearray(), bytearray()
        before = ""
        for word in inside:
            of_word = self._lists[word]
            shared = _shared(before, word)
            rest = word[shared:].encode()
            head += varint(shared) + varint(len(rest)) + rest
            head += varint(of_word.papers) + varint(len(of_word.texts))
            head += varint(of_word.authors) + varint(len(of_word.names)) + varint(len(of_word.places))
            lists += of_word.texts + of_word.names
            places += of_word.places
            before = word
        return Chunk(inside[0], bytes(head + lists), bytes(places))


def _shared(one: str, other: str) -> int:
    """How many letters two words begin with alike."""
    count = 0
    for first, second in zip(one, other, strict=False):
        # A letter beyond 16 bits is two code units in the browser, where the count is one of code units.
        if first != second or ord(first) > 0xFFFF:
            break
        count += 1
    return count
