"""What the entries let in: text as text; no names that are none, no numbers, lengths and nests without end."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

from scraper import identifiers, plain_yaml, settings, titles, words
from scraper.check import check
from scraper.cli import main
from scraper.errors import ContentError, IdentifierError
from scraper.records import (
    LONGEST_LINE,
    LONGEST_TEXT,
    MOST_COUNTED,
    Author,
    Paper,
    clean_line,
    clean_text,
    clean_url,
    oversized,
)
from scraper.settings import origin_of
from scraper.sources.json_values import as_count, read_value
from scraper.store import ContentStore
from scraper.store.documents import parse_day, parse_list, parse_paper
from site_config import prose
from site_config.related.neighbours import ALIKE_UNIT
from site_config.related.twins import unlike
from tests.hostile.attacks import ADDRESSES, ATTACKS, DEAD_ADDRESSES, IDENTIFIERS, LETTERS
from tests.hostile.conftest import Attacked


def test_a_captured_source_is_a_library_without_problems(attacked: Attacked) -> None:
    """Whatever it sends, `check` finds nothing wrong afterwards, a hostile list and hostile settings included."""
    assert [str(problem) for problem in check(attacked.root)] == []


def test_text_comes_in_as_it_is(attacked: Attacked) -> None:
    """Each attack is the title that it was, normalised and no more, and the abstract likewise."""
    papers = ContentStore(attacked.root).load().papers
    sent = {name: text for name, text in attacked.titles.items() if clean_line(text)}
    assert {name: papers[name].title for name in sent} == {name: clean_line(text) for name, text in sent.items()}
    assert {name: papers[name].abstract for name in sent} == {name: clean_text(text) for name, text in sent.items()}


def test_nothing_is_written_outside_of_its_place(attacked: Attacked) -> None:
    """A source that names papers by paths writes no file but those of identifiers, and says of each name what it is."""
    own = re.compile(
        r"content/(store\.yml|daily/\d{4}/[\d-]+\.md|papers/26\d\d/26\d\d\.\d{5}\.md|lists/hostile\.md|pages/.*)"
    )
    for path in attacked.root.rglob("*"):
        place = path.relative_to(attacked.root).as_posix()
        if path.is_file() and not place.startswith((".cache/", "site/", "site_config/", "mkdocs.yml")):
            assert own.fullmatch(place), place
    assert (
        attacked.output.count("is not an identifier") + attacked.output.count("without an id") >= len(IDENTIFIERS) - 3
    )


def test_what_no_paper_has_is_left_out(attacked: Attacked) -> None:
    """A title of megabytes, a number beyond all counting, an entry that is none: each is said, and the day goes on."""
    library = ContentStore(attacked.root).load()
    assert "2603.00005: title: expected at most 20,000 characters; the paper is left out" in attacked.output
    assert "2603.00005" not in library.papers
    assert not {"2603.00001", "2603.00002"} & set(library.papers)
    counts = {entry.id: entry.upvotes for day in library.days.values() for entry in day.papers}
    assert counts["2603.00003"] is None
    assert counts["2603.00004"] is None


def test_a_terminal_obeys_nothing(attacked: Attacked) -> None:
    """What a scrape says of a hostile name has no control characters, and no line that a workflow takes for its own."""
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", attacked.output)
    assert not re.search("^::", attacked.output, re.MULTILINE)


def test_a_hostile_pull_request_is_answered_with_its_lines(tmp_path: Path) -> None:
    """`check` names file and line for each of a pile of bad files, and neither fails nor obeys them."""
    lists = tmp_path / "content" / "lists"
    lists.mkdir(parents=True)
    (tmp_path / "content" / "store.yml").write_text("format: 1\n")
    (tmp_path / "site_config").mkdir()
    (tmp_path / "site_config" / "site.yml").write_text("name: T\n")
    bodies = {
        "bomb": "a: &a [x, x]\nb: &b [*a, *a]\npapers: [*b]\n",
        "tag": "title: !!python/object/apply:os.system [id]\npapers: []\n",
        "merge": "<<: {title: x}\npapers: []\n",
        "twice": "title: x\ntitle: y\npapers: []\n",
        "deep": "title: x\npapers: " + "[" * 5000 + "\n",
        "deeper": "- " * 50_000 + "\n",
        "path": "title: x\npapers: [../../../etc/passwd]\n",
        "number": f"title: x\npapers:\n- {{id: '2601.00001', comments: {10**400}}}\n",
        "long": f"title: {'x' * (LONGEST_LINE + 1)}\npapers: []\n",
        "escape": 'title: "\\e[31m\\0"\npapers: 7\n',
        "float": "title: x\npapers: [.inf, 2501.10010e3]\n",
        "binary": "title: !!binary aGk=\npapers: []\n",
    }
    for name, body in bodies.items():
        (lists / f"{name}.md").write_text(f"---\n{body}---\n", encoding="utf-8")
    (lists / "prose.md").write_text(f"---\ntitle: x\npapers: []\n---\n\n{'x' * (LONGEST_TEXT + 1)}\n")
    (lists / "bytes.md").write_bytes(b"---\ntitle: \xff\xfe\n---\n")
    (lists / "nul.md").write_bytes(b"---\ntitle: a\x00b\npapers: []\n---\n")
    (lists / "nothing.md").write_text("")
    (lists / "Upper Case.md").write_text("---\ntitle: x\npapers: []\n---\n")
    (lists / "con.md").symlink_to("/etc/passwd")
    started = time.process_time()
    result = CliRunner().invoke(main, ["--root", str(tmp_path), "check"], env={"GITHUB_ACTIONS": "true"})
    assert time.process_time() - started < 20
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    for name in (*bodies, "prose", "bytes", "nul", "nothing", "con"):
        assert re.search(rf"content/lists/{name}\.md:\d+: ", result.output), name
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", result.output)
    assert "root:" not in result.output


@pytest.mark.parametrize("name", IDENTIFIERS)
def test_a_name_that_is_none_names_no_file(name: str) -> None:
    """Neither as an identifier nor as a reference."""
    with pytest.raises(IdentifierError):
        identifiers.file_path(name)
    with pytest.raises(IdentifierError):
        identifiers.canonical(name)


@given(st.text(max_size=60) | st.from_regex(r"10\.\d{4,9}/.{0,40}"))
@example("10.1000/..")
@example("10.1000/../../x")
@example("10.1000/.x.")
@example("10.1000/AUX")
@example("10.1000/com1.v2")
def test_whatever_names_a_paper_stays_inside(text: str) -> None:
    """A name that is accepted gives a file of plain letters within papers/, and a page alike."""
    try:
        identifier = identifiers.parse_reference(text).identifier
    except IdentifierError:
        return
    for path in (identifiers.file_path(identifier), identifiers.page_path(identifier)):
        assert re.fullmatch(r"[A-Za-z0-9._~/-]+", path)
        for part in path.rstrip("/").split("/"):
            # Neither a folder above, nor hidden, nor a name that Windows shortens or keeps for a device.
            assert part
            assert part[0] != "."
            assert part[-1] != "."
            assert not re.fullmatch(r"con|prn|aux|nul|com[0-9]|lpt[0-9]", part.partition(".")[0])


_ADDRESSES: dict[str, str] = {**ADDRESSES, **DEAD_ADDRESSES}


@pytest.mark.parametrize("name", _ADDRESSES)
def test_an_address_that_runs_is_none(name: str) -> None:
    """Only http and https with a host come in; what would end an attribute stays, and is escaped on the way out."""
    text = _ADDRESSES[name]
    assert clean_url(text) is None or re.match(r"https?://[^/]", text)
    assert "javascript" not in str(prose.render(f"[x](<{text}>) <{text}>")).partition("href=")[2]


@pytest.mark.parametrize("name", LETTERS)
def test_letters_that_cannot_be_shown_go(name: str) -> None:
    """Control characters, lone surrogates and no-characters are gone from every record; all else stays."""
    line = clean_line(LETTERS[name])
    assert not re.search("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]", line)
    assert line.encode()


def test_numbers_have_an_end() -> None:
    """More than anybody counts is no count, from a source and in a file: a build makes floats of them."""
    assert as_count(MOST_COUNTED) == MOST_COUNTED
    assert as_count(MOST_COUNTED + 1) is None
    assert as_count(True) is as_count(-1) is as_count("9" * 16) is as_count("\u0663") is None
    with pytest.raises(ContentError, match="a whole number up to"):
        parse_day(f"---\ntitle: x\ndate: 2026-01-01\npapers:\n- {{id: '2601.00001', upvotes: {10**400}}}\n---\n")


def test_nests_have_an_end() -> None:
    """JSON as deep as it is long is no answer, and ends nothing but itself."""
    for nest in (b"[" * 100_000, b'{"a":' * 100_000, b"[" * 100_000 + b"]" * 100_000):
        with pytest.raises(ValueError, match="JSON"):
            read_value(nest)


def test_texts_have_an_end(tmp_path: Path) -> None:
    """A title of megabytes would be on every page that lists the paper: the file is refused, and not written."""
    line, text = "x" * (LONGEST_LINE + 1), "x" * (LONGEST_TEXT + 1)
    paper = Paper("2601.00001", "x")
    for name, huge in {
        "title": replace(paper, title=line),
        "abstract": replace(paper, abstract=text),
        "authors": replace(paper, authors=(Author(line),)),
        "organization": replace(paper, organization=line),
        "categories": replace(paper, categories=(line,)),
        "keywords": replace(paper, keywords=("x", line)),
        "links": replace(paper, links={"code": f"https://example.org/{line}"}),
    }.items():
        assert f"{name}: expected at most" in str(oversized(huge))
        with pytest.raises(ContentError, match=f"{name}: expected at most"):
            ContentStore(tmp_path).write_paper(huge)
    assert list(tmp_path.iterdir()) == []
    for text in (f"---\nid: '2601.00001'\ntitle: {'x' * (LONGEST_LINE + 1)}\n---\n",):
        with pytest.raises(ContentError, match="at most"):
            parse_paper(text)
    with pytest.raises(ContentError, match="at most"):
        parse_paper(f"---\nid: '2601.00001'\ntitle: x\n---\n\n{'x' * (LONGEST_TEXT + 1)}\n")
    with pytest.raises(ContentError, match="at most"):
        parse_day(f"---\ntitle: x\ndate: 2026-01-01\npapers: []\n---\n\n{'x' * (LONGEST_TEXT + 1)}\n")
    with pytest.raises(ContentError, match="at most"):
        parse_list(f"---\ntitle: x\npapers: []\n---\n\n{'x' * (LONGEST_TEXT + 1)}\n", "x")


@pytest.mark.parametrize(
    "form",
    [
        "https://a;script-src%20*/x",
        "https://a,b/x",
        "https://a'b/x",
        "https://*/x",
        "https://*.example.org/x",
        "javascript:alert(1)",
        "https://x:99999999/",
    ],
)
def test_no_address_of_the_settings_widens_the_policy(form: str) -> None:
    """A host that a policy could read as more than a name is refused where it is written."""
    assert origin_of(form) is None
    with pytest.raises(ContentError, match=r"mail\.form"):
        settings.parse(f"name: T\nmail: {{provider: P, form: {plain_yaml.scalar(form)}}}\n")


@pytest.mark.parametrize("key", ["name", "description", "url", "repository", "sources", "topics", "theme", "exclude"])
def test_hostile_settings_are_read_or_refused(key: str) -> None:
    """Every key of site.yml, given every attack, is taken as text or refused with its line; nothing else happens."""
    lines: list[int] = []
    for text in ATTACKS.values():
        site = "" if key == "name" else "name: T\n"
        try:
            settings.parse(plain_yaml.dump({key: text}) if key == "name" else site + plain_yaml.dump({key: text}))
        except ContentError as error:
            lines += [problem.line for problem in error.problems]
    assert all(line >= 1 for line in lines)


_LONG = 60_000
REPEATED = (
    *(
        "a",
        " ",
        "\t",
        "\n",
        " \n",
        "\u0351",
        "<",
        "<!--",
        "</",
        "&",
        "[",
        "](",
        "*",
        "_",
        "`",
        ">",
        "$",
        "\\",
        "{",
        "$x",
    ),
    *("a-", "'", '"', "- ", "1. ", "| ", "://", "www.", "http://a ", "@", "0", "2601.", "]]>", "~", "#", "=", "!"),
)
READERS: Mapping[str, Callable[[str], object]] = {
    "clean_line": clean_line,
    "clean_text": clean_text,
    "clean_url": lambda text: clean_url("https://a/" + text + "b"),
    "normalised": titles.normalised,
    "words.name": words.name,
    "canonical": lambda text: identifiers.canonical("10.1000/" + text),
}
"""What reads a text before anything has looked at its length; tests/fuzz/ does the same for the parsers."""


@pytest.mark.parametrize("reader", READERS)
def test_no_text_takes_its_square(reader: str) -> None:
    """Sixty thousand characters of the same few letters, within seconds: none takes the square of its length."""
    for part in REPEATED:
        text = (part * (_LONG // len(part))) + "\x01b"
        started = time.process_time()
        with suppress(IdentifierError):
            READERS[reader](text)
        assert time.process_time() - started < 4, part


def test_titles_are_compared_in_time() -> None:
    """Two titles as long as a title may be, of papers with nearly the same text, are compared by their beginnings."""
    names = ["w" * LONGEST_LINE, "w" * (LONGEST_LINE - 1) + "x"]
    started = time.process_time()
    assert unlike(0, [1], [ALIKE_UNIT], titles=names, names=[0, 1]) == []
    assert time.process_time() - started < 4


def test_the_threat_model_names_tests_that_are_there() -> None:
    """It says how to report a weakness; each test that it names exists, and each protection in its lists names one."""
    root = Path(__file__).parents[2]
    text = (root / "SECURITY.md").read_text(encoding="utf-8")
    assert re.search(r"^\*\*Reporting\.\*\* Report a weakness privately", text, re.MULTILINE)
    assert "## Who can write what, and what stops them" in text
    named = re.findall(r"`((?:tests|\.github)/[\w./]+)`", text)
    assert len(set(named)) > 15
    assert [path for path in named if not (root / path).exists()] == []
    bullets = re.findall(r"^- \*\*.*?(?=^- |^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    assert len(bullets) > 10
    assert [bullet for bullet in bullets if "`tests/" not in bullet] == []
