"""What every kind of page shares: its shape, its addresses, its templates, and how a date is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup

from scraper.records import day_title
from scraper.settings import Settings
from site_config import brevity, typeset
from site_config.chrome import Content
from site_config.pages import charts
from site_config.pages.compiled import CompiledTemplates
from site_config.pages.escaping import QuickEnvironment

TEMPLATES = Path(__file__).parent.parent / "templates"
DESCRIPTION_LENGTH = 160
"""Characters of a description that search engines show."""


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Kind(StrEnum):
    """The kinds of page; those of one kind and one depth have the same chrome."""

    HOME = "home"
    DAY = "day"
    PAPER = "paper"
    LISTS = "lists"
    LIST = "list"
    ARCHIVE = "archive"
    WEEK = "week"
    MONTH = "month"
    TRENDING = "trending"
    TOPICS = "topics"
    TOPIC = "topic"
    ORGANIZATIONS = "organizations"
    ORGANIZATION = "organization"
    AUTHORS = "authors"
    AUTHOR = "author"
    KEYWORDS = "keywords"
    KEYWORD = "keyword"
    STATISTICS = "statistics"
    SEARCH = "search"
    READING_LIST = "reading-list"
    PROGRAMS = "programs"
    SUBSCRIBE = "subscribe"
    ORDINARY = "ordinary"
    """One of MkDocs' own pages, the empty ones aside that we fill."""


class Page(msgspec.Struct, frozen=True):
    """One page, without its chrome. `path` is its address relative to the site's root: "" or ending in a slash."""

    path: str
    kind: Kind
    content: Content


class PromisedPage(msgspec.Struct, frozen=True):
    """One page whose content is gathered only where it is needed: `gather()` gives the page.

    `made_of` is all that `gather` reads, in plain values or as the stamps of those: where it is what it was at the last
    build, the page is what it was.
    """

    path: str
    kind: Kind
    made_of: Any
    gather: Callable[[], Page]
    papers: tuple[str, ...] = ()
    """Papers that the page shows in full: what is worked out for it serves their own pages, too, if they come next."""

    @property
    def content(self) -> Content:
        """The page's content, gathered now."""
        return self.gather().content


AnyPage = Page | PromisedPage


class Output(msgspec.Struct, frozen=True):
    """One file of the site: its path relative to the site's folder, and its text."""

    path: str
    text: str

    @property
    def encoded(self) -> bytes:
        """The file's bytes."""
        return self.text.encode()


class BinaryOutput(msgspec.Struct, frozen=True):
    """One file of the site that is not text."""

    path: str
    encoded: bytes


class Draft(msgspec.Struct, frozen=True):
    """One file of the site that is made when it is needed: `make(made_of)` gives its text or its bytes.

    `made_of` is all that `make` reads, in plain values (numbers, texts, dates, tuples, dictionaries, dataclasses of
    those): where it is what it was at the last build, the file is what it was. `make` is a function of a module, or a
    partial of one, so that another process can call it.
    """

    path: str
    made_of: Any
    make: Callable[[Any], str | bytes]


class Promise(msgspec.Struct, frozen=True):
    """One file whose draft is gathered only where it is needed.

    `stamp` is that of all that it is made of (`site_config.stamps`): where it is what it was, so is the file.
    """

    path: str
    stamp: bytes
    gather: Callable[[], Draft]


class Deferred(msgspec.Struct, frozen=True):
    """A template and its values: what `render` gives, made when it is needed and in whichever process needs it."""

    template: str
    values: Mapping[str, Any]

    def __html__(self) -> str:
        return render(self.template, **self.values)


SENT_AWAY = frozenset(("digest.html", "feed-papers.html"))
"""What programs read that know less HTML than a browser: mail, and what stands in a feed."""


class _JoinLines(Extension):
    """A template's line breaks and indentation are for its readers and not part of the page.

    Nor are the quotes and end tags that a browser does without.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - Jinja's
        joined = re.sub(r"\s*\n\s*", "", source)
        is_page = name and name.endswith(".html") and name not in SENT_AWAY
        return brevity.template(joined) if is_page else joined


def number(value: int) -> str:
    """12,345"""
    return f"{value:,}"


def counted(value: int, one: str, many: str = "") -> str:
    """1 paper, 2 papers"""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def weekday(on: date) -> str:
    """Thursday. Independent of the machine's language."""
    return _WEEKDAYS[on.weekday()]


def month_name(on: date) -> str:
    """November"""
    return day_title(on).split()[1]


def short_date(on: date) -> str:
    """13 Nov 2025"""
    return f"{on.day} {month_name(on)[:3]} {on.year}"


def day_and_month(on: date) -> str:
    """13 Nov"""
    return f"{on.day} {month_name(on)[:3]}"


def month_and_year(on: date) -> str:
    """Nov 2025, in one piece."""
    return f"{month_name(on)[:3]}\u00a0{on.year}"


def timestamp(on: date) -> str:
    """2025-11-13T00:00:00Z, a day's beginning as RFC 3339 has it."""
    return f"{on.isoformat()}T00:00:00Z"


def _environment() -> Environment:
    environment = QuickEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=[_JoinLines],
        trim_blocks=True,
        lstrip_blocks=True,
        # Asking the disk before each of thousands of pages whether a template has changed takes as long as to escape
        # their values. A server that builds again says so itself: `forget_templates`.
        auto_reload=False,
    )
    environment.filters |= {
        "number": number,
        "counted": counted,
        "weekday": weekday,
        "long_date": day_title,
        "short_date": short_date,
        "day_and_month": day_and_month,
        "month_and_year": month_and_year,
        "timestamp": timestamp,
        "typeset": typeset.html,
    }
    environment.globals |= {"bar": charts.bar, "bars": charts.bars}
    return environment


_ENVIRONMENT = _environment()


def forget_templates() -> None:
    """Read the templates again when they are next used: for a server, whose user may be editing them."""
    if _ENVIRONMENT.cache is not None:
        _ENVIRONMENT.cache.clear()


def keep_compiled(compiled: CompiledTemplates | None) -> None:
    """Keep the compiled templates for the next build, in this process and in the workers that it starts."""
    _ENVIRONMENT.bytecode_cache = compiled


def render(template: str, **values: object) -> Markup:
    """A template of `site_config/templates/`, whose values are escaped unless they are Markup."""
    # Jinja escapes what is put in, so that what comes out is Markup.
    return Markup(_ENVIRONMENT.get_template(template).render(values))  # noqa: S704 - see above


def macro(template: str, name: str) -> Callable[..., Markup]:
    """A macro of a template: for what is put out thousands of times it takes half of the time of `render`."""
    found: Callable[..., Markup] = getattr(_ENVIRONMENT.get_template(template).module, name)
    return found


def deferred(template: str, **values: Any) -> Deferred:
    """As `render`, made when the page is written and not at all where it is written already.

    The values are plain: no iterators, nothing that reads on its own.
    """
    return Deferred(template, values)


def day_path(on: date) -> str:
    """The address of a day's page."""
    return f"daily/{on.isoformat()}/"


def list_path(slug: str) -> str:
    """The address of a curated list's page."""
    return f"lists/{slug}/"


def root_from(path: str) -> str:
    """The way from a page up to the site's root: "../../"."""
    return "../" * path.count("/") or "./"


def page_file(path: str) -> str:
    """The file in which a page is written."""
    return f"{path}index.html"


def source_link(settings: Settings, path: str) -> str | None:
    """Where a file of the repository can be edited, or None where no repository is known."""
    return f"{settings.repository}/edit/HEAD/content/{path}" if settings.repository else None


def described(text: str, length: int = DESCRIPTION_LENGTH) -> str:
    """The beginning of a text, cut at the end of a word, on one line."""
    line = " ".join(text[: 4 * length].split())
    if len(line) <= length:
        return line
    return line[:length].rsplit(" ", 1)[0].rstrip(" ,;:.-") + "…"
