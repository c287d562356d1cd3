"""Which topics each paper is in: found out once for each paper and set of topics, by workers where there are many.

To hold a paper's words against the rules of all topics takes longer than to read the paper, and a day changes few
papers. What was found is kept under the digest of a paper's file, so that an edited paper is looked at again. It
is a cache: what is damaged, or of other topics or another version, counts as absent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from functools import lru_cache, partial
from itertools import chain, islice
from pathlib import Path

import msgspec

from scraper.records import Paper
from scraper.rules import Rulebook
from scraper.settings import Topic
from scraper.store import snapshots
from scraper.store.shelf import Shelf, unpacked

_FILE = "topics.msgpack"
_AT_ONCE = 500
"""Papers that a worker looks at in one go."""


def begun(
    papers: Shelf,
    topics: Sequence[Topic],
    cache: Path | None = None,
    executor: Executor | None = None,
    digests: Mapping[str, bytes] | None = None,
) -> Callable[[], list[tuple[int, ...]]]:
    """What gives the topics that each paper is in, by their places among `topics`, in that order.

    Workers begin on it at once, and the caller may go on with something else. `cache` is a folder for what the next
    call need not do again, `executor` gives workers, and `digests` are those of papers' files, by identifier, which
    spare making one; none of them changes the result.
    """
    topics = tuple(topics)
    if not topics:
        return lambda: [()] * len(papers)
    known_digests = digests or {}
    names = [known_digests.get(paper) or snapshots.digest(papers.packed(paper)) for paper in papers]
    version = _version(topics) if cache else ""
    before = (snapshots.recall(cache / _FILE, version, dict[bytes, tuple[int, ...]]) or {}) if cache else {}
    new = {name: one for name, one in zip(names, papers, strict=True) if name not in before}
    # None of them stays with this process once a worker has it: together they are as large as the library.
    packed = (bytes(papers.packed(one)) for one in new.values())
    parts = iter(lambda: tuple(islice(packed, _AT_ONCE)), ())
    work = partial(_found, topics)
    found = executor.map(work, parts) if executor and len(new) > _AT_ONCE else map(work, parts)

    def result() -> list[tuple[int, ...]]:
        known = {**before, **dict(zip(new, chain.from_iterable(found), strict=True))}
        if cache and (new or len(before) > len(papers)):
            snapshots.remember(cache / _FILE, version, {name: known[name] for name in names})
        return [known[name] for name in names]

    return result


def _found(topics: tuple[Topic, ...], packed: Sequence[bytes]) -> list[tuple[int, ...]]:
    book = _book(topics)
    return [_places(book, unpacked(paper)) for paper in packed]


def _places(book: Rulebook, paper: Paper) -> tuple[int, ...]:
    met = book.matches(paper)
    return tuple(rules // 2 for rules in sorted(met) if rules % 2 == 0 and rules + 1 not in met)


@lru_cache(maxsize=8)
def _book(topics: tuple[Topic, ...]) -> Rulebook:
    """For topic n, what lets papers in is 2n, and what keeps them out 2n + 1."""
    return Rulebook(rules for topic in topics for rules in (topic.rules, topic.exclude))


def _version(topics: tuple[Topic, ...]) -> str:
    code = snapshots.code_version(Path(snapshots.__file__).parents[1], Path(__file__).parent)
    return code + snapshots.digest(msgspec.msgpack.encode(topics)).hex()
