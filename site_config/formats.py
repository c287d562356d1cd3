"""In which other formats each kind of page is there: feeds, citations, Markdown, JSON.

A format stands beside its page, under a name that is the same for all pages of a kind, so that the links to it are part
of the kind's chrome and cost a page nothing. Whoever adds a format here writes its file for every page of the kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from site_config.pages.site import Kind


@dataclass(frozen=True, slots=True)
class Format:
    """One format: what readers call it, its file relative to the page, and its media type."""

    label: str
    file: str
    media_type: str


BIBTEX = Format("BibTeX", "papers.bib", "application/x-bibtex")
RIS = Format("RIS", "papers.ris", "application/x-research-info-systems")
CSL_JSON = Format("CSL-JSON", "papers.csl.json", "application/vnd.citationstyles.csl+json")
# In a quarter of the bytes: theme/assets/paperstand/unpack.js gives a reader the file that is in it. What TeX is given
# by its address is as it reads it, BibTeX of a day, and so is all that a list has. Weeks and topics have days' papers
# again.
PACKED_BIBTEX = Format("BibTeX", "papers.bib.gz", "application/gzip")
PACKED_RIS = Format("RIS", "papers.ris.gz", "application/gzip")
PACKED_CSL_JSON = Format("CSL-JSON", "papers.csl.json.gz", "application/gzip")
ATOM = Format("Atom feed", "feed.xml", "application/atom+xml")
JSON_FEED = Format("JSON feed", "feed.json", "application/feed+json")
DAYS_ATOM = Format("Atom feed of days", "days.xml", "application/atom+xml")
DAYS_JSON = Format("JSON feed of days", "days.json", "application/feed+json")
WEEKS_ATOM = Format("Atom feed of weeks", "weeks.xml", "application/atom+xml")
WEEKS_JSON = Format("JSON feed of weeks", "weeks.json", "application/feed+json")
MARKDOWN = Format("Markdown", "index.md", "text/markdown")

FORMATS: Mapping[Kind, tuple[Format, ...]] = {
    Kind.HOME: (ATOM, JSON_FEED, DAYS_ATOM, DAYS_JSON, WEEKS_ATOM, WEEKS_JSON),
    Kind.TRENDING: (ATOM, JSON_FEED),
    Kind.PAPER: (MARKDOWN,),
    Kind.DAY: (BIBTEX, PACKED_RIS, PACKED_CSL_JSON, MARKDOWN),
    Kind.LIST: (ATOM, JSON_FEED, BIBTEX, RIS, CSL_JSON, MARKDOWN),
    Kind.WEEK: (PACKED_BIBTEX, PACKED_RIS, PACKED_CSL_JSON),
    Kind.TOPIC: (ATOM, JSON_FEED, PACKED_BIBTEX, PACKED_RIS, PACKED_CSL_JSON),
    Kind.ORGANIZATION: (ATOM, JSON_FEED),
}

_CONTINUED = frozenset({Kind.WEEK, Kind.MONTH, Kind.TOPIC, Kind.ORGANIZATION, Kind.AUTHOR, Kind.KEYWORD})
"""Kinds whose long lists go on below their first page: topics/agents/2/."""
_DEPTH = 2
"""Of their first pages: topics/agents/."""


def formats_of(kind: Kind, depth: int) -> tuple[Format, ...]:
    """The formats of a kind of page, so many steps below the root: those of a list stand beside its first page."""
    formats = FORMATS.get(kind, ())
    if kind not in _CONTINUED or depth <= _DEPTH:
        return formats
    up = "../" * (depth - _DEPTH)
    return tuple(replace(other, file=up + other.file) for other in formats)
