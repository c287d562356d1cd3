"""The sitemap, robots.txt and opensearch.xml, as programs read them."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as ET

import pytest

from scraper.records import Author, CuratedList, Day, DayEntry, Paper, Version
from scraper.settings import Rules, Settings, Topic
from scraper.store import Library
from site_config.catalog import Catalog
from site_config.edition import Edition
from site_config.pages import sitemap, wayfinding
from site_config.pages.site import Output

_MAPS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def _edition() -> Edition:
    settings = Settings("A site with quite a long name", "About & more", "https://example.org/papers/")
    settings = replace(settings, topics=(Topic("All", "all", rules=Rules(keywords=("paper",))),))
    papers = [
        Paper("2511.08567", "A", authors=(Author("A. Name"),), submitted=date(2025, 11, 11)),
        Paper("2511.08568", "B paper", submitted=date(2025, 11, 11), versions=(Version(2, date(2026, 2, 1)),)),
        Paper("2511.08569", "C", submitted=date(2025, 11, 11), withdrawn=date(2026, 3, 1)),
        Paper("some-title", "D"),
    ]
    day = Day(date(2025, 11, 13), "13 November 2025", (DayEntry("2511.08567"), DayEntry("2511.08568")))
    later = Day(date(2025, 11, 14), "14 November 2025", (DayEntry("2511.08567"),))
    library = Library(
        papers={paper.id: paper for paper in papers},
        days={day.date: day, later.date: later},
        lists={"a": CuratedList("a", "A list")},
    )
    return Edition(Catalog.of(library, settings), settings)


def test_a_page_changed_when_its_content_says() -> None:
    """A paper when it was last listed, got a version or was withdrawn, and so the days, weeks and topics that mark it.

    A list says nothing.
    """
    dates = sitemap.changes(_edition())
    assert dates["daily/2025-11-14/"] == date(2025, 11, 14)
    assert dates["daily/2025-11-13/"] == dates["weekly/2025-W46/"] == dates["topics/all/"] == date(2026, 2, 1)
    assert dates["papers/2511.08567/"] == date(2025, 11, 14)
    assert dates["papers/2511.08568/"] == date(2026, 2, 1)
    assert dates["papers/2511.08569/"] == date(2026, 3, 1)
    assert dates[""] == dates["archive/"] == date(2025, 11, 14)
    assert not dates.keys() & {"papers/some-title/", "lists/a/", "about/"}


def test_a_sitemap_gives_those_days() -> None:
    """As the protocol has it: an address, and the day where there is one."""
    (output,) = sitemap.outputs(_edition(), ["", "about/", "daily/2025-11-14/"])
    assert isinstance(output, Output)
    tree = ET.fromstring(output.text)  # noqa: S314 - our own
    found = [(one.findtext(f"{_MAPS}loc"), one.findtext(f"{_MAPS}lastmod")) for one in tree]
    assert found == [
        ("https://example.org/papers/", "2025-11-14"),
        ("https://example.org/papers/about/", None),
        ("https://example.org/papers/daily/2025-11-14/", "2025-11-14"),
    ]


def test_a_long_sitemap_is_several(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each compressed, with an index that says when something in it changed last."""
    monkeypatch.setattr(sitemap, "MOST_PLAIN", 2)
    monkeypatch.setattr(sitemap, "MOST_ADDRESSES", 2)
    *parts, index = sitemap.outputs(_edition(), ["", "about/", "papers/2511.08569/"])
    assert [part.path for part in parts] == ["sitemap-1.xml.gz", "sitemap-2.xml.gz"]
    held = [ET.fromstring(gzip.decompress(part.encoded)) for part in parts]  # noqa: S314 - our own
    assert [[one.findtext(f"{_MAPS}loc") for one in tree] for tree in held] == [
        ["https://example.org/papers/", "https://example.org/papers/about/"],
        ["https://example.org/papers/papers/2511.08569/"],
    ]
    assert index.path == "sitemap.xml"
    assert isinstance(index, Output)
    tree = ET.fromstring(index.text)  # noqa: S314 - our own
    found = [(one.findtext(f"{_MAPS}loc"), one.findtext(f"{_MAPS}lastmod")) for one in tree]
    assert found == [
        ("https://example.org/papers/sitemap-1.xml.gz", "2025-11-14"),
        ("https://example.org/papers/sitemap-2.xml.gz", "2026-03-01"),
    ]


def test_crawlers_and_browsers_find_their_way() -> None:
    """Every page may be read, the sitemap is named, and a browser's search box leads to the search page."""
    robots, search = wayfinding.outputs(_edition())
    reader = RobotFileParser()
    reader.parse(robots.text.splitlines())
    assert reader.can_fetch("any", "https://example.org/papers/papers/2511.08567/")
    assert reader.site_maps() == ["https://example.org/papers/sitemap.xml"]
    tree = ET.fromstring(search.text)  # noqa: S314 - our own
    assert tree.findtext(f"{_SEARCH}ShortName") == "A site with quit"
    assert tree.findtext(f"{_SEARCH}Description") == "About & more"
    page = tree.find(f"{_SEARCH}Url[@type='text/html']")
    assert page is not None
    assert page.get("template") == "https://example.org/papers/search/?q={searchTerms}"


def test_a_site_has_them(small_site: Path) -> None:
    """And its pages lead a browser to the last."""
    assert (small_site / "robots.txt").is_file()
    ET.parse(small_site / "opensearch.xml")  # noqa: S314 - our own
    home = (small_site / "index.html").read_text(encoding="utf-8")
    assert "rel=search type=application/opensearchdescription+xml" in home
    assert re.search(r"href=(?:\./)?opensearch\.xml>", home)
