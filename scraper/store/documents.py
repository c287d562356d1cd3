"""The content files' format, both ways: text -> record and record -> text, for the three kinds of file.

`parse_…` takes a file's text and gives its record, or raises ContentError whose problems carry lines. `render_…` gives
the one canonical text of a record: for every file that Paperstand wrote, `render(parse(text)) == text`, and for every
record `parse(render(record)) == record`. A file that people have edited is never rendered anew; see `edits`.

Each kind's keys stand in one table (`_PAPER`, `_DAY`, `_LIST`, …): what a value may be, what it is for, how it is
written. The tables read the files, and `SCHEMAS` say the same to an editor. A known key that a person left empty
(`organization: null`) is kept in the record's `extra`: it says "none", so that no scrape fills it in.
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
    LONGEST_LINE,
    LONGEST_TEXT,
    MOST_COUNTED,
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
    printable,
)
from scraper.shapes import ADDRESS_PATTERN, Shape, UnexpectedError, Way, described, list_of, meant, or_nothing, spoken

Keys = Way
"""Where a value stands in a front matter: keys of maps and positions in lists, outermost first."""


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


# What a value may be. Each function gives the record's value or raises UnexpectedError.


def _text(value: Any) -> str:
    """One line of text. A number, date or boolean without quotes is taken as the text it was written as."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, (str, int, date)):
        raise UnexpectedError("text")
    line = clean_line(str(value))
    if not line:
        raise UnexpectedError("text that is not empty")
    if len(line) > LONGEST_LINE:
        raise UnexpectedError(f"text of at most {LONGEST_LINE:,} characters")
    return line


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise UnexpectedError("a whole number from 0 up")
    if value > MOST_COUNTED:
        raise UnexpectedError(f"a whole number up to {MOST_COUNTED:,}")
    return value


def _date(value: Any) -> date:
    if not isinstance(value, date):
        raise UnexpectedError("a date such as 2025-11-13")
    return value


def _identifier(value: Any) -> str:
    text = _text(value)
    try:
        canonical = identifiers.canonical(text)
    except IdentifierError:
        try:
            canonical = identifiers.parse_reference(text).identifier
        except IdentifierError:
            raise UnexpectedError(
                f"an identifier such as '2511.08567', 'cs/0112017', a DOI or a slug, not {text!r}"
            ) from None
    if canonical != text:
        raise UnexpectedError(f"the identifier {canonical!r} rather than {text!r}")
    return canonical


def _url(value: Any) -> str:
    """An address; null says that there is none, and stands as an empty text."""
    url = "" if value is None else clean_url(_text(value))
    if url is None:
        raise UnexpectedError("an address that starts with https:// or http://")
    return url


def _empty_reason(value: Any) -> EmptyReason:
    try:
        return EmptyReason(value)
    except ValueError:
        raise UnexpectedError("one of " + ", ".join(EmptyReason)) from None


_TEXT = Shape(_text, {"type": ["string", "number", "boolean"], "minLength": 1})
_TEXTS = list_of(_TEXT)
_NUMBER = Shape(_number, {"type": "integer", "minimum": 0})
_DATE = Shape(_date, {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})
_IDENTIFIER = Shape(_identifier, {**_TEXT.schema, "pattern": r"^\s*\S+\s*$"})
_AUTHOR = Shape(lambda value: Author(_text(value)), _TEXT.schema)
_ADDRESS = Shape(_url, {"type": ["string", "null"], "pattern": ADDRESS_PATTERN})
_EMPTY_REASON = Shape(_empty_reason, {"enum": list(EmptyReason)})


def _links(value: Any) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise UnexpectedError("a map of names to addresses")
    links = {}
    for name, address in value.items():
        try:
            links[_text(name)] = _url(address)
        except UnexpectedError as error:
            raise UnexpectedError(found=error.below(name)) from None
    return links


_LINKS = Shape(_links, {"type": "object", "additionalProperties": _ADDRESS.schema})


def _one_or_more(one: Shape) -> Shape:
    """A list of such values, for which a single one may stand alone."""
    more = list_of(one)
    return Shape(
        lambda value: more.read(value if isinstance(value, list) else [value]), {"anyOf": [one.schema, more.schema]}
    )


# How a record's values are written.


def _flow(values: Sequence[Any]) -> Flow:
    return Flow(values)


def _one_or_flow(values: Sequence[Any]) -> Any:
    return values[0] if len(values) == 1 else Flow(values)


def _same(value: Any) -> Any:
    return value


_EMPTY: tuple[Any, ...] = ([], {})


@dataclass(frozen=True, slots=True)
class _Field:
    """One key of a map. `name` is the record's attribute, `about` says in a line what it is for."""

    name: str
    shape: Shape
    about: str
    write: Callable[[Any], Any] = _same
    required: bool = False

    @property
    def schema(self) -> Mapping[str, Any]:
        """What the key takes. One that need not be there may as well be empty."""
        return described(self.shape.schema if self.required else or_nothing(self.shape.schema), self.about)

    def is_none(self, value: Any) -> bool:
        """Whether this value says that there are none: an empty list or map where one belongs and need not be."""
        if value not in _EMPTY or self.required:
            return False
        kinds = (self.shape.schema, *self.shape.schema.get("anyOf", ()))
        return ("array" if value == [] else "object") in [kind.get("type") for kind in kinds]


def _map_of(fields: Sequence[_Field], others: Mapping[str, Any] | bool) -> Mapping[str, Any]:
    """The schema of a map with these keys, and with `others` for all other keys."""
    return {
        "type": "object",
        "properties": {field.name: field.schema for field in fields},
        "required": [field.name for field in fields if field.required],
        "additionalProperties": others,
    }


def _entry(record: type, fields: tuple[_Field, ...]) -> Shape:
    """An entry of a list of papers: a map, or the bare identifier."""
    return Shape(
        lambda value: _read_map(record, fields, value if isinstance(value, dict) else {"id": value}),
        {"anyOf": [_IDENTIFIER.schema, _map_of(fields, {"not": {"type": "null"}})]},
    )


_VERSION = (
    _Field("number", _NUMBER, "1 for the first version.", required=True),
    _Field("submitted", _DATE, "The day on which the version was submitted."),
)
_PAPER = (
    _Field("id", _IDENTIFIER, "The arXiv identifier, in quotes, a DOI, or a name of its own.", required=True),
    _Field("title", _TEXT, "One line of text.", required=True),
    _Field(
        "authors",
        list_of(_AUTHOR),
        "Names, as the paper writes them.",
        lambda authors: Flow(author.name for author in authors),
    ),
    _Field("author_count", _NUMBER, "How many authors there are, where their names are not known."),
    _Field("submitted", _DATE, "The day of the first version."),
    _Field("organization", _TEXT, "The authors' organisation; null says that there is none."),
    _Field("categories", _TEXTS, "arXiv's categories, the primary one first.", _flow),
    _Field("keywords", _TEXTS, "What the paper is about.", _flow),
    _Field(
        "links",
        _LINKS,
        "Addresses by what they lead to: code, project.",
        lambda links: FlowMap({name: address or None for name, address in links.items()}),
    ),
    _Field("source", _TEXT, "The source that first named the paper."),
    _Field("featured", _one_or_more(_DATE), "The days that listed the paper; leave it as it is.", _one_or_flow),
    _Field(
        "versions",
        list_of(Shape(lambda value: _read_map(Version, _VERSION, value), _map_of(_VERSION, others=False))),
        "The versions of the paper, as arXiv counts them.",
        lambda versions: Flow(_written(version, _VERSION) for version in versions),
    ),
    _Field("withdrawn", _DATE, "The day on which the paper was found withdrawn."),
    _Field("aliases", list_of(_IDENTIFIER), "Identifiers under which the paper was filed before.", _flow),
)
_DAY_ENTRY = (
    _Field("id", _IDENTIFIER, "The paper's identifier, in quotes.", required=True),
    _Field("upvotes", _NUMBER, "Upvotes at the source, at the last look."),
    _Field("comments", _NUMBER, "Comments at the source, at the last look."),
    _Field("stars", _NUMBER, "Stars of the code's repository, at the last look."),
    _Field("why", _TEXT, "The source or rule that listed the paper."),
    _Field("score", _NUMBER, "What that rule gave it."),
    _Field("citations", _NUMBER, "How often the paper had been cited, at the last look."),
)
_LIST_ENTRY = (
    _Field("id", _IDENTIFIER, "The paper's identifier, in quotes.", required=True),
    _Field("note", _TEXT, "Why the paper is here, in a line of plain text."),
    _Field("comments", _NUMBER, "How many comments the page showed that the list was imported from."),
)
_DAY = (
    _Field("title", _TEXT, "The day in words: 13 November 2025.", required=True),
    _Field("date", _DATE, "The day, as in the file's name.", required=True),
    _Field("empty", _EMPTY_REASON, "Why the day has no papers; only where it has none.", str),
    _Field(
        "papers",
        list_of(_entry(DayEntry, _DAY_ENTRY)),
        "The day's papers, in the order in which they are shown.",
        lambda entries: [day_entry_value(entry) for entry in entries],
    ),
)
_LIST = (
    _Field("title", _TEXT, "What the list is called.", required=True),
    _Field("description", _TEXT, "One line on what it is about."),
    _Field("curator", _TEXT, "Who keeps the list."),
    _Field(
        "papers",
        list_of(_entry(ListEntry, _LIST_ENTRY)),
        "The papers, by identifiers in quotes, in the order in which they are shown.",
        lambda entries: [list_entry_value(entry) for entry in entries],
        required=True,
    ),
)
_NONE = ({"type": "array", "maxItems": 0}, {"type": "object", "maxProperties": 0})
"""How an editor who empties a paper's key may write that."""


def _emptied(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A paper's schema, in which [] or {} may stand for every key that need not be there."""
    keys = {
        name: key
        if name in schema["required"]
        else {
            "description": key["description"],
            "anyOf": [{k: v for k, v in key.items() if k != "description"}, *_NONE],
        }
        for name, key in schema["properties"].items()
    }
    return {**schema, "properties": keys}


SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "paper": _emptied(_map_of(_PAPER, others=True)),
    "day": _map_of(_DAY, others=True),
    "list": _map_of(_LIST, others=True),
}
"""What each kind's front matter takes, as JSON Schema. What they refuse is refused by the readers, which know more."""


def _read_map(record: type, fields: tuple[_Field, ...], value: Any) -> Any:
    if not isinstance(value, dict):
        raise UnexpectedError("a map of keys to values")
    values, extra = _read_fields(fields, value)
    for key, given in extra.items():
        if given is None:  # {id: …, note: Good, read it}: the comma ends the note
            expected = f"a value for {key!r}, or quotes around a text that holds a comma"
            raise UnexpectedError(found=[((key,), expected)])
    if extra:
        if "extra" not in getattr(record, "__dataclass_fields__", ()):
            expected = "no other keys than " + ", ".join(field.name for field in fields)
            raise UnexpectedError(found=[((next(iter(extra)),), expected)])
        values["extra"] = extra
    return record(**values)


def _read_fields(fields: tuple[_Field, ...], value: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The known keys' values, and all other keys; a paper's known key that is empty counts among the others."""
    extra = dict(value)
    values: dict[str, Any] = {}
    found: list[tuple[Keys, str]] = []
    for field in fields:
        name = field.name
        given = extra.get(name)
        # An editor who empties a paper's key may write [] or {} as well, whatever belonged there.
        if given is None or (given in _EMPTY and ((fields is _PAPER and not field.required) or field.is_none(given))):
            if field.required:
                found.append(_missing(name, value, fields))
            if fields is not _PAPER:
                extra.pop(name, None)
            continue
        try:
            values[name] = field.shape.read(given)
        except UnexpectedError as error:
            found += error.below(name)
        del extra[name]
    if found:
        raise UnexpectedError(found=found)
    return values, extra


def _missing(name: str, value: Mapping[str, Any], fields: tuple[_Field, ...]) -> tuple[Keys, str]:
    """That a key has no value: at the key itself, or at the unknown one that may be meant for it."""
    if name in value:
        return (name,), f"a value for {name!r}"
    unknown = [key for key in value if key not in {field.name for field in fields} and meant(key, [name])]
    return tuple(unknown[:1]), f"a value for {name!r}" + (meant(unknown[0], [name]) if unknown else "")


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


PAPER_KEYS, DAY_KEYS = (tuple(field.name for field in fields) for fields in (_PAPER, _DAY))
"""The keys of a paper and of a day. Others may stand beside them."""
LIST_KEYS = tuple(field.name for field in _LIST)
"""What a curated list may say, and nothing else is shown."""
LIST_ENTRY_KEYS = tuple(field.name for field in _LIST_ENTRY)
"""What a paper of a list may say."""


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
    except UnexpectedError as error:
        root = plain_yaml.compose(document.front)
        problems = [
            Problem(path, first_line + _line_below(root, keys), _told(expected, keys)) for keys, expected in error.found
        ]
        raise ContentError(problems) from None
    return {**values, "extra": extra}, document.body


def _told(expected: str, keys: Keys) -> str:
    name = spoken(keys)
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


def parse_paper(text: str, path: str = "") -> Paper:
    """A paper's record. Raises ContentError."""
    values, body = _parse_front(text, path, _PAPER)
    return Paper(**values, abstract=clean_text(_of_a_size(body, path)))


def parse_day(text: str, path: str = "") -> Day:
    """A day's record. Raises ContentError."""
    values, body = _parse_front(text, path, _DAY)
    return Day(**values, note=_prose(_of_a_size(body, path)))


def parse_list(text: str, slug: str, path: str = "") -> CuratedList:
    """A curated list's record. Raises ContentError."""
    values, body = _parse_front(text, path, _LIST)
    return CuratedList(slug=slug, **values, prose=_prose(_of_a_size(body, path)))


def _of_a_size(body: str, path: str) -> str:
    if len(body) > LONGEST_TEXT:
        raise ContentError([Problem(path, 1, f"expected at most {LONGEST_TEXT:,} characters below the front matter")])
    return body


def _prose(body: str) -> str:
    return printable(body).strip("\n")


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
