"""Texts that name papers: a Markdown list as people keep them, a BibTeX file, a plain list of identifiers or addresses.

`parse` takes a file's text and gives the papers that it names, in its order, each with the heading that it stands under
and the words beside it, and a problem with its line for whatever looks like a paper and cannot be told which. Nothing
here reads, writes or asks anybody.
"""

from __future__ import annotations

from scraper.errors import ContentError, Problem
from scraper.mentions.bibtex import is_bibtex, parse_bibtex
from scraper.mentions.lines import parse_lines
from scraper.mentions.named import Mention, Mentions

__all__ = ["Mention", "Mentions", "parse"]


def parse(text: str, path: str) -> Mentions:
    """Read a text that names papers; `path` names it in problems. Raises ContentError for one that names none."""
    text = text.removeprefix("\ufeff")
    found = parse_bibtex(text, path) if is_bibtex(text) else parse_lines(text, path)
    if not found.mentions:
        expected = (
            "names no paper: expected arXiv identifiers, DOIs or their addresses in Markdown, BibTeX or a plain list"
        )
        raise ContentError([Problem(path, 0, expected)])
    return found
