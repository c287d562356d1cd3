"""One build, measured: `python -m tests.benchmarks.build ROOT SITE [CACHE]` prints what each stage took as JSON.

It runs in a process of its own, so that its peak memory is the build's.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from pathlib import Path

from site_config.plugin import Means, Stage, build


def main(root: str, site: str, cache: str = "") -> None:
    """Build with as many workers as there are processors, and print seconds by stage."""
    began: list[tuple[str, float]] = []
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as executor:
        means = Means(Path(cache) if cache else None, executor, lambda stage: began.append((stage.name, time.time())))
        began.append(("START", time.time()))
        build(Path(root), Path(site), means=means)
        began.append(("END", time.time()))
    stages = dict.fromkeys(("START", *(stage.name for stage in Stage)), 0.0)
    for (name, at), (_, until) in pairwise(began):
        stages[name] += until - at
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({"stages": stages, "seconds": sum(stages.values()), "peak_mb": peak / 1024}))  # noqa: T201 - what it is for


if __name__ == "__main__":
    main(*sys.argv[1:])
