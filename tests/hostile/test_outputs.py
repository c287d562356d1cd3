"""The attacked library's site as programs read it: every file is whole, and says what was brought in and no more."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import rispy  # type: ignore[import-untyped]  # it has no annotations
from bibtexparser.entrypoint import parse_string

from scraper import identifiers, plain_yaml
from tests.hostile.conftest import Attacked

XHTML = "{http://www.w3.org/1999/xhtml}"
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def _xml(file: Path) -> None:
    """Well-formed, without a document type, a stylesheet or an element that a browser would run."""
    text = file.read_text(encoding="utf-8")
    assert "<!DOCTYPE" not in text.partition("?>")[2][:200], file
    for style in re.findall(r"<\?xml-stylesheet[^>]*href=\"([^\"]*)", text):
        assert re.fullmatch(r"[./]*/assets/paperstand/\w+\.css", style), file
    root = ET.fromstring(text)  # noqa: S314 - our own file, which is what is looked at
    names = {element.tag for element in root.iter()}
    running = {f"{XHTML}{name}" for name in ("script", "iframe", "object", "embed", "style", "link", "img")}
    assert not names & running, file
    for element in root.iter():
        for name in ("href", "src", "url", "rel", "htmlUrl", "xmlUrl"):
            assert not re.match(r"\s*(?!https?:|mailto:)[a-z]+:", element.get(name, ""), re.IGNORECASE), (file, element)


def _json(file: Path) -> None:
    """JSON, of which every address is one."""

    def look(value: object, key: str = "") -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                look(inner, name)
        elif isinstance(value, list):
            for inner in value:
                look(inner, key)
        elif isinstance(value, str) and key.lower().endswith(("url", "href", "link")):
            assert not re.match(r"\s*(?!https?:|mailto:)[a-z]+:", value, re.IGNORECASE), (file, key, value)

    look(json.loads(file.read_text(encoding="utf-8")))


def _bibtex(file: Path) -> None:
    _bibliography(file, file.read_text(encoding="utf-8"))


def _bibliography(file: Path, text: str) -> None:
    """No entry, string or preamble but those that name a paper of the library."""
    library = parse_string(text)
    assert not library.failed_blocks, file
    assert not library.strings, file
    assert not library.preambles, file
    assert len(library.blocks) == len(library.entries), file
    for entry in library.entries:
        assert "evil" not in entry.entry_type, file
        assert entry.key != "evil", file


def _ris(file: Path) -> None:
    _references(file, file.read_text(encoding="utf-8"))


def _references(file: Path, text: str) -> None:
    """As many references as there are entries, each ended once."""
    entries = rispy.loads(text)
    assert (
        len(entries) == len(re.findall("^TY  - ", text, re.MULTILINE)) == len(re.findall("^ER  -", text, re.MULTILINE))
    )
    assert not any(entry.get("title") == "evil" for entry in entries), file


def _text(file: Path) -> None:
    """Text without what a terminal obeys."""
    assert not CONTROLS.search(file.read_text(encoding="utf-8")), file


def _markdown(file: Path) -> None:
    """Text whose front matter, where it has one, is the paper's own."""
    _text(file)
    text = file.read_text(encoding="utf-8")
    if text.startswith("---\n"):
        front = plain_yaml.load(text[4:].partition("\n---\n")[0])
        assert "evil" not in {front.get("id"), front.get("title")}, file


def _csv(file: Path) -> None:
    """Cells that no sheet takes for formulas."""
    for row in csv.reader(io.StringIO(file.read_text(encoding="utf-8"))):
        assert not any(re.match(r"[=+@\t\r]|-[^\d]", cell) for cell in row), file


def _gzip(file: Path) -> None:
    """What its name says: citations, an object, or an object in each line."""
    text = gzip.decompress(file.read_bytes()).decode()
    inside = "".join(file.suffixes[:-1])
    if inside == ".bib":
        _bibliography(file, text)
    elif inside == ".ris":
        _references(file, text)
    else:
        for value in text.splitlines() if inside == ".jsonl" else [text]:
            json.loads(value)


def _bytes(file: Path) -> None:
    """What no text of a paper is in as text."""


READERS: Mapping[str, Callable[[Path], None]] = {
    ".html": _text,  # tests/hostile/test_browser.py reads them as a browser does
    ".xml": _xml,
    ".opml": _xml,
    ".svg": _xml,
    ".json": _json,
    ".jsonl": _text,
    ".bib": _bibtex,
    ".ris": _ris,
    ".csv": _csv,
    ".md": _markdown,
    ".txt": _text,
    ".gz": _gzip,
    ".bin": _bytes,
    ".png": _bytes,
    ".css": _bytes,
    ".js": _bytes,
}


def test_every_kind_of_file_is_read(attacked_site: Path) -> None:
    """A format that is published is one that these tests know."""
    assert {path.suffix for path in attacked_site.rglob("*") if path.is_file()} <= set(READERS)


@pytest.mark.parametrize("suffix", READERS)
def test_every_file_is_whole(attacked_site: Path, suffix: str) -> None:
    """Each of a kind, by a reader that is not ours wherever there is one."""
    for path in attacked_site.rglob(f"*{suffix}"):
        READERS[suffix](path)


def test_every_address_is_inside(attacked: Attacked, attacked_site: Path) -> None:
    """Each file of the site has a name of plain letters, and each paper is where its identifier says."""
    plain = re.compile(r"[A-Za-z0-9._~-]+")
    for path in attacked_site.rglob("*"):
        assert plain.fullmatch(path.name), path
        assert path.name.split(".")[0].lower() not in {"con", "prn", "aux", "nul"}, path
        assert path.resolve().is_relative_to(attacked_site.resolve()), path
    for identifier in attacked.titles:
        assert (attacked_site / identifiers.page_path(identifier) / "index.html").is_file()
