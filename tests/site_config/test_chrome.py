"""The chrome: a frame cut at its marks, and filled in without losing or trusting anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from site_config.chrome import MARKS, Content, collapse, coloured, cut

FRAME = (
    f'<title>{MARKS["title"]}</title><meta content="{MARKS["description"]}"><link href="{MARKS["canonical"]}">'
    f"{MARKS['head']}<header>{MARKS['title']}</header><main>{MARKS['body']}</main>"
)


BODY = Markup("<p>body</p>")


def content(text: str, body: Markup = BODY) -> Content:
    """A content all of whose texts are the same."""
    return Content(title=text, description=text, canonical=text, body=body, head=Markup('<link rel="prev">'))


def test_a_frame_is_filled_in_every_place() -> None:
    """A place that the theme shows twice is filled twice; Markup is not escaped."""
    assert cut(FRAME).fill(content("A title")) == (
        '<title>A title</title><meta content="A title"><link href="A title"><link rel="prev">'
        "<header>A title</header><main><p>body</p></main>"
    )


def test_text_is_escaped_for_elements_and_attributes() -> None:
    """Nothing that ends an element or an attribute gets through."""
    filled = cut(FRAME).fill(content("""</title><script>"'&"""))
    assert "<script>" not in filled
    assert filled.count("&lt;/title&gt;&lt;script&gt;&#34;&#39;&amp;") == 4


def test_a_head_or_body_that_is_no_markup_is_text() -> None:
    """Only what our own templates made is taken as it is, whatever a page's maker hands over."""
    attack = "<script>x</script>"
    bare = Content("T", "D", "C", body=attack, head=attack)  # type: ignore[arg-type]  # a slip that mypy would tell
    assert "<script>" not in cut(FRAME).fill(bare)


@given(st.text())
def test_any_text_is_filled_in_as_it_is(text: str) -> None:
    """Marks in a text are text: a value is never looked at again once it is in its place."""
    assert cut(FRAME).fill(content(text + MARKS["body"])).count(str(escape(text + MARKS["body"]))) >= 4


@pytest.mark.parametrize("slot", MARKS)
def test_a_theme_that_leaves_a_place_out_is_an_error(slot: str) -> None:
    """A page without its canonical address or title is a mistake that nobody would see."""
    with pytest.raises(ValueError, match=slot):
        cut(FRAME.replace(MARKS[slot], ""))


def test_a_theme_that_shows_the_body_twice_is_an_error() -> None:
    """The body is the bulk of a page and has one place."""
    with pytest.raises(ValueError, match="more than once"):
        cut(FRAME + MARKS["body"])


def test_white_space_of_the_chrome_is_collapsed() -> None:
    """None stays beside block elements; between words and inline elements one space does."""
    assert collapse("<ul>\n  <li>\n a  <b>b</b>\n c </li>\n</ul>") == "<ul><li>a <b>b</b> c</ul>"


def test_white_space_of_preformatted_text_and_scripts_stays() -> None:
    """It means something there."""
    kept = "<pre>\n a\n  b\n</pre>", "<script>\n let a;\n</script>", "<textarea> x </textarea>"
    assert collapse("\n ".join(kept)) == " ".join(kept).replace("</pre> <script>", "</pre> <script>")


def test_white_space_of_the_body_stays() -> None:
    """Only the chrome is collapsed: an abstract is verbatim."""
    body = Markup("<p>a  b\n\nc</p>")
    assert str(body) in cut(FRAME).fill(content("x", body))


def test_one_of_materials_colours_is_the_documents() -> None:
    """The rules of all others go, also those within a media query; what has nothing to do with colours stays."""
    styles = (
        "a{top:0}[data-md-color-primary=red]{--p:1}[data-md-color-primary=deep-purple]{--p:2}"
        "@media print{[data-md-color-primary=red] b,[data-md-color-primary=deep-purple] b{top:1}}"
        "[data-md-color-accent=teal]{--a:3}[data-md-color-accent=teal-ish]{--a:4}"
        "[data-md-color-scheme=slate][data-md-color-primary=deep-purple]{--p:5}c,[data-md-color-accent=red] d{top:2}"
    )
    assert coloured(styles, "deep purple", "teal") == (
        "a{top:0}:root{--p:2}@media print{:root b{top:1}}:root{--a:3}c{top:2}"
    )
