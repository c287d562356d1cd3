"""A fork's tests pass on its first day: none of them asks for the papers that the project happens to have."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.own_library import own_library
from tests.scraper.fork.conftest import ROOT

HOLD_IN_ANY_LIBRARY = {"tests/scraper/store/test_store.py"}
"""What is committed comes back byte for byte, whatever it is."""


def _reads_the_repositorys_content(text: str) -> bool:
    """Whether a module takes the repository's root, under whatever name, for a library's."""
    roots = set(re.findall(r"^(\w+) = Path\(__file__\)\.parents\[\d\]$", text, re.MULTILINE))
    roots |= {"ROOT"} if re.search(r"^from tests\..*\bimport\b.*\bROOT$", text, re.MULTILINE) else set()
    used = "|".join(roots) or "(?!)"
    return "import own_library\n" not in text and bool(
        re.search(rf"""ContentStore\((?:{used})\)|(?:{used}) / "content" / "(?:papers|daily|lists)\"""", text)
    )


def test_no_test_needs_the_projects_papers() -> None:
    """Who needs them asks `own_library`, which skips in a fork; the others are those that hold in any library."""
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("test_*.py")
        if _reads_the_repositorys_content(path.read_text("utf-8"))
    }
    assert found == HOLD_IN_ANY_LIBRARY


def test_in_a_fork_such_a_test_is_skipped(tmp_path: Path) -> None:
    """A site.yml that names another repository is a fork's."""
    shutil.copytree(ROOT / "site_config" / "examples", tmp_path / "site_config")
    (tmp_path / "site_config" / "robotics.yml").rename(tmp_path / "site_config" / "site.yml")
    with pytest.raises(pytest.skip.Exception, match="example/robotics-papers"):
        own_library(tmp_path)
