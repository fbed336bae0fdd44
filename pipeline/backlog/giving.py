"""Gives work to workers as they become free, the most urgent first.

A few calls are put together ahead, so that a worker that is done with a short item has the next at
once. What is put together goes first only while nothing more urgent has come.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from courses.errors import KarmavaniError, StoreError
from pipeline.backlog import queue
from pipeline.backlog.breaker import Breaker
from pipeline.backlog.nouns import Stage, Work
from pipeline.backlog.patience import Patience
from pipeline.backlog.steps import Asked, Settled, Steps
from pipeline.executors import Executor

KINDS: Mapping[Stage, str] = {Stage.TRANSCRIBE: "speech", Stage.TRANSLATE: "text"}
"""Which kind of worker takes a stage; any takes the others."""
MOST_AHEAD = 8
FRESH = 0.2  # seconds for which nobody asks whether something more urgent has come

Found = Asked | Settled | KarmavaniError
"""What is to be done with an item: asked of a worker, closed as it is, or closed as failed."""


@dataclass(slots=True)
class _Ahead:
    work: Work
    asked: Asked
    at: float


@dataclass(slots=True)
class Giving:
    """What is under way, and what is ready to be sent. running: item -> its work, both of these."""

    steps: Steps
    executor: Executor
    patiently: Patience
    breaker: Breaker
    running: dict[int, Work] = field(default_factory=dict)
    _ahead: deque[_Ahead] = field(default_factory=deque)

    def fill(self) -> Iterator[tuple[Work, Found]]:
        """Send work to every free worker; yield what was sent, and what needs no worker."""
        while stages := self._open_stages():
            if self._is_first(stages):
                ready = self._ahead.popleft()
                self._send(ready.work, ready.asked)
                yield ready.work, ready.asked
                continue
            taken = self._take(stages)
            if taken is None:
                return
            work, found = taken
            if isinstance(found, Asked):
                self._send(work, found)
            yield work, found

    def look_ahead(self) -> Iterator[tuple[Work, Found]]:
        """Put together the next calls while all workers are busy; yield what needs no worker."""
        most = min(MOST_AHEAD, self.executor.size)
        while len(self._ahead) < most:
            # An item that is on trial is sent at once or not at all.
            taken = self._take([stage for stage in Stage if self.breaker.is_calm(stage)])
            if taken is None:
                return
            work, found = taken
            if isinstance(found, Asked):
                self._ahead.append(_Ahead(work, found, time.monotonic()))
            else:
                yield work, found

    def put_back(self, stages: Collection[Stage] = tuple(Stage)) -> None:
        """Give back what was put together ahead of `stages`, before anybody worked on it."""
        back = [one.work for one in self._ahead if one.work.stage in stages]
        if not back:
            return
        self._ahead = deque(one for one in self._ahead if one.work.stage not in stages)
        for work in back:
            del self.running[work.item]
        self.patiently(lambda: queue.give_back(back))

    @property
    def is_idle(self) -> bool:
        """Return whether no worker has anything to do, whatever is put together."""
        return len(self.running) == len(self._ahead)

    def _open_stages(self) -> list[Stage]:
        """Return the stages of which a worker could begin an item now."""
        rooms = {kind: self.executor.room(kind) for kind in ("", "speech", "text")}
        return [
            stage
            for stage in Stage
            if rooms[KINDS.get(stage, "")] > 0 and not self.breaker.is_open(stage)
        ]

    def _is_first(self, stages: list[Stage]) -> bool:
        """Return whether the first call that is put together is the next to be sent."""
        if not self._ahead or self._ahead[0].work.stage not in stages:
            return False
        first = self._ahead[0]
        if time.monotonic() - first.at < FRESH:
            return True
        head = self.patiently(queue.most_urgent)
        return head is None or head >= (first.work.lane, -first.work.learners)

    def _take(self, stages: list[Stage]) -> tuple[Work, Found] | None:
        """Take the next item of `stages` out of the queue; None where there is none."""
        chosen = None if len(stages) == len(Stage) else stages
        works = self.patiently(lambda: queue.take(1, chosen))
        if not works or works[0].item in self.running:
            return None
        work = works[0]
        self.running[work.item] = work
        self.breaker.taken(work.stage)
        return work, self._prepared(work)

    def _prepared(self, work: Work) -> Found:
        try:
            return self.patiently(lambda: self.steps.prepare(work))
        except StoreError:
            raise
        except KarmavaniError as error:
            return error

    def _send(self, work: Work, asked: Asked) -> None:
        self.executor.submit(work.item, asked.function, asked.argument, asked.kind)
