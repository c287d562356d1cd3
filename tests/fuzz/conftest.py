"""What the fuzzers share: how long they try, and what they try."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("PAPERSTAND_FUZZ", "40"))
"""Texts that each fuzzer tries; `make fuzz` tries thousands."""

SECONDS = 5.0
"""No parser may work longer on one text: seconds of processor time, which a busy machine does not lengthen."""

FUZZ = settings(
    max_examples=EXAMPLES,
    deadline=None,  # `soon` stops what hangs; Hypothesis would only wait for it
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

T = TypeVar("T", str, bytes)
E = TypeVar("E", bound=Exception)


class HangsError(BaseException):
    """A parser took too long. No `except Exception` catches it."""


@contextmanager
def soon(seconds: float = SECONDS) -> Iterator[None]:
    """Raise HangsError where the block takes more of the processor's time."""

    def hangs(_number: int, _frame: FrameType | None) -> None:
        raise HangsError(f"still at it after {seconds} seconds")

    before = signal.signal(signal.SIGPROF, hangs)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@st.composite
def mutated(draw: st.DrawFn, samples: Sequence[T], tokens: Sequence[T]) -> T:
    """A sample of what is well-formed, cut, repeated and sprinkled with tokens in a few places."""
    text: Any = draw(st.sampled_from(samples))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(text)))
        end = min(len(text), at + draw(st.integers(0, 40)))
        match draw(st.integers(0, 3)):
            case 0:
                text = text[:at] + text[end:]
            case 1:
                text = text[:at] + draw(st.sampled_from(tokens)) + text[at:]
            case 2:
                text = text[:at] + draw(st.sampled_from(tokens)) + text[end:]
            case _:
                text = text[:end] + text[at:end] * draw(st.integers(1, 50)) + text[end:]
    result: T = text
    return result


def tokens_in(tokens: Sequence[T]) -> st.SearchStrategy[T]:
    """Tokens one after the other."""
    empty = tokens[0][:0]
    return st.lists(st.sampled_from(tokens), max_size=60).map(empty.join)


def outcome(parse: Callable[[Any], Any], text: Any, declared: type[E]) -> tuple[Any, E | None]:
    """What `parse` makes of a text, in time, or the declared exception by which it refuses it."""
    with soon():
        try:
            return parse(text), None
        except declared as error:
            return None, error


def refuses(parse: Callable[[Any], Any], text: Any, *declared: type[Exception]) -> Any:
    """What `parse` makes of a text, in time; None where it refuses it as it declares."""
    with soon():
        try:
            return parse(text)
        except declared:
            return None
