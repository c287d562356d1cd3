"""Related papers: which they are, that they are the same by whatever way, and what a build leaves for the next."""

from __future__ import annotations

import os
import pickle
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from scraper.records import Day, DayEntry, Paper, day_title
from scraper.settings import Settings
from scraper.store import Library
from site_config import related as room
from site_config.catalog import Catalog
from site_config.edition import Edition
from site_config.related import memory, model, neighbours, related
from site_config.related.counts import NUMBERS, count_all
from site_config.related.neighbours import Field, Near
from site_config.related.twins import Twins
from site_config.related.vectors import Vectors, measure
from tests.own_library import own_library

ROOT = Path(__file__).parents[2]
LATEST = date(2026, 8, 20)
OLD, CLOSED = date(2026, 5, 4), date(2026, 6, 30)
"""Days of a quarter that is over on LATEST."""


@cache
def real_papers() -> tuple[Paper, ...]:
    """Some of the library's own papers."""
    found = own_library()[0].papers.values()
    return tuple(paper for paper in found if paper.abstract)[:500]


def catalog(days: Mapping[date, Sequence[Paper]], unlisted: Sequence[Paper] = ()) -> Catalog:
    """The catalog of a library with these days, and with papers that no day lists."""
    papers = {paper.id: paper for listed in (*days.values(), unlisted) for paper in listed}
    made = {
        on: Day(date=on, title=day_title(on), papers=tuple(DayEntry(id=paper.id) for paper in days[on]))
        for on in sorted(days)
    }
    return Catalog.of(Library(papers=papers, days=made, lists={}), Settings(name="Test"))


def grown() -> dict[date, Sequence[Paper]]:
    """Four hundred papers of a quarter that is over, and forty of the days since."""
    papers = real_papers()
    days: dict[date, Sequence[Paper]] = {OLD: papers[:200], CLOSED: papers[200:400]}
    for number in range(4):
        days[LATEST - timedelta(days=4 - number)] = papers[400 + 10 * number : 410 + 10 * number]
    return days


@pytest.fixture
def small_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library counts as large enough for a quarter from a hundred papers on."""
    monkeypatch.setattr(room, "LEAST_SETTLED", 100)


def halves(paper: Paper) -> tuple[Paper, Paper]:
    """Two papers without a title in common, each with half of the abstract."""
    words = paper.abstract.split()
    middle = len(words) // 2
    return (
        Paper(id=f"{paper.id.replace('.', '-').lower()}-one", title=f"{paper.id} I", abstract=" ".join(words[:middle])),
        Paper(id=f"{paper.id.replace('.', '-').lower()}-two", title=f"{paper.id} B", abstract=" ".join(words[middle:])),
    )


class TestWhatIsRelated:
    def test_the_halves_of_an_abstract_find_each_other(self) -> None:
        """Among 400 halves of abstracts most find their other half first."""
        pairs = [halves(replace(paper, id=f"p{number}")) for number, paper in enumerate(real_papers()[:200])]
        found = related(catalog({LATEST: [half for pair in pairs for half in pair]}))
        first = sum(found[one.id][:1] == (other.id,) for one, other in pairs)
        assert first >= 0.75 * len(pairs)

    def test_every_paper_has_an_entry_of_other_papers(self) -> None:
        """The map has every paper; none is related to itself, none is named twice, and there are at most six."""
        found = related(catalog(grown()))
        assert set(found) == {paper.id for day in grown().values() for paper in day}
        for identifier, others in found.items():
            assert identifier not in others
            assert len(set(others)) == len(others) <= room.SHOWN
            assert set(others) <= set(found)

    @pytest.mark.parametrize("papers", [0, 1, 2])
    def test_a_library_of_few_papers(self, papers: int, tmp_path: Path) -> None:
        """A library of none, one or two papers has no, empty and mutual entries, with a cache or without."""
        first = real_papers()[0]
        known = [first, replace(first, id="2001.00002", title="Another title")][:papers]
        library = catalog({LATEST: known} if known else {})
        expected = {one.id: tuple(other.id for other in known if other is not one) for one in known}
        assert related(library) == related(library, tmp_path) == related(library, tmp_path) == expected

    def test_papers_with_little_text(self) -> None:
        """A paper without abstract is found by its title, one without any word is related to nothing."""
        found = related(
            catalog(
                {
                    LATEST: [
                        Paper(id="2608.00001", title="Graph coarsening"),
                        Paper(id="2608.00002", title="On coarsening", abstract="We coarsen a graph."),
                        Paper(id="2608.00003", title="…"),
                        Paper(id="2608.00004", title="!"),
                    ]
                }
            )
        )
        assert found == {
            "2608.00001": ("2608.00002",),
            "2608.00002": ("2608.00001",),
            "2608.00003": (),
            "2608.00004": (),
        }

    def test_other_languages(self) -> None:
        """Words of any script count."""
        found = related(
            catalog(
                {
                    LATEST: [
                        Paper(id="2608.00001", title="强化学习综述", abstract="本文回顾强化学习的方法。"),
                        Paper(id="2608.00002", title="Глубокое обучение роботов"),
                        Paper(id="2608.00003", title="离线强化学习", abstract="我们研究离线方法。"),
                        Paper(id="2608.00004", title="Обучение роботов с подкреплением"),
                    ]
                }
            )
        )
        assert [found[f"2608.0000{number}"] for number in range(1, 5)] == [
            ("2608.00003",),
            ("2608.00004",),
            ("2608.00001",),
            ("2608.00002",),
        ]

    def test_of_papers_that_are_equally_alike_the_first_in_order_is_nearer(self) -> None:
        """Papers with one text are related in the order of their identifiers, whatever the order of the day."""
        text = real_papers()[0].abstract
        titles = ["Aspen", "Birch", "Cedar", "Dogwood"]
        papers = [Paper(id=f"2608.0000{number}", title=title, abstract=text) for number, title in enumerate(titles, 1)]
        found = related(catalog({LATEST: papers[::-1]}))
        assert found["2608.00003"] == ("2608.00001", "2608.00002", "2608.00004")


class TestTheSamePaperTwice:
    @pytest.fixture
    def original(self) -> Paper:
        return real_papers()[7]

    def found_for(self, original: Paper, *others: Paper) -> Mapping[str, Sequence[str]]:
        return related(catalog({LATEST: [*(p for p in real_papers()[:60] if p.id != original.id), original, *others]}))

    def test_a_paper_of_the_same_title(self, original: Paper) -> None:
        """A paper with the same title, however it is written, is no related paper."""
        half = original.abstract[: len(original.abstract) // 2]
        twin = replace(original, id="copy", title=f"  {original.title.upper()}. ", abstract=half)
        found = self.found_for(original, twin)
        assert "copy" not in found[original.id]
        assert original.id not in found["copy"]

    def test_a_paper_that_was_filed_under_the_others_name(self, original: Paper) -> None:
        """A paper that is there under its old name, too, is not related to itself."""
        old = replace(original, id="old-name", title="Its first title")
        found = self.found_for(replace(original, aliases=("old-name",)), old)
        assert "old-name" not in found[original.id]
        assert original.id not in found["old-name"]

    def test_another_edition(self, original: Paper) -> None:
        """A paper with nearly the same title and nearly the same text is another edition."""
        edition = replace(original, id="edition", title=f"{original.title} (v2)", abstract=f"{original.abstract} New.")
        found = self.found_for(original, edition)
        assert "edition" not in found[original.id]
        assert original.id not in found["edition"]

    def test_a_second_part_is_another_paper(self, original: Paper) -> None:
        """Nearly the same title above another text is related, and so is the same text under another title."""
        other = real_papers()[70]
        first = replace(original, title="Learning to plan with world models, part I")
        found = self.found_for(
            first,
            replace(other, id="second-part", title="Learning to plan with world models, part II"),
            replace(original, id="renamed", title="Something else entirely"),
        )
        assert {"second-part", "renamed"} <= set(found[first.id])

    def test_two_that_are_the_same_are_named_once(self, original: Paper) -> None:
        """Of two related papers that are the same one, the nearer is named."""
        twins = [replace(original, id=f"copy-{number}", title="One other title") for number in (1, 2)]
        found = self.found_for(original, *twins)
        assert len(set(found[original.id]) & {"copy-1", "copy-2"}) == 1


class TestTheSameHoweverItIsComeBy:
    @pytest.mark.usefixtures("small_archive")
    def test_threads_and_workers_change_nothing(self, tmp_path: Path) -> None:
        """One thread or two in the numerical library, workers or none: the same result, and the same cache."""
        real_papers()  # skips in a fork, as the program below could not
        program = (
            "import sys; from pathlib import Path; from tests.site_config.test_related import catalog, grown; "
            "from site_config.related import related; print(related(catalog(grown()), Path(sys.argv[1])))"
        )
        said, left = [], []
        for threads in ("1", "2"):
            folder = tmp_path / threads
            environment = os.environ | {
                "OPENBLAS_NUM_THREADS": threads,
                "PYTHONPATH": str(ROOT),
                "PYTHONHASHSEED": threads,
            }
            command = [sys.executable, "-c", program, str(folder)]
            said.append(subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=True).stdout)
            left.append((folder / "state.npz").read_bytes())
        assert said[0] == said[1] != b""
        assert left[0] == left[1]

    @pytest.mark.usefixtures("small_archive")
    def test_with_workers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What workers do in parts is what one process does in one go."""
        monkeypatch.setattr(neighbours, "_WORTH_SHARING", 10)
        monkeypatch.setattr("site_config.related.counts.CHUNK", 100)
        with ProcessPoolExecutor(2) as executor:
            assert related(catalog(grown()), executor=executor) == related(catalog(grown()))

    @pytest.mark.usefixtures("small_archive")
    @pytest.mark.parametrize("seed", range(2))
    def test_any_history_gives_what_a_build_from_nothing_gives(
        self, seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Papers that come, change, move and go, one after the other, with the cache of the build before."""
        monkeypatch.setattr(room, "SAMPLE", 60)  # so that most changes leave the model as it is
        chance = random.Random(seed)  # noqa: S311 - a test's own course
        days = {on: list(papers) for on, papers in grown().items()}
        waiting = list(real_papers()[440:])
        changes = ["come", "title", "abstract", "go", "old title", "old abstract", "old go"]
        chance.shuffle(changes)
        related(catalog(days), tmp_path)
        for change in ["earlier", *changes[:3], "quarter", *changes[3:]]:
            if change == "come":
                days[LATEST] = [waiting.pop() for _ in range(3)]
            elif change == "quarter":
                days[date(2026, 10, 1)] = [waiting.pop()]
            elif change == "earlier":
                days[CLOSED].append(days[max(on for on in days if on < LATEST)][0])
            else:
                self.change(chance, days[OLD if "old" in change else LATEST - timedelta(days=2)], change.split()[-1])
            library = catalog(days)
            assert related(library, tmp_path) == related(library), change

    def change(self, chance: random.Random, papers: list[Paper], what: str) -> None:
        """Take one of the papers away, or give it another one's title or abstract."""
        position, other = chance.randrange(len(papers)), chance.choice(real_papers())
        if what == "go":
            papers.pop(position)
        elif what == "title":
            papers[position] = replace(papers[position], title=other.title)
        else:
            papers[position] = replace(papers[position], abstract=other.abstract)

    @pytest.mark.usefixtures("small_archive")
    def test_the_last_digits_of_a_machine_change_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where another processor rounds otherwise in the model, the vectors are the same."""
        counts = count_all([(paper.title, paper.keywords, paper.abstract) for paper in real_papers()[:300]])
        directions, noise = model._directions, np.random.default_rng(0)  # noqa: SLF001 - the one step with fractions
        here = measure(model.fit(counts), counts)
        monkeypatch.setattr(
            model, "_directions", lambda matrix: (made := directions(matrix)) * noise.normal(1, 1e-13, made.shape)
        )
        there = measure(model.fit(counts), counts)
        assert (here.subjects == there.subjects).all()
        assert (here.words != there.words).nnz == 0

    def test_every_product_is_exact(self) -> None:
        """Products of vectors are whole numbers that a 32-bit float holds, in any order of adding up."""
        counts = count_all([(paper.title, paper.keywords, paper.abstract) for paper in real_papers()[:300]])
        vectors = measure(model.fit(counts), counts)
        words, subjects = vectors.words.astype(np.int64), vectors.subjects.astype(np.int64)
        exact = (words @ words.T).toarray() + subjects @ subjects.T
        floats = vectors.subjects.astype(np.float32)
        assert (((vectors.words @ vectors.words.T).toarray() + floats @ floats.T).astype(np.int64) == exact).all()
        assert subjects.any()
        assert exact.max() < 2**24

    def test_the_nearest_of_many(self) -> None:
        """Among many papers, most of them equally near, the twelve are those that comparing each with each gives."""
        papers = 1500
        subjects = np.random.default_rng(1).integers(-900, 900, (papers, 2)).astype(np.int16) // 300 * 300
        none = sparse.csr_matrix((papers, NUMBERS), dtype=np.float32)
        twins = Twins([], np.arange(papers), {})
        near = neighbours.near_all(
            Field(Vectors(none, subjects), np.ones(papers, dtype=bool), twins), np.arange(papers)
        )
        products = subjects.astype(np.int64) @ subjects.T.astype(np.int64) // 4096
        for row in range(0, papers, 50):
            order = sorted((column for column in range(papers) if column != row), key=lambda c: (-products[row, c], c))
            expected = [column for column in order if products[row, column] >= neighbours.LEAST][: neighbours.KEPT]
            assert [column for column in near.columns[row].tolist() if column >= 0] == expected

    @pytest.mark.usefixtures("small_archive")
    def test_a_name_that_a_paper_takes_or_loses(self, tmp_path: Path) -> None:
        """When a paper becomes another one's former self, or no longer is, the lists of both follow."""
        days = {on: list(papers) for on, papers in grown().items()}
        paper = days[LATEST - timedelta(days=1)][0]
        days[LATEST - timedelta(days=2)].append(replace(paper, id="former", title="Its first title"))
        for aliases in ((), ("former",), ()):
            days[LATEST - timedelta(days=1)][0] = replace(paper, aliases=aliases)
            found = related(catalog(days), tmp_path)
            assert found == related(catalog(days))
            assert ("former" in found[paper.id]) == (not aliases)


class TestANewDay:
    @pytest.mark.usefixtures("small_archive")
    def test_it_folds_in(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """For a new day neither the model nor the archive is worked out again, and no old paper's page changes."""
        days = grown()
        before = related(catalog(days), tmp_path)
        rows: list[int] = []

        def counted(field: Field, wanted: np.ndarray, executor: Executor | None = None) -> Near:
            rows.append(len(wanted))
            return neighbours.near_all(field, wanted, executor)

        monkeypatch.setattr(room, "near_all", counted)
        monkeypatch.setattr(room, "fit", lambda _: pytest.fail("the model was made anew"))
        days[LATEST] = real_papers()[440:450]
        after = related(catalog(days), tmp_path)
        assert sum(rows) <= 10 + 40
        for paper in (*days[OLD], *days[CLOSED]):
            assert after[paper.id] == before[paper.id]

    @pytest.mark.usefixtures("small_archive")
    def test_it_is_found_by_the_papers_of_its_quarter(self) -> None:
        """A paper since the last quarter is related to newer ones; a settled one is not."""
        days = {on: list(papers) for on, papers in grown().items()}
        recent, settled = days[LATEST - timedelta(days=4)][0], days[OLD][0]
        days[LATEST] = [
            replace(recent, id="after-recent", title="Following the recent"),
            replace(settled, id="after-settled", title="Following the settled"),
        ]
        found = related(catalog(days))
        assert found[recent.id][0] == "after-recent"
        assert found["after-recent"][0] == recent.id
        assert found["after-settled"][0] == settled.id
        assert "after-settled" not in found[settled.id]

    @pytest.mark.parametrize(
        ("latest", "end"),
        [
            (date(2026, 8, 20), date(2026, 7, 1)),
            (date(2026, 7, 1), date(2026, 7, 1)),
            (date(2026, 6, 30), date(2026, 4, 1)),
            (date(2026, 1, 1), date(2026, 1, 1)),
        ],
    )
    def test_quarters(self, latest: date, end: date) -> None:
        """A quarter is over from the first day of the next one on."""
        assert room.last_closed_quarter(latest) == end

    def test_a_young_library_is_settled(self) -> None:
        """With few settled papers every paper is, so that old ones are related to new ones from the first day on."""
        old, new = real_papers()[0], replace(real_papers()[0], id="later", title="Later")
        assert related(catalog({OLD: [old], LATEST: [new]})) == {old.id: ("later",), "later": (old.id,)}


class TestTheCache:
    def test_it_does_not_grow(self, tmp_path: Path) -> None:
        """It is one file, whatever was built, and what a killed build left is taken away by the next."""
        (tmp_path / ".state.npz.tmp").write_bytes(b"half")
        for count in (30, 40, 20):
            related(catalog({LATEST: real_papers()[:count]}), tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["state.npz"]

    @pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "other code", "folder"])
    def test_what_is_not_intact_counts_as_absent(
        self, damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A cache that is damaged or made by other code is not used, and hinders nothing."""
        library = catalog({LATEST: real_papers()[:40]})
        expected = related(library, tmp_path)
        file = tmp_path / "state.npz"
        content = bytearray(file.read_bytes())
        assert memory.read(tmp_path) is not None
        if damage == "cut":
            file.write_bytes(content[: len(content) // 2])
        elif damage == "flipped":
            content[-len(content) // 3] ^= 1
            file.write_bytes(content)
        elif damage == "empty":
            file.write_bytes(b"")
        elif damage == "folder":
            file.unlink()
            file.mkdir()
        else:
            monkeypatch.setattr(memory, "_version", lambda: b"another")
        assert memory.read(tmp_path) is None
        assert related(library, tmp_path) == expected

    def test_it_runs_nothing(self, tmp_path: Path) -> None:
        """A cache that brings objects instead of numbers is refused, even one whose digest is right."""

        class Trap:
            def __reduce__(self) -> tuple[object, ...]:
                return Path.touch, (tmp_path / "ran",)

        np.savez(tmp_path / "made.npz", names=np.array([Trap()], dtype=object))
        payload = (tmp_path / "made.npz").read_bytes()
        (tmp_path / "state.npz").write_bytes(memory._digest(payload) + payload)  # noqa: SLF001 - a forger knows how
        assert memory.read(tmp_path) is None
        assert not (tmp_path / "ran").exists()
        pickle.loads(pickle.dumps(Trap()))  # noqa: S301 - the trap itself is sharp
        assert (tmp_path / "ran").exists()

    def test_a_folder_that_cannot_be_written(self, tmp_path: Path) -> None:
        """Without a place for the cache there is none."""
        (tmp_path / "file").write_text("")
        library = catalog({LATEST: real_papers()[:20]})
        assert related(library, tmp_path / "file") == related(library)

    def test_a_state_that_cannot_take_its_place_leaves_no_draft(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """On a full disk it would take the room that is left."""
        library = catalog({LATEST: real_papers()[:20]})

        def full(path: Path, _: Path) -> Path:
            raise OSError(28, "No space left on device", str(path))

        monkeypatch.setattr(Path, "replace", full)
        assert related(library, tmp_path) == related(library)
        assert list(tmp_path.iterdir()) == []


def test_related_papers_of_before_are_good_enough_for_who_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under `mkdocs serve` nothing is worked out: what is gone is related to none, and a new one has none yet."""
    papers = real_papers()
    before = related(catalog({OLD: papers[:30]}))
    gone = next(others[0] for others in before.values() if others)
    now = catalog({OLD: [paper for paper in papers[:31] if paper.id != gone]})
    monkeypatch.setattr(room, "related", lambda *_: pytest.fail("was worked out"))
    found = Edition(now, Settings(name="Test"), found_before=before).related
    assert list(found) == list(now.papers)
    assert found[papers[30].id] == ()
    assert all(gone not in others for others in found.values())
    assert all(found[one] == tuple(other for other in before[one] if other != gone) for one in found if one in before)
