"""What every test shares: nothing but loopback can be reached, and no setting of the developer's own is seen."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from collections.abc import Iterator

import pytest

from tests.browser import browser, page, serve

__all__ = ["browser", "page", "serve"]

_OURS = ("HF_", "ARXIV_", "CROSSREF_", "BIORXIV_", "OPENALEX_", "S2_", "PAPERSTAND_")
_attempts: list[str] = []

# Where no folder can be: a test's processes wait for nobody's, and leave no note in the developer's home.
_NO_FOLDER = f"{os.devnull}/turns"
os.environ["PAPERSTAND_TURNS"] = _NO_FOLDER


def _is_loopback(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _refuse_network(event: str, arguments: tuple[object, ...]) -> None:
    """Python announces every name it looks up and every connection here before it is made (PEP 578)."""
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        connection, address = arguments[:2]
        if not isinstance(connection, socket.socket) or connection.family not in {socket.AF_INET, socket.AF_INET6}:
            return
        host: object = address[0] if isinstance(address, tuple) and address else None
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = arguments[0]
    else:
        return
    if not _is_loopback(host):
        _attempts.append(f"{event} {host!r}")
        raise OSError(f"a test may reach nothing but loopback: {event} {host!r}")


sys.addaudithook(_refuse_network)


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    """Fail the test that tried, even where the code under test made nothing of the refusal."""
    _attempts.clear()
    yield
    if _attempts:
        pytest.fail(f"this test tried to leave loopback: {', '.join(dict.fromkeys(_attempts))}")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's token, endpoints and proxies are no part of a test; neither are theirs a test's."""
    for name in os.environ:
        if name.startswith(_OURS) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PAPERSTAND_TURNS", _NO_FOLDER)
