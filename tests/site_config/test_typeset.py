"""Titles and abstracts as people read them: what is TeX is set, and what is none stays as it is."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape
from playwright.sync_api import Page

from site_config.typeset import Formula, Linked, Node, formulas, html, parse, plain

RECORDED = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "tex" / "papers.jsonl").read_text(encoding="utf-8").splitlines()
]
TEXTS = [text for paper in RECORDED for text in (paper["title"], paper["abstract"])]


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"Erd\H{o}s, Poincar\'e, Schr\"odinger, na\"{\i}ve", "Erdős, Poincaré, Schrödinger, naïve"),
        (r"Fran\c{c}ois {\O}rsted, M{\"u}ller, \v{S}r\'amek", "François Ørsted, Müller, Šrámek"),
        (r"T{\'o}th, G\"{o}del, \AA\ and \ss{}", "Tóth, Gödel, Å and ß"),
        (r"a \b{eta}-VAE, Fleiss' \k{appa}", "a β-VAE, Fleiss' κ"),
        ("``so'' and `that' and ``this\"", "“so” and ‘that’ and “this”"),
        ("pages 1--2 -- or so --- or not", "pages 1–2 – or so — or not"),
        ("Fig.~1 and model~(VLM) in 10~GeV", "Fig.\u00a01 and model\u00a0(VLM) in 10\u00a0GeV"),
        (r"93\% of R\&D \#1 for \$5 a\_b", "93% of R&D #1 for $5 a_b"),
        (r"\emph{so} {\em so} \textbf{so} {\bf so} \texttt{so} \textsc{so}", "so so so so so so"),
        (r"at \url{https://x.org/a\_b}, \href{https://y.org}{here}", "at https://x.org/a_b, here"),
        (r"3.5\times faster, {\Delta}G, p\approx0.3", "3.5× faster, ΔG, p≈0.3"),
        (r"many (\eg, this) and \etc.", "many (e.g., this) and etc."),
    ],
)
def test_tex_in_text_becomes_unicode(tex: str, shown: str) -> None:
    """Accents, letters, quotation marks, dashes, ties, escaped signs, marked words, links and symbols."""
    assert plain(tex) == shown


@pytest.mark.parametrize(
    "text",
    [
        "a price of $5 and $10, or $5 (US$10), from $0.4/FP to $0.05 per query",
        "between $1M and $3M in revenue",
        r"open C:\new\times\alpha.txt and \\server\share",
        "keep_this_name, x^2, 100%, a*b, #1, {json: 1}, <b> & co",
        "run it with --verbose -v, or (--quiet)",
        "see ~/.bashrc, ~100 papers, 3~5 times, a ~ b",
        "`code` and ``code`` and ```x = '--a'```",
        "https://example.org/~user/a--b_c?d=$e",
        r"our method \ours beats \method{} (\cite{x2020})",
        r"the regular expression \d+\.\w and a line's \n end, \u2019",
        r"{\"answer\": 42, \"unit\": \"m\"}",
        "5'' thick, the dogs' tails, rock 'n' roll",
        "a lone $ sign, a lone ` tick, a lone \\",
        r"$\undefined{x}$ stays, so does $\frac{1}$",
        "<!-- no --> and ----- rules",
    ],
)
def test_what_is_no_tex_stays_as_it_is(text: str) -> None:
    """Prices, paths, code, options, escapes of other languages, and commands that nobody defined."""
    assert plain(text) == text


def test_a_contraction_is_no_accent() -> None:
    """An apostrophe that something escaped is one."""
    assert plain(r"it\'s what we\'re after, isn\'t it") == "it's what we're after, isn't it"


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        ("$x^2$ and H$_2$O at $10^{-3}$", "x² and H₂O at 10⁻³"),
        (r"\(a<b\) or $$c$$ or \[d\]", "a < b or c or d"),
        (r"$\frac{a+b}{2}$, $\sqrt{x}$, $\bar{x}$", "(a + b)/2, √x, x̄"),
        (r"$8.5 \le \log(M_{\rm BH}/M_\odot) < 9.0$", "8.5 ≤ log(M_BH/M_⊙) < 9.0"),
        (r"$\mathcal{N}=4$, $30^\circ$, $90\%$, $5 %$", "N = 4, 30°, 90%, 5%"),
        (r"$\binom{n}{k}$, $x^{max}$, $x_{i,j}$", "(n choose k), x^max, x_(i,j)"),
        (r"$\textbf{in words}$ and $x \log n$", "in words and x log n"),
    ],
)
def test_a_formula_in_a_title_is_one_line_of_text(tex: str, shown: str) -> None:
    """Superscripts and subscripts where Unicode has them, and what programmers write where it has not."""
    assert plain(tex) == shown


def test_a_formula_on_a_page_is_mathml() -> None:
    """Inline and displayed, with nothing but what is needed, and with the punctuation that stands beside it."""
    assert html("so $x^2$ is") == "so <math><msup><mi>x</mi><mn>2</mn></msup></math> is"
    assert html("$$x$$") == '<math display="block"><mi>x</mi></math>'
    assert html("($x$),") == '<span class="tex">(<math><mi>x</mi></math>)</span>,'


def test_marked_words_are_marked_on_a_page() -> None:
    """Words may be marked within marked words, around formulas."""
    assert html(r"\emph{a \textbf{b} $x$}") == "<em>a <strong>b</strong> <math><mi>x</mi></math></em>"


def test_links_are_followed_only_where_that_is_wanted() -> None:
    """A title stands in a link already; nothing but http and https is ever a link."""
    text = r"\href{https://x.org/}{here}, https://y.org/a. \href{javascript:alert(1)}{there} \url{data:text/html,x}"
    assert "<a" not in html(text)
    assert html(text, links=True) == (
        '<a href="https://x.org/">here</a>, <a href="https://y.org/a">https://y.org/a</a>. there data:text/html,x'
    )


def test_a_long_formula_is_broken_where_tex_would() -> None:
    """Behind relations and operators: a browser breaks none, and a phone is narrow."""
    long = html(r"$P_1 t_1/C_s \simeq 4.8 \times (t_{ob}/1) + (g_{aa}/10^{-14})^2 = (20/T)^3$")
    assert long.count("<math>") > 2
    assert '<mo form="infix">≃</mo></math><math>' in long


# Text from strangers.

_ELEMENTS = {"math", "mi", "mn", "mo", "mtext", "mspace", "mrow", "mstyle", "mpadded", "mphantom", "mfrac", "msqrt"} | {
    *("mroot", "msub", "msup", "msubsup", "mover", "munder", "munderover", "mtable", "mtr", "mtd"),
    *("mmultiscripts", "mprescripts", "em", "strong", "code", "u", "sup", "sub", "b", "i", "span", "a"),
}
_ATTRIBUTES = {"display", "mathvariant", "stretchy", "fence", "separator", "largeop", "movablelimits", "symmetric"} | {
    *("lspace", "rspace", "minsize", "maxsize", "form", "width", "displaystyle", "scriptlevel", "linethickness"),
    *("accent", "accentunder", "class", "href"),
}


class _Reader(HTMLParser):
    """What a browser finds: an element that closes another one, or that is left open, is a fault."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _ELEMENTS
        assert {name for name, _ in attrs} <= _ATTRIBUTES
        assert all((value or "").startswith(("http://", "https://")) for name, value in attrs if name == "href")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        pytest.fail(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        pytest.fail(f"a declaration: {decl}")


def _assert_harmless(markup: str) -> None:
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    assert not reader.open


_PIECES = st.sampled_from(
    [
        *("$", "$$", "\\", "{", "}", "^", "_", "`", "``", "''", "'", '"', "--", "---", "~", "&", "%", "#", "<", ">"),
        *(r"\(", r"\)", r"\[", r"\]", r"\frac", r"\text{", r"\textbf{", r"\emph{", r"\href{", r"\url{", r"\'", r"\"e"),
        *(r"\begin{matrix}", r"\end{matrix}", r"\left(", r"\right)", r"\sqrt[", "]", r"\color{red}", r"\unicode{x3c}"),
        *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "https://x.org/", "-->"),
        *(
            "a",
            "bc",
            "1",
            "2.5",
            " ",
            "\n",
            "é",
            "中",
            "α",
            "|",
            "&lt;",
            "]]>",
            "\ue000",
            r"\hspace{9999em}",
            r"\def\a{",
        ),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES, max_size=40).map("".join))
def test_no_text_breaks_a_page(text: str) -> None:
    """Whatever stands in a text, the markup is whole and of known elements, and nothing raises."""
    _assert_harmless(html(text, links=True))
    plain(text)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_characters="$\\`~-:", codec="utf-8")))
def test_a_text_without_tex_is_escaped_and_no_more(text: str) -> None:
    """Most texts are such."""
    assert html(text) == escape(text)
    assert plain(text) == text


@pytest.mark.parametrize(
    "source",
    [
        *(opening * 5_000 + "x" + closing * 5_000 for opening, closing in [("{", "}"), (r"\sqrt{", "}"), ("x^{", "}")]),
        *(r"\hat " * 5_000 + "x", "x'" * 5_000, r"\begin{matrix}" * 300),
        *("{" * 40 + "x" + "}" * 40, r"\hat " * 300 + "x", "x+" * 600 + "x"),
        *(r"\newcommand{\a}{\a\a}\a", r"\def\a{\a}\a", r"\unicode{x110000}", r"\unicode{x3c}"),
    ],
)
def test_a_formula_that_is_an_attack_is_text(source: str) -> None:
    """One that is too deep or too long for the converter, or that defines commands, never reaches it."""
    assert formulas.convert(source) is None
    for text in (f"${source}$", f"${source[:900]}$"):
        started = time.process_time()
        _assert_harmless(html(text))
        assert time.process_time() - started < 3


@pytest.mark.parametrize("piece", [r"\textbf{", "``a ", "$a", r"\emph{``$", "{\\", "`a ", r"\(", "\\'", "https://"])
def test_a_text_full_of_openings_takes_no_longer_than_its_length(piece: str) -> None:
    """What is never closed is looked for over a bounded stretch: 30,000 characters take a second."""
    text = piece * (30_000 // len(piece))
    started = time.process_time()
    html(text)
    assert time.process_time() - started < 5


def test_text_within_a_formula_is_text() -> None:
    """Whatever it says."""
    markup = html(r"$x = \text{<img src=x onerror=a()> \& so}$ $a<b>c$")
    assert "<img" not in markup
    assert "&lt;img\u00a0src=x" in markup
    _assert_harmless(markup)


def test_elements_and_attributes_that_no_formula_needs_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the converter gives is built anew, so that nothing gets through that it should not have let in."""

    class Converter:
        given = ""

        def convert_with_local_state(self, _latex: str, *, displaystyle: bool) -> str:  # noqa: ARG002 - math-core's
            return self.given

    converter = Converter()
    monkeypatch.setattr(formulas, "_TEX", converter)
    converter.given = (
        '<math onclick="a()" style="x"><mi href="javascript:a()" id="x">x</mi><mspace width="9em"/></math>'
    )
    # What was set once is kept for a while: each time another formula, and none that another test has.
    assert html("$attributes$") == "<math><mi>x</mi><mspace></mspace></math>"
    for bad in (
        "<math><script>a()</script></math>",
        "<math><mi><b>x</b></mi></math>",
        "<math><semantics><annotation-xml><p/></annotation-xml></semantics></math>",
        "<svg/>",
        "<math>",
        "<math/><p/>",
    ):
        converter.given = bad
        text = f"${bad.replace('<', '[').replace('>', ']')}$"
        assert html(text) == text


def test_a_formula_stays_on_a_phones_page(page: Page) -> None:
    """In Chromium: the longest formula wraps, and none is torn from the brackets around it."""
    style = "<style>body { width: 350px; font: 16px serif } .tex { white-space: nowrap }</style>"
    sums = " + ".join(f"x_{{{number}}}" for number in range(60))
    narrow = f"<p id=narrow style='width: 1em'>{html('a ($x$) b ($y$) c')}</p>"
    page.set_content(f"<!doctype html>{style}<p>{html(f'so ${sums} = 0$')}</p>{narrow}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    edges = page.evaluate("[...document.querySelectorAll('math')].map(math => math.getBoundingClientRect().right)")
    assert len(edges) > 10
    assert max(edges) < 370
    lines = page.evaluate("Math.round(document.querySelector('#narrow').getBoundingClientRect().height / 20)")
    assert lines <= 5


# Real papers.


def _formulas(nodes: tuple[Node, ...]) -> Iterator[Formula]:
    for node in nodes:
        if isinstance(node, Formula):
            yield node
        elif not isinstance(node, str):
            yield from _formulas(node.children)


def test_real_abstracts_become_whole_markup() -> None:
    """A sample of arXiv's titles and abstracts with TeX: each is harmless, and nearly every formula becomes MathML."""
    for text in TEXTS:
        _assert_harmless(html(text, links=True))
    shown = sum(len(list(_formulas(parse(text)))) for text in TEXTS)
    dollars = sum(text.replace(r"\$", "").count("$") for text in TEXTS) / 2
    assert shown > 0.9 * dollars > 100


def test_an_address_of_a_real_abstract_is_whole() -> None:
    """An address ends before the sentence's full stop and the bracket around it, and keeps its own."""
    found = parse("(see https://en.wikipedia.org/wiki/TeX_(software)), https://x.org/a.b/. And http://y.org/?q=1&r=2;")
    assert [node.address for node in found if isinstance(node, Linked)] == [
        "https://en.wikipedia.org/wiki/TeX_(software)",
        "https://x.org/a.b/",
        "http://y.org/?q=1&r=2",
    ]
