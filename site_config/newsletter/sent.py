"""Who was sent what: one file that only grows, a line for each step, each line on the disk before the next step.

    {"digest": "2026-W34", "to": "a@example.org", "state": "sending"}
    {"digest": "2026-W34", "to": "a@example.org", "state": "sent"}

"sending" is written before a message is handed to the server. A run that dies in between leaves it as the last word,
and nobody can tell whether the message arrived: that recipient is not sent it again unless a person says so. "refused"
says that the server did not take it, so that the next run tries again.

The file holds addresses, and nobody but its owner may read it.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from scraper.errors import ContentError, PaperstandError, Problem
from scraper.lock import only_writer
from scraper.store.files import sync_folder


class State(StrEnum):
    """How far the sending of a digest to a recipient came."""

    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"


class Outcome(StrEnum):
    """What became of a recipient in one run."""

    SENT = "sent"
    SENT_BEFORE = "sent before"
    REFUSED = "refused"
    """The server did not take the message."""
    UNKNOWN = "unknown"
    """The message was on its way, and nobody knows whether it arrived."""
    UNKNOWN_BEFORE = "unknown from an earlier run"

    @property
    def is_failure(self) -> bool:
        """Whether a person should look at it."""
        return self not in {Outcome.SENT, Outcome.SENT_BEFORE}


@dataclass(frozen=True, slots=True)
class Attempt:
    """What the server said to one message."""

    taken: bool
    """Whether it took the message."""
    certain: bool = True
    """Whether that is known: a connection may break between the message and the answer."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """A recipient, and what became of them."""

    recipient: str
    outcome: Outcome
    reason: str = ""


class Record:
    """The record in one file. Used as a context: until it ends, no other run can use the file.

    Raises LockedError where another run uses it, and ContentError where it cannot be understood: guessing could send
    everybody everything again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._states: dict[tuple[str, str], State] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            opened.enter_context(only_writer(self._path.parent, "paperstand digest --send"))
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            opened.callback(os.close, self._file)
            # A record whose name a crash of the machine took away would let everybody be sent everything again.
            for folder in (self._path.parent, self._path.parent.parent):
                sync_folder(folder)
            self._states = self._read()
            self._open = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def state(self, digest: str, recipient: str) -> State | None:
        """How far it came, or None where it was never begun."""
        return self._states.get((digest, recipient.casefold()))

    def note(self, digest: str, recipient: str, state: State) -> None:
        """Write down how far it came. When this returns, no crash makes it undone."""
        line = json.dumps({"digest": digest, "to": recipient, "state": state}) + "\n"
        if os.write(self._file, line.encode()) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._path))
        os.fsync(self._file)
        self._states[digest, recipient.casefold()] = state

    def _read(self) -> dict[tuple[str, str], State]:
        content = self._path.read_bytes()
        whole, _, torn = content.rpartition(b"\n")
        if torn:
            # The last write of a run that died: what it would have said was not done yet.
            os.truncate(self._file, len(content) - len(torn))
        states = {}
        for number, line in enumerate(whole.split(b"\n") if whole else [], start=1):
            try:
                said = json.loads(line)
                states[str(said["digest"]), str(said["to"]).casefold()] = State(said["state"])
            except (ValueError, KeyError, TypeError):
                what = "expected a digest, whom it was sent to, and how far that came; mend the line or take it out"
                raise ContentError([Problem(str(self._path), number, what)]) from None
        return states


def deliver(
    digest: str, recipients: Iterable[str], record: Record, send: Callable[[str], Attempt], *, again: bool = False
) -> Iterator[Result]:
    """Send a digest to each recipient once; one that fails stops none of the others.

    `send` hands the recipient's message to the server; it raises PaperstandError where there is no server to hand it
    to, and so does this. With `again`, those are sent it, too, of whom an earlier run did not learn whether it arrived;
    nobody who was surely sent it gets it twice.
    """
    seen: set[str] = set()
    for recipient in recipients:
        if recipient.casefold() in seen:
            continue
        seen.add(recipient.casefold())
        before = record.state(digest, recipient)
        if before is State.SENT:
            yield Result(recipient, Outcome.SENT_BEFORE)
        elif before is State.SENDING and not again:
            yield Result(recipient, Outcome.UNKNOWN_BEFORE)
        else:
            record.note(digest, recipient, State.SENDING)
            try:
                attempt = send(recipient)
            except PaperstandError:
                record.note(digest, recipient, State.REFUSED)
                raise
            if attempt.certain:
                record.note(digest, recipient, State.SENT if attempt.taken else State.REFUSED)
            yield Result(recipient, _outcome(attempt), attempt.reason)


def _outcome(attempt: Attempt) -> Outcome:
    if not attempt.certain:
        return Outcome.UNKNOWN
    return Outcome.SENT if attempt.taken else Outcome.REFUSED
