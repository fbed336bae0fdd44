"""What is left in the backlog, read from its tables, and what a catalogue would bring."""

from __future__ import annotations

import pytest

from pipeline.backlog import loads
from pipeline.backlog.models import BacklogCourse, BacklogLesson, Item
from pipeline.backlog.nouns import Lane, Stage, State
from pipeline.backlog.planned import Planned
from pipeline.backlog.planning import Density, LoadLesson, Track
from pipeline.backlog.speeds import CAPTIONS

pytestmark = pytest.mark.django_db
BOTH = (Stage.READ, Stage.TRANSCRIBE)


def add(slug: str, *languages: str, **about: object) -> BacklogLesson:
    """Put in a course of one lesson with all its items, none of them done."""
    course = BacklogCourse.objects.create(slug=slug, title=slug, languages=list(languages))
    lesson = BacklogLesson.objects.create(
        course=course, slug="l", title="l", language="en", media="m.mp4", **about
    )
    for stage in BOTH:
        Item.objects.create(course=course, lesson=lesson, stage=stage)
    for stage in (Stage.TRANSLATE, Stage.PACKAGE):
        for language in languages:
            Item.objects.create(course=course, lesson=lesson, stage=stage, language=language)
    return lesson


def mark(lesson: BacklogLesson, state: State, *stages: Stage, language: str = "") -> None:
    """Say what has become of some items."""
    Item.objects.filter(lesson=lesson, stage__in=stages, language=language).update(state=state)


def only(*languages: str) -> LoadLesson:
    """Return the one lesson that is left."""
    [course] = loads.left(languages).courses
    [lesson] = course.lessons
    return lesson


def test_a_course_that_was_just_added_has_everything_left() -> None:
    add("one", "hi", "ta", duration=60_000)

    assert only() == LoadLesson(60_000, 765, 10, BOTH, (Track("hi"), Track("ta")))


def test_what_is_done_is_not_left() -> None:
    lesson = add("one", "hi", "ta", duration=60_000, characters=900, sentences=12)
    mark(lesson, State.DONE, *BOTH)
    mark(lesson, State.DONE, Stage.TRANSLATE, language="hi")
    mark(lesson, State.DONE, Stage.TRANSLATE, Stage.PACKAGE, language="ta")

    assert only() == LoadLesson(60_000, 900, 12, (), (Track("hi", (Stage.PACKAGE,)),))


def test_a_course_that_is_finished_is_not_in_the_load() -> None:
    mark(add("one", duration=60_000), State.DONE, *BOTH)

    assert loads.left().courses == ()


def test_what_failed_and_what_waits_for_it_is_not_left() -> None:
    lesson = add("one", "hi", "ta", duration=60_000)
    mark(lesson, State.DONE, *BOTH)
    mark(lesson, State.FAILED, Stage.TRANSLATE, language="hi")
    mark(add("two", "hi", duration=60_000), State.FAILED, Stage.READ)

    assert only().tracks == (Track("ta"),)


def test_other_languages_bring_what_is_not_there_and_leave_out_the_rest() -> None:
    lesson = add("one", "hi", "ta", duration=60_000)
    mark(lesson, State.DONE, *BOTH)
    mark(lesson, State.DONE, Stage.TRANSLATE, Stage.PACKAGE, language="hi")

    assert only("hi", "bn", "en").tracks == (Track("bn"), Track("en", (Stage.PACKAGE,)))


def test_captions_are_known_for_what_they_are() -> None:
    add("one", "hi", duration=60_000, captions="m.vtt")

    assert only().captions
    assert only().once(Stage.TRANSCRIBE) == CAPTIONS
    assert only().once(Stage.READ) == ""


def test_a_lesson_that_was_not_read_is_as_long_as_the_others_and_is_counted() -> None:
    add("one", "hi", duration=120_000)
    add("two", "hi", duration=240_000)
    add("three", "hi")

    load = loads.left()

    assert load.courses[2].lessons[0].duration == 180_000
    assert (load.guessed, load.guess) == (1, 180_000)


def test_text_is_estimated_from_what_was_transcribed() -> None:
    known = add("one", "hi", duration=120_000, characters=2000, sentences=30)
    mark(known, State.DONE, *BOTH)
    add("two", "hi", duration=60_000)

    load = loads.left()

    assert load.density == Density(1000.0, 15.0, 1)
    assert load.courses[1].lessons[0].characters == 1000


def test_lane_learners_and_the_order_of_adding_are_the_queues() -> None:
    for slug in ("a", "b", "c"):
        add(slug, "hi", duration=60_000)
    BacklogCourse.objects.filter(slug="b").update(lane=Lane.URGENT, learners=7)

    load = loads.left()

    assert [one.slug for one in load.courses] == ["a", "b", "c"]
    assert (load.courses[1].lane, load.courses[1].learners) == (Lane.URGENT, 7)


def test_the_tables_are_read_in_three_questions_whatever_their_length(
    django_assert_max_num_queries: object,
) -> None:
    for number in range(30):
        add(f"c{number}", "hi", "ta", duration=60_000)

    with django_assert_max_num_queries(5):
        assert loads.left().items == 30 * 6


def test_a_catalogue_is_courses_of_equal_lessons() -> None:
    planned = Planned("a", 4, 3_600_000, "en", ("hi", "en"), Lane.CAMPAIGN, 90)

    load = loads.of_catalogue([planned], Density(600.0, 10.0))

    [course] = load.courses
    assert (course.lane, course.learners, len(course.lessons)) == (Lane.CAMPAIGN, 90, 4)
    own = Track("en", (Stage.PACKAGE,))
    assert course.lessons[0] == LoadLesson(900_000, 9000, 150, BOTH, (Track("hi"), own))
    assert loads.of_catalogue([planned], Density(), ("ta",)).courses[0].lessons[0].tracks == (
        Track("ta"),
    )
