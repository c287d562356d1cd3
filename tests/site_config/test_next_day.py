"""What the day after changes in feeds, citations and files for programs, seen on the project's own library."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from datetime import date
from itertools import chain

from scraper import identifiers
from scraper.settings import Settings
from scraper.store import Library
from site_config import feeds
from site_config.catalog import Catalog
from site_config.citing import files as citing
from site_config.edition import Edition
from site_config.programs import files as programs
from tests.own_library import own_library
from tests.site_config.made import made

UPON_RANK = ("trending/", "opml.xml")
"""What changes with a ranking, or with which organisations have enough papers for a page."""


def before(library: Library, last: date) -> Library:
    """The library as it was before a day."""
    days = {on: day for on, day in library.days.items() if on < last}
    listed = {entry.id for day in days.values() for entry in day.papers}
    curated = {entry.id for one in library.lists.values() for entry in one.papers}
    papers = {
        identifier: replace(paper, featured=tuple(on for on in paper.featured if on < last))
        for identifier, paper in library.papers.items()
        if identifier in listed | curated
    }
    return Library(papers, days, library.lists)


_LATER = re.compile(rb'<link rel="next-archive"[^>]*>')
"""What a feed's last archive learns when there is one after it."""


def exported(library: Library, told: Settings) -> dict[str, bytes]:
    """Every feed, file of citations and file for programs."""
    edition = Edition(Catalog.of(library, told), told)
    return made(chain(*(outputs(edition) for outputs in (feeds.outputs, citing.outputs, programs.outputs))))


def test_the_next_day_changes_those_files_alone_that_it_is_in() -> None:
    """Each file that is new or has other bytes names the day or a paper of it; none of the others went."""
    library, told = own_library()
    last = max(on for on, day in library.days.items() if day.papers)
    earlier = before(library, last)
    old, after = exported(earlier, told), exported(library, told)
    assert not old.keys() - after.keys()
    new = library.papers.keys() - earlier.papers.keys()
    named = [last.isoformat(), *(identifiers.page_path(one) for one in new), *(f'"{one}"' for one in new)]
    named += [f"{{{one}}}" for one in new] + [f"arXiv:{one}" for one in new]
    changed = [path for path, content in after.items() if old.get(path) != content]
    assert 0 < len(new) < len(changed) < len(after) / 4
    for path in changed:
        content = gzip.decompress(after[path]) if path.endswith(".gz") else after[path]
        said = path + content.decode()
        is_later = bool(_LATER.search(content)) and path in old
        assert is_later or path.startswith(UPON_RANK) or any(name in said for name in named), path
    archives = [path for path in old if "/feed/" in path or path.startswith(("feed/", "days/", "weeks/"))]
    assert len(archives) > 10
    assert all(_LATER.sub(b"", old[path]) == _LATER.sub(b"", after[path]) for path in archives)
