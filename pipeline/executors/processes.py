"""Runs calls in worker processes of this machine: the everyday executor.

Work runs in processes even when there is one worker: the driver stays free to answer Ctrl-C
while a model is deep inside a library call, and survives a crash there. Each worker has a pipe
of its own and shares no lock or queue with another, so one that dies, killed or not, takes
nothing with it but its own call.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for
from multiprocessing.context import SpawnProcess
from typing import Any

from courses.errors import EngineError
from pipeline.executors.base import Executor, Outcome, Report, surprise, worker_died
from pipeline.executors.process_worker import PROGRESS, Setting, serve

_TRIES = 3
_LONGEST_REST = 30.0  # seconds for which no worker is started, after that failed


class ProcessExecutor(Executor):
    """Runs calls in up to `jobs` processes of `threads` threads each, started when needed."""

    def __init__(self, jobs: int, threads: int = 1, shared: Any = None) -> None:
        self._threads = threads
        self._shares = core_shares(jobs, threads)
        self._shared = pickle.dumps(shared)
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[_Worker | None] = [None] * jobs
        self._refused: list[Outcome] = []
        self._starts = _Starts()

    @property
    def size(self) -> int:
        """Return how many workers there are when there is work for all of them."""
        return len(self._workers)

    def room(self, kind: str = "") -> int:
        """Return how many workers are idle, or can be started; they all take every kind."""
        busy = sum(worker is not None and worker.busy for worker in self._workers)
        none = self._workers.count(None) if self._starts.left else 0
        return max(0, self.size - busy - none - len(self._refused))

    def submit(
        self, ticket: Any, function: Callable[[Any], Any], item: Any, kind: str = ""
    ) -> None:
        """Send the call to an idle worker, the one that was started first."""
        if self.room() < 1:
            raise ValueError("submit() without room()")
        try:
            call = pickle.dumps((function, item))
        except Exception as problem:  # nothing that a caller gives may end the others' calls
            self._refused.append(Outcome(ticket, error=surprise(problem)))
            return
        error = worker_died()
        try:
            for _ in range(_TRIES):  # an idle worker may have died while nobody looked
                if self._idle().send(ticket, call):
                    return
        except OSError as problem:  # no memory, no process or no open file is left for one
            error = _not_started(problem)
        self._refused.append(Outcome(ticket, error=error, lost=True))

    def collect(self, timeout: float, report: Report) -> list[Outcome]:
        """Return what is done; sleeps until a pipe or the end of a worker wakes it.

        Where no worker could be started it also returns when another may be.
        """
        end = time.monotonic() + timeout
        done, self._refused = self._refused, []
        while True:
            busy = [worker for worker in self._workers if worker and worker.busy]
            left = 0.0 if done else max(0.0, end - time.monotonic())
            if rest := self._starts.left:
                left = min(left, rest)  # when that is over, there is room again
            ready = wait_for([w for worker in busy for w in worker.signs], left) if busy else []
            if left and rest and not busy:
                time.sleep(left)
            for worker in busy:
                if outcome := worker.heard(ready, report):
                    done.append(outcome)
            if done or not busy or rest or time.monotonic() >= end:
                return done

    def close(self, at_once: bool = False) -> None:
        """End the workers, which first finish their calls; `at_once` kills them."""
        workers = [worker for worker in self._workers if worker]
        self._workers, self._refused = [None] * self.size, []
        for worker in workers:
            worker.tell_to_end(at_once)
        for worker in workers:
            worker.bury()

    def _idle(self) -> _Worker:
        """Return a living worker without a call; there is room for one."""
        for number, worker in enumerate(self._workers):
            if worker and not worker.busy:
                if worker.process.is_alive():
                    return worker
                worker.bury()
                self._workers[number] = None
        number = self._workers.index(None)
        try:
            worker = self._workers[number] = self._start(number)
        except OSError:
            self._starts.failed()
            raise
        self._starts.went_well()
        return worker

    def _start(self, number: int) -> _Worker:
        # A worker that is killed leaves a semaphore of a library (tqdm) behind; Python's
        # tracker removes it, and need not tell people so.
        os.environ.setdefault("PYTHONWARNINGS", "ignore:resource_tracker:UserWarning")
        ours, theirs = self._context.Pipe()
        setting = Setting(str(number + 1), self._threads, self._shares[number])
        process = self._context.Process(target=serve, args=(theirs, setting), daemon=True)
        try:
            with _no_interrupt():
                process.start()
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()  # so that the pipe ends when the worker does
        worker = _Worker(setting.name, process, ours)
        worker.send_bytes(self._shared)
        return worker


def core_shares(jobs: int, threads: int) -> list[tuple[int, ...]]:
    """Return for each worker the cores it may run on; empty: all of them.

    Workers never fight for a core: a scheduler that puts two busy ones on the same core, even for
    moments, makes both wait at every barrier of their maths library. Each gets an equal share
    rather than just `threads` cores, which leaves a worker room beside other programs. Where
    there are fewer cores than threads, and on systems that cannot pin, nobody is pinned.
    """
    if not hasattr(os, "sched_getaffinity") or jobs < 2:
        return [()] * jobs
    cores = sorted(os.sched_getaffinity(0))
    share = len(cores) // jobs
    if share < threads:
        return [()] * jobs
    return [tuple(cores[number * share : (number + 1) * share]) for number in range(jobs)]


@dataclass(slots=True)
class _Starts:
    """How starting workers goes: after each time in a row that it failed, a longer rest."""

    failures: int = 0
    until: float = 0.0

    @property
    def left(self) -> float:
        """Return the seconds for which none is to be started."""
        return max(0.0, self.until - time.monotonic())

    def failed(self) -> None:
        """Note that the system has no room for one more process."""
        self.failures += 1
        self.until = time.monotonic() + min(_LONGEST_REST, 2.0 ** (self.failures - 1))

    def went_well(self) -> None:
        """Note that a worker was started."""
        self.failures = 0


@dataclass(slots=True)
class _Worker:
    """The driver's side of one worker: its process, its pipe, and the call it has."""

    name: str
    process: SpawnProcess
    pipe: Connection[Any, Any]
    busy: bool = False
    ticket: Any = None
    began: float = 0.0
    _ended: bool = False

    @property
    def signs(self) -> tuple[Any, int]:
        """Return what becomes ready when the worker says something, or ends."""
        return self.pipe, self.process.sentinel

    def send(self, ticket: Any, call: bytes) -> bool:
        """Give it a call; return False when it is dead."""
        if not self.send_bytes(call):
            return False
        self.busy, self.ticket, self.began = True, ticket, time.monotonic()
        return True

    def send_bytes(self, sent: bytes) -> bool:
        """Send one message; return False when nobody is there to read it."""
        try:
            self.pipe.send_bytes(sent)
        except OSError:
            return False
        return True

    def heard(self, ready: list[Any], report: Report) -> Outcome | None:
        """Read what it said; return the outcome of its call when there is one."""
        if not any(sign in ready for sign in self.signs):
            return None
        for message in self._messages():
            if message[:1] == PROGRESS:
                report(*pickle.loads(message[1:]))
                continue
            outcome = replace(self._read(message[1:]), item=self.ticket)
            self.busy, self.ticket = False, None
            return outcome
        return self._lost() if self._ended or self.process.sentinel in ready else None

    def _messages(self) -> Iterator[bytes]:
        try:
            while self.pipe.poll():
                yield self.pipe.recv_bytes()
        except (EOFError, OSError):
            self._ended = True

    def _read(self, outcome: bytes) -> Outcome:
        try:
            read: Outcome = pickle.loads(outcome)
        except Exception as problem:  # a value that pickles, and cannot be read again
            return Outcome(None, error=surprise(problem), worker=self.name)
        return read

    def _lost(self) -> Outcome:
        """Return the outcome of a call whose worker died; `_idle` buries it."""
        self.process.kill()  # a pipe can end before its worker does
        self.process.join()
        seconds = time.monotonic() - self.began
        ticket, self.busy, self.ticket = self.ticket, False, None
        return Outcome(ticket, None, worker_died(), True, seconds, self.name)

    def tell_to_end(self, at_once: bool) -> None:
        """Close the pipe, which ends the worker after its call, or kill it."""
        self.pipe.close()
        if at_once:
            self.process.kill()

    def bury(self) -> None:
        """Wait for its end and give back what the system keeps of it."""
        self.pipe.close()
        self.process.join()
        self.process.close()


def _not_started(problem: OSError) -> EngineError:
    return EngineError(
        f"A worker process could not be started: {problem.strerror or problem}.",
        "End other programs, or use fewer workers with --jobs; what is done is kept.",
    )


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Start workers deaf to Ctrl-C from their first moment: the driver answers it for all."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # it would unblock the signal while it starts itself
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
