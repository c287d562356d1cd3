"""Setting what was read: as HTML, and as text."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from markupsafe import Markup, escape

from site_config.typeset import formulas
from site_config.typeset.parsing import Formula, Linked, Node, Styled, is_ordinary, parse


def html(text: str, *, links: bool = False) -> Markup:
    """A title or an abstract for a page: accents and typography in Unicode, formulas as MathML, all else as it is.

    With `links`, addresses in it can be followed; without, it may itself stand in a link.
    """
    return escape(text) if is_ordinary(text) else _set(text, links)


# An abstract stands on its day's page and on its own, which are made one after the other.
_parsed = lru_cache(maxsize=512)(parse)


@lru_cache(maxsize=512)
def _set(text: str, links: bool) -> Markup:
    return Markup(_row(_parsed(text), links=links))  # noqa: S704 - each part is escaped or ours


def plain(text: str) -> str:
    """The same as text alone, for titles of browser tabs, feeds, mail, citations and the search index."""
    return text if is_ordinary(text) else _plain(_parsed(text))


def _row(nodes: tuple[Node, ...], *, links: bool) -> str:
    texts = [node if isinstance(node, str) else "" for node in nodes]
    markup = [""] * len(nodes)
    for position, node in enumerate(nodes):
        match node:
            case Formula():
                before = _take(texts, position - 1, slice(-1, None))
                after = _take(texts, position + 1, slice(0, 1))
                markup[position] = _beside(formulas.markup(node.tree), str(escape(before)), str(escape(after)))
            case Styled(element, children):
                inner = _row(children, links=links)
                markup[position] = f"<{element}>{inner}</{element}>" if element else inner
            case Linked(address, children):
                inner = _row(children, links=False)
                markup[position] = f'<a href="{escape(address)}">{inner}</a>' if links else inner
    return "".join(made or str(escape(text)) for made, text in zip(markup, texts, strict=True))


def _take(texts: list[str], position: int, which: slice) -> str:
    """Take a character that is no space out of one of the texts, where there is one."""
    if not 0 <= position < len(texts) or not texts[position][which].strip():
        return ""
    taken = texts[position][which]
    texts[position] = texts[position][1:] if which.start == 0 else texts[position][:-1]
    return taken


def _beside(pieces: list[str], before: str, after: str) -> str:
    """A formula with the characters that stand beside it: a browser would break a line there, before a comma even."""
    if len(pieces) == 1:
        return _kept_together(before + pieces[0] + after) if before or after else pieces[0]
    if before:
        pieces[0] = _kept_together(before + pieces[0])
    if after:
        pieces[-1] = _kept_together(pieces[-1] + after)
    return "".join(pieces)


def _kept_together(inner: str) -> str:
    return f'<span class="tex">{inner}</span>'


def _plain(nodes: Iterable[Node]) -> str:
    return "".join(
        node
        if isinstance(node, str)
        else formulas.text(node.tree)
        if isinstance(node, Formula)
        else _plain(node.children)
        for node in nodes
    )
