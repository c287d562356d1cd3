r"""When two titles are the same title: how one text is compared with another that tells of the same paper.

arXiv writes `$\pi$-Bench`, a page shows "π-Bench", and an interface on the way loses the backslash: "pi-Bench".
Folding every symbol towards its TeX name, and never the other way, makes all three equal.
"""

from __future__ import annotations

import re
import unicodedata

_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "ο": "omicron", "π": "pi", "ρ": "rho",
    "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip

# What Unicode does not decompose by itself, and what a title may say either as a character or as a TeX command.
_SPELLED = str.maketrans(
    _GREEK
    | {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ȷ": "j", "þ": "th"}
    | {"×": "times", "→": "to", "⟶": "to", "↔": "leftrightarrow", "∞": "infty", "≠": "neq", "≤": "leq", "≥": "geq"}
    | {"≈": "approx", "∼": "sim", "±": "pm", "∓": "mp", "√": "sqrt", "∇": "nabla", "∆": "delta", "∑": "sum"}
    | {"∏": "prod", "∂": "partial", "∈": "in", "°": "circ", "′": "prime", "&": "and"}
)

# TeX commands that only change how their argument looks, accents among them, which are folded in any spelling.
_LOOKS = {
    "textit", "textbf", "texttt", "textsc", "textrm", "textsf", "textsl", "textup", "textmd", "textnormal", "text",
    "emph", "underline", "uline", "mbox", "hbox", "textsuperscript", "textsubscript", "mathcal", "mathbb", "mathbf",
    "mathrm", "mathit", "mathsf", "mathtt", "mathfrak", "mathscr", "boldsymbol", "bm", "operatorname", "ensuremath",
    "rm", "bf", "it", "sl", "sc", "tt", "sf", "em", "cal", "displaystyle", "textstyle", "left", "right", "big",
    "bigl", "bigr", "bigg", "Big", "Bigg", "langle", "rangle", "lbrace", "rbrace", "quad", "qquad", "limits", "bar",
    "tilde", "hat", "widehat", "widetilde", "overline", "vec", "dot", "ddot", "check", "breve", "acute", "grave",
    "mathring", "c", "v", "H", "u", "k", "r", "b", "d", "t", "xspace", "protect",
}  # fmt: skip
_SYNONYMS = {
    "rightarrow": "to", "longrightarrow": "to", "varphi": "phi", "varepsilon": "epsilon", "vartheta": "theta",
    "varrho": "rho", "varsigma": "sigma", "ne": "neq", "le": "leq", "ge": "geq", "hbar": "h", "aa": "a", "AA": "a",
    "ell": "l", "degree": "circ",
}  # fmt: skip

_COMMAND = re.compile(r"\\([A-Za-z]+)")


def _spell_command(match: re.Match[str]) -> str:
    name = match[1]
    return "" if name in _LOOKS else _SYNONYMS.get(name, name)


def _counts(character: str) -> bool:
    """Letters, digits and the marks that belong to them in scripts without case; "C++" and "C#" are not "C"."""
    return character in "+#" or unicodedata.category(character)[0] in "LNM"


def normalised(title: str) -> str:
    r"""What is left of a title when case, white space, punctuation, accents and TeX are folded away.

    Two titles are the same where this is the same and not empty; a title of punctuation alone gives an empty text,
    which must match nothing. For comparing only, never for showing.
    """
    spelled = _COMMAND.sub(_spell_command, title)
    # Symbols are spelled before they are decomposed, else "≠" would become "=" and an accent, and vanish.
    folded = unicodedata.normalize("NFKD", spelled.casefold().translate(_SPELLED)).casefold().translate(_SPELLED)
    # The accents of Latin, Greek and Cyrillic only: a vowel sign or a dakuten is a letter of its script.
    return "".join(character for character in folded if not "\u0300" <= character <= "\u036f" and _counts(character))
