"""The subscribe page and the box at home: what is configured and nothing else, honest about who keeps what."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl

import pytest
from markupsafe import escape
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from scraper import settings
from scraper.settings import Mail, Settings
from scraper.store import ContentStore
from site_config.catalog import Catalog
from site_config.edition import Edition
from site_config.pages import days, subscribe
from site_config.plugin import build
from tests.browser import Serve
from tests.site_config.conftest import LIBRARIES, copy_root
from tests.site_config.test_accessibility import AXE

ROOT = LIBRARIES / "library"
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
MAIL = Mail("<b>Post</b> & Co", 'https://mail.example/form?l=1&l=2&tag="><script>', "https://mail.example/off")


def made(**changes: object) -> tuple[str, str]:
    """The subscribe page and the home page with these settings."""
    site: Settings = replace(settings.load(ROOT), **changes)  # type: ignore[arg-type] # whichever keys a test changes
    edition = Edition(Catalog.of(ContentStore(ROOT).load(), site), site)
    (page,) = subscribe.pages(edition)
    return str(escape(page.content.body)), str(escape(days.home(edition).content.body))


def test_what_is_not_configured_is_absent() -> None:
    """Without a mail provider and a repository on GitHub there is no form and no word of either: feeds remain."""
    for body in made(mail=None, repository="https://codeberg.org/a/b"):
        assert "<form" not in body
        assert "GitHub</h2>" not in body
        assert "releases" not in body.lower()
        assert "keeps your address" not in body
        assert 'feed.xml"' in body


def test_the_form_is_the_providers(small_site: Path) -> None:
    """The form posts to the provider's address, in a new tab; what stands behind its ? goes along as hidden fields."""
    for body in made(mail=MAIL):
        (form,) = re.findall(r"<form[^>]*>.*?</form>", body)
        assert 'method=post action="https://mail.example/form" target=_blank' in form
        hidden = re.findall(r'<input type=hidden name="([^"]*)" value="([^"]*)">', form)
        assert [(name, unescape(value)) for name, value in hidden] == [("l", "1"), ("l", "2"), ("tag", '"><script>')]
        assert form.count("<label for=") == 1
        assert "&lt;b&gt;Post&lt;/b&gt; &amp; Co</bdi> keeps your address" in form
        assert "Each mail has a link to unsubscribe" in form
        assert "<script" not in form
    assert "link to unsubscribe" not in made(mail=replace(MAIL, unsubscribe=""), repository="")[0]
    assert "Subscribe</a>" in (small_site / "404.html").read_text()


def test_every_feed_that_is_named_is_there(small_site: Path) -> None:
    """The page's feeds, pages and OPML file exist; topics and trending are among them, in both formats."""
    page = (small_site / "subscribe" / "index.html").read_text()
    links = [unescape(link) for link in re.findall(r'href="(\.\./[^"#?]*)"', page)]
    assert {"../feed.xml", "../days.json", "../weeks.xml", "../topics/agents/feed.json", "../opml.xml"} <= set(links)
    for link in links:
        target = (small_site / "subscribe" / link).resolve()
        assert (target / "index.html" if link.endswith("/") else target).is_file(), link


class _Provider(BaseHTTPRequestHandler):
    """A mail provider's form handler."""

    asked: list[tuple[str, str, list[tuple[str, str]]]]

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.asked.append((self.command, self.path, parse_qsl(body, keep_blank_values=True)))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<title>Thank you</title>")

    do_GET = do_POST = answer  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def provider() -> Iterator[tuple[str, list[tuple[str, str, list[tuple[str, str]]]]]]:
    """A provider on loopback: its address, and what it was asked."""
    asked: list[tuple[str, str, list[tuple[str, str]]]] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Provider", (_Provider,), {"asked": asked}))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def violations(tab: Tab, scheme: Literal["light", "dark"]) -> list[str]:
    """What axe-core finds, in the light or the dark colours."""
    tab.emulate_media(color_scheme=scheme)
    found: list[str] = tab.evaluate(
        "async () => (await axe.run(document, { preload: false })).violations"
        ".flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html}`))"
    )
    return found


def test_a_reader_subscribes(
    provider: tuple[str, list[tuple[str, str, list[tuple[str, str]]]]], tmp_path: Path, serve: Serve, page: Tab
) -> None:
    """The provider is asked for nothing until the button is pressed, then gets the address and the hidden fields.

    The page's Content-Security-Policy lets the form go there. An address that is none is not sent. axe-core finds
    nothing to say about the form, on a phone and on a wide screen, light and dark.
    """
    address, asked = provider
    root = copy_root("library", tmp_path / "library")
    site = root / "site_config" / "site.yml"
    site.write_text(f"{site.read_text()}mail: {{provider: Post, form: '{address}/form?l=7'}}\n")
    base = serve(build(root))
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    for path, width in (("", 1200), ("subscribe/", 390)):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(base + path)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        assert [finding for scheme in SCHEMES for finding in violations(page, scheme)] == []
        field = page.get_by_label("E-mail address")
        field.fill("no address")
        page.get_by_role("button", name="Subscribe").click()
        assert asked == []
        field.fill("reader@example.org")
        with page.expect_popup() as popup:
            page.get_by_role("button", name="Subscribe").click()
        expect(popup.value).to_have_title("Thank you")
        posts = [(path, fields) for method, path, fields in asked if method == "POST"]
        assert posts == [("/form", [("l", "7"), ("email", "reader@example.org")])]
        popup.value.close()
        asked.clear()
    assert complaints == []
