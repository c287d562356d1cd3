"""`paperstand upgrade`, with real git: the new engine, and everything that was the fork's own."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest

from scraper import __version__, plain_yaml, settings
from scraper.errors import ContentError
from scraper.fork import upgrade
from scraper.fork.addresses import same_repository
from scraper.fork.engine import parse_engine
from scraper.fork.upgrade import RECORD
from scraper.http import PROJECT
from scraper.records import Author, Day, DayEntry, Paper, day_title
from scraper.store import ContentStore, documents
from tests.scraper.fork.conftest import NEXT_MARK, ROOT, Fork, NewFork, commit, edit, files, git

YEAR = [date(2025, 9, 1) + timedelta(days=number) for number in range(365)]


def write_year(root: Path) -> None:
    """A year of a fork's own days, with a paper each, in place of those that it was forked with."""
    store = ContentStore(root)
    for path in [*store.content_files("daily"), *store.content_files("papers")]:
        path.unlink()
    for number, day in enumerate(YEAR, start=1):
        identifier = f"2509.{number:05}"
        paper = Paper(
            identifier,
            f"Paper {number}",
            "About it.",
            (Author("A. B."),),
            submitted=day,
            source="arxiv",
            featured=(day,),
        )
        for path, text in (
            (store.paper_path(identifier), documents.render_paper(paper)),
            (
                store.day_path(day),
                documents.render_day(Day(day, day_title(day), (DayEntry(identifier, upvotes=number),))),
            ),
        ):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)


def make_own(fork: Fork) -> None:
    """A year later: its own days, list, settings and colours, another hour for the daily run, a test of its own."""
    write_year(fork.root)
    edit(fork.root / "content" / "lists" / "object-centric-rl.md", "^title: .*$", "title: Our own list")
    (fork.root / "content" / "lists" / "ours.md").write_text("---\ntitle: Ours\npapers: ['2509.00001']\n---\nProse.\n")
    edit(fork.root / "site_config" / "site.yml", "^name: .*$", "name: Ours")
    edit(fork.root / "site_config" / "site.yml", "^  primary: .*$", "  primary: teal")
    edit(fork.root / ".github" / "workflows" / "daily.yml", r'cron: "[^"]*"', 'cron: "7 5 * * *"')
    (fork.root / "tests" / "ours.py").write_text("OURS = True\n")
    (fork.root / "notes.txt").write_text("nobody's but ours\n")
    commit(fork.root, "A year of our own")


def without_migration(tree: dict[str, bytes]) -> dict[str, bytes]:
    """A tree's content as it was in format 1."""
    content = {name: text for name, text in tree.items() if name.startswith("content/") and name != "content/store.yml"}
    return {name: text.replace(b"\nzone: UTC\n", b"\n") for name, text in content.items()}


def test_a_year_old_fork_gets_the_new_engine_and_loses_nothing(new_fork: NewFork) -> None:
    """New days, a template, a workflow and a store format upstream; days, cron, list and colours of the fork's own."""
    fork = new_fork("ours")
    make_own(fork)
    before = files(fork.root)
    result = fork.upgrade("v0.2.0", "--commit")
    assert result.exit_code == 0, result.output
    after = files(fork.root)

    # The engine is the new one: the template, the workflow, the format, a file more and one less.
    assert NEXT_MARK in (fork.root / "site_config" / "templates" / "day.html").read_text()
    daily = (fork.root / ".github" / "workflows" / "daily.yml").read_text()
    assert "timeout-minutes: 29" in daily
    assert plain_yaml.load((fork.root / "content" / "store.yml").read_text()) == {"format": 2}
    assert "scraper/new.py" in after
    assert "tests/old.py" not in after

    # What was its own is there, byte for byte, but for what the new format asks of it; and nothing of upstream's own.
    assert 'cron: "7 5 * * *"' in daily
    assert without_migration(after) == without_migration(before)
    assert all(b"\nzone: UTC\n" in text for name, text in after.items() if name.startswith("content/daily/"))
    for name in ("site_config/site.yml", "tests/ours.py", "notes.txt", "content/lists/object-centric-rl.md"):
        assert after[name] == before[name], name
    assert "content/daily/2026/2026-09-02.md" not in after

    # It is committed, as one commit on the fork's own history, and the new engine finds nothing wrong with it.
    assert git(fork.root, "status", "--porcelain") == ""
    assert git(fork.root, "log", "-2", "--format=%s").splitlines() == ["Upgrade to v0.2.0", "A year of our own"]
    checked = fork.own("check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert f"No problem in {len(YEAR)} papers, {len(YEAR)} days and 2 lists" in checked.stdout
    assert "Nothing to do" in fork.upgrade("v0.2.0").output


def test_nothing_is_committed_unless_told_and_git_leads_back(new_fork: NewFork) -> None:
    """The upgrade stands in the work tree to be looked at; the commands that it prints take it back, every byte."""
    fork = new_fork("look")
    before, head = files(fork.root), git(fork.root, "rev-parse", "HEAD")
    result = fork.upgrade("v0.2.0")
    assert result.exit_code == 0, result.output
    assert git(fork.root, "rev-parse", "HEAD") == head
    assert files(fork.root) != before
    back = re.search(r"Back to how it was: `([^`]+)`", result.output)
    assert back
    subprocess.run(["/bin/sh", "-c", back[1]], cwd=fork.root, check=True, capture_output=True)
    assert files(fork.root) == before
    assert git(fork.root, "status", "--porcelain") == ""
    assert git(fork.root, "for-each-ref", "refs/paperstand") == ""


def test_a_conflict_is_left_to_a_person(new_fork: NewFork) -> None:
    """Where both changed one line, both stand between markers, in that file alone; nothing is committed or migrated."""
    fork = new_fork("conflict")
    # What this person prefers for other merges: what was in common is shown, too, and a solved conflict is remembered.
    git(fork.root, "config", "merge.conflictStyle", "diff3")
    git(fork.root, "config", "rerere.enabled", "true")
    template = fork.root / "site_config" / "templates" / "day.html"
    edit(template, '^  <div class="sheet">$', '  <div class="sheet ours">')
    (fork.root / "tests" / "old.py").write_text("OLD = 'ours'\n")
    commit(fork.root, "Our own template")
    before = files(fork.root)
    result = fork.upgrade("v0.2.0", "--commit")
    assert result.exit_code == 1
    assert re.findall(r"^conflict (.*)$", result.output, re.MULTILINE) == [
        "site_config/templates/day.html",
        "tests/old.py",
    ]
    text = template.read_text()
    assert "|||||||" not in text
    assert text.index("<<<<<<<") < text.index("sheet ours") < text.index("=======") < text.index(NEXT_MARK)
    assert git(fork.root, "log", "-1", "--format=%s") == "Our own template"
    after = files(fork.root)
    assert [name for name, text in after.items() if b"\n<<<<<<< " in text] == ["site_config/templates/day.html"]
    assert {name: text for name, text in after.items() if name.startswith("content/")} == {
        name: text for name, text in before.items() if name.startswith("content/")
    }

    # As it says: mend, add, migrate, commit. The next upgrade begins from there.
    template.write_text(re.sub(r"<<<<<<< .*\n(.*\n)=======\n(?:.*\n)*?>>>>>>> .*\n", r"\1", text))
    git(fork.root, "rm", "--quiet", "tests/old.py")
    assert fork.own("migrate").returncode == 0
    assert fork.own("check").returncode == 0
    commit(fork.root, "Upgrade to v0.2.0")
    assert "sheet ours" in template.read_text()
    assert "Nothing to do" in fork.upgrade("v0.2.0").output

    # What was done about it once is no answer to the next one.
    git(fork.root, "reset", "--quiet", "--hard", "HEAD~1")
    assert fork.upgrade("v0.2.0").exit_code == 1
    again = template.read_text()
    assert re.sub(r"(?m)^>>>>>>> .*$", "", again) == re.sub(r"(?m)^>>>>>>> .*$", "", text)


def test_the_second_upgrade_begins_where_the_first_ended(new_fork: NewFork, tmp_path: Path) -> None:
    """What the first one brought is no change of the fork's, so that the next version may change it again."""
    fork = new_fork("twice")
    newest = tmp_path / "newest"
    git(tmp_path, "clone", "--quiet", str(fork.upstream), str(newest))
    edit(newest / "site_config" / "templates" / "day.html", NEXT_MARK, "And the one after it.")
    commit(newest, "Paperstand 0.3.0")
    git(newest, "tag", "v0.3.0")
    assert fork.upgrade("v0.2.0", "--commit").exit_code == 0
    result = fork.run("upgrade", "v0.3.0", "--from", str(newest))
    assert result.exit_code == 0, result.output
    assert "1 changed file, 0 conflicts" in result.output
    assert "And the one after it." in (fork.root / "site_config" / "templates" / "day.html").read_text()
    git(fork.root, "reset", "--quiet", "--hard")
    older = fork.run("upgrade", "v0.1.0", "--from", str(newest))
    assert older.exit_code == 1
    assert "older than the engine that is here" in older.output


@pytest.mark.parametrize(
    "damaged", [b"\xff", b"commit: [", b"- a list", b"commit: 5", b"commit: refs/paperstand/wanted"]
)
def test_a_damaged_record_of_the_last_upgrade_says_nothing(new_fork: NewFork, damaged: bytes) -> None:
    """A person may edit it, and a conflict spoil it: the upgrade begins where the two histories part."""
    fork = new_fork("damaged")
    (fork.root / RECORD).write_bytes(damaged + b"\n")
    commit(fork.root, "Who knows")
    result = fork.upgrade("v0.2.0")
    assert result.exit_code == 0, result.output
    assert NEXT_MARK in (fork.root / "site_config" / "templates" / "day.html").read_text()


def test_a_repository_made_from_a_template_is_upgraded(new_fork: NewFork, tmp_path: Path) -> None:
    """Without a history in common the base is the tag of the version that runs; without that tag it says so."""
    fork = new_fork("template")
    edit(fork.root / "Makefile", "^# Two commands matter", "# Ours. Two commands matter")
    shutil.rmtree(fork.root / ".git")
    git(fork.root, "init", "--quiet", "--initial-branch=main")
    commit(fork.root, "From a template")
    source = tmp_path / "source"
    git(tmp_path, "clone", "--quiet", str(fork.upstream), str(source))
    if f"v{__version__}" != "v0.1.0":
        git(source, "tag", f"v{__version__}", "v0.1.0")
    result = fork.run("upgrade", "v0.2.0", "--from", str(source), "--commit")
    assert result.exit_code == 0, result.output
    assert (fork.root / "Makefile").read_text().startswith("# Ours. ")
    assert NEXT_MARK in (fork.root / "site_config" / "templates" / "day.html").read_text()
    git(fork.root, "reset", "--quiet", "--hard", "HEAD~1")
    git(source, "tag", "--delete", f"v{__version__}")
    result = fork.run("upgrade", "v0.2.0", "--from", str(source))
    assert result.exit_code == 1
    assert f"has no tag v{__version__}" in result.output


@pytest.mark.parametrize(
    ("spoil", "tag", "message"),
    [
        (lambda root: (root / "content" / "store.yml").write_text("format: 1 # mine\n"), "v0.2.0", "not committed"),
        (lambda root: (root / "new.txt").write_text("x"), "v0.2.0", "not committed (new.txt)"),
        (lambda _: None, "v9.9.9", "v9.9.9"),
        (lambda _: None, "--upload-pack=touch x", "No such option"),
        (lambda _: None, "a b", "no name of a version"),
    ],
)
def test_what_cannot_be_upgraded_stays_as_it_is(new_fork: NewFork, spoil: object, tag: str, message: str) -> None:
    """Changes that are not committed, and versions that are none: one message, and not a byte is another."""
    fork = new_fork("unchanged")
    spoil(fork.root)  # type: ignore[operator] # a function, whose argument the parameters do not say
    before = files(fork.root)
    result = fork.upgrade(tag)
    assert result.exit_code
    assert message in result.output
    assert files(fork.root) == before


def test_what_the_fork_leaves_out_of_its_engine_stays(new_fork: NewFork) -> None:
    """A line with ! in the fork's own engine.txt keeps a file from upgrades."""
    fork = new_fork("less")
    engine = fork.root / "engine.txt"
    engine.write_text(engine.read_text() + "!site_config/templates/day.html\n")
    commit(fork.root, "Our own days")
    before = (fork.root / "site_config" / "templates" / "day.html").read_text()
    assert fork.upgrade("v0.2.0").exit_code == 0
    assert (fork.root / "site_config" / "templates" / "day.html").read_text() == before
    assert (fork.root / "scraper" / "new.py").is_file()


def test_upstream_cannot_reach_for_what_is_the_forks(new_fork: NewFork, tmp_path: Path) -> None:
    """Not even a version whose engine.txt names content/ and site.yml gets at them."""
    fork = new_fork("greedy")
    greedy = tmp_path / "upstream"
    git(tmp_path, "clone", "--quiet", str(fork.upstream), str(greedy))
    (greedy / "engine.txt").write_text("content/\nsite_config/\nscraper/\nengine.txt\n")
    edit(greedy / "content" / "pages" / "about.md", "^# About", "# Read this")
    commit(greedy, "Greedy")
    git(greedy, "tag", "v0.3.0")
    before = files(fork.root)
    result = fork.run("upgrade", "v0.3.0", "--from", str(greedy))
    assert result.exit_code == 0, result.output
    after = files(fork.root)
    assert without_migration(after) == without_migration(before)
    assert after["site_config/site.yml"] == before["site_config/site.yml"]


@pytest.mark.parametrize("place", ["content", "site_config/site.yml/more.yml"])
def test_a_file_in_the_place_of_the_forks_own_is_refused(new_fork: NewFork, tmp_path: Path, place: str) -> None:
    """Where upstream has a file for content/, or a folder for site.yml, none of the fork's own gives way to it."""
    fork = new_fork("replaced")
    bad = tmp_path / "upstream"
    git(tmp_path, "clone", "--quiet", str(fork.upstream), str(bad))
    first = bad.joinpath(*Path(place).parts[:2])
    if first.is_dir():
        shutil.rmtree(first)
    else:
        first.unlink()
    (bad / place).parent.mkdir(exist_ok=True)
    (bad / place).write_text("Upstream's.\n")
    (bad / "engine.txt").write_text("content\nsite_config/\nengine.txt\n")
    commit(bad, "In the way")
    git(bad, "tag", "v0.3.0")
    before = files(fork.root)
    result = fork.run("upgrade", "v0.3.0", "--from", str(bad))
    assert result.exit_code == 1
    assert re.search(r"would have changed (content/|site_config/site\.yml)", result.output)
    assert files(fork.root) == before
    assert git(fork.root, "status", "--porcelain") == ""


def test_a_folder_that_upstream_renamed_takes_nothing_of_the_forks_along(new_fork: NewFork, tmp_path: Path) -> None:
    """A file that the fork put into a folder of the engine stays where it is, without a conflict."""
    fork = new_fork("renamed")
    ours = fork.root / "site_config" / "templates" / "ours.html"
    ours.write_text("Ours.\n")
    commit(fork.root, "A template of our own")
    other = tmp_path / "upstream"
    git(tmp_path, "clone", "--quiet", str(fork.upstream), str(other))
    git(other, "mv", "site_config/templates", "site_config/forms")
    commit(other, "Templates are forms")
    git(other, "tag", "v0.3.0")
    result = fork.run("upgrade", "v0.3.0", "--from", str(other))
    assert result.exit_code == 0, result.output
    assert "0 conflicts" in result.output
    assert ours.read_text() == "Ours.\n"
    assert (fork.root / "site_config" / "forms" / "day.html").is_file()
    assert not (fork.root / "site_config" / "forms" / "ours.html").exists()


def test_a_person_who_signs_what_they_commit_can_look_first(new_fork: NewFork) -> None:
    """Nothing is signed in their name, and no hook of theirs asked, before there is anything that they commit."""
    fork = new_fork("signed")
    git(fork.root, "config", "commit.gpgSign", "true")
    git(fork.root, "config", "gpg.program", "false")
    hooks = fork.root / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("pre-commit", "prepare-commit-msg", "commit-msg", "post-commit"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {name}-was-asked\nexit 1\n")
        (hooks / name).chmod(0o755)
    result = fork.upgrade("v0.2.0")
    assert result.exit_code == 0, result.output
    assert [name for name in files(fork.root) if name.endswith("-was-asked")] == []


def test_a_merge_that_git_cannot_make_is_no_upgrade(new_fork: NewFork) -> None:
    """Where git breaks off without a conflict (a filter of the fork's that does not run, say) all is as it was."""
    fork = new_fork("broken")
    (fork.root / ".git" / "info" / "attributes").write_text("scraper/new.py filter=missing\n")
    git(fork.root, "config", "filter.missing.smudge", "false")
    git(fork.root, "config", "filter.missing.required", "true")
    before = files(fork.root)
    result = fork.upgrade("v0.2.0")
    assert result.exit_code == 1
    assert "scraper/new.py" in result.output
    assert files(fork.root) == before
    assert git(fork.root, "status", "--porcelain") == ""


def test_an_upgrade_that_fails_half_way_is_undone(new_fork: NewFork, monkeypatch: pytest.MonkeyPatch) -> None:
    """The merge is in the work tree when its record cannot be written: nothing of it stays, and the next try goes."""
    fork = new_fork("half")
    before = files(fork.root)

    def full(path: Path, text: str) -> bool:
        path.write_text(text[:9])
        raise OSError(28, "No space left on device", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(upgrade, "write_atomically", full)
        result = fork.upgrade("v0.2.0")
    assert result.exit_code == 1
    assert "No space left on device" in result.output
    assert git(fork.root, "status", "--porcelain") == ""
    assert files(fork.root) == before
    assert git(fork.root, "for-each-ref", "refs/paperstand") == ""
    assert fork.upgrade("v0.2.0").exit_code == 0


def test_new_libraries_are_installed_before_the_new_engine_runs(new_fork: NewFork, tmp_path: Path) -> None:
    """Where requirements/ changed, the new engine may not even start: what to type is said, and nothing is run."""
    fork = new_fork("libraries")
    source = tmp_path / "source"
    git(tmp_path, "clone", "--quiet", str(fork.upstream), str(source))
    edit(source / "requirements" / "build.in", r"\A", "# another\n")
    commit(source, "Other libraries")
    git(source, "tag", "v0.3.0")
    result = fork.run("upgrade", "v0.3.0", "--from", str(source), "--commit")
    assert result.exit_code == 0, result.output
    assert re.search(r"make setup.*\n.*migrate.*make check.*\n.*git commit", result.output)
    assert plain_yaml.load((fork.root / "content" / "store.yml").read_text()) == {"format": 1}
    assert plain_yaml.load((fork.root / RECORD).read_text())["tag"] == "v0.3.0"


def test_every_committed_file_is_the_engines_or_the_forks() -> None:
    """engine.txt names what is there, and nothing beside content/ and site.yml is forgotten. A fork may have more."""
    engine = parse_engine((ROOT / "engine.txt").read_text())
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    names = [name for name in listed if name and (ROOT / name).is_file()]
    owned = [name for name in names if not engine.has(name) and name != settings.PATH.as_posix()]
    if same_repository(settings.load(ROOT).repository, PROJECT):
        assert {name.partition("/")[0] for name in owned} == {"content"}
    assert [path for path in engine.included if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("line", ["/etc/passwd", "../x", "scraper/*.py", "a//b", "!"])
def test_a_path_that_is_none_is_refused(line: str) -> None:
    """A slip in engine.txt is told with its line."""
    with pytest.raises(ContentError) as error:
        parse_engine(f"scraper/\n{line}\n")
    assert [problem.line for problem in error.value.problems] == [2]
