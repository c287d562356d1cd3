"""What all commands share: how they meet a person, at a terminal or in a log."""

from __future__ import annotations

import errno
import logging
import os
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from scraper.errors import PaperstandError, Problem
from scraper.lock import only_writer
from scraper.scratch import asked_to_end


class _Date(click.DateTime):
    """A day as people write it, who know no format codes."""

    def __init__(self) -> None:
        super().__init__(formats=["%Y-%m-%d"])

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002 - Click hands them over
        """What stands for a day in the help."""
        return "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The day, or a message with an example of one."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"expected a day such as 2026-08-21, not {value!r}", param, ctx)


DATE = _Date()

WAIT = click.option("--wait", is_flag=True, help="Wait for a command that is writing already, rather than give up.")


class Commands(click.Group):
    """A group of commands in which an expected failure is one message and exit status 1, never a traceback."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command that was named."""
        _say_what_is_waited_for()
        try:
            with asked_to_end():
                return super().invoke(context)
        except PaperstandError as error:
            _fail(str(error))
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            _fail(f"{place}{error.strerror or error}{_ADVICE.get(error.errno or 0, '')}")


_NO_ROOM = "; make room and run this again: it goes on from what is there, which is whole"
_NO_WRITING = "; let this user write there, and run this again"
_ADVICE: Mapping[int, str] = {
    errno.ENOSPC: _NO_ROOM,
    errno.EDQUOT: _NO_ROOM,
    errno.EFBIG: _NO_ROOM,
    errno.EROFS: _NO_WRITING,
    errno.EACCES: _NO_WRITING,
    errno.EPERM: _NO_WRITING,
}
"""What a person does about an error of the system."""


def _fail(message: str) -> None:
    for line in message.splitlines():
        click.echo(f"Error: {line}", err=True)
    sys.exit(1)


class _Said(logging.Handler):
    """Log records as lines for the person: a service may ask for minutes of patience."""

    def emit(self, record: logging.LogRecord) -> None:
        click.echo(record.getMessage(), err=True)


def _say_what_is_waited_for() -> None:
    log = logging.getLogger("scraper")
    log.setLevel(logging.INFO)
    log.handlers = [_Said()]


def today() -> date:
    """The present day; a day is a UTC date."""
    return datetime.now(UTC).date()


def cache_folder(root: Path) -> Path:
    """Where what can be made again is kept: beside the library, or where PAPERSTAND_CACHE says."""
    return Path(os.environ.get("PAPERSTAND_CACHE") or root / ".cache")


def alone_in(folder: Path, command: str, *, wait: bool) -> AbstractContextManager[None]:
    """During the block no other command writes to this folder; see `scraper.lock`."""
    return only_writer(folder, f"paperstand {command}", wait=wait, say=partial(click.echo, err=True))


def counted(number: int, noun: str) -> str:
    """1 paper, 2 papers"""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def annotate(kind: str, problem: Problem) -> None:
    """Show a finding beside its line in a pull request, where GitHub runs this ("error", "notice").

    Rule: GitHub's workflow commands, whose values hold `%`, line ends, colons and commas escaped.
    """
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return
    message = problem.message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    path = problem.path.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
    click.echo(f"::{kind} file={path},line={max(problem.line, 1)}::{message}")
