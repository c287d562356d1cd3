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


_TEXT, _LIST, _MAP = (f"tag:yaml.org,2002:{name}" for name in ("str", "seq", "map"))


def _date(written: str) -> date | str:
    """A date; a text such as 2025-02-30, which no calendar has, stays text for the reader of the field to refuse."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return written


_SCALARS: tuple[tuple[str, str, str, Callable[[str], Any]], ...] = (
    ("bool", r"true|false", "tf", lambda written: written == "true"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789", int),
    ("null", r"~|null|", "~n", lambda _: None),
    ("timestamp", r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])", "0123456789", _date),
)
"""The types that a text without quotes may have: how each is written, the signs that it begins with, how it is read."""

_READ: Mapping[str, Callable[[str], Any]] = {
    _TEXT: str,
    **{f"tag:yaml.org,2002:{name}": read for name, _, _, read in _SCALARS},
}
_PATTERNS = [
    (f"tag:yaml.org,2002:{name}", re.compile(rf"(?:{pattern})\Z", re.ASCII), begins)
    for name, pattern, begins, _ in _SCALARS
]
_MAY_BE = {
    sign: [(tag, pattern) for tag, pattern, begins in _PATTERNS if sign in begins]
    for sign in {sign for _, _, begins in _PATTERNS for sign in begins}
} | {"": [(tag, pattern) for tag, pattern, _ in _PATTERNS if pattern.match("")]}
"""The types of a text, by its first sign."""


class _Loader(yaml.CSafeLoader):
    """The fast parser, in C, and next to nothing around it: PyYAML's own makes of each node what took it twice as long.

    It calls these methods for each node: on the way down, to learn its type, and on the way up.
    """

    _depth = 0

    def resolve(self, kind: type[Node], value: str, implicit: Any) -> str:
        if kind is ScalarNode:
            if implicit[0]:  # without quotes
                for tag, pattern in _MAY_BE.get(value[:1], ()):
                    if pattern.match(value):
                        return tag
            return _TEXT
        if self._depth > MAX_DEPTH:
            raise _TooDeepError
        return _LIST if kind is SequenceNode else _MAP

    def descend_resolver(self, *_: Any) -> None:
        self._depth += 1

    def ascend_resolver(self) -> None:
        self._depth -= 1


class _TooDeepError(Exception):
    """Lists and maps within each other, more than `MAX_DEPTH` of them."""


def _value(node: Node) -> Any:
    if isinstance(node, ScalarNode):
        read = _READ.get(node.tag)
        if read is None:
            raise PlainYamlError(_line(node), _NO_TAGS)
        return read(node.value)
    if node.tag not in {_LIST, _MAP}:
        raise PlainYamlError(_line(node), _NO_TAGS)
    return [_value(one) for one in node.value] if isinstance(node, SequenceNode) else _map(node)


def _map(node: Node) -> dict[Any, Any]:
    """A map. A key that stands twice is refused: YAML forbids it, and PyYAML takes the last one."""
    values: dict[Any, Any] = {}
    for name, one in node.value:
        key = _value(name)
        if isinstance(key, (list, dict)):
            raise PlainYamlError(_line(name), "a key must be a text, not a list or a map")
        if key in values:
            raise PlainYamlError(_line(name), f"the key {name.value!r} stands twice")
        values[key] = _value(one)
    return values


def _line(part: Node | yaml.Event) -> int:
    mark: Any = part.start_mark
    return int(mark.line) + 1


class _Dumper(yaml.SafeDumper):
    """The Python emitter: the one in C writes an emoji as an escape.

    It keeps YAML 1.1's resolvers, so that a text which any other YAML reader would take for a number or a boolean
    (`2501.10010`, `No`) is written in quotes.
    """

    def ignore_aliases(self, _data: Any) -> bool:
        return True


_Dumper.add_representer(
    Flow, lambda dumper, value: dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True)
)
_Dumper.add_representer(
    FlowMap, lambda dumper, value: dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=True)
)

_NO_TAGS = "tags (!) are not allowed; put quotes around a text that starts with an exclamation mark"

MAX_DEPTH = 20
"""Lists and maps within each other. Content has four; the reader in C goes down one level of its stack for each."""

# Whatever could be an anchor, an alias, a tag or a merge key: such a text is gone through once more, which is slower,
# to see whether it is one. Most texts hold none of these and are spared that.
_SIGNS = ("&", "*", "!", "<<")
_SUSPICIOUS = re.compile(r"(?:^|[\s\[\]{},:?-])(?:[&*!]\S|<<)", re.MULTILINE)


def load(text: str) -> Any:
    """The value that a text stands for. Raises PlainYamlError."""
    return _read(text, lambda: None if (root := _composed(text)) is None else _value(root))


def compose(text: str) -> Node | None:
    """The text's nodes, whose marks (`start_mark.index`, `end_mark.index`) are offsets in characters.

    Raises PlainYamlError.
    """
    node: Node | None = _read(text, lambda: _composed(text))
    return node


def _composed(text: str) -> Node | None:
    loader = _Loader(text)
    try:
        root: Node | None = loader.get_single_node()
    finally:
        loader.dispose()
    return root


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
        if _is_suspicious(text):
            _refuse_more_than_plain(text)
        try:
            return read()
        except _TooDeepError:
            _refuse_more_than_plain(text)  # which knows the line
            raise
    except yaml.YAMLError as error:
        raise _readable(error) from None
    except ValueError as error:
        raise PlainYamlError(1, f"cannot be read as YAML: {error}") from None


def _is_suspicious(text: str) -> bool:
    # To look for the signs takes a tenth of the time of the search.
    return any(sign in text for sign in _SIGNS) and _SUSPICIOUS.search(text) is not None


def _refuse_more_than_plain(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = _line(event)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise PlainYamlError(line, f"more than {MAX_DEPTH} lists and maps within each other")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise PlainYamlError(
                line, "anchors (&) and aliases (*) are not allowed; put quotes around a text that starts so"
            )
        if getattr(event, "tag", None):
            raise PlainYamlError(line, _NO_TAGS)


_OPEN = " (look here and above for a quote that is opened or closed alone, and for a line that is indented otherwise)"
_ADVICE = {
    "mapping values are not allowed": " (put quotes around a text that holds a colon and a space)",
    "',' or '}'": " (put quotes around a text that holds a comma, a colon or a bracket, and close each brace)",
    "',' or ']'": " (put quotes around a text that holds a comma, a colon or a bracket, and close each bracket)",
    "cannot start any token": " (indent with spaces, not tabs; put quotes around a text that starts with %, @ or `)",
    "end of stream": " (a quote that is opened here is closed nowhere)",
    "did not find expected key": _OPEN,
    "did not find expected '-' indicator": _OPEN,
    "could not find expected ':'": " (expected `key: value` or `- element`, each with a space, here or one line above)",
}
"""What to do about the errors that people make most, by libyaml's own words for them."""


def _readable(error: yaml.YAMLError) -> PlainYamlError:
    mark: Any = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    hint = next((advice for words, advice in _ADVICE.items() if words in problem), "")
    # What is not closed is found out at the next line that does not fit; a person looks for where it was opened.
    opened: Any = getattr(error, "context_mark", None)
    context = getattr(error, "context", None) or ""
    if opened and mark and opened.line < mark.line and ("flow" in context or "quoted" in context):
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
