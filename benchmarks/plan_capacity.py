"""Plans the real size before anybody has it: 2,400 courses, 16 and 22 languages, a campaign week.

    python -m benchmarks.plan_capacity --data SITE [--courses 2400] [--machines 2,16,64]

A simulation of the backlog's own order of work (pipeline/backlog/simulating.py), with the speeds
that `karmavani backlog estimate --measure --data SITE` or a run has kept for this machine. The
courses are drawn: how long iGOT's are is not published, so their lengths are an assumption, stated
in the table's head with the seed. Prints the tables of benchmarks/capacity.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from math import log
from pathlib import Path
from random import Random

from pipeline.backlog.amounts import lasting
from pipeline.backlog.nouns import Lane, Stage
from pipeline.backlog.planning import (
    OTHER,
    SPEECH,
    TEXT,
    Density,
    Load,
    LoadCourse,
    Machine,
    Pool,
    make_lesson,
    tracks_of,
)
from pipeline.backlog.simulating import simulate, workers_needed
from pipeline.backlog.speeds import Speed, Speeds
from pipeline.backlog.tallying import quantiles

DAY, HOUR = 86_400.0, 3_600_000  # seconds; ms
MEAN, SIGMA = 1.5, 0.7  # hours of a course: mean of a log-normal, sigma of its logarithm
LESSON = 18 * 60_000  # ms of a lesson, in the middle
SEED = 2026
CAMPAIGN = 150  # courses of a learning week
GPU = 15.0  # times a core, in recognition and in translation: assumed, nothing is measured
SIXTEEN = ("as", "bn", "doi", "gu", "hi", "kn", "kok", "mai", "ml", "mr", "ne", "or", "pa", "ta")
SIXTEEN += ("te", "ur")
TWENTY_TWO = (*SIXTEEN, "brx", "ks", "mni", "sa", "sat", "sd")


@dataclass(frozen=True)
class Setting:
    """A machine of the table. gpus: of one node, each as fast as GPU says."""

    cores: int
    gpus: int = 0

    @property
    def name(self) -> str:
        """Return how the table calls it."""
        return f"{self.cores} cores" + (f" and a node of {self.gpus} GPUs" if self.gpus else "")

    def machine(self, driver: tuple[float, float]) -> Machine:
        """Return who does the work; `driver`: its seconds an item, before and after."""
        giving, keeping = driver
        if not self.gpus:
            return Machine.of(self.cores, giving, keeping)
        pools = (
            Pool(self.gpus, SPEECH | TEXT, GPU),
            Pool(self.cores, OTHER),
        )
        return Machine(pools, giving, keeping)


def draw(count: int, languages: tuple[str, ...], chance: Random) -> Iterator[LoadCourse]:
    """Yield courses: hours log-normal, lessons of about 18 minutes, learners log-normal."""
    tracks, density = tracks_of(languages), Density()
    for number in range(count):
        length = chance.lognormvariate(log(MEAN) - SIGMA**2 / 2, SIGMA) * HOUR
        lessons = max(1, round(length / LESSON))
        parts = [chance.uniform(0.5, 1.5) for _ in range(lessons)]
        made = tuple(make_lesson(round(length * p / sum(parts)), density, tracks) for p in parts)
        learners = int(chance.lognormvariate(6.0, 1.5))
        lane = Lane.BULK if chance.random() < 0.2 else Lane.NORMAL
        yield LoadCourse(f"course-{number + 1}", made, lane, learners)


def with_campaign(load: Load, languages: tuple[str, ...], when: float, chance: Random) -> Load:
    """Return the load with a campaign that begins at `when`, and urgent courses all the time."""
    campaign = tuple(
        replace(one, lane=Lane.CAMPAIGN, arrives=when) for one in draw(CAMPAIGN, languages, chance)
    )
    urgent = tuple(
        replace(one, lane=Lane.URGENT, arrives=2 * when * chance.random())
        for one in draw(len(load.courses) // 50, languages, chance)
    )
    return replace(load, courses=(*load.courses, *campaign, *urgent))


def row(
    setting: Setting,
    load: Load,
    speeds: Speeds,
    languages: tuple[str, ...],
    driver: tuple[float, float],
) -> str:
    """Return one line of the table."""
    speed_of, machine = partial(known, speeds), setting.machine(driver)
    alone = simulate(load, speed_of, machine)
    mixed = with_campaign(load, languages, alone.makespan / 2, Random(SEED + 1))
    plan = simulate(mixed, speed_of, machine)
    cells = (
        setting.name,
        str(len(languages)),
        f"{alone.done:,}",
        f"{alone.makespan / DAY:,.1f}",
        f"{alone.use:.0%}",
        f"{plan.lanes[Lane.CAMPAIGN].completion.p50 / DAY:.1f}",
        f"{plan.lanes[Lane.CAMPAIGN].completion.most / DAY:.1f}",
        lasting(plan.lanes[Lane.URGENT].waiting.p95),
        f"{(plan.makespan - alone.makespan) / DAY:,.1f}",
    )
    return "| " + " | ".join(cells) + " |"


def known(speeds: Speeds, stage: Stage, language: str) -> Speed:
    """Return a speed; what no language was measured of ends the plan."""
    found = speeds.find(stage, language)
    if found is None:
        sys.exit(f"Nothing is measured for {stage.label}: karmavani backlog estimate --measure")
    return found


def needed(load: Load, speeds: Speeds, days: float, driver: tuple[float, float]) -> str:
    """Return the cores that do `load` in so many days."""
    machine_of = partial(Machine.of, giving=driver[0], keeping=driver[1])
    need = workers_needed(load, partial(known, speeds), days * DAY, machine_of, most=2048)
    if need.workers is None:
        return f"{days:g} days: more than 2,048 cores, or never"
    return f"{days:g} days: {need.workers:,} cores ({need.plan.use:.0%} used)"


def read_speeds(data: Path) -> tuple[list[Speed], tuple[float, float]]:
    """Return what the database of a site knows of this machine, and what its driver takes."""
    from pipeline.review.serving import get_ready
    from pipeline.review.site import Site

    get_ready(Site(data=data))
    from pipeline.backlog import rates

    return rates.speeds(rates.this_host()), (rates.GIVING, rates.KEEPING)


def say_speeds(speeds: Speeds) -> None:
    """Print what was measured, with the Signatures."""
    print("| stage | language | seconds a unit | of a call | spread | calls | signature |")
    print("|---|---|---|---|---|---|---|")
    for one in speeds.chosen():
        cells = (
            one.stage.label,
            one.language or "-",
            f"{one.per_unit:.3g}",
            f"{one.per_item:.3g}",
            f"{one.spread:.0%}",
            str(one.items),
            f"`{one.signature.replace('|', chr(92) + '|')}`" if one.signature else "-",
        )
        print("| " + " | ".join(cells) + " |")


def main() -> None:
    """Print the tables; takes some minutes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="site with measured speeds")
    parser.add_argument("--engine", default="starter", help="translation engine")
    parser.add_argument("--courses", type=int, default=2400)
    parser.add_argument("--machines", default="2,16,64", help="cores, one a line of the table")
    options = parser.parse_args()
    measured, driver = read_speeds(options.data)
    engines = {Stage.TRANSCRIBE: "faster-whisper", Stage.TRANSLATE: options.engine}
    speeds = Speeds(measured, engines)
    say_speeds(speeds)
    settings = [Setting(int(cores)) for cores in options.machines.split(",")]
    settings.append(Setting(16, 8))
    began = time.monotonic()
    for languages in (SIXTEEN, TWENTY_TWO):
        load = Load(tuple(draw(options.courses, languages, Random(SEED))))
        if languages is SIXTEEN:
            say_load(load)
            print(
                "| machine | languages | items | days | used | campaign p50 | all | urgent | later"
            )
            print("|---|---|---|---|---|---|---|---|---|")
        for setting in settings:
            print(row(setting, load, speeds, languages, driver), flush=True)
    campaign = Load(tuple(draw(CAMPAIGN, TWENTY_TWO, Random(SEED + 1))))
    print(
        f"\nThe campaign's {CAMPAIGN} courses alone in 22 languages,",
        needed(campaign, speeds, 7, driver),
    )
    for days in (30, 90):
        print("All courses in 22 languages,", needed(load, speeds, days, driver))
    print(f"Simulated in {time.monotonic() - began:.0f} s.")


def say_load(load: Load) -> None:
    """Print what was drawn."""
    hours = [sum(one.duration for one in course.lessons) / HOUR for course in load.courses]
    told = quantiles(hours)
    print(
        f"\n{len(hours):,} courses drawn with seed {SEED}: {sum(hours):,.0f} hours of video in"
        f" {load.lessons:,} lessons; a course {sum(hours) / len(hours):.2f} h in the mean,"
        f" {told.p50:.2f} h in the middle, {told.p95:.2f} h at 95 of 100, at most"
        f" {told.most:.1f} h.\n"
    )


if __name__ == "__main__":
    main()
