"""Forks in folders of their own: real git, a `gh` that writes down what it is asked, recorded services."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scraper.cli import main
from scraper.http import PROJECT
from scraper.store import ContentStore

ROOT = Path(__file__).parents[3]
LIBRARY = ROOT / "tests" / "data" / "library"

NEXT_MARK = "Made by the next engine."

# What upstream's next version does to its own library: a new format, and the step that leads to it.
NEXT_STEP = """
def _days_say_their_zone(root: Path) -> None:
    for path in sorted((root / "content" / "daily").rglob("*.md")):
        text = path.read_text("utf-8")
        if "\\nzone: " not in text:
            write_atomically(path, text.replace("\\npapers:", "\\nzone: UTC\\npapers:", 1))


STEPS: Mapping[int, Step] = {1: _days_say_their_zone}
"""


def git(folder: Path, *arguments: str) -> str:
    """What git prints."""
    run = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True, timeout=60)
    return run.stdout.strip()


def commit(folder: Path, message: str) -> str:
    """Commit everything; the commit's name."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)
    return git(folder, "rev-parse", "HEAD")


def edit(path: Path, pattern: str, replacement: str) -> None:
    """Replace the first match in a file, which must be there."""
    text, number = re.subn(pattern, lambda _: replacement, path.read_text("utf-8"), count=1, flags=re.MULTILINE)
    assert number, (path, pattern)
    path.write_text(text, "utf-8")


def files(root: Path) -> dict[str, bytes]:
    """Every file of a work tree that git would keep."""
    names = git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    return {name: (root / name).read_bytes() for name in names if name and (root / name).is_file()}


@dataclass(frozen=True)
class Fork:
    """A clone of upstream in a folder of its own."""

    root: Path
    upstream: Path

    @property
    def store(self) -> ContentStore:
        return ContentStore(self.root)

    def run(self, *arguments: str, given: str | None = None) -> Result:
        """The command of the engine that is tested, in this process. `given` is what a person types."""
        result = CliRunner().invoke(main, ["--root", str(self.root), *arguments], input=given)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def own(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command of the engine that the fork has, as its own `.venv` would run it."""
        command = [sys.executable, "-m", "scraper.cli", "--root", str(self.root), *arguments]
        return subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=False, timeout=120)

    def upgrade(self, tag: str, *arguments: str) -> Result:
        """`paperstand upgrade` from the upstream beside it."""
        return self.run("upgrade", tag, "--from", str(self.upstream), *arguments)


@pytest.fixture(scope="session", autouse=True)
def git_of_the_tests() -> None:
    """The git settings of whoever runs the tests have no part in them."""
    for role in ("AUTHOR", "COMMITTER"):
        os.environ[f"GIT_{role}_NAME"] = "Test"
        os.environ[f"GIT_{role}_EMAIL"] = "test@example.org"
    os.environ["GIT_CONFIG_GLOBAL"] = os.devnull
    os.environ["GIT_CONFIG_NOSYSTEM"] = "1"


@pytest.fixture(scope="session")
def upstream(tmp_path_factory: pytest.TempPathFactory, git_of_the_tests: None) -> Path:  # noqa: ARG001 - it comes first
    """The project's repository in small: this engine as v0.1.0 on a library of few days, and what comes next as v0.2.0.

    v0.2.0 has a new day, another list and other settings of upstream's own, a changed template, a changed workflow, a
    new store format with the step to it, a new file and one less.
    """
    root = tmp_path_factory.mktemp("upstream")
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    left_out = ("content/", "tests/", "docs/screenshots/")  # in a fork's clone, content/ is the fork's
    for name in listed:
        if name and not name.startswith(left_out) and (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)
    shutil.copytree(LIBRARY / "content", root / "content", dirs_exist_ok=True)
    (root / "content" / "pages").mkdir()
    (root / "content" / "pages" / "about.md").write_text("# About\n\nThe project's own words.\n")
    site = (root / "site_config" / "examples" / "huggingface-mirror.yml").read_text("utf-8")
    (root / "site_config" / "site.yml").write_text(site.replace("https://github.com/example/my-papers", PROJECT))
    (root / "tests").mkdir()
    (root / "tests" / "old.py").write_text("OLD = True\n")
    git(root, "init", "--quiet", "--initial-branch=main")
    commit(root, "Paperstand 0.1.0")
    git(root, "tag", "v0.1.0")

    (root / "content" / "daily" / "2026" / "2026-09-02.md").write_text(
        "---\ntitle: 2 September 2026\ndate: 2026-09-02\nempty: weekend\npapers: []\n---\n"
    )
    edit(root / "content" / "lists" / "object-centric-rl.md", "^description: .*$", "description: Upstream's new words")
    edit(root / "site_config" / "site.yml", "^  primary: .*$", "  primary: lime")
    edit(
        root / "site_config" / "templates" / "day.html",
        '^  <div class="sheet">$',
        f'  <div class="sheet">\n    <p class="next">{NEXT_MARK}</p>',
    )
    edit(root / ".github" / "workflows" / "daily.yml", r"timeout-minutes: \d+", "timeout-minutes: 29")
    edit(root / "scraper" / "store" / "__init__.py", "^FORMAT = 1$", "FORMAT = 2")
    edit(root / "scraper" / "store" / "migrations.py", "^STEPS: .*$", NEXT_STEP)
    for path in (root / "content" / "daily").rglob("*.md"):
        edit(path, "^papers:", "zone: UTC\npapers:")
    edit(root / "content" / "store.yml", "format: 1", "format: 2")
    (root / "tests" / "old.py").unlink()
    (root / "scraper" / "new.py").write_text('"""New."""\n')
    commit(root, "Paperstand 0.2.0")
    git(root, "tag", "v0.2.0")
    return root


NewFork = Callable[[str], Fork]


@pytest.fixture
def new_fork(upstream: Path, tmp_path: Path) -> NewFork:
    """`new_fork("name")` is a clone of upstream's v0.1.0, as the button *Fork* and a `git clone` give it."""

    def make(name: str) -> Fork:
        root = tmp_path / name
        git(tmp_path, "clone", "--quiet", "--no-tags", str(upstream), str(root))
        git(root, "reset", "--quiet", "--hard", "HEAD~1")
        git(root, "remote", "set-url", "origin", f"git@github.com:Ann/{name}.git")
        return Fork(root, upstream)

    return make


@dataclass(frozen=True)
class Gh:
    """A `gh` on PATH that writes down what it is asked, and answers what it was told to."""

    folder: Path

    @property
    def asked(self) -> Sequence[list[str]]:
        """The arguments of each call."""
        log = self.folder / "asked"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def answers(self, path: str, answer: object, status: int = 200) -> None:
        """What `gh api` says for a path from now on."""
        known = self.folder / "answers.json"
        told = json.loads(known.read_text()) if known.exists() else {}
        known.write_text(json.dumps({**told, path: [status, answer]}))


_GH = """#!{python}
import json, pathlib, sys
folder = pathlib.Path({folder!r})
with (folder / "asked").open("a") as log:
    log.write(json.dumps(sys.argv[1:]) + "\\n")
if sys.argv[1] == "api":
    known = folder / "answers.json"
    told = json.loads(known.read_text()) if known.exists() else {{}}
    status, answer = told.get(sys.argv[-1], [404, {{"message": "Not Found"}}])
    print(json.dumps(answer))
    if status != 200:
        sys.exit(f"gh: {{answer['message']}} (HTTP {{status}})")
"""


@pytest.fixture
def gh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gh:
    """A `gh` for this test."""
    folder = tmp_path / "gh"
    folder.mkdir()
    program = folder / "gh"
    program.write_text(_GH.format(python=sys.executable, folder=str(folder)))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return Gh(folder)


@pytest.fixture
def no_gh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PATH with git and without gh."""
    folder = tmp_path / "without-gh"
    folder.mkdir()
    real = shutil.which("git")
    assert real
    (folder / "git").symlink_to(real)
    monkeypatch.setenv("PATH", str(folder))
