"""What the tests of the site share: libraries, and the sites that are built of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from site_config.plugin import build

ROOT = Path(__file__).parents[2]
LIBRARIES = ROOT / "tests" / "data"

MakeRoot = Callable[[str], Path]
"""`make_root("library")` gives a root with a copy of that library of tests/data/ and the project's mkdocs.yml."""


def copy_root(name: str, root: Path) -> Path:
    """A root as a fork has it, whose theme is the project's own."""
    shutil.copytree(LIBRARIES / name, root, dirs_exist_ok=True)
    copy_pages(root)
    return root


def copy_pages(root: Path) -> None:
    """Give a root the project's own mkdocs.yml, theme and ordinary pages."""
    shutil.copytree(ROOT / "content" / "pages", root / "content" / "pages", dirs_exist_ok=True)
    configuration = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    theme = (ROOT / "site_config" / "theme").as_posix()
    (root / "mkdocs.yml").write_text(
        configuration.replace("custom_dir: site_config/theme", f"custom_dir: {theme}"), encoding="utf-8"
    )


@pytest.fixture
def make_root(tmp_path: Path) -> MakeRoot:
    """Make roots with libraries of tests/data/, below the test's own folder."""
    return lambda name: copy_root(name, tmp_path / name)


@pytest.fixture(scope="session")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of tests/data/library, built once: look, and do not change it."""
    root = copy_root("library", tmp_path_factory.mktemp("library"))
    return build(root)


@pytest.fixture(scope="session")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of tests/data/hostile, in which every field is an attack, built once."""
    root = copy_root("hostile", tmp_path_factory.mktemp("hostile"))
    return build(root)
