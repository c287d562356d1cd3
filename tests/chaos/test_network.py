"""Whatever the network does: each source against a real server that misbehaves on a schedule, and then recovers.

A schedule comes from a seed, so that what failed once can be seen again. Waits take no time (`FakeClock`), and the
each request tells the time of that clock.
"""

from __future__ import annotations

import json
import os
import random
import re
import resource
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from operator import length_hint
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import Result

from scraper import turns
from scraper.cli import upstream
from scraper.cli.console import cache_folder
from scraper.errors import FetchError
from scraper.http import TRIES, Client
from scraper.settings import Settings
from scraper.sources import arxiv
from scraper.store import documents
from tests.arxiv_service import ArxivService
from tests.replay import (
    DATA,
    Mischief,
    ReplayServer,
    Reply,
    Request,
    Route,
    as_json,
    biorxiv,
    compressed,
    crossref,
    daily_papers,
    drips,
    dropped,
    endless,
    html,
    invalid_json,
    late,
    redirects,
    refuses,
    sends,
    truncated,
)
from tests.replay import feed as arxiv_feed
from tests.scraper.conftest import Desk, new_desk
from tests.scraper.fake_clock import FakeClock

SEEDS = int(os.environ.get("PAPERSTAND_NETWORK_SEEDS", "3"))
"""Schedules that each source is tried with."""

FAILED = re.compile(rb"^empty: (?:failed|not-yet-listed)\npapers: \[\]$", re.MULTILINE)
TITLE = re.compile(rb"^title: .*$", re.MULTILINE)
DOIS = [json.loads(path.read_bytes()) for path in sorted((DATA / "crossref").glob("*.json"))]


def in_pages_of(size: int, route: Route) -> Route:
    """Hugging Face with smaller pages than it is asked for."""
    return lambda request: route(replace(request, query={**request.query, "limit": str(size)}))


@dataclass(frozen=True)
class Case:
    """A source, what it is asked for, and what its service allows."""

    site: str
    command: Sequence[str]
    route: Callable[[], Route]
    interval: float
    """Seconds that must lie between two requests."""
    most: tuple[int, float]
    """So many requests in so many seconds, at most."""


CASES: Mapping[str, Case] = {
    "huggingface": Case(
        "name: T\n",
        ("scrape", "--since", "2026-08-13", "--until", "2026-08-20"),
        lambda: in_pages_of(4, daily_papers()),
        0.0,
        (500, 300.0),
    ),
    "arxiv": Case(
        "name: T\nsources: [arxiv]\nselection: {include: {categories: [cs.CV, cs.RO]}}\n",
        ("scrape", "--since", "2026-06-15", "--until", "2026-06-24"),
        ArxivService,
        3.0,
        (1, 2.9),
    ),
    "crossref": Case("name: T\n", ("scrape", "--date", "2026-08-13"), crossref, 1.0, (1, 0.9)),
    "biorxiv": Case(
        "name: T\nsources: [biorxiv]\n",
        ("scrape", "--since", "2024-03-31", "--until", "2024-04-02"),
        lambda: biorxiv(page=3),
        1.0,
        (1, 0.9),
    ),
}


def _skewed(chance: random.Random) -> Mischief:
    """A wait until a time of day, told by a server whose clock is wrong by up to a day."""
    there = datetime(2026, 8, 21, 12, 0, tzinfo=UTC) + timedelta(seconds=chance.uniform(-86_400, 86_400))
    until = there + timedelta(seconds=chance.choice([1, 40, 120]))
    dates = {"date": format_datetime(there, usegmt=True), "retry-after": format_datetime(until, usegmt=True)}
    return refuses(chance.choice([429, 503]), dates)


def _broken_gzip(chance: random.Random) -> Mischief:
    return chance.choice(
        [
            compressed(lambda body: body[: len(body) // 2]),
            compressed(lambda body: body[:12] + b"\x00" * 20 + body[32:]),
            compressed(lambda _: b"no gzip at all"),
        ]
    )


WRONG_TYPES = (b"null", b"7", b'"text"', b"{}", b"[7]", b'["text"]', b"[null]", b'{"messages":[],"collection":{}}')
XML_OF_ELSE = b'<?xml version="1.0"?><html><body>Maintenance</body></html>'


KINDS: Sequence[Callable[[random.Random], Mischief]] = (
    lambda _: refuses(429),
    lambda chance: refuses(429, {"retry-after": str(chance.choice([0, 1, 30, 100]))}),
    lambda chance: refuses(429, {"ratelimit": f'"api";r=0;t={chance.randrange(1, 60)}'}, b"Rate exceeded."),
    lambda chance: refuses(chance.choice([500, 502, 503, 504])),
    lambda _: refuses(503, {"retry-after": "garbage"}, b"<html>"),
    _skewed,
    lambda _: dropped(),
    lambda _: truncated(),
    lambda _: invalid_json(),
    lambda _: html(),
    _broken_gzip,
    lambda chance: sends(chance.choice(WRONG_TYPES)),
    lambda _: sends(XML_OF_ELSE, "text/xml"),
    lambda _: sends(b""),
    lambda chance: redirects(chance.choice(["http://127.0.0.1:9/", "https://example.invalid/x", "ftp://x/", "", "//"])),
    lambda chance: drips(0.05, headers=chance.random() < 0.5),
    lambda _: late(0.5),
    lambda _: endless(100_000_000),
)
"""All that a network and a service can do to an answer."""


def schedule(seed: int, bad: float) -> Iterator[Mischief | None]:
    """What is done to each request, and nothing to those that follow: each kind of mischief, in an order of its own.

    Of the requests a share `bad` comes to harm, until every kind has had its turn.
    """
    chance = random.Random(seed)  # noqa: S311 - a schedule that can be seen again
    kinds = chance.sample(KINDS, len(KINDS))
    made: list[Mischief | None] = []
    while kinds:
        made.append(kinds.pop()(chance) if chance.random() < bad else None)
    return iter(made)


@pytest.fixture(autouse=True)
def stamped(monkeypatch: pytest.MonkeyPatch, clock_of_the_process: FakeClock) -> None:
    """Each request tells when it was sent: a busy machine's server may look at the clock when it has moved on."""
    send = httpx.Client.send

    def with_stamp(client: httpx.Client, request: httpx.Request, **options: Any) -> httpx.Response:
        request.headers["x-sent-at"] = str(clock_of_the_process.monotonic())
        return send(client, request, **options)

    monkeypatch.setattr(httpx.Client, "send", with_stamp)


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """So small that days have several."""
    monkeypatch.setattr(arxiv, "PAGE_SIZE", 3)


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A patience of tenths of seconds with a server that drips or is silent; a busy machine may exceed it, too."""

    def opened(root: Path, site: Settings) -> Client:
        return Client(repository=site.repository, cache=cache_folder(root) / "http", deadline=0.25, timeout=0.15)

    monkeypatch.setattr(upstream, "open_client", opened)


def desk_of(case: Case, root: Path, server: ReplayServer) -> Desk:
    """An empty library for a case; Crossref's has a list that names what Crossref knows."""
    desk = new_desk(root, server)
    (root / "site_config" / "site.yml").write_text(case.site)
    if case is CASES["crossref"]:
        lists = root / "content" / "lists"
        lists.mkdir(parents=True)
        named = "".join(f"- '{json.loads(one['body'])['message']['DOI'].lower()}'\n" for one in DOIS[:1] + DOIS[2:5])
        (lists / "dois.md").write_text(f"---\ntitle: T\npapers:\n{named}---\n")
    return desk


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[int, dict[str, bytes]]]:
    """The exit status of each case's command, and the library that it makes, when nothing happens."""
    made = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turns, "TURNS", turns.Turns(FakeClock()))
        for name, case in CASES.items():
            with ReplayServer(case.route(), daily_papers()) as server:
                desk = desk_of(case, tmp_path_factory.mktemp(name), server)
                made[name] = (desk.run(*case.command).exit_code, desk.tree())
    return made


def records(tree: Mapping[str, bytes]) -> dict[str, object]:
    """What the files of a library say. The days of a paper stand in the order in which they were scraped."""
    said: dict[str, object] = {}
    for path, content in tree.items():
        said[path] = content
        if path.startswith("content/papers/"):
            paper = documents.parse_paper(content.decode(), path)
            said[path] = replace(paper, featured=tuple(sorted(paper.featured)))
    return said


def assert_whole(tree: Mapping[str, bytes], expected: Mapping[str, bytes]) -> None:
    """Each stored day is what it should be, or says that it failed; a paper may still gain facts from a later day."""
    for path, content in tree.items():
        assert path in expected
        if path.startswith("content/daily/") and not FAILED.search(content):
            assert content == expected[path], f"{path}:\n{content.decode()}"
        if path.startswith("content/papers/"):
            assert [content.partition(b"\n---\n")[2], TITLE.findall(content)] == [
                expected[path].partition(b"\n---\n")[2],
                TITLE.findall(expected[path]),
            ]


def assert_paced(requests: Sequence[Request], case: Case) -> None:
    """No two requests were nearer than the service allows, and no window of time had more than it allows."""
    times = sorted(float(request.headers["x-sent-at"]) for request in requests)
    assert all(later - earlier >= case.interval - 1e-6 for earlier, later in pairwise(times))
    most, window = case.most
    for start, moment in enumerate(times):
        assert sum(moment <= other < moment + window for other in times[start:]) <= most


@pytest.mark.usefixtures("_quick")
@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("name", CASES)
def test_the_library_ends_as_if_nothing_had_happened(
    name: str,
    seed: int,
    tmp_path: Path,
    clock_of_the_process: FakeClock,
    undisturbed: Mapping[str, tuple[int, dict[str, bytes]]],
) -> None:
    """No crash, nothing partial stored as whole, terms kept; and when the service is well again, all is there."""
    case, (status, expected) = CASES[name], undisturbed[name]
    bad = schedule(seed, (0.3, 0.6, 0.9, 0.15, 0.45)[seed % 5])
    results: list[Result] = []
    with ReplayServer(case.route(), daily_papers(), mischief=bad) as server:
        while length_hint(bad):  # a library that is complete asks for little, if anything: the next one begins
            desk = desk_of(case, tmp_path / str(len(results)), server)
            for _ in range(30):
                results.append(desk.run(*case.command))
                assert_whole(desk.tree(), expected)
                assert desk.run("check").exit_code == 0
                clock_of_the_process.sleep(86_400)
                if results[-1].exit_code in {0, status} and records(desk.tree()) == records(expected):
                    break
            else:
                pytest.fail("\n".join(result.output for result in results[-30:]))
        requests = [one for one in server.requests if name == "huggingface" or "daily_papers" not in one.path]
    assert any(result.exit_code != status or "trying again" in result.output for result in results)
    assert all("Traceback" not in result.output for result in results)
    assert_paced(requests, case)


NOTHING = {
    "huggingface": Reply(b"[7]", headers={"content-type": "application/json"}),
    "arxiv": Reply(arxiv_feed([]).body, headers={"content-type": "application/atom+xml"}),
    "biorxiv": as_json({"messages": [{"status": "no posts found"}], "collection": []}),
}


@pytest.mark.parametrize("name", NOTHING)
def test_a_later_page_that_says_there_is_nothing_ends_no_day(
    name: str, tmp_path: Path, undisturbed: Mapping[str, tuple[int, dict[str, bytes]]]
) -> None:
    """The page before counted more: it is asked for again, and a day of which the rest never comes is no day yet."""
    case, (status, expected) = CASES[name], undisturbed[name]
    again = 0

    def later_pages(request: Request) -> Reply | None:
        nonlocal again
        if not {request.query.get("start", "0"), request.query.get("p", "0")} - {"0"} and not re.search(
            r"/[1-9]\d*$", request.path
        ):
            return None
        again += 1
        return NOTHING[name] if again <= TRIES else None

    with ReplayServer(later_pages, case.route()) as server:
        desk = desk_of(case, tmp_path, server)
        result = desk.run(*case.command)
        assert result.exit_code == 1
        assert_whole(desk.tree(), expected)
        assert FAILED.search(b"".join(desk.tree().values()))
        assert desk.run(*case.command).exit_code == status
    assert records(desk.tree()) == records(expected)


@pytest.mark.parametrize("name", ["huggingface", "biorxiv"])
@pytest.mark.parametrize("body", [b"[7]", b'["text"]', b'[null, {"paper": 1}]', b'[{"paper":{"id":{},"title":[]}}]'])
def test_an_answer_of_which_nothing_can_be_read_is_no_empty_day(name: str, body: bytes, tmp_path: Path) -> None:
    """The day failed, which a later visit mends; that the source had nothing for it is another thing."""
    case = CASES[name]
    counted = {"messages": [{"status": "ok", "total": 2, "cursor": 0}], "collection": json.loads(body)}
    sent = as_json(counted) if name == "biorxiv" else Reply(body, headers={"content-type": "application/json"})

    def broken(request: Request) -> Reply | None:
        return sent if "/details/" in request.path or "daily_papers" in request.path else None

    with ReplayServer(broken) as server:
        desk = desk_of(case, tmp_path, server)
        assert desk.run(*case.command).exit_code == 1
    for path, content in desk.tree().items():
        assert not path.startswith("content/daily/") or FAILED.search(content), content.decode()


def test_hugging_face_is_asked_less_often_than_it_allows(tmp_path: Path) -> None:
    """A backfill of two years stays below 500 requests in five minutes, although the service says nothing of it."""
    with ReplayServer(daily_papers()) as server:
        desk = desk_of(CASES["huggingface"], tmp_path, server)
        assert desk.run("scrape", "--since", "2023-06-01", "--until", "2025-01-31").exit_code == 0
        assert len(server.requests) > 600
        assert_paced(server.requests, CASES["huggingface"])


@pytest.mark.parametrize("coding", ["gzip,gzip,gzip", "gzip, identity, gzip, gzip"])
def test_a_body_that_was_packed_again_and_again_is_refused(coding: str) -> None:
    """Ten kilobytes may become gigabytes before anybody counts them; no listing is packed twice."""
    flat = Reply(b"0" * 300_000_000)
    with ReplayServer(lambda _: flat, mischief=[compressed(coding=coding)]) as server, Client(deadline=60) as client:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with pytest.raises(FetchError, match="packed"):
            client.get(server.url, read=lambda answer: answer.body)
        assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) < 100_000


def test_a_hundred_megabytes_are_not_read() -> None:
    """Whether it says so beforehand or not, the client stops at its limit, and does not ask for it again."""
    with ReplayServer(lambda _: Reply(b""), mischief=[endless(100_000_000)] * 9) as server, Client() as client:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with pytest.raises(FetchError, match="sends more than 20,000,000 bytes"):
            client.get(server.url, read=lambda answer: answer.body)
        assert len(server.requests) == 1
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 80_000
