"""site.yml: what it may say, and how a slip of the pen is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from scraper import settings
from scraper.errors import ContentError
from scraper.http import Client
from scraper.settings import Settings, Theme
from scraper.sources import SOURCES as SOURCES_THERE_ARE
from scraper.sources import open_source

ROOT = Path(__file__).parents[2]


def test_a_name_is_enough() -> None:
    """Every key but the name has a default that works."""
    assert settings.parse("name: Robot papers\n") == Settings(name="Robot papers")


def test_every_key_is_read() -> None:
    """What a fork writes is what the site gets; identifiers may be written as addresses."""
    text = (
        "name: Robots\ndescription: A list\nurl: https://example.org/robots\nrepository: https://github.com/a/b/\n"
        "sources: [huggingface]\nrevisit_days: 3\nexclude: ['2511.08567', https://arxiv.org/abs/cs/0112017v2]\n"
        "theme:\n  primary: teal\n  accent: deep orange\n"
    )
    assert settings.parse(text) == Settings(
        name="Robots",
        description="A list",
        url="https://example.org/robots/",
        repository="https://github.com/a/b",
        sources=("huggingface",),
        revisit_days=3,
        exclude=frozenset({"2511.08567", "cs/0112017"}),
        theme=Theme("teal", "deep orange"),
    )


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("description: x\n", 1, "'name'"),
        ("name: x\nexlude: []\n", 2, "one of the keys name, "),
        ("name: x\nexlude: []\n", 2, "theme; did you mean 'exclude'?"),
        ("name: x\nurl: example.org\n", 2, "url: expected an address"),
        ("name: x\nurl: 'javascript:alert(1)'\n", 2, "url: expected an address"),
        ("name: x\n\n\nrevisit_days: 0\n", 4, "1 to 60"),
        ("name: x\nsources: []\n", 2, "at least 1"),
        ("name: x\nsources: [huggingface, nowhere]\n", 2, "sources[2]: expected one of huggingface"),
        ("name: x\ntheme: {primary: [teal]}\n", 2, "Material's colours"),
        ("name: x\nannouncements:\n  holidays: [2027-02-30]\n", 3, "a date such as"),
        ("name: x\nannouncements: {evenings: [Caturday]}\n", 2, "Monday, Tuesday"),
        ("name: x\nexclude: [2511.1]\n", 2, "exclude[1]: expected an identifier such as '2511.08567', not '2511.1'"),
        ("name: x\ntheme: {primary: mauve}\n", 2, "theme.primary: expected one of Material's colours"),
        ("name: x\ntheme: {primary: teel}\n", 2, "yellow, not 'teel'; did you mean 'teal'?"),
        ("name: x\nsources: arxiv\n", 2, "sources: expected a list, such as [arxiv]"),
        ("name: x\nsources: [arxiv]\n", 2, "sources: expected `categories` such as [cs.RO]"),
        ("name: x\nthumbnails: Yes\n", 2, "expected true or false, not 'Yes'"),
        ("name: x\ncategories: [cs.R0]\n", 2, "or an archive such as cs, not 'cs.R0'"),
        ("name: x\nselection:\n\torder: score\n", 3, "with spaces, not tabs"),
        ("name: x\ncategories: [cs.RO,\nexclude: []\n", 2, "close each bracket"),
        ("name: x\nname: [\n", 3, "YAML"),
        ('name: "x\nurl: https://example.org/\n', 1, "a quote that is opened here"),
        ("name: x\nexclude:\n- '2511.00001\n- '2511.00002'\n", 4, "a quote that is opened or closed alone"),
        ("name: x\ntopics:\n- name: A\n   keywords: [a]\n", 4, "YAML"),
        ("- name\n", 1, "a map"),
    ],
)
def test_a_slip_is_told_with_its_line(text: str, line: int, message: str) -> None:
    """File, line, key and what was expected."""
    with pytest.raises(ContentError) as caught:
        settings.parse(text)
    [problem] = caught.value.problems
    assert (problem.path, problem.line) == ("site_config/site.yml", line)
    assert message in problem.message


def test_all_slips_are_told_at_once() -> None:
    """Whoever mends a file should not have to run the check once for each slip in it."""
    text = "nmae: x\nrevisit_days: 100\nsources: [arxive]\ntopics:\n- name: A\n  keywords: a, b\n"
    with pytest.raises(ContentError) as caught:
        settings.parse(text)
    said = [(problem.line, problem.message.partition(":")[0]) for problem in caught.value.problems]
    assert sorted(said) == [
        (1, "expected a value for 'name'"),
        (1, "nmae"),
        (2, "revisit_days"),
        (3, "sources[1]"),
        (6, "topics[1].keywords"),
    ]


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """A folder without settings is no library."""
    with pytest.raises(ContentError, match="is missing"):
        settings.load(tmp_path)


def test_a_category_that_arxiv_does_not_have_is_doubted(tmp_path: Path) -> None:
    """Wherever it stands, with its line and what may be meant; arXiv may have a new one, so that it is no problem.

    Whoever misspells a category has a site on which nothing ever appears.
    """
    site = tmp_path / settings.PATH
    site.parent.mkdir()
    site.write_text(
        "name: x\nsources: [arxiv]\ncategories: [cs.RO, cs.ROO]\nselection:\n  include:\n    categories:\n"
        "    - hep-th\n    - math.XX\ntopics:\n"
        "- {name: A, categories: [cs, alg-geom, xx], exclude: {categories: [stat.LM]}}\n"
    )
    settings.load(tmp_path)
    told = [(problem.line, problem.message.partition(" ")[0]) for problem in settings.notices(tmp_path)]
    assert told == [(3, "cs.ROO"), (8, "math.XX"), (10, "xx"), (10, "stat.LM")]
    assert "did you mean 'cs.RO'?" in next(settings.notices(tmp_path)).message


@pytest.mark.parametrize("site", sorted((ROOT / "site_config" / "examples").glob("*.yml")), ids=lambda path: path.stem)
def test_nothing_is_doubted_in_the_examples(site: Path, tmp_path: Path) -> None:
    """What a fork begins with has nothing to be looked at."""
    (tmp_path / settings.PATH).parent.mkdir()
    (tmp_path / settings.PATH).write_text(site.read_text("utf-8"), "utf-8")
    assert list(settings.notices(tmp_path)) == []


def test_every_source_that_may_be_named_can_be_opened() -> None:
    """The names that site.yml may have are those of the sources, and of all of them."""
    with Client() as client:
        assert [open_source(name, client, {}).name for name in settings.SOURCES] == list(settings.SOURCES)
    assert set(settings.SOURCES) == set(SOURCES_THERE_ARE)
