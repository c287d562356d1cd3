"""arXiv's calendar: which submissions are announced on which day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from scraper import settings
from scraper.http import Client
from scraper.records import EmptyReason
from scraper.settings import Announcements
from scraper.sources import open_source
from scraper.sources.arxiv_calendar import Calendar
from scraper.sources.arxiv_oai import Harvested

CALENDAR = Calendar()


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "first", "end"),
    [
        ("2025-11-12", "2025-11-10 19:00", "2025-11-11 19:00"),  # Tuesday's evening, winter time
        ("2025-07-16", "2025-07-14 18:00", "2025-07-15 18:00"),  # the same in summer
        ("2025-11-10", "2025-11-06 19:00", "2025-11-07 19:00"),  # Sunday's evening has Thursday to Friday
        ("2025-11-11", "2025-11-07 19:00", "2025-11-10 19:00"),  # Monday's evening has the weekend
        ("2025-03-11", "2025-03-07 19:00", "2025-03-10 18:00"),  # the clocks were changed in between
        ("2025-12-01", "2025-11-26 19:00", "2025-11-28 19:00"),  # Thanksgiving's submissions wait for Sunday
        ("2025-07-08", "2025-07-03 18:00", "2025-07-07 18:00"),  # no announcement on Sunday 6 July
        ("2016-11-16", "2016-11-14 21:00", "2016-11-15 21:00"),  # the cut-off was at 16:00 then
    ],
)
def test_a_day_has_what_was_submitted_before_its_evening(day: str, first: str, end: str) -> None:
    """From one cut-off to another, in UTC, whatever the season."""
    assert CALENDAR.submissions(date.fromisoformat(day)) == (at(first), at(end))


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2025-11-14", None),  # Friday: Thursday's evening
        ("2025-11-15", EmptyReason.WEEKEND),
        ("2025-11-16", EmptyReason.WEEKEND),
        ("2025-11-17", None),
        ("2025-11-28", EmptyReason.HOLIDAY),  # nothing on the evening of Thanksgiving
        ("2025-12-31", EmptyReason.HOLIDAY),  # the recorded feed of this day is empty
        ("2026-06-20", EmptyReason.WEEKEND),  # Juneteenth was a Friday
        ("2026-12-30", EmptyReason.HOLIDAY),
        ("2041-12-26", None),  # beyond the table the weekday alone counts
    ],
)
def test_a_day_without_announcement_says_why(day: str, why: EmptyReason | None) -> None:
    """Weekends by their weekday, holidays by arXiv's list."""
    assert CALENDAR.why_nothing(date.fromisoformat(day)) is why
    assert (CALENDAR.submissions(date.fromisoformat(day)) is None) == (why is not None)


def test_every_moment_belongs_to_one_day() -> None:
    """Over thirty years no minute is left out, none counts twice, and both directions agree."""
    day, end = date(2000, 1, 3), None
    while day < date(2030, 1, 1):
        window = CALENDAR.submissions(day)
        if window:
            assert end in (None, window[0])
            assert CALENDAR.announcement_day(window[0]) == day
            assert CALENDAR.announcement_day(window[1] - timedelta(seconds=1)) == day
            end = window[1]
        else:
            assert CALENDAR.why_nothing(day)
        day += timedelta(days=1)


def test_a_fork_adds_next_years_holidays() -> None:
    """A date in site.yml is a holiday like those that are known: its day explains itself, its papers come later."""
    calendar = Calendar(Announcements(holidays=frozenset({date(2031, 1, 1)})))
    assert CALENDAR.why_nothing(date(2031, 1, 2)) is None
    assert calendar.why_nothing(date(2031, 1, 2)) is EmptyReason.HOLIDAY
    assert calendar.submissions(date(2031, 1, 2)) is None
    noon = at("2031-01-01 12:00")
    assert CALENDAR.announcement_day(noon) == date(2031, 1, 2)
    assert calendar.announcement_day(noon) == date(2031, 1, 3)
    assert calendar.why_nothing(date(2025, 11, 28)) is EmptyReason.HOLIDAY  # the known ones stay


def test_arxiv_may_change_its_evenings() -> None:
    """With an announcement on Fridays, what was submitted on Friday is announced on that evening."""
    evenings = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    calendar = Calendar(Announcements(evenings))
    assert calendar.announcement_day(at("2031-02-07 12:00")) == date(2031, 2, 8)
    assert calendar.why_nothing(date(2031, 2, 8)) is None
    assert calendar.why_nothing(date(2031, 2, 10)) is EmptyReason.WEEKEND


def test_the_source_and_the_harvest_go_by_site_yml() -> None:
    """What site.yml says reaches whoever asks: an empty holiday is explained without a request."""
    text = "name: T\nsources: [arxiv]\ncategories: [cs.RO]\nannouncements: {holidays: [2031-01-01]}\n"
    site = settings.parse(text)
    with Client() as client:
        source = open_source("arxiv", client, {"ARXIV_RSS_ENDPOINT": "http://127.0.0.1:9"}, site)
        assert source.listing(date(2031, 1, 2)).empty is EmptyReason.HOLIDAY
    harvested = Harvested({}, Calendar(site.announcements))
    assert harvested.listing(date(2031, 1, 2)).empty is EmptyReason.HOLIDAY
