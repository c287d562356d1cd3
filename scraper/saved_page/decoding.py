"""From a file's bytes to its text, whatever a browser or an editor wrote them as."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from scraper.errors import Problem

# As an editor counts lines: other characters that end a line in Unicode are white space within one.
LINE_END = re.compile("\r\n|\r|\n")

_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A file's text. `damaged` tells that it holds replacement characters for bytes that could not be read."""

    text: str
    damaged: bool = False
    assumptions: tuple[str, ...] = ()

    def problems(self, path: str) -> list[Problem]:
        """One problem for each line that lost something."""
        if not self.damaged:
            return []
        message = "bytes that are no UTF-8: expected a file saved as UTF-8; they show as \ufffd"
        lines = enumerate(LINE_END.split(self.text), 1)
        return [Problem(path, number, message) for number, line in lines if _REPLACEMENT in line]


def decode(body: bytes) -> DecodedText | None:
    """UTF-8, or UTF-16 with its mark, or what Windows calls ANSI in Western countries; None for what is no text."""
    encoding, start = next(
        ((name, len(mark)) for mark, name in _BYTE_ORDER_MARKS if body.startswith(mark)), ("utf-8", 0)
    )
    body = body[start:]
    text = body.decode(encoding, "replace")
    if "\0" in text:
        return None
    try:
        body.decode(encoding)
    except UnicodeDecodeError:
        return _damaged(body, text)
    return DecodedText(text)


def _damaged(body: bytes, text: str) -> DecodedText:
    """Mostly intact UTF-8 lost a few bytes; a file without a single intact character beyond ASCII never was UTF-8."""
    if any(character > "\x7f" and character != _REPLACEMENT for character in text):
        return DecodedText(text, damaged=True)
    assumption = "the file is not UTF-8: it was read as Windows-1252"
    return DecodedText(body.decode("cp1252", "replace"), assumptions=(assumption,))
