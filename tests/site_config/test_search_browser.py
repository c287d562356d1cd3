"""Search as a reader meets it: the header's button and dialog, in a real browser, over the index of recorded papers.

The page around the button is as small as it can be; what MkDocs makes of the theme is tested with the site.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import jinja2
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

import site_config
from scraper.errors import IdentifierError
from scraper.identifiers import parse_reference
from scraper.records import Author, Day, DayEntry, Paper
from site_config import search
from tests.browser import until
from tests.site_config.test_search import edition_of, recorded_papers

THEME = Path(site_config.__file__).parent / "theme"
HOSTILE = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script> &lt;b&gt;Hostile"
PAPERS = (
    Paper(
        id="2510.00001",
        title=HOSTILE,
        abstract=f"{HOSTILE} </mark><mark>abstract.",
        authors=(Author(HOSTILE),),
        organization=HOSTILE,
        keywords=(HOSTILE,),
    ),
    Paper(
        id="cs/0112017", title="An old paper", abstract="From the days before numbers.", submitted=date(2001, 12, 12)
    ),
    Paper(
        id="10.1016/0370-2693(92)90710-l",
        title="Slots and objects",
        abstract="What is object centric without a hyphen.",
        authors=(Author("Łukasz Wójcik"), Author("Jean-Pierre Ångström")),
    ),
    Paper(
        id="2511.08567",
        title="Object-centric learning of rewards",
        abstract="As they call it in reinforcement learning.",
        authors=(*(Author(f"Author Number{n}") for n in range(40)), Author("Bernhard Schölkopf")),
        aliases=("object-centric-learning-of-rewards",),
    ),
    Paper(id="2511.00002", title="深度学习的研究", abstract="这是一个摘要。"),
    Paper(
        id="2511.00004",
        title="Ada, then Byron",
        abstract="Of Ada and of Byron, " * 9,
        authors=(Author("Zoe Byron"), Author("Ada Zett")),
    ),
    Paper(
        id="2511.00005",
        title="Engines",
        abstract="Notes on them. " * 30,
        authors=(*(Author(f"Engine Builder{n}") for n in range(40)), Author("Ada Byron")),
    ),
    Paper(id="2511.00006", title="Reasonance", abstract="Of reasonance and nothing else."),
    Paper(id="2511.00003", title="Who mentions another", abstract="We build on 2511.08567 and on arXiv:2511.08567v1."),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of two pages, one of them deep, with the theme's search and the index of some hundred papers."""
    site = tmp_path_factory.mktemp("site")
    days = [Day(day, "A day", (DayEntry("2511.08567"),)) for day in (date(2025, 11, 12), date(2025, 11, 13))]
    search.write_index(edition_of([*recorded_papers(), *PAPERS], days), site)
    shutil.copytree(THEME / "assets" / "paperstand", site / "assets" / "paperstand")
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(THEME / "partials"), autoescape=False)  # noqa: S701 - as MkDocs has it
    for path, base_url in {
        "index.html": ".",
        "papers/cs/0112017/index.html": "../../..",
        "search/index.html": "..",
    }.items():
        button = environment.get_template("search.html").render(base_url=base_url)
        page = site / path
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(
            '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f'<link rel="stylesheet" href="{base_url}/assets/paperstand/search.css">'
            f"<title>{path}</title><header>{button}</header><main><h1>{path}</h1>"
            '<label>Name <input id="name"></label></main>'
            f'<script type="module" src="{base_url}/assets/paperstand/search.js"></script>'
        )
    return site


@pytest.fixture
def home(page: Page, site: Path, serve: Callable[..., str]) -> Page:
    """The site's first page, in a tab of its own."""
    page.goto(serve(site))
    return page


def opened(page: Page) -> Locator:
    """The dialog, opened by its button."""
    page.get_by_role("button", name="Search").click()
    dialog = page.get_by_role("dialog", name="Search")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    return dialog


def results(page: Page) -> Locator:
    """The links of the results."""
    return page.get_by_role("dialog").get_by_role("list", name="Results").get_by_role("link")


def ask(page: Page, query: str) -> Locator:
    """Type a query into the dialog that is open, and give the results."""
    page.get_by_role("dialog").get_by_role("searchbox").fill(query)
    return results(page)


def intercept(page: Page, pattern: str, handler: Callable[[Route], None]) -> None:
    """Answer what the page asks for, loaded anew: a page that is open may ask past an interception that is new."""
    page.route(pattern, handler)
    page.reload()


DOI_PAGE = "doi/10.1016/0370-2693~2892~2990710-l/"


@pytest.mark.parametrize(
    "paths",
    [
        pytest.param(
            {
                "rewards": "2511.08567/",
                "object-centric": "2511.08567/",
                "object centric learning": "2511.08567/",
                "without a hyphen": DOI_PAGE,
                '"reinforcement learning" call': "2511.08567/",
                "学习": "2511.00002/",
                "MMLU-Pro": "2406.01574/",
            },
            id="words",
        ),
        pytest.param(
            {
                "Bernhard Schölkopf": "2511.08567/",
                "schölkopf": "2511.08567/",
                "Scholkopf": "2511.08567/",
                "lukasz wojcik": DOI_PAGE,
                "Łukasz Wójcik": DOI_PAGE,
                "angstrom": DOI_PAGE,
                "Jean Pierre Angstrom": DOI_PAGE,
                "Cywinski": "2510.01070/",
                "Schölkopf, Bernhard": "2511.08567/",
                "Ada Byron": "2511.00005/",
            },
            id="people",
        ),
        pytest.param(
            {
                "2511.08567": "2511.08567/",
                " arXiv:2511.08567v2 ": "2511.08567/",
                "https://arxiv.org/abs/2511.08567v2": "2511.08567/",
                "https://huggingface.co/papers/2511.08567": "2511.08567/",
                "2511.085": "2511.08567/",
                "object-centric-learning-of-rewards": "2511.08567/",
                "cs/0112017": "cs/0112017/",
                "arxiv.org/pdf/cs/0112017v1.pdf": "cs/0112017/",
                "arXiv:2511.08567v1 [cs.LG] 12 Nov 2025": "2511.08567/",
                "arXiv:cs/0112017 [cs.AI]": "cs/0112017/",
                "arxiv 2511.08567": "2511.08567/",
                "https://example.org/library/papers/2511.08567/": "2511.08567/",
                "http://127.0.0.1:8000/papers/cs/0112017/#content": "cs/0112017/",
                "https://doi.org/10.1016/0370-2693(92)90710-L": DOI_PAGE,
            },
            id="identifiers",
        ),
    ],
)
def test_a_paper_is_found(home: Page, paths: dict[str, str]) -> None:
    """By words and phrases, by authors with and without accents, by identifiers and addresses."""
    opened(home)
    for query, path in paths.items():
        expect(ask(home, "")).to_have_count(0)
        expect(ask(home, query).first).to_have_attribute("href", re.compile(re.escape(f"/papers/{path}") + "$"))


def test_a_result_says_what_the_paper_is(home: Page) -> None:
    """Title, some authors and the one who was looked for, the latest day, and the found words marked."""
    opened(home)
    result = ask(home, "scholkopf reinforcement").first
    expect(result).to_contain_text("Object-centric learning of rewards")
    expect(result).to_contain_text("Author Number0, Author Number1, Author Number2, Bernhard Schölkopf and 37 more")
    expect(result.locator("time")).to_have_text("13 November 2025")
    expect(result.locator("time")).to_have_attribute("datetime", "2025-11-13")
    expect(result.locator(".ps-search__excerpt")).to_have_text("As they call it in reinforcement learning.")
    assert result.locator("mark").all_inner_texts() == ["Schölkopf", "reinforcement"]


def test_an_identifier_opens_its_paper(home: Page) -> None:
    """The paper itself comes before those that mention it, and Enter opens it."""
    dialog = opened(home)
    found = ask(home, "arXiv:2511.08567v3")
    expect(found.first).to_contain_text("Open 2511.08567")
    expect(found.nth(1)).to_contain_text("Who mentions another")
    expect(found.nth(1)).not_to_contain_text("Open")
    dialog.get_by_role("searchbox").press("Enter")
    home.wait_for_url("**/papers/2511.08567/")


def test_an_identifier_that_is_not_here_says_so(home: Page) -> None:
    """A paper that only begins with the same digits is not taken for it."""
    dialog = opened(home)
    ask(home, "2511.08568")
    expect(dialog.get_by_role("status")).to_have_text("2511.08568 is not in this library. Open it at its source")
    source = dialog.get_by_role("link", name="Open it at its source")
    expect(source).to_have_attribute("href", "https://arxiv.org/abs/2511.08568")
    expect(results(home)).to_have_count(0)


NAMES = [
    *("2511.08567", "2511.08567v12", " 0704.0010 ", "arXiv:2511.08567", "arxiv: 0704.1234v1", "cs/0112017v2"),
    *("math.GT/0309136", "hep-th/9901001", "10.1000/182", "doi:10.1000/ABC", "10.48550/arXiv.2511.08567v1"),
    *("https://arxiv.org/abs/2511.08567v2", "arxiv.org/pdf/2511.08567.pdf", "http://www.arxiv.org/pdf/cs/0112017v1"),
    *("https://export.arxiv.org/abs/cs/0112017?context=cs#top", "https://huggingface.co/papers/2511.08567"),
    *("https://www.alphaxiv.org/abs/2511.08567", "https://doi.org/10.1000%2FABC", "https://dx.doi.org/10.1000/182/"),
    *(
        "attention",
        "object-centric",
        "2511.0856 words",
        "http://[",
        "https://arxiv.org/abs/%ff",
        "https://example.org/",
    ),
]


def test_the_browser_reads_identifiers_as_the_library_does(home: Page) -> None:
    """search-query.js and scraper/identifiers.py agree on which paper a text names."""

    def expected(text: str) -> str | None:
        try:
            identifier = parse_reference(text).identifier
        except IdentifierError:
            return None
        # A slug is a word like any other until the index says that a paper has it.
        return identifier if re.search(r"[./]", identifier) else None

    read = "async texts => texts.map((await import('./assets/paperstand/search-query.js')).identifierIn)"
    assert dict(zip(NAMES, home.evaluate(read, NAMES), strict=True)) == {text: expected(text) for text in NAMES}


@pytest.mark.parametrize("prefix", ["/", "/repo/"])
@pytest.mark.parametrize("path", ["", "papers/cs/0112017/"])
def test_search_works_at_a_root_and_below_a_path(
    page: Page, site: Path, serve: Callable[..., str], prefix: str, path: str
) -> None:
    """On every page results lead to the papers of this site, and nothing outside of it is asked for."""
    base = serve(site, prefix)
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    page.goto(base + path)
    opened(page)
    expect(ask(page, "rewards").first).to_have_attribute("href", f"{base}papers/2511.08567/")
    assert any("/search-index/" in address for address in asked)
    assert [address for address in asked if not address.startswith(base)] == []


def test_nothing_is_loaded_before_search_is_used(page: Page, site: Path, serve: Callable[..., str]) -> None:
    """But the button's script and style, and they are small."""
    base, asked = serve(site), list[str]()
    page.context.on("request", lambda request: asked.append(request.url))
    page.goto(base, wait_until="networkidle")
    own = {address.removeprefix(base) for address in asked} - {"", "favicon.ico"}
    assert own == {"assets/paperstand/search.css", "assets/paperstand/search.js"}
    assert sum((site / path).stat().st_size for path in own) < 10_000


def test_without_scripts_the_button_leads_to_the_page_for_searching(
    browser: Browser, site: Path, serve: Callable[..., str]
) -> None:
    """Which says where else every paper is."""
    base = serve(site, "/repo/")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(base)
    page.get_by_role("button", name="Search").click()
    page.wait_for_url(re.compile(re.escape(base) + r"search/\??$"))
    context.close()


def test_slash_opens_search_but_is_a_letter_where_people_type(home: Page) -> None:
    """Ctrl+K opens it from anywhere."""
    dialog = home.get_by_role("dialog")
    home.locator("#name").focus()
    home.keyboard.press("/")
    expect(home.locator("#name")).to_have_value("/")
    expect(dialog).to_have_count(0)
    home.keyboard.press("Control+k")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    home.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(home.locator("#name")).to_be_focused()
    home.locator("#name").blur()
    home.keyboard.press("/")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    expect(dialog.get_by_role("searchbox")).to_have_value("")


def test_what_is_typed_while_the_dialog_loads_is_not_lost(home: Page) -> None:
    """On a slow line the first letters are there before the dialog is."""
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    intercept(home, "**/search-dialog.js", hold)
    home.keyboard.press("/")
    home.keyboard.type("rewards")
    until(home, lambda: bool(waiting))
    waiting[0].continue_()
    expect(home.get_by_role("dialog").get_by_role("searchbox")).to_have_value("rewards")
    expect(results(home).first).to_contain_text("Object-centric")


def test_the_keyboard_is_enough(home: Page) -> None:
    """Arrows choose, typing goes on in the field, Enter opens, Escape closes and gives the focus back."""
    button = home.get_by_role("button", name="Search")
    field = opened(home).get_by_role("searchbox")
    field.press_sequentially("model")
    found = results(home)
    expect(found).to_have_count(10)
    home.keyboard.press("ArrowDown")
    expect(found.nth(0)).to_be_focused()
    home.keyboard.press("ArrowDown")
    expect(found.nth(1)).to_be_focused()
    home.keyboard.press("ArrowUp")
    home.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    home.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    home.keyboard.press("ArrowDown")
    home.keyboard.type("s")
    expect(field).to_have_value("models")
    home.keyboard.press("Escape")
    expect(home.get_by_role("dialog")).to_be_hidden()
    expect(button).to_be_focused()
    home.keyboard.press("Enter")
    expect(field).to_be_focused()
    expect(field).to_have_value("models")
    expect(found).to_have_count(10)
    home.keyboard.press("ArrowDown")
    home.keyboard.press("ArrowDown")
    expect(found.nth(1)).to_be_focused()
    chosen = found.nth(1).get_attribute("href")
    assert chosen
    home.keyboard.press("Enter")
    home.wait_for_url(chosen, wait_until="commit")


KEYS = """([field, ...keys]) => {
    for (const key of keys) {
        if (key.length > 1) document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
        else {
            field.value += key;
            field.dispatchEvent(new InputEvent("input", {bubbles: true}));
        }
    }
}"""
"""Keys that come faster than anything can be answered: all of them in one turn of the page."""


def test_an_arrow_leads_into_the_results_of_what_was_typed_last(home: Page) -> None:
    """Those of the letters before it are about to go, and would take the focus with them."""
    field = opened(home).get_by_role("searchbox")
    found = ask(home, "objec")
    expect(found).not_to_have_count(0)
    before = found.first.get_attribute("href")
    field.fill("")
    field.evaluate(f"field => ({KEYS})([field, ...'Schölkopf', 'ArrowDown'])")
    expect(found).to_have_count(1)
    expect(found.first).to_be_focused()
    assert found.first.get_attribute("href") != before
    home.keyboard.press("ArrowDown")
    expect(home.get_by_role("dialog").get_by_role("link", name="All results")).to_be_focused()


def test_results_that_go_give_the_focus_back(home: Page) -> None:
    """Whatever replaces them: the next key is still heard."""
    field = opened(home).get_by_role("searchbox")
    found = ask(home, "model")
    expect(found).to_have_count(10)
    home.keyboard.press("ArrowDown")
    expect(found.first).to_be_focused()
    field.evaluate(f"field => ({KEYS})([field, ...'s'])")
    expect(field).to_be_focused()
    home.keyboard.press("ArrowDown")
    expect(found.first).to_be_focused()


def test_enter_opens_what_was_typed_last(home: Page) -> None:
    """Even when it is pressed before the results are there."""
    opened(home)
    ask(home, "rewards")
    expect(results(home).first).to_contain_text("Object-centric")
    home.keyboard.press("Control+a")
    home.keyboard.type("cs/0112017")
    home.keyboard.press("Enter")
    home.wait_for_url("**/papers/cs/0112017/")


def test_the_number_of_results_is_announced_and_more_are_a_click_away(home: Page) -> None:
    """In a live region; the focus goes to the first of the new ones."""
    dialog = opened(home)
    found = ask(home, "model")
    status = dialog.get_by_role("status")
    expect(status).to_have_text(re.compile(r"^\d\d papers$"))
    total = int(status.inner_text().split()[0])
    expect(found).to_have_count(10)
    dialog.get_by_role("button", name="More results").click()
    expect(found).to_have_count(20)
    expect(found.nth(10)).to_be_focused()
    while dialog.get_by_role("button", name="More results").is_visible():
        seen = found.count()
        dialog.get_by_role("button", name="More results").click()
        expect(found).not_to_have_count(seen)
    expect(found).to_have_count(total)
    ask(home, "rewards hostile")
    expect(status).to_have_text("No paper has all of these words.")
    expect(found).to_have_count(0)
    ask(home, "")
    expect(status).to_have_text("")


def test_a_word_that_the_library_lacks_is_named(home: Page) -> None:
    """What Pagefind gives in its place is called the nearest; other endings of a word are that word."""
    dialog = opened(home)
    status = dialog.get_by_role("status")
    ask(home, "rewarxyzz")
    expect(status).to_have_text("Nothing has ‘rewarxyzz’. Nearest:")
    ask(home, "rewxyzzy")
    expect(status).to_have_text("Nothing has ‘rewxyzzy’.")
    for query in ("reward", "rewarding", "objectcentric", "Łukasz", "学习", "2511.085"):
        ask(home, query)
        expect(status).to_have_text(re.compile(r"^\d+ papers?$"))


def test_a_word_half_typed_means_the_common_one(home: Page) -> None:
    """Papers on reasoning come before the only one that names a reasonance, however rare that word is."""
    opened(home)
    found = ask(home, "reaso")
    expect(found.first).to_contain_text(re.compile("reasoning", re.IGNORECASE))
    expect(found).to_have_count(10)
    expect(found.filter(has_text="Reasonance")).to_have_count(0)


def test_too_little_to_search_for_is_said(home: Page) -> None:
    """One letter is in every paper, and a backslash is none."""
    status = opened(home).get_by_role("status")
    for query in ("a", "C++", "\\"):
        ask(home, query)
        expect(status).to_have_text("Type one more letter.")
    ask(home, " ")
    expect(status).to_have_text("")


LONG = "At first nothing is said of it. " * 12 + "Then a xylophone sounds in the distance. " + "And so on. " * 40


@pytest.fixture
def distant(page: Page, site: Path, serve: Callable[..., str], tmp_path: Path) -> Page:
    """The first page of a site that has a paper with a word far down its abstract."""
    live = tmp_path / "site"
    shutil.copytree(site, live)
    search.write_index(edition_of([Paper("2512.00001", title="Far away", abstract=LONG)]), live)
    (live / "papers" / "2512.00001").mkdir(parents=True)
    (live / "papers" / "2512.00001" / "index.md").write_text(f"---\nid: '2512.00001'\ntitle: a\n---\n\n{LONG}\n")
    page.goto(serve(live))
    opened(page)
    return page


def test_an_excerpt_has_the_words_that_were_looked_for(distant: Page) -> None:
    """The index has the beginning of an abstract; a piece with the word comes from the paper's twin. Nothing moves."""
    distant.evaluate("""window.heights = []; new MutationObserver(() => {
        for (const found of document.querySelectorAll('.ps-search__excerpt')) heights.push(found.offsetHeight);
    }).observe(document.body, { childList: true, subtree: true })""")
    excerpt = ask(distant, "xylophone").first.locator(".ps-search__excerpt")
    expect(excerpt.locator("mark")).to_have_text("xylophone")
    expect(excerpt).to_contain_text("Then a xylophone sounds in the distance.")
    heights = distant.evaluate("window.heights")
    assert len(heights) > 1
    assert len(set(heights)) == 1


def test_an_excerpt_that_has_the_words_asks_for_nothing(distant: Page) -> None:
    """Nor does one of whose paper nothing more can be had: the beginning stays, and nobody is told."""
    errors: list[str] = []
    distant.on("pageerror", lambda error: errors.append(str(error)))
    asked: list[str] = []
    distant.on("request", lambda request: asked.append(request.url) if request.url.endswith(".md") else None)
    excerpt = ask(distant, "nothing").first.locator(".ps-search__excerpt")
    expect(excerpt.locator("mark").first).to_have_text("nothing")
    distant.route("**/index.md", lambda route: route.fulfill(status=404, body="There is no page of a xylophone."))
    with distant.expect_response("**/index.md"):
        ask(distant, "xylophone")
    assert len(asked) == 1
    expect(excerpt).to_have_text(re.compile("^At first nothing is said of it. .*…$"))
    expect(excerpt.locator("mark")).to_have_count(0)
    distant.unroute("**/index.md")
    distant.route("**/index.md", lambda route: route.abort())
    with distant.expect_event("requestfailed"):
        ask(distant, "sounds")
    expect(excerpt).to_have_text(re.compile("^At first nothing is said of it. .*…$"))
    distant.evaluate("new Promise((done) => setTimeout(done))")
    assert errors == []


def test_an_open_tab_searches_the_index_of_today(
    page: Page, site: Path, serve: Callable[..., str], tmp_path: Path
) -> None:
    """A deploy gives every part of the index another name; what is found then is right, without a reload."""
    live = tmp_path / "site"
    shutil.copytree(site, live)
    page.goto(serve(live))
    opened(page)
    expect(ask(page, "rewards").first).to_contain_text("Object-centric")
    search.write_index(edition_of([*PAPERS, Paper(id="2512.00001", title="Zebras of today", abstract="New.")]), live)
    expect(ask(page, "zebras").first).to_contain_text("Zebras of today")
    expect(ask(page, "slots").first).to_contain_text("Slots and objects")


def test_which_index_is_there_is_asked_of_the_host_itself(page: Page, site: Path, serve: Callable[..., str]) -> None:
    """A browser may keep an answer for as long as a host says; yesterday's would name an index that is gone."""
    page.goto(serve(site))
    with page.expect_request("**/search-index/entry.json") as asked:
        opened(page)
        ask(page, "slots")
    assert asked.value.all_headers().get("cache-control") == "max-age=0"


def test_an_open_tab_whose_index_is_gone_goes_on_with_the_one_of_now(
    page: Page, site: Path, serve: Callable[..., str], tmp_path: Path
) -> None:
    """Whichever part it comes to need: that of a phrase, or that of more results. Nothing is said of it."""
    live = tmp_path / "site"
    shutil.copytree(site, live)
    page.goto(serve(live))
    dialog = opened(page)
    expect(ask(page, "rewards").first).to_contain_text("Object-centric")
    search.write_index(edition_of([*recorded_papers(), *PAPERS, Paper("2512.00001", title="Zebras, a model")]), live)
    expect(ask(page, '"slots and objects"').first).to_contain_text("Slots and objects")
    expect(ask(page, "model")).to_have_count(10)
    before = dialog.get_by_role("status").inner_text()
    search.write_index(edition_of([*recorded_papers()[:300], *PAPERS]), live)
    # A few papers are in one file, and those of the next click may be there already.
    more = dialog.get_by_role("button", name="More results")
    while dialog.get_by_role("status").inner_text() == before and more.is_visible():
        shown = results(page).count()
        more.click()
        expect(results(page)).not_to_have_count(shown)
    expect(dialog.get_by_role("status")).to_have_text(re.compile(r"^[\d,]+ papers$"))
    assert dialog.get_by_role("status").inner_text() != before


def test_a_part_of_the_index_that_failed_once_is_asked_for_again(home: Page) -> None:
    """At once, and without a word to the reader."""
    failed: list[str] = []

    def fail(route: Route) -> None:
        failed.append(route.request.url)
        if len(failed) == 1:
            route.abort()
        else:
            route.continue_()

    intercept(home, "**/search-index/*/terms/*", fail)
    opened(home)
    expect(ask(home, "slots").first).to_contain_text("Slots and objects")
    assert failed


def test_an_outage_is_not_taken_for_an_empty_library(home: Page) -> None:
    """While a part of the index cannot be had, search says so; afterwards the same words find their papers."""
    status = opened(home).get_by_role("status")
    expect(ask(home, "rewards").first).to_contain_text("Object-centric")
    home.context.set_offline(True)
    ask(home, "slots")
    expect(status).to_contain_text("The search index could not be loaded.")
    home.context.set_offline(False)
    status.get_by_role("button", name="Try again").click()
    expect(results(home).first).to_contain_text("Slots and objects")


def test_backspace_and_enter_are_for_the_dialog_too(home: Page) -> None:
    """While it is still on its way, no key reaches the page behind it, and Enter opens what was typed."""
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    intercept(home, "**/search-dialog.js", hold)
    home.evaluate("document.querySelector('main').innerHTML = '<a href=elsewhere/>A link</a>'")
    home.get_by_role("link", name="A link").focus()
    home.keyboard.press("/")
    home.keyboard.type("rewardss")
    home.keyboard.press("Backspace")
    home.keyboard.press("Enter")
    until(home, lambda: bool(waiting))
    waiting[0].continue_()
    home.wait_for_url("**/papers/2511.08567/")


def test_back_from_a_result_leads_to_the_search(home: Page) -> None:
    """With the words that were typed; once it is closed, it stays closed."""
    start = home.url
    opened(home)
    ask(home, "engines").first.click()
    home.wait_for_url("**/papers/2511.00005/")
    home.go_back()
    expect(home).to_have_url(start)
    expect(home.get_by_role("dialog").get_by_role("searchbox")).to_have_value("engines")
    expect(results(home).first).to_contain_text("Engines")
    home.keyboard.press("Escape")
    expect(home.get_by_role("dialog")).to_be_hidden()
    home.reload()
    expect(home.get_by_role("button", name="Search")).to_have_attribute("aria-haspopup", "dialog")
    expect(home.get_by_role("dialog")).to_have_count(0)


def test_without_a_connection_the_reader_stays(home: Page) -> None:
    """Where not even the dialog can be had, that is said; with a connection search works again."""
    home.context.set_offline(True)
    home.keyboard.press("/")
    expect(home.get_by_role("status")).to_have_text("Search needs a connection.")
    assert home.title() == "index.html"
    home.context.set_offline(False)
    # A browser may remember that an address could not be had.
    with home.expect_request("**/search-dialog.js?try=1"):
        home.keyboard.press("/")
    expect(home.get_by_role("dialog").get_by_role("searchbox")).to_be_focused()


def test_where_search_itself_is_missing_its_page_is_opened(home: Page) -> None:
    """Half a deployment: the page for searching says where else every paper is."""
    intercept(home, "**/search-dialog.js*", lambda route: route.fulfill(status=404))
    home.keyboard.press("/")
    home.wait_for_url("**/search/")


def test_an_empty_library_says_that_it_is_empty(home: Page) -> None:
    """It has no index, and nothing is wrong."""
    home.evaluate("document.querySelector('.ps-search-open').dataset.searchEmpty = ''")
    status = opened(home).get_by_role("status")
    expect(status).to_have_text("There are no papers in this library yet.")
    ask(home, "rewards")
    expect(status).to_have_text("There are no papers in this library yet.")


def test_found_words_can_be_read_in_forced_colours(home: Page) -> None:
    """They have the system's colours for marked text."""
    home.emulate_media(forced_colors="active")
    opened(home)
    mark = ask(home, "rewards").first.locator("mark").first
    colours = mark.evaluate("it => [getComputedStyle(it).color, getComputedStyle(it).backgroundColor]")
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 0)"]


def test_an_answer_that_comes_late_does_not_replace_a_newer_one(home: Page) -> None:
    """Whatever the order in which the answers come."""
    held: list[Route] = []
    holds = False

    def hold(route: Route) -> None:
        if holds and not held:
            held.append(route)
        else:
            route.continue_()

    intercept(home, "**/search-index/*/papers/*", hold)
    opened(home)
    expect(ask(home, "rewards").first).to_contain_text("Object-centric")
    # The contents of a result that is not yet known: its answer is held back, that of the next query is not.
    holds = True
    home.get_by_role("dialog").get_by_role("searchbox").fill("MMLU-Pro")
    until(home, lambda: bool(held))
    expect(ask(home, "horizon management competing").first).to_contain_text("FM-Bench")
    held[0].continue_()
    home.wait_for_timeout(300)
    expect(results(home)).to_have_count(1)
    expect(results(home).first).to_contain_text("FM-Bench")


@pytest.mark.parametrize("missing", ["search-index", "search-index/*/terms", "search-index/*/papers"])
def test_a_missing_index_is_said_in_plain_words(
    page: Page, site: Path, serve: Callable[..., str], tmp_path: Path, missing: str
) -> None:
    """With a second try, which works when the index is there again, and the way to the archive."""
    copy = tmp_path / "site"
    shutil.copytree(site, copy)
    (gone,) = copy.glob(missing)
    gone.rename(tmp_path / "away")
    base = serve(copy)
    page.goto(base)
    dialog = opened(page)
    ask(page, "rewards")
    status = dialog.get_by_role("status")
    expect(status).to_have_text(
        "The search index could not be loaded. Try again or browse the archive.", timeout=15_000
    )
    expect(status.get_by_role("link")).to_have_attribute("href", f"{base}archive/")
    (tmp_path / "away").rename(gone)
    status.get_by_role("button", name="Try again").click()
    expect(results(page).first).to_contain_text("Object-centric", timeout=15_000)
    expect(status).to_have_text(re.compile(r"papers?$"))


def test_a_hostile_paper_is_text(home: Page) -> None:
    """Its title, authors, organization and abstract are shown as they are written, and none of it runs."""
    opened(home)
    result = ask(home, "hostile").first
    expect(result.locator(".ps-search__title")).to_have_text(HOSTILE)
    expect(result.locator(".ps-search__about > span").nth(0)).to_have_text(HOSTILE)
    expect(result.locator(".ps-search__about > span").nth(1)).to_have_text(HOSTILE)
    expect(result.locator(".ps-search__excerpt")).to_have_text(f"{HOSTILE} </mark><mark>abstract.")
    assert home.locator("dialog").locator("img, script, b").count() == 0
    assert home.title() == "index.html"


def test_on_a_phone_the_dialog_is_the_screen(browser: Browser, site: Path, serve: Callable[..., str]) -> None:
    """It covers all of it, fits its width, and closes by a button."""
    context = browser.new_context(viewport={"width": 390, "height": 700}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(serve(site))
    dialog = opened(page)
    ask(page, "model")
    expect(results(page)).to_have_count(10)
    assert dialog.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 700}
    assert page.evaluate("document.querySelector('dialog').scrollWidth") <= 390
    page.get_by_role("button", name="Close").tap()
    expect(dialog).to_be_hidden()
    context.close()


def test_nothing_moves_for_those_who_ask_for_it(browser: Browser, site: Path, serve: Callable[..., str]) -> None:
    """The dialog's short appearance is for readers who did not ask for reduced motion."""
    moves = {}
    for wish in ("reduce", "no-preference"):
        context = browser.new_context()
        page = context.new_page()
        page.emulate_media(reduced_motion="reduce" if wish == "reduce" else "no-preference")
        page.goto(serve(site))
        opened(page)
        moves[wish] = page.evaluate("getComputedStyle(document.querySelector('dialog')).animationName")
        context.close()
    assert moves == {"reduce": "none", "no-preference": "ps-search"}
