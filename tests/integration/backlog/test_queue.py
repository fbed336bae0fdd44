"""The queue: what is next, and what became of it, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from courses.errors import UsageError
from pipeline.backlog.nouns import Ended, Lane, Stage, State

pytestmark = pytest.mark.django_db
LANGUAGES = ("hi", "ta")


@pytest.fixture
def course(db: object) -> Callable[..., object]:
    """Return a function that puts a course of one-language rows into the backlog."""
    from courses.nouns import Course, Lesson
    from pipeline.backlog import adding
    from pipeline.backlog.adding import Entry
    from pipeline.backlog.models import BacklogCourse

    def made(slug: str, lessons: int = 1, **said: object) -> object:
        from pathlib import Path

        nouns = tuple(
            Lesson(f"l{n}", slug, f"Lesson {n}", Path(f"{n}.mp4"), "en") for n in range(lessons)
        )
        entry = Entry(
            course=Course(slug, slug, nouns),
            source=f"/{slug}",
            places={one.id: (f"/{slug}/{one.id}.mp4", "") for one in nouns},
            marks={one.id: "size:1" for one in nouns},
            targets=dict.fromkeys((one.id for one in nouns), LANGUAGES),
            **said,  # type: ignore[arg-type]
        )
        adding.add(entry)
        return BacklogCourse.objects.get(slug=slug)

    return made


def done(made: str = "m") -> Ended:
    return Ended(State.DONE, seconds=1.0, made=made)


def take_one() -> object:
    from pipeline.backlog import queue

    works = queue.take(1)
    assert len(works) == 1
    return works[0]


def states(slug: str) -> dict[str, str]:
    from pipeline.backlog.models import Item

    rows = Item.objects.filter(course__slug=slug).order_by("lesson", "stage", "language")
    return {
        f"{one.lesson.slug} {Stage(one.stage).label} {one.language}".strip(): one.state
        for one in rows.select_related("lesson")
    }


def test_only_reading_is_ready_at_first(course) -> None:
    course("rti")
    assert states("rti") == {
        "l0 read": "ready",
        "l0 transcribe": "waiting",
        "l0 translate hi": "waiting",
        "l0 translate ta": "waiting",
        "l0 package hi": "waiting",
        "l0 package ta": "waiting",
    }


def test_a_lesson_goes_through_its_stages_in_order(course) -> None:
    from pipeline.backlog import queue

    course("rti")
    seen = []
    while works := queue.take(1):
        seen.append(f"{works[0].stage.label} {works[0].language}".strip())
        queue.finish(works[0], done())
    assert seen == [
        "read",
        "transcribe",
        "translate hi",
        "package hi",
        "translate ta",
        "package ta",
    ]
    assert set(states("rti").values()) == {"done"}


def test_lanes_come_first_then_learners_then_who_came_first(course) -> None:
    course("old")
    course("many", learners=900)
    course("campaign", lane=Lane.CAMPAIGN)
    course("urgent", lane=Lane.URGENT)
    course("bulk", lane=Lane.BULK, learners=10_000)
    order = [take_one().course for _ in range(5)]
    assert order == ["urgent", "campaign", "many", "old", "bulk"]


def test_what_was_begun_is_finished_before_the_next_lesson_begins(course) -> None:
    from pipeline.backlog import queue

    course("rti", lessons=2)
    first = take_one()
    queue.finish(first, done())
    assert (take_one().stage, first.stage) == (Stage.TRANSCRIBE, Stage.READ)


def test_only_wanted_stages_are_taken_in_the_same_order(course) -> None:
    from pipeline.backlog import queue

    course("slow")
    course("urgent", lane=Lane.URGENT)
    queue.finish(take_one(), done())
    assert [(one.course, one.stage) for one in queue.take(9, [Stage.TRANSCRIBE])] == [
        ("urgent", Stage.TRANSCRIBE)
    ]
    assert [one.course for one in queue.take(9, [Stage.READ, Stage.TRANSLATE])] == ["slow"]


def test_nothing_is_taken_twice_and_nothing_is_closed_twice(course) -> None:
    from pipeline.backlog import queue
    from pipeline.backlog.models import BacklogCourse

    course("rti")
    work = take_one()
    assert queue.take(9) == []
    queue.finish(work, done())
    queue.finish(work, done())
    assert BacklogCourse.objects.get().spent_seconds == 1.0


def test_a_failure_is_tried_again_when_it_is_due(course) -> None:
    from pipeline.backlog import queue

    course("rti")
    work = take_one()
    queue.finish(work, Ended(State.LATER, error="EngineError", reason="busy"), delay=3600)
    assert (queue.wake_due(), queue.take(1)) == (0, [])
    assert queue.next_due() is not None
    queue.wake_due()
    from pipeline.backlog.models import Item

    Item.objects.update(due="2020-01-01T00:00:00Z")
    assert queue.wake_due() == 1
    assert take_one().attempts == 2


def test_a_changed_result_wakes_what_was_made_of_the_old_one(course) -> None:
    from pipeline.backlog import queue
    from pipeline.backlog.models import Item

    course("rti")
    while works := queue.take(1):
        queue.finish(works[0], done())
    Item.objects.filter(stage=Stage.READ).update(state=State.READY)
    queue.finish(take_one(), done("m"))  # the same content
    assert queue.take(1) == []
    Item.objects.filter(stage=Stage.READ).update(state=State.READY)
    queue.finish(take_one(), done("another"))
    assert take_one().stage is Stage.TRANSCRIBE


def test_a_course_stops_when_its_budget_is_used_up_and_goes_on_with_a_larger_one(course) -> None:
    from pipeline.backlog import queue

    course("rti", minutes=1.0)
    course("other")
    queue.finish(take_one(), Ended(State.DONE, seconds=61, made="m"))
    assert set(states("rti").values()) == {"done", "held"}
    assert take_one().course == "other"
    course("rti", minutes=10.0)
    assert states("rti")["l0 transcribe"] == "ready"
    assert states("rti")["l0 translate hi"] == "waiting"


def test_a_remote_budget_counts_cost(course) -> None:
    from pipeline.backlog import queue

    course("rti", cost=0.5)
    queue.finish(take_one(), Ended(State.DONE, cost=0.6, made="m"))
    assert states("rti")["l0 transcribe"] == "held"


def test_a_driver_that_is_gone_loses_no_item_and_no_try(course) -> None:
    from pipeline.backlog import queue

    course("rti", lessons=3)
    works = queue.take(2)
    assert queue.recover(mine=[works[0].item]) == 1
    again = queue.take(5)
    assert works[0].item not in [one.item for one in again]
    assert {one.attempts for one in again} == {1}


def test_what_gives_way_is_ready_again_and_its_time_is_counted(course) -> None:
    from pipeline.backlog import queue
    from pipeline.backlog.models import Item

    course("rti")
    work = take_one()
    queue.give_back([work], Ended(State.READY, seconds=60.0))
    row = Item.objects.get(pk=work.item)
    assert (row.state, row.attempts, row.seconds) == ("ready", 0, 60.0)


def test_a_lost_result_is_made_again_before_what_needs_it(course) -> None:
    from pipeline.backlog import queue

    course("rti")
    for _ in range(3):
        queue.finish(take_one(), done())
    package = take_one()
    assert package.stage is Stage.PACKAGE
    queue.reopen(package, Stage.TRANSLATE)
    work = take_one()
    assert (work.stage, work.language) == (Stage.TRANSLATE, package.language)
    queue.finish(work, done())
    assert take_one().item == package.item


def test_counts_are_by_stage_and_state(course) -> None:
    from pipeline.backlog import queue

    course("rti", lessons=2)
    take_one()
    assert queue.counts()[Stage.READ, State.RUNNING] == 1
    assert queue.counts()[Stage.TRANSLATE, State.WAITING] == 4


# --- what people do -----------------------------------------------------------------------------


def test_a_paused_course_is_left_alone_until_it_is_resumed(course) -> None:
    from pipeline.backlog import control, queue

    course("rti")
    queue.finish(take_one(), done())
    control.pause("rti")
    assert queue.take(1) == []
    control.resume("rti")
    assert take_one().stage is Stage.TRANSCRIBE


def test_a_course_that_is_paused_while_a_stage_runs_goes_on_where_it_was(course) -> None:
    from pipeline.backlog import control, queue

    course("rti")
    work = take_one()
    control.pause("rti")
    queue.finish(work, done())
    assert queue.take(1) == []
    control.resume("rti")
    assert take_one().stage is Stage.TRANSCRIBE


def test_the_whole_backlog_can_be_paused_and_has_budgets(course) -> None:
    from pipeline.backlog import control, queue

    course("rti")
    assert control.why_stopped() == ""
    control.pause()
    assert "paused" in control.why_stopped()
    control.resume()
    control.set_budget(minutes=1.0, cost=None)
    queue.finish(take_one(), Ended(State.DONE, seconds=90, made="m"))
    assert "1 worker minutes is used up" in control.why_stopped()
    control.set_budget(minutes=0, cost=None)
    assert control.why_stopped() == ""


def test_dead_letters_are_retried_by_number_by_error_and_by_course(course) -> None:
    from pipeline.backlog import control, queue

    for slug in ("a", "b"):
        course(slug)
        queue.finish(take_one(), Ended(State.FAILED, error="MediaError", reason="no media"))
    letters = list(control.failures())
    assert [one.reason for one in letters] == ["no media", "no media"]
    with pytest.raises(UsageError, match="Not among the failed items: 999999"):
        control.retry([letters[0].pk, 999999])
    assert control.retry([letters[0].pk]) == 1
    assert control.retry(error="LanguageError") == 0
    assert control.retry(course=letters[1].course.slug) == 1
    assert queue.counts()[Stage.READ, State.READY] == 2


def test_a_course_moves_to_another_lane_with_its_items(course) -> None:
    from pipeline.backlog import control

    course("first")
    course("second")
    control.change("second", lane=Lane.URGENT)
    assert take_one().course == "second"
    with pytest.raises(UsageError, match="no course 'third'"):
        control.change("third", learners=1)


def test_the_same_id_of_another_folder_is_refused(course) -> None:
    from pipeline.backlog.models import BacklogCourse

    course("rti")
    BacklogCourse.objects.update(source="/elsewhere")
    with pytest.raises(UsageError, match="already has a course 'rti', from /elsewhere"):
        course("rti")
