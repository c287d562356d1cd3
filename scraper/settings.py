"""`site_config/site.yml`, the one file a fork edits, as a value.

Every key has a default but `name`; a key that is not known is an error, so that a slip of the pen is found at once. The
tables at the end say what each key takes: they read the file, and `SITE.schema` says the same to an editor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scraper import identifiers, plain_yaml, taxonomy
from scraper.errors import ContentError, IdentifierError, Problem
from scraper.plain_yaml import PlainYamlError
from scraper.records import clean_line, clean_url
from scraper.shapes import (
    ADDRESS_PATTERN,
    Key,
    Shape,
    UnexpectedError,
    Way,
    instead_of,
    list_of,
    map_of,
    meant,
    spoken,
    table,
)

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

SOURCES = ("huggingface", "arxiv", "biorxiv", "medrxiv")
"""The names of the sources there are (`scraper.sources` opens each)."""

ORDERS = ("upvotes", "score", "similarity")
"""In which order a day's papers stand: by the source's upvotes, by the score of the site's own rules, or by their
likeness to the papers of the site's curated lists."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""In `date.weekday`'s order."""

COUNTERS = ("openalex", "semanticscholar")
"""Who may be asked how often a paper was cited."""


@dataclass(frozen=True, slots=True)
class Theme:
    """The site's colours, by Material's names."""

    primary: str = "black"
    accent: str = "deep orange"


@dataclass(frozen=True, slots=True)
class Rules:
    """What a paper must have: any one of these. Matching is `scraper.rules`'."""

    keywords: tuple[str, ...] = ()
    """Words or phrases of the title, the abstract or the paper's own keywords."""
    categories: tuple[str, ...] = ()
    """arXiv's codes; `cs` means all of `cs.*`."""
    organizations: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.keywords or self.categories or self.organizations or self.authors)


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject that the site has a page for."""

    name: str
    slug: str
    """Its name in addresses."""
    description: str = ""
    rules: Rules = field(default_factory=Rules)
    exclude: Rules = field(default_factory=Rules)
    """What a paper must not have."""


@dataclass(frozen=True, slots=True)
class LeastPapers:
    """From how many papers on a name has a page. Each page costs bytes, and most names stand on one paper."""

    organizations: int = 2
    authors: int = 5
    keywords: int = 10


@dataclass(frozen=True, slots=True)
class Selection:
    """Which of the papers that the sources list come into a day."""

    include: Rules = field(default_factory=Rules)
    """Nothing here lets every paper in."""
    exclude: Rules = field(default_factory=Rules)
    most: int | None = None
    """How many papers a day has at most, the first of the order."""
    order: str | None = None
    """One of ORDERS; the source's own unless told."""


@dataclass(frozen=True, slots=True)
class Announcements:
    """When arXiv announces papers, as it says itself (https://info.arxiv.org/help/availability.html).

    Evenings and dates are those of the East of the United States.
    """

    evenings: tuple[str, ...] = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday")
    """Of WEEKDAYS."""
    holidays: frozenset[date] = frozenset()
    """Evenings without an announcement, beside those that `scraper.sources.arxiv_calendar` knows."""


@dataclass(frozen=True, slots=True)
class Giscus:
    """Comments kept in the repository's discussions, by giscus.app's two keys for a repository and a category."""

    repository_id: str
    category_id: str


@dataclass(frozen=True, slots=True)
class Mail:
    """The mail provider that keeps the subscribers' addresses: where its form sends one, and who it is."""

    provider: str
    form: str
    """The address to which the provider's sign-up form sends."""
    unsubscribe: str = ""
    """The address, or the provider's placeholder for one, that stands as List-Unsubscribe in each mail."""


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
    categories: tuple[str, ...] = ()
    """The arXiv categories that the arXiv source lists."""
    announcements: Announcements = field(default_factory=Announcements)
    selection: Selection = field(default_factory=Selection)
    revisit_days: int = 7
    """How many days, today included, a scrape visits: upvotes grow and papers are added after the day itself."""
    citations: str | None = None
    """Who is asked how often papers were cited, of COUNTERS; nobody unless told."""
    topics: tuple[Topic, ...] = ()
    same_authors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """One person's spellings, by the one that is shown."""
    same_organizations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """One organisation's names, by the one that is shown."""
    least_papers: LeastPapers = field(default_factory=LeastPapers)
    exclude: frozenset[str] = frozenset()
    """Identifiers that no source, list or page shows."""
    thumbnails: bool = False
    """Whether papers' pictures are shown, which their reader's browser then asks of a third party."""
    giscus: Giscus | None = None
    mail: Mail | None = None
    theme: Theme = field(default_factory=Theme)


# The shapes of single values.


def _read_text(value: Any) -> str:
    if not isinstance(value, str) or not clean_line(value):
        raise UnexpectedError("text")
    return clean_line(value)


def _read_address(value: Any) -> str:
    address = clean_url(_read_text(value))
    if address is None:
        raise UnexpectedError(f"an address such as https://example.org/papers/{instead_of(value)}")
    return address.rstrip("/")


def origin_of(address: str) -> str | None:
    """https://example.org of https://example.org/papers/, as a Content-Security-Policy takes it.

    None where the host could be read as more than a name: a policy ends a value at a space or a semicolon.
    """
    parts = urlsplit(address)
    try:
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not re.fullmatch(r"[a-z0-9.-]+", host):
        return None
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def _read_form(value: Any) -> str:
    address = clean_url(_read_text(value))
    if address is None or origin_of(address) is None:
        raise UnexpectedError(f"an address such as https://example.org/subscribe{instead_of(value)}")
    return address


_UNSUBSCRIBE = re.compile(r"https?://[^\s<>\"]+|mailto:[^\s<>\"]+@[^\s<>\"]+|\{\{[ -~]+\}\}")


def _read_unsubscribe(value: Any) -> str:
    text = _read_text(value)
    if not _UNSUBSCRIBE.fullmatch(text):
        raise UnexpectedError("an https or mailto address, or the provider's placeholder such as {{ UnsubscribeURL }}")
    return text


def _whole(least: int, most: int, what: str) -> Shape:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise UnexpectedError(f"{what} from {least} to {most}{instead_of(value)}")
        return value

    return Shape(read, {"type": "integer", "minimum": least, "maximum": most})


def _read_boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise UnexpectedError(f"true or false{instead_of(value)}")
    return value


def _read_date(value: Any) -> date:
    if not isinstance(value, date):
        raise UnexpectedError(f"a date such as 2027-01-01{instead_of(value)}")
    return value


def _read_identifier(value: Any) -> str:
    try:
        return identifiers.parse_reference(_read_text(value)).identifier
    except IdentifierError:
        raise UnexpectedError(f"an identifier such as '2511.08567'{instead_of(value)}") from None


def _matching(pattern: str, expected: str) -> Shape:
    def read(value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise UnexpectedError(f"{expected}{instead_of(value)}")
        return value

    return Shape(read, {"type": "string", "pattern": f"^(?:{pattern})$"})


def _one_of(names: tuple[str, ...], expected: str) -> Shape:
    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in names:
            raise UnexpectedError(f"{expected} {', '.join(names)}{instead_of(value)}{meant(value, names)}")
        return value

    return Shape(read, {"enum": list(names)})


_TEXT = Shape(_read_text, {"type": "string", "minLength": 1})
_TEXTS = list_of(_TEXT)
_UNSUBSCRIBE_TEXT = Shape(_read_unsubscribe, _TEXT.schema)
_ADDRESS = Shape(_read_address, {"type": "string", "format": "uri", "pattern": ADDRESS_PATTERN})
_SITE_ADDRESS = Shape(lambda value: _read_address(value) + "/", _ADDRESS.schema)
_FORM = Shape(_read_form, _ADDRESS.schema)
_FLAG = Shape(_read_boolean, {"type": "boolean"})
_DATE = Shape(_read_date, {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})
_IDENTIFIER = Shape(_read_identifier, {"type": "string"})
_CATEGORY = _matching(
    r"[a-z]+(?:-[a-z]+)?(?:\.[A-Za-z]+(?:-[A-Za-z]+)?)?",
    "one of arXiv's categories, such as cs.RO, or an archive such as cs",
)
_SLUG = _matching(r"[a-z0-9]+(?:-[a-z0-9]+)*", "a name of a-z, 0-9 and hyphens")
_COLOUR = _one_of(tuple(sorted(COLOURS)), "one of Material's colours:")


# The tables: what each map of site.yml takes.

_RULES: Mapping[str, Key] = {
    "keywords": Key(_TEXTS, "Words or phrases, found as whole words in the title, the abstract or the keywords."),
    "categories": Key(list_of(_CATEGORY), "arXiv's categories; an archive such as cs stands for all of its own."),
    "organizations": Key(_TEXTS, "Names of organisations."),
    "authors": Key(_TEXTS, "Names of authors."),
}
RULES = table(_RULES, Rules)


def slug_of(name: str) -> str:
    """A name as addresses have it: a-z, 0-9 and hyphens; "" where it has no such letter."""
    return identifiers.slugify(name) if re.search(r"\w", name) else ""


def _topic(name: str, description: str = "", slug: str = "", exclude: Rules | None = None, **rules: Any) -> Topic:
    slug = slug or slug_of(name)
    if not slug:
        raise UnexpectedError("a `slug` for a topic whose name has no letter of a-z")
    if not Rules(**rules):
        raise UnexpectedError("at least one of " + ", ".join(_RULES))
    return Topic(name, slug, description, Rules(**rules), exclude or Rules())


_TOPIC = table(
    {
        "name": Key(_TEXT, "What the topic is called.", required=True),
        "slug": Key(_SLUG, "Its name in addresses; made of the name unless told."),
        "description": Key(_TEXT, "One line on what it is about."),
        **_RULES,
        "exclude": Key(RULES, "What a paper of this topic must not have."),
    },
    _topic,
)


def _distinct_topics(topics: list[Topic]) -> tuple[Topic, ...]:
    slugs = [topic.slug for topic in topics]
    for position, slug in enumerate(slugs):
        if slug in slugs[:position]:
            raise UnexpectedError(found=[((position,), f"another name or slug: {slug} is a topic already")])
    return tuple(topics)


_SELECTION = table(
    {
        "include": Key(RULES, "What lets a paper in: any one of these. Every paper comes in where nothing is named."),
        "exclude": Key(RULES, "What keeps a paper out."),
        "most": Key(_whole(1, 1000, "a number"), "How many papers a day has at most."),
        "order": Key(_one_of(ORDERS, "one of"), "Which papers come first."),
    },
    Selection,
)
_ANNOUNCEMENTS = table(
    {
        "evenings": Key(list_of(_one_of(WEEKDAYS, "one of"), least=1), "The evenings on which arXiv announces papers."),
        "holidays": Key(list_of(_DATE, gather=frozenset), "The evenings on which it does not, by their dates."),
    },
    Announcements,
)
_LEAST_PAPERS = table(
    {
        "organizations": Key(_whole(1, 1000, "a number"), "Papers of an organisation."),
        "authors": Key(_whole(1, 1000, "a number"), "Papers of an author."),
        "keywords": Key(_whole(1, 1000, "a number"), "Papers with a keyword."),
    },
    LeastPapers,
)
_GISCUS = table(
    {
        "repository_id": Key(_TEXT, "data-repo-id, as giscus.app shows it.", required=True),
        "category_id": Key(_TEXT, "data-category-id, as giscus.app shows it.", required=True),
    },
    Giscus,
)
_MAIL = table(
    {
        "provider": Key(_TEXT, "Who keeps the addresses: Buttondown, say.", required=True),
        "form": Key(_FORM, "Where the provider's sign-up form sends an address.", required=True),
        "unsubscribe": Key(_UNSUBSCRIBE_TEXT, "What stands as List-Unsubscribe in each mail."),
    },
    Mail,
)
_THEME = table(
    {"primary": Key(_COLOUR, "The line above the header."), "accent": Key(_COLOUR, "Links and marks.")}, Theme
)


def _settings(**values: Any) -> Settings:
    """The settings, where their values go together."""
    settings = Settings(**values)
    wanted = settings.selection.include
    if "arxiv" in settings.sources and not (
        settings.categories or wanted.categories or wanted.keywords or wanted.authors
    ):
        expected = "`categories` such as [cs.RO] beside the source arxiv, or keywords or authors in selection.include"
        raise UnexpectedError(found=[(("sources",), expected)])
    return settings


SITE = table(
    {
        "name": Key(_TEXT, "The site's name.", required=True),
        "description": Key(_TEXT, "One line on what the site is."),
        "url": Key(_SITE_ADDRESS, "Where the site is published."),
        "repository": Key(_ADDRESS, "The repository that the site is made from."),
        "sources": Key(list_of(_one_of(SOURCES, "one of"), least=1), "Where papers come from."),
        "categories": Key(list_of(_CATEGORY), "The arXiv categories that the source arxiv lists."),
        "announcements": Key(_ANNOUNCEMENTS, "When arXiv announces papers, beside what is known of it."),
        "selection": Key(_SELECTION, "Which of the sources' papers come into a day."),
        "revisit_days": Key(_whole(1, 60, "a number of days"), "How many days a scrape visits, today included."),
        "citations": Key(_one_of(COUNTERS, "one of"), "Who is asked how often papers were cited."),
        "topics": Key(list_of(_TOPIC, gather=_distinct_topics), "Subjects that the site has a page for."),
        "same_authors": Key(map_of(_TEXTS, key=_TEXT), "One person's other spellings, by the name that is shown."),
        "same_organizations": Key(map_of(_TEXTS, key=_TEXT), "One organisation's other names, by the one shown."),
        "least_papers": Key(_LEAST_PAPERS, "From how many papers on a name has a page."),
        "exclude": Key(list_of(_IDENTIFIER, gather=frozenset), "Papers that must not be shown, whoever lists them."),
        "thumbnails": Key(_FLAG, "Show papers' pictures, which browsers then ask of a third party."),
        "giscus": Key(_GISCUS, "Comments in the repository's discussions."),
        "mail": Key(_MAIL, "The provider of the newsletter by mail."),
        "theme": Key(_THEME, "Colours, by Material's names."),
    },
    _settings,
)
"""What site.yml takes."""


def parse(text: str, path: str = PATH.as_posix()) -> Settings:
    """The settings that a text holds. Raises ContentError with every value that was not understood, and its line."""
    try:
        settings: Settings = SITE.read(plain_yaml.load(text))
    except PlainYamlError as error:
        raise ContentError([Problem(path, error.line, error.message)]) from None
    except UnexpectedError as error:
        raise ContentError([_problem(text, path, way, expected) for way, expected in error.found]) from None
    return settings


def notices(root: Path) -> Iterator[Problem]:
    """What may be a slip in the settings at `root`, which are understood: categories that arXiv may not have."""
    text = (root / PATH).read_text("utf-8")
    for node in _under(plain_yaml.compose(text), "categories"):
        for code in node.value if isinstance(node, plain_yaml.SequenceNode) else ():
            doubt = taxonomy.doubt(str(code.value))
            if doubt:
                yield Problem(PATH.as_posix(), code.start_mark.line + 1, doubt)


def _under(node: plain_yaml.Node | None, key: str) -> Iterator[plain_yaml.Node]:
    """What stands under a key, wherever that is."""
    if isinstance(node, plain_yaml.SequenceNode):
        for one in node.value:
            yield from _under(one, key)
    elif isinstance(node, plain_yaml.MappingNode):
        for name, value in node.value:
            yield from (value,) if name.value == key else _under(value, key)


def _problem(text: str, path: str, way: Way, expected: str) -> Problem:
    return Problem(path, _line_of(text, way), f"{spoken(way)}: expected {expected}" if way else f"expected {expected}")


def _line_of(text: str, way: Way) -> int:
    """The line of the last place on the way that is there."""
    node, line = plain_yaml.compose(text), 1
    for step in way:
        below = _step(node, step)
        if below is None:
            break
        line, node = below
    return line


def _step(node: plain_yaml.Node | None, step: str | int) -> tuple[int, plain_yaml.Node] | None:
    """The line of a key or element, and what stands there."""
    if isinstance(node, plain_yaml.MappingNode):
        return next(((name.start_mark.line + 1, value) for name, value in node.value if name.value == str(step)), None)
    if isinstance(node, plain_yaml.SequenceNode) and isinstance(step, int):
        return node.value[step].start_mark.line + 1, node.value[step]
    return None


def load(root: Path) -> Settings:
    """The settings of the library at `root`. Raises ContentError."""
    try:
        text = (root / PATH).read_bytes().decode()
    except FileNotFoundError:
        raise ContentError(
            [
                Problem(
                    PATH.as_posix(), 0, f"is missing in {root}: run this where your site is, or name that with --root"
                )
            ]
        ) from None
    except UnicodeDecodeError:
        raise ContentError([Problem(PATH.as_posix(), 1, "expected text in UTF-8")]) from None
    return parse(text)
