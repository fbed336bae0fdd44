"""Measures what the backlog costs beside the work itself, and what more workers bring.

    OMP_NUM_THREADS=1 python -m benchmarks.measure_backlog [--lessons 200] [--heard 10]

Courses of cut and recombined speech (synthetic_backlog) go into 13 languages with the fake
translator, a part of them through the real recogniser. First bare: a loop in one process calls
what workers call; nothing is queued, kept or asked twice. Then `karmavani backlog run` as people
type it, with one worker, two, and two on Ray. All in one session, one after the other; the memory
of all processes is looked at once a second. Not a test: the gate has these without times.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.backlog_ground import Ground, memory, workers
from benchmarks.databases import database
from benchmarks.synthetic_backlog import LANGUAGES, Wanted, make, read_speech

RUNS = ("bare", "jobs 1", "jobs 2", "ray 2")
OPTIONS = {
    "jobs 1": ("--jobs", 1),
    "jobs 2": ("--jobs", 2),
    "ray 2": ("--jobs", 2, "--on", "ray"),
}
SETTINGS = '[translator]\nengine = "echo"\n'


@dataclass
class Watch:
    """Looks at the memory of a driver and its workers, once a second, until it is stopped.

    Each look: seconds since the start; bytes of the driver, of the largest worker; and of both
    without the files that they have mapped.
    """

    pid: int
    looks: list[tuple[float, int, int, int, int]] = field(default_factory=list)
    spent: float = 0.0  # seconds of processor time of the driver

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Look while the body runs."""
        ended = threading.Event()
        thread = threading.Thread(target=self._look, args=(ended,))
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _look(self, ended: threading.Event) -> None:
        began = time.monotonic()
        while not ended.wait(1.0):
            there = workers(self.pid)
            sizes = [memory(self.pid), max(map(memory, there), default=0)]
            sizes += [memory(self.pid, True), max((memory(one, True) for one in there), default=0)]
            self.looks.append((time.monotonic() - began, *sizes))
            with suppress(OSError):
                said = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
                self.spent = (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")

    def facts(self) -> dict[str, Any]:
        """Return the most MB of driver and workers, and the MB a minute that their own grows by.

        The growth is that of the second half but for its last seconds: before, models are loaded
        and caches fill; at the end, workers go.
        """
        said = np.array(self.looks, dtype=float).reshape(-1, 5)
        told = {}
        for column, name in ((1, "driver"), (2, "largest worker")):
            half = said[len(said) // 2 : -5]
            slope = np.polyfit(half[:, 0], half[:, column + 2], 1)[0] if len(half) > 2 else 0.0
            told[name] = {
                "max MB": round(said[:, column].max(initial=0) / 1e6, 1),
                "MB a minute": round(slope * 60 / 1e6, 2),
            }
        return told


def run_bare(courses: Path, out: Path, config: Path) -> dict[str, float]:
    """Do all of the work in this process, one call after the other; return seconds by stage."""
    from courses.nouns import Course
    from pipeline import packaging
    from pipeline.backlog import calls
    from pipeline.config import read_config
    from pipeline.course_input import read_course
    from pipeline.executors.base import enter_worker
    from pipeline.prepare import find_transcriber, find_translator
    from pipeline.review.configure import configure
    from pipeline.review.site import read_site

    said = replace(read_config(config), jobs=1)
    configure(read_site())
    from pipeline.backlog.session import tools_of

    tools = tools_of(said)
    enter_worker(None, tools)
    spoken, spec = find_transcriber(said, {"en"}), find_translator(said)
    seconds: dict[str, float] = dict.fromkeys(("read", "transcribe", "translate", "build"), 0.0)
    seconds["write"] = 0.0

    @contextmanager
    def stage(name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        seconds[name] += time.perf_counter() - began

    for folder in sorted(courses.glob("course-*")):
        course = read_course(folder)
        noun = Course(course.id, course.title, (), course.description)
        for lesson in course.lessons:
            place = calls.Place(lesson, str(lesson.media), str(lesson.captions or ""))
            with stage("read"):
                found = calls.read(place)
                place = replace(place, content=(found.sha256, found.captions_sha256))
            with stage("transcribe"):
                text = calls.transcribe((place, spoken)).text
            for code in LANGUAGES:
                with stage("translate"):
                    drafted = calls.translate(
                        calls.TranslateCall(None, lesson, text, code, spec, {}, ())
                    )
                with stage("build"):
                    whole = replace(noun, lessons=(lesson,))
                    drafts = dict(drafted.fresh)
                    made = calls.build(
                        calls.PackageCall(whole, lesson, text, code, spec, drafts, (), {}, "")
                    )
                with stage("write"):
                    packaging.hand_out(made.built, out / course.id / lesson.id / code)
    return {name: round(value, 2) for name, value in seconds.items()}


def measured(name: str, courses: Path, folder: Path, kind: str) -> dict[str, Any]:
    """Return seconds, memory and packages of one run, in a process of its own."""
    with database(kind) as address:
        ground = Ground(folder, SETTINGS, address)
        if name == "bare":
            command = [sys.executable, "-m", "benchmarks.measure_backlog", "--bare"]
            command += [str(courses), "--out", str(ground.out), "--config", str(ground.config)]
            start = lambda: subprocess.Popen(  # noqa: E731
                command, stdout=subprocess.PIPE, env=ground.all_environment, text=True
            )
        else:
            ground.call("add", courses / "catalogue.csv")
            start = lambda: ground.start(*OPTIONS[name], "--quiet")  # noqa: E731
        began, spent, own = time.monotonic(), busy(), children_spent()
        running = start()
        watch = Watch(running.pid)
        with watch.watching():
            said = running.communicate()[0]
        seconds = time.monotonic() - began
        ours = children_spent() - own
        others = (busy() - spent - ours) / seconds
        if running.returncode:
            raise RuntimeError(f"{name}: code {running.returncode}, see {ground.log}")
        found = {"run": name, "seconds": round(seconds, 1), "others' cores": round(others, 2)}
        found |= {"processor s": round(ours, 1), "of the driver": round(watch.spent, 1)}
        found |= watch.facts()
        if said:
            found["stages"] = json.loads(said)
        if name != "bare":
            found["at work"] = at_work(ground)
        found["packages"] = sum(path.name == "manifest.json" for path in ground.out.rglob("*"))
        (folder / "looks.json").write_text(json.dumps(watch.looks))
        return found


def busy() -> float:
    """Return the seconds that all cores together were at work since the machine started."""
    ticks = [int(value) for value in Path("/proc/stat").read_text().split("\n")[0].split()[1:]]
    return (sum(ticks[:3]) + sum(ticks[5:8])) / os.sysconf("SC_CLK_TCK")


def children_spent() -> float:
    """Return the seconds of processor time of all processes that we started and that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def at_work(ground: Ground) -> float:
    """Return the seconds from the first item that was taken up to the last that was finished."""
    rows = ground.rows()
    began = min(row.started for row in rows if row.started)
    ended = max(row.finished for row in rows if row.finished)
    return round((ended - began).total_seconds(), 1)


def compared(found: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Return what is wanted to be near 1, above 1.7, and near 1."""
    seconds = least(found, "seconds")
    pairs = {
        "one worker : bare": ("jobs 1", "bare"),
        "one worker : two": ("jobs 1", "jobs 2"),
        "Ray : processes": ("ray 2", "jobs 2"),
    }
    ratios = {
        name: round(seconds[a] / seconds[b], 3)
        for name, (a, b) in pairs.items()
        if a in seconds and b in seconds
    }
    work = least(found, "at work")
    if "ray 2" in work and "jobs 2" in work:
        ratios["Ray : processes, once started"] = round(work["ray 2"] / work["jobs 2"], 3)
    return ratios


def least(found: Sequence[dict[str, Any]], what: str) -> dict[str, float]:
    """Return run -> its least seconds, of the times that it was done: the least disturbed one."""
    names = dict.fromkeys(one["run"] for one in found if what in one)
    return {name: min(one[what] for one in found if one["run"] == name) for name in names}


def main() -> None:
    """Make the courses, run everything, and print one line of JSON a run and the ratios."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--lessons", type=int, default=200)
    parser.add_argument("--seconds", default="20-60", help="Of a lesson.")
    parser.add_argument("--heard", type=float, default=10, help="Percent for the recogniser.")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--runs", default=",".join(RUNS), help="One after the other, as named.")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--bare", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--config", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.bare:
        print(json.dumps(run_bare(asked.bare, asked.out, asked.config)))
        return
    least, _, most = asked.seconds.partition("-")
    wanted = Wanted(asked.lessons, (int(least), int(most)), asked.heard / 100)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {asked}", flush=True)
    with tempfile.TemporaryDirectory() as place:
        made = make(Path(place) / "courses", wanted, read_speech())
        hours = sum(one.duration for one in made) / 3_600_000
        heard = sum(one.duration for one in made if one.heard) / 60_000
        print(f"{hours:.2f} hours of speech, {heard:.1f} minutes to be recognised", flush=True)
        found = []
        for number, name in enumerate(asked.runs.split(",")):
            folder = Path(place) / f"run-{number}"
            found.append(measured(name, Path(place) / "courses", folder, asked.database))
            print(json.dumps(found[-1]), flush=True)
    ratios = compared(found)
    print(json.dumps(ratios))
    if asked.json:
        asked.json.write_text(json.dumps({"runs": found, "ratios": ratios}, indent=1) + "\n")


if __name__ == "__main__":
    main()
