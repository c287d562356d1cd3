"""A page that was copied out as plain text.

A card is a title, an abstract, then facts: `• 4 authors` or an organisation, a date without its year where that is the
current one, the number of comments. Any of them but the title may be missing. What a browser's copy adds (upvotes,
"Submitted by", the site's own links) is told apart from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from scraper.errors import ContentError, Problem
from scraper.records import day_title
from scraper.saved_page import organizations
from scraper.saved_page.cards import Card, SavedPage
from scraper.saved_page.decoding import LINE_END, DecodedText
from scraper.saved_page.frame import Found, without_frame
from scraper.saved_page.layout import Paragraph, Texts, arrange
from scraper.saved_page.lines import (
    MAX_AUTHORS,
    AuthorCount,
    Button,
    Byline,
    Label,
    Month,
    Number,
    PrintedDate,
    Prose,
    Separator,
    Sign,
    SubmittedBy,
    Upvotes,
    read_line,
)
from scraper.saved_page.years import YearReading, resolve, year_of_saving
from scraper.titles import normalised

_EXPECTED = (
    'expected a saved page of huggingface.co/papers: HTML with an element data-target="DailyPapers", or the page copied'
    " out as text, its cards a title, an abstract, a line such as '• 4 authors' and a date such as 'Jun 3, 2023'"
)
_LONGEST_TITLE = 300
"""In characters; of 60,000 recorded titles the longest has 226."""
_LONG_LINE = 200
"""A browser's paragraph; what somebody wrapped has shorter lines, in characters."""


@dataclass(slots=True)
class _Run:
    """Prose up to the facts after it, and those facts, which are the last card's."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    joined: list[bool] = field(default_factory=list)
    """For each paragraph, whether it stands directly below the one before."""
    authors: int | None = None
    day: tuple[int, PrintedDate] | None = None
    numbers: list[tuple[int, int]] = field(default_factory=list)
    upvotes: int | None = None
    closed: bool = False
    """Whether something was met that prose cannot follow within the same card."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """A card before its page is known as a whole."""

    texts: Texts
    authors: int | None = None
    day: tuple[int, PrintedDate] | None = None
    comments: int | None = None
    upvotes: int | None = None

    @property
    def has_facts(self) -> bool:
        facts = (self.authors, self.day, self.comments, self.upvotes, self.texts.organization)
        return any(fact is not None for fact in facts)


def parse_text(decoded: DecodedText, path: str, *, today: date, saved: date | None) -> SavedPage:
    """Read a copied page. Raises ContentError where there is no card, or nothing that tells a page from other prose."""
    found = [
        Found(number, sign) for number, line in enumerate(LINE_END.split(decoded.text), 1) for sign in read_line(line)
    ]
    banner, body = without_frame(found)
    reader = _Reader(path, numbers_lead=_numbers_lead(body))
    drafts = reader.read(body)
    if not drafts or not (banner.title or any(draft.authors or draft.day for draft in drafts)):
        raise ContentError([Problem(path, 0, _EXPECTED)])
    printed = [draft.day[1] for draft in drafts if draft.day]
    reading = year_of_saving(printed, banner.day[1] if banner.day else None, today=today, saved=saved)
    problems = decoded.problems(path) + reader.problems
    days = _Days(path, reading, saved=saved, own=banner.day, today=today, problems=problems)
    cards, assumptions = _named_organizations([(draft, _card(draft, days)) for draft in drafts])
    cards = _without_repetitions(cards, path, problems)
    kept = [*decoded.assumptions, *([reading.assumption] if reading.assumption else []), *assumptions]
    return SavedPage(banner.title, days.saved, tuple(cards), tuple(sorted(problems)), tuple(kept))


def _numbers_lead(found: Sequence[Found]) -> bool:
    """Whether a number stands above the first title: then upvotes do so on every card."""
    for entry in found:
        if isinstance(entry.sign, Number):
            return True
        if isinstance(entry.sign, Prose):
            return False
    return False


class _Reader:
    """Gathers signs into cards. `problems` grows with what belongs to none."""

    def __init__(self, path: str, *, numbers_lead: bool) -> None:
        self.problems: list[Problem] = []
        self._path = path
        self._numbers_lead = numbers_lead
        self._run = _Run()
        self._upvotes_ahead: int | None = None
        self._runs: list[_Run] = []

    def read(self, found: Iterable[Found]) -> list[_Draft]:
        """The cards, in order."""
        directly_below = False
        for entry in found:
            self._take(entry.line, entry.sign, directly_below=directly_below)
            directly_below = isinstance(entry.sign, Prose | Label)
        self._end_run(at_next_title=False)
        wrapped = _is_wrapped(self._runs)
        return [draft for run in self._runs for draft in self._drafts(run, wrapped=wrapped)]

    def _take(self, line: int, sign: Sign, *, directly_below: bool) -> None:
        run = self._run
        match sign:
            case Prose(text) | Label(text):
                self._add_prose(Paragraph(line, text), directly_below=directly_below)
            case Number(number):
                run.numbers.append((line, number))
                run.closed = run.closed or self._numbers_lead
            case AuthorCount(number):
                self._add_authors(line, number)
            case PrintedDate():
                self._add_day(line, sign)
            case Upvotes(number):
                run.upvotes, run.closed = number, True
            case Month():
                self._report(line, "a month alone: expected a date such as 'Jun 3, 2023'")
            case Separator() | Button() | Byline() | SubmittedBy():
                run.closed = True

    def _add_prose(self, paragraph: Paragraph, *, directly_below: bool) -> None:
        if self._run.closed:
            self._end_run(at_next_title=True)
        self._run.paragraphs.append(paragraph)
        self._run.joined.append(directly_below)

    def _add_authors(self, line: int, number: int) -> None:
        run = self._run
        if not run.paragraphs or run.authors is not None:
            self._report(line, f"'{number} authors' belongs to no card: expected a title before it")
        elif not 1 <= number <= MAX_AUTHORS:
            self._report(line, f"'{number} authors': expected a number from 1 to {MAX_AUTHORS}")
        else:
            run.authors = number
        run.closed = True

    def _add_day(self, line: int, day: PrintedDate) -> None:
        run = self._run
        if not run.paragraphs or run.day is not None:
            self._report(line, f"the date {day} belongs to no card: expected a title before it")
        else:
            run.day = (line, day)
        run.closed = True

    def _end_run(self, *, at_next_title: bool) -> None:
        """Close a run. A number right above the next title is that card's upvotes where upvotes lead."""
        run, self._run = self._run, _Run()
        if run.upvotes is None:
            run.upvotes = self._upvotes_ahead
        self._upvotes_ahead = None
        if self._numbers_lead and at_next_title and run.numbers:
            self._upvotes_ahead = run.numbers.pop()[1]
        if run.paragraphs:
            self._runs.append(run)
        elif run.numbers:
            self._report(run.numbers[0][0], "numbers that belong to no card: expected a title")

    def _drafts(self, run: _Run, *, wrapped: bool) -> Iterator[_Draft]:
        comments = run.day[1].comments if run.day else None
        for line, number in run.numbers:
            if comments is None and run.closed:
                comments = number
            else:
                self._report(line, f"the number {number} belongs to nothing: expected comments after the date")
        facts_follow = run.authors is not None or run.day is not None
        texts = arrange(_unwrapped(run) if wrapped else run.paragraphs, facts_follow=facts_follow)
        drafts = [_Draft(text) for text in texts]
        for text in texts:
            if len(text.title.text) > _LONGEST_TITLE:
                found = f"a title of {len(text.title.text)} characters"
                self._report(text.title.line, f"{found}: expected a title on a line of its own, then the abstract")
        last = replace(drafts[-1], authors=run.authors, day=run.day, comments=comments, upvotes=run.upvotes)
        for draft in (*drafts[:-1], last):
            if draft.texts.abstract or draft.has_facts:
                yield draft
            else:
                shown = draft.texts.title.text[:80]
                self._report(
                    draft.texts.title.line, f"{shown!r} was left out: expected an abstract, authors or a date below it"
                )

    def _report(self, line: int, message: str) -> None:
        self.problems.append(Problem(self._path, line, message))


def _is_wrapped(runs: Sequence[_Run]) -> bool:
    """Whether somebody wrapped the page's lines: hardly a long one, while every abstract takes several."""
    lengths = [len(paragraph.text) for run in runs for paragraph in run.paragraphs]
    few_are_long = 10 * sum(length >= _LONG_LINE for length in lengths) < len(lengths)
    return few_are_long and sum(below for run in runs for below in run.joined) >= 3 * len(runs)


def _unwrapped(run: _Run) -> list[Paragraph]:
    """Lines without an empty one between them become one paragraph again."""
    paragraphs: list[Paragraph] = []
    parts: list[list[str]] = []
    for paragraph, joined in zip(run.paragraphs, run.joined, strict=True):
        if joined and parts:
            parts[-1].append(paragraph.text)
        else:
            paragraphs.append(paragraph)
            parts.append([paragraph.text])
    return [Paragraph(paragraph.line, " ".join(part)) for paragraph, part in zip(paragraphs, parts, strict=True)]


class _Days:
    """Turns printed dates into days, and reports those that cannot be."""

    def __init__(
        self, path: str, reading: YearReading, *, saved: date | None, own: tuple[int, PrintedDate] | None, today: date,
        problems: list[Problem],
    ) -> None:  # fmt: skip
        self._path, self._year, self._problems = path, reading.year, problems
        self._latest, self._whose = (saved, "the day the page was saved") if saved else (today, "today")
        shown = self.day(own)
        if shown and not saved:
            self._latest, self._whose = shown, "the page's own date"
        self.saved = saved or shown

    def day(self, printed: tuple[int, PrintedDate] | None) -> date | None:
        """The day that is meant, or None where there is none or where it cannot be."""
        if printed is None:
            return None
        line, found = printed
        day = resolve(found, self._year)
        if day is None:
            self._report(
                line, f"there is no {found} in {found.year or self._year}: expected a date such as 'Jun 3, 2023'"
            )
        elif day > self._latest:
            read_as = "" if found.year else f" read as {day_title(day)}"
            self._report(line, f"{found}{read_as} lies after {self._whose}, {day_title(self._latest)}")
            return None
        return day

    def _report(self, line: int, message: str) -> None:
        self._problems.append(Problem(self._path, line, message))


def _card(draft: _Draft, days: _Days) -> Card:
    texts = draft.texts
    return Card(
        line=texts.title.line,
        title=texts.title.text,
        abstract="\n\n".join(paragraph.text for paragraph in texts.abstract),
        author_count=draft.authors,
        submitted=days.day(draft.day),
        comments=draft.comments,
        upvotes=draft.upvotes,
    )


def _named_organizations(drafted: Sequence[tuple[_Draft, Card]]) -> tuple[list[Card], list[str]]:
    """Cards with the names of their organisations, which only the page as a whole can tell from their handles."""
    printed = [draft.texts.organization.text for draft, _ in drafted if draft.texts.organization]
    names, undecided = organizations.names(printed)
    remaining = iter(names)
    cards = [
        replace(card, organization=next(remaining)) if draft.texts.organization else card for draft, card in drafted
    ]
    doubtful = sorted({name for name, doubt in zip(names, undecided, strict=True) if doubt})
    if not doubtful:
        return cards, []
    sentence = "organisations are kept as printed, for nothing tells whether their first word is a handle: "
    return cards, [sentence + "; ".join(doubtful)]


def _without_repetitions(cards: Sequence[Card], path: str, problems: list[Problem]) -> list[Card]:
    """Each title once: a page that was pasted twice is still one page."""
    first: dict[str, Card] = {}
    for card in cards:
        earlier = first.setdefault(normalised(card.title) or card.title, card)
        if earlier is not card:
            problems.append(
                Problem(path, card.line, f"the same title as in line {earlier.line}; the earlier card is kept")
            )
    return list(first.values())
