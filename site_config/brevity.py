"""HTML in fewer bytes: what the HTML standard lets an author leave out is left out.

A site has tens of thousands of pages, and its host a limit. So that templates stay as people write them, quotes and end
tags are taken away here, once for a template or for a frame and never for a page: what a page's values put in is not
looked at, and an attribute that holds a value keeps its quotes.

HTML Standard, 13.1.2.3 (attributes without quotes) and 13.1.2.4 (optional tags).
"""

from __future__ import annotations

import re

_JINJA = r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}"
_TAG = re.compile(r"<[a-z][^<>]*>", re.IGNORECASE)
_TAG_OF_TEMPLATE = re.compile(rf"<[a-z](?:{_JINJA}|[^<>])*>", re.IGNORECASE | re.DOTALL)
# The value is followed by a blank or the tag's end: a slash there would become part of it.
_QUOTED = re.compile(rf'({_JINJA})|(?<=\s)([a-z-]+)="([\w./:#;,+()-]+)"(?=[\s>])', re.ASCII | re.DOTALL)
_ENDS_OF_ENTRIES = re.compile(r"</(?:li|dt|dd)>")
# A paragraph ends where one of these begins, and where what is around it ends.
_END_OF_PARAGRAPH = re.compile(
    r"</p>(?=<(?:(?:article|aside|blockquote|details|div|dl|footer|form|h[1-6]|header|hr|main|nav|ol|p|pre|section|table"
    r"|ul|li|dt|dd)\b|/(?:article|aside|details|div|footer|header|main|nav|ol|section|ul)>))"
)
_ENDS_OF_DOCUMENT = re.compile(r"<head>(?=<)|</head>(?=<body)|</body>(?=</html>)|</html>\s*\Z")


def template(source: str) -> str:
    """A template whose lines are joined. What Jinja puts in or decides on stays as it is."""
    return _without_ends(_TAG_OF_TEMPLATE.sub(_unquoted, source))


def document(html: str) -> str:
    """A document, or a piece of one, without white space beside its blocks."""
    return _without_ends(_TAG.sub(_unquoted, html))


def _unquoted(tag: re.Match[str]) -> str:
    return _QUOTED.sub(lambda found: found[1] or f"{found[2]}={found[3]}", tag[0])


def _without_ends(html: str) -> str:
    # An entry's end first: a paragraph before it is the last thing in the entry.
    return _END_OF_PARAGRAPH.sub("", _ENDS_OF_ENTRIES.sub("", _ENDS_OF_DOCUMENT.sub("", html)))
