"""The fields at the top of a message, written so that no value can become a second field (RFC 5322, RFC 2047).

Python's own `email.policy.SMTP` is not used for these: it writes a long address in List-Unsubscribe as encoded words,
which no mail program reads there (RFC 2047, section 5), and sets a name such as "Pépère, <b@c>" down half encoded and
without its quotation marks, so that its comma ends an address (seen with Python 3.11.7).
"""

from __future__ import annotations

import re
from email.header import Header

_WIDTH = 76
"""Characters of a line, where its words allow that."""
_LONGEST_WORD = 64
"""Characters of an encoded word, which may have 75: the first one shares its line with the field's name."""
_FIELD = re.compile(r"[A-Za-z][A-Za-z-]*")
_PRINTABLE_ASCII = re.compile(r"[ -~]*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")


def field(name: str, value: str) -> str:
    """A field whose value is written already: ASCII, folded at its spaces only.

    Raises ValueError for a value with a line's end or any other character that has no place there.
    """
    if not _FIELD.fullmatch(name) or not _PRINTABLE_ASCII.fullmatch(value):
        raise ValueError(f"a {name} cannot be {value!r}")
    lines = [f"{name}:"]
    for word in value.split(" "):
        if len(lines[-1]) + 1 + len(word) > _WIDTH and lines[-1].strip() != f"{name}:":
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines) + "\r\n"


def text(words: str) -> str:
    """Text of a field such as Subject: as it is where it is ASCII, else in encoded words."""
    if _PRINTABLE_ASCII.fullmatch(words) and "=?" not in words:
        return words
    if not words.isprintable():
        raise ValueError(f"a field cannot hold {words!r}")
    # A space between two encoded words is none of the text's (RFC 2047, section 6.2), so that a field may fold there.
    return Header(words, "utf-8", maxlinelen=_LONGEST_WORD).encode(linesep="")


def mailbox(name: str, address: str) -> str:
    """A name and an address: "A. Name" <a@example.org>."""
    if not name:
        return address
    if _PRINTABLE_ASCII.fullmatch(name) and "=?" not in name:
        quoted = name if _ATOMS.fullmatch(name) else '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    else:
        quoted = text(name)
    return f"{quoted} <{address}>"
