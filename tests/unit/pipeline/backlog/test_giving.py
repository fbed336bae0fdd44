"""What is given to workers next, and what is put together ahead: with fakes for all around it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from pipeline.backlog import giving
from pipeline.backlog.breaker import FIRST_PAUSE, IN_A_ROW, Breaker
from pipeline.backlog.giving import MOST_AHEAD, Giving
from pipeline.backlog.nouns import Lane, Stage, Work
from pipeline.backlog.steps import Asked


def work_of(item: int, stage: Stage = Stage.TRANSLATE, lane: Lane = Lane.NORMAL) -> Work:
    return Work(item, "course", f"l{item}", stage, "hi", lane, 1, 1, item)


def urgency(work: Work) -> tuple[int, ...]:
    return (work.lane, -work.learners, work.course_row, -work.stage, work.item)


@dataclass
class Queue:
    """The queue without a database: what is ready, and what was taken out of it."""

    ready: list[Work] = field(default_factory=list)
    returned: list[int] = field(default_factory=list)

    def take(self, limit: int, stages: Collection[Stage] | None = None) -> list[Work]:
        able = [one for one in self.ready if stages is None or one.stage in stages]
        taken = sorted(able, key=urgency)[:limit]
        self.ready = [one for one in self.ready if one not in taken]
        return taken

    def give_back(self, works: Iterable[Work], ended: object = None) -> None:
        back = list(works)
        self.ready += back
        self.returned += [one.item for one in back]

    def most_urgent(self) -> tuple[int, int] | None:
        head = min(self.ready, key=urgency, default=None)
        return None if head is None else (int(head.lane), -head.learners)


@dataclass
class Workers:
    """An executor: what it was sent, and who is busy with it."""

    size: int
    sent: list[int] = field(default_factory=list)
    busy: set[int] = field(default_factory=set)
    kinds: dict[str, int] = field(default_factory=dict)

    def room(self, kind: str = "") -> int:
        return self.kinds.get(kind, self.size - len(self.busy))

    def submit(self, ticket: int, function: Any, item: Any, kind: str = "") -> None:
        if self.room(kind) < 1:
            raise ValueError("submit() without room()")
        self.sent.append(ticket)
        self.busy.add(ticket)


class Steps:
    """Asks a worker for everything."""

    def prepare(self, work: Work) -> Asked:
        return Asked(print, work, giving.KINDS.get(work.stage, ""))


@dataclass
class Clock:
    """Seconds that pass when the test says so; stands for the module `time` too."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now


@dataclass
class Bench:
    queue: Queue
    workers: Workers
    clock: Clock
    breaker: Breaker
    given: Giving

    def fill(self) -> None:
        list(self.given.fill())

    def look_ahead(self) -> None:
        list(self.given.look_ahead())

    def end(self, item: int) -> None:
        """Let a worker be done with an item, and the driver have closed it."""
        self.workers.busy.discard(item)
        del self.given.running[item]

    def rest(self, stage: Stage) -> None:
        for _ in range(IN_A_ROW):
            self.breaker.failed(stage)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Bench]:
    def made(size: int, *works: Work) -> Bench:
        queue, workers, clock = Queue(list(works)), Workers(size), Clock()
        monkeypatch.setattr(giving, "queue", queue)
        monkeypatch.setattr(giving, "time", clock)
        breaker = Breaker(clock=clock)
        at_once: Any = lambda function: function()  # noqa: E731
        steps: Any = Steps()
        executor: Any = workers
        return Bench(queue, workers, clock, breaker, Giving(steps, executor, at_once, breaker))

    return made


def test_free_workers_get_the_most_urgent_and_the_next_are_put_together(
    bench: Callable[..., Bench],
) -> None:
    here = bench(2, *[work_of(n) for n in range(1, 9)], work_of(9, lane=Lane.URGENT))
    here.fill()
    here.look_ahead()
    assert here.workers.sent == [9, 1]
    assert set(here.given.running) == {9, 1, 2, 3}
    assert len(here.queue.ready) == 5


def test_no_more_is_put_together_than_a_few(bench: Callable[..., Bench]) -> None:
    here = bench(50, *[work_of(n) for n in range(100)])
    here.fill()
    here.look_ahead()
    assert len(here.given.running) == 50 + MOST_AHEAD


def test_what_was_put_together_goes_next_without_asking_the_queue(
    bench: Callable[..., Bench],
) -> None:
    here = bench(1, work_of(1), work_of(2))
    here.fill()
    here.look_ahead()
    here.queue.most_urgent = lambda: pytest.fail("asked")  # type: ignore[method-assign]
    here.end(1)
    here.fill()
    assert here.workers.sent == [1, 2]


def test_something_more_urgent_goes_before_what_was_put_together(
    bench: Callable[..., Bench],
) -> None:
    here = bench(4, *[work_of(n, lane=Lane.BULK) for n in range(1, 9)])
    here.fill()
    here.look_ahead()
    here.queue.ready.append(work_of(99, lane=Lane.URGENT))
    here.clock.now += 1
    here.end(1)
    here.fill()
    assert here.workers.sent[4:] == [99]


def test_the_most_urgent_of_what_was_put_together_goes_first(bench: Callable[..., Bench]) -> None:
    here = bench(4, *[work_of(n, lane=Lane.BULK) for n in range(1, 8)])
    here.fill()
    here.look_ahead()
    here.queue.ready.append(work_of(99, lane=Lane.URGENT))
    here.look_ahead()
    here.end(1)
    here.fill()
    assert here.workers.sent[4:] == [99]


def test_what_no_free_worker_takes_keeps_nothing_else_waiting(bench: Callable[..., Bench]) -> None:
    here = bench(3, work_of(1), work_of(2, Stage.PACKAGE))
    here.workers.kinds = {"speech": 0, "text": 0, "": 0}
    here.look_ahead()
    here.workers.kinds[""] = 1
    sent = next(iter(here.given.fill()))[0]
    assert sent.item == 2


# --- a stage that rests -------------------------------------------------------------------------


def test_nothing_of_a_stage_that_rests_or_is_on_trial_is_put_together(
    bench: Callable[..., Bench],
) -> None:
    here = bench(2, *[work_of(n) for n in range(1, 6)])
    here.rest(Stage.TRANSLATE)
    here.look_ahead()
    assert here.given.running == {}
    here.clock.now += FIRST_PAUSE
    here.look_ahead()
    assert here.given.running == {}
    assert not here.breaker.is_open(Stage.TRANSLATE)


def test_after_a_rest_exactly_one_item_is_sent_on_trial(bench: Callable[..., Bench]) -> None:
    here = bench(3, *[work_of(n) for n in range(1, 6)])
    here.rest(Stage.TRANSLATE)
    here.fill()
    assert here.workers.sent == []
    here.clock.now += FIRST_PAUSE
    here.fill()
    here.look_ahead()
    assert (here.workers.sent, set(here.given.running)) == ([1], {1})
    here.breaker.succeeded(Stage.TRANSLATE)
    here.end(1)
    here.fill()
    assert here.workers.sent == [1, 2, 3, 4]


def test_a_stage_that_begins_to_rest_gives_back_what_was_put_together_of_it(
    bench: Callable[..., Bench],
) -> None:
    here = bench(2, *[work_of(n) for n in range(1, 4)], work_of(4, Stage.READ))
    here.fill()
    here.look_ahead()
    assert set(here.given.running) == {1, 2, 3, 4}
    here.given.put_back(lambda work: work.stage is Stage.TRANSLATE)
    assert (here.queue.returned, set(here.given.running)) == ([3], {1, 2, 4})


# --- a pause in mid-run -------------------------------------------------------------------------


def test_after_a_pause_nothing_is_under_way_once_the_workers_are_done(
    bench: Callable[..., Bench],
) -> None:
    here = bench(2, *[work_of(n) for n in range(1, 7)])
    here.fill()
    here.look_ahead()
    here.given.put_back()
    assert sorted(here.queue.returned) == [3, 4]
    assert set(here.given.running) == {1, 2}
    for item in (1, 2):
        here.end(item)
    assert here.given.running == {}
    assert here.given.is_idle


def test_only_calls_that_a_worker_has_keep_it_from_being_idle(bench: Callable[..., Bench]) -> None:
    here = bench(1, work_of(1), work_of(2))
    here.fill()
    here.look_ahead()
    assert not here.given.is_idle
    here.end(1)
    assert here.given.is_idle


def test_an_item_that_is_running_already_is_not_given_twice(bench: Callable[..., Bench]) -> None:
    here = bench(2, work_of(1))
    here.fill()
    here.queue.ready.append(replace(work_of(1), attempts=2))
    here.fill()
    assert here.workers.sent == [1]
