"""Pictures that stand beside a link to the site: one for the site, and one for each curated list (https://ogp.me).

They are drawn at build, since a fork has its own name and its own lists. The same text gives the same bytes as long as
Pillow is the same; the font comes as a package, so that no font of the machine is looked for.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

import font_source_serif_pro  # type: ignore[import-untyped]  # it has no annotations
from markupsafe import Markup
from PIL import Image, ImageDraw, ImageFont

from scraper.records import CuratedList
from scraper.settings import Settings
from site_config.edition import Edition
from site_config.pages.site import Draft, counted, list_path

FILE = "picture.png"
SIZE = (1200, 630)
"""Pixels, as all services take them."""

_FONTS = Path(font_source_serif_pro.__file__).parent / "files"
_MARGIN = 80
_INK, _SOFT, _PAPER, _FOLD = "#1b1b1f", "#6a6670", "#fffdf9", "#ff6e42"
_COLOURS = 64
"""Of the picture's palette: text on one ground needs no more, and the file is a third as long."""
_TITLE_SIZES = (92, 76, 64, 54)
_MOST_LINES = 4
_LEADING = 1.15
_LONGEST = 1_000
"""Characters of which some could have room."""
_TITLE_HEIGHT = 320


@dataclass(frozen=True, slots=True)
class Words:
    """What stands on a picture."""

    title: str
    description: str
    footer: str


def outputs(edition: Edition) -> Iterator[Draft]:
    """The site's picture, and those of the lists whose words the font can write."""
    settings = edition.settings
    site = Words(settings.name, settings.description, settings.url.partition("://")[2].rstrip("/"))
    yield Draft(FILE, site, drawn)
    for curated in edition.catalog.lists:
        if has_own(curated):
            yield Draft(list_path(curated.slug) + FILE, _words(curated, settings), drawn)


def has_own(curated: CuratedList) -> bool:
    """Whether a list has a picture of its own. The font writes Latin, Greek and Cyrillic."""
    return _is_written(curated.title + (curated.description or "") + (curated.curator or ""))


def head(curated: CuratedList, settings: Settings) -> Markup:
    """The tag that names the picture of a list's page: its own, or the site's."""
    path = list_path(curated.slug) if has_own(curated) else ""
    return Markup('<meta property="og:image" content="{}">').format(settings.url + path + FILE)


def _words(curated: CuratedList, settings: Settings) -> Words:
    kept = f", kept by {curated.curator}" if curated.curator else ""
    return Words(
        curated.title, curated.description or "", f"{settings.name} · {counted(len(curated.papers), 'paper')}{kept}"
    )


def drawn(words: Words) -> bytes:
    """A picture as PNG."""
    image = Image.new("RGB", SIZE, _PAPER)
    draw = ImageDraw.Draw(image)
    _sheet(draw, SIZE[0] - _MARGIN - 72, SIZE[1] - _MARGIN - 90)
    draw.rectangle((0, 0, SIZE[0], 14), fill=_INK)
    width = SIZE[0] - 2 * _MARGIN
    size, title = _title(words.title, width)
    top = float(_MARGIN - 10)
    for line in title:
        draw.text((_MARGIN, top), line, font=_font("Semibold", size), fill=_INK)
        top += size * _LEADING
    top += 26
    small = _font("Regular", 36)
    for line in _lines(words.description, small, width, max(0, min(3, int((SIZE[1] - _MARGIN - 70 - top) // 48)))):
        draw.text((_MARGIN, top), line, font=small, fill=_SOFT)
        top += 48
    footer = _lines(words.footer, _font("Semibold", 32), width - 120, 1)
    draw.text((_MARGIN, SIZE[1] - _MARGIN - 36), "".join(footer), font=_font("Semibold", 32), fill=_INK)
    file = BytesIO()
    image.quantize(_COLOURS).save(file, "PNG", optimize=True)
    return file.getvalue()


def _title(title: str, width: int) -> tuple[int, list[str]]:
    """A title in the largest letters in which it has room, cut in the smallest if it has none."""
    for size in _TITLE_SIZES:
        lines = _lines(title, _font("Semibold", size), width, _MOST_LINES)
        if len(lines) * size * _LEADING < _TITLE_HEIGHT and " ".join(lines) == " ".join(title.split()):
            return size, lines
    return _TITLE_SIZES[-1], _lines(title, _font("Semibold", _TITLE_SIZES[-1]), width, _MOST_LINES)


def _sheet(draw: ImageDraw.ImageDraw, left: int, top: int) -> None:
    """The site's icon: a page with a folded corner."""
    right, bottom, fold = left + 72, top + 90, 26
    draw.polygon([(left, top), (right - fold, top), (right, top + fold), (right, bottom), (left, bottom)], fill=_INK)
    draw.polygon([(right - fold, top), (right, top + fold), (right - fold, top + fold)], fill=_FOLD)
    for line, length in enumerate((44, 44, 28)):
        at = top + 44 + 15 * line
        draw.line([(left + 14, at), (left + 14 + length, at)], fill=_PAPER, width=5)


def _lines(text: str, font: ImageFont.FreeTypeFont, width: int, most: int) -> list[str]:
    """A text in lines that are no wider than `width`; what goes into no line is left out, and a mark says so."""
    lines: list[str] = []
    for word in text[:_LONGEST].split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _width(longer, font) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    lines = [_cut(line, font, width) for line in lines]
    if len(lines) > most:
        lines = [*lines[: most - 1], _cut(f"{lines[most - 1]} …", font, width)] if most else []
    return lines


def _cut(line: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    if _width(line, font) <= width:
        return line
    room = bisect_right(range(len(line)), width, key=lambda end: _width(line[:end] + "…", font))
    return line[: max(0, room - 1)].rstrip() + "…"


def _width(line: str, font: ImageFont.FreeTypeFont) -> int:
    """Of what is drawn: `getlength` is shorter than that where letters are kerned."""
    return math.ceil(font.getbbox(line)[2])


@cache
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / f"SourceSerifPro-{weight}.ttf", size, layout_engine=ImageFont.Layout.BASIC)


def _is_written(text: str) -> bool:
    font = _font("Regular", 24)
    missing = bytes(font.getmask("\uffff"))
    return all(character.isspace() or bytes(font.getmask(character)) != missing for character in set(text))
