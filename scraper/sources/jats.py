"""Text out of the markup that publishers put into titles and abstracts: JATS, MathML, HTML, well-formed or not."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from scraper.records import clean_line, clean_text

_BLOCKS = frozenset(("p", "title", "sec", "list", "list-item", "disp-formula", "br", "label", "div", "li"))
_LEFT_OUT = frozenset(("tex-math", "annotation", "script", "style"))
"""What says the same as its neighbour in another notation, or nothing that is text."""
_APART = re.compile(r"(?<=[(\[]) | (?=[)\],;])")
_HEADING = re.compile(r"(?:abstract|summary)[.:]?", re.IGNORECASE)


# Whatever begins in one of these ways and ends in `>`. No part of it holds `<`, so that a text of nothing but openings
# is read in one go; the standard library's reader takes seconds for a long one, and raises for "<![x[".
_MARK = re.compile(r"<(?P<end>/?)(?P<name>[a-z][^\s<>/]*)[^<>]*?(?P<empty>/?)>|<[!?][^<>]*>|</[^<>]*>", re.IGNORECASE)
_SECTIONS = (("<!--", "-->"), ("<![CDATA[", "]]>"))


class _Text:
    """Collects paragraphs. Prefixes of names ("jats:p", "mml:mi") do not count."""

    def __init__(self) -> None:
        self.paragraphs: list[str] = [""]
        self._left_out = 0

    def read(self, markup: str) -> None:
        """Take in a whole text."""
        endings = {opening: markup.rfind(closing) for opening, closing in _SECTIONS}
        at = 0
        while (start := markup.find("<", at)) >= 0:
            self._add(html.unescape(markup[at:start]))
            at = self._mark(markup, start, endings)
        self._add(html.unescape(markup[at:]))

    def _mark(self, markup: str, start: int, endings: Mapping[str, int]) -> int:
        """Read what stands at a `<`, and give where the text goes on."""
        for opening, closing in _SECTIONS:
            if markup.startswith(opening, start) and endings[opening] >= start + len(opening):
                return markup.index(closing, start + len(opening)) + len(closing)
        found = _MARK.match(markup, start)
        if not found:
            self._add("<")
            return start + 1
        if found["name"]:
            self._tag(found["name"].lower().rpartition(":")[2], ends=bool(found["end"]), empty=bool(found["empty"]))
        return found.end()

    def _tag(self, name: str, *, ends: bool, empty: bool) -> None:
        if name in _LEFT_OUT and not empty:
            self._left_out = max(0, self._left_out + (-1 if ends else 1))
        if name in _BLOCKS:
            self.paragraphs.append("")

    def _add(self, text: str) -> None:
        if not self._left_out:
            self.paragraphs[-1] += text


def abstract_text(markup: str) -> str:
    """An abstract as paragraphs with an empty line between them, without a heading that only says "Abstract"."""
    paragraphs = [paragraph for paragraph in _read(markup) if paragraph]
    if paragraphs and _HEADING.fullmatch(paragraphs[0]):
        del paragraphs[0]
    return clean_text("\n\n".join(paragraphs))


def line_text(markup: str) -> str:
    """A title or name as one line."""
    return clean_line(" ".join(_read(markup)))


def _read(markup: str) -> list[str]:
    """The paragraphs, each on one line."""
    reader = _Text()
    reader.read(markup)
    # Where the markup is set out in lines, a bracket and what it holds stand apart.
    return [_APART.sub("", clean_line(paragraph)) for paragraph in reader.paragraphs]
