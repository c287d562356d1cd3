"""A built site, looked at on this machine: a small HTTP server on loopback."""

from __future__ import annotations

import errno
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from scraper.errors import PaperstandError

_PORTS_TRIED = 20


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


def open_server(site: Path, port: int) -> ThreadingHTTPServer:
    """A server for the built site, listening on loopback at `port`, or at the next one that is free.

    Port 0 takes any. Its address is in `server_address`; `serve_forever` starts it. Raises PaperstandError when there
    is no built site or no free port.
    """
    if not (site / "index.html").is_file():
        raise PaperstandError(f"{site} holds no built site; run: paperstand build")
    handler = partial(SiteHandler, directory=str(site))
    for candidate in range(port, port + _PORTS_TRIED):
        try:
            return ThreadingHTTPServer(("127.0.0.1", candidate), handler)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise PaperstandError(f"cannot serve at port {candidate}: {error.strerror}") from None
    raise PaperstandError(f"ports {port} to {port + _PORTS_TRIED - 1} are all in use; name a free one with --port")
