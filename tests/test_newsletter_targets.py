"""`make release-digest` and `make send-digest` as the weekly workflow and people run them: real git, a recording gh."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A set-up clone of `origin.git` with tests/data/library, and a `gh` that makes the tag and writes down how."""
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Test")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "test@example.org")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    monkeypatch.delenv("GITHUB_OUTPUT", raising=False)
    folder = tmp_path / "clone"
    shutil.copytree(ROOT / "tests/data/library", folder)
    (folder / "requirements").mkdir()
    for name in ("Makefile", "pyproject.toml", "requirements/site.txt"):
        shutil.copy(ROOT / name, folder / name)
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=First")
    git(folder, "remote", "add", "origin", f"file://{tmp_path}/origin.git")
    git(folder, "push", "--quiet", "origin", "main")
    tools = folder / ".venv" / "bin"
    tools.mkdir(parents=True)
    program(tools / "paperstand", f'exec "{sys.executable}" -m scraper.cli "$@"')
    for stamp in (".python", ".site"):
        (folder / ".venv" / stamp).touch()
    program(
        tmp_path / "gh",
        f'printf "%s\\n" "$@" >>"{tmp_path}/asked"\n[ ! -e "{tmp_path}/broken" ] || exit 1\n'
        f'git tag "$3" && git push --quiet origin "$3"',
    )
    return folder


def git(folder: Path, *arguments: str) -> str:
    """What git prints."""
    run = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True, timeout=60)
    return run.stdout.strip()


def program(path: Path, text: str) -> None:
    """Write a program that can be run."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def make(folder: Path, target: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A make target in the clone."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "PAPERSTAND_"))
    }
    path = {"PATH": f"{folder.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        ["make", target],
        cwd=folder,
        env=inherited | path | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def asked(clone: Path) -> list[str]:
    """What gh was asked, argument by argument."""
    path = clone.parent / "asked"
    return path.read_text().splitlines() if path.exists() else []


def test_a_week_is_posted_once(clone: Path, tmp_path: Path) -> None:
    """The release has the week's title and notes and is not the software's latest; a second run leaves it alone."""
    output = tmp_path / "output"
    first = make(clone, "release-digest", GITHUB_OUTPUT=str(output))
    assert first.returncode == 0, first.stderr
    notes = clone / ".cache" / "digests" / "2026-W34.md"
    title = "Week 34 of 2026"
    assert asked(clone) == [
        *("release", "create", "digest-2026-W34", "--title", title),
        *("--notes-file", str(notes.relative_to(clone)), "--latest=false"),
    ]
    assert notes.read_text().startswith("[17 to 23 August 2026](https://example.org/papers/weekly/2026-W34/)")
    assert output.read_text() == "posted=yes\n"
    again = make(clone, "release-digest", GITHUB_OUTPUT=str(output))
    assert again.returncode == 0
    assert "digest-2026-W34 was posted before." in again.stdout
    assert len(asked(clone)) == 8
    assert output.read_text() == "posted=yes\n"


def test_a_release_that_fails_is_a_failure(clone: Path, tmp_path: Path) -> None:
    """Where gh fails nothing counts as posted, and the next run posts; without an answer of origin nothing is."""
    (tmp_path / "broken").touch()
    output = tmp_path / "output"
    assert make(clone, "release-digest", GITHUB_OUTPUT=str(output)).returncode != 0
    assert not output.exists()
    (tmp_path / "broken").unlink()
    assert make(clone, "release-digest").returncode == 0
    (tmp_path / "asked").unlink()
    git(clone, "remote", "set-url", "origin", f"file://{tmp_path}/nowhere.git")
    gone = make(clone, "release-digest")
    assert gone.returncode != 0
    assert "origin cannot be asked for its tags" in gone.stderr
    assert asked(clone) == []


def test_nothing_is_mailed_where_nothing_is_configured(clone: Path) -> None:
    """Without a mail server the target says so and is content; with one that is not understood it fails."""
    quiet = make(clone, "send-digest", PAPERSTAND_SMTP_HOST="")
    assert quiet.returncode == 0
    assert "Nothing is mailed: PAPERSTAND_SMTP_HOST is not set" in quiet.stdout
    wrong = make(clone, "send-digest", PAPERSTAND_SMTP_HOST="localhost", PAPERSTAND_SMTP_PORT="")
    assert wrong.returncode != 0
    assert "PAPERSTAND_SMTP_FROM is not set" in wrong.stderr
