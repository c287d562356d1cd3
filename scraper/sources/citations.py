"""How often papers were cited: OpenAlex or Semantic Scholar, asked for many papers at once.

- OpenAlex: `GET {OPENALEX_ENDPOINT}/works?filter=doi:…|…`, at most 100 DOIs and 100 results
  (https://developers.openalex.org). `OPENALEX_API_KEY` raises the daily allowance; without one there is a small one.
- Semantic Scholar: `POST {S2_ENDPOINT}/graph/v1/paper/batch`, at most 500 papers, in their order, null for an unknown
  one (https://api.semanticscholar.org/api-docs). `S2_API_KEY` asks from an allowance of one's own.

A count is a courtesy of a third party: whoever asks must do without it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from scraper import identifiers
from scraper.errors import PaperstandError
from scraper.http import Client, Pace
from scraper.identifiers import Kind
from scraper.sources.endpoints import endpoint, secret
from scraper.sources.json_values import as_count, as_list, as_map, as_text, read_object, read_value

OPENALEX = "https://api.openalex.org"
S2 = "https://api.semanticscholar.org"
_OPENALEX_PACE = Pace("openalex.org", 1.0, overload_pause=30.0)
_S2_PACE = Pace("semanticscholar.org", 1.0, overload_pause=30.0)


class Counter(Protocol):
    """Who knows how often papers were cited."""

    @property
    def name(self) -> str:
        """How site.yml calls it."""

    @property
    def at_once(self) -> int:
        """How many papers one question may name."""

    def counts(self, wanted: Sequence[str]) -> Mapping[str, int]:
        """How often each of these was cited, those that are known. Raises FetchError."""


@dataclass(frozen=True, slots=True)
class OpenAlex:
    """OpenAlex. An arXiv paper is known by the DOI that arXiv gave it, where OpenAlex has that."""

    client: Client
    endpoint: str = OPENALEX
    key: str = ""
    name: str = "openalex"
    at_once: int = 100

    def counts(self, wanted: Sequence[str]) -> Mapping[str, int]:
        """How often each of these was cited, those that are known. Raises FetchError."""
        # A comma or bar in a DOI would end it in their filter language.
        dois = {doi: name for name in wanted if (doi := _doi(name)) and not set(doi) & set(",|")}
        if not dois:
            return {}
        counted = self.client.get(
            f"{self.endpoint}/works",
            params={"filter": f"doi:{'|'.join(dois)}", "select": "doi,cited_by_count", "per-page": self.at_once},
            headers={"authorization": f"Bearer {self.key}"} if self.key else {},
            pace=_OPENALEX_PACE,
            read=lambda answer: parse_works(answer.body),
        )
        return {dois[doi]: count for doi, count in counted.items() if doi in dois}


@dataclass(frozen=True, slots=True)
class SemanticScholar:
    """Semantic Scholar."""

    client: Client
    endpoint: str = S2
    key: str = ""
    name: str = "semanticscholar"
    at_once: int = 500

    def counts(self, wanted: Sequence[str]) -> Mapping[str, int]:
        """How often each of these was cited, those that are known. Raises FetchError."""
        names = {name: _s2_name(name) for name in wanted if identifiers.kind(name) is not Kind.SLUG}
        if not names:
            return {}
        counted = self.client.post(
            f"{self.endpoint}/graph/v1/paper/batch?fields=citationCount",
            content={"ids": list(names.values())},
            headers={"x-api-key": self.key} if self.key else {},
            pace=_S2_PACE,
            read=lambda answer: parse_batch(answer.body, len(names)),
        )
        return {name: count for name, count in zip(names, counted, strict=True) if count is not None}


def open_openalex(client: Client, environment: Mapping[str, str]) -> OpenAlex:
    """OpenAlex as the environment wants it: `OPENALEX_ENDPOINT`, `OPENALEX_API_KEY`. Raises FetchError."""
    address = endpoint(environment, "OPENALEX_ENDPOINT", OPENALEX)
    return OpenAlex(client, address, secret(environment, "OPENALEX_API_KEY"))


def open_semantic_scholar(client: Client, environment: Mapping[str, str]) -> SemanticScholar:
    """Semantic Scholar as the environment wants it: `S2_ENDPOINT`, `S2_API_KEY`. Raises FetchError."""
    address = endpoint(environment, "S2_ENDPOINT", S2)
    return SemanticScholar(client, address, secret(environment, "S2_API_KEY"))


COUNTERS: Mapping[str, Callable[[Client, Mapping[str, str]], Counter]] = {
    "openalex": open_openalex,
    "semanticscholar": open_semantic_scholar,
}


def open_counter(name: str, client: Client, environment: Mapping[str, str]) -> Counter:
    """The counter of this name. Raises PaperstandError for a name that is none, and FetchError."""
    if name not in COUNTERS:
        raise PaperstandError(f"Nobody called {name!r} counts citations; there are: {', '.join(sorted(COUNTERS))}")
    return COUNTERS[name](client, environment)


def count(counter: Counter, wanted: Sequence[str]) -> Mapping[str, int]:
    """How often each of these was cited, in as many questions as it takes. Raises FetchError."""
    counts: dict[str, int] = {}
    for start in range(0, len(wanted), counter.at_once):
        counts |= counter.counts(wanted[start : start + counter.at_once])
    return counts


def _doi(identifier: str) -> str:
    """A paper's DOI in lower case, as they are compared; nothing for a slug."""
    kind = identifiers.kind(identifier)
    return {Kind.ARXIV: f"10.48550/arxiv.{identifier}", Kind.DOI: identifier}.get(kind, "")


def _s2_name(identifier: str) -> str:
    return f"{'ARXIV' if identifiers.kind(identifier) is Kind.ARXIV else 'DOI'}:{identifier}"


def parse_works(body: bytes) -> Mapping[str, int]:
    """OpenAlex's counts by DOI, in lower case. Raises ValueError for a body that is no such answer."""
    results = read_object(body).get("results")
    if not isinstance(results, list):
        raise ValueError("an answer without a list of results")
    counts: dict[str, int] = {}
    for work in map(as_map, results):
        doi = as_text(work.get("doi")).lower().removeprefix("https://doi.org/")
        cited = as_count(work.get("cited_by_count"))
        if cited is not None:
            counts[doi] = max(cited, counts.get(doi, 0))  # two records of one work
    return counts


def parse_batch(body: bytes, asked: int) -> list[int | None]:
    """Semantic Scholar's counts for so many papers, in their order. Raises ValueError for any other body."""
    found = as_list(read_value(body))
    if len(found) != asked:
        raise ValueError(f"an answer for {len(found)} papers where {asked} were asked for")
    return [as_count(as_map(paper).get("citationCount")) for paper in found]
