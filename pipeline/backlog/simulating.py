"""A backlog in a computer's head: the real order of work, with times drawn from measured speeds.

Discrete events, exact but for chance: items are picked as `queue` picks them, by lane, learners,
course, later stages first, whenever a worker is free; a long translation gives way; a failed item
is tried again. Pure, and the same for the same seed. Half a million items take some seconds.

What costs time besides the work is in it too: the one driver, which starts and closes items one by
one, and models that a worker loads at its first item.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush
from math import exp, log, sqrt
from random import Random

from pipeline.backlog.nouns import Stage
from pipeline.backlog.planning import OTHER, SPEECH, TEXT, Load, LoadLesson, Machine, Track
from pipeline.backlog.speeds import Speed
from pipeline.backlog.tallying import Course, Plan, Tally

SpeedOf = Callable[[Stage, str], Speed]
Watch = Callable[[float, int, Stage, str], None]
"""Called when an item begins: the time, which course of the load, stage and language."""

_KIND = {stage: kind for kind, stages in enumerate((SPEECH, TEXT, OTHER)) for stage in stages}
# The key of an item, as the queue's index has it, then what the item is: its lesson, the stages
# left, its track, the seconds left (-1: not drawn yet), and its attempt, negative if that failed.
_Item = tuple[int, int, int, int, int, LoadLesson, tuple[Stage, ...], Track | None, float, int]
_Event = tuple[float, int, int, int, _Item | None]  # time, number, pool, worker


@dataclass(frozen=True, slots=True)
class Rules:
    """How the backlog is run: `calls.SLICE`, and `running` with its Rules.

    slice: seconds until a translation gives way; tries: attempts of an item; delay: seconds until
    it is tried again, four times as many each time, up to `longest`.
    """

    slice: float = 60.0
    tries: int = 4
    delay: float = 5.0
    longest: float = 600.0
    seed: int = 1


@dataclass(slots=True)
class _Workers:
    """The workers of one pool: which are free, and what each has loaded, by stage and language."""

    factor: float
    takes: tuple[int, ...]
    free: list[int]
    loaded: list[set[tuple[Stage, str]]]


def simulate(
    load: Load,
    speed_of: SpeedOf,
    machine: Machine,
    rules: Rules | None = None,
    watch: Watch | None = None,
) -> Plan:
    """Return what happens when `machine` does `load`: when each course begins and ends.

    `speed_of` gives the speed of a stage in a language. Raises ValueError where no pool takes a
    stage that the load has.
    """
    simulation = _Simulation(load, speed_of, machine, rules or Rules())
    simulation.watch = watch
    return simulation.run()


class _Simulation:
    watch: Watch | None = None

    def __init__(self, load: Load, speed_of: SpeedOf, machine: Machine, rules: Rules) -> None:
        self._load, self._rules, self._machine = load, rules, machine
        self._random = Random(rules.seed)
        self._costs: dict[tuple[Stage, str], tuple[float, float, float, float, float]] = {}
        self._speed_of = speed_of
        self._pools = [
            _Workers(
                pool.factor,
                tuple(sorted({_KIND[stage] for stage in pool.stages})),
                list(range(pool.count)),
                [set() for _ in range(pool.count)],
            )
            # Those that can do least first, so that who can do all is kept for what is left.
            for pool in sorted(machine.pools, key=lambda pool: (len(pool.stages), -pool.factor))
        ]
        self._ready: tuple[list[_Item], ...] = ([], [], [])
        self._events: list[_Event] = []
        self._number = 0
        self._now = 0.0
        self._tally = Tally([Course(one.lane, one.arrives, one.items) for one in load.courses])
        self._refuse_undoable()

    def _refuse_undoable(self) -> None:
        taken = {stage for pool in self._machine.pools if pool.count for stage in pool.stages}
        for course in self._load.courses:
            for lesson in course.lessons:
                tracked = {stage for track in lesson.tracks for stage in track.stages}
                if lacking := {*lesson.before, *tracked} - taken:
                    names = ", ".join(sorted(stage.label for stage in lacking))
                    raise ValueError(f"No worker takes {names}.")

    def run(self) -> Plan:
        """Let it happen."""
        for index, course in enumerate(self._load.courses):
            self._at(course.arrives, -1, index, None)
        while self._events:
            self._now = max(self._now, self._events[0][0])
            ended: list[_Item] = []
            while self._events and self._events[0][0] <= self._now:
                self._happen(heappop(self._events), ended)
            self._tally.look(self._now)
            self._start_what_can()  # before the results are kept, as the driver does
            for item in ended:
                self._now += self._machine.keeping
                self._end(item)
            self._start_what_can()
        return self._tally.plan(self._now, self._machine.workers)

    def _happen(self, event: _Event, ended: list[_Item]) -> None:
        _, _, pool, worker, item = event
        if item is None:
            self._arrive(worker)
        elif pool < 0:
            self._is_ready(item)
        else:
            self._pools[pool].free.append(worker)
            ended.append(item)

    def _at(self, when: float, pool: int, worker: int, item: _Item | None) -> None:
        """Note that a worker ends `item`; with pool -1 it is due again, without one course `worker`
        arrives.
        """
        self._number += 1
        heappush(self._events, (when, self._number, pool, worker, item))

    def _arrive(self, index: int) -> None:
        course = self._load.courses[index]
        self._tally.arrive(index)
        for number, lesson in enumerate(course.lessons):
            first = (course.lane, -course.learners, index)
            if lesson.before:
                stage = lesson.before[0]
                key = (*first, -stage, number << 8)
                self._is_ready((*key, lesson, lesson.before, None, -1.0, 1))
            else:
                self._fan_out(first, number << 8, lesson)

    def _fan_out(self, first: tuple[int, int, int], number: int, lesson: LoadLesson) -> None:
        for place, track in enumerate(lesson.tracks):
            key = (*first, -track.stages[0], number + place)
            self._is_ready((*key, lesson, track.stages, track, -1.0, 1))

    def _is_ready(self, item: _Item) -> None:
        heappush(self._ready[_KIND[item[6][0]]], item)

    def _start_what_can(self) -> None:
        """Give free workers what is most urgent of what they take."""
        while True:
            best, chosen = None, -1
            for number, pool in enumerate(self._pools):
                if not pool.free:
                    continue
                for kind in pool.takes:
                    heap = self._ready[kind]
                    if heap and (best is None or heap[0] < best):
                        best, chosen = heap[0], number
            if best is None:
                return
            heappop(self._ready[_KIND[best[6][0]]])
            self._start(best, chosen)

    def _start(self, item: _Item, number: int) -> None:
        lane, learners, course, order, place, lesson, stages, track, left, tries = item
        stage = stages[0]
        pool = self._pools[number]
        worker = pool.free.pop()
        language = track.language if track else lesson.once(stage)
        per_item, per_unit, sigma, start, failing = self._cost(stage, language)
        self._now += self._machine.giving
        if self.watch:
            self.watch(self._now, course, stage, language)
        if left < 0:
            left = (per_item + per_unit * lesson.units(stage)) / pool.factor
            if sigma:
                left *= exp(self._random.gauss(-0.5 * sigma * sigma, sigma))
        seconds = min(left, self._rules.slice) if stage in TEXT else left
        failed = failing > 0.0 and self._random.random() < failing
        if failed:
            seconds *= self._random.random()
        else:
            left -= seconds
        loading = 0.0
        if start and (stage, language) not in pool.loaded[worker]:
            pool.loaded[worker].add((stage, language))
            loading = start / pool.factor
        self._tally.start(course, self._now, seconds, loading)
        key = (lane, learners, course, order, place)
        tries = -tries - 1 if failed else tries
        done = (*key, lesson, stages, track, left, tries)
        self._at(self._now + loading + seconds, number, worker, done)

    def _cost(self, stage: Stage, language: str) -> tuple[float, float, float, float, float]:
        found = self._costs.get((stage, language))
        if found is None:
            speed = self._speed_of(stage, language)
            sigma = sqrt(log(1 + speed.spread**2))
            found = (speed.per_item, speed.per_unit, sigma, speed.start, speed.failing)
            self._costs[stage, language] = found
        return found

    def _end(self, item: _Item) -> None:
        lane, learners, course, _, place, lesson, stages, track, left, tries = item
        if tries < 0:
            self._failed(item)
        elif left > 1e-9:  # it gives way
            self._is_ready(item)
        else:
            self._tally.done(course, self._now)
            if len(stages) > 1:
                key = (lane, learners, course, -stages[1], place)
                self._is_ready((*key, lesson, stages[1:], track, -1.0, 1))
            elif track is None:
                self._fan_out((lane, learners, course), place, lesson)

    def _failed(self, item: _Item) -> None:
        """Try it again later, or give it up with all that waits for it."""
        lane, learners, course, order, place, lesson, stages, track, left, tries = item
        if -tries <= self._rules.tries:
            delay = min(self._rules.longest, self._rules.delay * 4.0 ** (-tries - 2))
            key = (lane, learners, course, order, place)
            self._at(self._now + delay, -1, 0, (*key, lesson, stages, track, left, -tries))
            return
        after = len(stages) - 1
        if track is None:
            after += sum(len(one.stages) for one in lesson.tracks)
        self._tally.given_up(course, self._now, after)


@dataclass(frozen=True, slots=True)
class Need:
    """How many workers meet a deadline. workers: None where no number does; `plan`: with them."""

    workers: int | None
    plan: Plan
    tried: int


def workers_needed(
    load: Load,
    speed_of: SpeedOf,
    deadline: float,
    machine_of: Callable[[int], Machine] = Machine.of,
    most: int = 4096,
) -> Need:
    """Return the fewest workers that do all of `load` within `deadline` seconds, by trying.

    `machine_of` makes the machine of a number of workers. The first number tried follows from the
    work; then it is doubled until it is enough, and halved in between.
    """
    plan, tried = simulate(load, speed_of, machine_of(most)), 1
    if plan.makespan > deadline:
        return Need(None, plan, tried)
    low = max(0, int((plan.busy - plan.loading) / deadline) - 1)  # too few: even without a gap
    high, best, step = most, plan, max(1, low // 32)
    while high - low > 1:
        middle = min(low + step, high - 1) if high == most else (low + high) // 2
        plan, tried = simulate(load, speed_of, machine_of(middle)), tried + 1
        if plan.makespan <= deadline:
            high, best = middle, plan
        else:
            low, step = middle, step * 2
    return Need(high, best, tried)
