"""`paperstand doctor`: each thing that a fork can lack is found, and what to do is said."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from scraper import settings, weight
from scraper.fork import doctor
from scraper.fork.doctor import Finding, State, examine
from scraper.fork.schedule import WORKFLOWS, drawn
from scraper.http import PROJECT, Client
from scraper.records import Day, DayEntry, Paper, day_title
from scraper.store import ContentStore
from tests.arxiv_service import EMPTY_FEED, PAPERS, ArxivService
from tests.replay import ReplayServer, Reply
from tests.scraper.fork.conftest import LIBRARY, ROOT, Fork, Gh, edit, git

TODAY = date(2026, 8, 22)
REPOSITORY = "repos/Ann/robots"
RUNS = f"{REPOSITORY}/actions/workflows/daily.yml/runs?per_page=1"
PAGES: dict[str, Any] = {"build_type": "workflow", "html_url": "https://ann.github.io/robots/"}
SITE = "name: Robots\nurl: https://ann.github.io/robots/\nrepository: https://github.com/Ann/robots\n"


def run_of(day: date, conclusion: str | None = "success") -> dict[str, Any]:
    """GitHub's answer about the last run."""
    return {"workflow_runs": [{"created_at": f"{day}T14:41:00Z", "conclusion": conclusion, "html_url": "https://run/"}]}


def workflows(state: str) -> dict[str, Any]:
    """GitHub's answer about the workflows."""
    return {"workflows": [{"path": ".github/workflows/daily.yml", "state": state}]}


@pytest.fixture
def fork(tmp_path: Path) -> Fork:
    """A fork with which nothing is wrong, less the engine: the doctor is not part of what it looks at."""
    root = tmp_path / "robots"
    shutil.copytree(LIBRARY / "content", root / "content")
    for name in (settings.PATH, WORKFLOWS / doctor.DAILY):
        (root / name).parent.mkdir(parents=True)
    (root / settings.PATH).write_text(SITE)
    daily = (ROOT / WORKFLOWS / doctor.DAILY).read_text("utf-8")
    (root / WORKFLOWS / doctor.DAILY).write_text(drawn(daily, doctor.DAILY, "https://github.com/Ann/robots"))
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "remote", "add", "origin", "git@github.com:Ann/robots.git")
    return Fork(root, root)


@pytest.fixture
def well(gh: Gh) -> Gh:
    """A GitHub where nothing is wrong."""
    gh.answers(f"{REPOSITORY}/pages", PAGES)
    gh.answers(f"{REPOSITORY}/actions/workflows", workflows("active"))
    gh.answers(RUNS, run_of(TODAY))
    return gh


def found(fork: Fork, **environment: str) -> dict[str, Finding]:
    """What was found, by what was looked at; the worst of several."""
    findings: dict[str, Finding] = {}
    for finding in examine(fork.root, TODAY, environment=environment):
        if finding.what not in findings or finding.state is State.PROBLEM:
            findings[finding.what] = finding
    return findings


def test_a_healthy_fork_has_no_problem(fork: Fork, well: Gh) -> None:
    """Everything that can be looked at is well, and GitHub was asked about the fork and nobody else."""
    findings = found(fork)
    assert [finding for finding in findings.values() if finding.state not in (State.WELL, State.UNKNOWN)] == []
    assert {what for what, finding in findings.items() if finding.state is State.UNKNOWN} == {"sources"}
    assert {"settings", "git", "address", "pages", "workflows", "schedule", "last run", "tokens", "size"} <= set(
        findings
    )
    assert {call[-1].partition("/actions")[0].removesuffix("/pages") for call in well.asked} == {REPOSITORY}


@pytest.mark.usefixtures("well")
def test_a_fork_with_the_projects_minutes_is_told_its_own(fork: Fork) -> None:
    """That is no problem of its own; a person's own minutes are nobody's business."""
    daily = fork.root / WORKFLOWS / doctor.DAILY
    own = daily.read_text("utf-8")
    daily.write_text(drawn(own, doctor.DAILY, PROJECT))
    finding = found(fork)["workflows"]
    assert finding.state is State.NOTICE
    assert all(cron in finding.advice for cron in re.findall('cron: "(.*)"', own))
    daily.write_text(own.replace(' 14 * * *"', ' 13 * * *"'))
    assert found(fork)["workflows"].state is State.WELL


def spoil_file(name: str, text: str | None) -> Callable[[Fork, Gh], None]:
    """Another text in a file, or no file."""

    def apply(fork: Fork, _: Gh) -> None:
        path = fork.root / name
        path.unlink() if text is None else path.write_text(text)

    return apply


def spoil_answer(path: str, answer: object, status: int = 200) -> Callable[[Fork, Gh], None]:
    """Another answer of GitHub's."""
    return lambda _, gh: gh.answers(path, answer, status)


def run_git(*arguments: str) -> Callable[[Fork, Gh], None]:
    """Something done with git."""

    def apply(fork: Fork, _: Gh) -> None:
        git(fork.root, *arguments)

    return apply


def no_schedule(fork: Fork, _: Gh) -> None:
    """A daily workflow that only a person starts."""
    (fork.root / ".github/workflows/daily.yml").write_text("on:\n  workflow_dispatch:\njobs: {}\n")


def spoil_day(fork: Fork, _: Gh) -> None:
    """A day with a slip in it."""
    edit(fork.root / "content/daily/2026/2026-08-21.md", "^title:", "titel:")


@pytest.mark.parametrize(
    ("spoil", "what", "message", "advice"),
    [
        (spoil_file("site_config/site.yml", "name: T\nnam: x\n"), "settings", "site.yml:2: nam", "mend this line"),
        (run_git("remote", "remove", "origin"), "git", "no remote", "git remote add origin"),
        (
            run_git("remote", "set-url", "origin", "https://github.com/paperstand/paperstand.git"),
            "git",
            "the project itself",
            "git remote set-url",
        ),
        (
            run_git("remote", "set-url", "origin", "/srv/robots"),
            "git",
            "`origin` is /srv/robots",
            "git remote set-url origin ADDRESS-OF-YOUR-FORK",
        ),
        (
            run_git("remote", "set-url", "origin", "git@github.com:Bob/x.git"),
            "git",
            "Bob/x.git",
            "repository: https://github.com/Bob/x`",
        ),
        (run_git("switch", "--quiet", "--create", "mine"), "git", "the branch is mine", "git switch main"),
        (
            spoil_file("site_config/site.yml", SITE.replace("https://ann.github.io/robots/", "http://127.0.0.1:8000/")),
            "address",
            "this machine",
            "url: https://ann.github.io/robots/`",
        ),
        (
            spoil_file("site_config/site.yml", SITE.replace("io/robots/", "io/robot/")),
            "address",
            "io/robot/, but Pages publishes",
            "url: https://ann.github.io/robots/`",
        ),
        (spoil_answer(f"{REPOSITORY}/pages", {"message": "Not Found"}, 404), "pages", "not set up", "/settings/pages"),
        (spoil_answer(f"{REPOSITORY}/pages", {"build_type": "legacy"}), "pages", "to a branch", "*GitHub Actions*"),
        (
            spoil_answer(f"{REPOSITORY}/pages", {**PAGES, "html_url": "https://robots.example.org/"}),
            "pages",
            "robots.example.org",
            "url: https://robots.example.org/`",
        ),
        (spoil_file(".github/workflows/daily.yml", None), "workflows", "is missing", "git checkout HEAD"),
        (no_schedule, "workflows", "no schedule", "cron"),
        (
            spoil_answer(f"{REPOSITORY}/actions/workflows", workflows("disabled_inactivity")),
            "schedule",
            "after 60 days without a commit",
            "gh workflow enable daily.yml",
        ),
        (spoil_answer(f"{REPOSITORY}/actions/workflows", {"workflows": []}), "schedule", "does not know", "push it"),
        (spoil_answer(RUNS, {"workflow_runs": []}), "last run", "never ran", "gh workflow run"),
        (spoil_answer(RUNS, run_of(TODAY - timedelta(days=4))), "last run", "2026-08-18", "why the schedule rests"),
        (spoil_answer(RUNS, run_of(TODAY, "failure")), "last run", "ended with failure", "https://run/"),
        (spoil_day, "library", "problems, the first is content/daily/2026/2026-08-21.md", "make check"),
        (spoil_file("content/store.yml", "format: 99\n"), "library", "format 99", "do as it says"),
    ],
)
def test_what_is_wrong_is_found_with_what_to_do(
    fork: Fork, well: Gh, spoil: Callable[[Fork, Gh], None], what: str, message: str, advice: str
) -> None:
    """One thing is spoilt: it is a problem, said so, with the advice that mends it; nothing that is well is blamed."""
    spoil(fork, well)
    findings = found(fork)
    assert findings[what].state is State.PROBLEM, findings
    assert message in findings[what].message
    assert advice in findings[what].advice
    problems = {name for name, finding in findings.items() if finding.state is State.PROBLEM}
    related = {"address", "pages", "last day"} if what in ("address", "pages", "library") else {what}
    assert problems <= related | {what}


@pytest.mark.usefixtures("no_gh")
def test_without_gh_it_says_where_to_look(fork: Fork) -> None:
    """Whoever has no gh is told the address of each page to look at, and that is no problem of the fork's."""
    findings = found(fork)
    for what, page in (("pages", "/settings/pages"), ("schedule", "/actions"), ("last run", "workflows/daily.yml")):
        assert findings[what].state is State.UNKNOWN
        assert page in findings[what].advice
        assert "https://github.com/Ann/robots/" in findings[what].advice


def test_a_gh_that_may_not_ask_is_no_problem_of_the_forks(fork: Fork, well: Gh) -> None:
    """A gh without rights says nothing about Pages, neither good nor bad."""
    well.answers(f"{REPOSITORY}/pages", {"message": "Forbidden"}, 403)
    assert found(fork)["pages"].state is State.UNKNOWN
    assert "HTTP 403" in found(fork)["pages"].message


def test_a_domain_of_its_own_is_fine(fork: Fork, well: Gh) -> None:
    """An address that is not GitHub's is a notice, as long as Pages publishes there."""
    (fork.root / settings.PATH).write_text(SITE.replace("https://ann.github.io/robots/", "https://robots.example.org/"))
    well.answers(f"{REPOSITORY}/pages", {**PAGES, "html_url": "https://robots.example.org/"})
    findings = found(fork)
    assert findings["address"].state is State.NOTICE
    assert findings["pages"].state is State.WELL


@pytest.mark.usefixtures("well")
def test_a_token_that_cannot_be_sent_is_found(fork: Fork) -> None:
    """A token with a line's end in it would fail each run. No token is printed."""
    findings = found(fork, HF_TOKEN="hf_secret\nx")  # noqa: S106 - no secret: it is the test's own
    assert findings["tokens"].state is State.PROBLEM
    assert "hf_secret" not in str(findings)
    assert "HF_TOKEN" in found(fork, HF_TOKEN="hf_secret")["tokens"].message  # noqa: S106 - the same


def test_a_library_that_nobody_scrapes_is_found(tmp_path: Path) -> None:
    """A week without papers is a stopped scrape, and no day at all is one that never ran."""
    store = ContentStore(tmp_path)
    assert doctor._last_day(store.load(), TODAY).state is State.PROBLEM  # noqa: SLF001 - one look of many
    day = TODAY - timedelta(days=7)
    store.write_day(Day(day, day_title(day), (DayEntry("2608.00001"),)))
    store.write_paper(Paper("2608.00001", "One", featured=(day,)))
    assert doctor._last_day(store.load(), TODAY).state is State.WELL  # noqa: SLF001 - the same
    assert doctor._last_day(store.load(), TODAY + timedelta(days=1)).state is State.PROBLEM  # noqa: SLF001 - the same


@pytest.mark.usefixtures("well")
def test_a_site_that_grows_too_large_is_found(fork: Fork, monkeypatch: pytest.MonkeyPatch) -> None:
    """From four fifths of what GitHub Pages takes on it is said; beyond all of it, it is a problem."""
    site = fork.root / "site"
    site.mkdir()
    (site / "index.html").write_bytes(b"x" * 900)
    assert found(fork)["size"].state is State.WELL
    monkeypatch.setattr(weight, "MOST_BYTES", 1000)
    assert found(fork)["size"].state is State.NOTICE
    monkeypatch.setattr(weight, "MOST_BYTES", 899)
    assert found(fork)["size"].state is State.PROBLEM


def test_the_command_asks_the_sources_and_ends_with_a_status(
    fork: Fork, well: Gh, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A source that answers is well, one that does not is a problem with advice, and then the exit status is 1."""
    (fork.root / settings.PATH).write_text(SITE + "sources: [arxiv]\ncategories: [cs.RO]\n")
    now = datetime.now(UTC).date()
    well.answers(RUNS, run_of(now))
    ContentStore(fork.root).write_day(Day(now, day_title(now), (DayEntry("2608.13558"),)))
    tuesday = doctor._last_wednesday(now) - timedelta(days=1)  # noqa: SLF001 - one look of many
    paper = {**PAPERS[0], "categories": ["cs.RO"], "date": tuesday.isoformat()}
    latest = EMPTY_FEED.replace(b"Wed, 31 Dec 2025 00:00:00 -0500", format_datetime(datetime.now(UTC)).encode())
    assert latest != EMPTY_FEED
    with ReplayServer(ArxivService([paper], latest)) as server:
        for name in ("ARXIV", "ARXIV_RSS"):
            monkeypatch.setenv(f"{name}_ENDPOINT", server.url)
        result = fork.run("doctor")
    assert result.exit_code == 0, result.output
    assert "ok      arxiv: answers: " in result.output
    assert "No problem found" in result.output
    with ReplayServer(lambda _: Reply(b"", 500)) as server:
        for name in ("ARXIV", "ARXIV_RSS"):
            monkeypatch.setenv(f"{name}_ENDPOINT", server.url)
        result = fork.run("doctor")
    assert result.exit_code == 1
    assert "problem arxiv: " in result.output
    assert "1 problem found" in result.output
    assert fork.run("doctor", "--offline").exit_code == 0


def test_a_source_that_has_nothing_on_a_wednesday_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A category that arXiv does not have is answered with no paper for ever: the advice says where the names are."""
    site = settings.parse("name: T\nsources: [arxiv]\ncategories: [cs.ROB]\n")
    with ReplayServer(ArxivService((), EMPTY_FEED)) as server, Client() as client:
        for name in ("ARXIV", "ARXIV_RSS"):
            monkeypatch.setenv(f"{name}_ENDPOINT", server.url)
        patient = doctor.Patient(ROOT, site, date(2026, 6, 25), os.environ, None, client)
        [finding] = doctor._sources(patient)  # noqa: SLF001 - one look of many
        assert finding.state is State.NOTICE
        assert "has no paper for 2026-06-24" in finding.message
        assert "category_taxonomy" in finding.advice
        holiday = doctor.Patient(ROOT, site, date(2026, 12, 31), os.environ, None, client)
        [finding] = doctor._sources(holiday)  # noqa: SLF001
        assert (finding.state, finding.message) == (State.WELL, "answers: 0 papers for 2026-12-30")


def test_sources_are_asked_for_a_day_that_has_papers() -> None:
    """The day that is asked for is a Wednesday of the last seven days, and never the present day."""
    for number in range(14):
        today = TODAY + timedelta(days=number)
        day = doctor._last_wednesday(today)  # noqa: SLF001 - one look of many
        assert day.strftime("%A") == "Wednesday"
        assert 1 <= (today - day).days <= 7


def test_the_projects_own_workflow_is_understood() -> None:
    """The daily workflow that is committed has a schedule, as the doctor reads it."""
    assert doctor._crons(ROOT / WORKFLOWS / doctor.DAILY)  # noqa: SLF001 - one look of many
