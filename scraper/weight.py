"""How much of GitHub Pages a built site takes up.

Rule: https://docs.github.com/en/pages/getting-started-with-github-pages/github-pages-limits: a published site is no
larger than 1 GB, and a deployment times out after 10 minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

MOST_BYTES = 1_000_000_000
MOST_SECONDS = 600
NEAR = 0.8
"""From this part of a limit on, it is time to look for a way out."""


class Room(IntEnum):
    """How much room a limit leaves."""

    ENOUGH = 0
    LITTLE = 1
    NONE = 2


def room(value: float, limit: float) -> Room:
    """What a limit leaves beside a value."""
    return Room.NONE if value > limit else Room.LITTLE if value >= limit * NEAR else Room.ENOUGH


@dataclass(frozen=True, slots=True)
class Weight:
    """A folder's files and the bytes in them."""

    files: int
    size: int


def weigh(folder: Path) -> Weight:
    """Every file below a folder; what is linked elsewhere counts as the link."""
    sizes = [path.lstat().st_size for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    return Weight(len(sizes), sum(sizes))
