"""The watchdog's bite, on a connection that is encrypted. Whole exchanges are in test_http.py."""

from __future__ import annotations

import select
import socket
import ssl
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from scraper.watchdog import Watchdog

SMTP = Path(__file__).parents[1] / "data" / "smtp"
SAID = b"A sentence that was on its way. " * 100


class Stream:
    """What httpx's `trace` says of a connection, as far as the watchdog asks."""

    def __init__(self, of: socket.socket) -> None:
        self._socket = of

    def get_extra_info(self, name: str) -> Any:
        """The socket."""
        return self._socket if name == "socket" else None


def test_what_is_read_after_the_bite_is_never_cipher_text() -> None:
    """Another thread may be reading when it falls: what had arrived comes as it was sent, or not at all."""
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_side.load_cert_chain(SMTP / "localhost.pem", SMTP / "localhost.key")
    client_side = ssl.create_default_context(cafile=SMTP / "localhost.pem")
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            with suppress(OSError), server_side.wrap_socket(listening.accept()[0], server_side=True) as connection:
                connection.sendall(SAID)
                connection.recv(1)  # until the other side is gone

        server = threading.Thread(target=answer, daemon=True)
        server.start()
        with client_side.wrap_socket(
            socket.create_connection(listening.getsockname()), server_hostname="localhost"
        ) as read:
            dog = Watchdog()
            dog.trace("connection.start_tls.complete", {"return_value": Stream(read)})
            assert select.select([read], [], [], 60)[0]
            with dog.watch(0.01):
                for timer in threading.enumerate():
                    if isinstance(timer, threading.Timer):
                        timer.join(60)
            assert dog.has_bitten
            got = b""
            with suppress(OSError):
                while part := read.recv(65_536):
                    got += part
        server.join(60)
    assert SAID.startswith(got)
