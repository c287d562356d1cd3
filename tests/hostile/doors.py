"""Every door by which text comes in but Hugging Face's and a pull request's, which `conftest` has: sources and imports.

Each brings all attacks in, by the command that a person or a workflow runs, from answers and files in the shape that
its parser takes. They all go into one library, so that one build shows what came of them: each door has a day or a list
of its own, and papers with identifiers of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape as xml_escape

from click.testing import CliRunner

from scraper import plain_yaml, turns
from scraper.cli import main
from scraper.records import clean_line
from scraper.sources.arxiv_calendar import Calendar
from scraper.store import ContentStore, Library
from scraper.suggestion import LONGEST_NOTE, SUGGESTION_LABELS
from tests.arxiv_service import ArxivService
from tests.hostile.attacks import LONG
from tests.replay import ReplayServer, Reply, Request, as_json
from tests.scraper.fake_clock import FakeClock

RSS_DAY, API_DAY, OAI_DAY = "2026-06-24", "2026-06-23", "2026-06-22"
BIORXIV_DAY, MEDRXIV_DAY = "2026-06-19", "2026-06-18"

_SITE = {
    "name": "T",
    "url": "https://example.org/",
    "sources": ["arxiv"],
    "categories": ["cs.LG"],
}
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML can hold (https://www.w3.org/TR/xml/#charsets): with it an answer is none at all."""

_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
"""What makes a file no text."""

_STRANGE_COUNTS: Sequence[Any] = (
    10**400,
    -1,
    "7",
    True,
    None,
    {"x": 1},
    ["7"],
    1.5,
    "<script>window.hacked=1</script>",
)


@dataclass
class Siege:
    """A library, and the attacks by their names."""

    root: Path
    attacks: Mapping[str, str]
    environment: Mapping[str, str]

    def run(self, *arguments: str) -> str:
        """Run the command; gives what it said. Raises what it should not have raised."""
        result = CliRunner().invoke(main, ["--root", str(self.root), *arguments], env=dict(self.environment))
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code in {0, 1}, result.output
        return result.output

    def file(self, name: str, content: str) -> str:
        """A file to be brought in; gives its path."""
        path = self.root / name
        path.write_text(content, encoding="utf-8")
        return str(path)

    def settle(self, **more: object) -> None:
        """Write site.yml."""
        (self.root / "site_config" / "site.yml").write_text(plain_yaml.dump({**_SITE, **more}), encoding="utf-8")

    @property
    def library(self) -> Library:
        """What came in."""
        return ContentStore(self.root).load()


@dataclass(frozen=True)
class Door:
    """How the attacks are brought in, and where they are then."""

    bring: Callable[[Siege], str]
    pages: tuple[str, ...] = ()
    """The pages that show them all."""
    papers: str = r"(?!)"
    """What the identifiers of the papers look like that came in here."""
    titles: int = 0
    """So many attacks are papers' titles, letter by letter, at least; others the shape of a file takes apart."""
    notes: int = 0
    """So many are notes of a list."""


def everything(attacks: Mapping[str, str]) -> str:
    """All that is short in one text."""
    return "\n\n".join(text for text in attacks.values() if len(text) < 2000)


def short(attacks: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """What could run or end something, as lines, for titles: a paper is made of each, and a build takes longer."""
    for number, (name, text) in enumerate(attacks.items(), 1):
        if name.startswith(("markup", "quoted", "records")) and (line := clean_line(text)[:2000]):
            yield number, line


def numbered(attacks: Mapping[str, str]) -> Iterator[tuple[int, str, str]]:
    """Each text with a number, and with what the paper's other fields say; and everything at once.

    That is the same text again. What is only long or deep is a title alone: a build sets it often enough as it is.
    """
    for number, (name, text) in enumerate(attacks.items(), 1):
        yield number, text[:15_000], "x" if name in _HEAVY else text
    alight = {name: text for name, text in attacks.items() if not name.startswith(("tex", "long"))}
    yield 900, everything(alight)[:15_000], everything(alight)


_HEAVY = {f"tex: {name}" for name in ("bomb", "deep", "deeper", "unclosed", "many")} | {
    f"long: {name}" for name in LONG
}


def arxiv_papers(attacks: Mapping[str, str], first: str, day: str) -> list[Mapping[str, Any]]:
    """Papers as `tests.arxiv_service` takes them, with one attack in every field."""
    return [
        {
            "id": f"{first}{number:04}",
            "title": _NO_XML.sub("", title),
            "abstract": _NO_XML.sub("", text),
            "authors": [_NO_XML.sub("", text)[:15_000]],
            "categories": ["cs.LG", escape(_NO_XML.sub("", text)[:15_000])],
            "date": day,
        }
        for number, title, text in numbered(attacks)
    ]


def _feed(papers: Sequence[Mapping[str, Any]]) -> bytes:
    items = "".join(
        f"<item><title>{xml_escape(paper['title'])}</title><guid>oai:arXiv.org:{paper['id']}v1</guid>"
        f"<link>{xml_escape(paper['title'])}</link>"
        f"<description>arXiv:{paper['id']}v1 Announce Type: new\nAbstract: "
        f"{xml_escape(paper['abstract'])}</description>"
        f"<category>cs.LG</category><category>{paper['categories'][1]}</category>"
        f"<dc:creator>{xml_escape(paper['authors'][0])}</dc:creator>"
        f"<arxiv:announce_type>new</arxiv:announce_type>"
        f"<arxiv:journal_reference>{xml_escape(paper['title'])}</arxiv:journal_reference>"
        f"<arxiv:DOI>{xml_escape(paper['title'])}</arxiv:DOI></item>"
        for paper in papers
    )
    return (
        '<rss version="2.0" xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><pubDate>Wed, 24 Jun 2026 00:00:00 -0400</pubDate>{items}</channel></rss>"
    ).encode()


def _preprints(attacks: Mapping[str, str], server: str, day: str) -> Mapping[str, Any]:
    """bioRxiv's or medRxiv's day. Titles and abstracts are markup there, in which a tag is written as entities."""
    collection = [
        {
            "doi": f"10.1101/{day.replace('-', '.')}.{number:06}",
            "title": escape(title),
            "abstract": f"<p>{escape(text)}</p>",
            "authors": f"{text[:5000]}; {text[:5000]}, X.",
            "author_corresponding_institution": text[:5000],
            "category": text[:5000],
            "version": "1",
            "type": "new results",
            "date": day,
            "server": server,
            "license": text,
            "published": text,
        }
        for number, title, text in numbered(attacks)
    ]
    messages = [{"status": "ok", "total": len(collection), "cursor": 0}]
    return {"messages": messages, "collection": collection}


def _work(number: int, title: str, text: str) -> Mapping[str, Any]:
    """Crossref's answer, its titles and abstracts as markup again."""
    return {
        "message": {
            "DOI": f"10.5555/attack.{number:04}",
            "title": [escape(title)],
            "subtitle": [escape(text[:1000])],
            "abstract": f"<jats:p>{escape(text)}</jats:p>",
            "author": [
                {"given": escape(text[:5000]), "family": "X", "suffix": escape(text[:100])},
                {"name": text[:5000]},
            ],
            "subject": [text[:5000]],
            "group-title": text[:5000],
            "URL": text,
            "link": [{"URL": text}],
        }
    }


def services(attacks: Mapping[str, str]) -> Callable[[Request], Reply | None]:
    """Everybody who can be asked, captured."""
    window = Calendar().submissions(date.fromisoformat(API_DAY))
    assert window
    asked = ArxivService(
        [
            *arxiv_papers(attacks, "2601.2", f"{window[0]:%Y-%m-%d}"),
            *arxiv_papers(attacks, "2601.4", "2020-01-01"),
        ]
    )
    # The query's window opens in the afternoon, and the service takes every paper for one of noon.
    asked.papers = [
        {**paper, "date": f"{window[1]:%Y-%m-%d}"} if paper["id"][5] == "2" else paper for paper in asked.papers
    ]
    harvested = Calendar().submissions(date.fromisoformat(OAI_DAY))
    assert harvested
    bulk = ArxivService(arxiv_papers(attacks, "2601.3", f"{harvested[1]:%Y-%m-%d}"), page=10_000)
    feed = Reply(_feed(arxiv_papers(attacks, "2601.1", RSS_DAY)), headers={"content-type": "application/rss+xml"})
    preprints = {
        "biorxiv": as_json(_preprints(attacks, "biorxiv", BIORXIV_DAY)),
        # Read by the same parser: what could run is enough.
        "medrxiv": as_json(
            _preprints(
                {name: text for name, text in attacks.items() if name.startswith("markup")}, "medrxiv", MEDRXIV_DAY
            )
        ),
    }
    works = {
        f"/works/10.5555/attack.{number:04}": as_json(_work(number, title, text))
        for number, title, text in numbered(attacks)
    }
    texts = [*attacks.values()]

    def answer(request: Request) -> Reply | None:
        path = request.path.replace("%2F", "/")
        if path.startswith("/rss/"):
            return feed
        if path == "/oai":
            return bulk(request)
        if path.startswith("/details/"):
            return preprints[path.split("/")[2]]
        if path == "/works":
            known = request.query["filter"].removeprefix("doi:").split("|")
            counts = [*_STRANGE_COUNTS, *texts]
            named = [
                {"doi": f"https://doi.org/{doi}", "cited_by_count": count}
                for doi, count in zip(known, counts, strict=False)
            ]
            return as_json(
                {"results": [*named, *({"doi": text, "cited_by_count": 7, "title": text} for text in texts)]}
            )
        if path.startswith("/graph/"):
            wanted = json.loads(request.body)["ids"]
            counts = [*_STRANGE_COUNTS, *texts] * (len(wanted) // len(texts) + 1)
            return as_json([{"citationCount": count, "title": count} for count in counts[: len(wanted)]])
        return works.get(path) or asked(request)

    return answer


def _names(siege: Siege, slug: str, identifiers: Sequence[str]) -> None:
    """A list of papers that the library does not have."""
    lists = siege.root / "content" / "lists"
    lists.mkdir(parents=True, exist_ok=True)
    front = {"title": f"By {slug}", "papers": list(identifiers)}
    (lists / f"{slug}.md").write_text(f"---\n{plain_yaml.dump(front)}---\n", encoding="utf-8")


def _looked_up(attacks: Mapping[str, str]) -> list[str]:
    return [paper["id"] for paper in arxiv_papers(attacks, "2601.4", API_DAY)]


def _from_arxiv_by_name(siege: Siege) -> str:
    _names(siege, "named", _looked_up(siege.attacks))
    return siege.run("scrape", "--source", "arxiv", "--date", API_DAY)


def _from_crossref(siege: Siege) -> str:
    _names(siege, "dois", [f"10.5555/attack.{number:04}" for number, *_ in numbered(siege.attacks)])
    return siege.run("scrape", "--source", "arxiv", "--date", API_DAY)


def _counted(name: str, source: str, day: str) -> Callable[[Siege], str]:
    def bring(siege: Siege) -> str:
        siege.settle(citations=name)
        said = siege.run("scrape", "--source", source, "--date", day, "--again")
        siege.settle()
        return said

    return bring


def _saved_page(siege: Siege) -> str:
    """A page as a browser saves it, its papers as JSON in an attribute; a script of it says other things besides."""
    entries = [
        {
            "title": title,
            "summary": text,
            "numComments": 1,
            "paper": {
                "id": f"2601.5{number:04}",
                "title": title,
                "summary": text,
                "authors": [{"name": text[:5000], "hidden": False}],
                "publishedAt": "2026-01-01T00:00:00.000Z",
                "upvotes": 1,
                "organization": {"name": text[:5000], "fullname": text[:5000]},
                "githubRepo": text,
                "projectPage": text,
                "ai_keywords": [text[:5000]],
            },
        }
        for number, title, text in numbered(siege.attacks)
    ]
    props = escape(json.dumps({"dailyPapers": entries, "date": "2026-06-17"}))
    title = escape(siege.attacks["markup: script"])
    page = siege.file("page.html", f'<title>{title}</title><div data-target="DailyPapers" data-props="{props}"></div>')
    return siege.run("import", page, "--list", "saved")


_FILLING = (
    "Reinforcement learning improves the reasoning of large language models, as we show on tasks of many kinds. " * 4
)


def _copied_text(siege: Siege) -> str:
    """A page that was copied out as text: a title, an abstract, facts."""
    lines = ["Daily Papers", "", "byAK and the research community", "", "Nov 13", ""]
    for _, text in short(siege.attacks):
        line = text[:200]
        lines += [f"{line} copied", "", f"{_FILLING}{line}", "", line, "•", "4 authors", "·", "Jun 3, 2023", ""]
    arguments = ("--list", "copied", "--saved", "2026-06-17", "--title", siege.attacks["quoted: end of a double quote"])
    return siege.run("import", siege.file("page.txt", "\n".join(lines)), *arguments)


def _bibtex(siege: Siege) -> str:
    """Entries with an identifier, and ones with a title alone; headings and words come along as notes."""
    entries = []
    for number, text in enumerate(siege.attacks.values(), 1):
        line = re.sub("[{}]", "", clean_line(text))[:3000]
        heading = f"% {line[:70]}\n\n"
        entries.append(
            f"{heading}@misc{{k{number}, eprint = {{2601.4{number:04}}}, title = {{x}}, annote = {{{line}}}}}\n\n"
        )
    for number, text in short(siege.attacks):
        line = re.sub("[{}]", "", text)
        entries.append(
            f"@article{{t{number}, title = {{{line} cited {number}}}, note = {{{line}}}, url = {{{line}}}}}\n\n"
        )
    # As they are, braces and all: what ends an entry begins another, which the file names then.
    raw = (text.replace("evil", "wicked") for _, text in short(siege.attacks))
    entries += [f"@misc{{raw{number}, title = {{{text} cited}}}}\n\n" for number, text in enumerate(raw)]
    file = siege.file("papers.bib", _NO_TEXT.sub("", "".join(entries)))
    return siege.run("import", file, "--list", "cited", "--keep-titles", "--curator", siege.attacks["markup: script"])


def _markdown_lines(siege: Siege) -> str:
    """A list in Markdown, with its words as they are and as entities."""
    lines = ["# Papers", ""]
    for number, text in enumerate(siege.attacks.values(), 1):
        line = clean_line(text)[:2000]
        lines += [f"## {line}", f"## {escape(line)}"]
        lines.append(f"- [{line}](https://arxiv.org/abs/2601.4{number:04}) {line} {escape(line)} `{line}`")
    for number, line in short(siege.attacks):
        lines.append(f"- [{line} listed {number}](https://example.org/{number}) {line}")
        # A tag that is not closed is none to the parser, and one to a browser.
        lines.append(f"- [{number} {line.replace('>', '')} listed](https://example.org/{number})")
    file = siege.file("papers.md", "\n".join(lines))
    return siege.run(
        "import", file, "--list", "lines", "--keep-titles", "--description", siege.attacks["markup: script"]
    )


def _issue_forms(siege: Siege) -> str:
    """An issue for each attack, whose note it is."""
    _names(siege, "suggested", [])
    labels = SUGGESTION_LABELS
    said = []
    for number, text in enumerate(siege.attacks.values(), 1):
        answers = (f"2601.4{number:04}", "suggested", clean_line(text)[:LONGEST_NOTE])
        body = "\n\n".join(f"### {label}\n\n{answer}" for label, answer in zip(labels, answers, strict=True))
        said.append(siege.run("suggestion", siege.file("issue.json", json.dumps({"number": number, "body": body}))))
    return "".join(said)


def _scraping(source: str, day: str) -> Callable[[Siege], str]:
    """A scrape of one day of a source."""
    return lambda siege: siege.run("scrape", "--source", source, "--date", day)


DOORS: Mapping[str, Door] = {
    # The papers that these three name by identifiers come from arXiv, further down.
    "issue form": Door(_issue_forms, ("lists/suggested/",), notes=100),
    "Markdown lines": Door(_markdown_lines, ("lists/lines/",), r".*-listed(-\d+)?", notes=50),
    "BibTeX": Door(_bibtex, ("lists/cited/",), r".*-cited(-\d+)?", notes=90),
    "saved page": Door(_saved_page, ("lists/saved/",), r"2601\.5\d{4}", titles=115),
    "copied text": Door(_copied_text, ("lists/copied/",), r".*-copied"),
    "arXiv by identifier": Door(_from_arxiv_by_name, ("lists/named/",), r"2601\.4\d{4}", titles=115),
    "arXiv's query interface": Door(
        _scraping("arxiv", API_DAY),
        (f"daily/{API_DAY}/",),
        r"2601\.2\d{4}",
        titles=115,
    ),
    "arXiv's feed": Door(
        _scraping("arxiv", RSS_DAY),
        (f"daily/{RSS_DAY}/",),
        r"2601\.1\d{4}",
        titles=115,
    ),
    "arXiv's bulk interface": Door(
        lambda siege: siege.run("scrape", "--harvest", "--since", OAI_DAY, "--until", OAI_DAY),
        (f"daily/{OAI_DAY}/",),
        r"2601\.3\d{4}",
        titles=115,
    ),
    "bioRxiv": Door(
        _scraping("biorxiv", BIORXIV_DAY),
        (f"daily/{BIORXIV_DAY}/",),
        rf"10\.1101/{BIORXIV_DAY.replace('-', '.')}.*",
        titles=110,
    ),
    "medRxiv": Door(
        _scraping("medrxiv", MEDRXIV_DAY),
        (f"daily/{MEDRXIV_DAY}/",),
        rf"10\.1101/{MEDRXIV_DAY.replace('-', '.')}.*",
        titles=37,
    ),
    "Crossref": Door(_from_crossref, ("lists/dois/",), r"10\.5555/.*", titles=110),
    # Of these nothing but numbers comes in, which stand on the two days above.
    "OpenAlex": Door(_counted("openalex", "biorxiv", BIORXIV_DAY)),
    "Semantic Scholar": Door(_counted("semanticscholar", "medrxiv", MEDRXIV_DAY)),
}


@contextmanager
def siege(root: Path, attacks: Mapping[str, str]) -> Iterator[Siege]:
    """An empty library, and everybody whom it asks is captured. Nobody waits for anybody's pace."""
    (root / "site_config").mkdir(parents=True)
    original, turns.TURNS = turns.TURNS, turns.Turns(FakeClock())
    try:
        with ReplayServer(services(attacks)) as server:
            names = ("HF", "ARXIV", "ARXIV_RSS", "ARXIV_OAI", "CROSSREF", "BIORXIV", "OPENALEX", "S2")
            environment = {f"{name}_ENDPOINT": server.url for name in names}
            laid = Siege(root, attacks, {**environment, "PAPERSTAND_CACHE": str(root / ".cache")})
            laid.settle()
            yield laid
    finally:
        turns.TURNS = original
