"""Runs everything in this process, one call after the other: for tests, and to debug a stage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pipeline.executors.base import Executor, Outcome, Report, enter_worker, outcome_of


class HereExecutor(Executor):
    """Runs one call at a time in this process; `collect` is when it runs."""

    def __init__(self, shared: Any = None) -> None:
        self._shared = shared
        self._call: tuple[Any, Callable[[Any], Any], Any] | None = None

    @property
    def size(self) -> int:
        """Return 1: this process."""
        return 1

    def room(self, kind: str = "") -> int:
        """Return 1 when no call waits, else 0."""
        return int(self._call is None)

    def submit(
        self, ticket: Any, function: Callable[[Any], Any], item: Any, kind: str = ""
    ) -> None:
        """Keep the call until `collect` runs it."""
        if self._call is not None:
            raise ValueError("submit() without room()")
        self._call = (ticket, function, item)

    def collect(self, timeout: float, report: Report) -> list[Outcome]:
        """Run the call that waits, however long it takes."""
        if self._call is None:
            return []
        (ticket, function, item), self._call = self._call, None
        enter_worker(report, self._shared)
        try:
            return [replace(outcome_of(function, item, "1"), item=ticket)]
        finally:
            enter_worker(None, None)

    def close(self, at_once: bool = False) -> None:
        """Forget the call that waits: there are no workers."""
        self._call = None
