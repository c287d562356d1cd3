"""The one polite HTTP client: everything that Paperstand fetches goes through `Client.get`.

    get(url, read) -> what `read` makes of the answer
     ├── waits for its turn      the service's own pace, and whatever wait an earlier answer asked for
     ├── asks                    conditionally, if an earlier answer is in the cache; within a deadline and a size
     ├── reads                   a body that `read` refuses with ValueError was damaged on its way: ask again
     └── tries again, or raises  FetchError, UnreachableError: what happened, and what to do

One connection, one request at a time; not for use from several threads at once. Clients in several threads wait for
each other's turns, see `scraper.turns`. A service that fails several times in a row is left alone for the rest of the
client's life: LeftAloneError.
"""

from __future__ import annotations

import json
import logging
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import httpx
import tenacity

from scraper import __version__, turns
from scraper.errors import FetchError, LeftAloneError, UnreachableError
from scraper.http_cache import AnswerCache, StoredAnswer
from scraper.rate_limits import seconds_to_wait
from scraper.records import clean_line
from scraper.turns import Clock, Pace, TooLongError, Turns
from scraper.watchdog import Watchdog

__all__ = ["Answer", "Client", "Clock", "Pace", "Turns", "user_agent"]

T = TypeVar("T")

PROJECT = "https://github.com/paperstand/paperstand"
MAX_BODY = 20_000_000
"""Bytes, after decompression. The longest listing recorded has 500 kB."""
MAX_REDIRECTS = 5
TRIES = 5
TRIES_TO_REACH = 3
"""Whoever is offline wants to know now."""
TIME_TO_REACH = 10.0
"""Seconds for one connection: behind a firewall that says nothing each of the tries would last a whole silence."""
FAILURES = 3
"""Calls of `get` in a row that a service may fail before it is left alone; one that refuses for minutes fails once."""

_FIRST_PAUSE = 1.0
_FIRST_PAUSE_TO_REACH = 0.5
_FIRST_PAUSE_WHEN_LIMITED = 30.0
"""arXiv refuses for minutes, without saying for how many."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({408, 425, 429})
"""Refusals that another try may overcome, besides those of 500 and above."""
_OVERLOADED = frozenset({429, 503})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent: the address that answered in the end, headers with lower-case names, the decoded body."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def next_url(self) -> str | None:
        """The next page (`Link: <…>; rel="next"`, RFC 8288), always at the origin that sent this one.

        A mirror passes its upstream's addresses on; what follows the host is taken and asked of the mirror, so
        that neither the request nor a token in it goes anywhere else. Where the mirror's own path is longer than its
        upstream's, for it stands in a folder, the mirror's stays.
        """
        header = self.headers.get("link", "").encode("utf-8", "replace")  # whatever was sent, httpx wants ASCII
        link = httpx.Response(200, headers={b"link": header}).links.get("next", {}).get("url")
        if not link:
            return None
        here = httpx.URL(self.url)
        try:
            there = here.join(link)
            path = here.path if here.path.endswith(there.path) and there.path != "/" else there.path
            query = b"?" + there.query if there.query else b""
            raw_path = here.raw_path.partition(b"?")[0] if path == here.path else there.raw_path.partition(b"?")[0]
            return str(here.copy_with(raw_path=raw_path + query, fragment=None))
        except (httpx.InvalidURL, ValueError):
            raise FetchError(f"{_shown(here)}: names a next page that is no address") from None


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One call of `get`."""

    url: httpx.URL
    headers: Mapping[str, str]
    pace: Pace
    accept: frozenset[int]
    posted: bytes | None = None
    """What is sent by POST; None stands for a GET."""


class _PassingTroubleError(Exception):
    """A failure that another try may overcome."""

    def __init__(
        self,
        what: str,
        *,
        wait: float | None = None,
        limited: bool = False,
        unreachable: bool = False,
        pause: float = _FIRST_PAUSE,
    ) -> None:
        super().__init__(what)
        self.wait = wait
        """Seconds that the server asks us to stay away."""
        self.limited = limited
        self.unreachable = unreachable
        self.pause = pause
        """Seconds of the first pause, where the server names none."""


class _RefusedError(FetchError):
    """The server will not give this answer, however often it is asked."""


def user_agent(repository: str = "") -> str:
    """How we introduce ourselves, with an address where the people who run this, or who made it, can be found."""
    return f"paperstand/{__version__} (+{repository or PROJECT})"


class Client:
    """Fetches politely. A context manager; `requests` counts what was really sent.

    `cache`: the folder for stored answers, or None. `patience`: the seconds that one `get` may spend waiting between
    its tries altogether; an upstream that asks for more is given up at once. `deadline`: seconds for one whole answer.
    `turns_of`: whose turns it waits for, the process's unless told; a `clock` has turns of its own.
    """

    def __init__(
        self,
        *,
        repository: str = "",
        cache: Path | None = None,
        patience: float = 900.0,
        deadline: float = 60.0,
        timeout: float = 20.0,
        max_body: int = MAX_BODY,
        clock: Clock | None = None,
        turns_of: Turns | None = None,
    ) -> None:
        self.requests = 0
        self._cache = AnswerCache(cache) if cache else None
        self._patience = patience
        self._deadline = deadline
        self._max_body = max_body
        self._turns = turns_of or (Turns(clock) if clock else turns.TURNS)
        self._clock = self._turns.clock
        self._failures: Counter[str] = Counter()
        self._watchdog = Watchdog()
        try:
            self._httpx = httpx.Client(
                headers={"user-agent": user_agent(repository)},
                timeout=httpx.Timeout(timeout, connect=min(timeout, TIME_TO_REACH)),
                limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
                follow_redirects=False,
            )
        except (ValueError, OSError) as error:
            raise FetchError(f"the environment's proxy or certificates cannot be used: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connection, and clear old answers out of the cache."""
        self._httpx.close()
        if self._cache:
            self._cache.forget_unused()

    def get(
        self,
        url: str,
        *,
        read: Callable[[Answer], T],
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        pace: Pace | None = None,
        accept: frozenset[int] = frozenset({200}),
    ) -> T:
        """What `read` makes of the answer; `read` is pure and raises ValueError for a body that it cannot read.

        `params` are added to the address. `pace` is the service's own; without one, a host may be asked at any time.
        `accept` are the statuses that `read` wants to see. `headers` may hold a secret: they go to the address's origin
        and nowhere else, and no error shows them. Raises UnreachableError and FetchError.
        """
        address = _address(url).copy_merge_params(params or {})
        return self._fetch(_wanted(address, headers, pace, accept), read)

    def post(
        self,
        url: str,
        *,
        content: object,
        read: Callable[[Answer], T],
        headers: Mapping[str, str] | None = None,
        pace: Pace | None = None,
    ) -> T:
        """As `get`, for a service that takes a long question as JSON by POST. Such an answer is never cached."""
        posted = json.dumps(content).encode()
        headers = {"content-type": "application/json", **(headers or {})}
        return self._fetch(_wanted(_address(url), headers, pace, frozenset({200}), posted), read)

    def _fetch(self, wanted: _Wanted, read: Callable[[Answer], T]) -> T:
        name = wanted.pace.name
        if self._failures[name] >= FAILURES:
            raise LeftAloneError(f"{name} failed {FAILURES} times in a row and is left alone for the rest of this run")
        started = self._clock.monotonic()
        tries = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_PassingTroubleError),
            wait=_pause,
            stop=lambda state: self._is_enough(state, started),
            sleep=self._clock.sleep,
            before_sleep=lambda state: _say_trouble(wanted.url, state),
            reraise=True,
        )
        try:
            value: T = tries(self._try_once, wanted, read)
        except _PassingTroubleError as trouble:
            for_minutes = trouble.limited and not trouble.wait
            self._failures[name] += FAILURES if for_minutes else 1
            raise self._giving_up(wanted, trouble, tries.statistics["attempt_number"]) from trouble
        except _RefusedError:
            self._failures[name] += 1
            raise
        except FetchError:
            self._failures[name] = 0  # it answered, and `read` made an error of that
            raise
        self._failures[name] = 0
        return value

    def _try_once(self, wanted: _Wanted, read: Callable[[Answer], T]) -> T:
        url = str(wanted.url)
        cache = self._cache if wanted.posted is None else None
        stored = cache.load(url) if cache else None
        answer = self._ask(wanted, stored)
        try:
            value = read(answer)
        except ValueError as error:
            if cache:
                cache.forget(url)
            raise _PassingTroubleError(f"sent what cannot be read: {error}") from error
        # Only what was understood is worth asking "has it changed?" about.
        if cache and answer.status == HTTPStatus.OK:
            cache.keep(url, answer.headers, answer.body)
        return value

    def _ask(self, wanted: _Wanted, stored: StoredAnswer | None) -> Answer:
        """The answer, after redirects; an unchanged one comes from the cache."""
        url = wanted.url
        for _ in range(MAX_REDIRECTS + 1):
            status, headers, body = self._exchange(wanted, url, stored)
            if status in _REDIRECTS and wanted.posted is None:
                url = _redirected(url, headers.get("location", ""))
                continue
            if status == HTTPStatus.NOT_MODIFIED and stored:
                return Answer(str(url), HTTPStatus.OK, {**stored.headers, **headers}, stored.body)
            if status not in wanted.accept:
                raise self._refusal(wanted.pace, url, status, headers, body)
            return Answer(str(url), status, headers, body)
        raise FetchError(f"{_shown(wanted.url)}: redirects more than {MAX_REDIRECTS} times")

    def _exchange(
        self, wanted: _Wanted, url: httpx.URL, stored: StoredAnswer | None
    ) -> tuple[int, dict[str, str], bytes]:
        """One request, one answer: its status, headers and body, whatever they are."""
        conditions = stored.conditions if stored else {}
        closing = {"connection": "close"} if wanted.pace.one_connection else {}
        asked = {**wanted.headers, **conditions, **closing}
        with self._turn(wanted):
            self.requests += 1
            with self._watchdog.watch(self._deadline), self._transport_errors(url):
                method = "GET" if wanted.posted is None else "POST"
                request = self._httpx.build_request(method, url, headers=asked, content=wanted.posted)
                request.extensions["trace"] = self._watchdog.trace
                response = self._httpx.send(request, stream=True)
                try:
                    body = self._body(response)
                finally:
                    response.close()
            headers = {name.lower(): value for name, value in response.headers.items()}
            refused = response.status_code >= 400
            wait = seconds_to_wait(headers, self._clock.now(), refused=refused)
            if wait is not None:
                self._turns.leave_alone(wanted.pace, wait)
        return response.status_code, headers, body

    def _body(self, response: httpx.Response) -> bytes:
        codings = response.headers.get("content-encoding", "").lower().split(",")
        if len([coding for coding in codings if coding.strip() not in {"", "identity"}]) > 1:
            # Each unpacking may make a thousand bytes of one, and all are done before the first of them is counted.
            raise FetchError(f"{_shown(response.url)}: sends what is packed several times over, which no listing needs")
        parts, size = [], 0
        for part in response.iter_bytes():
            size += len(part)
            if size > self._max_body:
                raise FetchError(
                    f"{_shown(response.url)}: sends more than {self._max_body:,} bytes, which no listing needs;"
                    " is the address right?"
                )
            parts.append(part)
        return b"".join(parts)

    @contextmanager
    def _transport_errors(self, url: httpx.URL) -> Iterator[None]:
        """Say in our words what went wrong below HTTP. httpx's own words may hold a header's value."""
        late = f"had not sent its whole answer after {self._deadline:g} seconds"
        try:
            yield
        except (httpx.LocalProtocolError, UnicodeEncodeError):
            raise FetchError(f"{_shown(url)}: a request header holds characters that HTTP does not allow") from None
        except httpx.InvalidURL:  # httpx looks at a redirect's target although it is not to follow it
            raise FetchError(f"{_shown(url)}: redirects to what is no address of the web") from None
        except httpx.RequestError as error:
            if self._watchdog.has_bitten:
                raise _PassingTroubleError(late) from error
            if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)):
                reason = clean_line(str(error)) or type(error).__name__
                raise _PassingTroubleError(f"cannot be reached ({reason})", unreachable=True) from error
            if isinstance(error, httpx.TimeoutException):
                raise _PassingTroubleError("fell silent") from error
            raise _PassingTroubleError("broke the connection off before its answer was complete") from error
        # A body without a length ends where the connection ends: cut by us, it would pass for a whole one.
        if self._watchdog.has_bitten:
            raise _PassingTroubleError(late)

    @contextmanager
    def _turn(self, wanted: _Wanted) -> Iterator[None]:
        def say(wait: float) -> None:
            if wait > wanted.pace.interval:
                _log.info("%s: waiting %.0f seconds, as it asks", _shown(wanted.url), wait)

        try:
            with self._turns.turn(wanted.pace, self._patience, say):
                yield
        except TooLongError as error:
            until = self._until(error.seconds)
            raise FetchError(f"{_shown(wanted.url)}: not asked, for it wants to be left alone {until}") from None

    def _refusal(self, pace: Pace, url: httpx.URL, status: int, headers: Mapping[str, str], body: bytes) -> Exception:
        """What to raise for a status that nobody wanted."""
        phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "unknown status"
        said = _explanation(headers, body)
        what = f"answered {status} ({phrase}{': ' + said if said else ''})"
        if status >= 500 or status in _PASSING:
            wait = seconds_to_wait(headers, self._clock.now(), refused=True)
            overloaded = status in _OVERLOADED and bool(pace.overload_pause)
            limited = status == HTTPStatus.TOO_MANY_REQUESTS or overloaded
            pause = max(pace.overload_pause, _FIRST_PAUSE_WHEN_LIMITED if limited else _FIRST_PAUSE)
            return _PassingTroubleError(what, wait=wait, limited=limited, pause=pause if limited else _FIRST_PAUSE)
        advice = "; is the token in HF_TOKEN still valid?" if status == HTTPStatus.UNAUTHORIZED else ""
        return _RefusedError(f"{_shown(url)}: {what}{advice}")

    def _is_enough(self, state: tenacity.RetryCallState, started: float) -> bool:
        allowed = TRIES_TO_REACH if _trouble(state).unreachable else TRIES
        waited = self._clock.monotonic() - started
        return state.attempt_number >= allowed or waited + state.upcoming_sleep > self._patience

    def _giving_up(self, wanted: _Wanted, trouble: _PassingTroubleError, tries: int) -> FetchError:
        address = _shown(wanted.url)
        if trouble.unreachable:
            return UnreachableError(f"{address}: {trouble}; is this machine online, and the address right?")
        if trouble.wait:
            return FetchError(f"{address}: {trouble} and wants to be left alone {self._until(trouble.wait)}")
        times = "once" if tries == 1 else f"{tries} times"
        later = "in an hour" if trouble.limited else "later"
        return FetchError(f"{address}: {trouble}; tried {times}, try again {later}")

    def _until(self, wait: float) -> str:
        moment = self._clock.now() + timedelta(seconds=wait)
        return f"for {wait:,.0f} seconds; come back after {moment:%Y-%m-%d %H:%M} UTC"


def _say_trouble(address: httpx.URL, state: tenacity.RetryCallState) -> None:
    """Another try is worth a line; the quick ones to reach a service at all are not: their end is an error."""
    trouble = _trouble(state)
    level = logging.DEBUG if trouble.unreachable else logging.INFO
    pause = f" in {state.upcoming_sleep:.0f} seconds" if state.upcoming_sleep >= 5 else ""
    _log.log(level, "%s: %s; trying again%s", _shown(address), trouble, pause)


def _trouble(state: tenacity.RetryCallState) -> _PassingTroubleError:
    error = state.outcome.exception() if state.outcome else None
    return error if isinstance(error, _PassingTroubleError) else _PassingTroubleError("failed")


def _pause(state: tenacity.RetryCallState) -> float:
    """Seconds before the next try: what the server asks for, or twice as long each time; never the same twice.

    Many copies of this program run at the same minute of the hour; the jitter keeps them from coming back together.
    """
    trouble = _trouble(state)
    jitter = random.random()  # noqa: S311 - spreads requests in time, keeps no secret
    if trouble.wait:
        return trouble.wait + jitter * max(1.0, trouble.wait / 20)
    first = _FIRST_PAUSE_TO_REACH if trouble.unreachable else trouble.pause
    return float(first * 2 ** (state.attempt_number - 1) * (0.5 + jitter))


def _address(url: str) -> httpx.URL:
    """Raises FetchError."""
    try:
        address = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        raise FetchError(f"{clean_line(url)[:200]!r} is not an address") from None
    if address.scheme not in {"http", "https"} or not address.host:
        raise FetchError(f"{_shown(address)}: not an http or https address")
    return address


def _wanted(
    address: httpx.URL,
    headers: Mapping[str, str] | None,
    pace: Pace | None,
    accept: frozenset[int],
    posted: bytes | None = None,
) -> _Wanted:
    return _Wanted(address, headers or {}, pace or Pace(address.netloc.decode(), 0.0), accept, posted)


def _redirected(url: httpx.URL, location: str) -> httpx.URL:
    """Where a redirect leads, if it stays on its host: whatever we send there, it was meant for that host."""
    try:
        target = url.join(location)
    except (httpx.InvalidURL, ValueError):
        raise FetchError(f"{_shown(url)}: redirects to what is no address of the web") from None
    same_origin = (target.scheme, target.host, target.port) == (url.scheme, url.host, url.port)
    becomes_secure = (url.scheme, target.scheme, target.host) == ("http", "https", url.host) and not target.port
    if not location or not (same_origin or becomes_secure):
        raise FetchError(
            f"{_shown(url)}: redirects to {_shown(target)}, which is not followed;"
            " if the service has moved, set its new address"
        )
    return target


def _explanation(headers: Mapping[str, str], body: bytes) -> str:
    """The server's own words on a refusal, if they are plain and short; they are text from outside."""
    kind = headers.get("content-type", "")
    said: object = body[:2000].decode("utf-8", "replace") if "text/plain" in kind else ""
    if "json" in kind:
        try:
            refusal = json.loads(body)
        except (ValueError, RecursionError):
            return ""
        said = (refusal.get("error") or refusal.get("message")) if isinstance(refusal, dict) else ""
    return clean_line(said)[:200] if isinstance(said, str) else ""


def _shown(url: httpx.URL) -> str:
    """An address as an error may show it: without user name and password."""
    return clean_line(str(url.copy_with(userinfo=b"")))[:300]
