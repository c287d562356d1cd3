"""The commands that guard what is published and answer contributors: gate, size, review, suggestion, github.

The workflows call them by way of make, and a person can call each by hand.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import click

from scraper import gate, settings
from scraper import review as reviews
from scraper.check import check as find_problems
from scraper.check import notices as find_notices
from scraper.check import within
from scraper.cli.console import WAIT, alone_in, annotate, cache_folder, counted, today
from scraper.cli.upstream import open_client
from scraper.errors import FetchError, PaperstandError, Problem
from scraper.forge import Forge, ForgeError, Told, scheduled_workflows
from scraper.history import HEAD
from scraper.identifiers import file_path, page_path
from scraper.records import CuratedList, Day
from scraper.resolve import refresh
from scraper.sources.lookup import open_lookup
from scraper.store import ContentStore
from scraper.suggestion import Correction, Suggestion, SuggestionError, parse, suggested
from scraper.weight import MOST_BYTES, MOST_SECONDS, Room, room, weigh

REPORT = "gate.md"
"""Where the gate leaves its reasons, in the cache's folder."""
ANSWER = "suggestion.json"
"""Where a suggestion leaves what came of it, in the cache's folder."""
LABEL = "shrunk"
"""The label of the one issue that says why nothing is published."""
TITLE = "The daily run publishes nothing: the library would shrink"
MAIN = "main"


@click.command("gate", short_help="Refuse a library that has lost papers.")
@click.option("--against", default=HEAD, show_default=True, metavar="REF", help="The published state, as git names it.")
@click.pass_obj
def gate_command(root: Path, against: str) -> None:
    """Refuse, at exit status 1, a library in which a published day lost a paper that no person took out.

    A paper that stands twice in a day is refused, too. A day with very few papers is a warning.
    """
    site = settings.load(root)
    library = ContentStore(root).load(cache=cache_folder(root))
    verdict = gate.judge(root, library, exclude=site.exclude, against=against, today=today())
    for kind, found in (("warning", verdict.warnings), ("error", verdict.refusals)):
        for problem in found:
            click.echo(f"{kind}: {problem}")
            annotate(kind, problem)
    report = cache_folder(root) / REPORT
    report.unlink(missing_ok=True)
    if verdict.refusals:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(gate.report(verdict), encoding="utf-8")
        raise PaperstandError("The gate is closed: nothing is to be published until a person has looked at this")
    click.echo(f"The gate is open: {counted(len(library.days), 'day')}, none has lost a paper")


@click.command(short_help="Say how much of GitHub Pages the site takes up.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
@click.pass_obj
def size(root: Path, folder: Path | None) -> None:
    """Measure the built site; exit status 1 where GitHub Pages would not take it, a warning from 80 % of that on."""
    weight = weigh(folder or root / "site")
    part = f"{weight.size / 1e6:,.1f} MB in {weight.files:,} files, {weight.size / MOST_BYTES:.0%} of what Pages takes"
    match room(weight.size, MOST_BYTES):
        case Room.NONE:
            annotate("error", Problem(settings.PATH.as_posix(), 0, f"The site has {part}"))
            raise PaperstandError(f"The site has {part}: it cannot be published there")
        case Room.LITTLE:
            annotate("warning", Problem(settings.PATH.as_posix(), 0, f"The site has {part}"))
            click.echo(f"Warning: the site has {part}")
        case Room.ENOUGH:
            click.echo(f"The site has {part}")


@click.command(short_help="Show the lists that a change changes, for its reviewer.")
@click.option(
    "--against",
    default=f"origin/{MAIN}",
    show_default=True,
    metavar="REF",
    help="What the change is to be merged into.",
)
@click.option(
    "--pages",
    type=click.Path(file_okay=False, path_type=Path),
    help="Put the changed lists' pages of the built site into this folder.",
)
@click.pass_obj
def review(root: Path, against: str, pages: Path | None) -> None:
    """Print each curated list that differs from REF as Markdown, with what a reviewer looks for.

    Within GitHub's workflows it is the job's summary, too.
    """
    store, site = ContentStore(root), settings.load(root)
    library = store.load()
    changed = reviews.changes(root, library, against)
    files = [root / change.path for change in changed if not change.is_gone]
    problems = tuple(find_problems(root, files, library)) if files else ()
    notices = (*within(root, find_notices(root, library, site.exclude), files),) if files else ()
    for notice in reviews.notices(root, library, changed):
        annotate("notice", notice)
    text = reviews.review(library, changed, (*problems, *notices))
    click.echo(text)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(text)
    if pages is not None:
        _copy_pages(root / "site", pages, [change.curated for change in changed if change.curated])


def _copy_pages(site: Path, target: Path, lists: Sequence[CuratedList]) -> None:
    """The pages of these lists and of their papers, and what every page needs. The folder is made anew."""
    if not (site / "index.html").is_file():
        raise PaperstandError(f"there is no site in {site}; `paperstand build` makes it")
    if target.exists():
        shutil.rmtree(target)
    if not lists:
        return
    shutil.copytree(site / "assets", target / "assets")
    wanted = [f"lists/{curated.slug}/" for curated in lists]
    wanted += [page_path(entry.id) for curated in lists for entry in curated.papers]
    for page in wanted:
        if (site / page / "index.html").is_file():
            (target / page).mkdir(parents=True, exist_ok=True)
            shutil.copy2(site / page / "index.html", target / page / "index.html")
    click.echo(f"The pages are in {target}: open {wanted[0]}index.html there")


@click.command(short_help="Do what an issue asks for that was made with a form.")
@click.argument("event", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@WAIT
@click.pass_obj
def suggestion(root: Path, event: Path | None, *, wait: bool) -> None:
    """Do what an issue asks for that was made with the form "Suggest a paper" or "Correct a paper".

    EVENT is a file with the issue as JSON: what GitHub gives a workflow, where GITHUB_EVENT_PATH names it, or what
    `gh issue view 12 --json number,body` prints. What came of it is printed, and kept for `paperstand github answer`.
    """
    number, body = _issue(event)
    store = ContentStore(root)
    with alone_in(store.content, "suggestion", wait=wait):
        try:
            done = _done(root, store, parse(body))
        except SuggestionError as error:
            done = "", f"Nothing was changed, for this reason:\n\n    {error}\n\nEdit the issue to try again."
    click.echo(done[1] if done else "This issue was made with none of the forms; nothing was done.")
    cache_folder(root).mkdir(parents=True, exist_ok=True)
    (cache_folder(root) / ANSWER).write_text(json.dumps({"issue": number, "done": done}), encoding="utf-8")


def _done(root: Path, store: ContentStore, asked: Suggestion | Correction | None) -> tuple[str, str] | None:
    """A title for the change, empty where nothing changed, and what was done in words; None where nothing was asked."""
    match asked:
        case Suggestion():
            return _add(store, asked, exclude=settings.load(root).exclude)
        case Correction():
            return _correct(root, store, asked)
        case None:
            return None


def _issue(event: Path | None) -> tuple[int, str]:
    path = event or Path(os.environ.get("GITHUB_EVENT_PATH", ""))
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        issue = value.get("issue", value)
        return int(issue["number"]), str(issue["body"] or "")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise PaperstandError(f"{path}: expected an issue as JSON, with its number and body") from None


def _add(store: ContentStore, asked: Suggestion, *, exclude: frozenset[str]) -> tuple[str, str]:
    """Put the paper into its place."""
    library = store.load()
    target = suggested(asked, library, exclude=exclude)
    if isinstance(target, Day):
        store.write_day(target)
        path, name = store.day_path(target.date), target.papers[-1].id
    else:
        curated, entry = target
        store.add_to_list(curated, entry)
        path, name = store.list_path(curated.slug), entry.id
    paper = library.papers.get(name)
    known = "is in the library" if paper else "is not in the library yet; the next run fetches it"
    place = store.relative(path)
    return f"Add {name} to {path.stem}", f"`{name}` was added to `{place}`; the paper {known}."


def _correct(root: Path, store: ContentStore, asked: Correction) -> tuple[str, str]:
    """Take the paper anew from where it came from; where that changes nothing, say what a person does."""
    name = store.load().aliases.get(asked.paper, asked.paper)
    path = store.relative(store.paper_path(name))
    if not store.has_paper_file(name):
        raise SuggestionError(f"The library has no paper {name}.")
    by_hand = f"A person corrects it in `content/papers/{file_path(name)}`; what is written there stays."
    try:
        with open_client(root, settings.load(root)) as client:
            change = refresh(store, open_lookup(client, os.environ).paper, name)
    except FetchError:
        return "", f"`{name}` could not be fetched anew. {by_hand}"
    except PaperstandError:
        return "", f"`{path}` cannot be changed by a program. {by_hand}"
    if change.before == change.after:
        return "", f"`{name}` is here as its source has it. {by_hand}"
    return f"Bring {name} up to date", f"`{path}` was brought up to date from its source."


@click.group(short_help="Tell GitHub what came of something.")
def github() -> None:
    """Tell GitHub what came of something, with its own program gh and whoever is signed in there."""


@github.command("tell-gate")
@click.pass_obj
def tell_gate(root: Path) -> None:
    """Keep one issue open that says why the gate is closed."""
    try:
        body = (cache_folder(root) / REPORT).read_text(encoding="utf-8")
    except FileNotFoundError:
        click.echo("The gate was open: there is nothing to tell")
        return
    match Forge(root).tell_once(LABEL, TITLE, body):
        case Told.OPENED:
            click.echo("An issue was opened")
        case Told.ADDED:
            click.echo("The open issue got a comment: the reasons are others now")
        case Told.KNOWN:
            click.echo("The open issue says so already")


@github.command("answer")
@click.pass_obj
def answer(root: Path) -> None:
    """Make a pull request of what `paperstand suggestion` changed, or answer the issue where it changed nothing."""
    answered = json.loads((cache_folder(root) / ANSWER).read_text(encoding="utf-8"))
    if answered["done"] is None:
        click.echo("The issue asks for nothing")
        return
    forge, number = Forge(root), int(answered["issue"])
    title, said = answered["done"]
    if title:
        said = f"{said}\n\n{_propose(forge, number, title, said)}"
    click.echo(f"The answer was {forge.comment_once(number, said).value}: {said}")


def _propose(forge: Forge, number: int, title: str, said: str) -> str:
    """Push the change, make a pull request of it, have it checked; gives a sentence on where it is."""
    branch = f"suggestion/{number}"
    forge.push(branch, ["content"], title)
    try:
        address = forge.pull_request(branch, MAIN, title, f"{said}\n\nCloses #{number}, which asked for it.\n")
    except ForgeError as error:
        # Rule: a repository may keep its workflows from opening pull requests (Settings, Actions, General).
        click.echo(f"Warning: {error}", err=True)
        return f"It is on the branch `{branch}`; a person makes a pull request of it."
    forge.start("ci.yml", branch)
    return f"The pull request is {address}"


@github.command("keep-schedules")
@click.pass_obj
def keep_schedules(root: Path) -> None:
    """Turn every workflow with a schedule on again, so that GitHub does not switch it off after sixty quiet days."""
    names = Forge(root).enable(scheduled_workflows(root))
    click.echo(f"Kept alive: {', '.join(names) or 'nothing'}")


@github.command("deployment")
@click.argument("run", envvar="GITHUB_RUN_ID")
@click.pass_obj
def deployment(root: Path, run: str) -> None:
    """Say how long the deployment of a run took, with a warning from 80 % of the time that GitHub Pages gives it."""
    seconds = Forge(root).seconds_of(run, "Deploy")
    if seconds is None:
        click.echo("This run deployed nothing")
        return
    said = f"The deployment took {seconds:.0f} of {MOST_SECONDS} seconds"
    if room(seconds, MOST_SECONDS) is not Room.ENOUGH:
        annotate("warning", Problem(settings.PATH.as_posix(), 0, said))
        said = f"Warning: {said[0].lower()}{said[1:]}"
    click.echo(said)
