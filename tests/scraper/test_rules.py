"""Rules: which papers a topic or a selection means, why, and what each scores."""

from __future__ import annotations

import pytest

from scraper.records import Author, Paper
from scraper.rules import Match, Rulebook, admits, match
from scraper.settings import Rules


def paper(title: str = "A title", abstract: str = "", **fields: object) -> Paper:
    """A paper with these facts."""
    return Paper("2511.08567", title, abstract, **fields)  # type: ignore[arg-type]  # any field


def found(keyword: str, text: str) -> bool:
    """Whether a text has a keyword."""
    return match(Rules(keywords=(keyword,)), paper(abstract=text)) is not None


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("world model", "We learn world models."),
        ("world models", "We learn a world model."),
        ("world model", "A World-Model for games"),
        ("World Model", r"Learning \emph{world} models"),
        ("world model", "We learn world\nmodels"),
        ("LLM", "LLMs are few-shot learners"),
        ("LLM", "an LLM-based judge"),
        ("RL", "(RL)"),
        ("multi-agent", "a multiagent system"),
        ("multi-agent", "multi agent systems"),
        ("fine-tuning", "finetuning of models"),
        ("agent's memory", "an agent’s memory"),
        ("Müller", "the Muller potential"),
        ("Muller", r"the M{\"u}ller potential"),
        (r"$\alpha$-helix", "an α-helix"),
        ("alpha helix", r"an $\alpha$-helix"),
        ("C++", "written in C++."),
        ("Qwen2.5", "with Qwen2.5-7B"),
        ("3D", "in 3D scenes"),
        ("世界模型", "我们研究世界模型。"),
        ("policy", "learned policies"),
    ],
)
def test_a_keyword_is_found(keyword: str, text: str) -> None:
    """Whole words, whatever their case, number, hyphens, accents and TeX."""
    assert found(keyword, text)


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("LLM", "LLMap is a map"),
        ("LLM", "GenLLM"),
        ("agent", "reagents"),
        ("RAG", "a rag doll, or rags"),
        ("SAM", "Sam and his friends"),
        ("world model", "of the world. Models are"),
        ("world model", "worlds, models"),
        ("world model", "world of models"),
        ("news", "a new method"),
        ("C++", "vitamin C"),
        ("C", "C++ and C#"),
        ("...", "anything ... goes"),
    ],
)
def test_another_word_is_not_found(keyword: str, text: str) -> None:
    """No part of a word, no other word, and no phrase over the end of a clause."""
    assert not found(keyword, text)


def test_a_paper_says_why_it_is_let_in() -> None:
    """The first rule that it meets, in the order of site.yml."""
    rules = Rules(("slot", "world model"), ("cs.RO",), ("NVIDIA",), ("Ada Name",))
    assert match(rules, paper(abstract="A world model")) == Match("keyword: world model", 1)
    assert match(rules, paper(categories=("cs.RO",))) == Match("category: cs.RO", 1)
    assert match(rules, paper(organization="Nvidia")) == Match("organization: NVIDIA", 3)
    assert match(rules, paper(authors=(Author("B. Other"), Author("Ada NAME")))) == Match("author: Ada Name", 3)
    assert match(rules, paper(abstract="Nothing of it")) is None


def test_a_title_counts_more_than_an_abstract() -> None:
    """Each keyword counts once, where it counts most: three in the title or the paper's keywords, else one."""
    rules = Rules(("world model", "slot"))
    assert match(rules, paper("World models", "A world model of slots and slots")) == Match("keyword: world model", 4)
    assert match(rules, paper(keywords=("slot attention",))) == Match("keyword: slot", 3)
    assert match(rules, paper("T", keywords=("world", "model"))) is None


def test_a_category_is_one_or_all_of_an_archive() -> None:
    """`cs` stands for cs.RO; cs.R and the archive of another do not."""
    assert match(Rules(categories=("cs",)), paper(categories=("cs.RO", "cs.LG"))) == Match("category: cs", 1)
    assert match(Rules(categories=("cond-mat",)), paper(categories=("cond-mat",)))
    assert not match(Rules(categories=("cs.R", "c")), paper(categories=("cs.RO",)))
    assert not match(Rules(categories=("cs.RO",)), paper(categories=("cs",)))


def test_names_are_compared_whole() -> None:
    """Case and accents do not matter, initials do."""
    rules = Rules(organizations=("Meta",), authors=("José García", "Y. Name"))
    assert match(rules, paper(authors=(Author("Jose GARCIA"),)))
    assert match(rules, paper(organization="META"))
    assert not match(rules, paper(organization="AI at Meta"))
    assert not match(rules, paper(authors=(Author("Yann Name"), Author("María José García"))))
    assert not match(Rules(organizations=("...",), authors=("...",)), paper(authors=(Author("???"),)))


def test_what_is_excluded_stays_out() -> None:
    """One excluding rule outweighs any number of others."""
    include, exclude = Rules(keywords=("agent",)), Rules(keywords=("reagent",), categories=("physics",))
    assert admits(include, exclude, paper("Agents")) == Match("keyword: agent", 3)
    assert admits(include, exclude, paper("Agents and reagents")) is None
    assert admits(include, exclude, paper("Agents", categories=("physics.chem-ph",))) is None
    assert admits(include, exclude, paper("Other")) is None


def test_without_rules_everything_comes_in() -> None:
    """Nothing to include lets every paper in, unless something excludes it."""
    assert admits(Rules(), Rules(), paper()) == Match("", 0)
    assert admits(Rules(), Rules(keywords=("title",)), paper()) is None


def test_a_rulebook_says_of_each_rules_what_they_would_say_alone() -> None:
    """Rules that are tried at once do not know each other, even where they name the same word."""
    all_rules = [
        Rules(keywords=("world model", "slot")),
        Rules(keywords=("model", "LLM"), categories=("cs",)),
        Rules(authors=("Ada Name",), keywords=("slots",)),
        Rules(),
    ]
    papers = [
        paper("World models with slots", categories=("cs.RO",), authors=(Author("Ada Name"),)),
        paper("LLMs", "A world. Model"),
        paper(),
    ]
    book = Rulebook(all_rules)
    for one in papers:
        alone = {number: match(rules, one) for number, rules in enumerate(all_rules)}
        assert book.matches(one) == {number: one_match for number, one_match in alone.items() if one_match}
