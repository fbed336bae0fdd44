"""A course in a real object store goes through the driver like one on this machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.backlog.nouns import State
from tests.integration.backlog.conftest import BUCKET, ObjectStore
from tests.integration.backlog.courses_of import make_course, write_media
from tests.integration.backlog.test_driver import Bench, bench  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def far(bench: Bench) -> Bench:  # noqa: F811
    bench.config = replace(bench.config, cache=bench.folder / "cache", languages=("hi",))
    return bench


def upload(s3: ObjectStore, folder: Path) -> str:
    for path in folder.iterdir():
        s3.put(f"2026/{folder.name}/{path.name}", path.read_bytes())
    return f"s3://{BUCKET}/2026/{folder.name}"


def made(far: Bench) -> dict[str, Any]:
    """Return the packages without what differs between two equal runs."""
    packages = far.packages()
    for manifest in packages.values():
        manifest.pop("created")
    return packages


def test_it_makes_the_same_packages_as_on_this_machine(far: Bench, s3: ObjectStore) -> None:
    here = make_course(far.folder / "here")
    far.add(upload(s3, here))
    far.run()
    there = made(far)
    assert list(there) == ["rti/l1/hi", "rti/l2/hi"]
    from pipeline.backlog.models import BacklogCourse

    BacklogCourse.objects.all().delete()
    (far.folder / "out").rename(far.folder / "out-there")
    far.add(here)
    far.run()
    assert made(far) == there


def test_lessons_with_equal_captions_keep_their_own_media(far: Bench, s3: ObjectStore) -> None:
    course = make_course(far.folder / "here", sentences=("the fee is ten rupees.",))
    (course / "l2.srt").write_bytes((course / "l1.srt").read_bytes())
    write_media(course / "l2.wav", 9, seed=1)
    far.add(upload(s3, course))
    far.run()
    lengths = [manifest["source"]["duration_ms"] for manifest in made(far).values()]
    assert lengths == [4000, 9000]


def test_an_object_that_was_replaced_is_done_anew_and_nothing_else(
    far: Bench, s3: ObjectStore
) -> None:
    course = make_course(far.folder / "here")
    address = upload(s3, course)
    far.add(address)
    far.run()
    write_media(course / "l2.wav", 20, seed=2)
    upload(s3, course)
    far.add(address)
    far.run()
    done = [name for name, state, _ in far.heard.closed if state is State.DONE]
    assert {name.split()[1] for name in done} == {"l2"}
    assert made(far)["rti/l2/hi"]["source"]["duration_ms"] == 20_000


def test_a_video_taken_out_of_the_store_is_a_dead_letter(far: Bench, s3: ObjectStore) -> None:
    far.add(upload(s3, make_course(far.folder / "here")))
    s3.client.delete_object(Bucket=BUCKET, Key="2026/rti/l1.wav")
    far.run()
    failed = [(name, said) for name, state, said in far.heard.closed if state is State.FAILED]
    assert failed == [
        ("rti l1 read", f"s3://{BUCKET}/2026/rti/l1.wav: there is no such file."),
    ]
    assert list(far.packages()) == ["rti/l2/hi"]
