"""Every command of README.md and docs/fork.md, run as a newcomer runs it: in a fresh clone, with an empty home.

The clone sets itself up with its own `.venv`, which takes its packages from their registries, as the README says.
Nothing else of the network is there: the upstreams are closed ports or replays on loopback.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import MappingProxyType
from urllib.request import ProxyHandler, build_opener

import feedparser
import pytest
from playwright.sync_api import Page
from pybtex.database import parse_file  # type: ignore[import-untyped]  # pybtex has no types

from scraper import identifiers
from scraper.store import ContentStore
from tests.arxiv_service import EMPTY_FEED, PAPERS, ArxivService
from tests.replay import DATA, ReplayServer, arxiv, daily_papers

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FORKING = (ROOT / "docs" / "fork.md").read_text(encoding="utf-8")

SCRAPE = ".venv/bin/paperstand scrape --since 2026-01-19 --until 2026-01-21"
IMPORT = '.venv/bin/paperstand import page.txt --list my-topic --title "My topic"'

TESTED = {
    "make site": "test_make_site_serves",
    "make site SERVE=0": "test_make_site_builds_the_whole_library",
    "make test": "test_make_test_is_what_ci_runs",
    "make check": "test_make_check",
    SCRAPE: "test_scrape_of_named_days",
    IMPORT: "test_import_of_a_copied_page",
}
"""Every command of the README, and the test below that runs it."""

# What a shell would not have on a machine where nobody has worked on Paperstand yet. (The names of package registries
# and of certificates, which some networks need, stay.)
NOT_INHERITED = re.compile(
    r"MAKE|MFLAGS|VIRTUAL_ENV|PYTHONPATH|PYTHONHOME|PYTEST|GIT_|GITHUB_|XDG_|HF_|ARXIV_|PAPERSTAND_"
)
SERVICES = ("HF", "ARXIV", "ARXIV_RSS", "ARXIV_OAI", "CROSSREF", "BIORXIV", "OPENALEX", "S2")


def closed_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@dataclass(frozen=True)
class Clone:
    """A fresh clone of what the work tree holds now, and the environment of a shell in it."""

    root: Path
    environment: Mapping[str, str]

    def run(
        self, command: str, variables: Mapping[str, str] = MappingProxyType({}), *, timeout: float = 300
    ) -> subprocess.CompletedProcess[str]:
        """A line of the README, as a shell runs it."""
        return subprocess.run(
            ["bash", "-c", command],
            cwd=self.root,
            env={**self.environment, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=timeout,
        )

    def git(self, *arguments: str) -> str:
        run = subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return run.stdout


def environment(home: Path) -> dict[str, str]:
    """This process's environment less what a newcomer's shell would not have, with an empty home and no upstream."""
    home.mkdir()
    inherited = {name: value for name, value in os.environ.items() if not NOT_INHERITED.match(name)}
    here = str(ROOT / ".venv")
    path = [folder for folder in os.environ["PATH"].split(os.pathsep) if not folder.startswith(here)]
    nobody = f"http://127.0.0.1:{closed_port()}"
    return inherited | {
        "HOME": str(home),
        "PATH": os.pathsep.join(path),
        **{f"{service}_ENDPOINT": nobody for service in SERVICES},
        "NO_PROXY": "127.0.0.1",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Test",
        "GIT_AUTHOR_EMAIL": "test@example.org",
        "GIT_COMMITTER_NAME": "Test",
        "GIT_COMMITTER_EMAIL": "test@example.org",
    }


@dataclass(frozen=True)
class FirstSite:
    """What `make site SERVE=0` made of a fresh clone."""

    clone: Clone
    status: int
    output: str


@pytest.fixture(scope="session")
def first_site(tmp_path_factory: pytest.TempPathFactory) -> FirstSite:
    """A fresh clone in which `make site SERVE=0` ran: the one real installation of the tests."""
    folder = tmp_path_factory.mktemp("readme")
    source = Clone(folder / "source", environment(folder / "home"))
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (source.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, source.root / name)
    source.git("init", "--quiet", "--initial-branch=main")
    source.git("add", "--all")
    source.git("commit", "--quiet", "--message=Paperstand")
    source.git("clone", "--quiet", ".", str(folder / "clone"))
    clone = Clone(folder / "clone", source.environment)
    run = clone.run("make site SERVE=0", timeout=900)
    return FirstSite(clone, run.returncode, run.stdout)


@pytest.fixture
def clone(first_site: FirstSite) -> Iterator[Clone]:
    """The clone that is set up; what a test writes into it is taken back afterwards."""
    assert first_site.status == 0, first_site.output
    yield first_site.clone
    first_site.clone.git("checkout", "--quiet", ".")
    first_site.clone.git("clean", "--quiet", "--force", "-d")


def commands(text: str) -> list[str]:
    """What a text tells people to type: each line of its `sh` blocks, and each `make …` within a sentence."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.strip()]
    return lines + re.findall(r"`(make [^`]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL))


def test_every_command_has_its_test() -> None:
    """The README names no command that no test runs, and the table above none that the README does not name."""
    assert set(commands(README)) == set(TESTED)
    assert all(callable(globals()[name]) for name in TESTED.values())


def test_make_test_is_what_ci_runs() -> None:
    """`make test` cannot run within itself: what is shown is that CI runs just that, as the last thing it does."""
    lines = [line.strip() for line in (ROOT / ".ci" / "run").read_text().splitlines() if line.strip()]
    assert lines[-1] == "CI=true make test </dev/null"
    assert sum("make test" in line and not line.startswith("#") for line in lines) == 1


def test_make_site_builds_the_whole_library(first_site: FirstSite) -> None:
    """Without any upstream, `make site SERVE=0` says so in one line and builds every day, paper and list there is."""
    assert first_site.status == 0, first_site.output
    assert len([line for line in first_site.output.splitlines() if "cannot be reached" in line]) == 1, first_site.output
    assert "Traceback" not in first_site.output
    clone = first_site.clone.root
    library = ContentStore(clone).load()
    assert library.papers
    site = clone / "site"
    pages = [identifiers.page_path(identifier) for identifier in library.papers]
    pages += [f"daily/{day.isoformat()}/" for day in library.days]
    pages += [f"lists/{slug}/" for slug in library.lists]
    assert [page for page in pages if not (site / page / "index.html").is_file()] == []


def test_the_clone_stands_by_itself(clone: Clone) -> None:
    """The clone runs its own code from its own `.venv`, and setting up, scraping and building changed no file of it."""
    assert clone.git("status", "--porcelain") == ""
    where = clone.run(".venv/bin/python -c 'import scraper, sys; print(scraper.__file__, sys.prefix)'").stdout.split()
    assert where == [str(clone.root / "scraper" / "__init__.py"), str(clone.root / ".venv")]


def test_the_first_site_can_be_searched(first_site: FirstSite, serve: Callable[..., str], page: Page) -> None:
    """In that site a search for "object-centric" finds papers of the list `object-centric-rl`, in a real browser.

    In a fork without that list, a search for its newest paper's title finds that paper.
    """
    assert first_site.status == 0, first_site.output
    clone = first_site.clone.root
    library = ContentStore(clone).load()
    listed = library.lists.get("object-centric-rl")
    newest = max(library.papers.values(), key=lambda paper: identifiers.sort_key(paper.id))
    query, least = ("object-centric", 5) if listed else (newest.title, 1)
    seed = {identifiers.page_path(paper.id) for paper in (listed.papers if listed else [newest])}
    base = serve(clone / "site")
    page.goto(base)
    page.keyboard.press("/")
    page.get_by_role("searchbox", name="Search papers").fill(query)
    results = page.get_by_role("list", name="Results").get_by_role("link")
    results.first.wait_for()
    found = {str(address).removeprefix(base) for address in results.evaluate_all("links => links.map(a => a.href)")}
    assert len(found & seed) >= least, found


PUBLISHED = "https://paperstand.github.io/paperstand/"
_TABLE = README.partition("| for | one line |")[2].partition("\n\n")[0]
LINES = dict(re.findall(r"^\| ((?:an? )?[A-Za-z ]+) \| (.+) \|$", _TABLE, re.MULTILINE))
"""The README's one line for each of those who read the site in another way."""


def said(reader: str, base: str) -> list[str]:
    """What the README has a reader type, with the test's server in the site's place."""
    return [text.replace("…/", base).replace(PUBLISHED, base) for text in re.findall("`([^`]+)`", LINES[reader])]


@pytest.fixture
def base(first_site: FirstSite, serve: Callable[..., str]) -> str:
    """The first site, served below the path at which the README says it is. A fork's README is about our library."""
    assert first_site.status == 0, first_site.output
    if date(2026, 8, 21) not in ContentStore(first_site.clone.root).load().days:
        pytest.skip("the library of this fork has not the day that the README names")
    return serve(first_site.clone.root / "site", "/paperstand/")


def test_everybody_has_one_line() -> None:
    """RSS readers, mail, Zotero, LaTeX, Python and agents, and each line is tested below."""
    assert list(LINES) == ["an RSS reader", "mail", "Zotero", "LaTeX", "Python", "an agent"]


def test_the_line_for_feed_readers(base: str) -> None:
    """feedparser subscribes to each address that it names, over HTTP, and finds papers."""
    addresses = said("an RSS reader", base)
    assert len(addresses) == 2
    for address in addresses:
        parsed = feedparser.parse(address)
        assert (parsed.status, parsed.bozo) == (200, False)
        assert len(parsed.entries) > 20


def test_the_line_for_latex(base: str, tmp_path: Path) -> None:
    """The command gives a file that a BibTeX library reads, and the key that is cited is in it."""
    command, cite = said("LaTeX", base)
    subprocess.run(["sh", "-c", command], cwd=tmp_path, check=True, capture_output=True, timeout=60)
    entries = parse_file(tmp_path / "papers.bib", bib_format="bibtex").entries
    key = re.fullmatch(r"\\cite\{(.+)\}", cite)
    assert key
    assert "EnvHarness" in entries[key[1]].fields["title"]


def test_the_line_for_python(base: str) -> None:
    """It runs as it stands, with nothing installed."""
    (program,) = said("Python", base)
    command = [sys.executable, "-I", "-S", "-c", f"{program}; print([one['paper']['id'] for one in papers])"]
    run = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    assert "'2608.19880'" in run.stdout


def test_the_line_for_agents(base: str) -> None:
    """The guide is there, and what stands behind a paper's address is its record."""
    guide, name = said("an agent", base)
    opener = build_opener(ProxyHandler({}))
    with opener.open(guide, timeout=20) as answer:
        assert answer.read().startswith(b"# Paperstand\n")
    with opener.open(f"{base}papers/2608.19880/{name}", timeout=20) as answer:
        assert answer.read().startswith(b"---\nid: '2608.19880'\ntitle: ")


def test_the_line_for_zotero(first_site: FirstSite) -> None:
    """Any paper's page has what the connector reads, and any list a span for each of its papers that is here."""
    site = first_site.clone.root / "site"
    library = ContentStore(first_site.clone.root).load()
    for identifier in library.papers:
        page = (site / identifiers.page_path(identifier) / "index.html").read_text(encoding="utf-8")
        assert page.count("<meta name=citation_title ") == 1, identifier
    for slug, curated in library.lists.items():
        page = (site / "lists" / slug / "index.html").read_text(encoding="utf-8")
        assert page.count("Z3988") == len([entry for entry in curated.papers if entry.id in library.papers])


def test_the_line_for_mail(base: str) -> None:
    """The page of all ways to subscribe leads to the releases, and the document on mail is there."""
    path, document = said("mail", base)[0], re.search(r"\]\(([^)]+)\)", LINES["mail"])
    assert document
    assert (ROOT / document[1]).is_file()
    with build_opener(ProxyHandler({})).open(base + path.lstrip("/"), timeout=20) as answer:
        assert "id=releases" in answer.read().decode()


def test_make_site_serves(clone: Clone) -> None:
    """`make site` prints an address that answers with the site, and ends when it is interrupted."""
    environment = {**clone.environment, "PORT": str(closed_port())}
    with subprocess.Popen(
        ["bash", "-c", "make site"],
        cwd=clone.root, env=environment, start_new_session=True, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as server:  # fmt: skip
        # Whatever happens below, nothing is left running.
        watchdog = threading.Timer(120, os.killpg, (server.pid, signal.SIGKILL))
        watchdog.start()
        try:
            assert server.stdout
            address = None
            for line in server.stdout:
                if address := re.search(rf"http://127\.0\.0\.1:{environment['PORT']}/\S*", line):
                    break
            assert address, "no address was printed"
            with build_opener(ProxyHandler({})).open(address[0], timeout=20) as answer:
                assert "Paperstand" in answer.read().decode()
            started = time.monotonic()
            os.killpg(server.pid, signal.SIGINT)
            rest = server.stdout.read()
            server.wait(timeout=20)
            assert time.monotonic() - started < 15
            assert "Traceback" not in rest
        finally:
            watchdog.cancel()
            if server.poll() is None:
                os.killpg(server.pid, signal.SIGKILL)


def test_make_check(clone: Clone) -> None:
    """`make check` passes the README's own example of a list, and points at the line of one with a slip in it."""
    example = re.search(r"^```markdown\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert example
    path = clone.root / "content" / "lists" / "my-topic.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(example[1], encoding="utf-8")
    run = clone.run("make check")
    assert run.returncode == 0, run.stdout
    path.write_text(example[1].replace("'2306.02204'", "'not a paper'"), encoding="utf-8")
    run = clone.run("make check")
    assert run.returncode != 0
    assert re.search(r"^content/lists/my-topic\.md:6: ", run.stdout, re.MULTILINE), run.stdout


def test_scrape_of_named_days(clone: Clone) -> None:
    """The README's scrape adds the days it names with all their papers, and changes nothing when it runs again."""
    recorded = json.loads((DATA / "huggingface" / "daily_papers" / "2026-01-20.json").read_bytes())
    expected = {entry["paper"]["id"] for entry in recorded}
    assert expected
    with ReplayServer(daily_papers(), arxiv()) as upstream:
        endpoints = {"HF_ENDPOINT": upstream.url, "ARXIV_ENDPOINT": upstream.url}
        run = clone.run(SCRAPE, endpoints)
        assert run.returncode == 0, run.stdout
        library = ContentStore(clone.root).load()
        days = [date(2026, 1, number) for number in (19, 20, 21)]
        assert [len(library.days[day].papers) for day in days] == [0, len(expected), 0]
        assert {entry.id for entry in library.days[days[1]].papers} == expected
        assert expected <= set(library.papers)
        clone.git("add", "--all")
        run = clone.run(SCRAPE, endpoints)
        assert run.returncode == 0, run.stdout
        assert clone.git("diff", "--name-only") == ""
    clone.git("reset", "--quiet")


def test_import_of_a_copied_page(clone: Clone) -> None:
    """A page that was copied out as text becomes a list of the papers it shows, under their own identifiers."""
    library = ContentStore(clone.root).load()
    shown = [paper for paper in library.papers.values() if paper.authors and paper.submitted][:3]
    cards = [
        f"{paper.title}\n\n{' '.join(paper.abstract.split())}\n\n  • {len(paper.authors)} authors\n·\n"
        f"{paper.submitted:%b} {paper.submitted.day}, {paper.submitted.year}\n"
        for paper in shown
        if paper.submitted
    ]
    page = "Daily Papers\n\nbyAK and the research community\n\nAug 21\n\n" + "\n".join(cards)
    (clone.root / "page.txt").write_text(page, encoding="utf-8")
    run = clone.run(IMPORT)
    assert run.returncode == 0, run.stdout
    curated = ContentStore(clone.root).curated_list("my-topic")
    assert curated is not None
    assert curated.title == "My topic"
    assert [entry.id for entry in curated.papers] == [paper.id for paper in shown]
    assert clone.run("make check").returncode == 0


def _as_a_fork(clone: Clone) -> str:
    """Make the clone one of Ann's fork, and have an upstream beside it with a next version; gives the commit it has."""
    here = clone.git("rev-parse", "HEAD").strip()
    source = str(clone.root.parent / "source")
    clone.git("clone", "--quiet", "--bare", source, str(clone.root.parent / "fork.git"))
    clone.git("remote", "set-url", "origin", "https://github.com/Ann/robots")
    clone.git("remote", "set-url", "--push", "origin", str(clone.root.parent / "fork.git"))
    clone.git("remote", "add", "upstream", source)
    upstream = Clone(Path(source), clone.environment)
    (upstream.root / "SECURITY.md").write_text("The next version's words.\n", encoding="utf-8")
    upstream.git("commit", "--quiet", "--all", "--message=Paperstand 0.2.0")
    upstream.git("tag", "v0.2.0")
    return here


def test_the_way_to_a_fork_word_by_word(clone: Clone) -> None:
    """docs/fork.md, each line as it stands there: a site on robotics, kept, pushed, scraped, examined and upgraded."""
    blocks = re.findall(r"^( *)```sh\n(.*?)^ *```$", FORKING, re.MULTILINE | re.DOTALL)
    lines = [line.strip() for _, block in blocks for line in block.splitlines()]
    # The first run of init asks; tests/scraper/fork/test_init.py answers it. `make serve` has no end; see above.
    assert lines[:2] == ["make setup", ".venv/bin/paperstand init"]
    lines = [line for line in lines if line not in {".venv/bin/paperstand init", "make serve"}]
    assert {"make setup", ".venv/bin/paperstand doctor", ".venv/bin/paperstand upgrade v0.2.0"} <= set(lines)

    today = datetime.now(UTC).date()
    tuesday = today - timedelta(days=(today.weekday() - 1) % 7 or 7)
    papers = [{**paper, "categories": ["cs.RO"], "date": tuesday.isoformat()} for paper in PAPERS]
    feed = EMPTY_FEED.replace(b"Wed, 31 Dec 2025 00:00:00 -0500", format_datetime(datetime.now(UTC)).encode())
    here = _as_a_fork(clone)
    said = {}
    try:
        with ReplayServer(ArxivService(papers, feed)) as services:
            endpoints = {f"{service}_ENDPOINT": services.url for service in SERVICES}
            for line in lines:
                run = clone.run(line, endpoints)
                assert run.returncode == 0, f"{line}\n{run.stdout}"
                assert "Traceback" not in run.stdout
                said[line] = run.stdout
                if line.startswith(".venv/bin/paperstand scrape"):
                    clone.git("add", "--all")
                    clone.git("commit", "--quiet", "--allow-empty", "--message=More days")
        assert "No problem found" in said[".venv/bin/paperstand doctor"]
        assert "SECURITY.md" in said[".venv/bin/paperstand upgrade v0.2.0"]
        assert (clone.root / "SECURITY.md").read_text(encoding="utf-8") == "The next version's words.\n"
        library = ContentStore(clone.root).load()
        assert library.papers
        assert library.lists == {}
        assert clone.git("ls-remote", str(clone.root.parent / "fork.git"), "refs/heads/main").split()[0] != here
    finally:
        clone.git("reset", "--quiet", "--hard", here)
        clone.git("remote", "remove", "upstream")
        clone.git("remote", "set-url", "origin", str(clone.root.parent / "source"))
        clone.git("remote", "set-url", "--push", "origin", str(clone.root.parent / "source"))
        clone.run(".venv/bin/paperstand build")
