"""The commands of a fork's own life: init, doctor, upgrade and migrate."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import click

from scraper import settings, taxonomy
from scraper.cli.console import DATE, alone_in, counted, today
from scraper.cli.site import build
from scraper.cli.upstream import scrape
from scraper.errors import PaperstandError
from scraper.fork.addresses import github_name, pages_address, same_repository, web_address
from scraper.fork.beginning import Beginning, Wishes, begin, content_counts, examples, has_own_content, make
from scraper.fork.doctor import State, examine
from scraper.fork.programs import Git, GitHub, GitHubError
from scraper.fork.schedule import WORKFLOWS
from scraper.fork.upgrade import RECORD, Merge, upgrade
from scraper.http import PROJECT, Client
from scraper.settings import Settings
from scraper.store.migrations import migrate

FIRST_DAYS = 7
"""Days that a new fork begins with."""

_USUAL_EXAMPLE = "huggingface-mirror"

PATIENCE = 30.0
"""Seconds that `doctor` waits for a source altogether: whoever asks what is wrong wants to know it now."""

_WAY_BACK = "git reset --hard && git clean -d --force content"


@click.command("init", short_help="Make a site of your own of a fork.")
@click.option("--name", help="What the site is called.")
@click.option("--description", help="One line on what it is.")
@click.option("--repository", help="Your repository's address; that of the remote `origin` unless told.")
@click.option("--url", help="Where the site is published; the repository's address at GitHub Pages unless told.")
@click.option("--example", help="Begin with this worked example of site_config/examples/; else site.yml stays.")
@click.option("--categories", help="arXiv's categories, with commas: cs.RO,cs.AI.")
@click.option("--since", type=DATE, help="The first day to scrape; six days ago unless told.")
@click.option("--until", type=DATE, help="The last day to scrape; today unless told.")
@click.option("--no-scrape", is_flag=True, help="Scrape nothing; the first run of the workflow will.")
@click.option("--remove-content", is_flag=True, help="Remove the content even where it is this repository's own.")
@click.option("--yes", is_flag=True, help="Ask nothing.")
@click.pass_context
def init(
    context: click.Context,
    *,
    name: str | None,
    description: str | None,
    repository: str | None,
    url: str | None,
    example: str | None,
    categories: str | None,
    since: datetime | None,
    until: datetime | None,
    no_scrape: bool,
    remove_content: bool,
    yes: bool,
) -> None:
    """Make a site of your own of a fork: your settings, no content but your own, the first week, the site.

    Begins with a work tree without changes and commits nothing, so that git leads back; it says how.
    """
    root: Path = context.obj
    git = Git(root)
    git.require_clean()
    if has_own_content(root) and not remove_content:
        raise PaperstandError(
            "The content of this repository seems to be its own, for site.yml names a repository of its own."
            " To begin anew, without any of it, add --remove-content"
        )
    asked = Wishes(
        example or "",
        name or "",
        description or "",
        url or "",
        repository or "",
        tuple(one.strip() for one in (categories or "").split(",") if one.strip()),
    )
    doubt = next(filter(None, map(taxonomy.doubt, asked.categories)), None)
    if doubt:
        raise click.UsageError(f"--categories: {doubt}. A new one can be written into site.yml afterwards")
    wishes = _completed(asked, root, git, ask=not yes)
    beginning = begin(root, wishes)
    _confirm_removal(root, ask=not yes)
    with alone_in(root / "content", "init", wait=False):
        make(root, beginning)
    click.echo(f"Done: {settings.PATH.as_posix()} is that of {beginning.settings.name}, and content/ is empty")
    if not no_scrape:
        _first_days(context, since, until)
    context.invoke(build)
    _switch_workflows_on(root, beginning.settings)
    _print_next_steps(beginning, wishes.example)


def _completed(wishes: Wishes, root: Path, git: Git, *, ask: bool) -> Wishes:
    """What was wished for, with what a person answers, or with what the repository tells, where nothing was said."""
    repository = wishes.repository or _repository_of(git)
    example, name, categories = wishes.example, wishes.name, wishes.categories
    if ask:
        if not example:
            choices = [*examples(root), "none"]
            example = click.prompt("Begin with which example", type=click.Choice(choices), default=_USUAL_EXAMPLE)
            example = "" if example == "none" else example
        name = name or click.prompt("What is the site called")
        repository = click.prompt("Your repository's address", default=repository or None)
        if not wishes.url:
            url = click.prompt("Where will the site be published", default=pages_address(repository))
            return Wishes(example, name, wishes.description, url, repository, categories)
    elif not name:
        raise click.UsageError("--yes asks nothing, so it needs --name")
    if not repository:
        raise click.UsageError(
            "No remote `origin` tells your repository's address. Fork the project at GitHub and clone your fork, or"
            " `git remote set-url origin ADDRESS-OF-YOUR-FORK`, or name it with --repository"
        )
    url = wishes.url or pages_address(repository) or ""
    if not url:
        raise click.UsageError(f"Where {repository} publishes its site is not known: --url")
    return Wishes(example, name, wishes.description, url, repository, categories)


def _repository_of(git: Git) -> str:
    """The address of the fork, as the remote `origin` tells it; "" where that is none, or still the project itself."""
    address = web_address(git.ask("remote", "get-url", "origin") or "") or ""
    return "" if same_repository(address, PROJECT) else address


def _confirm_removal(root: Path, *, ask: bool) -> None:
    counts = content_counts(root)
    if not any(counts.values()):
        return
    names = {"papers": "paper", "daily": "day", "lists": "list"}
    said = ", ".join(counted(number, names[folder]) for folder, number in counts.items())
    if ask:
        click.confirm(f"This removes what content/ holds now ({said}). Go on", abort=True)
    else:
        click.echo(f"Removing what content/ holds now: {said}")


def _first_days(context: click.Context, since: datetime | None, until: datetime | None) -> None:
    """The first days' papers. Whatever a source does, the fork is made: the next run gets what is missing."""
    first = since or datetime.combine(today() - timedelta(days=FIRST_DAYS - 1), datetime.min.time())
    try:
        context.invoke(scrape, since=first, until=until, offline_ok=True)
    except SystemExit as end:
        if end.code:
            click.echo("The scrape was incomplete, for the reasons above; the next run goes on with it.", err=True)
    except PaperstandError as error:
        click.echo(f"Nothing could be scraped: {error}", err=True)


def _switch_workflows_on(root: Path, site: Settings) -> None:
    name = github_name(site.repository)
    if name is None or not GitHub.is_installed():
        return
    github = GitHub(name, root)
    for path in sorted((root / WORKFLOWS).glob("*.yml")):
        try:
            github.run("workflow", "enable", path.name, "--repo", name)
        except GitHubError as error:
            click.echo(f"{path.name} could not be switched on: {error}", err=True)
        else:
            click.echo(f"{path.name} is switched on")


def _print_next_steps(beginning: Beginning, example: str) -> None:
    site = beginning.settings
    own = (
        f"Make it about your subject: topics and all else in {settings.PATH.as_posix()} are those of the example"
        f" {example}. After a change: `make check build`."
    )
    steps = [
        f"Look at the site: `make serve`. Not what you want? `{_WAY_BACK}` brings everything back.",
        *([own] if example else ()),
        "Keep it: `git add --all && git commit --message 'Our own site' && git push origin main`",
        f"{site.repository}/settings/pages: under *Source* choose *GitHub Actions*.",
        f"{site.repository}/actions: enable the workflows, open *Daily*, press *Run workflow*; then it runs by itself.",
        f"The site will be at {site.url}. `.venv/bin/paperstand doctor` says what is still missing.",
    ]
    click.echo("\nWhat is left to do:")
    for number, step in enumerate(steps, start=1):
        click.echo(f"{number}. {step}")


@click.command(short_help="Find what is wrong with a fork.")
@click.option("--offline", is_flag=True, help="Ask no source of papers.")
@click.pass_obj
def doctor(root: Path, *, offline: bool) -> None:
    """Look at everything a fork needs to run untended, and say what to do where something is wrong."""

    def open_client(site: Settings) -> Client:
        return Client(repository=site.repository, patience=PATIENCE, timeout=10.0)

    problems = 0
    for finding in examine(root, today(), open_client=None if offline else open_client):
        problems += finding.state is State.PROBLEM
        click.echo(f"{finding.state:<8}{finding.what}: {finding.message}")
        if finding.advice:
            click.echo(f"        -> {finding.advice}")
    click.echo(f"{counted(problems, 'problem')} found" if problems else "No problem found")
    sys.exit(1 if problems else 0)


@click.command("upgrade", short_help="Get the engine of another version.")
@click.argument("tag")
@click.option("--from", "source", help="Whose version: an address, a path or a remote; the project's unless told.")
@click.option("--commit", is_flag=True, help="Commit the upgrade where nothing needs a person's look.")
@click.pass_obj
def upgrade_command(root: Path, tag: str, source: str | None, *, commit: bool) -> None:
    """Merge the engine of version TAG into this fork: the files that engine.txt names, and nothing else.

    Begins with a work tree without changes, and leaves what it changed for you to look at.
    """
    merge = upgrade(root, tag, source)
    if merge is None:
        click.echo(f"Nothing to do: the engine is that of {tag} already")
        return
    _print_merge(merge)
    if merge.conflicts or merge.needs_setup:
        _print_what_remains(merge)
        sys.exit(1 if merge.conflicts else 0)
    for command in (["migrate"], ["check"]):
        if not _run_new_engine(root, command):
            click.echo(f"Back to how it was: `{_WAY_BACK}`", err=True)
            sys.exit(1)
    if commit:
        git = Git(root)
        git.run("add", "--all", "--", RECORD.as_posix(), "content")
        git.run("commit", "--quiet", "--message", f"Upgrade to {tag}")
        click.echo(f"Committed: Upgrade to {tag}")
    else:
        click.echo(f"Look at it with `git diff HEAD`, then `git add --all && git commit --message 'Upgrade to {tag}'`")
        click.echo(f"Back to how it was: `{_WAY_BACK}`")


def _print_merge(merge: Merge) -> None:
    for path in merge.changed:
        click.echo(f"{'conflict' if path in merge.conflicts else 'changed':<9}{path}")
    parts = [counted(len(merge.changed), "changed file"), counted(len(merge.conflicts), "conflict")]
    click.echo(f"{merge.version.tag} ({merge.version.commit[:12]}): {', '.join(parts)}")


def _print_what_remains(merge: Merge) -> None:
    steps = []
    if merge.conflicts:
        steps.append(
            "In each conflicting file, your lines and the new version's stand between <<<<<<< and >>>>>>>: keep what is"
            " right, and `git add` it. A file that only one of the two still has: `git add` or `git rm` it"
        )
    if merge.needs_setup:
        steps.append("The libraries may be others now: `make setup`")
    steps += [
        "`.venv/bin/paperstand migrate`, then `make check`",
        f"`git add --all && git commit --message 'Upgrade to {merge.version.tag}'`",
    ]
    click.echo("What is left to do:")
    for number, step in enumerate(steps, start=1):
        click.echo(f"{number}. {step}")
    click.echo(f"Back to how it was: `{_WAY_BACK}`")


def _run_new_engine(root: Path, arguments: Sequence[str]) -> bool:
    """Run a command of the engine that is there now, in a process of its own: this one is still the old engine."""
    sys.stdout.flush()
    command = [sys.executable, "-m", "scraper.cli", "--root", str(root), *arguments]
    done = subprocess.run(command, cwd=root, check=False, capture_output=True, text=True, encoding="utf-8")  # noqa: S603 - our own command
    click.echo(done.stdout, nl=False)
    click.echo(done.stderr, nl=False, err=True)
    return done.returncode == 0


@click.command("migrate", short_help="Bring the library up to this version's format.")
@click.pass_obj
def migrate_command(root: Path) -> None:
    """Bring the library up to the format that this Paperstand writes."""
    with alone_in(root / "content", "migrate", wait=False):
        reached = migrate(root)
    click.echo(
        f"Done: the library has format {reached[-1]} now" if reached else "Nothing to do: the format is this one"
    )
