"""`site_config/site.yml`, the one file a fork edits, as a value.

Every key has a default but `name`; a key that is not known is an error, so that a slip of the pen is found at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scraper import identifiers, plain_yaml
from scraper.errors import ContentError, IdentifierError, Problem
from scraper.plain_yaml import PlainYamlError
from scraper.records import clean_line, clean_url

PATH = Path("site_config", "site.yml")
"""Where the settings are, relative to the library's root."""

COLOURS = frozenset(
    (
        *("red", "pink", "purple", "deep purple", "indigo", "blue", "light blue", "cyan", "teal", "green"),
        *("light green", "lime", "yellow", "amber", "orange", "deep orange", "brown", "grey", "blue grey"),
        *("black", "white"),
    )
)
"""Material's colour names (https://squidfunk.github.io/mkdocs-material/setup/changing-the-colors/)."""


SOURCES = ("huggingface",)
"""The names of the sources there are (`scraper.sources` opens each)."""


@dataclass(frozen=True, slots=True)
class Theme:
    """The site's colours, by Material's names."""

    primary: str = "black"
    accent: str = "deep orange"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a fork decides about its site."""

    name: str
    description: str = ""
    url: str = "http://127.0.0.1:8000/"
    """Where the site is published; ends in a slash."""
    repository: str = ""
    """The repository's address, for links to a file's source, or nothing."""
    sources: tuple[str, ...] = ("huggingface",)
    """Where papers come from, by the sources' names."""
    revisit_days: int = 7
    """How many days, today included, a scrape visits: upvotes grow and papers are added after the day itself."""
    exclude: frozenset[str] = frozenset()
    """Identifiers that no source, list or page shows."""
    theme: Theme = field(default_factory=Theme)


class _UnexpectedError(Exception):
    """A value that its key does not take; `key` leads to a value below the one that was being read."""

    def __init__(self, expected: str, key: str | int | None = None) -> None:
        self.expected = expected
        self.key = key
        super().__init__(expected)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not clean_line(value):
        raise _UnexpectedError("text")
    return clean_line(value)


def _address(value: Any) -> str:
    address = clean_url(_text(value))
    if address is None:
        raise _UnexpectedError("an address such as https://example.org/papers/")
    return address.rstrip("/")


def _site_address(value: Any) -> str:
    return _address(value) + "/"


def _days(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 60:
        raise _UnexpectedError("a number of days from 1 to 60")
    return value


def _list_of(value: Any, one: Callable[[Any], str]) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _UnexpectedError("a list")
    values = []
    for position, element in enumerate(value):
        try:
            values.append(one(element))
        except _UnexpectedError as error:
            raise _UnexpectedError(error.expected, position) from None
    return tuple(values)


def _sources(value: Any) -> tuple[str, ...]:
    sources = _list_of(value, _text)
    if not sources or not set(sources) <= set(SOURCES):
        raise _UnexpectedError("at least one source, and of these: " + ", ".join(SOURCES))
    return sources


def _identifier(value: Any) -> str:
    try:
        return identifiers.parse_reference(_text(value)).identifier
    except IdentifierError:
        raise _UnexpectedError("an identifier such as '2511.08567'") from None


def _colour(value: Any) -> str:
    if not isinstance(value, str) or value not in COLOURS:
        raise _UnexpectedError("one of Material's colours: " + ", ".join(sorted(COLOURS)))
    return str(value)


def _theme(value: Any) -> Theme:
    return Theme(**_read(value, _THEME))


_THEME: Mapping[str, Callable[[Any], Any]] = {"primary": _colour, "accent": _colour}
_SITE: Mapping[str, Callable[[Any], Any]] = {
    "name": _text,
    "description": _text,
    "url": _site_address,
    "repository": _address,
    "sources": _sources,
    "revisit_days": _days,
    "exclude": lambda value: frozenset(_list_of(value, _identifier)),
    "theme": _theme,
}


def _read(value: Any, readers: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _UnexpectedError("a map of keys to values")
    values = {}
    for key, given in value.items():
        if key not in readers:
            raise _UnexpectedError("one of the keys " + ", ".join(readers), key)
        if given is None:
            continue
        try:
            values[key] = readers[key](given)
        except _UnexpectedError as error:
            raise _UnexpectedError(error.expected, key) from None
    return values


def parse(text: str, path: str = PATH.as_posix()) -> Settings:
    """The settings that a text holds. Raises ContentError, with the line of what was not understood."""
    try:
        values = _read(plain_yaml.load(text), _SITE)
        if "name" not in values:
            raise _UnexpectedError("a value for 'name'")
    except PlainYamlError as error:
        raise ContentError([Problem(path, error.line, error.message)]) from None
    except _UnexpectedError as error:
        spoken = f"{error.key}: " if error.key is not None else ""
        raise ContentError([Problem(path, _line_of(text, error.key), f"{spoken}expected {error.expected}")]) from None
    return Settings(**values)


def _line_of(text: str, key: str | int | None) -> int:
    node = plain_yaml.compose(text)
    pairs = node.value if isinstance(node, plain_yaml.MappingNode) else []
    return next((int(name.start_mark.line) + 1 for name, _ in pairs if name.value == str(key)), 1)


def load(root: Path) -> Settings:
    """The settings of the library at `root`. Raises ContentError."""
    try:
        text = (root / PATH).read_bytes().decode()
    except FileNotFoundError:
        raise ContentError(
            [Problem(PATH.as_posix(), 0, f"is missing in {root}: expected the site's settings")]
        ) from None
    except UnicodeDecodeError:
        raise ContentError([Problem(PATH.as_posix(), 1, "expected text in UTF-8")]) from None
    return parse(text)
