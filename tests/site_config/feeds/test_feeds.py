"""Feeds: what is in them, that foreign readers read them, and which of their bytes stay when the library grows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from scraper import identifiers
from scraper.records import Author, CuratedList, Day, DayEntry, ListEntry, Paper, Version, clean_line, day_title
from scraper.settings import Rules, Settings, Topic
from scraper.store import Library
from site_config.catalog import Catalog
from site_config.edition import Edition
from site_config.feeds import Feed, feeds, outputs
from site_config.feeds.documents import ARCHIVED, MOST_BYTES, Division, divided
from site_config.feeds.entries import Entry
from tests.browser import Serve
from tests.own_library import own_library
from tests.site_config.made import texts

URL = "https://example.org/papers/"
A = "{http://www.w3.org/2005/Atom}"
FH = "{http://purl.org/syndication/history/1.0}"
LATEST = date(2026, 8, 21)
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")

Files = dict[str, str]
"""What is published, by its path."""


def published(edition: Edition) -> Files:
    """The text of every feed."""
    return texts(outputs(edition))


def paper(number: int, featured: date = LATEST, **facts: Any) -> Paper:
    """A paper of which nothing matters but what is told."""
    values: dict[str, Any] = {"title": f"Paper {number}", "abstract": f"Abstract {number}."} | facts
    return Paper(f"2608.{number:05}", authors=(Author("Ada One"), Author("Ben Two")), featured=(featured,), **values)


def edition(papers: list[Paper], *lists: CuratedList, url: str = URL, upvotes: int = 3, **told: Any) -> Edition:
    """An edition of papers, each in the day that featured it, in their order."""
    days: dict[date, list[DayEntry]] = {}
    for one in papers:
        for on in one.featured:
            days.setdefault(on, []).append(DayEntry(one.id, upvotes=upvotes))
    library = Library(
        {one.id: one for one in papers},
        {on: Day(on, day_title(on), tuple(entries)) for on, entries in sorted(days.items())},
        {curated.slug: curated for curated in lists},
    )
    made = Settings(name="A site", url=url, **told)
    return Edition(Catalog.of(library, made), made)


def many(count: int, a_day: int = 10) -> list[Paper]:
    """Papers of the days up to LATEST."""
    days = count // a_day
    return [paper(number + 1, LATEST - timedelta(days - 1 - number // a_day)) for number in range(days * a_day)]


@cache
def committed() -> tuple[Edition, Files]:
    """The project's own library and its feeds."""
    library, told = own_library()
    made = Edition(Catalog.of(library, told), told)
    return made, published(made)


def entries(text: str) -> list[ET.Element]:
    """An Atom document's entries."""
    return ET.fromstring(text).findall(f"{A}entry")  # noqa: S314 - our own text


def text_of(element: ET.Element, name: str) -> str:
    """The text of a child that must be there."""
    found = element.findtext(f"{A}{name}")
    assert found is not None
    return found


# Valid, whatever is in them.


def atom_documents(files: Files) -> Iterator[tuple[str, str]]:
    """Those in Atom."""
    return ((path, text) for path, text in files.items() if path.endswith(".xml") and path != "opml.xml")


def assert_valid_atom(path: str, text: str, url: str) -> None:
    """RFC 4287's and RFC 5005's own rules, as far as our documents could break them."""
    feed = ET.fromstring(text)  # noqa: S314 - our own text
    assert feed.tag == f"{A}feed"
    for name in ("id", "title", "updated"):  # section 4.1.1: exactly one
        assert len(feed.findall(f"{A}{name}")) == 1
    assert feed.find(f"{A}author/{A}name") is not None, "entries without an author need one of the feed's"
    links = [(link.get("rel", "alternate"), link.get("href", "")) for link in feed.findall(f"{A}link")]
    assert dict(links)["self"] == url + path
    assert len({rel for rel, _ in links}) == len(links)
    is_archive, is_complete = (feed.find(f"{FH}{name}") is not None for name in ("archive", "complete"))
    assert ("current" in dict(links)) == is_archive
    assert not (is_complete and {"current", "prev-archive", "next-archive"} & set(dict(links))), "RFC 5005, section 2"
    found = feed.findall(f"{A}entry")
    names = [text_of(entry, "id") for entry in found]
    assert len(set(names)) == len(names)
    for entry in found:  # section 4.1.2
        assert len(entry.findall(f"{A}id")) == len(entry.findall(f"{A}title")) == len(entry.findall(f"{A}updated")) == 1
        assert text_of(entry, "title")
        assert text_of(entry, "id").startswith("tag:")
        assert entry.find(f"{A}link") is not None, "an entry without content needs an alternate link"
        assert all(text_of(author, "name").strip() for author in entry.findall(f"{A}author"))
    for moment in feed.iter():
        if moment.tag in {f"{A}updated", f"{A}published"}:
            assert RFC_3339.fullmatch(moment.text or "")
            datetime.fromisoformat(moment.text or "")


def assert_valid_json_feed(path: str, text: str, url: str) -> None:
    """What https://www.jsonfeed.org/version/1.1/ requires."""
    feed = json.loads(text)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    assert feed["feed_url"] == url + path
    names = [item["id"] for item in feed["items"]]
    assert len(set(names)) == len(names)
    for item in feed["items"]:
        assert item["id"].startswith("tag:")
        assert item["url"].startswith(url)
        assert item.get("content_text") or item.get("content_html")
        assert all(author["name"] for author in item.get("authors", []))
        assert all(RFC_3339.fullmatch(item[name]) for name in ("date_published", "date_modified") if name in item)


def assert_valid(files: Files, url: str) -> None:
    """Every document is, is small enough, and is no surprise to feedparser."""
    for path, text in files.items():
        assert len(text.encode()) <= MOST_BYTES or path == "opml.xml", path
        if path.endswith(".xml") and path != "opml.xml":
            assert_valid_atom(path, text, url)
            parsed = feedparser.parse(text.encode())
            assert not parsed.bozo, (path, parsed.get("bozo_exception"))
            assert parsed.version == "atom10"
            assert len(parsed.entries) == len(entries(text))
        elif path.endswith(".json"):
            assert_valid_json_feed(path, text, url)


def test_the_feeds_of_the_committed_library_are_valid() -> None:
    """By the RFCs' own rules, by JSON Feed's, and by feedparser, for every document of every feed."""
    made, files = committed()
    assert_valid(files, made.settings.url)


def test_an_empty_library_has_valid_feeds() -> None:
    """A new fork's reader may subscribe before the first paper is there."""
    assert_valid(published(edition([], topics=(Topic("Agents", "agents", rules=Rules(keywords=("agent",))),))), URL)


_ANY = st.text(min_size=1, max_size=2000).map(clean_line).filter(bool)


@settings(max_examples=10, deadline=None)
@given(_ANY, _ANY, _ANY, st.sampled_from(["&", '"', "<", "é", "𝔸", "]]>", "\\"]))
def test_whatever_a_paper_holds_its_feeds_are_valid_and_small(
    title: str, abstract: str, name: str, costly: str
) -> None:
    """Texts are strangers': markup, the end of a CDATA section, 2,000 letters that take six bytes each."""
    hostile = [
        replace(one, title=f"{title}{costly * 400}", abstract=abstract + costly * 900, authors=(Author(name),))
        for one in many(160)
    ]
    curated = CuratedList("a-list", title, tuple(ListEntry(one.id, note=abstract) for one in hostile), name)
    assert_valid(published(edition(hostile, curated)), URL)


def test_the_feeds_of_the_hostile_library_are_valid(hostile_site: Path) -> None:
    """Where every field is an attack, and where the site's own name is one."""
    files = {
        path.relative_to(hostile_site).as_posix(): path.read_text(encoding="utf-8")
        for path in hostile_site.rglob("*")
        if path.name
        in {*(f"{name}.{ending}" for name in ("feed", "days", "weeks") for ending in ("xml", "json")), "opml.xml"}
    }
    assert len(files) > 8
    assert_valid(files, "https://example.org/")
    ET.fromstring(files["opml.xml"])  # noqa: S314 - our own text


def test_a_title_is_read_as_it_is_and_tex_as_people_read_it() -> None:
    """Markup in a title is text to a reader, too."""
    files = published(edition([paper(1, title="A <b>bold</b> & $x^2$ \\'etale", abstract="<script>alert(1)</script>")]))
    entry = feedparser.parse(files["feed.xml"]).entries[0]
    assert text_of(entries(files["feed.xml"])[0], "title") == "A <b>bold</b> & x² étale"
    assert "alert" not in entry.title
    assert json.loads(files["feed.json"])["items"][0]["content_text"] == "<script>alert(1)</script>"


# What a reader gets.


def followed_back(files: Files, url: str, start: str = "feed.xml") -> Iterator[Any]:
    """What a foreign reader finds: the subscription's entries, then those of each archive that a document names."""
    address: str | None = url + start
    while address:
        parsed = feedparser.parse(
            files[address.removeprefix(url)].encode(), response_headers={"content-location": address}
        )
        yield from parsed.entries
        links = {link.rel: link.href for link in parsed.feed.links}
        address = links.get("prev-archive")


def read_back(address: str) -> tuple[int, dict[str, str]]:
    """How many documents feedparser is led to from a subscription's address, and the title behind each address."""
    found: dict[str, str] = {}
    documents = 0
    while address:
        parsed = feedparser.parse(address)
        assert (parsed.status, parsed.bozo) == (200, False)
        documents += 1
        found |= {entry.link: entry.title for entry in parsed.entries}
        address = {link.rel: link.href for link in parsed.feed.links}.get("prev-archive", "")
    return documents, found


def test_a_foreign_reader_that_follows_the_archives_reads_every_paper_back(tmp_path: Path, serve: Serve) -> None:
    """feedparser, over HTTP: of the committed library's every feed of papers each paper, with title and address.

    It starts with the subscription's address and asks for what each document names as the archive before it.
    """
    made, _ = committed()
    base = serve(tmp_path)
    here = Edition(made.catalog, replace(made.settings, url=base))
    for path, text in published(here).items():
        if path.endswith(".xml"):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, encoding="utf-8")
    read = {}
    for feed in feeds(here):
        if feed.papers:
            read[feed.name], found = read_back(base + feed.atom)
            known = [one for one in feed.papers if one in made.catalog.papers]
            assert set(found) == {base + identifiers.page_path(one) for one in known}, feed.name
            assert all(found.values())
    assert read["feed"] > 5
    assert sum(documents > 1 for name, documents in read.items() if name.startswith("topics/")) > 3


def test_days_weeks_lists_and_organizations_have_archives_when_they_are_long() -> None:
    """None of them ends where a document is full."""
    papers = [replace(one, organization="A lab") for one in many(900, a_day=1)]
    curated = CuratedList("a-list", "A list", tuple(ListEntry(one.id) for one in papers))
    made = edition(papers, curated)
    files = published(made)
    expected = {
        "days": len(made.catalog.days),
        "weeks": sum(bool(week.papers) and week.last <= LATEST for week in made.weeks),
        "lists/a-list/feed": len(papers),
        "organizations/a-lab/feed": len(papers),
    }
    for name, count in expected.items():
        assert any(path.startswith(f"{name}/") for path in files), name
        assert len({entry.id for entry in followed_back(files, URL, f"{name}.xml")}) == count, name


def test_what_is_a_selection_says_that_it_is_complete() -> None:
    """RFC 5005, section 2: what a ranking or a list no longer has is gone from its feed, and from nowhere else's."""
    curated = CuratedList("a-list", "A list", tuple(ListEntry(one.id) for one in many(150)))
    files = published(edition(many(400), curated))
    complete = {path for path, text in atom_documents(files) if "<fh:complete/>" in text}
    assert complete == {"trending/feed.xml", "trending/30-days/feed.xml", "lists/a-list/feed.xml"}


def test_the_feed_of_what_is_trending_has_the_order_of_its_page() -> None:
    """A ranking whose first stands first, in a browser as well."""
    made, files = committed()
    ranked = [trend.id for trend in made.trending[0].papers]
    shown = [entry.link for entry in feedparser.parse(files["trending/feed.xml"]).entries]
    assert len(shown) == 20
    assert shown == [made.settings.url + identifiers.page_path(one) for one in ranked[:20]]


def test_a_feed_of_which_little_comes_has_few_documents() -> None:
    """A paper a week for ten years: an archive a year, none of which is nearly empty."""
    weekly = [paper(number, LATEST - timedelta(weeks=520 - number)) for number in range(1, 521)]
    archives = [path for path in published(edition(weekly)) if path.startswith("feed/")]
    assert sorted(archives) == [f"feed/{year}.xml" for year in range(2016, 2025)]


def test_the_archives_name_each_other_both_ways_and_the_subscription() -> None:
    """RFC 5005, section 4: prev-archive, next-archive, current; an archive says that it is one."""
    files = published(edition(many(700)))
    archives = {path: text for path, text in atom_documents(files) if path.startswith("feed/")}
    assert len(archives) > 3
    for path, text in archives.items():
        feed = ET.fromstring(text)  # noqa: S314 - our own text
        links = {link.get("rel"): link.get("href", "") for link in feed.findall(f"{A}link")}
        assert links["current"] == f"{URL}feed.xml"
        if before := links.get("prev-archive"):
            assert f'rel="next-archive" href="{URL}{path}"' in archives[before.removeprefix(URL)]


def test_json_feed_says_where_what_is_older_is() -> None:
    """A feed in JSON has what the one in Atom has; where that has archives, it says so."""
    made, files = committed()
    said = 0
    for feed in feeds(made):
        atom, other = feedparser.parse(files[feed.atom].encode()), json.loads(files[feed.json])
        assert [entry.id for entry in atom.entries] == [item["id"] for item in other["items"]]
        assert ('rel="prev-archive"' in files[feed.atom]) == (feed.atom in other.get("user_comment", ""))
        said += "user_comment" in other
    assert said > 3


def test_each_author_is_an_author() -> None:
    """Atom and JSON Feed have a place for each; what is not named is counted, and nobody is called "3 authors"."""
    names = [f"Name {number}" for number in range(9)]
    papers = [
        replace(paper(1), authors=tuple(map(Author, names[:2]))),
        replace(paper(2), authors=tuple(map(Author, names))),
        replace(paper(3), authors=tuple(map(Author, names[:6]))),
        replace(paper(4), authors=(), author_count=3),
        replace(paper(5), authors=(Author("Paul Erd\\H{o}s"),)),
    ]
    files = published(edition(papers))
    read = feedparser.parse(files["feed.xml"])
    assert [[author.name for author in entry.get("authors", [])] for entry in read.entries] == [
        names[:2],
        names[:5],
        names[:5],
        [],
        ["Paul Erdős"],
    ]
    assert [entry.summary for entry in read.entries] == [
        "Abstract 1.",
        "Abstract 2. (With 4 more authors.)",
        "Abstract 3. (With 1 more author.)",
        "Abstract 4. (3 authors.)",
        "Abstract 5.",
    ]
    items = json.loads(files["feed.json"])["items"]
    assert [[author["name"] for author in item.get("authors", [])] for item in items] == [
        names[:2],
        names[:5],
        names[:5],
        [],
        ["Paul Erdős"],
    ]


def test_every_listed_feed_is_there_and_leads_to_its_page() -> None:
    """`feeds` is for whoever shows addresses: the newsletter's page, say."""
    made, files = committed()
    found: list[Feed] = list(feeds(made))
    assert {"feed", "days", "weeks", "trending/feed"} <= {feed.name for feed in found}
    assert all(feed.atom in files and feed.json in files for feed in found)
    listed = ET.fromstring(files["opml.xml"]).iter("outline")  # noqa: S314 - our own text
    addresses = [outline.get("xmlUrl") for outline in listed if outline.get("xmlUrl")]
    assert addresses == [made.settings.url + feed.atom for feed in found]


def test_the_feed_of_days_has_a_day_an_entry_with_its_papers_in_order() -> None:
    """The newest first; a reader gets links to follow."""
    files = published(edition(many(30)))
    newest = feedparser.parse(files["days.xml"]).entries[0]
    assert newest.title == "Friday, 21 August 2026"
    assert newest.updated == "2026-08-21T00:00:00Z"
    ids = [f"2608.{number:05}" for number in range(21, 31)]
    assert re.findall(r'href="https://example.org/papers/papers/(.+?)/"', newest.content[0].value) == ids


def test_a_week_is_in_its_feed_when_it_is_over() -> None:
    """One that still grows would be new every day."""
    monday = date(2026, 8, 17)
    going_on = published(edition([paper(1, monday - timedelta(3)), paper(2, monday)]))
    over = published(edition([paper(1, monday - timedelta(3)), paper(2, monday), paper(3, monday + timedelta(7))]))
    titles = [[text_of(entry, "title") for entry in entries(files["weeks.xml"])] for files in (going_on, over)]
    assert [len(found) for found in titles] == [1, 2]
    assert titles[1][0] == "Week 34 of 2026, 17 to 23 August 2026"


def test_a_curators_note_comes_before_the_abstract() -> None:
    """It says why the paper is there."""
    curated = CuratedList("a-list", "A list", (ListEntry("2608.00001", note="Start here."),))
    files = published(edition([paper(1)], curated))
    assert text_of(entries(files["lists/a-list/feed.xml"])[0], "summary") == "Start here. — Abstract 1."


# Which bytes stay.


def test_two_builds_of_the_same_content_give_the_same_bytes() -> None:
    """No clock, no order of a set."""
    made, files = committed()
    assert published(Edition(made.catalog, made.settings)) == files


def test_an_upvote_changes_no_feed_of_papers_and_days() -> None:
    """Nor does it make an entry new: the numbers that move are not in them."""
    papers = many(60)
    before, after = (published(edition(papers, upvotes=votes)) for votes in (1, 99))
    assert before == after


def test_the_next_day_changes_what_it_must() -> None:
    """The archives that were there stay byte for byte, but for a feed's last, which may learn of its successor."""
    topics = (Topic("All", "all", rules=Rules(keywords=("paper",))),)
    before = published(edition(many(700), topics=topics))
    tomorrow = [paper(9000 + n, LATEST + timedelta(1)) for n in range(10)]
    after = published(edition([*many(700), *tomorrow], topics=topics))
    for feed in ("feed/", "topics/all/feed/"):
        archives = [path for path in before if path.startswith(feed)]
        changed = [path for path in archives if before[path] != after[path]]
        assert len(archives) > 3
        assert len(changed) <= 1
        for path in changed:
            assert without_neighbours(after[path]) == without_neighbours(before[path])


def without_neighbours(text: str) -> str:
    """An archive without what it says of those before and after it."""
    return re.sub('<link rel="(?:next|prev)-archive"[^>]*>', "", text)


@pytest.mark.parametrize("days_ago", [60, 45, 25])
def test_a_paper_that_is_added_late_changes_the_archives_of_its_own_time_alone(days_ago: int) -> None:
    """Its day is long past, and a paper taken out of it or put into it moves no entry of another month."""
    papers = many(700)
    late = paper(9000, LATEST - timedelta(days_ago))
    before, after = published(edition(papers)), published(edition([*papers, late]))
    changed = {
        path
        for path in before
        if path.startswith("feed/") and without_neighbours(before[path]) != without_neighbours(after.get(path, ""))
    }
    assert changed
    for path in changed:
        months = {text_of(entry, "updated")[:7] for entry in entries(before[path])}
        assert f"{late.featured[0]:%Y-%m}" in months


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(1, 260)), min_size=1, max_size=12),
    st.integers(1, 120),
    st.booleans(),
)
def test_however_a_feed_grows_nothing_is_missing_and_no_archive_changes(
    growth: list[tuple[int, int]], shown: int, is_selection: bool
) -> None:
    """Days are added, near or far, with few papers or many, and after each of them the documents have every entry.

    None is too large, and an archive that was there has the entries that it had, under the name that it had.
    """
    stream: list[Entry] = []
    archived: dict[str, tuple[Entry, ...]] = {}
    on = date(2024, 1, 1)
    division = Division(shown, is_selection, begins=on)
    for wait, papers in growth:
        on += timedelta(wait)
        names = [f"papers/{number}/" for number in range(len(stream), len(stream) + papers)]
        stream += [Entry(name, name, "A paper", on, on) for name in names]
        subscription, *archives = divided("feed", stream, division, lambda entry: entry)
        assert [subscription.previous, *(one.previous for one in archives)] == [*(one.name for one in archives), None]
        assert all(len(one.entries) <= ARCHIVED for one in (subscription, *archives))
        found = {entry.name for one in (subscription, *archives) for entry in one.entries}
        assert found == {entry.name for entry in stream}
        assert subscription.entries == tuple(stream[-len(subscription.entries) :][::-1])
        assert len(subscription.entries) >= min(shown, len(stream))
        now = {one.name: one.entries for one in archives}
        assert {name: now.get(name) for name in archived} == archived
        archived = now


def test_an_identifier_stays_when_a_slug_gives_way_and_the_title_is_corrected() -> None:
    """A reader that has seen the paper is not shown it again."""
    before = Paper("a-paper", "A papper", featured=(LATEST,))
    after = Paper("2608.00001", "A paper", featured=(LATEST,), aliases=("a-paper",))
    names = [text_of(entries(published(edition([one]))["feed.xml"])[0], "id") for one in (before, after)]
    assert names[0] == names[1] == "tag:example.org,2026:/papers/papers/a-paper/"


@pytest.mark.parametrize(
    ("facts", "updated", "word"),
    [
        ({"versions": (Version(1), Version(2, date(2026, 8, 20)))}, "2026-08-20", "Version 2 of 20 August 2026."),
        ({"withdrawn": date(2026, 8, 21)}, "2026-08-21", "Withdrawn on 21 August 2026."),
        ({"versions": (Version(2, date(2026, 1, 1)),)}, "2026-05-01", ""),
        ({"withdrawn": date(2026, 1, 1)}, "2026-05-01", "Withdrawn."),
    ],
)
def test_what_happens_to_a_paper_makes_the_old_entry_newer(facts: dict[str, Any], updated: str, word: str) -> None:
    """A new version and a withdrawal bring an old entry back under its old identifier, with a word in front.

    What happened before the paper was listed is no news.
    """
    old = paper(1, date(2026, 5, 1), **facts)
    files = published(edition([old, *many(600)[10:]]))
    name = "tag:example.org,2026:/papers/papers/2608.00001/"
    found = [entry for entry in followed_back(files, URL) if entry.id == name]
    latest = max(found, key=lambda entry: entry.updated)
    assert latest.updated == f"{updated}T00:00:00Z"
    assert (latest.get("summary") or "").startswith(word)
    assert bool(word) == ((latest.get("summary") or "")[:8] in {"Version ", "Withdraw"})
    if updated > "2026-08":
        newest = [entry for entry in entries(files["feed.xml"]) if text_of(entry, "id") == name]
        assert [text_of(entry, "published") for entry in newest] == ["2026-05-01T00:00:00Z"]
        assert {entry.updated for entry in found} == {"2026-05-01T00:00:00Z", f"{updated}T00:00:00Z"}
    else:
        assert {entry.updated for entry in found} == {"2026-05-01T00:00:00Z"}


def test_an_excluded_paper_is_in_no_feed() -> None:
    """Under none of its names, in no archive, list, day or week."""
    papers = [*many(400), Paper("a-secret", "Hidden thing", featured=(LATEST,), aliases=("2608.77777",))]
    curated = CuratedList("a-list", "A list", (ListEntry("a-secret", note="psst"), ListEntry("2608.00001")))
    files = published(edition(papers, curated, exclude=frozenset({"2608.77777"})))
    assert not [path for path, text in files.items() if re.search("a-secret|77777|Hidden thing|psst", text)]


# In pages and browsers.


def test_pages_lead_to_their_feeds(small_site: Path) -> None:
    """By `<link rel="alternate">`, from the later pages of a long list, too; each leads somewhere."""
    found = 0
    for page in small_site.rglob("index.html"):
        for kind, address in re.findall(
            r'<link rel=alternate type=([^ ">]+)[^>]* href=([^ ">]+)', page.read_text(encoding="utf-8")
        ):
            path = urljoin(page.relative_to(small_site).as_posix(), address)
            assert (small_site / path).is_file(), (page, address)
            found += kind in {"application/atom+xml", "application/feed+json"}
    assert found > 20


def test_a_browser_shows_a_feed_as_a_page_that_says_what_it_is(
    small_site: Path, serve: Serve, browser: Browser
) -> None:
    """The style sheet is found, what only programs need is hidden, and a link leads to the site.

    With the media type that a server gives a file of this name: Chromium shows `application/atom+xml` as plain text.
    """
    page = browser.new_page()
    page.goto(f"{serve(small_site)}days.xml")
    assert page.evaluate("getComputedStyle(document.querySelector('feed > id')).display") == "none"
    assert page.evaluate("getComputedStyle(document.querySelector('entry > title')).display") == "block"
    assert "This is a feed." in page.evaluate("document.querySelector('subtitle').textContent")
    assert page.evaluate("document.querySelector('subtitle a').href") == "https://example.org/papers/"
    page.close()


def test_a_feed_can_be_read_on_a_phone(small_site: Path, serve: Serve, browser: Browser) -> None:
    """Which shows it as if it were 980 px wide, for want of a viewport: on the glass, letters are as large as usual."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page = context.new_page()
    page.goto(f"{serve(small_site)}days.xml")
    width, size = page.evaluate(
        "[innerWidth, parseFloat(getComputedStyle(document.querySelector('entry > summary')).fontSize)]"
    )
    assert size * 390 / width >= 13
    context.close()
