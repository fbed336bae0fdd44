"""What a simulated backlog is judged by: waiting, completion, use of workers, length over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil

from pipeline.backlog.nouns import Lane

POINTS = 512  # of the length over time; twice as long between two when there would be more


@dataclass(slots=True)
class Course:
    """One course of a simulation. open: items not done; began, ended: seconds, None before."""

    lane: Lane
    arrives: float
    open: int
    began: float | None = None
    ended: float | None = None


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Of seconds, over courses: half of them took no more than p50, 95 of 100 no more than p95."""

    p50: float
    p95: float
    most: float


@dataclass(frozen=True, slots=True)
class LaneTimes:
    """How the courses of a lane fared, from their arrival: to the first item, and to the last."""

    courses: int
    waiting: Quantiles
    completion: Quantiles


@dataclass(frozen=True, slots=True)
class Plan:
    """What became of a load. All times in seconds.

    makespan: from 0 to the last item. busy: worker seconds, `loading`
    of them for models. done, failed, skipped: items; skipped
    ones waited for one that failed. open_at: (time, items that have arrived and are not done).
    """

    makespan: float
    busy: float
    loading: float
    workers: int
    done: int
    failed: int
    skipped: int
    lanes: dict[Lane, LaneTimes]
    courses: tuple[Course, ...]
    open_at: tuple[tuple[float, int], ...]

    @property
    def use(self) -> float:
        """Return how much of the workers' time went into work, 0..1."""
        return self.busy / (self.makespan * self.workers) if self.makespan else 0.0


@dataclass(slots=True)
class Tally:
    """Counts while a simulation runs."""

    courses: list[Course]
    busy: float = 0.0
    loading: float = 0.0
    items_done: int = 0
    failed: int = 0
    skipped: int = 0
    open: int = 0  # items that have arrived and are neither done nor given up
    _step: float = 60.0
    _next: float = 0.0
    _points: list[tuple[float, int]] = field(default_factory=list)

    def look(self, when: float) -> None:
        """Note the length of the backlog, every now and then. Times come in order."""
        if when < self._next:
            return
        self._points.append((when, self.open))
        if len(self._points) > POINTS:
            del self._points[1::2]
            self._step *= 2
        self._next = when + self._step

    def arrive(self, course: int) -> None:
        """Count a course's items as open."""
        self.open += self.courses[course].open

    def start(self, course: int, when: float, seconds: float, loading: float) -> None:
        """Note that an item of a course begins, which keeps a worker busy so long."""
        self.busy += seconds + loading
        self.loading += loading
        if self.courses[course].began is None:
            self.courses[course].began = when

    def done(self, course: int, when: float) -> None:
        """Note that an item is done."""
        self.items_done += 1
        self._close(course, when, 1)

    def given_up(self, course: int, when: float, after: int) -> None:
        """Note that an item has failed for good, and `after` others with it."""
        self.failed += 1
        self.skipped += after
        self._close(course, when, 1 + after)

    def _close(self, course: int, when: float, items: int) -> None:
        self.open -= items
        one = self.courses[course]
        one.open -= items
        if not one.open:
            one.ended = when

    def plan(self, now: float, workers: int) -> Plan:
        """Return everything that was counted."""
        self._points.append((now, self.open))
        lanes = sorted({one.lane for one in self.courses})
        return Plan(
            makespan=now,
            busy=self.busy,
            loading=self.loading,
            workers=workers,
            done=self.items_done,
            failed=self.failed,
            skipped=self.skipped,
            lanes={lane: self._times(lane) for lane in lanes},
            courses=tuple(self.courses),
            open_at=tuple(self._points),
        )

    def _times(self, lane: Lane) -> LaneTimes:
        own = [one for one in self.courses if one.lane is lane and one.began is not None]
        waited = [(one.began or 0.0) - one.arrives for one in own]
        took = [(one.ended or 0.0) - one.arrives for one in own]
        return LaneTimes(len(own), quantiles(waited), quantiles(took))


def quantiles(values: Sequence[float]) -> Quantiles:
    """Return the middle, the 95th percentile and the largest; zeros of nothing (nearest rank)."""
    if not values:
        return Quantiles(0.0, 0.0, 0.0)
    ordered = sorted(values)
    p50, p95 = (ordered[ceil(share * len(ordered)) - 1] for share in (0.5, 0.95))
    return Quantiles(p50, p95, ordered[-1])
