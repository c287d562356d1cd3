"""What the site prints around the cards of a copied page: the banner above them, the footer below."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scraper.saved_page.lines import (
    AuthorCount,
    Blank,
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
)


@dataclass(frozen=True, slots=True)
class Found:
    """A sign and the line it stands on."""

    line: int
    sign: Sign


@dataclass(frozen=True, slots=True)
class Banner:
    """What the page says above its cards: its title, and its own date with the date's line."""

    title: str | None = None
    day: tuple[int, PrintedDate] | None = None


def without_frame(found: Iterable[Found]) -> tuple[Banner, Sequence[Found]]:
    """The banner, and what stands between it and the footer; what takes two lines is one sign from here on."""
    banner, body = _without_banner(_paired(found))
    return banner, _without_footer(body)


def _paired(found: Iterable[Found]) -> list[Found]:
    """Make one sign of what the site prints on two lines: a calendar's leaf, a button and its number, a name."""
    paired: list[Found] = []
    before: Found | None = None
    for entry in found:
        whole = _pair(before.sign, entry.sign) if before else None
        if before and whole:
            paired.append(Found(before.line, whole))
            before = None
        elif not (before and isinstance(entry.sign, Blank)):
            paired += [before] if before else []
            before = entry if isinstance(entry.sign, Month | Upvotes | SubmittedBy) else None
            paired += [] if before else [entry]
    return [*paired, before] if before else paired


def _pair(first: Sign, second: Sign) -> Sign | None:
    match first, second:
        case Month(month), Number(number) if number <= 31:
            return PrintedDate(month, number, None, None)
        case Upvotes(None), Number(number):
            return Upvotes(number)
        case SubmittedBy(named=False), Prose(text) | Label(text) if " " not in text:
            return SubmittedBy(named=True)
    return None


def _without_banner(found: Sequence[Found]) -> tuple[Banner, Sequence[Found]]:
    """Take off what the site prints above the first card, however much of it was copied."""
    title = None
    byline = next((position for position, entry in enumerate(found) if isinstance(entry.sign, Byline)), None)
    # What stands above the byline is the site's menu, unless facts show that a page was pasted above another one.
    if byline is not None and not any(isinstance(entry.sign, AuthorCount | PrintedDate) for entry in found[:byline]):
        title = _title_above(found[:byline])
        found = found[byline + 1 :]
    start = next(
        (at for at, entry in enumerate(found) if not isinstance(entry.sign, Blank | Label | Byline)), len(found)
    )
    title = title or _page_label(found[:start])
    day, rest = _own_day(found[start:])
    return Banner(title, day), _without_later_banners(rest)


def _without_later_banners(found: Sequence[Found]) -> list[Found]:
    """Where one page was pasted below another, the second banner is neither a card nor a card's date."""
    kept: list[Found] = []
    after_byline = False
    for entry in found:
        if isinstance(entry.sign, Byline):
            while kept and isinstance(kept[-1].sign, Blank | Label):
                kept.pop()
        if not (after_byline and isinstance(entry.sign, PrintedDate)):
            kept.append(entry)
        after_byline = isinstance(entry.sign, Byline) or (after_byline and isinstance(entry.sign, Blank))
    return kept


def _title_above(found: Sequence[Found]) -> str | None:
    for entry in reversed(found):
        if not isinstance(entry.sign, Blank):
            return entry.sign.text if isinstance(entry.sign, Label | Prose) else None
    return None


def _page_label(found: Sequence[Found]) -> str | None:
    labels = (entry.sign.text for entry in found if isinstance(entry.sign, Label))
    return next((label for label in labels if label.casefold().endswith(" papers")), None)


def _own_day(found: Sequence[Found]) -> tuple[tuple[int, PrintedDate] | None, Sequence[Found]]:
    """A date above the first card is the page's own."""
    first = found[0] if found else None
    if first and isinstance(first.sign, PrintedDate):
        return (first.line, first.sign), found[1:]
    return None, found


def _without_footer(found: Sequence[Found]) -> Sequence[Found]:
    """Cut off at the first of the site's own words after the last card."""
    end = len(found)
    for at in range(len(found) - 1, -1, -1):
        if isinstance(found[at].sign, Label):
            end = at
        elif not isinstance(found[at].sign, Blank | Number | Separator):
            break
    return found[:end]
