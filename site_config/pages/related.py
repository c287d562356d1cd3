"""The related papers for programs, the search in the browser first of all: related/00.json.gz … related/ff.json.gz.

A paper is named by its *address*: the part of its page's path between "papers/" and the last slash ("2511.08567",
"cs/0112017", "doi/10.1016/s0~2892~2990710"; always ASCII). It stands in the file whose name is the lowest byte of the
address's 32-bit FNV-1a hash, as two hexadecimal digits; there are always 256 names, and a file without papers is not
written:

    let hash = 0x811c9dc5;
    for (const character of address) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
    const file = `related/${(hash & 0xff).toString(16).padStart(2, "0")}.json.gz`;

A file is one JSON object, compressed to half. Its keys are addresses; a value is an array: the paper's title as plain
text (no markup, TeX already set), then the addresses of its related papers, the likest first, at most six, maybe none:

    {"2511.08567": ["The Path Not Taken: RLVR Provably Learns Off the Principals", "2509.19301", "2510.01234"], …}

So "related to these results" loads the files of the first hits, adds up how often and how high each related paper
stands there, leaves out the hits themselves, and loads the files of those that are left, for their titles.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from scraper import identifiers
from site_config import typeset
from site_config.edition import Edition
from site_config.packed import packed
from site_config.pages.site import BinaryOutput

FOLDER = "related"
_FILES = 256


def outputs(edition: Edition) -> Iterator[BinaryOutput]:
    """Every file that has papers."""
    papers, files = edition.catalog.papers, dict[int, dict[str, list[str]]]()
    for identifier, others in edition.related.items():
        own = address(identifier)
        known = [typeset.plain(papers[identifier].title), *map(address, others)]
        files.setdefault(file_number(own), {})[own] = known
    for number, content in sorted(files.items()):
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        yield BinaryOutput(f"{FOLDER}/{number:02x}.json.gz", packed(text))


def address(identifier: str) -> str:
    """The paper's page below papers/, without slashes around it."""
    return identifiers.page_path(identifier).partition("/")[2].rstrip("/")


def file_number(name: str) -> int:
    """Which file an address is in: the lowest byte of its FNV-1a hash."""
    found = 0x811C9DC5
    for character in name.encode("ascii"):
        found = (found ^ character) * 0x01000193 & 0xFFFFFFFF
    return found % _FILES
