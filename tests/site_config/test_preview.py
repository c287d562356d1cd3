"""`paperstand serve`: the built site on this machine."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from scraper.errors import PaperstandError
from site_config.preview import open_server


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A built site of two pages."""
    (tmp_path / "index.html").write_text("home")
    (tmp_path / "404.html").write_text("not here")
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "index.html").write_text("archive")
    return tmp_path


@contextmanager
def _running(server: ThreadingHTTPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _get(port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body


def test_pages_and_what_is_not_there(site: Path) -> None:
    """A folder's address gives its page; an address that is not there gives the site's own 404 page, as published."""
    with _running(open_server(site, 0)) as port:
        assert _get(port, "/") == (200, "home")
        assert _get(port, "/archive/") == (200, "archive")
        assert _get(port, "/nothing/") == (404, "not here")
        assert _get(port, "/../../etc/passwd") == (404, "not here")


def test_below_the_path_of_the_published_address(site: Path) -> None:
    """The root leads there, files are there and nowhere else, and so the links of the 404 page are right."""
    with _running(open_server(site, 0, "/repo/")) as port:
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/")
        answer = connection.getresponse()
        assert (answer.status, answer.getheader("Location")) == (302, "/repo/")
        connection.close()
        assert _get(port, "/repo/") == (200, "home")
        assert _get(port, "/repo/archive/") == (200, "archive")
        assert _get(port, "/archive/") == (404, "not here")
        assert _get(port, "/repo/../../etc/passwd") == (404, "not here")


def test_a_browser_that_goes_away_is_no_error(site: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """It prints no traceback where a request was dropped, and the server goes on."""
    (site / "large").write_bytes(bytes(20_000_000))
    with _running(open_server(site, 0)) as port:
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", port)) as dropped:
                dropped.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                dropped.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
                dropped.recv(1)
        assert _get(port, "/") == (200, "home")
    assert capfd.readouterr().err == ""


def test_a_port_that_is_taken(site: Path) -> None:
    """The next free port is used instead."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        with _running(open_server(site, taken)) as port:
            assert taken < port < taken + 20


@pytest.mark.parametrize("port", [-1, 65_536, 80_000])
def test_a_port_that_is_none(site: Path, port: int) -> None:
    """It is said in a line, and no traceback."""
    with pytest.raises(PaperstandError, match="there is no port"):
        open_server(site, port)


def test_the_last_port_has_no_next_one(site: Path) -> None:
    """Where it is taken, by us or by somebody else, that is told."""
    with ExitStack() as held:
        with suppress(OSError):
            held.enter_context(socket.create_server(("127.0.0.1", 65_535)))
        with pytest.raises(PaperstandError, match="65535 are all in use"):
            open_server(site, 65_535)


def test_without_a_built_site(tmp_path: Path) -> None:
    """It says what to do first."""
    with pytest.raises(PaperstandError, match="make build"):
        open_server(tmp_path, 0)
