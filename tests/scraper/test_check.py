"""`check`: every rule of the store, each broken once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from scraper.check import check, notices
from scraper.cli import main
from scraper.cli.console import annotate
from scraper.errors import Problem, StoreFormatError
from scraper.records import CuratedList, Day, DayEntry, ListEntry, Paper
from scraper.store import ContentStore

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def library(tmp_path: Path) -> ContentStore:
    """A small library without a problem."""
    (tmp_path / "site_config").mkdir()
    (tmp_path / "site_config" / "site.yml").write_text("name: T\n")
    store = ContentStore(tmp_path)
    store.write_day(Day(date(2025, 11, 13), "13 November 2025", (DayEntry("2511.00001"), DayEntry("2511.00002"))))
    store.write_paper(Paper(id="2511.00001", title="One", featured=(date(2025, 11, 13),)))
    store.write_paper(Paper(id="2511.00002", title="Two", featured=(date(2025, 11, 13),)))
    store.write_paper(Paper(id="2511.00003", title="Three", aliases=("three",)))
    store.write_new_list(CuratedList("a-list", "A list", (ListEntry("2511.00003"),)))
    return store


def _edit(path: str, old: str, new: str) -> Callable[[Path], None]:
    def apply(root: Path) -> None:
        file = root / path
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))

    return apply


def _write(path: str, content: bytes) -> Callable[[Path], None]:
    def apply(root: Path) -> None:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    return apply


DAY = "content/daily/2025/2025-11-13.md"
PAPER = "content/papers/2511/2511.00001.md"
LIST = "content/lists/a-list.md"


def test_a_sound_library_has_no_problem(library: ContentStore) -> None:
    """Nothing is reported where nothing is wrong."""
    assert list(check(library.root)) == []


@pytest.mark.parametrize(
    ("spoil", "place", "message"),
    [
        (_edit(PAPER, "One", "One: more"), f"{PAPER}:3", "cannot be read as YAML"),
        (_edit(PAPER, "'2511.00001'", "'2511.00009'"), f"{PAPER}:1", "belongs at content/papers/2511/2511.00009.md"),
        (_edit(DAY, "date: 2025-11-13", "date: 2025-11-14"), f"{DAY}:1", "belongs at content/daily/2025/2025-11-14.md"),
        (_edit(DAY, "- {id: '2511.00002'}", "- '2511.00001'"), f"{DAY}:6", "2511.00001 stands here already, on line 5"),
        (_edit(DAY, "papers:", "empty: weekend\npapers:"), f"{DAY}:4", "remove this line"),
        (_write(DAY, b"---\ntitle: T\ndate: 2025-11-13\npapers: []\n---\n"), f"{DAY}:4", "says why"),
        (_write(LIST, b"---\ntitle: T\npapers:\n- x y\n---\n"), f"{LIST}:4", "papers[1].id: expected an identifier"),
        (
            _write("content/lists/Bad Name.md", b"---\ntitle: T\npapers: []\n---\n"),
            "content/lists/Bad Name.md",
            "a name of",
        ),
        (_write("content/lists/mine.txt", b"---\ntitle: T\npapers: []\n---\n"), "content/lists/mine.txt: ", "in .md"),
        (_write("content/lists/aux.md", b"---\ntitle: T\npapers: []\n---\n"), "content/lists/aux.md", "Windows"),
        (_write("content/papers/2511/notes.txt", b"hello"), "content/papers/2511/notes.txt:1", "front matter"),
        (_write(LIST, b"---\ntitle: T\npaper:\n- x\n---\n"), f"{LIST}:3", "did you mean 'papers'?"),
        (
            _write(LIST, b"---\ntitle: T\npapers:\n- {id: x, note: Good, read its proof.}\n---\n"),
            f"{LIST}:4",
            "quotes around a text that holds a comma",
        ),
        (
            _write(LIST, b"---\ntitle: T\npapers:\n- https://arxiv.org/abs/2511.00003\n---\n"),
            f"{LIST}:4",
            "'2511.00003'",
        ),
        (_write(PAPER, b"---\nid: '2511.00001'\ntitle: \xff\n---\n"), f"{PAPER}:3", "UTF-8"),
        (
            _edit(PAPER, "title: One", "title: One\naliases: [three]"),
            "content/papers/2511/2511.00003.md",
            "alias three",
        ),
        (_edit(PAPER, "title: One", "title: One\naliases: ['2511.00002']"), f"{PAPER}:4", "alias 2511.00002"),
        (_edit("site_config/site.yml", "name: T", "name: T\nnam: T"), "site_config/site.yml:2", "one of the keys"),
        (_write("content/store.yml", b"format: one\n"), "content/store.yml:1", "format: 1"),
        (_write("content/store.yml", b"format: true\n"), "content/store.yml:1", "format: 1"),
        (_write("content/store.yml", b"format: 0\n"), "content/store.yml:1", "format: 1"),
        (_write("content/store.yml", b"format: [\n"), "content/store.yml:2", "cannot be read as YAML"),
    ],
)
def test_each_broken_rule_is_reported_at_its_place(
    library: ContentStore, spoil: Callable[[Path], None], place: str, message: str
) -> None:
    """One thing is spoilt, and one problem names its file, line and what was expected."""
    spoil(library.root)
    [problem] = check(library.root)
    assert str(problem).startswith(place)
    assert message in problem.message


def test_only_the_named_paths_are_reported(library: ContentStore) -> None:
    """With paths, problems elsewhere are left out; a folder stands for all below it."""
    _edit(PAPER, "One", "One: more")(library.root)
    _edit(DAY, "date: 2025-11-13", "date: x")(library.root)
    assert [problem.path for problem in check(library.root, [library.root / "content" / "daily"])] == [DAY]
    assert [problem.path for problem in check(library.root, [library.root / PAPER])] == [PAPER]


def test_a_paper_without_file_is_a_notice(library: ContentStore) -> None:
    """A day or list may name a paper that is not fetched yet: told, with its line, and no problem."""
    library.remove_paper("2511.00002")
    assert list(check(library.root)) == []
    [notice] = notices(library.root, library.load())
    assert (notice.path, notice.line) == (DAY, 6)
    assert "2511.00002" in notice.message


def test_a_category_that_arxiv_may_not_have_is_a_notice(library: ContentStore) -> None:
    """Told with its line, and no problem: arXiv may have a new one."""
    _edit("site_config/site.yml", "name: T", "name: T\ncategories: [cs.ROO]")(library.root)
    assert list(check(library.root)) == []
    [notice] = notices(library.root, library.load())
    assert (notice.path, notice.line) == ("site_config/site.yml", 2)


def test_a_newer_format_is_refused(library: ContentStore) -> None:
    """A library that a newer Paperstand wrote is not touched by an older one."""
    (library.root / "content" / "store.yml").write_text("format: 2\n")
    with pytest.raises(StoreFormatError, match="upgrade"):
        list(check(library.root))


def test_the_committed_library_has_no_problem() -> None:
    """What this repository publishes keeps its own rules."""
    assert [str(problem) for problem in check(REPOSITORY)] == []


def test_all_problems_of_a_file_are_told_at_once(library: ContentStore) -> None:
    """Whoever mends a file mends it once."""
    (library.root / LIST).write_text("---\ntitle: []\ncurator: {}\npapers:\n- x y\n- '2511.00003'\n- {note: z}\n---\n")
    problems = [(problem.line, problem.message) for problem in check(library.root)]
    assert [line for line, _ in problems] == [2, 3, 5, 7]


def test_a_key_that_nothing_shows_is_a_notice(library: ContentStore) -> None:
    """A slip in a key's name is told with the names there are."""
    path = library.root / LIST
    path.write_text(path.read_text().replace("title: A list", "title: A list\ncurater: Ann"))
    [notice] = notices(library.root, library.load())
    assert (notice.line, "curator" in notice.message) == (3, True)


def test_a_key_of_a_paper_or_day_that_is_nearly_ours_is_a_notice(library: ContentStore) -> None:
    """A paper with `author:` would have no authors, and nobody would know why. People's own keys are their own."""
    _edit(PAPER, "title: One", "title: One\nauthor: [Ann]\nread_by: Ben\norganization: null")(library.root)
    _edit(DAY, "papers:", "mood: good\nemty: weekend\npapers:")(library.root)
    assert list(check(library.root)) == []
    told = [(notice.path, notice.line, notice.message) for notice in notices(library.root, library.load())]
    assert told == [
        (PAPER, 4, "nothing shows 'author'; did you mean 'authors'?"),
        (DAY, 5, "nothing shows 'emty'; did you mean 'empty'?"),
    ]


def test_a_note_that_was_cut_at_its_comma_is_a_notice(library: ContentStore) -> None:
    """What follows an unquoted comma in a note becomes a key of its own, which nothing shows: told, with its line."""
    (library.root / LIST).write_text("---\ntitle: A list\npapers:\n- {id: 2511.00001, note: Short, then: go}\n---\n")
    [notice] = notices(library.root, library.load())
    assert (notice.line, "nothing shows 'then'" in notice.message) == (4, True)
    assert "in quotes" in notice.message


def test_findings_stand_beside_their_lines_on_github(library: ContentStore) -> None:
    """Where GitHub runs the check, each problem is also an annotation, with nothing in it that could be a command."""
    _edit(PAPER, "One", "One: more")(library.root)
    result = CliRunner().invoke(main, ["--root", str(library.root), "check"], env={"GITHUB_ACTIONS": "true"})
    assert result.exit_code == 1
    assert f"::error file={PAPER},line=3::cannot be read as YAML" in result.output
    result = CliRunner().invoke(main, ["--root", str(library.root), "check"])
    assert "::error" not in result.output


def test_an_annotation_is_one_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever a message quotes and however a file is called: GitHub reads the message back, and no second command."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    annotate("error", Problem("content/a,line=9::b%.md", 2, "50%0A of\r\n::set-output name=x::y"))
    assert capsys.readouterr().out == (
        "::error file=content/a%2Cline=9%3A%3Ab%25.md,line=2::50%250A of%0D%0A::set-output name=x::y\n"
    )


def test_a_path_outside_of_the_library_is_refused(
    library: ContentStore, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Nothing is said to be sound that was not looked at."""
    other = tmp_path_factory.mktemp("other")
    result = CliRunner().invoke(main, ["--root", str(library.root), "check", str(other)])
    assert result.exit_code == 2
    assert "is not in the library" in result.output
