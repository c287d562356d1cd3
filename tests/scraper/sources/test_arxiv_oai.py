"""Harvesting arXiv: pages, tokens, and going on after a stop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from scraper.errors import FetchError
from scraper.http import Client
from scraper.records import Author, Paper, Version
from scraper.sources import arxiv_oai
from scraper.sources.arxiv_calendar import Calendar
from scraper.sources.arxiv_oai import Harvest, TokenError, announced_on, open_harvests, parse_page, set_of
from tests.arxiv_service import PAPERS, ArxivService, oai, oai_record
from tests.replay import ReplayServer, Reply, Request
from tests.scraper.fake_clock import FakeClock
from tests.scraper.full_disk import full_disk

SINCE = date(2026, 6, 16)


@pytest.fixture
def clock() -> FakeClock:
    """The test's time."""
    return FakeClock()


@pytest.fixture
def client(clock: FakeClock) -> Iterator[Client]:
    """A client that waits in no time."""
    with Client(clock=clock) as client:
        yield client


def harvest(client: Client, server: ReplayServer, folder: Path) -> Harvest:
    """The harvest of one set."""
    [one] = open_harvests(client, {"ARXIV_OAI_ENDPOINT": server.url}, ["cs.RO"], SINCE, folder)
    return one


def test_a_record_has_the_facts_of_its_paper() -> None:
    """Names as people write them, the day of the first version, categories in arXiv's order."""
    record = (
        "<record><header/><metadata><arXiv xmlns='http://arxiv.org/OAI/arXiv/'><id>1603.05976</id>"
        "<created>2016-03-18</created><updated>2016-04-01</updated><authors>"
        "<author><keyname>Planck Collaboration</keyname></author>"
        "<author><keyname>Davis</keyname><forenames>S. A.</forenames><suffix>Jr</suffix></author></authors>"
        "<title>A title\n  of two lines</title><categories>math.AP hep-th math.AP</categories>"
        "<comments>This paper has been withdrawn</comments><abstract>  Words.\n</abstract></arXiv></metadata></record>"
    )
    (paper,) = parse_page(oai(f"<ListRecords>{record}</ListRecords>").body).papers
    assert (paper.id, paper.title, paper.abstract) == ("1603.05976", "A title of two lines", "Words.")
    assert paper.authors == (Author("Planck Collaboration"), Author("S. A. Davis, Jr"))
    assert (paper.submitted, paper.versions) == (date(2016, 3, 18), (Version(1, date(2016, 3, 18)),))
    assert paper.categories == ("math.AP", "hep-th")
    assert paper.withdrawn == date(2016, 4, 1)


def test_what_is_no_record_of_a_paper() -> None:
    """A deleted one is left out, one that cannot be read is a problem, and the others are kept."""
    deleted = '<record><header status="deleted"><identifier>oai:arXiv.org:x</identifier></header></record>'
    bare = "<record><header/><metadata/></record>"
    untitled = oai_record({**PAPERS[1], "title": " "})
    elsewhere = oai_record({**PAPERS[1], "id": "10.1000/182"})
    nowhere = oai_record({**PAPERS[1], "id": "What?"})
    records = f"{deleted}{bare}{untitled}{elsewhere}{nowhere}<record/>{oai_record(PAPERS[0])}"
    body = oai(f"<ListRecords>{records}</ListRecords>").body
    page = parse_page(body)
    assert [(paper.id, paper.withdrawn) for paper in page.papers] == [(PAPERS[0]["id"], None)]
    assert [problem.message for problem in page.problems[:3]] == [
        "record 2: it holds no metadata in arXiv's own format; the record is left out",
        f"record 3: {PAPERS[1]['id']} has no title; the record is left out",
        "record 4: 10.1000/182 is not an arXiv identifier; the record is left out",
    ]
    assert [problem.message.split(":")[0] for problem in page.problems[3:]] == ["record 5", "record 6"]


def test_a_record_that_has_next_to_nothing_is_a_papers() -> None:
    """What it lacks is empty; a suffix without a name belongs to nobody."""
    bare = (
        "<record><metadata><arXiv xmlns='http://arxiv.org/OAI/arXiv/'><id>1603.05976</id><title>T</title>"
        "<authors><author/><author><suffix>Jr</suffix></author></authors></arXiv></metadata></record>"
    )
    (paper,) = parse_page(oai(f"<ListRecords>{bare}</ListRecords>").body).papers
    assert paper == Paper("1603.05976", "T", source="arxiv")


def test_a_token_is_what_stands_in_it() -> None:
    """Blanks, as where the markup is set out in lines, are none."""
    for said, token in [("", ""), ("\n  ", ""), ("\n  a|b\n  ", "a|b")]:
        body = oai(f"<ListRecords><resumptionToken>{said}</resumptionToken></ListRecords>").body
        assert parse_page(body).token == token


def test_refusals_are_told_apart() -> None:
    """Nothing found is no error, a forgotten token is one of its own, the rest is arXiv's word."""
    assert parse_page(oai('<error code="noRecordsMatch"/>').body).papers == ()
    with pytest.raises(TokenError):
        parse_page(oai('<error code="badResumptionToken"/>').body)
    with pytest.raises(FetchError, match="badArgument set is unknown"):
        parse_page(oai('<error code="badArgument">set is unknown</error>').body)
    long = f'<error code="bad&#10;Verb">{"x" * 5000}</error>'
    for refusal, said in [
        (long, "bad Verb x{191}"),
        ('<error code="badVerb"/>', "badVerb"),
        ("<error>no</error>", "no"),
    ]:
        with pytest.raises(FetchError, match=f"^arXiv refuses the harvest: {said}$"):
            parse_page(oai(refusal).body)
    for body in (oai("").body, b"Rate exceeded.", b"<feed/>"):
        with pytest.raises(ValueError, match=r"without records|not XML|<feed> where"):
            parse_page(body)


def test_every_page_is_fetched(client: Client, clock: FakeClock, tmp_path: Path) -> None:
    """By token, three seconds apart; the first question names the set and the day before the first announcement."""
    with ReplayServer(ArxivService()) as server:
        papers = [paper.id for page in harvest(client, server, tmp_path).pages() for paper in page.papers]
    assert papers == [paper["id"] for paper in PAPERS]
    first = {"verb": "ListRecords", "metadataPrefix": "arXiv", "set": "cs:cs:RO", "from": "2026-06-15"}
    assert server.requests[0].query == first
    assert [request.query.get("resumptionToken") for request in server.requests[1:]] == [
        "token|10",
        "token|20",
        "token|30",
    ]
    assert clock.slept == [3.0] * 3


@pytest.mark.parametrize("stop", [1, 2, 3])
def test_a_harvest_that_was_stopped_goes_on(client: Client, tmp_path: Path, stop: int) -> None:
    """Behind the last page that is kept, whichever that was, and nothing is asked for twice."""
    with ReplayServer(ArxivService()) as server:
        pages = harvest(client, server, tmp_path).pages()
        for _ in range(stop):
            next(pages)
        pages.close()  # type: ignore[attr-defined] # it is a generator
        papers = [paper.id for page in harvest(client, server, tmp_path).pages() for paper in page.papers]
        assert papers == [paper["id"] for paper in PAPERS]
        assert len(server.requests) == 4


def test_a_finished_harvest_is_not_fetched_again_until_it_is_forgotten(client: Client, tmp_path: Path) -> None:
    """Its pages may still have to go into the library."""
    with ReplayServer(ArxivService()) as server:
        for _ in range(2):
            assert len(list(harvest(client, server, tmp_path).pages())) == 4
        assert len(server.requests) == 4
        harvest(client, server, tmp_path).forget()
        list(harvest(client, server, tmp_path).pages())
        assert len(server.requests) == 8


def test_a_token_that_arxiv_has_forgotten_is_told(client: Client, tmp_path: Path) -> None:
    """And the next run begins anew."""
    service = ArxivService()

    def forgetful(request: Request) -> Reply | None:
        return oai('<error code="badResumptionToken"/>') if "resumptionToken" in request.query else None

    with (
        ReplayServer(forgetful, service) as server,
        pytest.raises(FetchError, match="run it again, and it begins anew"),
    ):
        list(harvest(client, server, tmp_path).pages())
    with ReplayServer(service) as server:
        assert len(list(harvest(client, server, tmp_path).pages())) == 4
        assert len(server.requests) == 4


def test_a_kept_page_that_is_damaged_is_told(client: Client, tmp_path: Path) -> None:
    """And the next run begins anew."""
    with ReplayServer(ArxivService()) as server:
        one = harvest(client, server, tmp_path)
        list(one.pages())
        (one.folder / "00002.xml").write_bytes(b"<OAI")
        with pytest.raises(FetchError, match=r"00002\.xml: .*begins anew"):
            list(one.pages())
        assert len(list(one.pages())) == 4
        assert len(server.requests) == 8


def test_a_kept_page_that_is_missing_is_fetched_with_those_behind_it(client: Client, tmp_path: Path) -> None:
    """Its place among the pages is where the harvest goes on."""
    with ReplayServer(ArxivService()) as server:
        one = harvest(client, server, tmp_path)
        whole = list(one.pages())
        (one.folder / "00002.xml").unlink()
        assert list(one.pages()) == whole
        assert [request.query.get("resumptionToken") for request in server.requests[4:]] == [
            "token|10",
            "token|20",
            "token|30",
        ]


def test_a_full_disk_leaves_whole_pages(client: Client, tmp_path: Path) -> None:
    """A page of which nothing could be written is none: the harvest goes on before it when there is room again."""
    with ReplayServer(ArxivService()) as server:
        pages = harvest(client, server, tmp_path).pages()
        next(pages)
        with full_disk(), pytest.raises(OSError, match="File too large"):
            next(pages)
        papers = [paper.id for page in harvest(client, server, tmp_path).pages() for paper in page.papers]
        assert papers == [paper["id"] for paper in PAPERS]
        assert len(server.requests) == 5


def test_a_harvest_without_end_is_left(client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that always names one page more would fill the disk."""
    monkeypatch.setattr(arxiv_oai, "MAX_PAGES", 7)

    def one_more(_: Request) -> Reply:
        token = "next" if len(server.requests) < 20 else ""
        return oai(f"<ListRecords>{oai_record(PAPERS[0])}<resumptionToken>{token}</resumptionToken></ListRecords>")

    with ReplayServer(one_more) as server:
        with pytest.raises(FetchError, match="more than 7 pages"):
            list(harvest(client, server, tmp_path).pages())
        assert len(server.requests) == 7


@pytest.mark.parametrize(
    ("category", "name"),
    [
        ("cs.RO", "cs:cs:RO"),
        ("cs", "cs"),
        ("hep-th", "physics:hep-th"),
        ("astro-ph.CO", "physics:astro-ph:CO"),
        ("physics.optics", "physics:physics:optics"),
        ("physics", "physics:physics"),
        ("q-bio.NC", "q-bio:q-bio:NC"),
    ],
)
def test_a_category_is_a_set(category: str, name: str) -> None:
    """Group, archive, category; physics is a group of archives and an archive of it."""
    assert set_of(category) == name


def test_a_day_of_submission_gives_a_day_of_announcement() -> None:
    """The first announcement behind noon of that day."""
    [paper] = parse_page(oai(f"<ListRecords>{oai_record(PAPERS[0])}</ListRecords>").body).papers
    assert paper.submitted == date(2026, 6, 15)
    assert announced_on(paper, Calendar()) == date(2026, 6, 16)
    [undated] = parse_page(oai(f"<ListRecords>{oai_record({**PAPERS[0], 'date': 'soon'})}</ListRecords>").body).papers
    assert announced_on(undated, Calendar()) is None
