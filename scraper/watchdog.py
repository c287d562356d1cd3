"""A limit on the time that a whole exchange with a server may take."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any


class Watchdog:
    """Cuts the connection when an exchange takes too long, whichever part of it drags on.

    httpx limits the time between two reads only: a server that sends a byte a second, in its headers or its body,
    would never be late.
    """

    def __init__(self) -> None:
        self.has_bitten = False
        self._socket: socket.socket | None = None

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Learn the connection's socket; it may serve several requests (httpx's `trace` extension)."""
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            self._socket = info["return_value"].get_extra_info("socket")

    @contextmanager
    def watch(self, seconds: float) -> Iterator[None]:
        """Bite if the block takes longer."""
        self.has_bitten = False
        timer = threading.Timer(seconds, self._bite)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _bite(self) -> None:
        self.has_bitten = True
        if self._socket is not None:
            try:
                # Not the method of a TLS socket: that one changes state which the reading thread is using.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
            except OSError:
                return
