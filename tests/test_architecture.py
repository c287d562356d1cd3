"""The house's rules: who may import whom, and which library is used where."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("scraper", "site_config")


@dataclass(frozen=True)
class Room:
    """A module, or a package with all that is in it.

    A room may import rooms on its own floor and on lower ones. From floor 4 on the house has two wings: "upstream",
    which fills content/, and "site", which reads it. Neither wing may import the other; the roof, which is in no wing,
    may import both. `libraries` are the ones a room may import beside the standard library.
    """

    floor: int
    wing: str = ""
    libraries: tuple[str, ...] = ()


ROOMS: Mapping[str, Room] = {
    "scraper": Room(0),
    "scraper.errors": Room(0),
    "scraper.identifiers": Room(1),
    "scraper.records": Room(1),
    "scraper.titles": Room(1),
    "scraper.words": Room(1),
    "scraper.plain_yaml": Room(1, libraries=("yaml",)),
    "scraper.shapes": Room(1),
    "scraper.taxonomy": Room(1),
    "scraper.settings": Room(2),
    "scraper.rules": Room(2),
    "scraper.decide": Room(2),
    "scraper.selection": Room(2),
    "scraper.store": Room(3, libraries=("msgspec",)),
    "scraper.check": Room(3),
    "scraper.weight": Room(3),
    "scraper.schemas": Room(3),
    "scraper.lock": Room(3),
    "scraper.scratch": Room(3),
    "scraper.http_cache": Room(4, "upstream"),
    "scraper.rate_limits": Room(4, "upstream"),
    "scraper.watchdog": Room(4, "upstream"),
    "scraper.turn_board": Room(4, "upstream"),
    "scraper.turns": Room(4, "upstream"),
    "scraper.http": Room(4, "upstream", ("httpx", "tenacity")),
    "scraper.sources": Room(5, "upstream"),
    "scraper.saved_page": Room(6, "upstream"),
    "scraper.mentions": Room(6, "upstream", ("bibtexparser",)),
    "site_config": Room(4, "site"),
    "site_config.catalog": Room(4, "site"),
    "site_config.prose": Room(5, "site", ("markdown", "markupsafe")),
    "site_config.policy": Room(5, "site"),
    "site_config.brevity": Room(4, "site"),
    "site_config.packed": Room(4, "site"),
    "site_config.chrome": Room(5, "site", ("markupsafe",)),
    "site_config.typeset": Room(5, "site", ("markupsafe", "math_core")),
    "site_config.memberships": Room(5, "site", ("msgspec",)),
    "site_config.groups": Room(5, "site"),
    "site_config.periods": Room(5, "site"),
    "site_config.stamps": Room(5, "site", ("markupsafe", "msgspec")),
    "site_config.trending": Room(5, "site"),
    "site_config.statistics": Room(5, "site"),
    "site_config.related": Room(5, "site", ("numpy", "scipy")),
    "site_config.edition": Room(6, "site"),
    "site_config.pages": Room(7, "site", ("jinja2", "markupsafe", "msgspec")),
    "site_config.formats": Room(7, "site"),
    "site_config.citing": Room(7, "site", ("PIL", "font_source_serif_pro", "markupsafe", "msgspec", "pylatexenc")),
    "site_config.feeds": Room(7, "site"),
    "site_config.programs": Room(7, "site"),
    "site_config.newsletter": Room(8, "site", ("markupsafe",)),
    "site_config.press": Room(8, "site"),
    "site_config.search": Room(7, "site"),
    "site_config.provenance": Room(4, "site"),
    "site_config.preview": Room(7, "site"),
    "site_config.contents": Room(8, "site"),
    "site_config.plugin": Room(9, "site", ("jinja2", "mkdocs")),
    "scraper.scrape": Room(10),
    "scraper.fork": Room(10),
    "scraper.curate": Room(10),
    "scraper.history": Room(10),
    "scraper.forge": Room(10),
    "scraper.gate": Room(10),
    "scraper.review": Room(10),
    "scraper.suggestion": Room(10),
    "scraper.resolve": Room(10),
    "scraper.cli": Room(11, libraries=("click",)),
}


def room_of(module: str) -> Room | None:
    """The module's row in the table: its own, or that of the package it is in; `PACKAGES` cover only themselves."""
    while module not in ROOMS and "." in module:
        module = module.rpartition(".")[0]
        if module in PACKAGES:
            return None
    return ROOMS.get(module)


def modules(root: Path) -> dict[str, Path]:
    """Every module of the packages below `root`, by its name."""
    found = {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            name = ".".join(path.relative_to(root).with_suffix("").parts)
            found[name.removesuffix(".__init__")] = path
    return found


def imports(name: str, path: Path, known: Mapping[str, Path]) -> Iterator[tuple[int, str]]:
    """(line, module) for every import in a module, wherever it stands in it."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*parents, *([node.module] if node.module else [])])
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield node.lineno, inner if inner in known else base


_READS_ONLY = {"importlib.resources", "importlib.metadata"}
"""Parts of importlib that read what is installed and import nothing."""


def objection(name: str, target: str) -> str | None:
    """Why a module may not import another, or None where it may."""
    room, top = room_of(name), target.partition(".")[0]
    if room is None:
        return "stands in no room: add it to the table"
    if top in PACKAGES:
        return direction_objection(room, target)
    if top in sys.stdlib_module_names:
        return "hides what it imports" if top == "importlib" and target not in _READS_ONLY else None
    return None if top in room.libraries else f"may not import the library {top}"


def direction_objection(room: Room, target: str) -> str | None:
    """Why a room may not import another, or None where it may."""
    other = room_of(target)
    if other is None:
        return f"imports {target}, which stands in no room"
    if other.floor > room.floor:
        return f"may not import {target}, which is higher in the house"
    if other.wing and room.wing and other.wing != room.wing:
        return f"may not import {target}, which is in the other wing"
    return None


def violations(root: Path) -> list[str]:
    """Every import against the rules below `root`, as `module:line: why`."""
    known = modules(root)
    found: list[str] = []
    graph: dict[str, set[str]] = {}
    for name, path in known.items():
        if room_of(name) is None:
            found.append(f"{name}: stands in no room: add it to the table")
            continue
        wanted = list(imports(name, path, known))
        found += [f"{name}:{line}: {why}" for line, target in wanted if (why := objection(name, target))]
        graph[name] = {target for _, target in wanted if target in known and target != name}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found.append(" -> ".join(error.args[1]) + ": import each other")
    return found


def test_no_import_goes_against_the_direction() -> None:
    """Every module stands in the table and imports only what its room may import."""
    assert violations(ROOT) == []


def test_every_room_stands() -> None:
    """The table names no room that is not there, and gives no room a library that it does not use."""
    known = modules(ROOT)
    assert set(ROOMS) <= set(known)
    for name, room in ROOMS.items():
        inside = {module: path for module, path in known.items() if room_of(module) is room}
        used = {
            target.partition(".")[0] for module, path in inside.items() for _, target in imports(module, path, known)
        }
        assert set(room.libraries) <= used, name


@pytest.mark.parametrize(
    "module", ["scraper.errors", "scraper.identifiers", "scraper.records", "scraper.titles", "scraper.decide"]
)
def test_the_core_needs_no_library(module: str) -> None:
    """Names, records, titles and decisions are made with the standard library alone."""
    assert ROOMS[module].libraries == ()


@pytest.mark.parametrize(
    ("library", "rooms"),
    [
        ("httpx", {"scraper.http"}),
        ("yaml", {"scraper.plain_yaml"}),
        ("mkdocs", {"site_config.plugin"}),
        ("click", {"scraper.cli"}),
    ],
)
def test_a_library_stays_in_its_room(library: str, rooms: set[str]) -> None:
    """The libraries that we may want to leave one day are each used in one place."""
    assert {name for name, room in ROOMS.items() if library in room.libraries} == rooms


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small house of the same plan, without a fault."""
    for path, text in {
        "scraper/__init__.py": "",
        "scraper/errors.py": "class PaperstandError(Exception): ...\n",
        "scraper/records.py": "import re\nfrom scraper.errors import PaperstandError\n",
        "scraper/decide.py": "from scraper import records\n",
        "scraper/store/__init__.py": "from . import files\nfrom scraper.decide import records\n",
        "scraper/store/files.py": "from ..errors import PaperstandError\n",
        "scraper/http.py": "import httpx\n",
        "scraper/sources/__init__.py": "from scraper.http import httpx\n",
        "site_config/__init__.py": "",
        "site_config/catalog.py": "from scraper.store import files\n",
        "scraper/cli.py": "import click\nfrom scraper import sources\nfrom site_config import catalog\n",
    }.items():
        file = tmp_path / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    return tmp_path


def test_a_house_without_fault_has_none(house: Path) -> None:
    """The small house that the next tests spoil is fine by itself."""
    assert violations(house) == []


@pytest.mark.parametrize(
    ("path", "line", "complaint"),
    [
        (
            "scraper/records.py",
            "from scraper.decide import x",
            "records:1: may not import scraper.decide, which is higher",
        ),
        ("scraper/records.py", "from scraper import store", "records:1: may not import scraper.store, which is higher"),
        (
            "scraper/records.py",
            "from .store import files",
            "records:1: may not import scraper.store.files, which is higher",
        ),
        ("scraper/store/files.py", "from ..http import x", "files:1: may not import scraper.http, which is higher"),
        ("scraper/errors.py", "def f():\n    import scraper.records", "errors:2: may not import scraper.records"),
        (
            "scraper/sources/x.py",
            "import site_config.catalog",
            "x:1: may not import site_config.catalog, which is in the other",
        ),
        (
            "site_config/catalog.py",
            "import scraper.http",
            "catalog:1: may not import scraper.http, which is in the other",
        ),
        ("scraper/decide.py", "import httpx", "decide:1: may not import the library httpx"),
        ("scraper/sources/x.py", "import yaml", "x:1: may not import the library yaml"),
        ("site_config/catalog.py", "from mkdocs.plugins import x", "catalog:1: may not import the library mkdocs"),
        ("scraper/decide.py", "import importlib", "decide:1: hides what it imports"),
        ("scraper/manager.py", "", "scraper.manager: stands in no room"),
        (
            "scraper/errors.py",
            "from scraper.manager import x",
            "errors:1: imports scraper.manager, which stands in no room",
        ),
        (
            "scraper/store/files.py",
            "from scraper import store",
            "scraper.store -> scraper.store.files -> scraper.store: import",
        ),
    ],
)
def test_a_violation_is_found(house: Path, path: str, line: str, complaint: str) -> None:
    """An import against the direction is found, however it is written: absolute, relative, within a function."""
    file = house / path
    file.write_text(f"{line}\n{file.read_text() if file.exists() else ''}")
    assert any(complaint in found for found in violations(house)), violations(house)
