"""The driver's view of one Ray actor: its call, what it says, and what comes of it.

Gets the module `ray` from `on_ray`, the only file that imports it.
"""

from __future__ import annotations

import pickle
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from courses.errors import KarmavaniError
from pipeline.executors.base import Outcome, Report, surprise, worker_died
from pipeline.executors.placing import Place


@dataclass(slots=True, eq=False)
class Actor:
    """One worker: where it is, and the call it has. greeting: not yet answered, else None."""

    ray: Any
    handle: Any
    place: Place
    greeting: Any
    call: Any = None
    hears: Any = None  # the question for progress that is under way
    number: int = 0  # of its call
    told: int = 0  # how much progress of this call was reported
    ticket: Any = None
    began: float = 0.0
    name: str = ""

    @property
    def refs(self) -> list[Any]:
        """Return what may become ready."""
        return [ref for ref in (self.greeting, self.call, self.hears) if ref is not None]

    @property
    def is_free(self) -> bool:
        """Return whether it could take a call."""
        return self.greeting is None and self.call is None

    def send(self, ticket: Any, call: bytes) -> None:
        """Give it a call; it is free."""
        self.ticket, self.began, self.told = ticket, time.monotonic(), 0
        self.number += 1
        self.call = self.handle.run.remote(self.number, call)

    def ask(self) -> None:
        """Ask what it has to say, unless that is asked, or it has no call."""
        if self.call is not None and self.hears is None:
            self.hears = self.handle.heard.remote(self.number, self.told)

    def listen(self, report: Report) -> None:
        """Report what it said, which is ready."""
        ref, self.hears = self.hears, None
        with suppress(self.ray.exceptions.RayError):  # it died: its call says so as well
            self._report(self.told, pickle.loads(self.ray.get(ref)), report)

    def outcome(self, report: Report) -> Outcome:
        """Return what became of its call, which is ready; it is free then.

        Raises RayError when the worker died.
        """
        try:
            answer = self.ray.get(self.call)
        except self.ray.exceptions.RayTaskError as problem:
            return self._end(error=surprise(problem.cause))
        try:
            read, told, rest = pickle.loads(answer)
        except Exception as problem:  # a value that pickles, and cannot be read again
            return self._end(error=surprise(problem))
        self._report(told, rest, report)
        outcome: Outcome = replace(read, item=self._end().item)
        return outcome

    def lost(self) -> Outcome:
        """Return the outcome of its call when the worker died."""
        return self._end(error=worker_died(self.name), lost=True)

    def _end(self, error: KarmavaniError | None = None, lost: bool = False) -> Outcome:
        seconds = time.monotonic() - self.began
        ended = Outcome(self.ticket, None, error, lost, seconds, self.name)
        self.call = self.hears = self.ticket = None
        return ended

    def _report(self, told: int, said: list[Any], report: Report) -> None:
        for label, fraction in said[self.told - told :]:
            report(label, fraction)
        self.told = max(self.told, told + len(said))


def actor_class(ray: Any) -> Any:
    """Return the class of our actors.

    Defined in a function it travels by value, so a machine without karmavani can say so.
    """

    class Karmavani:
        """One worker."""

        def greet(self, mine: tuple[str, str], threads: int, shared: bytes) -> dict[str, str]:
            """Return who this is; "problem" when it runs something else than the driver."""
            import platform

            python = ".".join(platform.python_version_tuple()[:2])
            try:
                from pipeline import VERSION as version  # noqa: N811
                from pipeline.executors.process_worker import set_threads
                from pipeline.executors.ray_worker import RayWorker

                if (version, python) == mine:
                    set_threads(threads)
                    self.worker = RayWorker(shared)
                    return {"name": self.worker.name}
            except Exception as problem:  # whatever it is, the driver shall say it
                version = f"that does not work here ({problem})"
            said = f"The machine {platform.node()} has karmavani {version}, Python {python}"
            return {"problem": f"{said}; the driver has {mine[0]}, Python {mine[1]}."}

        def run(self, number: int, call: bytes) -> bytes:
            """Work on a call."""
            return self.worker.run(number, call)

        @ray.method(concurrency_group="talk")  # type: ignore[untyped-decorator]
        def heard(self, number: int, told: int) -> bytes:
            """Wait for progress of a call."""
            return self.worker.heard(number, told)

    return ray.remote(concurrency_groups={"talk": 1}, max_restarts=0)(Karmavani)
