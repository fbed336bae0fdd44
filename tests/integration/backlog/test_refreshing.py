"""Refreshing looks at one course after the other, and keeps nobody waiting meanwhile."""

from __future__ import annotations

import os
from typing import Any

import pytest

from courses.errors import CourseError, StoreError
from pipeline.backlog.nouns import Stage, State
from tests.integration.backlog.bench import Bench
from tests.integration.backlog.courses_of import make_course, write_captions

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def done(bench: Bench) -> Bench:
    """Return a backlog with two courses of one lesson that are done, under `courses`."""
    for name in ("first", "second"):
        make_course(bench.folder / "courses", name, 1)
    bench.add(bench.folder / "courses")
    bench.run()
    return bench


def rows() -> list[list[dict[str, Any]]]:
    from pipeline.backlog.models import BacklogCourse, BacklogLesson, Item

    return [list(table.objects.values()) for table in (BacklogCourse, BacklogLesson, Item)]


def change(bench: Bench, name: str) -> None:
    write_captions(bench.folder / "courses" / name / "l1.srt", ["It is quite another text."])


def forget_basis() -> None:
    from pipeline.backlog.models import Item

    Item.objects.update(basis="an older one")


@pytest.mark.parametrize("dry_run", [False, True])
def test_nothing_is_locked_while_courses_are_read_and_compared(done: Bench, dry_run: bool) -> None:
    from django.db import connection

    from pipeline.backlog import refreshing
    from pipeline.backlog.bases import Bases

    seen: list[tuple[str, bool]] = []

    def noting(name: str, really: Any) -> Any:
        def noted(*said: Any) -> Any:
            seen.append((name, connection.in_atomic_block))
            return really(*said)

        return noted

    forget_basis()
    done.patch.setattr(refreshing, "read_again", noting("read", refreshing.read_again))
    done.patch.setattr(Bases, "basis", noting("basis", Bases.basis))
    done.patch.setattr(Bases, "would_be", noting("compare", Bases.would_be))
    done.refresh(dry_run)
    assert set(seen) == {("read", False), ("basis", False), ("compare", False)}


def test_what_was_put_back_stays_when_a_later_course_ends_the_refresh(done: Bench) -> None:
    from pipeline.backlog import refreshing

    really = refreshing.read_again

    def ends(row: Any, *said: Any) -> Any:
        if row.slug == "second":
            raise StoreError("The store does not answer.")
        return really(row, *said)

    change(done, "first")
    with done.patch.context() as patch:
        patch.setattr(refreshing, "read_again", ends)
        with pytest.raises(StoreError):
            done.refresh()
    assert done.states()["read ready"] == 1
    assert done.refresh().courses == []


def test_a_dry_run_lists_every_course_and_leaves_every_row(done: Bench) -> None:
    import shutil

    change(done, "first")
    forget_basis()
    shutil.rmtree(done.folder / "out" / "second" / "l1" / "ta")
    before = rows()
    found = done.refresh(dry_run=True)
    assert found.courses == ["first l1: changed: files"]
    assert [item[:4] for item in found.items] == [("second", "l1", "ta", "package")]
    assert rows() == before
    again = done.refresh()
    assert (again.courses, again.items) == (found.courses, found.items)
    assert rows() != before


def test_a_course_that_cannot_be_read_is_a_problem_and_its_items_are_compared(done: Bench) -> None:
    import shutil

    (done.folder / "courses" / "first" / "course.toml").write_text("id = 3")
    shutil.rmtree(done.folder / "out" / "first" / "l1" / "ta")
    found = done.refresh()
    assert [problem.split(":")[0] for problem in found.problems] == ["first"]
    assert [item[:4] for item in found.items] == [("first", "l1", "ta", "package")]


def test_a_basis_that_makes_no_difference_is_noted(done: Bench) -> None:
    from pipeline.backlog.models import Item

    forget_basis()
    assert done.refresh().in_words == "Nothing has changed."
    assert (
        Item.objects.filter(basis="an older one").values_list("stage", flat=True).distinct().get()
        == 0
    )
    assert set(done.states()) == {"read done", "transcribe done", "translate done", "package done"}


def test_what_changed_in_a_paused_course_is_held(done: Bench) -> None:
    import shutil

    from pipeline.backlog import control
    from pipeline.backlog.models import Item

    control.pause("first")
    shutil.rmtree(done.folder / "out" / "first" / "l1" / "ta")
    done.refresh()
    item = Item.objects.get(course__slug="first", stage=Stage.PACKAGE, language="ta")
    assert item.state == State.HELD


def test_a_lesson_that_is_taken_out_meanwhile_ends_no_refresh(done: Bench) -> None:
    from pipeline.backlog.bases import Bases

    really = Bases.basis

    def gone(self: Bases, work: Any) -> str:
        if work.course == "first":
            raise CourseError(f"{work.lesson} is in the course no more.")
        return really(self, work)

    change(done, "second")
    done.patch.setattr(Bases, "basis", gone)
    assert done.refresh().courses == ["second l1: changed: files"]


def test_a_touched_file_of_many_courses_puts_only_its_lesson_back(done: Bench) -> None:
    os.utime(done.folder / "courses" / "second" / "l1.wav", ns=(1, 1))
    assert done.refresh().courses == ["second l1: changed: files"]
    assert done.states()["read ready"] == 1
