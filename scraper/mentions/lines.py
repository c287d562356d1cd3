r"""Markdown lists and plain lists, line by line: headings, and items that name papers.

An item is a line of a list, a row of a table or a line of its own, with the lines indented below it. Whichever papers
its first line names are its papers; where that line has a title alone, the first paper that a line below names is. A
list item without a title of its own, such as `- NeurIPS 2025`, is no item: those below it are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from scraper.errors import Problem
from scraper.mentions.named import Mention, Mentions, references, without_addresses
from scraper.records import clean_line

LONGEST_LINE = 5000
"""In characters. No line that a person wrote is longer, and one made to take long takes the square of its length."""

_LINE_END = re.compile("\r\n|\r|\n")
_FENCE = re.compile(r"\s{0,3}(```+|~~~+)")
_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*")
_UNDERLINE = re.compile(r"\s{0,3}(=+|-{3,})\s*")
_ITEM = re.compile(r"(?P<indent>\s*)(?:(?:[-*+]|\d{1,4}[.)])\s+|\[\d+\]\s*)(?=\S)")
_QUOTE = re.compile(r"^\s{0,3}(?:>\s?)+")
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*(<[^>]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)[^)]*\)")
_BOLD = re.compile(r"(\*\*|__)(.+?)\1")
_TAG = re.compile(r"</?[a-z][^>]*>", re.IGNORECASE)
_HTML_LINK = re.compile(r"""<a\s[^>]*?href=["'](https?://[^"'<>]*)["'][^>]*>(.*?)</a>""", re.IGNORECASE)
# What a link beside a title is called, rather than a title.
_NO_TITLE = re.compile(
    r"\W*(?:papers?|pdf|arxiv|abs|html|link|links|code|github|project|page|website|site|blog|video|demo|slides|poster|doi|"
    r"openreview|hugging ?face|data(?:set)?|model|url|here|home ?page|project page|\d+)\W*",
    re.IGNORECASE,
)
_EMPHASIS = re.compile(r"[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}")
_WORDS_EDGE = " \t-–—:;,.|/*_·•"


@dataclass(slots=True)
class _Item:
    line: int
    text: str
    indent: int
    is_listed: bool
    headings: tuple[str, ...]
    below: list[str] = field(default_factory=list)


def parse_lines(text: str, path: str) -> Mentions:
    """The papers that a Markdown or plain list names."""
    title, items = _items(text)
    is_plain = not any(item.is_listed or _LINK.search(item.text) for item in items)
    mentions: list[Mention] = []
    problems = [
        Problem(path, number, f"has more than {LONGEST_LINE} characters, and is not read")
        for number, line in enumerate(_LINE_END.split(text), 1)
        if len(line) > LONGEST_LINE
    ]
    for item in items:
        found = list(_mentions(item))
        mentions += found
        if not found and (is_plain or (item.is_listed and _leads_elsewhere(item.text))):
            problems.append(Problem(path, item.line, f"names no paper that can be told: {_shortened(item.text)}"))
    return Mentions(title, tuple(mentions), tuple(sorted(problems)))


def _items(text: str) -> tuple[str | None, list[_Item]]:
    """The text's title, where it begins with the one heading of its level, and its items."""
    opened: list[tuple[int, str]] = []
    tops: list[str] = []
    items: list[_Item] = []
    current: _Item | None = None
    for number, line, level in _read(text):
        if level:
            heading = _plain(line)
            opened = [one for one in opened if one[0] < level]
            if heading:
                opened.append((level, heading))
                tops += [heading] if level == 1 else []
            current = None
            continue
        item = _ITEM.match(line)
        indent = len(item["indent"].expandtabs(4)) if item else len(line) - len(line.lstrip())
        if current and current.is_listed and indent > current.indent and line.strip() and _title(current.text):
            current.below.append(line)
            continue
        rest = line[item.end() :] if item else line.strip()
        if not rest:
            continue
        current = _Item(number, rest, indent, bool(item) or rest.startswith("|"), tuple(name for _, name in opened))
        items.append(current)
    title = tops[0] if len(tops) == 1 else None
    if title:
        for one in items:
            one.headings = one.headings[1:] if one.headings[:1] == (title,) else one.headings
    return title, items


def _read(text: str) -> Iterator[tuple[int, str, int]]:
    """Each line that is no code, comment or picture: its number, its text, and its level where it is a heading."""
    lines = _LINE_END.split(_without_comments(text))
    fence = ""
    for number, raw in enumerate(lines, 1):
        mark = _FENCE.match(raw)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
            continue
        if fence or len(raw) > LONGEST_LINE:
            continue
        line = _IMAGE.sub("", _QUOTE.sub("", raw, count=1))
        line = _TAG.sub(" ", _HTML_LINK.sub(r"[\2](\1)", line))
        heading = _HEADING.fullmatch(line)
        under = _UNDERLINE.fullmatch(lines[number]) if number < len(lines) else None
        if heading:
            yield number, heading[2], len(heading[1])
        elif under and line.strip() and not _ITEM.match(line) and "|" not in line:
            yield number, line.strip(), 1 if under[1].startswith("=") else 2
        elif not _UNDERLINE.fullmatch(line) and not re.fullmatch(r"[\s|:-]+", line):
            yield number, line, 0


def _without_comments(text: str) -> str:
    """The text with its lines as they are, and nothing of what stands in comments."""
    kept: list[str] = []
    start = 0
    while (opened := text.find("<!--", start)) >= 0 and (closed := text.find("-->", opened)) >= 0:
        kept += [text[start:opened], "\n" * len(_LINE_END.findall(text[opened:closed]))]
        start = closed + len("-->")
    return "".join([*kept, text[start:]])


def _mentions(item: _Item) -> Iterator[Mention]:
    named = list(dict.fromkeys(found.identifier for found in references(item.text)))
    if not named:
        named = [found.identifier for line in item.below for found in references(line)][:1]
    title = _title(item.text)
    if len(named) > 1:
        yield from (Mention(item.line, name, "", item.headings) for name in named)
    elif named:
        yield Mention(item.line, named[0], title, item.headings, _words(item.text, title))
    elif title and item.is_listed and _leads_elsewhere(item.text):
        yield Mention(item.line, None, title, item.headings, _words(item.text, title))


def _title(text: str) -> str:
    """The title that an item shows: its first link's text or what it prints bold, unless that says "paper" or "pdf"."""
    bold, link = _BOLD.search(text), _LINK.search(text)
    candidates = sorted((match.start(), match[2 if match.re is _BOLD else 1]) for match in (bold, link) if match)
    return next((title for _, one in candidates if (title := _plain(one)) and not _NO_TITLE.fullmatch(title)), "")


def _leads_elsewhere(text: str) -> bool:
    """Whether an item has a link that leads out of its own text, or prints something bold."""
    links = [match[2].strip("<>") for match in _LINK.finditer(text)]
    return any(not address.startswith("#") for address in links) or (not links and bool(_BOLD.search(text)))


def _words(text: str, title: str) -> str:
    """What an item says beside its title and its links."""
    kept = _LINK.sub(lambda match: " " if _NO_TITLE.fullmatch(_plain(match[1])) else f" {match[1]} ", text)
    rest = clean_line(_EMPHASIS.sub("", without_addresses(kept)))
    before, _, after = rest.partition(title) if title else ("", "", rest)
    return _bared(after) or _bared(before)


def _bared(words: str) -> str:
    """Words without what only joined or bracketed them; nothing where no word is left."""
    words = re.sub(r"[(\[]\s*[)\]]", " ", words).strip(_WORDS_EDGE)
    inner = re.fullmatch(r"[(\[]([^()\[\]]*)[)\]]", words)
    words = inner[1].strip(_WORDS_EDGE) if inner else words
    return words if re.search(r"\w", words) else ""


def _plain(text: str) -> str:
    return clean_line(_EMPHASIS.sub("", _LINK.sub(r"\1", text)))


def _shortened(text: str) -> str:
    text = clean_line(text)
    return text if len(text) <= 120 else text[:119] + "…"
