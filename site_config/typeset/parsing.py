r"""Reading a title or an abstract: which parts of it are TeX, and which are not.

A text is searched for the few things that TeX's users write and that cannot be anything else. What is not recognised,
or not closed, or too long, stays text: an underscore, a caret, a lone dollar, a percent sign, a path, some code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal
from xml.etree.ElementTree import Element

from scraper.records import clean_url
from site_config.typeset import formulas
from site_config.typeset.letters import ACCENTS, ESCAPED, GREEK, LETTERS, SIGNS, accented, is_contraction

DEEPEST = 8
"""Groups within groups that are looked into."""
LONGEST_GROUP = 2_000
"""Characters up to a closing brace or quotation mark."""

Name = Literal["em", "strong", "code", "u", "sup", "sub", ""]
"""HTML's elements for marked text; "" is text like any other, of which TeX only wants small capitals, say."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was understood."""

    source: str
    """In TeX, without what encloses it."""
    tree: Element
    """In MathML."""


@dataclass(frozen=True, slots=True)
class Styled:
    """Marked text."""

    element: Name
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Linked:
    """Text that leads to an http or https address."""

    address: str
    children: tuple[Node, ...]


Node = str | Formula | Styled | Linked
_Found = tuple[tuple[Node, ...], int]
"""What was understood, and where the text goes on."""


def is_ordinary(text: str) -> bool:
    """Whether a text has nothing that could be TeX or an address: three of four have not."""
    return not ("$" in text or "\\" in text or "`" in text or "~" in text or "--" in text or "://" in text)


# Where something may begin. A search for the whole of `_TOKEN` would try each of its branches at every letter.
_START = re.compile(r"\$|\\|`|~|\{|--|https?://")
# The order decides: what is verbatim comes first.
_TOKEN = re.compile(
    r"""
    (?P<address> https?://(?:[^\s<>"`{}\\^|$] | \\[_%&#~])+ )
  | (?P<path> (?<=\b[A-Za-z]:)\\[^\s${}]* )
  | (?P<code> (?<!`)(?: `[^`'\n]{1,300}` | ``[^`'"\n]{1,300}`` | ```[^`]{1,1000}``` )(?!`) )
  | (?P<quoted> (?<!`)``(?=[^`\s])(?P<in_quotes>(?:[^`"]|`(?!`)){1,1000}?)(?:''|") )
  | (?P<single> (?<![\w`'])`(?=[^`'\s])(?P<in_single>[^`]{1,300}?)'(?!\w) )
  | (?P<dashes> (?<![-<!])-{2,3}(?![->]) )
  | (?P<tie> (?<=[^\W\d_]|[.,)}])~(?=[\w$\\(]) | (?<=\d|%)~(?=[^\W\d_]) )
  | (?P<dollar> \$ )
  | (?P<group> \{(?=\s*\\) )
  | (?P<command> \\(?P<name>[A-Za-z]+ | .) )
    """,
    re.VERBOSE | re.DOTALL,
)


def parse(text: str, depth: int = 0) -> tuple[Node, ...]:
    """A text's parts, in order. Joined, and with nothing understood, they are the text itself."""
    nodes: list[Node] = []
    start = position = 0
    while begin := _START.search(text, position):
        token = _TOKEN.match(text, begin.start())
        found = _READERS[token.lastgroup or ""](text, token, depth) if token else None
        if token is None or found is None:
            position = begin.start() + 1
            continue
        if begin.start() > start:
            nodes.append(text[start : begin.start()])
        nodes += found[0]
        start = position = found[1]
    if start < len(text):
        nodes.append(text[start:])
    return tuple(nodes)


def _inner(text: str, depth: int) -> tuple[Node, ...]:
    return parse(text, depth + 1) if depth < DEEPEST else (text,)


def _address(_text: str, token: re.Match[str], _depth: int) -> _Found:
    written = _without_end(token[0])
    address = clean_url(re.sub(r"\\(.)", r"\1", written))
    end = token.start() + len(written)
    shown = re.sub(r"\\(.)", r"\1", written)
    return ((Linked(address, (shown,)) if address else shown,), end)


def _without_end(address: str) -> str:
    """An address without the punctuation of the sentence that it ends."""
    while address and (address[-1] in ".,;:!?'*~]" or (address[-1] == ")" and address.count(")") > address.count("("))):
        address = address[:-1]
    return address.removesuffix("\\")


def _verbatim(_text: str, token: re.Match[str], _depth: int) -> _Found:
    return (token[0],), token.end()


def _quoted(_text: str, token: re.Match[str], depth: int) -> _Found:
    return ("“", *_inner(token["in_quotes"], depth), "”"), token.end()


def _single(_text: str, token: re.Match[str], depth: int) -> _Found:
    return ("‘", *_inner(token["in_single"], depth), "’"), token.end()


_ENDS_OF_WORDS = ".,;:!?%)]}\"'”’$°"


def _dashes(text: str, token: re.Match[str], _depth: int) -> _Found | None:
    before, after = text[max(0, token.start() - 1) : token.start()], text[token.end() : token.end() + 1]
    apart = (before.isspace() or not before) and (after.isspace() or not after)
    behind_a_word = before.isalnum() or before in _ENDS_OF_WORDS
    if not (apart or (before and behind_a_word and after)):
        return None  # an option such as --verbose
    return ("–" if len(token[0]) == 2 else "—",), token.end()


def _tie(_text: str, token: re.Match[str], _depth: int) -> _Found:
    return ("\u00a0",), token.end()


# Formulas.

_DOLLARS = re.compile(r"\$\$(?P<display>[^$]{1,1000})\$\$|\$(?P<inline>(?:[^$\\]|\\.){1,1000}?)\$", re.DOTALL)
# Words between dollars, for want of another way to mark them.
_WORDS_ALONE = re.compile(r"\\(?:href\{[^{}]*\}|url|emph|text(?:bf|it|tt|sc|sf|rm|sl|)|underline|uline)\{")
_FUNCTION_WORDS = frozenset(
    (
        *("a", "and", "are", "as", "at", "by", "can", "for", "from", "has", "in", "into", "is", "it", "of", "on", "or"),
        *("our", "per", "than", "that", "the", "then", "this", "to", "under", "we", "which", "while", "with"),
    )
)
_LONE_WORDS = re.compile(r"(?<![^\s,;.])[A-Za-z]+(?![^\s,;.])")
_TEXT_WITHIN = re.compile(r"\\(?:text|mbox|hbox|mathrm|textrm|rm|operatorname)[a-z]*\s*\{[^{}]*\}|\\[A-Za-z]+")


def _formula(source: str, *, display: bool) -> tuple[Node, ...] | None:
    tree = formulas.convert(source, display=display)
    return (Formula(source, tree),) if tree is not None else None


def _dollar(text: str, token: re.Match[str], depth: int) -> _Found | None:
    match = _DOLLARS.match(text, token.start())
    if match is None:
        return None
    source = match["display"] or match["inline"]
    if is_prose(source) or (match["inline"] and _is_money(source, text[match.end() :][:1])):
        return None
    words = _WORDS_ALONE.match(source)
    if words and _group_end(source, words.end() - 1) == len(source):
        return _inner(source, depth), match.end()
    found = _formula(source, display=bool(match["display"]))
    return (found or (match[0],)), match.end()


def is_prose(source: str) -> bool:
    """Whether what stands between two dollars is words: the dollars are no pair, or mean money."""
    if not source.strip() or "\n\n" in source:
        return True
    words = _LONE_WORDS.findall(_TEXT_WITHIN.sub("{}", source))
    spoken = sum(len(word) > 1 and word.lower() in _FUNCTION_WORDS for word in words)
    return spoken > 0 or sum(len(word) > 2 for word in words) > 3


def _is_money(source: str, after: str) -> bool:
    """Two amounts, "$5 (not $10)": a price opens, and another one follows what would close."""
    return source[0].isdigit() and after.isdigit() and (source[-1] in " (-–/~" or " " in source)


_ENCLOSED: Mapping[str, str] = MappingProxyType({"(": r"\)", "[": r"\]"})


def _enclosed(text: str, token: re.Match[str]) -> _Found | None:
    r"""`\(…\)` or `\[…\]`."""
    end = text.find(_ENCLOSED[token["name"]], token.end(), token.end() + formulas.LONGEST)
    if end < 0:
        return None
    source = text[token.end() : end]
    found = None if is_prose(source) else _formula(source, display=token["name"] == "[")
    return (found, end + 2) if found else None


# Commands.

_STYLES: Mapping[str, Name] = MappingProxyType(
    {
        **dict.fromkeys(("emph", "textit", "textsl", "em", "it", "sl", "itshape", "mathit"), "em"),
        **dict.fromkeys(("textbf", "bf", "bfseries", "mathbf"), "strong"),
        **dict.fromkeys(("texttt", "tt", "ttfamily", "code", "mathtt"), "code"),
        **dict.fromkeys(("underline", "uline"), "u"),
        **dict.fromkeys(("textsuperscript", "textsubscript"), ""),
        **dict.fromkeys(("textsc", "textrm", "textsf", "textnormal", "textup", "textmd", "text", "mbox", "hbox"), ""),
        **dict.fromkeys(("sc", "rm", "sf", "scshape", "rmfamily", "sffamily", "small", "normalfont", "mathrm"), ""),
        "textsuperscript": "sup",
        "textsubscript": "sub",
    }
)
_SWITCH = re.compile(r"\{\s*\\([A-Za-z]+)(?:\s+|(?=[\\{$]))")
_BRACES = re.compile(r"\\.|[{}]", re.DOTALL)
_SPACE_AFTER = re.compile(r"\{\}|[ \n](?=\S)")


def _group_end(text: str, start: int) -> int | None:
    """Where the group that opens at `start` closes, behind its brace."""
    end = _group_ends(text).get(start)
    return end if end and end - start <= LONGEST_GROUP else None


@lru_cache(maxsize=2 * DEEPEST)  # each text is asked about again and again, and then never more
def _group_ends(text: str) -> Mapping[int, int]:
    opened: list[int] = []
    ends: dict[int, int] = {}
    for brace in _BRACES.finditer(text):
        if brace[0] == "{":
            opened.append(brace.start())
        elif brace[0] == "}" and opened:
            ends[opened.pop()] = brace.end()
    return ends


def _argument(text: str, start: int) -> tuple[str, int] | None:
    end = _group_end(text, start) if text[start : start + 1] == "{" else None
    return (text[start + 1 : end - 1], end) if end else None


def _command(text: str, token: re.Match[str], depth: int) -> _Found | None:
    name = token["name"]
    if name in _ENCLOSED:
        return _enclosed(text, token)
    if name in _STYLES:
        return _styled(text, token, depth)
    if name in {"url", "href", "textcolor", "enquote"}:
        return _with_arguments(text, token, depth)
    if name in ACCENTS:
        found = _accent(text, token)
        if found or name not in ESCAPED:
            return found
    if name in ESCAPED:
        return (ESCAPED[name],), token.end()
    return _sign(text, token) if name[0].isalpha() else None


def _styled(text: str, token: re.Match[str], depth: int) -> _Found | None:
    argument = _argument(text, token.end())
    if argument is None:
        return None
    return (Styled(_STYLES[token["name"]], _inner(argument[0], depth)),), argument[1]


def _with_arguments(text: str, token: re.Match[str], depth: int) -> _Found | None:
    name = token["name"]
    first = _argument(text, token.end())
    if first is None:
        return None
    if name == "enquote":
        return ("“", *_inner(first[0], depth), "”"), first[1]
    if name == "url":
        return (_link(first[0], None),), first[1]
    second = _argument(text, first[1])
    if second is None:
        return None
    shown = _inner(second[0], depth)
    return (_link(first[0], shown) if name == "href" else Styled("", shown),), second[1]


def _link(written: str, shown: tuple[Node, ...] | None) -> Node:
    unescaped = re.sub(r"\\([_%&#~{}])", r"\1", written.strip())
    address = clean_url(unescaped)
    if shown is None:
        return Linked(address, (unescaped,)) if address else unescaped
    return Linked(address, shown) if address else Styled("", shown)


_ACCENTED = re.compile(r"\{\s*\\?(?P<braced>[^\W\d_]{1,12})\s*\}|(?P<bare>\\[ij](?![A-Za-z])|[^\W\d_])")
_ACCENTED_APART = re.compile(r"\{\s*\\?(?P<braced>[^\W\d_]{1,12})\s*\}|\s(?P<bare>\\[ij](?![A-Za-z])|[^\W\d_])")
_QUOTE_MARK = re.compile(r'\\"(?![A-Za-z{\\])')


def _accent(text: str, token: re.Match[str]) -> _Found | None:
    name, before, after = (
        token["name"],
        text[max(0, token.start() - 1) : token.start()],
        text[token.end() : token.end() + 6],
    )
    match = (_ACCENTED_APART if name.isalpha() else _ACCENTED).match(text, token.end())
    if match is None:
        return None
    letter = (match["braced"] or match["bare"]).removeprefix("\\")
    if len(letter) > 1:
        greek = GREEK.get(name + letter)
        return ((greek,), match.end()) if greek and match["braced"] else None
    bare = match["bare"] is not None
    if bare and name == "'" and before.isalpha() and is_contraction(after):
        return ("'",), token.end()
    letter = accented(name, {"i": "ı"}.get(letter, letter)) or ""
    if not letter or (bare and not _is_surely_accent(name, text, before, letter)):
        return None
    return (letter,), match.end()


def _is_surely_accent(name: str, text: str, before: str, letter: str) -> bool:
    """A letter that is not in braces after a sign that stands for other things, too."""
    match name:
        case '"':
            # In quoted code, the sign stands before what is no letter as well.
            return (before.isalpha() or letter.isupper()) and not _QUOTE_MARK.search(text)
        case ".":
            return letter in "żŻİ"
        case _ if name.isalpha():
            return before.isalpha() or letter.isupper()
        case _:
            return True


def _sign(text: str, token: re.Match[str]) -> _Found | None:
    """A letter, a sign or a mathematical symbol that a command of letters names."""
    name, end = token["name"], token.end()
    shown = LETTERS.get(name) or SIGNS.get(name)
    if shown is None:
        shown = formulas.symbol(name)
        if shown is None:
            return None
    space = _SPACE_AFTER.match(text, end)
    if space and (name in LETTERS or space[0] == "{}"):
        end = space.end()
    if shown.endswith(".") and text[end : end + 1] == ".":
        end += 1
    return (shown,), end


_LONGEST_SIGN = 24
"""Characters of a group that may hold one letter or sign: {\\textquotedblright}. A longer one is not looked into, since
what is in it would be read again."""
_ACCENT_ALONE = re.compile(rf"\{{\s*\\([{re.escape(''.join(ACCENTS))}])\s*\\?([^\W\d_])\s*\}}")


def _group(text: str, token: re.Match[str], depth: int) -> _Found | None:
    r"""`{\em so}`, and braces that hold one accent or letter alone."""
    end = _group_end(text, token.start())
    if end is None:
        return None
    alone = _ACCENT_ALONE.match(text, token.start(), end)
    letter = accented(alone[1], alone[2]) if alone else None
    if alone and letter:
        return (letter,), alone.end()
    switch = _SWITCH.match(text, token.start(), end)
    if switch and switch[1] in _STYLES:
        return (Styled(_STYLES[switch[1]], _inner(text[switch.end() : end - 1], depth)),), end
    if end - token.start() > _LONGEST_SIGN:
        return None
    inner = _inner(text[token.start() + 1 : end - 1], depth)
    return (inner, end) if len(inner) == 1 and isinstance(inner[0], str) and len(inner[0]) == 1 else None


_READERS: Mapping[str, Callable[[str, re.Match[str], int], _Found | None]] = MappingProxyType(
    {
        "address": _address,
        "path": _verbatim,
        "code": _verbatim,
        "quoted": _quoted,
        "single": _single,
        "dashes": _dashes,
        "tie": _tie,
        "dollar": _dollar,
        "group": _group,
        "command": _command,
    }
)
