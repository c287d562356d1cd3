"""The names of papers: how each is written, recognised, ordered, filed and addressed.

Three kinds exist, and everything that differs between them stands in one table, `_KINDS`:

    kind    identifier            file below content/papers/     address below /papers/
    arxiv   2511.08567            2511/2511.08567.md             2511.08567/
    arxiv   cs/0112017            cs/0112017.md                  cs/0112017/
    doi     10.1016/s0(92)90710   doi/10.1016/s0~2892~2990710.md doi/10.1016/s0~2892~2990710/
    slug    cycle-consistency     slug/cycle-consistency.md      cycle-consistency/

An identifier is a plain string in its one canonical form. An arXiv version ("v2") is a fact about a
paper, never part of its identity, so `parse_reference` gives it apart.

Rules: https://info.arxiv.org/help/arxiv_identifier.html (arXiv), the DOI Handbook section 2 (a DOI is
compared without regard to case), DataCite's arXiv DOIs (`10.48550/arXiv.<id>`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from scraper.errors import IdentifierError

MAX_LENGTH = 200
"""Characters of the longest path that a DOI may have, escapes included: a file system takes 255 bytes a name."""

MAX_SLUG_LENGTH = 80


class Kind(StrEnum):
    """Which naming scheme an identifier belongs to."""

    ARXIV = "arxiv"
    DOI = "doi"
    SLUG = "slug"


@dataclass(frozen=True, slots=True)
class Reference:
    """What a text that names a paper says: the paper, and the version if one was named."""

    identifier: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class _Scheme:
    """One naming scheme. `canonical` gives None for a text that has the pattern's shape but names nothing."""

    kind: Kind
    pattern: re.Pattern[str]
    canonical: Callable[[re.Match[str]], str | None]
    path: Callable[[str], str]
    """The file's path below `papers/`, without its ending."""
    address: Callable[[str], str]
    """The page's address below `/papers/`, without slashes around it."""
    upstream: Callable[[str], str | None]
    """Where the paper itself is to be found, or None."""
    order: Callable[[str], tuple[int, int, str]]
    """(year, month, rest): oldest first; 0 where the identifier does not tell."""


_OLD_ARCHIVES = frozenset(
    (
        *("acc-phys", "adap-org", "alg-geom", "ao-sci", "astro-ph", "atom-ph", "bayes-an", "chao-dyn", "chem-ph"),
        *("cmp-lg", "comp-gas", "cond-mat", "cs", "dg-ga", "funct-an", "gr-qc", "hep-ex", "hep-lat", "hep-ph"),
        *("hep-th", "math", "math-ph", "mtrl-th", "nlin", "nucl-ex", "nucl-th", "patt-sol", "physics", "plasm-ph"),
        *("q-alg", "q-bio", "quant-ph", "solv-int", "supr-con"),
    )
)

RESERVED_NAMES = frozenset(
    ["con", "prn", "aux", "nul"] + [f"{port}{number}" for port in ("com", "lpt") for number in range(10)]
)
"""Names that Windows keeps for devices, whatever their ending: a clone with such a file fails there."""


def _canonical_arxiv(match: re.Match[str]) -> str | None:
    """Four digits from 0704 to 1412 and five from 1501 on, months 01 to 12; anything else was never given out."""
    year_month, number = match["year_month"], match["number"]
    if not "01" <= year_month[2:] <= "12" or not "0704" <= year_month < "9101":
        return None
    digits = 4 if year_month < "1501" else 5
    return f"{year_month}.{number}" if len(number) == digits and int(number) else None


def _canonical_old_arxiv(match: re.Match[str]) -> str | None:
    """The subject class ("math.GT/") is dropped: arXiv itself lists such a paper without it."""
    archive, number = match["archive"].lower(), match["number"]
    in_use = number[:4] <= "0703" or number[:4] >= "9107"  # the first paper is of August 1991, the last of March 2007
    known = archive in _OLD_ARCHIVES and "01" <= number[2:4] <= "12" and in_use
    return f"{archive}/{number}" if known else None


def _canonical_doi(match: re.Match[str]) -> str | None:
    doi = match[0].lower()
    return doi if len(_escaped_doi(doi)) <= MAX_LENGTH else None


def _canonical_slug(match: re.Match[str]) -> str | None:
    usable = len(match[0]) <= MAX_SLUG_LENGTH and match[0] not in RESERVED_NAMES and match[0] != "doi"
    return match[0] if usable else None


def _escaped_doi(doi: str) -> str:
    """A DOI as path: what is not safe in every file system and address becomes `~` and its bytes in hex."""
    prefix, suffix = doi.split("/", 1)

    def escape(match: re.Match[str]) -> str:
        return "".join(f"~{byte:02x}" for byte in match[0].encode())

    safe = re.sub(r"[^a-z0-9._-]", escape, suffix)
    # A trailing dot is lost on Windows, and a name of dots only would leave the folder.
    safe = re.sub(r"\.$|^\.+", lambda dots: "~2e" * len(dots[0]), safe)
    if safe.partition(".")[0] in RESERVED_NAMES:
        safe = f"~{ord(safe[0]):02x}{safe[1:]}"
    return f"doi/{prefix}/{safe}"


def _arxiv_order(identifier: str) -> tuple[int, int, str]:
    digits = identifier.rpartition("/")[2]
    year = int(digits[:2])
    return (year + (1900 if year >= 91 else 2000), int(digits[2:4]), identifier)


_KINDS = (
    _Scheme(
        Kind.ARXIV,
        re.compile(r"(?P<year_month>\d{4})\.(?P<number>\d{4,5})(?:v(?P<version>[1-9]\d{0,3}))?", re.ASCII),
        _canonical_arxiv,
        path=lambda identifier: f"{identifier[:4]}/{identifier}",
        address=lambda identifier: identifier,
        upstream=lambda identifier: f"https://arxiv.org/abs/{identifier}",
        order=_arxiv_order,
    ),
    _Scheme(
        Kind.ARXIV,
        re.compile(
            r"(?P<archive>[A-Za-z-]{2,9})(?:\.[A-Za-z-]{2,9})?/(?P<number>\d{7})(?:v(?P<version>[1-9]\d{0,3}))?",
            re.ASCII,
        ),
        _canonical_old_arxiv,
        path=lambda identifier: identifier,
        address=lambda identifier: identifier,
        upstream=lambda identifier: f"https://arxiv.org/abs/{identifier}",
        order=_arxiv_order,
    ),
    _Scheme(
        Kind.DOI,
        re.compile(r"10\.\d{4,9}/[^\s\x00-\x1f\x7f]+", re.ASCII),
        _canonical_doi,
        path=_escaped_doi,
        address=_escaped_doi,
        upstream=lambda identifier: f"https://doi.org/{identifier}",
        order=lambda identifier: (0, 0, identifier),
    ),
    _Scheme(
        Kind.SLUG,
        re.compile(r"(?=[0-9-]*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII),
        _canonical_slug,
        path=lambda identifier: f"slug/{identifier}",
        address=lambda identifier: identifier,
        upstream=lambda _identifier: None,
        order=lambda identifier: (0, 0, identifier),
    ),
)

_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(.+)", re.IGNORECASE)
_PREFIX = re.compile(r"(?:arxiv|doi)\s*:\s*", re.IGNORECASE)
# What arXiv itself puts behind an identifier when it cites one: "arXiv:2511.08567v2 [cs.LG] 12 Nov 2025".
_CATEGORY = re.compile(r"\s*\[[\w.-]+\].*", re.ASCII | re.DOTALL)
# Which part of an address names the paper, for each host that shows papers under their identifiers.
_HOSTS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(r"(?:[a-z]+\.)?arxiv\.org|ar5iv\.labs\.arxiv\.org"),
        re.compile(r"/(?:abs|pdf|html|format|ps|src|e-print)/(.+?)(?:\.pdf)?"),
    ),
    (re.compile(r"(?:www\.)?huggingface\.co|hf\.co"), re.compile(r"/papers/(.+?)(?:\.md)?")),
    (re.compile(r"(?:www\.)?alphaxiv\.org"), re.compile(r"/(?:[a-z]{2}/)?(?:abs|pdf|html|overview)/(.+?)(?:\.pdf)?")),
    (re.compile(r"(?:dx\.|www\.)?doi\.org"), re.compile(r"/(.+)")),
)


@lru_cache(maxsize=1 << 16)  # a build asks for each paper's place, page and order again and again
def _recognise(text: str) -> tuple[_Scheme, Reference] | None:
    arxiv_doi = _ARXIV_DOI.fullmatch(text)
    text = arxiv_doi[1] if arxiv_doi else text
    for scheme in _KINDS:
        match = scheme.pattern.fullmatch(text)
        identifier = scheme.canonical(match) if match else None
        if match and identifier:
            version = match.groupdict().get("version")
            return scheme, Reference(identifier, int(version) if version else None)
    return None


# arXiv's since 2015, which nearly all are, and a build asks for each.
_USUAL = re.compile(r"(?:1[5-9]|[2-8]\d|90)(?:0[1-9]|1[0-2])\.(?!00000)\d{5}", re.ASCII)


@lru_cache(maxsize=1 << 16)
def _scheme_of(identifier: str) -> _Scheme:
    if _USUAL.fullmatch(identifier):
        return _KINDS[0]
    found = _recognise(identifier)
    if found is None or found[1] != Reference(identifier):
        raise IdentifierError(f"{identifier!r} is not an identifier in its canonical form")
    return found[0]


def parse_reference(text: str) -> Reference:
    """Read whatever names a paper: an identifier, an `arXiv:` or `doi:` citation, or an address.

    Addresses on arxiv.org, huggingface.co/papers, alphaxiv.org and doi.org are understood, with or without
    scheme, query and fragment. Raises IdentifierError for everything else.
    """
    text = text.strip()
    prefix = _PREFIX.match(text)
    candidate = _CATEGORY.sub("", text[prefix.end() :]) if prefix else text
    found = _recognise(candidate)
    if found is None or (prefix and found[0].kind is Kind.SLUG):
        found = _recognise(_from_address(candidate))
        found = None if found and found[0].kind is Kind.SLUG else found  # no address is one of a slug
    if found is None:
        raise IdentifierError(
            f"{text[:120]!r} names no paper: expected an arXiv identifier such as 2511.08567 or cs/0112017,"
            " a DOI such as 10.1000/182, a slug of a-z, 0-9 and hyphens, or an address on arxiv.org,"
            " huggingface.co/papers, alphaxiv.org or doi.org"
        )
    return found[1]


def _from_address(text: str) -> str:
    """The part of an address that names a paper, or an empty text."""
    if not re.match(r"https?://", text, re.IGNORECASE):
        text = f"https://{text}"
    try:
        address = urlsplit(text)
        host = (address.hostname or "").lower()
    except ValueError:
        return ""
    path = unquote(address.path).rstrip("/")
    for host_pattern, path_pattern in _HOSTS:
        match = path_pattern.fullmatch(path) if host_pattern.fullmatch(host) else None
        if match:
            return match[1]
    return ""


def canonical(text: str) -> str:
    """The identifier that an identifier's text stands for, without its version; no addresses.

    Raises IdentifierError. For what people and pages write, use `parse_reference`.
    """
    found = _recognise(text)
    if found is None:
        raise IdentifierError(
            f"{text[:120]!r} is not an identifier: expected an arXiv identifier such as 2511.08567 or"
            " cs/0112017, a DOI such as 10.1000/182, or a slug of a-z, 0-9 and hyphens"
        )
    return found[1].identifier


def kind(identifier: str) -> Kind:
    """Which scheme a canonical identifier belongs to. Raises IdentifierError, as do all functions below."""
    return _scheme_of(identifier).kind


def file_path(identifier: str) -> str:
    """The paper's file, relative to `content/papers/`, with `/` between folders."""
    return _scheme_of(identifier).path(identifier) + ".md"


@lru_cache(maxsize=1 << 16)
def page_path(identifier: str) -> str:
    """The paper's page, relative to the site's root, ending in `/`."""
    return f"papers/{_scheme_of(identifier).address(identifier)}/"


def upstream_url(identifier: str) -> str | None:
    """Where the paper itself is; None for a slug."""
    return _scheme_of(identifier).upstream(identifier)


@lru_cache(maxsize=1 << 16)
def sort_key(identifier: str) -> tuple[int, int, str]:
    """Orders identifiers from the oldest paper to the newest; those that tell no date come first."""
    return _scheme_of(identifier).order(identifier)


def slugify(title: str) -> str:
    """A slug made of a title: ASCII letters and digits of its words, cut at a word's end.

    A title without any (a Chinese one, say) gets a slug of its characters' code points, so that the same title
    always has the same slug and two titles rarely share one.
    """
    ascii_title = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", ascii_title)
    if not words or not re.search("[a-z]", "".join(words)):
        words = ["paper", *words, *(f"{ord(character):x}" for character in title if character.isalnum())]
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:MAX_SLUG_LENGTH]
        if len(longer) > MAX_SLUG_LENGTH:
            break
        slug = longer
    return slug if _recognise(slug) else f"paper-{slug}"[:MAX_SLUG_LENGTH]
