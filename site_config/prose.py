"""The Markdown of people: an editor's note on a day, a curator's words about a list.

Markdown without raw HTML: a tag is shown, never obeyed. A link leads to http, https, mailto or a relative address, or
it is no link. An image becomes a link to it: a page asks no third party for anything.
"""

from __future__ import annotations

import html
import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_ALLOWED_SCHEMES = frozenset({"http", "https", "mailto"})
# What a browser drops from an address before it looks for the scheme (URL Standard, section 4.4): "java\tscript:".
_IGNORED_IN_ADDRESSES = re.compile("[\x00-\x20\x7f]")


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


class _OnlyPlainElements(Treeprocessor):
    """Headings in order below the page's own h1; images as links; links only where they are safe."""

    def run(self, root: Element) -> None:
        open_levels: list[int] = []
        for element in root.iter():
            if heading := re.fullmatch("h([1-6])", element.tag):
                element.tag = _next_heading(int(heading[1]), open_levels)
            elif element.tag == "img":
                _make_link_of(element)
            if element.tag == "a":
                _keep_safe_address(element)


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


def _keep_safe_address(link: Element) -> None:
    address = _safe_address(link.get("href", ""))
    if address is None:
        link.tag = "span"
        link.attrib.clear()
    else:
        link.set("href", address)


class _People(Extension):
    """What people may write, and no more."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Python-Markdown's own name
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        # After "unescape" (priority 0), which turns `\:` into a colon.
        md.treeprocessors.register(_OnlyPlainElements(md), "only-plain-elements", -10)


_MARKDOWN = Markdown(
    extensions=["fenced_code", "sane_lists", "tables", _People()],
    # A column's alignment without an inline style, which a strict Content-Security-Policy would refuse.
    extension_configs={"tables": {"use_align_attribute": True}},
    output_format="html",
)


def render(text: str) -> Markup:
    """Markdown as HTML that is safe to show."""
    # The whole output comes from Python-Markdown's serializer, and the extension above leaves it nothing that runs.
    return Markup(_MARKDOWN.reset().convert(text))  # noqa: S704 - see above; tests/site_config/test_prose.py attacks it
