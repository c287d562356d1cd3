"""A library of an older format, brought up to the present one."""

from __future__ import annotations

from pathlib import Path

import pytest

from scraper.errors import StoreFormatError
from scraper.store import FORMAT, ContentStore, migrations
from scraper.store.migrations import STEPS, migrate


def written(root: Path, text: str) -> Path:
    """A library that says its format."""
    path = root / "content" / "store.yml"
    path.parent.mkdir()
    path.write_text(text)
    return path


def test_every_older_format_has_its_step() -> None:
    """From each format that ever was, steps lead to the one that is written now, and none leads beyond."""
    assert sorted(STEPS) == list(range(1, FORMAT))


def test_steps_are_taken_in_order_and_the_number_follows(tmp_path: Path) -> None:
    """Each step is taken once, from where the library is; the file that says the format keeps its comments."""
    path = written(tmp_path, "# ours\nformat: 2 # two\n")
    taken: list[str] = []

    def step(name: str) -> migrations.Step:
        return lambda _: taken.append(f"{name} at {path.read_text().split()[3]}")

    assert migrate(tmp_path, {1: step("a"), 2: step("b"), 3: step("c")}, 4) == [3, 4]
    assert taken == ["b at 2", "c at 3"]
    assert path.read_text() == "# ours\nformat: 4 # two\n"
    assert migrate(tmp_path, {}, 4) == []


def test_a_killed_migration_goes_on_where_it_was(tmp_path: Path) -> None:
    """A step that failed is taken again by the next run, and the ones before it are not."""
    path = written(tmp_path, "format: 1\n")
    taken: list[int] = []

    def fails(_: Path) -> None:
        raise OSError("killed")

    with pytest.raises(OSError, match="killed"):
        migrate(tmp_path, {1: lambda _: taken.append(1), 2: fails}, 3)
    assert path.read_text() == "format: 2\n"
    assert migrate(tmp_path, {1: lambda _: taken.append(1), 2: lambda _: taken.append(2)}, 3) == [3]
    assert taken == [1, 2]


def test_what_no_steps_lead_from_is_left_alone(tmp_path: Path) -> None:
    """A newer library, and one from whose format nothing leads here: an error, and nothing is changed."""
    path = written(tmp_path, "format: 5\n")
    with pytest.raises(StoreFormatError, match="upgrade"):
        migrate(tmp_path, {}, 4)
    with pytest.raises(StoreFormatError, match="from the library's format 6 to 7"):
        migrate(tmp_path, {5: lambda _: None, 7: lambda _: None}, 8)
    assert path.read_text() == "format: 5\n"


def test_a_new_library_has_the_present_format(tmp_path: Path) -> None:
    """Where nothing has been written yet there is nothing to bring up."""
    assert migrate(tmp_path) == []


def test_an_older_library_is_not_read_before_it_is_brought_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading it by the present rules could misread it: the error names the command that mends it."""
    written(tmp_path, "format: 1\n")
    monkeypatch.setattr("scraper.store.FORMAT", 2)
    with pytest.raises(StoreFormatError, match="paperstand migrate"):
        ContentStore(tmp_path).load()
