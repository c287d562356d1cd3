"""The schema files: made of the code, true of every file, and never stricter than what reads the files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from scraper import plain_yaml, settings
from scraper.errors import ContentError
from scraper.schemas import FOLDER, schema_texts
from scraper.store import ContentStore, documents

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "site_config" / "examples").glob("*.yml"))
FOLDERS = {"paper": "papers", "day": "daily", "list": "lists"}


def as_json(value: Any) -> Any:
    """A value of the YAML reader as an editor has it, for which a date is a text."""
    if isinstance(value, dict):
        return {str(key): as_json(one) for key, one in value.items()}
    if isinstance(value, list):
        return [as_json(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


@cache
def schema_of(kind: str) -> dict[str, Any]:
    """The committed schema."""
    schema: dict[str, Any] = json.loads((ROOT / FOLDER / f"{kind}.json").read_text("utf-8"))
    return schema


@cache
def validator(kind: str) -> Draft202012Validator:
    """What checks a value against the committed schema."""
    return Draft202012Validator(schema_of(kind))


def objections(kind: str, text: str) -> list[str]:
    """What the schema has against a YAML text."""
    return [error.message for error in validator(kind).iter_errors(as_json(plain_yaml.load(text)))]


def test_the_committed_schemas_are_those_of_the_code() -> None:
    """A key that the code learns and the schema files do not have fails here; `make schemas` writes them."""
    committed = {path.name: path.read_text("utf-8") for path in (ROOT / FOLDER).iterdir()}
    assert committed == schema_texts()


@pytest.mark.parametrize("kind", ["site", *FOLDERS])
def test_a_schema_is_one(kind: str) -> None:
    """Each file is a JSON Schema of the dialect that it names, and says of every key what it is for."""
    schema = schema_of(kind)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"

    def undescribed(part: Any) -> Iterator[str]:
        if isinstance(part, dict):
            yield from (name for name, one in part.get("properties", {}).items() if not one.get("description"))
            for one in part.values():
                yield from undescribed(one)

    assert list(undescribed(schema)) == []


@pytest.mark.parametrize("kind", FOLDERS)
def test_every_committed_file_satisfies_its_schema(kind: str) -> None:
    """What stands in content/, and what the tests hold, is what an editor would let stand."""
    for root in (ROOT, ROOT / "tests" / "data" / "library", ROOT / "tests" / "data" / "hostile"):
        for path in ContentStore(root).content_files(FOLDERS[kind]):
            front = documents.split(path.read_text("utf-8")).front
            assert objections(kind, front) == [], path


@pytest.mark.parametrize("path", [ROOT / settings.PATH, *EXAMPLES], ids=lambda path: path.name)
def test_settings_satisfy_the_schema_that_they_name(path: Path) -> None:
    """site.yml and each example name the schema in their first line, where editors look, and satisfy it."""
    text = path.read_text("utf-8")
    named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    if named or path in EXAMPLES:  # a fork's own site.yml need not have the line
        assert named
        assert (path.parent / named[1]).resolve() == ROOT / FOLDER / "site.json"
    assert objections("site", text) == []
    assert settings.parse(text).name


def test_an_editor_is_told_which_schema_is_whose() -> None:
    """The workspace's settings name every schema file, and paths that there are."""
    told = json.loads((ROOT / ".vscode" / "settings.json").read_text())["yaml.schemas"]
    assert {(ROOT / schema).name for schema in told} == set(schema_texts())
    for schema, patterns in told.items():
        assert (ROOT / schema).is_file()
        for pattern in [patterns] if isinstance(patterns, str) else patterns:
            folder = ROOT / pattern.partition("*")[0]
            assert folder.exists() or pattern.startswith("content/"), pattern  # a new fork has no list yet


JUNK = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-3, 3000),
        st.dates(),
        st.text("ab :,'\"#-.0{}[]é/", max_size=8),
        st.sampled_from(
            ["2511.08567", "cs.RO", "https://example.org/", "HTTP://x", "x y", " cs.RO ", "weekend", "red"]
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["id", "name", "note", "number", "x"]), inner)
    ),
    max_leaves=6,
)
SOUND: Mapping[str, Mapping[str, Any]] = {
    "site": plain_yaml.load((ROOT / "site_config" / "examples" / "robotics.yml").read_text("utf-8"))
    | {
        "same_authors": {"A. B.": ["A B"]},
        "same_organizations": {"O": ["o"]},
        "giscus": {"repository_id": "R", "category_id": "C"},
        "thumbnails": True,
    }
    | {"mail": {"provider": "P", "form": "https://example.org/"}, "citations": "openalex"},
    "paper": plain_yaml.load(
        "{id: '2511.08567', title: T, authors: [A], author_count: 3, submitted: 2025-11-11, organization: O,"
        " categories: [cs.RO], keywords: [k], links: {code: https://example.org/}, source: arxiv,"
        " featured: [2025-11-13], versions: [{number: 1}], aliases: [a-slug], withdrawn: 2025-12-01, own: {key: null}}"
    ),
    "day": plain_yaml.load(
        "{title: T, date: 2025-11-13, empty: weekend, papers: [{id: '2511.08567', upvotes: 1, why: arxiv}, cs/0112017]}"
    ),
    "list": plain_yaml.load(
        "{title: T, description: D, curator: C, papers: ['2511.08567', {id: cs/0112017, note: N, comments: 2}]}"
    ),
}
READERS: Mapping[str, Callable[[str], Any]] = {
    "site": settings.parse,
    "paper": lambda text: documents.parse_paper(f"---\n{text}---\n"),
    "day": lambda text: documents.parse_day(f"---\n{text}---\n"),
    "list": lambda text: documents.parse_list(f"---\n{text}---\n", "a-list"),
}


def places(value: Any, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to each value within a value."""
    yield way
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, (list, tuple)) else ()
    for key, one in pairs:
        yield from places(one, (*way, key))


def spoilt(value: Any, way: tuple[str | int, ...], junk: Any) -> Any:
    """The value with something else at a place."""
    if not way:
        return junk
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[way[0]] = spoilt(value[way[0]], way[1:], junk)  # type: ignore[index] # a key or a position, as it is
    return changed


@pytest.mark.parametrize("kind", SOUND)
@effort(max_examples=150, deadline=None)
@given(chance=st.data())
def test_what_a_schema_refuses_the_reader_refuses(kind: str, chance: st.DataObject) -> None:
    """Whatever stands at whichever place: an editor underlines nothing that Paperstand would take."""
    way = chance.draw(st.sampled_from([way for way in places(SOUND[kind]) if way]))
    text = plain_yaml.dump(spoilt(SOUND[kind], way, chance.draw(JUNK)))
    if objections(kind, text):
        with pytest.raises(ContentError):
            READERS[kind](text)


@pytest.mark.parametrize("kind", SOUND)
def test_what_is_sound_is_refused_by_neither(kind: str) -> None:
    """The values that the test above spoils, with every known key among them, are fine before."""
    text = plain_yaml.dump(SOUND[kind])
    assert objections(kind, text) == []
    assert READERS[kind](text)
    known = set(schema_of(kind)["properties"]) - {"exclude"}
    assert known <= set(SOUND[kind]) | {"exclude"}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("site", "name: T\ntheme: {primary: pinkish}\n"),
        ("site", "name: T\nnaem: T\n"),
        ("site", "name: T\nrevisit_days: many\n"),
        ("site", "name: T\ncategories: [robots!]\n"),
        ("site", "description: no name\n"),
        ("paper", "id: '2511.08567'\ntitle: T\nsubmitted: soon\n"),
        ("paper", "id: '2511.08567'\ntitle: T\nversions: [{number: 1, day: 2}]\n"),
        ("day", "title: T\ndate: 2025-11-13\nempty: dunno\npapers: []\n"),
        ("list", "title: T\npaper: ['2511.08567']\n"),
        ("list", "title: T\npapers: [{id: '2511.08567', note: Good, read it}]\n"),
    ],
)
def test_slips_are_seen_while_they_are_typed(kind: str, text: str) -> None:
    """The slips that people make most are refused by the schema already, and by the reader as well."""
    assert objections(kind, text)
    with pytest.raises(ContentError) as error:
        READERS[kind](text)
    assert all(problem.line for problem in error.value.problems)
