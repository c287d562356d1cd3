"""The pictures beside links to the site."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from scraper.records import CuratedList
from scraper.settings import Settings
from site_config.citing.pictures import SIZE, Words, drawn, has_own, head


def _picture(words: Words) -> Image.Image:
    return Image.open(BytesIO(drawn(words))).convert("L")


def test_a_picture_is_the_same_whenever_it_is_drawn() -> None:
    """Byte for byte, and small."""
    words = Words("A title", "What it is about", "A site")
    assert drawn(words) == drawn(words)
    assert len(drawn(words)) < 40_000


@pytest.mark.parametrize("title", ["A", "A title of some length " * 20, "A" * 400, ""])
def test_a_picture_has_its_size_and_its_margins(title: str) -> None:
    """However long its words are, they are cut before its edge."""
    picture = _picture(Words(title, title, title))
    assert picture.size == SIZE
    for box in ((0, 20, 70, SIZE[1]), (SIZE[0] - 70, 20, *SIZE), (0, SIZE[1] - 30, *SIZE)):
        assert min(picture.crop(box).tobytes()) > 240


def test_different_words_make_different_pictures() -> None:
    """Title, description and the line below are all on it."""
    made = {drawn(Words(*words)) for words in (("a", "b", "c"), ("x", "b", "c"), ("a", "x", "c"), ("a", "b", "x"))}
    assert len(made) == 4


def test_a_list_whose_title_the_font_cannot_write_has_the_sites_picture() -> None:
    """Boxes instead of letters would be worse than none."""
    settings = Settings("A site", url="https://example.org/")
    assert has_own(CuratedList("a", "Größe: ψ, ж and ễ — “so”"))
    assert not has_own(CuratedList("a", "强化学习"))
    assert 'content="https://example.org/lists/a/picture.png"' in head(CuratedList("a", "So"), settings)
    assert 'content="https://example.org/picture.png"' in head(CuratedList("a", "强化学习"), settings)


def test_the_pictures_are_in_the_site(small_site: Path) -> None:
    """One for the site, and one for its list."""
    for path in ("picture.png", "lists/object-centric-rl/picture.png"):
        with Image.open(small_site / path) as picture:
            assert picture.size == SIZE
