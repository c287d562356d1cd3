"""One build, measured: `python -m tests.benchmarks.build ROOT SITE CACHE [BEGAN]` prints what each stage took as JSON.

It runs in a process of its own, so that its memory is the build's. `BEGAN` is the time (`time.time()`) at which that
was started: to start Python and to import what a build needs counts, as Hugo's start does.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

from site_config.plugin import Means, Stage, build
from tests.benchmarks.processes import Peaks, cpu_seconds

START = "START"
"""What comes before the first stage."""


@dataclass(slots=True)
class Took:
    """What a stage took: seconds on the clock, seconds of processors, and MB in memory at most."""

    seconds: float = 0.0
    cpu: float = 0.0
    peak: float = 0.0


@dataclass(slots=True)
class Stages:
    """What each stage took. `begin` is told of each as it begins; a stage may come more than once."""

    peaks: Peaks
    took: dict[str, Took] = field(default_factory=lambda: {name: Took() for name in (START, *Stage.__members__)})
    _now: tuple[str, float, float] | None = None

    def begin(self, name: str) -> None:
        """End the stage before, and begin this one."""
        at, cpu, peak = time.perf_counter(), cpu_seconds(), self.peaks.take()
        if self._now:
            before, began, used = self._now
            took = self.took[before]
            took.seconds += at - began
            took.cpu += cpu - used
            took.peak = max(took.peak, peak)
        self._now = (name, at, cpu)


def read(printed: str) -> Mapping[str, Took]:
    """What `main` printed."""
    return {name: Took(**took) for name, took in json.loads(printed.splitlines()[-1]).items()}


def main(root: str, site: str, cache: str, began: str = "") -> None:
    """Build with as many workers as there are processors, and print what each stage took."""
    starting = time.time() - float(began) if began else 0.0
    peaks = Peaks()
    stages = Stages(peaks)
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as executor, peaks.watched():
        means = Means(Path(cache), executor, lambda stage: stages.begin(stage.name))
        stages.begin(START)
        build(Path(root), Path(site), means=means)
        stages.begin("")
    stages.took[START].seconds += starting
    print(json.dumps({name: asdict(took) for name, took in stages.took.items()}))  # noqa: T201 - what it is for


if __name__ == "__main__":
    main(*sys.argv[1:])
