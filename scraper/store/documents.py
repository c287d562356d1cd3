"""The content files' format, both ways: text -> record and record -> text, for the three kinds of file.

`parse_…` takes a file's text and gives its record, or raises ContentError whose problems carry lines. `render_…` gives
the one canonical text of a record: for every file that Paperstand wrote, `render(parse(text)) == text`, and for every
record `parse(render(record)) == record`. A file that people have edited is never rendered anew; see `edits`.

Each kind's keys stand in one table (`_PAPER`, `_DAY`, `_LIST`, …): how a value is read, how it is written, what is
expected. A known key that a person left empty (`organization: null`) is kept in the record's `extra`: it says "none",
so that no scrape fills it in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from scraper import identifiers, plain_yaml
from scraper.errors import ContentError, IdentifierError, Problem
from scraper.plain_yaml import Flow, FlowMap, PlainYamlError
from scraper.records import (
    Author,
    CuratedList,
    Day,
    DayEntry,
    EmptyReason,
    ListEntry,
    Paper,
    Version,
    clean_line,
    clean_text,
    clean_url,
)

Keys = tuple[str | int, ...]
"""Where a value stands in a front matter: keys of maps and positions in lists, outermost first."""


class _UnexpectedError(Exception):
    """Values that are not what their keys take: (expected, the keys that lead there from the value that was read)."""

    def __init__(self, expected: str = "", keys: Keys = (), *, found: Sequence[tuple[str, Keys]] = ()) -> None:
        self.found = tuple(found) or ((expected, keys),)
        super().__init__(self.found)

    def below(self, key: str | int) -> list[tuple[str, Keys]]:
        """The same, seen from one level further up."""
        return [(expected, (key, *keys)) for expected, keys in self.found]


@dataclass(frozen=True, slots=True)
class Document:
    """A content file cut in two: the front matter's text, where it starts, and the body below it."""

    front: str
    start: int
    """Offset of the front matter in the file's text, in characters."""
    body: str
    """All that follows the closing line."""


_OPENING = re.compile(r"\ufeff?---[ \t]*\r?\n")
_CLOSING = re.compile(r"^---[ \t]*(?:\r?\n|\Z)", re.MULTILINE)


def split(text: str, path: str = "") -> Document:
    """Cut a file at its front matter. Raises ContentError when there is none."""
    opening = _OPENING.match(text)
    closing = _CLOSING.search(text, opening.end()) if opening else None
    if not opening or not closing:
        where = "opens" if not opening else "closes"
        raise ContentError(
            [Problem(path, 1, f"expected a front matter between two lines of ---, but no such line {where} it")]
        )
    return Document(text[opening.end() : closing.start()], opening.end(), text[closing.end() :])


# What a value may be. Each function gives the record's value or raises _UnexpectedError.


def _text(value: Any) -> str:
    """One line of text. A number, date or boolean without quotes is taken as the text it was written as."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, (str, int, date)):
        raise _UnexpectedError("text")
    line = clean_line(str(value))
    if not line:
        raise _UnexpectedError("text that is not empty")
    return line


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _UnexpectedError("a whole number from 0 up")
    return value


def _date(value: Any) -> date:
    if not isinstance(value, date):
        raise _UnexpectedError("a date such as 2025-11-13")
    return value


def _identifier(value: Any) -> str:
    text = _text(value)
    try:
        canonical = identifiers.canonical(text)
    except IdentifierError:
        try:
            canonical = identifiers.parse_reference(text).identifier
        except IdentifierError:
            raise _UnexpectedError(
                f"an identifier such as '2511.08567', 'cs/0112017', a DOI or a slug, not {text!r}"
            ) from None
    if canonical != text:
        raise _UnexpectedError(f"the identifier {canonical!r} rather than {text!r}")
    return canonical


def _url(value: Any) -> str:
    """An address; null says that there is none, and stands as an empty text."""
    url = "" if value is None else clean_url(_text(value))
    if url is None:
        raise _UnexpectedError("an address that starts with https:// or http://")
    return url


def _empty_reason(value: Any) -> EmptyReason:
    try:
        return EmptyReason(value)
    except ValueError:
        raise _UnexpectedError("one of " + ", ".join(EmptyReason)) from None


def _many(one: Callable[[Any], Any], *, alone: bool = False) -> Callable[[Any], tuple[Any, ...]]:
    """A list of such values; with `alone`, a single value may stand for a list of one."""

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            if not alone:
                raise _UnexpectedError("a list")
            value = [value]
        values, found = [], []
        for position, element in enumerate(value):
            try:
                values.append(one(element))
            except _UnexpectedError as error:
                found += error.below(position)
        if found:
            raise _UnexpectedError(found=found)
        return tuple(values)

    return read


def _author(value: Any) -> Author:
    return Author(_text(value))


def _links(value: Any) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise _UnexpectedError("a map of names to addresses")
    links = {}
    for name, address in value.items():
        try:
            links[_text(name)] = _url(address)
        except _UnexpectedError as error:
            raise _UnexpectedError(found=error.below(name)) from None
    return links


# How a record's values are written.


def _flow(values: Sequence[Any]) -> Flow:
    return Flow(values)


def _one_or_flow(values: Sequence[Any]) -> Any:
    return values[0] if len(values) == 1 else Flow(values)


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class _Field:
    """One key of a map. `name` is the record's attribute."""

    name: str
    read: Callable[[Any], Any]
    write: Callable[[Any], Any] = _same
    required: bool = False


_VERSION = (_Field("number", _number, required=True), _Field("submitted", _date))
_PAPER = (
    _Field("id", _identifier, required=True),
    _Field("title", _text, required=True),
    _Field("authors", _many(_author), lambda authors: Flow(author.name for author in authors)),
    _Field("author_count", _number),
    _Field("submitted", _date),
    _Field("organization", _text),
    _Field("categories", _many(_text), _flow),
    _Field("keywords", _many(_text), _flow),
    _Field("links", _links, lambda links: FlowMap({name: address or None for name, address in links.items()})),
    _Field("source", _text),
    _Field("featured", _many(_date, alone=True), _one_or_flow),
    _Field(
        "versions",
        _many(lambda value: _read_map(Version, _VERSION, value)),
        lambda versions: Flow(_written(version, _VERSION) for version in versions),
    ),
    _Field("withdrawn", _date),
    _Field("aliases", _many(_identifier), _flow),
)
_DAY_ENTRY = (
    _Field("id", _identifier, required=True),
    _Field("upvotes", _number),
    _Field("comments", _number),
    _Field("stars", _number),
    _Field("why", _text),
    _Field("score", _number),
    _Field("citations", _number),
)
_LIST_ENTRY = (_Field("id", _identifier, required=True), _Field("note", _text), _Field("comments", _number))


def _entry(record: type, fields: tuple[_Field, ...]) -> Callable[[Any], Any]:
    """An entry of a list of papers: a map, or the bare identifier."""
    return lambda value: _read_map(record, fields, value if isinstance(value, dict) else {"id": value})


_DAY = (
    _Field("title", _text, required=True),
    _Field("date", _date, required=True),
    _Field("empty", _empty_reason, str),
    _Field(
        "papers", _many(_entry(DayEntry, _DAY_ENTRY)), lambda entries: [day_entry_value(entry) for entry in entries]
    ),
)
_LIST = (
    _Field("title", _text, required=True),
    _Field("description", _text),
    _Field("curator", _text),
    _Field(
        "papers",
        _many(_entry(ListEntry, _LIST_ENTRY)),
        lambda entries: [list_entry_value(entry) for entry in entries],
        required=True,
    ),
)


def _read_map(record: type, fields: tuple[_Field, ...], value: Any) -> Any:
    if not isinstance(value, dict):
        raise _UnexpectedError("a map of keys to values")
    values, extra = _read_fields(fields, value)
    for key, given in extra.items():
        if given is None:  # {id: …, note: Good, read it}: the comma ends the note
            raise _UnexpectedError(f"a value for {key!r}, or quotes around a text that holds a comma", (key,))
    if extra:
        if "extra" not in getattr(record, "__dataclass_fields__", ()):
            raise _UnexpectedError(
                "no other keys than " + ", ".join(field.name for field in fields), (next(iter(extra)),)
            )
        values["extra"] = extra
    return record(**values)


def _read_fields(fields: tuple[_Field, ...], value: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The known keys' values, and all other keys; a paper's known key that is empty counts among the others."""
    extra = dict(value)
    values: dict[str, Any] = {}
    found: list[tuple[str, Keys]] = []
    for field in fields:
        given = extra.get(field.name)
        if given is None or (given in ([], {}) and not field.required):
            if field.required:
                found.append((f"a value for {field.name!r}", (field.name,) if field.name in extra else ()))
            if fields is not _PAPER:
                extra.pop(field.name, None)
            continue
        try:
            values[field.name] = field.read(given)
        except _UnexpectedError as error:
            found += error.below(field.name)
        del extra[field.name]
    if found:
        raise _UnexpectedError(found=found)
    return values, extra


def _written(record: Any, fields: tuple[_Field, ...]) -> FlowMap:
    values = FlowMap()
    for field in fields:
        value = getattr(record, field.name)
        if value is not None and value not in ((), {}):
            values[field.name] = field.write(value)
    values.update(getattr(record, "extra", {}))
    return values


def day_entry_value(entry: DayEntry) -> FlowMap:
    """A day's entry as the value that is written."""
    return _written(entry, _DAY_ENTRY)


def list_entry_value(entry: ListEntry) -> FlowMap | str:
    """A list's entry as the value that is written: an entry with nothing but an identifier is that identifier."""
    value = _written(entry, _LIST_ENTRY)
    return entry.id if set(value) == {"id"} else value


LIST_KEYS = tuple(field.name for field in _LIST)
"""What a curated list may say, and nothing else is shown."""


def paper_values(paper: Paper) -> Mapping[str, Any]:
    """A paper's front matter as the values that are written, in order."""
    return _written(paper, _PAPER)


# Text -> record.


def _parse_front(text: str, path: str, fields: tuple[_Field, ...]) -> tuple[dict[str, Any], str]:
    document = split(text, path)
    first_line = text.count("\n", 0, document.start) + 1
    try:
        value = plain_yaml.load(document.front)
    except PlainYamlError as error:
        raise ContentError([Problem(path, first_line + error.line - 1, error.message)]) from None
    if not isinstance(value, dict):
        raise ContentError([Problem(path, first_line, "expected a front matter of `key: value` lines")])
    try:
        values, extra = _read_fields(fields, value)
    except _UnexpectedError as error:
        root = plain_yaml.compose(document.front)
        problems = [
            Problem(path, first_line + _line_below(root, keys), _told(expected, keys)) for expected, keys in error.found
        ]
        raise ContentError(problems) from None
    return {**values, "extra": extra}, document.body


def _told(expected: str, keys: Keys) -> str:
    name = _spoken(keys)
    return f"{name}: expected {expected}" if name else f"expected {expected}"


def line_of(text: str, keys: Keys) -> int:
    """The line, from 1, on which a value of a file's front matter stands; 1 when it is not found."""
    first, root = _located(text)
    return first + _line_below(root, keys)


def lines_of(text: str, key: str) -> Sequence[int]:
    """The line, from 1, of each element of a list in a file's front matter; none where there is no such list."""
    first, root = _located(text)
    pairs = root.value if isinstance(root, plain_yaml.MappingNode) else []
    node = next((value for name, value in pairs if name.value == key), None)
    elements = node.value if isinstance(node, plain_yaml.SequenceNode) else []
    return [first + int(element.start_mark.line) for element in elements]


def _located(text: str) -> tuple[int, plain_yaml.Node | None]:
    """The line, from 1, on which a file's front matter begins, and its values, as far as they can be read."""
    try:
        document = split(text)
        return text.count("\n", 0, document.start) + 1, plain_yaml.compose(document.front)
    except (ContentError, PlainYamlError):
        return 1, None


def _line_below(node: plain_yaml.Node | None, keys: Keys) -> int:
    """The line, from 0 at the front matter's beginning, of a value: as near as its keys lead."""
    line = 0
    for key in keys:
        found = None
        if isinstance(node, plain_yaml.MappingNode):
            found = next(((name, value) for name, value in node.value if name.value == str(key)), None)
        elif isinstance(node, plain_yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            found = (node.value[key], node.value[key])
        if found is None:
            break
        line, node = int(found[0].start_mark.line), found[1]
    return line


def _spoken(keys: Keys) -> str:
    """Keys as a person would say them: papers[2].id, counted from 1."""
    spoken = ""
    for key in keys:
        spoken += f"[{key + 1}]" if isinstance(key, int) else f".{key}" if spoken else key
    return spoken


def parse_paper(text: str, path: str = "") -> Paper:
    """A paper's record. Raises ContentError."""
    values, body = _parse_front(text, path, _PAPER)
    return Paper(**values, abstract=clean_text(body))


def parse_day(text: str, path: str = "") -> Day:
    """A day's record. Raises ContentError."""
    values, body = _parse_front(text, path, _DAY)
    return Day(**values, note=_prose(body))


def parse_list(text: str, slug: str, path: str = "") -> CuratedList:
    """A curated list's record. Raises ContentError."""
    values, body = _parse_front(text, path, _LIST)
    return CuratedList(slug=slug, **values, prose=_prose(body))


def _prose(body: str) -> str:
    return body.replace("\r\n", "\n").strip("\n")


# Record -> text.


def _render(values: Mapping[str, Any], body: str) -> str:
    front = plain_yaml.dump(dict(values))
    return f"---\n{front}---\n" + (f"\n{body}\n" if body else "")


def render_paper(paper: Paper) -> str:
    """A paper's file."""
    return _render(paper_values(paper), paper.abstract)


def render_day(day: Day) -> str:
    """A day's file. A day without papers says so."""
    values = dict(_written(day, _DAY))
    values.setdefault("papers", Flow())
    return _render(values, day.note)


def render_list(curated: CuratedList) -> str:
    """A curated list's file."""
    values = dict(_written(curated, _LIST))
    values.setdefault("papers", Flow())
    return _render(values, curated.prose)
