"""What every executor keeps: one outcome a call, whatever happens to the call or its worker.

A caller asks `room`, calls `submit`, and takes what is done with `collect`; `map` does that for
a list. An executor never holds a queue of its own, so whoever picks the work can pick the most
urgent one at the moment when a worker is free for it.
"""

from __future__ import annotations

import sys
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from courses.errors import EngineError, KarmavaniError

Report = Callable[[Any, float], None]
"""Called in the driver with (item label, fraction done) while an item is worked on."""

_WAIT = 60.0  # seconds of one wait of `map`: it only comes back to wait again


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one call: a value, or the error that ended it.

    item: of `map` the item, of `submit` the ticket. lost: its worker died, and `error` says so.
    seconds: how long the worker took. worker: its name ("1", or host:pid on a cluster).
    peak: bytes of memory, the most that this worker ever had; 0 where nobody knows.
    """

    item: Any
    value: Any = None
    error: KarmavaniError | None = None
    lost: bool = False
    seconds: float = 0.0
    worker: str = ""
    peak: int = 0


class Executor(ABC):
    """Calls functions in workers, wherever these are.

    Functions are module-level functions of one item, and they, their items and what they return
    can be pickled. An executor belongs to one thread of the driver.
    """

    @property
    @abstractmethod
    def size(self) -> int:
        """Return how many workers there are in all, or will be when there is work for them."""

    @abstractmethod
    def room(self, kind: str = "") -> int:
        """Return how many calls of this kind could start now.

        kind: "speech", "text" or "" for all else; only Ray has workers of one kind.
        """

    @abstractmethod
    def submit(
        self, ticket: Any, function: Callable[[Any], Any], item: Any, kind: str = ""
    ) -> None:
        """Start ``function(item)``; `collect` will give one Outcome with this ticket.

        The caller has asked `room`: without room it raises ValueError.
        """

    @abstractmethod
    def collect(self, timeout: float, report: Report) -> list[Outcome]:
        """Return what is done, waiting up to `timeout` seconds for the first one.

        `report` is called with what the workers say of their progress. An empty list comes when
        the time is over, when a worker of a cluster has started so that there is more room, and at
        once when there is nothing to wait for: no call is under way, no worker is being started.
        """

    @abstractmethod
    def close(self, at_once: bool = False) -> None:
        """End the workers; `at_once` gives up the work under way, never what was collected."""

    def map(
        self, function: Callable[[Any], Any], items: Sequence[Any], report: Report
    ) -> Iterator[Outcome]:
        """Yield one Outcome an item, in the order in which they finish.

        An item whose worker died is tried once more after the others, alone: where memory ran
        out, that is what helps, and an item that kills its worker is then known for sure. Not
        to be mixed with calls of `submit` that are still under way.
        """
        suspects: list[Any] = []
        for outcome in self._mapped(function, items, report):
            if outcome.lost:
                suspects.append(outcome.item)
            else:
                yield outcome
        for item in suspects:
            yield from self._mapped(function, [item], report)

    def _mapped(
        self, function: Callable[[Any], Any], items: Sequence[Any], report: Report
    ) -> Iterator[Outcome]:
        waiting = deque(_Ticket(item) for item in items)
        running: set[_Ticket] = set()
        while waiting or running:
            while waiting and self.room() > 0:
                ticket = waiting.popleft()
                self.submit(ticket, function, ticket.item)
                running.add(ticket)
            for outcome in self.collect(_WAIT, report):
                if outcome.item in running:  # not of an earlier map that was given up
                    running.remove(outcome.item)
                    yield replace(outcome, item=outcome.item.item)


@dataclass(frozen=True, slots=True, eq=False)
class _Ticket:
    item: Any


_progress: Report | None = None
_shared: Any = None


def say_progress(label: Any, fraction: float) -> None:
    """Tell the driver, from inside a worker, how far the item called `label` is (0..1)."""
    if _progress is not None:
        _progress(label, fraction)


def shared() -> Any:
    """Return, inside a worker, the object that its executor was made with as `shared`.

    It is sent once to each worker; None where nothing was given.
    """
    return _shared


def enter_worker(progress: Report | None, given: Any) -> None:
    """Say where progress goes, and what `shared` returns; executors call it in their workers."""
    global _progress, _shared
    _progress, _shared = progress, given


def outcome_of(function: Callable[[Any], Any], item: Any, worker: str) -> Outcome:
    """Return what becomes of ``function(item)``, here and now; its `item` is None."""
    began = time.perf_counter()
    value, error = None, None
    try:
        value = function(item)
    except KarmavaniError as problem:
        error = problem
    except MemoryError:
        error = EngineError("There is not enough memory.", "Use --jobs 1.")
    except Exception as problem:  # the one place where a worker's surprise becomes a result
        error = surprise(problem)
    seconds = time.perf_counter() - began
    return Outcome(None, value, error, seconds=seconds, worker=worker, peak=peak_memory())


def surprise(problem: BaseException) -> EngineError:
    """Return the error that stands for an exception which nobody foresaw."""
    return EngineError(f"Unexpected {type(problem).__name__}: {problem}.")


def worker_died(where: str = "") -> EngineError:
    """Return the error of a call whose worker died; where: its name, where that says something."""
    return EngineError(
        f"The worker process{where and ' ' + where} died (out of memory, or a crash in a library).",
        "Run it again with --jobs 1; what is done is kept.",
    )


def peak_memory() -> int:
    """Return the most memory that this process ever had, in bytes; 0 where nobody knows."""
    own = Path("/proc/self/status")
    if own.exists():
        # ru_maxrss begins at what the parent had when it started us; VmHWM is our own.
        for line in own.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    try:
        import resource
    except ModuleNotFoundError:  # Windows
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
