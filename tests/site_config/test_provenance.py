"""Where a site comes from: a manifest that the same commit gives again, and that any other site contradicts."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from scraper.cli import main
from site_config.provenance import FILE, manifest


def git(root: Path, *arguments: str) -> str:
    """What git says, by a person who is nobody."""
    person = ["-c", "user.name=N", "-c", "user.email=n@example.org"]
    return subprocess.run(
        ["git", "-C", root, *person, *arguments], check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A committed library with a built site of three files beside it."""
    for path, text in {
        "site_config/site.yml": "name: T\nrepository: https://github.com/o/r\n",
        "content/store.yml": "format: 1\n",
        ".gitignore": "site/\n",
        "site/index.html": "<!doctype html>",
        "site/a/index.html": "A",
        "site/b.json": "{}",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "x")
    return tmp_path


def provenance(root: Path, *arguments: str) -> tuple[int, str]:
    """Exit status and output of the command."""
    result = CliRunner().invoke(main, ["--root", str(root), "provenance", *arguments])
    return result.exit_code, result.output


def test_it_names_the_commit_and_what_came_out(root: Path) -> None:
    """Commit, repository, number, bytes and digest of the files; made twice it is the same."""
    assert provenance(root)[0] == 0
    told = json.loads((root / "site" / FILE).read_text())
    assert told["commit"] == git(root, "rev-parse", "HEAD")
    assert told["repository"] == "https://github.com/o/r"
    assert (told["files"], told["bytes"]) == (3, 18)
    first = (root / "site" / FILE).read_bytes()
    assert provenance(root)[0] == 0
    assert (root / "site" / FILE).read_bytes() == first


def test_what_is_not_committed_has_no_commit(root: Path) -> None:
    """A site that was built of a changed work tree does not pretend to be the commit's."""
    (root / "content" / "store.yml").write_text("format: 1\n\n")
    assert provenance(root)[0] == 0
    assert json.loads((root / "site" / FILE).read_text())["commit"] == ""


@pytest.mark.parametrize("change", ["edited", "added", "removed", "renamed", "swapped"])
def test_any_other_site_contradicts_it(root: Path, tmp_path: Path, change: str) -> None:
    """A byte, a file or a name more, less or elsewhere, and the comparison fails and says so."""
    provenance(root)
    published = tmp_path / "published.json"
    published.write_bytes((root / "site" / FILE).read_bytes())
    (root / ".gitignore").write_text("site/\npublished.json\n")
    git(root, "commit", "--quiet", "--all", "--message", "y")
    site = root / "site"
    published.write_text(manifest(site, "https://github.com/o/r", git(root, "rev-parse", "HEAD")).text)
    assert provenance(root, "--against", str(published))[0] == 0
    if change == "edited":
        (site / "b.json").write_text("[]")
    elif change == "added":
        (site / "c.html").write_text("")
    elif change == "removed":
        (site / "b.json").unlink()
    elif change == "renamed":
        (site / "b.json").rename(site / "c.json")
    else:
        (site / "a" / "index.html").write_text("<!doctype html>")
        (site / "index.html").write_text("A")
    status, output = provenance(root, "--against", str(published))
    assert status == 1
    assert "tells of another site" in output
