"""What a load will take: hours, days, memory, disk and money, before any of it is spent.

Pure. Everything follows from measured speeds; what had to be assumed is said beside it, and what
nothing is measured for is not made up. The calendar comes from `simulating` where it decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import sqrt

from pipeline.backlog.nouns import Stage
from pipeline.backlog.planning import MINUTE, TEXT, Load, Machine
from pipeline.backlog.simulating import Rules, simulate
from pipeline.backlog.speeds import Speed, Speeds
from pipeline.backlog.tallying import Plan
from translators.wrappers import Prices

SIMULATED = 60_000  # items: a larger load of one lane is divided instead, its tail being nothing
FLOOR = 0.10  # how far the same work differs between two days on one machine, at least
DRIVER_BYTES = 200 << 20  # of the driver with Django; its store is on the disk
TOKENS_READ = 0.25  # a character of English source, where a remote engine was not measured
TOKENS_WRITTEN = 0.5  # a character of the source: scripts of India take more tokens
STORED = frozenset({Stage.TRANSCRIBE, Stage.TRANSLATE})  # what they write is in the work store


@dataclass(frozen=True, slots=True)
class Range:
    """A figure and the limits within which it is expected nine times in ten."""

    middle: float
    low: float
    high: float

    @classmethod
    def around(cls, middle: float, doubt: float) -> Range:
        """Return the range of `middle`, give or take `doubt` as a share of it."""
        return cls(middle, middle / (1 + doubt), middle * (1 + doubt))


@dataclass(frozen=True, slots=True)
class Part:
    """One stage of an estimate. seconds: of workers. doubt: as a share. measured: calls."""

    stage: Stage
    items: int
    units: int
    seconds: float
    doubt: float
    measured: int
    signature: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a load takes. Seconds, bytes; cost in the currency of the prices.

    work: worker seconds. elapsed: with these workers. store, packages: bytes on the disk. missing:
    stages that nothing is measured for; the other figures are without them, and elapsed is 0.
    """

    courses: int
    lessons: int
    items: int
    duration: int
    characters: int
    workers: int
    parts: tuple[Part, ...]
    work: Range
    elapsed: Range
    memory: int
    store: float
    packages: float
    cost: Range
    missing: tuple[Stage, ...]
    assumed: tuple[str, ...]
    plan: Plan | None = None

    @property
    def disk(self) -> float:
        """Return the bytes that the work store and the packages take."""
        return self.store + self.packages


@dataclass(slots=True)
class _Sum:
    """What is added up over the items of one stage in one language."""

    items: int = 0
    units: int = 0


_Sums = dict[tuple[Stage, str], _Sum]


def estimate(
    load: Load, speeds: Speeds, machine: Machine, prices: Prices | None = None
) -> Estimate:
    """Return what `load` takes on `machine`, at `speeds` that were measured on a worker like it."""
    prices = prices or Prices()
    sums = _add_up(load)
    missing = tuple(sorted({stage for stage, code in sums if speeds.find(stage, code) is None}))
    known = {key: total for key, total in sums.items() if key[0] not in missing}
    parts = tuple(_parts(known, speeds))
    seconds = sum(part.seconds for part in parts)
    doubt = max(FLOOR, _shared_doubt(parts)) if parts else 0.0
    elapsed, plan = (0.0, None) if missing else _elapsed(load, speeds, machine, seconds)
    used = [speeds.find(*key) for key in known]
    written = _written(known, speeds)
    cost, cost_doubt, cost_note = _cost(known, speeds, prices)
    return Estimate(
        courses=len(load.courses),
        lessons=load.lessons,
        items=load.items,
        duration=load.duration,
        characters=sum(total.units for (stage, _), total in sums.items() if stage in TEXT),
        workers=machine.workers,
        parts=parts,
        work=Range.around(seconds, doubt),
        elapsed=Range.around(elapsed, doubt),
        memory=DRIVER_BYTES + machine.workers * max((one.peak for one in used if one), default=0),
        store=sum(size for stage, size in written.items() if stage in STORED),
        packages=written.get(Stage.PACKAGE, 0.0),
        cost=Range.around(cost, cost_doubt),
        missing=missing,
        assumed=tuple(_assumed(load, speeds, known, machine)) + cost_note,
        plan=plan,
    )


def _add_up(load: Load) -> _Sums:
    sums: _Sums = {}
    for course in load.courses:
        for lesson in course.lessons:
            once = ((stage, lesson.once(stage)) for stage in lesson.before)
            by_language = ((stage, t.language) for t in lesson.tracks for stage in t.stages)
            for key in (*once, *by_language):
                total = sums.setdefault(key, _Sum())
                total.items += 1
                total.units += lesson.units(key[0])
    return sums


def _parts(sums: _Sums, speeds: Speeds) -> Iterator[Part]:
    """Yield one Part a stage. Its languages are wrong together: one machine measured them."""
    for stage in sorted({stage for stage, _ in sums}):
        own = {language: total for (one, language), total in sums.items() if one is stage}
        items = units = measured = 0
        seconds = doubted = chance = 0.0
        for language, total in own.items():
            speed = speeds.find(stage, language)
            assert speed is not None
            each = total.units / total.items
            took = total.items * speed.expected(each)
            items, units = items + total.items, units + total.units
            seconds += took
            doubted += took * speed.doubt(each)
            chance += total.items * (speed.spread * speed.expected(each)) ** 2
        for one in speeds.chosen():
            measured += one.items if one.stage is stage else 0
        doubt = (doubted + 1.645 * sqrt(chance)) / seconds if seconds else 0.0
        names = (one.signature for one in speeds.chosen() if one.stage is stage)
        name = next(names, "")
        yield Part(stage, items, units, seconds, doubt, measured, name)


def _shared_doubt(parts: tuple[Part, ...]) -> float:
    """Return the doubt of the sum: stages may all be wrong in the same direction."""
    seconds = sum(part.seconds for part in parts)
    return sum(part.seconds * part.doubt for part in parts) / seconds if seconds else 0.0


def _elapsed(
    load: Load, speeds: Speeds, machine: Machine, seconds: float
) -> tuple[float, Plan | None]:
    """Return the seconds until all is done, simulated where anything but division decides them."""

    def speed_of(stage: Stage, language: str) -> Speed:
        found = speeds.find(stage, language)
        assert found is not None
        return replace(found, spread=0.0)  # the middle: what chance does is in the doubt

    lanes = {course.lane for course in load.courses}
    arrivals = {course.arrives for course in load.courses}
    simple = len(machine.pools) == 1 and len(lanes) < 2 and len(arrivals) < 2
    if simple and load.items > SIMULATED:
        pool = machine.pools[0]
        return max(
            seconds / (pool.count * pool.factor), load.items * (machine.giving + machine.keeping)
        ), None
    plan = simulate(load, speed_of, machine, Rules())
    return plan.makespan, plan


def _written(sums: _Sums, speeds: Speeds) -> dict[Stage, float]:
    """Return the bytes that each stage leaves on the disk."""
    written: dict[Stage, float] = {}
    for (stage, language), total in sums.items():
        speed = speeds.find(stage, language)
        written[stage] = written.get(stage, 0.0) + total.units * (speed.written if speed else 0.0)
    return written


def _cost(sums: _Sums, speeds: Speeds, prices: Prices) -> tuple[float, float, tuple[str, ...]]:
    """Return what the remote engine charges, its doubt, and what was assumed for it."""
    characters = sum(total.units for (stage, _), total in sums.items() if stage in TEXT)
    if prices == Prices() or not characters:
        return 0.0, 0.0, ()
    by_characters = prices.characters * characters / 1e6
    tokens = prices.input_tokens * TOKENS_READ + prices.output_tokens * TOKENS_WRITTEN
    if not tokens:
        return by_characters, FLOOR, ()
    measured = [
        (total.units, speed.cost)
        for (stage, language), total in sums.items()
        if stage in TEXT and (speed := speeds.find(stage, language))
    ]
    if measured and all(cost for _, cost in measured):
        return sum(units * cost for units, cost in measured), 2 * FLOOR, ()
    note = (
        f"Tokens were not measured: {TOKENS_READ} read and {TOKENS_WRITTEN} written for each"
        " character of the source."
    )
    return by_characters + tokens * characters / 1e6, 1.0, (note,)


def _assumed(load: Load, speeds: Speeds, sums: _Sums, machine: Machine) -> Iterator[str]:
    """Yield what the figures rest on that was not measured, a sentence each."""
    density = load.density
    said = f"{density.characters:.0f} characters and {density.sentences:.1f} sentences a minute"
    if density.lessons:
        yield f"{said}, as in the {density.lessons} lessons transcribed so far."
    else:
        yield f"{said}, as in samples/rti-basics: nothing of this backlog is transcribed yet."
    if load.guessed:
        minutes = load.guess / MINUTE
        yield f"{load.guessed} lessons that were not read yet are {minutes:.0f} minutes long each."
    for stage in sorted({stage for stage, _ in sums}):
        languages = sorted(language for one, language in sums if one is stage)
        lacking = [one for one in languages if not speeds.is_measured(stage, one)]
        if lacking and stage is Stage.REVIEW and len(lacking) == len(languages):
            yield "Handing drafts to the review site takes no time: it was not measured."
        elif lacking and stage.is_by_language:
            mean = "the mean of the languages that were measured"
            yield f"{stage.label} goes as fast as {mean} in: {', '.join(lacking)}."
    yield from _machine_assumed(speeds, machine)


def _machine_assumed(speeds: Speeds, machine: Machine) -> Iterator[str]:
    few = sorted({one.stage.label for one in speeds.chosen() if one.items < 2})
    if few:
        yield f"One call only was measured of: {', '.join(few)}. It may be wrong by half."
    yield "Every worker has a processor core to itself, like those that were measured."
    for pool in machine.pools:
        if pool.factor != 1.0:
            names = "everything"
            if len(pool.stages) < len(Stage):
                names = ", ".join(sorted(stage.label for stage in pool.stages))
            yield f"{pool.count} workers do {names} {pool.factor:g} times as fast: not measured."
    peaks = [one.peak for one in speeds.chosen()]
    if not all(peaks):
        yield "The memory of some stages was not measured."
