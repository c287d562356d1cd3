"""Citations as the readers of others take them: bibtexparser, rispy, citeproc-py."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import replace
from datetime import date
from itertools import accumulate
from pathlib import Path

import pytest
import rispy  # type: ignore[import-untyped]  # it has no annotations
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import (
    SeparateCoAuthors,
    SplitNameParts,
)
from citeproc import (  # type: ignore[import-untyped]  # the same
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON  # type: ignore[import-untyped]  # the same
from pylatexenc.latex2text import LatexNodes2Text  # type: ignore[import-untyped]  # the same

from scraper.records import Author, Paper, Version
from scraper.store.shelf import heading
from site_config import typeset
from site_config.citing import bibtex, csl, facts, files, names, ris
from site_config.citing.names import Name, split
from tests.own_library import own_library

ROOT = Path(__file__).parents[3]
RECORDED = [
    json.loads(line)
    for line in (ROOT / "tests" / "data" / "tex" / "papers.jsonl").read_text(encoding="utf-8").splitlines()
]


def _recorded_papers() -> list[Paper]:
    """Papers of arXiv with TeX in their titles and names."""
    return [
        Paper(
            one["id"],
            " ".join(one["title"].split()),
            authors=tuple(Author(" ".join(name.split())) for name in one["authors"] if name.strip()),
        )
        for one in RECORDED
    ]


@pytest.fixture(scope="module")
def papers() -> list[Paper]:
    """Every paper of the committed library, and of arXiv's sample."""
    library, _ = own_library()
    return [*library.papers.values(), *(paper for paper in _recorded_papers() if paper.id not in library.papers)]


def _title(paper: Paper) -> str:
    return " ".join(typeset.plain(paper.title).split())


def _names(paper: Paper) -> list[str]:
    return [" ".join(typeset.plain(author.name).split()) for author in paper.authors]


def _letters(text: str) -> str:
    """A text without what its writing in TeX may change: spaces, braces, kinds of dash and quotation mark."""
    return re.sub(r"[^\w]|[ˆ˜]", "", unicodedata.normalize("NFC", text)).casefold()


def _printed(tex: str) -> str:
    """What TeX prints, by pylatexenc's reader, which shares no table with what writes our entries."""
    return str(LatexNodes2Text().latex_to_text(tex))


def test_bibtex_comes_back_from_bibtexparser(papers: list[Paper]) -> None:
    """Every entry is one, under its key; authors come back whole and in order; so does every title without formulas."""
    text = files.bibliography(papers)
    library = parse_string(text, append_middleware=[SeparateCoAuthors(), SplitNameParts()])
    assert not library.failed_blocks
    assert [entry.key for entry in library.entries] == [facts.key(paper) for paper in papers]
    for entry, paper in zip(library.entries, papers, strict=True):
        if not any(isinstance(node, typeset.Formula) for node in typeset.parse(paper.title)):
            assert _letters(_printed(entry["title"])) == _letters(_title(paper))
        people = entry.fields_dict["author"].value if "author" in entry.fields_dict else []
        shown = [_letters(_printed(" ".join([*one.first, *one.von, *one.last, *one.jr]))) for one in people]
        assert shown == [_letters(name) for name in _names(paper)]


def test_ris_comes_back_from_rispy(papers: list[Paper]) -> None:
    """Every reference, with its title, its authors in order, its year and its address."""
    read = rispy.loads(files.references(papers))
    assert [one["id"] for one in read] == [facts.key(paper) for paper in papers]
    for one, paper in zip(read, papers, strict=True):
        assert one["title"] == _title(paper)
        shown = [_letters(_spoken(name)) for name in one.get("authors", [])]
        assert shown == [_letters(name) for name in _names(paper)]
        assert one.get("year") == (str(facts.when(paper)[0]) if facts.when(paper) else None)


def _spoken(name: str) -> str:
    """Family, given, suffix -> given family suffix."""
    family, *rest = name.split(", ")
    return " ".join([*rest[:1], family, *rest[1:]])


def test_csl_json_comes_back_from_citeproc(papers: list[Paper]) -> None:
    """Every object is one that a processor of styles takes, with its title and its authors in order."""
    read = json.loads(files.objects(papers))
    source = CiteProcJSON(read)
    for one, paper in zip(read, papers, strict=True):
        reference = source[one["id"].lower()] if one["id"] not in source else source[one["id"]]
        assert str(reference["title"]) == _title(paper)
        people = [
            name.get("literal")
            or " ".join(
                filter(None, (name.get(part) for part in ("given", "non-dropping-particle", "family", "suffix")))
            )
            for name in one.get("author", [])
        ]
        assert [_letters(name) for name in people] == [_letters(name) for name in _names(paper)]


def test_a_style_formats_a_csl_object() -> None:
    """The whole way to a line of a bibliography."""
    paper = Paper(
        "2511.08567",
        "The Path Not Taken: RLVR Provably Learns Off the Principals",
        authors=(Author("Hanqing Zhu"), Author("Laurens van der Maaten")),
        submitted=date(2025, 11, 11),
    )
    source = CiteProcJSON([csl.fields(paper)])
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, source, formatter.plain)
    bibliography.register(Citation([CitationItem(facts.key(paper).lower())]))
    line = str(bibliography.bibliography()[0])
    assert "Zhu" in line
    assert "van der Maaten" in line
    assert "2025" in line


# Keys.


def test_no_two_papers_have_one_key(papers: list[Paper]) -> None:
    """Nor have papers of different kinds whose identifiers look alike."""
    alike = [Paper(identifier, "x") for identifier in ("cs/0112017", "cs-0112017", "10.1000/cs-0112017", "10.1000/a~b")]
    keys = [facts.key(paper) for paper in (*papers, *alike)]
    assert len({key.casefold() for key in keys}) == len(keys)
    assert all(re.fullmatch(r"[A-Za-z0-9:./+_-]+", key) for key in keys)


def test_a_key_outlives_every_correction() -> None:
    """Title, authors, dates and even the identifier may change: a manuscript that cites the paper does not notice."""
    paper = Paper("a-title", "A title", authors=(Author("A. Name"),), submitted=date(2025, 1, 1))
    corrected = replace(paper, title="Another one", authors=(Author("B. Name"),), submitted=date(2024, 1, 1))
    filed_anew = replace(corrected, id="2501.00001", aliases=("a-title",))
    assert facts.key(paper) == facts.key(corrected) == facts.key(filed_anew) == "paper:a-title"


# What each format says.


def _paper(**given: object) -> Paper:
    fields: dict[str, object] = {"id": "2511.08567", "title": "A title", "submitted": date(2025, 11, 11)} | given
    return Paper(**fields)  # type: ignore[arg-type]  # the fields of a test's own choice


def test_a_bibtex_entry() -> None:
    """The whole entry of a paper of arXiv."""
    paper = _paper(
        title="RLVR 50%: {a} $O(n_k)$ \\'etude & -- So", authors=(Author("Paul Erdős"), Author("The X Team"))
    )
    assert bibtex.entry(replace(paper, categories=("cs.LG",))) == (
        "@misc{arXiv:2511.08567,\n"
        "  title={{RLVR} 50\\%: {\\textbraceleft}a{\\textbraceright} {$O(n_k)$} {\\'e}tude \\& {\\textendash} So},\n"
        "  author={Erd{\\H{o}}s, Paul and {The X Team}},\n"
        "  year={2025},\n"
        "  eprint={2511.08567},\n"
        "  archiveprefix={arXiv},\n"
        "  primaryclass={cs.LG}\n"
        "}\n"
    )


def test_a_paper_of_which_little_is_known_is_cited_all_the_same() -> None:
    """A slug has no address; a paper without authors or date says nothing of them."""
    paper = Paper("some-title", "Some title")
    assert bibtex.entry(paper) == "@misc{paper:some-title,\n  title={Some title}\n}\n"
    assert ris.entry(paper) == "TY  - GEN\r\nID  - paper:some-title\r\nTI  - Some title\r\nER  - \r\n"
    assert csl.fields(paper) == {"id": "paper:some-title", "type": "document", "title": "Some title"}


def test_a_doi_is_given_as_one() -> None:
    """For papers that have no other identifier."""
    paper = Paper("10.1016/0370-2693(92)90710-l", "Some title", withdrawn=date(2025, 1, 1))
    assert "doi={10.1016/0370-2693(92)90710-l}" in bibtex.entry(paper)
    assert "note={Withdrawn}" in bibtex.entry(paper)
    assert "DO  - 10.1016/0370-2693(92)90710-l\r\n" in ris.entry(paper)
    assert csl.fields(paper)["DOI"] == "10.1016/0370-2693(92)90710-l"


@pytest.mark.parametrize(
    "title",
    [
        "\\",
        "{",
        "}",
        "a\\}b",
        r"$\left\{x\right.$",
        "a}b{c",
        "$",
        "$x",
        "100% & #_^~ \\ {",
        '"@misc{x,',
        "% a",
        "é中α→🚀",
    ],
)
def test_no_title_breaks_a_file(title: str) -> None:
    """Braces stay in pairs, for BibTeX itself counts those behind a backslash, too; the entry after it is read."""
    text = files.bibliography([_paper(title=title), _paper(id="2511.00001")])
    depths = list(accumulate({"{": 1, "}": -1}.get(character, 0) for character in text))
    assert (min(depths), depths[-1]) == (0, 0)
    library = parse_string(text)
    assert not library.failed_blocks
    assert [entry.key for entry in library.entries] == ["arXiv:2511.08567", "arXiv:2511.00001"]
    references = rispy.loads(files.references([_paper(title=title), _paper(id="2511.00001")]))
    assert [one["title"] for one in references] == [" ".join(typeset.plain(title).split()), "A title"]


@pytest.mark.parametrize(
    ("letter", "tex"),
    [
        *(("é", r"{\'e}"), ("ő", r"{\H{o}}"), ("ș", None), ("ế", r"{\'{\^e}}"), ("ø", r"{\o}"), ("ı", r"{\i}")),
        *(("α", r"{\ensuremath{\alpha}}"), ("“", r"{\textquotedblleft}"), ("中", "中"), ("Fig.~1", "Fig.~1")),
    ],
)
def test_letters_in_tex(letter: str, tex: str | None) -> None:
    """Accents and signs are commands; what TeX has no command for stays as it is."""
    found = bibtex.entry(_paper(title=letter)).split("title={")[1].split("},\n")[0]
    assert found == (tex or letter)


def test_a_formula_is_one_for_every_tex() -> None:
    """Greek letters and signs that somebody typed into a formula are commands there, too: pdfLaTeX knows no others."""
    assert "near {$J/{\\ensuremath{\\psi}}$}" in bibtex.entry(_paper(title="Seen near $J/ψ$"))
    assert "{$a {\\ensuremath{\\leq}} b$}" in bibtex.entry(_paper(title="So $a ≤ b$"))
    assert "{$\\lbrace x\\rbrace \\\\{y}$}" in bibtex.entry(_paper(title=r"For $\{x\}\\{y}$"))
    assert "{$x_{\\text{é}}$}" in bibtex.entry(_paper(title="And $x_{\\text{é}}$"))


# Names.


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Hanqing Zhu", Name("Zhu", "Hanqing")),
        ("Laurens van der Maaten", Name("Maaten", "Laurens", "van der")),
        ("Luc Van Gool", Name("Gool", "Luc", "Van")),
        ("Quoc V. Le", Name("Le", "Quoc V.")),
        ("Juan de la Cruz Garcia", Name("Cruz Garcia", "Juan", "de la")),
        ("Santiago Ramón y Cajal", Name("Ramón y Cajal", "Santiago")),
        ("Martin Luther King Jr.", Name("King", "Martin Luther", "", "Jr.")),
        ("M. Finger, Jr.", Name("Finger", "M.", "", "Jr.")),
        ("John Smith III", Name("Smith", "John", "", "III")),
        ("Gemini Team", Name("Gemini Team")),
        ("LHCb Collaboration", Name("LHCb Collaboration")),
        ("OpenAI", Name("OpenAI")),
        ("王小明", Name("王小明")),
        (r"Paul Erd\H{o}s", Name("Erdős", "Paul")),
        ("e. e. cummings", Name("cummings", "e. e.")),
        ("A. Name (University of X)", Name("A. Name (University of X)")),
    ],
)
def test_names_are_taken_apart(written: str, name: Name) -> None:
    """Particles belong to the family name, suffixes to nobody; groups and single words stay whole."""
    assert split(written) == name


def test_an_ordinary_name_is_taken_apart_as_any_other(papers: list[Paper], monkeypatch: pytest.MonkeyPatch) -> None:
    """That it is seen to be one saves time, and changes nothing: not for one that only looks like it either."""
    written = {author.name for paper in papers for author in paper.authors}
    written |= {
        f"{first} {last}" for first in ("Jo", "Van", "A.") for last in ("Team", "Al", "Jr", "Iv", "And Bo", "Lab")
    }
    quick = {name: split.__wrapped__(name) for name in written}
    monkeypatch.setattr(names, "_ORDINARY", re.compile("(?!)"))
    assert quick == {name: split.__wrapped__(name) for name in written}


def test_every_name_is_whole_when_put_together_again(papers: list[Paper]) -> None:
    """Nothing of a name is lost, doubled or turned round."""
    for paper in papers:
        for author, name in zip(paper.authors, _names(paper), strict=True):
            assert str(split(author.name)).replace(",", "") == name.replace(",", "")


# Files.


def test_a_file_is_below_5_mb(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is more goes into the next one; each is whole, and together they have every paper in order."""
    monkeypatch.setattr(files, "_PLANNED_BYTES", 20_000)
    many = [_paper(id=f"2511.{number:05}", authors=(Author("Zoë Möller"),) * 9) for number in range(1, 101)]
    cut = list(files.parts([*map(heading, many)]))
    assert len(cut) > 3
    assert [paper.id for part in cut for paper in part] == [paper.id for paper in many]
    by_id = {paper.id: paper for paper in many}
    parts = [[by_id[paper.id] for paper in part] for part in cut]
    first = files.bibliography(parts[0], "papers-2.bib")
    assert first.startswith("Continued in papers-2.bib\n")
    assert [entry.key for entry in parse_string(first).entries] == [facts.key(paper) for paper in parts[0]]
    for make in (files.bibliography, files.references, files.objects):
        assert all(len(make(part).encode()) <= 20_000 for part in parts)
    assert [files.part_name("papers.csl.json", number) for number in (1, 2)] == ["papers.csl.json", "papers-2.csl.json"]


def test_the_estimate_of_a_file_is_never_too_small(papers: list[Paper]) -> None:
    """So that no file is longer than it was planned to be."""
    for paper in papers:
        for make in (bibtex.entry, ris.entry, csl.entry):
            assert len(make(paper).encode()) <= files._estimate(heading(paper))  # noqa: SLF001 - the promise that 5 MB rest on


def test_citations_say_nothing_that_moves() -> None:
    """A paper's versions, upvotes and links change nothing in its citation, so that its files stay as they are."""
    paper = _paper(categories=("cs.LG", "cs.AI"))
    changed = replace(
        paper, versions=(Version(2, date(2026, 1, 1)),), links={"code": "https://x.org"}, abstract="x", keywords=("y",)
    )
    assert files.cited(paper) == files.cited(changed)
