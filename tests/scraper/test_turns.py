"""Turns: a service's pace holds for the whole process."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from scraper.http import Client, Pace
from scraper.turns import Clock, TooLongError, Turns
from tests.replay import ReplayServer, Reply, Request
from tests.scraper.fake_clock import FakeClock

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
            time.sleep(0.02)
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
