"""The content files' format: what is written is what is read, and what is wrong is named with its line."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper import plain_yaml
from scraper.errors import ContentError
from scraper.records import (
    Author,
    CuratedList,
    Day,
    DayEntry,
    EmptyReason,
    ListEntry,
    Paper,
    Version,
    clean_line,
    clean_text,
)
from scraper.store import documents

HOSTILE = (
    *("---", ": ", "#", " # no comment", "'", '"', "''", "\\", "{{ 7*7 }}", "{% raw %}", "<script>alert(1)</script>"),
    *(
        "`code`",
        "```",
        "مرحبا",
        "\u202eabc\u202c",
        "שלום",
        "😀",
        "👩‍🔬",
        "2501.10010",
        "0704.0010",
        "1e5",
        "0112017",
        "No",
    ),
    *(
        "null",
        "~",
        "yes",
        "true",
        "2025-01-01",
        "12:30:45",
        "- a",
        "? b",
        "& c",
        "&d",
        "*e",
        "!f",
        "!!str",
        "<<",
        "=",
        "%",
    ),
    *(
        "@",
        "|",
        ">",
        "[",
        "]",
        "{",
        "}",
        ",",
        "a\tb",
        "\ufeff",
        "\x00",
        "\x1b[31m",
        "\u2028",
        "\x85",
        "\ud800",
        "\uffff",
    ),
)
IDENTIFIERS = (
    "2501.10010",
    "0704.0010",
    "cs/0112017",
    "10.1016/s0370-2693(92)90710-l",
    "cycle-consistency",
    "2511.08567",
)

words = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=20))
texts = st.lists(words, max_size=8).map(" ".join)
lines = texts.map(clean_line)
some_line = lines.filter(bool)
maybe_line = st.one_of(st.none(), some_line)
bodies = st.lists(texts, max_size=4).map("\n".join).map(clean_text)
dates = st.dates(date(1991, 1, 1), date(2099, 12, 31))
maybe_date = st.one_of(st.none(), dates)
counts = st.one_of(st.none(), st.integers(0, 10**9))
ids = st.sampled_from(IDENTIFIERS)
prose = bodies
extras = st.dictionaries(
    st.sampled_from(["reviewed", "x-note", "organization"]),
    st.one_of(st.none(), st.booleans(), st.integers(-5, 10**6), dates, some_line, st.lists(some_line, max_size=3)),
    max_size=2,
).map(lambda extra: {key: None if key == "organization" else value for key, value in extra.items()})
many_lines = st.lists(some_line, max_size=5).map(tuple)

papers = st.builds(
    Paper,
    id=ids,
    title=some_line,
    abstract=bodies,
    authors=many_lines.map(lambda names: tuple(map(Author, names))),
    author_count=counts,
    submitted=maybe_date,
    categories=many_lines,
    keywords=many_lines,
    links=st.dictionaries(
        some_line, st.sampled_from(["", "https://example.org/a?b=c#d", "http://example.org/:%20x"]), max_size=3
    ),
    source=maybe_line,
    featured=st.lists(dates, max_size=3).map(tuple),
    versions=st.lists(st.builds(Version, st.integers(0, 20), maybe_date), max_size=3).map(tuple),
    withdrawn=maybe_date,
    aliases=st.lists(ids, max_size=2).map(tuple),
    extra=extras,
)
entries = st.builds(DayEntry, ids, counts, counts, counts, maybe_line, counts, counts, st.just({}))
days = st.builds(
    Day,
    dates,
    some_line,
    st.lists(entries, max_size=5).map(tuple),
    st.one_of(st.none(), st.sampled_from(EmptyReason)),
    prose,
    st.just({}),
)
list_entries = st.builds(ListEntry, ids, maybe_line, counts, st.just({}))
lists = st.builds(
    CuratedList,
    st.just("slug"),
    some_line,
    st.lists(list_entries, max_size=5).map(tuple),
    maybe_line,
    maybe_line,
    prose,
    st.just({}),
)


@given(papers)
@settings(max_examples=300, deadline=None)
def test_a_paper_comes_back_as_it_was_written(paper: Paper) -> None:
    """Whatever a title, a name or an abstract holds, reading a written paper gives that paper."""
    written = documents.render_paper(paper)
    assert documents.parse_paper(written) == paper
    assert documents.render_paper(documents.parse_paper(written)) == written


@given(days)
@settings(max_examples=200, deadline=None)
def test_a_day_comes_back_as_it_was_written(day: Day) -> None:
    """Reading a written day gives that day, its editor's note included."""
    written = documents.render_day(day)
    assert documents.parse_day(written) == day
    assert documents.render_day(documents.parse_day(written)) == written


@given(lists)
@settings(max_examples=200, deadline=None)
def test_a_list_comes_back_as_it_was_written(curated: CuratedList) -> None:
    """Reading a written list gives that list, its notes and prose included."""
    written = documents.render_list(curated)
    assert documents.parse_list(written, "slug") == curated
    assert documents.render_list(documents.parse_list(written, "slug")) == written


def test_three_thousand_authors_come_back() -> None:
    """The longest author lists that arXiv has (3,303 names) are one line, read back whole."""
    authors = tuple(Author(f"Á. N. Author-{number}, Jr.") for number in range(3_303))
    paper = Paper(id="2511.08567", title="A collaboration", authors=authors)
    assert documents.parse_paper(documents.render_paper(paper)).authors == authors


@pytest.mark.parametrize("identifier", ["2501.10010", "0704.0010"])
def test_an_unquoted_identifier_is_not_a_number(identifier: str) -> None:
    """2501.10010 without quotes keeps its last nought, and 0704.0010 its first."""
    assert documents.parse_paper(f"---\nid: {identifier}\ntitle: T\n---\n").id == identifier
    day = documents.parse_day(
        f"---\ntitle: T\ndate: 2025-01-01\npapers:\n- {identifier}\n- {{id: {identifier}}}\n---\n"
    )
    assert [entry.id for entry in day.papers] == [identifier, identifier]


def test_a_file_with_windows_line_ends_is_read() -> None:
    """A clone that turned line ends into CRLF reads the same, notes and abstracts included."""
    paper = Paper(id="2511.08567", title="T", abstract="one\ntwo")
    assert documents.parse_paper(documents.render_paper(paper).replace("\n", "\r\n")) == paper


def test_a_key_left_empty_is_remembered() -> None:
    """`organization:` without a value says "none", and is not the same as an absent key."""
    paper = documents.parse_paper("---\nid: '2511.08567'\ntitle: T\norganization:\nlinks: {code: null}\n---\n")
    assert paper.organization is None
    assert paper.extra == {"organization": None}
    assert paper.links == {"code": ""}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("Just text.\n", 1, "front matter"),
        ("---\nid: '2511.08567'\ntitle: T\n", 1, "closes"),
        ("---\nid: 2501.1001\ntitle: T\n---\n", 2, "id: expected an identifier"),
        ("---\nid: math.GT/0309136\ntitle: T\n---\n", 2, "'math/0309136'"),
        ("---\ntitle: T\n---\n", 2, "'id'"),
        ("---\nid: '2511.08567'\ntitle:\n---\n", 3, "'title'"),
        ("---\nid: '2511.08567'\ntitle: [a]\n---\n", 3, "title: expected text"),
        ("---\nid: '2511.08567'\n\ntitle: T\nauthors:\n- A\n- {b: c}\n---\n", 7, "authors[2]"),
        ("---\nid: '2511.08567'\ntitle: T\nauthors: Ann\n---\n", 4, "authors: expected a list"),
        ("---\nid: '2511.08567'\ntitle: T\nsubmitted: yesterday\n---\n", 4, "2025-11-13"),
        ("---\nid: '2511.08567'\ntitle: T\nsubmitted: 2025-02-30\n---\n", 4, "a date"),
        ("---\nid: '2511.08567'\ntitle: T\nlinks: {code: 'javascript:alert(1)'}\n---\n", 4, "links.code"),
        ("---\nid: '2511.08567'\ntitle: T\nversions: [{number: 1, when: x}]\n---\n", 4, "versions[1].when"),
        ("---\nid: '2511.08567'\ntitle: T: U\n---\n", 3, "YAML"),
        ("---\nid: &a '2511.08567'\ntitle: *a\n---\n", 2, "anchors"),
        ("---\nid: '2511.08567'\ntitle: !!python/name:os.system x\n---\n", 3, "tags"),
        ("---\n- a\n---\n", 2, "key: value"),
        ("---\nid: '2511.08567'\ntitle: T\ntitle: U\n---\n", 4, "'title' stands twice"),
        ("---\nid: '2511.08567'\ntitle: T\nlinks: {code: null, code: 'https://a.example'}\n---\n", 4, "twice"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, line: int, message: str) -> None:
    """A file that cannot be understood says where and what was expected."""
    with pytest.raises(ContentError) as caught:
        documents.parse_paper(text, "content/papers/p.md")
    [problem] = caught.value.problems
    assert (problem.path, problem.line) == ("content/papers/p.md", line)
    assert message in problem.message


@pytest.mark.parametrize("value", ["!x y", "!x [y]", "!x {y: z}", "!!python/object/apply:os.system [id]"])
def test_a_tag_behind_a_byte_order_mark_is_refused(value: str) -> None:
    """The quick look for signs does not see it there; whatever makes values of nodes does."""
    with pytest.raises(plain_yaml.PlainYamlError, match="tags"):
        plain_yaml.load(f"\ufeff{value}")


@pytest.mark.parametrize("text", ["a: !!str 5", "a: !!int '5'", "- !!map {b: c}", "- !!seq [b]"])
def test_a_tag_that_yaml_itself_has_is_refused_too(text: str) -> None:
    """What a text stands for is said by how it is written, and by nothing else."""
    with pytest.raises(plain_yaml.PlainYamlError, match="tags"):
        plain_yaml.load(text)


def test_a_number_that_nobody_could_read_is_refused() -> None:
    """Python itself refuses to make a number of so many digits."""
    with pytest.raises(plain_yaml.PlainYamlError, match="4300"):
        plain_yaml.load(f"upvotes: {'9' * 5000}")


@pytest.mark.parametrize("text", ["[a]: b", "? {a: b}\n: c", "a: {[b]: c}"])
def test_a_key_that_is_no_text_is_refused(text: str) -> None:
    """A list or map as a key is valid YAML, and nothing that a record could have."""
    with pytest.raises(plain_yaml.PlainYamlError, match="a key must be a text"):
        plain_yaml.load(text)


@pytest.mark.parametrize("nest", ["[" * 100_000, "{x: " * 100_000, "\n" + "- " * 5_000, "[x, " * 90_000])
def test_a_deep_nest_is_refused(nest: str) -> None:
    """Lists within lists, deeper than any content, cost neither time nor the process."""
    with pytest.raises(ContentError, match="within each other"):
        documents.parse_paper(f"---\nid: {nest}\n---\n")


def test_a_yaml_bomb_is_refused_before_it_grows() -> None:
    """Nested aliases, which would grow to billions of values, are refused at the first anchor."""
    levels = "\n".join(f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 10)}]" for n in range(1, 12))
    with pytest.raises(ContentError, match="anchors"):
        documents.parse_paper(f"---\nk0: &k0 [x]\n{levels}\n---\n")
