"""`paperstand scrape`: from a real server to files, whatever the server does."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from scraper.errors import ContentError, Problem
from scraper.http import Client
from scraper.records import EmptyReason, Paper
from scraper.scrape import days_between, scrape_days
from scraper.sources import open_source
from scraper.store import ContentStore
from tests.replay import (
    Mischief,
    ReplayServer,
    Reply,
    Request,
    arxiv,
    as_json,
    daily_papers,
    drips,
    dropped,
    html,
    invalid_json,
    late,
    refuses,
    truncated,
)
from tests.scraper.conftest import RECORDED, Desk, new_desk
from tests.scraper.fake_clock import FakeClock


def test_a_day_becomes_files(desk: Desk) -> None:
    """A day, its papers and the store's format are written; the summary counts them; nothing is left to check."""
    result = desk.run("scrape", "--date", "2026-08-20")
    assert result.exit_code == 0
    assert "2026-08-20 huggingface: 15 papers, 15 new in the day, 0 changed numbers" in result.output
    assert "Done: 1 day (1 new), 15 new papers, 0 changed numbers, 0 completed papers, 0 problems" in result.output
    library = desk.store.load()
    [day] = library.days.values()
    assert [entry.id for entry in day.papers] == [
        entry["paper"]["id"] for entry in json.loads((RECORDED / "2026-08-20.json").read_bytes())
    ]
    assert set(library.papers) == {entry.id for entry in day.papers}
    assert desk.run("check").exit_code == 0


def test_a_range_of_days(desk: Desk) -> None:
    """--since and --until name the first and the last day; days without a listing say why."""
    assert desk.run("scrape", "--since", "2026-08-14", "--until", "2026-08-17").exit_code == 0
    days = desk.store.load().days
    assert [(day.date.day, len(day.papers), day.empty) for day in days.values()] == [
        (14, 23, None),
        (15, 0, EmptyReason.WEEKEND),
        (16, 0, EmptyReason.WEEKEND),
        (17, 0, EmptyReason.NOTHING_LISTED),
    ]


def test_without_days_it_visits_the_last_seven(desk: Desk, server: ReplayServer) -> None:
    """Today and the six days before it, in UTC; today's empty listing is no verdict yet."""
    result = desk.run("scrape")
    assert result.exit_code == 0
    today = datetime.now(UTC).date()
    asked = [request.query["date"] for request in server.requests if request.path == "/api/daily_papers"]
    assert asked == [(today - timedelta(days=ago)).isoformat() for ago in range(6, -1, -1)]
    latest = desk.store.day(today)
    assert latest is not None
    assert latest.empty is EmptyReason.NOT_YET_LISTED


@pytest.mark.parametrize(
    "arguments",
    [
        ("--date", "2026-08-20", "--since", "2026-08-19"),
        ("--until", "2026-08-20"),
        ("--since", "2026-08-20", "--until", "2026-08-19"),
        ("--date", "2999-01-01"),
        ("--date", "20 August"),
    ],
)
def test_days_that_make_no_sense_are_refused(desk: Desk, arguments: tuple[str, ...]) -> None:
    """The command says what it takes, with exit status 2, and asks nobody."""
    result = desk.run("scrape", *arguments)
    assert result.exit_code == 2
    assert "Error" in result.output


def test_an_unknown_source_is_refused(desk: Desk) -> None:
    """The message names the sources there are."""
    result = desk.run("scrape", "--source", "nowhere")
    assert result.exit_code == 1
    assert "huggingface" in result.output


FAULTS: list[Mischief | None] = [
    *(
        refuses(429, {"ratelimit": '"api";r=0;t=90'}),
        refuses(429, {"retry-after": "60"}),
        drips(0.5),
        truncated(),
        None,
    ),
    *(invalid_json(), dropped(), html(), None, late(3), refuses(503), refuses(500)),
]


def test_a_misbehaving_service_changes_nothing(tmp_path: Path) -> None:
    """The store ends the same as without the faults, nothing is reported, and the server's waiting times were kept.

    429, 503, a body cut short, invalid JSON, a dropped connection, HTML, silence, a byte at a time.
    """
    trees = []
    clock = FakeClock()
    for faults in ([], FAULTS):
        with (
            ReplayServer(daily_papers(), mischief=faults) as server,
            Client(clock=clock, timeout=0.7, deadline=1.5) as client,
        ):
            desk = new_desk(tmp_path / str(len(faults)), server)
            source = open_source("huggingface", client, {"HF_ENDPOINT": server.url})
            days = days_between(date(2026, 8, 14), date(2026, 8, 20))
            reports = list(scrape_days(desk.store, [source], days, exclude=(), today=date(2026, 8, 21)))
            assert [report.problems for report in reports] == [()] * 7
            assert len(server.requests) == 7 + sum(fault is not None for fault in faults)
            trees.append(desk.tree())
    assert trees[0] == trees[1]
    assert len(trees[0]) > 30
    assert sum(clock.slept) >= 90 + 60


def _refusing(day: str) -> ReplayServer:
    """The recorded services, but for one day that is never found."""

    def refuse(request: Request) -> Reply | None:
        return as_json({"error": "Gone"}, status=410) if request.query.get("date") == day else None

    return ReplayServer(refuse, daily_papers(), arxiv())


def test_a_day_that_fails_is_reported_and_the_others_are_kept(tmp_path: Path) -> None:
    """Exit status 1, the day and the reason named, the other days written; the day itself says that it failed."""
    with _refusing("2026-08-15") as server:
        desk = new_desk(tmp_path, server)
        result = desk.run("scrape", "--since", "2026-08-14", "--until", "2026-08-16")
    assert result.exit_code == 1
    assert "Problem: huggingface 2026-08-15:" in result.output
    assert "410" in result.output
    days = desk.store.load().days
    assert [(day.date.day, day.empty) for day in days.values()] == [
        (14, None),
        (15, EmptyReason.FAILED),
        (16, EmptyReason.WEEKEND),
    ]


def test_a_record_that_cannot_be_read_is_reported_and_the_rest_is_kept(tmp_path: Path) -> None:
    """The problem names the day and the identifier; the other papers of the day are written."""
    entries = json.loads((RECORDED / "2026-08-20.json").read_bytes())
    entries[2]["paper"]["id"] = "2608.99"
    served = tmp_path / "served"
    served.mkdir()
    (served / "2026-08-20.json").write_text(json.dumps(entries))
    with ReplayServer(daily_papers(served), arxiv()) as server:
        desk = new_desk(tmp_path / "library", server)
        result = desk.run("scrape", "--date", "2026-08-20")
    assert result.exit_code == 1
    assert re.search(r"Problem: huggingface 2026-08-20: .*2608\.99", result.output)
    assert len(desk.store.load().papers) == 14


def test_a_paper_that_cannot_be_written_keeps_no_other_from_it(tmp_path: Path) -> None:
    """A file whose form only a person can edit, say: it is told, and the rest of the day is written."""

    class Stubborn(ContentStore):
        refused: list[str]

        def write_paper(self, paper: Paper, *, moved_from: str | None = None) -> bool:
            if not self.refused:
                self.refused.append(paper.id)
                raise ContentError([Problem(f"{paper.id}.md", 0, "edit it by hand")])
            return super().write_paper(paper, moved_from=moved_from)

    with ReplayServer(daily_papers()) as server, Client(clock=FakeClock()) as client:
        store = Stubborn(new_desk(tmp_path, server).root)
        store.refused = []
        source = open_source("huggingface", client, {"HF_ENDPOINT": server.url})
        day = date(2026, 8, 20)
        [report] = scrape_days(store, [source], [day], exclude=(), today=date(2026, 8, 21))
    [name] = store.refused
    assert [str(problem) for problem in report.problems] == [f"{name}.md: edit it by hand"]
    library = store.load()
    assert {entry.id for entry in library.days[day].papers} - library.papers.keys() == {name}
    assert len(library.papers) == 14


def test_an_empty_answer_never_empties_a_day(tmp_path: Path) -> None:
    """A day that had papers keeps every byte when the service forgets it."""
    served = tmp_path / "served"
    served.mkdir()
    recorded = served / "2026-08-20.json"
    recorded.write_bytes((RECORDED / "2026-08-20.json").read_bytes())
    with ReplayServer(daily_papers(served), arxiv()) as server:
        desk = new_desk(tmp_path / "library", server)
        desk.run("scrape", "--date", "2026-08-20")
        before = desk.tree()
        recorded.write_text("[]")
        assert desk.run("scrape", "--date", "2026-08-20").exit_code == 0
    assert desk.tree() == before


def test_a_dry_run_writes_nothing(desk: Desk) -> None:
    """It says what would change, and nothing is there afterwards."""
    result = desk.run("scrape", "--date", "2026-08-20", "--dry-run")
    assert result.exit_code == 0
    assert "2026-08-20: + 2608.16590 Zetta" in result.output
    assert "Would change: 1 day (1 new), 15 new papers" in result.output
    assert desk.tree() == {}


def test_a_service_that_cannot_be_reached(tmp_path: Path) -> None:
    """One clear line, exit status 1, and with --offline-ok the library that is there and exit status 0."""
    with ReplayServer(daily_papers(), arxiv()) as server:
        desk = new_desk(tmp_path, server)
        desk.run("scrape", "--date", "2026-08-20")
    result = desk.run("scrape")
    assert result.exit_code == 1
    assert result.output.count("cannot be reached") == 1
    result = desk.run("scrape", "--offline-ok")
    assert result.exit_code == 0
    assert "cannot be reached" in result.output
    assert "15 papers of 1 day" in result.output


def test_papers_that_a_list_names_are_fetched(desk: Desk) -> None:
    """A curator writes an identifier, and the next scrape fetches the paper from arXiv, or says there is none."""
    lists = desk.root / "content" / "lists"
    lists.mkdir(parents=True)
    (lists / "mine.md").write_text("---\ntitle: Mine\npapers:\n- 1605.08386\n- astro-ph/0601001\n- a-slug\n---\n")
    result = desk.run("scrape", "--date", "2026-08-20")
    assert result.exit_code == 0, result.output
    papers = desk.store.load().papers
    assert {"1605.08386", "astro-ph/0601001"} <= set(papers)
    assert papers["1605.08386"].authors
    (lists / "mine.md").write_text("---\ntitle: Mine\npapers:\n- 2104.99999\n---\n")
    result = desk.run("scrape", "--date", "2026-08-20")
    assert result.exit_code == 1
    assert "Problem: content/lists/mine.md:4: arXiv knows no paper 2104.99999" in result.output


def test_an_unchanged_answer_is_not_sent_again(tmp_path: Path) -> None:
    """The second scrape asks with the first one's ETag, and the library is the same without a body."""

    def tagged(request: Request) -> Reply | None:
        reply = daily_papers()(request)
        return reply and Reply(reply.body, reply.status, {**reply.headers, "etag": '"one"'})

    with ReplayServer(tagged, arxiv()) as server:
        desk = new_desk(tmp_path, server)
        desk.run("scrape", "--date", "2026-08-20")
        before = desk.tree()
        desk.run("scrape", "--date", "2026-08-20")
        assert [request.headers.get("if-none-match") for request in server.requests] == [None, '"one"']
    assert desk.tree() == before


def test_a_wait_is_said(tmp_path: Path) -> None:
    """A service that asks for patience is named, and for how long it is waited."""
    with ReplayServer(daily_papers(), mischief=[refuses(429, {"retry-after": "1"})]) as server:
        desk = new_desk(tmp_path, server)
        result = desk.run("scrape", "--date", "2026-08-20")
    assert result.exit_code == 0
    assert "answered 429" in result.output
    assert "trying again" in result.output


def test_a_terminal_gets_a_progress_bar(desk: Desk) -> None:
    """On a terminal one line moves, with the day that was done last; the summary follows."""
    terminal, end = pty.openpty()
    command = [sys.executable, "-m", "scraper.cli", "--root", str(desk.root)]
    arguments = ["scrape", "--since", "2026-08-19", "--until", "2026-08-20"]
    environment = {**os.environ, **desk.environment, "TERM": "xterm"}
    running = subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, stderr=end, env=environment)
    os.close(end)
    summary, _ = running.communicate(timeout=60)
    shown = b""
    with contextlib.suppress(OSError):  # Linux ends a terminal whose other side is closed with an error
        while part := os.read(terminal, 65536):
            shown += part
    os.close(terminal)
    assert b"Scraping" in shown
    assert b"100%" in shown
    assert b"2026-08-20 huggingface: 15 papers" in shown
    assert summary.startswith(b"Done: 2 days (2 new), 15 new papers")


def test_a_disk_that_cannot_be_written_is_one_message(desk: Desk) -> None:
    """The system's own reason, with the path, and no traceback."""
    (desk.root / "content").write_text("a file where the folder should be")
    result = desk.run("scrape", "--date", "2026-08-20")
    assert result.exit_code == 1
    assert f"Error: {desk.root / 'content'}" in result.output
    assert "Not a directory" in result.output
