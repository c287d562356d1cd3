"""A library that was attacked through every entry there is, and the site that is built of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scraper import plain_yaml, turns
from scraper.cli import main
from site_config.plugin import build
from tests.hostile.attacks import ADDRESSES, ATTACKS, CANARY, DEAD_ADDRESSES, IDENTIFIERS, MARKDOWN
from tests.replay import ReplayServer, Reply, Request, as_json
from tests.scraper.fake_clock import FakeClock
from tests.site_config.conftest import copy_pages

DAYS = ("2026-01-01", "2026-01-02")
ADDRESS = "https://example.org/"


@dataclass
class Canary:
    """A server of another origin. Whoever asks it for something was hit."""

    url: str
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def canary() -> Iterator[Canary]:
    """The canary, alive."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Type", "text/javascript" if self.path.endswith(".js") else "text/html")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server passes
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield Canary(f"http://127.0.0.1:{server.server_port}", asked)
    server.shutdown()
    server.server_close()


@dataclass(frozen=True)
class Attacked:
    """A library whose every field is an attack: where it is, and which attack is each paper's title."""

    root: Path
    titles: Mapping[str, str]
    """The attack's text by the paper's identifier."""
    output: str
    """What the scrape said."""


def _entry(identifier: object, text: object, addresses: Mapping[str, str] | None = None, **more: Any) -> Any:
    """An entry as Hugging Face sends one, with one text in every field."""
    links = list((addresses or {}).values())
    paper = {
        "id": identifier,
        "title": text,
        "summary": text,
        "authors": [{"name": text, "hidden": False}],
        "organization": {"name": text, "fullname": text},
        "ai_keywords": [text],
        "githubRepo": links[0] if links else text,
        "projectPage": links[1] if len(links) > 1 else text,
        "publishedAt": "2026-01-01T00:00:00.000Z",
        "upvotes": 3,
        **more,
    }
    return {"paper": paper, "title": text, "summary": text, "numComments": 2}


def listings(attacks: Mapping[str, str]) -> tuple[Mapping[str, list[Any]], Mapping[str, str]]:
    """What a captured Hugging Face would send for each of DAYS, and the title of each paper by its identifier."""
    texts = list(attacks.values())
    titles = {f"2601.{number:05}": text for number, text in enumerate(texts, 1)}
    entries = [_entry(identifier, text) for identifier, text in titles.items()]
    links = list({**ADDRESSES, **DEAD_ADDRESSES}.values())
    for number, (one, other) in enumerate(zip(links[::2], links[1::2], strict=False), 1):
        entries.append(_entry(f"2602.{number:05}", "Addresses", {"a": one, "b": other}))
    everything = _entry("2602.10000", "Everything at once")
    short = [text for text in texts if len(text) < 2000]
    everything["paper"] |= {
        "summary": "\n\n".join(short),
        "authors": [{"name": text, "hidden": False} for text in short],
        "ai_keywords": short,
    }
    entries.append(everything)
    first, second = entries[::2], entries[1::2]
    first += [_entry(identifier, "A name that is none") for identifier in IDENTIFIERS]
    first += [_entry({"x": 1}, "x"), _entry("2603.00001", {"x": 1}), _entry("2603.00002", None), None, 1, [], "x"]
    # The same day twice in one answer, and numbers that are none.
    second += [_entry("2603.00003", "Numbers", upvotes=10**400), _entry("2603.00004", "Signs", upvotes=-1)]
    second.append(second[0])
    # Ten megabytes, as a word and as words.
    huge = _entry("2603.00005", "Huge")
    huge["paper"]["title"] = "x" * 5_000_000 + " y" * 2_500_000
    second.append(huge)
    return dict(zip(DAYS, (first, second), strict=True)), titles


def _site_yml(attacks: Mapping[str, str]) -> str:
    """Settings in which every text is an attack, and every name has a page from its first paper on."""
    texts = [text for text in attacks.values() if len(text) < 2000 and any(map(str.isalnum, text))]
    lines = [" ".join(text.split()) for text in texts[::4]]
    topics = [
        {"name": f"{line[:200]} {number}", "slug": f"t{number}", "description": line, "keywords": [line[:200], "x"]}
        for number, line in enumerate(lines)
        if line.isprintable()
    ]
    values = {
        "name": attacks["markup: script"] + attacks["quoted: end of a double quote"],
        "description": attacks["quoted: end of a double quote"] + attacks["template: jinja"],
        "url": ADDRESS,
        "repository": "https://github.com/example/x'\"><script>window.hacked=1</script>",
        "topics": topics,
        "same_authors": {topics[0]["name"]: [topic["name"] for topic in topics[1:4]]},
        "same_organizations": {topics[5]["name"]: [topic["name"] for topic in topics[6:9]]},
        "least_papers": {"organizations": 1, "authors": 1, "keywords": 1},
        "mail": {"provider": attacks["markup: script"], "form": ADDRESS + '"><script>window.hacked=1</script>'},
    }
    return plain_yaml.dump(values)


def _people(root: Path, titles: Mapping[str, str], attacks: Mapping[str, str]) -> None:
    """What a pull request may bring: a list with notes and prose, and an editor's note on a day."""
    prose = "\n\n".join([*MARKDOWN.values(), *(text for text in attacks.values() if len(text) < 2000)])
    line = " ".join(attacks["markup: script"].split()) + attacks["quoted: end of a double quote"]
    front = {
        "title": line,
        "description": line + attacks["template: jinja"],
        "curator": line,
        "papers": [
            {"id": identifier, "note": " ".join(text.split())[:3000] or "x"} for identifier, text in titles.items()
        ],
    }
    lists = root / "content" / "lists"
    lists.mkdir(parents=True, exist_ok=True)
    (lists / "hostile.md").write_text(f"---\n{plain_yaml.dump(front)}---\n\n{prose}\n", encoding="utf-8")
    day = root / "content" / "daily" / DAYS[1][:4] / f"{DAYS[1]}.md"
    day.write_text(day.read_text(encoding="utf-8").rstrip("\n") + f"\n\n{prose}\n", encoding="utf-8")


@pytest.fixture(scope="session")
def attacked(tmp_path_factory: pytest.TempPathFactory, canary: Canary) -> Attacked:
    """A library that was scraped from a captured source, with a hostile pull request merged and hostile settings."""
    root = tmp_path_factory.mktemp("attacked")
    attacks = {name: text.replace(CANARY, canary.url) for name, text in ATTACKS.items()}
    days, titles = listings(attacks)

    def answer(request: Request) -> Reply | None:
        if request.path != "/api/daily_papers":
            return None
        return as_json([] if request.query.get("p", "0") != "0" else days.get(request.query["date"], []))

    (root / "site_config").mkdir()
    (root / "site_config" / "site.yml").write_text(_site_yml(attacks), encoding="utf-8")
    original, turns.TURNS = turns.TURNS, turns.Turns(FakeClock())
    try:
        with ReplayServer(answer) as server:
            environment = {"HF_ENDPOINT": server.url, "ARXIV_ENDPOINT": server.url, "CROSSREF_ENDPOINT": server.url}
            result = CliRunner().invoke(
                main,
                ["--root", str(root), "scrape", "--since", DAYS[0], "--until", DAYS[1]],
                env={**environment, "PAPERSTAND_CACHE": str(root / ".cache")},
            )
    finally:
        turns.TURNS = original
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    _people(root, titles, attacks)
    return Attacked(root, titles, result.output)


@pytest.fixture(scope="session")
def attacked_site(attacked: Attacked) -> Path:
    """The attacked library's site."""
    copy_pages(attacked.root)
    return build(attacked.root)
