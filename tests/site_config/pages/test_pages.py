"""The pages as functions: what each says, and how text from outside reaches it."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from markupsafe import escape

from scraper.records import Author, CuratedList, Day, DayEntry, EmptyReason, ListEntry, Paper, Version
from scraper.settings import Settings
from scraper.store import Library
from scraper.store.documents import parse_list
from site_config.catalog import Catalog
from site_config.edition import Edition
from site_config.pages import aliases, archive, days, lists, papers, sitemap
from site_config.pages.site import AnyPage, Kind, Page
from tests.site_config.made import texts

ROOT = Path(__file__).parents[3]

SETTINGS = Settings("Test site", url="https://example.org/repo/", repository="https://github.com/example/repo")
ON = date(2025, 11, 13)
FULL = Paper(
    "2511.08567",
    title="The Path Not Taken",
    abstract="First.\n\nSecond.",
    authors=tuple(Author(f"Author {number}") for number in range(9)),
    submitted=date(2025, 11, 11),
    organization="AI at Meta",
    categories=("cs.LG", "cs.AI"),
    keywords=("RLVR",),
    links={"code": "https://github.com/a/b", "project": "https://a.example/"},
    versions=(Version(1, date(2025, 11, 11)), Version(2)),
    aliases=("the-path",),
)


def edition(
    *known: Paper, listed: tuple[Day, ...] = (), curated: tuple[CuratedList, ...] = (), settings: Settings = SETTINGS
) -> Edition:
    """An edition of these."""
    library = Library(
        {paper.id: paper for paper in known}, {day.date: day for day in listed}, {one.slug: one for one in curated}
    )
    return Edition(Catalog.of(library, settings), settings)


def day(*entries: DayEntry, on: date = ON, title: str = "13 November 2025", note: str = "") -> Day:
    """A day with these entries."""
    return Day(on, title, entries, None if entries else EmptyReason.WEEKEND, note)


def html(page: AnyPage) -> str:
    """A page's body."""
    return str(escape(page.content.body))


def words(page: AnyPage) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", html(page)).split())


def day_page(*entries: DayEntry, known: tuple[Paper, ...] = (FULL,)) -> Page:
    """The page of a day with these entries."""
    only = day(*entries)
    return days.page(edition(*known, listed=(only,)), only)


def paper_page(
    paper: Paper, *listed: Day, curated: tuple[CuratedList, ...] = (), settings: Settings = SETTINGS
) -> Page:
    """The page of a paper that stands in these."""
    sheet = papers.sheet(edition(paper, listed=listed, curated=curated, settings=settings), paper.id)
    return papers.page(sheet, settings)


def test_a_card_says_what_a_reader_wants_to_know() -> None:
    """Title, first authors and how many more, organisation, dates, upvotes, comments, stars, the latest version."""
    page = day_page(DayEntry(FULL.id, upvotes=1234, comments=1, stars=24))
    said = words(page)
    for piece in (
        "The Path Not Taken",
        "1,234",
        "Author 5 and 3 more",
        "AI at Meta",
        "Submitted 11 Nov 2025",
        "v2",
        "1 comment",
        "Code 24",
    ):
        assert piece in said
    assert "First. Second." in said


def test_a_card_leads_to_everything() -> None:
    """To the paper's page, relative to the day's; to its comments, itself, its code and its project."""
    page = day_page(DayEntry(FULL.id, comments=2))
    for address in (
        "https://huggingface.co/papers/2511.08567",
        "https://arxiv.org/abs/2511.08567",
        "https://arxiv.org/pdf/2511.08567",
        "https://github.com/a/b",
        "https://a.example/",
    ):
        assert f'href="{address}"' in html(page)
    assert "href=../../papers/2511.08567/>" in html(page)


@pytest.mark.parametrize(("count", "said"), [(1, "Author 0"), (7, "Author 5, Author 6"), (8, "Author 5 and 2 more")])
def test_authors_are_counted_only_when_that_is_shorter(count: int, said: str) -> None:
    """Seven names are shown; of eight, six and "2 more": never "and 1 more"."""
    paper = Paper("2511.00001", title="T", authors=FULL.authors[:count])
    shown = words(day_page(DayEntry(paper.id), known=(paper,)))
    assert said in shown
    assert ("more" in shown) == (count == 8)


def test_a_number_of_authors_stands_where_there_are_no_names() -> None:
    """A source may say how many there are and not who."""
    assert "12 authors" in words(day_page(DayEntry("a-slug"), known=(Paper("a-slug", title="T", author_count=12),)))


def test_a_line_of_a_card_has_an_end() -> None:
    """A title of ten thousand letters is cut on a card, and whole on the paper's own page."""
    paper = Paper("2511.00001", title="t" * 10_000, authors=(Author("a" * 10_000),) * 9, organization="o" * 10_000)
    card, own = words(day_page(DayEntry(paper.id), known=(paper,))), words(paper_page(paper))
    for letter in "tao":
        assert letter * 319 + "…" in card
        assert letter * 320 not in card
        assert letter * 10_000 in own
    assert "and 3 more" in card


def test_what_is_not_known_is_not_mentioned() -> None:
    """A paper of which nothing but the title is known has a card all the same, without empty elements."""
    page = day_page(DayEntry("a-slug"), known=(Paper("a-slug", title="Only a title"),))
    for element in ("votes", "abstract", "topics", "mark", "by"):
        assert not re.search(rf'class="?(?:\w+ )*{element}\b', html(page))
    assert "None" not in html(page)
    assert "submitted" not in html(page)


def test_only_a_long_abstract_folds() -> None:
    """A fold that hides nothing would be a button that does nothing."""
    short, long = (Paper("2511.00001", title="T", abstract="word " * count) for count in (20, 200))
    assert "<details" not in html(day_page(DayEntry(short.id), known=(short,)))
    assert "<details" in html(day_page(DayEntry(long.id), known=(long,)))


def test_a_link_that_could_run_is_not_a_link() -> None:
    """Whoever made the record, only http and https addresses are linked."""
    paper = Paper("2511.00001", title="T", links={"code": "javascript:alert(1)", "project": "data:text/html,x"})
    for page in (day_page(DayEntry(paper.id), known=(paper,)), paper_page(paper)):
        assert "javascript" not in html(page)
        assert "data:" not in html(page)


def test_a_paper_that_is_not_fetched_yet_is_shown_by_its_identifier() -> None:
    """With the way to the paper itself, and without a link to a page that does not exist."""
    page = day_page(DayEntry("2511.00099", upvotes=3), known=())
    assert "2511.00099" in words(page)
    assert "Not fetched yet" in words(page)
    assert "https://arxiv.org/abs/2511.00099" in html(page)
    assert "papers/2511.00099/" not in html(page)


@pytest.mark.parametrize("reason", EmptyReason)
def test_an_empty_day_explains_itself(reason: EmptyReason) -> None:
    """Each reason in words."""
    empty = Day(ON, "13 November 2025", (), reason)
    page = days.page(edition(listed=(empty,)), empty)
    assert days.WHY_EMPTY[reason] in words(page)
    assert "0 papers" in words(page)


def test_a_day_leads_to_its_neighbours_with_papers() -> None:
    """In the page and in its head, over the empty day between."""
    week = (
        day(DayEntry(FULL.id), on=date(2025, 11, 10)),
        day(on=date(2025, 11, 11)),
        day(DayEntry(FULL.id), on=date(2025, 11, 12)),
    )
    made = edition(FULL, listed=week)
    first, empty, last = days.pages(made)
    assert '<link rel="next" href="../../daily/2025-11-12/">' in first.content.head
    assert "prev" not in first.content.head
    assert 'rel=prev href="../../daily/2025-11-10/"' in html(empty)
    assert 'rel=next href="../../daily/2025-11-12/"' in html(empty)
    assert '<link rel="prev" href="../../daily/2025-11-10/">' in last.content.head


def test_an_editors_note_and_title_are_shown() -> None:
    """The note as Markdown; a title of the editor's own beside the date."""
    only = day(DayEntry(FULL.id), title="The NeurIPS special", note="A **strong** day")
    page = days.page(edition(FULL, listed=(only,)), only)
    assert "<strong>strong</strong>" in html(page)
    assert "Thursday, 13 November 2025 The NeurIPS special" in words(page)


def test_home_is_the_latest_day_and_the_way_back() -> None:
    """In full, with the days before it and the lists, at addresses that are right at the root."""
    week = tuple(
        day(DayEntry(FULL.id), on=date(2025, 11, number), title=f"{number} November 2025") for number in range(1, 13)
    )
    page = days.home(edition(FULL, listed=week, curated=(CuratedList("a-list", "A list"),)))
    assert page.path == ""
    assert page.content.canonical == SETTINGS.url
    assert "12 November 2025" in words(page)
    assert "href=./papers/2511.08567/>" in html(page)
    assert 'href="./lists/a-list/"' in html(page)
    earlier = re.findall(r'<li><a href="./daily/2025-11-(\d\d)/"><span>', html(page))
    assert earlier == ["11", "10", "09", "08", "07", "06", "05"]


def test_home_of_an_empty_library_says_how_to_fill_it() -> None:
    """A fork's first build has no papers."""
    assert "paperstand scrape" in words(days.home(edition()))


def test_a_papers_page_has_everything_that_is_known() -> None:
    """All authors, organisation, dates, categories, keywords, versions, links, abstract, and where it was listed."""
    listed = day(DayEntry(FULL.id, upvotes=24, comments=2, stars=7))
    curated = (CuratedList("rl", "Reinforcement", (ListEntry(FULL.id, note="Start here."),)),)
    page = paper_page(FULL, listed, curated=curated)
    said = words(page)
    for piece in (
        "The Path Not Taken",
        "Author 0, Author 1, Author 2, Author 3, Author 4, Author 5, Author 6, Author 7, Author 8",
        "AI at Meta",
        "11 November 2025",
        "Machine Learning (cs.LG), Artificial Intelligence (cs.AI)",
        "RLVR",
        "v2 v1 , 11 November 2025",
        "Code 7",
        "13 November 2025 , 24 upvotes, 2 comments",
        "Reinforcement : Start here.",
    ):
        assert piece in said
    assert "First.<" in html(page)
    assert "href=../../daily/2025-11-13/" in html(page)
    assert 'href="../../lists/rl/"' in html(page)
    assert page.content.canonical == "https://example.org/repo/papers/2511.08567/"


def test_very_many_authors_unfold() -> None:
    """Two dozen are shown, which leave room for the abstract on a phone, and three thousand are there."""
    paper = Paper("2511.00001", title="T", authors=tuple(Author(f"Name {number}") for number in range(3000)))
    body = html(paper_page(paper))
    assert "and 2,976 more" in body
    assert body.index("Name 23<") < body.index("<details") < body.index("Name 24,") < body.index("Name 2999")


def test_a_withdrawn_paper_says_so() -> None:
    """With the day on which that was found."""
    assert "withdrawn" in words(paper_page(Paper("2511.00001", title="T", withdrawn=ON)))


def test_a_page_leads_to_its_source_where_the_repository_is_known() -> None:
    """Papers, days and lists can be mended by anyone who can edit a text file.

    A paper whose identifier gives its file leads to the form for mistakes alone; a script makes the other link of that.
    """
    only = day(DayEntry(FULL.id))
    made = edition(FULL, listed=(only,), curated=(CuratedList("rl", "RL"),))
    source = "https://github.com/example/repo/edit/HEAD/content/"
    for identifier, file in (("a-slug", "slug/a-slug.md"), ("cs/0112017", "cs/0112017.md")):
        assert f"{source}papers/{file}" in html(paper_page(Paper(identifier, title="T")))
    assert source not in html(paper_page(FULL))
    assert "https://github.com/example/repo/issues/new?" in html(paper_page(FULL))
    assert f"{source}daily/2025/2025-11-13.md" in html(days.page(made, only))
    assert f"{source}lists/rl.md" in html(lists.page(made, made.catalog.lists[0]))
    assert "github.com/example" not in html(paper_page(FULL, settings=Settings("No repository")))


@pytest.mark.parametrize(
    ("identifier", "path", "root"),
    [
        ("2511.08567", "papers/2511.08567/", "../../"),
        ("cs/0112017", "papers/cs/0112017/", "../../../"),
        ("10.1000/18(2)", "papers/doi/10.1000/18~282~29/", "../../../../"),
    ],
)
def test_addresses_are_right_at_every_depth(identifier: str, path: str, root: str) -> None:
    """A page links to others relative to itself, so that a site works under any address."""
    page = paper_page(Paper(identifier, title="T"), day(DayEntry(identifier)))
    assert (page.path, page.kind) == (path, Kind.PAPER)
    assert f"href={root}daily/2025-11-13/" in html(page)


def test_a_list_is_compact_and_in_its_curators_order() -> None:
    """Cards without abstracts, with notes, description, curator and prose."""
    other = Paper("2511.00002", title="Another", abstract="Never shown here.")
    curated = CuratedList(
        "rl",
        "RL",
        (ListEntry(other.id, note="Start here."), ListEntry(FULL.id), ListEntry("2511.00099")),
        description="What it is",
        curator="A. Name",
        prose="Some *words*",
    )
    page = next(lists.pages(edition(FULL, other, curated=(curated,))))
    said = words(page)
    assert (
        said.index("Another") < said.index("Start here.") < said.index("The Path Not Taken") < said.index("2511.00099")
    )
    assert "Never shown here" not in said
    assert "3 papers, kept by A. Name" in said
    assert "<em>words</em>" in html(page)
    assert "What it is" in said


def test_the_index_of_lists_names_them_all() -> None:
    """By title, with their numbers of papers."""
    curated = (CuratedList("z", "Apes", (ListEntry(FULL.id),)), CuratedList("a", "Zebras"))
    page = lists.index(edition(FULL, curated=curated))
    assert re.findall('<h2><a href="([^"]*)">([^<]*)', html(page)) == [
        ("z/", "Apes"),
        ("a/", "Zebras"),
    ]
    assert "1 paper" in words(page)


def _asked(page: AnyPage, words: str) -> tuple[str, dict[str, list[str]]]:
    """The address of the link of these words, and what it asks for."""
    address = unescape(re.findall(rf'<a href="([^"]*)">{words}</a>', html(page))[0])
    return address.partition("?")[0], parse_qs(urlsplit(address).query, strict_parsing=True)


def test_a_new_list_is_begun_with_an_example_that_is_right() -> None:
    """GitHub's editor opens with the file's name and with the README's example; another link says how that works."""
    known = Settings("S", repository="https://github.com/x/y")
    page = lists.index(edition(FULL, settings=known))
    address, asked = _asked(page, "Start a list on GitHub")
    assert address == "https://github.com/x/y/new/HEAD/content/lists"
    assert asked["value"][0] in (ROOT / "README.md").read_text("utf-8")
    begun = parse_list(asked["value"][0], asked["filename"][0].removesuffix(".md"))
    assert (begun.slug, len(begun.papers), begun.papers[1].note) == ("my-topic", 2, "Start here.")
    assert not begun.extra
    assert 'href="https://github.com/x/y/blob/HEAD/CONTRIBUTING.md#add-a-list"' in html(page)
    assert "\n## Add a list\n" in (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert "GitHub" not in words(lists.index(edition(FULL, settings=Settings("No repository"))))


def test_a_paper_is_suggested_for_a_list_by_a_form() -> None:
    """Whoever knows no file fills in the form, in which the list stands already, under the field that the form has."""
    known = Settings("S", repository="https://github.com/x/y")
    (page,) = lists.pages(edition(FULL, curated=(CuratedList("rl", "RL", (ListEntry(FULL.id),)),), settings=known))
    address, asked = _asked(page, "Suggest a paper for this list")
    assert address == "https://github.com/x/y/issues/new"
    form = (ROOT / ".github" / "ISSUE_TEMPLATE" / asked.pop("template")[0]).read_text("utf-8")
    assert asked == {"place": ["rl"]}
    assert "id: place\n" in form


def test_abstracts_unfold_together_only_where_some_are_folded() -> None:
    """A day of short abstracts has no box for it."""
    for abstract, offered in (("Short.", False), ("Long. " * 99, True)):
        paper = Paper("2511.00001", title="T", abstract=abstract)
        made = edition(paper, listed=(day(DayEntry(paper.id)),))
        assert ("Whole abstracts" in words(days.page(made, made.catalog.days[0]))) is offered


def test_the_archive_has_every_day_under_its_month() -> None:
    """Latest first, with the title that was received best; a paper counts once, and only where it stands in a day."""
    low, high = Paper("2511.00001", title="Low"), Paper("2511.00002", title="High")
    only_in_a_list = Paper("2511.00003", title="Listed")
    listed = (
        day(on=date(2024, 12, 31), title="x"),
        day(DayEntry(low.id, upvotes=1), DayEntry(high.id, upvotes=9), on=date(2025, 1, 1), title="x"),
        day(DayEntry(low.id), on=date(2025, 2, 1), title="x"),
    )
    said = words(archive.page(edition(low, high, only_in_a_list, listed=listed)))
    order = (
        "2 papers, 2 days",
        "2025 2 papers",
        "February 1 paper",
        "Sat 1 February 2025 1 Low",
        "January 2 papers",
        "Wed 1 January 2025 2 High",
        "2024 0 papers",
        "December 0 papers",
        "Tue 31 December 2024 –",
    )
    places = [said.rindex(piece) for piece in order]
    assert places == sorted(places)


def test_an_old_address_leads_to_the_new_one() -> None:
    """By a refresh, a canonical address and a link that one can click."""
    made = list(aliases.outputs(edition(FULL)))
    assert [output.path for output in made] == ["papers/the-path/index.html"]
    assert 'content="0; url=../../papers/2511.08567/"' in made[0].text
    assert '<link rel=canonical href="https://example.org/repo/papers/2511.08567/">' in made[0].text
    assert '<a href="../../papers/2511.08567/" dir=auto>The Path Not Taken</a>' in made[0].text


def test_the_sitemap_has_every_address_and_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one file while they are few, and above that in compressed ones with an index."""
    addresses = ["", "about/", "daily/2025-11-13/", "papers/2511.08567/", "papers/2511.00001/"]
    ((path, only),) = texts(sitemap.outputs(edition(), addresses)).items()
    assert path == "sitemap.xml"
    assert re.findall("<loc>([^<]*)</loc>", only) == [SETTINGS.url + path for path in addresses]
    assert "lastmod" not in only
    monkeypatch.setattr(sitemap, "MOST_PLAIN", 3)
    monkeypatch.setattr(sitemap, "MOST_ADDRESSES", 3)
    several = texts(sitemap.outputs(edition(), addresses))
    assert sorted(several) == ["sitemap-1.xml.gz", "sitemap-2.xml.gz", "sitemap.xml"]
    parts = re.findall("<loc>([^<]*)</loc>", several["sitemap.xml"])
    assert parts == [f"{SETTINGS.url}sitemap-{n}.xml.gz" for n in (1, 2)]
    found = [re.findall("<loc>([^<]*)</loc>", several[part.removeprefix(SETTINGS.url)]) for part in parts]
    assert [one for part in found for one in part] == [SETTINGS.url + path for path in addresses]


ATTACK = """</p>"'><script>alert(1)</script>{{ 7*7 }}{% raw %} **bold** [x](javascript:y)"""


def test_text_from_outside_is_text_wherever_it_is_shown() -> None:
    """Neither HTML, nor Jinja, nor Markdown: each field is there, escaped, and nothing else."""
    paper = Paper(
        "2511.00001",
        title=ATTACK,
        abstract=ATTACK * 9,
        authors=(Author(ATTACK),),
        organization=ATTACK,
        categories=(ATTACK,),
        keywords=(ATTACK,),
        links={ATTACK: "https://example.org/"},
        aliases=("an-alias",),
    )
    listed = day(DayEntry(paper.id), title=ATTACK)
    curated = CuratedList("rl", ATTACK, (ListEntry(paper.id, note=ATTACK),), description=ATTACK, curator=ATTACK)
    made = edition(paper, listed=(listed,), curated=(curated,))
    pages: list[AnyPage] = [
        days.home(made),
        *days.pages(made),
        *lists.pages(made),
        lists.index(made),
        archive.page(made),
        papers.page(papers.sheet(made, paper.id), SETTINGS),
    ]
    bodies = [html(page) for page in pages] + [output.text for output in aliases.outputs(made)]
    for body in bodies:
        assert "<script" not in body
        assert "<strong>" not in body
        assert "49" not in body
        assert str(escape(ATTACK)) in body
