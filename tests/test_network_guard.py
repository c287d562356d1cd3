"""The guard in conftest.py: no test reaches anything but loopback."""

from __future__ import annotations

import socket

import pytest

from tests.conftest import _attempts
from tests.replay import ReplayServer


def test_a_connection_that_leaves_loopback_is_refused_and_noted() -> None:
    """192.0.2.1 belongs to nobody (RFC 5737); the attempt fails at once, and would fail the test."""
    with pytest.raises(OSError, match="nothing but loopback"), socket.socket() as connection:
        connection.connect(("192.0.2.1", 80))
    with pytest.raises(OSError, match="nothing but loopback"):
        socket.getaddrinfo("upstream.example", 443)
    assert [attempt.split()[1] for attempt in _attempts] == ["'192.0.2.1'", "'upstream.example'"]
    _attempts.clear()


def test_loopback_is_open() -> None:
    """Tests use real servers."""
    with ReplayServer() as server, socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))):
        assert _attempts == []
