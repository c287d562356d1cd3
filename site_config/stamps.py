"""Stamps: sixteen bytes that stand for all that something is made of, equal where that is equal.

What a page is made of tells whether the page of the last build may stay. A library's pages show each paper a dozen
times over, and to gather and compare what they show of it took most of a build in which next to nothing had changed. So
each paper is stamped once, and a page that shows it names the stamp.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec
from markupsafe import Markup

from scraper.store.snapshots import digest
from site_config.catalog import Catalog
from site_config.groups import Group, GroupKind

_ON_CARDS = frozenset((GroupKind.TOPIC, GroupKind.ORGANIZATION))


def encoded(made_of: Any) -> bytes:
    """Plain values as bytes, the same bytes for equal values. Raises TypeError for what is no plain value.

    The bytes say where they end: those of several values need nothing between them.
    """
    return _ENCODER.encode(made_of)


def stamp(made_of: Any) -> bytes:
    """The stamp of plain values. Raises TypeError for what is no plain value."""
    return digest(_ENCODER.encode(made_of))


def _plain(value: Any) -> Any:
    """What MessagePack has no word for. Markup and text of the same letters are two things: one is escaped."""
    if isinstance(value, Markup):
        return ("Markup", str(value))
    if isinstance(value, MappingProxyType):
        return dict(value)
    raise TypeError(f"a file cannot be made of {type(value).__name__}: nobody could tell whether it has changed")


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_plain)


class PaperStamps:
    """The stamps of a catalog's papers, and of those that its days and lists name and that are not here yet."""

    def __init__(self, catalog: Catalog, groups: Iterable[Group]) -> None:
        """`groups` are all that have pages, of whichever kind."""
        on_cards, others = _memberships(groups)
        none: list[bytes] = []
        digests, papers = catalog.digests, catalog.papers
        self._shown: dict[str, bytes] = {}
        self._kin: dict[str, bytes] = {}
        for identifier in papers:
            record = digests.get(identifier) or digest(papers.packed(identifier))
            listings = encoded(catalog.days_of(identifier))
            self._shown[identifier] = shown = digest(b"".join((record, listings, *on_cards.get(identifier, none))))
            self._kin[identifier] = digest(b"".join((shown, *others.get(identifier, none))))
        self._catalog = catalog

    def shown(self, papers: Iterable[str]) -> bytes:
        """All that cards and lines show of papers: their files, the days that list them, topics, organisations."""
        return b"".join([self._shown.get(paper) or self._unknown(paper) for paper in papers])

    def kin(self, papers: Iterable[str]) -> bytes:
        """The same, and every group of theirs that has a page."""
        return b"".join([self._kin.get(paper) or self._unknown(paper) for paper in papers])

    def _unknown(self, identifier: str) -> bytes:
        """Of a paper without a file its days are known at most."""
        return stamp((identifier, self._catalog.days_of(identifier)))


def _memberships(groups: Iterable[Group]) -> tuple[Mapping[str, list[bytes]], Mapping[str, list[bytes]]]:
    """The groups of each paper, as they are named: those that cards show, and the others."""
    on_cards: dict[str, list[bytes]] = {}
    others: dict[str, list[bytes]] = {}
    # In an order of their own: with one paper more a group comes before another one, and nothing shows that.
    for group in sorted(groups, key=lambda group: (group.kind, group.slug)):
        named = _ENCODER.encode((group.kind, group.slug, group.name, group.folded))
        found = on_cards if group.kind in _ON_CARDS else others
        for identifier in group.papers:
            found.setdefault(identifier, []).append(named)
    return on_cards, others
