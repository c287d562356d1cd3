"""Answers kept on disk, so that the next request can ask "has it changed?" and be told so in a few bytes.

One file an address: the SHA-256 of what follows, a line of JSON (address, headers), the body. Whatever is not exactly
that, because a process died or a disk failed, counts as absent: a next page's address that was damaged would end a day
early. The cache may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MAX_AGE = 60 * 24 * 3600.0
"""Seconds since an answer was last used. Days are asked for again within a week; the cache must not grow for years."""

_KEPT_HEADERS = ("etag", "last-modified", "link", "content-type")


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An earlier answer: the headers that matter later (lower-case names), and the decoded body."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def conditions(self) -> dict[str, str]:
        """The request headers that ask for an answer only if it differs from this one (RFC 9110, section 13.1)."""
        names = {"etag": "if-none-match", "last-modified": "if-modified-since"}
        return {request: self.headers[answer] for answer, request in names.items() if answer in self.headers}


class AnswerCache:
    """Stored answers by address. Never raises for what the disk does: a cache that fails is a cache that is empty."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, url: str) -> StoredAnswer | None:
        """The answer that this address gave before, if it is there and whole."""
        try:
            digest, _, content = self._path(url).read_bytes().partition(b"\n")
            head, _, body = content.partition(b"\n")
            known = json.loads(head)
            whole = known["url"] == url and digest == _digest(content)
            headers = {name: known["headers"][name] for name in _KEPT_HEADERS if name in known["headers"]}
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        usable = whole and all(isinstance(value, str) for value in headers.values())
        return StoredAnswer(headers, body) if usable else None

    def keep(self, url: str, headers: Mapping[str, str], body: bytes) -> None:
        """Remember an answer, if it can be asked for conditionally; `headers` has lower-case names."""
        if not {"etag", "last-modified"} & set(headers):
            return
        kept = {name: headers[name] for name in _KEPT_HEADERS if name in headers}
        content = json.dumps({"url": url, "headers": kept}).encode() + b"\n" + body
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._path(url).write_bytes(_digest(content) + b"\n" + content)
        except OSError:
            return

    def forget(self, url: str) -> None:
        """Drop what was stored for this address."""
        try:
            self._path(url).unlink(missing_ok=True)
        except OSError:
            return

    def forget_unused(self) -> None:
        """Drop what has not been used for `MAX_AGE`."""
        oldest = time.time() - MAX_AGE
        for path in self._folder.glob("*.answer"):
            try:
                if path.stat().st_mtime < oldest:
                    path.unlink()
            except OSError:
                continue

    def _path(self, url: str) -> Path:
        return self._folder / f"{hashlib.sha256(url.encode()).hexdigest()}.answer"


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
