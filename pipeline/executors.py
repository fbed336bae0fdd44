"""The one fan-out of the flow: a function over many items, in worker processes.

`ProcessExecutor` is the everyday one; `HereExecutor` runs in this process, for tests and
debugging; both give outcomes as they come and neither lets one failing item end the rest.
Ray will enter here and nowhere else. Workers compute and save nothing.

Work runs in processes even when there is one worker: the driver stays free to answer Ctrl-C
within two seconds while a model is deep inside a library call, and survives a crash there.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.connection import wait as wait_for
from typing import Any, Protocol

from courses.errors import EngineError, KarmavaniError

Report = Callable[[Any, float], None]
"""Called in the driver with (item label, fraction done) while an item is worked on."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item: a value, or the error that ended it."""

    item: Any
    value: Any = None
    error: KarmavaniError | None = None


class Executor(Protocol):
    """Maps a function over items, wherever the work is done."""

    def map(
        self, function: Callable[[Any], Any], items: Sequence[Any], report: Report
    ) -> Iterator[Outcome]:
        """Yield one Outcome an item, in the order in which they finish.

        `function` is a module-level function of one item; it may call `say_progress`.
        """
        ...

    def close(self, at_once: bool = False) -> None:
        """End the workers; `at_once` gives up the work under way, never what was yielded."""
        ...


_progress: Callable[[Any, float], None] | None = None


def say_progress(label: Any, fraction: float) -> None:
    """Tell the driver, from inside a worker, how far the item called `label` is (0..1)."""
    if _progress is not None:
        _progress(label, fraction)


def _outcome(function: Callable[[Any], Any], item: Any) -> Outcome:
    try:
        return Outcome(item, function(item))
    except KarmavaniError as error:
        return Outcome(item, error=error)
    except MemoryError:
        return Outcome(item, error=EngineError("There is not enough memory.", "Use --jobs 1."))
    except Exception as error:  # the one place where a worker's surprise becomes a result
        name = type(error).__name__
        return Outcome(item, error=EngineError(f"Unexpected {name}: {error}."))


class HereExecutor:
    """Runs everything in this process, one item after the other."""

    def map(
        self, function: Callable[[Any], Any], items: Sequence[Any], report: Report
    ) -> Iterator[Outcome]:
        """Yield one Outcome an item, in order."""
        global _progress
        _progress = report
        for item in items:
            yield _outcome(function, item)

    def close(self, at_once: bool = False) -> None:
        """Do nothing: there are no workers."""


class ProcessExecutor:
    """Runs items in `jobs` worker processes of `threads` threads each."""

    def __init__(self, jobs: int, threads: int = 1) -> None:
        self._jobs = jobs
        self._threads = threads
        self._context = multiprocessing.get_context("spawn")
        self._pool: ProcessPoolExecutor | None = None
        self._events: Any = None

    def map(
        self, function: Callable[[Any], Any], items: Sequence[Any], report: Report
    ) -> Iterator[Outcome]:
        """Yield one Outcome an item as they finish; an item that kills its worker fails alone."""
        suspects: list[Any] = []
        yield from self._run(function, items, report, suspects)
        for item in suspects:  # one by one, so that the item that kills its worker is known
            again: list[Any] = []
            yield from self._run(function, [item], report, again)
            if again:
                error = EngineError(
                    "The worker process died (out of memory, or a crash in a library).",
                    "Run it again with --jobs 1; what is done is kept.",
                )
                yield Outcome(item, error=error)

    def _run(
        self,
        function: Callable[[Any], Any],
        items: Sequence[Any],
        report: Report,
        suspects: list[Any],
    ) -> Iterator[Outcome]:
        """Yield outcomes; items that were under way when a worker died go into `suspects`."""
        waiting = deque(items)
        running: dict[Future[Outcome], Any] = {}
        broken = False
        while waiting or running:
            # As many in flight as workers, no more: a pool that breaks loses them all.
            while waiting and len(running) < self._jobs and not broken:
                try:
                    future = self._started().submit(_outcome, function, waiting[0])
                except BrokenProcessPool:  # a worker died while nobody was waiting for it
                    broken = True
                else:
                    running[future] = waiting.popleft()
            done, _ = wait(running, timeout=0.2, return_when=FIRST_COMPLETED)
            self._relay(report)
            for future in done:
                item = running.pop(future)
                try:
                    yield future.result()
                except BrokenProcessPool:
                    suspects.append(item)
                    broken = True
            if broken and not running:
                self.close(at_once=True)
                broken = False

    def close(self, at_once: bool = False) -> None:
        """End the workers; `at_once` kills them, whatever they are doing."""
        if self._pool is None:
            return
        if at_once:
            for worker in list((self._pool._processes or {}).values()):
                worker.kill()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._pool = self._events = None

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # A worker that is killed leaves a semaphore of a library (tqdm) behind; Python's
            # tracker removes it, and need not tell people so.
            os.environ.setdefault("PYTHONWARNINGS", "ignore:resource_tracker:UserWarning")
            self._events = self._context.SimpleQueue()
            self._pool = ProcessPoolExecutor(
                self._jobs, self._context, _start_worker, (self._events, self._threads)
            )
        return self._pool

    def _relay(self, report: Report) -> None:
        while self._events is not None and not self._events.empty():
            report(*self._events.get())


def _start_worker(events: Any, threads: int) -> None:
    """Prepare a worker: threads of the maths libraries, Ctrl-C, and an end with its parent."""
    global _progress
    # Read when ctranslate2, onnxruntime or OpenVINO are first imported, which is later.
    # PASSIVE: a spinning OpenMP thread beside a busy core costs up to 24 times the time.
    os.environ["OMP_NUM_THREADS"] = str(threads)
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the driver answers Ctrl-C for all
    _progress = lambda label, fraction: events.put((label, fraction))  # noqa: E731
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Leave at once when the driver is gone, killed or not: nobody waits for the result."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)
