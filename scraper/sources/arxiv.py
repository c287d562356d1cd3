r"""arXiv's query interface: papers by identifier, title, author, keyword, category and day of submission.

`GET {ARXIV_ENDPOINT}/api/query`, Atom answers (https://info.arxiv.org/help/api/user-manual.html). Its terms of use
(https://info.arxiv.org/help/api/tou.html) ask for at most one request in three seconds over one connection, whichever
of arXiv's interfaces is used. Metadata, abstracts included, is CC0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from xml.etree import ElementTree as ET

from scraper import identifiers
from scraper.errors import FetchError, IdentifierError, Problem
from scraper.http import Answer, Client, Pace
from scraper.records import Author, Paper, Version, clean_line, clean_lines, clean_text
from scraper.sources.endpoints import endpoint
from scraper.sources.safe_xml import parse_xml
from scraper.taxonomy import SUBJECTS
from scraper.titles import normalised

NAME = "arxiv"
DEFAULT_ENDPOINT = "https://export.arxiv.org"
PACE = Pace("arxiv.org", 3.0, overload_pause=60.0, one_connection=True)
"""For all of arXiv's interfaces together."""
MAX_FOUND = 100
"""Papers looked at for one title."""
IDS_AT_ONCE = 100
"""Papers that one question names."""
PAGE_SIZE = 500
MOST_FOUND = 30_000
"""Papers that the interface gives for one query."""

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"
_ERROR_ID = re.compile(r"https?://(?:[a-z]+\.)?arxiv\.org/api/errors")

# How arXiv and authors say it in a comment, and in an abstract that took the place of the real one. A comment that only
# speaks of withdrawing ("needs to be withdrawn", "supersedes the withdrawn …") is not enough.
_WITHDRAWN = re.compile(
    r"\W*(?:(?:this|the)\s+(?:[\w-]+\s+){0,2}?)?(?:(?:has|have|had)\s+been\s+|is\s+|was\s+)?withdrawn\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Feed:
    """The papers of an answer in its order, how many there are altogether, and the entries that could not be read."""

    papers: tuple[Paper, ...]
    total: int
    problems: tuple[Problem, ...] = ()


def parse_feed(body: bytes) -> Feed:
    """Read an Atom answer.

    Raises ValueError for what is no such answer, or only the frame of one (arXiv sends feeds that announce entries and
    hold none; asking again helps), and FetchError for the "Error" entry by which arXiv refuses a request.
    """
    feed = parse_xml(body, f"{_ATOM}feed", "an Atom feed")
    entries = feed.findall(f"{_ATOM}entry")
    papers, problems = [], []
    for number, entry in enumerate(entries, start=1):
        if _ERROR_ID.match(_text(entry, f"{_ATOM}id")):
            raise FetchError(f"arXiv refuses the request: {_line(entry, f'{_ATOM}summary')}")
        try:
            papers.append(_paper(entry))
        except (ValueError, IdentifierError) as error:
            problems.append(Problem(NAME, 0, f"entry {number}: {error}; the entry is left out"))
    total = _text(feed, _TOTAL).strip()
    if not re.fullmatch(r"[0-9]{1,12}", total):
        raise ValueError("an Atom feed that does not tell its number of results")
    if not entries and int(total):
        raise ValueError(f"an Atom feed without entries that announces {total}")
    return Feed(tuple(papers), int(total), tuple(problems))


@dataclass(frozen=True, slots=True)
class Arxiv:
    """arXiv's query interface. `endpoint` without a slash at its end."""

    client: Client
    endpoint: str = DEFAULT_ENDPOINT

    def paper(self, identifier: str) -> Paper | None:
        """The latest version of a paper by its canonical arXiv identifier; None where arXiv has no such paper.

        Raises FetchError, and IdentifierError for an identifier that is not arXiv's.
        """
        _require_arxiv(identifier)
        feed = self._query(id_list=identifier, max_results=1)
        found = next((paper for paper in feed.papers if paper.id == identifier), None)
        if found is None and feed.problems:
            raise FetchError(f"arXiv's record of {identifier} cannot be read: {feed.problems[0].message}")
        return found

    def papers(self, wanted: Sequence[str]) -> Feed:
        """The latest versions of up to `IDS_AT_ONCE` papers by their canonical arXiv identifiers, those that arXiv has.

        Raises FetchError.
        """
        return self._query(id_list=",".join(wanted), max_results=len(wanted))

    def search(self, query: str) -> Feed:
        """All papers that a query finds, oldest submission first, each once. Raises FetchError."""
        papers: dict[str, Paper] = {}
        problems: list[Problem] = []
        start, total = 0, 1
        while start < total:
            if start >= MOST_FOUND:
                raise FetchError(f"arXiv finds {total:,} papers for {query[:200]!r}, more than it gives")
            page = self._query(
                least=total if start else 0,
                search_query=query,
                start=start,
                max_results=PAGE_SIZE,
                sortBy="submittedDate",
                sortOrder="ascending",
            )
            papers |= {paper.id: paper for paper in page.papers}
            problems += page.problems
            start, total = start + len(page.papers) + len(page.problems), page.total
        return Feed(tuple(papers.values()), total, tuple(problems))

    def find_by_title(self, title: str) -> Paper | None:
        """The one paper with this title, compared as `scraper.titles` does; None for no paper, and for two.

        Raises FetchError.
        """
        wanted = normalised(title)
        if not wanted:
            return None
        for query in _title_queries(title):
            found = self._query(search_query=query, max_results=MAX_FOUND).papers
            matching = {paper.id: paper for paper in found if normalised(paper.title) == wanted}
            if matching:
                return next(iter(matching.values())) if len(matching) == 1 else None
        return None

    def _query(self, *, least: int = 0, **parameters: str | int) -> Feed:
        # A malformed identifier answers 400, with an entry that says what is wrong with it.
        return self.client.get(
            f"{self.endpoint}/api/query",
            params=parameters,
            pace=PACE,
            accept=frozenset({200, 400}),
            read=partial(_read, least),
        )


def open_arxiv(client: Client, environment: Mapping[str, str]) -> Arxiv:
    """The interface as the environment wants it: `ARXIV_ENDPOINT`. Raises FetchError for one that is no address."""
    return Arxiv(client, endpoint(environment, "ARXIV_ENDPOINT", DEFAULT_ENDPOINT))


def _read(least: int, answer: Answer) -> Feed:
    feed = parse_feed(answer.body)
    if feed.total < least:
        # The pages behind the first now and then say that there is nothing: the day would end there.
        raise ValueError(f"a page that counts {feed.total} papers, where the first counted {least}")
    if answer.status != 200:
        raise FetchError(f"{answer.url}: answered {answer.status} with a feed that gives no reason")
    return feed


def submitted_between(first: datetime, end: datetime) -> str:
    """The part of a query that finds papers by when they were submitted: from `first` up to and without `end`, in UTC.

    The interface counts minutes and includes both ends.
    """
    last = end - timedelta(minutes=1)
    return f"submittedDate:[{first:%Y%m%d%H%M} TO {last:%Y%m%d%H%M}]"


def in_categories(categories: Sequence[str]) -> str:
    """The part of a query that finds papers by category, cross-lists included; an archive stands for all of its own.

    An archive that is no archive of others (hep-th, quant-ph) is a category itself.
    """
    terms = []
    for category in categories:
        terms.append(f"cat:{category}")
        if category in SUBJECTS:
            terms.append(f"cat:{category}.*")
    return _any_of(terms)


def about(keywords: Sequence[str], authors: Sequence[str]) -> str:
    """The part of a query that finds papers by words or phrases of their title or abstract, and by their authors."""
    terms = [f'{field}:"{words}"' for words in map(_words, keywords) if words for field in ("ti", "abs")]
    terms += [f'au:"{name}"' for name in map(_words, authors) if name]
    return _any_of(terms)


def _any_of(terms: Sequence[str]) -> str:
    return terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})"


def _words(text: str) -> str:
    """What arXiv's query language cannot misunderstand within quotes."""
    return " ".join(re.findall(r"[^\W_]+(?:'[^\W_]+)*", text))


def _require_arxiv(identifier: str) -> None:
    if identifiers.kind(identifier) is not identifiers.Kind.ARXIV:
        raise IdentifierError(f"{identifier!r} is not an arXiv identifier")


def _title_queries(title: str) -> tuple[str, ...]:
    """The title as a phrase, then its longest words: arXiv's index splits words and drops TeX by rules of its own."""
    plain = re.sub(r"\\[A-Za-z]+|[\\$]", " ", re.sub(r"\\[^A-Za-z\s]|[{}]", "", title))
    words = _words(plain).split()
    telling = sorted(dict.fromkeys(word for word in words if len(word) > 3), key=len, reverse=True)[:6]
    phrase = f'ti:"{" ".join(words)}"' if words else ""
    return tuple(query for query in (phrase, " AND ".join(f"ti:{word}" for word in telling)) if query)


def _paper(entry: ET.Element) -> Paper:
    reference = identifiers.parse_reference(_text(entry, f"{_ATOM}id"))
    _require_arxiv(reference.identifier)
    title = _line(entry, f"{_ATOM}title")
    if not title:
        raise ValueError(f"{reference.identifier} has no title")
    first, latest = _utc_day(entry, f"{_ATOM}published"), _utc_day(entry, f"{_ATOM}updated")
    names = (clean_line(author.findtext(f"{_ATOM}name") or "") for author in entry.iterfind(f"{_ATOM}author"))
    abstract = clean_text(_text(entry, f"{_ATOM}summary"))
    return Paper(
        id=reference.identifier,
        title=title,
        abstract=abstract,
        authors=tuple(Author(name) for name in names if name),
        submitted=first,
        categories=_categories(entry),
        source=NAME,
        versions=_versions(reference.version, first, latest),
        withdrawn=latest if is_withdrawn(_line(entry, f"{_ARXIV}comment"), abstract) else None,
    )


def _categories(entry: ET.Element) -> tuple[str, ...]:
    """arXiv's codes, the primary one first; a category may also be a code of MSC or ACM, which are not arXiv's."""
    primary = entry.find(f"{_ARXIV}primary_category")
    tags = ([] if primary is None else [primary]) + entry.findall(f"{_ATOM}category")
    terms = (tag.get("term", "") for tag in tags if tag.get("scheme", _ARXIV[1:-1]) == _ARXIV[1:-1])
    return clean_lines(terms)


def _versions(number: int | None, first: date | None, latest: date | None) -> tuple[Version, ...]:
    """What an answer knows of a paper's versions: when the first was submitted, and which one this is, and when."""
    if number is None or number == 1:
        return (Version(1, first),)
    return (Version(1, first), Version(number, latest))


def is_withdrawn(comment: str, abstract: str) -> bool:
    """Whether a comment, or an abstract in the real one's place, says that the paper is withdrawn."""
    return bool(_WITHDRAWN.match(comment) or _WITHDRAWN.match(abstract))


def _utc_day(entry: ET.Element, tag: str) -> date | None:
    try:
        return datetime.fromisoformat(_text(entry, tag).strip()).astimezone(UTC).date()
    except (ValueError, OverflowError):
        return None


def _text(element: ET.Element, tag: str) -> str:
    return element.findtext(tag) or ""


def _line(element: ET.Element, tag: str) -> str:
    return clean_line(_text(element, tag))
