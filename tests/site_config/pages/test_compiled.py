"""Compiled templates: kept from one build to the next, and never in the place of what a template says now."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest

from site_config.pages.compiled import ENDING, FOLDER, CompiledTemplates
from site_config.pages.site import keep_compiled
from site_config.plugin import Means, build
from tests.site_config.conftest import ROOT, MakeRoot


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A template."""
    path = tmp_path / "templates" / "greeting.html"
    path.parent.mkdir()
    path.write_text("Good morning, {{ name }}.")
    return path


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the templates that were compiled, one after the other."""
    names: list[str] = []
    real = jinja2.Environment.compile

    def compile_(self: jinja2.Environment, source: str, name: str, filename: str) -> object:
        names.append(name)
        return real(self, source, name, filename)

    monkeypatch.setattr(jinja2.Environment, "compile", compile_)
    return names


def rendered(template: Path, compiler: str = "1") -> str:
    """What the template gives in a process of its own, as it were: Jinja remembers nothing."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(template.parent), bytecode_cache=CompiledTemplates(compiler), autoescape=True
    )
    return environment.get_template(template.name).render(name="<reader>")


def file_of(template: Path) -> Path:
    """Where the compiled template is."""
    return template.parent / FOLDER / (template.name + ENDING)


def test_a_template_is_compiled_once(template: Path, compiled: list[str]) -> None:
    """The next build takes what the one before has left beside it."""
    first = rendered(template)
    assert rendered(template) == first == "Good morning, &lt;reader&gt;."
    assert compiled == ["greeting.html"]
    assert [*file_of(template).parent.iterdir()] == [file_of(template)]


def test_an_edited_template_is_compiled_anew(template: Path, compiled: list[str]) -> None:
    """Whatever the clock says: it is what the template says that counts."""
    rendered(template)
    template.write_text("Good evening, {{ name }}.")
    assert rendered(template) == rendered(template) == "Good evening, &lt;reader&gt;."
    assert len(compiled) == 2


def test_another_compiler_compiles_anew(template: Path, compiled: list[str]) -> None:
    """Another version of Jinja, Python or this code may make something else of the same template."""
    rendered(template)
    rendered(template, "2")
    assert len(compiled) == 2


@pytest.mark.parametrize("damage", ["empty", "short", "zeros", "flipped", "a folder"])
def test_what_is_damaged_is_compiled_anew(template: Path, compiled: list[str], damage: str) -> None:
    """Nothing that a disk or a killed build left is run."""
    rendered(template)
    file = file_of(template)
    whole = file.read_bytes()
    file.unlink()
    match damage:
        case "empty":
            file.write_bytes(b"")
        case "short":
            file.write_bytes(whole[:-9])
        case "zeros":
            file.write_bytes(bytes(len(whole)))
        case "flipped":
            file.write_bytes(whole[:-9] + bytes((whole[-9] ^ 1,)) + whole[-8:])
        case "a folder":
            file.mkdir()
    assert rendered(template) == "Good morning, &lt;reader&gt;."
    assert len(compiled) == 2


def test_where_nothing_can_be_written_each_build_compiles(template: Path, compiled: list[str]) -> None:
    """As in an installation that belongs to somebody else."""
    file_of(template).parent.write_text("no folder")
    assert rendered(template) == rendered(template) == "Good morning, &lt;reader&gt;."
    assert len(compiled) == 2


@pytest.fixture
def own_theme(make_root: MakeRoot) -> Iterator[Path]:
    """A root with a theme of its own, as a clone has it."""
    root = make_root("library")
    theme = root / "site_config" / "theme"
    shutil.copytree(ROOT / "site_config" / "theme", theme, ignore=shutil.ignore_patterns(FOLDER))
    configuration = root / "mkdocs.yml"
    text = configuration.read_text(encoding="utf-8")
    configuration.write_text(text.replace((ROOT / "site_config" / "theme").as_posix(), theme.as_posix()), "utf-8")
    yield root
    keep_compiled(None)


def test_a_build_with_a_cache_keeps_them_and_publishes_none(
    own_theme: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They lie beside the templates, of which the site has none; the second build compiles nothing of the theme."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    means = Means(own_theme / ".cache")
    site = build(own_theme, means=means)
    theme = own_theme / "site_config" / "theme"
    assert {path.name for path in theme.rglob(f"*{ENDING}")} >= {f"main.html{ENDING}", f"header.html{ENDING}"}
    assert not [path for path in site.rglob("*") if ".pyc" in path.name or path.name == FOLDER]
    compiled.clear()
    before = {path.name: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    build(own_theme, means=means)
    assert compiled == []
    assert {path.name: path.read_bytes() for path in site.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("keeps", ["no cache", "no compiled files at all"])
def test_who_wants_none_gets_none(own_theme: Path, monkeypatch: pytest.MonkeyPatch, keeps: str) -> None:
    """A build without a cache keeps nothing, nor one for which Python is told to write no compiled files."""
    monkeypatch.setattr(sys, "dont_write_bytecode", keeps != "no cache")
    build(own_theme, means=Means(own_theme / ".cache") if keeps != "no cache" else None)
    assert not [*own_theme.rglob(f"*{ENDING}")]
