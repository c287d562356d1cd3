"""What the tests of bad days share: the library and the clock of the scraper's tests."""

from __future__ import annotations

from tests.scraper.conftest import clock_of_the_process

__all__ = ["clock_of_the_process"]
