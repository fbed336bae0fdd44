"""The worker's side of the process executor: serves one call after the other from its pipe."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for
from typing import Any

from pipeline.executors.base import Outcome, enter_worker, outcome_of, surprise

PROGRESS, ANSWER = b"p", b"a"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a worker is told at its start; cores: those it may run on, empty for all."""

    name: str
    threads: int
    cores: tuple[int, ...] = ()


def serve(pipe: Connection[Any, Any], setting: Setting) -> None:
    """Read calls from `pipe` and answer each with an Outcome, until the pipe ends.

    The first message is the shared object.
    """
    prepare(setting)
    speaker = _Speaker(pipe)
    try:
        enter_worker(speaker.progress, pickle.loads(pipe.recv_bytes()))
        while True:
            speaker.answer(_outcome(pipe.recv_bytes(), setting.name))
    except (EOFError, OSError):
        return  # the driver closed the pipe: it wants no more


def prepare(setting: Setting) -> None:
    """Set the cores, the threads of the maths libraries, Ctrl-C, and an end with the driver."""
    if setting.cores:
        os.sched_setaffinity(0, setting.cores)
    set_threads(setting.threads)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_end_with_parent, daemon=True).start()


def set_threads(threads: int) -> None:
    """Tell the maths libraries of this process, which are not imported yet, their threads."""
    # Read when ctranslate2, onnxruntime or OpenVINO are first imported, which is later.
    # PASSIVE: a spinning OpenMP thread beside a busy core costs up to 24 times the time.
    os.environ["OMP_NUM_THREADS"] = str(threads)
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"


def _outcome(call: bytes, name: str) -> Outcome:
    try:
        function, item = pickle.loads(call)
    except Exception as problem:  # a function or an item that this process cannot read
        return Outcome(None, error=surprise(problem), worker=name)
    return outcome_of(function, item, name)


class _Speaker:
    """Sends to the driver, one message at a time: progress may come from any thread.

    The first byte of a message says what it is, so that one that cannot be read is known for
    what it was.
    """

    def __init__(self, pipe: Connection[Any, Any]) -> None:
        self._pipe = pipe
        self._lock = threading.Lock()

    def progress(self, label: Any, fraction: float) -> None:
        """Send how far an item is."""
        self._send(PROGRESS + pickle.dumps((label, fraction)))

    def answer(self, outcome: Outcome) -> None:
        """Send what became of a call; a value that cannot be sent is an error of its call."""
        try:
            message = pickle.dumps(outcome)
        except Exception as problem:
            message = pickle.dumps(replace(outcome, value=None, error=surprise(problem)))
        self._send(ANSWER + message)

    def _send(self, message: bytes) -> None:
        with self._lock:
            self._pipe.send_bytes(message)


def _end_with_parent() -> None:
    """Leave at once when the driver is gone, killed or not: nobody waits for the result."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)
