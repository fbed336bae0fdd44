"""The backlog in a computer's head: small cases worked out by hand, and laws that always hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.backlog.nouns import Lane, Stage
from pipeline.backlog.planning import (
    OTHER,
    SPEECH,
    TEXT,
    Load,
    LoadCourse,
    LoadLesson,
    Machine,
    Pool,
    Track,
)
from pipeline.backlog.simulating import Rules, simulate, workers_needed
from pipeline.backlog.speeds import Speed

SECONDS = {Stage.READ: 1.0, Stage.TRANSCRIBE: 10.0, Stage.TRANSLATE: 4.0, Stage.PACKAGE: 2.0}
"""What an item takes, whatever its size."""


def constant(stage: Stage, language: str = "") -> Speed:
    """Return a speed without chance."""
    return Speed(stage, language, "fixed", per_unit=0.0, per_item=SECONDS[stage])


def lesson(*languages: str, duration: int = 60_000) -> LoadLesson:
    """Return a lesson of which nothing is done."""
    return LoadLesson(duration, 1000, 10, tracks=tuple(Track(one) for one in languages))


def course(slug: str = "one", *lessons: LoadLesson, **about: object) -> LoadCourse:
    """Return a course; of one lesson in Hindi where nothing is said."""
    return LoadCourse(slug, lessons or (lesson("hi"),), **about)


def test_one_worker_does_one_item_after_the_other() -> None:
    plan = simulate(Load((course("one", lesson("hi", "ta")),)), constant, Machine.of(1))

    assert plan.makespan == 1 + 10 + 2 * (4 + 2)
    assert plan.use == 1.0
    assert plan.done == 6


def test_two_workers_share_what_can_be_shared_and_wait_for_the_rest() -> None:
    # 0-1 read, 1-11 transcribe: one worker idle. 11-15 both translate, 15-17 both package.
    plan = simulate(Load((course("one", lesson("hi", "ta")),)), constant, Machine.of(2))

    assert plan.makespan == 17
    assert plan.busy == 23
    assert plan.use == 23 / 34


def test_what_was_begun_is_finished_before_more_is_begun() -> None:
    begun = []
    load = Load((course("one", lesson("hi", "ta"), lesson("hi")), course("two")))

    simulate(
        load,
        constant,
        Machine.of(1),
        watch=lambda when, number, stage, language: begun.append(
            f"{when:g} {number} {stage.label} {language}".strip()
        ),
    )

    # A worker that is free takes what is ready, while the driver keeps what it brought: so two
    # lessons go hand in hand, and no more than two.
    assert begun == [
        "0 0 read",
        "1 0 read",
        "2 0 transcribe",
        "12 0 transcribe",
        "22 0 translate hi",
        "26 0 translate ta",
        "30 0 package hi",
        "32 0 package ta",
        "34 0 translate hi",
        "38 1 read",
        "39 0 package hi",
        "41 1 transcribe",
        "51 1 translate hi",
        "55 1 package hi",
    ]


def test_the_lane_goes_before_learners_and_learners_before_the_order_of_adding() -> None:
    courses = (
        course("bulk", lane=Lane.BULK, learners=9000),
        course("few", lane=Lane.NORMAL, learners=5),
        course("many", lane=Lane.NORMAL, learners=500),
        course("same", lane=Lane.NORMAL, learners=500),
        course("urgent", lane=Lane.URGENT),
    )

    plan = simulate(Load(courses), constant, Machine.of(1))

    began = {one.slug: told.began for one, told in zip(courses, plan.courses, strict=True)}
    assert began == {"urgent": 0, "many": 1, "same": 34, "few": 35, "bulk": 68}


def test_an_urgent_course_starts_within_one_items_time_of_a_full_queue() -> None:
    full = [course(f"c{n}", lesson("hi", "ta"), learners=99) for n in range(50)]
    urgent = course("urgent", lane=Lane.URGENT, arrives=100.5)

    plan = simulate(Load((*full, urgent)), constant, Machine.of(2))

    waited = plan.lanes[Lane.URGENT].waiting.most
    assert 0 <= waited <= max(SECONDS.values())
    assert plan.lanes[Lane.NORMAL].completion.most > 500


def test_a_long_translation_gives_way_to_what_is_more_urgent_after_its_slice() -> None:
    def slow(stage: Stage, language: str) -> Speed:
        return Speed(stage, language, "fixed", 0.0, 600.0 if language else 1.0)

    long = course("long", LoadLesson(1, 1, 1, (), (Track("hi", (Stage.TRANSLATE,)),)))
    short = LoadLesson(1, 1, 1, (Stage.READ,))
    urgent = course("urgent", short, lane=Lane.URGENT, arrives=70.0)

    plan = simulate(Load((long, urgent)), slow, Machine.of(1), Rules(slice=60.0))

    assert (plan.courses[1].began, plan.courses[1].ended) == (120, 121)  # after the second slice
    assert plan.courses[0].ended == 601


def test_a_worker_loads_what_a_language_needs_at_its_first_item_alone() -> None:
    def loading(stage: Stage, language: str) -> Speed:
        start = 5.0 if stage is Stage.TRANSLATE else 0.0
        return Speed(stage, language, "fixed", 0.0, SECONDS[stage], start=start)

    two = (lesson("hi", "ta"), lesson("hi", "ta"))
    plan = simulate(Load((course("one", *two),)), loading, Machine.of(1))

    assert plan.makespan == 2 * 23 + 2 * 5
    assert plan.loading == 10


def test_the_one_driver_starts_items_one_after_the_other() -> None:
    # Eight workers and no work to speak of: the driver's 0.25 s an item decide.
    def nothing(stage: Stage, language: str) -> Speed:
        return Speed(stage, language, "fixed", 0.0, 1e-6)

    lessons = tuple(lesson("hi", "ta") for _ in range(10))
    plan = simulate(
        Load((course("one", *lessons),)), nothing, Machine.of(8, giving=0.15, keeping=0.1)
    )

    assert plan.makespan == pytest.approx(60 * 0.25, abs=1e-3)


def test_workers_of_one_kind_leave_the_rest_to_the_others() -> None:
    # 10 lessons: the node transcribes ten times as fast, the two others do all the rest.
    machine = Machine((Pool(1, SPEECH, 10.0), Pool(2, TEXT | OTHER)))
    load = Load((course("one", *(lesson("hi") for _ in range(10))),))

    plan = simulate(load, constant, machine)

    # 10 x 1 s of speech beside 10 x (1 + 4 + 2) s of the rest, which two workers share; the first
    # translation can begin after 2 s.
    assert 35 <= plan.makespan <= 2 + 35 + 6
    assert plan.workers == 3


def test_a_load_that_no_worker_takes_is_refused() -> None:
    with pytest.raises(ValueError, match="No worker takes package, read, translate"):
        simulate(Load((course(),)), constant, Machine((Pool(2, SPEECH),)))


def test_what_fails_for_good_takes_with_it_what_waits_for_it_and_nothing_else() -> None:
    def failing(stage: Stage, language: str) -> Speed:
        share = 1.0 if stage is Stage.TRANSLATE and language == "hi" else 0.0
        return Speed(stage, language, "fixed", 0.0, SECONDS[stage], failing=share)

    plan = simulate(
        Load((course("one", lesson("hi", "ta")),)),
        failing,
        Machine.of(1),
        Rules(tries=3, delay=60.0),
    )

    assert (plan.done, plan.failed, plan.skipped) == (4, 1, 1)
    assert plan.courses[0].open == 0
    # Tried at once, after 60 s and after 240 s more.
    assert plan.courses[0].ended >= 300


def test_chance_is_the_same_for_the_same_seed_and_does_not_shift_the_mean() -> None:
    def uncertain(stage: Stage, language: str) -> Speed:
        return Speed(stage, language, "drawn", 0.0, SECONDS[stage], spread=0.5)

    load = Load((course("one", *(lesson("hi", "ta") for _ in range(2000))),))

    plans = [simulate(load, uncertain, Machine.of(1), Rules(seed=seed)) for seed in (7, 7, 8)]

    assert plans[0] == plans[1] != plans[2]
    assert plans[0].makespan == pytest.approx(2000 * 23, rel=0.02)


def test_waiting_and_completion_are_told_by_lane() -> None:
    courses = tuple(course(f"c{n}", lane=Lane.NORMAL) for n in range(4))

    plan = simulate(Load((*courses, course("b", lane=Lane.BULK))), constant, Machine.of(1))

    told = plan.lanes[Lane.NORMAL]
    assert told.courses == 4
    assert (told.waiting.p50, told.waiting.p95, told.waiting.most) == (1, 35, 35)
    assert (told.completion.p50, told.completion.most) == (34, 68)
    assert plan.lanes[Lane.BULK].waiting.p50 == 68


def test_the_length_of_the_backlog_rises_with_arrivals_and_ends_at_nothing() -> None:
    load = Load((course("one"), course("two", arrives=1000.0)))

    points = simulate(load, constant, Machine.of(1)).open_at

    assert points[0] == (0.0, 4)
    assert points[-1] == (1017.0, 0)
    assert max(count for _, count in points) == 4


def test_as_many_workers_are_needed_as_meet_the_deadline() -> None:
    # 40 lessons of 17 s each, one after the other: 680 s of work; a lesson alone takes 17 s.
    load = Load((course("one", *(lesson("hi") for _ in range(40))),))

    need = workers_needed(load, constant, deadline=100.0)

    assert need.workers is not None
    assert need.workers >= 7  # 680 / 100
    assert need.plan.makespan <= 100
    assert simulate(load, constant, Machine.of(need.workers - 1)).makespan > 100


def test_no_number_of_workers_makes_one_lesson_faster_than_its_stages() -> None:
    assert workers_needed(Load((course(),)), constant, deadline=16.0).workers is None


@st.composite
def loads(draw: st.DrawFn) -> Load:
    """Return some courses of all sorts, some of them begun."""
    codes = ("hi", "ta", "bn")
    whole, rest = (Stage.TRANSLATE, Stage.PACKAGE), (Stage.PACKAGE,)
    track = st.builds(Track, st.sampled_from(codes), st.sampled_from((whole, rest)))
    before = st.sampled_from(((Stage.READ, Stage.TRANSCRIBE), (Stage.TRANSCRIBE,), ()))
    tracks = st.lists(track, min_size=1, max_size=3, unique_by=lambda one: one.language)
    one = st.builds(LoadLesson, st.just(1000), st.just(10), st.just(1), before, tracks.map(tuple))
    courses = st.builds(
        LoadCourse,
        st.just("c"),
        st.lists(one, min_size=1, max_size=4).map(tuple),
        st.sampled_from(Lane),
        st.integers(0, 3),
        st.floats(0, 50),
    )
    return Load(tuple(draw(st.lists(courses, min_size=1, max_size=6))))


@settings(max_examples=60, deadline=None)
@given(loads(), st.integers(1, 5), st.floats(0, 0.5), st.integers(0, 99))
def test_every_item_is_done_or_given_up_and_no_work_is_lost(
    load: Load, workers: int, failing: float, seed: int
) -> None:
    def speed(stage: Stage, language: str) -> Speed:
        return Speed(stage, language, "x", 0.0, SECONDS[stage], spread=0.3, failing=failing)

    plan = simulate(load, speed, Machine.of(workers), Rules(seed=seed))

    assert plan.done + plan.failed + plan.skipped == load.items
    assert plan.busy <= plan.makespan * workers * (1 + 1e-9)
    assert all(one.open == 0 and one.ended is not None for one in plan.courses)
    assert failing or plan.failed == 0


@settings(max_examples=60, deadline=None)
@given(loads(), st.integers(1, 5))
def test_without_chance_the_work_done_is_the_sum_of_the_items(load: Load, workers: int) -> None:
    plan = simulate(load, constant, Machine.of(workers))

    work = sum(
        sum(SECONDS[stage] for stage in one.before)
        + sum(SECONDS[stage] for track in one.tracks for stage in track.stages)
        for each in load.courses
        for one in each.lessons
    )
    assert plan.busy == pytest.approx(work)
    assert plan.makespan >= work / workers - 1e-6
