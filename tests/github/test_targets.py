"""What the workflows call: each target runs in a clone of a repository, with real git and a stand-in for gh."""

from __future__ import annotations

import json
import shutil
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from scraper.records import Day, EmptyReason, day_title
from scraper.weight import MOST_BYTES, Room, room, weigh
from tests.github.conftest import Repository
from tests.github.test_workflows import ROOT, WORKFLOWS, steps

OF_MAKE_SITE = {"setup", "scrape", "build"}
"""Targets that `make site` consists of, which the README's tests run."""


def test_every_command_of_a_workflow_is_executed_by_a_test() -> None:
    """Each `run:` is .ci/run, or a target that a test calls by name, or a part of one."""
    tests = Path(__file__).parents[1].rglob("test_*.py")
    called = "\n".join(
        path.read_text() for path in tests if path.name not in {"test_workflows.py", "test_documents.py"}
    )
    runs = {step["run"] for workflow in WORKFLOWS for _, step in steps(workflow) if "run" in step}
    targets = {run.removeprefix("make ") for run in runs - {".ci/run"}}
    assert [name for name in sorted(targets - OF_MAKE_SITE) if f'"{name}"' not in called.replace("make ", "")] == []


TODAY = "2025-11-13"


def due(repository: Repository, day: str = TODAY, event: str = "schedule") -> str:
    """What `make due` gives the workflow."""
    output = repository.root / "output"
    run = repository.run("make", "due", f"TODAY={day}", GITHUB_EVENT_NAME=event, GITHUB_OUTPUT=str(output))
    assert run.returncode == 0, run.stdout
    return output.read_text().splitlines()[-1]


def test_a_complete_day_is_not_due_again(repository: Repository) -> None:
    """The day's file has papers and a scheduled run of today went well: nothing to do, and GitHub was asked that."""
    repository.answers("run list", "1\n")
    assert due(repository) == "due=false"
    asked = repository.asked()[0].arguments
    assert asked[asked.index("--created") + 1] == f">={TODAY}"
    assert {"success", "schedule", "daily.yml"} <= set(asked)


def test_a_run_that_failed_is_due_again(repository: Repository) -> None:
    """No run of today went well; so it is when GitHub cannot be asked."""
    repository.answers("run list", "0\n")
    assert due(repository) == "due=true"
    repository.fails("run list", "no network")
    assert due(repository) == "due=true"


@pytest.mark.parametrize("empty", [EmptyReason.NOT_YET_LISTED, EmptyReason.FAILED])
def test_a_day_without_its_papers_is_due_again(repository: Repository, empty: EmptyReason) -> None:
    """Where nothing was listed yet or nothing could be fetched, a run that went well changes nothing about that."""
    on = date(2025, 11, 15)
    repository.store.write_day(Day(on, day_title(on), empty=empty))
    repository.answers("run list", "1\n")
    assert due(repository, "2025-11-15") == "due=true"
    assert due(repository, "2025-11-16") == "due=true"


def test_a_holiday_is_complete(repository: Repository) -> None:
    """A day that explains why it is empty has all it will have."""
    on = date(2025, 11, 15)
    repository.store.write_day(Day(on, day_title(on), empty=EmptyReason.WEEKEND))
    repository.answers("run list", "1\n")
    assert due(repository, "2025-11-15") == "due=false"


@pytest.mark.parametrize("event", ["push", "workflow_dispatch"])
def test_what_a_person_starts_always_runs(repository: Repository, event: str) -> None:
    """A merged list is published at once, whatever the day's runs did, and nobody is asked."""
    repository.answers("run list", "1\n")
    assert due(repository, event=event) == "due=true"
    assert repository.asked() == []


def test_due_needs_no_installation(repository: Repository) -> None:
    """The question that most runs end with is answered without setting anything up."""
    (repository.root / ".venv" / ".site").unlink()
    repository.answers("run list", "1\n")
    assert due(repository) == "due=false"


def test_explaining_pages(repository: Repository) -> None:
    """The run says in GitHub's own words for a warning what to press."""
    run = repository.run("make", "explain-pages")
    assert run.returncode == 0
    assert run.stdout.startswith("::warning title=")
    assert "Settings, Pages, Source" in run.stdout


def sparse(path: Path, size: int) -> None:
    """A file of this size that takes up no room."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(size)


ASKED = """\
import os

def test(capsys):
    with capsys.disabled():
        asked = [name for name in os.environ if name.startswith("PAPERSTAND_") and name != "PAPERSTAND_TURNS"]
        print({name: os.environ[name] for name in sorted(asked)})
"""


@pytest.mark.parametrize(
    ("target", "folders", "expected"),
    [
        (
            ("endurance", "KILLS=300"),
            ("chaos", "site_config"),
            {"PAPERSTAND_HISTORIES": "100", "PAPERSTAND_KILLS": "300", "PAPERSTAND_NETWORK_SEEDS": "25"},
        ),
        (("fuzz", "EXAMPLES=7"), ("fuzz",), {"PAPERSTAND_FUZZ": "7"}),
    ],
    ids=["endurance", "fuzz"],
)
def test_tests_at_length(
    repository: Repository, target: tuple[str, ...], folders: tuple[str, ...], expected: dict[str, str]
) -> None:
    """The numbers that the tests ask the environment for, and as many as they are to ask for unless told."""
    shutil.copytree(ROOT / "requirements", repository.root / "requirements", dirs_exist_ok=True)
    for stamp in (".dev", ".npm"):
        (repository.root / ".venv" / stamp).touch()
    for folder in folders:
        name = "test_incremental.py" if folder == "site_config" else "test_it.py"
        (repository.root / "tests" / folder).mkdir(parents=True)
        (repository.root / "tests" / folder / name).write_text(ASKED)
    run = repository.run("make", *target, "PIP_INSTALL=true", PYTHONPATH="")
    assert run.returncode == 0, run.stdout
    assert run.stdout.count(str(expected)) == len(folders), run.stdout
    for name in expected:
        assert any(name in path.read_text() for path in (ROOT / "tests").rglob("*.py")), name


def test_the_digest_of_what_is_published(repository: Repository) -> None:
    """What the next job attests is the digest of the very file that says what the site is made of."""
    (repository.root / "site").mkdir()
    (repository.root / "site" / "index.html").write_text("<!doctype html>")
    output = repository.root / "output"
    run = repository.run("make", "provenance", GITHUB_OUTPUT=str(output))
    assert run.returncode == 0, run.stdout
    manifest = (repository.root / "site" / "build.json").read_bytes()
    assert output.read_text() == f"digest={sha256(manifest).hexdigest()}\n"


@pytest.mark.parametrize(
    ("size", "status", "said"),
    [
        (1000, 0, "The site has 0.0 MB in 2 files"),
        (MOST_BYTES * 8 // 10, 0, "::warning file=site_config/site.yml"),
        (MOST_BYTES + 1, 2, "it cannot be published there"),
    ],
)
def test_the_sites_size(repository: Repository, size: int, status: int, said: str) -> None:
    """From 80 % of what GitHub Pages takes on there is a warning; beyond that, the run ends before it deploys."""
    sparse(repository.root / "site" / "index.html", size // 2)
    sparse(repository.root / "site" / "papers" / "a" / "index.html", size - size // 2)
    run = repository.run("make", "size", GITHUB_ACTIONS="true")
    assert run.returncode == status, run.stdout
    assert said in run.stdout
    if status == 0 and size == 1000:
        assert "::" not in run.stdout


def test_a_weight_counts_links_as_links(tmp_path: Path) -> None:
    """What is linked elsewhere is not counted there."""
    sparse(tmp_path / "outside", 10_000)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "link").symlink_to(tmp_path / "outside")
    assert weigh(tmp_path / "site").files == 1
    assert weigh(tmp_path / "site").size < 1000


@pytest.mark.parametrize(
    ("value", "expected"), [(79, Room.ENOUGH), (80, Room.LITTLE), (100, Room.LITTLE), (101, Room.NONE)]
)
def test_room(value: int, expected: Room) -> None:
    """The bounds themselves belong to the milder side above, to the warning below."""
    assert room(value, 100) is expected


def jobs(seconds: int, conclusion: str = "success") -> dict[str, object]:
    """A run's jobs as gh tells them, with a deployment of so many seconds."""
    ended = f"2025-11-13T15:{seconds // 60:02}:{seconds % 60:02}Z"
    job = {"name": "Deploy", "conclusion": conclusion, "startedAt": "2025-11-13T15:00:00Z", "completedAt": ended}
    return {"jobs": [{**job, "name": "Build"}, job]}


@pytest.mark.parametrize(
    ("answer", "said", "warns"),
    [
        (jobs(65), "The deployment took 65 of 600 seconds", False),
        (jobs(480), "the deployment took 480 of 600 seconds", True),
        (jobs(65, "skipped"), "deployed nothing", False),
    ],
)
def test_the_deployments_time(repository: Repository, answer: object, said: str, warns: bool) -> None:
    """What a deployment took is measured where GitHub says it; from 80 % of its ten minutes on it is a warning."""
    repository.answers("run view", answer)
    run = repository.run("make", "tell-deployment", GITHUB_RUN_ID="42", GITHUB_ACTIONS="true")
    assert run.returncode == 0, run.stdout
    assert said in run.stdout
    assert ("::warning" in run.stdout) is warns
    assert repository.asked()[0].arguments == ("run", "view", "42", "--json", "jobs")


def test_schedules_are_kept_alive(repository: Repository) -> None:
    """Each workflow with a schedule is turned on again, but none that a person turned off, and none without one."""
    states = {"daily.yml": "active", "newsletter.yml": "disabled_manually", "ci.yml": "active"}
    listed = [{"path": f".github/workflows/{name}", "state": state} for name, state in states.items()]
    repository.answers("workflow list", listed)
    run = repository.run("make", "keep-schedules")
    assert run.returncode == 0, run.stdout
    put = [call.arguments[-1] for call in repository.asked() if call.arguments[0] == "api"]
    assert put == ["repos/{owner}/{repo}/actions/workflows/daily.yml/enable"]
    assert {"--method", "PUT"} <= set(repository.asked()[-1].arguments)


def test_a_refusal_is_one_message(repository: Repository) -> None:
    """What GitHub refuses is said in its own words, and no gh at all with where to get it."""
    repository.fails("workflow list", "HTTP 403: Resource not accessible by integration")
    run = repository.paperstand("github", "keep-schedules")
    assert run.returncode == 1
    assert "Error: gh workflow: HTTP 403: Resource not accessible by integration" in run.stdout
    assert json.loads((repository.gh / "asked.jsonl").read_text().splitlines()[0])
    (repository.gh / "gh").unlink()
    run = repository.paperstand("github", "keep-schedules")
    assert "https://cli.github.com" in run.stdout
    assert "Traceback" not in run.stdout
