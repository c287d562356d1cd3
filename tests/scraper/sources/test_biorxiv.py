"""bioRxiv and medRxiv: what was posted on a day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest

from scraper.errors import FetchError
from scraper.http import Client
from scraper.records import Author, Version
from scraper.sources import open_source
from scraper.sources.biorxiv import parse_entries, parse_page
from tests.replay import DATA, ReplayServer, biorxiv, refuses
from tests.scraper.fake_clock import FakeClock

DAY = date(2024, 4, 1)
WRITTEN = json.loads((DATA / "biorxiv" / "details-2024-04-01.json").read_bytes())


@pytest.fixture
def clock() -> FakeClock:
    """The test's time."""
    return FakeClock()


@pytest.fixture
def client(clock: FakeClock) -> Iterator[Client]:
    """A client that waits in no time."""
    with Client(clock=clock) as client:
        yield client


def answer(entries: object = (), **message: object) -> bytes:
    """An answer with these entries and these words about them."""
    said = {"status": "ok", "cursor": 0, "total": len(entries), **message}  # type: ignore[arg-type] # a list, mostly
    return json.dumps({"messages": [said], "collection": entries}).encode()


@pytest.mark.parametrize("page", [1, 3, 30])
def test_a_day_is_fetched(client: Client, page: int) -> None:
    """In as many pages as it takes: first versions are listed, later ones are news, what has no title is a problem."""
    with ReplayServer(biorxiv(page=page)) as server:
        listing = open_source("biorxiv", client, {"BIORXIV_ENDPOINT": server.url}).listing(DAY)
    [listed] = listing.papers
    assert (listed.entry.id, listed.entry.why) == ("10.1101/2024.04.01.587366", "biorxiv")
    paper = listed.paper
    assert paper.title == "High-throughput screening of human genetic variants by pooled prime editing"
    assert paper.authors[:2] == (Author("M. Herger"), Author("C. M. Kajba"))
    assert (paper.submitted, paper.versions, paper.source) == (DAY, (Version(1, DAY),), "biorxiv")
    assert (paper.organization, paper.keywords) == ("The Francis Crick Institute", ("genomics",))
    assert [(one.id, one.versions, one.withdrawn, one.submitted) for one in listing.updates] == [
        ("10.1101/2024.03.01.500001", (Version(2, DAY),), None, None),
        ("10.1101/2024.03.02.500002", (Version(2, DAY),), DAY, None),
    ]
    assert [problem.message for problem in listing.problems] == [
        "entry 4: 10.1101/2024.03.03.500003 has no title; the entry is left out"
    ]
    first = server.requests[0].path
    assert first == "/details/biorxiv/2024-04-01/2024-04-01/0"
    assert len(server.requests) == -(-4 // page)


def test_the_other_server_is_the_same_service(client: Client) -> None:
    """Under its own name; a day without papers is an empty listing."""
    with ReplayServer(biorxiv()) as server:
        source = open_source("medrxiv", client, {"BIORXIV_ENDPOINT": server.url})
        assert source.listing(DAY).papers == ()
        assert source.name == "medrxiv"
    assert server.requests[0].path.startswith("/details/medrxiv/")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html>", "not JSON"),
        (b"[]", "where an object was expected"),
        (b"{}", "an answer that says ''"),
        (answer(status="error"), "an answer that says 'error'"),
        (answer(status="Out\n of " + "o" * 5000), "an answer that says 'Out of o{73}'"),
        (answer(status=["ok"]), "an answer that says ''"),
        (answer(total="many"), "number of results"),
        (answer(total=7), "without entries that announces 7"),
        (answer(total=7, cursor=7), "without entries that announces 7"),
    ],
)
def test_a_body_that_is_no_answer_is_an_error(body: bytes, said: str) -> None:
    """So that the client asks again."""
    with pytest.raises(ValueError, match=said):
        parse_page(body)


def test_an_entry_that_cannot_be_read_is_a_problem(client: Client) -> None:
    """The others are kept, whatever kind of thing it is."""
    entries = [
        7,
        {},
        {"doi": "2511.08567", "title": "T"},
        {"doi": "10.1101/1", "title": "T", "authors": 7, "date": "x"},
    ]
    with ReplayServer(mischief=[refuses(200, body=answer(entries))]) as server:
        listing = open_source("biorxiv", client, {"BIORXIV_ENDPOINT": server.url}).listing(DAY)
    assert [listed.paper.id for listed in listing.papers] == ["10.1101/1"]
    assert [problem.message.split(":")[0] for problem in listing.problems] == ["entry 1", "entry 2", "entry 3"]


def test_a_paper_that_is_there_twice_is_listed_once(client: Client) -> None:
    """One that was posted meanwhile pushes another onto the next page."""
    one = WRITTEN["collection"][0]
    with ReplayServer(mischief=[refuses(200, body=answer([one, one]))]) as server:
        listing = open_source("biorxiv", client, {"BIORXIV_ENDPOINT": server.url}).listing(DAY)
    assert len(listing.papers) == 1


def test_a_later_page_that_counts_less_is_asked_for_again(client: Client) -> None:
    """One that says that there is nothing would end the day."""
    none = refuses(200, body=json.dumps({"messages": [{"status": "no posts found"}], "collection": []}).encode())
    with ReplayServer(biorxiv(page=3), mischief=[None, none]) as server:
        listing = open_source("biorxiv", client, {"BIORXIV_ENDPOINT": server.url}).listing(DAY)
    assert len(listing.papers) + len(listing.updates) + len(listing.problems) == 4
    assert [request.path[-2:] for request in server.requests] == ["/0", "/3", "/3"]


def test_it_is_asked_once_a_second(client: Client, clock: FakeClock) -> None:
    """Both servers together; and it is left alone for half a minute when it has too much to do."""
    with ReplayServer(biorxiv(), mischief=[None, None, refuses(503)]) as server:
        for name in ("biorxiv", "medrxiv", "biorxiv"):
            open_source(name, client, {"BIORXIV_ENDPOINT": server.url}).listing(DAY)
    assert clock.slept[:2] == [1.0, 1.0]
    assert 15 <= sum(clock.slept[2:]) <= 45


@pytest.mark.parametrize("status", ["no posts found", "No posts found", "There are no posts found."])
def test_a_day_without_posts_is_no_error(status: str) -> None:
    """However the service says so."""
    assert parse_page(answer(status=status)).entries == []


@pytest.mark.parametrize("fields", [{"type": "withdrawn"}, {"type": "WITHDRAWN"}, {"abstract": "WITHDRAWN. Why not."}])
def test_a_withdrawn_paper_is_known_by_its_kind_or_its_abstract(fields: dict[str, str]) -> None:
    """On the day of the version that says so."""
    entry = {"doi": "10.1101/1", "title": "T", "date": "2024-04-01", "version": "2", **fields}
    (paper,) = parse_entries([entry], "biorxiv", DAY).updates
    assert paper.withdrawn == DAY


def test_what_an_entry_does_not_say_is_nothing() -> None:
    """A place that is not available, authors without a name, a version without a number; what is said is one line."""
    names = "Franklin, R. E.; ; Curie,;,\n Marie "
    one = {"doi": "10.1101/1", "title": "T", "authors": names, "author_corresponding_institution": "NA"}
    two = {**one, "doi": "10.1101/2", "version": "0", "author_corresponding_institution": " King's\n College "}
    (first, second) = parse_entries([one, two], "biorxiv", DAY).papers
    assert [author.name for author in first.paper.authors] == ["R. E. Franklin", "Curie", "Marie"]
    assert (first.paper.organization, second.paper.organization) == (None, "King's College")
    assert second.paper.versions == (Version(1),)


def test_a_service_that_goes_in_circles_is_left(client: Client) -> None:
    """There is an end to the pages of a day."""
    one = WRITTEN["collection"][:1]
    endless = [refuses(200, body=answer(one, total=10_000))] * 200
    with ReplayServer(mischief=endless) as server, pytest.raises(FetchError, match="more than 100 pages"):
        open_source("biorxiv", client, {"BIORXIV_ENDPOINT": server.url}).listing(DAY)
