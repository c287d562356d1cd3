"""At which minutes a fork's workflows run: drawn from its own name, so that forks do not all ask the sources at once.

A workflow's hours are the engine's, for they say when a day's papers are listed. Its minutes would be those of the
project in every fork. They are drawn from the repository's name and the schedule's place instead: the same name gives
the same minutes, whoever draws, so that an upgrade can draw them in what it brings.
"""

from __future__ import annotations

import re
from hashlib import sha256
from itertools import count
from pathlib import Path

from scraper.fork.addresses import github_name

WORKFLOWS = Path(".github", "workflows")
"""Relative to the root."""

MINUTES = tuple(minute for minute in range(60) if minute % 5)
"""At full hours, and at the other times that people think of first, GitHub has most to do and drops runs."""

_CRON = re.compile(r"""^(?P<before>\s*-\s+cron:\s*["']?)(?P<minute>\d{1,2})(?= \d)""", re.MULTILINE)


def drawn(text: str, name: str, repository: str) -> str:
    """A workflow's text with a repository's own minutes; `name` is the file's. All else stays byte for byte."""
    places = count()
    whose = (github_name(repository) or repository).lower()

    def minute(found: re.Match[str]) -> str:
        digest = sha256(f"{whose} {name} {next(places)}".encode()).digest()
        return f"{found['before']}{MINUTES[digest[0] % len(MINUTES)]}"

    return _CRON.sub(minute, text)
