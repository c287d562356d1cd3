"""The page for searching, in a real browser, over the index of recorded papers."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

import site_config
from scraper import settings
from scraper.records import Author, CuratedList, Day, DayEntry, ListEntry, Paper
from site_config import search
from site_config.edition import Edition
from site_config.pages import search as search_page
from site_config.plugin import build
from site_config.search.words import runs
from tests.site_config.conftest import MakeRoot
from tests.site_config.test_search import edition_of, recorded_days, recorded_papers

ASSETS = Path(site_config.__file__).parent / "theme" / "assets" / "paperstand"
HOSTILE = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>"
OWN = (
    Paper(
        id="2310.00001",
        title="Slots and objects",
        abstract="Object centric learning of a world model from video, and a video of a world.",
        authors=(Author("Łukasz Wójcik"), Author("Ada Byron")),
        organization=HOSTILE,
        categories=("cs.LG", "cs.CV"),
        links={"code": "https://example.org/code"},
        submitted=date(2023, 10, 1),
    ),
    Paper(id="2310.00002", title=HOSTILE, abstract="Hostile. " + HOSTILE, organization=HOSTILE, categories=("cs.LG",)),
    Paper(id="2310.00003", title="The world in a model", abstract="A model; the world.", submitted=date(2023, 10, 3)),
    Paper(id="10.1016/0370-2693(92)90710-l", title="Under a DOI", submitted=date(1992, 1, 2)),
)
LISTS = (CuratedList("worlds", "Worlds", papers=(ListEntry("2310.00001"), ListEntry("2310.00003"))),)
DAY = Day(date(2023, 10, 4), "A day", (DayEntry("2310.00001", upvotes=7), DayEntry("2310.00003", upvotes=12)))


@pytest.fixture(scope="module")
def edition() -> Edition:
    """Some hundred recorded papers and a few of our own, in days, topics, a list and three categories."""
    papers = [
        replace(paper, categories=("cs.CL",) if position % 3 else ("cs.CV", "cs.LG"))
        for position, paper in enumerate(recorded_papers())
    ]
    return edition_of([*papers, *OWN], [*(day for day, _ in recorded_days()), DAY], LISTS)


@pytest.fixture(scope="module")
def site(edition: Edition, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of the page for searching alone, without the chrome around it."""
    site = tmp_path_factory.mktemp("site")
    search.write_index(edition, site)
    shutil.copytree(ASSETS, site / "assets" / "paperstand")
    (made,) = search_page.pages(edition)
    root = "../"
    file = site / made.path / "index.html"
    file.parent.mkdir()
    file.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{made.content.title}</title>'
        '<meta name="viewport" content="width=device-width">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'self\'">'
        f'<link rel="stylesheet" href="{root}assets/paperstand/site.css">{made.content.head}'
        f'<header><form class="ps-search-open" action="."><button>Open</button></form></header>'
        f"<main>{made.content.body}</main>"
        f'<script type="module" src="{root}assets/paperstand/search.js"></script>'
        f'<script type="module" src="{root}assets/paperstand/search-page.js"></script>'
    )
    for paper in edition.catalog.papers.values():
        path = site / search.shown_as(edition, paper.id).get("path", f"papers/{paper.id}/")
        path.mkdir(parents=True)
        (path / "index.html").write_text("<!doctype html><title>A paper</title>")
    return site


@pytest.fixture
def base(site: Path, serve: Callable[..., str]) -> str:
    """The site's address, below a sub-path."""
    return serve(site, "/repo/")


@pytest.fixture
def tab(page: Page, base: str) -> Page:
    """The page for searching, with nothing searched for."""
    page.goto(base + "search/")
    expect(page.get_by_role("searchbox", name="Search papers")).to_be_focused()
    return page


def cards(tab: Page) -> Locator:
    """The results."""
    return tab.get_by_role("list", name="Results").locator("> li")


def status(tab: Page) -> Locator:
    """What is said of the results."""
    return tab.locator(".results .answer").get_by_role("status")


def ask(tab: Page, query: str) -> None:
    """Type a query, press Enter, and wait for the answer."""
    field = tab.get_by_role("searchbox", name="Search papers")
    field.fill(query)
    field.press("Enter")
    settled(tab)


def settled(tab: Page) -> None:
    """Wait until the results are those of what was asked last."""
    expect(tab.locator(".results[aria-busy]")).to_have_count(0)


def parameters(tab: Page) -> Mapping[str, list[str]]:
    """What the page's address says."""
    return parse_qs(urlsplit(tab.url).query)


def open_facet(tab: Page, label: str) -> Locator:
    """One facet's box, opened."""
    narrow = tab.locator("details.narrow")
    if not narrow.evaluate("it => it.open"):
        narrow.locator("> summary").click()
    summary = narrow.locator("details > summary", has_text=label)
    if not summary.evaluate("it => it.parentNode.open"):
        summary.click()
    group = tab.get_by_role("group", name=label, exact=True)
    expect(group.get_by_role("checkbox").first).to_be_visible()
    return group


def test_a_result_says_what_the_paper_is_and_where_it_was(tab: Page, base: str) -> None:
    """Title, authors, the day and its page, whether there is code, and the words that were found."""
    ask(tab, "slots wojcik")
    expect(status(tab)).to_have_text("1 paper")
    card = cards(tab).first
    expect(card).to_have_attribute("data-id", "2310.00001")
    expect(card.get_by_role("heading").get_by_role("link")).to_have_attribute("href", f"{base}papers/2310.00001/")
    expect(card.locator(".facts")).to_have_text("Featured 4 Oct 2023 · submitted 1 OctCode")
    expect(card.locator(".facts a")).to_have_attribute("href", f"{base}daily/2023-10-04/")
    expect(card.locator(".votes")).to_have_text("7")
    assert card.locator("mark").all_inner_texts() == ["Slots", "Wójcik"]
    assert tab.title() == "slots wojcik - Search - Test"


def test_what_papers_say_is_text(tab: Page) -> None:
    """In results, in facets and in what they are narrowed down to."""
    ask(tab, "hostile")
    expect(cards(tab).first.locator("h2")).to_have_text(HOSTILE)
    group = open_facet(tab, "Organisation")
    group.get_by_role("checkbox", name="onerror").check()
    expect(tab.get_by_role("button", name="Remove Organisation")).to_contain_text("<img src=x")
    assert tab.locator("main :is(img, script)").count() == 0
    assert "broken" not in tab.title()


def test_the_address_has_everything_and_the_back_button_takes_back(tab: Page) -> None:
    """The query, what it is narrowed down to and the order: a shared address shows the same."""
    ask(tab, "model")
    expect(cards(tab)).to_have_count(10)
    open_facet(tab, "Year").get_by_role("checkbox", name="2024").check()
    settled(tab)
    tab.get_by_role("combobox", name="Sort by").select_option("date")
    tab.wait_for_url("**sort=date")
    settled(tab)
    assert parameters(tab) == {"q": ["model"], "year": ["2024"], "sort": ["date"]}
    said = status(tab).inner_text()
    ids = [card.get_attribute("data-id") for card in cards(tab).all()]
    address = tab.url
    tab.reload()
    expect(status(tab)).to_have_text(said)
    expect(tab.get_by_role("button", name="Remove Year: 2024")).to_be_visible()
    assert [card.get_attribute("data-id") for card in cards(tab).all()] == ids
    tab.go_back()
    tab.wait_for_function("!location.search.includes('sort')")
    expect(tab.get_by_role("combobox", name="Sort by")).to_have_value("relevance")
    expect(status(tab)).to_have_text(said)
    tab.go_back()
    expect(tab.get_by_role("button", name="Remove Year: 2024")).to_have_count(0)
    tab.go_back()
    expect(cards(tab)).to_have_count(0)
    tab.goto(address)
    expect(status(tab)).to_have_text(said)
    for none in ("nonsense", "constructor"):
        tab.goto(address.replace("sort=date", f"sort={none}"))
        expect(status(tab)).to_have_text(said)
        expect(tab.get_by_role("combobox", name="Sort by")).to_have_value("relevance")


def test_back_from_a_paper_shows_as_many_results_as_there_were(tab: Page, base: str) -> None:
    """More results come on demand, the focus goes to the first of them, and they are there again."""
    ask(tab, "model")
    total = int(status(tab).inner_text().split()[0])
    tab.get_by_role("button", name="More results").click()
    expect(cards(tab)).to_have_count(min(20, total))
    expect(cards(tab).nth(10).get_by_role("link").first).to_be_focused()
    tab.goto(base + "papers/2310.00001/")
    tab.go_back()
    expect(cards(tab)).to_have_count(min(20, total))


def test_an_identifier_leads_to_its_page(tab: Page, base: str) -> None:
    """However it is written, when Enter is pressed; one that is not here is said to be missing."""
    for written, path in {
        "https://arxiv.org/abs/2310.00001v2": "2310.00001/",
        "doi:10.1016/0370-2693(92)90710-L": "doi/10.1016/0370-2693~2892~2990710-l/",
    }.items():
        ask(tab, written)
        tab.wait_for_url(f"{base}papers/{path}")
        tab.go_back()
        expect(cards(tab)).to_have_count(1)
    ask(tab, "2310.99999")
    expect(status(tab)).to_have_text("2310.99999 is not in this library. Open it at its source")
    # From a browser's own search box, say.
    tab.goto("about:blank")
    tab.goto(base + "search/?q=2310.00003")
    tab.wait_for_url(f"{base}papers/2310.00003/")


def test_a_phrase_is_found_side_by_side(tab: Page) -> None:
    """Over words that every text has, and not across a sentence that has the words apart."""
    for query, found in {
        "world model": {"2310.00001", "2310.00003"},
        '"world model"': {"2310.00001"},
        "“world in a model”": {"2310.00003"},
        '"object-centric learning"': {"2310.00001"},
        '"ada byron" video': {"2310.00001"},
        '"byron łukasz"': set(),
    }.items():
        ask(tab, query)
        ids = {card.get_attribute("data-id") for card in cards(tab).all()}
        assert ids & {"2310.00001", "2310.00003"} == found, query


def _matching(edition: Edition, query: str) -> list[str]:
    """The papers that have all words of a query in title or abstract, by a plain look at each."""

    def has(paper: Paper) -> bool:
        had = {word for parts, _ in runs(f"{paper.title} {paper.abstract}") for word in parts}
        return all(word in had for parts, _ in runs(query) for word in parts)

    return [paper.id for paper in edition.catalog.papers.values() if has(paper)]


def _values(edition: Edition, facet: str) -> dict[str, set[str]]:
    catalog = edition.catalog
    values: dict[str, set[str]] = {}

    def add(name: str | None, identifier: str) -> None:
        if name:
            values.setdefault(name, set()).add(identifier)

    for identifier, paper in catalog.papers.items():
        shown = catalog.shown_day(identifier)
        of_paper = {
            "topic": [topic.slug for topic in edition.topics_of.get(identifier, ())],
            "organization": [group.slug for group in edition.organizations if identifier in group.papers],
            "year": [str(shown.year)] if shown else [],
            "category": list(paper.categories),
            "code": ["yes"] if paper.links.get("code") else [],
            "list": [listing.slug for listing in catalog.lists_of(identifier)],
        }
        for name in of_paper[facet]:
            add(name, identifier)
    return values


FIND = """async ([query, chosen, sort]) => {
    const { Index } = await import('../assets/paperstand/search-index.js');
    window.index ??= new Index(new URL('..', location.href).href);
    const sets = new Map(Object.entries(chosen).map(([facet, values]) => [facet, new Set(values)]));
    const answer = await index.find(query, { chosen: sets, sort, facets: true, shown: 1000 });
    const counts = [...answer.counts].map(([facet, values]) => [facet, values.map(({ name, count }) => [name, count])]);
    return { ids: answer.contents.map(({ id }) => id), counts: Object.fromEntries(counts) };
}"""


def test_every_facet_goes_with_every_sort(tab: Page, edition: Edition) -> None:
    """What is found, in which order, and how many each other value would leave: as a plain look at each paper says.

    The words of the queries stand in no other form in these papers, so that the index means them alone.
    """
    catalog = edition.catalog
    votes = {
        identifier: max((listing.entry.upvotes or 0 for listing in catalog.days_of(identifier)), default=0)
        for identifier in catalog.papers
    }
    newest = list(catalog.newest_first(catalog.papers))
    facets = ("topic", "organization", "year", "category", "code", "list")
    tried = 0
    for facet, sort, query in product(facets, ("relevance", "date", "upvotes"), ("", "across")):
        matching = set(_matching(edition, query)) if query else set(catalog.papers)
        values = _values(edition, facet)
        name = max(values, key=lambda value: (len(values[value] & matching), value))
        found = tab.evaluate(FIND, [query, {facet: [name], "category": ["cs.CL", "cs.LG", "cs.CV"]}, sort])
        named = {paper.id for paper in catalog.papers.values() if paper.categories}
        wanted = matching & values[name] if facet == "category" else matching & values[name] & named
        if facet == "category":
            wanted = matching & named
        assert set(found["ids"]) == wanted, (facet, sort, query)
        if sort == "date":
            assert found["ids"] == [identifier for identifier in newest if identifier in wanted]
        if sort == "upvotes":
            by_votes = sorted(newest, key=lambda identifier: -votes[identifier])
            assert found["ids"] == [identifier for identifier in by_votes if identifier in wanted]
        others = matching & (set(catalog.papers) if facet == "category" else named)
        expected = {value: len(papers & others) for value, papers in values.items()}
        assert dict(found["counts"][facet]) == expected, (facet, sort, query)
        tried += bool(wanted)
    assert tried > 20


def test_facets_are_loaded_when_they_are_opened(page: Page, base: str) -> None:
    """And the numbers by which papers are sorted, when they are: the first search loads neither."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path.rsplit("/", 1)[-1]))
    page.goto(base + "search/?q=model")
    expect(cards(page)).to_have_count(10)
    assert {"facets.bin", "votes.bin"}.isdisjoint(asked)
    open_facet(page, "Category")
    assert asked.count("facets.bin") == 1
    assert "votes.bin" not in asked
    page.get_by_role("combobox", name="Sort by").select_option("upvotes")
    page.wait_for_url("**sort=upvotes")
    most = max(entry.upvotes or 0 for day, _ in recorded_days() for entry in day.papers)
    expect(cards(page).first.locator(".votes")).to_have_text(str(most))
    assert (asked.count("facets.bin"), asked.count("votes.bin")) == (1, 1)
    shown = [int(votes.inner_text().split()[0]) for votes in cards(page).locator(".votes").all()]
    assert shown == sorted(shown, reverse=True)


def test_the_keyboard_is_enough(tab: Page) -> None:
    """To open a facet, choose, go on choosing where one was, and take back what was chosen."""
    ask(tab, "model")
    before = status(tab).inner_text()
    summary = tab.locator("details.narrow details > summary", has_text="Category")
    summary.focus()
    tab.keyboard.press("Enter")
    boxes = tab.get_by_role("group", name="Category").get_by_role("checkbox")
    expect(boxes.first).to_be_visible()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Space")
    chip = tab.get_by_role("button", name="Remove Category")
    expect(chip).to_be_visible()
    expect(boxes.first).to_be_checked()
    expect(boxes.first).to_be_focused()
    chip.focus()
    tab.keyboard.press("Enter")
    expect(chip).to_have_count(0)
    expect(status(tab)).to_have_text(before)
    expect(tab.get_by_role("searchbox", name="Search papers")).to_be_focused()
    tab.get_by_role("combobox").focus()
    tab.keyboard.press("/")
    expect(tab.get_by_role("searchbox", name="Search papers")).not_to_be_focused()
    tab.get_by_role("combobox").blur()
    tab.keyboard.press("/")
    expect(tab.get_by_role("searchbox", name="Search papers")).to_be_focused()
    expect(tab.get_by_role("dialog")).to_have_count(0)


def test_nothing_found_is_told_apart_from_nothing_left(tab: Page) -> None:
    """By what the reader can do about it."""
    ask(tab, "slots deadlock")
    expect(status(tab)).to_have_text(re.compile("^Nothing has ‘deadlock’|^No paper has all"))
    ask(tab, "xyzzyxyzzy")
    expect(status(tab)).to_have_text("Nothing has ‘xyzzyxyzzy’.")
    expect(tab.get_by_role("button", name="Copy as a topic")).to_have_count(0)
    ask(tab, "slots")
    open_facet(tab, "Year").get_by_role("checkbox", name="2023").check()
    ask(tab, "MMLU")
    expect(status(tab)).to_have_text("No paper is left: remove something it is narrowed down to.")
    tab.get_by_role("button", name="Remove Year: 2023").click()
    expect(cards(tab).first).to_be_visible()
    ask(tab, "the")
    expect(status(tab)).to_have_text("These words are in nearly every paper. Add another.")
    expect(tab.locator(".tips")).to_be_visible()
    ask(tab, "slots")
    expect(cards(tab).first).to_be_visible()
    expect(tab.locator(".tips")).to_be_hidden()


QUERIES = {
    "bell\x07 tone\u200b": ["bell tone"],
    "world model": ["world model"],
    '"world model" slots': ["world model", "slots"],
    "it's: #1 [a], {b} & *c": ["it's: #1 [a], {b} & *c"],
    "no\\n \"y\" 'off'": ["y", "no\\n 'off'"],
    "  深度学习  ": ["深度学习"],
    "- !!python/object %x": ["- !!python/object %x"],
}


def test_a_query_becomes_a_topic_of_site_yml(tab: Page) -> None:
    """Whatever is typed: the text is read as the topic that it says, and nothing else."""
    made = tab.evaluate(
        "async queries => queries.map((await import('../assets/paperstand/search-query.js')).topicOf)", list(QUERIES)
    )
    # `map` gives each function a position, too, which is no set of rules.
    for query, text in zip(QUERIES, made, strict=True):
        (topic,) = settings.parse(f"name: Test\ntopics:\n{text}").topics
        assert list(topic.rules.keywords) == QUERIES[query]
        assert topic.slug
    rules = "async () => (await import('../assets/paperstand/search-query.js')).topicOf('', {categories: ['cs.LG']})"
    (topic,) = settings.parse("name: Test\ntopics:\n" + tab.evaluate(rules)).topics
    assert topic.rules.categories == ("cs.LG",)


def test_a_topic_is_copied_or_stands_there(tab: Page) -> None:
    """With the words on what becomes of it; where copying is not allowed, it can be copied by hand."""
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(tab, "world model")
    tab.get_by_role("button", name="Copy as a topic").click()
    said = tab.locator(".as-topic").get_by_role("status")
    expect(said).to_contain_text(
        "Copied. Below topics: in site_config/site.yml it becomes a topic: a page, a feed and a .bib file"
    )
    assert tab.evaluate("navigator.clipboard.readText()") == tab.locator(".as-topic pre").inner_text()
    tab.evaluate("navigator.clipboard.writeText = () => Promise.reject(new Error('no')); undefined")
    tab.get_by_role("button", name="Copy as a topic").click()
    expect(said).to_contain_text("Copy this to below topics: in site_config/site.yml")


@pytest.mark.parametrize("prefix", ["/", "/repo/"])
def test_a_copied_topic_becomes_a_page_a_feed_and_a_bib_file(
    page: Page, make_root: MakeRoot, serve: Callable[..., str], prefix: str
) -> None:
    """Pasted below the topics that are there, on a whole site; its papers are those that the search found."""
    root = make_root("library")
    page.goto(serve(build(root), prefix) + "search/?q=%22reinforcement+learning%22")
    expect(status(page)).to_have_text(re.compile("papers$"))
    found = {card.get_attribute("data-id") for card in page.locator(".results .card").all()}
    page.get_by_role("button", name="Copy as a topic").click()
    copied = page.locator(".as-topic pre").inner_text().rstrip()
    file = root / "site_config" / "site.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("topics:\n", f"topics:\n{copied}\n"), encoding="utf-8")
    base = serve(build(root), prefix) + "topics/reinforcement-learning/"
    page.goto(base)
    expect(page.locator("h1")).to_have_text("Topic Reinforcement learning")
    listed = {card.get_attribute("data-id") for card in page.locator(".card").all()}
    assert listed == found
    assert len(listed) > 2
    bib = gzip.decompress(page.request.get(base + "papers.bib.gz").body()).decode()
    feed = page.request.get(base + "feed.xml").text()
    assert all(f"{identifier}" in bib and f"papers/{identifier}/" in feed for identifier in listed)


def _shard(address: str) -> str:
    value = 0x811C9DC5
    for letter in address.encode():
        value = (value ^ letter) * 0x01000193 & 0xFFFFFFFF
    return f"{value & 0xFF:02x}.json.gz"


def test_what_is_related_to_the_results_is_offered(tab: Page, base: str) -> None:
    """Merged from the first results' own related papers, best first, without the results; failing can be mended."""
    entries = {
        "2310.00001": ["Slots", "2310.00003", "2401.00007", "2401.00009"],
        "2310.00003": ["World", "2310.00001", "2401.00009", "doi/10.1/x~28y~29"],
        "2401.00007": ["Seven", "2310.00001"],
        "2401.00009": [HOSTILE, "2310.00001"],
        "doi/10.1/x~28y~29": ["A DOI"],
    }

    def answer(route: Route) -> None:
        name = route.request.url.rsplit("/", 1)[-1]
        inside = {address: entry for address, entry in entries.items() if _shard(address) == name}
        route.fulfill(body=gzip.compress(json.dumps(inside).encode()), content_type="application/gzip")

    fails = True
    tab.route("**/related/*.json.gz", lambda route: route.abort() if fails else answer(route))
    tab.reload()  # a page that is open may ask past a new interception
    ask(tab, "world model")
    expect(status(tab)).to_have_text(re.compile("papers$"))
    tab.get_by_role("button", name="Related to these results").click()
    again = tab.get_by_role("button", name="Related papers could not be loaded. Try again")
    expect(again).to_be_visible()
    fails = False
    again.click()
    section = tab.get_by_role("region", name="Related to these results")
    expect(section.get_by_role("link")).to_have_count(3)
    expect(section.get_by_role("link").first).to_have_text(HOSTILE)
    expect(section.get_by_role("link", name="Seven")).to_have_attribute("href", f"{base}papers/2401.00007/")
    expect(section.get_by_role("link", name="A DOI")).to_have_attribute("href", f"{base}papers/doi/10.1/x~28y~29/")
    expect(section.get_by_role("heading")).to_be_focused()


def test_without_scripts_the_page_leads_elsewhere(browser: Browser, base: str) -> None:
    """To the archive, the topics, the organisations and the lists."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(base + "search/?q=model")
    links = [link.get_attribute("href") for link in page.locator("main").get_by_role("link").all()]
    assert links == ["../archive/", "../topics/", "../organizations/", "../lists/"]
    context.close()


def test_a_missing_index_is_said_and_tried_again(
    page: Page, site: Path, serve: Callable[..., str], tmp_path: Path
) -> None:
    """Be it all of it, or the facets alone."""
    copy = tmp_path / "site"
    shutil.copytree(site, copy)
    (index,) = copy.glob("search-index")
    index.rename(tmp_path / "away")
    page.goto(serve(copy) + "search/?q=slots")
    expect(status(page)).to_have_text("The search index could not be loaded. Try again or browse the archive.")
    (tmp_path / "away").rename(index)
    status(page).get_by_role("button", name="Try again").click()
    expect(cards(page).first).to_contain_text("Slots and objects")
    (facets,) = index.glob("*/facets.bin")
    facets.rename(tmp_path / "facets.bin")
    page.locator("details.narrow details > summary", has_text="Year").click()
    expect(status(page)).to_contain_text("The search index could not be loaded.")
    (tmp_path / "facets.bin").rename(facets)
    status(page).get_by_role("button", name="Try again").click()
    expect(page.get_by_role("group", name="Year").get_by_role("checkbox", name="2023")).to_be_visible()


def _cut(content: bytes) -> bytes:
    return content[:-5]


def _packed_after_a_cut(content: bytes) -> bytes:
    return zlib.compress(zlib.decompress(content)[:-5])


def _packed_head(content: bytes) -> bytes:
    return zlib.compress(zlib.decompress(content)[:9])


@pytest.mark.parametrize(
    ("part", "query"),
    [("terms/*", "q=slots"), ("facets.bin", "q=slots&year=2023"), ("votes.bin", "q=slots&sort=upvotes")],
)
@pytest.mark.parametrize("harm", [_cut, _packed_after_a_cut, _packed_head])
def test_an_index_that_was_cut_short_is_not_taken_for_an_answer(
    page: Page,
    site: Path,
    serve: Callable[..., str],
    tmp_path: Path,
    part: str,
    query: str,
    harm: Callable[[bytes], bytes],
) -> None:
    """A file that another program put in its place, or half of one: said, and not shown as nothing found."""
    copy = tmp_path / "site"
    shutil.copytree(site, copy)
    files = [*copy.glob(f"search-index/*/{part}")]
    for file in files:
        file.write_bytes(harm(file.read_bytes()))
    assert files
    page.goto(f"{serve(copy)}search/?{query}")
    expect(status(page)).to_contain_text("The search index could not be loaded.")


def test_a_site_published_meanwhile_is_searched_as_it_is_now(
    page: Page, site: Path, serve: Callable[..., str], tmp_path: Path, edition: Edition
) -> None:
    """An open page finds its old index gone, takes the new one, and says nothing of it."""
    copy = tmp_path / "site"
    shutil.copytree(site, copy)
    page.goto(serve(copy) + "search/?q=model")
    expect(cards(page)).to_have_count(10)
    before = status(page).inner_text()
    papers = [*edition.catalog.papers.values(), Paper(id="2512.00001", title="Zebras of today and slots, a model")]
    search.write_index(edition_of(papers), copy)
    page.get_by_role("button", name="More results").click()
    expect(status(page)).not_to_have_text(before)
    expect(status(page)).to_have_text(re.compile(r"^[\d,]+ papers$"))
    expect(cards(page)).to_have_count(10)
    ask(page, "zebras")
    expect(cards(page).first).to_contain_text("Zebras of today")


def test_search_works_where_nothing_can_be_stored(browser: Browser, base: str) -> None:
    """With storage blocked, nothing fails: what is shared stands in the address."""
    context = browser.new_context()
    context.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, name, { get() { throw new DOMException('blocked', 'SecurityError'); } });"
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(base + "search/?q=slots")
    expect(cards(page).first).to_contain_text("Slots and objects")
    assert errors == []
    context.close()


def test_an_empty_library_says_that_it_is_empty(
    page: Page, site: Path, serve: Callable[..., str], tmp_path: Path
) -> None:
    """It has no index, and nothing is wrong."""
    copy = tmp_path / "site"
    shutil.copytree(site, copy, ignore=shutil.ignore_patterns("search-index"))
    (made,) = search_page.pages(edition_of([]))
    file = copy / "search" / "index.html"
    file.write_text(re.sub(r"(?s)<main>.*</main>", lambda _: f"<main>{made.content.body}</main>", file.read_text()))
    page.goto(serve(copy) + "search/?q=slots")
    expect(status(page)).to_have_text("There are no papers in this library yet.")


def test_the_browser_makes_words_as_the_index_does(tab: Page) -> None:
    """Of every recorded title and abstract, and of texts with letters from everywhere."""
    texts = [text for paper in recorded_papers()[::4] for text in (paper.title, paper.abstract)]
    texts += [
        "Łukasz ØRSTED ﬁne ½ ² Straße İstanbul ΣΊΣΥΦΟΣ",
        "深度学习的研究 and かな",
        "a-b_c.d/e x²–y’s (GPT-4.1)",
        "𝐱𝟙 Ⅷ नमस्ते 한국어",
    ]
    script = "async texts => texts.map((await import('../assets/paperstand/search-words.js')).runs)"
    for text, made in zip(texts, tab.evaluate(script, texts), strict=True):
        assert [(run["words"], run["compound"]) for run in made] == list(runs(text)), text
