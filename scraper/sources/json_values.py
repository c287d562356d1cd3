"""Values out of JSON from strangers: what is not of the expected kind counts as absent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from scraper.records import MOST_COUNTED


def read_object(body: bytes) -> Mapping[str, Any]:
    """The object that a body holds. Raises ValueError for anything else."""
    value = read_value(body)
    if not isinstance(value, dict):
        raise ValueError(f"a JSON {type(value).__name__} where an object was expected")
    return value


def read_value(body: bytes) -> Any:
    """Whatever a body holds. Raises ValueError for what is not JSON."""
    try:
        return json.loads(body)
    except RecursionError:
        raise ValueError("JSON nested without end") from None
    except ValueError as error:
        raise ValueError(f"{len(body)} bytes that are not JSON") from error


def as_map(value: object) -> Mapping[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def as_text(value: object) -> str:
    """The value if it is a text, else an empty one."""
    return value if isinstance(value, str) else ""


def as_count(value: object) -> int | None:
    """The value if it is a whole number from 0 up, or the digits of one."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_COUNTED else None
