"""The pages of topics, organisations, authors and keywords."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urljoin

import pytest
from markupsafe import escape
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from scraper.records import Author, Day, DayEntry, Paper, day_title
from scraper.settings import LeastPapers, Rules, Settings, Topic
from scraper.store import Library
from site_config.catalog import Catalog
from site_config.edition import Edition
from site_config.pages import groups
from site_config.pages.site import AnyPage, Kind
from site_config.stamps import encoded
from tests.browser import Serve

URL = "https://example.org/repo/"
AGENTS = Topic(
    "Agents & tools",
    "agents",
    "What <acts>.",
    Rules(keywords=("agent", "tool use"), categories=("cs.MA",), organizations=("NVIDIA",), authors=("Ada Name",)),
    Rules(keywords=("chemical agent",)),
)
ALL = LeastPapers(organizations=1, authors=1, keywords=1)
REPOSITORY = "https://github.com/example/repo"


def edition(*papers: Paper, days: Mapping[date, Mapping[str, int]] | None = None, **fields: object) -> Edition:
    """An edition of these papers, in which every name has a page; `days` have the upvotes of the papers they list."""
    given = {"url": URL, "repository": REPOSITORY, "topics": (AGENTS,), "least_papers": ALL, **fields}
    site = Settings("Test site", **given)  # type: ignore[arg-type]  # any field
    listed = {
        on: Day(on, day_title(on), tuple(DayEntry(identifier, upvotes=votes) for identifier, votes in votes_of.items()))
        for on, votes_of in (days or {}).items()
    }
    return Edition(Catalog.of(Library({paper.id: paper for paper in papers}, listed, {}), site), site)


def paper(number: int, **fields: object) -> Paper:
    """A paper with these facts."""
    given = {"title": f"Agent {number}", "organization": "NVIDIA", **fields}
    return Paper(f"2511.{number:05}", **given)  # type: ignore[arg-type]  # any field


def made(of: Edition) -> dict[str, AnyPage]:
    """The pages that are made, by their addresses."""
    found = {page.path: page for page in groups.pages(of)}
    assert len(found) == len(list(groups.pages(of)))
    return found


def html(page: AnyPage) -> str:
    """A page's body."""
    return str(escape(page.content.body))


def said(page: AnyPage) -> str:
    """What is shown, without tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", html(page)).split())


def ids(page: AnyPage) -> list[str]:
    """The papers on a page."""
    return re.findall(r"<li><h2><a href=[./]*/papers/([^>]+)/>", html(page))


def test_the_topics_stand_with_their_counts_and_descriptions() -> None:
    """In the order of site.yml, an empty one too, with the way to change them."""
    page = groups.topics(edition(paper(1), topics=(AGENTS, Topic("Empty", "empty", "", Rules(("nothing",))))))
    assert "Agents &amp; tools 1 paper What &lt;acts&gt;. Empty 0 papers" in said(page)
    assert 'href="../topics/agents/"' in html(page)
    assert f'href="{REPOSITORY}/edit/HEAD/site_config/site.yml"' in html(page)


def test_a_site_without_topics_says_where_they_stand() -> None:
    """And does not lead to other indexes that it does not have."""
    page = groups.topics(edition(topics=()))
    assert "There is no topic yet." in said(page)
    assert "site_config/site.yml" in said(page)
    assert "Organisations" not in said(page)
    assert made(edition(topics=())) == {}


def test_a_topic_says_its_rules() -> None:
    """Every rule in words, what it leaves out, and where both can be changed."""
    text = said(made(edition(paper(1)))["topics/agents/"])
    assert "In the title, the abstract or the keywords: agent , tool use" in text
    assert "arXiv category: cs.MA" in text
    assert "Organisation: NVIDIA" in text
    assert "Author: Ada Name" in text
    assert "It does not if it has one of these. In the title, the abstract or the keywords: chemical agent" in text
    assert f'href="{REPOSITORY}/edit/HEAD/site_config/site.yml"' in html(made(edition(paper(1)))["topics/agents/"])


def test_an_empty_topic_says_so() -> None:
    """It has a page, which a rule may fill tomorrow."""
    page = made(edition())["topics/agents/"]
    assert "No paper in the library is found by these rules." in said(page)
    assert ids(page) == []


def test_a_long_list_is_paged() -> None:
    """A hundred papers a page, newest first; each page has its own title and address, and leads to its neighbours.

    The first one says how many there are, and each from when its papers are.
    """
    days = {date(2025, 11, on): {paper(50 * on + number).id: 0 for number in range(1, 51)} for on in range(5) if on}
    pages = made(edition(*(paper(number) for number in range(1, 251)), days=days))
    first, second, third = (pages[f"topics/agents/{rest}"] for rest in ("", "2/", "3/"))
    assert [*ids(first), *ids(second), *ids(third)] == [f"2511.{number:05}" for number in range(250, 0, -1)]
    assert "250 papers; here are those of 4 Nov 2025. Sort and search them all" in said(first)
    assert "100 papers from 2 Nov 2025 to 3 Nov 2025. Sort and search them all" in said(second)
    assert 'href="../../../search/?topic=agents"' in html(second)
    assert "search them all" not in said(made(edition(paper(1)))["topics/agents/"])
    assert len({page.content.title for page in (first, second, third)}) == 3
    assert second.content.canonical == f"{URL}topics/agents/2/"
    assert str(second.content.head) == (
        '<link rel="prev" href="../../../topics/agents/"><link rel="next" href="../../../topics/agents/3/">'
    )
    assert "of these papers" in said(first)
    assert "of these papers" not in said(second)


def test_what_papers_name_has_pages_that_lead_to_each_other() -> None:
    """From a topic to its organisations, from an author to the others, and every link on them leads somewhere."""
    one = paper(1, authors=(Author("Ada Name"), Author("B. Other")), keywords=("agents", "memory"))
    of = edition(one, replace(one, id="2511.00002", authors=(*one.authors, Author("C. Third"))))
    pages = made(of)
    assert "Organisations of these papers NVIDIA 2" in said(pages["topics/agents/"])
    assert "Other authors of these papers B. Other 2" in said(pages["authors/ada-name/"])
    assert "Other keywords of these papers memory 2" in said(pages["keywords/agent/"])
    assert "Topics of these papers" in said(pages["organizations/nvidia/"])
    # Of those with one paper in common any five would stand there, on each of thousands of pages.
    assert "C. Third" not in said(pages["authors/ada-name/"])
    alone = made(edition(one))
    assert "of these papers" not in said(alone["authors/ada-name/"])
    assert "Organisations of these papers NVIDIA 1" in said(alone["topics/agents/"])
    known = {*pages, "topics/", "papers/2511.00001/", "papers/2511.00002/"}
    for path, page in pages.items():
        links = re.findall(r'href="?([^"> ]*)', html(page))
        inner = {urljoin(path, link.partition("#")[0]) for link in links if not link.startswith("http")}
        assert inner <= {*known, path}, path


def test_papers_of_authors_and_keywords_have_one_line() -> None:
    """A card would be there once for each of a paper's names. The title is typeset, and text stays text."""
    one = paper(1, title=r"\emph{Agents} <b>", authors=(Author("Ada Name"),), keywords=("agents",))
    pages = made(edition(one))
    for path in ("authors/ada-name/", "keywords/agent/"):
        (card,) = re.findall(r"<li><h2.*?(?=<li><h2|</ol>)", html(pages[path]))
        assert "&lt;b&gt;" in card
        assert r"\emph" not in card
        assert "NVIDIA" not in card
    assert "NVIDIA" in re.findall(r"<li><h2.*?(?=<li><h2|</ol>)", html(pages["organizations/nvidia/"]))[0]


def test_a_card_names_its_paper_once() -> None:
    """By the address of its page, from which scripts take it; where the address is made otherwise, by itself."""
    named: dict[str, object] = {"authors": (Author("Ada Name"),)}
    pages = made(edition(paper(1, **named), replace(paper(2, **named), id="10.1000/a"), paper(3)))
    for path in ("authors/ada-name/", "topics/agents/"):
        cards = html(pages[path]).split("<li")
        assert not [card for card in cards if "2511.00001/" in card and "data-id" in card]
        assert [card for card in cards if 'data-id="10.1000/a">' in card], path


def test_a_line_has_the_upvotes_where_people_vote() -> None:
    """A paper that no day listed has none, and a page on which none has any has no room for them."""
    named: dict[str, object] = {"authors": (Author("Ada Name"),), "keywords": ("agents",)}
    of = edition(paper(1, **named), paper(2, **named), days={date(2025, 11, 13): {"2511.00001": 1234}})
    for path in ("authors/ada-name/", "keywords/agent/"):
        page = html(made(of)[path])
        assert page.count("class=votes>") == 1
        assert "<p class=votes>1,234<p class=facts>" in page
        assert 'class="cards compact voted"' in page
    assert "vote" not in html(made(edition(paper(1, **named)))["authors/ada-name/"])


def test_an_index_is_by_the_alphabet() -> None:
    """Authors by the last words of their names, what begins with no letter last, in pages; each letter has a link."""
    names = [f"{first} {last}" for first in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for last in [f"Name{n}" for n in range(20)]]
    names += ["Zoë Ångström", "李明"]
    papers = [paper(number, authors=(Author(name),)) for number, name in enumerate(names, 1)]
    pages = made(edition(*papers, paper(600, authors=(Author("Zoë Ångström"),))))
    first, second = html(pages["authors/"]), html(pages["authors/2/"])
    assert first.index(">Most papers</h2>") < first.index(">Zoë Ångström<") < first.index('<h2 id="A">A</h2>')
    assert first.index('<h2 id="A">A</h2>') < first.index('<h2 id="N">N</h2>')
    assert '<h2 id="N">N</h2>' in second
    assert second.index('<h2 id="N">') < second.index('<h2 id="other">') < second.index("李明")
    assert 'href="#N"' in first
    assert 'href="../authors/2/#other"' in first
    assert 'href="../../authors/#A"' in second
    assert "Most papers" not in second
    assert "522 authors with a paper" in said(pages["authors/"])
    found = re.findall(r"<li><a href=[^ >]*>[^<]*</a> <span>", first[first.index('<h2 id="A">') :] + second)
    assert len(found) == 522


def test_a_short_index_needs_no_letters() -> None:
    """It is one list."""
    page = made(edition(paper(1), paper(2, organization="Ant Group")))["organizations/"]
    assert "<h2" not in html(page)
    assert "2 organisations with a paper" in said(page)


def test_every_page_can_be_told_from_its_last_self() -> None:
    """A page is made of plain values, so that a build can leave what has not changed."""
    of = edition(paper(1, authors=(Author("Ada Name"),), keywords=("agents",)))
    kinds = {page.kind: encoded(page.content) for page in [groups.topics(of), *groups.pages(of)]}
    assert set(kinds) == {
        *(Kind.TOPICS, Kind.TOPIC, Kind.ORGANIZATIONS, Kind.ORGANIZATION),
        *(Kind.AUTHORS, Kind.AUTHOR, Kind.KEYWORDS, Kind.KEYWORD),
    }


@pytest.mark.parametrize("prefix", ["/", "/papers/"])
def test_a_reader_walks_from_the_header_to_a_paper(small_site: Path, serve: Serve, page: Tab, prefix: str) -> None:
    """Topics, a topic and its rules, an organisation, a paper: by links alone, at a root and below one."""
    page.goto(serve(small_site, prefix))
    page.get_by_role("navigation", name="Site").get_by_role("link", name="Topics").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Topics")
    page.get_by_role("link", name="Agents").first.click()
    expect(page.get_by_role("navigation", name="Site").get_by_role("link", name="Topics")).to_have_attribute(
        "aria-current", "true"
    )
    rules = page.get_by_text("A paper stands here if it has one of these")
    expect(rules).to_be_hidden()
    page.get_by_text("What is listed here").press("Enter")
    expect(rules).to_be_visible()
    page.get_by_role("region", name="Organisations of these papers").get_by_role("link").first.click()
    expect(page.locator("h1 .kicker")).to_have_text("Organisation")
    page.get_by_role("link", name="Organisation", exact=True).click()
    page.get_by_role("link", name="Authors").click()
    page.get_by_role("navigation", name="Letters").get_by_role("link", name="W").click()
    page.get_by_role("region", name="W").get_by_role("link").first.click()
    page.locator(".card h2 a").first.click()
    expect(page.locator("article.ps-paper")).to_be_visible()


def test_a_topics_cards_do_not_name_it() -> None:
    """Its page says it once; the paper's other topics are on the card, and one whose name ends alike is another."""
    topics = (
        Topic("Agents", "agents", rules=Rules(keywords=("agent",))),
        Topic("Other agents", "other-agents", rules=Rules(keywords=("agent",))),
    )
    library = {one.id: one for one in [paper(1, keywords=("agent",))]}
    settings = Settings("S", topics=topics)
    pages = made(Edition(Catalog.of(Library(library, {}, {}), settings), settings))
    for path, other in (("topics/agents/", "Other agents"), ("topics/other-agents/", "Agents")):
        (card,) = re.findall(r"<li><h2.*?(?=<li><h2|</ol>)", html(pages[path]))
        assert re.findall(r"<a href=\.\./\.\./topics/[^>]*>([^<]*)", card) == [other]
