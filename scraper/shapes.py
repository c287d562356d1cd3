"""What a value in a file may be: one description that both reads it and says it as JSON Schema.

A `Shape` takes what the YAML reader gave. `read` gives the value for the record, and collects every problem with the
way to it (`("topics", 2, "keywords", 0)`), so that each is told with its own line and none hides another. `schema` is
the same description for an editor that completes and checks (JSON Schema, draft 2020-12).
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scraper.records import clean_line

Way = tuple[str | int, ...]
"""The keys and positions that lead to a value."""


class UnexpectedError(Exception):
    """Values that their places do not take. `found` has the way to each and what was expected there."""

    def __init__(self, expected: str = "", *, found: list[tuple[Way, str]] | None = None) -> None:
        self.found: list[tuple[Way, str]] = [((), expected)] if found is None else found
        super().__init__("; ".join(message for _, message in self.found))

    def below(self, key: str | int) -> list[tuple[Way, str]]:
        """The same findings seen from one level higher."""
        return [((key, *way), message) for way, message in self.found]


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of value. `read` raises UnexpectedError."""

    read: Callable[[Any], Any]
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a map, and what it is for, in a line."""

    shape: Shape
    about: str
    required: bool = False


ADDRESS_PATTERN = r"^\s*[hH][tT][tT][pP][sS]?://"
"""How an address of the web begins, for a schema; the reader looks at the rest, too."""


def spoken(way: Way) -> str:
    """A way as a person would say it: papers[2].id, counted from 1."""
    said = ""
    for step in way:
        said += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if said else str(step)
    return said


def instead_of(value: object) -> str:
    """What a message ends with, ", not 'votes'": what stands where something else was expected.

    Nothing for a list, a map and an empty value.
    """
    if value is None or isinstance(value, (list, dict)):
        return ""
    text = clean_line(str(value).lower() if isinstance(value, bool) else str(value))
    return f", not {text if len(text) <= 60 else text[:59] + '…'!r}"


def meant(written: object, names: Iterable[str]) -> str:
    """What a message ends with, "; did you mean 'selection'?".

    Nothing where none of the names is almost what was written.
    """
    folded = {name.casefold(): name for name in names}
    near = difflib.get_close_matches(str(written).casefold(), folded, n=1, cutoff=0.7)
    return f"; did you mean {folded[near[0]]!r}?" if near else ""


def described(schema: Mapping[str, Any], about: str) -> Mapping[str, Any]:
    """A schema with a line on what it is for."""
    return {"description": about, **schema}


def or_nothing(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of a value that may as well be empty."""
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], None]}
    if "anyOf" in schema:
        return {**schema, "anyOf": [*schema["anyOf"], {"type": "null"}]}
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    return {**schema, "type": [*kinds, "null"]}


def list_of(one: Shape, *, least: int = 0, gather: Callable[..., Any] = tuple) -> Shape:
    """A list whose elements all have one shape, given to `gather`."""

    def read(value: Any) -> Any:
        if not isinstance(value, list):
            raise UnexpectedError(
                "a list" + (f", such as [{clean_line(str(value))[:60].rstrip(' ,')}]" if value else "")
            )
        values, found = [], []
        for position, element in enumerate(value):
            try:
                values.append(one.read(element))
            except UnexpectedError as error:
                found += error.below(position)
        if found:
            raise UnexpectedError(found=found)
        if len(values) < least:
            raise UnexpectedError(f"a list of at least {least}")
        return gather(values)

    schema: dict[str, Any] = {"type": "array", "items": dict(one.schema)}
    return Shape(read, schema | ({"minItems": least} if least else {}))


def map_of(one: Shape, *, key: Shape) -> Shape:
    """A map with keys that a person chooses."""

    def read(value: Any) -> Mapping[Any, Any]:
        if not isinstance(value, dict):
            raise UnexpectedError("a map of keys to values")
        values, found = {}, []
        for name, element in value.items():
            try:
                values[key.read(name)] = one.read(element)
            except UnexpectedError as error:
                found += error.below(name)
        if found:
            raise UnexpectedError(found=found)
        return values

    return Shape(read, {"type": "object", "additionalProperties": dict(one.schema)})


def table(keys: Mapping[str, Key], build: Callable[..., Any]) -> Shape:
    """A map with fixed keys, given to `build` by name.

    An empty value counts as a missing one. A key that is not known is refused.
    """

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise UnexpectedError("a map of keys to values")
        values: dict[str, Any] = {}
        found: list[tuple[Way, str]] = []
        for name, given in value.items():
            if name not in keys:
                found.append(((name,), f"one of the keys {', '.join(keys)}{meant(name, keys)}"))
            elif given is not None:
                try:
                    values[name] = keys[name].shape.read(given)
                except UnexpectedError as error:
                    found += error.below(name)
        missing = [name for name, key in keys.items() if key.required and value.get(name) is None]
        found += [((), f"a value for {name!r}") for name in missing]
        if found:
            raise UnexpectedError(found=found)
        return build(**values)

    schema: dict[str, Any] = {
        "type": "object",
        "properties": {
            name: described(key.shape.schema if key.required else or_nothing(key.shape.schema), key.about)
            for name, key in keys.items()
        },
        "additionalProperties": False,
    }
    required = [name for name, key in keys.items() if key.required]
    return Shape(read, schema | ({"required": required} if required else {}))
