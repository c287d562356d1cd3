"""arXiv's calendar: which submissions are announced on which day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from scraper.records import EmptyReason
from scraper.sources.arxiv_calendar import announcement_day, submissions, why_nothing


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
    assert submissions(date.fromisoformat(day)) == (at(first), at(end))


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
    assert why_nothing(date.fromisoformat(day)) is why
    assert (submissions(date.fromisoformat(day)) is None) == (why is not None)


def test_every_moment_belongs_to_one_day() -> None:
    """Over thirty years no minute is left out, none counts twice, and both directions agree."""
    day, end = date(2000, 1, 3), None
    while day < date(2030, 1, 1):
        window = submissions(day)
        if window:
            assert end in (None, window[0])
            assert announcement_day(window[0]) == day
            assert announcement_day(window[1] - timedelta(seconds=1)) == day
            end = window[1]
        else:
            assert why_nothing(day)
        day += timedelta(days=1)
