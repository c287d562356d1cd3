"""The minutes at which a fork's workflows run: its own, the same whenever they are drawn."""

from __future__ import annotations

from collections import Counter

import pytest

from scraper import plain_yaml, settings
from scraper.fork.schedule import MINUTES, WORKFLOWS, drawn
from scraper.http import PROJECT
from tests.scraper.fork.conftest import ROOT, NewFork, commit, edit, git

DAILY = (ROOT / WORKFLOWS / "daily.yml").read_text("utf-8")


def crons(text: str) -> list[list[str]]:
    """Each schedule's fields."""
    return [str(one["cron"]).split() for one in plain_yaml.load(text)["on"]["schedule"]]


def test_only_the_minutes_change() -> None:
    """Hours, days, comments and all else are the engine's."""
    own = drawn(DAILY, "daily.yml", "https://github.com/somebody/robots")
    assert [cron[1:] for cron in crons(own)] == [cron[1:] for cron in crons(DAILY)]
    changed = [(one, other) for one, other in zip(DAILY.splitlines(), own.splitlines(), strict=True) if one != other]
    assert len(changed) >= 2
    assert all("- cron: " in one for one, _ in changed)
    assert all(int(cron[0]) in MINUTES for cron in crons(own))


def test_the_same_name_draws_the_same() -> None:
    """However its address is written, and from what has been drawn before by whomever."""
    own = drawn(DAILY, "daily.yml", "https://github.com/somebody/robots")
    assert drawn(own, "daily.yml", "git@github.com:Somebody/robots.git") == own
    assert drawn(drawn(DAILY, "daily.yml", PROJECT), "daily.yml", "https://github.com/somebody/robots") == own


def test_forks_are_spread() -> None:
    """Of a thousand forks no minute has more than twice its share."""
    firsts = Counter(crons(drawn(DAILY, "daily.yml", f"https://github.com/a{n}/papers"))[0][0] for n in range(1000))
    assert len(firsts) == len(MINUTES)
    assert max(firsts.values()) < 2.2 * 1000 / len(MINUTES)


@pytest.mark.parametrize(
    "text", ['on:\n  schedule:\n    - cron: "*/5 * * * *"\n', "on: push\n", '# cron: "1 2 * * *"\n']
)
def test_what_is_no_such_minute_stays(text: str) -> None:
    """A person's own kind of schedule is theirs."""
    assert drawn(text, "x.yml", PROJECT) == text


def test_the_projects_minutes_are_drawn_as_well() -> None:
    """So that a fork that never drew can be told: each workflow has the project's minutes or this repository's own."""
    site = settings.load(ROOT)
    for path in (ROOT / WORKFLOWS).glob("*.yml"):
        text = path.read_text("utf-8")
        assert text in {drawn(text, path.name, PROJECT), drawn(text, path.name, site.repository)}


def test_an_upgrade_keeps_them_and_draws_them_in_what_is_new(new_fork: NewFork) -> None:
    """Upstream moves an hour, with a word beside it, and adds a run: all of it comes, at the fork's own minutes."""
    fork = new_fork("ours")
    result = fork.run(
        "init", "--yes", "--name", "Ours", "--repository", "https://github.com/somebody/ours", "--no-scrape"
    )
    assert result.exit_code == 0, result.output
    daily = fork.root / WORKFLOWS / "daily.yml"
    before = daily.read_text("utf-8")
    assert before == drawn(before, "daily.yml", "https://github.com/somebody/ours") != DAILY
    commit(fork.root, "Ours")
    theirs = fork.upstream / WORKFLOWS / "daily.yml"
    edit(theirs, r'^    - cron: "(\d+) 14 ', '    # Later.\n    - cron: "1 15 ')
    edit(theirs, r"^  push:$", '    - cron: "2 23 * * *"\n  push:')
    commit(fork.upstream, "Other hours")
    git(fork.upstream, "tag", "v0.2.1")
    try:
        assert "0 conflicts" in fork.upgrade("v0.2.1").output
    finally:
        git(fork.upstream, "tag", "--delete", "v0.2.1")
        git(fork.upstream, "reset", "--quiet", "--hard", "HEAD~1")
    after = daily.read_text("utf-8")
    assert [cron[1] for cron in crons(after)] == ["15", "18", "21", "23"]
    assert [cron[0] for cron in crons(after)][:3] == [cron[0] for cron in crons(before)]
    assert after == drawn(after, "daily.yml", "https://github.com/somebody/ours")
