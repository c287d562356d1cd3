"""git and gh, run: in the right repository, without a question, and with every way to fail as one error."""

from __future__ import annotations

from pathlib import Path

import pytest

from scraper.fork import programs
from scraper.fork.programs import Git, GitError, GitHub, GitHubError
from tests.scraper.fork.conftest import commit, git


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a commit, and another beside it."""
    for name in ("here", "elsewhere"):
        (tmp_path / name).mkdir()
        git(tmp_path / name, "init", "--quiet", "--initial-branch=main")
        (tmp_path / name / f"{name}.txt").write_text("x\n")
        commit(tmp_path / name, f"What is {name}")
    return tmp_path / "here"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of PATH: what is written there is what is run."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def write(program: Path, script: str) -> None:
    """A program of this name."""
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GIT_DIR", ".git"),
        ("GIT_WORK_TREE", "."),
        ("GIT_INDEX_FILE", ".git/index"),
        ("GIT_OBJECT_DIRECTORY", ".git/objects"),
        ("GIT_COMMON_DIR", ".git"),
    ],
)
def test_a_hook_of_another_repository_leads_nowhere_else(
    repository: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """git sets these for its hooks, and whoever runs Paperstand from one means the repository at the root."""
    monkeypatch.setenv(name, str(repository.parent / "elsewhere" / value))
    found = Git(repository)
    assert found.run("rev-parse", "--show-toplevel") == str(repository.resolve())
    assert found.names("ls-files") == ["here.txt"]
    assert found.run("log", "--format=%s") == "What is here"
    found.require_clean()


def test_git_asks_nobody_for_a_password(program: Path, tmp_path: Path) -> None:
    """A daily run has nobody to answer, and would hang; and git's words are the ones that are read."""
    write(program / "git", 'echo "$GIT_TERMINAL_PROMPT $LC_ALL"')
    assert Git(tmp_path).run("fetch") == "0 C"


def test_git_that_is_not_there(program: Path, tmp_path: Path) -> None:
    """It says so, in a word."""
    assert not list(program.iterdir())
    with pytest.raises(GitError, match=r"^git is not installed$"):
        Git(tmp_path).run("status")


def test_git_that_does_not_end(program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that sends nothing holds nobody for ever."""
    write(program / "git", "exec /bin/sleep 60")
    monkeypatch.setattr(programs, "GIT_TIMEOUT", 0.2)
    with pytest.raises(GitError, match="git fetch did not end within"):
        Git(tmp_path).run("fetch", "--quiet")


def test_a_refusal_is_gits_own_words_on_one_line(program: Path, tmp_path: Path) -> None:
    """Or its status, where it says none; who only asks has no answer."""
    write(program / "git", 'printf "fatal: one\\n\\033[31mhint: two\\n" >&2; exit 128')
    with pytest.raises(GitError) as caught:
        Git(tmp_path).run("show")
    assert str(caught.value) == "git: fatal: one; [31mhint: two"
    assert Git(tmp_path).ask("show") is None
    write(program / "git", "exit 3")
    with pytest.raises(GitError, match="git: ended with status 3"):
        Git(tmp_path).run("show")


def test_a_folder_of_a_repository_is_not_its_top(repository: Path) -> None:
    """What leads back there would take along what is beside it."""
    (repository / "below").mkdir()
    with pytest.raises(GitError, match=r"below is not the top of its git repository, which is .*here"):
        Git(repository / "below").require_clean()
    Git(repository).require_clean()


def test_a_repository_without_a_commit_has_no_way_back(tmp_path: Path) -> None:
    """Also where nothing is in it that could be lost: there is nothing to get back to."""
    git(tmp_path, "init", "--quiet")
    with pytest.raises(GitError, match="no commit yet"):
        Git(tmp_path).require_clean()


def test_gh_that_is_not_there(program: Path, tmp_path: Path) -> None:
    """It may go between the look whether it is there and the question."""
    assert not list(program.iterdir())
    assert not GitHub.is_installed()
    with pytest.raises(GitHubError, match=r"gh: .*No such file"):
        GitHub("ann/robots", tmp_path).api("")


def test_gh_that_does_not_end(program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may want to ask for something."""
    write(program / "gh", "exec /bin/sleep 60")
    monkeypatch.setattr(programs, "GH_TIMEOUT", 0.2)
    with pytest.raises(GitHubError, match="timed out"):
        GitHub("ann/robots", tmp_path).api("")


def test_gh_that_says_something_else(program: Path, tmp_path: Path) -> None:
    """A page of a proxy, say, where an answer in JSON was asked for; an empty answer is none."""
    write(program / "gh", "echo '<html>Please log in'")
    with pytest.raises(GitHubError, match=r"gh api: sent what is no JSON: '<html>Please log in'"):
        GitHub("ann/robots", tmp_path).api("")
    write(program / "gh", "exit 0")
    assert GitHub("ann/robots", tmp_path).api("") is None


def test_githubs_status_is_told_apart(program: Path, tmp_path: Path) -> None:
    """What is not there is another thing than what may not be asked."""
    write(program / "gh", "echo 'gh: Not Found (HTTP 404)' >&2; exit 1")
    with pytest.raises(GitHubError, match="Not Found") as caught:
        GitHub("ann/robots", tmp_path).api("/pages")
    assert caught.value.status == 404
