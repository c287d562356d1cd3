"""A disk that is full, and one that may only be read: one message, nothing lost, and the next run goes on.

With root's rights a small real disk is mounted, in a namespace of its own that ends with the test's process. Everywhere
else, and as well, the system's limit on the size of a file stands for the full disk.
"""

from __future__ import annotations

import os
import re
import resource
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from scraper.records import Paper
from tests.replay import DATA, ReplayServer, arxiv, crossref, daily_papers
from tests.scraper.conftest import Desk, new_desk
from tests.scraper.fork.conftest import NewFork
from tests.site_config.conftest import copy_root
from tests.site_config.newsletter.conftest import MailServer, StartServer
from tests.site_config.test_plugin import eventually, served

DAY = "2026-08-20"
PAPERSTAND = shlex.join([sys.executable, "-m", "scraper.cli"])


@pytest.fixture(autouse=True)
def _no_compiled_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands write nothing beside the project's own modules.

    On a full disk Python keeps half of a compiled module, and fails with it ever after (CPython's issue 126606).
    """
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")


def _may_mount() -> bool:
    mounts = ["unshare", "--mount", "sh", "-c", "mount -t tmpfs none /mnt"]
    try:
        return subprocess.run(mounts, capture_output=True, check=False, timeout=20).returncode == 0
    except OSError:
        return False


@pytest.fixture(scope="module")
def _mounts() -> None:
    """Skip where no disk can be mounted."""
    if not _may_mount():
        pytest.skip("a disk can be mounted by root only")


def run_limited(desk: Desk, size: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command with no file allowed to grow beyond `size` bytes: the system refuses the write."""
    return subprocess.run(
        [sys.executable, "-m", "scraper.cli", "--root", str(desk.root), *arguments],
        env={**os.environ, **desk.environment},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )


def leftovers(root: Path) -> list[str]:
    """Drafts and locks: nothing that begins with a dot belongs into a library or a site."""
    return [path.name for path in root.rglob(".*")]


@pytest.mark.parametrize("size", [0, 200, 1500])
def test_a_scrape_that_cannot_write_on(tmp_path: Path, size: int) -> None:
    """It says why and where in one line, what it wrote is whole, no draft stays; with room, the rest comes."""
    with ReplayServer(daily_papers(), arxiv(), crossref()) as server:
        undisturbed, desk = new_desk(tmp_path / "undisturbed", server), new_desk(tmp_path / "full", server)
        assert undisturbed.run("scrape", "--date", DAY).exit_code == 0
        failed = run_limited(desk, size, "scrape", "--date", DAY)
        assert failed.returncode == 1
        assert "File too large" in failed.stderr
        assert "Traceback" not in failed.stderr
        assert leftovers(desk.root / "content") == []
        assert all(undisturbed.tree()[path] == content for path, content in desk.tree().items())
        assert desk.run("check").exit_code == 0
        assert desk.run("scrape", "--date", DAY).exit_code == 0
        assert desk.tree() == undisturbed.tree()


@pytest.mark.parametrize("size", [0, 3000, 20_000])
def test_a_build_that_cannot_write_on(tmp_path: Path, size: int) -> None:
    """It says why and what to do, and the site that was there is there; with room, the next equals a cold one."""
    desk = Desk(copy_root("library", tmp_path / "library"), {"PAPERSTAND_CACHE": str(tmp_path / "library" / ".cache")})
    assert desk.run("build").exit_code == 0
    edit_all(desk)
    before, library = site(desk.root / "site"), desk.tree()
    failed = run_limited(desk, size, "build")
    assert failed.returncode == 1
    assert re.fullmatch("Error: .*(?:File too large; make room|No usable temporary directory).*\n", failed.stderr)
    assert (site(desk.root / "site"), desk.tree()) == (before, library)
    assert leftovers(desk.root / "site") == []
    assert_mended(desk, before)


def edit_all(desk: Desk) -> None:
    """Give every page another head, and one paper another text."""
    settings = desk.root / "site_config" / "site.yml"
    settings.write_text(re.sub(r"(?m)^name: .*$", "name: Another name", settings.read_text()))
    paper = next(iter(desk.store.content_files("papers")))
    paper.write_text(paper.read_text() + "\nMore words, zebras among them.\n")


def assert_mended(desk: Desk, before: Mapping[str, bytes]) -> None:
    """The next build makes the very site that a cold one does, and not the one before."""
    assert desk.run("build").exit_code == 0
    assert desk.run("build", "--cold", "--site-dir", str(desk.root / "cold")).exit_code == 0
    assert before != site(desk.root / "site") == site(desk.root / "cold")


def site(folder: Path) -> dict[str, bytes]:
    """Every file of a site."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def in_a_namespace(desk: Desk, *steps: str) -> subprocess.CompletedProcess[str]:
    """Shell commands, one after the other, in a namespace whose mounts nobody else sees."""
    script = "\n".join(["set -e", f"cd {shlex.quote(str(desk.root))}", *steps])
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", script],
        env={**os.environ, **desk.environment, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def _scrape(desk: Desk) -> tuple[str, int]:
    del desk
    return f"scrape --date {DAY}", 26


def _import(desk: Desk) -> tuple[str, int]:
    del desk
    pages = DATA / "saved_pages"
    return f"import {pages}/daily-papers-page.txt --list mine --identifiers {pages}/identifiers.tsv", 60


@pytest.mark.usefixtures("_mounts")
@pytest.mark.parametrize("command", [_scrape, _import], ids=["scrape", "import"])
def test_a_full_disk(tmp_path: Path, command: Callable[[Desk], tuple[str, int]]) -> None:
    """A real one: one line says so, the library is whole as far as it goes, and with room the command ends it."""
    with ReplayServer(daily_papers(), arxiv(), crossref()) as server:
        whole, desk = new_desk(tmp_path / "whole", server), new_desk(tmp_path / "full", server)
        words, kilobytes = command(desk)
        assert whole.run(*shlex.split(words)).exit_code == 0
        done = in_a_namespace(
            desk,
            "mkdir -p content",
            f"mount -t tmpfs -o size={kilobytes}k none content",
            f'if {PAPERSTAND} {words}; then echo "not full"; exit 3; fi',
            "find content -name '.*' -type f",
            f"{PAPERSTAND} check >checked 2>&1",
            "mount -o remount,size=8m content",
            f"{PAPERSTAND} {words} >again 2>&1",
            "cp -r content there",
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    (desk.root / "content").rmdir()
    (desk.root / "there").rename(desk.root / "content")
    assert desk.tree() == whole.tree()


@pytest.mark.usefixtures("_mounts")
def test_a_library_that_may_only_be_read(tmp_path: Path) -> None:
    """What writes to it says so in one line and leaves it as it is; what only reads it works, the build included."""
    with ReplayServer(daily_papers(), arxiv(), crossref()) as server:
        desk = new_desk(tmp_path / "library", server)
        copy_root("library", desk.root)
        before = desk.tree()
        done = in_a_namespace(
            desk,
            "mount --bind content content",
            "mount -o remount,bind,ro content",
            *(
                f"if {PAPERSTAND} {words} 2>>said; then exit 3; fi"
                for words in (f"scrape --date {DAY}", _import(desk)[0], "resolve", "refresh 2608.00001")
            ),
            f"{PAPERSTAND} check",
            f"{PAPERSTAND} scrape --date {DAY} --dry-run",
            f"{PAPERSTAND} build --site-dir built",
        )
    assert done.returncode == 0, done.stdout + done.stderr
    said = (desk.root / "said").read_text()
    assert said.count("Read-only file system") == said.count("\n") == 4
    assert (desk.root / "built" / "index.html").is_file()
    assert desk.tree() == before


@pytest.mark.usefixtures("_mounts")
def test_a_cache_that_may_only_be_read(tmp_path: Path) -> None:
    """The scrape does without, and so does the build."""
    with ReplayServer(daily_papers(), arxiv(), crossref()) as server:
        desk = new_desk(tmp_path / "library", server)
        copy_root("library", desk.root)
        shutil.rmtree(desk.root / "content" / "lists")
        done = in_a_namespace(
            desk,
            "mkdir -p .cache",
            "mount --bind .cache .cache",
            "mount -o remount,bind,ro .cache",
            f"{PAPERSTAND} scrape --date {DAY}",
            f"{PAPERSTAND} build --cold",
            f"{PAPERSTAND} build",
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert (desk.root / "site" / "index.html").is_file()


@pytest.mark.usefixtures("_mounts")
@pytest.mark.parametrize("full", ["site", "temporary"])
def test_a_build_on_a_full_disk(tmp_path: Path, full: str) -> None:
    """A real one, for the site or for what MkDocs builds first: the site that was there stays, and room mends all."""
    desk = Desk(copy_root("library", tmp_path / "library"), {"PAPERSTAND_CACHE": str(tmp_path / "library" / ".cache")})
    edited = copy_root("library", tmp_path / "edited")
    edit_all(Desk(edited, {}))
    done = in_a_namespace(
        replace(desk, environment={**desk.environment, "TMPDIR": str(desk.root / "temporary")}),
        "mkdir site temporary",
        "mount -t tmpfs -o size=64m none site",
        "mount -t tmpfs -o size=64m none temporary",
        f"{PAPERSTAND} build",
        "cp -a site before",
        f"cp {edited}/site_config/site.yml site_config/site.yml && cp -r {edited}/content .",
        # Less room than a build needs and more than none.
        f"mount -o remount,size=$(( $(du -sk {full} | cut -f 1) + 40 ))k {full}",
        f'if {PAPERSTAND} build 2>said; then echo "not full"; exit 3; fi',
        "diff -r before site",
        "find site temporary -name '.*'",
        "ls temporary",
        f"mount -o remount,size=64m {full}",
        f"{PAPERSTAND} build",
        f"{PAPERSTAND} build --cold --site-dir cold",
        "diff -r cold site",
        "if diff -rq before site >differs; then exit 4; fi",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line for line in done.stdout.splitlines() if not line.startswith("Built ")] == []
    said = (desk.root / "said").read_text()
    assert re.fullmatch("Error: .*No space left on device; make room and run this again.*\n", said), said


@pytest.mark.usefixtures("_mounts")
def test_a_site_that_may_only_be_read(tmp_path: Path) -> None:
    """The build says so in one line, and what to do."""
    desk = Desk(copy_root("library", tmp_path / "library"), {"PAPERSTAND_CACHE": str(tmp_path / "library" / ".cache")})
    assert desk.run("build").exit_code == 0
    before = site(desk.root / "site")
    edit_all(desk)
    done = in_a_namespace(
        desk,
        "mount --bind site site",
        "mount -o remount,bind,ro site",
        f"if {PAPERSTAND} build 2>said; then exit 3; fi",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = (desk.root / "said").read_text()
    assert re.fullmatch("Error: .*Read-only file system; let this user write there.*\n", said), said
    assert site(desk.root / "site") == before
    assert_mended(desk, before)


def test_a_refresh_that_cannot_write_on(tmp_path: Path) -> None:
    """The paper is as it was, and refreshed when there is room."""
    with ReplayServer(daily_papers(), arxiv(), crossref()) as server:
        desk = new_desk(tmp_path, server)
        desk.store.write_paper(Paper("1605.08386", title="Of old", abstract="Of old."))
        before = desk.tree()
        failed = run_limited(desk, 100, "refresh", "1605.08386")
        assert failed.returncode == 1
        assert "File too large" in failed.stderr
        assert "Traceback" not in failed.stderr
        assert desk.tree() == before
        assert leftovers(desk.root / "content") == []
        assert desk.run("refresh", "1605.08386").exit_code == 0
        assert desk.tree() != before


def test_a_served_site_outlives_a_full_disk(tmp_path: Path) -> None:
    """`mkdocs serve` names what is wrong without a traceback, and the next edit shows when there is room."""
    root = copy_root("library", tmp_path / "library")
    day = root / "content" / "daily" / "2026" / "2026-08-21.md"
    with served(root, "mkdocs") as server:
        resource.prlimit(server.process, resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))
        day.write_text(day.read_text() + "\n" + "Many words. " * 10_000 + "\n")
        eventually(lambda: "File too large" in server.said, 120)
        resource.prlimit(server.process, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        day.write_text(day.read_text().replace("Many words. ", "", 9_000))
        eventually(lambda: "Many words." in server.fetch("daily/2026-08-21/"), 120)
        assert "Traceback" not in server.said


DIGEST = ("digest", "--day", "2026-08-21", "--send")
RECIPIENTS = [f"reader-{number}@example.org" for number in range(5)]


def mailing(tmp_path: Path, port: int) -> Desk:
    """A library whose digests go to a server on loopback, and its record of who was sent what, below `.newsletter`."""
    variables = {
        "PAPERSTAND_SMTP_HOST": "127.0.0.1",
        "PAPERSTAND_SMTP_PORT": str(port),
        "PAPERSTAND_SMTP_TLS": "none",
        "PAPERSTAND_SMTP_FROM": "papers@example.org",
        "PAPERSTAND_SMTP_TO": "\n".join(RECIPIENTS),
    }
    return Desk(copy_root("library", tmp_path / "library"), variables)


def assert_sent_once(desk: Desk, server: MailServer) -> None:
    """With room, the next run sends the rest; nobody gets two, and whoever is in doubt is named."""
    sent = server.recipients
    assert sent == RECIPIENTS[: len(sent)]
    assert len(sent) < len(RECIPIENTS)
    again = desk.run(*DIGEST)
    # A message went out and that it did could not be written down any more.
    in_doubt = [name for name in RECIPIENTS if f"Problem: {name}: an earlier run broke off" in again.output]
    assert again.exit_code == (1 if in_doubt else 0), again.output
    assert len(in_doubt) <= 1
    assert set(sent).issuperset(in_doubt) or in_doubt == [RECIPIENTS[len(sent)]]
    assert sorted({*server.recipients, *in_doubt}) == RECIPIENTS
    assert len(server.recipients) == len(set(server.recipients))


@pytest.mark.parametrize("size", [0, 40, 75, 148, 160, 300, 372])
def test_a_digests_record_that_cannot_grow(tmp_path: Path, start_server: StartServer, size: int) -> None:
    """Before a message that cannot be written down the sending ends: nobody is sent what nobody remembers."""
    server, port = start_server()
    desk = mailing(tmp_path, port)
    failed = run_limited(desk, size, *DIGEST)
    assert failed.returncode == 1
    assert "Traceback" not in failed.stderr
    record = desk.root / ".newsletter" / "sent.jsonl"
    assert record.stat().st_size <= size
    assert record.read_text().count('"sending"') >= len(server.recipients)
    assert re.fullmatch("(?:Problem: .*\n)*Error: .*(?:File too large|No space left on device).*\n", failed.stderr)
    assert_sent_once(desk, server)


@pytest.mark.usefixtures("_mounts")
def test_a_digests_record_on_a_full_disk(tmp_path: Path, start_server: StartServer) -> None:
    """A real one, which is full after a few lines."""
    server, port = start_server()
    desk = mailing(tmp_path, port)
    record = desk.root / ".newsletter" / "sent.jsonl"
    record.parent.mkdir()
    earlier = '{"digest": "2026-08-20", "to": "reader-0@example.org", "state": "sent"}\n'
    # A disk gives room by pages.
    record.write_text(earlier * ((4096 - 250) // len(earlier)))
    done = in_a_namespace(
        desk,
        "mkdir disk && mount -t tmpfs -o size=8k none disk",
        "mv .newsletter/sent.jsonl disk && mount --bind disk .newsletter",
        "dd if=/dev/zero of=disk/other bs=4096 2>/dev/null || true",
        f'if {PAPERSTAND} {shlex.join(DIGEST)} 2>said; then echo "not full"; exit 3; fi',
        "cp disk/sent.jsonl there",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = (desk.root / "said").read_text()
    assert re.fullmatch("Error: .*No space left on device; make room.*\n", said), said
    record.write_bytes((desk.root / "there").read_bytes())
    assert 0 < len(server.recipients) < len(RECIPIENTS)
    assert_sent_once(desk, server)


@pytest.mark.usefixtures("_mounts")
def test_an_upgrade_on_a_full_disk(tmp_path: Path, new_fork: NewFork) -> None:
    """Wherever the room ends, it says so; the fork is as it was or one command away from that, and with room it goes.

    The room grows by a page or two, so that it ends while git fetches, merges, the record is written, the library
    migrates.
    """
    fork, whole = new_fork("fork"), new_fork("whole")
    assert whole.upgrade("v0.2.0").exit_code == 0
    upgrade = f"{PAPERSTAND} upgrade v0.2.0 --from {shlex.quote(str(fork.upstream))}"
    script = f"""
        mkdir disk && mount -t tmpfs -o size=256m none disk && cp -a fork/. disk && cd disk
        for room in $(seq 4 8 400); do
            used=$(df --output=used -k . | tail -n 1)
            mount -o remount,size=$((used + room))k "$PWD"
            if {upgrade} >../said 2>&1; then break; fi
            cat ../said >>../all
            mount -o remount,size=256m "$PWD"
            if [ -n "$(git status --porcelain)" ]; then
                sh -c "$(sed -n 's/.*back to how it was[^`]*`\\(.*\\)`$/\\1/Ip' ../said)" >>../backs
            fi
            test -z "$(git status --porcelain --ignored)" || {{ git status --porcelain --ignored; exit 4; }}
            diff -r --exclude=.git . ../fork || exit 5
            echo failed >>../failed
        done
        mount -o remount,size=256m "$PWD"
        diff -r --exclude=.git --exclude=__pycache__ . ../whole
    """
    done = in_a_namespace(Desk(tmp_path, {}), script)
    assert done.returncode == 0, done.stdout + done.stderr
    said = (tmp_path / "all").read_text()
    assert "Traceback" not in said
    assert (tmp_path / "failed").read_text().count("failed") > 3
    assert said.count("Error: ") >= (tmp_path / "failed").read_text().count("failed")
