"""Compares a plan with what really happened: an estimate from one run, then another, larger run.

    OMP_NUM_THREADS=1 python -m benchmarks.validate_plan [--lessons 60] [--heard 10]

First a small run over courses of cut speech (synthetic_backlog) keeps its speeds, as every run
does. Then a larger one over other lessons, of other lengths and in more languages, is simulated
with these speeds before it is run for real with `karmavani backlog run`. The fake translator does
the languages, the real recogniser a part of the lessons. Prints a line of JSON each: what was
measured, planned, taken. Nothing else should use the processor; where it does, `--nice -10` helps.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.backlog_ground import Ground
from benchmarks.synthetic_backlog import LANGUAGES, Made, Wanted, make, read_speech
from pipeline.backlog.nouns import Lane, Stage
from pipeline.backlog.planning import Density, Load, LoadCourse, Machine, make_lesson, tracks_of
from pipeline.backlog.simulating import simulate
from pipeline.backlog.speeds import Speed, Speeds

SETTINGS = '[translator]\nengine = "echo"\n'
SMALL = Wanted(
    lessons=30, seconds=(20, 50), heard=0.4, languages=LANGUAGES[:6], numbered=True, seed=11
)


def run(ground: Ground, courses: Path, workers: int) -> dict[str, float]:
    """Add the courses and work through them; return seconds as the run's row has them."""
    ground.call("add", courses / "catalogue.csv")
    began = time.monotonic()
    ground.call("run", "--jobs", workers, "--quiet")
    return {"command": time.monotonic() - began} | read_run(ground)


def read_run(ground: Ground) -> dict[str, float]:
    """Return what the database says of its only run: seconds, seconds of workers, items."""
    with closing(sqlite3.connect(ground.data / "review.sqlite3")) as database:
        days = "SELECT julianday(ended) - julianday(started) FROM backlog_run"
        [seconds] = database.execute(days).fetchone()
        sums = "SELECT SUM(seconds), COUNT(*), SUM(state <> 'done') FROM backlog_item"
        work, items, undone = database.execute(sums).fetchone()
    return {"seconds": seconds * 86_400, "work": work, "items": items, "not done": undone}


def read_speeds(ground: Ground) -> tuple[Speeds, Density]:
    """Return what the run has kept: speeds, how much is said in a minute."""
    from pipeline.review.serving import get_ready
    from pipeline.review.site import Site

    get_ready(Site(data=ground.data))
    from pipeline.backlog import loads, rates

    engines = {Stage.TRANSCRIBE: "faster-whisper", Stage.TRANSLATE: "echo"}
    speeds = Speeds(rates.speeds(rates.this_host()), engines)
    return speeds, loads.measured_density()


def load_of(made: Sequence[Made], density: Density, courses: Path) -> Load:
    """Return the load of made lessons, of which nothing but lengths and captions is known."""
    with (courses / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["path"]: row for row in csv.DictReader(file)}
    found = []
    for name, row in rows.items():
        tracks = tracks_of(tuple(row["languages"].split()))
        lessons = tuple(
            replace(make_lesson(one.duration, density, tracks), captions=not one.heard)
            for one in made
            if one.course == name
        )
        lane = Lane[row["lane"].upper()]
        found.append(LoadCourse(name, lessons, lane, int(row["learners"])))
    return Load(tuple(found), density)


def known(speeds: Speeds, stage: Stage, language: str) -> Speed:
    """Return a speed that the small run has measured."""
    found = speeds.find(stage, language)
    assert found is not None, f"the small run measured no {stage.label}"
    return found


def main() -> None:
    """Make, run, plan, run, compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lessons", type=int, default=60)
    parser.add_argument("--seconds", default="20-90", help="of a lesson of the larger run")
    parser.add_argument("--heard", type=float, default=10, help="percent for the recogniser")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--nice", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="leave everything in this empty folder")
    options = parser.parse_args()
    os.nice(options.nice)
    least, most = map(int, options.seconds.split("-"))
    large = Wanted(options.lessons, (least, most), options.heard / 100, numbered=True, seed=23)
    spoken = read_speech()
    with tempfile.TemporaryDirectory() as place:
        grounds = [
            Ground((options.keep or Path(place)) / name, SETTINGS) for name in ("small", "large")
        ]
        made = [
            make(ground.folder / "courses", wanted, spoken)
            for ground, wanted in zip(grounds, (SMALL, large), strict=True)
        ]
        told = run(grounds[0], grounds[0].folder / "courses", options.jobs)
        print(json.dumps({"small": rounded(told)}), flush=True)
        speeds, density = read_speeds(grounds[0])
        # What its workers waited for: the driver, and their own beginning.
        giving = (told["seconds"] * options.jobs - told["work"]) / told["items"]
        load = load_of(made[1], density, grounds[1].folder / "courses")
        machine = Machine.of(options.jobs, giving)
        plan = simulate(load, partial(known, speeds), machine)
        planned = {"seconds": plan.makespan, "work": plan.busy, "items": load.items}
        print(json.dumps({"planned": {**rounded(planned), "giving": round(giving, 5)}}), flush=True)
        real = run(grounds[1], grounds[1].folder / "courses", options.jobs)
        print(json.dumps({"large": rounded(real)}))
        print(f"planned : taken = {plan.makespan / real['seconds']:.3f}")


def rounded(told: dict[str, Any]) -> dict[str, Any]:
    """Return the figures with three decimals."""
    return {name: round(value, 3) for name, value in told.items()}


if __name__ == "__main__":
    main()
