"""Writes packages while the driver does other things: a disk takes its time to confirm.

A few threads, because a disk takes several packages in the time of one. They touch files of
packages only, never the database.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

from pipeline.backlog.nouns import Work
from pipeline.executors import Outcome

THREADS = 4
MOST = 16  # packages that wait in memory to be written


@dataclass(frozen=True, slots=True)
class Saved:
    """What was written for a piece of work, or the error; `save` tries it again."""

    work: Work
    outcome: Outcome
    save: Callable[[], Any]
    value: Any = None
    error: BaseException | None = None


@dataclass(slots=True)
class Saver:
    """The threads, and what they are writing."""

    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(THREADS))
    _waiting: dict[Future[Any], Saved] = field(default_factory=dict)

    @property
    def busy(self) -> bool:
        """Return whether anything is being written."""
        return bool(self._waiting)

    @property
    def is_full(self) -> bool:
        """Return whether nothing more should be taken before something is done."""
        return len(self._waiting) >= MOST

    def take(self, work: Work, outcome: Outcome, save: Callable[[], Any]) -> None:
        """Have `save` called by a thread."""
        self._waiting[self._pool.submit(save)] = Saved(work, outcome, save)

    def done(self, wait_for_one: bool = False) -> list[Saved]:
        """Return what has been written since the last time; waits for one if asked to."""
        if wait_for_one and self._waiting:
            wait(self._waiting, return_when=FIRST_COMPLETED)
        over = [future for future in self._waiting if future.done()]
        found = []
        for future in over:
            said = self._waiting.pop(future)
            error = future.exception()
            value = None if error else future.result()
            found.append(Saved(said.work, said.outcome, said.save, value, error))
        return found

    def close(self) -> None:
        """Finish what is being written, and end the threads."""
        self._pool.shutdown(wait=True)
