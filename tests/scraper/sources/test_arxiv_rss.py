"""arXiv's feed: what was announced, and as what."""

from __future__ import annotations

import re
from datetime import date

import pytest

from scraper.records import Author, Paper, Version
from scraper.sources.arxiv_rss import Announced, author_names, parse_rss
from tests.arxiv_service import EMPTY_FEED, FEED, PAPERS


def test_a_feed_tells_new_papers_from_all_others() -> None:
    """Six new ones, a cross-list, and two new versions, with the version's number."""
    feed = parse_rss(FEED)
    assert feed.day == date(2026, 6, 24)
    assert feed.problems == ()
    assert not feed.is_cut
    assert [announced.value for announced, _ in feed.papers] == [
        *("new",) * 5,
        "cross",
        *("new",) * 2,
        "replace",
        "replace-cross",
    ]
    assert [paper.versions for _, paper in feed.papers[-2:]] == [(Version(2),), (Version(3),)]


def test_a_paper_of_the_feed_has_what_the_feed_tells() -> None:
    """Title, abstract, authors and categories are those of the real paper; the day of its submission is not there."""
    real = {paper["id"]: paper for paper in PAPERS}
    for announced, paper in parse_rss(FEED).papers:
        known = real[paper.id]
        assert paper.title == " ".join(known["title"].split())
        assert paper.abstract == " ".join(known["abstract"].split())
        assert paper.authors == tuple(map(Author, known["authors"]))
        assert paper.categories == tuple(known["categories"])
        assert (paper.source, paper.submitted, paper.withdrawn) == ("arxiv", None, None)
        assert announced in Announced


def test_the_recorded_feed_of_a_day_without_papers() -> None:
    """A day, and nothing in it."""
    feed = parse_rss(EMPTY_FEED)
    assert (feed.day, feed.papers, feed.problems) == (date(2025, 12, 31), (), ())


def test_names_stand_behind_one_another() -> None:
    """What is only a part of a name stays with it."""
    assert author_names("Ada Lovelace, Sammy Davis, Jr., Henry, III,  , L\u00ea Th\u00ecnh") == (
        *("Ada Lovelace", "Sammy Davis, Jr.", "Henry, III", "L\u00ea Th\u00ecnh"),
    )
    assert author_names("Jr., Ada") == ("Jr.", "Ada")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"<arxiv:announce_type>new<", b"<arxiv:announce_type>gone<", "'gone' is not a valid Announced"),
        (b"oai:arXiv.org:2606.20705v1", b"oai:arXiv.org:what", "not an arXiv identifier"),
        (b"oai:arXiv.org:2606.20705v1", b"oai:arXiv.org:What?", "names no paper"),
        (
            b"<title>MotionPyramid: Hierarchical Motion Representation and Residual Interfaces<",
            b"<title> <",
            "no title",
        ),
    ],
)
def test_an_item_that_cannot_be_read_is_a_problem(old: bytes, new: bytes, said: str) -> None:
    """The others are kept."""
    assert old in FEED
    feed = parse_rss(FEED.replace(old, new, 1))
    assert len(feed.papers) == 9
    [problem] = feed.problems
    assert problem.path == "arxiv 2026-06-24"
    assert re.search(said, problem.message)


def test_a_withdrawn_paper_is_known_by_its_abstract() -> None:
    """On the day of the feed; blanks around it are none of it."""
    notice = b"Abstract: \n\n This paper has been withdrawn. \n\n"
    (_, paper), *_ = parse_rss(re.sub(rb"Abstract: [^<]*", notice, FEED, count=1)).papers
    assert (paper.abstract, paper.withdrawn) == ("This paper has been withdrawn.", date(2026, 6, 24))


def test_an_item_that_has_next_to_nothing_is_a_papers() -> None:
    """What it lacks is empty."""
    item = (
        "<item><guid>oai:arXiv.org:2606.20705</guid><title>T</title><category/>"
        "<arxiv:announce_type>new</arxiv:announce_type></item>"
    )
    start, _, rest = FEED.partition(b"<item>")
    [(announced, paper)] = parse_rss(start + item.encode() + rest[rest.index(b"</channel>") :]).papers
    assert (announced, paper) == (Announced.NEW, Paper("2606.20705", "T", source="arxiv"))


def test_a_feed_is_full_with_what_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has as many items as a feed can have, whatever stands in them."""
    monkeypatch.setattr("scraper.sources.arxiv_rss.MAX_ITEMS", 10)
    feed = parse_rss(FEED.replace(b"oai:arXiv.org:2606.20705v1", b"what", 1))
    assert len(feed.papers) == 9
    assert feed.is_cut


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"Rate exceeded.", "not XML"),
        (b"<html/>", "<html> where an RSS feed was expected"),
        (b"<rss/>", "without a channel"),
        (b"<rss><channel><pubDate>today</pubDate></channel></rss>", "does not tell its day"),
        (b'<!DOCTYPE rss [<!ENTITY a "b">]><rss/>', "a document type"),
        (FEED[: len(FEED) // 2], "not XML"),
    ],
)
def test_a_body_that_is_no_feed_is_an_error(body: bytes, said: str) -> None:
    """So that the client asks again, and a feed cut short is never taken for a short one."""
    with pytest.raises(ValueError, match=said):
        parse_rss(body)
