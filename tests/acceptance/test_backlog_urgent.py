"""An urgent course does not wait for a full queue: the next worker that is free takes it up."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.backlog_ground import Ground
from benchmarks.break_backlog import settings
from benchmarks.synthetic_backlog import Wanted, make, read_speech
from benchmarks.unsteady_server import Unsteady, serving
from pipeline.backlog.nouns import Stage


def made(folder: Path, lessons: int, seed: int) -> Path:
    wanted = Wanted(lessons, (6, 9), heard=0.0, forms=(".wav",), seed=seed, prefix=folder.name)
    make(folder, wanted, read_speech())
    return folder


def wait_for_drafts(ground: Ground, count: int) -> None:
    end = time.monotonic() + 60
    while (
        sum(row.stage == Stage.TRANSLATE and row.state == "done" for row in ground.rows()) < count
    ):
        assert time.monotonic() < end, ground.log.read_text()
        time.sleep(0.1)


def test_an_urgent_course_is_begun_as_soon_as_a_worker_is_free(tmp_path: Path) -> None:
    full, urgent = made(tmp_path / "full", 6, seed=1), made(tmp_path / "urgent", 1, seed=2)
    with serving(Unsteady(seconds=0.1)) as server:
        ground = Ground(tmp_path / "run", settings(server.url, tmp_path / "cache"))
        ground.call("add", full, "--to", "hi,ta,ur", "--lane", "bulk", "--learners", 900_000)
        driver = ground.start("--jobs", 1)
        wait_for_drafts(ground, 2)
        ground.call("add", urgent, "--to", "hi", "--lane", "urgent")
        added = datetime.now(UTC)
        assert driver.wait(120) == 0, ground.log.read_text()
    rows = ground.rows()
    assert {row.state for row in rows} == {"done"}
    starts = sorted((row.started, row.course) for row in rows if row.started)
    begun = next(when for when, course in starts if course.startswith("urgent"))
    others = [when for when, course in starts if course.startswith("full")]
    assert [when for when in others if added < when < begun] == []
    assert sum(when > begun for when in others) > 10  # the queue was full indeed
