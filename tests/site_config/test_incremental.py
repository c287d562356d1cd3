"""A build that keeps what it can ends with the bytes of a build that keeps nothing, whatever happened in between."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from scraper import plain_yaml
from scraper.records import Author, CuratedList, Day, DayEntry, ListEntry, Paper, day_title
from scraper.store import ContentStore, documents, snapshots
from site_config import search
from site_config.plugin import Means, build
from tests.site_config.conftest import ROOT, MakeRoot

HISTORIES = int(os.environ.get("PAPERSTAND_HISTORIES", "30"))
"""How many random histories are tried; the variable asks for more."""

WORDS = ("agents", "robots", "diffusion", "models", "reasoning", "$x^2$", "video", "speech")

Change = Callable[[Path, random.Random], None]


@pytest.fixture
def root(make_root: MakeRoot, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library with a theme of its own, whose files are trusted as soon as they are written."""
    made = make_root("library")
    shutil.copytree(ROOT / "site_config" / "theme", made / "theme")
    configuration = made / "mkdocs.yml"
    theme = (ROOT / "site_config" / "theme").as_posix()
    configuration.write_text(configuration.read_text().replace(theme, (made / "theme").as_posix()))
    # Without the snapshots' patience an edit within two seconds would not test them.
    monkeypatch.setattr(snapshots, "SETTLED", -(10**18))
    monkeypatch.setattr(search, "write_index", lambda *_: None)
    return made


def papers(root: Path) -> list[Path]:
    """The papers' files."""
    return list(ContentStore(root).content_files("papers"))


def add_a_day(root: Path, chance: random.Random) -> None:
    """A day after the last one, with new papers and an old one."""
    store = ContentStore(root)
    last = max((path.stem for path in store.content_files("daily")), default="2026-08-01")
    on = date.fromisoformat(last) + timedelta(days=chance.choice([1, 1, 3, 30]))
    known = [documents.parse_paper(path.read_text(encoding="utf-8")).id for path in papers(root)]
    entries = [DayEntry(chance.choice(known), upvotes=3)] if known else []
    for _ in range(chance.randrange(4)):
        number = f"2609.{chance.randrange(10000, 20000)}"
        if not store.has_paper_file(number):
            author = Author(chance.choice(["Ada One", "Ben Two", "Cleo Three"]))
            text = " ".join(chance.choices(WORDS, k=12))
            store.write_paper(Paper(number, title=text[:40], abstract=text * 3, authors=(author,), featured=(on,)))
            entries.append(DayEntry(number, upvotes=chance.randrange(100)))
    store.write_day(Day(on, day_title(on), tuple(entries)) if entries else Day(on, day_title(on), (), "weekend"))  # type: ignore[arg-type] # read back as the reason


def edit_a_paper(root: Path, chance: random.Random) -> None:
    """A word more in an abstract, and another title."""
    if known := papers(root):
        path = chance.choice(known)
        text = path.read_text(encoding="utf-8") + f"\nWord {chance.random()}.\n"
        path.write_text(text.replace("title: ", "title: New ", 1) if "title: '" not in text else text, encoding="utf-8")


def remove_a_paper(root: Path, chance: random.Random) -> None:
    """A paper's file goes; days still name it."""
    if known := papers(root):
        chance.choice(known).unlink()


def change_numbers(root: Path, chance: random.Random) -> None:
    """Upvotes of a day move."""
    store = ContentStore(root)
    if days := [path for path in store.content_files("daily") if "upvotes" in path.read_text(encoding="utf-8")]:
        path = chance.choice(days)
        path.write_text(path.read_text(encoding="utf-8").replace("upvotes: ", "upvotes: 1", 1), encoding="utf-8")


def remove_a_day(root: Path, chance: random.Random) -> None:
    """A day's file goes."""
    if days := list(ContentStore(root).content_files("daily")):
        chance.choice(days).unlink()


def write_a_note(root: Path, chance: random.Random) -> None:
    """An editor writes above a day."""
    if days := list(ContentStore(root).content_files("daily")):
        path = chance.choice(days)
        path.write_text(path.read_text(encoding="utf-8") + f"\nA *note*, {chance.random()}.\n", encoding="utf-8")


SETTINGS: Mapping[str, Sequence[Any]] = {
    "name": ["Papers", "More papers"],
    "description": ["Papers.", "Of a *kind*."],
    "url": ["https://example.org/", "https://example.org/elsewhere/"],
    "repository": ["https://github.com/example/papers", "https://github.com/example/more"],
    "topics": [[{"name": word, "keywords": [word]}] for word in WORDS[:3]],
    "least_papers": [{"authors": least, "organizations": 1, "keywords": least} for least in (1, 2, 5)],
    "same_authors": [{}, {"Ada One": ["Ben Two"]}],
    "theme": [{"primary": "teal"}, {"primary": "indigo", "accent": "pink"}],
    "thumbnails": [True, False],
    "exclude": [[]],
}
"""What a fork may choose, one thing at a time."""


def change_a_setting(root: Path, chance: random.Random) -> None:
    """A name, an address, a topic, a colour; or a paper is excluded."""
    path = root / "site_config" / "site.yml"
    said = plain_yaml.load(path.read_text(encoding="utf-8"))
    key = chance.choice(list(SETTINGS))
    names = [documents.parse_paper(one.read_text(encoding="utf-8")).id for one in papers(root)[:1]]
    said[key] = chance.choice([*SETTINGS[key], names] if key == "exclude" else SETTINGS[key])
    path.write_text(plain_yaml.dump(said), encoding="utf-8")


def change_a_list(root: Path, chance: random.Random) -> None:
    """A person makes a list, writes in one, names another paper, or takes it away."""
    names = [documents.parse_paper(path.read_text(encoding="utf-8")).id for path in papers(root)]
    path = root / "content" / "lists" / f"{chance.choice(['object-centric-rl', 'mine'])}.md"
    path.parent.mkdir(exist_ok=True)
    match chance.randrange(3):
        case 0:
            path.unlink(missing_ok=True)
        case 1 if path.exists():
            path.write_text(path.read_text(encoding="utf-8") + f"\nProse, {chance.random()}.\n", encoding="utf-8")
        case _:
            entries = tuple(ListEntry(name, note=chance.choice([None, "Read *this*."])) for name in names[:3])
            path.write_text(documents.render_list(CuratedList(path.stem, "A list", papers=entries)), encoding="utf-8")


def change_the_theme(root: Path, chance: random.Random) -> None:
    """Another footer."""
    path = root / "theme" / "partials" / "footer.html"
    path.write_text(path.read_text(encoding="utf-8") + f"<!-- {chance.random()} -->", encoding="utf-8")


def touch_the_site(root: Path, chance: random.Random) -> None:
    """Somebody edits, removes or adds files of the built site."""
    files = [path for path in (root / "site").rglob("*") if path.is_file()]
    if not files:
        return
    match chance.randrange(3):
        case 0:
            chance.choice(files).unlink()
        case 1:
            chance.choice(files).write_text("edited")
        case _:
            (root / "site" / "stray.html").write_text("stray")


CHANGES: tuple[Change, ...] = (
    *(add_a_day, edit_a_paper, remove_a_paper, change_numbers, remove_a_day, write_a_note),
    *(change_a_setting, change_a_list, change_the_theme, touch_the_site),
)


def bytes_of(site: Path) -> dict[str, bytes]:
    """Every file of a site."""
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def test_random_histories(root: Path) -> None:
    """After each history the kept site equals the one that was made anew; one is made by workers, the other alone."""
    chance = random.Random(20260821)  # noqa: S311 - a test that can be repeated
    with ProcessPoolExecutor(2) as workers:
        means = Means(root / ".cache", workers)
        for number in range(HISTORIES):
            happened = chance.choices(CHANGES, k=chance.randrange(1, 5))
            for change in happened:
                change(root, chance)
            kept = bytes_of(build(root, root / "site", means=means))
            anew = bytes_of(build(root, root / "anew"))
            said = f"history {number}: {', '.join(change.__name__ for change in happened)}"
            assert sorted(kept) == sorted(anew), said
            assert not [path for path in kept if kept[path] != anew[path]], said
            shutil.rmtree(root / "anew")


_BUILD = """
import sys
from pathlib import Path
from site_config.plugin import Means, build
root, site, cache = map(Path, sys.argv[1:])
build(root, site, means=Means(cache))
"""


def test_other_templates_and_other_code_reach_every_page(make_root: MakeRoot, tmp_path: Path) -> None:
    """Of what was made by another version nothing stays, although it was made of the same papers."""
    root, code = make_root("library"), tmp_path / "code"
    for package in ("scraper", "site_config"):
        shutil.copytree(ROOT / package, code / package, ignore=shutil.ignore_patterns("__pycache__"))

    def built(folder: str, cache: str) -> dict[str, bytes]:
        arguments = [root, root / folder, root / cache]
        environment = {**os.environ, "PYTHONPATH": str(code), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [sys.executable, "-c", _BUILD, *arguments],
            env=environment,
            cwd=code,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return bytes_of(root / folder)

    before = built("site", ".cache")
    for path, old, new in (
        ("site_config/templates/paper.html", "<h2>Related papers</h2>", "<h2>Papers like this</h2>"),
        ("site_config/citing/bibtex.py", "title={", "title = {"),
    ):
        text = (code / path).read_text(encoding="utf-8")
        assert old in text
        (code / path).write_text(text.replace(old, new), encoding="utf-8")
        kept = built("site", ".cache")
        assert kept != before
        assert kept == built(f"anew-{Path(path).stem}", f".cache-{Path(path).stem}")
        before = kept
