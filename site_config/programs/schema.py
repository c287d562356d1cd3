"""What the files for programs hold, as JSON Schema (https://json-schema.org/draft/2020-12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_DAY_PATTERN = r"^\d{4}-\d{2}-\d{2}$"
_MONTH_PATTERN = r"^(\d{4}-\d{2}|undated)$"


def _text(about: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": about, **more}


def _number(about: str) -> dict[str, Any]:
    return {"type": "integer", "minimum": 0, "description": about}


def _day(about: str) -> dict[str, Any]:
    return _text(about, format="date", pattern=_DAY_PATTERN)


def _moment(about: str) -> dict[str, Any]:
    return _text(about, format="date-time")


def _address(about: str) -> dict[str, Any]:
    return _text(about, format="uri")


def _texts(about: str) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string"}, "description": about}


def _many(what: Mapping[str, Any], about: str) -> dict[str, Any]:
    return {"type": "array", "items": dict(what), "description": about}


def _object(about: str, required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "description": about, "required": list(required), "properties": properties}


def _counts(about: str, pattern: str) -> dict[str, Any]:
    number = {"type": "integer", "minimum": 0}
    return {
        "type": "object",
        "description": about,
        "additionalProperties": number,
        "propertyNames": {"pattern": pattern},
    }


def _names(about: str) -> dict[str, Any]:
    return {"type": "object", "description": about, "additionalProperties": {"type": "string"}}


_IDENTIFIER = _text("The paper's identifier: arXiv's (2511.08567, cs/0112017), a DOI, or a slug.")
_ORGANIZATION = _object(
    "The organisation that the paper names.", ("name", "fullname"), name=_text("Its name."), fullname=_text("The same.")
)

_DEFINITIONS: Mapping[str, Any] = {
    "index": _object(
        "api/index.json: what there is.",
        ("format", "name", "url", "papers", "latest_day", "addresses", "days", "months", "lists", "topics"),
        format=_number("Grows when something is taken away or changes its meaning. What is added leaves it."),
        name=_text("The site's name."),
        description=_text("One line on what it is."),
        url=_address("The site's address. Other addresses are relative to it."),
        papers=_number("How many papers there are."),
        latest_day={**_day("The last day that has papers."), "type": ["string", "null"]},
        addresses=_names("Where each kind of file is; what stands in braces is to be filled in."),
        days=_counts("How many papers each day lists.", _DAY_PATTERN),
        months=_counts("How many papers each month's file has.", _MONTH_PATTERN),
        lists=_names("The titles of curated lists, by their names in addresses."),
        topics=_names("The names of topics, by their names in addresses."),
    ),
    "daily_papers": _many(
        _object(
            "A paper in a day.",
            ("paper", "publishedAt", "title"),
            paper=_object(
                "The paper.",
                ("id", "title", "summary"),
                id=_IDENTIFIER,
                title=_text("Its title, TeX and all."),
                summary=_text("Its abstract, TeX and all."),
                authors=_many(
                    _object("An author.", ("name",), name=_text("As the paper writes it.")),
                    "Its authors, in its order.",
                ),
                publishedAt=_moment("The day of its first version."),
                withdrawnAt=_moment("The day on which it was found withdrawn."),
                upvotes=_number("Upvotes when the day was last visited."),
                githubRepo=_address("Its code."),
                githubStars=_number("Stars of its code's repository."),
                projectPage=_address("Its project's page."),
                ai_keywords=_texts("Its keywords."),
                organization=_ORGANIZATION,
            ),
            publishedAt=_moment("The day that lists it."),
            title=_text("The paper's title."),
            numComments=_number("Comments when the day was last visited."),
            organization=_ORGANIZATION,
        ),
        "api/daily_papers/{day}.json: a day's papers in its order, as Hugging Face's API has them.",
    ),
    "list": _object(
        "api/lists/{list}.json: a curated list.",
        ("slug", "title", "papers"),
        slug=_text("Its name in addresses."),
        title=_text("Its title."),
        description=_text("One line on what it is about."),
        curator=_text("Who keeps it."),
        prose=_text("The curator's words, in Markdown."),
        papers=_many(
            _object(
                "A paper.",
                ("id",),
                id=_IDENTIFIER,
                title=_text("Its title, where the paper is in the library."),
                note=_text("The curator's words on it."),
            ),
            "In the curator's order.",
        ),
    ),
    "topic": _object(
        "api/topics/{topic}.json: the papers of a topic.",
        ("slug", "name", "description", "papers"),
        slug=_text("Its name in addresses."),
        name=_text("Its name."),
        description=_text("One line on what it is about; it may be empty."),
        papers=_many(_IDENTIFIER, "Identifiers, the papers listed last first."),
    ),
    "paper": _object(
        "A line of api/papers/{month}.jsonl.gz: a paper. The month is that of the first day that listed it, else that"
        " of its first version.",
        ("id", "title", "abstract", "page"),
        id=_IDENTIFIER,
        title=_text("TeX and all."),
        abstract=_text("TeX and all."),
        authors=_texts("Names as the paper writes them, in its order."),
        author_count=_number("How many authors there are, where their names are not known."),
        submitted=_day("The day of its first version."),
        organization=_text("The organisation that it names."),
        categories=_texts("arXiv's codes, the primary one first."),
        keywords=_texts("Its keywords."),
        topics=_texts("The site's topics that it belongs to, by their names in addresses."),
        links=_names("Addresses by what they lead to: code, project."),
        upstream=_address("Where the paper itself is."),
        page=_text("Its page, relative to the site's address."),
        source=_text("Where its record came from."),
        days=_many(
            _object(
                "A day that listed it.",
                ("date",),
                date=_day("The day."),
                upvotes=_number("Upvotes when the day was last visited."),
                comments=_number("Comments then."),
                stars=_number("Stars of its code's repository then."),
                citations=_number("How often it had been cited then."),
                why=_text("The source or rule that listed it."),
                score={"type": "integer", "description": "What that rule gave it."},
            ),
            "The days that listed it, oldest first.",
        ),
        versions=_many(
            _object("A version.", ("number",), number=_number("From 1."), submitted=_day("When it was submitted.")),
            "Its versions, as far as they are known.",
        ),
        withdrawn=_day("The day on which it was found withdrawn."),
        aliases=_texts("Identifiers under which it was known before."),
    ),
}

SCHEMA: Mapping[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Paperstand's files for programs",
    "description": "What is not known is left out. Use one of the definitions: schema.json#/$defs/paper, say.",
    "$defs": _DEFINITIONS,
}
"""What the files for programs hold, a definition for each kind of file."""
