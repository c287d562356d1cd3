"""An organisation's name without the handle that a copied page prints before it (`facebook AI at Meta`).

The handle is the avatar's alternative text, so a browser copies it always or never. It is one word: none of 755
recorded handles has a blank. Two looks give it away, and among the recorded names (745, no handle before them) none
has either: the name repeats the handle ("apple Apple", "PekingUniversity Peking University"), or the handle is in
lower case before a capital letter ("facebook AI at Meta").
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_HANDLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_IGNORED = re.compile(r"[^a-z0-9]")


def names(printed: Sequence[str]) -> tuple[list[str], list[bool]]:
    """Each organisation's name, and whether its first word may yet be a handle because nothing tells.

    One line that repeats its handle shows that the page was copied with handles, unless another line has none.
    """
    with_handles = any(map(_repeats, printed)) and all(_name_after(text) for text in printed)
    found = [_name_after(text) if with_handles or _repeats(text) or _in_lower_case(text) else "" for text in printed]
    kept = [name or text for name, text in zip(found, printed, strict=True)]
    undecided = [not name and bool(_name_after(text)) for name, text in zip(found, printed, strict=True)]
    return kept, undecided


def _name_after(text: str) -> str:
    """What follows the first word, or nothing where that word can be no handle."""
    handle, _, name = text.partition(" ")
    return name if _HANDLE.fullmatch(handle) else ""


def _repeats(text: str) -> bool:
    handle, name = _folded(text.partition(" ")[0]), _folded(_name_after(text))
    return bool(handle) and name.startswith(handle)


def _in_lower_case(text: str) -> bool:
    return text[:1].isalpha() and text.partition(" ")[0].islower() and _name_after(text)[:1].isupper()


def _folded(text: str) -> str:
    return _IGNORED.sub("", text.lower())
