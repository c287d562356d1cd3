"""The rules of what a listing may change, one test a rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from scraper.decide import completed_paper, counted_day, failed_day, out_before, plan_day, taken_out
from scraper.records import Author, Day, DayEntry, EmptyReason, ListedPaper, Listing, Paper, Version

DAY = date(2025, 11, 13)  # a Thursday
TODAY = date(2025, 11, 20)


def _paper(identifier: str, **fields: object) -> Paper:
    return Paper(id=identifier, title=f"Title of {identifier}", **fields)  # type: ignore[arg-type] # any field


def _listing(*listed: tuple[Paper, int], day: date = DAY) -> Listing:
    return Listing(
        "huggingface",
        day,
        tuple(ListedPaper(paper, DayEntry(paper.id, upvotes, 0, None, "huggingface")) for paper, upvotes in listed),
    )


A, B, C = _paper("2511.00001"), _paper("2511.00002"), _paper("2511.00003")


Stored = Callable[[str], Paper | None]


def _library(*papers: Paper) -> Stored:
    return {paper.id: paper for paper in papers}.get


def _stored(*papers: Paper) -> Stored:
    return _library(*(replace(paper, featured=(DAY,)) for paper in papers))


def test_a_new_day_has_the_listing_in_its_order() -> None:
    """A day that is not there yet is the listing as it came, and each new paper remembers the day."""
    plan = plan_day(_listing((B, 5), (A, 9)), None, _library(), today=TODAY)
    assert plan.is_new_day
    assert plan.day.title == "13 November 2025"
    assert [(entry.id, entry.upvotes) for entry in plan.day.papers] == [(B.id, 5), (A.id, 9)]
    assert [paper.featured for paper in plan.new_papers] == [(DAY,), (DAY,)]
    assert plan.newcomers == (B.id, A.id)


def test_a_stored_day_keeps_its_order_and_newcomers_come_last() -> None:
    """An editor's order stays; numbers follow the listing; newcomers are appended."""
    day = Day(DAY, "T", (DayEntry(B.id, 1), DayEntry(A.id, 1)), note="mine", extra={"editor": "x"})
    plan = plan_day(_listing((C, 3), (A, 9), (B, 5)), day, _stored(A, B), today=TODAY)
    assert [(entry.id, entry.upvotes) for entry in plan.day.papers] == [(B.id, 5), (A.id, 9), (C.id, 3)]
    assert (plan.day.title, plan.day.note, plan.day.extra) == ("T", "mine", {"editor": "x"})
    assert (plan.changed_numbers, plan.newcomers, plan.new_papers) == (2, (C.id,), (replace(C, featured=(DAY,)),))


def test_a_paper_that_the_listing_dropped_stays_with_its_numbers() -> None:
    """An upstream that forgets a paper takes nothing out of our day."""
    day = Day(DAY, "T", (DayEntry(A.id, 7),))
    assert plan_day(_listing((B, 1)), day, _stored(A), today=TODAY).day.papers[0] == DayEntry(A.id, 7)


def test_a_missing_number_replaces_none() -> None:
    """Where the listing has no number, the stored one stays; `why` and a person's keys stay always."""
    entry = DayEntry(A.id, 7, 2, 5, "by hand", extra={"remark": "x"})
    listing = Listing("huggingface", DAY, (ListedPaper(A, DayEntry(A.id, 8, None, None, "huggingface")),))
    day = plan_day(listing, Day(DAY, "T", (entry,)), _stored(A), today=TODAY).day
    assert day.papers == (replace(entry, upvotes=8),)


def test_a_paper_that_an_editor_took_out_stays_out() -> None:
    """The paper says it was in this day, the day is there without it: a person removed it."""
    day = Day(DAY, "T", (DayEntry(A.id, 1),))
    plan = plan_day(_listing((A, 1), (B, 5)), day, _stored(A, B), today=TODAY)
    assert [entry.id for entry in plan.day.papers] == [A.id]
    assert plan.completed_papers == ()


def test_a_paper_featured_on_another_day_may_come_to_this_one() -> None:
    """Only this day's own removal counts; the second day is appended to the paper's memory."""
    other = replace(B, featured=(date(2025, 11, 12),))
    plan = plan_day(_listing((B, 5)), Day(DAY, "T", (DayEntry(A.id),)), _library(other), today=TODAY)
    assert [entry.id for entry in plan.day.papers] == [A.id, B.id]
    assert plan.completed_papers == (replace(other, featured=(date(2025, 11, 12), DAY)),)


def test_a_deleted_day_comes_back_whole() -> None:
    """Without the day's file there is no removal to remember: the listing is written again."""
    plan = plan_day(_listing((A, 1), (B, 5)), None, _stored(A, B), today=TODAY)
    assert [entry.id for entry in plan.day.papers] == [A.id, B.id]
    assert plan.new_papers == plan.completed_papers == ()


def test_a_deleted_paper_comes_back() -> None:
    """A paper that the day lists and the library lacks is filed again; the day does not change."""
    day = Day(DAY, "T", (DayEntry(A.id, 1, 0, None, "huggingface"),))
    plan = plan_day(_listing((A, 1)), day, _library(), today=TODAY)
    assert plan.new_papers == (replace(A, featured=(DAY,)),)
    assert plan.day == day


def test_an_excluded_paper_never_comes() -> None:
    """An identifier under `exclude` gets neither an entry nor a file."""
    plan = plan_day(_listing((A, 1), (B, 5)), None, _library(), exclude={A.id}, today=TODAY)
    assert [entry.id for entry in plan.day.papers] == [B.id]
    assert [paper.id for paper in plan.new_papers] == [B.id]


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2025, 11, 15), EmptyReason.WEEKEND),
        (date(2025, 11, 14), EmptyReason.NOTHING_LISTED),
        (TODAY, EmptyReason.NOT_YET_LISTED),
    ],
)
def test_an_empty_day_says_why(day: date, reason: EmptyReason) -> None:
    """No papers on a weekend, on a working day, and on a day that is still going on."""
    plan = plan_day(_listing(day=day), None, _library(), today=TODAY)
    assert (plan.day.papers, plan.day.empty) == ((), reason)


def test_an_empty_listing_never_replaces_papers() -> None:
    """A day that had papers keeps them when the upstream answers with none."""
    day = Day(DAY, "T", (DayEntry(A.id, 1),))
    assert plan_day(_listing(), day, _stored(A), today=TODAY).day == day


def test_an_unfinished_day_is_given_its_reason_later() -> None:
    """`not-yet-listed` becomes the true reason once the day is over; another reason, maybe a person's, stays."""
    early = Day(DAY, "T", empty=EmptyReason.NOT_YET_LISTED)
    assert plan_day(_listing(), early, _library(), today=TODAY).day.empty is EmptyReason.NOTHING_LISTED
    holiday = Day(DAY, "T", empty=EmptyReason.WEEKEND)
    assert plan_day(_listing(), holiday, _library(), today=TODAY).day.empty is EmptyReason.WEEKEND


def test_an_empty_day_that_gets_papers_loses_its_reason() -> None:
    """Papers listed later come into the empty day."""
    early = Day(DAY, "T", empty=EmptyReason.NOT_YET_LISTED)
    day = plan_day(_listing((A, 1)), early, _library(), today=TODAY).day
    assert (len(day.papers), day.empty) == (1, None)


def test_a_paper_is_filled_in_but_never_changed() -> None:
    """Missing fields come; title, abstract and whatever has a value stay."""
    stored = Paper(
        id="2511.00001", title="Mended", abstract="As filed", organization="Meta", links={"code": "https://a.example"}
    )
    listed = Paper(
        id="2511.00001",
        title="Upstream's",
        abstract="Upstream's",
        organization="AI at Meta",
        authors=(Author("A B"),),
        keywords=("rl",),
        links={"code": "https://b.example", "project": "https://c.example"},
        versions=(Version(1), Version(2)),
        withdrawn=DAY,
    )
    assert completed_paper(stored, listed) == replace(
        stored,
        authors=(Author("A B"),),
        keywords=("rl",),
        links={"code": "https://a.example", "project": "https://c.example"},
        versions=(Version(1), Version(2)),
        withdrawn=DAY,
    )


def test_versions_only_grow() -> None:
    """A version that is known stays as it was filed; new ones are appended."""
    stored = replace(A, versions=(Version(1, DAY),))
    listed = replace(A, versions=(Version(1), Version(2)))
    assert completed_paper(stored, listed).versions == (Version(1, DAY), Version(2))


def test_a_field_that_a_person_emptied_stays_empty() -> None:
    """`organization:` without a value, and a link without an address, say "none" and are not filled in."""
    stored = replace(A, extra={"organization": None}, links={"code": ""})
    listed = replace(A, organization="Meta", links={"code": "https://a.example"})
    assert completed_paper(stored, listed) == stored


def test_a_source_knows_its_holidays() -> None:
    """What it says of a day without papers stands before what the calendar says, and papers stand before both."""
    told = replace(_listing(), empty=EmptyReason.HOLIDAY)
    assert plan_day(told, None, _library(), today=TODAY).day.empty is EmptyReason.HOLIDAY
    assert plan_day(replace(told, day=TODAY), None, _library(), today=TODAY).day.empty is EmptyReason.HOLIDAY
    listed = replace(_listing((A, 1)), empty=EmptyReason.HOLIDAY)
    assert plan_day(listed, None, _library(), today=TODAY).day.empty is None


def test_a_failure_is_said_only_where_nothing_else_is_known() -> None:
    """A day that has papers, or another reason for having none, keeps what it has."""
    new, early = failed_day(None, DAY), failed_day(Day(DAY, "T", empty=EmptyReason.NOT_YET_LISTED), DAY)
    assert new == Day(DAY, "13 November 2025", empty=EmptyReason.FAILED)
    assert early == Day(DAY, "T", empty=EmptyReason.FAILED)
    for known in (Day(DAY, "T", (DayEntry(A.id),)), Day(DAY, "T", empty=EmptyReason.HOLIDAY), Day(DAY, "T"), new):
        assert failed_day(known, DAY) is None


def test_a_failure_is_forgotten_when_the_source_answers_again() -> None:
    """By papers, or by the true reason."""
    failed = failed_day(None, DAY)
    with_papers = plan_day(_listing((A, 1)), failed, _library(), today=TODAY).day
    assert (with_papers.empty, [entry.id for entry in with_papers.papers]) == (None, [A.id])
    assert plan_day(_listing(), failed, _library(), today=TODAY).day.empty is EmptyReason.NOTHING_LISTED


def test_a_new_version_grows_the_stored_paper_and_lists_nothing() -> None:
    """Its versions and its withdrawal are learnt; title, abstract and day are as they were; a stranger is nobody."""
    stored = replace(A, abstract="Old", versions=(Version(1, DAY),), featured=(date(2025, 11, 1),))
    update = replace(A, title="New", abstract="New", versions=(Version(2),), withdrawn=DAY)
    listing = replace(_listing(), updates=(update, B))
    plan = plan_day(listing, None, _library(stored), today=TODAY)
    assert plan.day.papers == ()
    assert plan.new_papers == ()
    assert plan.completed_papers == (replace(stored, versions=(Version(1, DAY), Version(2)), withdrawn=DAY),)
    again = plan_day(listing, plan.day, _library(*plan.completed_papers), today=TODAY)
    assert again.completed_papers == ()


def test_an_excluded_or_unreadable_paper_learns_nothing() -> None:
    """Neither is written."""
    listing = replace(_listing(), updates=(replace(A, versions=(Version(2),)), replace(B, versions=(Version(2),))))
    plan = plan_day(listing, None, _library(A, B), exclude={A.id}, unreadable={B.id}, today=TODAY)
    assert plan.completed_papers == ()


def test_what_a_person_took_out_is_known_by_the_papers_own_word() -> None:
    """It says it was in the day, and the stored day does not list it."""
    listing = _listing((A, 1), (B, 1), (C, 1))
    assert taken_out(listing, Day(DAY, "T", (DayEntry(B.id),)), _stored(A, B)) == {A.id}
    assert taken_out(listing, None, _stored(A, B)) == frozenset()


def test_a_cross_list_that_has_its_day_already_is_not_listed_again() -> None:
    """A paper of another day, by its source's own word; one that only this day has, or no day, is listed."""
    listing = _listing((A, 1), (B, 1), (C, 1))
    listing = replace(
        listing, papers=tuple(replace(one, announced_before=one.paper.id != C.id) for one in listing.papers)
    )
    elsewhere = {paper.id: replace(paper, featured=(date(2025, 11, 1),)) for paper in (A, C)}
    assert out_before(listing, None, elsewhere.get) == {A.id}
    assert out_before(listing, Day(DAY, "T", (DayEntry(A.id),)), elsewhere.get) == frozenset()
    assert out_before(listing, None, _stored(A, B, C)) == frozenset()


def test_citations_are_numbers_of_the_day() -> None:
    """Those that are known are set, the others stay; a listing without them leaves them."""
    day = Day(DAY, "T", (DayEntry(A.id, 1, citations=3), DayEntry(B.id)))
    counted = counted_day(day, {B.id: 7, C.id: 9})
    assert [entry.citations for entry in counted.papers] == [3, 7]
    assert plan_day(_listing((A, 5)), counted, _stored(A, B), today=TODAY).day.papers[0].citations == 3
