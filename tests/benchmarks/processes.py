"""What this process and its workers use, as Linux counts it in /proc.

Seconds on the clock say little on a machine that others use, too; seconds of processors say what was done. Memory is
the proportional set size: what processes share is counted once among them
(https://docs.kernel.org/filesystems/proc.html, smaps_rollup).
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PROC = Path("/proc")
_SHARE = 50
"""The looks at the memory take this part of the time: each of them halts a large process for milliseconds."""
_LEAST = 0.25
"""Seconds between two looks, at least."""


def _processes() -> list[Path]:
    """This process and those that it started and that live."""
    own = _PROC / str(os.getpid())
    children = [number for task in own.glob("task/*/children") for number in task.read_text().split()]
    return [own, *(_PROC / number for number in children)]


def cpu_seconds() -> float:
    """Seconds of processors that this process and its living workers have used. Raises OSError without a /proc."""
    ticks = 0
    for process in _processes():
        with suppress(FileNotFoundError, ProcessLookupError):
            # utime and stime are the 14th and 15th value; the second may hold blanks, and ends with a bracket: proc(5).
            values = (process / "stat").read_text().rpartition(")")[2].split()
            ticks += int(values[11]) + int(values[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory() -> float:
    """MB that this process and its living workers have in memory. Raises OSError where there is no /proc."""
    kilobytes = 0
    for process in _processes():
        with suppress(FileNotFoundError, ProcessLookupError):
            found = re.search(r"^Pss: +(\d+) kB$", (process / "smaps_rollup").read_text(), re.MULTILINE)
            kilobytes += int(found[1]) if found else 0
    return kilobytes / 1024


class Peaks:
    """The highest memory since the last call of `take`, in MB, as looked up up to four times a second."""

    def __init__(self) -> None:
        self._highest = 0.0
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def take(self) -> float:
        """The highest since this was last called."""
        self._look()
        with self._lock:
            highest, self._highest = self._highest, 0.0
        return highest

    def _look(self) -> None:
        now = memory()
        with self._lock:
            self._highest = max(self._highest, now)

    def _keep_looking(self) -> None:
        took = 0.0
        while not self._ended.wait(max(_LEAST, _SHARE * took)):
            began = time.perf_counter()
            self._look()
            took = time.perf_counter() - began

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look while the block lasts."""
        thread = threading.Thread(target=self._keep_looking, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()
