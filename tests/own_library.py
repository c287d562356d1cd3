"""The project's own library, for tests that need more papers, and of more kinds, than a test would write.

A fork has other papers in content/, and on its first days few: there such a test is skipped, since it would fail for
what the fork lists and not for what its engine does. The project's own CI has run it on the same engine.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from scraper import settings
from scraper.fork.addresses import same_repository
from scraper.http import PROJECT
from scraper.settings import Settings
from scraper.store import ContentStore, Library

ROOT = Path(__file__).parents[1]


def own_library(root: Path = ROOT) -> tuple[Library, Settings]:
    """The project's library and settings; skips the test in a fork."""
    site = settings.load(root)
    if not same_repository(site.repository, PROJECT):
        pytest.skip(f"this needs the project's own library, and here is that of {site.repository or site.name}")
    return ContentStore(root).load(), site
