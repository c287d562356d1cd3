"""What CONTRIBUTING.md tells a curator to type, typed."""

from __future__ import annotations

import re
import shutil

from tests.github.conftest import ROOT, Repository
from tests.replay import DATA

CURATORS = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Set up and test")[0]
COMMANDS = [
    line
    for block in re.findall(r"^```sh\n(.*?)^```$", CURATORS, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]


def test_every_command_for_curators_is_typed_below() -> None:
    """A command that is added to the text needs a line in the test."""
    assert [command.partition(" ")[2].split()[0] for command in COMMANDS] == [
        "check",
        "review",
        "preview",
        "import",
        "import",
    ]


def test_a_curators_way(repository: Repository) -> None:
    """A list that somebody has becomes a list file; it is what the preview showed, and it passes the check."""
    shutil.copy(DATA / "named" / "awesome-llm-alignment.md", repository.root / "papers.md")
    check, review, preview, dry, real = COMMANDS
    shown = repository.run("bash", "-c", dry)
    assert not (repository.root / "content/lists/my-papers.md").exists()
    assert repository.run("bash", "-c", real).returncode == 1, "a line was not understood, and that is said"
    written = (repository.root / "content/lists/my-papers.md").read_text()
    assert written.startswith("---\ntitle: My papers\n")
    assert written in shown.stdout
    run = repository.run("bash", "-c", check)
    assert run.returncode == 0, run.stdout
    run = repository.run("bash", "-c", review)
    assert "## My papers" in run.stdout
    assert "6 papers; 6 will be fetched" in run.stdout
    (repository.root / "site" / "assets").mkdir(parents=True)
    (repository.root / "site" / "lists" / "my-papers").mkdir(parents=True)
    for page in ("index.html", "lists/my-papers/index.html"):
        (repository.root / "site" / page).touch()
    # The build has tests of its own, and takes long: make is told that it is done.
    run = repository.run("bash", "-c", f"{preview} --assume-old=build")
    assert (repository.root / "preview/lists/my-papers/index.html").exists(), run.stdout
