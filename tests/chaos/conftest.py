"""What the tests of bad days share: the library, the clock, the forks and the mail server of other tests."""

from __future__ import annotations

from tests.scraper.conftest import clock_of_the_process
from tests.scraper.fork.conftest import git_of_the_tests, new_fork, upstream
from tests.site_config.newsletter.conftest import start_server

__all__ = ["clock_of_the_process", "git_of_the_tests", "new_fork", "start_server", "upstream"]
