"""The plain YAML that content and settings are written in: strings, whole numbers, booleans, dates, lists and maps.

YAML 1.1, which PyYAML reads, turns `2501.10010` into a float, `No` into a boolean and `0112017` into an octal number.
Here a plain word is text unless it is `null`, `true`, `false`, a decimal whole number or a date, as in YAML 1.2's core
schema less its floats. Anchors, aliases and tags are refused: nothing in a front matter may multiply itself or build an
object.

This is the one module that imports `yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

__all__ = [
    "Flow",
    "FlowMap",
    "MappingNode",
    "Node",
    "PlainYamlError",
    "ScalarNode",
    "SequenceNode",
    "comments",
    "compose",
    "dump",
    "load",
    "scalar",
]


class PlainYamlError(Exception):
    """YAML that cannot be read. `line` counts from 1 within the text that was given."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        self.message = message
        super().__init__(f"line {line}: {message}")


class Flow(list[Any]):
    """A list that is written on one line, in brackets."""


class FlowMap(dict[str, Any]):
    """A map that is written on one line, in braces."""


_RESOLVERS: tuple[tuple[str, str, list[str | None]], ...] = (
    ("tag:yaml.org,2002:bool", r"true|false", ["t", "f"]),
    ("tag:yaml.org,2002:int", r"[-+]?(?:0|[1-9][0-9]*)", list("-+0123456789")),
    ("tag:yaml.org,2002:null", r"~|null|", ["~", "n", "", None]),
    ("tag:yaml.org,2002:timestamp", r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])", list("0123456789")),
)


def _restrict(target: Any) -> None:
    target.yaml_implicit_resolvers = {}
    for tag, pattern, first in _RESOLVERS:
        target.add_implicit_resolver(tag, re.compile(rf"(?:{pattern})\Z", re.ASCII), first)


class _Loader(yaml.CSafeLoader):
    """The fast reader, in C. A key that stands twice is refused: YAML forbids it, and PyYAML takes the last one."""

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Any, Any]:
        mapping = super().construct_mapping(node, deep)
        if len(mapping) != len(node.value):
            seen: set[str] = set()
            for key, _ in node.value:
                if key.value in seen:
                    raise PlainYamlError(int(key.start_mark.line) + 1, f"the key {key.value!r} stands twice")
                seen.add(key.value)
        return mapping


class _Dumper(yaml.SafeDumper):
    """The Python emitter: the one in C writes an emoji as an escape.

    It keeps YAML 1.1's resolvers, so that a text which any other YAML reader would take for a number or a boolean
    (`2501.10010`, `No`) is written in quotes.
    """

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _construct_date(_loader: Any, node: ScalarNode) -> date | str:
    """A date; a text such as 2025-02-30, which no calendar has, stays text for the reader of the field to refuse."""
    try:
        return date.fromisoformat(node.value)
    except ValueError:
        return str(node.value)


_restrict(_Loader)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _construct_date)
_Dumper.add_representer(
    Flow, lambda dumper, value: dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True)
)
_Dumper.add_representer(
    FlowMap, lambda dumper, value: dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=True)
)

MAX_DEPTH = 20
"""Lists and maps within each other. Content has four; the reader in C goes down one level of its stack for each."""

# Whatever could be an anchor, an alias, a tag, a merge key or a deep nest: such a text is gone through once more, which
# is slower, to see whether it is one. Most texts hold none of these and are spared that.
_SUSPICIOUS = re.compile(
    r"(?:^|[\s\[\]{},:?-])(?:[&*!]\S|<<)"
    rf"|^ {{{MAX_DEPTH}}}|(?:[-?] +){{{MAX_DEPTH}}}|[\[{{](?:[^\[{{]{{0,99}}[\[{{]){{{MAX_DEPTH}}}",
    re.MULTILINE,
)


def load(text: str) -> Any:
    """The value that a text stands for. Raises PlainYamlError."""
    return _read(text, lambda: yaml.load(text, Loader=_Loader))  # noqa: S506 - a SafeLoader with fewer types


def compose(text: str) -> Node | None:
    """The text's nodes, whose marks (`start_mark.index`, `end_mark.index`) are offsets in characters.

    Raises PlainYamlError.
    """
    node: Node | None = _read(text, lambda: yaml.compose(text, Loader=_Loader))
    return node


def comments(text: str) -> list[str]:
    """The comments of a text, in order. Raises PlainYamlError."""
    found: list[str] = []
    end = 0
    for token in _read(text, lambda: list(yaml.scan(text, Loader=_Loader))):
        found += re.findall("#.*", text[end : token.start_mark.index])
        end = token.end_mark.index
    return found + re.findall("#.*", text[end:])


def _read(text: str, read: Callable[[], Any]) -> Any:
    try:
        if _SUSPICIOUS.search(text):
            _refuse_more_than_plain(text)
        return read()
    except yaml.YAMLError as error:
        raise _readable(error) from None
    except (RecursionError, ValueError) as error:
        raise PlainYamlError(1, f"cannot be read as YAML: {error}") from None


def _refuse_more_than_plain(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        mark: Any = event.start_mark
        line = int(mark.line) + 1
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise PlainYamlError(line, f"more than {MAX_DEPTH} lists and maps within each other")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise PlainYamlError(
                line, "anchors (&) and aliases (*) are not allowed; put quotes around a text that starts so"
            )
        if getattr(event, "tag", None):
            raise PlainYamlError(
                line, "tags (!) are not allowed; put quotes around a text that starts with an exclamation mark"
            )


_ADVICE = {
    "mapping values are not allowed": " (put quotes around a text that holds a colon and a space)",
    "',' or '}'": " (put quotes around a text that holds a comma, a colon or a bracket, and close each brace)",
    "',' or ']'": " (put quotes around a text that holds a comma, a colon or a bracket, and close each bracket)",
    "cannot start any token": " (indent with spaces, not tabs; put quotes around a text that starts with %, @ or `)",
    "could not find expected ':'": " (expected `key: value` or `- element`, each with a space, here or one line above)",
}
"""What to do about the errors that people make most, by libyaml's own words for them."""


def _readable(error: yaml.YAMLError) -> PlainYamlError:
    mark: Any = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    hint = next((advice for words, advice in _ADVICE.items() if words in problem), "")
    # What is not closed is found out at the next line that does not fit; a person looks for where it was opened.
    opened: Any = getattr(error, "context_mark", None)
    if opened and mark and opened.line < mark.line and "flow" in (getattr(error, "context", None) or ""):
        mark = opened
    return PlainYamlError(int(mark.line) + 1 if mark else 1, f"cannot be read as YAML: {problem}{hint}")


def dump(value: Mapping[str, Any]) -> str:
    """A map as YAML, keys in the order given, one line a value: no line is ever broken, so that a diff stays small."""
    return _dump(value)


def scalar(value: Any) -> str:
    """One value as it stands inside a flow map: quoted where it must be, on one line."""
    return _dump(FlowMap({"k": value}))[len("{k: ") : -len("}\n")]


def _dump(value: Any) -> str:
    return str(
        yaml.dump(
            value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=float("inf"), default_flow_style=False
        )
    )
