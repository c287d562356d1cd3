"""`paperstand resolve` and `refresh`: the two commands that ask arXiv about papers the library has."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from scraper.records import CuratedList, Day, DayEntry, ListEntry, Paper
from scraper.resolve import refreshed
from tests.replay import ReplayServer, arxiv, refuses
from tests.scraper.conftest import Desk, new_desk

TITLE = "Gravitational Waves from Primordial Black Holes"


def _astro(desk: Desk) -> Paper:
    """The recorded paper, as a scrape would file it."""
    (desk.root / "content" / "lists").mkdir(parents=True, exist_ok=True)
    lists = desk.root / "content" / "lists" / "probe.md"
    lists.write_text("---\ntitle: Probe\npapers: ['1605.08386']\n---\n")
    desk.run("scrape", "--date", "2026-08-15")
    lists.unlink()
    paper = desk.store.paper("1605.08386")
    assert paper is not None
    desk.store.remove_paper(paper.id)
    return paper


@pytest.fixture
def slugged(desk: Desk) -> tuple[Desk, Paper]:
    """A library in which the recorded paper is filed under a slug, named by a list and a day."""
    paper = _astro(desk)
    desk.store.write_paper(Paper(id="a-slug", title=paper.title.upper(), abstract="As filed", source="saved-page"))
    desk.store.write_new_list(CuratedList("mine", "Mine", (ListEntry("a-slug", note="first"), ListEntry("other"))))
    desk.store.write_day(Day(date(2026, 8, 14), "T", (DayEntry("a-slug"),)))
    return desk, paper


def test_a_paper_gets_its_identifier(slugged: tuple[Desk, Paper]) -> None:
    """It is found by its exact title at arXiv, its file moves, and its slug becomes an alias.

    Its own title and abstract stay, what it lacked comes, and the list and the day name it by the identifier in the
    same place.
    """
    desk, paper = slugged
    result = desk.run("resolve")
    assert result.exit_code == 0, result.output
    assert f"a-slug: is {paper.id} now" in result.output
    library = desk.store.load()
    moved = library.papers[paper.id]
    assert (moved.title, moved.abstract, moved.aliases) == (paper.title.upper(), "As filed", ("a-slug",))
    assert moved.authors == paper.authors
    assert "a-slug" not in library.papers
    assert library.lists["mine"].papers == (ListEntry(paper.id, note="first"), ListEntry("other"))
    assert [entry.id for entry in library.days[date(2026, 8, 14)].papers] == [paper.id]
    assert desk.run("check").exit_code == 0


def test_resolving_twice_changes_nothing(slugged: tuple[Desk, Paper]) -> None:
    """What has its identifier is not asked for again."""
    desk, _ = slugged
    desk.run("resolve")
    before = desk.tree()
    assert "0 resolved" in desk.run("resolve").output
    assert desk.tree() == before


@pytest.mark.parametrize("at", [1, 2, 3])
@pytest.mark.parametrize("behind", [False, True])
def test_a_killed_resolve_is_finished_by_the_next(slugged: tuple[Desk, Paper], at: int, behind: bool) -> None:
    """Killed before or behind any of its writes, the next run ends as one undisturbed run does."""
    desk, _ = slugged
    start = desk.tree()
    desk.run("resolve")
    undisturbed = desk.tree()
    for path in desk.root.glob("content/**/*.md"):
        path.unlink()
    for name, text in start.items():
        (desk.root / name).write_bytes(text)
    assert desk.run_killed(at, "resolve", behind=behind)
    assert desk.run("resolve").exit_code == 0
    assert desk.tree() == undisturbed


def test_the_persons_words_move_along(slugged: tuple[Desk, Paper]) -> None:
    """Comments and keys that people added to the slug's file are in the identifier's file."""
    desk, paper = slugged
    path = desk.store.paper_path("a-slug")
    path.write_text(path.read_text().replace("source: saved-page", "source: saved-page # from the web\nrating: 5"))
    desk.run("resolve")
    text = desk.store.paper_path(paper.id).read_text()
    assert "source: saved-page # from the web\nrating: 5\n" in text


def test_the_librarys_own_paper_is_found_first(slugged: tuple[Desk, Paper]) -> None:
    """Where the library has a paper of this title under its identifier, the two become one."""
    desk, paper = slugged
    desk.store.write_paper(paper)
    asked = desk.run("resolve")
    assert asked.exit_code == 0
    library = desk.store.load()
    assert list(library.papers) == [paper.id]
    assert library.papers[paper.id].aliases == ("a-slug",)
    assert library.papers[paper.id].abstract == paper.abstract


def test_what_a_person_wrote_is_not_merged_away(slugged: tuple[Desk, Paper]) -> None:
    """Where both files exist and a person wrote in the slug's, a person has to merge them: nothing changes."""
    desk, paper = slugged
    desk.store.write_paper(paper)
    path = desk.store.paper_path("a-slug")
    path.write_text(path.read_text().replace("source: saved-page", "source: saved-page # checked\nrating: 5"))
    before = desk.tree()
    result = desk.run("resolve")
    assert result.exit_code == 1
    assert "a person wrote in it" in result.output
    assert desk.tree() == before


def test_two_slugs_of_one_paper_in_one_list_are_told(slugged: tuple[Desk, Paper]) -> None:
    """The second one finds the first one renamed already: one line must go, and a person says which."""
    desk, paper = slugged
    desk.store.write_paper(Paper(id="b-slug", title=paper.title, source="saved-page"))
    path = desk.store.list_path("mine")
    path.write_text(path.read_text().replace("- other", "- b-slug"))
    result = desk.run("resolve")
    assert result.exit_code == 1
    assert "which are one paper" in result.output


def test_a_list_that_names_both_is_left_to_a_person(slugged: tuple[Desk, Paper]) -> None:
    """Where a list names the paper under both names, one line must go, and only a person can say which."""
    desk, paper = slugged
    path = desk.store.list_path("mine")
    path.write_text(path.read_text().replace("- other", f"- '{paper.id}'"))
    before = path.read_text()
    result = desk.run("resolve")
    assert result.exit_code == 1
    assert "which are one paper" in result.output
    assert path.read_text() == before


def test_a_title_without_match_stays(desk: Desk) -> None:
    """A paper whose exact title nobody has keeps its slug."""
    desk.store.write_paper(Paper(id="a-slug", title=TITLE))
    before = desk.tree()
    result = desk.run("resolve")
    assert result.exit_code == 0
    assert "1 still without identifier" in result.output
    assert desk.tree() == before


def test_a_title_that_two_papers_have_is_neithers(desk: Desk) -> None:
    """A slug of that title is the one or the other, and nobody can say which."""
    for name in ("a-slug", "2511.00001", "2511.00002", "2511.00003"):
        desk.store.write_paper(Paper(id=name, title="Editorial of nobody's"))
    before = desk.tree()
    assert "1 still without identifier" in desk.run("resolve").output
    assert desk.tree() == before


def test_an_upstream_without_an_abstract_takes_none_away() -> None:
    """Crossref has none of most papers."""
    change = refreshed(Paper("10.1000/x", "Old", "As a person wrote it."), Paper("10.1000/x", "New"))
    assert (change.after.title, change.after.abstract) == ("New", "As a person wrote it.")


def test_refresh_takes_title_and_abstract_anew(slugged: tuple[Desk, Paper]) -> None:
    """The one command that changes them, said line by line; everything else a person wrote stays."""
    desk, paper = slugged
    desk.store.write_paper(Paper(id=paper.id, title="Old title", abstract="Old", organization="Mine"))
    path = desk.store.paper_path(paper.id)
    path.write_text(path.read_text().replace("organization: Mine", "organization: Mine # sure"))
    result = desk.run("refresh", f"https://arxiv.org/abs/{paper.id}v1")
    assert result.exit_code == 0, result.output
    assert f"- title: Old title\n+ title: {paper.title}" in result.output
    fresh = desk.store.paper(paper.id)
    assert fresh is not None
    assert (fresh.title, fresh.abstract, fresh.organization) == (paper.title, paper.abstract, "Mine")
    assert "organization: Mine # sure" in path.read_text()
    assert "unchanged" in desk.run("refresh", paper.id).output


def test_refresh_of_a_paper_that_is_not_there(desk: Desk, tmp_path: Path) -> None:
    """It says so, and writes nothing."""
    result = desk.run("refresh", "2104.99999")
    assert result.exit_code == 1
    assert "the library has no paper 2104.99999" in result.output
    assert not (tmp_path / "content").exists()


def three_slugs(root: Path, server: ReplayServer) -> Desk:
    """A library of three papers under slugs."""
    desk = new_desk(root, server)
    for number in range(3):
        desk.store.write_paper(Paper(f"a-slug-{number}", title=f"A title of its own {number}", source="saved-page"))
    return desk


def test_where_nobody_can_be_reached_the_rest_waits(tmp_path: Path) -> None:
    """One problem says so, not one for each paper; nothing is written."""
    with ReplayServer() as server:
        desk = three_slugs(tmp_path, server)
    before = desk.tree()
    result = desk.run("resolve")
    assert result.exit_code == 1
    assert result.output.count("cannot be reached") == 1
    assert desk.tree() == before


def test_a_refusal_keeps_no_other_paper_from_its_identifier(tmp_path: Path) -> None:
    """It is a problem of the paper that was asked for."""
    refusals = [refuses(404), None]
    with ReplayServer(arxiv(), mischief=refusals) as server:
        result = three_slugs(tmp_path, server).run("resolve")
    assert result.exit_code == 1
    assert result.output.count("answered 404") == 1
    assert len(server.requests) >= 3


def test_an_excluded_paper_is_not_brought_in_by_its_title(slugged: tuple[Desk, Paper]) -> None:
    """The slug's file stays as it is."""
    desk, paper = slugged
    (desk.root / "site_config" / "site.yml").write_text(f"name: T\nexclude: ['{paper.id}']\n")
    before = desk.tree()
    desk.run("resolve")
    assert desk.tree() == before
