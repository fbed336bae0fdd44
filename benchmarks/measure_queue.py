"""Measures what the backlog's queue costs an item, at 10,000, 100,000 and 1,000,000 items.

    python -m benchmarks.measure_queue [--database postgresql|sqlite] [--lengths 10000,100000]

The database lies on the disk. Courses of ten lessons and 13 languages are added until the queue has
each length; then a process of its own does what a driver does, a thousand times: it takes what is
next and finishes it; once with every commit waiting for the disk, as databases come, and once as
the driver has it, which does not wait. Last, a whole driver with one worker goes through items
whose media are missing, for 20 seconds. Memory is taken at the end, so that it would show a queue
that is held in memory. Not a test: tests/integration/backlog holds that the index is used.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import quantiles
from typing import Any

from benchmarks.backlog_ground import KARMAVANI
from benchmarks.databases import database
from benchmarks.synthetic_backlog import LANGUAGES
from courses.nouns import Course, Lesson
from pipeline.review.configure import configure
from pipeline.review.site import Site, read_site

LENGTHS = (10_000, 100_000, 1_000_000)
LESSONS = 10  # of a course
ITEMS = LESSONS * (2 + 2 * len(LANGUAGES))  # of a course: two once, two for each language
ROUNDS = 1000
HOW = ("disk", "driver")  # every commit waits for the disk; or as the driver has it
Work = Callable[[], object]


def shown(seconds: list[float]) -> dict[str, float]:
    """Return p50, p95, p99 and the mean in ms."""
    cuts = quantiles(seconds, n=100)
    named = {f"p{at}": round(1000 * cuts[at - 1], 3) for at in (50, 95, 99)}
    return named | {"mean": round(1000 * sum(seconds) / len(seconds), 3)}


def timed(work: Work) -> float:
    """Return the seconds that `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def fill(first: int, courses: int) -> list[float]:
    """Add so many courses; return the seconds of each."""
    return [timed(lambda number=n: add_one(number)) for n in range(first, first + courses)]


def add_one(number: int) -> None:
    """Add one course that was never there."""
    from pipeline.backlog.adding import Entry, add
    from pipeline.backlog.nouns import Lane

    slug = f"course-{number}"
    lessons = tuple(
        Lesson(f"lesson-{n}", slug, f"Lesson {n}", Path(f"/media/{slug}/{n}.mp4"), "en")
        for n in range(LESSONS)
    )
    add(
        Entry(
            course=Course(slug, f"Course {number}", lessons),
            source=f"/media/{slug}",
            places={one.id: (str(one.media), "") for one in lessons},
            marks={one.id: f"size:{number} mtime:{number}" for one in lessons},
            targets={one.id: LANGUAGES for one in lessons},
            lane=Lane(number * 7919 % 4),
            learners=number * 104_729 % 100_000,
        )
    )


def measure(hurried: bool) -> dict[str, Any]:
    """Return what picking and finishing cost in the database that the environment names.

    hurried: as the driver has it, which does not wait for the disk at each commit.
    """
    configure(read_site())
    from pipeline.backlog import queue, session

    if hurried:
        session._go_fast()
    taking, finishing = [], []
    for number in range(ROUNDS):
        began = time.perf_counter()
        (work,) = queue.take(1)
        taking.append(time.perf_counter() - began)
        finishing.append(timed(lambda one=work, n=number: finish(one, n)))
    return {
        "take": shown(taking),
        "finish": shown(finishing),
        "counts": round(timed(queue.counts), 3),
        "MB": memory("self"),
        "plan": plan(),
    }


def finish(work: Any, number: int) -> None:
    """Close an item as the driver does when it went well."""
    from pipeline.backlog import queue
    from pipeline.backlog.nouns import Ended, Stage, State

    facts = {
        Stage.READ: {"sha256": f"{number:064x}", "captions_sha256": "", "duration": 60_000},
        Stage.TRANSCRIBE: {"transcript": f"{number:064x}", "sentences": 9, "characters": 800},
    }
    ended = Ended(State.DONE, seconds=0.1, made=f"{number:064x}", note="9 sentences")
    learned = facts.get(work.stage)
    queue.finish(work, ended, queue.Learned(learned) if learned else None)


def memory(pid: int | str) -> float:
    """Return the memory of a process's own, in MB: without files that it has mapped."""
    said = Path(f"/proc/{pid}/status").read_text().split("RssAnon:")[1].split()[0]
    return round(int(said) / 1024, 1)


def drive(of: Site, seconds: float) -> dict[str, Any]:
    """Let a real driver work for a while; return its memory and how many items it went through.

    The media of the courses are not there, so each item costs its worker nothing and ends in the
    dead-letter list: what is left is what the driver, the queue and the worker's pipe cost.
    """
    before = failed()
    with tempfile.TemporaryDirectory() as out:
        command = [KARMAVANI, "backlog", "run", "--jobs", "1", "--quiet", "--out", out]
        quiet = subprocess.DEVNULL
        environment = {**os.environ, **of.environment()}
        driver = subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet, cwd=out)
        while failed() == before and driver.poll() is None:
            time.sleep(0.05)
        first, began, most = failed(), time.monotonic(), 0.0
        while driver.poll() is None and time.monotonic() < began + seconds:
            with suppress(OSError, IndexError):  # it may end meanwhile, with a short queue
                most = max(most, memory(driver.pid))
            time.sleep(0.2)
        done, lasted = failed() - first, time.monotonic() - began
        driver.send_signal(signal.SIGINT)
        driver.wait()
    return {"MB": most, "items": done, "ms an item": round(1000 * lasted / max(1, done), 3)}


def failed() -> int:
    """Return how many dead letters there are; counted by an index that holds nothing else."""
    from pipeline.backlog.models import Control, Item
    from pipeline.backlog.nouns import State

    Control.objects.update(out="")  # each driver has an output folder of its own
    return Item.objects.filter(state=State.FAILED).count()


def plan() -> str:
    """Return how the database finds what is next, in its own words."""
    from django.db import connection

    from pipeline.backlog import queue

    said = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{said} {queue._NEXT}", [1])
        return "; ".join(" ".join(map(str, row)).strip() for row in cursor.fetchall())


@contextmanager
def site(kind: str, folder: Path) -> Iterator[Site]:
    """Yield a site on a database of its own, with its tables."""
    from pipeline.review.serving import get_ready

    with database(kind) as address:
        made = Site(data=folder, database=address)
        get_ready(made)
        yield made


def child(of: Site, how: str) -> dict[str, Any]:
    """Measure in a process of its own: its memory is that of a driver alone."""
    command = [sys.executable, "-m", "benchmarks.measure_queue", "--measure", how]
    done = subprocess.run(
        command, env={**os.environ, **of.environment()}, stdout=subprocess.PIPE, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    """Fill, measure, and print one line of JSON for each length."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--lengths", default=",".join(map(str, LENGTHS)))
    parser.add_argument("--folder", type=Path, help="Where the database is made; a temporary one.")
    parser.add_argument("--measure", choices=HOW, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        print(json.dumps(measure(asked.measure == "driver")))
        return
    print(f"{asked.database}, Python {platform.python_version()}, {os.cpu_count()} cores")
    with (
        tempfile.TemporaryDirectory(dir=asked.folder) as data,
        site(asked.database, Path(data)) as made,
    ):
        there = 0
        for length in map(int, asked.lengths.split(",")):
            more = -(-length // ITEMS) - there
            times = [seconds / ITEMS for seconds in fill(there, more)]
            there += more
            tidy()
            print(json.dumps({"items": there * ITEMS, "add": shown(times)}), flush=True)
            for how in HOW:
                print(json.dumps({"how": how, **child(made, how)}), flush=True)
            print(json.dumps({"how": "whole driver", **drive(made, 20)}), flush=True)


def tidy() -> None:
    """Do now what PostgreSQL does by itself within a minute or two, lest it be measured too."""
    from django.db import connection, connections

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    connections.close_all()


if __name__ == "__main__":
    main()
