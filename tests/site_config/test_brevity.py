"""HTML in fewer bytes: a browser makes of it what it makes of the whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from site_config import brevity
from site_config.pages.site import SENT_AWAY, TEMPLATES

WRITTEN = [
    '<nav class="nav" id="nav" popover><ul><li><a href="../../lists/">Lists</a></li><li>x</li></ul></nav>',
    '<ul><li><p class="by">one</p></li><li><p>two</p><p>three</p></li></ul><p>four</p>text',
    "<section><p>one</p></section><dl><dt>a</dt><dd>b</dd></dl><p>two</p><p><a href='x'><b>y</b></a></p>",
    '<ol start="101" class="cards compact"><li class="card" data-id="2511.08567"><h2>a</h2></li></ol>',
    '<a title="a=b" href="?q=x" class="">x</a><svg><rect class="bar" width="1"/><path d="M0"/></svg><p>x</p><em>y</em>',
    '<code>class="by"</code><p>Where a class="x" is text, it stays.</p><input type="checkbox" id="whole">',
]


def _read(page: Page, html: str) -> str:
    """What a browser makes of a piece of HTML."""
    read = "html => new DOMParser().parseFromString('<!doctype html>' + html, 'text/html').body.innerHTML"
    return str(page.evaluate(read, html))


@pytest.mark.parametrize("html", WRITTEN)
def test_a_browser_sees_no_difference(page: Page, html: str) -> None:
    """The same elements with the same attributes and texts, and never more bytes."""
    for short in (brevity.document(html), brevity.template(html)):
        assert _read(page, short) == _read(page, html)
        assert len(short) < len(html)


def test_a_browser_sees_no_difference_in_a_template(page: Page) -> None:
    """In each of ours, as far as it is HTML: what Jinja would put in is left out of both."""
    jinja = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
    for path in _templates():
        joined = re.sub(r"\s*\n\s*", "", path.read_text(encoding="utf-8"))
        assert _read(page, jinja.sub("", brevity.template(joined))) == _read(page, jinja.sub("", joined)), path


def _templates() -> Iterator[Path]:
    yield from (path for path in sorted(TEMPLATES.glob("*.html")) if path.name not in {"alias.html", *SENT_AWAY})


def test_a_document_reads_the_same(page: Page) -> None:
    """Its head ends where its body begins."""
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>a b</title></head>'
        '<body dir="ltr"><p>x</p></body></html>'
    )
    short = brevity.document(html)
    assert short == "<!doctype html><html lang=en><meta charset=utf-8><title>a b</title><body dir=ltr><p>x</p>"
    whole = "html => new DOMParser().parseFromString(html, 'text/html').documentElement.outerHTML"
    assert page.evaluate(whole, short) == page.evaluate(whole, html)


def test_what_a_page_puts_in_keeps_its_quotes() -> None:
    """A text with a blank or an angle bracket would otherwise end the attribute, or the element."""
    source = '<a class="by" title="{{ title }}" href="{{ root }}papers/"{% if a == "b" %} rel="next"{% endif %}>x</a>'
    assert brevity.template(source) == (
        '<a class=by title="{{ title }}" href="{{ root }}papers/"{% if a == "b" %} rel="next"{% endif %}>x</a>'
    )
    assert brevity.template('{{ paging(page, label="Pages") }}') == '{{ paging(page, label="Pages") }}'
    mark = '<meta name="description" content="\ue000paperstand-description\ue001">'
    assert brevity.document(mark) == mark.replace('"description"', "description", 1)
