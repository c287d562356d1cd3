"""Groups: which papers belong together, under which name and address."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from scraper import words
from scraper.records import Author, Day, DayEntry, Paper
from scraper.settings import LeastPapers, Rules, Settings, Topic
from scraper.store import Library
from site_config import groups
from site_config.catalog import Catalog
from site_config.groups import Group, GroupKind
from site_config.memberships import begun

ALL = LeastPapers(organizations=1, authors=1, keywords=1)


def settings(**fields: object) -> Settings:
    """Settings under which every name has a page."""
    return Settings("Test site", **{"least_papers": ALL, **fields})  # type: ignore[arg-type]  # any field


def catalog(*papers: Paper, days: tuple[Day, ...] = ()) -> Catalog:
    """A catalog of these."""
    library = Library({paper.id: paper for paper in papers}, {day.date: day for day in days}, {})
    return Catalog.of(library, settings())


def paper(number: int, **fields: object) -> Paper:
    """A paper with these facts."""
    return Paper(f"2511.{number:05}", **{"title": f"Paper {number}", **fields})  # type: ignore[arg-type]  # any field


def by(number: int, *names: str) -> Paper:
    """A paper by these people."""
    return paper(number, authors=tuple(map(Author, names)))


def from_(number: int, organization: str) -> Paper:
    """A paper from an organisation."""
    return paper(number, organization=organization)


def summary(found: tuple[Group, ...]) -> list[tuple[str, str, int]]:
    """Each group's name, address and number of papers."""
    return [(group.name, group.path, len(group.papers)) for group in found]


def test_a_topic_has_the_papers_that_its_rules_find() -> None:
    """In the order of site.yml, those without papers among them; what a topic excludes is in others all the same."""
    topics = (
        Topic("Agents", "agents", "What acts.", Rules(keywords=("agent",)), Rules(keywords=("chemical",))),
        Topic("Empty", "empty", "", Rules(authors=("Nobody",))),
        Topic("Robots", "robots", "", Rules(categories=("cs.RO",), keywords=("robot",))),
    )
    papers = (
        paper(1, title="Agents"),
        paper(2, title="Chemical agents", categories=("cs.RO",)),
        paper(3, abstract="A robot agent"),
    )
    every = catalog(*papers)
    found = groups.topics(every, settings(topics=topics), begun(every.papers, topics)())
    assert summary(found) == [
        ("Agents", "topics/agents/", 2),
        ("Empty", "topics/empty/", 0),
        ("Robots", "topics/robots/", 2),
    ]
    assert found[0].papers == ("2511.00003", "2511.00001")
    assert found[0].description == "What acts."


def test_papers_stand_newest_first() -> None:
    """By the day that listed them last, and by age where no day did."""
    days = (Day(date(2025, 12, 1), "A day", (DayEntry("2511.00001"),)),)
    papers = (from_(1, "A"), from_(2, "A"), from_(3, "A"))
    (group,) = groups.organizations(catalog(*papers, days=days), settings())
    assert group.papers == ("2511.00001", "2511.00003", "2511.00002")


def test_spellings_of_one_name_are_one_group() -> None:
    """Under the usual spelling; where two are as usual, under one that is not small letters or capitals alone."""
    papers = (
        by(1, "Ahmet Üstün"),
        by(2, "Ahmet Ustun", "J. Smith"),
        by(3, "Ahmet  ÜSTÜN", "John Smith"),
        by(4, "Ahmet Üstün", "li yuan"),
        by(5, "Li Yuan"),
    )
    assert summary(groups.authors(catalog(*papers), settings())) == [
        ("Ahmet Üstün", "authors/ahmet-ustun/", 4),
        ("Li Yuan", "authors/li-yuan/", 2),
        ("J. Smith", "authors/j-smith/", 1),
        ("John Smith", "authors/john-smith/", 1),
    ]


def test_a_paper_counts_once_for_a_person_it_names_twice() -> None:
    """Two spellings in one list of authors, or two people of one name, are no two papers."""
    (group,) = groups.authors(catalog(by(1, "Wei Wang", "Wei WANG", "Wei Wang")), settings())
    assert group.papers == ("2511.00001",)


def test_site_yml_says_who_is_the_same() -> None:
    """The shown name is the one of site.yml, whatever is usual, and every spelling of the others leads to it."""
    papers = (by(1, "Yugang Jiang"), by(2, "YU-GANG JIANG"), by(3, "Yugang Jiang", "Yu Gang Jiang"))
    same = {"Yu-Gang Jiang": ("Yugang Jiang",)}
    assert summary(groups.authors(catalog(*papers), settings(same_authors=same))) == [
        ("Yu-Gang Jiang", "authors/yu-gang-jiang/", 3)
    ]
    found = groups.organizations(
        catalog(from_(1, "shanghai ailab"), from_(2, "Shanghai AI Laboratory"), from_(3, "AILab")),
        settings(same_organizations={"Shanghai AI Laboratory": ("Shanghai AILab",)}),
    )
    assert summary(found) == [
        ("Shanghai AI Laboratory", "organizations/shanghai-ai-laboratory/", 2),
        ("AILab", "organizations/ailab/", 1),
    ]


def test_a_keyword_is_one_in_the_singular_and_the_plural() -> None:
    """And with its acronym in brackets."""
    papers = (
        paper(1, keywords=("large language models (LLMs)", "LLM")),
        paper(2, keywords=("Large Language Models", "large language models")),
        paper(3, keywords=("large-language model", "LLMs")),
        paper(4, keywords=("large language models",)),
    )
    assert [(name, number) for name, _, number in summary(groups.keywords(catalog(*papers), settings()))] == [
        ("large language models", 4),
        ("LLMs", 2),
    ]


@pytest.mark.parametrize(("kind", "least"), [("organizations", 2), ("authors", 5), ("keywords", 10)])
def test_a_name_has_a_page_from_so_many_papers_on(kind: str, least: int) -> None:
    """Two of an organisation, five of an author, ten with a keyword, unless site.yml says otherwise."""

    def found(number: int, site: Settings) -> tuple[Group, ...]:
        papers = [paper(one, organization="A", authors=(Author("A"),), keywords=("A",)) for one in range(1, number + 1)]
        found: tuple[Group, ...] = getattr(groups, kind)(catalog(*papers), site)
        return found

    usual = Settings("Test site")
    assert found(least - 1, usual) == ()
    assert [len(group.papers) for group in found(least, usual)] == [least]
    assert [len(group.papers) for group in found(1, settings())] == [1]


NAMES = (
    *(
        "C Lab",
        "C++ Lab",
        "C# Lab",
        "清华大学",
        "浙江大学",
        "2",
        "3",
        "42",
        "Café",
        "Λ Lab",
        "Łukasz",
        "naïve",
        "Ünïcödé",
    ),
    *("A" * 79, "A" * 80, "A" * 81, "A" * 82, "a b", "a-b", "ab", "Привет", "привет мир", "e\u0301", "ﬁ", "①"),
)


def test_no_two_names_have_one_address() -> None:
    """Nor does a name have that of another page of the index, and each is made of a-z, 0-9 and hyphens."""
    found = groups.organizations(catalog(*(from_(number, name) for number, name in enumerate(NAMES, 1))), settings())
    slugs = [group.slug for group in found]
    assert len(slugs) == len(set(slugs)) == len({words.name(name) for name in NAMES})
    for slug in slugs:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug), slug
        assert len(slug) <= groups.LONGEST_SLUG
        assert not slug.isdigit() or len(slug) == 10


def test_an_address_stays_when_papers_are_added() -> None:
    """Whichever names and spellings come: the address is made of what one's spellings share, and of nothing else."""
    papers = [from_(number, name) for number, name in enumerate(NAMES, 1)]
    before = {group.folded: group.path for group in groups.organizations(catalog(*papers[::3]), settings())}
    more = [from_(100 + number, name.swapcase()) for number, name in enumerate(NAMES * 2)]
    after = {group.folded: group.path for group in groups.organizations(catalog(*papers, *more), settings())}
    assert before.items() <= after.items()
    assert len(after) > len(before)


def test_a_name_without_letters_has_no_page() -> None:
    """There is nothing that its address could be made of."""
    assert groups.organizations(catalog(from_(1, "???"), from_(2, "...")), settings()) == ()


def test_papers_know_their_groups() -> None:
    """By identifier; a paper in none is not there."""
    one, two = Group(GroupKind.TOPIC, "one", "One", ("a", "b")), Group(GroupKind.TOPIC, "two", "Two", ("b",))
    assert groups.by_paper((one, two)) == {"a": (one,), "b": (one, two)}


def test_near_groups_share_most_papers() -> None:
    """The most first, then by address; a group is not near itself."""
    topic = Group(GroupKind.TOPIC, "a", "A", ("1", "2", "3"))
    few, most, as_few = (
        Group(GroupKind.TOPIC, slug, slug, papers)
        for slug, papers in (("c", ("1",)), ("d", ("1", "2")), ("b", ("3", "9")))
    )
    of_paper = groups.by_paper((topic, few, most, as_few))
    assert groups.near(topic, of_paper, 9) == ((most, 2), (as_few, 1), (few, 1))
    assert groups.near(topic, of_paper, 1) == ((most, 2),)
    organization = Group(GroupKind.ORGANIZATION, "a", "A", ("1",))
    assert groups.near(organization, of_paper, 9) == ((topic, 1), (few, 1), (most, 1))


def test_the_order_of_the_library_changes_nothing() -> None:
    """The same papers give the same groups, in the same order."""
    papers = [
        paper(
            number,
            organization=("A", "a", "B")[number % 3],
            authors=(Author(("X Y", "X. y", "Z")[number % 3]),),
            keywords=(("model", "models", "Model")[number % 3],),
        )
        for number in range(1, 20)
    ]
    days = tuple(
        Day(date(2025, 11, 1) + timedelta(number), "A day", (DayEntry(papers[number].id),)) for number in range(9)
    )
    one, other = catalog(*papers, days=days), catalog(*reversed(papers), days=days[::-1])
    for make in (groups.organizations, groups.authors, groups.keywords):
        assert make(one, settings()) == make(other, settings())
