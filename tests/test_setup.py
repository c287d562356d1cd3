"""`make` and `.ci/run` on machines that lack something, and the push of the daily workflow."""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COREUTILS = ["bash", "cat", "chmod", "dirname", "env", "id", "sed", "sh", "touch"]


def program(path: Path, text: str) -> None:
    """Write a program that can be run."""
    path.write_text(text)
    path.chmod(0o755)


def make(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`make` in a folder, as if nothing had called it before."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


# --- an interpreter that will not do ---


@pytest.fixture
def fresh_folder(tmp_path: Path) -> Path:
    """What `make` needs of a clone, in which nothing is set up."""
    folder = tmp_path / "clone"
    (folder / "requirements").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "requirements/site.txt", "requirements/dev.txt"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def interpreter(folder: Path, prelude: str) -> str:
    """A PATH on which `python3` is this Python with a statement run before each `-c` program."""
    folder.mkdir()
    altered = f'"{sys.executable}" -c "import sys; {prelude}; exec(sys.argv.pop(1))"'
    program(
        folder / "python3",
        f'#!/bin/sh\nif [ "$1" = -c ]; then shift; exec {altered} "$@"; fi\nexec "{sys.executable}" "$@"\n',
    )
    return f"{folder}:{os.environ['PATH']}"


@pytest.mark.parametrize("goal", ["site", "test"])
def test_a_python_without_venv(goal: str, fresh_folder: Path, tmp_path: Path) -> None:
    """A Debian Python without its venv package gets one line that says what to install, and nothing is made."""
    path = interpreter(tmp_path / "bin", "sys.modules['ensurepip'] = None")
    run = make(fresh_folder, goal, PATH=path)
    assert run.returncode != 0
    assert run.stdout == ""
    assert len(run.stderr.splitlines()) == 1
    assert "sudo apt-get install python3-venv" in run.stderr
    assert not (fresh_folder / ".venv").exists()


@pytest.mark.parametrize("goal", ["site", "test"])
def test_an_old_python(goal: str, fresh_folder: Path, tmp_path: Path) -> None:
    """A Python older than 3.11 gets one line that says which is needed and how to name it, and nothing is made."""
    path = interpreter(tmp_path / "bin", "sys.version_info = (3, 10, 13, 'final', 0)")
    run = make(fresh_folder, goal, PATH=path)
    assert run.returncode != 0
    assert run.stdout == ""
    assert len(run.stderr.splitlines()) == 1
    assert "Paperstand needs Python 3.11 or newer" in run.stderr
    assert f"make {goal} PYTHON=" in run.stderr
    assert not (fresh_folder / ".venv").exists()


def test_no_python_at_all(fresh_folder: Path) -> None:
    """A machine without Python gets the same line as one with an old Python."""
    run = make(fresh_folder, "site", PYTHON="no-such-python")
    assert run.returncode != 0
    assert len(run.stderr.splitlines()) == 1
    assert 'Paperstand needs Python 3.11 or newer, and "no-such-python" is not' in run.stderr


def test_a_python_that_will_do(fresh_folder: Path, tmp_path: Path) -> None:
    """The same interpreter with nothing taken from it gets as far as the first package: the stubs above are fair."""
    path = interpreter(tmp_path / "bin", "pass")
    (fresh_folder / "requirements" / "site.txt").write_text("no-such-package-is-on-this-list ==\n")
    run = make(fresh_folder, "site", PATH=path)
    assert run.returncode != 0
    assert "Setting up .venv" in run.stdout
    assert "no-such-package-is-on-this-list" in run.stderr
    assert (fresh_folder / ".venv" / "bin" / "python").exists()


# --- make help ---


def test_help_names_every_target() -> None:
    """`make` alone changes nothing and lists every target with what it does."""
    listed = make(ROOT, "help").stdout
    assert make(ROOT).stdout == listed
    names = {name for line in listed.splitlines() for name in re.match(r" *make ([a-z -]+?)   *\S", line)[1].split()}  # type: ignore[index] # a line without a name must fail
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    assert names == set(phony[1].split())


# --- .ci/run ---


@pytest.fixture
def bare_machine(tmp_path: Path) -> tuple[Path, Path]:
    """A folder with `.ci/run`, and a PATH folder with the shell's own tools and apt-get alone.

    This apt-get notes what it is asked for, and "installs" stand-ins that note how they are called.
    """
    clone, tools = tmp_path / "clone", tmp_path / "bin"
    (clone / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", clone / ".ci" / "run")
    tools.mkdir()
    for name in COREUTILS:
        found = shutil.which(name)
        assert found
        (tools / name).symlink_to(found)
    made = 'echo "make $* CI=$CI stdin=$(cat)" >> "$LOG"'
    program(
        tools / "apt-get",
        f"""#!/bin/bash
echo "apt-get $*" >> "$LOG"
[ "$1" = install ] || exit 0
for package in "$@"; do
  case $package in
    git|chromium) printf '#!/bin/sh\\n' > {tools}/$package; chmod +x {tools}/$package ;;
    make) printf '%s\\n' '#!/bin/sh' '{made}' > {tools}/make; chmod +x {tools}/make ;;
    python3-venv) printf '#!/bin/sh\\nexit 0\\n' > {tools}/python3; chmod +x {tools}/python3 ;;
  esac
done
""",
    )
    return clone, tools


def ci_run(clone: Path, tools: Path, **variables: str) -> list[str]:
    """What `.ci/run` called, a call a line."""
    log = clone / "log"
    environment = {"PATH": str(tools), "LOG": str(log), **variables}
    subprocess.run([clone / ".ci" / "run"], cwd="/", env=environment, check=True, timeout=60)
    return log.read_text().splitlines()


def pretend_to_be(tools: Path, user: int) -> None:
    """Make `id -u` answer with a user's number."""
    (tools / "id").unlink()
    program(tools / "id", f"#!/bin/sh\necho {user}\n")


def test_ci_on_a_bare_machine(bare_machine: tuple[Path, Path]) -> None:
    """What is missing is installed after an update, as root without sudo; then `make test` runs, and nothing else.

    It runs with CI=true and without input.
    """
    clone, tools = bare_machine
    pretend_to_be(tools, 0)
    update, install, *rest = ci_run(clone, tools)
    assert update == "apt-get update -qq"
    assert install.startswith("apt-get install ")
    assert {"git", "make", "chromium", "python3", "python3-venv"} <= set(install.split())
    assert rest == ["make test CI=true stdin="]


def test_ci_as_an_ordinary_user(bare_machine: tuple[Path, Path]) -> None:
    """Whoever is not root installs with sudo."""
    clone, tools = bare_machine
    pretend_to_be(tools, 1000)
    program(tools / "sudo", '#!/bin/bash\necho "sudo $1" >> "$LOG"\nexec "$@"\n')
    calls = ci_run(clone, tools)
    assert [call for call in calls if call.startswith("sudo")] == ["sudo apt-get", "sudo apt-get"]
    assert calls[-1] == "make test CI=true stdin="


def test_ci_skips_what_is_there(bare_machine: tuple[Path, Path]) -> None:
    """Where nothing is missing nothing is asked of apt-get; where one thing is, only that is installed."""
    clone, tools = bare_machine
    pretend_to_be(tools, 0)
    ci_run(clone, tools)
    (clone / "log").unlink()
    assert ci_run(clone, tools) == ["make test CI=true stdin="]
    (clone / "log").unlink()
    (tools / "git").unlink()
    assert ci_run(clone, tools)[1].endswith(" git")


def test_ci_fails_with_the_tests(bare_machine: tuple[Path, Path]) -> None:
    """The tests' failure is the run's failure."""
    clone, tools = bare_machine
    ci_run(clone, tools)
    program(tools / "make", "#!/bin/sh\nexit 2\n")
    with pytest.raises(subprocess.CalledProcessError):
        ci_run(clone, tools)


# --- make push-content ---


def git(folder: Path, *arguments: str) -> str:
    """What git prints."""
    run = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True, timeout=60)
    return run.stdout.strip()


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shallow clone, as a workflow has it, of a repository `origin.git` beside it.

    The git settings of whoever runs the tests have no part in it.
    """
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Test")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "test@example.org")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_TERMINAL_PROMPT", "0")
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    first = tmp_path / "first"
    (first / "content").mkdir(parents=True)
    (first / "content" / "day.md").write_text("one\n")
    shutil.copy(ROOT / "Makefile", first / "Makefile")
    git(first, "init", "--quiet", "--initial-branch=main")
    git(first, "add", ".")
    git(first, "commit", "--quiet", "--message=First")
    git(tmp_path, "clone", "--quiet", "--bare", str(first), "origin.git")
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{tmp_path}/origin.git", "clone")
    return tmp_path / "clone"


def history(clone: Path) -> list[str]:
    """The messages of what is in `origin.git`, newest first."""
    return git(clone.parent / "origin.git", "log", "--format=%s", "main").splitlines()


def test_changed_content_is_pushed(clone: Path) -> None:
    """A new, a changed and a removed file of content/ are committed and pushed; what else changed is not."""
    (clone / "content" / "day.md").unlink()
    (clone / "content" / "new.md").write_text("two\n")
    (clone / "Makefile").write_text((clone / "Makefile").read_text() + "# changed\n")
    run = make(clone, "push-content")
    assert run.returncode == 0, run.stderr
    newest, *older = history(clone)
    assert older == ["First"]
    assert re.fullmatch(r"Scrape of \d{4}-\d{2}-\d{2}", newest)
    changed = git(clone.parent / "origin.git", "show", "--no-renames", "--format=", "--name-status", "main")
    assert changed.splitlines() == ["D\tcontent/day.md", "A\tcontent/new.md"]


def test_unchanged_content_makes_no_commit(clone: Path) -> None:
    """A scrape that brought nothing new leaves the history as it is, and is no failure."""
    run = make(clone, "push-content")
    assert run.returncode == 0, run.stderr
    assert history(clone) == ["First"]


def test_a_merge_during_the_scrape_is_kept(clone: Path) -> None:
    """What somebody merged while the scrape ran stays, and the scrape's commit comes after it."""
    other = clone.parent / "other"
    git(clone.parent, "clone", "--quiet", "origin.git", "other")
    (other / "content" / "list.md").write_text("a list\n")
    git(other, "add", ".")
    git(other, "commit", "--quiet", "--message=A list")
    git(other, "push", "--quiet")
    (clone / "content" / "new.md").write_text("two\n")
    run = make(clone, "push-content")
    assert run.returncode == 0, run.stderr
    assert history(clone)[1:] == ["A list", "First"]


def test_a_conflict_is_a_failure(clone: Path) -> None:
    """Two changes of one line are for a person to sort out: nothing is pushed, and the run fails."""
    other = clone.parent / "other"
    git(clone.parent, "clone", "--quiet", "origin.git", "other")
    (other / "content" / "day.md").write_text("theirs\n")
    git(other, "commit", "--quiet", "--all", "--message=Theirs")
    git(other, "push", "--quiet")
    (clone / "content" / "day.md").write_text("ours\n")
    assert make(clone, "push-content").returncode != 0
    assert history(clone) == ["Theirs", "First"]


@pytest.mark.parametrize(
    ("left", "advice"),
    [
        ("index.lock", "rm .git/index.lock"),
        ("rebase-merge", "git rebase --abort"),
        ("rebase-apply", "git rebase --abort"),
        ("MERGE_HEAD", "git merge --abort"),
    ],
)
def test_what_a_killed_git_left_is_explained(clone: Path, left: str, advice: str) -> None:
    """Nothing is added, committed or pushed; the message says what to do."""
    (clone / "content" / "new.md").write_text("two\n")
    (clone / ".git" / left).write_text("")
    before = git(clone, "rev-parse", "HEAD")
    run = make(clone, "push-content")
    assert run.returncode != 0
    assert advice in run.stderr
    assert "then run this again." in run.stderr
    assert git(clone, "rev-parse", "HEAD") == before
    (clone / ".git" / left).unlink()
    assert make(clone, "push-content").returncode == 0
    assert history(clone)[1:] == ["First"]


def test_without_a_branch_nothing_is_pushed(clone: Path) -> None:
    """A checked-out commit has no branch to go to."""
    git(clone, "checkout", "--quiet", "--detach")
    (clone / "content" / "new.md").write_text("two\n")
    run = make(clone, "push-content")
    assert run.returncode != 0
    assert "git switch main" in run.stderr
    assert history(clone) == ["First"]


def test_a_conflict_leaves_no_half_rebase(clone: Path) -> None:
    """The commit and what else was changed are as before, and the message says how to go on; then it is pushed."""
    other = clone.parent / "other"
    git(clone.parent, "clone", "--quiet", "origin.git", "other")
    (other / "content" / "day.md").write_text("theirs\n")
    git(other, "commit", "--quiet", "--all", "--message=Theirs")
    git(other, "push", "--quiet")
    (clone / "content" / "day.md").write_text("ours\n")
    (clone / "Makefile").write_text((clone / "Makefile").read_text() + "# changed\n")
    run = make(clone, "push-content")
    assert "Nothing was pushed" in run.stderr
    assert git(clone, "status", "--porcelain") == "M Makefile"
    assert git(clone, "log", "-1", "--format=%s").startswith("Scrape of ")
    assert (clone / "content" / "day.md").read_text() == "ours\n"
    git(clone, "pull", "--quiet", "--rebase", "--autostash", "--strategy-option=theirs", "origin", "main")
    assert make(clone, "push-content").returncode == 0
    assert history(clone)[1:] == ["Theirs", "First"]


class Guarded(BaseHTTPRequestHandler):
    """A git host that notes who asked. It lets in nobody, or whoever names a token, to an empty repository."""

    asked: list[str | None]
    lets_in: bool

    def do_GET(self) -> None:
        self.asked.append(self.headers["Authorization"])
        self.send_response(200 if self.lets_in and self.headers["Authorization"] else 401)
        self.send_header("WWW-Authenticate", 'Basic realm="git"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing: the test reads `asked`."""


@pytest.mark.parametrize("lets_in", [False, True])
def test_the_token_goes_to_git_alone(clone: Path, lets_in: bool) -> None:
    """The token of the environment is what git names to the host; it is printed nowhere and written to no file.

    Not even where git was told to keep what the host takes.
    """
    asked: list[str | None] = []
    handler = type("Handler", (Guarded,), {"asked": asked, "lets_in": lets_in})
    git(clone, "config", "credential.helper", f"store --file={clone.parent}/kept")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        git(clone, "remote", "set-url", "origin", f"http://127.0.0.1:{server.server_port}/o/r.git")
        run = make(clone, "push-content", GITHUB_TOKEN="t0k$en")  # noqa: S106 - no secret: it is the test's own
        server.shutdown()
    assert run.returncode != 0
    expected = base64.b64encode(b"x-access-token:t0k$en").decode()
    assert asked[:2] == [None, f"Basic {expected}"]
    assert set(asked[1:]) == {f"Basic {expected}"}
    assert "t0k$en" not in run.stdout + run.stderr
    assert not holding(clone.parent, b"t0k", expected.encode())


def holding(folder: Path, *texts: bytes) -> list[Path]:
    """The files in which any of these stands."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(text in path.read_bytes() for text in texts)]


def test_a_push_that_went_well_leaves_no_token(clone: Path) -> None:
    """Neither in the clone's settings nor anywhere else."""
    (clone / "content" / "new.md").write_text("two\n")
    run = make(clone, "push-content", GITHUB_TOKEN="t0k$en")  # noqa: S106 - as above
    assert run.returncode == 0, run.stderr
    assert "t0k$en" not in run.stdout + run.stderr
    assert not holding(clone.parent, b"t0k", base64.b64encode(b"x-access-token:t0k$en"))


def test_a_push_takes_nothing_from_others(clone: Path) -> None:
    """What came to the branch while the push was under way is not pushed over."""
    (clone / "content" / "new.md").write_text("two\n")
    told = make(clone, "--dry-run", "push-content").stdout
    (push,) = (line for line in told.splitlines() if " push " in line)
    assert push.endswith(" push --quiet origin HEAD")
