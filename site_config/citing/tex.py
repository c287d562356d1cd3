r"""Text for TeX: what stands in a title or a name, so that LaTeX prints just that.

Accents become TeX's commands, since BibTeX cuts and sorts names by bytes; signs that pdfLaTeX has no letter for do, too
(pylatexenc's table). Other scripts stay as they are: XeLaTeX and LuaLaTeX print them, and TeX has no other way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from pylatexenc.latexencode import UnicodeToLatexEncoder  # type: ignore[import-untyped]  # it has no annotations

from site_config.typeset import Formula, Linked, Node, Styled, parse
from site_config.typeset.letters import ACCENTS, LETTERS

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_SPECIAL = re.compile(r"[\\{}$%&#_~^]|[^\x00-\x7f]+")
_ESCAPED = {
    "\\": r"{\textbackslash}",
    # BibTeX counts braces even behind a backslash, so that none of a text may stay one.
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
}
# The same in a formula; `\\` is the end of a line there.
_BRACE_IN_FORMULA = re.compile(r"\\([{}\\])")
_BRACES = {"{": r"\lbrace ", "}": r"\rbrace "}
_ACCENT_OF = {mark: command for command, mark in ACCENTS.items()}
_COMMAND_OF = {letter: command for command, letter in LETTERS.items()}
_SPACES = {"\u00a0": "~", "\u202f": r"\,", "\u2009": r"\,"}
_STYLES = {"em": "emph", "strong": "textbf", "code": "texttt", "sup": "textsuperscript", "sub": "textsubscript"}
_SIGNS = UnicodeToLatexEncoder(
    non_ascii_only=True,
    unknown_char_policy="keep",
    unknown_char_warning=False,
    replacement_latex_protection="braces-all",
)
# BibTeX's styles write titles small; what has a capital letter inside, or a formula, must stay.
_CAPITALS = re.compile(r"(?<![^\s(\[{/-])[^\s(\[{/-]+[A-Z][^\s)\]},:;]*")


def escaped(text: str) -> str:
    """Plain text."""
    return text if text.isascii() and text.isalnum() else _SPECIAL.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    found = match[0]
    if found.isascii():
        return _ESCAPED.get(found) or "\\" + found
    return "".join(map(_sign, unicodedata.normalize("NFC", found)))


def _sign(character: str) -> str:
    if character in _SPACES:
        return _SPACES[character]
    if character in _COMMAND_OF:
        return f"{{\\{_COMMAND_OF[character]}}}"
    letter, *marks = list(unicodedata.normalize("NFD", character))
    if marks and letter.isascii() and all(mark in _ACCENT_OF for mark in marks):
        for mark in marks:
            accent = _ACCENT_OF[mark]
            # An accent over another one takes a group; so does one whose command is a letter.
            letter = f"\\{accent}{{{letter}}}" if accent.isalpha() or len(letter) > 1 else f"\\{accent}{letter}"
        return f"{{{letter}}}"
    return str(_SIGNS.unicode_to_latex(character))


def _formula(source: str) -> str:
    named = _BRACE_IN_FORMULA.sub(lambda found: _BRACES.get(found[1], found[0]), source)
    return _NOT_ASCII.sub(_in_formula, named)


def _in_formula(match: re.Match[str]) -> str:
    """A sign of mathematics as its command. A letter stays: its accents are no commands of a formula."""
    sign = str(_SIGNS.unicode_to_latex(match[0]))
    return sign if sign.startswith(r"{\ensuremath{") else match[0]


def title(text: str) -> str:
    """A title, whose formulas stay TeX and whose acronyms keep their capitals."""
    return _written(parse(" ".join(text.split())))


def _written(nodes: Iterable[Node]) -> str:
    return "".join(map(_node, nodes))


def _node(node: Node) -> str:
    match node:
        case str():
            return _protected(node)
        case Formula(source):
            return f"{{${_formula(source.strip())}$}}"
        case Styled(element, children):
            inner = _written(children)
            return f"\\{_STYLES[element]}{{{inner}}}" if element in _STYLES else inner
        case Linked(_, children):
            return _written(children)


def _protected(text: str) -> str:
    parts: list[str] = []
    position = 0
    for word in _CAPITALS.finditer(text):
        parts += (escaped(text[position : word.start()]), "{", escaped(word[0]), "}")
        position = word.end()
    return "".join((*parts, escaped(text[position:])))
