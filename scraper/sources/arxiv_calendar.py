"""When arXiv announces what was submitted when: its schedule and its holidays.

Rules: https://info.arxiv.org/help/availability.html. What was submitted up to 14:00 Eastern US time on a weekday is
announced at 20:00 on the same evening, Friday's on Sunday evening; there is no announcement on Friday and Saturday.
At 20:00 in the East it is the next day in UTC already, which is also the date that arXiv's feed has: a day here is that
day. So Monday to Friday have announcements, and Saturday and Sunday have none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from scraper.records import EmptyReason
from scraper.settings import WEEKDAYS, Announcements

HOLIDAYS: frozenset[date] = frozenset(
    map(
        date.fromisoformat,
        (
            # 2023: https://github.com/arXiv/arxiv-docs, source/help/availability.md at 0187150
            *("2023-01-16", "2023-06-14", "2023-06-19", "2023-07-04", "2023-09-04", "2023-11-23", "2023-12-25"),
            *("2023-12-27",),
            # 2025: the same at 782dfdf; 30 December by arXiv's feed of the next day, which was empty
            *("2025-01-01", "2025-01-20", "2025-06-19", "2025-07-06", "2025-09-01", "2025-11-27", "2025-12-30"),
            # 2026: the page itself
            *("2026-01-01", "2026-01-19", "2026-06-19", "2026-07-03", "2026-09-07", "2026-11-26", "2026-12-25"),
            *("2026-12-29", "2026-12-31"),
        ),
    )
)
"""The evenings without an announcement, by their dates in the East, as arXiv publishes them.

site.yml adds those of later years. Years that are in neither are treated by their weekdays alone: a paper then counts
for the day on which it was due.
"""

_CUT_OFF = time(14)
_CUT_OFF_BEFORE_2017 = time(16)
_LONGEST_GAP = 14
"""Days; more than arXiv ever paused."""


@dataclass(frozen=True)
class Calendar:
    """arXiv's schedule, with what site.yml says of it beside the holidays that are known here."""

    announcements: Announcements = field(default_factory=Announcements)

    def why_nothing(self, day: date) -> EmptyReason | None:
        """Why arXiv announces nothing on this UTC day, or None where it does."""
        evening = day - timedelta(days=1)
        if not self._is_regular(evening):
            return EmptyReason.WEEKEND
        return EmptyReason.HOLIDAY if evening in self._holidays else None

    def submissions(self, day: date) -> tuple[datetime, datetime] | None:
        """From when up to when, in UTC, the papers were submitted that are announced on this UTC day.

        None for a day without an announcement.
        What a holiday put off is announced on the next evening there is.
        """
        evening = day - timedelta(days=1)
        last_days = [evening - timedelta(days=ago) for ago in range(_LONGEST_GAP)]
        closing = [weekday for weekday in last_days if weekday.weekday() < 5 and self._announced(weekday) == evening]
        if not closing:
            return None
        before = min(closing) - timedelta(days=1)
        while before.weekday() >= 5:
            before -= timedelta(days=1)
        return _cut_off(before), _cut_off(max(closing))

    def announcement_day(self, submitted: datetime) -> date:
        """The UTC day on which a paper is announced that was submitted at this moment."""
        weekday = (submitted.astimezone(UTC) - timedelta(days=1)).date()
        while weekday.weekday() >= 5 or _cut_off(weekday) <= submitted:
            weekday += timedelta(days=1)
        return self._announced(weekday) + timedelta(days=1)

    @cached_property
    def _holidays(self) -> frozenset[date]:
        return HOLIDAYS | self.announcements.holidays

    @cached_property
    def _evenings(self) -> frozenset[int]:
        return frozenset(map(WEEKDAYS.index, self.announcements.evenings))

    def _is_regular(self, evening: date) -> bool:
        return evening.weekday() in self._evenings

    def _announced(self, weekday: date) -> date:
        """The evening on which the submissions that close on this weekday are announced."""
        evening = weekday
        while evening in self._holidays or not self._is_regular(evening):
            evening += timedelta(days=1)
        return evening


def _cut_off(day: date) -> datetime:
    local = _CUT_OFF if day >= date(2017, 1, 1) else _CUT_OFF_BEFORE_2017
    return datetime.combine(day, local, UTC) + timedelta(hours=4 if _is_summer(day) else 5)


def _is_summer(day: date) -> bool:
    """Whether the East has summer time at this day's cut-off; a rule and not a table, which a machine may not have.

    Rules: the Energy Policy Act of 2005 (from 2007 on), the Uniform Time Act as it was from 1987 to 2006.
    """
    if day.year >= 2007:
        first, last = _sunday(day.year, 3, 8), _sunday(day.year, 11, 1)
    else:
        first, last = _sunday(day.year, 4, 1), _sunday(day.year, 10, 25)
    return first <= day < last


def _sunday(year: int, month: int, earliest: int) -> date:
    """The first Sunday of a month that is not before this date."""
    day = date(year, month, earliest)
    return day + timedelta(days=(6 - day.weekday()) % 7)
