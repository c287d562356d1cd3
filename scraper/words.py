r"""How a text is taken apart into words, so that a word is found however it is written.

Case, accents, the number of a noun, hyphens and TeX are folded away, on the side of the text and on that of the word
that is looked for: `M{\"u}ller` and "Muller", `\emph{world}-models` and "World Model" are the same.
For comparing only, never for showing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

BREAK = "."
"""What stands between words that belong to two sentences or clauses: no phrase reaches across it."""
_BREAKS = ".,;:!?()[]|—。、"

_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "ο": "omicron", "π": "pi", "ρ": "rho",
    "σ": "sigma", "ς": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
# Letters that Unicode does not take apart by itself.
_LETTERS = {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ß": "ss"}
_SPELLED = str.maketrans(
    {letter: f" {name} " for letter, name in _GREEK.items()}
    | {letter.upper(): f" {name} " for letter, name in _GREEK.items() if letter != "ς"}
    | _LETTERS
    | {letter.upper(): name.upper() for letter, name in _LETTERS.items() if letter not in "ßı"}
    | dict.fromkeys(_BREAKS, BREAK)
    | dict.fromkeys(map(chr, range(0x300, 0x370)))  # the accents of Latin, Greek and Cyrillic
)

_TEX_LETTERS = {
    "ae": "ae", "AE": "AE", "oe": "oe", "OE": "OE", "o": "o", "O": "O", "l": "l", "L": "L", "aa": "a", "AA": "A",
    "ss": "ss", "i": "i", "j": "j", "dh": "d", "DH": "D", "th": "th", "TH": "TH", "dj": "d", "DJ": "D",
}  # fmt: skip
_TEX_SYNONYMS = {
    "varphi": "phi", "varepsilon": "epsilon", "vartheta": "theta", "varrho": "rho", "varsigma": "sigma", "varpi": "pi",
}  # fmt: skip
# Commands that only change how their argument looks. Accents that are letters (\v{s}, \c c) are among them.
_TEX_LOOKS = {
    "emph", "textit", "textbf", "texttt", "textsc", "textrm", "textsf", "textsl", "textup", "textmd", "textnormal",
    "text", "underline", "uline", "mbox", "hbox", "textsuperscript", "textsubscript", "mathcal", "mathbb", "mathbf",
    "mathrm", "mathit", "mathsf", "mathtt", "mathfrak", "mathscr", "boldsymbol", "bm", "operatorname", "ensuremath",
    "rm", "bf", "it", "sl", "sc", "tt", "sf", "em", "cal", "displaystyle", "textstyle", "left", "right", "big",
    "bigl", "bigr", "bigg", "Big", "Bigg", "limits", "bar", "tilde", "hat", "widehat", "widetilde", "overline",
    "vec", "dot", "ddot", "check", "breve", "acute", "grave", "mathring", "xspace", "protect", "c", "v", "H", "u",
    "k", "r", "b", "d", "t",
}  # fmt: skip
_TEX_ACCENT = re.compile(r"\\[`'^\"~=.]\s*(?=[\\{A-Za-z])")
_TEX_COMMAND = re.compile(r"\\([A-Za-z]+)\s*")
_TEX_REST = str.maketrans({"{": "", "}": "", "$": "", "~": " ", "\\": " "})

# Characters of scripts that are written without spaces are words each, so that a phrase of them is found in a sentence.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+(?:\+\+|#)?|\.")
# The same for most texts, in a third of the time: one character for one.
_PLAIN = str.maketrans(
    {chr(code): " " for code in range(128) if not chr(code).isalnum()}
    | {mark: BREAK for mark in _BREAKS if mark.isascii()}
)

_NO_PLURAL = {
    "alias", "always", "as", "atlas", "bias", "canvas", "chaos", "corps", "cosmos", "does", "gas", "has", "its",
    "kubernetes", "lens", "mars", "news", "pandas", "series", "species", "this", "thus", "was",
}  # fmt: skip


def split(text: str) -> list[str]:
    r"""The words of a text in its own case, without accents and TeX, and punctuation that ends a phrase.

    `\emph{Müller}'s C++, $\alpha$-helix` gives Muller, s, C++, the comma, alpha, helix.
    """
    if "\\" in text or "$" in text or "{" in text or "~" in text:
        text = _without_tex(text)
    text = text.replace("---", ".")  # a dash; one hyphen or two are within a word or a range
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
    elif "++" not in text and "#" not in text:
        return text.translate(_PLAIN).replace(BREAK, " . ").split()
    return _WORD.findall(text.translate(_SPELLED))


def _without_tex(text: str) -> str:
    return _TEX_COMMAND.sub(_spelled_command, _TEX_ACCENT.sub("", text.replace("\\-", ""))).translate(_TEX_REST)


def _spelled_command(command: re.Match[str]) -> str:
    name = command[1]
    if name in _TEX_LOOKS:
        return ""
    return _TEX_LETTERS.get(name) or f" {_TEX_SYNONYMS.get(name, name)} "


class _Folded(dict[str, str]):
    """Words without case and number by the words as they are written: a library says the same ones again and again."""

    def __missing__(self, word: str) -> str:
        folded = _singular(word) if word[-1] in "sS" else word.lower()
        if len(self) < _WORDS_KEPT:
            self[word] = folded
        return folded


_WORDS_KEPT = 1 << 16
_FOLDED = _Folded()


def fold(written: Iterable[str]) -> list[str]:
    """The words of `split` without case and number: "Models" and "model" are one."""
    return [*map(_FOLDED.__getitem__, written)]


def _singular(word: str) -> str:
    if word[-1] == "s" and len(word) > 2 and word[:-1].isupper():  # GPUs, APIs
        return word[:-1].lower()
    word = word.lower()
    if len(word) < 3 or word in _NO_PLURAL or word.endswith(("ss", "us", "is", "ics")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("sses", "shes", "ches", "xes", "zzes")) else word[:-1]


def phrase(text: str) -> str:
    """The folded words of a text with one space between: what is equal for two spellings of one phrase."""
    return " ".join(fold(split(text))).strip(f" {BREAK}")


_PLAIN_NAME = re.compile(r"[A-Za-z .'-]+")
_APART = str.maketrans(dict.fromkeys(".'-", " "))


@lru_cache(maxsize=1 << 17)  # a build asks for every author's when it groups papers, and again on each paper's page
def name(text: str) -> str:
    """What is equal for two spellings of one name, of a person or an organisation: its words without case and accents.

    "José  GARCÍA-Pérez" and "Jose Garcia Perez" are one. Initials are not spelled out, since "J. Garcia" may be
    anybody, and words are not joined, since Yan Gao is not Yang Ao. "The" at the beginning does not count.
    """
    if _PLAIN_NAME.fullmatch(text):  # nearly every one, and a library has hundreds of thousands
        found = text.lower().translate(_APART).split()
    else:
        found = [word.lower() for word in split(text) if word[0].isalnum()]
    return " ".join(found[1:] if len(found) > 1 and found[0] == "the" else found)
