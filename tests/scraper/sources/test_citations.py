"""Citation counts, from either of those who count."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from scraper.errors import FetchError, PaperstandError
from scraper.http import Client
from scraper.sources.citations import OpenAlex, SemanticScholar, count, open_counter
from tests.replay import DATA, ReplayServer, Reply, Request, as_json, refuses
from tests.scraper.fake_clock import FakeClock

RECORDED = {path.stem: json.loads(path.read_bytes()) for path in (DATA / "citations").glob("*.json")}


@pytest.fixture
def clock() -> FakeClock:
    """The test's time."""
    return FakeClock()


@pytest.fixture
def client(clock: FakeClock) -> Iterator[Client]:
    """A client that waits in no time."""
    with Client(clock=clock) as client:
        yield client


def recorded(name: str) -> Reply:
    """A recorded answer."""
    return Reply(RECORDED[name]["body"].encode(), RECORDED[name]["status"], {"content-type": "application/json"})


def test_openalex_counts_by_doi(client: Client) -> None:
    """An arXiv paper by the DOI that arXiv gave it; who is unknown, or has no identifier, has no count."""
    with ReplayServer(lambda _: recorded("openalex-augmenting")) as server:
        counter = open_counter("openalex", client, {"OPENALEX_ENDPOINT": server.url, "OPENALEX_API_KEY": "key"})
        wanted = ["2304.05376", "10.1038/s42256-024-00832-8", "2511.08567", "a-slug", "10.1000/a,b"]
        assert counter.counts(wanted) == {"2304.05376": 106, "10.1038/s42256-024-00832-8": 236}
    [request] = server.requests
    assert request.query == {
        "filter": "doi:10.48550/arxiv.2304.05376|10.1038/s42256-024-00832-8|10.48550/arxiv.2511.08567",
        "select": "doi,cited_by_count",
        "per-page": "100",
    }
    assert request.headers["authorization"] == "Bearer key"


def test_semantic_scholar_counts_in_the_order_of_the_question(client: Client) -> None:
    """An unknown paper is null there, and has no count here; none is one."""
    with ReplayServer(lambda _: recorded("s2-batch-200")) as server:
        counter = open_counter("semanticscholar", client, {"S2_ENDPOINT": server.url, "S2_API_KEY": "key"})
        wanted = ["2511.08567", "10.2139/ssrn.288970", "a-slug", "10.2139/ssrn.2250500", "10.1257/rct.1355"]
        assert counter.counts(wanted) == {
            "10.2139/ssrn.288970": 10670,
            "10.2139/ssrn.2250500": 2185,
            "10.1257/rct.1355": 0,
        }
    [request] = server.requests
    assert json.loads(request.body)["ids"][:2] == ["ARXIV:2511.08567", "DOI:10.2139/ssrn.288970"]
    assert request.headers["x-api-key"] == "key"


def test_a_refusal_is_told(client: Client) -> None:
    """In the service's own words, at once."""
    refusal = RECORDED["s2-batch-403"]
    with ReplayServer(
        mischief=[refuses(403, {"content-type": "application/json"}, refusal["body"].encode())]
    ) as server:
        with pytest.raises(FetchError, match=r"answered 403 \(Forbidden: Forbidden\)"):
            SemanticScholar(client, server.url).counts(["2511.08567"])
        assert len(server.requests) == 1


@pytest.mark.parametrize("body", [b"[]", b"{}", b"<html>", b"[null,null]"])
def test_an_answer_that_does_not_fit_the_question_is_none(client: Client, body: bytes) -> None:
    """A count must never go to another paper."""
    with ReplayServer(lambda _: Reply(body)) as server, pytest.raises(FetchError, match="cannot be read"):
        SemanticScholar(client, server.url).counts(["2511.08567"])


@pytest.mark.parametrize("body", [b"[]", b"{}", b"<html>", b'{"results": 7}'])
def test_an_answer_without_results_is_none(client: Client, body: bytes) -> None:
    """It is asked for again."""
    with ReplayServer(lambda _: Reply(body)) as server, pytest.raises(FetchError, match="cannot be read"):
        OpenAlex(client, server.url).counts(["2511.08567"])


@pytest.mark.parametrize("cited", ["9" * 5000, "\u0669", "7.5", -1, True, 10**15, None, [7]])
def test_a_number_that_is_none_counts_as_absent(client: Client, cited: object) -> None:
    """Digits without end among them; the other papers' counts are taken."""
    with ReplayServer(lambda _: as_json([{"citationCount": cited}, {"citationCount": 7}])) as server:
        assert SemanticScholar(client, server.url).counts(["2511.08567", "2511.08568"]) == {"2511.08568": 7}


def test_only_what_was_asked_for_is_counted(client: Client) -> None:
    """OpenAlex may send more, and has two records of some works: the one that more cite is the whole one."""
    counts = [("10.1000/1", 5), ("10.1000/1", 7), ("10.1000/1", 6), ("10.1000/2", 9), ("10.1000/ABC", 4)]
    results = [{"doi": f"https://doi.org/{doi}", "cited_by_count": cited} for doi, cited in counts]
    odd = [7, None, {}, {"cited_by_count": 7}, {"doi": None, "cited_by_count": 7}, {"doi": "10.1000/3"}]
    with ReplayServer(lambda _: as_json({"results": [*odd, *results]})) as server:
        wanted = ["10.1000/1", "10.1000/3", "10.1000/abc"]
        assert OpenAlex(client, server.url).counts(wanted) == {"10.1000/1": 7, "10.1000/abc": 4}


@pytest.mark.parametrize("name", ["openalex", "semanticscholar"])
def test_each_is_asked_once_a_second(client: Client, clock: FakeClock, name: str) -> None:
    """And is left alone for half a minute when it has too much to do."""
    answers = {"openalex": {"results": []}, "semanticscholar": [None]}
    with ReplayServer(lambda _: as_json(answers[name]), mischief=[None, None, refuses(503)]) as server:
        counter = open_counter(name, client, {"OPENALEX_ENDPOINT": server.url, "S2_ENDPOINT": server.url})
        for number in range(3):
            counter.counts([f"10.1000/{number}"])
    # An empty key would be a wrong one.
    assert not any({"x-api-key", "authorization"} & set(request.headers) for request in server.requests)
    assert clock.slept[:2] == [1.0, 1.0]
    assert 15 <= sum(clock.slept[2:]) <= 45


def test_many_papers_take_several_questions(client: Client) -> None:
    """None longer than the service takes; nothing to ask for is not asked."""

    def echo(request: Request) -> Reply:
        return as_json([{"citationCount": 1} for _ in json.loads(request.body)["ids"]])

    with ReplayServer(echo) as server:
        wanted = [f"2511.{number:05}" for number in range(1, 1202)]
        assert set(count(SemanticScholar(client, server.url), wanted).values()) == {1}
        assert SemanticScholar(client, server.url).counts(["a-slug"]) == {}
        assert OpenAlex(client, server.url).counts(["a-slug"]) == {}
    assert [len(json.loads(request.body)["ids"]) for request in server.requests] == [500, 500, 201]


def test_who_does_not_count_is_told(client: Client) -> None:
    """By name, with those there are; a key that cannot be sent by the name of its variable."""
    with pytest.raises(PaperstandError, match="there are: openalex, semanticscholar"):
        open_counter("google", client, {})
    for key in ("a b", "a\nb", "a\x07b", "cl\u00e9"):
        with pytest.raises(FetchError, match="S2_API_KEY holds characters"):
            open_counter("semanticscholar", client, {"S2_API_KEY": key})
