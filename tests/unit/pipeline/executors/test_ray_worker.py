"""What a Ray actor does: progress arrives once, in order, and whatever is said last is not lost."""

from __future__ import annotations

import pickle
import threading
from typing import Any

import pytest

from pipeline.executors import base
from pipeline.executors.base import say_progress
from pipeline.executors.ray_worker import RayWorker

Said = list[tuple[Any, float]]


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> RayWorker:
    monkeypatch.setattr(base, "_progress", None)
    monkeypatch.setattr(base, "_shared", None)
    return RayWorker(pickle.dumps("shared"))


GATE = threading.Event()


def say_twice(waits: bool) -> str:
    """Say something, wait to be let on if asked to, and say more."""
    say_progress("item", 0.25)
    if waits:
        assert GATE.wait(10)
    say_progress("item", 0.75)
    return base.shared()


def test_what_nobody_asked_for_comes_with_the_outcome(worker: RayWorker) -> None:
    outcome, told, rest = pickle.loads(worker.run(1, pickle.dumps((say_twice, False))))
    assert (outcome.value, told, rest) == ("shared", 0, [("item", 0.25), ("item", 0.75)])


def test_progress_is_heard_while_the_call_is_under_way(worker: RayWorker) -> None:
    GATE.clear()
    heard, answers, call = list[bytes](), list[bytes](), pickle.dumps((say_twice, True))
    run = threading.Thread(target=lambda: answers.append(worker.run(1, call)))
    ask = threading.Thread(target=lambda: heard.append(worker.heard(1, 0)))
    ask.start()  # before the call: it waits for it
    run.start()
    ask.join(10)
    assert pickle.loads(heard[0]) == [("item", 0.25)]
    GATE.set()
    run.join(10)
    _outcome, told, rest = pickle.loads(answers[0])
    sent: Said = [("item", 0.25), ("item", 0.75)]
    assert rest == sent[told:]


def test_a_late_question_about_an_earlier_call_is_answered_with_nothing(worker: RayWorker) -> None:
    worker.run(1, pickle.dumps((say_twice, False)))
    assert pickle.loads(worker.heard(1, 0)) == []
    worker.run(2, pickle.dumps((say_twice, False)))
    assert pickle.loads(worker.heard(1, 0)) == []
