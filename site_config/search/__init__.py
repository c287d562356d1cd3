"""The search index: from an edition's papers to what the reader's browser loads in pieces and searches by itself.

    search-index/entry.json           what there is, and the name of the folder; asked for anew by each page
    search-index/VERSION/terms/N.bin  the words, with the papers that have each (`postings`)
    search-index/VERSION/places/N.bin where in those papers, loaded for phrases
    search-index/VERSION/papers/N.bin what a result shows at once, as JSON for BLOCK papers each
    search-index/VERSION/facets.bin   loaded when facets are opened (`facets`)
    search-index/VERSION/votes.bin    loaded when results are ordered by upvotes

Of an abstract a result shows the beginning; where that has none of the words looked for, the browser takes the piece
that has from the paper's Markdown twin, once the results stand. To hold all abstracts took 0.47 kB a paper.

All but entry.json are compressed: a static host compresses no .bin, and the index takes half the room. It is zlib's
format (RFC 1950), which a browser's DecompressionStream calls "deflate"; its checksum tells a damaged file.

VERSION is made of the files' contents, so that no two indexes are ever mixed: a page that was open while the site was
published finds a file gone, and starts again with the new index.

The index is ours because none that a browser can load in pieces holds this site's figures. Measured with Pagefind 1.5.2
over 50,000 papers: it compares each paper found with each place of a word, and each of them with each value of a facet;
with facets loaded "neural network" (2,333 papers) took 0.4 s and a common word many seconds, the first search 1 MB.
Libraries that load a whole index at once would load some 20 MB.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scraper import identifiers
from scraper.records import Paper
from site_config import typeset
from site_config.citing.facts import older_key
from site_config.edition import Edition
from site_config.pages.site import described
from site_config.search.facets import facets, votes
from site_config.search.postings import Postings
from site_config.search.words import STOP_WORDS

FOLDER = "search-index"
"""Where the index is, below the site's root."""

BLOCK = 16
"""Papers in a file of what results show. More would load more for nothing, fewer would be more files."""

BEGINNING = 200
"""Characters of an abstract that a result has at once, about: two or three lines."""

TITLE, ABSTRACT, ORGANIZATION, KEYWORDS = 5.0, 1.0, 2.0, 1.5
"""How many times a word counts in each field."""

ENTRY = "entry.json"
_NEW = ".search-index"
"""The folder in which an index is written, before it takes the place of the one that is there."""


def write_index(edition: Edition, site_dir: Path) -> None:
    """Write the search index of an edition to `site_dir/search-index/`, in place of what is there.

    The same edition gives the same files. An edition without papers has no index. Raises OSError, and then what was
    there is there still.
    """
    folder, new = site_dir / FOLDER, site_dir / _NEW
    shutil.rmtree(new, ignore_errors=True)
    if not edition.catalog.papers:
        shutil.rmtree(folder, ignore_errors=True)
        return
    try:
        _write(edition, new)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)
    new.rename(folder)


def _write(edition: Edition, folder: Path) -> None:
    digest = hashlib.sha256()
    draft = folder / "draft"
    for path, content in files(edition):
        encoded = content if path == ENTRY else zlib.compress(content)
        file = draft / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(encoded)
        digest.update(f"{path} {len(encoded)}\n".encode() + encoded)
    version = digest.hexdigest()[:12]
    (draft / ENTRY).rename(folder / ENTRY)
    draft.rename(folder / version)
    entry = json.loads((folder / ENTRY).read_bytes())
    (folder / ENTRY).write_text(_json({"version": version} | entry), encoding="utf-8")


def files(edition: Edition) -> Iterator[tuple[str, bytes]]:
    """Every file of the index, as its path below the index's folder and its bytes, not compressed yet."""
    order = edition.catalog.newest_first(edition.catalog.papers)[::-1]
    postings = Postings()
    block: list[dict[str, Any]] = []
    for number, identifier in enumerate(order):
        shown = shown_as(edition, identifier)
        _add(postings, edition.catalog.papers[identifier], number, shown)
        block.append(_begun(shown))
        if len(block) == BLOCK or number == len(order) - 1:
            yield f"papers/{number // BLOCK}.bin", _json(block).encode()
            block = []
    firsts, sizes = [], []
    for position, chunk in enumerate(postings.chunks()):
        firsts.append(chunk.first)
        sizes.append(len(chunk.terms))
        yield f"terms/{position}.bin", chunk.terms
        yield f"places/{position}.bin", chunk.places
    yield "facets.bin", facets(edition, order)
    kind, counts = votes(edition, order)
    if kind:
        yield "votes.bin", counts
    entry = {"papers": len(order), "block": BLOCK, "votes": kind, "stop": sorted(STOP_WORDS)}
    yield ENTRY, _json(entry | {"firsts": firsts, "sizes": sizes}).encode()


def shown_as(edition: Edition, identifier: str) -> dict[str, Any]:
    """What a result shows of a paper. What is not known has no key, nor has a path that the identifier itself gives."""
    catalog = edition.catalog
    paper, path = catalog.papers[identifier], identifiers.page_path(identifier)
    listings = catalog.days_of(identifier)
    upvotes = [listing.entry.upvotes for listing in listings if listing.entry.upvotes is not None]
    shown = {
        "id": identifier,
        "path": path if path != f"papers/{identifier}/" else None,
        "title": typeset.plain(paper.title),
        "abstract": typeset.plain(paper.abstract) or None,
        "authors": [author.name for author in paper.authors] or None,
        "organization": paper.organization or None,
        "day": listings[-1].date.isoformat() if listings else None,
        "key": older_key(paper),
        "submitted": paper.submitted.isoformat() if paper.submitted else None,
        "code": bool(paper.links.get("code")) or None,
        "upvotes": max(upvotes, default=None),
    }
    return {name: value for name, value in shown.items() if value is not None}


def _begun(shown: dict[str, Any]) -> dict[str, Any]:
    """The same with the beginning of the abstract, which ends in … where there is more."""
    abstract = shown.get("abstract")
    return shown if abstract is None else shown | {"abstract": described(abstract, BEGINNING)}


def _add(postings: Postings, paper: Paper, number: int, shown: dict[str, Any]) -> None:
    texts = (
        (shown["title"], TITLE),
        (shown.get("abstract", ""), ABSTRACT),
        (paper.organization or "", ORGANIZATION),
        (" ; ".join(paper.keywords), KEYWORDS),
    )
    postings.add_text(number, texts)
    postings.add_names(number, shown.get("authors", ()))
    for name in (paper.id, *paper.aliases):
        postings.add_identifier(number, name)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
