"""The pages of weeks, months, trending, statistics and the calendar as functions."""

from __future__ import annotations

import re
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from markupsafe import escape

from scraper.records import Day, DayEntry, Paper
from scraper.settings import Rules, Settings, Topic
from scraper.store import Library
from site_config.catalog import Catalog
from site_config.edition import Edition
from site_config.pages import archive, charts, heat_map, periods, statistics, trending
from site_config.pages.site import AnyPage
from tests.site_config.test_periods import day, voted

ON = date(2026, 8, 19)
HOSTILE = '</title><script>alert(1)</script>&"'


def edition(*days: Day, title: str = "A paper", topics: tuple[Topic, ...] = ()) -> Edition:
    """An edition of these days and all that they list."""
    settings = Settings("Test site", url="https://example.org/repo/", topics=topics)
    papers = {
        entry.id: Paper(entry.id, title=title, organization=title, keywords=(title,))
        for one in days
        for entry in one.papers
    }
    return Edition(Catalog.of(Library(papers, {one.date: one for one in days}, {}), settings), settings)


def many(first: int, count: int, *, upvotes: bool = True) -> list[DayEntry]:
    """So many entries, each with one upvote more than the next."""
    return [voted(f"2608.{first + number:05}", count - number if upvotes else None) for number in range(count)]


def html(page: AnyPage) -> str:
    """A page's body."""
    return str(escape(page.content.body))


def shown(page: AnyPage) -> list[str]:
    """The papers that have cards on a page, in its order."""
    return re.findall(r"<li><h2><a href=[./]*/papers/([^>]+)/>", html(page))


def svg_of(drawn: str) -> ET.Element:
    """A drawing as a tree."""
    return ET.fromstring(drawn)  # noqa: S314 - our own drawing, made a moment ago


def words(page: AnyPage) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", html(page)).split())


def test_a_week_of_hundreds_is_paged_and_each_paper_is_on_one_page() -> None:
    """No page grows without limit, and page numbers lead to every part."""
    made = edition(*(day(ON + timedelta(number), *many(1000 * number + 1, 100)) for number in range(3)))
    week = [page for page in periods.pages(made) if page.path.startswith("weekly/2026-W34/")]
    assert [page.path for page in week] == ["weekly/2026-W34/", "weekly/2026-W34/2/", "weekly/2026-W34/3/"]
    found = [shown(page) for page in week]
    assert [len(on_page) for on_page in found] == [100, 100, 100]
    assert len({identifier for on_page in found for identifier in on_page}) == 300
    assert "aria-current=page><span>Page </span>2</a>" in html(week[1])
    assert 'rel=next class=later href="../../../weekly/2026-W34/3/"' in html(week[1])
    assert '<ol class="cards compact voted many" start="101">' in html(week[1])
    assert week[1].content.title == "Week 34 of 2026, 17 to 23 August 2026, page 2 of 3 - Test site"
    assert week[1].content.head == (
        '<link rel="prev" href="../../../weekly/2026-W34/"><link rel="next" href="../../../weekly/2026-W34/3/">'
    )
    assert [page.path for page in periods.pages(edition(day(ON, *many(1, 100))))] == [
        "weekly/2026-W34/",
        "monthly/2026-08/",
    ]


def test_a_month_of_hundreds_has_the_best_of_them_and_leads_to_the_weeks_that_have_all() -> None:
    """Where a few more would be all, they are."""
    made = edition(*(day(ON + timedelta(number), *many(1000 * number + 1, 100)) for number in range(3)))
    (month,) = (page for page in periods.pages(made) if page.path.startswith("monthly/"))
    assert shown(month) == list(made.months[0].papers[:100])
    assert "300 papers of 3 days, ranked by upvotes. The first 100 are here, all of them in its weeks" in words(month)
    assert '<h2 id="weeks">' in html(month).replace("id=weeks", 'id="weeks"')
    assert "paging" not in html(month)
    assert not month.content.head
    of_weeks = {one for page in periods.pages(made) if page.path.startswith("weekly/") for one in shown(page)}
    assert of_weeks == set(made.months[0].papers)
    (small,) = (page for page in periods.pages(edition(day(ON, *many(1, 120)))) if page.path.startswith("monthly/"))
    assert len(shown(small)) == 120
    assert "are here" not in words(small)


def test_the_switch_keeps_the_time() -> None:
    """From a week to its latest day and the month it mostly lies in; from a month to its latest day and that's week."""
    made = edition(day(date(2026, 7, 31), *many(1, 2)), day(date(2026, 8, 1)))
    week, july, august = periods.pages(made)
    switch = re.compile(r'<li><a href="([^"]*)"(?: aria-current="true")?>(?:Day|Week|Month)</a>')
    assert switch.findall(html(week)) == [
        "../../daily/2026-07-31/",
        "../../weekly/2026-W31/",
        "../../monthly/2026-07/",
    ]
    assert switch.findall(html(july)) == switch.findall(html(week))
    assert switch.findall(html(august)) == [
        "../../daily/2026-08-01/",
        "../../weekly/2026-W31/",
        "../../monthly/2026-08/",
    ]
    assert '<a href="../../weekly/2026-W31/" aria-current="true">Week</a>' in html(week)


def test_periods_turn_over_those_without_papers() -> None:
    """As days do: from an empty week one can go on, and no week leads to an empty one."""
    made = edition(
        day(ON, *many(1, 1)), day(ON + timedelta(7)), day(ON + timedelta(14), *many(2, 1)), day(ON + timedelta(21))
    )
    turns = {
        page.path: re.findall(r'rel=(\w+) href="../../(weekly/[^"]*)"', html(page))
        for page in periods.pages(made)
        if page.path.startswith("weekly")
    }
    assert turns == {
        "weekly/2026-W34/": [("next", "weekly/2026-W36/")],
        "weekly/2026-W35/": [("prev", "weekly/2026-W34/"), ("next", "weekly/2026-W36/")],
        "weekly/2026-W36/": [("prev", "weekly/2026-W34/")],
        "weekly/2026-W37/": [("prev", "weekly/2026-W36/")],
    }


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (voted("2608.00001", 3), "1 paper of 1 day, ranked by upvotes"),
        (voted("2608.00001", score=3), "ranked by the score of this site’s own rules, since nobody votes on them"),
        (voted("2608.00001"), "last listed first, since nobody votes on them and no rule scores them"),
    ],
)
def test_a_period_says_what_it_is_ranked_by(entry: DayEntry, said: str) -> None:
    """A mirror without upvotes does not pretend to have some."""
    assert said in words(next(periods.pages(edition(day(ON, entry)))))


def test_an_empty_period_says_so_and_leads_to_its_days() -> None:
    """The day's own page has the reason."""
    page = next(periods.pages(edition(day(ON))))
    assert "No day of this week has papers." in words(page)
    assert 'href="../../daily/2026-08-19/"' in html(page)


def test_trending_prints_its_formula_and_each_papers_numbers() -> None:
    """So that a reader can work a score out."""
    made = edition(day(ON - timedelta(1), voted("2608.00001", 92)), day(ON, voted("2608.00002", 1)))
    week, (month,) = trending.page(made), trending.pages(made)
    assert "upvotes × ½ age ÷ 2" in words(week)
    assert "92 upvotes, 1 day old: 65.05" in words(week)
    assert "1 upvote, 0 days old: 1.00" in words(week)
    assert "upvotes × ½ age ÷ 8" in words(month)
    assert (week.path, month.path) == ("trending/", "trending/30-days/")
    scored = words(trending.page(edition(day(ON, voted("2608.00001", score=4)))))
    assert "Nobody votes on these papers. This is the score that this site’s own rules gave each" in scored
    assert "4 by this site’s rules, 0 days old: 4.00" in scored
    assert "No paper is in a day yet." in words(trending.page(edition(day(ON))))


def test_the_calendar_has_a_square_for_each_day_and_nothing_for_the_keyboard_or_a_screen_reader() -> None:
    """The list below leads to the same days: a thousand stops of the Tab key would be in its way."""
    made = edition(day(date(2026, 1, 1), *many(1, 3)), day(date(2026, 12, 31)), day(date(2025, 12, 31), *many(9, 1)))
    page = html(archive.page(made))
    drawn = re.findall(r'<svg class="calendar"[^>]*>.*?</svg>', page)
    assert len(drawn) == 3, "halves without a day are left out"
    assert all(' aria-hidden="true"' in svg for svg in drawn)
    (january,) = svg_of(drawn[0]).findall("a")
    assert january.attrib == {"href": "../daily/2026-01-01/", "tabindex": "-1"}
    assert january.findtext("title") == "Thu 1 January 2026: 3 papers"
    square = january.find("rect")
    assert square is not None
    assert square.attrib["x"] == "0", "the year's first week"
    assert square.attrib["y"] == str(14 + 3 * 13), "a Thursday"
    assert '<h3 id="2026-01"><a href="../monthly/2026-01/">January</a>' in page


def test_a_square_is_the_stronger_the_more_papers_a_day_has() -> None:
    """By quarters of the days that have papers, so that one huge day does not make all others pale."""
    thresholds = heat_map.levels([0, 1, 2, 3, 4, 5, 6, 7, 1000])
    assert [heat_map.level(count, thresholds) for count in (0, 1, 3, 4, 6, 8, 1000)] == [0, 1, 2, 2, 3, 4, 4]
    same = heat_map.levels([5, 5, 5])
    assert heat_map.level(5, same) == 4
    assert heat_map.levels([0]) == ()


def test_a_thousand_days_are_few_bytes() -> None:
    """The calendar of four years of days is a small part of a page."""
    days = [day(ON + timedelta(number)) for number in range(1000)]
    drawn = [
        half.svg
        for year in range(2026, 2030)
        for half in heat_map.halves(year, [one for one in days if one.date.year == year], (), "../")
    ]
    assert "".join(drawn).count("<rect") == 1000
    assert sum(map(len, drawn)) < 160_000


def test_bars_have_a_name_and_the_same_bytes_for_the_same_numbers() -> None:
    """The highest fills the chart, what is small is still seen, nothing is drawn for nothing, and names are escaped."""
    svg = charts.bars([0, 1, 500], ["a", HOSTILE, "c"], HOSTILE, is_open=True)
    assert svg == charts.bars([0, 1, 500], ["a", HOSTILE, "c"], HOSTILE, is_open=True)
    drawn = svg_of(svg)
    assert drawn.attrib["role"] == "img"
    assert drawn.attrib["aria-label"] == HOSTILE
    small, highest = drawn.findall("rect")
    assert small.findtext("title") == f"{HOSTILE}: 1"
    assert (small.attrib["x"], small.attrib["y"], small.attrib["height"]) == ("11", "99", "1")
    assert (highest.attrib["y"], highest.attrib["height"], highest.attrib["class"]) == ("0", "100", "open")


def test_a_bar_on_its_side_marks_a_part() -> None:
    """The whole, then the part over it; nothing for a part of nothing."""
    whole, part = svg_of(charts.bar(50, 200, 10)).findall("rect")
    assert (whole.attrib["width"], part.attrib["width"], part.attrib["class"]) == ("25", "5", "part")
    assert len(svg_of(charts.bar(50, 200, 0)).findall("rect")) == 1


def test_every_picture_of_the_statistics_has_its_table() -> None:
    """As many tables as pictures of their own, and the tables' numbers are the library's."""
    topic = Topic("Everything", "everything", rules=Rules(keywords=("a paper",)))
    before = many(1, 30)
    made = edition(day(ON - timedelta(31), *before), day(ON, *many(100, 12)), topics=(topic,))
    (page,) = statistics.pages(made)
    shown = html(page)
    assert re.findall(r'<h2 id="?(\w+)', shown) == [
        "papers",
        "topics",
        "keywords",
        "organizations",
    ]
    assert shown.count("<table") == 4
    assert shown.count('role="img"') == 3
    assert "<tr><th scope=row>19 July 2026</th><td>30</td></tr>" in shown
    assert "Papers per day, from 19 July 2026 to 19 August 2026: 42 papers, at most 30 (19 July 2026)." in shown
    assert re.search(r"A paper</a></th><td><svg.*?</svg></td><td>42</td><td>12</td>", shown)


def test_statistics_of_an_empty_library_say_so() -> None:
    """No chart of nothing."""
    (page,) = statistics.pages(edition(day(ON)))
    assert "No paper is in a day yet." in words(page)
    assert "<svg" not in html(page)


def test_text_from_outside_is_text_on_all_of_these() -> None:
    """Titles, organisations and keywords come from strangers."""
    made = edition(day(ON - timedelta(31), *many(1, 9)), day(ON, *many(100, 12)), title=HOSTILE)
    pages: list[AnyPage] = [*periods.pages(made), trending.page(made), *statistics.pages(made), archive.page(made)]
    for page in pages:
        assert "<script" not in html(page), page.path
