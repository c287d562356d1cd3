"""How long an edit takes to show under `mkdocs serve`."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scraper import identifiers
from scraper.store import ContentStore, documents

_PATIENCE = 900.0
"""Seconds for the first build of a large library."""
_EDIT = "An edit that was just made."


def edit(root: Path) -> float:
    """Seconds from saving a paper's file to seeing the change in an answer. Raises TimeoutError."""
    path = max(ContentStore(root).content_files("papers"))
    text = path.read_text(encoding="utf-8")
    page = identifiers.page_path(documents.parse_paper(text).id)
    with _served(root) as address:
        _wait_for(address + page, "<h1")
        path.write_text(f"{text}\n{_EDIT}\n", encoding="utf-8")
        began = time.perf_counter()
        _wait_for(address + page, _EDIT)
        return time.perf_counter() - began


@contextmanager
def _served(root: Path) -> Iterator[str]:
    port = _free_port()
    command = [sys.executable, "-m", "mkdocs", "serve", "--quiet", "--dev-addr", f"127.0.0.1:{port}"]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "true"}
    process = subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def _wait_for(address: str, text: str) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=_PATIENCE) as answer:  # noqa: S310 - our own server
                if text in answer.read().decode():
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise TimeoutError(f"{address} does not show {text!r}")
