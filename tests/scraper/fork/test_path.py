"""The whole path of a fork, for each worked example: init, scrape, check, build, upgrade, and a browser that looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from scraper import settings
from tests.arxiv_service import ArxivService
from tests.replay import ReplayServer, Route, arxiv, biorxiv, crossref, daily_papers
from tests.scraper.fork.conftest import NEXT_MARK, NewFork, commit, git


@dataclass(frozen=True)
class Example:
    """A worked example, the services that it needs, and what its first week has."""

    name: str
    routes: Sequence[Callable[[], Route]]
    week: tuple[str, str]
    day: str
    """A day of that week with papers."""
    title: str
    """A paper of that day."""
    topic: str


EXAMPLES = (
    Example(
        "huggingface-mirror",
        (daily_papers, arxiv),
        ("2026-08-14", "2026-08-20"),
        "2026-08-20",
        "Co-RL: Unsupervised Reasoning Emerges from Diverse Cohort in Multi-agent RL",
        "agents",
    ),
    Example(
        "robotics",
        (ArxivService,),
        ("2026-06-18", "2026-06-24"),
        "2026-06-24",
        "Flow6D",
        "perception",
    ),
    Example(
        "biology",
        (biorxiv, crossref),
        ("2024-03-29", "2024-04-04"),
        "2024-04-01",
        "High-throughput screening of human genetic variants",
        "methods",
    ),
)
SERVICES = ("HF", "ARXIV", "ARXIV_RSS", "ARXIV_OAI", "CROSSREF", "BIORXIV", "OPENALEX", "S2")


@pytest.mark.usefixtures("no_gh")
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_a_stranger_has_a_site_of_their_own(
    example: Example, new_fork: NewFork, serve: Callable[..., str], page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a fresh fork to a site with the next engine, with nothing in it that was upstream's."""
    fork = new_fork(f"{example.name}-site")
    since, until = example.week
    with ReplayServer(*(route() for route in example.routes)) as server:
        for service in SERVICES:
            monkeypatch.setenv(f"{service}_ENDPOINT", server.url)
        words = ["--name", f"Ann's {example.topic}", "--example", example.name]
        made = fork.run("init", *words, "--since", since, "--until", until, "--yes")
        assert made.exit_code == 0, made.output
        library = fork.store.load()
        assert min(str(day) for day in library.days) >= since
        assert library.papers
        assert library.lists == {}
        commit(fork.root, "Our own site")

        # A second scrape finds nothing new, and leaves no difference.
        again = fork.run("scrape", "--since", since, "--until", until)
        assert again.exit_code == 0, again.output
        assert git(fork.root, "status", "--porcelain") == ""

    assert fork.run("check").exit_code == 0
    upgraded = fork.upgrade("v0.2.0", "--commit")
    assert upgraded.exit_code == 0, upgraded.output
    assert settings.load(fork.root).url == f"https://ann.github.io/{example.name}-site/"
    assert git(fork.root, "status", "--porcelain") == ""
    built = fork.own("build")
    assert built.returncode == 0, built.stdout + built.stderr

    base = serve(fork.root / "site", urlsplit(settings.load(fork.root).url).path)
    page.goto(f"{base}daily/{example.day}/")
    cards = page.locator("li.card[data-id]")
    assert cards.count()
    assert page.get_by_text(NEXT_MARK).count() == 1
    assert example.title in page.locator(".cards").inner_text()
    assert f"Ann's {example.topic}" in page.title()
    cards.first.locator("h2 a").click()
    assert page.locator("article.ps-paper[data-id]").get_attribute("data-id") in library.papers
    page.goto(f"{base}topics/{example.topic}/")
    assert page.locator("h1").count() == 1
    page.goto(f"{base}about/")
    about = page.locator("article, main").first.inner_text()
    assert ("Hugging Face" in about) == (example.name == "huggingface-mirror")
