"""Papers by their identifiers, each from the service that knows its kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scraper.errors import FetchError, IdentifierError
from scraper.http import Client
from scraper.records import Paper
from scraper.sources.lookup import Lookup, open_lookup
from tests.replay import ReplayServer, Reply, Request, arxiv, crossref, feed
from tests.scraper.fake_clock import FakeClock


@pytest.fixture
def client() -> Iterator[Client]:
    """A client that waits in no time."""
    with Client(clock=FakeClock()) as client:
        yield client


def lookup_at(client: Client, server: ReplayServer) -> Lookup:
    """The services on this server."""
    return open_lookup(client, {"ARXIV_ENDPOINT": server.url, "CROSSREF_ENDPOINT": server.url})


def test_each_kind_has_its_service(client: Client) -> None:
    """arXiv's are asked for together, DOIs one by one, a slug of nobody."""
    doi = "10.1038/s42256-024-00832-8"
    with ReplayServer(arxiv(), crossref()) as server:
        found = lookup_at(client, server).papers(["1605.08386", doi, "a-slug", "astro-ph/0601001", "2511.08567"])
    assert {name: one.id for name, one in found.items() if isinstance(one, Paper)} == {
        name: name for name in ("1605.08386", doi, "astro-ph/0601001")
    }
    assert found["2511.08567"] is None
    assert isinstance(found["a-slug"], IdentifierError)
    assert "which no service knows" in str(found["a-slug"])
    assert [request.query.get("id_list") for request in server.requests] == [
        "1605.08386,astro-ph/0601001,2511.08567",
        None,
    ]


def test_one_is_asked_of_whoever_knows_its_kind(client: Client) -> None:
    """And a slug of nobody."""
    with ReplayServer(arxiv(), crossref()) as server:
        for name in ("1605.08386", "10.1038/s42256-024-00832-8"):
            found = lookup_at(client, server).paper(name)
            assert found is not None
            assert found.id == name
        with pytest.raises(IdentifierError, match="which no service knows"):
            lookup_at(client, server).paper("a-slug")
    assert [request.path.split("/")[1] for request in server.requests] == ["api", "works"]


def test_many_are_asked_for_in_parts(client: Client) -> None:
    """A hundred with one request."""
    with ReplayServer(lambda _: feed([])) as server:
        found = lookup_at(client, server).papers([f"2511.{number:05}" for number in range(1, 251)])
    assert set(found.values()) == {None}
    assert [request.query["max_results"] for request in server.requests] == ["100", "100", "50"]


def test_a_service_that_fails_takes_the_other_not_down(client: Client) -> None:
    """What came of each paper is a value."""

    def dead(request: Request) -> Reply | None:
        return Reply(b"", 410) if request.path == "/api/query" else None

    with ReplayServer(dead, crossref()) as server:
        found = lookup_at(client, server).papers(["2511.08567", "10.1038/s42256-024-00832-8"])
    assert isinstance(found["2511.08567"], FetchError)
    assert isinstance(found["10.1038/s42256-024-00832-8"], Paper)


def test_a_record_that_cannot_be_read_is_not_a_missing_one(client: Client) -> None:
    """A missing paper has consequences that a damaged one must not have."""
    damaged = b"<entry><id>http://arxiv.org/abs/2511.08567v1</id><title> </title></entry>"
    with ReplayServer(lambda _: feed([damaged])) as server:
        found = lookup_at(client, server).papers(["2511.08567"])
    assert isinstance(found["2511.08567"], FetchError)
