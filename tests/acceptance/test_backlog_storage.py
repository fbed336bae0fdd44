"""Courses in an object store: added from it, worked through, and their packages put back into it.

The store is moto's S3 server, a real one over http, on loopback.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from benchmarks.backlog_ground import Ground
from benchmarks.synthetic_backlog import Wanted, make, read_speech
from pipeline.backlog.nouns import Stage

KEYS = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "ap-south-1"}


@pytest.fixture
def endpoint() -> Iterator[str]:
    """Yield the address of an S3 server of our own."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("moto_server")), "-p", str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet) as server:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
        server.kill()


@pytest.fixture
def store(endpoint: str) -> Any:
    """Return the file system of the store, with two buckets."""
    import s3fs

    made = s3fs.S3FileSystem(
        key=KEYS["AWS_ACCESS_KEY_ID"],
        secret=KEYS["AWS_SECRET_ACCESS_KEY"],
        client_kwargs={"endpoint_url": endpoint, "region_name": KEYS["AWS_DEFAULT_REGION"]},
        skip_instance_cache=True,
        use_listings_cache=False,
    )
    for bucket in ("courses", "handover"):
        made.mkdir(bucket, region_name=KEYS["AWS_DEFAULT_REGION"])
    return made


@pytest.mark.slow
def test_a_course_in_a_store_is_localised_and_handed_over_to_a_store(
    endpoint: str, store: Any, tmp_path: Path
) -> None:
    wanted = Wanted(3, (6, 9), heard=0.0, corrupt=0.4, forms=(".m4a",))
    made = make(tmp_path / "here", wanted, read_speech())
    store.put(str(tmp_path / "here" / "course-001"), "courses/2026/course-001", recursive=True)
    said = f'jobs = 1\n[translator]\nengine = "echo"\n[backlog]\ns3_endpoint = "{endpoint}"\n'
    ground = Ground(tmp_path / "run", said, environment=KEYS)
    ground.call("add", "s3://courses/2026", "--to", "hi,ta")
    ground.call("run", codes=(9,))  # one of its lessons is no media
    bad = {one.lesson for one in made if one.damage}
    assert len(bad) == 1
    rows = ground.rows()
    assert {row.lesson for row in rows if row.state == "failed"} == bad
    done = {
        (row.lesson, row.language)
        for row in rows
        if row.stage == Stage.PACKAGE and row.state == "done"
    }
    assert done == {(one.lesson, code) for one in made if not one.damage for code in ("hi", "ta")}
    ground.call("export", "s3://handover/november")
    there = {
        name: store.cat_file(f"handover/november/{name}")
        for name in ground.packages()
        if not name.endswith("manifest.json")
    }
    assert len(there) > len(done)
    assert there == {name: ground.packages()[name] for name in there}
    assert len(store.find("handover/november")) >= len(ground.packages())
