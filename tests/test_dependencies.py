"""What Paperstand is built on: bounded where it is declared, locked where it is installed from."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

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
    assert all("--hash=sha256:" in entry for entry in entries if entry.strip())


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
