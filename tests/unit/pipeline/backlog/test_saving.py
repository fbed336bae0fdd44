"""Packages are written in threads: what was written, what failed, and when to wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from courses.errors import StoreError
from pipeline.backlog.nouns import Lane, Stage, Work
from pipeline.backlog.saving import MOST, Saver
from pipeline.executors import Outcome


def work_of(item: int) -> Work:
    return Work(item, "course", "lesson", Stage.PACKAGE, "hi", Lane.NORMAL, 1, 1, 1)


@pytest.fixture
def saver() -> Iterator[Saver]:
    saver = Saver()
    yield saver
    saver.close()


def take(saver: Saver, item: int, save: Callable[[], Any]) -> None:
    saver.take(work_of(item), Outcome(item), save)


def all_of(saver: Saver) -> dict[int, Any]:
    """Return item -> what it came to, of everything that is being written."""
    found = {}
    while saver.busy:
        found.update({one.work.item: one.error or one.value for one in saver.done(True)})
    return found


def test_what_was_written_comes_back_with_its_work(saver: Saver) -> None:
    for item in range(5):
        take(saver, item, lambda item=item: f"package {item}")
    assert all_of(saver) == {item: f"package {item}" for item in range(5)}
    assert saver.done() == []


def test_an_error_comes_back_beside_the_others_and_can_be_tried_again(saver: Saver) -> None:
    error = StoreError("No room.")
    tries = [error]

    def save() -> str:
        if tries:
            raise tries.pop()
        return "written"

    take(saver, 1, save)
    (failed,) = saver.done(True)
    assert (failed.error, failed.value) == (error, None)
    take(saver, 2, lambda: "well")
    assert all_of(saver) == {2: "well"}
    assert failed.save() == "written"


def test_nobody_waits_for_what_is_being_written_unless_asked_to(saver: Saver) -> None:
    go = threading.Event()
    take(saver, 1, go.wait)
    assert (saver.done(), saver.busy) == ([], True)
    go.set()
    assert [one.work.item for one in saver.done(wait_for_one=True)] == [1]
    assert not saver.busy


def test_waiting_for_nothing_returns_at_once(saver: Saver) -> None:
    assert saver.done(wait_for_one=True) == []


def test_it_is_full_until_something_is_done(saver: Saver) -> None:
    go = threading.Event()
    for item in range(MOST):
        assert not saver.is_full
        take(saver, item, go.wait)
    assert saver.is_full
    go.set()
    assert saver.done(wait_for_one=True)
    assert not saver.is_full


def test_closing_finishes_what_is_being_written() -> None:
    saver, written = Saver(), []
    for item in range(8):
        take(saver, item, lambda item=item: written.append(item))
    saver.close()
    assert sorted(written) == list(range(8))
