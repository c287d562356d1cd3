"""The site as a reader uses it: at a root and below a sub-path, with and without scripts."""

from __future__ import annotations

import gzip
import re
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from scraper.settings import COLOURS
from site_config.chrome import coloured
from tests.browser import Serve


@pytest.fixture(scope="module", params=["/", "/repo/"])
def address(small_site: Path, serve: Serve, request: pytest.FixtureRequest) -> str:
    """The small library's site, at a root and as GitHub Pages serves a repository's."""
    return serve(small_site, request.param)


def test_one_can_walk_through_the_whole_site(page: Page, address: str) -> None:
    """From the latest day to a paper, back to its day, to the archive, to an older day, to a list: no dead end."""
    failed: list[str] = []
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    page.goto(address)
    expect(page.locator("h1")).to_contain_text("21 August 2026")
    page.locator(".card h2 a").first.click()
    expect(page.locator("dl")).to_contain_text("Listed")
    page.locator("dl").get_by_role("link", name="21 August 2026").click()
    expect(page.locator("h1")).to_contain_text("21 August 2026")
    page.get_by_role("navigation", name="Site").get_by_role("link", name="Archive").click()
    page.get_by_role("link", name="Fri 31").click()
    expect(page.locator("h1")).to_contain_text("31 July 2026")
    page.get_by_role("navigation", name="Site").get_by_role("link", name="Lists").click()
    page.get_by_role("link", name="Object-centric reinforcement learning").click()
    expect(page.locator(".note")).to_have_text("Start here.")
    page.get_by_role("link", name="Paperstand").or_(page.locator(".brand")).first.click()
    expect(page).to_have_url(address)
    assert not failed


def test_days_turn_like_pages(page: Page, address: str) -> None:
    """Back over the empty day to the one before it, and forth again; from an empty day one can go on."""
    page.goto(address + "daily/2026-08-20/")
    turn = page.get_by_role("navigation", name="Earlier and later days")
    turn.locator("[rel=prev]").click()
    expect(page).to_have_url(address + "daily/2026-07-31/")
    turn.locator("[rel=next]").click()
    expect(page).to_have_url(address + "daily/2026-08-20/")
    page.goto(address + "daily/2026-08-22/")
    expect(page.locator(".empty")).to_have_text("No papers are listed at weekends.")
    turn.locator("[rel=prev]").click()
    expect(page).to_have_url(address + "daily/2026-08-21/")


def test_an_old_address_leads_to_the_paper(page: Page, address: str) -> None:
    """A reader with a bookmark of the slug arrives."""
    page.goto(address + "papers/an-earlier-slug/")
    page.wait_for_url(address + "papers/2509.19301/")
    expect(page.locator("h1")).to_contain_text("Residual Off-Policy RL")


@pytest.mark.parametrize("scripts", [True, False])
def test_an_abstract_unfolds_in_place_without_scripts(browser: Browser, address: str, scripts: bool) -> None:
    """By mouse and by keyboard, and folds again; the other abstracts stay folded."""
    context = browser.new_context(java_script_enabled=scripts, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(address)
    first, second = page.locator(".abstract").nth(0), page.locator(".abstract").nth(1)

    def height(of: object = first) -> float:
        box = of.bounding_box()  # type: ignore[attr-defined]  # a locator, first or second
        return float(box["height"])

    folded, other = height(), height(second)
    summary = page.locator(".fold summary").first
    summary.click()
    assert height() > 2 * folded
    assert height(second) == other
    summary.focus()
    page.keyboard.press("Enter")
    assert height() == folded
    context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_all_abstracts_unfold_at_once(browser: Browser, address: str, scripts: bool) -> None:
    """One box does it without scripts; with them the choice is kept for the next page."""
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Whole abstracts").check()
    expect(page.locator(".fold:visible")).to_have_count(0)
    page.goto(address + "daily/2026-08-20/")
    expect(page.locator(".fold:visible")).to_have_count(0 if scripts else 6)
    if scripts:
        page.get_by_label("Whole abstracts").uncheck()
        expect(page.locator(".fold:visible")).to_have_count(6)
        page.reload()
        expect(page.locator(".fold:visible")).to_have_count(6)
    context.close()


def _background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


LIGHT, DARK = "rgb(255, 253, 249)", "rgb(23, 22, 26)"


@pytest.mark.parametrize(("scheme", "background"), [("light", LIGHT), ("dark", DARK)])
def test_the_systems_choice_of_colours_holds_without_scripts(
    browser: Browser, address: str, scheme: str, background: str
) -> None:
    """And no button that could not work is shown."""
    context = browser.new_context(java_script_enabled=False, color_scheme=scheme)  # type: ignore[arg-type]  # of a literal
    page = context.new_page()
    page.goto(address)
    assert _background(page) == background
    expect(page.locator(".palette")).to_be_hidden()
    context.close()


CONTRAST = """(accent) => {
    document.documentElement.style.cssText = accent;
    const channels = (colour) => {
        const context = new OffscreenCanvas(1, 1).getContext("2d");
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
        return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const luminance = (colour) => channels(colour)
        .map((value) => value / 255)
        .map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
        .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
    const [tint, paper, raised] = [
        getComputedStyle(document.querySelector(".kicker")).color,
        getComputedStyle(document.body).backgroundColor,
        getComputedStyle(document.querySelector(".editor")).backgroundColor,
    ].map(luminance);
    const ratio = (one, other) => (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    return Math.min(ratio(tint, paper), ratio(tint, raised));
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_accent_colour_can_be_read(page: Page, small_site: Path, serve: Serve, scheme: str) -> None:
    """Whatever a fork chooses in site.yml, tinted text has the contrast of WCAG 2.2 AA, on the page and in a note."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # of a literal
    page.goto(serve(small_site) + "daily/2026-08-20/")
    styles = files("material").joinpath("templates", "assets", "stylesheets").iterdir()
    (palette,) = [file for file in styles if re.fullmatch(r"palette\.\w+\.min\.css", file.name)]
    ratios = {}
    for colour in sorted(COLOURS):
        accents = re.findall(r":root\{(--md-accent-fg-color:[^;]+)", coloured(palette.read_text(), "black", colour))
        ratios[colour] = page.evaluate(CONTRAST, "".join(accents))
    assert not {colour: ratio for colour, ratio in ratios.items() if ratio < 4.5}
    assert len({round(ratio, 3) for ratio in ratios.values()}) > 5


def test_a_reader_chooses_the_colours(page: Page, address: str) -> None:
    """As the system, light, dark, and round again; the choice is kept and there before anything is drawn."""
    page.emulate_media(color_scheme="dark")
    page.goto(address)
    palette = page.locator(".palette")
    seen = []
    for _ in range(4):
        seen.append((palette.get_attribute("aria-label"), _background(page)))
        palette.click()
    assert seen == [
        ("Colours: as the system", DARK),
        ("Colours: light", LIGHT),
        ("Colours: dark", DARK),
        ("Colours: as the system", DARK),
    ]
    page.goto(address + "archive/")
    assert _background(page) == LIGHT
    page.emulate_media(color_scheme="light")
    palette.click()
    assert _background(page) == DARK
    assert page.evaluate("document.querySelector('head script[src*=\"site.js\"]:not([defer]):not([async])') !== null")


@pytest.mark.parametrize("kept", ["purple", "", "constructor"])
def test_a_choice_of_colours_that_is_none_counts_as_none(page: Page, address: str, kept: str) -> None:
    """Another site of the same host may have left it."""
    page.emulate_media(color_scheme="dark")
    page.goto(address + "about/")
    page.evaluate("kept => localStorage.setItem('paperstand.colours', kept)", kept)
    page.reload()
    expect(page.locator(".palette")).to_have_attribute("aria-label", "Colours: as the system")
    assert _background(page) == DARK
    page.locator(".palette").click()
    expect(page.locator(".palette")).to_have_attribute("aria-label", "Colours: light")


def test_colours_work_where_storage_is_closed(browser: Browser, address: str) -> None:
    """A browser may refuse localStorage; then a choice lasts for the page."""
    context = browser.new_context(color_scheme="light")
    context.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no'); }})")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    page.locator(".palette").click(click_count=2)
    assert _background(page) == DARK
    assert not errors
    context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_menu_of_a_phone_opens_without_scripts(browser: Browser, address: str, scripts: bool) -> None:
    """Its button shows the site's pages; Escape or a touch beside it closes it."""
    context = browser.new_context(java_script_enabled=scripts, viewport={"width": 390, "height": 800}, has_touch=True)
    page = context.new_page()
    page.goto(address + "daily/2026-08-20/")
    about = page.get_by_role("link", name="About")
    expect(about).to_be_hidden()
    page.get_by_role("button", name="Menu").tap()
    expect(about).to_be_visible()
    page.keyboard.press("Escape")
    expect(about).to_be_hidden()
    page.get_by_role("button", name="Menu").tap()
    about.tap()
    expect(page).to_have_url(address + "about/")
    context.close()


HEADER = """() => [...document.querySelectorAll('body > header :is(a, button)')].map(
    (one) => [one.href, one.className, one.title || one.ariaLabel || one.textContent, one.ariaCurrent])"""


def test_a_papers_header_is_that_of_every_page(page: Page, address: str) -> None:
    """A script puts it there, before anything is drawn: the same pages, in the same order, by the same names."""
    page.goto(address + "topics/")
    whole = page.evaluate(HEADER)
    assert len(whole) > 8
    page.goto(address + "papers/2509.19301/")
    assert page.evaluate(HEADER) == [[*entry[:3], None] for entry in whole]


def test_an_authors_page_belongs_to_topics(page: Page, address: str) -> None:
    """Its header marks the page from which one gets there."""
    page.goto(address + "topics/")
    whole = page.evaluate(HEADER)
    page.goto(address + "authors/")
    author = page.locator(".names a, .card a").first.get_attribute("href")
    page.goto(address + "authors/" + str(author))
    marked = page.get_by_role("navigation", name="Site").locator("[aria-current]")
    expect(marked).to_have_text("Topics")
    expect(marked).to_have_attribute("aria-current", "true")
    assert [entry[:3] for entry in page.evaluate(HEADER)] == [entry[:3] for entry in whole]


def test_without_scripts_a_papers_header_leads_home(browser: Browser, address: str) -> None:
    """Home has the site's other pages; what could do nothing is not there."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "papers/2509.19301/")
    expect(page.locator("body > header :is(a, button):visible")).to_have_text(["A small library"])
    page.get_by_role("link", name="A small library").click()
    expect(page).to_have_url(address)
    expect(page.get_by_role("navigation", name="Site").get_by_role("link", name="Archive")).to_be_visible()
    context.close()


def test_the_keyboard_reaches_the_content_first(page: Page, address: str) -> None:
    """The first stop skips the header."""
    page.goto(address)
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_text("Skip to content")
    expect(focused).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize(
    "path",
    [
        *("", "papers/2509.19301/", "lists/object-centric-rl/", "archive/", "about/"),
        *(
            "weekly/2026-W34/",
            "monthly/2026-08/",
            "trending/",
            "stats/",
            "topics/",
            "search/",
            "reading-list/",
            "subscribe/",
        ),
    ],
)
def test_fingers_have_room_on_a_phone(browser: Browser, address: str, path: str) -> None:
    """Whatever can be touched is 44 pixels high, except a link within a sentence.

    And except the calendar's squares: the list below them leads to the same days (WCAG 2.2, 2.5.8, "Equivalent").
    """
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(address + path)
    expect(page.locator(".keys-open")).to_be_attached()
    page.wait_for_load_state("networkidle")
    small = """() => [...document.querySelectorAll('a, button, summary, label')].filter((element) => {
        const box = element.getBoundingClientRect();
        const sentence = element.closest('p, dd, .md-typeset li') && !element.closest('.edit');
        const other = element.closest('[href="#content"], .calendar');
        return box.height && box.top >= 0 && box.height < 43.5 && !sentence && !other;
    }).map((element) => `${element.outerHTML.slice(0, 80)} ${element.getBoundingClientRect().height}`)"""
    assert page.evaluate(small) == []
    context.close()


@pytest.mark.parametrize("path", ["about/", "papers/2608.16590/"])
def test_a_link_does_not_tear_the_lines_of_its_sentence_apart(browser: Browser, address: str, path: str) -> None:
    """On a phone, too: with links or without, a sentence is as high."""
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(address + path)
    torn = """() => [...document.querySelectorAll('main p, .known dd, body > footer p')].filter((sentence) => {
        const links = [...sentence.querySelectorAll('a')];
        if (!links.length || sentence.matches('.edit')) return false;
        const lines = getComputedStyle(sentence).lineHeight;
        const before = sentence.getBoundingClientRect().height;
        sentence.style.lineHeight = lines;
        for (const link of links) link.replaceWith(link.textContent);
        return Math.abs(sentence.getBoundingClientRect().height - before) > 1;
    }).map((sentence) => sentence.textContent.trim().slice(0, 60))"""
    assert page.evaluate("document.querySelectorAll('.known dd a, body > footer p a').length") > 0
    assert page.evaluate(torn) == []
    context.close()


def test_a_printed_day_has_its_abstracts_whole_and_no_buttons(page: Page, address: str) -> None:
    """Paper cannot be unfolded."""
    page.goto(address)
    folded = page.locator(".abstract").first.bounding_box()
    page.emulate_media(media="print")
    whole = page.locator(".abstract").first.bounding_box()
    assert folded
    assert whole
    assert whole["height"] > folded["height"]
    expect(page.locator("body > header")).to_be_hidden()
    expect(page.locator(".fold:visible")).to_have_count(0)


def test_a_printed_page_is_dark_on_light_and_has_everybody(page: Page, address: str) -> None:
    """Whatever colours were chosen; a card may be parted between two sheets, and authors who were folded are there."""
    page.goto(address, wait_until="networkidle")
    page.evaluate("document.documentElement.dataset.colours = 'dark'")
    page.emulate_media(media="print", color_scheme="dark")
    assert _background(page) == LIGHT
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).breakInside") == "auto"
    page.evaluate(
        "document.querySelector('main').innerHTML = '<div class=ps><details class=everyone>"
        "<summary>and 1 more</summary><p class=by>Last Author</p></details></div>'"
    )
    box = page.get_by_text("Last Author").bounding_box()
    assert box
    assert box["height"] > 5


PROSE = """<div class="ps"><div class="editor md-typeset" dir="ltr"><ul><li>a</li></ul>
<blockquote>b</blockquote><pre><code>%s</code></pre><table><tr><th>%s</th><td>%s</td></tr></table>
<div class="admonition note"><p class="admonition-title">Note</p><p>c</p></div></div></div>""" % (("long " * 200,) * 3)


@pytest.mark.parametrize("width", [390, 1200])
def test_prose_fits_its_page(page: Page, address: str, width: int) -> None:
    """Nothing in it scrolls sideways; a list is set in once; a quotation has its line, and a box's title its room."""
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address + "about/", wait_until="networkidle")
    page.evaluate("prose => document.querySelector('main').innerHTML = prose", PROSE)
    scrolling = (
        "[...document.querySelectorAll('main *')].filter((it) => it.scrollWidth > it.clientWidth + 1 && it.clientWidth)"
    )
    assert page.evaluate(scrolling + ".map((it) => it.outerHTML.slice(0, 40))") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    style = "(selector) => { const it = getComputedStyle(document.querySelector('main ' + selector)); return %s }"
    assert page.evaluate(style % "it.marginLeft", "ul") == "0px"
    assert page.evaluate(style % "it.marginLeft", "li") == "0px"
    assert page.evaluate(style % "parseFloat(it.borderLeftWidth)", "blockquote") > 0
    assert page.evaluate(style % "parseFloat(it.paddingLeft)", ".admonition-title") > 10


def test_on_a_low_screen_nothing_scrolls_beside_the_cards(page: Page, address: str) -> None:
    """There the masthead stands above them, as on a phone."""
    page.set_viewport_size({"width": 1300, "height": 420})
    page.goto(address + "lists/object-centric-rl/")
    assert page.evaluate("getComputedStyle(document.querySelector('.masthead')).overflowY") == "visible"
    page.set_viewport_size({"width": 1300, "height": 1000})
    assert page.evaluate("getComputedStyle(document.querySelector('.masthead')).position") == "sticky"


@pytest.mark.parametrize(("width", "rows"), [(390, 3), (720, 3), (760, 3), (820, 2)])
def test_papers_begin_soon_on_a_narrow_screen(page: Page, address: str, width: int, rows: int) -> None:
    """Below a day's date its controls stand side by side, as far as they fit; the papers follow."""
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(address + "daily/2026-08-20/")
    controls = page.locator(".masthead > :not(h1)")
    expect(controls).to_have_count(4)
    boxes = controls.evaluate_all("all => all.map((one) => one.getBoundingClientRect().toJSON())")
    assert all(box["right"] <= width and box["left"] >= 0 for box in boxes)
    starts: list[float] = []
    for box in sorted(boxes, key=lambda box: (box["top"] + box["bottom"]) / 2):
        middle = (box["top"] + box["bottom"]) / 2
        if not starts or middle - starts[-1] > 12:
            starts.append(middle)
    assert len(starts) <= rows
    assert boxes[0]["height"] < 30, "the number of papers stands on one line"


@pytest.mark.parametrize("width", [390, 720, 768, 800, 1024])
def test_a_long_name_leaves_room_for_the_page(page: Page, address: str, width: int) -> None:
    """The site's name is cut off at one line, on a phone and beside the names of pages."""
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address)
    expect(page.locator(".palette")).to_be_visible()
    before = page.locator("body > header").bounding_box()
    assert before
    assert before["height"] < 60
    page.evaluate("document.querySelector('.brand').textContent = 'A very long name '.repeat(9)")
    assert page.locator("body > header").bounding_box() == before
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(page.get_by_role("button", name="Search")).to_be_in_viewport()


def test_nothing_moves_while_a_page_loads(page: Page, address: str) -> None:
    """No layout shift (https://web.dev/articles/cls)."""
    page.add_init_script(
        "window.shift = 0;"
        "new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shift += entry.value; })"
        ".observe({type: 'layout-shift', buffered: true});"
    )
    for path in ("", "papers/2509.19301/", "archive/"):
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.shift") < 0.01


def test_a_missing_page_is_our_own_and_leads_on(page: Page, small_site: Path, serve: Serve) -> None:
    """Served where site.yml says the site is, it has its styles and its links at any depth."""
    address = serve(small_site, "/papers/")
    answer = page.goto(address + "no/such/page/")
    assert answer
    assert answer.status == 404
    expect(page.locator("h1")).to_have_text("Nothing is here")
    page.locator("main").get_by_role("link", name="archive").click()
    expect(page).to_have_url(address + "archive/")


def test_a_papers_page_is_small(small_site: Path) -> None:
    """At most 7 kB of HTML on average, chrome included."""
    sizes = [path.stat().st_size for path in (small_site / "papers").rglob("index.html")]
    assert sum(sizes) / len(sizes) <= 7_000


def test_a_first_visit_is_light(page: Page, small_site: Path, address: str) -> None:
    """What a day needs besides its own text is below 60 kB gzipped.

    Fifty real papers are some 37 kB more, so that the whole stays below 100 kB (design, section 5).
    """
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + "daily/2026-08-20/")
    page.wait_for_load_state("networkidle")
    files = [small_site / url.removeprefix(address) for url in asked if not url.endswith("/")]
    assert len(files) >= 3
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) < 60_000
