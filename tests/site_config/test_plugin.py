"""The site as it is built: by MkDocs, by ProperDocs, by `paperstand build` and while it is served."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import pytest

from scraper.errors import PaperstandError
from site_config.plugin import build
from tests.site_config.conftest import MakeRoot

BIN = Path(sys.executable).parent
GENERATOR = re.compile(r'<meta name=generator content="[^"]*">')


def run(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run one of the installed commands in a root."""
    return subprocess.run(
        [BIN / command[0], *command[1:]], cwd=root, capture_output=True, text=True, timeout=120, check=False
    )


def tree(site: Path) -> dict[str, bytes]:
    """Every file of a site, without the generator's name."""
    return {
        path.relative_to(site).as_posix(): (
            GENERATOR.sub("", path.read_text(encoding="utf-8")).encode()
            if path.suffix == ".html"
            else path.read_bytes()
        )
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }


def test_an_empty_library_says_so_where_one_searches(make_root: MakeRoot, small_site: Path) -> None:
    """The search button of its pages is marked; that of a library with papers is not."""
    root = make_root("library")
    for folder in ("papers", "daily", "lists"):
        shutil.rmtree(root / "content" / folder)
    assert " data-search-empty" in (build(root) / "archive" / "index.html").read_text(encoding="utf-8")
    assert " data-search-empty" not in (small_site / "archive" / "index.html").read_text(encoding="utf-8")


def test_every_way_to_build_gives_the_same_site(make_root: MakeRoot) -> None:
    """`mkdocs build`, `properdocs build` and `paperstand build`: the same files, but for the generator's name."""
    root = make_root("library")
    for command in (
        ["mkdocs", "build", "--strict", "--site-dir", "by-mkdocs"],
        ["properdocs", "build", "--strict", "--config-file", "mkdocs.yml", "--site-dir", "by-properdocs"],
        ["paperstand", "build", "--site-dir", "by-paperstand"],
    ):
        result = run(root, *command)
        assert result.returncode == 0, result.stderr
    expected = tree(root / "by-mkdocs")
    assert len(expected) > 40
    assert tree(root / "by-properdocs") == expected
    assert tree(root / "by-paperstand") == expected


def test_a_site_has_a_page_for_everything(small_site: Path) -> None:
    """Every kind of page is at its address, and Material's own scripts are not shipped."""
    files = tree(small_site)
    for path in (
        "index.html",
        "404.html",
        "about/index.html",
        "archive/index.html",
        "lists/index.html",
        "lists/object-centric-rl/index.html",
        "daily/2026-08-20/index.html",
        "weekly/2026-W34/index.html",
        "monthly/2026-08/index.html",
        "trending/index.html",
        "trending/30-days/index.html",
        "stats/index.html",
        "daily/2026-08-22/index.html",
        "papers/2509.19301/index.html",
        "papers/an-earlier-slug/index.html",
        "papers/cs/0112017/index.html",
        "papers/doi/10.1016/0370-2693~2892~2990710-l/index.html",
        "sitemap.xml",
        "search-index/entry.json",
        "assets/style.css",
    ):
        assert path in files
    assert not [path for path in files if "lunr" in path or "bundle" in path or path.endswith((".map", "xml.gz"))]


def test_no_link_of_the_site_is_broken(small_site: Path) -> None:
    """Every relative address on every page leads to a file, and every one with a fragment to an element."""
    for page in small_site.rglob("*.html"):
        if page.name == "404.html":
            continue
        text = page.read_text(encoding="utf-8")
        for quoted, bare in re.findall(r'\b(?:href|src)=(?:"([^"]*)"|([^\s">]+))', text):
            address = quoted or bare
            path, _, fragment = address.partition("#")
            if re.match("[a-z]+:", address):
                continue
            target = (page.parent / path).resolve() if path else page
            target = target / "index.html" if target.is_dir() else target
            assert target.is_file(), f"{page}: {address}"
            assert not fragment or re.search(rf'id="?{re.escape(fragment)}[" >]', target.read_text(encoding="utf-8")), (
                f"{page}: {address}"
            )


def test_pages_ask_no_third_party_and_hold_no_inline_script_or_style(small_site: Path) -> None:
    """Every script, style, font and image is the site's own: a strict Content-Security-Policy can forbid the rest."""
    for page in small_site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.search(r'<(?:script|img|iframe|source)[^>]*(?:src|srcset)="?(?:[a-z]+:)?//', text), page
        assert not re.search(
            r'<link[^>]*rel="?(?:stylesheet|icon|preconnect|preload)\b[^>]*href="?(?:[a-z]+:)?//', text
        ), page
        # A block of JSON-LD is data, which no browser runs.
        text = re.sub(r"<script type=application/ld\+json>[^<]*</script>", "", text)
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", text), page
    for style in small_site.rglob("assets/paperstand/*.css"):
        assert "@import" not in style.read_text(encoding="utf-8")
        assert not re.search(r"url\(.?https?:", style.read_text(encoding="utf-8"))


def test_the_navigation_says_where_one_is(small_site: Path) -> None:
    """The page's own entry on a hub, the section's on a page below it, none on a paper."""

    def current(path: str) -> list[tuple[str, str]]:
        text = (small_site / path / "index.html").read_text(encoding="utf-8")
        navigation = re.search(r"<nav class=nav.*?</nav>", text, re.DOTALL)
        assert navigation
        return re.findall(r"aria-current=(\w+)>(\w+)", navigation[0])

    assert current("") == [("page", "Today")]
    assert current("archive") == [("page", "Archive")]
    assert current("about") == [("page", "About")]
    assert current("daily/2026-08-20") == [("true", "Archive")]
    assert current("lists/object-centric-rl") == [("true", "Lists")]
    # Whose header a script completes says where it belongs, if anywhere.
    assert "<ps-header></ps-header>" in (small_site / "papers/2509.19301/index.html").read_text(encoding="utf-8")


def test_settings_reach_the_pages(make_root: MakeRoot) -> None:
    """Name, address, repository and colours come from site.yml and not from mkdocs.yml."""
    root = make_root("library")
    (root / "site_config" / "site.yml").write_text(
        "name: My stand\nurl: https://stand.example/sub\nrepository: https://github.com/me/stand\n"
        "theme: {primary: deep purple, accent: teal}\n",
        encoding="utf-8",
    )
    build(root)
    for page in ("index.html", "daily/2026-08-20/index.html", "about/index.html", "404.html"):
        text = (root / "site" / page).read_text(encoding="utf-8")
        assert "My stand</title>" in text or "<title>My stand" in text
        assert "https://github.com/me/stand" in text
    day = (root / "site" / "daily" / "2026-08-20" / "index.html").read_text(encoding="utf-8")
    assert '<link rel=canonical href="https://stand.example/sub/daily/2026-08-20/">' in day
    styles = (root / "site" / "assets" / "style.css").read_text(encoding="utf-8")
    assert ":root{--md-primary-fg-color:#7e56c2" in styles
    assert ":root{--md-accent-fg-color:#00bda4" in styles
    assert "href=/sub/assets/style.css>" in (root / "site" / "404.html").read_text(encoding="utf-8")


def test_an_excluded_paper_is_in_no_file_of_the_site(make_root: MakeRoot) -> None:
    """Neither its identifier nor its title is anywhere, the search index and the sitemap included."""
    root = make_root("library")
    paper = next((root / "content" / "papers" / "2608").glob("*.md"))
    title = re.search("title: (.*)", paper.read_text(encoding="utf-8"))
    assert title
    settings = root / "site_config" / "site.yml"
    settings.write_text(settings.read_text(encoding="utf-8") + f"exclude: ['{paper.stem}']\n", encoding="utf-8")
    build(root)
    said = {path: text for path, text in tree(root / "site").items() if path.endswith((".html", ".xml", ".json"))}
    assert not [path for path, text in said.items() if paper.stem.encode() in text]
    assert not [path for path, text in said.items() if title[1].strip("'\"").encode() in text]
    assert not (root / "site" / "papers" / paper.stem).exists()


def test_problems_of_the_library_stop_the_build_and_are_all_named(make_root: MakeRoot) -> None:
    """With path, line and message, whoever builds."""
    root = make_root("library")
    day = root / "content" / "daily" / "2026" / "2026-08-21.md"
    day.write_text(day.read_text(encoding="utf-8").replace("upvotes: ", "upvotes: many"), encoding="utf-8")
    (root / "content" / "papers" / "2608" / "2608.99999.md").write_text("---\ntitle: [\n---\n", encoding="utf-8")
    for command in (
        ["mkdocs", "build"],
        ["properdocs", "build", "--config-file", "mkdocs.yml"],
        ["paperstand", "build"],
    ):
        result = run(root, *command)
        assert result.returncode == 1
        assert "content/daily/2026/2026-08-21.md:5: " in result.stderr
        assert "content/papers/2608/2608.99999.md:" in result.stderr
        assert "Traceback" not in result.stderr


def test_a_broken_link_in_an_ordinary_page_stops_the_build(make_root: MakeRoot) -> None:
    """`paperstand build` is strict, and says which page has the link."""
    root = make_root("library")
    with (root / "content" / "pages" / "about.md").open("a", encoding="utf-8") as page:
        page.write("\n[x](nowhere.md)\n")
    with pytest.raises(PaperstandError, match=r"'about\.md' contains a link 'nowhere\.md'"):
        build(root)


def test_a_problem_in_the_settings_stops_the_build(make_root: MakeRoot) -> None:
    """With its line."""
    root = make_root("library")
    (root / "site_config" / "site.yml").write_text("name: x\ncolour: red\n", encoding="utf-8")
    result = run(root, "mkdocs", "build")
    assert result.returncode == 1
    assert "site_config/site.yml:2: " in result.stderr


def test_a_build_of_the_same_content_gives_the_same_bytes(make_root: MakeRoot, small_site: Path) -> None:
    """Nothing published depends on the clock, on the folder or on the order of a directory."""
    root = make_root("library")
    build(root)
    assert tree(root / "site") == tree(small_site)


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Served:
    """A site under a builder's `serve`, and the builder's process."""

    process: int
    port: int
    log: Path

    def __call__(self, path: str) -> str:
        """What is served there."""
        return self.fetch(path)

    def fetch(self, path: str) -> str:
        """What is served there."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{path}", timeout=20) as answer:
            return str(answer.read().decode())

    @property
    def said(self) -> str:
        """What the builder said."""
        return self.log.read_text()


@contextmanager
def served(root: Path, *command: str, end: signal.Signals = signal.SIGTERM) -> Iterator[Served]:
    """A root under a builder's `serve`.

    Asked to end as editors and systems ask, it leaves no temporary folder, neither ours nor the builder's.
    """
    port, temporary = free_port(), root / "temporary"
    temporary.mkdir()
    with (root / "log").open("w") as log:
        server = subprocess.Popen(
            [BIN / command[0], "serve", *command[1:], "--dev-addr", f"127.0.0.1:{port}"],
            cwd=root,
            stdout=log,
            stderr=log,
            env=os.environ | {"PYTHONUNBUFFERED": "1", "TMPDIR": str(temporary)},
        )
        try:
            eventually(lambda: "Serving on" in (root / "log").read_text())
            yield Served(server.pid, port, root / "log")
        finally:
            server.send_signal(end)
            server.wait(60)
    assert end is signal.SIGKILL or [path.name for path in temporary.iterdir()] == []


def eventually(holds: Callable[[], bool], seconds: float = 40) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if holds():
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


def is_missing(fetch: Callable[[str], str], path: str) -> bool:
    """Whether the server knows no such page."""
    try:
        fetch(path)
    except urllib.error.HTTPError as error:
        return error.code == HTTPStatus.NOT_FOUND
    return False


def test_a_served_site_shows_an_edit_of_the_content(make_root: MakeRoot) -> None:
    """A changed title and a new note appear without a restart, and a paper that goes takes its page along.

    The search index is made once and stays. So are related papers, of which none leads to a paper that is gone.
    """
    root = make_root("library")
    day = root / "content" / "daily" / "2026" / "2026-08-21.md"
    paper = next((root / "content" / "papers" / "2608").glob("*.md"))
    with served(root, "mkdocs") as fetch:
        assert '<link rel=canonical href="http://127.0.0.1:' in fetch("")
        # MkDocs' live reload is a script in the page, which the policy of the published one would stop.
        assert "Content-Security-Policy" not in fetch("")
        index = fetch("search-index/entry.json")
        day.write_text(day.read_text(encoding="utf-8") + "\nA note of *this* morning.\n", encoding="utf-8")
        eventually(lambda: "A note of <em>this</em> morning." in fetch("daily/2026-08-21/"))
        assert fetch("search-index/entry.json") == index
        paper.write_text(
            re.sub("title: .*", "title: An edited title", paper.read_text(encoding="utf-8")), encoding="utf-8"
        )
        eventually(lambda: "An edited title" in fetch(f"papers/{paper.stem}/"))
        assert fetch("search-index/entry.json") == index
        others = [path.stem for path in paper.parent.glob("*.md") if path != paper]

        def relating() -> list[str]:
            return [other for other in others if f"../{paper.stem}/>An edited title" in fetch(f"papers/{other}/")]

        assert relating()
        paper.unlink()
        eventually(lambda: is_missing(fetch, f"papers/{paper.stem}/"))
        assert not relating()
        assert "A note of <em>this</em> morning." in fetch("daily/2026-08-21/")
        builds = (root / "log").read_text().count("Documentation built")
        time.sleep(2)
        assert (root / "log").read_text().count("Documentation built") == builds <= 5, "building is no reason to build"


def test_a_served_site_outlives_a_mistake(make_root: MakeRoot) -> None:
    """The mistake is named, and mending it shows without a restart (until then MkDocs lets the browser wait)."""
    root = make_root("library")
    day = root / "content" / "daily" / "2026" / "2026-08-21.md"
    right = day.read_text(encoding="utf-8")
    with served(root, "mkdocs") as fetch:
        day.write_text(right.replace("papers:", "papers: ["), encoding="utf-8")
        eventually(lambda: "content/daily/2026/2026-08-21.md:" in (root / "log").read_text())
        day.write_text(right.replace("title: 21 August 2026", "title: Mended"), encoding="utf-8")
        eventually(lambda: "Mended" in fetch("daily/2026-08-21/"))


def test_what_a_killed_server_left_goes_with_the_next_build(
    make_root: MakeRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both folders: the one with the site that was kept, and the one in which MkDocs built."""
    root = make_root("library")
    temporary = root / "temporary"
    with served(root, "mkdocs", end=signal.SIGKILL):
        pass
    assert len([*temporary.iterdir()]) == 2
    for folder in temporary.glob("paperstand-*"):
        os.utime(folder, (1, 1))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    build(root)
    assert [path.name for path in temporary.iterdir()] == []
