"""docs/fork.md says what is so: each command that it names is one, with the options that it names."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from scraper.cli import main
from scraper.fork.beginning import examples
from tests.scraper.fork.conftest import ROOT

TEXT = (ROOT / "docs" / "fork.md").read_text("utf-8")
BLOCKS = re.findall(r"^ *```sh\n(.*?)^ *```$", TEXT, re.MULTILINE | re.DOTALL)
COMMANDS = [line.strip() for block in BLOCKS for line in block.splitlines()]

TESTED_ELSEWHERE = {
    "make setup": "tests/test_readme.py sets a clone up with it",
    "make serve": "tests/test_readme.py, by `make site`",
    'git add --all && git commit --message "Our own site" && git push origin main': "git",
}
"""What is not a command of `paperstand`, and who runs it. test_path.py and test_init.py run the others."""


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_one(command: str) -> None:
    """The command line understands every command as it is written."""
    if command in TESTED_ELSEWHERE:
        return
    program, name, *arguments = shlex.split(command)
    assert program == ".venv/bin/paperstand"
    found = main.get_command(click.Context(main), name)
    assert found
    found.make_context(name, arguments)


def test_targets_and_files_are_there() -> None:
    """Each make target and each path that the text names exists."""
    targets = set(re.findall(r"`make ([a-z-]+)`", TEXT)) | set(re.findall(r"^ *make ([a-z-]+)$", TEXT, re.MULTILINE))
    assert {"setup", "serve", "check"} <= targets
    phony = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert targets <= {name for line in phony for name in line.split()}
    for path in re.findall(r"`((?:site_config|content|\.github|engine)[\w./-]*)`", TEXT):
        assert (ROOT / path).exists(), path


def test_it_names_the_examples_there_are() -> None:
    """Each worked example, and no other, is offered."""
    offered = re.search(r"begins with: (.*?)\. Then", TEXT, re.DOTALL)
    assert offered
    assert set(re.findall(r"`([\w-]+)`", offered[1])) == set(examples(ROOT))
