"""RIS: one reference for each paper, for Zotero, EndNote, Mendeley and others.

The format's specification of 2011 by its owner, Research Information Systems: a tag of two letters, two spaces, a
hyphen, a space, the value; lines end in CR LF; a reference ends with ER.
"""

from __future__ import annotations

from collections.abc import Iterator

from scraper import identifiers
from scraper.records import Paper
from site_config import typeset
from site_config.citing import facts
from site_config.citing.names import Name, split


def entry(paper: Paper) -> str:
    """A paper's reference. It holds no abstract."""
    return "".join(f"{tag}  - {value}\r\n" for tag, value in _lines(paper)) + "ER  - \r\n"


def _lines(paper: Paper) -> Iterator[tuple[str, str]]:
    arxiv, doi, date = facts.arxiv_identifier(paper), facts.doi(paper), facts.when(paper)
    yield "TY", "UNPB" if arxiv else "GEN"
    yield "ID", facts.key(paper)
    yield "TI", " ".join(typeset.plain(paper.title).split())
    for author in paper.authors:
        yield "AU", _name(split(author.name))
    if date:
        yield "PY", str(date[0])
        yield "DA", "/".join(f"{part:02}" for part in date)
    if arxiv:
        yield "PB", "arXiv"
    if doi:
        yield "DO", doi
    address = identifiers.upstream_url(paper.id)
    if address:
        yield "UR", address
    if paper.withdrawn:
        yield "N1", "Withdrawn"


def _name(name: Name) -> str:
    """Family, given, suffix."""
    family = f"{name.particle} {name.family}".strip()
    if name.is_whole:
        return family.replace(",", "")  # a comma would end the family name
    return ", ".join(filter(None, (family, name.given, name.suffix)))
