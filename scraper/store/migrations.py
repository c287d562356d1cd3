"""Bringing a library of an older format up to the one that this Paperstand writes, a step at a time.

A new format raises `FORMAT` in this package, and adds to `STEPS` the step that leads to it from the one before. A step
gets the library's root, changes what has to change through `write_atomically`, and leaves every word of people's as it
is. It may be run again on a library where it was killed halfway. The number in content/store.yml follows each step.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from scraper.errors import StoreFormatError
from scraper.store import FORMAT, ContentStore
from scraper.store.files import write_atomically

Step = Callable[[Path], None]

STEPS: Mapping[int, Step] = {}
"""What leads from a format to the next one, by the older one's number."""


def migrate(root: Path, steps: Mapping[int, Step] = STEPS, target: int = FORMAT) -> Sequence[int]:
    """Bring the library at `root` up to the target's format, and give the formats that it went through.

    Raises StoreFormatError for a library that is newer, or from whose format no steps lead here.
    """
    store = ContentStore(root)
    number = store.format()
    if number > target:
        raise StoreFormatError(
            f"The library has format {number}; this Paperstand understands up to {target}: upgrade it"
        )
    missing = [step for step in range(number, target) if step not in steps]
    if missing:
        raise StoreFormatError(f"Nothing leads from the library's format {missing[0]} to {missing[0] + 1}")
    reached = []
    for step in range(number, target):
        steps[step](root)
        declaration = store.content / "store.yml"
        text = re.sub(r"(?m)^format:[ \t]*\d+", f"format: {step + 1}", store.text(declaration) or "")
        write_atomically(declaration, text)
        reached.append(step + 1)
    return reached
