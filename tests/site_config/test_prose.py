"""The Markdown of people: what it may say, and that nothing in it runs."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import identifiers
from site_config import prose
from site_config.prose import Place

HARMLESS_TAGS = (
    {"a", "p", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "hr", "br", "span"}
    | {"table", "thead", "tbody", "tr", "th", "td"}
    | {"h2", "h3", "h4", "h5", "h6"}
)


class _Seen(HTMLParser):
    """The elements and attributes of a piece of HTML, decoded as a browser decodes them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    @property
    def links(self) -> list[str]:
        """Where links lead, without what a browser ignores in an address."""
        found = [attributes["href"] for tag, attributes in self.elements if "href" in attributes]
        return ["".join(character for character in link if character > " ").lower() for link in found]


def test_markdown_is_rendered() -> None:
    """Emphasis, lists, tables, code and links."""
    html = prose.render("*a* **b** `c`\n\n- one\n\n1. two\n\n| x |\n|---|\n| y |\n\n[d](https://example.org/?a=1&b=2)")
    for piece in ("<em>a</em>", "<strong>b</strong>", "<code>c</code>", "<li>one</li>", "<td>y</td>"):
        assert piece in html
    assert '<a href="https://example.org/?a=1&amp;b=2">d</a>' in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<div onclick=x>\n*a*\n</div>",
        "a <b>bold</b>",
        "<!-- hidden -->",
        "<img src=x onerror=y>",
    ],
)
def test_raw_html_is_shown_and_not_obeyed(text: str) -> None:
    """A tag that somebody types is text."""
    assert {tag for tag, _ in _Seen(prose.render(text)).elements} <= {"p", "em"}
    assert "&lt;" in prose.render(text)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "javascript&#58;alert(1)",
        "javascript&colon;alert(1)",
        "&amp;#106;avascript:alert(1)",
        "&amp;amp;#106;avascript:alert(1)",
        "&#x01;javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//example.org/",
        "\\\\example.org/",
    ],
)
def test_a_link_leads_only_where_it_may(address: str) -> None:
    """However an address is disguised, one that is not allowed is no link; its text stays."""
    for text in (f"[text]({address})", f"[text][r]\n\n[r]: {address}", f"![text]({address})"):
        html = prose.render(text)
        assert not [link for link in _Seen(html).links if not link.startswith("java\\") and _leads_away(link)], html
        assert "text" in html


def _leads_away(link: str) -> bool:
    scheme, colon, _ = link.partition(":")
    named = bool(colon) and scheme.replace("+", "").replace("-", "").replace(".", "").isalnum()
    return link.startswith(("//", "\\\\", "/\\")) or (named and scheme not in {"http", "https", "mailto"})


@pytest.mark.parametrize(
    "address",
    ["https://a.example/", "http://a.example/", "mailto:a@b.example", "../lists/", "#x", "a?b"],
)
def test_allowed_links_stay(address: str) -> None:
    """http, https, mailto and relative addresses."""
    assert _Seen(prose.render(f"[text]({address})")).links == [address]
    assert 'href="HTTPS://a.example/"' in prose.render("[text](HTTPS://a.example/)")


def test_an_address_is_looked_at_as_it_will_be_written() -> None:
    """After Markdown has taken out its backslashes, whose places it keeps with control characters until then."""
    assert 'href="https://a.example/b_c"' in prose.render(r"[text](https://a.example/b\_c)")


@pytest.mark.parametrize("root", ["./", "../../"])
@pytest.mark.parametrize(
    ("written", "page"),
    [
        ("../2026-08-20/", "daily/2026-08-20/"),
        ("../../papers/2511.08567/#abstract", "papers/2511.08567/#abstract"),
        ("../..", ""),
        ("2026-08-20.md", "daily/2026-08-20/"),
        ("../../lists/object-centric-rl.md", "lists/object-centric-rl/"),
        ("../../pages/about.md?a#b", "about/?a#b"),
        ("../../pages/guide/index.md", "guide/"),
        *(
            (f"../../papers/{identifiers.file_path(identifier)}", identifiers.page_path(identifier))
            for identifier in ("2511.08567", "cs/0112017", "10.1016/s0(92)90710", "cycle-consistency")
        ),
    ],
)
def test_a_relative_link_leads_to_the_same_page_wherever_it_is_shown(written: str, page: str, root: str) -> None:
    """On the day's own page and on the home page; a file of the library leads to that file's page."""
    place = Place("daily/2026/2026-08-21.md", "daily/2026-08-21/", root)
    assert _Seen(prose.render(f"[text](<{written}>)", place)).links == [root + page]


@pytest.mark.parametrize("address", ["https://a.example/b.md", "#x", "/y/", "../../../../readme.md", "../../../z"])
def test_a_link_out_of_the_library_stays(address: str) -> None:
    """What is no page of the site is not made one."""
    place = Place("daily/2026/2026-08-21.md", "daily/2026-08-21/", "./")
    assert _Seen(prose.render(f"[text]({address})", place)).links == [address]


def test_a_column_is_aligned_without_a_style() -> None:
    """The policy of the pages lets no style stand in an attribute."""
    html = prose.render("| a |\n|--:|\n| b |")
    assert 'align="right"' in html
    assert "style" not in html


def test_an_image_becomes_a_link_to_it() -> None:
    """A page asks no third party for a picture."""
    assert (
        prose.render("![A plot](https://example.org/p.png)") == '<p><a href="https://example.org/p.png">A plot</a></p>'
    )


@pytest.mark.parametrize("nobody_writes", ["[" * 10_000, "- " * 4_000], ids=["work", "depth"])
def test_what_would_take_too_long_is_shown_as_it_was_written(nobody_writes: str) -> None:
    """Text, like any other: its tags are shown, and its links are none."""
    html = prose.render(f"{nobody_writes}<script>alert(1)</script> [a](javascript:alert(1))")
    assert "&lt;script&gt;" in html
    assert {tag for tag, _ in _Seen(html).elements} == {"p"}


def test_headings_are_in_order_below_the_pages_own() -> None:
    """One h1 a page, and no level left out, whatever levels a curator wrote."""
    html = prose.render("### a\n\n## b\n\n#### c\n\n# d\n")
    assert html.split("\n") == ["<h2>a</h2>", "<h2>b</h2>", "<h3>c</h3>", "<h2>d</h2>"]
    deepest = prose.render("\n\n".join(f"{'#' * level} x" for level in range(1, 7)))
    assert deepest.endswith("<h6>x</h6>\n<h6>x</h6>")


@given(st.text(alphabet=st.sampled_from(list("[]()<>!:\\&#;*`\"'/ \n\tjavscriptdhef=x0")), max_size=60))
def test_no_text_makes_a_dangerous_element(text: str) -> None:
    """Whatever is typed: no other element, no handler, no address that runs."""
    seen = _Seen(prose.render(text, Place("lists/a.md", "lists/a/", "./")))
    assert {tag for tag, _ in seen.elements} <= HARMLESS_TAGS
    assert not [
        name
        for _, attributes in seen.elements
        for name in attributes
        if name not in {"href", "title", "class", "align"}
    ]
    assert not [link for link in seen.links if _leads_away(link)]
