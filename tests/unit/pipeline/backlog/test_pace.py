"""How long the rest takes: a simulated run, and the cases in which nothing can be said."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from dataclasses import dataclass, field

import pytest

from pipeline.backlog.nouns import Ended, Figures, Lane, Stage, State, Work
from pipeline.backlog.pace import Pace, open_items

LANGUAGES = 13
FIXED = {Stage.READ: 0.4, Stage.PACKAGE: 0.8}
PER_MINUTE = {Stage.TRANSCRIBE: 6.0, Stage.TRANSLATE: 2.5}


def work_of(stage: Stage, item: int = 1) -> Work:
    return Work(item, "course", "lesson", stage, "hi", Lane.NORMAL, 1, 1, 1)


@dataclass
class Simulated:
    """A run on a clock of its own: `lessons` are their minutes, `bad` of them cannot be read."""

    lessons: list[float]
    workers: int
    bad: frozenset[int] = frozenset()
    pace: Pace = field(default_factory=Pace)
    now: float = 0.0
    worked: float = 0.0
    said: list[tuple[float, float, float | None]] = field(default_factory=list)

    def run(self) -> None:
        counts: Counter[tuple[Stage, State]] = Counter()
        counts[Stage.READ, State.READY] = len(self.lessons)
        counts[Stage.TRANSCRIBE, State.WAITING] = len(self.lessons)
        for stage in (Stage.TRANSLATE, Stage.PACKAGE):
            counts[stage, State.WAITING] = len(self.lessons) * LANGUAGES
        # Within a course of five lessons later stages go first, as in the real order of work.
        ready = [(index // 5, -Stage.READ, index, 0) for index in range(len(self.lessons))]
        heapq.heapify(ready)
        running: list[tuple[float, float, int, int, int]] = []
        all_items = sum(counts.values())
        done = 0
        while ready or running:
            while ready and len(running) < self.workers:
                _, minus, index, language = heapq.heappop(ready)
                counts[Stage(-minus), State.READY] -= 1
                counts[Stage(-minus), State.RUNNING] += 1
                took = self.seconds(Stage(-minus), index)
                heapq.heappush(running, (self.now + took, self.now, -minus, index, language))
            self.now, begun, number, index, language = heapq.heappop(running)
            stage, took = Stage(number), self.now - begun
            self.worked += took
            failed = stage is Stage.READ and index in self.bad
            end = State.FAILED if failed else State.DONE
            counts[stage, State.RUNNING] -= 1
            counts[stage, end] += 1
            self.pace.ended(stage, Ended(end, took))
            done += 1
            for key in [] if failed else self.after(stage, index, language):
                counts[Stage(-key[1]), State.WAITING] -= 1
                counts[Stage(-key[1]), State.READY] += 1
                heapq.heappush(ready, key)
            if done % 20 == 0 or done == all_items or not running:
                left = self.pace.left(self.figures(counts, running, done))
                self.said.append((done / all_items, self.now, left))

    def seconds(self, stage: Stage, index: int) -> float:
        return FIXED.get(stage) or PER_MINUTE[stage] * self.lessons[index]

    def after(self, stage: Stage, index: int, language: int) -> list[tuple[int, int, int, int]]:
        if stage is Stage.PACKAGE:
            return []
        if stage is Stage.TRANSCRIBE:
            return [(index // 5, -Stage.TRANSLATE, index, one) for one in range(LANGUAGES)]
        return [(index // 5, -(stage + 1), index, language)]

    def figures(self, counts: Counter[tuple[Stage, State]], running: list, done: int) -> Figures:
        return Figures(
            dict(counts),
            tuple(
                (work_of(Stage(number)), (self.now - begun) / (end - begun))
                for end, begun, number, *_ in running
            ),
            workers=self.workers,
            elapsed=self.now,
            done_now=done,
            busy=self.worked / (self.now * self.workers),
        )


def lessons(count: int, seed: int = 7) -> list[float]:
    """Return lengths in minutes, most of them short and some long, as real courses have them."""
    chance = random.Random(seed)
    return [min(60.0, chance.lognormvariate(2.0, 0.6)) for _ in range(count)]


@pytest.mark.parametrize("workers", [1, 4, 16])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_a_tenth_of_the_items_the_time_left_is_right_within_a_quarter(
    workers: int, seed: int
) -> None:
    run = Simulated(lessons(600, seed), workers)
    run.run()
    told = [(share, at, left) for share, at, left in run.said if share >= 0.1]
    assert len(told) > 500
    assert None not in {left for _, _, left in told}
    # Of the last few lessons nobody knows whether they are long.
    early = [(at, left) for share, at, left in told if share <= 0.95]
    assert [one for one in early if abs(sum(one) - run.now) > 0.25 * (run.now - one[0])] == []
    assert max(abs(sum(one) - run.now) for one in early) < 0.2 * run.now


def test_lessons_that_cannot_be_read_are_not_waited_for() -> None:
    run = Simulated(lessons(200), 4, frozenset(range(0, 200, 20)))
    run.run()
    _, _, left = run.said[-1]
    assert left == 0.0
    at_half = next((at, left) for share, at, left in run.said if share >= 0.5)
    assert at_half[1] == pytest.approx(run.now - at_half[0], rel=0.25)


def test_nothing_is_said_before_two_items_of_each_stage_have_ended() -> None:
    pace = Pace()
    figures = Figures({(Stage.READ, State.READY): 10}, workers=2, busy=1.0)
    assert pace.left(figures) is None
    pace.ended(Stage.READ, Ended(State.DONE, 3.0))
    assert pace.left(figures) is None
    pace.ended(Stage.READ, Ended(State.DONE, 5.0))
    assert pace.left(figures) == pytest.approx(20.0, rel=0.01)


def test_an_empty_queue_takes_no_time() -> None:
    assert Pace().left(Figures({(Stage.READ, State.DONE): 5}, workers=2)) == 0.0


def test_an_item_that_gives_way_counts_once_with_the_time_of_all_its_parts() -> None:
    pace = Pace()
    for _ in range(2):
        for state in (State.READY, State.LATER, State.DONE):
            pace.ended(Stage.TRANSLATE, Ended(state, 10.0))
    figures = Figures({(Stage.TRANSLATE, State.READY): 1}, workers=1, busy=1.0)
    assert pace.left(figures) == pytest.approx(30.0, rel=0.01)


def test_items_that_are_held_and_what_waits_for_them_are_left_out() -> None:
    counts = {
        (Stage.READ, State.HELD): 1,
        (Stage.READ, State.READY): 1,
        (Stage.TRANSCRIBE, State.WAITING): 2,
        (Stage.TRANSLATE, State.WAITING): 26,
    }
    rest = open_items(Figures(counts))
    assert (rest[Stage.READ], rest[Stage.TRANSCRIBE], rest[Stage.TRANSLATE]) == (1, 1, 13)


def test_of_a_paused_course_nothing_is_left_whether_its_rows_wait_or_are_held() -> None:
    counts = {
        (Stage.READ, State.HELD): 5,
        (Stage.TRANSCRIBE, State.HELD): 5,
        (Stage.READ, State.DONE): 5,
        (Stage.TRANSCRIBE, State.READY): 5,
        (Stage.TRANSLATE, State.WAITING): 130,
    }
    rest = open_items(Figures(counts))
    assert (rest[Stage.READ], rest[Stage.TRANSCRIBE], rest[Stage.TRANSLATE]) == (0, 5, 65)


def test_what_is_under_way_counts_as_work_though_it_has_not_ended() -> None:
    pace = Pace()
    for _ in range(2):
        pace.ended(Stage.TRANSCRIBE, Ended(State.DONE, 600.0))
    running = ((work_of(Stage.TRANSCRIBE, 1), 0.5), (work_of(Stage.TRANSCRIBE, 2), 0.5))
    counts = {(Stage.TRANSCRIBE, State.RUNNING): 2, (Stage.TRANSCRIBE, State.READY): 9}
    figures = Figures(
        counts, running, workers=2, elapsed=1200.0, busy=0.75, done_now=8
    )  # 1800 of 2400 s in what ended, 600 s in what did not
    assert pace.left(figures) == pytest.approx((9 + 1) * 600 / 2, rel=0.01)


def test_the_last_lesson_takes_its_stages_one_after_the_other() -> None:
    pace = Pace()
    for stage, seconds in ((Stage.TRANSCRIBE, 100.0), (Stage.TRANSLATE, 10.0)):
        for _ in range(2):
            pace.ended(stage, Ended(State.DONE, seconds))
    counts = {(Stage.TRANSCRIBE, State.RUNNING): 1, (Stage.TRANSLATE, State.WAITING): 13}
    figures = Figures(counts, ((work_of(Stage.TRANSCRIBE), 0.5),), workers=100, busy=1.0)
    assert pace.left(figures) == pytest.approx(60.0, rel=0.01)
