"""Breaks a backlog while it runs, again and again, and holds what came of it against a quiet run.

    python -m benchmarks.break_backlog FOLDER [--kills 200] [--database postgresql|sqlite]

Two backlogs of the same courses are done: one in peace; one whose workers and driver are killed
(kill -9) at moments drawn by chance, whose disk fills up, whose database is ended and crashes,
whose engine is a server that fails half of all calls, and of whose media one in twenty is damaged.
The moments are those of a fixed seed. FOLDER keeps how far it is: the same command goes on.
The disk is a small file system of its own, which takes root to mount; without, it never fills.
A short one is in the gate: tests/acceptance/test_backlog_faults.py.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks import databases
from benchmarks.backlog_ground import BALLAST, Ground, Row, workers
from benchmarks.synthetic_backlog import Made, Wanted, make, read_made, read_speech
from benchmarks.unsteady_server import Unsteady, serving
from pipeline.backlog.nouns import Stage

STARTING = 0.2  # share of the faults that come while the driver starts, working or not
FAILED_SOME = 9  # exit code where some items are in the dead-letter list


@dataclass
class Plan:
    """What happens: kills in all, seconds between two faults; other faults come every n-th kill."""

    kills: int = 200
    seed: int = 7
    gap: tuple[float, float] = (0.3, 4.0)
    full_every: int = 0  # the disk fills up; 0 is never
    database_every: int = 0  # the database is ended, in turns gently and not
    full_seconds: tuple[float, float] = (2.0, 6.0)


@dataclass
class Log:
    """What was done to the run so far; kept on disk, so that it can go on."""

    kills: int = 0
    workers: int = 0
    drivers: int = 0
    full: int = 0
    databases: int = 0
    starts: int = 0
    ended: list[int] = field(default_factory=list)  # exit codes of drivers that were not killed
    seconds: float = 0.0


class Breaker:
    """Runs a backlog to its end while things break."""

    def __init__(self, ground: Ground, plan: Plan, log: Log, postgres: databases.Postgres | None):
        self.ground, self.plan, self.log, self.postgres = ground, plan, log, postgres
        self.driver: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Break until all kills have landed, then let the run end by itself."""
        began, before = time.monotonic(), self.log.seconds
        try:
            while self.log.kills < self.plan.kills and self._work_is_left():
                self._one_fault(random.Random(f"{self.plan.seed}/{self.log.kills}"))
                self.log.seconds = before + time.monotonic() - began
                self._keep()
            self._finish()
        finally:
            if self.driver and self.driver.poll() is None:
                self.driver.kill()
        self.log.seconds = before + time.monotonic() - began
        self._keep()

    def _keep(self) -> None:
        (self.ground.folder / "broken.json").write_text(json.dumps(asdict(self.log)))

    def _work_is_left(self) -> bool:
        return any(row.state not in ("done", "failed", "waiting") for row in self.ground.rows())

    def _one_fault(self, chance: random.Random) -> None:
        driver = self._running()
        if chance.random() < STARTING:
            time.sleep(chance.uniform(0.1, 2.0))
        else:
            self._wait_for_workers(driver)
            time.sleep(chance.uniform(*self.plan.gap))
        self._other_faults(chance)
        there = workers(driver.pid)
        if driver.poll() is not None:
            return
        if there and chance.random() < 0.5:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(sorted(there)), signal.SIGKILL)
                self.log.workers += 1
        else:
            driver.kill()
            driver.wait()
            self.log.drivers += 1
        self.log.kills += 1

    def _wait_for_workers(self, driver: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + 60
        while not workers(driver.pid) and driver.poll() is None and time.monotonic() < end:
            time.sleep(0.05)

    def _other_faults(self, chance: random.Random) -> None:
        """Fill the disk or end the database, where it is their turn and they were not yet."""
        number = self.log.kills + 1
        if self.plan.full_every and number == (self.log.full + 1) * self.plan.full_every:
            self._fill_disk(chance)
        if (
            self.plan.database_every
            and number == (self.log.databases + 1) * self.plan.database_every
        ):
            self._restart_database()

    def _running(self) -> subprocess.Popen[bytes]:
        if self.driver is None or self.driver.poll() is not None:
            if self.driver is not None and self.driver.returncode >= 0:
                self.log.ended.append(self.driver.returncode)
            self.driver = self.ground.start()
            self.log.starts += 1
        return self.driver

    def _finish(self) -> None:
        """Let the driver end; begin it again as often as an operator would."""
        for _ in range(5):
            code = self._running().wait(3600)
            if not self._work_is_left():
                break
            print(f"the driver ended with {code} and left work", file=sys.stderr)

    def _fill_disk(self, chance: random.Random) -> None:
        if not os.path.ismount(self.ground.out.parent):
            return  # never the disk of everybody
        self.log.full += 1
        ballast = self.ground.out / BALLAST
        with suppress(OSError), ballast.open("wb") as file:
            while True:
                file.write(bytes(1 << 14))
                file.flush()
        time.sleep(chance.uniform(*self.plan.full_seconds))
        ballast.unlink()

    def _restart_database(self) -> None:
        """End the database and start it again; where it is not ours, end all its connections."""
        if self.postgres:
            self.postgres.restart("fast" if self.log.databases % 2 else "immediate")
        elif self.ground.database:
            databases.cut_off(self.ground.database)
        else:
            return
        self.log.databases += 1


@dataclass(frozen=True)
class Verdict:
    """What is wrong after a broken run: nothing, where `faults` is empty.

    sentences: translated in the quiet run; twice: what the broken one asked for beyond that, the
    price of the kills. calls: to the server, and how many of them it failed.
    """

    faults: tuple[str, ...]
    items: int
    failed: int
    sentences: int
    twice: int
    calls: tuple[int, int]
    attempts: dict[int, int]
    log: Log


def wrong_items(
    rows: Sequence[Row], made: Sequence[Made], languages: Sequence[str]
) -> Iterator[str]:
    """Yield every item that is not as it should be, twice there, or missing."""
    bad = {(one.course, one.lesson) for one in made if one.damage}
    counted = Counter((row.course, row.lesson, row.stage, row.language) for row in rows)
    yield from (f"{key} is there {n} times" for key, n in counted.items() if n > 1)
    keys = {
        (one.course, one.lesson, stage, language)
        for one in made
        for stage in range(4)
        for language in (languages if stage >= Stage.TRANSLATE else ("",))
    }
    yield from (f"missing: {key}" for key in sorted(keys - set(counted)))
    yield from (f"nobody asked for it: {key}" for key in sorted(set(counted) - keys))
    for row in rows:
        is_bad = (row.course, row.lesson) in bad
        wanted = ("failed" if row.stage == Stage.READ else "waiting") if is_bad else "done"
        if row.state != wanted:
            yield f"{row} should be {wanted}"
        elif wanted == "failed" and (row.error != "MediaError" or not row.reason):
            yield f"{row} does not say what is wrong with the media"


def differences(broken: Ground, quiet: Ground) -> Iterator[str]:
    """Yield what the packages and the work store have that a quiet run's have not."""
    ours, theirs = broken.packages(), quiet.packages()
    yield from (f"package file only here: {name}" for name in sorted(ours.keys() - theirs.keys()))
    yield from (f"package file missing: {name}" for name in sorted(theirs.keys() - ours.keys()))
    both = sorted(ours.keys() & theirs.keys())
    yield from (f"package file differs: {name}" for name in both if ours[name] != theirs[name])
    if broken.kept() != quiet.kept():
        yield "the work stores differ"


def settings(url: str, cache: Path) -> str:
    """Return a configuration that asks the server at `url`, as often as it likes."""
    models = Path("~/.cache/karmavani/models").expanduser()
    cache.mkdir(parents=True, exist_ok=True)
    if models.is_dir() and not (cache / "models").exists():
        (cache / "models").symlink_to(models)  # models are shared, drafts are not
    return (
        f'cache = "{cache}"\nformats = ["webvtt", "transcript"]\njobs = 2\n'
        f'[translator]\nengine = "chat"\nmodel = "fake"\nurl = "{url}"\n'
        "calls_per_minute = 0\n[backlog]\nattempts = 8\npause = 0.5\n"
    )


def small_disk(folder: Path, megabytes: int) -> Path:
    """Return a folder, on a file system of its own where we may mount one; it stays mounted."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.getuid() == 0 and not os.path.ismount(folder):
        size = f"size={megabytes}m"
        subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], check=False)
    return folder


@dataclass
class Experiment:
    """Where it all lies: the courses, the quiet run and the broken one."""

    folder: Path
    wanted: Wanted
    plan: Plan
    postgres: databases.Postgres | None = None
    database: str = ""  # the address where there is no PostgreSQL of our own to be ended
    megabytes: int = 512  # of the disk that fills up

    def run(self) -> Verdict:
        """Do the quiet run where it was not done, go on with the broken one, and judge it."""
        courses = self.folder / "courses"
        if not (courses / "made.json").exists():
            make(courses, self.wanted, read_speech())
        with self._server("quiet", 0.0) as steady:
            quiet = self._quiet(steady, courses)
        with self._server("broken", 0.5) as unsteady:
            broken = self._broken(unsteady)
            log = self._break(broken, courses)
        rows = broken.rows()
        faults = (*wrong_items(rows, read_made(courses), self.wanted.languages),)
        return Verdict(
            faults=(*faults, *differences(broken, quiet)),
            items=len(rows),
            failed=sum(row.state == "failed" for row in rows),
            sentences=sum(steady.answered.values()),
            twice=sum((unsteady.answered - steady.answered).values()),
            calls=(unsteady.calls, unsteady.failed),
            attempts=dict(sorted(Counter(row.attempts for row in rows).items())),
            log=log,
        )

    @contextmanager
    def _server(self, name: str, failing: float) -> Iterator[Unsteady]:
        """Yield a server on the port of the first one: its address is in every Signature."""
        kept = self.folder / "port"
        port = int(kept.read_text()) if kept.exists() else 0
        record = self.folder / f"{name}.asked"
        made = Unsteady(failing, seconds=0.02, seed=self.plan.seed, port=port, record=record)
        with serving(made):
            kept.write_text(str(made.port))
            yield made

    def _quiet(self, server: Unsteady, courses: Path) -> Ground:
        folder = self.folder / "quiet"
        ground = Ground(folder, settings(server.url, folder / "cache"))
        if not (folder / "done").exists():
            ground.call("add", courses, "--to", ",".join(self.wanted.languages))
            ground.call("run", codes=(0, FAILED_SOME))
            (folder / "done").touch()
        return ground

    def _broken(self, server: Unsteady) -> Ground:
        folder = self.folder / "broken"
        address = self.postgres.address if self.postgres else self.database
        disk = small_disk(folder / "disk", self.megabytes) if self.plan.full_every else folder
        data = folder / "site" if address else disk / "site"
        said = settings(server.url, folder / "cache")
        return Ground(folder, said, address, out=disk / "out", data=data)

    def _break(self, ground: Ground, courses: Path) -> Log:
        kept = ground.folder / "broken.json"
        if kept.exists():
            log = Log(**json.loads(kept.read_text()))
        else:
            ground.call("add", courses, "--to", ",".join(self.wanted.languages))
            log = Log()
        Breaker(ground, self.plan, log, self.postgres).run()
        return log


def main() -> None:
    """Break one backlog for long and print what came of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--lessons", type=int, default=120)
    parser.add_argument("--full", type=int, default=40, help="The disk fills every n-th kill.")
    parser.add_argument("--restart", type=int, default=25, help="The database ends as often.")
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    experiment = Experiment(
        folder,
        Wanted(asked.lessons, (15, 30), heard=0.03, corrupt=0.05, numbered=True, seed=asked.seed),
        Plan(asked.kills, asked.seed, full_every=asked.full, database_every=asked.restart),
    )
    with ExitStack() as stack:
        if asked.database == "postgresql":
            experiment.postgres = stack.enter_context(kept_postgres(folder))
        verdict = experiment.run()
    print(json.dumps(asdict(verdict), indent=1, ensure_ascii=False))
    sys.exit(bool(verdict.faults))


@contextmanager
def kept_postgres(folder: Path) -> Iterator[databases.Postgres]:
    """Yield a PostgreSQL whose data stays, so that a run can go on."""
    place, kept = folder / "postgres", folder / "postgres.address"
    if not kept.exists():
        kept.write_text(databases.start(place).address)
    made = databases.Postgres(place, kept.read_text())
    made.restart("fast")
    try:
        yield made
    finally:
        made.halt()


if __name__ == "__main__":
    main()
