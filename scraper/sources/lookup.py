"""A paper by its identifier, whichever it is: arXiv's from arXiv, a DOI from Crossref."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from scraper import identifiers
from scraper.errors import FetchError, IdentifierError, PaperstandError
from scraper.http import Client
from scraper.identifiers import Kind
from scraper.records import Paper
from scraper.sources.arxiv import IDS_AT_ONCE, Arxiv, open_arxiv
from scraper.sources.crossref import Crossref, open_crossref

Outcome = Paper | PaperstandError | None
"""A paper, None where the service has no such paper, or why it could not be had."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """The services that know papers by their identifiers."""

    arxiv: Arxiv
    crossref: Crossref

    def paper(self, identifier: str) -> Paper | None:
        """The paper, or None where there is none. Raises FetchError, and IdentifierError for a slug."""
        kind = identifiers.kind(identifier)
        if kind is Kind.SLUG:
            raise IdentifierError(f"{identifier!r} is a slug, which no service knows")
        return self.arxiv.paper(identifier) if kind is Kind.ARXIV else self.crossref.paper(identifier)

    def papers(self, wanted: Sequence[str]) -> Mapping[str, Outcome]:
        """What came of each, arXiv's asked for together and DOIs one by one."""
        groups = {kind: [name for name in wanted if identifiers.kind(name) is kind] for kind in Kind}
        found: dict[str, Outcome] = {}
        arxiv = groups[Kind.ARXIV]
        for start in range(0, len(arxiv), IDS_AT_ONCE):
            found |= self._from_arxiv(arxiv[start : start + IDS_AT_ONCE])
        return found | {name: _tried(self.paper, name) for name in groups[Kind.DOI] + groups[Kind.SLUG]}

    def _from_arxiv(self, wanted: Sequence[str]) -> Mapping[str, Outcome]:
        try:
            feed = self.arxiv.papers(wanted)
        except PaperstandError as error:
            return dict.fromkeys(wanted, error)
        found = {paper.id: paper for paper in feed.papers}
        # A record that cannot be read is not a missing one, and does not say whose it is.
        damage = FetchError(f"arXiv's record cannot be read: {feed.problems[0].message}") if feed.problems else None
        return {name: found.get(name) or damage for name in wanted}


def _tried(lookup: Callable[[str], Paper | None], identifier: str) -> Outcome:
    try:
        return lookup(identifier)
    except PaperstandError as error:
        return error


def open_lookup(client: Client, environment: Mapping[str, str]) -> Lookup:
    """The services as the environment wants them. Raises FetchError for an endpoint that is no address."""
    return Lookup(open_arxiv(client, environment), open_crossref(client, environment))
