"""What Paperstand is built on: bounded where it is declared, locked where it is installed from."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from scraper import plain_yaml

ROOT = Path(__file__).parents[1]
LOCKS = [ROOT / "requirements" / name for name in ("site.txt", "dev.txt", "npm/package-lock.json")]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def locked(path: Path) -> dict[str, str]:
    """The versions in a lock file, by normalised name; one of several that differ by environment."""
    pins = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[\w,]+\])?==(\S+)", path.read_text(), re.MULTILINE)
    return {name.lower().replace("_", "-").replace(".", "-"): version for name, version in pins}


@pytest.mark.parametrize("requirement", [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]])
def test_a_dependency_is_bounded_and_locked(requirement: str) -> None:
    """Every dependency says from which release on and below which one it is trusted, and stands in the lock."""
    match = re.fullmatch(r"([A-Za-z0-9-]+)(?:\[\w+\])?>=[\d.]+,<[\d.]+", requirement)
    assert match, requirement
    assert match[1].lower() in locked(ROOT / "requirements" / "dev.txt")
    assert (match[1].lower() in locked(ROOT / "requirements" / "site.txt")) == (requirement in PROJECT["dependencies"])


def test_the_site_is_tested_with_what_it_is_built_with() -> None:
    """What the tests install holds every package of the site in the very same version."""
    site, dev = (locked(ROOT / "requirements" / name) for name in ("site.txt", "dev.txt"))
    assert site
    assert site.items() <= dev.items()


@pytest.mark.parametrize("name", ["site.txt", "dev.txt"])
def test_every_python_package_has_its_hashes(name: str) -> None:
    """No package is installed whose bytes nobody has seen when it was locked."""
    text = (ROOT / "requirements" / name).read_text()
    entries = re.split(r"^(?=\S)", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE), flags=re.MULTILINE)
    exact = r"[A-Za-z0-9._-]+(?:\[[\w,]+\])?==\S+(?: ; [^\\\n]+)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n"
    assert [entry for entry in entries if entry and not re.fullmatch(exact, entry)] == []


def setup_commands() -> list[str]:
    """What `make setup-dev` would run on a machine on which nothing is set up."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    run = subprocess.run(
        ["make", "--dry-run", "--always-make", "setup-dev"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )
    return run.stdout.splitlines()


def test_only_what_is_locked_is_installed() -> None:
    """pip compares every package with its hash, and fetches nothing besides, to build our own neither.

    npm installs exactly what its lock holds, and runs nothing of it.
    """
    installs = [line.partition(" -m pip install ")[2] for line in setup_commands() if "pip" in line]
    quietly = "--quiet --disable-pip-version-check"
    assert installs == [
        f"{quietly} --require-hashes --requirement requirements/site.txt",
        f"{quietly} --no-deps --no-build-isolation --editable .",
        f"{quietly} --require-hashes --requirement requirements/dev.txt",
    ]
    copies, npm = (line for line in setup_commands() if "npm" in line and not line.startswith(("mkdir", "touch")))
    assert copies == "cp requirements/npm/package.json requirements/npm/package-lock.json .venv/npm/"
    assert re.search(r" npm ci --prefix \.venv/npm .*--ignore-scripts ", npm)


def test_what_builds_our_own_package_is_locked_too() -> None:
    """The very version stands in the lock, and is the one that the project asks for."""
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    named = [
        line.partition("#")[0].strip() for line in (ROOT / "requirements" / "build.in").read_text().splitlines() if line
    ]
    assert build == named
    assert {re.split(r"[<>=]", one)[0] for one in named} <= set(locked(ROOT / "requirements" / "site.txt"))


def test_locking_anew_locks_by_hash() -> None:
    """Both locks, from the same machine-independent resolution."""
    commands = re.findall(r"^\tuv pip compile (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert len(commands) == 2
    for command in commands:
        assert {"--universal", "--generate-hashes", "--no-emit-index-url"} <= set(shlex.split(command))


def test_the_checker_from_npm_has_its_hash() -> None:
    """The same for the one package that comes from npm, whose version is exact in both files."""
    folder = ROOT / "requirements" / "npm"
    wanted = json.loads((folder / "package.json").read_text())["devDependencies"]
    lock = json.loads((folder / "package-lock.json").read_text())["packages"]
    assert set(lock) == {"", *(f"node_modules/{name}" for name in wanted)}
    for name, version in wanted.items():
        assert lock[f"node_modules/{name}"]["version"] == version
        assert lock[f"node_modules/{name}"]["integrity"].startswith("sha512-")


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_no_address(path: Path) -> None:
    """A lock holds names, versions and hashes: where packages come from is each machine's own affair."""
    assert "://" not in path.read_text()


def audit_command() -> list[str]:
    """pip-audit as `make audit` calls it."""
    line = re.search(r"^\t\$\(BIN\)/(pip-audit .*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert line
    return shlex.split(line[1])


def test_the_audit_asks_for_every_package_that_is_installed() -> None:
    """`make audit`'s own command, short of asking the database, names each package of the lock for this machine.

    Whether one is vulnerable only the database knows: that part runs each week in .github/workflows/audit.yml.
    """
    command, *options = audit_command()
    program = Path(sys.executable).with_name(command)
    run = subprocess.run([program, "--dry-run", *options], cwd=ROOT, check=True, capture_output=True, text=True)
    audited = re.search(r"would have audited (\d+) packages", run.stdout + run.stderr)
    assert audited
    text = (ROOT / "requirements" / "dev.txt").read_text()
    everywhere = re.findall(r"^[A-Za-z0-9._-]+(?:\[[\w,]+\])?==\S+ *\\\\?$", text, re.MULTILINE)
    assert len(everywhere) <= int(audited[1]) <= len(locked(ROOT / "requirements" / "dev.txt"))


def test_the_audit_is_strict() -> None:
    """Nothing is installed for it; what has no hash, or cannot be looked up, is a failure."""
    assert {"--strict", "--disable-pip", "--require-hashes"} <= set(audit_command())
    assert "--ignore-vuln" not in audit_command()
    (recipe,) = re.findall(r"^audit: .*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    _, npm = recipe.splitlines()
    assert npm.endswith(" npm audit --package-lock-only --prefix requirements/npm --audit-level=low")
    assert not re.search(r"\|\||^\t-", recipe, re.MULTILINE)


def test_the_audit_runs_each_week_and_when_a_lock_changes() -> None:
    """A vulnerability is found when nobody changes anything; a pull request cannot bring one in unseen."""
    workflow = plain_yaml.load((ROOT / ".github" / "workflows" / "audit.yml").read_text())
    assert re.fullmatch(r"\d+ \d+ \* \* \d", workflow["on"]["schedule"][0]["cron"])
    assert workflow["on"]["pull_request"]["paths"] == workflow["on"]["push"]["paths"] == ["requirements/**"]
    assert "if" not in workflow["jobs"]["audit"]
    assert [step["run"] for step in workflow["jobs"]["audit"]["steps"] if "run" in step] == ["make audit"]


def test_dependabot_watches_what_it_can() -> None:
    """Actions and the npm lock are brought forward by it, after a pause; the Python lock is one, and `make lock`'s."""
    updates = plain_yaml.load((ROOT / ".github" / "dependabot.yml").read_text())["updates"]
    assert {update["package-ecosystem"] for update in updates} == {"github-actions", "npm"}
    assert all(update["cooldown"]["default-days"] >= 7 for update in updates)
    (npm,) = (update["directory"] for update in updates if update["package-ecosystem"] == "npm")
    assert (ROOT / npm.removeprefix("/") / "package-lock.json").is_file()
