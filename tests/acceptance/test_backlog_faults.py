"""A backlog in which everything goes wrong ends like one in peace: nothing lost, nothing twice."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from benchmarks.break_backlog import Experiment, Plan
from benchmarks.synthetic_backlog import Wanted

KILLS = 12
WORKERS, BATCH = 2, 16  # sentences in one call of the engine
WANTED = Wanted(
    lessons=10,
    seconds=(12, 20),
    heard=0.0,
    corrupt=0.2,
    a_course=5,
    languages=("hi", "ta", "ur"),
    forms=(".wav",),
    numbered=True,
)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Yield a folder whose small disk is taken away afterwards."""
    yield tmp_path
    disk = tmp_path / "broken" / "disk"
    if os.path.ismount(disk):
        subprocess.run(["umount", str(disk)], check=True)


@pytest.fixture
def address() -> Iterator[str]:
    """Yield a new database on the server of ``KARMAVANI_REVIEW_DATABASE``; empty is SQLite."""
    server = os.environ.get("KARMAVANI_REVIEW_DATABASE", "")
    if not server:
        yield ""
        return
    import psycopg
    from psycopg.sql import SQL, Identifier

    name = f"broken_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
        connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@pytest.mark.slow
def test_a_backlog_that_is_broken_again_and_again_ends_like_one_in_peace(
    address: str, folder: Path
) -> None:
    plan = Plan(KILLS, gap=(0.0, 1.5), full_every=5, database_every=4, full_seconds=(0.5, 1.0))
    verdict = Experiment(folder, WANTED, plan, database=address, megabytes=64).run()
    assert verdict.faults == ()
    assert verdict.failed == 2
    assert verdict.log.kills == KILLS
    assert verdict.log.drivers > 2
    assert verdict.log.workers > 2
    assert verdict.calls[1] > 10
    # What a kill costs at most is what the workers were being answered, and what they had
    # brought back and was not saved yet.
    assert verdict.twice <= KILLS * WORKERS * BATCH
