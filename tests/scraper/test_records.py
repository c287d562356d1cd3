"""Text is normalised once, when a record is made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.records import clean_line, clean_lines, clean_text, clean_url

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=60)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  A title\n  over  two lines ", "A title over two lines"),
        ("a\r\nb\rc\u2028d\x85e", "a b c d e"),
        ("bell\x07, escape\x1b[31m, mark\ufeff, half\ud800", "bell, escape[31m, mark, half"),
        ("العربية עברית 😀", "العربية עברית 😀"),
        ("a\u00a0b\u3000c\td", "a b c d"),
        ("", ""),
    ],
)
def test_a_line(text: str, clean: str) -> None:
    """One line, single spaces, nothing that cannot be shown; every script stays."""
    assert clean_line(text) == clean


def test_a_text_keeps_its_lines() -> None:
    """Line ends become one kind, edges go, and inside nothing moves."""
    assert clean_text("\r\n  one\r\n\r\n  two  spaces\rthree\x00 \n") == "one\n\n  two  spaces\nthree"


@given(ANY_TEXT)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    """What is normalised stays as it is, and can be written as UTF-8."""
    line, lines = clean_line(text), clean_text(text)
    assert clean_line(line) == line == clean_line(lines)
    assert clean_text(lines) == lines
    (line + lines).encode()


def test_lists_lose_what_is_empty_and_what_repeats() -> None:
    """The order of the first mention stays."""
    assert clean_lines(["b", " a ", "", "b\n", "\x00"]) == ("b", "a")


@pytest.mark.parametrize("address", ["https://example.org/a?b=c#d", "HTTP://example.org", "https://user@host:8080/"])
def test_an_address_of_the_web_is_one(address: str) -> None:
    """http and https, whatever else they hold."""
    assert clean_url(f" {address}\n") == address


def test_an_address_that_was_copied_is_mended() -> None:
    """A line's end and what indents the next line are none of it, as for a browser; a blank is one."""
    assert clean_url("https://example.org/a-\n    b\r\n?c=1 2") == "https://example.org/a-b?c=1%202"


@pytest.mark.parametrize(
    "address",
    [
        *(
            "javascript:alert(1)",
            "data:text/html,x",
            "java\nscript:alert(1)",
            "//example.org",
            "example.org",
            "https://",
        ),
        *("ftp://example.org", "https://[", "", "\x00javascript:alert(1)", "https:///path", " vbscript:x"),
    ],
)
def test_anything_else_is_no_address(address: str) -> None:
    """Nothing that could run, and nothing without a host, becomes a link."""
    assert clean_url(address) is None
