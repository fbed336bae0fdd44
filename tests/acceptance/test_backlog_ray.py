"""`backlog run --on ray`: the packages that worker processes make, though a worker is killed."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks.backlog_ground import Ground, workers
from benchmarks.synthetic_backlog import Wanted, make, read_speech
from pipeline.backlog.nouns import Stage

SETTINGS = 'jobs = 2\n[translator]\nengine = "echo"\n[backlog]\npause = 0.1\n'


@pytest.fixture(autouse=True)
def ray_extra() -> None:
    """Skip where the extra `ray` is not installed; fail in CI, where everything must be."""
    if find_spec("ray") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("the extra ray is not installed")


@pytest.fixture
def courses(tmp_path: Path) -> Path:
    folder = tmp_path / "courses"
    make(folder, Wanted(6, (8, 14), heard=0.0, a_course=3, forms=(".wav",)), read_speech())
    return folder


def kill_one_at_work(driver: int) -> None:
    """Kill the first Ray worker that is seen at work."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        for pid in workers(driver):
            with suppress(OSError):
                if b".run" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    os.kill(pid, signal.SIGKILL)
                    return
        time.sleep(0.01)
    pytest.fail("no worker of Ray was seen at work")


@pytest.mark.slow
def test_ray_gives_the_same_packages_though_a_worker_is_killed(
    courses: Path, tmp_path: Path
) -> None:
    grounds = [Ground(tmp_path / name, SETTINGS) for name in ("processes", "ray")]
    for ground in grounds:
        ground.call("add", courses, "--to", "hi,ta,ur")
    here, on_ray = grounds
    here.call("run")
    driver = on_ray.start("--on", "ray")
    try:
        kill_one_at_work(driver.pid)
        assert driver.wait(120) == 0, on_ray.log.read_text()
    finally:
        driver.kill()
    assert {row.state for row in on_ray.rows()} == {"done"}
    assert sum(row.stage == Stage.PACKAGE for row in on_ray.rows()) == 18
    assert len(here.packages()) > 18
    assert on_ray.packages() == here.packages()
