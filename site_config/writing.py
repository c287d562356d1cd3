"""Writing the site: many small files, each only when its bytes are new."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from site_config.pages.site import BinaryOutput, Output

_Subject = TypeVar("_Subject")
CHUNK = 500
"""Pages that a worker makes in one go: handing over a single one costs more than making it."""


def write(output: Output | BinaryOutput, site_dir: Path) -> bool:
    """Write one file. False when it had these bytes already, and was left alone."""
    path = site_dir / output.path
    encoded = output.encoded
    try:
        if path.read_bytes() == encoded:
            return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encoded)
    return True


def write_all(outputs: Iterable[Output | BinaryOutput], site_dir: Path) -> int:
    """Write files; gives how many were new or had changed."""
    return sum(write(output, site_dir) for output in outputs)


def write_each(
    make: Callable[[_Subject], Output], subjects: Iterable[_Subject], site_dir: Path, executor: Executor | None = None
) -> int:
    """Make and write one file for each subject, spread over the executor's workers when there is one.

    For workers that are processes `make` and the subjects must be picklable.
    """
    work = partial(_make_and_write, make, site_dir)
    parts = _chunks(subjects)
    return sum(executor.map(work, parts) if executor else map(work, parts))


def _make_and_write(make: Callable[[_Subject], Output], site_dir: Path, subjects: Sequence[_Subject]) -> int:
    return write_all(map(make, subjects), site_dir)


def _chunks(subjects: Iterable[_Subject]) -> Iterator[Sequence[_Subject]]:
    remaining = iter(subjects)
    while part := tuple(islice(remaining, CHUNK)):
        yield part
