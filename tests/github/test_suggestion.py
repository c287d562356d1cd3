"""Issue forms: what a stranger may ask for, and what becomes of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import plain_yaml
from scraper.records import CuratedList, Day, DayEntry, ListEntry, Paper
from scraper.store import Library
from scraper.suggestion import (
    CORRECTION_LABELS,
    SUGGESTION_LABELS,
    Correction,
    Suggestion,
    SuggestionError,
    parse,
    suggested,
)
from tests.github.conftest import ROOT, Repository
from tests.replay import ReplayServer, arxiv

FORMS = ROOT / ".github" / "ISSUE_TEMPLATE"


def form(*answers: str, labels: tuple[str, ...] = SUGGESTION_LABELS) -> str:
    """An issue's text as GitHub makes it of a form."""
    return "\n\n".join(f"### {label}\n\n{answer}" for label, answer in zip(labels, answers, strict=True))


def correction(*answers: str) -> str:
    """As `form`, of the other one."""
    return form(*answers, labels=CORRECTION_LABELS)


def ask(repository: Repository, body: str, number: int = 12, **variables: str) -> str:
    """Let `make suggestion` do what the workflow lets it do."""
    event = repository.gh / "event.json"
    event.write_text(json.dumps({"action": "opened", "issue": {"number": number, "title": "$(id)", "body": body}}))
    run = repository.run("make", "suggestion", GITHUB_EVENT_PATH=str(event), **variables)
    assert run.returncode == 0, run.stdout
    return run.stdout


@pytest.mark.parametrize(
    ("name", "labels"), [("suggest-paper.yml", SUGGESTION_LABELS), ("correct-paper.yml", CORRECTION_LABELS)]
)
def test_the_forms_are_what_is_read(name: str, labels: tuple[str, ...]) -> None:
    """The labels of a form's fields, in order, are those that an issue is read by, and the workflow looks for them."""
    described = plain_yaml.load((FORMS / name).read_text())
    assert tuple(field["attributes"]["label"] for field in described["body"]) == labels
    assert described["name"]
    assert described["description"]
    assert f"'### {labels[0]}'" in (ROOT / ".github/workflows/suggestions.yml").read_text()


def test_a_papers_page_fills_in_the_form() -> None:
    """The link on a paper's page names the form's field by its id."""
    described = plain_yaml.load((FORMS / "correct-paper.yml").read_text())
    assert [field["id"] for field in described["body"]] == ["paper", "what"]


def test_reading_a_form() -> None:
    """Addresses and identifiers are understood, an empty field is none, and a note is one line of text."""
    body = form("https://arxiv.org/abs/2511.08567v2", "mine", "One\nnote.")
    assert parse(body) == Suggestion("2511.08567", "mine", "One note.")
    assert parse(body.replace("\n", "\r\n")) == Suggestion("2511.08567", "mine", "One note.")
    assert parse(form("2511.08567", "mine", "_No response_")) == Suggestion("2511.08567", "mine", None)
    assert parse(correction("papers/2511/2511.08567.md", "A name.")) == Correction("2511.08567", "A name.")
    assert parse(correction("papers/cs/0112017.md", "x")) == Correction("cs/0112017", "x")
    doi = Correction("10.1016/s0(92)90710", "x")
    assert parse(correction("content/papers/doi/10.1016/s0~2892~2990710.md", "x")) == doi
    assert parse(correction("papers/slug/cycle-consistency.md", "x")) == Correction("cycle-consistency", "x")


@pytest.mark.parametrize("body", ["", "Hello", "### Note\n\nx", "Paper to add\n\n2511.08567"])
def test_any_other_issue_asks_for_nothing(body: str) -> None:
    """An issue that somebody wrote without a form is a person's."""
    assert parse(body) is None


def test_a_note_cannot_answer_other_fields() -> None:
    """Headings within an answer are text, whatever they say."""
    body = form("2511.08567", "mine", "See\n\n### List or day\n\nother\n\n### Paper to add\n\n2511.00001")
    asked = parse(body)
    assert isinstance(asked, Suggestion)
    assert (asked.paper, asked.place) == ("2511.08567", "mine")


@pytest.mark.parametrize(
    "paper",
    [
        *("", "not a paper", "$(touch x)", "../../etc/passwd", "2511.08567\n2511.00001", "x" * 2000, "a paper"),
        "2511.08567\n\n### Note\n\nx",
        *("9" * 70000, "arXiv:2511.08567 [cs.LG]\nand more", f"arXiv:2511.08567 [cs.LG] {'x' * 1000}"),
    ],
)
def test_what_names_no_paper_is_refused(paper: str) -> None:
    """One identifier or address, and nothing else."""
    with pytest.raises(SuggestionError):
        parse(form(paper, "mine", ""))


@given(st.text(), st.text(), st.text())
def test_any_text_is_read_or_refused(paper: str, place: str, note: str) -> None:
    """Nothing that somebody writes is a traceback."""
    for body in (form(paper, place, note), correction(paper, note)):
        with suppress(SuggestionError):
            assert parse(body)


def test_a_paper_for_a_list_becomes_a_pull_request(repository: Repository) -> None:
    """The list gains a line and nothing else; the branch is pushed, the pull request opened and its checks started."""
    before = (repository.root / "content/lists/mine.md").read_text()
    repository.answers("issue view", {"number": 12, "body": "x", "comments": []})
    repository.answers("pr list", [])
    repository.answers("pr create", "https://github.com/o/r/pull/13\n")
    said = ask(repository, form("arXiv:2511.00004", "mine", 'Why: it\'s "good", [see](x)'))
    assert "`2511.00004` was added to `content/lists/mine.md`" in said
    assert repository.asked() == []

    run = repository.run("make", "answer-suggestion")
    assert run.returncode == 0, run.stdout
    branch = repository.git("-C", str(repository.origin), "show", "suggestion/12:content/lists/mine.md")
    added = branch.replace(before.rstrip("\n").rpartition("---")[0], "")
    assert branch.startswith(before.rpartition("---")[0])
    assert "2511.00004" in added
    log = repository.git("-C", str(repository.origin), "log", "--format=%s", "main..suggestion/12")
    assert log == "Add 2511.00004 to mine\n"
    changed = repository.git("-C", str(repository.origin), "diff", "--name-only", "main", "suggestion/12")
    assert changed == "content/lists/mine.md\n"

    calls = {call.command: call for call in repository.asked()}
    created = calls["pr create"]
    assert created.arguments[2:6] == ("--head", "suggestion/12", "--base", "main")
    assert "Closes #12" in created.text
    assert calls["workflow run"].arguments == ("workflow", "run", "ci.yml", "--ref", "suggestion/12")
    assert "https://github.com/o/r/pull/13" in calls["issue comment"].text


def test_an_edited_issue_changes_its_pull_request(repository: Repository) -> None:
    """The branch is made anew from main, and the open pull request is not opened twice."""
    repository.answers("issue view", {"number": 12, "body": "x", "comments": []})
    repository.answers("pr list", [{"url": "https://github.com/o/r/pull/13"}])
    for paper in ("2511.00004", "2511.00005"):
        ask(repository, form(paper, "mine", "_No response_"))
        run = repository.run("make", "answer-suggestion")
        assert run.returncode == 0, run.stdout
        repository.git("checkout", "--quiet", "main")
    branch = repository.git("-C", str(repository.origin), "show", "suggestion/12:content/lists/mine.md")
    assert "2511.00005" in branch
    assert "2511.00004" not in branch
    assert "pr create" not in {call.command for call in repository.asked()}


def test_where_workflows_may_open_no_pull_requests(repository: Repository) -> None:
    """The branch is there all the same, and the answer says what a person does with it."""
    repository.answers("issue view", {"number": 12, "body": "x", "comments": []})
    repository.answers("pr list", [])
    repository.fails("pr create", "GitHub Actions is not permitted to create or approve pull requests")
    ask(repository, form("2511.00004", "mine", "_No response_"))
    assert repository.run("make", "answer-suggestion").returncode == 0
    assert repository.asked()[-1].command == "issue comment"
    assert "It is on the branch `suggestion/12`" in repository.asked()[-1].text
    assert "suggestion/12" in repository.git("-C", str(repository.origin), "branch")


def test_a_paper_for_a_day(repository: Repository) -> None:
    """It stands at the day's end, with the reason that it was suggested."""
    ask(repository, form("2511.00001", "https://example.org/daily/2025-11-13/", "_No response_"))
    day = repository.store.day(date(2025, 11, 13))
    assert day
    assert [(entry.id, entry.why) for entry in day.papers][2:] == [("2511.00001", "suggestion")]


@pytest.fixture
def library() -> Library:
    """Two papers; one in a list, one in a day."""
    papers = {name: Paper(name, f"Title of {name}") for name in ("2511.00001", "2511.00002")}
    mine = CuratedList("mine", "My list", (ListEntry("2511.00001"),))
    day = Day(date(2025, 11, 13), "13 November 2025", (DayEntry("2511.00002"),))
    return Library(papers, {day.date: day}, {"mine": mine})


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (("2511.00004", "nowhere", ""), "no such list or day here"),
        (("2511.00004", "2025-11-14", ""), "no such list or day here"),
        (("2511.00004", "2025-02-30", ""), "no such list or day here"),
        (("2511.00004", "../../site_config/site", ""), "no such list or day here"),
        (("2511.00001", "mine", ""), "stands there already"),
        (("2511.00001", "My LIST", ""), "stands there already"),
        (("2511.00009", "mine", ""), "under `exclude`"),
        (("some-slug", "mine", ""), "neither an arXiv identifier nor a DOI"),
        (("2511.00001", "2025-11-13", "Because."), "A day shows no note"),
    ],
)
def test_what_cannot_be_done(library: Library, answers: tuple[str, str, str], reason: str) -> None:
    """Each reason is said, and nothing is decided."""
    asked = parse(form(*answers))
    assert isinstance(asked, Suggestion)
    with pytest.raises(SuggestionError, match=re.escape(reason)):
        suggested(asked, library, exclude={"2511.00009"})


def test_what_cannot_be_done_is_answered(repository: Repository) -> None:
    """Nothing changes, nothing is pushed; the answer quotes in a block of code, where nobody is mentioned."""
    repository.answers("issue view", {"number": 12, "body": "x", "comments": []})
    said = ask(repository, form("@everybody", "mine", ""))
    assert repository.git("status", "--porcelain", "content") == ""
    assert repository.run("make", "answer-suggestion").returncode == 0
    told = repository.asked()[-1]
    assert told.command == "issue comment"
    assert [line[:4] for line in told.text.splitlines() if "@everybody" in line] == ["    "]
    assert said.splitlines()[-1] == told.text.splitlines()[-1]
    assert repository.git("-C", str(repository.origin), "branch", "--format=%(refname:short)") == "main\n"


def test_an_answer_is_given_once(repository: Repository) -> None:
    """An edit that changes nothing about it gets no second comment."""
    said = ask(repository, form("not a paper", "mine", ""))
    body = said.partition("Nothing was changed")[2]
    comment = {"body": f"Nothing was changed{body}"}
    repository.answers("issue view", {"number": 12, "body": "x", "comments": [comment]})
    assert repository.run("make", "answer-suggestion").returncode == 0
    assert [call.command for call in repository.asked()] == ["issue view"]


def test_a_paper_that_a_person_took_out_stays_out(repository: Repository) -> None:
    """A suggestion does not bring back what an editor removed from a day."""
    path = repository.root / "content/daily/2025/2025-11-12.md"
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if "2511.00002" not in line))
    assert "a person took it out" in ask(repository, form("2511.00002", "2025-11-12", "_No response_"))


def test_an_issue_without_a_form_is_left_alone(repository: Repository) -> None:
    """No answer, no branch."""
    ask(repository, "Hello")
    assert repository.run("make", "answer-suggestion").returncode == 0
    assert repository.asked() == []


def test_commands_in_an_issue_are_text(repository: Repository) -> None:
    """What a shell, a workflow or YAML would run reaches the list as the words that it is."""
    note = "$(touch pwned) `touch pwned` ${{ github.token }} '; touch pwned #\" ::error::x"
    ask(repository, form("2511.00004", "mine", note))
    curated = repository.store.curated_list("mine")
    assert curated
    assert curated.papers[-1].note == note
    assert repository.run("make", "check").returncode == 0
    repository.answers("issue view", {"number": 12, "body": "x", "comments": []})
    repository.answers("pr list", [])
    repository.run("make", "answer-suggestion")
    assert not list(repository.root.rglob("pwned"))


@pytest.fixture
def service() -> Iterator[ReplayServer]:
    """arXiv as it was recorded."""
    with ReplayServer(arxiv()) as running:
        yield running


def test_a_correction_takes_the_paper_anew(repository: Repository, service: ReplayServer) -> None:
    """Where the source has another title or abstract, that is the pull request."""
    repository.store.write_paper(Paper("1605.08386", "An old title", "An old abstract.", source="arxiv"))
    repository.commit("A paper")
    said = ask(repository, correction("papers/1605/1605.08386.md", "The title."), ARXIV_ENDPOINT=service.url)
    assert "`content/papers/1605/1605.08386.md` was brought up to date" in said
    paper = repository.store.paper("1605.08386")
    assert paper
    assert paper.title == "Heat-bath random walks with Markov bases"
    said = ask(repository, correction("1605.08386", "The year."), ARXIV_ENDPOINT=service.url)
    assert "A person corrects it in `content/papers/1605/1605.08386.md`" in said


def test_a_correction_of_no_paper_of_ours(repository: Repository) -> None:
    """It is answered without asking anybody."""
    assert "The library has no paper 2511.08567" in ask(repository, correction("2511.08567", "x"))


def test_what_is_no_issue_is_refused(repository: Repository, tmp_path: Path) -> None:
    """One message, for a person who called the command with the wrong file."""
    event = tmp_path / "event.json"
    for text in ("", "[]", "{}", '{"issue": null}'):
        event.write_text(text)
        run = repository.paperstand("suggestion", str(event))
        assert run.returncode == 1
        assert "expected an issue as JSON" in run.stdout
        assert "Traceback" not in run.stdout
