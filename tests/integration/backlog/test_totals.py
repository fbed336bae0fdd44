"""What a report says of the whole backlog."""

from __future__ import annotations

import pytest

from pipeline.backlog.models import BacklogCourse, BacklogLesson, Control, Item
from pipeline.backlog.nouns import State
from pipeline.backlog.totals import totals

pytestmark = pytest.mark.django_db


def course(slug: str, *states: State, **more: float) -> BacklogCourse:
    made = BacklogCourse.objects.create(slug=slug, title=slug, source="/data", **more)
    lesson = BacklogLesson.objects.create(course=made, slug="one", language="en", media="x")
    for stage, state in enumerate(states):
        Item.objects.create(course=made, lesson=lesson, stage=stage, state=state)
    return made


def test_a_course_is_finished_when_all_of_it_is_done_and_there_is_something() -> None:
    course("done", State.DONE, State.DONE)
    course("failed", State.DONE, State.FAILED)
    course("waiting", State.DONE, State.WAITING)
    course("empty")
    found = totals()
    assert (found.courses, found.finished, found.names) == (4, 1, ("done",))


def test_budgets_are_told_with_what_is_used_and_which_courses_are_over_theirs() -> None:
    assert (totals().minutes, totals().spent_minutes) == (None, 0.0)
    Control.objects.create(pk=1, minutes=100.0)
    course("over-time", minutes=1.0, spent_seconds=60.0)
    course("over-cost", cost=2.0, spent_cost=2.5)
    course("within", minutes=10.0, spent_seconds=60.0)
    found = totals()
    assert (found.minutes, found.cost) == (100.0, None)
    assert (found.spent_minutes, found.spent_cost) == (2.0, 2.5)
    assert set(found.over) == {"over-time", "over-cost"}
