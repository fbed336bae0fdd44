"""Executors: every item has its outcome, whatever happens to the others."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from courses.errors import EngineError, MediaError
from pipeline.executors import Executor, HereExecutor, ProcessExecutor, say_progress


def work(item: Any) -> int:
    """Double a number; misbehave when asked to."""
    if item == "raise ours":
        raise MediaError("It is no media.", "Give another file.")
    if item == "raise other":
        raise ZeroDivisionError("surprise")
    if item == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    say_progress(item, 0.5)
    return int(item) * 2


@pytest.fixture(params=["here", "processes"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    made: Executor = HereExecutor() if request.param == "here" else ProcessExecutor(2)
    yield made
    made.close()


def test_every_item_has_one_outcome(executor: Executor) -> None:
    heard: list[tuple[Any, float]] = []
    outcomes = list(executor.map(work, [1, 2, 3], lambda *said: heard.append(said)))
    assert sorted((one.item, one.value) for one in outcomes) == [(1, 2), (2, 4), (3, 6)]


def test_an_error_ends_only_its_own_item(executor: Executor) -> None:
    outcomes = {o.item: o for o in executor.map(work, ["raise ours", 1, "raise other"], print)}
    assert outcomes[1].value == 2
    ours = outcomes["raise ours"].error
    assert isinstance(ours, MediaError)
    assert (ours.message, ours.advice) == ("It is no media.", "Give another file.")
    other = outcomes["raise other"].error
    assert isinstance(other, EngineError)
    assert "ZeroDivisionError: surprise" in str(other)


def test_progress_reaches_the_driver() -> None:
    executor = ProcessExecutor(1)
    heard: list[tuple[Any, float]] = []
    list(executor.map(work, [7], lambda *said: heard.append(said)))
    executor.close()
    assert heard == [(7, 0.5)]


def test_an_item_that_kills_its_worker_fails_alone() -> None:
    executor = ProcessExecutor(2)
    outcomes = {one.item: one for one in executor.map(work, [1, "die", 2, 3], print)}
    executor.close()
    assert {item: one.value for item, one in outcomes.items()} == {1: 2, 2: 4, 3: 6, "die": None}
    assert "worker process died" in str(outcomes["die"].error)


def test_a_worker_that_dies_while_nobody_waits_is_replaced() -> None:
    executor = ProcessExecutor(2)
    first = list(executor.map(work, [1, 2], print))
    assert executor._pool is not None
    for worker in list(executor._pool._processes.values()):
        worker.kill()  # between two maps, as when memory runs out
        worker.join()
    second = list(executor.map(work, [3, 4], print))
    executor.close()
    assert sorted(one.value for one in first + second) == [2, 4, 6, 8]


def test_a_worker_that_dies_while_the_driver_writes_is_replaced() -> None:
    executor = ProcessExecutor(2)
    outcomes = []
    for outcome in executor.map(work, [1, "die", 2, 3, 4], print):
        time.sleep(0.5)  # the driver is busy with a package
        outcomes.append(outcome)
    executor.close()
    assert sorted(str(one.item) for one in outcomes) == ["1", "2", "3", "4", "die"]


SLEEPER = """
import sys, time
from pipeline.executors import ProcessExecutor

def sleep(item):
    open(sys.argv[1] + "/" + str(item), "w").close()
    time.sleep(120)

if __name__ == "__main__":
    list(ProcessExecutor(2).map(sleep, [1, 2], print))
"""


def test_workers_end_when_their_driver_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "sleeper.py"
    script.write_text(SLEEPER.replace("sys.argv[1]", repr(str(tmp_path))))
    root = Path(__file__).resolve().parents[2]
    driver = subprocess.Popen(
        [sys.executable, str(script)], env={**os.environ, "PYTHONPATH": str(root)}
    )
    wait_until(lambda: (tmp_path / "1").exists() and (tmp_path / "2").exists())
    workers = children_of(driver.pid)
    assert len(workers) >= 2
    driver.kill()
    driver.wait()
    wait_until(lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in workers))


def children_of(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


def wait_until(true: Any, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
