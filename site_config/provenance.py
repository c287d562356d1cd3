"""Where a published site comes from: one small file that says which commit it was built of, and what came out.

The same commit gives the same bytes, so that whoever doubts a site builds the commit and compares. The digest stands in
the log of the run that published the site, too, and GitHub Pages takes a site only from a run that proves by a token
of GitHub's which workflow of which repository it is. The daily workflow signs the file with the same proof.

Made after the build and not by it: what a build makes follows from the content alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "build.json"
"""The manifest, below the site's root."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A built site: the commit, and its files' number, bytes and digest."""

    repository: str
    commit: str
    """The full name of the commit that was built, or nothing where there is none."""
    files: int
    bytes: int
    sha256: str
    """Over `PATH\\0SIZE\\0DIGEST\\n` for each file in the order of the paths: POSIX, in UTF-8; its digest in hex."""

    @property
    def text(self) -> str:
        """The file."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"


def manifest(site: Path, repository: str, commit: str) -> Manifest:
    """What there is of a built site. A manifest of before is no part of it."""
    whole, number, total = hashlib.sha256(), 0, 0
    for path in _files(site):
        content = (site / path).read_bytes()
        whole.update(f"{path}\0{len(content)}\0{hashlib.sha256(content).hexdigest()}\n".encode())
        number, total = number + 1, total + len(content)
    return Manifest(repository, commit, number, total, whole.hexdigest())


def _files(site: Path) -> Iterator[str]:
    paths = (path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
    return iter(sorted(path for path in paths if path != FILE))
