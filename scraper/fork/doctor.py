"""What is wrong with a fork, and what to do about it: one finding for each thing that was looked at."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from scraper import plain_yaml, settings, weight
from scraper.check import check
from scraper.errors import ContentError, FetchError, PaperstandError
from scraper.fork.addresses import github_name, is_at_pages, pages_address, same_repository, web_address
from scraper.fork.programs import Git, GitHub, GitHubError
from scraper.fork.schedule import WORKFLOWS, drawn
from scraper.http import PROJECT, Client
from scraper.records import EmptyReason, Listing
from scraper.settings import Settings
from scraper.sources import arxiv, open_source
from scraper.sources.endpoints import secret
from scraper.store import ContentStore, Library
from scraper.weight import weigh

DAILY = "daily.yml"
"""The workflow that keeps a site alive."""
TOKENS = ("HF_TOKEN", "OPENALEX_API_KEY", "S2_API_KEY")
"""The variables that may hold a key; no site needs one."""

LEAST_FREE = 1_000_000_000
"""Bytes that a build of a large library may need beside the site that is there."""
OLD_RUN = timedelta(days=3)
"""A schedule that is switched on runs every day."""
OLD_DAYS = 7
"""No source is silent for longer, so that a library whose last papers are older is not scraped any more."""


class State(StrEnum):
    """How it is with one thing."""

    WELL = "ok"
    UNKNOWN = "?"
    """It could not be looked at from here; the advice says where to look."""
    NOTICE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    state: State
    message: str
    advice: str = ""
    """What to do; empty where nothing needs doing."""


@dataclass(frozen=True, slots=True)
class Patient:
    """What is examined. `github` is None where there is no gh to ask; `client` is None where no source is asked."""

    root: Path
    site: Settings
    today: date
    environment: Mapping[str, str]
    github: Callable[[str], GitHub] | None
    client: Client | None


def examine(
    root: Path,
    today: date,
    *,
    environment: Mapping[str, str] = os.environ,
    open_client: Callable[[Settings], Client] | None = None,
) -> Iterator[Finding]:
    """Everything that was found, as it is found. Without `open_client` no source is asked. Writes nothing."""
    try:
        site = settings.load(root)
    except ContentError as error:
        for problem in error.problems:
            yield Finding("settings", State.PROBLEM, str(problem), "mend this line; nothing else works without it")
        return
    yield Finding("settings", State.WELL, f"{settings.PATH.as_posix()} is understood")
    for notice in settings.notices(root):
        yield Finding("settings", State.NOTICE, str(notice), "mend this line, unless the category is a new one")
    github = (lambda name: GitHub(name, root)) if GitHub.is_installed() else None
    client = open_client(site) if open_client else None
    patient = Patient(root, site, today, environment, github, client)
    try:
        for look in _LOOKS:
            yield from look(patient)
    finally:
        if client:
            client.close()


# The repository and its address.


def _repository(patient: Patient) -> Iterator[Finding]:
    git, site = Git(patient.root), patient.site
    if git.ask("rev-parse", "--git-dir") is None:
        yield Finding(
            "git", State.PROBLEM, "this is no git repository", "clone your fork; a copy without git cannot run"
        )
        return
    remote = git.ask("remote", "get-url", "origin")
    if remote is None:
        yield Finding(
            "git", State.PROBLEM, "there is no remote `origin`", "`git remote add origin ADDRESS-OF-YOUR-FORK`"
        )
    elif same_repository(remote, PROJECT):
        yield Finding(
            "git",
            State.PROBLEM,
            f"`origin` is the project itself, {remote}",
            "fork it at GitHub, then `git remote set-url origin ADDRESS-OF-YOUR-FORK`",
        )
    elif not same_repository(remote, site.repository):
        yield Finding(
            "git",
            State.PROBLEM,
            f"`origin` is {remote}, but site.yml says {site.repository or 'nothing'}",
            _same_address(remote),
        )
    else:
        yield Finding("git", State.WELL, f"`origin` is {remote}, as site.yml says")
    branch = git.ask("branch", "--show-current")
    if branch != "main":
        yield Finding(
            "git",
            State.PROBLEM,
            f"the branch is {branch or 'none'}, and the workflows work on `main`",
            "`git switch main`, or rename your branch with `git branch -m main`",
        )


def _same_address(remote: str) -> str:
    """How site.yml and the remote come to name one repository. A folder, or a host reached by SSH, is no address."""
    address = web_address(remote) or (remote if remote.startswith(("https://", "http://")) else None)
    if address is None:
        return "`git remote set-url origin ADDRESS-OF-YOUR-FORK`, or write the address that people open into site.yml"
    return f"write `repository: {address}` into site.yml, or set the remote right"


def _address(patient: Patient) -> Iterator[Finding]:
    site, expected = patient.site, pages_address(patient.site.repository)
    if "127.0.0.1" in site.url or "localhost" in site.url:
        yield Finding(
            "address",
            State.PROBLEM,
            f"site.yml says {site.url}, which is this machine",
            f"write `url: {expected or 'https://…/'}` into site.yml",
        )
    elif expected is None:
        yield Finding(
            "address",
            State.NOTICE,
            f"{site.url}; site.yml's repository is not at GitHub, so that nothing more can be told",
        )
    elif is_at_pages(site.url) and site.url != expected:
        yield Finding(
            "address",
            State.PROBLEM,
            f"site.yml says {site.url}, but Pages publishes {site.repository} at {expected}",
            f"write `url: {expected}` into site.yml",
        )
    elif site.url != expected:
        yield Finding(
            "address", State.NOTICE, f"{site.url} is a domain of its own; its DNS has to lead to GitHub Pages"
        )
    else:
        yield Finding("address", State.WELL, f"{site.url} is where Pages publishes {site.repository}")


# GitHub's side.


def _pages(patient: Patient) -> Iterator[Finding]:
    settings_page = f"{patient.site.repository}/settings/pages"
    press = f"choose *GitHub Actions* under Settings → Pages → Source: {settings_page}"
    answer = _asked(
        patient, "pages", "/pages", {404: Finding("pages", State.PROBLEM, "Pages is not set up", press)}, press
    )
    if isinstance(answer, Finding):
        yield answer
        return
    if answer.get("build_type") != "workflow":
        yield Finding("pages", State.PROBLEM, "Pages is set to a branch, not to the workflow", press)
    elif str(answer.get("html_url") or "").rstrip("/") not in ("", patient.site.url.rstrip("/")):
        url = answer["html_url"]
        yield Finding(
            "pages",
            State.PROBLEM,
            f"Pages publishes at {url}, but site.yml says {patient.site.url}",
            f"write `url: {str(url).rstrip('/')}/` into site.yml",
        )
    else:
        yield Finding("pages", State.WELL, "Pages publishes what the workflow builds")


def _workflows(patient: Patient) -> Iterator[Finding]:
    folder = patient.root / WORKFLOWS
    crons = _crons(folder / DAILY)
    if crons is None:
        yield Finding(
            "workflows",
            State.PROBLEM,
            f"{(WORKFLOWS / DAILY).as_posix()} is missing or cannot be read",
            f"`git checkout HEAD -- {(WORKFLOWS / DAILY).as_posix()}`, or take it from {PROJECT}",
        )
        return
    if not crons:
        yield Finding(
            "workflows",
            State.PROBLEM,
            f"{DAILY} has no schedule",
            'add `schedule:` with a `- cron: "41 14 * * *"` to it',
        )
    elif own := _minutes_to_draw(folder / DAILY, patient.site.repository):
        yield Finding(
            "workflows",
            State.NOTICE,
            f"{DAILY} runs at the project's own minutes, {', '.join(crons)} (UTC), as every fork does that drew none",
            f"the sources are asked by fewer at once where it has minutes of its own: {', '.join(own)}",
        )
    else:
        yield Finding("workflows", State.WELL, f"{DAILY} is there, and runs at {', '.join(crons)} (UTC)")
    actions_page = f"{patient.site.repository}/actions"
    press = f"press *I understand my workflows, go ahead and enable them*: {actions_page}"
    answer = _asked(patient, "schedule", "/actions/workflows", {}, f"see whether *Daily* is enabled: {actions_page}")
    if isinstance(answer, Finding):
        yield answer
        return
    states = {Path(str(one.get("path"))).name: one.get("state") for one in answer.get("workflows") or []}
    if DAILY not in states:
        yield Finding("schedule", State.PROBLEM, f"GitHub does not know {DAILY}", f"push it to `main`, and {press}")
    elif states[DAILY] != "active":
        why = {"disabled_inactivity": "after 60 days without a commit", "disabled_manually": "by hand"}
        message = f"{DAILY} is switched off ({why.get(states[DAILY], states[DAILY])})"
        yield Finding("schedule", State.PROBLEM, message, f"`gh workflow enable {DAILY}`, or {press}")
    else:
        yield Finding("schedule", State.WELL, f"{DAILY} is switched on")


def _minutes_to_draw(path: Path, repository: str) -> Sequence[str]:
    """The times that a fork's own name gives, where its workflow has the project's."""
    text = path.read_text("utf-8")
    if same_repository(repository, PROJECT) or drawn(text, path.name, PROJECT) != text:
        return ()
    return _crons_of(drawn(text, path.name, repository)) or ()


def _crons(path: Path) -> Sequence[str] | None:
    """The times at which a workflow runs by itself; None for a file that is not there or no workflow."""
    try:
        return _crons_of(path.read_text("utf-8"))
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def _crons_of(text: str) -> Sequence[str] | None:
    try:
        described = plain_yaml.load(text)
    except plain_yaml.PlainYamlError:
        return None
    on = described.get("on") if isinstance(described, dict) else None
    schedule = on.get("schedule") if isinstance(on, dict) else None
    return [str(one.get("cron")) for one in schedule or [] if isinstance(one, dict)]


def _last_run(patient: Patient) -> Iterator[Finding]:
    page = f"{patient.site.repository}/actions/workflows/{DAILY}"
    answer = _asked(patient, "last run", f"/actions/workflows/{DAILY}/runs?per_page=1", {}, f"look at {page}")
    if isinstance(answer, Finding):
        yield answer
        return
    run = next(iter(answer.get("workflow_runs") or []), None)
    if run is None:
        yield Finding(
            "last run", State.PROBLEM, f"{DAILY} never ran", f"`gh workflow run {DAILY}`, or *Run workflow*: {page}"
        )
        return
    when, conclusion = _day(run.get("created_at")), run.get("conclusion")
    if when and patient.today - when > OLD_RUN:
        yield Finding("last run", State.PROBLEM, f"the last run was on {when}", f"see why the schedule rests: {page}")
    elif conclusion not in ("success", None):
        yield Finding(
            "last run", State.PROBLEM, f"the run of {when} ended with {conclusion}", f"read {run.get('html_url')}"
        )
    else:
        yield Finding("last run", State.WELL, f"{DAILY} ran on {when}: {conclusion or run.get('status')}")


def _day(text: object) -> date | None:
    try:
        return datetime.fromisoformat(str(text)).date()
    except ValueError:
        return None


def _asked(
    patient: Patient, what: str, path: str, told: Mapping[int, Finding], where: str
) -> Mapping[str, Any] | Finding:
    """GitHub's answer, or the finding that there is none; `told` are findings by the status that says so."""
    name = github_name(patient.site.repository)
    if name is None:
        return Finding(
            what, State.UNKNOWN, "site.yml names no repository at GitHub", "look at your host's own settings"
        )
    if patient.github is None:
        return Finding(what, State.UNKNOWN, "gh is not installed, so that GitHub was not asked", where)
    try:
        answer = patient.github(name).api(path)
    except GitHubError as error:
        return told.get(error.status) or Finding(what, State.UNKNOWN, f"GitHub did not say: {error}", where)
    return (
        answer if isinstance(answer, dict) else Finding(what, State.UNKNOWN, "GitHub's answer is not understood", where)
    )


# What a run needs, and what it made.


def _tokens(patient: Patient) -> Iterator[Finding]:
    there = []
    for name in TOKENS:
        try:
            if secret(patient.environment, name):
                there.append(name)
        except FetchError as error:
            yield Finding("tokens", State.PROBLEM, str(error), f"`unset {name}`, or set it again")
    said = f"{', '.join(there)} will be sent to the service it is for" if there else "none is set, and none is needed"
    yield Finding("tokens", State.WELL, said)


def _sources(patient: Patient) -> Iterator[Finding]:
    client = patient.client
    if client is None:
        yield Finding("sources", State.UNKNOWN, "were not asked")
        return
    day = _last_wednesday(patient.today)
    for name in patient.site.sources:
        try:
            listing = open_source(name, client, patient.environment, patient.site).listing(day)
        except PaperstandError as error:
            yield Finding(
                name,
                State.PROBLEM,
                str(error),
                "try again in an hour; if it is your network, the workflows at GitHub may still reach it",
            )
        else:
            yield _answer(name, listing)


def _answer(name: str, listing: Listing) -> Finding:
    """A source that answers with nothing on a Wednesday was asked for the wrong things, unless it had a holiday."""
    if listing.papers or listing.empty is EmptyReason.HOLIDAY:
        return Finding(
            name,
            State.WELL,
            f"answers: {len(listing.papers)} paper{'' if len(listing.papers) == 1 else 's'} for {listing.day}",
        )
    return Finding(
        name,
        State.NOTICE,
        f"answers, but has no paper for {listing.day}, a Wednesday",
        "see whether site.yml asks for what there is: https://arxiv.org/category_taxonomy has arXiv's `categories`"
        if name == arxiv.NAME
        else "see at the source whether it has papers for that day",
    )


def _last_wednesday(today: date) -> date:
    """A day on which every source has papers: on weekends some are not even asked."""
    return today - timedelta(days=(today.weekday() - 3) % 7 + 1)


def _library(patient: Patient) -> Iterator[Finding]:
    try:
        library = ContentStore(patient.root).load()
        problems = list(check(patient.root, library=library))
    except PaperstandError as error:
        yield Finding("library", State.PROBLEM, str(error), "do as it says")
        return
    if problems:
        yield Finding(
            "library",
            State.PROBLEM,
            f"{len(problems)} problems, the first is {problems[0]}",
            "`make check` lists them all; nothing is published before they are mended",
        )
    yield _last_day(library, patient.today)


def _last_day(library: Library, today: date) -> Finding:
    days = [day.date for day in library.days.values() if day.papers]
    if not days:
        return Finding("last day", State.PROBLEM, "no day has papers yet", "`make scrape`, or let *Daily* run once")
    last = days[-1]
    said = f"the last day with papers is {last}, of {len(days)}; {len(library.papers)} papers in all"
    if (today - last).days > OLD_DAYS:
        advice = "`git pull` if this clone is old; otherwise let *Daily* run, and read what it says"
        return Finding("last day", State.PROBLEM, said, advice)
    return Finding("last day", State.WELL, said)


def _room(patient: Patient) -> Iterator[Finding]:
    size = weigh(patient.root / "site").size
    left = weight.room(size, weight.MOST_BYTES)
    if left is not weight.Room.ENOUGH:
        yield Finding(
            "size",
            State.PROBLEM if left is weight.Room.NONE else State.NOTICE,
            f"site/ has {size / 1e6:,.0f} MB of the {weight.MOST_BYTES / 1e6:,.0f} MB that GitHub Pages takes",
            "choose fewer papers a day (`selection` in site.yml), or publish elsewhere",
        )
    else:
        yield Finding("size", State.WELL, f"site/ has {size / 1e6:,.0f} MB" if size else "the site is not built here")
    free = shutil.disk_usage(patient.root).free
    if free < LEAST_FREE:
        yield Finding("disk", State.PROBLEM, f"{free / 1e6:,.0f} MB are free", "make room: a build may need a gigabyte")


_LOOKS: Sequence[Callable[[Patient], Iterator[Finding]]] = (
    _repository,
    _address,
    _pages,
    _workflows,
    _last_run,
    _tokens,
    _sources,
    _library,
    _room,
)
"""What is looked at, in this order."""
