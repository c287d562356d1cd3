"""A table of identifiers, for pages that carry none: `id<TAB>title`, a header first, one paper a line."""

from __future__ import annotations

from collections.abc import Mapping

from scraper.errors import ContentError, IdentifierError, Problem
from scraper.identifiers import parse_reference
from scraper.saved_page.decoding import LINE_END
from scraper.titles import normalised


def parse_identifiers(text: str, path: str) -> Mapping[str, str]:
    """Canonical identifiers by normalised title (`scraper.titles`).

    An identifier may be written in any form that names a paper. Columns after the second are left alone. Raises
    ContentError with every line that cannot be understood, and with titles that would stand for two papers.
    """
    lines = LINE_END.split(text.removeprefix("\ufeff"))
    if [column.strip().lower() for column in lines[0].split("\t")[:2]] != ["id", "title"]:
        raise ContentError([Problem(path, 1, "expected a first line that says: id, a tab, title")])
    table: dict[str, str] = {}
    problems: list[Problem] = []
    for number, line in enumerate(lines[1:], 2):
        message = _add(line, table) if line.strip() else None
        if message:
            problems.append(Problem(path, number, message))
    if problems:
        raise ContentError(problems)
    return table


def _add(line: str, table: dict[str, str]) -> str | None:
    """Enter a line into the table, or say why not."""
    reference, tab, rest = line.partition("\t")
    title = normalised(rest.partition("\t")[0])
    if not tab or not title:
        return "expected an identifier, a tab and a title"
    try:
        identifier = parse_reference(reference).identifier
    except IdentifierError as error:
        return str(error)
    if table.setdefault(title, identifier) != identifier:
        return f"the same title has another identifier further up: {table[title]}"
    return None
