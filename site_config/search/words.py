"""The words that a text is found by.

theme/assets/paperstand/search-words.js makes the same of a query, and a test compares the two. A word is a run of
letters and digits, folded: in lower case, without accents, in the letters of a plain keyboard. Chinese and Japanese put
no spaces between words, so that each of their characters is a word of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

STOP_WORDS = frozenset(
    (
        *("a", "an", "and", "are", "as", "at", "be", "by", "can", "for", "from", "has", "in", "into", "is", "it"),
        *("its", "of", "on", "or", "our", "that", "the", "these", "this", "to", "via", "we", "which", "with"),
    )
)
"""Words that are in nearly every abstract: they find nothing and cost most."""

LONGEST = 40
"""Characters of a word; what is longer is no word that anybody types."""
MOST_PARTS = 4
"""Parts of a compound that is a word in one piece, too; what has more is an address or a formula."""

_CJK = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_ONE_CJK = re.compile(f"[{_CJK}]")
_WORD = re.compile(f"[{_CJK}]|[^\\W_{_CJK}]+")
# Letters that Unicode does not take apart into a letter and an accent.
_PLAIN_LETTERS: dict[int, str | None] = {
    ord(letter): plain
    for letter, plain in (
        *(("ø", "o"), ("ł", "l"), ("đ", "d"), ("ð", "d"), ("ħ", "h"), ("ı", "i")),
        *(("ß", "ss"), ("æ", "ae"), ("œ", "oe"), ("þ", "th")),
    )
}


def fold(text: str) -> str:
    """A text in lower case and plain letters: "Schölkopf" and "Łukasz" as "scholkopf" and "lukasz"."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", text).lower()
    marks = (ord(letter) for letter in set(text) if unicodedata.category(letter).startswith("M"))
    return text.translate(_PLAIN_LETTERS | dict.fromkeys(marks))


def runs(text: str) -> Iterator[tuple[list[str], str]]:
    """For each piece of a text without spaces: its words, and its compound, "object-centric" as "objectcentric".

    The compound is empty where the piece is one word, where it has too many, and in Chinese and Japanese.
    """
    for piece in fold(text).split():
        if piece.isascii() and piece.isalnum():
            yield [piece], ""
            continue
        parts = _WORD.findall(piece)
        if parts:
            compound = "".join(parts) if 1 < len(parts) <= MOST_PARTS and not _ONE_CJK.search(piece) else ""
            yield parts, compound


def words(text: str) -> list[str]:
    """The words of a name, each once, compounds among them."""
    return list(dict.fromkeys(word for parts, compound in runs(text) for word in (*parts, compound) if word))
