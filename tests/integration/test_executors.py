"""Executors: every call has its outcome, whatever happens to the others and to their workers."""

from __future__ import annotations

import errno
import json
import os
import random
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from courses.errors import EngineError, MediaError, UsageError
from pipeline.executors import (
    Executor,
    HereExecutor,
    Outcome,
    ProcessExecutor,
    processes,
    say_progress,
    shared,
)
from pipeline.executors.on_ray import RayExecutor
from pipeline.executors.processes import core_shares

ROOT = Path(__file__).resolve().parents[2]


class Given:
    """Something to share; counts how often this process has unpickled it."""

    arrived = 0

    def __init__(self, text: str) -> None:
        self.text = text

    def __setstate__(self, state: dict[str, str]) -> None:
        Given.arrived += 1
        self.__dict__.update(state)


def work(item: Any) -> int:
    """Double a number; misbehave when asked to."""
    if item == "raise ours":
        raise MediaError("It is no media.", "Give another file.")
    if item == "raise other":
        raise ZeroDivisionError("surprise")
    if item == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    say_progress(item, 0.5)
    return int(item) * 2


def wait_for_file(path: Path) -> int:
    """Say who is at work in a file beside `path`, and work until there is a file at `path`."""
    path.with_suffix(f".{os.getpid()}").touch()
    wait_until(path.exists)
    return os.getpid()


def die_once(path: Path) -> int:
    """Die the first time; the second time, give the process id."""
    if not path.exists():
        path.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def unreadable(kind: str) -> Any:
    """Return something that cannot be sent back."""
    return threading.Lock() if kind == "cannot be sent" else BreaksWhenRead()


class BreaksWhenRead:
    """Pickles well and fails when it is read."""

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return (int, ("no number",))


def what_is_shared(item: int) -> tuple[str, int, int]:
    """Return the shared text, how often it arrived in this process, and the process."""
    return shared().text, Given.arrived, os.getpid()


def names_of_threads(_item: int) -> tuple[str | None, str | None]:
    """Return what the maths libraries of this worker are told."""
    return os.environ.get("OMP_NUM_THREADS"), os.environ.get("OMP_WAIT_POLICY")


def cores(path: Path) -> tuple[int, ...]:
    """Return the cores that this worker may run on, once all workers are at work."""
    wait_for_file(path)
    return tuple(sorted(os.sched_getaffinity(0)))


def hold_memory(size: int) -> int:
    """Hold `size` bytes for a moment."""
    return len(bytearray(b"x") * size)


@pytest.fixture(scope="module")
def ray_executor() -> Iterator[Executor]:
    """Start Ray once for this file: that takes seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(32))  # else it leaves one in the home
        patch.setenv("RAY_AUTH_MODE", "token")
        made = RayExecutor("ray", 2, 1, Given("shared text"))  # imports Ray, which reads these
        yield made
        made.close(at_once=True)


def make(kind: str, request: pytest.FixtureRequest) -> Iterator[Executor]:
    """Give an executor of one worker (here) or two, which shares a Given."""
    if kind == "ray":
        yield request.getfixturevalue("ray_executor")
        return
    given = Given("shared text")
    made: Executor = HereExecutor(given) if kind == "here" else ProcessExecutor(2, 1, given)
    yield made
    made.close(at_once=True)


@pytest.fixture(params=["here", "processes", "ray"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    """Give each kind of executor."""
    yield from make(request.param, request)


@pytest.fixture(params=["processes", "ray"])
def away(request: pytest.FixtureRequest) -> Iterator[Executor]:
    """Give each kind of executor whose workers are other processes."""
    yield from make(request.param, request)


def collect_all(executor: Executor, calls: int) -> dict[Any, Outcome]:
    """Return the outcomes of `calls` calls by ticket; fails when one comes twice."""
    outcomes: dict[Any, Outcome] = {}
    while len(outcomes) < calls:
        for outcome in executor.collect(60, print):
            assert outcome.item not in outcomes
            outcomes[outcome.item] = outcome
    return outcomes


def wait_for_room(executor: Executor, wanted: int = 1) -> None:
    """Wait until as many calls could start: a cluster's workers take a moment."""
    end = time.monotonic() + 60
    while executor.room() < wanted:
        assert time.monotonic() < end, "no room"
        assert executor.collect(1, print) == []


def test_every_item_has_one_outcome(executor: Executor) -> None:
    heard: list[tuple[Any, float]] = []
    outcomes = list(executor.map(work, [1, 2, 3], lambda *said: heard.append(said)))
    assert sorted((one.item, one.value) for one in outcomes) == [(1, 2), (2, 4), (3, 6)]
    assert sorted(heard) == [(1, 0.5), (2, 0.5), (3, 0.5)]


def test_an_error_ends_only_its_own_item(executor: Executor) -> None:
    outcomes = {o.item: o for o in executor.map(work, ["raise ours", 1, "raise other"], print)}
    assert outcomes[1].value == 2
    ours = outcomes["raise ours"].error
    assert isinstance(ours, MediaError)
    assert (ours.message, ours.advice) == ("It is no media.", "Give another file.")
    other = outcomes["raise other"].error
    assert isinstance(other, EngineError)
    assert "ZeroDivisionError: surprise" in str(other)


def test_an_outcome_says_who_worked_how_long_and_with_how_much_memory(executor: Executor) -> None:
    size = 300 << 20
    (outcome,) = executor.map(hold_memory, [size], print)
    assert outcome.worker
    assert outcome.seconds > 0
    assert outcome.peak > size


def test_a_ticket_comes_back_as_it_was_given(executor: Executor) -> None:
    wait_for_room(executor)
    executor.submit(("lesson", 7), work, 21, "text")
    assert collect_all(executor, 1)["lesson", 7].value == 42


def test_the_shared_object_is_sent_once_to_a_worker(executor: Executor) -> None:
    Given.arrived = 0
    seen = [one.value for one in executor.map(what_is_shared, range(8), print)]
    often = 0 if isinstance(executor, HereExecutor) else 1
    assert {(text, arrived) for text, arrived, _ in seen} == {("shared text", often)}


def test_nothing_to_wait_for_ends_a_wait_at_once(executor: Executor) -> None:
    wait_for_room(executor, executor.size)
    assert executor.collect(1e6, print) == []


def test_a_call_without_room_is_refused(executor: Executor, tmp_path: Path) -> None:
    wait_for_room(executor, executor.size)
    for number in range(executor.size):
        assert executor.room() == executor.size - number
        executor.submit(number, wait_for_file, tmp_path / "go")
    assert executor.room() == 0
    with pytest.raises(ValueError, match="room"):
        executor.submit("more", work, 1)
    (tmp_path / "go").touch()
    assert set(collect_all(executor, executor.size)) == set(range(executor.size))
    assert executor.room() == executor.size


def test_a_wait_ends_when_its_time_is_over(away: Executor, tmp_path: Path) -> None:
    wait_for_room(away)
    away.submit("slow", wait_for_file, tmp_path / "go")
    assert away.collect(0.05, print) == []
    (tmp_path / "go").touch()
    assert collect_all(away, 1)["slow"].error is None


@pytest.mark.parametrize("kind", ["cannot be sent", "breaks when read"])
def test_a_value_that_cannot_travel_is_an_error_of_its_own_call(away: Executor, kind: str) -> None:
    wait_for_room(away)
    away.submit(kind, unreadable, kind)
    outcome = collect_all(away, 1)[kind]
    assert isinstance(outcome.error, EngineError)
    assert not outcome.lost
    assert [one.value for one in away.map(work, [1], print)] == [2]


def test_an_item_that_cannot_travel_is_an_error_of_its_own_call(away: Executor) -> None:
    lock = threading.Lock()
    outcomes = list(away.map(work, [lock, 1, BreaksWhenRead()], print))
    failed = [type(one.error) for one in outcomes if one.error]
    assert failed == [EngineError, EngineError]
    assert [one.value for one in outcomes if not one.error] == [2]


def test_a_killed_worker_loses_its_own_call_alone(away: Executor, tmp_path: Path) -> None:
    wait_for_room(away, 2)
    away.submit("dies", wait_for_file, tmp_path / "dies")
    away.submit("lives", wait_for_file, tmp_path / "lives")
    wait_until(lambda: len(list(tmp_path.iterdir())) == 2)
    (at_work,) = tmp_path.glob("dies.*")
    os.kill(int(at_work.suffix[1:]), signal.SIGKILL)
    lost = collect_all(away, 1)["dies"]
    assert lost.lost
    assert re.search("worker process .*died", str(lost.error))
    wait_for_room(away)
    away.submit("next", work, 4)
    assert collect_all(away, 1)["next"].value == 8
    (tmp_path / "lives").touch()
    assert collect_all(away, 1)["lives"].error is None


def test_an_item_whose_worker_died_is_tried_once_more(away: Executor, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a", "b", "c")]
    outcomes = {one.item: one for one in away.map(die_once, paths, print)}
    assert [outcomes[path].error for path in paths] == [None, None, None]


def test_an_item_that_kills_its_worker_fails_alone(away: Executor) -> None:
    outcomes = {one.item: one for one in away.map(work, [1, "die", 2, 3], print)}
    assert {item: one.value for item, one in outcomes.items()} == {1: 2, 2: 4, 3: 6, "die": None}
    assert outcomes["die"].lost
    assert re.search("worker process .*died", str(outcomes["die"].error))


def test_random_kills_lose_nothing_that_is_submitted_again(away: Executor, tmp_path: Path) -> None:
    chance = random.Random(1947)
    kills = 30 if isinstance(away, ProcessExecutor) else 10  # a new Ray worker takes a second
    items = range(3 * kills)
    doomed = set(chance.sample(items, kills))
    waiting, done = list(items), []
    while len(done) < len(items):
        while waiting and away.room():
            item = waiting.pop()
            away.submit(item, die_once, tmp_path / str(item) if item in doomed else tmp_path)
        for outcome in away.collect(60, print):
            if outcome.lost:
                assert outcome.item in doomed
                doomed.remove(outcome.item)
                waiting.append(outcome.item)
            else:
                assert outcome.error is None
                done.append(outcome.item)
    assert sorted(done) == list(items)
    assert doomed == set()


def test_closing_at_once_gives_up_the_work_and_leaves_nobody(tmp_path: Path) -> None:
    executor = ProcessExecutor(2)
    for number in range(2):
        executor.submit(number, wait_for_file, tmp_path / "never")
    wait_until(lambda: len(list(tmp_path.iterdir())) == 2)
    workers = [int(path.suffix[1:]) for path in tmp_path.iterdir()]
    executor.close(at_once=True)
    assert not any(is_alive(pid) for pid in workers)
    assert executor.room() == 2


def test_closing_lets_workers_finish_and_new_ones_start(tmp_path: Path) -> None:
    executor = ProcessExecutor(1)
    (first,) = executor.map(work, [1], print)
    executor.close()
    (second,) = executor.map(work, [2], print)
    executor.close()
    assert (first.value, second.value) == (2, 4)


def test_kills_leave_no_open_file_and_no_dead_process(tmp_path: Path) -> None:
    executor = ProcessExecutor(1)
    list(executor.map(work, ["die"], print))
    before = len(list(Path("/proc/self/fd").iterdir()))
    for number in range(5):
        executor.submit(number, work, "die")
        assert collect_all(executor, 1)[number].lost
    after = len(list(Path("/proc/self/fd").iterdir()))
    assert after == before
    executor.close()
    assert [pid for pid in children_of(os.getpid()) if state_of(pid) == "Z"] == []


def test_a_worker_that_dies_while_nobody_waits_is_replaced() -> None:
    executor = ProcessExecutor(2)
    first = list(executor.map(work, [1, 2], print))
    for worker in executor._workers:
        if worker:
            worker.process.kill()  # between two maps, as when memory runs out
            worker.process.join()
    second = list(executor.map(work, [3, 4], print))
    executor.close()
    assert [one.lost for one in second] == [False, False]
    assert sorted(one.value for one in first + second) == [2, 4, 6, 8]


def test_workers_are_started_when_there_is_work_for_them() -> None:
    executor = ProcessExecutor(4)
    for number in range(3):
        assert {one.worker for one in executor.map(work, [number], print)} == {"1"}
    executor.close()


def test_threads_are_set_before_anything_heavy_is_imported(away: Executor) -> None:
    assert [one.value for one in away.map(names_of_threads, [1], print)] == [("1", "PASSIVE")]


@pytest.fixture
def no_room(monkeypatch: pytest.MonkeyPatch) -> list[OSError]:
    """Return errors that the next starts of workers end with, the last one first."""
    errors: list[OSError] = []
    really = SpawnProcess.start

    def started(process: SpawnProcess) -> None:
        if errors:
            raise errors.pop()
        really(process)

    monkeypatch.setattr(SpawnProcess, "start", started)
    return errors


def test_a_worker_that_cannot_be_started_costs_its_call_and_no_more(
    no_room: list[OSError], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_LONGEST_REST", 0.01)
    before = len(list(Path("/proc/self/fd").iterdir()))
    no_room.append(OSError(errno.ENOMEM, "Cannot allocate memory"))
    executor = ProcessExecutor(1)
    executor.submit("first", work, 2)
    (outcome,) = executor.collect(5.0, print)
    assert (outcome.item, outcome.lost, type(outcome.error)) == ("first", True, EngineError)
    assert "could not be started: Cannot allocate memory" in str(outcome.error)
    assert len(list(Path("/proc/self/fd").iterdir())) <= before
    assert [one.value for one in executor.map(work, [3, 4], print)] == [6, 8]
    executor.close()


def test_what_cannot_be_started_is_left_alone_for_a_while_and_nobody_spins(
    no_room: list[OSError], monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    clock = SimpleNamespace(now=0.0)
    clock.monotonic, clock.perf_counter = (lambda: clock.now), time.perf_counter

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.now += seconds

    clock.sleep = sleep
    monkeypatch.setattr(processes, "time", clock)
    no_room += [BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")] * 8
    executor = ProcessExecutor(2)
    lost = 0
    while no_room:
        while executor.room():
            executor.submit(lost, work, 1)
            lost += 1
        executor.collect(60.0, print)
    assert lost == 8
    assert slept == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    executor.close()


def test_workers_that_are_there_go_on_where_no_more_can_be_started(
    no_room: list[OSError],
) -> None:
    executor = ProcessExecutor(2)
    assert [one.value for one in executor.map(work, [1], print)] == [2]
    no_room += [OSError(errno.ENOMEM, "Cannot allocate memory")] * 2
    outcomes = list(executor.map(work, range(20), print))
    executor.close()
    assert sorted(one.value for one in outcomes) == [2 * number for number in range(20)]
    assert len(no_room) == 1  # nobody asked for another worker again and again


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="needs two cores")
def test_workers_are_pinned_to_cores_of_their_own(tmp_path: Path) -> None:
    executor = ProcessExecutor(2)
    for number in range(2):
        executor.submit(number, cores, tmp_path / "go")
    wait_until(lambda: len(list(tmp_path.iterdir())) == 2)
    (tmp_path / "go").touch()
    first, second = (one.value for one in collect_all(executor, 2).values())
    executor.close()
    assert set(first).isdisjoint(second)
    assert set(first) | set(second) <= os.sched_getaffinity(0)


def test_nobody_is_pinned_where_threads_are_more_than_cores(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(2, 10)))
    assert core_shares(2, 3) == [(2, 3, 4, 5), (6, 7, 8, 9)]
    assert core_shares(3, 2) == [(2, 3), (4, 5), (6, 7)]
    assert core_shares(3, 3) == [(), (), ()]
    assert core_shares(1, 4) == [()]


SLEEPER = """
import os, sys, time
from pathlib import Path
from pipeline.executors import ProcessExecutor
from pipeline.executors.on_ray import RayExecutor

def sleep(folder):
    Path(folder, f"at-work.{os.getpid()}").touch()
    time.sleep(120)

if __name__ == "__main__":
    folder, kind = sys.argv[1:]
    executor = ProcessExecutor(2) if kind == "processes" else RayExecutor("ray", 2)
    try:
        list(executor.map(sleep, [folder, folder], print))
    except KeyboardInterrupt:
        executor.close(at_once=True)
        sys.exit(130)
"""
Sleeper = tuple[subprocess.Popen[str], list[int]]


@pytest.fixture(params=["processes", "ray"])
def driver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sleeper]:
    """Start a program whose two workers sleep; give it and the workers' process ids."""
    script = tmp_path / "sleeper.py"
    script.write_text(SLEEPER)
    with subprocess.Popen(
        [sys.executable, str(script), str(tmp_path), request.param],
        env=ray_environment(),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as made:
        wait_until(lambda: len(list(tmp_path.glob("at-work.*"))) == 2)
        yield made, [int(path.suffix[1:]) for path in tmp_path.glob("at-work.*")]
        made.kill()


def test_workers_end_when_their_driver_is_killed(driver: Sleeper) -> None:
    process, workers = driver
    process.kill()
    process.wait()
    wait_until(lambda: not any(map(is_alive, workers)))


def test_interrupting_driver_and_workers_is_answered_by_the_driver_alone(driver: Sleeper) -> None:
    process, workers = driver
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    said = process.communicate(timeout=60)[1]
    assert (process.returncode, said) == (130, "")
    wait_until(lambda: not any(map(is_alive, workers)))


CLUSTER = """
import json, sys, time
from pathlib import Path
from courses.errors import UsageError
from pipeline.executors import on_ray
from pipeline.executors.on_ray import RayExecutor, Resources

folder, rootdir, found = Path(sys.argv[1]), sys.argv[2], {}
sys.path.insert(0, rootdir)
from tests.integration import test_executors as ours

if __name__ == "__main__":
    on_ray.set_quiet("ray")
    from ray.cluster_utils import Cluster
    small = {"num_cpus": 1, "object_store_memory": 80 << 20, "include_dashboard": False}
    cluster = Cluster(initialize_head=True, head_node_args=small)
    address = "ray://" + cluster.address

    executor = RayExecutor(address, shared=ours.Given("from afar"))
    found["at first"] = executor.size
    found["shared"] = [o.value[0] for o in executor.map(ours.what_is_shared, [1, 2], print)]
    late = cluster.add_node(num_cpus=1, num_gpus=1, object_store_memory=80 << 20)
    ours.wait_for_room(executor, 2)
    found["later"] = executor.size
    for name in ("a", "b"):
        executor.submit(name, ours.wait_for_file, folder / name)
    ours.wait_until(lambda: len(list(folder.iterdir())) == 2)
    cluster.remove_node(late, allow_graceful=False)
    lost = ours.collect_all(executor, 1)
    found["lost"] = [outcome.lost for outcome in lost.values()]
    (left,) = {"a", "b"} - set(lost)
    (folder / left).touch()
    found["kept"] = ours.collect_all(executor, 1)[left].error
    ours.wait_until(lambda: len(executor._nodes()) == 1)
    executor._look(now=True)
    executor.close()
    found["closed"] = (executor.size, executor.room())

    cluster.add_node(num_cpus=3, num_gpus=1, object_store_memory=80 << 20)
    half = Resources(1, 0.5)
    executor = RayExecutor(address, needs={"speech": half, "text": half})
    while any(actor.greeting is not None for actor in executor._actors):
        executor.collect(1, print)
    found["room"] = [executor.room(kind) for kind in ("speech", "text", "")]
    executor.submit("s", ours.work, 1, "speech")
    found["after one"] = [executor.room(kind) for kind in ("speech", "text", "")]
    ours.collect_all(executor, 1)
    executor.close()

    on_ray.VERSION = "0.0.9"
    try:
        RayExecutor(address)
    except UsageError as error:
        found["refused"] = str(error)
    print(json.dumps(found))
    cluster.shutdown()
"""


@pytest.mark.slow
def test_a_cluster_takes_late_machines_loses_some_and_keeps_kinds_apart(tmp_path: Path) -> None:
    """One story in one program: a cluster takes seconds to start."""
    script, folder = tmp_path / "story.py", tmp_path / "work"
    script.write_text(CLUSTER)
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, str(script), str(folder), str(ROOT)],
        env=ray_environment(),
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    refused = found.pop("refused")
    assert found == {
        "at first": 1,
        "shared": ["from afar", "from afar"],
        "later": 2,
        "lost": [True],
        "kept": None,
        "closed": [1, 0],
        "room": [1, 1, 2],
        "after one": [0, 1, 2],
    }
    assert "the driver has 0.0.9" in refused


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("slurm://host", "no place to run on"),
        ("ray://host", "no place to run on"),
        ("ray://127.0.0.1:port", "no place to run on"),
        ("ray://127.0.0.1:1", "Nothing answers at 127.0.0.1:1"),
    ],
)
def test_an_address_that_is_none_is_refused_at_once(address: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        RayExecutor(address)


def test_a_machine_without_ray_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UsageError, match=re.escape("pip install 'karmavani[ray]'")):
        RayExecutor("ray")


def ray_environment() -> dict[str, str]:
    """Return an environment for programs that start a Ray of their own."""
    of_ray = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    return {**os.environ, **of_ray, "PYTHONPATH": str(ROOT)}


def children_of(pid: int) -> list[int]:
    """Return the process ids of the children of `pid`."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


def state_of(pid: int) -> str:
    """Return the letter of a process's state, or nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def is_alive(pid: int) -> bool:
    """Return whether a process runs: neither gone nor dead and not yet taken away."""
    return state_of(pid) not in ("", "Z")


def wait_until(true: Any, seconds: float = 60) -> None:
    """Wait until `true` says so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
