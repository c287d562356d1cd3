"""Formulas: from TeX to MathML, and from MathML to one line of text.

The MathML is math-core's. It is taken apart and built anew from the elements and attributes below, so that nothing of a
stranger's text can become anything else on a page, whatever the library lets through.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from html.entities import html5
from types import MappingProxyType
from xml.etree import ElementTree as ET

from markupsafe import escape
from math_core import LatexError, LatexToMathML

LONGEST = 1_000
"""Characters of a formula's source. The longest in 50,000 abstracts of arXiv has some 700."""
DEEPEST = 25
"""Braces within braces."""
MOST_COMMANDS = 200
"""Each may nest another one without a brace. math-core is written in Rust and recurses: a thousand levels end the whole
process on a small stack."""

_TEX = LatexToMathML(
    fancy_error=False,
    max_expansions=LONGEST,
    macros={
        # What arXiv's own pages and journals understand, and math-core does not.
        "mbox": r"\text{#1}",
        "hbox": r"\text{#1}",
        "ensuremath": "{#1}",
        "widetilde": r"\tilde{#1}",
        "dotsc": r"\ldots",
        "dotsb": r"\cdots",
        "dotsm": r"\cdots",
        "dotso": r"\ldots",
        "boldmath": "",
        "micron": r"\text{µm}",
        "textdegree": "°",
        "degree": "°",
        "Msun": r"M_\odot",
        "msun": r"M_\odot",
        "sun": r"\odot",
        "Bbb": r"\mathbb{#1}",
        "bold": r"\mathbf{#1}",
    },
)
_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%")
_BEFORE_UNICODE = re.compile(r"(\\[A-Za-z]+)(?=[^\x00-\x7f])")
_ENTITY = re.compile("&(?!(?:lt|gt|amp|quot|apos);)([A-Za-z]+;)")
_CHARACTER_CODE = re.compile(r"\\unicode\{(?:x([0-9A-Fa-f]{2,5})|(\d{2,6}))\}")
_DEFINES = re.compile(r"\\(?:re)?newcommand|\\providecommand|\\[egx]?def(?![a-zA-Z])|\\let(?![a-zA-Z])")

_FLAG = re.compile("true|false")
_LENGTH = re.compile(r"0|-?(?:[0-2](?:\.\d{1,10})?|\.\d{1,10})em")
_ATTRIBUTES: Mapping[str, Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        "math": {"display": re.compile("block")},
        "mi": {"mathvariant": re.compile("normal")},
        "mn": {},
        "mo": {
            **dict.fromkeys(("stretchy", "fence", "separator", "largeop", "movablelimits", "symmetric"), _FLAG),
            **dict.fromkeys(("lspace", "rspace", "minsize", "maxsize"), _LENGTH),
            "form": re.compile("prefix|infix|postfix"),
        },
        "mtext": {},
        "mspace": {"width": _LENGTH},
        "mrow": {"displaystyle": _FLAG, "scriptlevel": re.compile("[0-3]")},
        "mstyle": {"displaystyle": _FLAG, "scriptlevel": re.compile("[0-3]")},
        "mpadded": {"width": _LENGTH, "lspace": _LENGTH},
        "mphantom": {},
        "mfrac": {"linethickness": _LENGTH},
        **{name: {} for name in ("msqrt", "mroot", "msub", "msup", "msubsup", "mmultiscripts", "mprescripts")},
        **{name: {"accent": _FLAG, "accentunder": _FLAG} for name in ("mover", "munder", "munderover")},
        "mtable": {"displaystyle": _FLAG, "scriptlevel": re.compile("[0-3]")},
        "mtr": {},
        "mtd": {},
    }
)
"""The elements and attributes of MathML Core that a formula may have (https://www.w3.org/TR/mathml-core/)."""
_WITHIN_TEXT = frozenset(("b", "i", "em", "code", "span"))
"""HTML that may stand in an `mtext`, and nowhere else: a browser takes it as the end of the formula."""


def convert(source: str, *, display: bool = False) -> ET.Element | None:
    """The MathML of a formula, or None where it is not understood, or is too long or too deep to be one."""
    return _convert(source, display=display)


def symbol(name: str) -> str | None:
    """The one character that a command without arguments stands for, or None: a Greek letter, an arrow."""
    tree = _convert(f"\\{name}", display=False) if len(name) > 1 else None
    shown = text(tree) if tree is not None else ""
    return shown if len(shown) == 1 and not shown.isascii() else None


def _convert(source: str, *, display: bool) -> ET.Element | None:
    if len(source) > LONGEST or source.count("\\") > MOST_COMMANDS or _depth(source) > DEEPEST:
        return None
    if "\\" in source:
        if _DEFINES.search(source):
            return None
        source = _BEFORE_UNICODE.sub(r"\1 ", _CHARACTER_CODE.sub(_character, source))
    if "%" in source:  # no abstract has comments: its lines were joined
        source = _COMMENT.sub(r"\1\%", source)
    try:
        made = _TEX.convert_with_local_state(source, displaystyle=display)
        tree = ET.fromstring(_ENTITY.sub(_entity, made))  # noqa: S314 - short, and without a document type
    except (LatexError, ET.ParseError):
        return None
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # a fault of the library's own, which is no Exception
            return None
        raise
    if tree.tag != "math" or not _is_plain(tree, within_text=False):
        return None
    if len(tree) == 1 and tree[0].tag == "mrow" and not tree[0].attrib:
        tree[:] = tree[0][:]  # a row within the formula's own
    return tree


def _depth(source: str) -> int:
    deepest = depth = 0
    for character in source:
        if character == "{":
            depth += 1
            deepest = max(deepest, depth)
        elif character == "}":
            depth -= 1
    return deepest


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else int(match[2])
    character = chr(code) if code < 0x110000 else ""
    return character if character.isprintable() and character not in "\\{}$%#&^_~<>" else match[0]


def _entity(match: re.Match[str]) -> str:
    return html5.get(match[1], match[0])


def _is_plain(element: ET.Element, *, within_text: bool) -> bool:
    """Whether all elements are such as a formula may have."""
    if element.tag not in (_WITHIN_TEXT if within_text else _ATTRIBUTES):
        return False
    within_text = within_text or element.tag == "mtext"
    return all(_is_plain(child, within_text=within_text) for child in element)


LONG = 28
"""Characters of a formula that may be broken at the end of a line: no browser but Firefox breaks one by itself."""
_BREAKS_AFTER = frozenset("=<>≤≥≪≫≈≃≅≡∼≲≳∝≠→←↔⇒⇔∈⊂⊆+−±×·⋅∣,;")
_LEAST = {(True, True): 8, (True, False): 24, (False, True): 24, (False, False): 60}
"""Characters of a piece before it is broken off: behind an operator or not, outside of parentheses or not."""


def markup(tree: ET.Element) -> list[str]:
    """A formula's markup: one `math`, or several in a row that a line can break between, much as TeX would break it."""
    if "display" in tree.attrib or len(tree) < 2 or len(text(tree)) <= LONG:
        return [_markup(tree)]
    pieces: list[list[ET.Element]] = [[]]
    length = depth = 0
    for child in tree:
        shown = _text(child)
        pieces[-1].append(child)
        length += len(shown)
        depth += sum((sign in "([{") - (sign in ")]}") for sign in shown)
        operator = child.tag == "mo" and shown in _BREAKS_AFTER
        if length >= _LEAST[operator, depth <= 0]:
            if operator:  # the last operator of a row would get a smaller space
                child.attrib.setdefault("form", "infix")
            pieces.append([])
            length = 0
    return [f"<math>{''.join(map(_markup, piece))}</math>" for piece in pieces if piece]


def _markup(element: ET.Element) -> str:
    """Markup built anew from a tree."""
    allowed = _ATTRIBUTES.get(element.tag, {})
    attributes = "".join(
        f' {name}="{value}"' for name, value in element.items() if name in allowed and allowed[name].fullmatch(value)
    )
    inner = str(escape(element.text or ""))
    for child in element:
        inner += _markup(child) + str(escape((child.tail or "").strip() if element.tag not in _TEXTS else child.tail))
    return inner if element.tag == "span" else f"<{element.tag}{attributes}>{inner}</{element.tag}>"


_TEXTS = _WITHIN_TEXT | {"mtext"}

# From here on: one line of text.

_RAISED = dict(zip("0123456789+-−=()ni′∘°", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ′°°", strict=True))
_LOWERED = dict(zip("0123456789+-−=()aeoxhklmnpstijruv", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ", strict=True))
_ABOVE: Mapping[str, str] = MappingProxyType(
    {
        sign: mark
        for mark, signs in {
            "\u0300": "`",
            "\u0301": "´",
            "\u0302": "^ˆ",
            "\u0303": "~˜∼",
            "\u0304": "¯‾_\u0332",
            "\u0306": "˘",
            "\u0307": "˙.",
            "\u0308": "¨",
            "\u030a": "˚",
            "\u030c": "ˇ",
            "\u20d7": "→\u20d7",
        }.items()
        for sign in signs
    }
)
"""Unicode's combining character for what stands over a letter in MathML."""
_INVISIBLE = re.compile("[\u2061-\u2064\ufe00-\ufe0f]")
_APPLIED = "\u2061"
"""Stands between a function's name and what it is of."""
_MATHEMATICAL = re.compile("[\U0001d400-\U0001d7ff]")
# What stands with a space on either side between two things: relations, arrows, and the operators that are read aloud.
_SPACED = re.compile("[=<>≤≥≪≫≈≃≅≡∼≲≳∝≠:+−±∓×·⋅∗⊗⊕→←↔⇒⇔↦∈∉⊂⊆⊃⊇∪∩∧∨∣∥≺≻⪯⪰≔]|∼=")


def text(element: ET.Element) -> str:
    r"""A formula on one line: `x^2` is x², `\frac{a+b}{2}` is (a + b)/2."""
    return " ".join(_INVISIBLE.sub("", _MATHEMATICAL.sub(_ordinary, _text(element))).split())


def _ordinary(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match[0])


def _text(element: ET.Element) -> str:
    parts = [_text(child) for child in element]
    write = _WRITERS.get((element.tag, len(parts))) or _WRITERS.get((element.tag, None))
    if write:
        return write(element, parts)
    return "".join(
        (element.text or "", *(part + (child.tail or "") for child, part in zip(element, parts, strict=True)))
    )


def _row(element: ET.Element, parts: list[str]) -> str:
    line = ""
    for position, (child, part) in enumerate(zip(element, parts, strict=True)):
        inner = 0 < position < len(parts) - 1 and not (line.endswith(("(", " ", "[", "{")) and part in "+−")
        if child.tag == "mo" and inner and _SPACED.fullmatch(part):
            line = f"{line.rstrip()} {part} "
        elif part == _APPLIED:
            line += "" if parts[position + 1 :] and parts[position + 1].startswith("(") else " "
        elif child.tag == "mo" and part in {",", ";"} and inner:
            line += part + " "
        elif line and line[-1].isalnum() and part[:1].isalnum() and _is_word(element[position - 1], child):
            line += " " + part
        else:
            line += part
    return line


def _is_word(*elements: ET.Element) -> bool:
    """Whether one of two neighbours is a name such as log."""
    return any(element.tag == "mi" and len(element.text or "") > 2 for element in elements)


def _raised(inner: str) -> str:
    inner = inner.replace(" ", "")
    if all(character in _RAISED for character in inner):
        return "".join(_RAISED[character] for character in inner)
    return "^" + (inner if len(inner) == 1 or inner.isalpha() else f"({inner})")


def _lowered(inner: str) -> str:
    inner = inner.replace(" ", "")
    if all(character in _LOWERED for character in inner):
        return "".join(_LOWERED[character] for character in inner)
    return "_" + (inner if len(inner) == 1 or inner.isalnum() else f"({inner})")


def _under(base: str, below: str) -> str:
    return base if below.strip() in {*_ABOVE, "⏟", "⎵"} else f"{base}{_lowered(below)} "


def _over(base: str, above: str) -> str:
    mark = _ABOVE.get(above.strip())
    if mark is None:
        return base + _raised(above)
    return unicodedata.normalize("NFC", base + mark) if len(base.strip()) == 1 else base


def _one(inner: str) -> str:
    """What is one thing by itself stays; the rest is put in parentheses."""
    inner = inner.strip()
    return inner if re.fullmatch(r"[\w.√²³]+|\(.*\)", inner) else f"({inner})"


def _fraction(element: ET.Element, parts: list[str]) -> str:
    is_binomial = "linethickness" in element.attrib
    return " choose ".join(parts) if is_binomial else "/".join(map(_one, parts))


def _space(element: ET.Element, _parts: list[str]) -> str:
    width = re.match(r"\d?\.?\d+", element.get("width", "0"))
    return " " if width and float(width[0]) > 0.15 else ""


_WRITERS: Mapping[tuple[str, int | None], Callable[[ET.Element, list[str]], str]] = MappingProxyType(
    {
        **{(tag, None): _row for tag in ("math", "mrow", "mstyle", "mtd", "mpadded")},
        ("msup", 2): lambda _element, parts: parts[0] + _raised(parts[1]),
        ("msub", 2): lambda _element, parts: parts[0] + _lowered(parts[1]),
        ("msubsup", 3): lambda _element, parts: parts[0] + _lowered(parts[1]) + _raised(parts[2]),
        ("munderover", 3): lambda _element, parts: f"{parts[0]}{_lowered(parts[1])}{_raised(parts[2])} ",
        ("munder", 2): lambda _element, parts: _under(*parts),
        ("mover", 2): lambda _element, parts: _over(*parts),
        ("mroot", 2): lambda _element, parts: f"{_raised(parts[1]).removeprefix('^')}√{_one(parts[0])}",
        ("msqrt", None): lambda element, parts: "√" + _one(_row(element, parts)),
        ("mfrac", 2): _fraction,
        ("mspace", 0): _space,
        ("mphantom", None): lambda _element, _parts: "",
        ("mtable", None): lambda _element, parts: "; ".join(parts),
        ("mtr", None): lambda _element, parts: ", ".join(part.strip() for part in parts),
    }
)
"""How an element's parts stand in a row, by its name and, where that matters, by how many they are."""
