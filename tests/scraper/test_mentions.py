"""`paperstand import` of whatever names papers: Markdown, BibTeX, plain lists; order, headings, lines."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import ContentError
from scraper.mentions import Mention, parse
from scraper.mentions.named import references
from scraper.records import Paper
from tests.replay import DATA
from tests.scraper.conftest import Desk

NAMED = DATA / "named"
ALIGNMENT = NAMED / "awesome-llm-alignment.md"
MODEL_BASED = NAMED / "awesome-model-based-rl.md"
BIBTEX = NAMED / "references.bib"


def found(text: str) -> list[str]:
    """The identifiers in a text."""
    return [one.identifier for one in references(text)]


@pytest.mark.parametrize(
    ("text", "identifiers"),
    [
        ("2511.08567", ["2511.08567"]),
        ("[paper](https://arxiv.org/abs/2307.12966)", ["2307.12966"]),
        ("see https://arxiv.org/pdf/2307.12966v2.pdf, or arXiv:2305.11206.", ["2307.12966", "2305.11206"]),
        ("<https://huggingface.co/papers/2307.12966>", ["2307.12966"]),
        ("[a](https://dl.acm.org/doi/abs/10.1145/122344.122377)", ["10.1145/122344.122377"]),
        ("https://www.biorxiv.org/content/10.1101/2024.04.01.587366v1.full", ["10.1101/2024.04.01.587366"]),
        ("(doi:10.1038/nature14539)", ["10.1038/nature14539"]),
        ("https://doi.org/10.1016/S0(92)90710", ["10.1016/s0(92)90710"]),
        ("cs/0112017 and math.GT/0309136", ["cs/0112017", "math/0309136"]),
        ("10.48550/arXiv.2307.12966", ["2307.12966"]),
        ("2024.12.01, 1024.4096, 3.14159, 20230612, v2.10.1", []),
        ("https://github.com/a/b https://openreview.net/forum?id=2511", []),
        ("https://example.org/2511.08567", []),
    ],
)
def test_what_names_a_paper(text: str, identifiers: list[str]) -> None:
    """Identifiers, citations and addresses, also where a sentence or Markdown goes on behind them; nothing else."""
    assert found(text) == identifiers


def test_a_real_markdown_list() -> None:
    """Six papers under their headings, the page's own heading as title, a repository as a title without identifier."""
    read = parse(ALIGNMENT.read_text(), "a.md")
    assert read.title == "Alignment"
    assert read.problems == ()
    assert read.mentions[0] == Mention(
        7, "2307.12966", "Aligning Large Language Models with Human: A Survey", ("Papers", "2023"), "2023-08"
    )
    known = ["2307.12966", "2305.11206", "2305.08844", "2305.03047", "2305.10142", "2304.11082", None]
    assert [mention.identifier for mention in read.mentions] == known
    assert read.mentions[-1].headings == ("Useful Resources",)


def test_a_real_list_with_everything_in_it() -> None:
    """Quotes, numbered references, details, code and a table of contents: papers are found, the rest is not taken."""
    read = parse(MODEL_BASED.read_text(), "a.md")
    assert read.title == "Awesome Model-Based Reinforcement Learning"
    by_heading: dict[str, list[str | None]] = {}
    for mention in read.mentions:
        by_heading.setdefault(mention.headings[-1], []).append(mention.identifier)
    assert by_heading == {
        "A Taxonomy of Model-Based RL Algorithms": [
            *(None, "1707.06203", None, "1803.00101", "1705.08439", "1712.01815", None, "2010.04893"),
        ],
        "Classic Model-Based RL Papers": [
            *("10.1145/122344.122377", None, None, "1510.09142", "1707.03497"),
            *("1807.01675", "1809.01999", "1805.12114"),
        ],
        "NeurIPS 2025": [None, None, "2507.03298", None, None],
        "Tutorial": [None, None],
        "Codebase": [None, None],
    }
    titles = {mention.identifier: mention.title for mention in read.mentions}
    assert titles["1707.03497"] == "Value Prediction Network"


def test_bibtex() -> None:
    """What arXiv, Google Scholar and publishers write; comments as headings; a broken entry with its line."""
    read = parse(BIBTEX.read_text(), "r.bib")
    assert [(mention.line, mention.identifier, mention.headings) for mention in read.mentions] == [
        (5, "2307.12966", ("Surveys",)),
        (12, "2305.11206", ("Surveys",)),
        (25, "10.1038/nature14539", ("Deep learning",)),
        (27, "hep-th/9901001", ("Deep learning",)),
        (33, None, ("Deep learning",)),
        (38, "1712.01815", ("Deep learning",)),
    ]
    assert read.mentions[0].title == "Aligning Large Language Models with Human: A Survey"
    assert read.mentions[1].words == "Read this first."
    assert [str(problem) for problem in read.problems] == ["r.bib:35: cannot be read as an entry of BibTeX"]


def test_a_plain_list() -> None:
    """One or several identifiers or addresses a line; each line that names none is told."""
    read = parse("2306.02204\nhttps://arxiv.org/abs/2501.16443v2\n\nsomething else\r\n2511.00001, 2511.00002\n", "l")
    assert [mention.identifier for mention in read.mentions] == [
        *("2306.02204", "2501.16443", "2511.00001", "2511.00002"),
    ]
    assert [problem.line for problem in read.problems] == [4]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- [A](https://x.org)\n  - [arXiv](https://arxiv.org/abs/2511.00001)\n", [("2511.00001", "A", "")]),
        ("- 2024\n  - [A](https://arxiv.org/abs/2511.00001)\n  - [B](https://arxiv.org/abs/2511.00002)\n",
         [("2511.00001", "A", ""), ("2511.00002", "B", "")]),
        ("| Paper | Why |\n|---|---|\n| [A](https://arxiv.org/abs/2511.00001) | Good |\n",
         [("2511.00001", "A", "Good")]),
        ("1. **A** ([pdf](https://arxiv.org/pdf/2511.00001)): *best* one\n", [("2511.00001", "A", "best one")]),
        ('* <a href="https://arxiv.org/abs/2511.00001">A</a>\n', [("2511.00001", "A", "")]),
        ("<!-- 2511.00009 -->\n- 2511.00001\n```\n2511.00008\n```\n", [("2511.00001", "", "")]),
        ("- ![2511.00009](https://arxiv.org/abs/2511.00009) 2511.00001\n", [("2511.00001", "", "")]),
    ],
)  # fmt: skip
def test_how_lists_are_written(text: str, expected: list[tuple[str, str, str]]) -> None:
    """Links below a title, headings as list items, tables, HTML; nothing in code, comments and pictures."""
    read = parse(text, "a.md")
    assert [(mention.identifier, mention.title, mention.words) for mention in read.mentions] == expected


@pytest.mark.parametrize("text", ["", "\n", "Nothing here.\n", "# Title\n\n- [x](#y)\n"])
def test_a_text_that_names_no_paper_is_refused(text: str) -> None:
    """With what was expected."""
    with pytest.raises(ContentError, match="names no paper"):
        parse(text, "a.md")


@given(st.text(alphabet="-*#[]()|`~<>=!_ \n\t@{},%\"'0123456789./:abcdhoptvxi", max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing that a file holds is a traceback, and every line is one of the file."""
    try:
        read = parse(text, "a")
    except ContentError:
        return
    lines = text.count("\n") + 1
    found_at = [one.line for one in read.mentions] + [one.line for one in read.problems]
    assert all(1 <= line <= lines for line in found_at)


@pytest.mark.parametrize(
    "piece",
    [
        *("[", "[a](", "**", "<a href=", "(", "https://x/(", "<!--", "10.1234/", "> ", "@a{", "- ", "_a", "a b "),
        *("www.arxiv:", "[a](b)", "<a href='http://x'>", "`", "arxiv: ", "[[", "<!-- -->"),
    ],
)  # fmt: skip
def test_a_text_made_to_take_long_does_not(piece: str) -> None:
    """Whoever imports a file from a stranger waits for seconds at most, be it one line or many; long lines are told."""
    line = piece * (4900 // len(piece))
    started = time.process_time()
    for text in (f"{line}\n2511.00001\n", f"{line}\n" * 5 + "2511.00001\n", piece * 50_000 + "\n2511.00001\n"):
        with suppress(ContentError):
            parse(text, "a.md")
    assert time.process_time() - started < 5


def test_a_line_that_is_too_long_is_told() -> None:
    """It is not read, and the others are."""
    read = parse(f"2511.00001\n{'x ' * 5000}2511.00002\n2511.00003\n", "a.txt")
    assert [mention.identifier for mention in read.mentions] == ["2511.00001", "2511.00003"]
    assert [problem.line for problem in read.problems] == [2]


def _import(desk: Desk, path: Path, *more: str, status: int = 1) -> str:
    result = desk.run("import", str(path), "--list", "mine", *more)
    assert result.exit_code == status, result.output
    return result.output


def test_import_of_markdown(desk: Desk) -> None:
    """Entries in the file's order, headings as notes; papers are left to the scrape; what has no identifier is told."""
    output = _import(desk, ALIGNMENT, "--curator", "A. Name")
    assert "Problem: awesome-llm-alignment.md:19: names no identifier: Awesome-Align-LLM-Human" in output
    assert "Done: content/lists/mine.md with 6 papers, 6 of them new to the library" in output
    library = desk.store.load()
    curated = library.lists["mine"]
    assert (curated.title, curated.curator) == ("Alignment", "A. Name")
    assert [(entry.id, entry.note) for entry in curated.papers][:2] == [
        ("2307.12966", "2023: 2023-08"),
        ("2305.11206", "2023: 2023-05"),
    ]
    assert library.papers == {}
    assert desk.run("check").exit_code == 0
    assert "Unchanged" in _import(desk, ALIGNMENT, "--curator", "A. Name")


def test_the_preview_is_the_list(desk: Desk) -> None:
    """What a dry run shows is, byte for byte, what the run without it writes."""
    preview = _import(desk, BIBTEX, "--title", "References", "--dry-run")
    assert desk.tree() == {}
    _import(desk, BIBTEX, "--title", "References")
    written = desk.store.list_path("mine").read_text()
    assert written in preview
    assert "- {id: '2305.11206', note: 'Surveys: Read this first.'}" in written


def test_a_title_alone(desk: Desk, tmp_path: Path) -> None:
    """The library's paper of that title, or the table's; else it is kept on request only, for `resolve` to look for."""
    desk.store.write_paper(Paper("1803.10122", "World models"))
    table = tmp_path / "table.tsv"
    table.write_text("id\ttitle\n2406.00001\tMBMF\n")
    output = _import(desk, MODEL_BASED, "--identifiers", str(table), "--dry-run")
    assert "id: '1803.10122'" in output
    assert "id: '2406.00001'" in output
    assert "names no identifier: POPLIN" in output
    output = _import(desk, MODEL_BASED, "--keep-titles", status=0)
    assert "names no identifier" not in output
    library = desk.store.load()
    assert library.papers["poplin"].title == "POPLIN"
    assert "poplin" in {entry.id for entry in library.lists["mine"].papers}
    assert desk.run("check").exit_code == 0


def test_headings_of_the_same_name_are_told_apart(desk: Desk, tmp_path: Path) -> None:
    """A heading alone where that is enough, and with those above it where two are called the same."""
    text = "# L\n## Vision\n### Surveys\n- 2511.00001\n## Speech\n### Surveys\n- 2511.00002\n### Other\n- 2511.00003\n"
    path = tmp_path / "l.md"
    path.write_text(text)
    _import(desk, path, status=0)
    notes = [entry.note for entry in desk.store.load().lists["mine"].papers]
    assert notes == ["Vision, Surveys", "Speech, Surveys", "Other"]


def test_a_paper_that_is_named_twice_or_excluded(desk: Desk, tmp_path: Path) -> None:
    """It is listed once, and the other line is told; what site.yml excludes is left out."""
    (desk.root / "site_config/site.yml").write_text("name: T\nexclude: ['2511.00003']\n")
    path = tmp_path / "l.txt"
    path.write_text("2511.00001\n2511.00002\narXiv:2511.00001v3\n2511.00003\n")
    output = _import(desk, path)
    assert "Problem: l.txt:3: 2511.00001 is named again, first on line 1; it is listed once" in output
    assert [entry.id for entry in desk.store.load().lists["mine"].papers] == ["2511.00001", "2511.00002"]


def test_a_markdown_list_may_begin_with_a_tag(desk: Desk, tmp_path: Path) -> None:
    """Many do; a whole page of another site is still refused."""
    path = tmp_path / "l.md"
    path.write_text('<div align="center">\n\n# L\n\n</div>\n\n- 2511.00001\n')
    _import(desk, path, status=0)
    path.write_text("<!DOCTYPE html><html><body>2511.00001</body></html>")
    assert "expected a saved page" in _import(desk, path)


def test_words_of_strangers_are_text(desk: Desk, tmp_path: Path) -> None:
    """Control characters go, YAML's own signs are quoted, and the list passes the check."""
    path = tmp_path / "l.md"
    path.write_text("# \x1b[31mL: {a}\n- [T](https://arxiv.org/abs/2511.00001) - !!python/object: *x & 'y' # \x07z\n")
    _import(desk, path, status=0)
    curated = desk.store.load().lists["mine"]
    assert curated.title == "[31mL: {a}"
    assert curated.papers[0].note == "!!python/object: x & 'y' # z"
    assert desk.run("check").exit_code == 0
