"""Which service may be asked when, for all processes of one user together: a folder with a note for each service.

A service's terms hold for whoever asks, and two clones on one machine, or a `doctor` beside a scrape, ask from one
address. The folder is `PAPERSTAND_TURNS`, else `paperstand/turns` in the user's cache. Where it cannot be written the
turns are those of this process alone: a full disk or a home that is read-only keeps nobody from asking.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from scraper.lock import only_writer

NOTE = "not-before"
"""The file that says when it was written and before when nobody asks, as two times of ISO 8601."""


def folder(environment: Mapping[str, str] = os.environ) -> Path | None:
    """Where the notes are; None for a user without a home.

    Rule: https://specifications.freedesktop.org/basedir-spec/latest/
    """
    named = environment.get("PAPERSTAND_TURNS")
    if named:
        return Path(named)
    cache = environment.get("XDG_CACHE_HOME")
    try:
        return (Path(cache) if cache else Path.home() / ".cache") / "paperstand" / "turns"
    except RuntimeError:
        return None


@contextmanager
def alone(name: str) -> Iterator[None]:
    """During the block no other process of this user asks the service."""
    with ExitStack() as stack:
        place = _place(name)
        if place:
            with suppress(OSError):
                stack.enter_context(only_writer(place, "a request", wait=True))
        yield


def seconds_left(name: str, now: datetime) -> float:
    """Seconds for which the service is to be left alone, as any process has noted; 0 where none has.

    A note from the future is none: a clock that is set back must not mean hours of waiting.
    """
    place = _place(name)
    if place is None:
        return 0.0
    try:
        written, until = map(datetime.fromisoformat, (place / NOTE).read_text("ascii").split())
        return (until - now).total_seconds() if written <= now else 0.0
    except (OSError, ValueError, TypeError):
        return 0.0


def note(name: str, now: datetime, seconds: float) -> None:
    """Tell all processes to leave the service alone for so many seconds from now on."""
    place = _place(name)
    if place is None or seconds <= seconds_left(name, now):
        return
    draft = place / f"{NOTE}.{os.getpid()}"
    with suppress(OSError):
        place.mkdir(parents=True, exist_ok=True)
        draft.write_text(f"{now.isoformat()} {(now + timedelta(seconds=seconds)).isoformat()}\n", "ascii")
        draft.replace(place / NOTE)


def _place(name: str) -> Path | None:
    there = folder()
    return there / re.sub(r"[^a-z0-9.-]", "_", name) if there else None
