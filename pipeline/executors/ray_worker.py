"""The worker's side of the Ray executor: what a Ray actor does, without knowing Ray.

Two threads come in here: one works on the call, the other waits for what it says of its progress.
"""

from __future__ import annotations

import os
import pickle
import platform
import threading
from dataclasses import replace
from typing import Any

from pipeline.executors.base import Outcome, enter_worker, outcome_of, surprise

_LONG = 5.0  # seconds that a question for progress waits: it is asked again

Said = list[tuple[Any, float]]


def python_version() -> str:
    """Return the version that results must be exchanged with, as "3.11"."""
    return ".".join(platform.python_version_tuple()[:2])


class RayWorker:
    """Serves one call at a time, whose number is greater than that of the call before."""

    def __init__(self, shared: bytes) -> None:
        self.name = f"{platform.node()}:{os.getpid()}"
        self._changed = threading.Condition()
        self._call = self._done = -1
        self._said: Said = []
        self._known = 0  # how much of what was said the driver has for sure
        enter_worker(self._progress, pickle.loads(shared))

    def run(self, number: int, call: bytes) -> bytes:
        """Return, pickled, an Outcome, and the progress from its place on that is still untold."""
        with self._changed:
            self._call, self._said, self._known = number, [], 0
        outcome = self._outcome(call)
        with self._changed:
            self._done = number
            self._changed.notify_all()
            told, rest = self._known, self._said[self._known :]
        try:
            return pickle.dumps((outcome, told, rest))
        except Exception as problem:  # a result that cannot be sent is an error of its call
            outcome = replace(outcome, value=None, error=surprise(problem))
            return pickle.dumps((outcome, told, []))

    def heard(self, number: int, told: int) -> bytes:
        """Return, pickled, what call `number` says after the first `told`; waits for it a while."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_news(number, told), _LONG)
            if self._call != number or self._done == number:
                return pickle.dumps([])  # what is left comes with the outcome
            self._known = told
            return pickle.dumps(self._said[told:])

    def _is_news(self, number: int, told: int) -> bool:
        if self._call != number:
            return self._call > number
        return self._done == number or len(self._said) > told

    def _progress(self, label: Any, fraction: float) -> None:
        with self._changed:
            self._said.append((label, fraction))
            self._changed.notify_all()

    def _outcome(self, call: bytes) -> Outcome:
        try:
            function, item = pickle.loads(call)
        except Exception as problem:  # a function or an item that this process cannot read
            return Outcome(None, error=surprise(problem), worker=self.name)
        return outcome_of(function, item, self.name)
