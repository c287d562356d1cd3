"""Cards and papers in a reader's browser: sorting, filtering, the way through a list, copying, comments."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from site_config.plugin import build
from tests.browser import Serve
from tests.site_config.conftest import MakeRoot, copy_root

DAY = "daily/2026-08-20/"


@pytest.fixture(scope="module", params=["/", "/repo/"])
def address(small_site: Path, serve: Serve, request: pytest.FixtureRequest) -> str:
    """The small library's site, at a root and as GitHub Pages serves a repository's."""
    return serve(small_site, request.param)


def shown(page: Page) -> list[str]:
    """The identifiers of the cards that are shown, in their order."""
    cards = page.locator(".card[data-id]").filter(visible=True)
    return [str(identifier) for identifier in cards.evaluate_all("all => all.map((card) => card.dataset.id)")]


def _day(said: str) -> date:
    """The day that a card says: "Submitted 20 Aug 2026"."""
    return datetime.strptime(said.removeprefix("Submitted "), "%d %b %Y").replace(tzinfo=UTC).date()


@pytest.mark.parametrize(
    ("said", "last"),
    [
        ("Submitted 1 Apr 2025", "2025-04-01"),
        ("6 April 2007", "2007-04-06"),
        ("Featured 10 May 2023 · submitted 30 Dec 2022", "2022-12-30"),
        ("Featured 10 May 2023 · submitted 8 May", "2023-05-08"),
        ("Featured 10 May 2023", "2023-05-10"),
        ("8 May", ""),
        ("v2, 100 comments", ""),
        ("", ""),
    ],
)
def test_scripts_read_the_dates_that_people_read(page: Page, address: str, said: str, last: str) -> None:
    """The last one of a text; where it has no year, that of the one before."""
    page.goto(address)
    script = "async ([url, said]) => (await import(url)).lastDate(said)"
    assert page.evaluate(script, [f"{address}assets/paperstand/dates.js", said]) == last


def test_a_page_is_sorted_and_filtered_and_its_address_says_so(page: Page, address: str) -> None:
    """By each order and by typing, announced; the address alone brings the same again, and so does the way back."""
    page.goto(address + DAY)
    sort, filter_ = page.get_by_label("Sort the papers"), page.get_by_label("Filter the papers")
    expect(sort).to_be_visible()
    listed = shown(page)
    titles = {identifier: page.locator(f'[data-id="{identifier}"] h2').inner_text().casefold() for identifier in listed}
    sort.select_option("Title, A to Z")
    assert shown(page) == sorted(listed, key=titles.__getitem__)
    sort.select_option("Newest first")
    dates = [_day(text) for text in page.locator(".card .facts > li:first-child").all_inner_texts()]
    assert len(dates) == len(listed)
    assert dates == sorted(dates, reverse=True)
    expect(page).to_have_url(address + DAY + "?sort=date")
    word = re.findall(r"[a-z]{6,}", titles[listed[3]])[0]
    filter_.fill(word.upper())
    found = shown(page)
    assert listed[3] in found
    assert len(found) < len(listed)
    expect(page.locator(".found")).to_have_text(f"{len(found)} of {len(listed)}")
    expect(page).to_have_url(f"{address}{DAY}?sort=date&q={word.upper()}")
    page.locator(f'[data-id="{listed[3]}"] h2 a').click()
    expect(page.locator("h1")).to_contain_text(re.compile(word, re.IGNORECASE))
    page.go_back()
    expect(filter_).to_have_value(word.upper())
    assert shown(page) == found
    filter_.press("Escape")
    sort.select_option("As listed")
    assert shown(page) == listed
    expect(page).to_have_url(address + DAY)


@pytest.fixture(scope="module")
def prolific(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small library's site, if one person had written all papers of its last days."""
    root = copy_root("library", tmp_path_factory.mktemp("prolific"))
    for path in (root / "content" / "papers" / "2608").iterdir():
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("\nauthors: [", "\nauthors: [Ada Lovelace, ", 1), encoding="utf-8")
    return build(root)


@pytest.mark.parametrize("prefix", ["/", "/repo/"])
def test_an_authors_papers_are_sorted_and_filtered_too(page: Page, prolific: Path, serve: Serve, prefix: str) -> None:
    """By all that a line says: title, day and upvotes. The address says so, and the way through the list heeds it."""
    base = serve(prolific, prefix)
    author = base + "authors/ada-lovelace/"
    page.goto(author)
    sort, filter_ = page.get_by_label("Sort the papers"), page.get_by_label("Filter the titles")
    expect(filter_).to_have_attribute("placeholder", "Filter 11 titles")
    titles = [title.casefold() for title in page.locator(".card h2").all_inner_texts()]
    sort.select_option("Title, A to Z")
    assert [title.casefold() for title in page.locator(".card h2").all_inner_texts()] == sorted(titles)
    sort.select_option("Newest first")
    days = [_day(text) for text in page.locator(".card .facts").all_inner_texts()]
    assert days == sorted(days, reverse=True)
    assert len(set(days)) == 2
    sort.select_option("Most upvotes")
    votes = [int(number) for number in page.locator(".card .votes").all_inner_texts()]
    assert votes == sorted(votes, reverse=True)
    assert (len(votes), votes[0]) == (11, 163)
    ranked = shown(page)
    word = re.findall(r"[a-z]{6,}", page.locator(".card h2").nth(5).inner_text().casefold())[0]
    filter_.fill(word)
    expect(page).to_have_url(f"{author}?sort=upvotes&q={word}")
    found = shown(page)
    assert ranked[5] in found
    assert len(found) < len(ranked)
    filter_.fill("nothing at all")
    expect(page.locator(".empty")).to_contain_text("No title on this page has “nothing at all”.")
    page.goto(f"{author}?sort=upvotes")
    expect(page.locator(".card").first).to_have_attribute("data-id", ranked[0])
    page.locator(".card h2 a").nth(1).click()
    expect(page.locator("nav.place p")).to_have_text("2 of 11 in Ada Lovelace")
    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(f"{base}papers/{ranked[2]}/?from=authors/ada-lovelace/%3Fsort%3Dupvotes")


def test_a_page_without_a_match_says_so_and_leads_back(page: Page, address: str) -> None:
    """The query is text, whatever it holds."""
    page.goto(address + DAY + "?q=%3Cb%3Enothing&sort=nonsense")
    expect(page.locator(".empty")).to_contain_text("No paper on this page has “<b>nothing”.")
    assert shown(page) == []
    page.get_by_role("button", name="Show all").click()
    assert len(shown(page)) == 6
    expect(page.locator(".empty")).to_be_hidden()
    expect(page.get_by_label("Filter the papers")).to_be_focused()


def test_names_are_found_however_they_are_typed(page: Page, address: str) -> None:
    """Authors and organisations too, without accents or capitals, by several words, in any order."""
    page.goto(address + DAY)
    by = page.locator(".card .by bdi").first.inner_text().split(",")[0].split()
    page.get_by_label("Filter the papers").fill(f" {by[-1].lower()}  {by[0].upper()}")
    assert page.locator(".card").first.get_attribute("data-id") in shown(page)
    page.goto(address + DAY)
    page.evaluate("document.querySelector('.card .by bdi').textContent = 'José Ñandú'")
    page.get_by_label("Filter the papers").fill("nandu jose")
    assert shown(page) == [page.locator(".card").first.get_attribute("data-id")]


def test_few_papers_need_no_controls(page: Page, address: str) -> None:
    """A reader sees two at once."""
    page.goto(address + "daily/2026-07-31/")
    page.wait_for_load_state("networkidle")
    expect(page.locator(".card")).to_have_count(2)
    expect(page.locator(".arrange")).to_have_count(0)


def test_a_hundred_long_cards_are_arranged_at_once(page: Page, address: str) -> None:
    """Without a pause that a reader would feel: below 100 ms for a key and for another order."""
    page.route(
        "**/" + DAY,
        lambda route: route.fulfill(
            body=route.fetch()
            .text()
            .replace(
                "</ol>",
                "".join(
                    f'<li class="card" data-id="x{n}"><h2><a href=".">Title {n * 37 % 100}</a></h2>'
                    f'<p class="votes">{n:,}</p><p class="abstract">{"words of an abstract " * 90}</p></li>'
                    for n in range(94)
                )
                + "</ol>",
                1,
            ),
            content_type="text/html",
        ),
    )
    page.goto(address + DAY)
    expect(page.get_by_label("Filter the papers")).to_have_attribute("placeholder", "Filter 100 papers")
    measure = """([selector, value, event]) => {
        const control = document.querySelector(selector);
        control.value = value;
        const start = performance.now();
        control.dispatchEvent(new Event(event));
        document.body.offsetHeight;
        return performance.now() - start;
    }"""
    for change in ([".arrange input", "words", "input"], [".arrange select", "title", "change"]):
        # On a busy machine most tries are slowed down by others.
        assert min(page.evaluate(measure, change) for _ in range(10)) < 100
    assert len(shown(page)) == 94
    titles = page.eval_on_selector_all(".card[data-id^=x] h2", "all => all.map((one) => one.textContent)")
    assert titles == sorted(titles, key=lambda title: int(title.split()[1]))


def test_a_paper_knows_its_place_in_the_list_one_came_from(page: Page, address: str) -> None:
    """To the neighbours in the order that was shown; it lasts in the address, for a new tab and for somebody else."""
    page.goto(address + DAY + "?sort=title")
    expect(page.get_by_label("Sort the papers")).to_have_value("title")
    order = shown(page)
    page.locator(".card h2 a").nth(1).click()
    place = page.get_by_role("navigation", name="Papers in 20 August 2026")
    expect(place).to_contain_text("2 of 6 in 20 August 2026")
    expect(page).to_have_url(f"{address}papers/{order[1]}/?from={DAY}%3Fsort%3Dtitle")
    page.reload()
    place.get_by_role("link", name="Next").click()
    expect(page).to_have_url(f"{address}papers/{order[2]}/?from={DAY}%3Fsort%3Dtitle")
    expect(place).to_contain_text("3 of 6")
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("link", name="Previous").click()
    expect(other.locator(".ps-paper")).to_have_attribute("data-id", order[1])
    other.locator(".place").get_by_role("link", name="20 August 2026").click()
    expect(other).to_have_url(address + DAY + "?sort=title")


def test_home_stands_for_the_day_that_it_shows(page: Page, address: str) -> None:
    """Tomorrow another day is there, and the address still means today's."""
    page.goto(address)
    page.locator(".card h2 a").first.click()
    expect(page.locator(".place")).to_contain_text("1 of 5 in 21 August 2026")
    expect(page).to_have_url(re.compile(re.escape("/?from=daily/2026-08-21/") + "$"))
    expect(page.locator(".place [rel=prev]")).to_have_count(0)


@pytest.mark.parametrize(
    "origin",
    [
        "//example.com/",
        "https://example.com/",
        "../../../x",
        "papers/2608.19880/",
        "no/such/",
        "archive/",
        "http://[",
        "",
    ],
)
def test_a_list_that_is_none_is_no_harm(page: Page, address: str, origin: str) -> None:
    """Whatever an address says, nothing is asked of another host, and the page is the page."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}papers/2608.16590/?from={origin}")
    page.wait_for_load_state("networkidle")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".place")).to_have_count(0)
    assert all(url.startswith(address) for url in asked)
    assert f"{address}papers/2608.19880/" not in asked


def test_a_reader_copies_the_identifier_and_the_address(browser: Browser, address: str) -> None:
    """And the BibTeX entry; by the clipboard, and the button says so, aloud as well."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{address}papers/2608.16590/?from={DAY}")
    entry = page.locator(".bibtex pre").text_content()
    assert entry
    assert entry.startswith("@")
    for name, text in (
        ("BibTeX", entry),
        ("Identifier", "2608.16590"),
        ("Link", f"{address}papers/2608.16590/"),
    ):
        page.get_by_role("button", name=f"Copy {name}").click()
        expect(page.locator(".copy [role=status]")).to_have_text(f"{name} copied")
        assert page.evaluate("navigator.clipboard.readText()") == text
    context.close()


def test_a_reader_copies_where_the_page_has_no_clipboard(browser: Browser, address: str) -> None:
    """A site that is not served by HTTPS has none."""
    context = browser.new_context()
    context.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page = context.new_page()
    page.goto(f"{address}papers/2608.16590/")
    page.evaluate("document.addEventListener('copy', () => { window.copied = getSelection().toString(); })")
    page.get_by_role("button", name="Copy Identifier").click()
    expect(page.locator(".copy [role=status]")).to_have_text("Identifier copied")
    context.close()


def test_without_scripts_nothing_is_dead(browser: Browser, address: str) -> None:
    """No control that would do nothing, no room kept for one, and every link leads on."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + DAY)
    assert page.locator("main :is(select, button, input:not(#whole))").count() == 0
    expect(page.locator(".cards")).to_have_css("padding-top", "0px")
    page.locator(".cards h2 a").first.click()
    assert page.locator("main :is(select, button, input)").count() == 0
    expect(page.get_by_role("link", name="Report a mistake")).to_be_visible()
    page.locator(".known").get_by_role("link", name="20 August 2026").click()
    page.get_by_role("navigation", name="Period").get_by_role("link", name="Week").click()
    expect(page.locator("h1")).to_be_visible()
    context.close()


def test_a_printed_list_has_no_controls(page: Page, address: str) -> None:
    """Nor room for them; what was filtered out stays out."""
    page.goto(address + DAY + "?q=the")
    page.locator(".arrange").wait_for()
    found = shown(page)
    page.emulate_media(media="print")
    expect(page.locator(".arrange")).to_be_hidden()
    expect(page.locator(".cards")).to_have_css("padding-top", "0px")
    assert shown(page) == found


def test_comments_are_asked_for_only_where_they_are_turned_on(
    page: Page, make_root: MakeRoot, serve: Serve, small_site: Path
) -> None:
    """By two keys in site.yml, and when a reader comes to them; the paper's identifier names the discussion."""
    page.goto(serve(small_site) + "papers/2608.16590/")
    assert page.locator(".talk").count() == 0
    root = make_root("library")
    site = root / "site_config" / "site.yml"
    text = re.sub("(?m)^(repository|giscus):.*\n", "", site.read_text(encoding="utf-8"))
    keys = "repository: https://github.com/example/repo\ngiscus:\n  repository_id: R_1\n  category_id: DIC_2\n"
    site.write_text(text + "\n" + keys, encoding="utf-8")
    address = serve(build(root))
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body="", content_type="text/javascript")

    page.route("https://giscus.app/**", answer)
    page.set_viewport_size({"width": 800, "height": 300})
    page.goto(address + "papers/2608.16590/")
    page.wait_for_load_state("networkidle")
    assert not asked
    page.locator(".talk").scroll_into_view_if_needed()
    script = page.locator('script[src="https://giscus.app/client.js"]')
    script.wait_for(state="attached")
    given = {
        name: script.get_attribute(f"data-{name}") for name in ("repo", "repo-id", "category-id", "mapping", "term")
    }
    assert given == {
        "repo": "example/repo",
        "repo-id": "R_1",
        "category-id": "DIC_2",
        "mapping": "specific",
        "term": "2608.16590",
    }
    assert asked == ["https://giscus.app/client.js"]
