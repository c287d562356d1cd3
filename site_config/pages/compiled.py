"""Compiled templates, kept beside their templates from one build to the next, as Python keeps its compiled modules.

To compile the templates of a site took each process of a build 0.1 s, a tenth of the next day's build of 10,000 papers.

They are code that runs. So they are not in the folder of caches, which CI hands from one run to the next, but where
Python has its own: whoever may write there may change the code itself.
"""

from __future__ import annotations

import marshal
from pathlib import Path

from jinja2.bccache import Bucket, BytecodeCache

from scraper.store import snapshots

FOLDER = "__pycache__"
ENDING = ".jinja.pyc"
"""MkDocs publishes what lies in a theme, unless its name ends so."""


class CompiledTemplates(BytecodeCache):
    """What is damaged, or was compiled from or by anything else, counts as nothing."""

    def __init__(self, compiler: str) -> None:
        """`compiler` names all that compiles a template: another one when what it makes may be another."""
        self._compiler = compiler

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The compiled template's path; Jinja gives it to the two functions below as their bucket's key."""
        path = Path(filename or name)
        return str(path.parent / FOLDER / f"{path.name}{ENDING}")

    def get_source_checksum(self, source: str) -> str:
        """A name for what a template is compiled from, and by."""
        return super().get_source_checksum(f"{self._compiler}\n{source}")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket, if there is something to fill it with."""
        code = snapshots.recall(Path(bucket.key), bucket.checksum, bytes)
        if code is not None:
            bucket.code = marshal.loads(code)  # noqa: S302 - our own, as it was written: see above

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write what is in the bucket."""
        snapshots.remember(Path(bucket.key), bucket.checksum, marshal.dumps(bucket.code))
