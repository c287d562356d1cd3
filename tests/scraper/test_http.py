"""The polite client, against a real server on loopback."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import re
import socket
import ssl
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scraper import __version__, http
from scraper.errors import FetchError, LeftAloneError, UnreachableError
from scraper.http import TRIES, TRIES_TO_REACH, Answer, Client, Pace
from scraper.http_cache import MAX_AGE, AnswerCache
from scraper.watchdog import Watchdog
from tests.replay import (
    DATA,
    Mischief,
    ReplayServer,
    Reply,
    Request,
    as_json,
    drips,
    dropped,
    html,
    invalid_json,
    late,
    refuses,
    sends,
    truncated,
)
from tests.scraper.fake_clock import FakeClock

SECRET = "hf_abcdefghijklmnopqrstuvwxyz"  # noqa: S105 - looks like a token, and is none


def small(_: Request) -> Reply:
    """A route that answers everything."""
    return as_json({"papers": [1, 2, 3]})


def read_json(answer: Answer) -> Any:
    """A `read` that wants JSON."""
    return json.loads(answer.body)


@pytest.fixture
def clock() -> FakeClock:
    """The test's time."""
    return FakeClock()


@pytest.fixture
def client(clock: FakeClock) -> Iterator[Client]:
    """A client that waits in no time."""
    with Client(repository="https://github.com/someone/stand", clock=clock) as client:
        yield client


def test_it_introduces_itself(client: Client) -> None:
    """With its version, and the address where its operator can be found."""
    with ReplayServer(small) as server:
        client.get(server.url, read=read_json)
    agent = server.requests[0].headers["user-agent"]
    assert agent == f"paperstand/{__version__} (+https://github.com/someone/stand)"


def test_parameters_join_those_of_the_address(client: Client) -> None:
    """Whatever they hold arrives as it was."""
    with ReplayServer(small) as server:
        client.get(f"{server.url}/q?a=1", params={"b": 'ti:"x & y"', "c": 2}, read=read_json)
    assert server.requests[0].query == {"a": "1", "b": 'ti:"x & y"', "c": "2"}


@pytest.mark.parametrize(
    "trouble",
    [
        refuses(429),
        refuses(429, {"retry-after": "2"}),
        refuses(429, {"ratelimit": '"api";r=0;t=2'}),
        refuses(500),
        refuses(502),
        refuses(503, {"retry-after": "Fri, 21 Aug 2026 12:00:02 GMT"}),
        refuses(504),
        refuses(408),
        refuses(425),
        truncated(),
        invalid_json(),
        html(),
        dropped(),
        sends(b"\xff\xfe\x00"),
        sends(b""),
        refuses(200, {"content-encoding": "gzip"}, b"no gzip"),
        refuses(200, {"content-encoding": "gzip"}, gzip.compress(b'{"papers":[1,2,3]}' * 99)[:40]),
    ],
    ids=[
        *("429", "429+Retry-After", "429+RateLimit", "500", "502", "503", "504", "408", "425"),
        *("truncated", "invalid-json", "html", "dropped", "noise", "empty", "no-gzip", "half-gzip"),
    ],
)
def test_what_passes_is_tried_again(client: Client, clock: FakeClock, trouble: Mischief) -> None:
    """Refusals of the moment, broken connections and damaged bodies: after a pause the answer is as ever."""
    with ReplayServer(small, mischief=[trouble, trouble]) as server:
        assert client.get(server.url, read=read_json) == {"papers": [1, 2, 3]}
    assert client.requests == len(server.requests) == 3
    assert len(clock.slept) == 2
    assert all(pause >= 0.5 for pause in clock.slept)


def test_it_gives_up_after_some_tries(client: Client, clock: FakeClock) -> None:
    """And says what happened, at which address, how often, and what to do; pauses grow and are never the same."""
    with ReplayServer(small, mischief=[refuses(503)] * 99) as server:
        with pytest.raises(FetchError) as caught:
            client.get(f"{server.url}/x", read=read_json)
        assert str(caught.value) == (
            f"{server.url}/x: answered 503 (Service Unavailable); tried {TRIES} times, try again later"
        )
    assert len(server.requests) == TRIES
    assert all(2**n * 0.5 <= pause <= 2**n * 1.5 for n, pause in enumerate(clock.slept))
    assert len({round(pause / 2**n, 6) for n, pause in enumerate(clock.slept)}) == TRIES - 1


def test_a_limit_without_a_time_is_waited_out_for_minutes(client: Client, clock: FakeClock) -> None:
    """arXiv's 429 says nothing but "Rate exceeded."."""
    plain = refuses(429, {"content-type": "text/plain"}, (DATA / "arxiv" / "rate-limited-429.txt").read_bytes())
    with ReplayServer(small, mischief=[plain] * 99) as server:
        with pytest.raises(FetchError, match=re.escape("answered 429 (Too Many Requests: Rate exceeded.)")) as caught:
            client.get(server.url, read=read_json)
        assert "in an hour" in str(caught.value)
    assert clock.slept[0] >= 15
    assert sum(clock.slept) > 200


@pytest.mark.parametrize(
    "headers", [{"retry-after": "120"}, {"ratelimit": '"api";r=0;t=120'}], ids=["Retry-After", "RateLimit"]
)
def test_the_wait_that_a_server_asks_for_is_kept(client: Client, clock: FakeClock, headers: dict[str, str]) -> None:
    """At least so long, and hardly longer."""
    with ReplayServer(small, mischief=[refuses(429, headers)]) as server:
        client.get(server.url, read=read_json)
    assert 120 <= sum(clock.slept) <= 127


def test_copies_that_were_told_the_same_wait_come_back_apart(client: Client, clock: FakeClock) -> None:
    """Forks run at the same minute: all of them at once would be refused together again."""
    limited = refuses(429, {"retry-after": "120"})
    with ReplayServer(small, mischief=[limited, None] * 8) as server:
        for number in range(8):
            client.get(server.url, read=read_json, pace=Pace(f"{number}.example", 0.0))
    assert len({round(pause, 6) for pause in clock.slept if pause > 100}) > 4


@pytest.mark.parametrize(
    "headers", [{"retry-after": "5400"}, {"ratelimit": '"api";r=0;t=5400'}], ids=["Retry-After", "RateLimit"]
)
def test_a_wait_beyond_patience_is_an_error_at_once(client: Client, clock: FakeClock, headers: dict[str, str]) -> None:
    """It says when to come back; until then that host is not even asked, and others are."""
    limited = refuses(429, headers)
    with ReplayServer(small, mischief=[limited]) as server, ReplayServer(small) as other:
        with pytest.raises(FetchError, match="come back after 2026-08-21 13:30 UTC"):
            client.get(server.url, read=read_json)
        with pytest.raises(FetchError, match="come back after 2026-08-21 13:30 UTC"):
            client.get(server.url, read=read_json)
        assert len(server.requests) == 1
        assert client.get(other.url, read=read_json)
        clock.sleep(5400)
        assert client.get(server.url, read=read_json)


def test_patience_is_for_all_tries_together(clock: FakeClock) -> None:
    """Many short waits are a long one."""
    limited = refuses(429, {"retry-after": "40"})
    with ReplayServer(small, mischief=[limited] * 99) as server, Client(clock=clock, patience=100) as client:
        with pytest.raises(FetchError, match="come back after"):
            client.get(server.url, read=read_json)
        assert len(server.requests) == 3
    assert sum(clock.slept) <= 100


def test_the_last_permitted_answer_is_followed_by_a_pause(client: Client, clock: FakeClock) -> None:
    """Asking again with nothing left of the quota would be refused."""

    def exhausted(_: Request) -> Reply:
        return as_json([], headers={"ratelimit": '"api";r=0;t=200'})

    with ReplayServer(exhausted) as server:
        client.get(server.url, read=read_json)
        assert clock.slept == []
        client.get(server.url, read=read_json)
    assert clock.slept == [200]


def test_a_service_is_asked_at_its_own_pace(client: Client, clock: FakeClock) -> None:
    """The pace holds for the service, whichever of its hosts is asked; others do not wait for it."""
    pace = Pace("slow.example", 3.0)
    with ReplayServer(small) as one, ReplayServer(small) as two:
        client.get(one.url, read=read_json, pace=pace)
        client.get(two.url, read=read_json, pace=pace)
        client.get(one.url, read=read_json)
        client.get(one.url, read=read_json, pace=pace)
    assert clock.slept == [3.0, 3.0]


def test_a_shorter_wait_does_not_quicken_the_pace(client: Client, clock: FakeClock) -> None:
    """The service's terms hold for its refusals, too."""
    with ReplayServer(small, mischief=[refuses(429, {"retry-after": "1"})]) as server:
        client.get(server.url, read=read_json, pace=Pace("slow.example", 3.0))
    assert sum(clock.slept) == pytest.approx(3.0)


@pytest.mark.parametrize("status", [204, 206, 299, 304, 400, 401, 403, 404, 410, 418, 460])
def test_a_final_refusal_is_not_repeated(client: Client, status: int) -> None:
    """The server's own words are passed on. What is no whole answer, or a "not changed" of nothing, is none."""
    body = b'{"error":"No such\\nthing."}' if status not in {204, 304} else b""
    with ReplayServer(small, mischief=[refuses(status, {"content-type": "application/json"}, body)]) as server:
        with pytest.raises(FetchError, match=rf"answered {status} \([^:]*{': No such thing' if body else ''}\.?\)"):
            client.get(server.url, read=read_json)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"error": '),
        ("application/json", b"[" * 100_000),
        ("application/json", b'["error"]'),
        ("application/json", b'{"error": ["No"], "message": 7}'),
        ("application/json", b"\xff"),
        ("text/html", b"<html><body>Be right back"),
        ("application/octet-stream", b"\x00\x01\x02"),
        ("", b"bare"),
    ],
    ids=["cut", "deep", "list", "no-text", "noise", "html", "bytes", "no-type"],
)
def test_what_a_refusal_says_is_shown_if_it_is_a_plain_text(client: Client, kind: str, body: bytes) -> None:
    """Anything else is left out, and the refusal is one all the same."""
    with ReplayServer(small, mischief=[refuses(404, {"content-type": kind}, body)]) as server:
        with pytest.raises(FetchError) as caught:
            client.get(server.url, read=read_json)
        assert str(caught.value) == f"{server.url}: answered 404 (Not Found)"


def test_a_refusal_is_one_short_line(client: Client) -> None:
    """However long the address and the server's words are, and whatever these hold."""
    said = b"Rate\r\n\x1b[31mexceeded" + b"!" * 5000
    with (
        ReplayServer(small, mischief=[refuses(404, {"content-type": "text/plain"}, said)]) as server,
        pytest.raises(FetchError, match=r"Rate \[31mexceeded!!!") as caught,
    ):
        client.get(f"{server.url}/{'x' * 5000}", read=read_json)
    assert len(str(caught.value)) < 600
    assert str(caught.value).isprintable()


def test_the_recorded_error_of_hugging_face_is_shown(client: Client) -> None:
    """Its 404 says what is wrong, in JSON."""
    with ReplayServer() as server, pytest.raises(FetchError, match="can't find the page you are looking for"):
        client.get(server.url, read=read_json)


def test_a_status_that_the_caller_wants_is_read(client: Client) -> None:
    """Some services explain a refusal in the form of their answers."""
    with ReplayServer(small, mischief=[refuses(400, body=b"[1]")]) as server:
        assert client.get(server.url, read=lambda a: (a.status, a.body), accept=frozenset({400})) == (400, b"[1]")


def test_a_body_that_drips_ends_at_the_deadline() -> None:
    """A byte at a time is never late for a timeout between two bytes."""
    check_deadline(drips(0.02))


def test_headers_that_drip_end_at_the_deadline() -> None:
    """The same, before there is an answer to look at."""
    check_deadline(drips(0.02, headers=True))


def test_silence_ends_at_the_timeout() -> None:
    """A server that takes the request and says nothing."""
    check_deadline(late(60), deadline=20, timeout=0.2, said="fell silent")


@pytest.fixture
def tls() -> ssl.SSLContext:
    """A server's side of HTTPS on this machine."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(DATA / "smtp" / "localhost.pem", DATA / "smtp" / "localhost.key")
    return context


@pytest.mark.parametrize("headers", [False, True])
def test_what_drips_through_an_encrypted_connection_ends_at_the_deadline(
    tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, headers: bool
) -> None:
    """As the services themselves are asked."""
    monkeypatch.setenv("SSL_CERT_FILE", str(DATA / "smtp" / "localhost.pem"))
    check_deadline(drips(0.02, headers=headers), tls=tls)


def test_a_server_that_proves_nothing_is_asked_nothing(client: Client, tls: ssl.SSLContext) -> None:
    """Nobody vouches for its certificate: neither a question nor a token goes there."""
    with ReplayServer(small, tls=tls) as server:
        with pytest.raises(UnreachableError, match="CERTIFICATE_VERIFY_FAILED"):
            client.get(server.url, read=read_json, headers={"authorization": f"Bearer {SECRET}"})
        assert server.requests == []


def test_a_deadline_ends_with_its_exchange() -> None:
    """Else it would cut off a later one; and no process waits for one before it ends."""
    watchdog = Watchdog()
    with watchdog.watch(60):
        (timer,) = (thread for thread in threading.enumerate() if isinstance(thread, threading.Timer))
        assert timer.daemon
    timer.join(10)
    assert not timer.is_alive()
    assert not watchdog.has_bitten


def test_a_deadline_that_was_missed_is_forgotten_with_the_next_exchange() -> None:
    """Nor does a connection that is closed already hurt who cuts it."""
    watchdog = Watchdog()
    with socket.socket() as never_connected:
        watchdog.trace("connection.connect_tcp.complete", {"return_value": _Stream(never_connected)})
        with watchdog.watch(0.01):
            _wait_for_the_timer()
    assert watchdog.has_bitten
    with watchdog.watch(60):
        assert not watchdog.has_bitten


def test_a_connection_that_is_cut_stays_encrypted_for_whoever_reads_it(tls: ssl.SSLContext) -> None:
    """Its state is the reader's, who would raise what nobody expects, or take encrypted bytes for an answer."""
    trusting = ssl.create_default_context(cafile=DATA / "smtp" / "localhost.pem")
    with (
        ReplayServer(small, tls=tls) as server,
        socket.create_connection(("localhost", int(server.url.rpartition(":")[2])), timeout=10) as connected,
        trusting.wrap_socket(connected, server_hostname="localhost") as reading,
    ):
        encrypted = reading.version()
        watchdog = Watchdog()
        watchdog.trace("connection.start_tls.complete", {"return_value": _Stream(reading)})
        with watchdog.watch(0.01):
            _wait_for_the_timer()
        assert watchdog.has_bitten
        assert reading.version() == encrypted is not None
        assert reading.recv(1) == b""


def _wait_for_the_timer() -> None:
    """Until the watchdog has bitten; it may have done so by now."""
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join(10)


class _Stream:
    """A connection as httpx hands it on."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected

    def get_extra_info(self, name: str) -> socket.socket:
        """Its socket."""
        assert name == "socket"
        return self._socket


def check_deadline(
    mischief: Mischief,
    *,
    deadline: float = 0.2,
    timeout: float = 20,
    said: str = "had not sent its whole answer",
    tls: ssl.SSLContext | None = None,
) -> None:
    """Every try ends early, and so does the whole."""

    def long(_: Request) -> Reply:
        return as_json("x" * 2000)

    started = time.monotonic()
    with ReplayServer(long, mischief=[mischief] * 99, tls=tls) as server:
        client = Client(clock=FakeClock(), deadline=deadline, timeout=timeout)
        with client, pytest.raises(FetchError, match=said):
            client.get(server.url, read=read_json)
        assert client.requests == TRIES
    assert time.monotonic() - started < 20


def test_a_body_without_a_length_that_ends_at_the_deadline_is_not_whole() -> None:
    """The end of such a body is the end of the connection, and that was ours."""

    def endless(exchange: Any, _: Reply) -> None:
        exchange.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n[1, 2, ")
        exchange.server.closing.wait(30)
        exchange.drop()

    with (
        ReplayServer(small, mischief=[endless]) as server,
        Client(clock=FakeClock(), deadline=0.2) as client,
    ):
        assert client.get(server.url, read=lambda answer: answer.body) == small(server.requests[0]).body


@pytest.mark.parametrize("coding", ["Identity, GZIP", "GZip", "gzip , IDENTITY", ", gzip"])
def test_a_body_that_is_packed_once_is_read_however_that_is_written(client: Client, coding: str) -> None:
    """A coding's name has no case, and that nothing was done to a body is no packing."""
    packed = refuses(200, {"content-encoding": coding}, gzip.compress(b"[1]"))
    with ReplayServer(small, mischief=[packed]) as server:
        assert client.get(server.url, read=read_json) == [1]
        assert len(server.requests) == 1


def test_a_body_beyond_the_limit_is_refused() -> None:
    """Whether it says so beforehand or not, and however well it was compressed."""
    for huge in (sends(b"x" * 70_000), refuses(200, {"content-encoding": "gzip"}, gzip.compress(b"x" * 70_000))):
        with ReplayServer(small, mischief=[huge]) as server, Client(max_body=65_000) as client:
            with pytest.raises(FetchError, match="more than 65,000 bytes"):
                client.get(server.url, read=read_json)
            assert len(server.requests) == 1
            assert client.get(server.url, read=read_json)


def test_a_refused_body_leaves_the_connection_to_the_next() -> None:
    """There is one connection: one that nobody reads to its end must not keep it."""
    packed = refuses(200, {"content-encoding": "gzip, gzip"}, gzip.compress(gzip.compress(b"[]")))
    with ReplayServer(small, mischief=[packed]) as server, Client(timeout=1, clock=FakeClock()) as client:
        with pytest.raises(FetchError, match="packed several times") as caught:
            client.get(server.url, read=read_json)
        assert client.get(server.url, read=read_json)
        assert len(server.requests) == 2
        # The error is still held, with all that it was raised from: nothing was tidied up by chance.
        assert caught.value.__traceback__


@pytest.fixture
def deaf() -> Iterator[str]:
    """The address of a service that neither takes a connection nor refuses it, as behind a firewall."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listening, contextlib.ExitStack() as waiting:
        for _ in range(3):  # more than it lets wait; whoever comes now gets no answer
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(listening.getsockname())
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"


def test_an_upstream_that_takes_no_connection(deaf: str) -> None:
    """That is soon enough known, and the same as being offline."""
    with Client(clock=FakeClock(), timeout=0.2) as impatient, pytest.raises(UnreachableError):
        impatient.get(deaf, read=read_json)
    assert impatient.requests == TRIES_TO_REACH


def test_a_connection_is_not_waited_for_as_long_as_an_answer(deaf: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service may think about its answer for longer than any takes to be reached at all."""
    monkeypatch.setattr(http, "TIME_TO_REACH", 0.2)
    # Were it as long, the whole exchange would be over its deadline before anybody knew that nobody is there.
    with Client(clock=FakeClock(), timeout=4, deadline=2) as patient, pytest.raises(UnreachableError):
        patient.get(deaf, read=read_json)
    assert patient.requests == TRIES_TO_REACH


def test_there_is_one_connection_whoever_is_asked(client: Client) -> None:
    """The one to the service before is ended, for services ask for one, and nobody's socket is kept for nothing."""
    ended = threading.Event()

    def serve() -> None:
        with listening.accept()[0] as connected:
            connected.settimeout(10)
            connected.recv(65_536)
            connected.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]")
            with contextlib.suppress(TimeoutError):
                if connected.recv(1) == b"":
                    ended.set()

    with socket.create_server(("127.0.0.1", 0)) as listening, ReplayServer(small) as other:
        server = threading.Thread(target=serve)
        server.start()
        assert client.get(f"http://127.0.0.1:{listening.getsockname()[1]}/", read=read_json) == []
        assert client.get(other.url, read=read_json)
        server.join(20)
        assert ended.is_set()


def test_an_upstream_that_cannot_be_reached(client: Client, clock: FakeClock) -> None:
    """Nothing listens there: after few quick tries, an error of its own."""
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with pytest.raises(UnreachableError, match=rf"http://127.0.0.1:{port}/: cannot be reached .*online"):
        client.get(f"http://127.0.0.1:{port}/", read=read_json)
    assert client.requests == TRIES_TO_REACH
    assert sum(clock.slept) < 4


def test_a_name_that_does_not_exist(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a machine without a network sees first."""

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(UnreachableError, match="Name or service not known"):
        client.get("https://upstream.example/", read=read_json)


def test_a_proxy_that_lets_nobody_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """Walled-in machines see this, and its password is not shown."""
    with ReplayServer() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("http://", f"http://user:{SECRET}@"))
        with Client(clock=FakeClock()) as client, pytest.raises(UnreachableError) as caught:
            client.get("https://127.0.0.2/", read=read_json)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "address", ["ftp://127.0.0.1/", "huggingface.co", "http://", "http://[::1", "", "http://a b\n"]
)
def test_what_is_no_address_is_refused(client: Client, address: str) -> None:
    """A setting with a slip in it is told at once."""
    with pytest.raises(FetchError, match="not an"):
        client.get(address, read=read_json)
    assert client.requests == 0


def test_a_redirect_on_the_same_host_is_followed(client: Client) -> None:
    """A renamed address, with the headers that were meant for the host."""
    with ReplayServer(small, mischief=[refuses(307, {"location": "/new?x=1"})]) as server:
        answer = client.get(f"{server.url}/old", read=lambda a: a, headers={"authorization": f"Bearer {SECRET}"})
    assert [request.path for request in server.requests] == ["/old", "/new"]
    assert server.requests[1].headers["authorization"] == f"Bearer {SECRET}"
    assert answer.url == f"{server.url}/new?x=1"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_elsewhere_is_an_error(client: Client, status: int) -> None:
    """The other host is never asked: neither the request nor the token in it was meant for it."""
    with ReplayServer(small) as other:
        with ReplayServer(small, mischief=[refuses(status, {"location": f"{other.url}/x"})]) as server:
            with pytest.raises(FetchError, match=f"redirects to {other.url}/x, which is not followed"):
                client.get(server.url, read=read_json, headers={"authorization": f"Bearer {SECRET}"})
            assert len(server.requests) == 1
        assert other.requests == []


@pytest.mark.parametrize(
    "location", ["", "https://user:pass@[", "//127.0.0.2/", "ftp://127.0.0.1/", "about:blank", "javascript:x"]
)
def test_a_redirect_to_nowhere_is_an_error(client: Client, location: str) -> None:
    """Without a target, with a broken one, without a scheme of its own, or with one of another kind."""
    with ReplayServer(small, mischief=[refuses(302, {"location": location})]) as server:
        with pytest.raises(FetchError, match="redirects to"):
            client.get(server.url, read=read_json)
        assert len(server.requests) == 1


@pytest.mark.parametrize("location", ["http://127.0.0.1/x", "https://127.0.0.1:9/x", "http://localhost/x"])
def test_a_redirect_to_another_port_is_an_error(client: Client, location: str) -> None:
    """A port is another service, and HTTPS another one unless it is at its own."""
    with ReplayServer(small, mischief=[refuses(301, {"location": location})]) as server:
        with pytest.raises(FetchError, match=f"redirects to {location}, which is not followed"):
            client.get(server.url, read=read_json)
        assert client.requests == 1


def test_a_circle_of_redirects_ends(client: Client) -> None:
    """After five."""
    with ReplayServer(small, mischief=[refuses(302, {"location": "/"})] * 99) as server:
        with pytest.raises(FetchError, match="more than 5 times"):
            client.get(server.url, read=read_json)
        assert len(server.requests) == 6


def test_no_error_shows_a_secret(client: Client) -> None:
    """Neither a user's password in the address nor a header that HTTP does not allow."""
    with ReplayServer(small, mischief=[refuses(404)]) as server:
        for address, header in [
            (server.url.replace("http://", f"http://user:{SECRET}@"), "x"),
            (server.url, f"Bearer {SECRET}\n"),
            (server.url, f"Bearer {SECRET}é"),
        ]:
            with pytest.raises(FetchError) as caught:
                client.get(address, read=read_json, headers={"authorization": header})
            assert SECRET not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ('</list?p=1>; rel="next"', "/list?p=1"),
        ('<?p=1>; rel="next"', "/here?p=1"),
        ('<https://huggingface.co/list?p=1&d=2>; rel="next"', "/list?p=1&d=2"),
        ('<https://evil.example/list?p=1>; rel="prev", </list?p=2>; rel="next"', "/list?p=2"),
        ('<//evil.example/list?p=1>; rel="next"', "/list?p=1"),
        ('</l\xefst?p=1>; rel="next"', "/l%C3%AFst?p=1"),
    ],
)
def test_the_next_page_is_at_the_same_origin(client: Client, link: str, path: str) -> None:
    """Whatever host a link names: a mirror passes its upstream's on, and a token is for one origin only."""
    with ReplayServer(small, mischief=[refuses(200, {"link": link})]) as server:
        assert client.get(f"{server.url}/here?p=0", read=lambda answer: answer.next_url) == f"{server.url}{path}"


@pytest.mark.parametrize("link", ["mailto:a@b.example", "javascript:x"])
def test_a_next_page_that_is_no_address_is_an_error(client: Client, link: str) -> None:
    """It is said, and nothing is asked."""
    with ReplayServer(small, mischief=[refuses(200, {"link": f'<{link}>; rel="next"'})]) as server:
        with pytest.raises(FetchError, match="names a next page that is no address"):
            client.get(server.url, read=lambda answer: answer.next_url)
        assert len(server.requests) == 1


def test_a_proxy_that_is_none_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's own settings are told in words."""
    monkeypatch.setenv("HTTP_PROXY", "nonsense://x")
    with pytest.raises(FetchError, match="proxy or certificates"):
        Client()


def test_without_a_repository_the_project_is_named() -> None:
    """Whoever runs the service finds somebody to write to."""
    with ReplayServer(small) as server, Client() as client:
        client.get(server.url, read=read_json)
        assert "(+https://github.com/paperstand/paperstand)" in server.requests[0].headers["user-agent"]


def test_without_a_link_there_is_no_next_page(client: Client) -> None:
    """The last page says nothing, or names others."""
    with ReplayServer(small, mischief=[None, refuses(200, {"link": '</x>; rel="prev"'})]) as server:
        assert client.get(server.url, read=lambda answer: answer.next_url) is None
        assert client.get(server.url, read=lambda answer: answer.next_url) is None


def test_what_has_not_changed_is_not_sent_again(tmp_path: Path) -> None:
    """The second run asks with the first one's ETag and reads the answer that it kept."""
    tags = []
    with ReplayServer(small) as server:
        for _ in range(2):
            with Client(cache=tmp_path / "cache") as client:
                assert client.get(server.url, read=read_json) == {"papers": [1, 2, 3]}
        tags = [request.headers.get("if-none-match") for request in server.requests]
    assert tags == [None, small(server.requests[0]).headers["etag"]]


def test_a_date_serves_where_there_is_no_tag(tmp_path: Path) -> None:
    """`Last-Modified` comes back as `If-Modified-Since`."""
    stamp = "Fri, 21 Aug 2026 12:00:00 GMT"
    schedule = [refuses(200, {"last-modified": stamp}, b"[7]"), refuses(304)]
    with ReplayServer(mischief=schedule) as server, Client(cache=tmp_path) as client:
        assert [client.get(server.url, read=read_json) for _ in range(2)] == [[7], [7]]
    assert server.requests[1].headers["if-modified-since"] == stamp


def test_a_kept_answer_keeps_its_next_page(tmp_path: Path) -> None:
    """A 304 repeats no `Link`."""
    schedule = [refuses(200, {"etag": '"a"', "link": '</2>; rel="next"'}, b"[7]"), refuses(304)]
    with ReplayServer(mischief=schedule) as server, Client(cache=tmp_path) as client:
        pages = [client.get(server.url, read=lambda answer: answer.next_url) for _ in range(2)]
    assert pages == [f"{server.url}/2"] * 2


def test_what_could_not_be_read_is_not_kept(tmp_path: Path) -> None:
    """Else "not changed" would mean "still unreadable" for ever."""
    broken = refuses(200, {"etag": '"a"', "content-type": "application/json"}, b"<html>")
    with ReplayServer(small, mischief=[broken]) as server, Client(cache=tmp_path, clock=FakeClock()) as client:
        assert client.get(server.url, read=read_json) == {"papers": [1, 2, 3]}
    assert "if-none-match" not in server.requests[1].headers


def test_a_kept_answer_that_cannot_be_read_is_fetched_anew(tmp_path: Path) -> None:
    """A newer version of this program may want more of an answer than the one that kept it."""
    with ReplayServer(small) as server, Client(cache=tmp_path, clock=FakeClock()) as client:
        client.get(server.url, read=lambda answer: answer.body)
        seen = []

        def fussy(answer: Answer) -> bytes:
            seen.append(answer.body)
            if len(seen) == 1:
                raise ValueError("not good enough")
            return answer.body

        client.get(server.url, read=fussy)
    assert ["if-none-match" in request.headers for request in server.requests] == [False, True, False]


@pytest.mark.parametrize("length", [0, 1, 40, 150, -1])
def test_a_damaged_cache_is_an_empty_one(tmp_path: Path, length: int) -> None:
    """Cut anywhere, as by a full disk, or with one bit turned."""
    with ReplayServer(small) as server:
        with Client(cache=tmp_path) as client:
            client.get(server.url, read=read_json)
        (file,) = tmp_path.iterdir()
        whole = file.read_bytes()
        file.write_bytes(whole[:length] if length >= 0 else whole[:-1] + bytes([whole[-1] ^ 1]))
        with Client(cache=tmp_path) as client:
            assert client.get(server.url, read=read_json) == {"papers": [1, 2, 3]}
        assert "if-none-match" not in server.requests[1].headers
        assert file.read_bytes() == whole


WHOLE_BY_THEIR_DIGESTS = [
    *(head + b"\nbody" for head in (b"[" * 100_000, b"[]", b"7", b"{}", b'{"url":"http://x/"}', b"\xff")),
    *(b'{"url":"http://x/","headers":' + value + b"}\nbody" for value in (b"7", b'["etag"]', b'{"etag":7}')),
]
GARBAGE = [
    *(b"\n", b"[]\n", b"{}\n", b'"x"\n', b"\x80\x04}q\x00.", b"[" * 100_000, b'{"url":1}\nx', b"\xff" * 999),
    *(hashlib.sha256(content).hexdigest().encode() + b"\n" + content for content in WHOLE_BY_THEIR_DIGESTS),
]


@pytest.mark.parametrize("content", GARBAGE, ids=map(str, range(len(GARBAGE))))
def test_garbage_in_the_cache_is_nothing(tmp_path: Path, content: bytes) -> None:
    """Nothing in it runs, and nothing in it raises."""
    cache = AnswerCache(tmp_path)
    cache.keep("http://x/", {"etag": '"a"'}, b"body")
    (file,) = tmp_path.iterdir()
    file.write_bytes(content)
    assert cache.load("http://x/") is None


def test_an_answer_under_another_address_is_not_taken(tmp_path: Path) -> None:
    """A file that was copied over another one is none of ours."""
    cache = AnswerCache(tmp_path)
    for address in ("http://x/1", "http://x/2"):
        cache.keep(address, {"etag": '"a"'}, address.encode())
    one, two = tmp_path.iterdir()
    one.write_bytes(two.read_bytes())
    assert sorted(cache.load(f"http://x/{n}") is None for n in (1, 2)) == [False, True]


def test_what_the_disk_does_to_the_cache_is_no_failure(tmp_path: Path) -> None:
    """A folder stands where a file should be, as what cannot be read, written or removed."""
    old = (time.time() - MAX_AGE - 60,) * 2
    with ReplayServer(small, mischief=[None, html()]) as server:
        with Client(cache=tmp_path) as client:
            client.get(server.url, read=read_json)
        (file,) = tmp_path.iterdir()
        file.unlink()
        (file / "inside").mkdir(parents=True)
        with Client(cache=tmp_path, clock=FakeClock()) as client:
            assert client.get(server.url, read=read_json) == {"papers": [1, 2, 3]}
            os.utime(file, old)
        assert file.is_dir()


def test_no_more_of_an_answer_is_kept_than_is_needed(tmp_path: Path) -> None:
    """What a service says besides, cookies above all, is in no file."""
    headers = {"etag": '"a"', "set-cookie": f"session={SECRET}", "x-other": "words"}
    with ReplayServer(mischief=[refuses(200, headers, b"[7]")]) as server, Client(cache=tmp_path) as client:
        client.get(server.url, read=read_json)
    (file,) = tmp_path.iterdir()
    assert SECRET.encode() not in file.read_bytes()
    assert b"x-other" not in file.read_bytes()


def test_only_what_was_found_is_kept(tmp_path: Path) -> None:
    """A "not changed" to the answer that there is nothing would pass for that answer's being there."""
    missing = refuses(404, {"etag": '"a"'}, b"[]")
    with ReplayServer(small, mischief=[missing] * 2) as server, Client(cache=tmp_path) as client:
        statuses = [
            client.get(server.url, read=lambda answer: answer.status, accept=frozenset({200, 404})) for _ in range(3)
        ]
    assert statuses == [404, 404, 200]
    assert all("if-none-match" not in request.headers for request in server.requests)


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    """A file stands where its folder should be."""
    (tmp_path / "cache").write_text("in the way")
    with ReplayServer(small) as server, Client(cache=tmp_path / "cache") as client:
        assert client.get(server.url, read=read_json) == {"papers": [1, 2, 3]}


def test_the_cache_does_not_grow_for_ever(tmp_path: Path) -> None:
    """What was not used for two months goes when a client ends."""
    cache = AnswerCache(tmp_path)
    for address in ("http://x/1", "http://x/2"):
        cache.keep(address, {"etag": '"a"'}, b"body")
    (old, new) = tmp_path.iterdir()
    os.utime(old, (time.time() - MAX_AGE - 60,) * 2)
    with Client(cache=tmp_path):
        pass
    assert list(tmp_path.iterdir()) == [new]


def test_an_answer_without_tag_or_date_is_not_kept(tmp_path: Path) -> None:
    """There would be nothing to ask with."""
    with ReplayServer(mischief=[sends(b"[]")]) as server, Client(cache=tmp_path) as client:
        client.get(server.url, read=read_json)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "link",
    ["<https://upstream.example/api/x?p=1>", "<https://upstream.example/folder/api/x?p=1>", "<?p=1>", "</api/x?p=1>"],
)
def test_the_next_page_of_a_mirror_in_a_folder_is_in_that_folder(client: Client, link: str) -> None:
    """The mirror passes its upstream's address on, which knows nothing of the folder."""
    with ReplayServer(mischief=[refuses(200, {"link": f'{link}; rel="next"'})]) as server:
        here = f"{server.url}/folder/api/x"
        assert client.get(f"{here}?p=0", read=lambda answer: answer.next_url) == f"{here}?p=1"


def test_a_service_that_fails_again_and_again_is_left_alone(client: Client) -> None:
    """After three failures in a row it is not asked any more; others are, and so is one that answered in between."""

    def by_path(request: Request) -> Reply:
        return Reply(b"", 500) if request.path == "/bad" else as_json([])

    with ReplayServer(by_path) as server, ReplayServer(small) as other:
        for path in ("bad", "bad", "good", "bad", "bad", "bad"):
            with contextlib.suppress(FetchError):
                client.get(f"{server.url}/{path}", read=read_json)
        asked = len(server.requests)
        with pytest.raises(LeftAloneError, match="failed 3 times in a row and is left alone for the rest of this run"):
            client.get(f"{server.url}/good", read=read_json)
        assert len(server.requests) == asked == 5 * TRIES + 1
        assert client.get(other.url, read=read_json)


def test_one_that_refuses_for_minutes_is_left_alone_at_once(client: Client, clock: FakeClock) -> None:
    """Its minutes would be waited for every day of the run; a pace says from how long on a refusal is waited out."""
    pace = Pace("slow.example", 3.0, overload_pause=60.0)
    with ReplayServer(small, mischief=[refuses(503)] * 99) as server:
        with pytest.raises(FetchError, match=r"answered 503 .*try again in an hour"):
            client.get(server.url, read=read_json, pace=pace)
        assert sum(clock.slept) > 120
        assert clock.slept[0] >= 30
        with pytest.raises(LeftAloneError):
            client.get(server.url, read=read_json, pace=pace)


def test_a_definite_answer_is_no_failure(client: Client) -> None:
    """A service that says what is wrong with a question works."""

    def refuse(_: Answer) -> None:
        raise FetchError("no such thing")

    with ReplayServer(small) as server:
        for _ in range(5):
            with pytest.raises(FetchError, match="no such thing"):
                client.get(server.url, read=refuse)
    assert len(server.requests) == 5


def test_a_service_that_refuses_every_question_is_left_alone(client: Client) -> None:
    """With a token that is not valid any more, each day of a run would be refused."""
    with ReplayServer(small, mischief=[refuses(401)] * 99) as server:
        for _ in range(3):
            with pytest.raises(FetchError, match="answered 401"):
                client.get(server.url, read=read_json)
        with pytest.raises(LeftAloneError):
            client.get(server.url, read=read_json)
        assert len(server.requests) == 3


def test_a_long_question_is_posted(tmp_path: Path) -> None:
    """As JSON, tried again like any other, kept by no cache, and followed nowhere."""
    with (
        ReplayServer(small, mischief=[refuses(503), None, None, refuses(307, {"location": "/there"})]) as server,
        Client(cache=tmp_path) as client,
    ):
        for _ in range(2):
            answer = client.post(server.url, content={"ids": [1]}, headers={"x-api-key": "k"}, read=read_json)
            assert answer == {"papers": [1, 2, 3]}
        with pytest.raises(FetchError, match="answered 307"):
            client.post(server.url, content={}, read=read_json)
    assert [request.body for request in server.requests] == [b'{"ids": [1]}'] * 3 + [b"{}"]
    assert {request.headers["content-type"] for request in server.requests} == {"application/json"}
    assert list(tmp_path.iterdir()) == []


def test_a_wait_says_how_long_it_is(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever sits before a terminal wants to know whether to go for a coffee."""
    caplog.set_level("INFO", "scraper")
    with ReplayServer(small, mischief=[refuses(429)]) as server:
        client.get(server.url, read=read_json)
    assert re.search(r"answered 429 \(Too Many Requests\); trying again in \d\d seconds", caplog.text)
