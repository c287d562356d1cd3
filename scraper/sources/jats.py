"""Text out of the markup that publishers put into titles and abstracts: JATS, MathML, HTML, well-formed or not."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from scraper.records import clean_line, clean_text

_BLOCKS = frozenset(("p", "title", "sec", "list", "list-item", "disp-formula", "br", "label", "div", "li"))
_LEFT_OUT = frozenset(("tex-math", "annotation", "script", "style"))
"""What says the same as its neighbour in another notation, or nothing that is text."""
_BEHIND, _BEFORE = re.compile(r"(?<=[(\[])\s+"), re.compile(r"\s+(?=[)\],;])")
_HEADING = re.compile(r"(?:abstract|summary)[.:]?", re.IGNORECASE)


class _Text(HTMLParser):
    """Collects paragraphs. Prefixes of names ("jats:p", "mml:mi") do not count."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs: list[str] = [""]
        self._left_out = 0

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        name = tag.rpartition(":")[2]
        self._left_out += name in _LEFT_OUT
        if name in _BLOCKS:
            self.paragraphs.append("")

    def handle_startendtag(self, tag: str, _attrs: object) -> None:
        if tag.rpartition(":")[2] in _BLOCKS:
            self.paragraphs.append("")

    def handle_endtag(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        self._left_out -= name in _LEFT_OUT and self._left_out > 0
        if name in _BLOCKS:
            self.paragraphs.append("")

    def handle_data(self, data: str) -> None:
        if not self._left_out:
            self.paragraphs[-1] += data


def abstract_text(markup: str) -> str:
    """An abstract as paragraphs with an empty line between them, without a heading that only says "Abstract"."""
    paragraphs = [clean_line(paragraph) for paragraph in _read(markup)]
    paragraphs = [paragraph for paragraph in paragraphs if paragraph]
    if paragraphs and _HEADING.fullmatch(paragraphs[0]):
        del paragraphs[0]
    return clean_text("\n\n".join(paragraphs))


def line_text(markup: str) -> str:
    """A title or name as one line."""
    return clean_line(" ".join(_read(markup)))


def _read(markup: str) -> list[str]:
    reader = _Text()
    reader.feed(markup)
    reader.close()
    # Where the markup is set out in lines, a bracket and what it holds stand apart.
    return [_BEFORE.sub("", _BEHIND.sub("", paragraph)) for paragraph in reader.paragraphs]
