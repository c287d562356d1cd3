"""A clock for tests: sleeping takes no time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from scraper.http import Clock


class FakeClock(Clock):
    """Stands still but while it sleeps; `slept` lists for how many seconds."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.start = datetime(2026, 8, 21, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The start, and all that was slept since."""
        return self.start + timedelta(seconds=sum(self.slept))

    def monotonic(self) -> float:
        """As `now`."""
        return 1000.0 + sum(self.slept)

    def sleep(self, seconds: float) -> None:
        """Pass at once."""
        self.slept.append(seconds)
