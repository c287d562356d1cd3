"""`paperstand scrape` with every source: from what services answer to what stands in the library."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from scraper import settings
from scraper.check import Missing
from scraper.errors import FetchError, Problem
from scraper.http import TRIES_TO_REACH, Client
from scraper.records import Day, DayEntry, EmptyReason, Paper, Version, day_title
from scraper.scrape import count_citations, fetch_named_papers, last_days, scrape_days
from scraper.settings import parse
from scraper.sources import open_source
from scraper.sources.citations import open_semantic_scholar
from scraper.sources.lookup import open_lookup
from scraper.store import ContentStore
from tests.arxiv_service import FEED, PAPERS, ArxivService, atom_entry
from tests.replay import (
    ReplayServer,
    Reply,
    Request,
    Route,
    arxiv,
    as_json,
    biorxiv,
    crossref,
    daily_papers,
    feed,
)
from tests.scraper.conftest import Desk, new_desk
from tests.scraper.fake_clock import FakeClock

ROBOTS = "name: Robots\nsources: [arxiv]\ncategories: [cs.CV, cs.RO]\n"
DAY = "2026-06-24"


def desk_with(root: Path, server: ReplayServer, site: str = ROBOTS) -> Desk:
    """An empty library with these settings."""
    desk = new_desk(root, server)
    (desk.root / "site_config" / "site.yml").write_text(site)
    return desk


def queries(server: ReplayServer) -> list[str]:
    """What the query interface was asked for by date."""
    return [one.query["search_query"] for one in server.requests if "search_query" in one.query]


def dead(*paths: str) -> Route:
    """A service whose addresses that start so answer nothing but errors."""
    return lambda request: Reply(b"", 500) if request.path.startswith(paths) else None


def test_arxivs_announcement_becomes_a_day(tmp_path: Path) -> None:
    """The feed's new papers and cross-lists, not new versions; the day of submission, which it lacks, is asked for."""
    with ReplayServer(ArxivService()) as server:
        desk = desk_with(tmp_path, server)
        result = desk.run("scrape", "--date", DAY)
        assert result.exit_code == 0, result.output
    assert "2026-06-24 arxiv: 8 papers, 8 new in the day" in result.output
    assert [request.path for request in server.requests] == ["/rss/cs.CV+cs.RO", "/api/query"]
    library = desk.store.load()
    assert {entry.why for entry in library.days[date(2026, 6, 24)].papers} == {"arxiv", "arxiv: cross-list"}
    assert {paper.submitted for paper in library.papers.values()} == {date(2026, 6, 23)}
    assert not {"2606.14010", "2606.14153"} & set(library.papers)
    assert desk.run("check").exit_code == 0


def test_a_new_version_updates_the_paper_and_lists_it_nowhere(tmp_path: Path) -> None:
    """The paper learns its version; its first day stays its only one, and a person's title stays."""
    with ReplayServer(ArxivService()) as server:
        desk = desk_with(tmp_path, server)
        desk.run("scrape", "--date", "2026-06-16")
        path = desk.store.paper_path("2606.14010")
        path.write_text(re.sub(r"(?m)^title: .*$", "title: My own", path.read_text()))
        result = desk.run("scrape", "--date", DAY)
        assert result.exit_code == 0, result.output
    assert "2 completed papers" in result.output
    paper = desk.store.paper("2606.14010")
    assert paper is not None
    assert [version.number for version in paper.versions] == [1, 2]
    assert paper.featured == (date(2026, 6, 16),)
    assert paper.title == "My own"
    other = desk.store.paper("2606.14153")
    assert other is not None
    assert other.versions == (Version(1, date(2026, 6, 15)), Version(3))
    stored = desk.store.day(date(2026, 6, 24))
    assert stored is not None
    assert not {"2606.14010", "2606.14153"} & {entry.id for entry in stored.papers}


def test_a_cross_list_of_a_paper_that_is_there_is_not_news(tmp_path: Path) -> None:
    """It has its day already."""
    with ReplayServer(ArxivService()) as server:
        desk = desk_with(tmp_path, server)
        cross = next(dict(paper) for paper in PAPERS if paper["id"] == "2606.22499")
        earlier = ArxivService(papers=[*PAPERS, {**cross, "date": "2026-06-16"}])
        with ReplayServer(earlier) as before:
            new_server = {**desk.environment, "ARXIV_ENDPOINT": before.url}
            Desk(desk.root, new_server).run("scrape", "--date", "2026-06-17")
        desk.run("scrape", "--date", DAY)
    stored = desk.store.day(date(2026, 6, 24))
    assert stored is not None
    assert "2606.22499" not in {entry.id for entry in stored.papers}
    assert len(stored.papers) == 7


def test_a_backfill_goes_on_where_it_was(tmp_path: Path) -> None:
    """Stopped after some days, it asks for the other ones only; --again asks for all; the result is the same."""
    range_of_days = ("scrape", "--since", "2026-06-15", "--until", "2026-06-24")
    with ReplayServer(ArxivService()) as server:
        whole = desk_with(tmp_path / "whole", server)
        assert whole.run(*range_of_days).exit_code == 0
        asked = queries(server)
        assert len(asked) == 7
        desk = desk_with(tmp_path / "stopped", server)
        assert desk.run("scrape", "--since", "2026-06-15", "--until", "2026-06-17").exit_code == 0
        done = len(queries(server))
        result = desk.run(*range_of_days)
        assert result.exit_code == 0
        assert "2026-06-17 arxiv: stored already" in result.output
        assert "2026-06-20 arxiv: 0 papers" in result.output
        assert queries(server)[done:] == asked[3:]
        assert desk.tree() == whole.tree()
        before = len(queries(server))
        assert desk.run(*range_of_days, "--again").exit_code == 0
        assert queries(server)[before:] == asked
        assert desk.tree() == whole.tree()


@pytest.mark.parametrize("at", [2, 7])
def test_a_backfill_that_is_killed_loses_nothing(tmp_path: Path, at: int) -> None:
    """Whichever file it was writing: the next run ends with the same library."""
    days = ("scrape", "--date", "2026-06-17")
    with ReplayServer(ArxivService()) as server:
        whole = desk_with(tmp_path / "whole", server)
        assert whole.run(*days).exit_code == 0
        desk = desk_with(tmp_path / "killed", server)
        assert desk.run_killed(at, *days)
        assert desk.run(*days).exit_code == 0
        assert desk.tree() == whole.tree()


def test_a_stored_day_that_cannot_be_read_is_not_passed_over(tmp_path: Path) -> None:
    """Its visit says what is wrong with it."""
    with ReplayServer(ArxivService()) as server:
        desk = desk_with(tmp_path, server)
        assert desk.run("scrape", "--date", "2026-06-16").exit_code == 0
        path = desk.store.day_path(date(2026, 6, 16))
        path.write_text(path.read_text().replace("date: ", "dates: "))
        result = desk.run("scrape", "--date", "2026-06-16")
    assert result.exit_code == 1
    assert "2026-06-16 arxiv: failed" in result.output


def test_days_without_announcement_explain_themselves(tmp_path: Path) -> None:
    """Holidays by arXiv's list, weekends by the calendar; they are settled, and nobody is asked for them again."""
    with ReplayServer(ArxivService()) as server:
        desk = desk_with(tmp_path, server)
        days = ("scrape", "--since", "2026-01-02", "--until", "2026-01-04")
        assert desk.run(*days).exit_code == 0
        stored = desk.store.load().days
        assert [day.empty for day in stored.values()] == [
            EmptyReason.HOLIDAY,  # nothing on New Year's evening
            EmptyReason.WEEKEND,
            EmptyReason.WEEKEND,
        ]
        asked = len(server.requests)
        assert desk.run(*days).exit_code == 0
        assert len(server.requests) == asked


@pytest.mark.parametrize(
    ("stored", "age", "asks"),
    [
        (EmptyReason.FAILED, 30, True),
        (EmptyReason.NOT_YET_LISTED, 30, True),
        (EmptyReason.NOTHING_LISTED, 3, True),
        (EmptyReason.NOTHING_LISTED, 30, False),
        (EmptyReason.TAKEN_OUT, 3, False),
        ("arxiv", 0, True),
        ("arxiv", 1, False),
        ("biorxiv", 1, True),
        ("no file", 1, True),
    ],
)
def test_a_stored_day_is_asked_for_until_it_is_settled(
    tmp_path: Path, stored: EmptyReason | str, age: int, asks: bool
) -> None:
    """However old it is, where it failed; for a week, where nothing was listed; today, whatever it has.

    And where none of its papers is this source's, or a crash left none.
    """
    day = date(2026, 6, 17)
    with ReplayServer(ArxivService()) as server:
        store = desk_with(tmp_path, server).store
        empty = stored if isinstance(stored, EmptyReason) else None
        paper = Paper("2606.00001", title="T", source="arxiv" if empty else str(stored), featured=(day,))
        store.write_day(Day(day, day_title(day), () if empty else (DayEntry(paper.id),), empty=empty))
        if stored != "no file":
            store.write_paper(paper)
        with Client() as client:
            endpoints = {"ARXIV_ENDPOINT": server.url, "ARXIV_RSS_ENDPOINT": server.url}
            source = open_source("arxiv", client, endpoints, parse(ROBOTS))
            (report,) = scrape_days(store, [source], [day], exclude=(), today=day + timedelta(days=age))
        assert report.is_settled is not asks
        assert bool(queries(server)) is asks


def test_an_upstream_that_fails_every_request_is_left_alone(tmp_path: Path, clock_of_the_process: FakeClock) -> None:
    """After three days it is not tried for the others, and the summary says so once."""
    with ReplayServer(dead("/api/daily_papers")) as server:
        desk = new_desk(tmp_path, server)
        result = desk.run("scrape", "--since", "2026-07-01", "--until", "2026-07-30")
    assert result.exit_code == 1
    assert len(server.requests) == 15
    assert result.output.count("is left alone for the rest of this run") == 1
    assert sum(clock_of_the_process.slept) < 120


def test_a_source_that_is_dead_takes_no_other_down(tmp_path: Path) -> None:
    """The day has what the other lists, and the failure is a problem; the next run brings the rest."""
    site = "name: Both\nsources: [arxiv, biorxiv]\ncategories: [cs.CV, cs.RO]\n"
    with ReplayServer(dead("/rss/", "/api/query"), biorxiv()) as server:
        desk = desk_with(tmp_path, server, site)
        result = desk.run("scrape", "--date", "2024-04-01")
    assert result.exit_code == 1
    assert re.search(r"Problem: arxiv 2024-04-01: .*answered 500", result.output)
    assert set(desk.store.load().papers) == {"10.1101/2024.04.01.587366"}


def test_a_dead_feed_and_a_query_that_refuses_for_minutes(tmp_path: Path, clock_of_the_process: FakeClock) -> None:
    """429 is waited out for minutes, once, and said; then arXiv is left alone for all days."""
    limited = (Path(__file__).parents[1] / "data" / "arxiv" / "rate-limited-429.txt").read_bytes()
    with ReplayServer(lambda _: Reply(limited, 429, {"content-type": "text/plain"})) as server:
        desk = desk_with(tmp_path, server)
        result = desk.run("scrape", "--since", "2026-06-16", "--until", "2026-06-23")
    assert result.exit_code == 1
    assert re.search(r"Too Many Requests: Rate exceeded\.\); trying again in \d+ seconds", result.output)
    assert len(server.requests) <= 5
    assert 180 < sum(clock_of_the_process.slept) < 1000


def test_two_sources_name_one_paper_once(tmp_path: Path) -> None:
    """The first source's entry has the day; the paper of both stands in it once, with the second's numbers."""
    twin = PAPERS[0]
    hugging = [{"paper": {"id": twin["id"], "title": "Its title there", "upvotes": 42}, "numComments": 3}]

    def daily(request: Request) -> Reply | None:
        return as_json(hugging) if request.path == "/api/daily_papers" else None

    site = "name: Both\nsources: [arxiv, huggingface]\ncategories: [cs.CV, cs.RO]\n"
    with ReplayServer(daily, ArxivService()) as server:
        desk = desk_with(tmp_path, server, site)
        result = desk.run("scrape", "--date", "2026-06-16")
        assert result.exit_code == 0, result.output
    assert "2026-06-16 arxiv, huggingface: 5 papers, 5 new in the day" in result.output
    stored = desk.store.day(date(2026, 6, 16))
    assert stored is not None
    [entry] = [entry for entry in stored.papers if entry.id == twin["id"]]
    assert (entry.why, entry.upvotes, entry.comments) == ("arxiv", 42, 3)
    paper = desk.store.paper(twin["id"])
    assert paper is not None
    assert paper.title == " ".join(twin["title"].split())


def test_the_selection_says_what_comes_in(tmp_path: Path) -> None:
    """By rule, in order, as many as the site wants; each paper says why."""
    site = ROBOTS + (
        "selection:\n  include: {keywords: [driving, manipulation, robot]}\n  exclude: {keywords: [gaussian]}\n"
        "  most: 2\n  order: score\n"
    )
    with ReplayServer(ArxivService()) as server:
        desk = desk_with(tmp_path, server, site)
        result = desk.run("scrape", "--since", "2026-06-16", "--until", "2026-06-24")
        assert result.exit_code == 0, result.output
        again = desk.tree()
        assert desk.run("scrape", "--since", "2026-06-16", "--until", "2026-06-24", "--again").exit_code == 0
    assert desk.tree() == again
    days = [day for day in desk.store.load().days.values() if day.papers]
    assert len(days) > 3
    for day in days:
        assert len(day.papers) <= 2
        scores = [entry.score or 0 for entry in day.papers]
        assert scores == sorted(scores, reverse=True)
        assert all(re.match("keyword: (driving|manipulation|robot)", entry.why or "") for entry in day.papers)
        assert min(scores) > 0


def test_papers_like_those_of_the_lists_come_in_first(tmp_path: Path) -> None:
    """The site's own lists are the measure."""
    lists = tmp_path / "content" / "lists"
    lists.mkdir(parents=True)
    named = "2606.21456"
    site = ROBOTS + "selection: {order: similarity, most: 3}\n"
    with ReplayServer(ArxivService()) as server:
        desk = desk_with(tmp_path, server, site)
        (lists / "mine.md").write_text(f"---\ntitle: Mine\npapers:\n- '{named}'\n---\n")
        desk.run("scrape", "--date", "2026-06-15")  # fetches what the list names
        result = desk.run("scrape", "--date", DAY)
        assert result.exit_code == 0, result.output
    stored = desk.store.day(date(2026, 6, 24))
    assert stored is not None
    assert stored.papers[0].id == named
    assert len(stored.papers) == 3
    assert stored.papers[0].score == 100


def test_an_excluded_paper_takes_no_others_place(tmp_path: Path) -> None:
    """A site that shows three papers a day shows three, whichever of them it must not show."""

    def day_of(name: str, exclude: str = "") -> list[str]:
        desk = desk_with(tmp_path / name, server, f"{ROBOTS}selection: {{most: 3}}\nexclude: [{exclude}]\n")
        assert desk.run("scrape", "--date", DAY).exit_code == 0
        (stored,) = desk.store.load().days.values()
        return [entry.id for entry in stored.papers]

    with ReplayServer(ArxivService()) as server:
        shown = day_of("all")
        without = day_of("without", f"'{shown[1]}'")
    assert len(shown) == len(without) == 3
    assert without[:2] == [shown[0], shown[2]]


def test_what_of_the_lists_cannot_be_read_is_no_measure(tmp_path: Path) -> None:
    """A list with a slip in it, or a paper's file, is said elsewhere and costs no day its order."""
    with ReplayServer(ArxivService()) as server:
        desk = desk_with(tmp_path, server, ROBOTS + "selection: {order: similarity, most: 3}\n")
        desk.run("scrape", "--date", "2026-06-17")
        known, broken = sorted(desk.store.load().papers)[:2]
        path = desk.store.paper_path(broken)
        path.write_text(path.read_text().replace("title: ", "titles: "))
        lists = tmp_path / "content" / "lists"
        lists.mkdir()
        (lists / "broken.md").write_text("---\ntitle: [\n---\n")
        (lists / "mine.md").write_text(f"---\ntitle: M\npapers:\n- '{broken}'\n- '{known}'\n---\n")
        site = settings.load(desk.root)
        with Client() as client:
            endpoints = {"ARXIV_ENDPOINT": server.url, "ARXIV_RSS_ENDPOINT": server.url}
            source = open_source("arxiv", client, endpoints, site)
            day = date.fromisoformat(DAY)
            (report,) = scrape_days(desk.store, [source], [day], exclude=(), today=day, selection=site.selection)
    assert report.problems == ()
    stored = desk.store.day(day)
    assert stored is not None
    scores = [entry.score for entry in stored.papers]
    assert len(scores) == 3
    assert all(scores)


def test_a_paper_whose_facts_cannot_be_asked_for_is_a_paper(tmp_path: Path) -> None:
    """Where arXiv is not asked with success for what its feed lacks, that is none of the day's failures."""
    with ReplayServer(dead("/api/query"), ArxivService()) as server:
        desk = desk_with(tmp_path, server)
        result = desk.run("scrape", "--date", DAY)
    assert result.exit_code == 0, result.output
    library = desk.store.load()
    assert len(library.papers) == 8
    assert {paper.submitted for paper in library.papers.values()} == {None}
    assert desk.run("check").exit_code == 0


def test_a_paper_that_cannot_be_written_keeps_no_other_from_it(tmp_path: Path) -> None:
    """What the feed lacks of it arXiv's record has, at a length that no paper has."""
    feed_of_day = re.sub(rb"<dc:creator>.*?</dc:creator>", b"", FEED, count=1, flags=re.DOTALL)
    endless = next(paper["id"] for paper in PAPERS if paper["id"].encode() in feed_of_day.partition(b"</item>")[0])
    papers = [{**paper, "authors": ["A" * 100_000]} if paper["id"] == endless else paper for paper in PAPERS]
    with ReplayServer(ArxivService(papers, feed_of_day)) as server:
        desk = desk_with(tmp_path, server)
        result = desk.run("scrape", "--date", DAY)
    assert result.exit_code == 1
    assert "2026-06-24 arxiv: 8 papers, 8 new in the day" in result.output
    assert re.search(rf"Problem: content/papers/\d+/{endless}.md: authors: expected at most", result.output)
    library = desk.store.load()
    assert [len(day.papers) for day in library.days.values()] == [8]
    assert len(library.papers) == 7
    assert endless not in library.papers


def test_a_dry_run_that_fails_writes_nothing_either(tmp_path: Path) -> None:
    """Not even that the day failed."""
    with ReplayServer(lambda _: Reply(b"", 410)) as server:
        desk = new_desk(tmp_path, server)
        assert desk.run("scrape", "--date", "2026-08-20", "--dry-run").exit_code == 1
        assert server.requests
    assert desk.tree() == {}


def test_a_dry_run_asks_no_more_than_it_says(tmp_path: Path) -> None:
    """What a source does not tell of its papers is asked for when they are written."""
    with ReplayServer(ArxivService()) as server:
        desk = desk_with(tmp_path, server)
        assert desk.run("scrape", "--date", DAY, "--dry-run").exit_code == 0
        assert [request.path for request in server.requests] == ["/rss/cs.CV+cs.RO"]
    assert desk.tree() == {}


def test_a_day_of_news_alone_has_nothing_listed(tmp_path: Path) -> None:
    """Though an entry of it could not be read: something of the answer was."""
    news = {"doi": "10.1101/1", "title": "T", "version": "2", "date": "2024-04-01"}
    answer = {"messages": [{"status": "ok", "total": 2, "cursor": 0}], "collection": [7, news]}
    with ReplayServer(lambda _: as_json(answer)) as server:
        desk = desk_with(tmp_path, server, "name: T\nsources: [biorxiv]\n")
        assert desk.run("scrape", "--date", "2024-04-01").exit_code == 1
    (stored,) = desk.store.load().days.values()
    assert stored.empty is EmptyReason.NOTHING_LISTED


def test_a_paper_that_is_too_large_is_in_no_day(tmp_path: Path) -> None:
    """No page could be made of it; the problem names it, and the others come in."""
    titles = {"2608.00001": "T", "2608.00002": "T" * 100_000}
    entries = [{"paper": {"id": name, "title": title}} for name, title in titles.items()]
    with ReplayServer(lambda _: as_json(entries)) as server:
        desk = new_desk(tmp_path, server)
        result = desk.run("scrape", "--date", "2026-08-20")
    assert result.exit_code == 1
    assert "2608.00002: title: expected at most" in result.output
    assert [entry.id for day in desk.store.load().days.values() for entry in day.papers] == ["2608.00001"]


def test_a_harvest_fills_years_with_a_few_requests(tmp_path: Path) -> None:
    """Each paper on the day of its announcement, each day written once; the pages are forgotten afterwards."""
    harvest = ("scrape", "--harvest", "--since", "2026-06-15", "--until", "2026-06-24")
    site = ROBOTS.replace("cs.CV, ", "")
    with ReplayServer(ArxivService()) as server:
        desk = desk_with(tmp_path, server, site)
        result = desk.run(*harvest)
        assert result.exit_code == 0, result.output
        assert [request.path for request in server.requests] == ["/oai"] * 4
    library = desk.store.load()
    assert set(library.papers) == {paper["id"] for paper in PAPERS}
    for paper in library.papers.values():
        [featured] = paper.featured
        assert paper.submitted is not None
        assert 1 <= (featured - paper.submitted).days <= 3
    assert library.days[date(2026, 6, 20)].empty is EmptyReason.WEEKEND
    assert not list((tmp_path / ".cache" / "harvest").rglob("*.xml"))


def test_a_harvest_that_stops_goes_on(tmp_path: Path) -> None:
    """At the page where the service failed, with the days that were stored left as they are."""
    harvest = ("scrape", "--harvest", "--since", "2026-06-15", "--until", "2026-06-24")
    site = ROBOTS.replace("cs.CV, ", "")
    service = ArxivService()

    def breaks(request: Request) -> Reply | None:
        return Reply(b"", 404) if request.query.get("resumptionToken") == "token|20" else None

    with ReplayServer(breaks, service) as server:
        desk = desk_with(tmp_path, server, site)
        result = desk.run(*harvest)
        assert result.exit_code == 1
        assert "answered 404" in result.output
        assert desk.tree() == {}
    with ReplayServer(service) as server:
        after = Desk(desk.root, {**desk.environment, "ARXIV_OAI_ENDPOINT": server.url})
        assert after.run(*harvest).exit_code == 0
        assert [request.query["resumptionToken"] for request in server.requests] == ["token|20", "token|30"]
    assert len(desk.store.load().papers) == len(PAPERS)


@pytest.mark.parametrize(
    ("arguments", "site"),
    [
        ((), ROBOTS),
        (("--since", "2026-06-15"), "name: T\n"),
        (("--since", "2026-06-15"), "name: T\nsources: [arxiv]\nselection: {include: {keywords: [robot]}}\n"),
    ],
)
def test_a_harvest_needs_to_know_what_of(tmp_path: Path, arguments: tuple[str, ...], site: str) -> None:
    """A first day, the source arxiv, and categories; nobody is asked before."""
    with ReplayServer(ArxivService()) as server:
        result = desk_with(tmp_path, server, site).run("scrape", "--harvest", *arguments)
    assert result.exit_code == 2
    assert "--harvest needs --since, the source arxiv, and `categories`" in result.output
    assert server.requests == []


def test_dois_that_a_list_names_are_fetched(desk: Desk) -> None:
    """From Crossref, bioRxiv's too, beside arXiv's from arXiv; one that is nobody's is a problem on its line."""
    lists = desk.root / "content" / "lists"
    lists.mkdir(parents=True)
    names = ["10.1038/s42256-024-00832-8", "10.1101/2024.04.01.587366", "1605.08386", "10.1000/nobody"]
    (lists / "mine.md").write_text("---\ntitle: M\npapers:\n" + "".join(f"- '{name}'\n" for name in names) + "---\n")
    result = desk.run("scrape", "--date", "2026-08-20")
    assert "Problem: content/lists/mine.md:7: Crossref knows no paper 10.1000/nobody; correct it here" in result.output
    assert result.exit_code == 1
    papers = desk.store.load().papers
    assert set(names[:3]) <= set(papers)
    assert papers[names[0]].title == "Augmenting large language models with chemistry tools"
    assert papers[names[1]].source == "crossref"


def test_a_service_that_cannot_be_asked_is_said_once(tmp_path: Path) -> None:
    """Not once for each of the papers that a list names; the other service's papers are fetched."""
    with ReplayServer(daily_papers(), dead("/api/query"), crossref()) as server:
        desk = new_desk(tmp_path, server)
        lists = desk.root / "content" / "lists"
        lists.mkdir(parents=True)
        names = ["2511.00001", "2511.00002", "2511.00003", "10.1038/s42256-024-00832-8"]
        (lists / "mine.md").write_text("---\ntitle: M\npapers:\n" + "".join(f"- '{one}'\n" for one in names) + "---\n")
        result = desk.run("scrape", "--date", "2026-08-20")
    assert result.exit_code == 1
    assert result.output.count("answered 500") == 5  # four tries again, and the problem
    assert "10.1038/s42256-024-00832-8" in desk.store.load().papers


def test_a_service_that_cannot_be_reached_is_lost_for_all_papers_that_are_named(tmp_path: Path) -> None:
    """However many questions they would take; the other service's papers are fetched."""
    doi = "10.1038/s42256-024-00832-8"
    missing = [Missing(name, "content/lists/mine.md", 4, None) for name in ("2511.00001", "2511.00002", doi)]
    with ReplayServer() as gone:
        nowhere = gone.url
    with ReplayServer(crossref()) as server, Client() as client:
        lookup = open_lookup(client, {"ARXIV_ENDPOINT": nowhere, "CROSSREF_ENDPOINT": server.url})
        (problem, fetched) = fetch_named_papers(ContentStore(tmp_path), lookup.papers, missing, at_once=1)
        assert client.requests == TRIES_TO_REACH + 1
    assert isinstance(problem, Problem)
    assert "cannot be reached" in problem.message
    assert fetched == doi


def test_a_paper_with_a_doi_is_refreshed_from_crossref(desk: Desk) -> None:
    """Title and abstract anew, on request only."""
    doi = "10.1038/s42256-024-00832-8"
    path = desk.store.paper_path(doi)
    path.parent.mkdir(parents=True)
    path.write_text(f"---\nid: {doi}\ntitle: Old\n---\n")
    result = desk.run("refresh", doi)
    assert result.exit_code == 0, result.output
    assert "+ title: Augmenting large language models with chemistry tools" in result.output


def _s2(request: Request) -> Reply | None:
    if request.path != "/graph/v1/paper/batch":
        return None
    return as_json([{"citationCount": 7} if "2608.16590" in name else None for name in json.loads(request.body)["ids"]])


def test_citations_are_counted_where_a_site_wants_them(tmp_path: Path) -> None:
    """In the visited days, with one question for all; a person's line keeps its comment."""
    site = "name: T\ncitations: semanticscholar\n"
    with ReplayServer(_s2, daily_papers(), arxiv()) as server:
        desk = desk_with(tmp_path, server, site)
        result = desk.run("scrape", "--since", "2026-08-19", "--until", "2026-08-20")
        assert result.exit_code == 0, result.output
        assert "semanticscholar: other citation counts in 1 day" in result.output
        path = desk.store.day_path(date(2026, 8, 20))
        path.write_text(
            path.read_text().replace("papers:\n", "# mine\npapers:\n").replace("citations: 7", "citations: 5")
        )
        assert desk.run("scrape", "--date", "2026-08-20").exit_code == 0
    stored = desk.store.day(date(2026, 8, 20))
    assert stored is not None
    assert {entry.id: entry.citations for entry in stored.papers if entry.citations is not None} == {"2608.16590": 7}
    assert "# mine\npapers:" in path.read_text()
    assert sum(request.path == "/graph/v1/paper/batch" for request in server.requests) == 2


def test_citations_are_counted_in_several_questions(tmp_path: Path) -> None:
    """Whole days at once; what was counted before a failure is written, and an excluded paper is not asked for."""
    days = [date(2026, 8, 17 + number) for number in range(4)]
    store = ContentStore(tmp_path)
    for number, day in enumerate(days):
        names = (f"2608.{number}0001", f"2608.{number}0002", "2608.90000")
        store.write_day(Day(day, day_title(day), tuple(map(DayEntry, names))))
    questions: list[list[str]] = []

    def counts(request: Request) -> Reply | None:
        questions.append(json.loads(request.body)["ids"])
        return as_json([{"citationCount": 7}] * len(questions[-1])) if len(questions) == 1 else Reply(b"", 410)

    with ReplayServer(counts) as server, Client() as client:
        counter = replace(open_semantic_scholar(client, {"S2_ENDPOINT": server.url}), at_once=6)
        changed = count_citations(store, counter, days, exclude={"2608.90000"})
        assert [next(changed), next(changed)] == days[:2]
        with pytest.raises(FetchError, match="answered 410"):
            next(changed)
    assert questions == [
        ["ARXIV:2608.00001", "ARXIV:2608.00002", "ARXIV:2608.10001", "ARXIV:2608.10002"],
        ["ARXIV:2608.20001", "ARXIV:2608.20002", "ARXIV:2608.30001", "ARXIV:2608.30002"],
    ]
    library = store.load()
    assert [[entry.citations for entry in library.days[day].papers] for day in days] == [[7, 7, None]] * 2 + [
        [None] * 3
    ] * 2


def test_nobody_counts_unless_a_site_says_so(desk: Desk, server: ReplayServer) -> None:
    """Off by default."""
    assert desk.run("scrape", "--date", "2026-08-20").exit_code == 0
    assert {request.path for request in server.requests} == {"/api/daily_papers"}


@pytest.mark.parametrize("counter", ["openalex", "semanticscholar"])
def test_a_dead_counter_stops_no_run(tmp_path: Path, counter: str) -> None:
    """The run is what it is without the counts, and says that they are missing."""
    with ReplayServer(dead("/works", "/graph"), daily_papers(), arxiv()) as server:
        desk = desk_with(tmp_path, server, f"name: T\ncitations: {counter}\n")
        result = desk.run("scrape", "--date", "2026-08-20")
    assert result.exit_code == 0
    assert "Citations were not counted: " in result.output
    assert "Done: 1 day (1 new), 15 new papers" in result.output


def test_a_mirror_in_a_folder_keeps_its_folder_on_every_page(tmp_path: Path) -> None:
    """HF_ENDPOINT may have a path, although its upstream's links to further pages know nothing of it."""
    entries = [{"paper": {"id": f"2608.{number:05}", "title": "T", "upvotes": 1}} for number in range(1, 151)]

    def mirror(request: Request) -> Reply | None:
        if request.path != "/hf/api/daily_papers":
            return None
        page = int(request.query.get("p", "0"))
        link = f'<https://huggingface.co/api/daily_papers?date=2026-08-20&limit=100&p={page + 1}>; rel="next"'
        return as_json(entries[page * 100 : page * 100 + 100], headers={} if page else {"link": link})

    with ReplayServer(mirror) as server:
        desk = new_desk(tmp_path, server)
        result = Desk(desk.root, {**desk.environment, "HF_ENDPOINT": f"{server.url}/hf"}).run(
            "scrape", "--date", "2026-08-20"
        )
    assert result.exit_code == 0, result.output
    assert "150 papers" in result.output


def test_the_days_of_a_daily_run(tmp_path: Path) -> None:
    """The feed for the latest, queries for those before it; the next run asks only for a day that had nothing yet."""
    site = parse(ROBOTS)
    with ReplayServer(ArxivService()) as server:
        store = desk_with(tmp_path, server).store
        for today in (date(2026, 6, 24), date(2026, 6, 25)):
            asked = len(server.requests)
            with Client() as client:
                endpoints = {"ARXIV_ENDPOINT": server.url, "ARXIV_RSS_ENDPOINT": server.url}
                source = open_source("arxiv", client, endpoints, site)
                reports = list(scrape_days(store, [source], last_days(today, 3), exclude=(), today=today))
            assert not any(report.problems for report in reports)
            paths = [request.path for request in server.requests[asked:]]
            first = today.day == 24
            assert paths == ["/rss/cs.CV+cs.RO", *["/api/query"] * (2 if first else 1)]
            assert [report.is_settled for report in reports] == ([False] * 3 if first else [False, True, False])
    latest = store.day(date(2026, 6, 25))
    assert latest is not None
    assert latest.empty is EmptyReason.NOT_YET_LISTED


def test_many_named_papers_take_few_requests(tmp_path: Path) -> None:
    """A hundred identifiers with one request to arXiv."""
    names = [paper["id"] for paper in PAPERS]

    def by_ids(request: Request) -> Reply | None:
        wanted = request.query.get("id_list", "").split(",")
        return feed([atom_entry(paper) for paper in PAPERS if paper["id"] in wanted])

    with ReplayServer(daily_papers(), by_ids) as server:
        desk = new_desk(tmp_path, server)
        lists = desk.root / "content" / "lists"
        lists.mkdir(parents=True)
        (lists / "mine.md").write_text("---\ntitle: M\npapers:\n" + "".join(f"- '{one}'\n" for one in names) + "---\n")
        assert desk.run("scrape", "--date", "2026-08-20").exit_code == 0
    assert set(names) <= set(desk.store.load().papers)
    assert sum("id_list" in request.query for request in server.requests) == 1
