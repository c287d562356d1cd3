"""Crossref: a paper by its DOI, its markup taken out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest

from scraper.errors import FetchError, IdentifierError
from scraper.http import Client
from scraper.records import Author
from scraper.sources.crossref import open_crossref, parse_work
from scraper.sources.jats import abstract_text, line_text
from tests.replay import DATA, ReplayServer, crossref, refuses
from tests.scraper.fake_clock import FakeClock

RECORDED = {path.stem: json.loads(path.read_bytes()) for path in sorted((DATA / "crossref").glob("*.json"))}
PREPRINT = "10.1101/2024.04.01.587366"


@pytest.fixture
def clock() -> FakeClock:
    """The test's time."""
    return FakeClock()


@pytest.fixture
def client(clock: FakeClock) -> Iterator[Client]:
    """A client that waits in no time."""
    with Client(clock=clock) as client:
        yield client


def recorded(name: str) -> bytes:
    """The body of a recording."""
    return bytes(RECORDED[name]["body"].encode())


def work(**fields: object) -> bytes:
    """An answer with these fields of a work."""
    return json.dumps({"status": "ok", "message": {"DOI": "10.1000/182", "title": ["T"], **fields}}).encode()


@pytest.mark.parametrize("name", [name for name, one in RECORDED.items() if one["status"] == 200])
def test_every_recorded_work_is_read(name: str) -> None:
    """Without a trace of markup."""
    paper = parse_work(recorded(name))
    assert paper.id.startswith("10.")
    assert paper.title
    for text in (paper.title, paper.abstract, *(author.name for author in paper.authors)):
        assert "<" not in text
        assert "jats" not in text
        assert "\n " not in text


def test_a_preprint_with_all_its_facts() -> None:
    """bioRxiv's papers are registered there, with abstract, subject and the day they were posted."""
    paper = parse_work(recorded("10-1101_2024-04-01-587366"))
    assert (paper.id, paper.source, paper.submitted) == (PREPRINT, "crossref", date(2024, 4, 1))
    assert paper.title == "High-throughput screening of human genetic variants by pooled prime editing"
    assert paper.abstract.startswith("Understanding the effects of rare genetic variants")
    assert paper.authors[:2] == (Author("Michael Herger"), Author("Christina M. Kajba"))
    assert paper.keywords == ("Genomics",)


def test_markup_that_is_set_out_in_lines() -> None:
    """Brackets stand by what they hold."""
    paper = parse_work(recorded("10-1073_pnas-1205508109"))
    assert paper.title.endswith("phosphoinositide 3-kinase p110α (PIK3CA)")
    assert paper.abstract.startswith("The p110α catalytic subunit (PIK3CA) is one of the most")


def test_a_date_without_its_day_is_none() -> None:
    """June 2015 is no day."""
    assert parse_work(recorded("10-1016_j-addr-2015-01-008")).submitted is None
    online = {"date-parts": [[2018, 10, 19]]}
    assert parse_work(work(published={"date-parts": [[2018, 12]]}, **{"published-online": online})).submitted == date(
        2018, 10, 19
    )
    days: list[list[object]] = [[2018, 2, 30], [None], ["2018", 1, 1], [None] * 3, [10**30, 1, 1], [2018.5, 1, 1]]
    unusable: list[object] = [{"date-parts": parts} for parts in ([], *([day] for day in days))]
    for value in [*unusable, "2018", None]:
        assert parse_work(work(posted=value)).submitted is None


def test_a_retraction_is_a_withdrawal() -> None:
    """On the day of its notice; a correction is none."""
    updated = {"updated": {"date-parts": [[2024, 5, 6]]}}
    assert parse_work(work(**{"updated-by": [{"type": "correction", **updated}]})).withdrawn is None
    assert parse_work(work(**{"updated-by": [{"type": "retraction", **updated}]})).withdrawn == date(2024, 5, 6)


def test_an_optional_field_of_another_kind_counts_as_absent() -> None:
    """A surprise costs that field and not the paper."""
    odd = dict.fromkeys(("abstract", "author", "subject", "subtitle", "group-title", "updated-by", "posted"), 7)
    paper = parse_work(work(**odd))
    assert (paper.title, paper.abstract, paper.authors, paper.keywords) == ("T", "", (), ())
    authors = [{"name": "A group"}, {"family": "Only"}, {"given": "A.", "family": "B", "suffix": "Jr."}, 7, {}]
    assert parse_work(work(author=authors)).authors == (Author("A group"), Author("Only"), Author("A. B, Jr."))
    assert parse_work(work(author=[{"suffix": "Jr."}, {"given": 7, "family": ["B"]}])).authors == ()
    assert parse_work(work(title=[7, None, "T"], subtitle=[7, {}])).title == "T"


@pytest.mark.parametrize(
    ("title", "subtitle", "whole"),
    [
        ("Cells", ["A <i>new</i> atlas"], "Cells: A new atlas"),
        ("Cells: A new atlas", ["A new atlas"], "Cells: A new atlas"),
        ("Cells", [], "Cells"),
        ("Cells", [" "], "Cells"),
    ],
)
def test_a_subtitle_belongs_to_the_title(title: str, subtitle: list[str], whole: str) -> None:
    """Unless it stands there already."""
    assert parse_work(work(title=[title], subtitle=subtitle)).title == whole


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html>", "not JSON"),
        (b"[]", "a JSON list where an object was expected"),
        (b"[" * 100_000, "nested without end"),
        (b"{}", "not an identifier"),
        (work(title=[]), "has no title"),
        (work(title=["<i> </i>"]), "has no title"),
    ],
)
def test_a_body_that_is_no_work_is_an_error(body: bytes, said: str) -> None:
    """So that the client asks again."""
    with pytest.raises(ValueError, match=said):
        parse_work(body)


def test_a_paper_is_found_by_its_doi(client: Client) -> None:
    """Whatever stands in the DOI arrives as it was; an unknown one is none; an arXiv identifier is not asked for."""
    with ReplayServer(crossref()) as server:
        source = open_crossref(client, {"CROSSREF_ENDPOINT": server.url})
        found = source.paper(PREPRINT)
        assert found is not None
        assert found.id == PREPRINT
        assert source.paper("10.1000/a(b)<c>#d?e") is None
        with pytest.raises(IdentifierError, match="not a DOI"):
            source.paper("2511.08567")
    assert [request.path for request in server.requests] == [
        "/works/10.1101%2F2024.04.01.587366",
        "/works/10.1000%2Fa%28b%29%3Cc%3E%23d%3Fe",
    ]


def test_an_answer_about_another_paper_is_not_taken(client: Client) -> None:
    """Whatever the reason."""
    with ReplayServer(mischief=[refuses(200, body=work())]) as server:
        assert open_crossref(client, {"CROSSREF_ENDPOINT": server.url}).paper("10.1000/183") is None


def test_it_is_asked_once_a_second(client: Client, clock: FakeClock) -> None:
    """And it is left alone for half a minute when it has too much to do."""
    with ReplayServer(crossref(), mischief=[None, None, refuses(503)]) as server:
        source = open_crossref(client, {"CROSSREF_ENDPOINT": server.url})
        for _ in range(3):
            source.paper(PREPRINT)
    assert clock.slept[:2] == [1.0, 1.0]
    assert 15 <= sum(clock.slept[2:]) <= 45


def test_an_endpoint_that_cannot_be_right_is_told(client: Client) -> None:
    """By the name of its setting."""
    with pytest.raises(FetchError, match="CROSSREF_ENDPOINT is 'crossref'"):
        open_crossref(client, {"CROSSREF_ENDPOINT": "crossref"})


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<jats:title>Abstract</jats:title><jats:p>One.</jats:p><jats:p>Two.</jats:p>", "One.\n\nTwo."),
        ("<p>Abstract</p>", ""),
        ("<jats:sec><jats:title>Aim</jats:title><jats:p>To.</jats:p></jats:sec>", "Aim\n\nTo."),
        ("H<jats:sub>2</jats:sub>O &amp; x &lt; y", "H2O & x < y"),
        ("a <mml:math><mml:mi>x</mml:mi><annotation>$x$</annotation></mml:math> b", "a x b"),
        ("<jats:tex-math>$x$</jats:tex-math>x", "x"),
        ("not closed <i>here", "not closed here"),
        ("a < b and c > d", "a < b and c > d"),
        ("<script>alert(1)</script>fine", "fine"),
        ("one<jats:break/> two<br/>three", "one two\n\nthree"),
        ("<![CDATA[x]]> <!-- y --> z", "z"),
        ("a <!-- b", "a <!-- b"),
        ("a --> b <!-- c", "a --> b <!-- c"),
        ("a <![CDATA[b", "a <![CDATA[b"),
    ],
)
def test_markup_becomes_text(markup: str, text: str) -> None:
    """Well-formed or not; nothing of it is left, and nothing of the text is lost."""
    assert abstract_text(markup) == text
    assert line_text("A <i>title</i>\n of\ttwo lines") == "A title of two lines"
