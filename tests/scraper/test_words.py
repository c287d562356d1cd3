"""Words: what is one word however it is written, and what is not."""

from __future__ import annotations

import time

import pytest

from scraper import words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("world model", "world model"),
        ("World-Models", "world model"),
        ("world\n  MODELS", "world model"),
        (r"\emph{world} models", "world model"),
        (r"{\em world} \textbf{m}odels", "world model"),
        (r"world~model", "world model"),
        (r"$k$NN", "knn"),
        (r"$\alpha$-helix", "alpha helix"),
        ("\N{GREEK SMALL LETTER ALPHA}-helix", "alpha helix"),
        (r"$\varphi_2$", "phi 2"),
        (r"M{\"u}ller", "muller"),
        ("M\N{LATIN SMALL LETTER U WITH DIAERESIS}ller", "muller"),
        ("Mu\N{COMBINING DIAERESIS}ller", "muller"),
        (r"Erd\H{o}s, P\'al", "erdo . pal"),
        (r"Erd\H os", "erdo"),
        (r"S\o ren \L{}ukasz \AE gir", "soren lukasz aegir"),
        ("S\N{LATIN SMALL LETTER O WITH STROKE}ren", "soren"),
        (r"co\-oper\-ate", "cooperate"),
        ("text--image", "text image"),
        ("text---image", "text . image"),
        ("C++", "c++"),
        ("C#", "c#"),
        ("#tag", "tag"),
        ("agent's", "agent s"),
        ("policies", "policy"),
        ("boxes", "box"),
        ("searches", "search"),
        ("classes", "class"),
        ("videos", "video"),
        ("GPUs", "gpu"),
        ("APIs", "api"),
        ("MODELS", "model"),
        ("(agents)", "agent"),
        ("", ""),
        ("...", ""),
    ],
)
def test_a_phrase_is_the_same_however_it_is_written(text: str, expected: str) -> None:
    """Case, accents, number, hyphens and TeX are folded away; what ends a clause stays."""
    assert words.phrase(text) == expected


@pytest.mark.parametrize(
    "word", ["news", "bias", "analysis", "corpus", "physics", "loss", "lens", "series", "gas", "us", "is", "chaos"]
)
def test_a_word_that_ends_in_s_is_no_plural_by_that_alone(word: str) -> None:
    """The "new" is not the news."""
    assert words.phrase(word) == word


def test_characters_of_scripts_without_spaces_are_words() -> None:
    """So that a phrase is found within a sentence."""
    assert words.phrase("研究世界模型的") == "研 究 世 界 模 型 的"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("José García-Pérez", "Jose  GARCIA Perez"),
        (r"Jos\'e Garc{\'\i}a-P\'erez", "José García Pérez"),
        ("Justin T. Chiu", "Justin T Chiu"),
        ("Ahmet Üstün", "Ahmet Ustun"),
        ("ByteDance Seed", "Bytedance-seed"),
        ("The University of Hong Kong", "University of Hong Kong"),
    ],
)
def test_a_name_is_the_same_in_another_spelling(one: str, other: str) -> None:
    """Case, accents, hyphens, full stops and an article do not tell names apart."""
    assert words.name(one) == words.name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("J. Smith", "John Smith"),
        ("Yan Gao", "Yang Ao"),
        ("Wei Wang", "Wang Wei"),
        ("James", "Jame"),
        ("李明", "李敏"),
        ("Adams Lab", "Adam Lab"),
    ],
)
def test_two_names_are_two(one: str, other: str) -> None:
    """Initials, the order of the words and where they end, and a plural that is none, tell names apart."""
    assert words.name(one) != words.name(other)


def test_a_name_without_letters_is_no_name() -> None:
    """It folds to nothing, which stands for nobody."""
    assert words.name("...") == ""


@pytest.mark.parametrize(
    "piece", ["\\", "{", "$", "-", "a", "\\a", "\\'", "\\' ", "\\a ", " ", "---", "++", "\\emph{", "é", "世", "s" * 50]
)
def test_no_text_takes_long(piece: str) -> None:
    """Time grows with the length of a text and no faster, whatever a stranger writes."""

    def seconds(length: int) -> float:
        text = "é#\\'" + piece * (length // len(piece)) + "x"
        start = time.process_time()
        words.phrase(text)
        return time.process_time() - start

    seconds(1000)
    assert seconds(200_000) < 2
