"""Saved pages of huggingface.co/papers: what is read from them, what is reported, and that nothing makes it fail."""

from __future__ import annotations

import codecs
import contextlib
import json
import re
import textwrap
import time
from datetime import date
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.errors import ContentError
from scraper.saved_page import Card, SavedPage, parse, parse_identifiers
from scraper.titles import normalised

DATA = Path(__file__).parents[1] / "data" / "saved_pages"
COPIED = (DATA / "daily-papers-page.txt").read_text(encoding="utf-8")
HTML = (DATA / "papers-page-2024-08-01.html").read_text(encoding="utf-8")
TODAY = date(2026, 8, 22)

ABSTRACT = (
    "Reinforcement learning with verifiable rewards reliably improves the reasoning of large language models, yet it"
    " appears to modify only a small fraction of their parameters. We revisit this paradox and show that sparsity is a"
    " surface artifact of an optimization bias that the model itself conditions, and not of the optimizer's own choice."
)
BANNER = "Daily Papers\n\nbyAK and the research community\n\nNov 13\n\n"


def read(text: str, *, saved: date | None = None, today: date = TODAY) -> SavedPage:
    """The page that a file with this text holds."""
    return parse(text.encode(), "page.txt", today=today, saved=saved)


def card(title: str, *facts: str, abstract: str = ABSTRACT) -> str:
    """A card as the site's copied text has it."""
    return "\n".join([title, "", abstract, "", *facts, "", ""])


def read_card(*facts: str, banner: str = BANNER, saved: date | None = None) -> Card:
    """The only card of a page, which must have no problem."""
    page = read(banner + card("A Title", *facts), saved=saved or date(2025, 11, 13))
    assert page.problems == ()
    (only,) = page.cards
    return only


def messages(page: SavedPage) -> list[str]:
    """The page's problems as they are printed."""
    return [str(problem) for problem in page.problems]


def entries() -> list[dict[str, Any]]:
    """What the real page of HTML holds, read without a parser of HTML."""
    found = re.search(r'data-target="DailyPapers" data-props="([^"]*)"', HTML)
    assert found
    held: list[dict[str, Any]] = json.loads(unescape(found[1]))["dailyPapers"]
    return held


@pytest.fixture(scope="module")
def copied() -> SavedPage:
    """The real page of 82 papers."""
    return read(COPIED)


class TestRealCopiedPage:
    """The page of 82 papers that was copied out as text."""

    def test_every_line_is_a_title_an_abstract_or_a_fact(self, copied: SavedPage) -> None:
        """No line is lost, and no line of the banner or of facts is taken for a title or an abstract."""
        lines = [line.strip() for line in COPIED.splitlines() if line.strip()]
        texts = [text for found in copied.cards for text in (found.title, found.abstract)]
        others = [line for line in lines if line not in set(texts)]

        assert len(copied.cards) == 82
        assert len(texts) + len(others) == len(lines)
        banner = {"new", "Get trending papers in your email inbox!", "Subscribe", "Daily Papers"}
        facts = re.compile(r"• \d+ authors|·|[A-Z][a-z]{2} \d+(, \d{4})?( \d+)?|facebook AI at Meta|apple Apple")
        assert [line for line in others if not facts.fullmatch(line)][4:] == ["byAK and the research community"]
        assert banner <= set(others)
        assert min(len(found.abstract) for found in copied.cards) > 1000

    def test_facts_are_all_there(self, copied: SavedPage) -> None:
        """As many as a search in the file counts, and nothing to complain of."""
        assert copied.title == "Daily Papers"
        assert copied.saved == date(2025, 11, 13)
        assert copied.problems == ()
        assert sum(found.author_count is not None for found in copied.cards) == COPIED.count("• ") == 67
        assert sum(found.submitted is not None for found in copied.cards) == COPIED.count("\n·\n") == 70
        assert sum(found.comments is not None for found in copied.cards) == 25
        assert [found.organization for found in copied.cards if found.organization] == [
            "AI at Meta",
            "AI at Meta",
            "Apple",
        ]

    def test_three_cards_by_heart(self, copied: SavedPage) -> None:
        """One with everything, one with an organisation, one with neither authors nor date."""
        by_title = {found.title: found for found in copied.cards}
        residual = by_title["Residual Off-Policy RL for Finetuning Behavior Cloning Policies"]
        path = by_title["The Path Not Taken: RLVR Provably Learns Off the Principals"]
        ttrv = by_title["TTRV: Test-Time Reinforcement Learning for Vision Language Models"]

        assert (residual.line, residual.author_count, residual.submitted, residual.comments) == (
            29, 6, date(2025, 9, 23), 2,
        )  # fmt: skip
        assert (path.organization, path.author_count, path.submitted, path.comments) == (
            "AI at Meta", None, date(2025, 11, 11), 2,
        )  # fmt: skip
        assert (ttrv.author_count, ttrv.organization, ttrv.submitted, ttrv.comments) == (None, None, None, None)
        assert ttrv.abstract.startswith("Existing methods for extracting reward signals")
        assert ttrv.abstract.endswith(".")

    def test_identifiers_match_titles_and_dates(self, copied: SavedPage) -> None:
        """All 55 known identifiers meet a card, and arXiv's month is the printed one wherever a date is printed."""
        table = parse_identifiers((DATA / "identifiers.tsv").read_text(), "identifiers.tsv")
        by_title = {normalised(found.title): found for found in copied.cards}

        assert len(table) == 55
        assert set(table) <= set(by_title)
        dated = [(table[title], by_title[title].submitted) for title in table]
        months = [(identifier[:4], f"{day:%y%m}") for identifier, day in dated if day]
        assert len(months) == 43
        assert all(identifier == printed for identifier, printed in months)

    def test_the_year_is_told_to_the_person(self, copied: SavedPage) -> None:
        """The newest year that the page prints is over; how the next one was found is said, and how to change it."""
        (sentence,) = copied.assumptions
        assert sentence == (
            "dates without a year are read as 2025: the newest year printed on the page is 2024;"
            " name another day with --saved YYYY-MM-DD"
        )

    @pytest.mark.parametrize(
        "changed",
        [
            COPIED.replace("\n", "\r\n"),
            COPIED.replace("\n", "\r"),
            COPIED.replace("\n", " \t\n"),
            re.sub(r"\n\n+", "\n", COPIED),
            COPIED.replace("  • ", "\u00a0\u00a0\u2022\u00a0"),
            COPIED.replace("  • ", "* ").replace("·", "∙"),
            COPIED.replace("  • ", "").replace("\n·\n", "\n"),
            COPIED.replace("\n·\n", " · "),
            COPIED.replace("\n·\n", "\n\n·\n\n"),
            COPIED.replace("  • ", "\u200b  •\u200e "),
            "\n".join(textwrap.fill(line, 80, break_on_hyphens=False) for line in COPIED.split("\n")),
        ],
        ids=[
            "windows", "old-mac", "trailing-blanks", "no-empty-lines", "no-break-spaces", "other-bullets", "no-bullets",
            "facts-on-one-line", "facts-apart", "invisible-marks", "wrapped",
        ],
    )  # fmt: skip
    def test_what_a_copy_changes_changes_nothing(self, copied: SavedPage, changed: str) -> None:
        """Line ends, bullets, blanks and empty lines differ between browsers; the cards do not."""
        page = read(changed)
        assert page.problems == ()
        assert [_without_line(found) for found in page.cards] == [_without_line(found) for found in copied.cards]

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
    def test_other_encodings(self, copied: SavedPage, encoding: str) -> None:
        """What Windows editors write is read; where it was guessed, that is said."""
        page = parse(COPIED.encode(encoding), "page.txt", today=TODAY)
        assert page.cards == copied.cards
        assert [text for text in page.assumptions if "Windows-1252" in text] == [
            text for text in ["the file is not UTF-8: it was read as Windows-1252"] if encoding == "cp1252"
        ]


def _without_line(found: Card) -> tuple[object, ...]:
    return (found.title, found.abstract, found.author_count, found.organization, found.submitted, found.comments)


class TestCopiedFromABrowser:
    """The real page of 1 August 2024, copied out of Chromium: no abstracts, upvotes above, comments below."""

    def test_cards(self) -> None:
        """Menu, footer and submitters are no papers; title, authors, comments and upvotes equal the page's own JSON."""
        page = parse((DATA / "papers-page-2024-08-01.txt").read_bytes(), "page.txt", today=date(2024, 8, 2))
        told = [(c.title, c.author_count, c.comments, c.upvotes) for c in page.cards]
        # The page counts hidden authors, too: six for one paper of which five are named.
        of_json = [
            (entry["title"], len(entry["paper"]["authors"]), entry["numComments"], entry["paper"]["upvotes"])
            for entry in entries()
        ]

        assert page.problems == ()
        assert (page.title, page.saved) == ("Daily Papers", date(2024, 8, 1))
        assert told == of_json

    def test_card_labels_of_other_layouts(self) -> None:
        """`Upvote` with its number below, links of a card, and a date that says that it is one."""
        found = read_card(
            "  • 9 authors", "·", "Published on Aug 5, 2025", "", "Upvote", "", "50", "GitHub 34.5k", "arXiv Page"
        )
        assert (found.author_count, found.submitted, found.upvotes, found.comments) == (9, date(2025, 8, 5), 50, None)


class TestCards:
    """How a card's lines are told apart."""

    def test_abstract_of_several_paragraphs(self) -> None:
        """Paragraphs of one abstract stay together, an empty line between them."""
        page = read(BANNER + card("First", abstract=f"{ABSTRACT}\n\n{ABSTRACT}") + card("Second", "• 4 authors"))
        assert [(c.title, c.abstract) for c in page.cards] == [
            ("First", f"{ABSTRACT}\n\n{ABSTRACT}"),
            ("Second", ABSTRACT),
        ]

    def test_cards_without_facts(self) -> None:
        """Title and abstract alternate, and are told apart by their looks."""
        page = read(BANNER + "".join(card(f"Title {letter}") for letter in "ABC"))
        assert [(c.title, c.abstract) for c in page.cards] == [(f"Title {letter}", ABSTRACT) for letter in "ABC"]
        assert page.problems == ()

    def test_long_title(self) -> None:
        """After a card's facts a title comes, however long it is; one too long to be true is reported and kept."""
        long, longer = "Word " * 50 + "End", "Word " * 80 + "End"
        page = read(BANNER + card("A", "• 4 authors") + card(long, "• 5 authors") + card(longer, "• 6 authors"))
        assert [c.title for c in page.cards] == ["A", long, longer]
        assert [c.abstract for c in page.cards] == [ABSTRACT] * 3
        assert messages(page) == [
            "page.txt:19: a title of 403 characters: expected a title on a line of its own, then the abstract"
        ]

    def test_upvotes_above_titles(self) -> None:
        """Where a number stands above the first title, the number above each is its upvotes, others are comments."""
        page = read(
            BANNER
            + "94\n\n"
            + card("A", "• 4 authors", "5")
            + "\n24\n"
            + card("B")
            + "3\n"
            + card("C", "• 1 authors", "7")
        )
        assert [(c.upvotes, c.author_count, c.comments) for c in page.cards] == [
            (94, 4, 5),
            (24, None, None),
            (3, 1, 7),
        ]
        assert page.problems == ()

    def test_comments_on_their_own_line(self) -> None:
        """A number below the facts is the number of comments."""
        assert read_card("• 1,204 authors", "·", "Sep 23", "12").comments == 12
        assert read_card("• 1,204 authors", "·", "Sep 23", "12").author_count == 1204

    def test_bullet_within_a_title(self) -> None:
        """Only facts are split at bullets."""
        assert [c.title for c in read(BANNER + card("Attention · Is • All", "• 4 authors")).cards] == [
            "Attention · Is • All"
        ]

    @pytest.mark.parametrize(
        "top", ["", "new\n\nSubscribe\n\n", "Models\n Datasets\nLog In\nSign Up\n", "Daily Papers\n\n"]
    )
    def test_banner_in_part(self, top: str) -> None:
        """However much of what stands above the cards was copied, none of it becomes a card."""
        page = read(top + card("A Title", "• 4 authors"))
        assert [c.title for c in page.cards] == ["A Title"]
        assert page.problems == ()

    def test_title_alone(self) -> None:
        """A line with nothing below it is no card: it is reported, and the rest is kept."""
        page = read(BANNER + card("A", "• 4 authors", "·", "Nov 1") + "\nAn unknown part of the site\n")
        assert [c.title for c in page.cards] == ["A"]
        assert messages(page) == [
            "page.txt:16: 'An unknown part of the site' was left out: expected an abstract, authors or a date below it"
        ]

    def test_facts_without_a_card(self) -> None:
        """What stands where no card is goes nowhere, and is reported with its line."""
        page = read("• 3 authors\n·\nJan 27\n\n" + card("A", "• 4 authors", "·", "Aug 1", "·", "Aug 2"))
        assert [(c.title, c.author_count) for c in page.cards] == [("A", 4)]
        assert messages(page) == [
            "page.txt:1: '3 authors' belongs to no card: expected a title before it",
            "page.txt:3: the date Jan 27 belongs to no card: expected a title before it",
            "page.txt:13: the date Aug 2 belongs to no card: expected a title before it",
        ]

    def test_impossible_number_of_authors(self) -> None:
        """Nobody at all, or a hundred thousand: reported, and not stored."""
        page = read(BANNER + card("A", "• 0 authors") + card("B", "• 999999 authors", "·", "Nov 2"))
        assert [c.author_count for c in page.cards] == [None, None]
        assert [problem.line for problem in page.problems] == [11, 17]

    def test_page_pasted_twice(self) -> None:
        """A title that comes again is kept once, and reported."""
        page = read(BANNER + card("A", "• 4 authors") + BANNER + card("A!", "• 4 authors"))
        assert [c.title for c in page.cards] == ["A"]
        assert [message for message in messages(page) if "same title" in message] == [
            "page.txt:19: the same title as in line 7; the earlier card is kept"
        ]

    def test_damaged_bytes(self) -> None:
        """A byte that no encoding explains is reported with its line, and the rest is kept."""
        body = (BANNER + card("A – Title", "• 4 authors")).encode().replace(b"Title", b"T\xffitle")
        page = parse(body, "page.txt", today=TODAY)
        assert [c.title for c in page.cards] == ["A – T\ufffditle"]
        assert [problem.line for problem in page.problems] == [7]


class TestOrganizations:
    """`handle name`: the handle goes only where it certainly is one."""

    @pytest.mark.parametrize(
        ("printed", "name"),
        [
            ("apple Apple", "Apple"),
            ("facebook AI at Meta", "AI at Meta"),
            ("nvidia NVIDIA", "NVIDIA"),
            ("ByteDance-Seed ByteDance Seed", "ByteDance Seed"),
            ("PekingUniversity Peking University", "Peking University"),
            ("Qwen Qwen", "Qwen"),
            ("Peking University", "Peking University"),
            ("Huang's INTelligence lab", "Huang's INTelligence lab"),
            ("inclusionAI", "inclusionAI"),
            ("EPIC: Lab", "EPIC: Lab"),
            ("Snapchat Inc.", "Snapchat Inc."),
        ],
    )
    def test_by_its_own_look(self, printed: str, name: str) -> None:
        """A name that repeats the first word, or a first word in lower case before a capital, shows the handle."""
        found = read_card(printed, "·", "Nov 11 2")
        assert (found.organization, found.comments, found.abstract) == (name, 2, ABSTRACT)

    def test_by_the_rest_of_the_page(self) -> None:
        """One certain handle shows that this copy has handles; one organisation without any shows the opposite."""
        both = card("A", "BAAI Beijing Academy", "·", "Nov 1") + card("B", "apple Apple", "·", "Nov 2")
        assert [c.organization for c in read(BANNER + both).cards] == ["Beijing Academy", "Apple"]
        mixed = both + card("C", "Qwen", "·", "Nov 3")
        assert [c.organization for c in read(BANNER + mixed).cards] == ["BAAI Beijing Academy", "Apple", "Qwen"]

    def test_what_stays_in_doubt_is_said(self) -> None:
        """The name is kept as printed, and the person is told which it is."""
        page = read(BANNER + card("A", "UIUC-CS University of Illinois", "·", "Nov 1, 2024"), saved=date(2025, 11, 13))
        assert page.cards[0].organization == "UIUC-CS University of Illinois"
        (sentence,) = page.assumptions
        assert sentence == (
            "organisations are kept as printed, for nothing tells whether their first word is a handle:"
            " UIUC-CS University of Illinois"
        )

    def test_a_last_sentence_is_no_organisation(self) -> None:
        """What ends as a sentence does belongs to the abstract, though it stands right above the date."""
        page = read(BANNER + card("A", "Our code will be released.", "", "·", "Nov 1"))
        assert page.cards[0].organization is None
        assert page.cards[0].abstract == f"{ABSTRACT}\n\nOur code will be released."


class TestDates:
    """Days as the site prints them, the year left out where it is the current one."""

    @pytest.mark.parametrize(
        ("printed", "day", "comments"),
        [
            ("Jun 3, 2023", date(2023, 6, 3), None),
            ("Sep 23 2", date(2025, 9, 23), 2),
            ("Oct 29, 2024 2", date(2024, 10, 29), 2),
            ("November 2, 2024", date(2024, 11, 2), None),
            ("Feb 29, 2024", date(2024, 2, 29), None),
            ("Sep 23 2024", date(2024, 9, 23), None),
            ("Sept. 23", date(2025, 9, 23), None),
        ],
    )
    def test_forms(self, printed: str, day: date, comments: int | None) -> None:
        """A number after the day is the number of comments; of four digits it is a year."""
        found = read_card("• 4 authors", "·", printed)
        assert (found.submitted, found.comments) == (day, comments)

    def test_calendar_leaf(self) -> None:
        """The page's own date may come as a month above a day."""
        banner = "Daily Papers\nby AK and the research community\nAug\n1\n\n"
        page = read(banner + card("A", "• 4 authors"), today=date(2025, 8, 1))
        assert (page.saved, page.problems) == (date(2025, 8, 1), ())

    @pytest.mark.parametrize(
        ("dates", "banner", "today", "saved", "year", "reason"),
        [
            (["Jun 3, 2023", "Jan 5"], "Nov 13", date(2026, 8, 1), None, 2024, "year printed on the page is 2023"),
            (["Jun 3, 2026", "Jan 5"], "Jul 13", date(2026, 8, 1), None, 2026, "that is today's year"),
            (["Jan 5"], "Jan 13", date(2026, 8, 1), None, 2026, "that is today's year"),
            (["Jan 5"], "Nov 13", date(2026, 8, 1), None, 2025, "the page shows Nov 13, which is still to come"),
            (["Jun 3, 2022", "Feb 29"], "Nov 13", date(2026, 8, 1), None, 2024, "a date on the page is 29 February"),
            (["Jun 3, 2022", "Jan 5"], "Nov 13", date(2026, 8, 1), date(2025, 12, 1), 2025, None),
        ],
        ids=["newest-and-one", "not-after-today", "none-printed", "own-date-ahead", "leap-day", "told"],
    )  # fmt: skip
    def test_year_of_saving(
        self, dates: list[str], banner: str, today: date, saved: date | None, year: int, reason: str | None
    ) -> None:
        """The year after the newest printed one, unless somebody tells it, or the page cannot have been saved then."""
        text = BANNER.replace("Nov 13", banner) + "".join(card(f"T {day}", "• 4 authors", "·", day) for day in dates)
        page = read(text, today=today, saved=saved)

        last = page.cards[-1].submitted
        assert last is not None
        assert last.year == year
        assert page.problems == ()
        assert len(page.assumptions) == (reason is not None)
        assert all(f"read as {year}: " in text and (reason or "") in text for text in page.assumptions)

    def test_every_year_printed(self) -> None:
        """Where every date has its year, nothing is assumed."""
        page = read(card("A", "• 4 authors", "·", "Jun 3, 2023"))
        assert (page.assumptions, page.saved) == ((), None)

    @pytest.mark.parametrize(
        ("printed", "message"),
        [
            ("Dec 2", "Dec 2 read as 2 December 2025 lies after the page's own date, 13 November 2025"),
            ("Dec 2, 2025", "Dec 2, 2025 lies after the page's own date, 13 November 2025"),
            ("Feb 29", "there is no Feb 29 in 2025: expected a date such as 'Jun 3, 2023'"),
            ("Nov 31, 2024", "there is no Nov 31, 2024 in 2024: expected a date such as 'Jun 3, 2023'"),
        ],
    )
    def test_days_that_cannot_be(self, printed: str, message: str) -> None:
        """A day that does not exist, or that was still to come, is reported; the card is kept without it."""
        page = read(BANNER + card("A", "• 4 authors", "·", printed), today=date(2025, 11, 20))
        assert messages(page) == [f"page.txt:13: {message}"]
        assert [(c.author_count, c.submitted) for c in page.cards] == [(4, None)]

    def test_after_the_day_it_was_saved(self) -> None:
        """The day that somebody tells is the last that can be, for the page's own date, too."""
        page = read(BANNER + card("A", "• 4 authors", "·", "Nov 2"), saved=date(2025, 11, 1))
        assert page.saved == date(2025, 11, 1)
        assert messages(page) == [
            "page.txt:5: Nov 13 read as 13 November 2025 lies after the day the page was saved, 1 November 2025",
            "page.txt:13: Nov 2 read as 2 November 2025 lies after the day the page was saved, 1 November 2025",
        ]


def element(props: object, form: str = 'data-target="DailyPapers" data-props="{}"') -> str:
    """A page with this element, its properties escaped for the quotes around them."""
    text = props if isinstance(props, str) else json.dumps(props)
    return f"<!doctype html><html><body>\n<div {form.replace('{}', escape(text))}></div></body></html>"


ARCHIVE = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n"


class TestMarkup:
    """A page saved as HTML or MHTML."""

    def test_real_page(self) -> None:
        """All 13 papers come with their identifiers and all their facts, and are featured on no day."""
        page = read(HTML)
        assert (page.title, page.saved, page.problems, page.assumptions) == ("Daily Papers", date(2024, 8, 1), (), ())
        assert [found.identifier for found in page.cards] == [
            "2407.21783", "2407.21705", "2407.21770", "2407.21646", "2407.21772", "2407.21630", "2407.21721",
            "2407.21530", "2407.20229", "2407.21781", "2407.21686", "2407.21475", "2404.01300",
        ]  # fmt: skip
        llama = page.cards[0]
        assert llama.listed is not None
        assert (llama.line, llama.title, llama.submitted) == (110, "The Llama 3 Herd of Models", date(2024, 7, 31))
        assert (llama.author_count, llama.authors[0].name, llama.upvotes, llama.comments) == (
            533,
            "Abhimanyu Dubey",
            94,
            5,
        )
        assert llama.abstract.startswith(
            "Modern artificial intelligence (AI) systems are powered by foundation models."
        )
        assert [found.listed.paper.featured for found in page.cards if found.listed] == [()] * 13

    def test_single_file_of_chromium(self) -> None:
        """An archive holds the same papers as the page; lines within it mean nothing."""
        page = parse((DATA / "papers-page-trimmed.mhtml").read_bytes(), "page.mhtml", today=TODAY)
        assert [found.listed for found in page.cards] == [found.listed for found in read(HTML).cards[-3:]]
        assert (page.title, page.saved, {found.line for found in page.cards}) == ("Daily Papers", date(2024, 8, 1), {0})

    @pytest.mark.parametrize(
        "form",
        [
            'data-props="{}" class="a>b" data-target="DailyPapers"',
            "data-target='DailyPapers' data-props='{}'",
            "data-target=DailyPapers data-props = '{}'",
            'DATA-TARGET="DailyPapers" Data-Props="{}" hidden',
            "data-x=\"<a data-target='DailyPapers' data-props='{}'>\" data-target='DailyPapers' data-props='{}'",
        ],
        ids=["other-order", "single-quotes", "bare", "capitals", "quoted-markup"],
    )
    def test_forms_of_the_element(self, form: str) -> None:
        """Attributes in any order, quotes of any kind: a browser may write the page anew."""
        page = read(element({"dailyPapers": entries(), "date": "2024-08-01T00:00:00.000Z"}, form))
        assert [found.listed for found in page.cards] == [found.listed for found in read(HTML).cards]
        assert [found.line for found in page.cards] == [2] * 13

    def test_markup_within_the_attribute_left_unescaped(self) -> None:
        """A browser escapes only quotes and ampersands when it writes an attribute."""
        entry = {"paper": {"id": "2407.21783", "title": "If a<b> and c>d", "summary": "<!-- <script> x", "authors": []}}
        text = json.dumps({"dailyPapers": [entry]}).replace('"', "&quot;")
        page = read(f'<html><div data-props="{text}" data-target="DailyPapers"></div>')
        assert [(found.title, found.abstract) for found in page.cards] == [("If a<b> and c>d", "<!-- <script> x")]

    def test_look_alikes_are_no_element(self) -> None:
        """What stands in a comment or a script is no element."""
        fake = element({"dailyPapers": []})
        real = element({"dailyPapers": entries()[:1]})
        page = read(f"<html><!-- {fake} --><script>'{fake}'</script><title>{fake}</title>{real}")
        assert [found.identifier for found in page.cards] == ["2407.21783"]

    def test_an_entry_that_cannot_be_read(self) -> None:
        """It is reported with the line of its element, and the others are kept."""
        page = read(element({"dailyPapers": [*entries()[:2], {"paper": {"id": "x y"}}, 7]}))
        assert [found.identifier for found in page.cards] == ["2407.21783", "2407.21705"]
        assert [(problem.path, problem.line) for problem in page.problems] == [("page.txt", 2)] * 2

    @pytest.mark.parametrize("saved", [None, date(2024, 8, 3)])
    def test_page_without_its_date(self, saved: date | None) -> None:
        """A page of a week has none: then only the person can tell when it was saved."""
        assert read(element({"dailyPapers": entries()[:1]}), saved=saved).saved == saved

    @pytest.mark.parametrize(
        ("page", "line"),
        [
            (element("{"), 2),
            (element("[]"), 2),
            (element('{"dailyPapers": {}}'), 2),
            (element("[" * 100_000), 2),
            (element("1" * 5000), 2),
            (f"<div data-target=DailyPapers data-props='&#{'9' * 5000};'>", 1),
        ],
        ids=["no-json", "a-list", "no-list", "nested", "long-number", "long-reference"],
    )
    def test_element_that_cannot_be_read(self, page: str, line: int) -> None:
        """The error says what was expected, and where."""
        expected = f'page.txt:{line}: the element data-target="DailyPapers" cannot be read: expected JSON with a list'
        with pytest.raises(ContentError, match=expected):
            read(page)

    @pytest.mark.parametrize("page", ["<html><body>Hello</body></html>", f"{ARCHIVE}<p>Hello"], ids=["page", "archive"])
    def test_page_without_the_element(self, page: str) -> None:
        """Any other page is refused with the element that was expected."""
        with pytest.raises(ContentError, match=r"expected a saved page of huggingface\.co/papers with an element"):
            read(page)


class TestAnyFile:
    """Whatever the file is, there is a page or one clear error, soon."""

    @pytest.mark.parametrize(
        "body",
        [b"", b"\n", b"\x00\x01\x02", b"bplist00\x00", b"%PDF-1.5\n\xff\x00", b"# A README\n\nIt has prose.\n",
         codecs.BOM_UTF16_LE + b"x", b'[{"paper": {}}]'],
        ids=["empty", "blank", "binary", "webarchive", "pdf", "readme", "odd-utf-16", "json"],
    )  # fmt: skip
    def test_neither_kind(self, body: bytes) -> None:
        """The error names the file and both kinds that it could have been."""
        with pytest.raises(ContentError, match=r"page\.txt: expected a saved page of huggingface\.co/papers"):
            parse(body, "page.txt", today=TODAY)

    def test_text_in_an_encoding_without_its_mark(self) -> None:
        """What cannot be told from a binary file is refused before half of it is read wrongly."""
        with pytest.raises(ContentError, match=r"this is no text; save the page as HTML, or copy it .* in UTF-8"):
            parse(COPIED.encode("utf-16-le"), "page.txt", today=TODAY)

    LINES = st.lists(
        st.one_of(
            st.text(max_size=40),
            st.sampled_from([
                "", "·", "• 4 authors", "Jan 27", "Feb 29", "Nov 31, 2023 4", "94", "Upvote", "Submitted by", "Aug",
                "1", "Subscribe", "Daily Papers", "byAK and the research community", "facebook AI at Meta",
                "apple Apple", "A Title", ABSTRACT, "<div data-target=DailyPapers data-props='", "<!--", "'>",
                "4 authors · Jan 3 1",
            ]),
        ),
        max_size=40,
    )  # fmt: skip

    @settings(max_examples=300, deadline=2000)
    @given(lines=LINES, saved=st.none() | st.dates(), today=st.dates())
    def test_any_lines(self, lines: list[str], saved: date | None, today: date) -> None:
        """Any order of any lines gives a page or a ContentError, and every problem has its line."""
        body = "\n".join(lines).encode("utf-8", "surrogatepass")
        with contextlib.suppress(ContentError):
            page = parse(body, "page.txt", today=today, saved=saved)
            assert all(0 <= problem.line <= 1000 and problem.path == "page.txt" for problem in page.problems)
            assert all(found.title and found.title == found.title.strip() for found in page.cards)

    @settings(max_examples=300, deadline=2000)
    @given(
        body=st.binary(max_size=400),
        head=st.sampled_from([b"", b"<", b"MIME-Version: 1\nmultipart/related; boundary=x\n--x\n"]),
    )
    def test_any_bytes(self, body: bytes, head: bytes) -> None:
        """Any bytes give a page or a ContentError."""
        with contextlib.suppress(ContentError):
            parse(head + body, "page.txt", today=TODAY)

    @pytest.mark.parametrize(
        "part",
        [
            "<",
            "<!--",
            "<a ",
            '<a b="',
            "<a b='",
            "</",
            "<![",
            "<?",
            "<script>",
            "<title>",
            "&#9",
            "<a b = ",
            "\"'",
            " ",
        ],
    )
    @pytest.mark.parametrize("head", ["<", "<div ", "<div data-target=DailyPapers data-props='"])
    def test_time_of_markup_grows_with_its_size(self, head: str, part: str) -> None:
        """400 kB of anything take less than a second: read again from every tag on, they take minutes."""
        assert _seconds(head + part * (400_000 // len(part))) < 5

    @pytest.mark.parametrize(
        "part",
        ["\n", "·\n", "4\n", "Jan\n", "x\n", "Upvote\n", "T\n• 4 authors\n·\nJan 1 2\n", "by ", "a. B", "• ", "\u2028",
         "by AK and the research community\n", "facebook AI\n·\nJan 3\n\nT\n\n"],
    )  # fmt: skip
    @pytest.mark.parametrize("head", ["", "T\n• 4 authors\n"], ids=["alone", "on-a-page"])
    def test_time_of_text_grows_with_its_size(self, head: str, part: str) -> None:
        """50,000 characters, as 25,000 lines, too."""
        assert _seconds(head + part * (50_000 // len(part))) < 5


def _seconds(text: str) -> float:
    """The processor's time for a page, seconds."""
    started = time.process_time()
    with contextlib.suppress(ContentError):
        read(text)
    return time.process_time() - started


class TestIdentifierTable:
    """`id<TAB>title`, for pages without identifiers."""

    def test_any_form_of_an_identifier(self) -> None:
        """Versions, addresses and further columns; lines may end as Windows ends them, and be empty."""
        text = "\ufeffID\tTitle\tnote\r\n2511.08567v2\tThe Path!\tmine\r\n\r\narxiv.org/abs/cs/0112017\tOld One\r\n"
        assert parse_identifiers(text, "ids.tsv") == {"thepath": "2511.08567", "oldone": "cs/0112017"}

    def test_every_fault_is_reported(self) -> None:
        """All of them at once, with their lines."""
        text = (
            "id\ttitle\n2511.08567\tOne\nnot an id\tTwo\n2511.08568\n2511.08569\t!\n2511.08570\tone\n2511.08567\tOne\n"
        )
        with pytest.raises(ContentError) as raised:
            parse_identifiers(text, "ids.tsv")
        assert [(problem.line, problem.message[:45]) for problem in raised.value.problems] == [
            (3, "'not an id' names no paper: expected an arXiv"),
            (4, "expected an identifier, a tab and a title"),
            (5, "expected an identifier, a tab and a title"),
            (6, "the same title has another identifier further"),
        ]

    @pytest.mark.parametrize("text", ["", "title\tid\n", "2511.08567\tThe Path\n", "id,title\n"])
    def test_header(self, text: str) -> None:
        """A table without its header may be anything."""
        with pytest.raises(ContentError, match=r"ids\.tsv:1: expected a first line that says: id, a tab, title"):
            parse_identifiers(text, "ids.tsv")

    @given(st.text())
    def test_any_text(self, text: str) -> None:
        """Any text gives a table or a ContentError."""
        with contextlib.suppress(ContentError):
            assert all(parse_identifiers(f"id\ttitle\n{text}", "ids.tsv"))
