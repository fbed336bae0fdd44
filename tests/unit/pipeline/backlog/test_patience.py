"""Waiting for a database or a disk, on a clock of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import IntegrityError, InterfaceError, OperationalError

from courses.errors import StoreError
from pipeline.backlog import patience
from pipeline.backlog.patience import LONGEST_WAIT, Patience, PatienceError


@dataclass
class Clock:
    """Stands for the module `time`: sleeping takes no time, and is remembered."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(patience, "time", clock)
    return clock


def failing(error: Exception, times: int) -> Callable[[], str]:
    """Return a function that raises so many times, then returns "done"."""
    left = [error] * times

    def called() -> str:
        if left:
            raise left.pop()
        return "done"

    return called


def full() -> StoreError:
    return StoreError("The disk is full.", "Free some space.")


@pytest.mark.parametrize(
    "error", [OperationalError("gone"), InterfaceError("closed"), full()], ids=lambda one: str(one)
)
def test_what_comes_back_is_waited_for_and_told_once(clock: Clock, error: Exception) -> None:
    said: list[str] = []
    assert Patience(600, said.append)(failing(error, 5)) == "done"
    assert clock.slept == [0.2, 0.4, 0.8, 1.6, 3.2]
    assert len(said) == 2
    assert said[0].startswith("Waiting, nothing is lost: ")
    assert said[1] == "Going on."


def test_what_goes_well_is_called_once_and_nothing_is_said(clock: Clock) -> None:
    said: list[str] = []
    assert Patience(600, said.append)(failing(full(), 0)) == "done"
    assert (said, clock.slept) == ([], [])


def test_waits_grow_to_the_longest_and_end_before_the_limit(clock: Clock) -> None:
    with pytest.raises(PatienceError, match=r"The disk is full\. Free some space\."):
        Patience(100, lambda _: None)(failing(full(), 1000))
    assert max(clock.slept) == LONGEST_WAIT
    assert 100 - LONGEST_WAIT <= sum(clock.slept) <= 100


def test_only_a_database_that_was_away_may_have_lost_notes(clock: Clock) -> None:
    patiently = Patience(600, lambda _: None)
    patiently(failing(full(), 1))
    assert not patiently.was_needed
    patiently(failing(OperationalError("gone"), 1))
    assert patiently.was_needed


def test_what_the_database_refuses_is_not_tried_again(clock: Clock) -> None:
    with pytest.raises(StoreError, match="refuses this: twice the same key") as raised:
        Patience(600, lambda _: None)(failing(IntegrityError("twice the same key"), 1))
    assert not isinstance(raised.value, PatienceError)
    assert clock.slept == []


def test_one_file_that_cannot_be_written_is_not_waited_for_while_the_disk_takes_others(
    clock: Clock, tmp_path: Path
) -> None:
    with pytest.raises(StoreError, match="disk is full") as raised:
        Patience(600, lambda _: None, tmp_path)(failing(full(), 1))
    assert not isinstance(raised.value, PatienceError)
    assert (clock.slept, list(tmp_path.iterdir())) == ([], [])


def test_a_disk_that_takes_nothing_is_waited_for(clock: Clock, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    assert Patience(600, lambda _: None, gone)(failing(full(), 2)) == "done"
    assert clock.slept == [0.2, 0.4]


def test_other_errors_are_nobodys_patience(clock: Clock) -> None:
    with pytest.raises(ZeroDivisionError):
        Patience(600, lambda _: None)(failing(ZeroDivisionError(), 1))
    assert clock.slept == []
