"""Gives work to workers as they become free, the most urgent first.

A few calls are put together ahead, so that a worker that is done with a short item has the next at
once. What is put together goes first only while nothing more urgent has come.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from courses.errors import KarmavaniError
from pipeline.backlog import queue
from pipeline.backlog.breaker import Breaker
from pipeline.backlog.nouns import Stage, Work
from pipeline.backlog.patience import Patience, PatienceError
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
    _ahead: list[_Ahead] = field(default_factory=list)

    def fill(self) -> Iterator[tuple[Work, Found]]:
        """Send work to every free worker; yield what was sent, and what needs no worker."""
        while stages := self._open_stages():
            if (ready := self._first_ahead(stages)) is not None:
                self._ahead.remove(ready)
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

    def put_back(self, which: Callable[[Work], bool] = lambda _: True) -> None:
        """Give back what was put together, before anybody worked on it: all, or some."""
        back = [one.work for one in self._ahead if which(one.work)]
        if not back:
            return
        self._ahead = [one for one in self._ahead if not which(one.work)]
        for work in back:
            del self.running[work.item]
        self.patiently(lambda: queue.give_back(back))

    @property
    def under_way(self) -> list[Work]:
        """Return what workers are doing, or what is being kept of it."""
        ahead = {one.work.item for one in self._ahead}
        return [work for item, work in self.running.items() if item not in ahead]

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

    def _first_ahead(self, stages: Collection[Stage]) -> _Ahead | None:
        """Return the most urgent call that is put together, unless something more urgent came."""
        able = [one for one in self._ahead if one.work.stage in stages]
        if not able:
            return None
        first = min(able, key=_urgency)
        if time.monotonic() - first.at < FRESH:
            return first
        head = self.patiently(queue.most_urgent)
        return first if head is None or head >= _urgency(first)[:2] else None

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
        except PatienceError:
            raise
        except KarmavaniError as error:
            return error

    def _send(self, work: Work, asked: Asked) -> None:
        self.executor.submit(work.item, asked.function, asked.argument, asked.kind)


def _urgency(ahead: _Ahead) -> tuple[int, ...]:
    """Return the place of a call in the order of work, as in `models.Item`."""
    work = ahead.work
    return (work.lane, -work.learners, work.course_row, -work.stage, work.item)
