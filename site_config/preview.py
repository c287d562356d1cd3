"""A built site, looked at on this machine: a small HTTP server on loopback."""

from __future__ import annotations

import errno
import sys
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scraper.errors import PaperstandError

_PORTS_TRIED = 20
_LAST_PORT = 65_535


class SiteHandler(SimpleHTTPRequestHandler):
    """Files below the site's folder, and the site's own page for what is not there."""

    def log_message(self, _format: str, *_arguments: Any) -> None:
        """Nothing: a line for each file would bury the address."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The site's 404 page, where it has one."""
        page = Path(self.directory) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class _HandlerBelow(SiteHandler):
    """The files below `prefix`, which begins and ends in a slash, and "/" leads there.

    A site may be published below a path, and its 404 page has that path in its links.
    """

    def __init__(self, *arguments: Any, prefix: str = "/", **keywords: Any) -> None:
        self.prefix = prefix
        super().__init__(*arguments, **keywords)

    def send_head(self) -> Any:
        """The start of an answer; what BaseHTTPRequestHandler gives."""
        if self.prefix != "/" and urlsplit(self.path).path in {"/", self.prefix.rstrip("/")}:
            self.send_response(HTTPStatus.FOUND)
            self.send_header("Location", self.prefix)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        return super().send_head()

    def translate_path(self, path: str) -> str:
        """The file of an address; one that is not there for an address outside of the prefix."""
        if not path.startswith(self.prefix):
            return str(Path(self.directory) / "outside-of-the-site")
        return super().translate_path("/" + path.removeprefix(self.prefix))


class _Server(ThreadingHTTPServer):
    """A server whose readers may go away."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say what went wrong, but not that a browser no longer wanted an answer."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def open_server(site: Path, port: int, prefix: str = "/") -> ThreadingHTTPServer:
    """A server for the built site, listening on loopback at `port`, or at the next one that is free.

    `prefix` is the path of the site's published address: "/" or "/repository/".

    Port 0 takes any. Its address is in `server_address`; `serve_forever` starts it. Raises PaperstandError when there
    is no built site, no free port, or no port of that number.
    """
    if not (site / "index.html").is_file():
        raise PaperstandError(f"{site} holds no built site; run `make build`")
    handler = partial(_HandlerBelow, directory=str(site), prefix=prefix)
    if not 0 <= port <= _LAST_PORT:
        raise PaperstandError(f"there is no port {port}: expected a number up to {_LAST_PORT}, such as 8000")
    last = min(port + _PORTS_TRIED - 1, _LAST_PORT)
    for candidate in range(port, last + 1):
        try:
            return _Server(("127.0.0.1", candidate), handler)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise PaperstandError(f"cannot serve at port {candidate}: {error.strerror}") from None
    raise PaperstandError(f"ports {port} to {last} are all in use; name a free one with --port")
