"""Snapshots of the library: they spare work, and never change what is read."""

from __future__ import annotations

import builtins
import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from scraper.store import ContentStore, documents, snapshots
from tests.own_library import own_library

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def store(tmp_path: Path) -> ContentStore:
    """A library of one recorded week, whose files are old enough to be trusted."""
    own_library()
    content = tmp_path / "content"
    shutil.copytree(REPOSITORY / "content" / "daily" / "2026", content / "daily" / "2026")
    shutil.copytree(REPOSITORY / "content" / "papers" / "2606", content / "papers" / "2606")
    shutil.copy(REPOSITORY / "content" / "store.yml", content)
    for file in content.rglob("*.md"):
        os.utime(file, ns=(1_700_000_000_000_000_000, 1_700_000_000_000_000_000))
    return ContentStore(tmp_path)


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as settled at once: a change of status, unlike one of content, cannot be dated back."""
    monkeypatch.setattr(snapshots, "SETTLED", -(10**18))


@pytest.mark.usefixtures("settled")
def test_what_did_not_change_is_not_read_again(
    store: ContentStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second reading opens no content file, and gives the same library."""
    cache = tmp_path / "cache"
    first = store.load(cache=cache)
    assert first == store.load()
    opened = _opened(monkeypatch)
    assert store.load(cache=cache) == first
    assert not opened
    file = store.paper_path(next(iter(first.papers)))
    file.write_text(file.read_text())
    assert store.load(cache=cache) == first
    assert opened == [str(file)]


def _opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The papers' and days' files that are opened from now on."""
    opened: list[str] = []
    really_open = builtins.open

    def watched(path: Any, *arguments: Any, **options: Any) -> Any:
        if str(path).endswith(".md"):
            opened.append(str(path))
        return really_open(path, *arguments, **options)

    monkeypatch.setattr(builtins, "open", watched)
    return opened


@pytest.mark.usefixtures("settled")
def test_a_change_writes_the_snapshot_of_its_folder_alone(store: ContentStore, tmp_path: Path) -> None:
    """A day changes few folders of a library; that of one which is no longer there goes."""
    shutil.copytree(REPOSITORY / "content" / "papers" / "2605", store.content / "papers" / "2605")
    cache = tmp_path / "cache"
    store.load(cache=cache)
    before = {path.name: path.stat().st_mtime_ns for path in (cache / "papers").iterdir()}
    assert before.keys() == {"2605.msgpack", "2606.msgpack"}
    next(iter((store.content / "papers" / "2606").glob("*.md"))).unlink()
    assert store.load(cache=cache) == store.load()
    after = {path.name: path.stat().st_mtime_ns for path in (cache / "papers").iterdir()}
    assert [name for name in before if before[name] != after[name]] == ["2606.msgpack"]
    shutil.rmtree(store.content / "papers" / "2606")
    assert store.load(cache=cache) == store.load()
    assert [path.name for path in (cache / "papers").iterdir()] == ["2605.msgpack"]


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("change", ["edit", "edit of the same length and time", "remove", "add"])
def test_a_change_is_seen(store: ContentStore, tmp_path: Path, change: str) -> None:
    """Whatever happens to a file, the reading is that of a library without snapshots."""
    cache = tmp_path / "cache"
    paper = next(iter(store.load(cache=cache).papers.values()))
    path = store.paper_path(paper.id)
    status = path.stat()
    match change:
        case "edit":
            path.write_text(path.read_text().replace(paper.title, "Another title"))
        case "edit of the same length and time":
            path.write_text(path.read_text().replace(paper.abstract[:3], "XYZ", 1))
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        case "remove":
            path.unlink()
        case "add":
            shutil.copytree(REPOSITORY / "content" / "papers" / "2605", store.content / "papers" / "2605")
    assert store.load(cache=cache) == store.load()


def test_a_file_that_was_just_changed_is_not_trusted(
    store: ContentStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its file system's clock may be too coarse to tell a second change from the first."""
    cache = tmp_path / "cache"
    store.load(cache=cache)
    assert not [*cache.rglob("*.msgpack")]
    monkeypatch.setattr(snapshots, "SETTLED", -(10**18))
    store.load(cache=cache)
    assert [*cache.rglob("*.msgpack")]


@pytest.mark.usefixtures("settled")
def test_a_fresh_clone_of_the_same_bytes_is_not_understood_again(
    store: ContentStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where only the times differ the file is read, and its YAML is not."""
    cache = tmp_path / "cache"
    first = store.load(cache=cache)
    for file in store.content.rglob("*.md"):
        os.utime(file, ns=(1_800_000_000_000_000_000, 1_800_000_000_000_000_000))
    parsed: list[str] = []
    split = documents.split

    def watched(text: str, path: str = "") -> documents.Document:
        parsed.append(path)
        return split(text, path)

    monkeypatch.setattr(documents, "split", watched)
    assert store.load(cache=cache) == first
    assert not parsed


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "folder"])
def test_a_damaged_snapshot_counts_as_none(store: ContentStore, tmp_path: Path, damage: str) -> None:
    """It is a cache and nothing more."""
    cache = tmp_path / "cache"
    first = store.load(cache=cache)
    file = cache / "papers" / "2606.msgpack"
    content = file.read_bytes()
    match damage:
        case "cut":
            file.write_bytes(content[: len(content) // 2])
        case "flipped":
            title = next(iter(first.papers.values())).title.encode()
            file.write_bytes(content.replace(title, title[:-1] + bytes([title[-1] ^ 1])))
            assert file.read_bytes() != content
        case "empty":
            file.write_bytes(b"")
        case "folder":
            file.unlink()
            file.mkdir()
    assert store.load(cache=cache) == first


def test_what_is_remembered_is_recalled_by_the_same_version_as_the_same_kind(tmp_path: Path) -> None:
    """To another version of the code it says nothing, nor where something else is expected."""
    path = tmp_path / "a" / "value.msgpack"
    snapshots.remember(path, "one", {"a": 1})
    assert snapshots.recall(path, "one", dict[str, int]) == {"a": 1}
    assert snapshots.recall(path, "two", dict[str, int]) is None
    assert snapshots.recall(path, "one", dict[str, str]) is None


def test_what_cannot_be_remembered_leaves_what_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a full disk, say: what was remembered before is recalled, and no draft takes the room that is left."""
    path = tmp_path / "value.msgpack"
    snapshots.remember(path, "one", {"a": 1})

    def full(path: Path, content: bytes) -> int:
        with path.open("wb") as file:
            file.write(content[:9])
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    snapshots.remember(path, "one", {"a": 2})
    assert snapshots.recall(path, "one", dict[str, int]) == {"a": 1}
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_goes_while_the_library_is_read_is_none(
    store: ContentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scrape or a person may move it meanwhile: the library is read as it would be without it."""
    *_, last = store.content_files("papers")
    really_open = builtins.open

    def opened(path: Any, *arguments: Any, **options: Any) -> Any:
        last.unlink(missing_ok=True)
        return really_open(path, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(builtins, "open", opened)
        meanwhile = store.load()
    assert meanwhile == store.load()
    assert meanwhile.problems == ()


@pytest.mark.usefixtures("settled")
def test_a_persons_own_keys_come_back_as_they_are(store: ContentStore, tmp_path: Path) -> None:
    """A date among them is a date on every reading, from a snapshot, a worker or the file."""
    paper = next(iter(store.load().papers.values()))
    path = store.paper_path(paper.id)
    path.write_text(path.read_text().replace("---\n", "---\nread: 2026-01-02\n", 1))
    cache = tmp_path / "cache"
    expected = store.load()
    assert str(expected.papers[paper.id].extra) == "{'read': datetime.date(2026, 1, 2)}"
    with ProcessPoolExecutor(2) as executor:
        assert store.load(executor=executor) == expected
    assert store.load(cache=cache) == expected
    assert store.load(cache=cache) == expected


def test_workers_read_what_one_process_reads(store: ContentStore) -> None:
    """Records, problems and their order do not depend on who reads."""
    broken = store.content / "papers" / "2606" / "broken.md"
    broken.write_text("no front matter\n")
    alone = store.load()
    with ProcessPoolExecutor(2) as executor:
        assert store.load(executor=executor) == alone
    assert alone.problems
