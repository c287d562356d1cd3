"""Cards and papers' pages beyond what test_pages.py says: what leads where, and what comes of extremes."""

from __future__ import annotations

import pickle
import re
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from markupsafe import escape

from scraper import taxonomy
from scraper.records import Author, CuratedList, Day, DayEntry, ListEntry, Paper, Version
from scraper.settings import Giscus, Rules, Settings, Topic
from scraper.store import Library
from site_config.catalog import Catalog
from site_config.citing import bibtex
from site_config.edition import Edition
from site_config.pages import cards, days, lists, papers
from site_config.pages.cards import Card
from site_config.pages.site import Page
from site_config.stamps import encoded

URL, REPOSITORY = "https://example.org/repo/", "https://github.com/example/repo"
SETTINGS = Settings("Test site", url=URL, repository=REPOSITORY)
ON = date(2025, 11, 13)
ID = "2511.08567"


def paper(identifier: str = ID, **fields: object) -> Paper:
    """A paper with these facts."""
    return Paper(identifier, **{"title": "T", **fields})  # type: ignore[arg-type]  # any field


def day(*entries: DayEntry, on: date = ON) -> Day:
    """A day with these entries."""
    return Day(on, "A day", entries)


def edition(
    *known: Paper, listed: tuple[Day, ...] = (), curated: tuple[CuratedList, ...] = (), settings: Settings = SETTINGS
) -> Edition:
    """An edition of these."""
    library = Library(
        {one.id: one for one in known}, {one.date: one for one in listed}, {one.slug: one for one in curated}
    )
    return Edition(Catalog.of(library, settings), settings)


def said(text: object) -> str:
    """What is shown, without tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", str(escape(text))).split())


def whole(made: Edition, entry: DayEntry, root: str = "../../") -> Card:
    """The card of a day."""
    return cards.whole(made, entry, ON, root)


def paper_page(made: Edition, identifier: str = ID) -> Page:
    """The page of a paper."""
    return papers.page(papers.sheet(made, identifier), made.settings)


def dates(made: Edition, identifier: str = ID, *, in_full: bool = False) -> str:
    """The first fact of a card."""
    card = whole(made, DayEntry(identifier)) if in_full else cards.compact(made, identifier, "../../")
    facts = re.search(r"<ul class=facts><li>(.*?)(?:<li|</ul)", card.html)
    return re.sub("<[^>]*>", "", facts[1]) if facts else ""


def test_a_card_says_when_a_paper_was_featured_and_submitted() -> None:
    """Each year once; a day's own page does not say the day on each card."""
    for submitted, in_full, compact in (
        (date(2025, 11, 11), "Submitted 11 Nov 2025", "Featured 13 Nov 2025 · submitted 11 Nov"),
        (date(2024, 3, 1), "Submitted 1 Mar 2024", "Featured 13 Nov 2025 · submitted 1 Mar 2024"),
        (None, "", "Featured 13 Nov 2025"),
    ):
        made = edition(paper(submitted=submitted), listed=(day(DayEntry(ID)),))
        said_in_full = dates(made, in_full=True)
        assert (said_in_full if submitted else said_in_full.replace("arXiv", ""), dates(made)) == (in_full, compact)
    assert dates(edition(paper(submitted=date(2024, 3, 1)))) == "Submitted 1 Mar 2024"
    assert dates(edition(paper())) == ""


def test_a_compact_card_has_the_last_day_and_leads_to_it() -> None:
    """Its numbers, its date and its address, from a page at any depth."""
    listed = (day(DayEntry(ID, upvotes=1), on=date(2025, 11, 12)), day(DayEntry(ID, upvotes=7, comments=3, stars=5)))
    card = cards.compact(edition(paper(links={"code": "https://github.com/a/b"}), listed=listed), ID, "../../../")
    assert "href=../../../daily/2025-11-13/>" in card.html
    for piece in ("T 7 Featured", "3 comments", "Code 5"):
        assert piece in said(card.html)
    assert f'href="https://huggingface.co/papers/{ID}"' in card.html


def test_a_compact_card_is_made_once() -> None:
    """For all pages of one depth; what a list says of a paper changes no other page's card."""
    made = edition(paper(), listed=(day(DayEntry(ID)),))
    card = cards.compact(made, ID, "../../")
    assert cards.compact(made, ID, "../../") is card
    assert cards.compact(made, ID, "./") is not card
    noted = cards.compact(made, ID, "../../", note="Start here.", comments=4)
    assert ("Start here." in noted.html, "4 comments" in noted.html) == (True, True)
    assert "Start here." not in cards.compact(made, ID, "../../").html


def test_a_days_comments_stand_before_a_lists() -> None:
    """The day's number is newer than the one that a list was imported with."""
    curated = (CuratedList("rl", "RL", (ListEntry(ID, comments=9),)),)
    for entry, number in ((DayEntry(ID, comments=2), "2 comments"), (DayEntry(ID), "9 comments")):
        made = edition(paper(), listed=(day(entry),), curated=curated)
        assert number in said(next(lists.pages(made)).content.body)


def test_a_card_leads_to_its_organisation_and_topics() -> None:
    """Relative to the page it is on."""
    topics = (Topic("World models", "world-models", rules=Rules(keywords=("world model",))),)
    made = edition(
        paper(title="A world model", organization="AI at Meta"),
        paper("2511.00001", organization="AI at Meta"),
        listed=(day(DayEntry(ID)),),
        settings=Settings("S", topics=topics),
    )
    for card in (whole(made, DayEntry(ID)), cards.compact(made, ID, "../../")):
        assert '<a href="../../organizations/ai-at-meta/">AI at Meta</a>' in card.html
        assert "<a href=../../topics/world-models/>World models</a>" in card.html
    body = str(escape(paper_page(made).content.body))
    assert '<a href="../../organizations/ai-at-meta/">AI at Meta</a>' in body
    assert "<a href=../../topics/world-models/>World models</a>" in body


def test_authors_with_a_page_are_linked_on_a_papers_page() -> None:
    """From five papers on, under whichever spelling; the others are names, and text is text."""
    several = [paper(f"2511.0000{number}", authors=(Author("Ann Lee"),)) for number in range(1, 6)]
    other = paper(authors=(Author("A. Lee"), Author("<b>Bob</b>")))
    settings = Settings("S", same_authors={"Ann Lee": ("A. Lee",)})
    body = str(escape(paper_page(edition(*several, other, settings=settings)).content.body))
    assert "<bdi><a href=../../authors/ann-lee/>A. Lee</a>, &lt;b&gt;Bob&lt;/b&gt;</bdi>" in body


def test_withdrawn_papers_and_new_versions_are_marked_on_cards_and_told_on_pages() -> None:
    """A first version is no news."""
    versions = (Version(1, date(2025, 11, 11)), Version(3, date(2025, 12, 12)), Version(2))
    made = edition(paper(versions=versions, withdrawn=date(2026, 1, 2)), listed=(day(DayEntry(ID)),))
    for card in (whole(made, DayEntry(ID)), cards.compact(made, ID, "./")):
        assert re.findall("<li class=mark>(.*?)<", card.html)[0] == "Withdrawn"
        assert "v3, 12 Dec 2025" in said(card.html)
    told = said(paper_page(made).content.body)
    assert "The latest version is v3, submitted on 12 December 2025 ." in told
    assert "This paper was withdrawn; that was found on 2 January 2026 ." in told
    assert "Versions v3 , 12 December 2025 v2 v1 , 11 November 2025" in told
    assert f'href="https://arxiv.org/abs/{ID}v2"' in str(escape(paper_page(made).content.body))
    first = edition(paper(versions=versions[:1]), listed=(day(DayEntry(ID)),))
    assert "mark" not in whole(first, DayEntry(ID)).html
    assert "latest version" not in said(paper_page(first).content.body)


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("huggingface", "by Hugging Face"),
        ("arxiv", "by arXiv"),
        ("keyword: world model", "for the keyword world model"),
        ("organization: AI at Meta", "for the organisation AI at Meta"),
        ("my own reason", "by my own reason"),
        (None, ""),
    ],
)
def test_a_page_says_why_a_paper_is_here(why: str | None, words: str) -> None:
    """A source by its name, a rule as a sentence, whatever else a person wrote as it is."""
    made = edition(paper(), listed=(day(DayEntry(ID, upvotes=3, why=why, score=4)),))
    listed = (
        f"Listed 13 November 2025 {words}, score 4, 3 upvotes" if words else "13 November 2025 , score 4, 3 upvotes"
    )
    assert listed in said(paper_page(made).content.body)


def test_a_page_that_no_day_explains_names_its_source() -> None:
    """A paper that came with a list."""
    assert "First found by arXiv" in said(paper_page(edition(paper(source="arxiv"))).content.body)
    listed = edition(paper(source="arxiv"), listed=(day(DayEntry(ID, why="huggingface")),))
    assert "First found by" not in said(paper_page(listed).content.body)


def test_the_discussion_is_linked_with_its_count_where_there_is_one() -> None:
    """A paper that Hugging Face never listed has no page there to be talked on."""
    for entries, shown in (
        ((DayEntry(ID, comments=3),), "3 comments on Hugging Face"),
        ((DayEntry(ID, why="huggingface"),), "Hugging Face"),
        ((DayEntry(ID, why="arxiv"),), ""),
    ):
        body = str(escape(paper_page(edition(paper(), listed=(day(*entries),))).content.body))
        assert (f'<a href="https://huggingface.co/papers/{ID}">{shown}</a>' in body) == bool(shown)


def test_related_papers_are_shown_with_title_and_month() -> None:
    """Four at most, in their order, at addresses that are right at every depth."""
    others = [paper(f"2511.0000{n}", title=f"Other {n}", submitted=date(2025, 11, n)) for n in range(1, 9)]
    for identifier, up in ((ID, "../"), ("cs/0112017", "../../"), ("10.1000/182", "../../../")):
        made = edition(paper(identifier), *others)
        made.__dict__["related"] = {identifier: tuple(other.id for other in others)}
        body = str(escape(paper_page(made, identifier).content.body))
        shown = re.findall(r'<li><a href=([^">]*)>(Other \d)</a> Nov\xa02025', body)
        assert shown == [(f"{up}2511.0000{n}/", f"Other {n}") for n in range(1, 5)]
    assert "related" not in str(escape(paper_page(edition(paper())).content.body))


def test_a_page_has_the_papers_bibtex_as_text() -> None:
    """Line by line as it is copied, and folded: nobody reads it."""
    made = edition(paper(title="<b> & 50%", authors=(Author("Ann Lee"),), submitted=ON))
    body = str(escape(paper_page(made).content.body))
    entry = str(escape(bibtex.entry(made.catalog.papers[ID]).rstrip()))
    assert f"<details class=bibtex><summary>BibTeX</summary><pre>{entry}</pre></details>" in body
    assert "&lt;b&gt;" in entry
    assert entry.count("\n") > 3


def test_a_sheet_is_small_plain_and_can_be_handed_over() -> None:
    """It holds names and addresses and no groups: a worker gets it, and a digest of it says whether the page is new."""
    several = [paper(f"2511.{number:05}", authors=(Author("Ann"),), organization="Meta") for number in range(1, 400)]
    sheet = papers.sheet(edition(*several, listed=(day(*(DayEntry(one.id) for one in several)),)), several[0].id)
    assert pickle.loads(pickle.dumps(sheet)) == sheet  # noqa: S301 - our own
    assert len(encoded(sheet)) < 2_000


@pytest.mark.parametrize("identifier", [ID, "cs/0112017", "10.1000/18(2)", "a-slug"])
def test_a_mistake_is_reported_for_exactly_this_paper(identifier: str) -> None:
    """A new issue of the form for papers, with the identifier in its title and in its place."""
    body = str(escape(paper_page(edition(paper(identifier)), identifier).content.body))
    href = re.search('<a href="([^"]*)">Report a mistake', body)
    assert href
    parts = urlsplit(href[1].replace("&amp;", "&"))
    assert parts._replace(query="").geturl() == f"{REPOSITORY}/issues/new"
    filled = parse_qs(parts.query)
    assert filled["template"] == ["correct-paper.yml"]
    assert filled["title"] == filled["paper"] == [identifier]


def test_comments_need_both_keys_and_a_repository_on_github() -> None:
    """They are off unless site.yml has them, and then nothing of giscus stands on any page."""
    keys = Giscus("R_1", "DIC_2")
    on = Settings("S", repository=REPOSITORY, giscus=keys)
    body = str(escape(paper_page(edition(paper(), settings=on)).content.body))
    assert 'data-repo="example/repo" data-repo-id="R_1" data-category-id="DIC_2"' in body
    for off in (SETTINGS, Settings("S", giscus=keys), Settings("S", repository="https://gitlab.com/a/b", giscus=keys)):
        assert "talk" not in str(escape(paper_page(edition(paper(), settings=off)).content.body))


def test_a_huge_text_makes_a_long_page_and_no_long_day() -> None:
    """Ten megabytes of abstract are cut on a card and whole on the paper's own page; both are made in no time."""
    huge = paper(abstract="word $x$ " + "word " * 2_100_000)
    made = edition(huge, listed=(day(DayEntry(ID)),))
    assert len(str(escape(days.page(made, made.catalog.days[0]).content.body))) < 10 * cards.LONGEST_ABSTRACT
    assert len(str(escape(paper_page(made).content.body))) > 10_000_000


def test_nothing_known_is_a_page_all_the_same() -> None:
    """A title alone, in a library without a repository."""
    body = str(escape(paper_page(edition(paper("a-slug"), settings=Settings("S")), "a-slug").content.body))
    assert "No abstract is known." in said(body)
    for nothing in ("None", "class=by", "facts", "class=edit", "<ul"):
        assert nothing not in body


@pytest.mark.parametrize(
    ("code", "spoken"),
    [
        ("cs.LG", "Machine Learning (cs.LG)"),
        ("hep-th", "High Energy Physics - Theory (hep-th)"),
        ("cond-mat.mtrl-sci", "Materials Science (cond-mat.mtrl-sci)"),
        ("not.known", "not.known"),
    ],
)
def test_categories_have_arxivs_names(code: str, spoken: str) -> None:
    """A code that arXiv does not have stands alone."""
    assert taxonomy.spoken(code) == spoken


def test_the_taxonomy_is_whole() -> None:
    """The 155 of https://arxiv.org/category_taxonomy, and two from before their archives were parted."""
    assert len(taxonomy.NAMES.keys() - {"astro-ph", "cond-mat"}) == 155
    assert all(
        re.fullmatch(r"[a-z-]+(\.[A-Za-z-]+)?", code) and name.strip() == name for code, name in taxonomy.NAMES.items()
    )
