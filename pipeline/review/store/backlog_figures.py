"""How far the backlog is, for the operators' page: read, never written.

While a driver runs, its own figures are shown; without one, the queue is counted at most twice a
minute. Nothing else here grows with the number of items.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from pipeline.backlog import queue
from pipeline.backlog.amounts import media_an_hour, sentences_a_second
from pipeline.backlog.models import BacklogCourse, Control, Item, Run
from pipeline.backlog.nouns import Figures, Lane, Stage, State
from pipeline.backlog.watching import figures_from

COUNT_EVERY = 30  # seconds between two counts of the queue where no driver runs
NEXT = 5  # items that are shown as the next ones
_COUNTED = "backlog-counted"
SHOWN = (
    *(State.DONE, State.RUNNING, State.READY, State.WAITING),
    *(State.LATER, State.HELD, State.FAILED),
)
"""States in the order in which they are shown."""
OPEN: Sequence[State] = tuple(state for state in State if state is not State.DONE)


def forget_count() -> None:
    """Count anew when next asked: somebody changed the queue and wants to see it."""
    cache.delete(_COUNTED)


@dataclass(frozen=True, slots=True)
class Now:
    """The backlog at one moment. run: of the driver that works on it, None where none does.

    at: when it was counted. last: the latest run, alive or not. running: as `figures_data` has it.
    resting: stages that a driver lets rest because they fail again and again.
    """

    figures: Figures
    at: datetime
    run: Run | None = None
    last: Run | None = None
    running: Sequence[dict[str, Any]] = ()
    resting: Sequence[str] = ()

    @property
    def is_silent(self) -> bool:
        """Return whether the last run neither ended nor said anything of late."""
        return self.run is None and self.last is not None and self.last.ended is None

    @property
    def done(self) -> int:
        """Return how many items are done."""
        return self.figures.total(State.DONE)

    @property
    def all(self) -> int:
        """Return how many items there are."""
        return sum(self.figures.counts.values())

    @property
    def until(self) -> datetime | None:
        """Return when all will be done, None where nobody knows."""
        left = self.figures.left
        return None if left is None else self.at + timedelta(seconds=min(left, 10**9))

    @property
    def media_an_hour(self) -> float:
        """Return hours of media an hour."""
        return media_an_hour(self.figures.audio_now, self.figures.elapsed)

    @property
    def sentences_a_second(self) -> float:
        """Return sentences a second."""
        return sentences_a_second(self.figures.sentences_now, self.figures.elapsed)

    def table(self) -> list[tuple[Stage, list[tuple[State, int]]]]:
        """Return the rows of the table: a stage and its items in each state that is shown."""
        counts = self.figures.counts
        last = Stage.REVIEW if any(stage is Stage.REVIEW for stage, _ in counts) else Stage.PACKAGE
        return [
            (stage, [(state, counts.get((stage, state), 0)) for state in SHOWN])
            for stage in Stage
            if stage <= last
        ]


def now() -> Now:
    """Return how far the backlog is."""
    last = Run.objects.defer("report").order_by("-pk").first()
    if last and last.is_alive:
        said = last.figures
        running, resting = said.get("running", []), said.get("resting", [])
        return Now(figures_from(said), last.beat, last, last, running, resting)
    counts, at = _counted()
    return Now(Figures(counts), at, None, last)


def _counted() -> tuple[dict[tuple[Stage, State], int], datetime]:
    found = cache.get(_COUNTED)
    if found is None:
        found = (queue.counts(), timezone.now())
        cache.set(_COUNTED, found, COUNT_EVERY)
    counts, at = found
    return counts, at


def count_anew() -> None:
    """Count again for the next page: somebody just changed the queue here."""
    cache.delete(_COUNTED)


@dataclass(frozen=True, slots=True)
class Budget:
    """The budgets of the whole backlog and what is used of them; None where there is none."""

    control: Control
    minutes: float
    cost: float


def budget() -> Budget:
    """Return what holds for the whole backlog, and what all courses used."""
    spent = BacklogCourse.objects.aggregate(seconds=Sum("spent_seconds"), cost=Sum("spent_cost"))
    control = Control.objects.filter(pk=1).first() or Control()
    return Budget(control, (spent["seconds"] or 0.0) / 60, spent["cost"] or 0.0)


def lanes() -> list[tuple[Lane, int, int]]:
    """Return each lane with its courses, and how many of them are paused."""
    paused = Count("pk", filter=Q(paused=True))
    rows = BacklogCourse.objects.values_list("lane").annotate(n=Count("pk"), stopped=paused)
    found = {lane: (courses, stopped) for lane, courses, stopped in rows.order_by()}
    return [(lane, *found.get(int(lane), (0, 0))) for lane in Lane]


def upcoming() -> list[Item]:
    """Return the items that are taken next, the first one first."""
    rows = Item.objects.filter(state=State.READY).select_related("course", "lesson")
    return list(rows.order_by("lane", "-learners", "course_id", "-stage", "pk")[:NEXT])


@dataclass(frozen=True, slots=True)
class Progress:
    """A course of the backlog and how many of its items are in which state."""

    course: BacklogCourse
    states: dict[str, int]

    @property
    def all(self) -> int:
        """Return its items."""
        return sum(self.states.values())

    @property
    def minutes(self) -> float:
        """Return the worker minutes that it has used."""
        return self.course.spent_seconds / 60

    @property
    def lane(self) -> Lane:
        """Return its lane."""
        return Lane(self.course.lane)

    @property
    def higher(self) -> Lane | None:
        """Return the lane before its own, None for the first."""
        return Lane(self.course.lane - 1) if self.course.lane else None


def courses(said: str, lane: Lane | None, state: str) -> QuerySet[BacklogCourse]:
    """Return courses in the order of work: by words of the title or id, lane, and state.

    state: ``paused``, ``failed`` (an item did), ``open`` (something is left to do), or empty.
    """
    rows = BacklogCourse.objects.order_by("lane", "-learners", "pk")
    if said:
        rows = rows.filter(Q(title__icontains=said) | Q(slug__icontains=said))
    if lane is not None:
        rows = rows.filter(lane=int(lane))
    if state == "paused":
        rows = rows.filter(paused=True)
    wanted: dict[str, Sequence[State]] = {"failed": (State.FAILED,), "open": OPEN}
    if state in wanted:
        own = Item.objects.filter(course=OuterRef("pk"), state__in=wanted[state])
        rows = rows.filter(Exists(own))
    return rows


def progress(rows: Iterable[BacklogCourse]) -> list[Progress]:
    """Return how far some courses are, all of them with one question."""
    chosen = list(rows)
    found: dict[int, dict[str, int]] = {row.pk: {} for row in chosen}
    counted = Item.objects.filter(course_id__in=list(found)).values_list("course_id", "state")
    for course, state, count in counted.annotate(Count("pk")).order_by():
        found[course][state] = count
    return [Progress(row, found[row.pk]) for row in chosen]


def runs(most: int = 10) -> list[Run]:
    """Return the latest runs, without their reports."""
    return list(Run.objects.defer("report").order_by("-pk")[:most])
