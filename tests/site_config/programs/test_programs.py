"""What programs read: that it is what it says, that foreign programs read it, and that the page's examples run."""

from __future__ import annotations

import gzip
import html
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from huggingface_hub.hf_api import PaperInfo
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from markdown import Markdown

from scraper import identifiers
from scraper.records import Author, CuratedList, Day, DayEntry, ListEntry, Paper, Version, clean_line, clean_text
from scraper.settings import Rules, Settings, Topic
from scraper.sources.huggingface import parse_entries
from scraper.store import Library, documents
from site_config.catalog import Catalog
from site_config.edition import Edition
from site_config.programs import twins
from site_config.programs.files import outputs
from site_config.programs.schema import SCHEMA
from tests.browser import Serve
from tests.own_library import own_library
from tests.site_config.made import made

DAY = date(2026, 8, 21)
_LINE = st.text(min_size=1, max_size=40).map(clean_line).filter(bool)
_LINES = st.lists(_LINE, max_size=4).map(tuple)


def published(edition: Edition) -> dict[str, bytes]:
    """The bytes of every file."""
    return made(outputs(edition))


@cache
def committed() -> tuple[Edition, Mapping[str, bytes]]:
    """The project's own library and its files."""
    library, told = own_library()
    edition = Edition(Catalog.of(library, told), told)
    return edition, published(edition)


def small(*papers: Paper, exclude: frozenset[str] = frozenset()) -> dict[str, bytes]:
    """The files of a library with one day and one list, both of all these papers."""
    day = Day(DAY, "21 August 2026", tuple(DayEntry(paper.id, upvotes=7, comments=2) for paper in papers))
    curated = CuratedList("a-list", "A list", tuple(ListEntry(paper.id, note="A note.") for paper in papers))
    told = Settings("A site", url="https://example.org/", exclude=exclude)
    told = replace(told, topics=(Topic("All", "all", rules=Rules(keywords=("paper",))),))
    library = Library({paper.id: paper for paper in papers}, {DAY: day}, {"a-list": curated})
    return published(Edition(Catalog.of(library, told), told))


def lines(packed: bytes) -> list[dict[str, Any]]:
    """The papers of a month's file."""
    return [json.loads(line) for line in gzip.decompress(packed).decode().splitlines()]


# Days.


def test_a_day_is_read_by_the_classes_of_hugging_faces_own_library() -> None:
    """Every day of the committed library, every paper of it, with all that those classes know and we do."""
    edition, files = committed()
    read = 0
    for day in edition.catalog.days:
        answer = json.loads(files[f"api/daily_papers/{day.date}.json"])
        for entry, infos in zip(day.papers, [PaperInfo(**item) for item in answer], strict=True):
            paper = edition.catalog.papers[entry.id]
            assert (infos.id, infos.title, infos.summary) == (paper.id, paper.title, paper.abstract or None)
            assert [author.name for author in infos.authors or []] == [author.name for author in paper.authors]
            assert (infos.upvotes, infos.comments) == (entry.upvotes or None, entry.comments or 0)
            assert infos.submitted_at
            assert infos.submitted_at.date() == day.date
            assert (infos.published_at.date() if infos.published_at else None) == paper.submitted
            assert (infos.organization.fullname if infos.organization else None) == paper.organization
            read += 1
    assert read > 1000


def test_a_day_is_read_by_our_own_reader_of_that_api() -> None:
    """What a scrape of this site would find is what the site has: one mirror can feed the next."""
    edition, files = committed()
    day = edition.catalog.latest_day
    assert day
    listing = parse_entries(json.loads(files[f"api/daily_papers/{day.date}.json"]), day.date)
    assert not listing.problems
    for found, entry in zip(listing.papers, day.papers, strict=True):
        paper = edition.catalog.papers[entry.id]
        named = {name: address for name, address in paper.links.items() if name in {"code", "project"}}
        kept = replace(
            paper, featured=(day.date,), categories=(), versions=(), extra={}, links=named, source="huggingface"
        )
        assert found.paper == kept
        assert found.entry == entry


# Schema.


def test_every_file_is_what_the_schema_says() -> None:
    """All JSON of the committed library, each month's lines too, against a validator that is not ours."""
    _, files = committed()
    Draft202012Validator.check_schema(dict(SCHEMA))
    assert json.loads(files["api/schema.json"]) == SCHEMA
    checked = dict.fromkeys(SCHEMA["$defs"], 0)
    for path, content in files.items():
        for name, values in definition_of(path, content):
            validator(name).validate(values)
            checked[name] += 1
    assert all(checked.values()), checked


@cache
def validator(name: str) -> Draft202012Validator:
    """The validator of one kind of file, to which a key that the schema does not name is a mistake."""
    return Draft202012Validator(closed(SCHEMA["$defs"][name]))


def closed(schema: Any) -> Any:
    """A schema whose objects have no other keys than those it names."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    return inner | {"additionalProperties": False} if isinstance(schema.get("properties"), dict) else inner


def definition_of(path: str, content: bytes) -> list[tuple[str, Any]]:
    """The definition that describes a file, and the values it describes."""
    if path.endswith(".jsonl.gz"):
        return [("paper", line) for line in lines(content)]
    kinds = {"api/daily_papers/": "daily_papers", "api/lists/": "list", "api/topics/": "topic", "api/index": "index"}
    return [(name, json.loads(content)) for start, name in kinds.items() if path.startswith(start)]


# The dump.


def test_the_months_have_every_paper_once_with_all_that_is_known() -> None:
    """And the index says how many each has."""
    edition, files = committed()
    index = json.loads(files["api/index.json"])
    found: dict[str, dict[str, Any]] = {}
    for month, count in index["months"].items():
        of_month = lines(files[index["addresses"]["month"].format(month=month)])
        assert len(of_month) == count
        found |= {line["id"]: line for line in of_month}
    assert set(found) == set(edition.catalog.papers)
    for paper in edition.catalog.papers.values():
        line = found[paper.id]
        assert (line["title"], line["abstract"]) == (paper.title, paper.abstract)
        assert line.get("authors", []) == [author.name for author in paper.authors]
        assert [date.fromisoformat(day["date"]) for day in line.get("days", [])] == [
            listing.date for listing in edition.catalog.days_of(paper.id)
        ]


def test_two_builds_give_the_same_bytes() -> None:
    """The compressed ones, too: no time and no name of a file is in them."""
    edition, files = committed()
    assert published(Edition(edition.catalog, edition.settings)) == files
    packed = next(content for path, content in files.items() if path.endswith(".gz"))
    assert packed[3:10] == bytes([0, 0, 0, 0, 0, 2, 255])


# Twins.


def test_a_papers_twin_is_its_record() -> None:
    """The library's own reader gets every committed paper back from it, and any YAML reader its front matter."""
    edition, files = committed()
    for paper in edition.catalog.papers.values():
        text = files[f"{identifiers.page_path(paper.id)}index.md"].decode()
        assert documents.parse_paper(text) == replace(paper, extra={})
        front = yaml.safe_load(text.split("---\n")[1])
        assert (str(front["id"]), front["title"]) == (paper.id, paper.title)


def test_the_twin_of_a_file_that_nobody_edited_is_that_file() -> None:
    """Byte for byte: what a fork takes from here is what a scrape would have written."""
    edition, files = committed()
    same = sum(
        files[f"{identifiers.page_path(paper.id)}index.md"].decode() == documents.render_paper(paper)
        for paper in list(edition.catalog.papers.values())[:100]
    )
    assert same > 60


@given(
    st.builds(
        Paper,
        id=st.sampled_from(["2608.00001", "cs/0112017", "10.1000/a'b", "a-slug"]),
        title=_LINE,
        abstract=st.text(max_size=80).map(clean_text),
        authors=_LINES.map(lambda names: tuple(map(Author, names))),
        author_count=st.none() | st.integers(0, 99),
        submitted=st.none() | st.dates(),
        organization=st.none() | _LINE,
        categories=_LINES.map(lambda texts: tuple(dict.fromkeys(texts))),
        keywords=_LINES.map(lambda texts: tuple(dict.fromkeys(texts))),
        links=st.dictionaries(_LINE, st.sampled_from(["https://example.org/a'b,{c}#d", "http://x.org/"]), max_size=3),
        featured=st.lists(st.dates(), max_size=3, unique=True).map(tuple),
        versions=st.lists(st.builds(Version, st.integers(1, 9), st.none() | st.dates()), max_size=2).map(tuple),
        withdrawn=st.none() | st.dates(),
    )
)
def test_any_paper_survives_its_twin(paper: Paper) -> None:
    """Titles that look like numbers, dates, booleans, comments or YAML; abstracts with lines of hyphens."""
    assert documents.parse_paper(twins.paper(paper)) == paper


@given(_LINE)
def test_a_title_in_a_list_is_a_text_and_nothing_else(title: str) -> None:
    """No title ends its link, starts another, or is taken for markup by a reader of Markdown."""
    line = twins.Line(title, "../x/index.md", authors=title)
    written = twins.listing(twins.Listing("A day", (), (line,)))
    shown = Markdown().convert(written)
    assert re.findall("<[^>]+>", shown) == [
        "<h1>",
        "</h1>",
        "<ul>",
        "<li>",
        '<a href="../x/index.md">',
        "</a>",
        "</li>",
        "</ul>",
    ]


def test_days_and_lists_lead_to_their_papers_twins() -> None:
    """Every link of every day's and list's twin in the committed library leads to a file that is there."""
    _, files = committed()
    followed = 0
    for path, content in files.items():
        if path.startswith(("daily/", "lists/")):
            for target in re.findall(r"^- \[.*\]\(\.\./\.\./(papers/.+?/index\.md)\)", content.decode(), re.MULTILINE):
                assert target in files
                followed += 1
    assert followed > 1000


# What must not be there.


def test_an_excluded_paper_is_nowhere() -> None:
    """In no day, list, topic, month, twin or guide, under none of its names."""
    kept, secret = Paper("2608.00001", "A paper"), Paper("a-secret", "Hidden paper", aliases=("2608.77777",))
    for named in ({"a-secret"}, {"2608.77777"}):
        for path, content in small(kept, secret, exclude=frozenset(named)).items():
            text = gzip.decompress(content) if path.endswith(".gz") else content
            assert not re.search(b"a-secret|77777|Hidden", text + path.encode()), path


def test_what_people_added_for_themselves_stays_in_the_library() -> None:
    """A key that Paperstand does not know may be anything: a reminder, an address."""
    files = small(Paper("2608.00001", "A paper", extra={"remind-me": "of the dentist"}))
    assert not [path for path, content in files.items() if b"dentist" in content]
    assert b"dentist" not in gzip.decompress(files["api/papers/2026-08.jsonl.gz"])


# For people and language models.


def test_llms_txt_leads_to_what_is_there() -> None:
    """It has the form of llmstxt.org: a title, a summary, sections of links; every link to a file of ours is one."""
    edition, files = committed()
    text = files["llms.txt"].decode()
    assert re.match(r"# .+\n\n> .+\n\n[^#]+\n\n## ", text)
    url = edition.settings.url
    ours = [address.removeprefix(url) for address in re.findall(r"^- \[.+\]\((\S+?)\)", text, re.MULTILINE)]
    assert len(ours) > 20
    others = [path for path in ours if path not in files]
    assert all(path == "api/" or path.endswith("feed.json") for path in others)


def examples(site: Path) -> list[tuple[str, str]]:
    """(language, text) of the examples that the page shows."""
    page = (site / "api" / "index.html").read_text(encoding="utf-8")
    found = re.findall(r'<code class="language-(\w+)">(.*?)</code>', page, re.DOTALL)
    return [(language, html.unescape(text)) for language, text in found]


@pytest.mark.parametrize("number", range(5))
def test_the_pages_examples_run(small_site: Path, serve: Serve, number: int) -> None:
    """As they stand on the page, in a process of their own; only the site's address is that of the test's server."""
    language, text = examples(small_site)[number]
    assert "https://example.org/papers/" in text
    base = serve(small_site, "/papers/")
    # The feeds' own addresses are the published ones, which a test cannot reach.
    text = text.replace("https://example.org/papers/", base)
    if "prev-archive" in text:
        text = text.replace(
            "ElementTree.parse(answer)",
            f"ElementTree.fromstring(answer.read().replace(b'https://example.org/papers/', b'{base}'))",
        )
    command = [sys.executable, "-c", text] if language == "python" else ["sh", "-c", text]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    assert re.search(r"2608|^[1-9]\d* papers", ran.stdout)


def test_the_page_leads_to_everything(small_site: Path) -> None:
    """Each of its links to the site is to a file that is there."""
    page = (small_site / "api" / "index.html").read_text(encoding="utf-8")
    article = page[page.index("<article") : page.index("</article>")]
    targets = [target for target in re.findall(r'href="([^"]+)"', article) if not target.startswith("http")]
    assert len(targets) > 10
    assert all((small_site / "api" / target).is_file() for target in targets)
