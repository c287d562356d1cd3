"""The never-shrink gate: what it refuses, what it lets through, and the one issue that says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import gate
from scraper.records import Day, DayEntry, EmptyReason, Paper, day_title
from tests.github.conftest import BOT, Repository

FIRST = "content/daily/2025/2025-11-12.md"
NAMES = st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), unique=True)


def drop(repository: Repository, name: str, path: str = FIRST) -> None:
    """Take a paper's line out of a day."""
    file = repository.root / path
    lines = file.read_text().splitlines(keepends=True)
    kept = [line for line in lines if name not in line]
    assert len(kept) < len(lines)
    file.write_text("".join(kept))


def test_an_untouched_library_passes(repository: Repository) -> None:
    """So does one that only grew: a new day, a newcomer in an old one."""
    store = repository.store
    assert repository.run("make", "gate").returncode == 0
    day = store.day(date(2025, 11, 13))
    assert day
    store.write_day(replace(day, papers=(*day.papers, DayEntry("2511.00001"))))
    store.write_day(Day(date(2025, 11, 14), day_title(date(2025, 11, 14)), (DayEntry("2511.00006"),)))
    run = repository.run("make", "gate")
    assert run.returncode == 0, run.stdout
    assert "The gate is open: 3 days" in run.stdout


def test_a_loss_that_nobody_committed_is_refused(repository: Repository) -> None:
    """What the work tree lacks of the last commit a scrape took out, which it never may: day and paper are named."""
    drop(repository, "2511.00002")
    run = repository.run("make", "gate", GITHUB_ACTIONS="true")
    assert run.returncode != 0
    assert f"{FIRST}: has lost 2511.00002, which no commit took out" in run.stdout
    assert f"::error file={FIRST},line=1::has lost 2511.00002" in run.stdout
    assert "00001" not in run.stdout


def test_a_day_that_is_gone_has_lost_everything(repository: Repository) -> None:
    """A removed file is each of its papers lost."""
    (repository.root / FIRST).unlink()
    run = repository.paperstand("gate")
    assert run.returncode == 1
    assert [f"has lost 2511.0000{number}" in run.stdout for number in (1, 2, 3, 4)] == [True, True, True, False]


def test_a_day_that_cannot_be_read_is_refused(repository: Repository) -> None:
    """Nobody can say what a broken file lost."""
    (repository.root / FIRST).write_text("---\npapers: [\n---\n")
    run = repository.paperstand("gate")
    assert run.returncode == 1
    assert f"{FIRST}:1: cannot be read" in run.stdout


def test_a_person_may_take_a_paper_out(repository: Repository) -> None:
    """Once it is committed a person's removal is the published state, also seen from an older commit."""
    before = repository.git("rev-parse", "HEAD").strip()
    drop(repository, "2511.00002")
    repository.commit("Take one out")
    assert repository.paperstand("gate").returncode == 0
    run = repository.paperstand("gate", "--against", before)
    assert run.returncode == 0, run.stdout


def test_a_machines_commit_may_not(repository: Repository) -> None:
    """A loss that a bot committed is refused from the older commit on, and the commit is named."""
    before = repository.git("rev-parse", "HEAD").strip()
    drop(repository, "2511.00002")
    culprit = repository.commit("Scrape", by=BOT)
    run = repository.paperstand("gate", "--against", before)
    assert run.returncode == 1
    assert f"has lost 2511.00002, which {BOT} took out in {culprit[:12]}" in run.stdout


@pytest.mark.parametrize(("by", "committed_by"), [(BOT, "GitHub"), ("A. Person", BOT)])
def test_what_a_person_had_a_hand_in_is_a_persons(repository: Repository, by: str, committed_by: str) -> None:
    """A machine's proposal that a person merged has GitHub for its committer, a rebased commit its author."""
    before = repository.git("rev-parse", "HEAD").strip()
    drop(repository, "2511.00002")
    repository.commit("Merged", by=by, committed_by=committed_by)
    assert repository.paperstand("gate", "--against", before).returncode == 0


def test_a_merge_is_its_mergers(repository: Repository) -> None:
    """A pull request that a person merged counts as that person's, whoever wrote its commits."""
    before = repository.git("rev-parse", "HEAD").strip()
    repository.git("checkout", "--quiet", "-b", "proposal")
    drop(repository, "2511.00002")
    repository.commit("Proposed", by=BOT)
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "--no-edit", "proposal")
    assert repository.paperstand("gate", "--against", before).returncode == 0


def test_what_the_branch_never_had_is_refused(repository: Repository) -> None:
    """Where the published state is no part of this branch's history, after a forced push, say, nobody took it out."""
    repository.git("checkout", "--quiet", "-b", "published")
    path = repository.root / FIRST
    path.write_text(path.read_text().replace("papers:\n", "papers:\n- {id: '2511.00006'}\n"))
    published = repository.commit("Scrape", by=BOT)
    repository.git("checkout", "--quiet", "main")
    run = repository.paperstand("gate", "--against", "published")
    assert run.returncode == 1
    assert f"has lost 2511.00006, and no commit since {published[:12]} says who took it out" in run.stdout


def test_an_excluded_paper_is_no_loss(repository: Repository) -> None:
    """What site.yml takes down may leave its day without a person's commit."""
    settings = repository.root / "site_config" / "site.yml"
    settings.write_text("name: T\nexclude: ['2511.00002']\n")
    drop(repository, "2511.00002")
    run = repository.paperstand("gate")
    assert run.returncode == 0, run.stdout
    drop(repository, "2511.00003")
    run = repository.paperstand("gate")
    assert "has lost 2511.00003" in run.stdout
    assert "has lost 2511.00002" not in run.stdout


def test_a_paper_that_got_its_identifier_is_no_loss(repository: Repository) -> None:
    """A day that names a paper by its new identifier, of which the old one is an alias, has lost nothing."""
    repository.store.write_paper(Paper("2511.00007", "Title", aliases=("2511.00002",)))
    path = repository.root / FIRST
    path.write_text(path.read_text().replace("2511.00002", "2511.00007"))
    run = repository.paperstand("gate")
    assert run.returncode == 0, run.stdout


def test_a_paper_twice_in_a_day_is_refused(repository: Repository) -> None:
    """Each is named once."""
    with (repository.root / FIRST).open() as file:
        text = file.read()
    line = next(line for line in text.splitlines(keepends=True) if "2511.00003" in line)
    (repository.root / FIRST).write_text(text.replace(line, line * 3))
    run = repository.paperstand("gate")
    assert run.returncode == 1
    assert run.stdout.count("has 2511.00003 more than once") == 1


def test_an_unknown_commit_is_said(repository: Repository) -> None:
    """One message, and neither a name that looks like an option nor a missing git history is a traceback."""
    for name in ("v9", "--all"):
        run = repository.paperstand("gate", f"--against={name}")
        assert run.returncode == 1
        assert f"git knows no commit '{name}' here" in run.stdout
        assert "Traceback" not in run.stdout


@given(before=NAMES, now=NAMES, renamed=st.dictionaries(st.sampled_from("abcde"), st.sampled_from("vwxyz")))
def test_lost_is_what_was_there_and_is_not(before: list[str], now: list[str], renamed: dict[str, str]) -> None:
    """Nothing that is still there, under its old name or its new one, is lost; all else is, in its order."""
    found = gate.lost(before, now, renamed)
    here = {*now, *(renamed[name] for name in now if name in renamed)}
    assert list(found) == [name for name in before if name not in here and renamed.get(name) not in here]


TODAY = date(2025, 11, 14)


def fridays_eve(numbers: list[int], yesterday: int | None, empty: EmptyReason | None = None) -> dict[date, Day]:
    """Yesterday and the same weekdays before it, with so many papers."""
    days = {}
    for weeks, number in enumerate([yesterday, *numbers]):
        on = TODAY - timedelta(days=1, weeks=weeks)
        if number is not None:
            entries = tuple(DayEntry(f"2511.{index:05}") for index in range(1, number + 1))
            days[on] = Day(on, day_title(on), entries, empty if weeks == 0 else None)
    return days


@pytest.mark.parametrize(
    ("numbers", "yesterday", "empty", "is_low"),
    [
        ([40, 40, 40, 40], 9, None, True),
        ([40, 40, 40, 40], 10, None, False),
        ([40, 40], 1, None, False),
        ([40, 40, 40], 0, EmptyReason.NOTHING_LISTED, True),
        ([40, 40, 40], 0, EmptyReason.FAILED, True),
        ([40, 40, 40], 0, EmptyReason.HOLIDAY, False),
        ([40, 40, 40], None, None, True),
        ([3, 3, 3], 1, None, False),
        ([0, 0, 40, 40], 1, None, False),
    ],
)
def test_a_low_day(numbers: list[int], yesterday: int | None, empty: EmptyReason | None, is_low: bool) -> None:
    """Fewer than a quarter of the same weekday's median is a warning, where three of them or more have papers."""
    found = list(gate.low_day(Path(), fridays_eve(numbers, yesterday, empty), TODAY))
    assert [problem.path for problem in found] == (["content/daily/2025/2025-11-13.md"] if is_low else [])


def test_one_issue_says_why(repository: Repository) -> None:
    """The first refusal opens an issue with the reasons; the same again adds nothing, other reasons are a comment."""
    drop(repository, "2511.00002")
    repository.answers("issue list", [])
    assert repository.run("make", "gate").returncode != 0
    run = repository.run("make", "tell-gate")
    assert run.returncode == 0, run.stdout
    opened = repository.asked()[-1]
    assert opened.command == "issue create"
    assert opened.arguments[opened.arguments.index("--label") + 1] == "shrunk"
    assert f"    {FIRST}: has lost 2511.00002" in opened.text

    repository.answers("issue list", [{"number": 7, "body": opened.text.replace("\n", "\r\n"), "comments": []}])
    repository.run("make", "gate")
    run = repository.run("make", "tell-gate")
    assert "says so already" in run.stdout
    assert repository.asked()[-1].command == "issue list"

    drop(repository, "2511.00003")
    repository.run("make", "gate")
    repository.run("make", "tell-gate")
    added = repository.asked()[-1]
    assert added.arguments[:3] == ("issue", "comment", "7")
    assert "has lost 2511.00003" in added.text


def test_an_open_gate_tells_nothing(repository: Repository) -> None:
    """Yesterday's reasons are not told again after today's run has gone through."""
    drop(repository, "2511.00002")
    repository.run("make", "gate")
    repository.git("checkout", "--", "content")
    assert repository.run("make", "gate").returncode == 0
    assert repository.run("make", "tell-gate").returncode == 0
    assert repository.asked() == []
