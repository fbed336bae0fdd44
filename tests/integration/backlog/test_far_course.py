"""A course in a real object store goes through the driver like one on this machine."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.backlog.nouns import State
from pipeline.executors import HereExecutor, Outcome
from tests.integration.backlog.bench import Bench
from tests.integration.backlog.conftest import BUCKET, ObjectStore
from tests.integration.backlog.courses_of import make_course, write_captions, write_media

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def far(bench: Bench) -> Bench:
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


def replacing(s3: ObjectStore, course: Path, far: Bench, keep: bool) -> type[HereExecutor]:
    """Return an executor that replaces an object, once, when the lesson was just read."""
    left = [True]

    class Replacing(HereExecutor):
        def collect(self, timeout: float, report: Any) -> list[Outcome]:
            found = super().collect(timeout, report)
            if found and type(found[0].value).__name__ == "Read" and left:
                left.clear()
                write_captions(course / "l1.srt", ["Quite another text."])
                upload(s3, course)
                if not keep:
                    shutil.rmtree(far.config.cache)
            return found

    return Replacing


def test_a_lesson_is_made_of_the_objects_that_were_read_while_they_are_here(
    far: Bench, s3: ObjectStore
) -> None:
    course = make_course(far.folder / "here", lessons=1)
    address = upload(s3, course)
    far.add(address)
    far.run(replacing(s3, course, far, keep=True))
    package = far.folder / "out/rti/l1/hi/l1.hi.vtt"
    assert "Quite another text" not in package.read_text()
    far.add(address)
    far.run()
    assert "Quite another text" in package.read_text()


def test_a_lesson_whose_objects_are_others_by_now_is_read_again(
    far: Bench, s3: ObjectStore
) -> None:
    course = make_course(far.folder / "here", lessons=1)
    far.add(upload(s3, course))
    far.run(replacing(s3, course, far, keep=False))
    assert "Quite another text" in (far.folder / "out/rti/l1/hi/l1.hi.vtt").read_text()
    assert not [name for name, state, _ in far.heard.closed if state is State.FAILED]
