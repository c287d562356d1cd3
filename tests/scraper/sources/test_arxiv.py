"""arXiv's query interface: reading its Atom answers, and asking it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest

from scraper.errors import FetchError, IdentifierError
from scraper.http import Client
from scraper.records import Author, Version
from scraper.sources.arxiv import Arxiv, open_arxiv, parse_feed
from tests.replay import DATA, ReplayServer, Reply, Request, arxiv, feed, refuses
from tests.scraper.fake_clock import FakeClock

RECORDED = {path.stem: json.loads(path.read_bytes()) for path in sorted((DATA / "arxiv").glob("*.json"))}


def recorded(start: str) -> bytes:
    """The bytes of the recording whose name starts so; the recordings hold them as if they were Latin-1."""
    (body,) = (recording["body"] for name, recording in RECORDED.items() if name.startswith(start))
    return bytes(body.encode("latin-1"))


def entry(title: str = "A Title", identifier: str = "2511.08567v2", more: str = "") -> bytes:
    """An entry as arXiv writes it."""
    return (
        f"<entry><id>http://arxiv.org/abs/{identifier}</id><title>{title}</title><summary>  An abstract. </summary>"
        "<published>2025-11-11T18:59:59Z</published><updated>2025-12-01T00:00:00Z</updated>"
        f"<author><name>Ada Lovelace</name></author>{more}</entry>"
    ).encode()


@pytest.fixture
def clock() -> FakeClock:
    """The test's time."""
    return FakeClock()


@pytest.fixture
def client(clock: FakeClock) -> Iterator[Client]:
    """A client that waits in no time."""
    with Client(clock=clock) as client:
        yield client


@pytest.mark.parametrize("name", [name for name, recording in RECORDED.items() if recording["status_code"] == 200])
def test_every_recorded_answer_is_read(name: str) -> None:
    """All entries, each with what arXiv has of every paper."""
    body = recorded(name)
    read = parse_feed(body)
    assert len(read.papers) == body.count(b"<entry>")
    assert read.problems == ()
    assert read.total >= len(read.papers)
    for paper in read.papers:
        assert all((paper.title, paper.abstract, paper.authors, paper.submitted, paper.categories, paper.versions))
        assert "  " not in paper.title
        assert paper.withdrawn is None


def test_a_paper_with_all_its_facts() -> None:
    """Old-style identifier, primary category first, first version."""
    (paper,) = parse_feed(recorded("id_quant-ph_0201082v1")).papers
    assert (paper.id, paper.source) == ("quant-ph/0201082", "arxiv")
    assert paper.title == (
        "Quantum Computers and Quantum Computer Languages: Quantum Assembly Language and Quantum C Language"
    )
    assert paper.abstract.startswith("We show a representation of Quantum Computers")
    assert paper.authors == (Author("Stephen Blaha"),)
    assert paper.categories == ("quant-ph", "cs.PL")
    assert paper.submitted == date(2002, 1, 18)
    assert paper.versions == (Version(1, date(2002, 1, 18)),)


def test_names_are_in_utf_8() -> None:
    """As the answer declares."""
    (paper,) = parse_feed(recorded("id_0808.05394_1707.08567")).papers
    assert Author("Dirk Wübben") in paper.authors


def test_a_later_version_is_a_fact() -> None:
    """The identifier is without it; the first and this one have their days."""
    (paper,) = parse_feed(feed([entry(identifier="2511.08567v3")]).body).papers
    assert paper.id == "2511.08567"
    assert paper.versions == (Version(1, date(2025, 11, 11)), Version(3, date(2025, 12, 1)))


def test_only_arxivs_own_categories_are_kept() -> None:
    """Authors also give codes of MSC and ACM."""
    tags = (
        '<category term="math.ST" scheme="http://arxiv.org/schemas/atom"/>'
        '<category term="math.CO" scheme="http://arxiv.org/schemas/atom"/>'
        '<category term="60J10" scheme="http://arxiv.org/schemas/msc"/>'
        '<arxiv:primary_category term="math.CO"/>'
    )
    (paper,) = parse_feed(feed([entry(more=tags)]).body).papers
    assert paper.categories == ("math.CO", "math.ST")


@pytest.mark.parametrize(
    "comment",
    [
        "This paper has been withdrawn by the author due to an error in Lemma 8",
        "This papers has been withdrawn",
        "withdrawn by arXiv administrators due to plagiarism.",
        "This has been withdrawn by arXiv administrators due to an unresolvable authorship dispute",
        "Withdrawn",
        "The manuscript is withdrawn.",
    ],
)
def test_a_withdrawn_paper_is_known_by_its_comment(comment: str) -> None:
    """Its day is that of the version that withdrew it."""
    (paper,) = parse_feed(feed([entry(more=f"<arxiv:comment>{comment}</arxiv:comment>")]).body).papers
    assert paper.withdrawn == date(2025, 12, 1)


def test_a_withdrawn_paper_is_known_by_its_abstract() -> None:
    """Authors put the notice there, too."""
    withdrawn = entry().replace(b"An abstract.", b"This paper has been withdrawn since the results are not satisfied.")
    (paper,) = parse_feed(feed([withdrawn]).body).papers
    assert paper.withdrawn == date(2025, 12, 1)


@pytest.mark.parametrize(
    "comment",
    ["Supersedes the withdrawn arXiv:0704.0001", "12 pages", "the ground truth needs to be withdrawn", "Undrawn"],
)
def test_a_comment_that_speaks_of_withdrawing_is_not_one(comment: str) -> None:
    """A paper that is wrongly struck out is worse than one that is not."""
    (paper,) = parse_feed(feed([entry(more=f"<arxiv:comment>{comment}</arxiv:comment>")]).body).papers
    assert paper.withdrawn is None


def test_an_error_entry_is_an_error() -> None:
    """arXiv refuses in the form of an answer."""
    with pytest.raises(FetchError, match="arXiv refuses the request: incorrect id format for abc"):
        parse_feed(recorded("id_abc"))


def test_an_entry_that_cannot_be_read_is_a_problem() -> None:
    """The others are kept."""
    read = parse_feed(feed([entry(), entry(title=" "), entry(identifier="what"), entry(identifier="cs/0112017")]).body)
    assert [paper.id for paper in read.papers] == ["2511.08567", "cs/0112017"]
    assert [problem.message.split(":")[0] for problem in read.problems] == ["entry 2", "entry 3"]


BOMB = '<!DOCTYPE feed [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><feed>&b;</feed>'


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (BOMB.encode(), "a document type"),
        (BOMB.encode("utf-16"), "a document type"),
        (b'<!DOCTYPE feed SYSTEM "file:///etc/passwd"><feed/>', "a document type"),
        (b"<!doctype html><title>x</title>", "document type|not XML"),
        (b"", "not XML"),
        (b"Rate exceeded.", "not XML"),
        (b"<feed", "not XML"),
        (b"<!-- nothing -->", "not XML"),
        (b"<html><body/></html>", "<html> where an Atom feed was expected"),
        (b"<" + b"x" * 5000 + b"/>", "<x{60}> where an Atom feed was expected"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "number of results"),
        (feed([], total=7).body, "without entries that announces 7"),
        (feed([], total=7).body.replace(b"startIndex>0<", b"startIndex>7<"), "without entries that announces 7"),
        (feed([entry()], total=10**13).body, "number of results"),
        (b'<?xml version="1.0" encoding="nobodys"?><feed/>', "not XML"),
        (feed([entry()]).body[:-9], "not XML"),
    ],
)
def test_a_body_that_is_no_answer_is_an_error(body: bytes, said: str) -> None:
    """So that the client asks again; a document type is refused before what it declares is used."""
    with pytest.raises(ValueError, match=said):
        parse_feed(body)


@pytest.mark.parametrize("said", [b"0001-01-01T00:00:00+14:00", b"2025-02-30T00:00:00Z", b"yesterday", b""])
def test_a_day_that_is_none_is_unknown(said: bytes) -> None:
    """In UTC the first would be before any calendar begins; the paper is kept."""
    (paper,) = parse_feed(feed([entry().replace(b"2025-11-11T18:59:59Z", said)]).body).papers
    assert paper.submitted is None


def test_an_author_without_a_name_is_none() -> None:
    """And a name is one line."""
    nameless = "<author/><author><name/></author><author><name>\n Alan\n  Turing </name></author>"
    (paper,) = parse_feed(feed([entry(more=nameless)]).body).papers
    assert paper.authors == (Author("Ada Lovelace"), Author("Alan Turing"))


def test_an_identifier_without_a_version_is_of_the_first() -> None:
    """As far as anybody can tell."""
    (paper,) = parse_feed(feed([entry(identifier="2511.08567")]).body).papers
    assert (paper.id, paper.versions) == ("2511.08567", (Version(1, date(2025, 11, 11)),))


def test_an_entry_about_something_else_is_a_problem() -> None:
    """What arXiv sends as a paper is one of arXiv's."""
    foreign = entry().replace(b"http://arxiv.org/abs/2511.08567v2", b"https://doi.org/10.1000/182")
    read = parse_feed(feed([foreign, entry()]).body)
    assert [paper.id for paper in read.papers] == ["2511.08567"]
    assert [problem.message for problem in read.problems] == [
        "entry 1: '10.1000/182' is not an arXiv identifier; the entry is left out"
    ]


def test_a_paper_is_found_by_its_identifier(client: Client) -> None:
    """And none where arXiv has none; a wrong kind of identifier is not even asked for."""
    with ReplayServer(arxiv()) as server:
        source = Arxiv(client, server.url)
        found = source.paper("astro-ph/0601001")
        assert found is not None
        assert found.id == "astro-ph/0601001"
        assert source.paper("2511.08567") is None
        with pytest.raises(IdentifierError, match="not an arXiv identifier"):
            source.paper("10.1000/182")
    assert [request.query["id_list"] for request in server.requests] == ["astro-ph/0601001", "2511.08567"]


def test_a_paper_that_is_sent_but_not_asked_for_is_not_taken(client: Client) -> None:
    """Whatever the reason."""
    with ReplayServer(lambda _: feed([entry(identifier="2511.00001v1")])) as server:
        assert Arxiv(client, server.url).paper("2511.08567") is None


def test_a_paper_that_cannot_be_read_is_not_a_missing_one(client: Client) -> None:
    """A missing paper has consequences that a damaged one must not have."""
    with ReplayServer(lambda _: feed([entry(title="")])) as server, pytest.raises(FetchError, match="has no title"):
        Arxiv(client, server.url).paper("2511.08567")


def test_a_malformed_request_is_told(client: Client) -> None:
    """With arXiv's own words, although its status is 400; and it is not repeated."""
    refusal = next(r for name, r in RECORDED.items() if name.startswith("id_abc"))
    with ReplayServer(mischief=[refuses(refusal["status_code"], body=refusal["body"].encode())]) as server:
        with pytest.raises(FetchError, match="incorrect id format for abc"):
            Arxiv(client, server.url).paper("2511.08567")
        assert len(server.requests) == 1


def test_a_refusal_without_a_reason_is_one(client: Client) -> None:
    """An answer in best order whose status says that it is none."""
    with ReplayServer(mischief=[refuses(400, body=feed([entry()]).body)]) as server:
        with pytest.raises(FetchError, match="answered 400 with a feed that gives no reason"):
            Arxiv(client, server.url).paper("2511.08567")
        assert len(server.requests) == 1


def test_a_search_goes_on_behind_what_cannot_be_read(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry counts as one that was sent: no page is asked for twice, and each of its kind is told."""
    monkeypatch.setattr("scraper.sources.arxiv.PAGE_SIZE", 2)
    entries = [entry(title=title, identifier=f"2511.0000{n}v1") for n, title in enumerate(["", "B", "C", "D", ""], 1)]

    def pages(request: Request) -> Reply:
        start = int(request.query["start"])
        return feed(entries[start : start + 2], total=len(entries)) if len(server.requests) < 9 else Reply(b"", 410)

    with ReplayServer(pages) as server:
        found = Arxiv(client, server.url).search("cat:cs.RO")
    assert [paper.title for paper in found.papers] == ["B", "C", "D"]
    assert [problem.message for problem in found.problems] == [
        "entry 1: 2511.00001 has no title; the entry is left out",
        "entry 1: 2511.00005 has no title; the entry is left out",
    ]
    assert [request.query["start"] for request in server.requests] == ["0", "2", "4"]


def test_a_search_that_finds_more_than_arxiv_gives_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its end would be taken for the day's."""
    monkeypatch.setattr("scraper.sources.arxiv.PAGE_SIZE", 2)
    monkeypatch.setattr("scraper.sources.arxiv.MOST_FOUND", 4)

    def pages(request: Request) -> Reply:
        start = int(request.query["start"])
        return feed([entry(identifier=f"2511.000{start + n:02}v1") for n in (1, 2)], total=6)

    with ReplayServer(pages) as server:
        with pytest.raises(FetchError, match=r"arXiv finds 6 papers for 'x{200}', more than it gives"):
            Arxiv(client, server.url).search("x" * 5000)
        assert len(server.requests) == 2


def test_a_later_page_that_counts_less_is_asked_for_again(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Now and then one says that there is nothing."""
    monkeypatch.setattr("scraper.sources.arxiv.PAGE_SIZE", 2)
    entries = [entry(identifier=f"2511.0000{number}v1") for number in range(1, 5)]
    replies = iter([feed(entries[:2], total=4), feed([]), feed(entries[2:], total=4)])
    with ReplayServer(lambda _: next(replies)) as server:
        assert len(Arxiv(client, server.url).search("cat:cs.RO").papers) == 4
        assert [request.query["start"] for request in server.requests] == ["0", "2", "2"]


def test_a_title_is_found(client: Client) -> None:
    """Whatever its case, its spaces, its TeX; the search goes by phrase."""
    title = "quantum computers & Quantum  Computer Languages --- ``Quantum'' assembly language and quantum C language"
    with ReplayServer(arxiv()) as server:
        found = Arxiv(client, server.url).find_by_title(title.replace("&", "and"))
        assert found is not None
        assert found.id == "quant-ph/0201082"
    (request,) = server.requests
    assert request.query["search_query"] == (
        'ti:"quantum computers and Quantum Computer Languages Quantum assembly language and quantum C language"'
    )


def test_a_title_that_is_only_near_is_not_found(client: Client) -> None:
    """By phrase, then by its longest words, and an answer full of others is none."""
    with ReplayServer(arxiv()) as server:
        assert Arxiv(client, server.url).find_by_title("Quantum Computer Languages") is None
    assert [request.query["search_query"] for request in server.requests] == [
        'ti:"Quantum Computer Languages"',
        "ti:Languages AND ti:Computer AND ti:Quantum",
    ]


def test_words_find_what_the_phrase_does_not(client: Client) -> None:
    """arXiv's index splits words by rules of its own."""

    def by_words(request: Request) -> Reply:
        return feed([entry("Object-centric $\\alpha$-RL")] if " AND " in request.query["search_query"] else [])

    with ReplayServer(by_words) as server:
        found = Arxiv(client, server.url).find_by_title("Object-Centric α-RL")
    assert found is not None
    assert found.id == "2511.08567"


def test_two_papers_of_one_title_are_none(client: Client) -> None:
    """A person has to decide; two entries of one paper are one."""
    two = [entry(identifier="2511.00001v1"), entry(identifier="2511.00002v1")]
    same = [entry(identifier="2511.00001v1"), entry(identifier="2511.00001v2")]
    with ReplayServer(lambda _: feed(two)) as server:
        assert Arxiv(client, server.url).find_by_title("A Title") is None
    with ReplayServer(lambda _: feed(same)) as server:
        assert Arxiv(client, server.url).find_by_title("A Title") is not None


def test_a_title_without_letters_is_not_searched_for(client: Client) -> None:
    """It would match every other of its kind."""
    with ReplayServer(lambda _: feed([entry("???")])) as server:
        # Of the second's command, which only changes how a text looks, comparing leaves nothing.
        assert [Arxiv(client, server.url).find_by_title(title) for title in ("?!", r"\\emph")] == [None, None]
        assert server.requests == []


def test_nothing_in_a_title_leaves_the_query(client: Client) -> None:
    """Quotes, operators and brackets are for arXiv's query language, not for titles."""
    with ReplayServer(lambda _: feed([])) as server:
        Arxiv(client, server.url).find_by_title('x" OR au:"y) ANDNOT (ti:z &max_results=9')
    assert [request.query["search_query"] for request in server.requests] == [
        'ti:"x OR au y ANDNOT ti z max results 9"',
        "ti:results AND ti:ANDNOT",
    ]
    assert {request.query["max_results"] for request in server.requests} == {"100"}


def test_it_is_asked_once_in_three_seconds(client: Client, clock: FakeClock) -> None:
    """As its terms of use say, whatever is asked, and over one connection."""
    with ReplayServer(arxiv()) as server:
        source = open_arxiv(client, {"ARXIV_ENDPOINT": server.url + "/"})
        for identifier in ("2104.12255", "1605.08386", "1707.08567"):
            source.paper(identifier)
    assert clock.slept == [3.0, 3.0]
    assert {request.headers["connection"] for request in server.requests} == {"close"}


def test_it_is_left_alone_for_a_minute_when_it_has_too_much_to_do(client: Client, clock: FakeClock) -> None:
    """It says nothing of when to come back."""
    with ReplayServer(arxiv(), mischief=[refuses(503)]) as server:
        Arxiv(client, server.url).paper("2104.12255")
    assert 30 <= sum(clock.slept) <= 90


def test_an_announced_but_empty_answer_is_asked_for_again(client: Client) -> None:
    """arXiv sends them now and then."""
    replies = iter([feed([], total=1), feed([entry()])])
    with ReplayServer(lambda _: next(replies)) as server:
        assert Arxiv(client, server.url).paper("2511.08567") is not None


def test_an_endpoint_that_cannot_be_right_is_told(client: Client) -> None:
    """By the name of its setting; the default is arXiv's interface for programs."""
    with pytest.raises(FetchError, match=r"ARXIV_ENDPOINT is 'arxiv\.org'"):
        open_arxiv(client, {"ARXIV_ENDPOINT": "arxiv.org"})
    assert open_arxiv(client, {}).endpoint == "https://export.arxiv.org"
