"""arXiv's three interfaces over a handful of real papers: its feed, its queries by date, its bulk interface.

`tests.replay` serves the answers that were recorded; this one answers what was not, in the documented shapes. See
`tests/data/arxiv_days/README.md`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from tests.replay import DATA, Reply, Request, feed

FOLDER = DATA / "arxiv_days"
PAPERS: tuple[Mapping[str, Any], ...] = tuple(
    map(json.loads, (FOLDER / "papers.jsonl").read_text("utf-8").splitlines())
)
FEED = (FOLDER / "rss-cs.CV+cs.RO-2026-06-24.xml").read_bytes()
EMPTY_FEED = (FOLDER / "rss-empty-physics-2025-12-31.xml").read_bytes()


def atom_entry(paper: Mapping[str, Any], version: int = 1) -> bytes:
    """A paper as the query interface has it."""
    authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in paper["authors"])
    scheme = 'scheme="http://arxiv.org/schemas/atom"'
    categories = "".join(f'<category term="{name}" {scheme}/>' for name in paper["categories"])
    return (
        f"<entry><id>http://arxiv.org/abs/{paper['id']}v{version}</id><title>{escape(paper['title'])}</title>"
        f"<summary>{escape(paper['abstract'])}</summary><published>{paper['date']}T12:00:00Z</published>"
        f"<updated>{paper['date']}T12:00:00Z</updated>{authors}{categories}</entry>"
    ).encode()


def oai_record(paper: Mapping[str, Any]) -> str:
    """A paper as the bulk interface has it."""
    names = (name.rpartition(" ") for name in paper["authors"])
    authors = "".join(
        f"<author><keyname>{escape(last)}</keyname><forenames>{escape(first)}</forenames></author>"
        for first, _, last in names
    )
    return (
        f"<record><header><identifier>oai:arXiv.org:{paper['id']}</identifier><datestamp>{paper['date']}</datestamp>"
        '</header><metadata><arXiv xmlns="http://arxiv.org/OAI/arXiv/">'
        f"<id>{paper['id']}</id><created>{paper['date']}</created><authors>{authors}</authors>"
        f"<title>{escape(paper['title'])}</title><categories>{' '.join(paper['categories'])}</categories>"
        f"<abstract>  {escape(paper['abstract'])}</abstract></arXiv></metadata></record>"
    )


def oai(inside: str) -> Reply:
    """An answer of the bulk interface."""
    frame = '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
    return Reply(f"{frame}{inside}</OAI-PMH>".encode(), headers={"content-type": "text/xml"})


@dataclass
class ArxivService:
    """Answers as a route of the replay server. `feed` is the feed it has now; `page` records are in one OAI answer."""

    papers: Sequence[Mapping[str, Any]] = PAPERS
    feed: bytes = FEED
    page: int = 10
    feeds_asked: list[str] = field(default_factory=list)

    def __call__(self, request: Request) -> Reply | None:
        """The reply to what arXiv is asked, and to nothing else."""
        if request.path.startswith("/rss/"):
            self.feeds_asked.append(request.path.removeprefix("/rss/"))
            return Reply(self.feed, headers={"content-type": "application/rss+xml", "etag": '"feed"'})
        if request.path == "/api/query":
            return self._query(request.query)
        if request.path == "/oai":
            return self._harvest(request.query)
        return None

    def _query(self, query: Mapping[str, str]) -> Reply:
        found = list(self._found(query))
        start, most = int(query.get("start", "0")), int(query["max_results"])
        shown = [atom_entry(paper) for paper in found[start : start + most]]
        body = feed(shown, len(found)).body
        first = b"<opensearch:startIndex>%d<" % start
        return Reply(
            body.replace(b"<opensearch:startIndex>0<", first), headers={"content-type": "application/atom+xml"}
        )

    def _found(self, query: Mapping[str, str]) -> Iterable[Mapping[str, Any]]:
        if "id_list" in query:
            return [paper for paper in self.papers if paper["id"] in query["id_list"].split(",")]
        window = re.search(r"submittedDate:\[(\d{12}) TO (\d{12})\]", query["search_query"])
        assert window, query
        categories = re.findall(r"cat:([\w.-]+)", query["search_query"])
        phrases = [phrase.lower() for phrase in re.findall(r'(?:ti|abs):"([^"]+)"', query["search_query"])]
        names = re.findall(r'au:"([^"]+)"', query["search_query"])
        return [
            paper
            for paper in self.papers
            if window[1] <= paper["date"].replace("-", "") + "1200" <= window[2]
            and (
                set(categories) & set(paper["categories"])
                or any(phrase in f"{paper['title']} {paper['abstract']}".lower() for phrase in phrases)
                or set(names) & set(paper["authors"])
            )
        ]

    def _harvest(self, query: Mapping[str, str]) -> Reply:
        token = query.get("resumptionToken", "")
        if token and not re.fullmatch(r"token\|\d+", token):
            return oai('<error code="badResumptionToken">The token has expired.</error>')
        start = int(token.rpartition("|")[2]) if token else 0
        end = start + self.page
        records = "".join(map(oai_record, self.papers[start:end]))
        following = f"token|{end}" if end < len(self.papers) else ""
        return oai(f"<ListRecords>{records}<resumptionToken>{following}</resumptionToken></ListRecords>")
