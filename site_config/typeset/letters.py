r"""TeX's accents, letters and symbols outside of formulas, as Unicode."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

ACCENTS: Mapping[str, str] = MappingProxyType(
    {
        "`": "\u0300",
        "'": "\u0301",
        "^": "\u0302",
        "~": "\u0303",
        "=": "\u0304",
        "u": "\u0306",
        ".": "\u0307",
        '"': "\u0308",
        "r": "\u030a",
        "H": "\u030b",
        "v": "\u030c",
        "d": "\u0323",
        "c": "\u0327",
        "k": "\u0328",
        "b": "\u0331",
    }
)
"""Unicode's combining character for each of TeX's accents (The TeXbook, chapter 9)."""

_LETTERS = "aa=å AA=Å ae=æ AE=Æ oe=œ OE=Œ o=ø O=Ø l=ł L=Ł ss=ß SS=ẞ i=ı j=ȷ dh=ð DH=Ð th=þ TH=Þ dj=đ DJ=Đ ng=ŋ NG=Ŋ"
LETTERS: Mapping[str, str] = MappingProxyType(dict(pair.split("=") for pair in _LETTERS.split()))
"""Letters that have a command of their own."""

_SIGNS = (
    "S=§ P=¶ copyright=© pounds=£ euro=€ dag=† ddag=‡ deg=° degree=° slash=/ TeX=TeX LaTeX=LaTeX ldots=… dots=…"
    " micron=µm textdegree=° textregistered=® texttrademark=™ textcopyright=© textemdash=— textendash=–"
    " textasciitilde=~ textasciicircum=^ textbackslash=\\ textunderscore=_ textgreater=> textless=< textbar=|"
    " textperiodcentered=· textquoteright=’ textquoteleft=‘ textquotedblleft=“ textquotedblright=” textbullet=•"
    " textdollar=$ texteuro=€ textmu=µ textellipsis=… textrightarrow=→ textleftarrow=←"
    " allowbreak= nobreakdash= xspace= noindent= newblock="
    # Macros of the style files that most conferences on computer vision hand out.
    " eg=e.g. ie=i.e. etc=etc. wrt=w.r.t. vs=vs. cf=cf."
)
SIGNS: Mapping[str, str] = MappingProxyType(
    {"etal": "et al.", "quad": " ", "qquad": " ", "newline": " "} | dict(pair.split("=") for pair in _SIGNS.split())
)
"""Signs and abbreviations that are no mathematics."""

ESCAPED: Mapping[str, str] = MappingProxyType(
    {name: name for name in "%&_$#{}"}
    | {",": "\u202f", " ": " ", "\n": "\n", ";": " ", ":": " ", "/": "", "!": "", "-": "", "@": ""}
)
"""What a backslash before one character that is no letter means, accents aside."""

_GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu"),
    *("xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
)


def _greek(name: str) -> str:
    return unicodedata.lookup(f"GREEK SMALL LETTER {'LAMDA' if name == 'lambda' else name}")


GREEK: Mapping[str, str] = MappingProxyType({name: _greek(name) for name in _GREEK})
"""The small letters by their names, for where arXiv took a letter of the name for an accent: "\\k{appa}"."""

_CONTRACTION = re.compile(r"(?:s|t|d|m|re|ve|ll)(?![^\W\d_])")


def accented(accent: str, letter: str) -> str | None:
    """A letter under one of TeX's accents, or None where Unicode has no such letter as one character."""
    composed = unicodedata.normalize("NFC", {"ı": "i", "ȷ": "j"}.get(letter, letter) + ACCENTS[accent])
    return composed if len(composed) == 1 else None


def is_contraction(after: str) -> bool:
    r"""Whether what stands after `\'` ends a word as English does ("it\'s"), so that it is no accent."""
    return bool(_CONTRACTION.match(after))
