"""Every parser, fed with nonsense: the declared exceptions alone, no hanging, and what comes out is well-formed."""

from __future__ import annotations

import ast
import json
import re
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scraper import identifiers, mentions, plain_yaml, saved_page, settings, suggestion
from scraper.errors import ContentError, FetchError, IdentifierError
from scraper.fork import engine
from scraper.http import Answer
from scraper.http_cache import AnswerCache
from scraper.plain_yaml import PlainYamlError
from scraper.rate_limits import LONGEST_WAIT, seconds_to_wait
from scraper.records import MOST_COUNTED, Author, Listing, Paper, clean_line, clean_text, clean_url
from scraper.rules import match
from scraper.settings import Rules
from scraper.sources import arxiv, arxiv_oai, arxiv_rss, biorxiv, citations, crossref, huggingface, jats
from scraper.sources.arxiv_oai import TokenError
from scraper.store import documents, edits, snapshots
from scraper.suggestion import Correction, SuggestionError
from site_config import prose, typeset
from site_config.pages.site import Output
from site_config.press import Press
from site_config.prose import Place
from site_config.related import memory
from tests.arxiv_service import EMPTY_FEED, FEED, PAPERS, atom_entry, oai, oai_record
from tests.fuzz.conftest import FUZZ, mutated, outcome, refuses, soon, tokens_in
from tests.replay import DATA, feed

DAY = date(2026, 8, 20)
LIBRARY = DATA / "library" / "content"
TEXTS = [path.read_text("utf-8") for path in sorted(LIBRARY.rglob("*.md"))]
YAML_TOKENS = (
    *("---\n", "\n", " ", "  ", "- ", ": ", ":", "? ", "#", " #", "&a ", "*a ", "!!str ", "!<x> ", "<<: ", "'", '"'),
    *("{", "}", "[", "]", ",", "|\n", ">-\n", "%YAML 1.2\n", "...\n", "\t", "\r", "\r\n", "\ufeff", "\x00", "\x85"),
    *("2026-02-30", "2501.10010", "0112017", "null", "~", "No", "1_000", "0x1f", "1e3", "9" * 5000, "\u2028", "\ud800"),
    *("id", "title", "papers", "date", "versions", "featured", "links", "authors", "é", "漢", "\U0001f600", "@", "`"),
)
MARKUP_TOKENS = (
    *("<", ">", "</", "/>", "<!--", "-->", "<![CDATA[", "]]>", "<![if", "<![x[", "<!", "<!DOCTYPE x", "<?", "?>"),
    *("&amp;", "&#0;", "&#xD800;", "&#99999999;", "&", "&lt", ";", "=", "'", '"', " ", "\n", "p", "jats:p", "<p>"),
    *("</p>", "<script>", "</script>", "<jats:title>", "</jats:title>", "tex-math", "mml:mi", "\x00", "\u2028", "é"),
)
TEX_TOKENS = (
    *("$", "$$", "\\(", "\\)", "\\[", "\\]", "{", "}", "\\", "\\\\", "^", "_", "\\frac", "\\'e", '\\"', "\\emph{"),
    *("\\begin{matrix}", "\\end{matrix}", "\\left(", "\\right)", "&", "~", "`", "``", "''", "--", "---", "%", "#", "<"),
    *(
        ">",
        "x",
        "1",
        "\\url{",
        "https://",
        "javascript:",
        "\\href{",
        "\\def\\x{\\x\\x}",
        "\\x",
        "\n",
        "\n\n",
        "é",
        "漢",
    ),
)
PROSE_TOKENS = (
    *("[", "]", "(", ")", "](", "![", "<", ">", "*", "**", "_", "`", "```\n", "\n", "\n\n", "    ", "> ", "- ", "1. "),
    *("# ", "&", "&#x6a;", ";", "javascript:", "java\tscript:", "//", "\\", "[x]: ", "^", "~~~", "|", ":", '"', "'"),
    *(
        "<script>",
        "</script>",
        "onerror=",
        "data:",
        "mailto:",
        "http://",
        "é",
        "\x00",
        "\x02",
        "\x03",
        "{%",
        "{{",
        "]:",
    ),
)
ANY_TEXT = st.text(st.characters(codec=None), max_size=80)


def any_of(samples: Sequence[str], tokens: Sequence[str]) -> st.SearchStrategy[str]:
    """Whatever text, of tokens that matter, and what is nearly right."""
    return st.one_of(ANY_TEXT, tokens_in(tokens), mutated(samples, tokens))


# YAML, content files, settings.


@FUZZ
@given(any_of([documents.split(text).front for text in TEXTS], YAML_TOKENS))
def test_plain_yaml(text: str) -> None:
    """Plain values, or PlainYamlError with a line of the text; what is dumped again says the same."""
    value, error = outcome(plain_yaml.load, text, PlainYamlError)
    if error:
        assert error.line >= 1
        return
    assert _is_plain(value)
    if isinstance(value, dict) and value:
        assert plain_yaml.load(plain_yaml.dump(value)) == value
    refuses(plain_yaml.compose, text, PlainYamlError)
    refuses(plain_yaml.comments, text, PlainYamlError)


def _is_plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_is_plain(key) and _is_plain(inner) for key, inner in value.items())
    return all(map(_is_plain, value)) if isinstance(value, list) else isinstance(value, str | int | date | None)


FORMS: Mapping[str, tuple[Callable[[str], Any], Callable[[Any], str]]] = {
    "paper": (documents.parse_paper, documents.render_paper),
    "day": (documents.parse_day, documents.render_day),
    "list": (lambda text: documents.parse_list(text, "a-list", "x.md"), documents.render_list),
}


@pytest.mark.parametrize("form", FORMS)
@FUZZ
@given(st.data())
def test_content_files(form: str, data: st.DataObject) -> None:
    """A record, which comes back from its own text, or ContentError whose problems name lines of the file."""
    text = data.draw(any_of(TEXTS, YAML_TOKENS))
    parse, render = FORMS[form]
    record, error = outcome(parse, text, ContentError)
    if error:
        lines = text.count("\n") + text.count("\r") + 2
        assert all(0 <= problem.line <= lines and problem.message for problem in error.problems)
        return
    assert parse(render(record)) == record
    render(record).encode()


@FUZZ
@given(any_of([text for text in TEXTS if "submitted" in text], YAML_TOKENS))
def test_edits(text: str) -> None:
    """An edit of whatever file gives a file that says just that, or EditError."""
    before = refuses(documents.parse_paper, text, ContentError)
    if before is None:
        return
    after = replace(before, featured=(*before.featured, DAY))
    edited = refuses(lambda one: edits.edited_paper(one, before, after), text, edits.EditError, ContentError)
    assert edited is None or documents.parse_paper(edited).featured == after.featured


SITE = (DATA / "library" / "site_config" / "site.yml").read_text("utf-8")


@FUZZ
@given(any_of([SITE], (*YAML_TOKENS, "topics", "keywords", "selection", "include", "most", "order", "theme", "mail")))
def test_settings(text: str) -> None:
    """Settings, or ContentError with lines."""
    _, error = outcome(settings.parse, text, ContentError)
    assert all(problem.line >= 0 and problem.message for problem in (error.problems if error else ()))


# What services answer.

json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.just(10**400), st.floats(), ANY_TEXT),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["paper", "id", "title", "summary", "authors", "name", "DOI", "date-parts"]), inner
        ),
    ),
    max_leaves=12,
)


def _json_samples(folder: Path) -> list[Any]:
    return [json.loads(path.read_bytes()) for path in sorted(folder.rglob("*.json"))]


@st.composite
def damaged(draw: st.DrawFn, samples: Sequence[Any]) -> bytes:
    """A recorded answer in which a few values are others."""
    whole: dict[Any, Any] = {"": json.loads(json.dumps(draw(st.sampled_from(samples))))}
    for _ in range(draw(st.integers(0, 4))):
        holder: Any = whole
        key: Any = ""
        for _ in range(draw(st.integers(0, 7))):
            inner = holder[key]
            if not isinstance(inner, dict | list) or not inner:
                break
            holder = inner
            key = draw(st.sampled_from(sorted(inner) if isinstance(inner, dict) else range(len(inner))))
        holder[key] = draw(json_values)
    return json.dumps(whole[""]).encode()


def bodies(samples: Sequence[Any]) -> st.SearchStrategy[bytes]:
    """Whatever bytes, whatever JSON, and recorded answers with damage."""
    whatever = json_values.map(lambda value: json.dumps(value).encode())
    cut = [json.dumps(sample).encode() for sample in samples[:3]]
    return st.one_of(
        st.binary(max_size=60), whatever, damaged(samples), mutated(cut, (b"[", b"{", b"null", b"\xff", b'"'))
    )


def assert_storable(papers: Sequence[Paper]) -> None:
    """Each becomes a file that says the same."""
    for paper in papers:
        assert documents.parse_paper(documents.render_paper(paper)) == paper
        assert identifiers.file_path(paper.id).isascii()


def assert_listing(listing: Listing) -> None:
    """Its papers can be stored, and its problems are one line each."""
    assert_storable([listed.paper for listed in listing.papers])
    assert all("\n" not in problem.message for problem in listing.problems)


HF = [answer[:3] for answer in _json_samples(DATA / "huggingface" / "daily_papers")]
BIORXIV = _json_samples(DATA / "biorxiv")
CROSSREF = [json.loads(one["body"]) for one in _json_samples(DATA / "crossref") if one["status"] == 200]


@FUZZ
@given(bodies(HF))
def test_hugging_face(body: bytes) -> None:
    """A listing whose papers can be stored, or ValueError."""
    entries = refuses(huggingface.read_entries, body, ValueError)
    if entries is not None:
        assert_listing(refuses(lambda said: huggingface.parse_entries(said, DAY), entries))


@FUZZ
@given(bodies(BIORXIV))
def test_biorxiv(body: bytes) -> None:
    """The same."""
    page = refuses(biorxiv.parse_page, body, ValueError)
    if page is not None:
        assert_listing(refuses(lambda said: biorxiv.parse_entries(said.entries, "biorxiv", DAY), page))


@FUZZ
@given(bodies(CROSSREF))
def test_crossref(body: bytes) -> None:
    """A paper that can be stored, or ValueError."""
    paper = refuses(crossref.parse_work, body, ValueError)
    assert_storable([paper] if paper else [])


OPENALEX, S2 = (
    [
        json.loads(one["body"])
        for path in sorted((DATA / "citations").glob(pattern))
        if (one := json.loads(path.read_bytes()))
    ]
    for pattern in ("openalex-*.json", "s2-batch-200.json")
)


@FUZZ
@given(bodies(OPENALEX))
def test_openalex(body: bytes) -> None:
    """Counts that a file may hold, or ValueError."""
    counts = refuses(citations.parse_works, body, ValueError) or {}
    assert all(doi and 0 <= count <= MOST_COUNTED for doi, count in counts.items())


@FUZZ
@given(bodies(S2), st.integers(0, 5))
def test_semantic_scholar(body: bytes, asked: int) -> None:
    """The same, one for each paper that was asked for."""
    counts = refuses(lambda said: citations.parse_batch(said, asked), body, ValueError)
    assert counts is None or len(counts) == asked
    assert all(count is None or 0 <= count <= MOST_COUNTED for count in counts or ())


@FUZZ
@given(
    any_of(['<https://example.org/api?p=1>; rel="next"'], ("<", ">", ";", "rel=", '"next"', "//", "http://", "[", "?"))
)
def test_the_address_of_a_next_page(link: str) -> None:
    """None, or one at the origin that was asked, or FetchError."""
    answer = Answer("https://example.org/api?p=0", 200, {"link": link}, b"")
    following = refuses(lambda said: said.next_url, answer, FetchError)
    assert following is None or following.startswith("https://example.org/")


ATOM = [feed([atom_entry(paper) for paper in PAPERS[:2]]).body]
OAI = [oai(f"<ListRecords>{oai_record(PAPERS[0])}<resumptionToken>x</resumptionToken></ListRecords>").body]
XML_TOKENS = (
    *(token.encode("utf-8", "surrogatepass") for token in MARKUP_TOKENS),
    *(b'<?xml version="1.0" encoding="x"?>', b'<?xml version="1.0" encoding="utf-16"?>', b"\xff\xfe", b"\xc3"),
    *(b'encoding="utf-7"', b'encoding="shift_jis"', b'encoding="euc-jp"', b'<!DOCTYPE x [<!ENTITY a "b">]>', b"&a;"),
    *(b"2606.14010v1", b"arxiv.org/abs/", b"Error", b"9" * 30, b"<id>", b"</id>", b"<error code='x'/>", b"UTF-8"),
)


def xml(samples: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Whatever bytes, of markup, and recorded answers with damage."""
    return st.one_of(st.binary(max_size=60), tokens_in(XML_TOKENS), mutated(samples, XML_TOKENS))


@FUZZ
@example(b'<?xml version="1.0" encoding="x"?><a/>')
@example(b'<?xml version="1.0" encoding="shift_jis"?><a/>')
@given(xml(ATOM))
def test_arxivs_answers(body: bytes) -> None:
    """Papers that can be stored, or ValueError, or arXiv's own refusal."""
    answer = refuses(arxiv.parse_feed, body, ValueError, FetchError)
    assert_storable(answer.papers if answer else ())


@FUZZ
@example(b'<?xml version="1.0" encoding="x"?><a/>')
@example(b'<?xml version="1.0" encoding="shift_jis"?><a/>')
@given(xml([FEED, EMPTY_FEED]))
def test_arxivs_feed(body: bytes) -> None:
    """Papers that can be stored, or ValueError."""
    announced = refuses(arxiv_rss.parse_rss, body, ValueError)
    assert_storable([paper for _, paper in announced.papers] if announced else ())


@FUZZ
@example(b'<?xml version="1.0" encoding="x"?><a/>')
@example(b'<?xml version="1.0" encoding="shift_jis"?><a/>')
@given(xml(OAI))
def test_arxivs_bulk_interface(body: bytes) -> None:
    """Papers that can be stored, or ValueError, or arXiv's own refusal."""
    page = refuses(arxiv_oai.parse_page, body, ValueError, FetchError, TokenError)
    assert_storable(page.papers if page else ())


@FUZZ
@example("<![x[ <![CDATA[ <!-- <p")
@given(any_of(["<jats:p>One <jats:italic>two</jats:italic> &amp; three.</jats:p>"], MARKUP_TOKENS))
def test_publishers_markup(text: str) -> None:
    """Whatever it is, text comes out, of one line or of paragraphs."""
    assert refuses(jats.line_text, text) == clean_line(jats.line_text(text))
    assert refuses(jats.abstract_text, text) == clean_text(jats.abstract_text(text))


@FUZZ
@given(
    st.dictionaries(
        st.sampled_from(["retry-after", "ratelimit", "date"]),
        st.one_of(
            ANY_TEXT,
            tokens_in(
                ('"api"', ";", "r=0", "t=", "55", ",", "Fri, 21 Aug 2026 12:00:00 GMT", "31 Feb", "-", "9" * 20, " ")
            ),
        ),
    ),
    st.booleans(),
)
def test_waits(headers: dict[str, str], refused: bool) -> None:
    """Whatever a server says, a wait is a number of seconds that a date can hold, or none is known."""
    wait = refuses(lambda said: seconds_to_wait(said, datetime(2026, 8, 21, tzinfo=UTC), refused=refused), headers)
    assert wait is None or 0 <= wait <= LONGEST_WAIT


# What people save and write.

PAGES = [path.read_bytes()[:6000] for path in sorted((DATA / "saved_pages").glob("*page*"))]
PAGE_TOKENS = (
    *(token.encode("utf-8", "surrogatepass") for token in MARKUP_TOKENS),
    *(b'data-target="DailyPapers"', b'data-props="', b"&quot;", b"MIME-Version: 1.0\n", b"Content-Type: multipart/"),
    *(b"boundary=x\n", b"--x\n", b"--x--", b"=\n", b"=3D", b"charset=x", b"charset=utf-16", b"Sep 23 2\n", b"\xff\xfe"),
)


@FUZZ
@given(st.one_of(st.binary(max_size=80), tokens_in(PAGE_TOKENS), mutated(PAGES, PAGE_TOKENS)))
def test_saved_pages(body: bytes) -> None:
    """Cards and problems, or ContentError."""
    page = refuses(lambda said: saved_page.parse(said, "page", today=DAY), body, ContentError)
    for card in page.cards if page else ():
        assert card.title == clean_line(card.title)
        assert card.title


NAMED = [path.read_text("utf-8")[:4000] for path in sorted((DATA / "named").iterdir()) if path.name != "README.md"]
NAMED_TOKENS = (
    *(
        "- ",
        "* ",
        "1. ",
        "# ",
        "## ",
        "> ",
        "```\n",
        "~~~\n",
        "---\n",
        "<details>",
        "<!--",
        "-->",
        "[",
        "](",
        ")",
        "|",
        "\n",
    ),
    *(
        "@article{",
        "@misc(",
        "@comment{",
        "@string{x = ",
        "title = {",
        "eprint = ",
        "doi = ",
        "{",
        "}",
        ",",
        '"',
        "#",
        "=",
        "%",
    ),
    *(
        "2511.08567",
        "arXiv:",
        "10.1000/x",
        "https://arxiv.org/abs/",
        "cs/0112017",
        "\\'e",
        "\\",
        "$",
        "\x00",
        "\u2028",
        "\ufeff",
    ),
)


@FUZZ
@given(any_of(NAMED, NAMED_TOKENS))
def test_texts_that_name_papers(text: str) -> None:
    """Papers and problems with lines of the text, or ContentError; a title and a word beside it are one line each."""
    read = refuses(lambda said: mentions.parse(said, "x"), text, ContentError)
    last = len(re.split("\r\n|\r|\n", text)) if read else 0
    for found in (*read.mentions, *read.problems) if read else ():
        assert 1 <= found.line <= last
    for mention in read.mentions if read else ():
        assert mention.title == clean_line(mention.title)
        assert mention.identifier is None or identifiers.canonical(mention.identifier) == mention.identifier


FORM_TOKENS = (
    *(f"### {label}\n\n" for label in (*suggestion.SUGGESTION_LABELS, *suggestion.CORRECTION_LABELS)),
    *(
        suggestion.NO_ANSWER,
        "\n",
        "\r\n",
        "2511.08567",
        "content/papers/",
        "doi/10.1000~2f",
        ".md",
        "~",
        "#",
        "`",
        "\x00",
        "é",
    ),
)
FORMS_FILLED_IN = [
    "### Paper to add\n\n2511.08567\n\n### List or day\n\nmine\n\n### Note\n\nA note.\n",
    "### Paper to correct\n\npapers/doi/10.1000/x.md\n\n### What is wrong\n\nA name.\n",
]


@FUZZ
@given(any_of(FORMS_FILLED_IN, FORM_TOKENS))
def test_issue_forms(body: str) -> None:
    """A paper by its identifier, None for any other text, or SuggestionError."""
    asked = refuses(suggestion.parse, body, SuggestionError)
    if asked:
        assert identifiers.canonical(asked.paper) == asked.paper
        assert isinstance(asked, Correction) or "\n" not in asked.place + (asked.note or "")


@FUZZ
@given(
    any_of(
        ["id\ttitle\n2511.08567\tA title\n"],
        ("id", "title", "\t", "\n", "\r", "2511.08567", "A title", "\ufeff", "\x00"),
    )
)
def test_tables_of_identifiers(text: str) -> None:
    """Identifiers by titles, or ContentError with lines."""
    table, error = outcome(lambda said: saved_page.parse_identifiers(said, "x"), text, ContentError)
    assert all(problem.line >= 1 for problem in (error.problems if error else ()))
    assert all(title and identifiers.canonical(name) == name for title, name in (table or {}).items())


@FUZZ
@given(
    any_of(
        ["scraper/\n!scraper/mine.py\n# A remark\nMakefile\n"],
        ("scraper", "/", "!", "#", "\n", "..", ".", "*", "\\", " "),
    )
)
def test_the_list_of_the_engines_files(text: str) -> None:
    """Paths that lead nowhere else, or ContentError with lines."""
    parsed, error = outcome(engine.parse_engine, text, ContentError)
    assert all(problem.line >= 1 for problem in (error.problems if error else ()))
    for path in (*parsed.included, *parsed.excluded) if parsed else ():
        assert not {"", ".", ".."} & set(path.removesuffix("/").split("/"))


# What an earlier run left on the disk.


def _printed(folder: Path) -> Press:
    press = Press(folder / "site", memory=folder / "memory", version="1")
    press.print([Output("x.html", "x")])
    press.finish()
    return press


WHOLE_CACHES: Mapping[str, Callable[[Path], object]] = {
    "an answer": lambda folder: AnswerCache(folder).keep("https://example.org/", {"etag": '"x"'}, b"[1]"),
    "a snapshot": lambda folder: snapshots.save(
        folder / "papers", "1", {"a.md": snapshots.Seen((1, 2, 3, 4), b"x" * 16, "said")}, 10**18, ["a.md"]
    ),
    "a press's memory": _printed,
}
READ_AGAIN: Mapping[str, Callable[[Path], object]] = {
    "an answer": lambda folder: AnswerCache(folder).load("https://example.org/"),
    "a snapshot": lambda folder: snapshots.load(folder / "papers", "1", str) or None,
    "a press's memory": lambda folder: _printed(folder).count.kept or None,
}


@pytest.mark.parametrize("cache", WHOLE_CACHES)
@FUZZ
@given(st.data())
def test_what_a_cache_holds(cache: str, data: st.DataObject) -> None:
    """Damaged in whatever way, it counts as absent."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        WHOLE_CACHES[cache](folder)
        assert READ_AGAIN[cache](folder) is not None
        file = next(path for path in folder.rglob("*") if path.is_file())
        whole = file.read_bytes()
        broken = data.draw(
            st.one_of(st.binary(max_size=60), mutated([whole], (b"{", b"\n", b"\xff", b"\x00", b"null")))
        )
        file.write_bytes(broken)
        if broken != whole:
            assert refuses(READ_AGAIN[cache], folder) is None


@FUZZ
@given(st.binary(max_size=200))
def test_what_related_papers_are_remembered_in(content: bytes) -> None:
    """Whatever is there: nothing that is not intact is taken."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "state.npz").write_bytes(content)
        assert refuses(memory.read, Path(folder)) is None


IDENTIFIERS = [
    "2511.08567v2",
    "cs/0112017",
    "10.1016/S0(92)/a",
    "a-slug",
    "https://arxiv.org/abs/2511.08567",
    "arXiv:1",
]
ID_TOKENS = (
    "2511",
    ".",
    "08567",
    "v1",
    "/",
    "10.",
    "doi:",
    "arXiv:",
    "cs",
    "%2e",
    "..",
    "%00",
    "\\",
    "~",
    "[cs.LG]",
    " ",
)


@FUZZ
@given(any_of(IDENTIFIERS, (*ID_TOKENS, *MARKUP_TOKENS)))
def test_identifiers(text: str) -> None:
    """An identifier whose file and page stay where they belong, or IdentifierError."""
    for parse in (identifiers.canonical, lambda one: identifiers.parse_reference(one).identifier):
        found = refuses(parse, text, IdentifierError)
        if found:
            assert identifiers.canonical(found) == found
            for path in (identifiers.file_path(found), identifiers.page_path(found)):
                assert path.isascii()
                assert not {"", ".", ".."} & set(path.rstrip("/").split("/"))
    slug = identifiers.slugify(text)
    assert identifiers.canonical(slug) == slug


@FUZZ
@given(any_of(["https://example.org/a?b#c"], (*MARKUP_TOKENS, "http://", "https://", "[", "]", ":", "@", "//", "\t")))
def test_addresses(text: str) -> None:
    """An address of the web, or None."""
    address = refuses(clean_url, text)
    assert address is None or address.lower().startswith(("http://", "https://"))


@FUZZ
@given(
    any_of(["A $x^2$ model of \\emph{worlds}", "G\\\"odel's ``proof'' --- $\\frac{1}{2}$"], TEX_TOKENS), st.booleans()
)
def test_typesetting(text: str, links: bool) -> None:
    """Well-formed HTML without scripts or styles, and text without markup, whatever the TeX is."""
    text = clean_text(text)
    shown = str(refuses(lambda one: typeset.html(one, links=links), text))
    root = ET.fromstring(f"<p>{shown}</p>")  # noqa: S314 - it is our own
    for element in root.iter():
        assert element.tag not in {"script", "style", "iframe", "img"}
        assert not [name for name in element.attrib if name.startswith("on") or name == "style"]
        assert element.get("href", "https://").lower().startswith(("https://", "http://"))
    assert isinstance(refuses(typeset.plain, text), str)


@FUZZ
@given(any_of(["See [this](https://example.org) and *that*.\n\n- one\n- two"], PROSE_TOKENS))
def test_prose(text: str) -> None:
    """HTML in which no address is a script's, whatever the Markdown is."""
    shown = str(refuses(lambda one: prose.render(one, Place("lists/x.md", "lists/x/", "../../")), text)).lower()
    assert "<script" not in shown
    assert "<img" not in shown
    assert 'href="javascript' not in shown


@FUZZ
@given(
    any_of(["World models for robots, and RAG."], (*TEX_TOKENS, "RAG", "world", "-", "models", ".")),
    st.lists(st.one_of(ANY_TEXT, tokens_in(("RAG", "world", " ", "-", "models", "*", "(", "["))), max_size=3),
)
def test_rules(text: str, keywords: list[str]) -> None:
    """Whatever the words are: a match or none."""
    paper = Paper("2511.08567", title=text, abstract=text, authors=(Author(text),), keywords=(text,))
    found = refuses(lambda one: match(Rules(keywords=tuple(keywords)), one), paper)
    assert found is None or found.score > 0


# The same token again and again: what is quadratic, or worse, shows at once.

MANY = 20_000
"""Characters, as no title or abstract has."""


def _answer(text: str) -> bytes:
    entry = {"paper": {"id": "2511.08567", "title": text, "summary": text, "authors": [{"name": text}]}}
    return json.dumps([entry]).encode()


READERS: Mapping[str, tuple[Callable[[str], object], Sequence[str]]] = {
    "yaml": (lambda text: refuses(plain_yaml.load, text, PlainYamlError), YAML_TOKENS),
    "paper": (lambda text: refuses(documents.parse_paper, f"---\n{text}\n---\n{text}", ContentError), YAML_TOKENS),
    "settings": (lambda text: refuses(settings.parse, text, ContentError), YAML_TOKENS),
    "hugging face": (
        lambda text: huggingface.parse_entries(huggingface.read_entries(_answer(text)), DAY),
        MARKUP_TOKENS,
    ),
    "jats": (jats.abstract_text, MARKUP_TOKENS),
    "saved page": (
        lambda text: refuses(
            lambda one: saved_page.parse(one.encode("utf-8", "replace"), "x", today=DAY), f"<html>{text}", ContentError
        ),
        MARKUP_TOKENS,
    ),
    "papers named": (lambda text: refuses(lambda one: mentions.parse(one, "x"), text, ContentError), NAMED_TOKENS),
    "bibtex": (
        lambda text: refuses(lambda one: mentions.parse(one, "x"), "@misc{x,\n title = {" + text, ContentError),
        NAMED_TOKENS,
    ),
    "issue form": (lambda text: refuses(suggestion.parse, FORMS_FILLED_IN[0] + text, SuggestionError), FORM_TOKENS),
    "identifier": (
        lambda text: refuses(identifiers.parse_reference, text, IdentifierError),
        (*ID_TOKENS, *MARKUP_TOKENS),
    ),
    "slug": (identifiers.slugify, ID_TOKENS),
    "typeset": (typeset.html, (*TEX_TOKENS, *MARKUP_TOKENS)),
    "plain": (typeset.plain, TEX_TOKENS),
    "prose": (prose.render, PROSE_TOKENS),
    "rules": (lambda text: match(Rules(keywords=("world-model",)), Paper("2511.08567", title=text)), TEX_TOKENS),
    "wait": (
        lambda text: seconds_to_wait({"ratelimit": text, "retry-after": text}, datetime.now(UTC), refused=True),
        ID_TOKENS,
    ),
}


@pytest.mark.parametrize("name", READERS)
def test_no_repetition_takes_long(name: str) -> None:
    """A token, or two in turn, for a whole abstract's length and more: no reader hangs."""
    read, tokens = READERS[name]
    slow = []
    for token in (*tokens, *(first + second for first, second in pairwise(tokens))):
        began = time.process_time()
        with soon(20):
            read((token * (MANY // len(token) + 1))[:MANY])
        took = time.process_time() - began
        if took > SLOW:
            slow.append((token, round(took, 1)))
    assert slow == []


SLOW = 2.0
"""Seconds of processor time; what is linear takes a few hundredths."""


# None is forgotten.

DOORS: Mapping[str, str] = {
    "saved_page.plain_text.parse_text": "saved_page.parse",
    "saved_page.markup.parse_archive": "saved_page.parse",
    "saved_page.markup.parse_markup": "saved_page.parse",
    "saved_page.identifier_table.parse_identifiers": "saved_page.parse_identifiers",
    "mentions.bibtex.parse_bibtex": "mentions.parse",
    "mentions.lines.parse_lines": "mentions.parse",
    "fork.engine.parse_engine": "engine.parse_engine",
    "sources.safe_xml.parse_xml": "arxiv.parse_feed",
    "typeset.parsing.parse": "typeset.html",
}
"""By which name a fuzzer calls what is the inside of something, or is called otherwise elsewhere."""


def test_every_parser_has_a_fuzzer() -> None:
    """Whatever is called `parse…` in either package is called by a test of this file."""
    root = Path(__file__).parents[2]
    fuzzed = Path(__file__).read_text("utf-8").partition("\n# None is forgotten.\n")[0]
    found = set()
    for package in ("scraper", "site_config"):
        for path in (root / package).rglob("*.py"):
            module = ".".join(path.relative_to(root / package).with_suffix("").parts).removesuffix(".__init__")
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.FunctionDef) and node.name.startswith("parse"):
                    found.add(f"{module}.{node.name}")
    assert len(found) > 20
    called = {name: DOORS.get(name, ".".join(name.split(".")[-2:])) for name in found}
    assert [name for name, call in called.items() if call not in fuzzed] == []
    assert set(DOORS) <= found
