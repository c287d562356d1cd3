"""Typesetting: how many formulas become MathML, how long that takes, and how many bytes it adds.

    python -m tests.benchmarks.typeset LIBRARY

LIBRARY is a JSON Lines file of papers, gzipped or not: {"title", "abstract", …} a line. An exception ends the run.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from markupsafe import escape

from site_config import typeset
from site_config.typeset import Formula, Node, formulas
from site_config.typeset.parsing import is_ordinary

SHOWN = 15
"""Formulas that were not understood, as examples."""


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def read(path: Path) -> Iterator[tuple[str, str]]:
    """The title and the abstract of each paper."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            paper = json.loads(line)
            yield paper["title"], paper["abstract"]


def formulas_in(nodes: Iterable[Node]) -> Iterator[Formula]:
    """Every formula that was understood."""
    for node in nodes:
        if isinstance(node, Formula):
            yield node
        elif not isinstance(node, str):
            yield from formulas_in(node.children)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    papers = list(read(parser.parse_args().library))
    texts = [text for paper in papers for text in paper]
    ordinary = [text for text in texts if is_ordinary(text)]

    def microseconds(make: Callable[[str], object], of: list[str]) -> float:
        started = time.process_time()
        for text in of:
            make(text)
        return (time.process_time() - started) / len(of) * 1e6

    _say(f"{len(papers):,} papers; {len(ordinary) / len(texts):.1%} of their texts have nothing to set")
    _say(f"  such a text:  {microseconds(typeset.html, ordinary):7.1f} µs as HTML")
    for name, make in (("HTML", typeset.html), ("text", typeset.plain)):
        _say(f"  a paper:      {2 * microseconds(make, texts):7.1f} µs as {name}")

    before = sum(len(escape(text).encode()) for text in texts) / len(papers)
    after = sum(len(typeset.html(text).encode()) for text in texts) / len(papers)
    _say(f"  bytes a paper: {before:,.0f} escaped alone, {after:,.0f} set")

    failed = _failed(texts)
    found = [formula for text in texts if "$" in text or "\\" in text for formula in formulas_in(typeset.parse(text))]
    count, size = len(found), sum(len("".join(formulas.markup(formula.tree)).encode()) for formula in found)
    share = count / (count + failed.total())
    _say(f"  formulas: {count:,} of {count + failed.total():,} become MathML ({share:.2%})")
    _say(f"  bytes of a formula: {size / count:.0f}")
    for source, _ in failed.most_common(SHOWN):
        _say(f"    as it is: {source[:80]!r}")


def _failed(texts: list[str]) -> Counter[str]:
    """The formulas that are shown as they are, by their source."""
    failed: Counter[str] = Counter()
    convert = formulas.convert

    def counting(source: str, *, display: bool = False) -> Element | None:
        tree = convert(source, display=display)
        if tree is None:
            failed[source] += 1
        return tree

    formulas.convert = counting
    try:
        for text in texts:
            typeset.plain(text)
    finally:
        formulas.convert = convert
    return failed


if __name__ == "__main__":
    main()
