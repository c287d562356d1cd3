"""A digest in all its forms: readable everywhere, small enough, and without a way for a title to be more than text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Literal

import pytest
from markdown import Markdown
from markupsafe import Markup
from playwright.sync_api import Browser

from scraper import settings
from scraper.errors import ContentError
from scraper.settings import Mail
from scraper.store.shelf import Shelf
from site_config.edition import Edition
from site_config.newsletter import Digest, Envelope, message, of_day, of_trending, of_week, written
from site_config.newsletter.digest import Mention
from site_config.newsletter.headers import field, mailbox, text
from site_config.newsletter.letter import LARGEST, markdown
from tests.browser import Serve
from tests.site_config.newsletter.conftest import DATA, edition_of, parsed

FRIDAY = date(2026, 8, 21)
HOSTILE_TITLES = [
    "Two\nBcc: everybody@example.org",
    "Two\r\n\r\n<script>window.hacked = 1</script>",
    "=?utf-8?q?Bcc=3A_everybody=40example=2Eorg?=",
    "\u202egnp.exe\u2028X-Field: 1",
    'Sch\u00f6n, "quoted" <everybody@example.org>, and more ' + "w\u00f6rds " * 40,
    "\U0001f600" * 90,
]


def friday(edition: Edition) -> Digest:
    """The digest of a day of five papers."""
    day = edition.catalog.day(FRIDAY)
    assert day
    return of_day(edition, day)


def parts(content: bytes) -> tuple[EmailMessage, str, str]:
    """A message, its text and its HTML."""
    read = parsed(content)
    plain, html = read.get_body(("plain",)), read.get_body(("html",))
    assert plain
    assert html
    assert not read.defects
    return read, plain.get_content(), html.get_content()


def test_a_day_in_every_form(edition: Edition) -> None:
    """Each form names every paper of the day, its page, its authors and its votes, and the day's own page."""
    digest = friday(edition)
    files = written(digest, edition.settings, Envelope())
    assert set(files) == {".html", ".txt", ".md", ".eml"}
    _, plain, html = parts(files[".eml"])
    assert plain.splitlines() == files[".txt"].decode().splitlines()
    assert html.splitlines() == files[".html"].decode().splitlines()
    page = Markdown().convert(files[".md"].decode())
    for form in (html, plain, page):
        for mention in digest.mentions:
            assert mention.address.startswith("https://example.org/papers/papers/26")
            assert mention.address in form
            assert f"{mention.upvotes}" in form
        assert "https://example.org/papers/daily/2026-08-21/" in form
        assert "Awakening" in form
        assert "Chengsong Huang" in form
    assert len(digest.mentions) == digest.papers == 5


def test_the_editors_note_comes_along(edition: Edition) -> None:
    """A day's note stands in each form; its links are absolute."""
    day = edition.catalog.day(date(2026, 8, 20))
    assert day
    digest = of_day(edition, replace(day, note="A **strong** day; see [that list](../../lists/object-centric-rl.md)."))
    files = {ending: content.decode() for ending, content in written(digest, edition.settings, Envelope()).items()}
    assert "A strong day; see that list." in files[".txt"]
    assert "A strong day; see that list." in files[".md"]
    assert (
        '<strong>strong</strong> day; see <a href="https://example.org/papers/lists/object-centric-rl/">'
        in files[".html"]
    )


def test_a_long_note_is_cut_to_its_words(edition: Edition) -> None:
    """Mail programs show so much of a message: of a note like an article its beginning comes along, as plain text."""
    day = edition.catalog.day(FRIDAY)
    assert day
    digest = of_day(edition, replace(day, note="A **strong** [word](https://a.example/) & more. " * 200))
    html = written(digest, edition.settings, Envelope())[".html"].decode()
    assert "A strong word &amp; more. A strong word" in html
    assert "<strong>strong" not in html
    assert 50 < html.count("A strong word") < 100


def test_a_week_and_trending(edition: Edition) -> None:
    """A week's digest has its papers best received first, trending's those of its page in that order."""
    week = next(week for week in edition.weeks if week.name == "2026-W34")
    digest = of_week(edition, week)
    assert (digest.name, digest.title, digest.kicker) == ("2026-W34", "Week 34 of 2026", "17 to 23 August 2026")
    upvotes = [mention.upvotes or 0 for mention in digest.mentions]
    assert upvotes == sorted(upvotes, reverse=True)
    assert digest.papers == len(week.papers) == 11
    trending = of_trending(edition, edition.trending[0])
    assert trending.name == "trending-2026-08-21"
    assert trending.address == "https://example.org/papers/trending/"
    titles = [edition.catalog.papers[trend.id].title for trend in edition.trending[0].papers]
    assert [mention.title for mention in trending.mentions] == titles[: len(trending.mentions)]


def test_a_topic_has_digests_of_its_own(edition: Edition) -> None:
    """A topic's digest has the topic's papers alone, another name, another list, and leads to the topic's page."""
    week = next(week for week in edition.weeks if week.name == "2026-W34")
    agents = next(topic for topic in edition.topics if topic.slug == "agents")
    digest = of_week(edition, week, agents)
    assert 0 < digest.papers < len(week.papers)
    assert digest.name == "2026-W34-agents"
    assert digest.title == "Agents: Week 34 of 2026"
    assert digest.address == "https://example.org/papers/topics/agents/"
    assert b"<weekly-agents.papers.example.org>" in message(digest, edition.settings, Envelope())


def test_excluded_and_withdrawn_papers(edition: Edition) -> None:
    """A paper under `exclude` is in no form; a withdrawn one says so."""
    digest = friday(edition_of(DATA / "library", exclude=frozenset({"2608.19880"})))
    files = written(digest, edition.settings, Envelope())
    assert digest.papers == 4
    assert all(b"2608.19880" not in content for content in files.values())
    gone = replace(digest, mentions=(replace(digest.mentions[0], withdrawn=True),))
    for ending in (".txt", ".md", ".html"):
        assert b"Withdrawn" in written(gone, edition.settings, Envelope())[ending]


def test_tex_is_text(edition: Edition) -> None:
    """No mail shows MathML: formulas are text, and markup in a title is shown, never obeyed."""
    day = edition.catalog.day(FRIDAY)
    assert day
    papers = dict(edition.catalog.papers)
    papers["2608.19880"] = replace(papers["2608.19880"], title=r"$\alpha$-<b>Search</b> & {\em more}")
    changed = Edition(replace(edition.catalog, papers=Shelf.of(papers)), edition.settings)
    _, plain, html = parts(message(friday(changed), edition.settings, Envelope()))
    assert "α-<b>Search</b> & more" in plain
    assert "α-&lt;b&gt;Search&lt;/b&gt; &amp; more" in html
    assert "<math" not in html


def test_the_same_digest_is_the_same_bytes(edition: Edition) -> None:
    """Files depend on the library alone: the date is the digest's day, the Message-ID comes from what is said."""
    first, again = (written(friday(edition_of(DATA / "library")), edition.settings, Envelope()) for _ in range(2))
    assert first == again
    read = parsed(first[".eml"])
    assert parsedate_to_datetime(read["Date"]) == datetime(2026, 8, 21, 12, tzinfo=UTC)
    other = replace(friday(edition), about="6 papers")
    assert parsed(message(other, edition.settings, Envelope()))["Message-ID"] != read["Message-ID"]
    to_one = parsed(message(friday(edition), edition.settings, Envelope(recipient="a@example.org")))
    assert to_one["Message-ID"] != read["Message-ID"]
    assert to_one["To"] == "a@example.org"


def test_what_a_message_says_of_itself(edition: Edition) -> None:
    """Its list has a name, nobody's answering machine answers it, and its subject names the site and a paper."""
    read = parsed(message(friday(edition), edition.settings, Envelope("papers@example.org", "A, name")))
    assert read["From"].addresses[0].addr_spec == "papers@example.org"
    assert read["From"].addresses[0].display_name == "A, name"
    assert read["Subject"].startswith("A small library, 21 August 2026: EnvHarness")
    assert read["List-Id"] == "A small library <daily.papers.example.org>"
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["Message-ID"].endswith("@example.org>")
    assert read["List-Unsubscribe"] is None
    assert read.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize(
    ("configured", "expected", "one_click"),
    [
        ("mailto:papers@example.org?subject=stop", "<mailto:papers@example.org?subject=stop>", False),
        ("https://example.org/off", "<https://example.org/off>", False),
        ("https://example.org/off?who={address}", "<https://example.org/off?who=a%2Bb%40example.org>", True),
        ("http://example.org/off?who={address}", "<http://example.org/off?who=a%2Bb%40example.org>", False),
        (f"https://example.org/{'long/' * 40}", f"<https://example.org/{'long/' * 40}>", False),
        ("{{ UnsubscribeURL }}", "<{{ UnsubscribeURL }}>", False),
    ],
)
def test_unsubscribing(edition: Edition, configured: str, expected: str, one_click: bool) -> None:
    """The address stands in the header as it is, however long, and in both parts.

    One request is said to be enough (RFC 8058) only for an https address that says who wants to be taken off.
    """
    site = replace(edition.settings, mail=Mail("Ours", "https://example.org/form", configured))
    content = message(friday(edition), site, Envelope("papers@example.org", recipient="a+b@example.org"))
    read, plain, html = parts(content)
    assert re.sub(rb"\r\n ", b" ", content).count(b"List-Unsubscribe: " + expected.encode() + b"\r\n") == 1
    assert read["List-Unsubscribe-Post"] == ("List-Unsubscribe=One-Click" if one_click else None)
    assert f"Unsubscribe: {expected[1:-1]}" in plain
    assert f'href="{expected[1:-1]}"' in html


@pytest.mark.parametrize("title", HOSTILE_TITLES)
def test_no_title_becomes_a_field(edition: Edition, title: str) -> None:
    """Whatever the site, the day and its first paper are called, a message has the fields that it has, and one body."""
    day = edition.catalog.day(FRIDAY)
    assert day
    papers = dict(edition.catalog.papers)
    papers["2608.19880"] = replace(papers["2608.19880"], title=title)
    catalog = replace(edition.catalog, papers=Shelf.of(papers))
    site = replace(edition.settings, name=title)
    plain_one = parsed(message(friday(edition), edition.settings, Envelope()))
    content = message(of_day(Edition(catalog, site), replace(day, title=title)), site, Envelope())
    read, _, html = parts(content)
    assert read.keys() == plain_one.keys()
    assert read["From"].addresses[0].addr_spec == "digest@site.invalid"
    assert len(read["From"].addresses) == 1
    assert "<script" not in html
    assert max(map(len, content.split(b"\r\n"))) <= 78
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert "\u202e" not in str(make_header(decode_header(read["Subject"])))


@pytest.mark.parametrize("value", ["a\nBcc: b@example.org", "a\r\nb", "a\x00b", "é", "a\u2028b"])
def test_a_field_refuses_what_could_end_it(value: str) -> None:
    """The last door: a value with a line's end, a control character or a letter beyond ASCII is not written."""
    with pytest.raises(ValueError, match="cannot be"):
        field("Subject", value)


@pytest.mark.parametrize("words", ["a\nBcc: b@example.org", "é\r\nBcc: b@example.org", "é\x00", "é\u202e"])
def test_words_that_cannot_be_shown_are_no_subject(words: str) -> None:
    """Not even as encoded words, which a mail program would decode."""
    with pytest.raises(ValueError, match="cannot hold"):
        text(words)


@pytest.mark.parametrize("words", ["Plain words " * 12, "Ünï 漢字 " * 14, "=?utf-8?q?x?= trick", "𝔸" * 70, "a  b é  c"])
def test_a_subject_is_read_as_it_was_written(words: str) -> None:
    """Encoded words of at most 75 characters give the text back, and what only looks like one stays as it is."""
    written_field = field("Subject", text(words.strip()))
    assert parsed(f"{written_field}\r\n".encode())["Subject"] == words.strip()
    assert all(len(word) <= 75 for word in written_field.split())


@pytest.mark.parametrize(
    "name", ["Plain", "A, B <c@d.example>", 'With "quotes" and \\', "Pépère, stand <x@y>", "=?utf-8?q?x?="]
)
def test_a_name_is_one_mailbox(name: str) -> None:
    """A sender's name with commas, quotation marks or accents is a name, and its address the only one."""
    (address,) = parsed(f"{field('From', mailbox(name, 'a@b.example'))}\r\n".encode())["From"].addresses
    assert (address.display_name, address.addr_spec) == (name, "a@b.example")


def crowded(edition: Edition, mention: Callable[[Mention], Mention]) -> Digest:
    """A day of fifty papers."""
    digest = friday(edition)
    return replace(digest, mentions=tuple(map(mention, (digest.mentions * 10)[:50])), papers=80)


@pytest.mark.parametrize("excerpt", ["漢字" * 150, "word & <tag> " * 23, "é" * 300])
def test_a_message_stays_below_gmails_limit(edition: Edition, excerpt: str) -> None:
    """Papers are left out until it fits, and a link says how many there are."""
    digest = crowded(edition, lambda mention: replace(mention, excerpt=excerpt))
    content = message(digest, edition.settings, Envelope())
    _, plain, html = parts(content)
    shown = len(re.findall(r"^\d+\. ", plain, re.MULTILINE))
    assert 0.8 * LARGEST < len(content) <= LARGEST
    assert 0 < shown < 50
    assert html.count("<h2") == shown
    for form in (plain, html):
        assert f"and {80 - shown} more" in form
    assert html.count(digest.address) == 2


def test_nearly_a_whole_day_fits(edition: Edition) -> None:
    """Of fifty papers like the real ones, the most that a day has, at least thirty-five have room."""
    _, plain, _ = parts(message(crowded(edition, lambda mention: mention), edition.settings, Envelope()))
    assert len(re.findall(r"^\d+\. ", plain, re.MULTILINE)) >= 35


class _Addresses(HTMLParser):
    """Everything in a page that a mail program might load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in {"img", "script", "iframe", "link", "object", "embed", "video", "audio", "source", "base", "form"}:
            self.loaded.append(tag)
        self.loaded += [name for name in values if name in {"src", "srcset", "background"} or name.startswith("on")]
        if "url(" in (values.get("style") or ""):
            self.loaded.append("style")
        if tag == "a":
            self.links.append(values["href"] or "")


def test_nothing_is_loaded(edition: Edition) -> None:
    """No picture, style sheet or script, from anywhere; every link is absolute."""
    _, _, html = parts(message(friday(edition), edition.settings, Envelope()))
    found = _Addresses()
    found.feed(html)
    assert found.loaded == []
    assert "@import" not in html
    assert "url(" not in html
    assert len(found.links) > 10
    assert all(link.startswith("https://") for link in found.links)


def test_the_release_calls_nobody(edition: Edition) -> None:
    """In a release, names with an @ are nobody's, numbers with a # are no issues, and markup is text."""
    mention = Mention("@octocat fixes #12 <b>*now*</b> [x](y) $z$ `c`", "https://example.org/a(b) c", by="@org/team")
    release = markdown(replace(friday(edition), mentions=(mention,), note=Markup("<p>@editor</p>")))
    assert not re.search(r"[@#]\w", release)
    page = Markdown().convert(
        re.sub(r"\\(?=[<>@$])", "", release).replace("<b>", "&lt;b&gt;").replace("</b>", "&lt;/b&gt;")
    )
    assert "*now*" in page
    assert "[x](y)" in page
    assert 'href="https://example.org/a%28b%29%20c"' in page


def test_a_day_without_papers(edition: Edition) -> None:
    """A weekend's digest is empty, and says whose it is."""
    day = edition.catalog.day(date(2026, 8, 22))
    assert day
    digest = of_day(edition, day)
    assert (digest.papers, digest.mentions, digest.subject) == (0, (), "A small library, 22 August 2026")


def test_unsubscribing_is_an_address_or_a_placeholder() -> None:
    """site.yml is told about an `unsubscribe` that mail programs could not follow, with its line."""
    start = "name: A\nmail:\n  provider: B\n  form: https://example.org/f\n  unsubscribe: "
    for right in ("mailto:a@example.org", "https://example.org/{address}", "'{{ UnsubscribeURL }}'"):
        assert settings.parse(start + right).mail
    for wrong in ("javascript:alert(1)", "example.org/off", "'https://example.org/a b'", "'a> <b'"):
        with pytest.raises(ContentError, match=r"site.yml:5: mail.unsubscribe: expected"):
            settings.parse(start + wrong)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 600])
def test_it_is_readable_on_a_phone(
    edition: Edition, serve: Serve, browser: Browser, tmp_path: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    """Nothing is wider than the screen, letters are large enough, and they stand out from what is behind them."""
    long = Mention("W" * 200, "https://example.org/" + "x" * 200, by="V" * 150, excerpt="x" * 300)
    digest = friday(edition)
    digest = replace(digest, mentions=(*digest.mentions, long))
    (tmp_path / "digest.html").write_bytes(written(digest, edition.settings, Envelope())[".html"])
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    tab = context.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(f"{serve(tmp_path)}digest.html")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    shown = "[...document.querySelectorAll('td *')].filter(e => e.innerText)"
    assert min(tab.evaluate(f"{shown}.map(e => parseFloat(getComputedStyle(e).fontSize))")) >= 13
    paper = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    for selector in ("h1 a", "h2 a", "h2 + p", "h2 + p + p", "h2 ~ p a", "td > p a"):
        ink = tab.evaluate(f"getComputedStyle(document.querySelector('{selector}')).color")
        assert contrast(ink, paper) >= 4.5, selector
    assert (luminance(paper) > 0.5) == (scheme == "light")
    assert [url for url in asked if not url.endswith(("digest.html", "favicon.ico"))] == []
    context.close()


def luminance(colour: str) -> float:
    """Of "rgb(29, 27, 32)", as WCAG 2.2 defines it."""
    channels = [int(channel) / 255 for channel in re.findall(r"\d+", colour)[:3]]
    linear = [channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Of two colours, as WCAG 2.2 defines it."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)
