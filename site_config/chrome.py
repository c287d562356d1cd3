"""The chrome: what stands around a page's content, rendered once and filled in for each page.

A theme takes milliseconds to render a page, and a paper's page may take a tenth of one. So the theme renders each
*frame*, one for a kind of page and a depth below the root, with a mark in every place where pages differ. `cut` takes
the frame apart at the marks, and `Frame.fill` joins it again around one page's values.

Pure, and the one place where a page's values meet the theme: whatever is not Markup is escaped here, because the
environments of MkDocs and Material do not escape by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from types import MappingProxyType
from typing import NamedTuple, Protocol

from markupsafe import Markup, escape

from site_config import brevity

NO_MARKUP = Markup("")


class HasHtml(Protocol):
    """What gives its HTML when it is needed."""

    def __html__(self) -> str: ...


class Content(NamedTuple):
    """What one page puts into its frame. A plain string is text and is escaped; Markup was made by our templates."""

    title: str
    """For the browser's title bar and search engines."""
    description: str
    canonical: str
    """The page's absolute address."""
    body: Markup | HasHtml
    head: Markup = NO_MARKUP
    """More for `<head>`, `<link rel="prev">` say."""


_SLOTS = ("title", "description", "canonical", "head", "body")
# Private-use characters: a theme leaves them alone in text and attributes alike, and no template has them of its own.
_MARK = "\ue000paperstand-{}\ue001"
MARKS: Mapping[str, str] = MappingProxyType({slot: _MARK.format(slot) for slot in _SLOTS})
"""What a theme puts in the places where pages differ, by the name of the place."""

# One of Material's rules that no other rule stands in: its selectors, and what they are given.
_RULE = re.compile(r"([^{};]+)(\{[^{}]*\})")
_CUT = re.compile(_MARK.format(f"({'|'.join(_SLOTS)})"))
_VERBATIM = re.compile(r"(<(pre|textarea|script|style)\b.*?</\2\s*>)", re.DOTALL | re.IGNORECASE)
_WHITE_SPACE = re.compile(r"[ \t\r\n\f]+")
# Between these no white space is ever shown, so that none need be sent.
_AROUND_BLOCKS = re.compile(
    r"\s*(</?(?:!doctype|html|head|body|meta|link|title|script|header|footer|main|nav|ul|ol|li|div|form|article)\b[^>]*>)\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Frame:
    """A frame in pieces: `texts[0] slots[0] texts[1] … slots[n-1] texts[n]`."""

    texts: tuple[str, ...]
    slots: tuple[str, ...]

    def fill(self, content: Content) -> str:
        """The whole page around one content, escaped where it is not Markup."""
        values = {
            "title": escape(content.title),
            "description": escape(content.description),
            "canonical": escape(content.canonical),
            "head": escape(content.head),
            "body": escape(content.body),
        }
        pieces = [self.texts[0]]
        for slot, text in zip(self.slots, self.texts[1:], strict=True):
            pieces += (values[slot], text)
        return "".join(pieces)

    @cached_property
    def digest(self) -> str:
        """A name for this frame: another one has another."""
        return blake2b(repr((self.texts, self.slots)).encode(), digest_size=16).hexdigest()

    @property
    def size(self) -> int:
        """Bytes of the chrome itself."""
        return sum(len(text.encode()) for text in self.texts)


def cut(rendered: str) -> Frame:
    """Take a rendered frame apart at its marks.

    Raises ValueError where a theme shows the body never or twice, or leaves out another place: a page without its
    canonical address or title is a mistake that nobody would see.
    """
    first, *rest = _CUT.split(collapse(rendered))
    slots, texts = tuple(rest[::2]), (first, *rest[1::2])
    missing = [slot for slot in _SLOTS if slot not in slots]
    if missing:
        raise ValueError(f"the theme shows no {', no '.join(missing)}")
    if slots.count("body") != 1:
        raise ValueError("the theme shows the body more than once")
    return Frame(texts, slots)


def collapse(html: str) -> str:
    """HTML with every run of white space as one space, none beside block elements, and nothing that may be left out.

    `<pre>` and scripts stay.
    """
    pieces = _VERBATIM.split(html)
    # Each verbatim element is followed by its name, the pattern's second group.
    return "".join(
        piece if index % 3 == 1 else brevity.document(_AROUND_BLOCKS.sub(r"\1", _WHITE_SPACE.sub(" ", piece)))
        for index, piece in enumerate(pieces)
        if index % 3 != 2
    )


def coloured(styles: str, primary: str, accent: str) -> str:
    """Material's style sheets with these of its colours for the whole document, and without the rules of all others.

    Material picks a colour by attributes of `<html>`, which every page would have to say.
    """
    for name, colour in (("primary", primary), ("accent", accent)):
        styles = styles.replace(f"[data-md-color-{name}={colour.replace(' ', '-')}]", ":root")
    return _RULE.sub(_without_other_colours, styles)


def _without_other_colours(rule: re.Match[str]) -> str:
    kept = [selector for selector in rule[1].split(",") if "[data-md-color-" not in selector]
    return ",".join(kept) + rule[2] if kept else ""
