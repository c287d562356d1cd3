"""`paperstand init`: a clean fork, from flags or from answers, and never a loss."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from scraper import settings
from scraper.fork import beginning
from scraper.fork.addresses import github_name, pages_address, same_repository
from scraper.fork.beginning import SOURCES_IN_WORDS, Wishes, site_text, with_value
from scraper.fork.schedule import drawn
from scraper.http import PROJECT
from scraper.settings import SOURCES
from tests.scraper.fork.conftest import ROOT, Fork, Gh, NewFork, commit, edit, files, git

FLAGS = ("init", "--name", "Robots", "--example", "robotics", "--no-scrape", "--yes")


@pytest.fixture
def fork(new_fork: NewFork, monkeypatch: pytest.MonkeyPatch) -> Fork:
    """A fresh fork. What `init` builds is not looked at here: building takes seconds."""
    monkeypatch.setattr("site_config.plugin.build", lambda root, *_, **__: root / "site")
    return new_fork("robots")


@pytest.mark.usefixtures("no_gh")
def test_nothing_of_the_project_stays(fork: Fork) -> None:
    """The content and the page about it are gone, site.yml and the schedules are the fork's own, the rest stays."""
    before = files(fork.root)
    result = fork.run(*FLAGS, "--categories", "cs.RO,cs.AI", "--description", "Machines: all of them")
    assert result.exit_code == 0, result.output
    after = files(fork.root)
    site = settings.load(fork.root)
    assert (site.name, site.description) == ("Robots", "Machines: all of them")
    assert (site.repository, site.url) == ("https://github.com/Ann/robots", "https://ann.github.io/robots/")
    assert site.categories == site.selection.include.categories == ("cs.RO", "cs.AI")
    assert (fork.root / settings.PATH).read_text().startswith("# yaml-language-server: $schema=schema/site.json\n")
    changed = {name for name in before if before[name] != after.get(name)}
    kept = {name for name in changed if not name.startswith(("content/papers/", "content/daily/", "content/lists/"))}
    scheduled = {f".github/workflows/{name}.yml" for name in ("audit", "daily", "endurance", "newsletter")}
    assert kept == {"site_config/site.yml", "content/pages/about.md", *scheduled}
    for path in scheduled:
        own = drawn(before[path].decode(), path.rpartition("/")[2], site.repository)
        assert after[path].decode() == own
    assert {name for name in after if name.startswith("content/")} == {"content/store.yml", "content/pages/about.md"}
    about = (fork.root / "content" / "pages" / "about.md").read_text()
    assert "announced on it in cs.RO, cs.AI" in about
    assert "Hugging Face" not in about
    assert "$" not in about
    assert fork.run("check").exit_code == 0


@pytest.mark.usefixtures("no_gh")
def test_it_says_what_is_left_and_the_way_back_leads_back(fork: Fork) -> None:
    """What to press at GitHub is named with its address; nothing is committed; one line undoes everything."""
    before, head = files(fork.root), git(fork.root, "rev-parse", "HEAD")
    output = fork.run(*FLAGS).output
    for told in ("/Ann/robots/settings/pages", "*GitHub Actions*", "/Ann/robots/actions", "paperstand doctor"):
        assert told in output
    assert "are those of the example robotics" in output
    assert git(fork.root, "rev-parse", "HEAD") == head
    back = re.search(r"`(git reset [^`]+)`", output)
    assert back
    subprocess.run(["/bin/sh", "-c", back[1]], cwd=fork.root, check=True, capture_output=True)
    assert files(fork.root) == before


@pytest.mark.usefixtures("no_gh")
def test_it_asks_what_it_was_not_told(fork: Fork) -> None:
    """Example, name, repository and address are asked for, as far as the remote does not tell; then the removal."""
    result = fork.run("init", "--no-scrape", given="biology\nGenomes\n\nhttps://genomes.example.org/\ny\n")
    assert result.exit_code == 0, result.output
    site = settings.load(fork.root)
    assert (site.name, site.sources) == ("Genomes", ("biorxiv",))
    assert (site.repository, site.url) == ("https://github.com/Ann/robots", "https://genomes.example.org/")
    assert "This removes what content/ holds now (" in result.output


@pytest.mark.usefixtures("no_gh")
@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("init", "--no-scrape"), "Aborted"),
        (("init", "--example", "robotics", "--yes"), "--name"),
        (
            ("init", "--name", "X", "--example", "chemistry", "--yes"),
            "there are: biology, huggingface-mirror, robotics",
        ),
        (("init", "--name", "X", "--example", "robotics", "--categories", "robots!", "--yes"), "categories"),
        (("init", "--name", "X", "--example", "robotics", "--categories", "cs.ROO", "--yes"), "did you mean 'cs.RO'?"),
        (
            ("init", "--name", "X", "--example", "huggingface-mirror", "--categories", "cs.RO", "--yes"),
            "leave --categories out",
        ),
        (("init", "--name", "X", "--since", "2026-06-31", "--yes"), "expected a day such as 2026-08-21"),
        (("init", "--name", "X", "--url", "ftp://x", "--yes"), "url: expected an address"),
        (("init", "--name", "X", "--repository", "https://git.example.org/x", "--yes"), "--url"),
    ],
)
def test_what_cannot_be_changes_nothing(fork: Fork, given: tuple[str, ...], message: str) -> None:
    """A no, a missing name, an example or a value that is none: it says so, before a byte is changed."""
    before = files(fork.root)
    result = fork.run(*given, given="biology\nGenomes\n\n\nn\n")
    assert result.exit_code
    assert message in result.output
    assert files(fork.root) == before


@pytest.mark.usefixtures("no_gh")
@pytest.mark.parametrize("origin", [PROJECT, f"{PROJECT}.git", "git@github.com:paperstand/paperstand.git"])
def test_a_clone_of_the_project_itself_is_no_fork(fork: Fork, origin: str) -> None:
    """Whoever cloned the project and not a fork of it is told what to do, and nobody is sent to its settings."""
    git(fork.root, "remote", "set-url", "origin", origin)
    before = files(fork.root)
    result = fork.run(*FLAGS)
    assert result.exit_code == 2
    assert "git remote set-url origin" in result.output
    assert files(fork.root) == before
    assert fork.run(*FLAGS, "--repository", "https://github.com/Ann/robots").exit_code == 0
    assert settings.load(fork.root).url == "https://ann.github.io/robots/"


@pytest.mark.usefixtures("no_gh")
def test_a_forks_own_content_is_safe(fork: Fork) -> None:
    """In a repository whose site.yml is its own the content is its own: it is removed only by whoever says so."""
    edit(fork.root / settings.PATH, "^repository: .*$", "repository: https://github.com/Ann/robots")
    commit(fork.root, "Ours")
    before = files(fork.root)
    result = fork.run(*FLAGS)
    assert result.exit_code == 1
    assert "--remove-content" in result.output
    assert files(fork.root) == before
    assert fork.run(*FLAGS, "--remove-content").exit_code == 0
    assert not beginning.content_counts(fork.root)["papers"]


@pytest.mark.usefixtures("no_gh")
def test_changes_that_are_not_committed_are_safe(fork: Fork) -> None:
    """What git does not know it could not bring back, so that nothing is begun; neither outside of git."""
    list_path = fork.root / "content" / "lists" / "ours.md"
    list_path.write_text("---\ntitle: Ours\npapers: []\n---\n")
    result = fork.run(*FLAGS)
    assert result.exit_code == 1
    assert "not committed (content/lists/ours.md)" in result.output
    assert list_path.is_file()
    shutil.rmtree(fork.root / ".git")
    result = fork.run(*FLAGS)
    assert result.exit_code == 1
    assert "not a git repository" in result.output


def test_gh_switches_the_workflows_on(fork: Fork, gh: Gh) -> None:
    """Where gh is installed, each workflow is enabled in the fork's own repository, and in no other."""
    result = fork.run(*FLAGS)
    assert result.exit_code == 0, result.output
    workflows = sorted(path.name for path in (fork.root / ".github" / "workflows").glob("*.yml"))
    assert "daily.yml" in workflows
    assert gh.asked == [["workflow", "enable", name, "--repo", "Ann/robots"] for name in workflows]
    assert "daily.yml is switched on" in result.output


@pytest.mark.usefixtures("no_gh")
def test_a_dead_source_does_not_keep_a_fork_from_being_made(fork: Fork, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first week can be scraped later; what is wrong is said."""
    monkeypatch.setenv("BIORXIV_ENDPOINT", "http://127.0.0.1:9")
    result = fork.run("init", "--name", "X", "--example", "biology", "--yes")
    assert result.exit_code == 0, result.output
    assert "cannot be reached" in result.output
    assert settings.load(fork.root).name == "X"


def test_comments_and_the_rest_of_the_settings_stay() -> None:
    """A value is replaced where it stands, in whatever style; a key that is missing is added; all else is untouched."""
    text = "# One\nname: Old # two\ncategories:\n- cs.RO\n- cs.AI\n\n# Three\nselection:\n  include: {authors: [A]}\n"
    changed = site_text(text, Wishes(name="New: ours", categories=("q-bio.GN",), url="https://example.org/"))
    assert changed == (
        "# One\nname: 'New: ours' # two\ncategories: [q-bio.GN]\n\n# Three\nselection:\n  include: {authors: [A]}\n"
        "\nurl: https://example.org/\n"
    )
    assert with_value("a: {b: {c: 1}, d: 2}\n", ("a", "b", "c"), "x") == "a: {b: {c: x}, d: 2}\n"


def test_every_source_has_its_words() -> None:
    """The page about a fork says where its papers come from, whichever source that is."""
    assert set(SOURCES_IN_WORDS) == set(SOURCES)


def test_the_project_is_no_fork_of_itself() -> None:
    """What tells a fresh fork from one with its own content is what the project's own site.yml says.

    In a fork this says nothing.
    """
    site = settings.load(ROOT)
    assert same_repository(site.repository, PROJECT) == (site.name == "Paperstand")


@pytest.mark.parametrize(
    ("address", "name", "pages"),
    [
        ("https://github.com/Ann/robots", "Ann/robots", "https://ann.github.io/robots/"),
        ("https://github.com/Ann/robots.git", "Ann/robots", "https://ann.github.io/robots/"),
        ("https://token@github.com/Ann/robots/", "Ann/robots", "https://ann.github.io/robots/"),
        ("git@github.com:Ann/my.papers.git", "Ann/my.papers", "https://ann.github.io/my.papers/"),
        ("ssh://git@github.com/Ann/robots", "Ann/robots", "https://ann.github.io/robots/"),
        ("https://github.com/Ann/ann.github.io", "Ann/ann.github.io", "https://ann.github.io/"),
        ("https://gitlab.com/Ann/robots", None, None),
        ("https://github.com.example.org/Ann/robots", None, None),
        ("/srv/git/robots.git", None, None),
    ],
)
def test_addresses_of_a_repository(address: str, name: str | None, pages: str | None) -> None:
    """However git writes it, a repository at GitHub has one name and one site."""
    assert github_name(address) == name
    assert pages_address(address) == pages
