"""A real HTTP server on loopback that answers as the services did when they were recorded, and misbehaves on demand.

By hand: `python -m tests.replay FOLDER --port N`, then `HF_ENDPOINT=http://127.0.0.1:N paperstand scrape --date …`.
FOLDER holds recorded days `YYYY-MM-DD.json` (in folders by year, if you like); `--arxiv FOLDER` serves other recorded
answers of arXiv's query interface than those beside this file.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Request:
    """What was asked for. `path` has no query; `headers` have lower-case names; `at` is the server's clock's."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    at: float
    body: bytes = b""


@dataclass(frozen=True)
class Reply:
    """What is sent back; a `content-length` is added."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Route = Callable[[Request], Reply | None]
"""Answers a request, or leaves it to the next route with None."""


def daily_papers(folder: Path = DATA / "huggingface" / "daily_papers") -> Route:
    """Hugging Face's `/api/daily_papers`: recorded days, in pages, an empty list for every other day."""
    days = {path.stem: path for path in folder.rglob("*.json") if re.fullmatch(r"\d{4}-\d\d-\d\d", path.stem)}

    def answer(request: Request) -> Reply | None:
        if request.path != "/api/daily_papers":
            return None
        day = request.query.get("date", "")
        try:
            date.fromisoformat(day)
        except ValueError:
            return as_json({"error": "Invalid date"}, status=400)
        entries = json.loads(days[day].read_bytes()) if day in days else []
        limit, page = int(request.query.get("limit", "50")), int(request.query.get("p", "0"))
        headers = {}
        if len(entries) > (page + 1) * limit:
            following = urlencode({**request.query, "p": page + 1})
            headers["link"] = f'<http://{request.headers["host"]}{request.path}?{following}>; rel="next"'
        return as_json(entries[page * limit : (page + 1) * limit], headers=headers)

    return answer


def arxiv(folder: Path = DATA / "arxiv") -> Route:
    """arXiv's `/api/query`: the recorded answer to the same `id_list`; no paper for every other.

    A `search_query` finds every recorded paper whose title has one of its words; the caller has to choose.
    """
    recordings = [json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))]
    # The recordings hold arXiv's bytes as if they were Latin-1.
    answers = [(recording, recording["body"].encode("latin-1")) for recording in recordings]
    by_id = {
        dict(parse_qsl(urlsplit(recording["url"]).query)).get("id_list", ""): Reply(
            body, recording["status_code"], {"content-type": "application/atom+xml"}
        )
        for recording, body in answers
    }
    nothing = by_id.get("0000.0000", Reply(b"", 500))
    entries = list(
        dict.fromkeys(
            entry
            for recording, body in answers
            if recording["status_code"] == 200
            for entry in re.findall(rb"<entry>.*?</entry>", body, re.DOTALL)
        )
    )
    by_identifier = {_identifier(entry): entry for entry in entries}

    def answer(request: Request) -> Reply | None:
        if request.path != "/api/query":
            return None
        if "search_query" not in request.query:
            wanted = request.query.get("id_list", "").split(",")
            if len(wanted) == 1:
                return by_id.get(wanted[0], nothing)
            return feed([by_identifier[name] for name in wanted if name in by_identifier])
        words = set(re.findall(rb"\w{4,}", request.query["search_query"].lower().encode()))
        found = [entry for entry in entries if words & set(re.findall(rb"\w{4,}", _title(entry)))]
        return feed(found)

    return answer


def _identifier(entry: bytes) -> str:
    match = re.search(rb"<id>https?://arxiv\.org/abs/(.+?)(?:v\d+)?</id>", entry)
    return match[1].decode() if match else ""


def crossref(folder: Path = DATA / "crossref") -> Route:
    """Crossref's `/works/{doi}`: the recorded answer, and Crossref's own 404 for every other DOI."""
    recordings = [json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))]
    answers = {
        unquote(urlsplit(one["url"]).path).lower(): Reply(one["body"].encode(), one["status"]) for one in recordings
    }

    def answer(request: Request) -> Reply | None:
        if not request.path.startswith("/works/10."):
            return None
        return answers.get(unquote(request.path).lower(), Reply(b"Resource not found.", 404))

    return answer


def biorxiv(folder: Path = DATA / "biorxiv", page: int = 30) -> Route:
    """bioRxiv's `/details/{server}/{from}/{to}/{cursor}`: what was written for the day, in pages."""

    def answer(request: Request) -> Reply | None:
        match = re.fullmatch(r"/details/(\w+)/([\d-]+)/([\d-]+)/(\d+)", request.path)
        if not match:
            return None
        path = folder / f"details-{match[2]}.json"
        if match[1] != "biorxiv" or not path.exists():
            return as_json({"messages": [{"status": "no posts found"}], "collection": []})
        said = json.loads(path.read_bytes())
        start = int(match[4])
        return as_json(
            {
                "messages": [{**said["messages"][0], "cursor": start}],
                "collection": said["collection"][start : start + page],
            }
        )

    return answer


def _title(entry: bytes) -> bytes:
    match = re.search(rb"<title>(.*?)</title>", entry, re.DOTALL)
    return match[1].lower() if match else b""


def feed(entries: Sequence[bytes], total: int | None = None) -> Reply:
    """An Atom answer of arXiv's with these entries."""
    number = len(entries) if total is None else total
    frame = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"'
        ' xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">'
        f"<opensearch:totalResults>{number}</opensearch:totalResults>"
        "<opensearch:startIndex>0</opensearch:startIndex>\n"
    )
    return Reply(
        frame.encode() + b"\n".join(entries) + b"\n</feed>\n", headers={"content-type": "application/atom+xml"}
    )


def as_json(value: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """A JSON answer with an ETag."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
    return Reply(body, status, {"content-type": "application/json; charset=utf-8", "etag": tag, **(headers or {})})


def not_found() -> Reply:
    """Hugging Face's own answer for an address that does not exist."""
    body = (DATA / "huggingface" / "error-404.json").read_bytes()
    return Reply(body, 404, {"content-type": "application/json; charset=utf-8"})


Mischief = Callable[["Exchange", Reply], None]
"""Sends something else than the reply that was due."""


def refuses(status: int, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Mischief:
    """Any status with any headers: 429, 503, a redirect."""
    return lambda exchange, _: exchange.send(Reply(body, status, headers or {}))


def sends(body: bytes, content_type: str = "application/json") -> Mischief:
    """Something else, in the best of health."""
    return lambda exchange, _: exchange.send(Reply(body, headers={"content-type": content_type}))


def invalid_json() -> Mischief:
    """The reply without its last characters, and a length that says it is whole."""
    return lambda exchange, reply: exchange.send(Reply(reply.body[:-3], headers=reply.headers))


def html() -> Mischief:
    """The page of a proxy or a maintenance window, with status 200."""
    return sends(b"<!doctype html><title>Be right back</title>", "text/html")


def truncated() -> Mischief:
    """Half of the reply, then the end of the connection."""
    return lambda exchange, reply: exchange.send(reply, stop_at=len(reply.body) // 2)


def dropped() -> Mischief:
    """The end of the connection before a single byte."""
    return lambda exchange, _: exchange.drop()


def drips(pause: float, *, headers: bool = False) -> Mischief:
    """The reply, a byte at a time: its body, or already its headers."""
    return lambda exchange, reply: exchange.drip(reply, pause, headers=headers)


def late(seconds: float) -> Mischief:
    """The reply, after a silence."""

    def send(exchange: Exchange, reply: Reply) -> None:
        exchange.server.closing.wait(seconds)
        exchange.send(reply)

    return send


def compressed(body: Callable[[bytes], bytes] = lambda body: body, coding: str = "gzip") -> Mischief:
    """The reply in gzip, as often as the coding says; `body` damages what is sent."""

    def send(exchange: Exchange, reply: Reply) -> None:
        packed = reply.body
        for _ in range(coding.count("gzip")):
            packed = gzip.compress(packed)
        exchange.send(Reply(body(packed), reply.status, {**reply.headers, "content-encoding": coding}))

    return send


def redirects(location: str, status: int = 302) -> Mischief:
    """The way to somewhere else."""
    return refuses(status, {"location": location})


def endless(size: int, kind: str = "application/json") -> Mischief:
    """So many bytes, made while they are sent, beginning as an answer might."""

    def send(exchange: Exchange, _reply: Reply) -> None:
        exchange.wfile.write(
            f"HTTP/1.1 200 Recorded\r\ncontent-type: {kind}\r\ncontent-length: {size}\r\n\r\n".encode()
        )
        part = b'[{"paper":{"title":"' + b"a" * 65_000
        for _ in range(0, size, len(part)):
            exchange.wfile.write(part)
        exchange.drop()

    return send


class Exchange(BaseHTTPRequestHandler):
    """One connection of the server."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        """As a GET, with a body."""
        self.do_GET()

    def do_GET(self) -> None:
        """Reply, or make the mischief that is due."""
        address = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        at = self.server.replay.clock()
        request = Request(address.path, dict(parse_qsl(address.query)), headers, at, body)
        reply, mischief = self.server.replay.due(request)
        with suppress(OSError):  # whoever asked has gone
            if mischief:
                mischief(self, reply)
            elif headers.get("if-none-match", "") == reply.headers.get("etag"):
                self.send(Reply(b"", 304, {"etag": reply.headers["etag"]}))
            else:
                self.send(reply)

    def send(self, reply: Reply, stop_at: int | None = None) -> None:
        """Send a reply, or its first bytes only."""
        self.log_request(reply.status, len(reply.body))
        self.wfile.write(self._head(reply) + reply.body[:stop_at])
        if stop_at is not None:
            self.drop()

    def drop(self) -> None:
        """End the connection."""
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def drip(self, reply: Reply, pause: float, *, headers: bool) -> None:
        """Send a reply byte by byte."""
        head = self._head(reply)
        if not headers:
            self.wfile.write(head)
        for byte in (head if headers else b"") + reply.body:
            if self.server.closing.wait(pause):
                return self.drop()
            self.wfile.write(bytes([byte]))
        return None

    def _head(self, reply: Reply) -> bytes:
        lines = [f"HTTP/1.1 {reply.status} Recorded", *(f"{name}: {value}" for name, value in reply.headers.items())]
        if reply.status != 304:
            lines.append(f"content-length: {len(reply.body)}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server passes
        """Print it when run by hand."""
        if self.server.replay.verbose:
            super().log_message(format, *args)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    replay: ReplayServer
    closing: threading.Event

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say what went wrong, but not that a client went away: it may be within its rights."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, ssl.SSLError)):
            super().handle_error(request, client_address)


class ReplayServer:
    """Serves routes on loopback while its `with` block lasts.

    `mischief` is made instead of the replies, one for each request in its order; None stands for a good reply, and so
    does its end. `requests` lists what was asked for, at which time by `clock`. The first of `routes` that answers
    wins; without one it is a 404. With `tls` it speaks HTTPS.
    """

    def __init__(
        self,
        *routes: Route,
        mischief: Iterable[Mischief | None] = (),
        port: int = 0,
        verbose: bool = False,
        clock: Callable[[], float] = time.monotonic,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.requests: list[Request] = []
        self.clock = clock
        self.verbose = verbose
        self._routes = routes
        self._mischief: Iterator[Mischief | None] = iter(mischief)
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", port), Exchange)
        self._server.replay = self
        self._server.closing = threading.Event()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
            self.url = f"https://localhost:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def due(self, request: Request) -> tuple[Reply, Mischief | None]:
        """What this request gets, after noting it down."""
        with self._lock:
            self.requests.append(request)
            mischief = next(self._mischief, None)
        replies = (route(request) for route in self._routes)
        return next((reply for reply in replies if reply), None) or not_found(), mischief

    def wait(self) -> None:
        """Serve until the process is interrupted."""
        self._thread.join()


def main() -> None:
    """Serve recordings by hand."""
    parser = argparse.ArgumentParser(prog="python -m tests.replay", description="Serve recorded days on loopback.")
    parser.add_argument("folder", type=Path, help="recorded days: YYYY-MM-DD.json, in folders or not")
    parser.add_argument("--arxiv", type=Path, default=DATA / "arxiv", help="recorded answers of arXiv")
    parser.add_argument("--port", type=int, default=0, help="any free one by default")
    options = parser.parse_args()
    with ReplayServer(daily_papers(options.folder), arxiv(options.arxiv), port=options.port, verbose=True) as server:
        print(f"HF_ENDPOINT={server.url} ARXIV_ENDPOINT={server.url}", flush=True)  # noqa: T201 - a command's output
        with suppress(KeyboardInterrupt):
            server.wait()


if __name__ == "__main__":
    main()
