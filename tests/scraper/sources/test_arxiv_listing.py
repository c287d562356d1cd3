"""arXiv as a source: from the feed, from a query, or from the calendar alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from scraper.errors import PaperstandError
from scraper.http import Client
from scraper.records import EmptyReason
from scraper.settings import Rules, Selection, Settings
from scraper.sources import Source, open_source
from scraper.sources.arxiv_rss import MAX_ITEMS
from tests.arxiv_service import EMPTY_FEED, FEED, PAPERS, ArxivService
from tests.replay import ReplayServer, Reply, Request
from tests.scraper.fake_clock import FakeClock

SITE = Settings(name="Robots", categories=("cs.CV", "cs.RO"))


@pytest.fixture
def clock() -> FakeClock:
    """The test's time."""
    return FakeClock()


@pytest.fixture
def client(clock: FakeClock) -> Iterator[Client]:
    """A client that waits in no time."""
    with Client(clock=clock) as client:
        yield client


def source_of(client: Client, server: ReplayServer, site: Settings = SITE) -> Source:
    """The source, asking this server."""
    return open_source("arxiv", client, {"ARXIV_ENDPOINT": server.url, "ARXIV_RSS_ENDPOINT": server.url}, site)


def test_the_day_of_the_feed_comes_from_the_feed(client: Client) -> None:
    """One request for both categories; new papers and cross-lists are listed, new versions are not."""
    service = ArxivService()
    with ReplayServer(service) as server:
        listing = source_of(client, server).listing(date(2026, 6, 24))
    assert service.feeds_asked == ["cs.CV+cs.RO"]
    assert listing.empty is None
    assert len(server.requests) == 1
    assert [(listed.entry.why, listed.announced_before) for listed in listing.papers] == [
        *[("arxiv", False)] * 5,
        ("arxiv: cross-list", True),
        *[("arxiv", False)] * 2,
    ]
    assert [paper.id for paper in listing.updates] == ["2606.14010", "2606.14153"]
    assert not {paper.id for paper in listing.updates} & {listed.paper.id for listed in listing.papers}


def test_another_day_comes_from_a_query(client: Client, clock: FakeClock) -> None:
    """By when its papers were submitted; and arXiv is asked once in three seconds, feed and queries together."""
    with ReplayServer(ArxivService()) as server:
        source = source_of(client, server)
        listings = [source.listing(date(2026, 6, day)) for day in (16, 17, 18)]
    found = [[listed.paper.id for listed in listing.papers] for listing in listings]
    assert found == [
        sorted(paper["id"] for paper in PAPERS if paper["date"] == f"2026-06-{day}") for day in (15, 16, 17)
    ]
    queries = [request.query["search_query"] for request in server.requests if request.path == "/api/query"]
    assert queries[0] == "(cat:cs.CV OR cat:cs.RO) AND submittedDate:[202606121800 TO 202606151759]"
    assert clock.slept == [3.0] * 3
    assert all(listed.paper.submitted for listing in listings for listed in listing.papers)


def test_a_day_of_many_papers_is_fetched_in_pages(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each paper once."""
    monkeypatch.setattr("scraper.sources.arxiv.PAGE_SIZE", 3)
    with ReplayServer(ArxivService()) as server:
        listing = source_of(client, server).listing(date(2026, 6, 17))
    assert len(listing.papers) == 8
    assert [request.query.get("start") for request in server.requests[1:]] == ["0", "3", "6"]


def test_a_day_without_announcement_explains_itself(client: Client) -> None:
    """A weekend and a holiday by the calendar, for which no query is made."""
    with ReplayServer(ArxivService()) as server:
        source = source_of(client, server)
        days = [date(2026, 6, 20), date(2026, 1, 2), date(2026, 11, 27)]
        assert [source.listing(day).empty for day in days] == [
            *(EmptyReason.WEEKEND, EmptyReason.HOLIDAY, EmptyReason.HOLIDAY),
        ]
    assert [request.path for request in server.requests] == ["/rss/cs.CV+cs.RO"]


def test_a_day_that_the_feed_has_not_yet_is_not_taken_for_an_empty_one(client: Client) -> None:
    """Early in the day the feed is yesterday's, and a query might find half of the day."""
    with ReplayServer(ArxivService()) as server:
        listing = source_of(client, server).listing(date(2026, 6, 25))
    assert (listing.papers, listing.empty) == ((), EmptyReason.NOT_YET_LISTED)


def test_an_empty_feed_is_an_empty_day(client: Client) -> None:
    """With the calendar's word for it, where it has one."""
    nothing = FEED[: FEED.index(b"<item>")] + b"</channel></rss>"
    with ReplayServer(ArxivService(feed=nothing)) as server:
        listing = source_of(client, server).listing(date(2026, 6, 24))
    assert (listing.papers, listing.empty) == ((), EmptyReason.NOTHING_LISTED)
    with ReplayServer(ArxivService(feed=EMPTY_FEED)) as server:
        listing = source_of(client, server).listing(date(2025, 12, 31))
    assert (listing.papers, listing.empty) == ((), EmptyReason.HOLIDAY)


@pytest.mark.parametrize("most", [2000, 10])
def test_a_feed_on_a_holiday_is_believed(client: Client, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """arXiv's feed knows better than a table, which has nothing to complete a full one with."""
    monkeypatch.setattr("scraper.sources.arxiv_rss.MAX_ITEMS", most)
    feed = FEED.replace(b"Wed, 24 Jun 2026 00:00:00 -0400", b"Fri, 02 Jan 2026 00:00:00 -0500")
    with ReplayServer(ArxivService(feed=feed)) as server:
        assert len(source_of(client, server).listing(date(2026, 1, 2)).papers) == 8


def test_without_the_feed_a_query_has_to_do(client: Client) -> None:
    """A dead feed takes no day down."""

    def dead(request: Request) -> Reply | None:
        return Reply(b"", 404) if request.path.startswith("/rss/") else None

    with ReplayServer(dead, ArxivService()) as server:
        source = source_of(client, server)
        assert len(source.listing(date(2026, 6, 24)).papers) == 8
        assert len(source.listing(date(2026, 6, 17)).papers) == 8
    assert sum(request.path.startswith("/rss/") for request in server.requests) == 1


def test_a_feed_that_is_full_is_completed_by_a_query(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is beyond its end is not lost, and the feed's word on a paper counts first."""
    assert MAX_ITEMS == 2000
    monkeypatch.setattr("scraper.sources.arxiv_rss.MAX_ITEMS", 4)
    cut = FEED.split(b"<item>")
    feed = b"<item>".join(cut[:5]) + b"</channel></rss>"
    with ReplayServer(ArxivService(feed=feed)) as server:
        listing = source_of(client, server).listing(date(2026, 6, 24))
    assert len(listing.papers) == 8
    assert sum(not listed.announced_before for listed in listing.papers) == 4


def test_a_feed_that_is_full_and_cannot_be_completed_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The day has what the feed has; that there is more is a problem."""
    monkeypatch.setattr("scraper.sources.arxiv_rss.MAX_ITEMS", 10)

    def dead(request: Request) -> Reply | None:
        return Reply(b"", 410) if request.path == "/api/query" else None

    with ReplayServer(dead, ArxivService()) as server:
        listing = source_of(client, server).listing(date(2026, 6, 24))
    assert len(listing.papers) == 8
    [problem] = listing.problems
    assert "the feed has 10 papers and no more, and the rest could not be had: " in problem.message
    assert "answered 410" in problem.message


def test_a_site_may_have_subjects_instead_of_categories(client: Client) -> None:
    """Keywords and authors are searched for in all of arXiv, without a feed; the day is visited again later.

    What has neither a letter nor a digit would be found in every paper.
    """
    site = Settings(
        name="S", selection=Selection(include=Rules(keywords=("point cloud", "?!"), authors=("Nobody", "-")))
    )
    with ReplayServer(ArxivService()) as server:
        source = source_of(client, server, site)
        assert source.moves
        source.listing(date(2026, 6, 24))
    assert [request.query["search_query"] for request in server.requests] == [
        '(ti:"point cloud" OR abs:"point cloud" OR au:"Nobody") AND submittedDate:[202606221800 TO 202606231759]'
    ]


def test_nothing_in_a_keyword_leaves_the_query(client: Client) -> None:
    """Quotes and operators are for arXiv's query language."""
    site = Settings(name="S", selection=Selection(include=Rules(keywords=('a" OR all:"b',))))
    with ReplayServer(ArxivService()) as server:
        source_of(client, server, site).listing(date(2026, 6, 24))
    assert 'ti:"a OR all b"' in server.requests[0].query["search_query"]


def test_a_site_without_subject_is_told(client: Client) -> None:
    """Before anybody is asked."""
    with pytest.raises(PaperstandError, match="the source arxiv needs `categories`"):
        open_source("arxiv", client, {}, Settings(name="S"))
    without_site = open_source("arxiv", client, {})
    with pytest.raises(PaperstandError, match="the source arxiv needs `categories`"):
        without_site.listing(date(2026, 6, 24))
    assert client.requests == 0
    with pytest.raises(PaperstandError, match="ARXIV_RSS_ENDPOINT is 'nowhere'"):
        open_source("arxiv", client, {"ARXIV_RSS_ENDPOINT": "nowhere"}, SITE)


def test_an_archive_stands_for_all_of_its_own(client: Client) -> None:
    """cs means cs.*, hep-th is a category itself."""
    with ReplayServer(ArxivService()) as server:
        source_of(client, server, Settings(name="S", categories=("cs", "hep-th"))).listing(date(2026, 6, 17))
    assert server.requests[1].query["search_query"].startswith("(cat:cs OR cat:cs.* OR cat:hep-th) AND ")
