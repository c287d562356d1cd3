"""The Markdown of people: an editor's note on a day, a curator's words about a list.

Markdown without raw HTML: a tag is shown, never obeyed. A link leads to http, https, mailto or a relative address, or
it is no link. A relative one means what it means in the repository (a file that ends in `.md`) or on the page that the
text belongs to (anything else), whichever page shows the text. An image becomes a link to it: a page asks no third
party for anything.
"""

from __future__ import annotations

import html
import posixpath
import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_ALLOWED_SCHEMES = frozenset({"http", "https", "mailto"})
# What a browser drops from an address before it looks for the scheme (URL Standard, section 4.4): "java\tscript:".
_IGNORED_IN_ADDRESSES = re.compile("[\x00-\x20\x7f]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands, and where it is shown."""

    file: str
    """The text's file, relative to content/: "daily/2026/2026-08-20.md"."""
    page: str
    """The page that the text belongs to, as an address relative to the site's root: "daily/2026-08-20/"."""
    root: str
    """The way to the site's root from the page that shows the text: "../../"."""


# The page of each kind of file below content/; a test holds them against scraper/identifiers.py.
_PAGES_OF_FILES = (
    (re.compile(r"daily/\d{4}/(\d{4}-\d\d-\d\d)\.md"), r"daily/\1/"),
    (re.compile(r"lists/([^/]+)\.md"), r"lists/\1/"),
    (re.compile(r"papers/(?:\d{4}|slug)/([^/]+)\.md"), r"papers/\1/"),
    (re.compile(r"papers/(.+)\.md"), r"papers/\1/"),
    (re.compile(r"pages/(?:(.+/)?(?:index|README))\.md"), r"\1"),
    (re.compile(r"pages/(.+)\.md"), r"\1/"),
)


def _safe_address(address: str) -> str | None:
    """An address that may become a link, or None."""
    # An entity survives Python-Markdown's serializer, and the browser decodes it, however often it was escaped.
    while (decoded := html.unescape(address)) != address:
        address = decoded
    address = _IGNORED_IN_ADDRESSES.sub("", address)
    scheme = _SCHEME.match(address)
    if scheme:
        return address if scheme[1].lower() in _ALLOWED_SCHEMES else None
    # "//host" and, as browsers read it, "\\host" are absolute in disguise.
    return None if re.match(r"[/\\]{2}", address) else address


def _on_the_page(address: str, place: Place) -> str:
    """A safe address as the page that shows the text needs it; one that leads nowhere in the site stays as it is."""
    match = re.fullmatch(r"([^/?#\\][^?#\\]*)([?#].*)?", address)
    if match is None or _SCHEME.match(address):
        return address
    path, rest = match[1], match[2] or ""
    if not path.endswith(".md"):
        target = posixpath.normpath(posixpath.join(place.page, path))
        if target == ".":
            return f"{place.root}{rest}"
        slash = "/" if re.search(r"(?:^|/)\.{0,2}$", path) else ""
        return address if target.startswith("..") else f"{place.root}{target}{slash}{rest}"
    file = posixpath.normpath(posixpath.join(posixpath.dirname(place.file), path))
    pages = (match.expand(page) for pattern, page in _PAGES_OF_FILES if (match := pattern.fullmatch(file)))
    page = next(pages, None)
    return address if page is None else f"{place.root}{page}{rest}"


class _OnlyPlainElements(Treeprocessor):
    """Headings in order below the page's own h1; images as links; links only where they are safe."""

    def __init__(self, md: Markdown, place: Place | None) -> None:
        super().__init__(md)
        self.place = place

    def run(self, root: Element) -> None:
        open_levels: list[int] = []
        for element in root.iter():
            if heading := re.fullmatch("h([1-6])", element.tag):
                element.tag = _next_heading(int(heading[1]), open_levels)
            elif element.tag == "img":
                _make_link_of(element)
            if element.tag == "a":
                _keep_safe_address(element, self.place)


def _next_heading(level: int, open_levels: list[int]) -> str:
    """The heading that stands for one of `level`: no deeper than one below the last, whatever was written.

    `open_levels` are the written levels that this heading is below, and it joins them.
    """
    while open_levels and open_levels[-1] >= level:
        open_levels.pop()
    open_levels.append(level)
    return f"h{min(len(open_levels) + 1, 6)}"


def _make_link_of(image: Element) -> None:
    source, text = image.get("src", ""), image.get("alt", "")
    tail = image.tail
    image.clear()
    image.tag, image.text, image.tail = "a", text or source, tail
    image.set("href", source)


def _keep_safe_address(link: Element, place: Place | None) -> None:
    address = _safe_address(link.get("href", ""))
    if address is None:
        link.tag = "span"
        link.attrib.clear()
    else:
        link.set("href", _on_the_page(address, place) if place else address)


class _People(Extension):
    """What people may write, and no more."""

    def __init__(self, place: Place | None) -> None:
        super().__init__()
        self.place = place

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Python-Markdown's own name
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        # After "unescape" (priority 0), which turns `\:` into a colon.
        md.treeprocessors.register(_OnlyPlainElements(md, self.place), "only-plain-elements", -10)


MOST_WORK = 20_000_000
"""What Python-Markdown may do for the brackets of one block: it looks for the end of each in all that follows."""

_BLANK_LINE = re.compile(r"\n[ \t]*\n")


def render(text: str, place: Place | None = None) -> Markup:
    """Markdown as HTML that is safe to show. Without a place, relative links stay as they are.

    What nobody writes (thousands of brackets in one block, lists a hundred deep) is shown as it was written: with it
    Python-Markdown would take minutes, or fail.
    """
    if any(block.count("[") * len(block) > MOST_WORK for block in _BLANK_LINE.split(text)):
        return _as_written(text)
    try:
        return _rendered(text, place)
    except RecursionError:
        return _as_written(text)


def _as_written(text: str) -> Markup:
    return Markup("<p>{}</p>").format(text)


def _rendered(text: str, place: Place | None) -> Markup:
    markdown = Markdown(
        extensions=["fenced_code", "sane_lists", "tables", _People(place)],
        # A column's alignment without an inline style, which a strict Content-Security-Policy would refuse.
        extension_configs={"tables": {"use_align_attribute": True}},
        output_format="html",
    )
    # The whole output comes from Python-Markdown's serializer, and the extension above leaves it nothing that runs.
    return Markup(markdown.convert(text))  # noqa: S704 - see above; tests/site_config/test_prose.py attacks it
