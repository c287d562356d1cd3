"""Hugging Face Daily Papers: reading what it sends, and fetching it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from scraper.errors import FetchError, PaperstandError
from scraper.http import Client
from scraper.records import Author, DayEntry, ListedPaper, Listing, Paper, clean_line, clean_text
from scraper.sources import open_source
from scraper.sources.huggingface import MAX_PAGES, HuggingFace, parse_entries, read_entries
from tests.replay import (
    DATA,
    ReplayServer,
    Reply,
    Request,
    as_json,
    daily_papers,
    drips,
    dropped,
    html,
    invalid_json,
    refuses,
    truncated,
)
from tests.scraper.fake_clock import FakeClock

RECORDED = sorted((DATA / "huggingface" / "daily_papers").glob("*.json"))
DAY = date(2026, 8, 21)
TOKEN = "hf_abcdefghijklmnopqrstuvwxyz"  # noqa: S105 - looks like a token, and is none
ENTRY: Mapping[str, Any] = {
    "paper": {
        "id": "2608.01230",
        "title": "A Title\n  of Two Lines",
        "summary": " An abstract\r\nof two lines.\n",
        "authors": [{"name": "Ada  Lovelace", "hidden": False}, {"name": "Seen Only By Herself", "hidden": True}],
        "publishedAt": "2026-08-19T23:30:00.000Z",
        "upvotes": 12,
        "githubRepo": "https://github.com/someone/code",
        "projectPage": "https://project.example/",
        "githubStars": 345,
        "ai_keywords": ["slots", "slots", "world  models"],
        "organization": {"name": "handle", "fullname": "The Organization"},
    },
    "title": "A $T$itle",
    "publishedAt": "2026-08-21T00:00:00.000Z",
    "numComments": 3,
    "organization": {"name": "handle", "fullname": "The Organization"},
    "submitterOrganization": {"name": "other", "fullname": "Where the Submitter Works"},
}


def changed(**paper: object) -> dict[str, Any]:
    """The entry with other values in its paper; `...` takes the key out."""
    entry = deepcopy(dict(ENTRY))
    entry["paper"].update(paper)
    entry["paper"] = {key: value for key, value in entry["paper"].items() if value is not ...}
    return entry


def parse_one(entry: object) -> ListedPaper:
    """The only paper of a listing without problems."""
    listing = parse_entries([entry], DAY)
    assert listing.problems == ()
    (listed,) = listing.papers
    return listed


@pytest.fixture
def client() -> Iterator[Client]:
    """A client that waits in no time."""
    with Client(clock=FakeClock()) as client:
        yield client


def test_an_entry_becomes_a_record() -> None:
    """Every field that is kept, none besides; text normalised; hidden authors and submitters left out."""
    assert parse_one(ENTRY) == ListedPaper(
        Paper(
            id="2608.01230",
            title="A Title of Two Lines",
            abstract="An abstract\nof two lines.",
            authors=(Author("Ada Lovelace"),),
            submitted=date(2026, 8, 19),
            organization="The Organization",
            keywords=("slots", "world models"),
            links={"code": "https://github.com/someone/code", "project": "https://project.example/"},
            source="huggingface",
            featured=(DAY,),
        ),
        DayEntry(id="2608.01230", upvotes=12, comments=3, stars=345, why="huggingface"),
    )


def test_only_an_id_and_a_title_are_needed() -> None:
    """All else comes and goes over the years, and means "not known" where it is missing."""
    assert parse_one({"paper": {"id": "2608.01230", "title": "A Title"}}) == ListedPaper(
        Paper(id="2608.01230", title="A Title", source="huggingface", featured=(DAY,)),
        DayEntry(id="2608.01230", why="huggingface"),
    )


@pytest.mark.parametrize(
    "surprise", [None, 7, -1, 1.5, True, "", "text", [], ["x"], {}, {"fullname": 5}, [None, {}], "javascript:x", 10**40]
)
@pytest.mark.parametrize(
    "name",
    [
        *("publishedAt", "upvotes", "githubRepo", "projectPage", "githubStars", "ai_keywords", "organization"),
        *("withdrawnAt", "mediaUrls", "discussionId", "submittedOnDailyBy"),
    ],
)
def test_a_surprise_in_an_optional_field_costs_that_field_only(name: str, surprise: object) -> None:
    """Whatever is in it, the paper is there, and all of its other fields are as they were."""
    expected, found = parse_one(ENTRY), parse_one(changed(**{name: surprise}))
    differing = {
        field
        for one, other in ((expected.paper, found.paper), (expected.entry, found.entry))
        for field in one.__slots__
        if getattr(one, field) != getattr(other, field)
    }
    belongs = {
        "publishedAt": "submitted", "upvotes": "upvotes", "githubRepo": "links", "projectPage": "links",
        "githubStars": "stars", "ai_keywords": "keywords", "organization": "organization",
    }  # fmt: skip
    assert differing <= {belongs.get(name)}


@pytest.mark.parametrize("value", [True, False, -1, 1.5, "7", None])
def test_only_a_number_counts(value: object) -> None:
    """JSON's true is no vote, and nothing has fewer than none."""
    entry = changed(upvotes=value, githubStars=value)
    entry["numComments"] = value
    assert parse_one(entry).entry == DayEntry(id="2608.01230", why="huggingface")


def test_an_organization_is_found_wherever_it_stands() -> None:
    """In the paper or around it, by its name or its handle; where the submitter works says nothing."""
    outer = changed(organization=...)
    assert parse_one(outer).paper.organization == "The Organization"
    outer["organization"] = {"name": "handle", "fullname": " "}
    assert parse_one(outer).paper.organization == "handle"
    del outer["organization"]
    assert parse_one(outer).paper.organization is None


def test_an_address_that_was_copied_over_a_lines_end_is_whole() -> None:
    """As two of the recorded ones are: a link with a space in it leads nowhere."""
    listed = parse_one(changed(githubRepo="https://github.com/someone/\n  code", projectPage=" https://a.example/b "))
    assert listed.paper.links == {"code": "https://github.com/someone/code", "project": "https://a.example/b"}


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "code", "", 7, None])
def test_an_address_that_leads_nowhere_is_none(address: object) -> None:
    """Nothing of another kind than the web's becomes a link."""
    assert parse_one(changed(githubRepo=address, projectPage="https://a.example/")).paper.links == {
        "project": "https://a.example/"
    }


def test_the_title_around_the_paper_stands_in() -> None:
    """The paper's own is better: its TeX is taken out."""
    for missing in (..., None, 7, " \n"):
        assert parse_one(changed(title=missing)).paper.title == "A $T$itle"


def test_the_day_of_submission_is_in_utc() -> None:
    """Whatever zone the moment is given in."""
    assert parse_one(changed(publishedAt="2026-08-20T01:00:00+02:00")).paper.submitted == date(2026, 8, 19)
    assert parse_one(changed(publishedAt="2026-08-20")).paper.submitted == date(2026, 8, 20)
    assert parse_one(changed(publishedAt="0001-01-01T00:00:00+14:00")).paper.submitted is None


def test_a_withdrawal_is_kept() -> None:
    """Where the answer has it."""
    assert parse_one(changed(withdrawnAt="2026-08-20T10:00:00.000Z")).paper.withdrawn == date(2026, 8, 20)


def test_an_id_is_brought_into_its_form() -> None:
    """The version is no part of it, and a trailing zero is."""
    assert parse_one(changed(id="2501.10010v2")).paper.id == "2501.10010"
    assert parse_one(changed(id="2501.10010v2")).entry.id == "2501.10010"


def test_two_authors_of_one_name_are_two() -> None:
    """They exist; hidden in whatever way is hidden."""
    names = [{"name": "Wei Wang"}, {"name": "Wei Wang"}, {"name": "X", "hidden": 1}, {"name": " "}]
    assert parse_one(changed(authors=names)).paper.authors == (Author("Wei Wang"),) * 2


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (None, r"entry 2 \(without an id\): a null without a paper"),
        ([1], r"entry 2 \(without an id\): a list without a paper"),
        ("paper", r"entry 2 \(without an id\): a string without a paper"),
        ({"paper": None}, r"entry 2 \(without an id\): a object without a paper"),
        (changed(id=...), r"entry 2 \(without an id\): its id is a null"),
        (changed(id=2501.1001), r"entry 2 \(2501.1001\): its id is a number"),
        (changed(id="../../etc"), r"entry 2 \(../../etc\): '../../etc' is not an identifier"),
        (changed(id="2613.00001\u202e"), r"entry 2 \(2613.00001.*\): '2613.00001\\u202e' is not an identifier"),
        (changed(id="some-slug"), r"entry 2 \(some-slug\): 'some-slug' is not an arXiv identifier"),
        ({"paper": {"id": "2608.01231"}}, r"entry 2 \(2608.01231\): it has no title"),
    ],
)
def test_an_entry_that_cannot_be_read_is_reported_and_the_rest_is_kept(entry: object, said: str) -> None:
    """With the day, its place in the answer, its id, and what was wrong."""
    listing = parse_entries([ENTRY, entry, changed(id="2608.00002")], DAY)
    assert [listed.paper.id for listed in listing.papers] == ["2608.01230", "2608.00002"]
    (problem,) = listing.problems
    assert problem.path == "huggingface 2026-08-21"
    assert re.fullmatch(said + r".*; the entry is left out", problem.message)


@pytest.mark.parametrize(
    ("paper", "said"),
    [
        ({"summary": 7}, "its summary is a number and left out"),
        ({"authors": "Ada"}, "its authors are a string and left out"),
        ({"authors": [{"name": "Ada  Lovelace"}, {"nom": "x"}]}, "author 2 has no name and is left out"),
    ],
)
def test_what_is_left_out_of_an_entry_is_reported(paper: dict[str, object], said: str) -> None:
    """An abstract or an author in an unknown form costs neither the paper nor a person's attention."""
    listing = parse_entries([changed(**paper)], DAY)
    assert [listed.paper.title for listed in listing.papers] == ["A Title of Two Lines"]
    assert [problem.message for problem in listing.problems] == [f"entry 1 (2608.01230): {said}"]


def test_a_problem_is_one_short_line() -> None:
    """Whatever stands in place of an identifier."""
    (problem,) = parse_entries([changed(id="x\n" + "y" * 5000)], DAY).problems
    assert problem.message.startswith(f"entry 1 (x {'y' * 58}): ")
    assert len(problem.message) < 500
    assert problem.message.isprintable()


def test_a_paper_that_is_there_twice_is_kept_once() -> None:
    """At its first place, as pages that move between two requests repeat their edge."""
    entries: list[object] = [ENTRY, changed(id="2608.00002"), changed(id="2608.01230v2", upvotes=13)]
    listing = parse_entries(entries, DAY)
    assert [listed.entry.upvotes for listed in listing.papers] == [12, 12]


@pytest.mark.parametrize(
    "body", [b"", b"[", b"{}", b'{"error":"x"}', b"null", b"<html>", b"\xff\xfe", b"[" * 100_000, b"[" + b"9" * 5000]
)
def test_a_body_that_is_no_list_is_an_error(body: bytes) -> None:
    """So that the client asks again."""
    with pytest.raises(ValueError, match=r"JSON|number"):
        read_entries(body)


@pytest.mark.parametrize(
    ("body", "said"), [(b" \n<html>", "^HTML where"), (b"Rate", "^4 bytes that are not JSON where")]
)
def test_a_page_of_a_proxy_is_told_from_noise(body: bytes, said: str) -> None:
    """Whoever reads it knows that something else answered."""
    with pytest.raises(ValueError, match=said):
        read_entries(body)


def kept_wherever_sent(day: date, entries: list[Any], listing: Listing) -> list[str]:
    """Every field that the answer has and the record has not, or has otherwise: `id field`."""
    lost = []
    records = {listed.paper.id: listed for listed in listing.papers}
    for outer in entries:
        inner, record = outer["paper"], records[outer["paper"]["id"]]
        paper, entry = record.paper, record.entry
        organization = inner.get("organization") or outer.get("organization") or {}
        expected = {
            "title": (clean_line(inner["title"]), paper.title),
            "abstract": (clean_text(inner["summary"]), paper.abstract),
            "authors": (
                [clean_line(author["name"]) for author in inner["authors"] if not author["hidden"]],
                [author.name for author in paper.authors],
            ),
            "submitted": (
                datetime.strptime(inner["publishedAt"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC).date(),
                paper.submitted,
            ),
            "organization": (clean_line(organization.get("fullname", "")), paper.organization or ""),
            "keywords": (set(map(clean_line, inner.get("ai_keywords", []))) - {""}, set(paper.keywords)),
            "code": ("".join(inner.get("githubRepo", "").split()), paper.links.get("code", "")),
            "project": ("".join(inner.get("projectPage", "").split()), paper.links.get("project", "")),
            "upvotes": (inner["upvotes"], entry.upvotes),
            "comments": (outer["numComments"], entry.comments),
            "stars": (inner.get("githubStars"), entry.stars),
            "featured": ((day,), paper.featured),
        }
        lost += [f"{paper.id} {field}" for field, (sent, kept) in expected.items() if sent != kept]
    return lost


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_every_recorded_shape_is_read(path: Path) -> None:
    """From 2024 to 2026: no problem, no paper lost, and every field there wherever the answer has it."""
    day = date.fromisoformat(path.stem)
    entries: list[Any] = read_entries(path.read_bytes())
    listing = parse_entries(entries, day)
    assert listing.problems == ()
    assert [listed.paper.id for listed in listing.papers] == [entry["paper"]["id"] for entry in entries]
    assert kept_wherever_sent(day, entries, listing) == []


def test_the_recorded_days_are_of_every_kind() -> None:
    """Else the test before would say little."""
    text = b"".join(path.read_bytes() for path in RECORDED).decode()
    signs = ['"mediaUrl":', '"mediaUrls":', '"hidden":true', '"githubStars":', '"ai_keywords":', '"ai_summary_model":']
    signs += ['"organization":', '"submitterOrganization":', '"projectPage":', '"thumbnail":', '"summary":']
    assert [sign for sign in signs if sign not in text] == []


def test_a_day_is_fetched(client: Client) -> None:
    """In one request where it fits in one page, with the page's largest size."""
    with ReplayServer(daily_papers()) as server:
        listing = HuggingFace(client, server.url).listing(date(2026, 8, 20))
    assert listing == parse_entries(
        read_entries((DATA / "huggingface/daily_papers/2026-08-20.json").read_bytes()), date(2026, 8, 20)
    )
    assert [request.query for request in server.requests] == [{"date": "2026-08-20", "limit": "100"}]


def entries_on_pages(sizes: list[int], overlap: int = 0) -> Callable[[Request], Reply]:
    """A route that gives so many papers on each page; each page repeats the last `overlap` of the page before."""
    starts = [sum(sizes[:page]) - (overlap if page else 0) for page in range(len(sizes))]

    def answer(request: Request) -> Reply:
        page = int(request.query.get("p", "0"))
        numbers = range(starts[page], sum(sizes[: page + 1]))
        headers = {"link": f'</api/daily_papers?p={page + 1}>; rel="next"'} if page + 1 < len(sizes) else {}
        return as_json([changed(id=f"2608.{number + 1:05}") for number in numbers], headers=headers)

    return answer


def test_every_further_page_is_fetched(client: Client) -> None:
    """In order; what a page repeats of the one before counts once."""
    with ReplayServer(entries_on_pages([100, 100, 20], overlap=3)) as server:
        listing = HuggingFace(client, server.url).listing(DAY)
    assert [listed.paper.id for listed in listing.papers] == [f"2608.{number + 1:05}" for number in range(220)]
    assert len(server.requests) == 3


def test_pages_of_a_recorded_day_make_the_day(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the size of a page."""
    day = date(2026, 8, 14)
    with ReplayServer(daily_papers()) as server:
        whole = HuggingFace(client, server.url).listing(day)
        monkeypatch.setattr("scraper.sources.huggingface.PAGE_SIZE", 7)
        assert HuggingFace(client, server.url).listing(day) == whole
    assert len(server.requests) == 1 + -(-len(whole.papers) // 7)


def test_an_empty_last_page_is_the_end(client: Client) -> None:
    """As a service sends that always names a next page."""
    with ReplayServer(entries_on_pages([5, 0, 7])) as server:
        assert len(HuggingFace(client, server.url).listing(DAY).papers) == 5


def test_a_page_that_comes_again_is_the_end(client: Client) -> None:
    """As a service sends that does not know pages."""

    def same(_: Request) -> Reply:
        return as_json([ENTRY], headers={"link": '</api/daily_papers?p=1>; rel="next"'})

    with ReplayServer(same) as server:
        assert len(HuggingFace(client, server.url).listing(DAY).papers) == 1
    assert len(server.requests) == 2


def test_pages_without_end_are_an_error(client: Client) -> None:
    """And are not fetched for ever."""
    with (
        ReplayServer(entries_on_pages([1] * (MAX_PAGES + 5))) as server,
        pytest.raises(FetchError, match="more than 20 pages"),
    ):
        HuggingFace(client, server.url).listing(DAY)
    assert len(server.requests) == MAX_PAGES


def test_a_day_of_as_many_pages_as_a_day_may_have_is_whole(client: Client) -> None:
    """The last of them names no other."""
    with ReplayServer(entries_on_pages([1] * MAX_PAGES)) as server:
        assert len(HuggingFace(client, server.url).listing(DAY).papers) == MAX_PAGES


def test_a_day_without_papers_is_an_empty_listing(client: Client) -> None:
    """A Saturday, say: no error."""
    with ReplayServer(daily_papers()) as server:
        assert HuggingFace(client, server.url).listing(date(2026, 8, 15)) == Listing(
            "huggingface", date(2026, 8, 15), ()
        )


def test_trouble_in_between_changes_nothing() -> None:
    """Refusals, damaged answers, drops and slowness: the listing is the one without them."""
    day = date(2024, 9, 3)
    schedule = [
        *(refuses(429, {"ratelimit": '"api";r=0;t=20'}), refuses(503), truncated(), invalid_json(), None),
        *(html(), dropped(), drips(0.01), refuses(429), None),
    ]
    with ReplayServer(daily_papers(), mischief=schedule) as server, Client(clock=FakeClock(), deadline=1) as client:
        source = HuggingFace(client, server.url)
        listings = [source.listing(day) for _ in range(3)]
    assert listings[0] == listings[1] == listings[2]
    assert len(listings[2].papers) == 2
    assert len(server.requests) > len(schedule)


def test_an_error_of_the_service_is_told(client: Client) -> None:
    """In its own words, with the address."""
    with ReplayServer() as server, pytest.raises(FetchError, match=r"daily_papers\?date=2026-08-21.*can't find"):
        HuggingFace(client, server.url).listing(DAY)


def test_the_environment_says_where_and_who(client: Client) -> None:
    """`HF_ENDPOINT` with or without a slash at its end, `HF_TOKEN` as a bearer."""
    with ReplayServer(daily_papers()) as server:
        open_source("huggingface", client, {"HF_ENDPOINT": server.url + "/", "HF_TOKEN": TOKEN + "\n"}).listing(DAY)
        open_source("huggingface", client, {"HF_ENDPOINT": server.url}).listing(DAY)
    assert [request.headers.get("authorization") for request in server.requests] == [f"Bearer {TOKEN}", None]
    assert {request.path for request in server.requests} == {"/api/daily_papers"}
    source = open_source("huggingface", client, {"HF_ENDPOINT": " "})
    assert isinstance(source, HuggingFace)
    assert source.endpoint == "https://huggingface.co"


def test_the_token_is_sent_with_every_page_and_to_no_other_host(client: Client) -> None:
    """Even where a page says that the next one is elsewhere."""
    with ReplayServer(daily_papers()) as elsewhere:

        def foreign_link(request: Request) -> Reply:
            headers = {} if "p" in request.query else {"link": f'<{elsewhere.url}/api/daily_papers?p=1>; rel="next"'}
            return as_json([changed(id=f"2608.0000{1 + len(request.query)}")], headers=headers)

        with ReplayServer(foreign_link) as server:
            listing = HuggingFace(client, server.url, TOKEN).listing(DAY)
        assert elsewhere.requests == []
    assert len(listing.papers) == 2
    assert [request.headers["authorization"] for request in server.requests] == [f"Bearer {TOKEN}"] * 2


@pytest.mark.parametrize(
    "environment",
    [{"HF_ENDPOINT": "huggingface.co"}, {"HF_ENDPOINT": "file:///etc"}, {"HF_TOKEN": "a b"}, {"HF_TOKEN": "hf_é"}],
)
def test_a_setting_that_cannot_be_right_is_told(client: Client, environment: dict[str, str]) -> None:
    """By its name; a token is not repeated."""
    (name, value) = next(iter(environment.items()))
    with pytest.raises(FetchError, match=name) as caught:
        open_source("huggingface", client, environment)
    assert name != "HF_TOKEN" or value not in str(caught.value)


def test_a_source_that_does_not_exist_is_told(client: Client) -> None:
    """With the names of those that do."""
    with pytest.raises(PaperstandError, match=r"no source 'hugging'; there are: .*huggingface"):
        open_source("hugging", client, {})


def test_a_record_survives_json() -> None:
    """What a service may put into a text: control characters, lone surrogates, line ends of every kind."""
    body = json.dumps([changed(title="A\u2028B\x00\ud800 C", summary="one\r\ntwo\rthree\x07")]).encode()
    paper = parse_one(read_entries(body)[0]).paper
    assert (paper.title, paper.abstract) == ("A B C", "one\ntwo\nthree")
