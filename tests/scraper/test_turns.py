"""Turns: a service's pace holds for the whole process, and for all of a user's processes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from scraper import turn_board
from scraper.http import Client, Pace
from scraper.turns import Clock, TooLongError, Turns
from tests.replay import ReplayServer, Reply, Request
from tests.scraper.fake_clock import FakeClock
from tests.scraper.full_disk import full_disk

PACE = Pace("slow.example", 0.05, one_connection=True)


def _silent(_: float) -> None:
    """Tell nobody."""


def test_parallel_clients_ask_one_after_the_other() -> None:
    """Four clients in four threads: never two questions at once, never two within the pace, no connection kept open."""
    answering, most, closed = 0, 0, 0
    lock = threading.Lock()

    @contextmanager
    def counted() -> Iterator[None]:
        nonlocal answering, most
        with lock:
            answering += 1
            most = max(most, answering)
        yield
        with lock:
            answering -= 1

    def slowly(request: Request) -> Reply:
        nonlocal closed
        closed += request.headers.get("connection") == "close"
        with counted():
            time.sleep(PACE.interval * 1.5)  # so long that the next one's time has come
            return Reply(b"x")

    turns = Turns(Clock())

    def ask(url: str) -> None:
        with Client(turns_of=turns) as client:
            for _ in range(3):
                client.get(url, read=lambda answer: answer.body, pace=PACE)

    with ReplayServer(slowly) as server:
        threads = [threading.Thread(target=ask, args=(server.url,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    moments = [request.at for request in server.requests]
    assert len(moments) == closed == 12
    assert most == 1
    assert moments[-1] - moments[0] >= 10 * PACE.interval


def test_clients_of_one_process_share_their_turns_unless_told(clock_of_the_process: FakeClock) -> None:
    """Nobody needs to think of it: the next client of the process waits for the pace of the one before."""
    with ReplayServer(lambda _: Reply(b"x")) as server:
        for _ in range(2):
            with Client() as client:
                client.get(server.url, read=lambda answer: answer.body, pace=PACE)
    assert clock_of_the_process.slept == [pytest.approx(0.05)]


def test_a_wait_is_for_everybody() -> None:
    """Whoever is told to stay away by a service says so for all; a wait beyond patience is no wait."""
    clock = FakeClock()
    turns = Turns(clock)
    turns.leave_alone(PACE, 100)
    with pytest.raises(TooLongError), turns.turn(PACE, 99, _silent):
        pytest.fail("it was not this one's turn")
    said: list[float] = []
    with turns.turn(PACE, 101, said.append):
        assert clock.slept == said == [100]
    turns.leave_alone(PACE, 10)
    turns.leave_alone(PACE, 1)
    with turns.turn(PACE, 99, _silent):
        assert clock.slept == [100, 10]


def test_services_do_not_wait_for_each_other() -> None:
    """One service's turn is held while another's is taken."""
    turns = Turns(FakeClock())
    with turns.turn(PACE, 1, _silent), turns.turn(Pace("other.example", 3.0), 1, _silent):
        pass


# --- several processes ---

_ASK_THRICE = """
import sys
from scraper.http import Client, Pace
with Client() as client:
    for _ in range(3):
        client.get(sys.argv[1], read=lambda answer: answer.body, pace=Pace("slow.example", 0.3, one_connection=True))
"""


@pytest.fixture
def board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the notes of this test's processes."""
    monkeypatch.setenv("PAPERSTAND_TURNS", str(tmp_path / "turns"))
    return tmp_path / "turns"


@pytest.mark.usefixtures("board")
def test_processes_ask_one_after_the_other() -> None:
    """Three processes that know nothing of each other keep one pace together, and never ask at the same time."""
    answering, most = 0, 0
    lock = threading.Lock()

    def slowly(_: Request) -> Reply:
        nonlocal answering, most
        with lock:
            answering += 1
            most = max(most, answering)
        time.sleep(0.05)
        with lock:
            answering -= 1
        return Reply(b"x")

    with ReplayServer(slowly) as server:
        command = [sys.executable, "-c", _ASK_THRICE, server.url]
        processes = [subprocess.Popen(command, env=dict(os.environ)) for _ in range(3)]
        assert [process.wait(60) for process in processes] == [0, 0, 0]
    moments = [request.at for request in server.requests]
    assert len(moments) == 9
    assert most == 1
    # What a note says is when a turn began; the request itself comes a little later, and not always equally so.
    assert moments[-1] - moments[0] >= 8 * 0.3 - 0.2


@pytest.mark.usefixtures("board")
def test_the_next_process_knows_what_the_last_one_was_told() -> None:
    """A pace and a wait outlive the process that heard of them; another service's do not count."""
    clock = FakeClock()
    before = Turns(clock, shared=True)
    with before.turn(PACE, 1, _silent):
        before.leave_alone(PACE, 100)
        before.leave_alone(PACE, 1)
    after = Turns(clock, shared=True)
    with pytest.raises(TooLongError), after.turn(PACE, 99, _silent):
        pytest.fail("it was not this one's turn")
    with after.turn(Pace("other.example", 3.0), 1, _silent):
        assert clock.slept == []
    with after.turn(PACE, 101, _silent):
        assert clock.slept == [pytest.approx(100)]


def test_a_wait_keeps_nobody_from_being_told(board: Path) -> None:
    """Whoever waits for a service holds no lock meanwhile: another process learns at once that it is to wait, too."""
    clock = FakeClock()
    waiting, asking = Turns(clock, shared=True), Turns(clock, shared=True)
    waiting.leave_alone(PACE, 100)

    def ask_meanwhile(_: float) -> None:
        with pytest.raises(TooLongError), asking.turn(PACE, 1, _silent):
            pytest.fail("it was not this one's turn")

    with waiting.turn(PACE, 101, ask_meanwhile):
        assert [path.name for path in sorted((board / PACE.name).iterdir())] == [".lock", "not-before"]


@pytest.mark.parametrize("text", ["", "no time", "2026-08-21T12:00:00 2027", "2026-08-21 2026-08-22", "\xff"])
def test_a_note_that_cannot_be_read_is_none(board: Path, text: str) -> None:
    """Whatever stands in the file, the service is asked, and the note is written anew."""
    clock = FakeClock()
    (board / PACE.name).mkdir(parents=True)
    (board / PACE.name / turn_board.NOTE).write_text(text, "latin-1")
    with Turns(clock, shared=True).turn(PACE, 1, _silent):
        assert clock.slept == []
    assert turn_board.seconds_left(PACE.name, clock.now()) == pytest.approx(PACE.interval)


@pytest.mark.usefixtures("board")
def test_a_clock_that_is_set_back_means_no_hours_of_waiting() -> None:
    """A note from the future counts as none."""
    now = FakeClock().now()
    turn_board.note(PACE.name, now, 60)
    assert turn_board.seconds_left(PACE.name, now) == 60
    assert turn_board.seconds_left(PACE.name, now - timedelta(hours=1)) == 0


def test_a_full_disk_takes_no_note_away(board: Path) -> None:
    """A longer wait that cannot be written down leaves the shorter one, and not a note that nobody can read."""
    now = FakeClock().now()
    turn_board.note(PACE.name, now, 60)
    with full_disk():
        turn_board.note(PACE.name, now, 600)
    assert turn_board.seconds_left(PACE.name, now) == 60
    turn_board.note(PACE.name, now, 600)
    assert turn_board.seconds_left(PACE.name, now) == 600
    assert (board / PACE.name / turn_board.NOTE).is_file()


def test_a_name_leads_nowhere_else(board: Path) -> None:
    """Whatever a service is called, its note is in the folder."""
    now = FakeClock().now()
    for name in ("../../elsewhere", "/absolute", "Host:8000"):
        turn_board.note(name, now, 60)
        assert turn_board.seconds_left(name, now) == 60
    assert [path.parent.parent for path in board.parent.rglob(turn_board.NOTE)] == [board] * 3


def test_a_host_without_a_pace_is_nobodys_turn(board: Path) -> None:
    """Whoever may be asked at any time is asked by any process at any time: nothing is locked or written down."""
    turns = Turns(FakeClock(), shared=True)
    with turns.turn(Pace("quick.example", 0.0), 1, _silent):
        assert not board.exists()


def test_without_a_folder_the_turns_are_the_processs_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be written everything works, and the pace is kept within the process."""
    monkeypatch.setenv("PAPERSTAND_TURNS", f"{os.devnull}/turns")
    assert _slept_in_two_turns() == [pytest.approx(PACE.interval)]


def _slept_in_two_turns() -> list[float]:
    """How long a process waits that takes two turns in a row."""
    clock = FakeClock()
    turns = Turns(clock, shared=True)
    for _ in range(2):
        with turns.turn(PACE, 1, _silent):
            pass
    return clock.slept


def test_a_user_without_a_home_has_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in some containers: then the turns are the process's own."""

    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nowhere)
    assert turn_board.folder({}) is None
    for name in ("PAPERSTAND_TURNS", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert _slept_in_two_turns() == [pytest.approx(PACE.interval)]


def test_the_folder_is_the_users(tmp_path: Path) -> None:
    """One for all clones, in the user's cache unless a variable names another."""
    assert turn_board.folder({"PAPERSTAND_TURNS": "/x"}) == Path("/x")
    assert turn_board.folder({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "paperstand" / "turns"
    assert turn_board.folder({}) == Path.home() / ".cache" / "paperstand" / "turns"
