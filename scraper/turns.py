"""When each service may be asked: its pace, and the waits it asked for, for all clients together.

A service's terms hold for whoever asks, so the turns are kept by the service's name and not by the client: two clients
in two threads, or in two processes of one user, never ask the same service at the same time, and its pace is kept
between their requests. What threads share is in memory, what processes share in `scraper.turn_board`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime

from scraper import turn_board

_MICROSECOND = 1e-6


class Clock:
    """The time, in one place, so that a test need not wait for it."""

    def now(self) -> datetime:
        """The moment, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some moment in the past."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""
        time.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a service may be asked: requests of one name share the pace, whatever host they go to."""

    name: str
    interval: float
    """Seconds between the starts of two requests."""
    overload_pause: float = 0.0
    """Seconds to stay away at first after a 429 or 503 that names no time; the next pauses are longer."""
    one_connection: bool = False
    """Whether no connection may be kept open beside the one in use."""


class TooLongError(Exception):
    """The service wants to be left alone for longer than the caller would wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:.0f} seconds")
        self.seconds = seconds


@dataclass(slots=True)
class _Service:
    lock: threading.Lock = field(default_factory=threading.Lock)
    not_before: float = 0.0


class Turns:
    """Who may ask which service, and when. One object serves all threads; `shared` ones serve the user's processes."""

    def __init__(self, clock: Clock | None = None, *, shared: bool = False) -> None:
        self.clock = clock or Clock()
        self._shared = shared
        self._services: dict[str, _Service] = {}

    @contextmanager
    def turn(self, pace: Pace, patience: float, say: Callable[[float], None]) -> Iterator[None]:
        """Hold the service's turn while the block lasts, after the wait that its pace and its own word ask for.

        `say` is told of the seconds of a wait. Raises TooLongError for a wait beyond `patience` seconds.
        """
        service = self._service(pace)
        with service.lock:
            while True:
                with self._alone(pace):
                    wait = self._wait(service, pace)
                    if wait > patience:
                        raise TooLongError(wait)
                    if wait <= 0:
                        self._not_before(service, pace, pace.interval)
                        yield
                        return
                # Nobody is kept waiting by a process that only waits itself.
                say(wait)
                self.clock.sleep(wait)

    def leave_alone(self, pace: Pace, seconds: float) -> None:
        """Give nobody the service's turn for so many seconds."""
        self._not_before(self._service(pace), pace, seconds)

    def _alone(self, pace: Pace) -> AbstractContextManager[None]:
        return turn_board.alone(pace.name) if self._is_shared(pace) else nullcontext()

    def _wait(self, service: _Service, pace: Pace) -> float:
        """Seconds until the service may be asked; less than a microsecond is none."""
        wait = service.not_before - self.clock.monotonic()
        if self._is_shared(pace):
            wait = max(wait, turn_board.seconds_left(pace.name, self.clock.now()))
        return wait if wait > _MICROSECOND else 0.0

    def _not_before(self, service: _Service, pace: Pace, seconds: float) -> None:
        service.not_before = max(service.not_before, self.clock.monotonic() + seconds)
        if self._is_shared(pace):
            turn_board.note(pace.name, self.clock.now(), seconds)

    def _is_shared(self, pace: Pace) -> bool:
        """A host that may be asked at any time is asked by any process at any time."""
        return self._shared and pace.interval > 0

    def _service(self, pace: Pace) -> _Service:
        # One step, whichever threads take it: `setdefault` gives all of them the same one.
        return self._services.setdefault(pace.name, _Service())


TURNS = Turns(shared=True)
"""The turns of this process, and of the user's others."""
