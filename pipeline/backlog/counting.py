"""Counts how far a run is, and tells it every two seconds: to its watcher, and to the database.

Counting a million items takes a third of a second, so the table is counted seldom, and between two
counts what the driver itself changed is added.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from pipeline.backlog import queue
from pipeline.backlog.models import Run
from pipeline.backlog.nouns import Ended, Figures, Stage, State, Work
from pipeline.backlog.pace import Pace
from pipeline.backlog.watching import Watcher, figures_data
from pipeline.executors import Outcome

TELL = 2.0  # seconds between two tellings
SELDOM = 50.0  # times as long as a count takes, until the next one


@dataclass(slots=True)
class Counting:
    """What one run did so far; `run` is its row, `workers` asks the executor how many there are."""

    run: int
    watcher: Watcher
    workers: Callable[[], int]
    clock: Callable[[], float] = time.monotonic
    _began: float = 0.0
    _told: float = 0.0
    _count_at: float = 0.0
    _counts: dict[tuple[Stage, State], int] = field(default_factory=dict)
    _failures: dict[str, int] = field(default_factory=dict)
    _fractions: dict[int, float] = field(default_factory=dict)
    _pace: Pace = field(default_factory=Pace)
    _done: int = 0
    _audio: int = 0
    _sentences: int = 0
    _seconds: float = 0.0
    _cost: float = 0.0
    _peak: int = 0
    figures: Figures = field(default_factory=lambda: Figures({}))

    def __post_init__(self) -> None:
        self._began = self.clock()

    def progress(self, work: Work, fraction: float) -> None:
        """Note how far a piece of work is."""
        self._fractions[work.item] = fraction

    def ended(self, work: Work, ended: Ended, outcome: Outcome | None) -> None:
        """Note what became of a piece of work."""
        self._fractions.pop(work.item, None)
        self._move(work.stage, State.READY, ended.state)
        self._pace.ended(work.stage, ended)
        self._seconds += ended.seconds
        self._cost += ended.cost
        self._peak = max(self._peak, outcome.peak if outcome else 0)
        if ended.state is State.FAILED:
            self._failures[ended.error] = self._failures.get(ended.error, 0) + 1
        if ended.state is not State.DONE:
            return
        self._done += 1
        if work.stage is Stage.TRANSCRIBE:
            self._audio += work.duration
        elif work.stage is Stage.TRANSLATE and not ended.reused:
            self._sentences += work.sentences

    def _move(self, stage: Stage, before: State, after: State) -> None:
        self._counts[stage, before] = max(0, self._counts.get((stage, before), 0) - 1)
        self._counts[stage, after] = self._counts.get((stage, after), 0) + 1

    def tell(self, running: Iterable[Work], resting: Sequence[Stage], now: bool = False) -> None:
        """Tell how far the run is, when it is time or `now`; `resting`: stages left alone."""
        if not now and self.clock() - self._told < TELL:
            return
        self._told = self.clock()
        self._count(now)
        self.figures = self._figures(list(running))
        self.watcher.counted(self.figures)
        data = figures_data(self.figures) | {"resting": [stage.label for stage in resting]}
        Run.objects.filter(pk=self.run).update(beat=timezone.now(), figures=data)

    def _count(self, now: bool) -> None:
        if not now and self.clock() < self._count_at:
            return
        began = self.clock()
        self._counts = queue.counts()
        self._count_at = self.clock() + max(TELL, SELDOM * (self.clock() - began))

    def _figures(self, running: Sequence[Work]) -> Figures:
        elapsed = self.clock() - self._began
        workers = self.workers()
        under_way = tuple((work, self._fractions.get(work.item, 0.0)) for work in running)
        figures = Figures(
            counts=dict(self._counts),
            running=under_way,
            workers=workers,
            elapsed=elapsed,
            done_now=self._done,
            audio_now=self._audio,
            sentences_now=self._sentences,
            busy=min(1.0, self._seconds / (elapsed * workers)) if elapsed and workers else 0.0,
            cost=self._cost,
            peak=self._peak,
            failures=dict(self._failures),
        )
        return _with_left(figures, self._pace)


def _with_left(figures: Figures, pace: Pace) -> Figures:
    from dataclasses import replace

    return replace(figures, left=pace.left(figures))
