"""What an edition's files are, as a build would write them."""

from __future__ import annotations

import gzip
from collections.abc import Iterable

from site_config.pages.site import BinaryOutput, Draft, Output


def made(outputs: Iterable[Output | BinaryOutput | Draft]) -> dict[str, bytes]:
    """The bytes of each file by its path, which no two have."""
    files: dict[str, bytes] = {}
    for output in outputs:
        assert output.path not in files
        content = output.make(output.made_of) if isinstance(output, Draft) else output.encoded
        files[output.path] = content.encode() if isinstance(content, str) else content
    return files


def texts(outputs: Iterable[Output | BinaryOutput | Draft]) -> dict[str, str]:
    """The text of each file, where all of them are text, or text in a gzip file."""
    return {path: _unpacked(path, content).decode() for path, content in made(outputs).items()}


def _unpacked(path: str, content: bytes) -> bytes:
    return gzip.decompress(content) if path.endswith(".gz") else content
