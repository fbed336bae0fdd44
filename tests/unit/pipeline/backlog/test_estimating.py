"""What a load will take: figures that can be worked out by hand stand in the tests."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.backlog.estimating import DRIVER_BYTES, estimate
from pipeline.backlog.nouns import Lane, Stage
from pipeline.backlog.planning import (
    Density,
    Load,
    LoadCourse,
    LoadLesson,
    Machine,
    Pool,
    Track,
    make_lesson,
    tracks_of,
)
from pipeline.backlog.speeds import Speed, Speeds
from translators.wrappers import Prices

MIB = 1 << 20
READ = Speed(Stage.READ, "", "", 1e-6, items=20, units=2e6, peak=90 * MIB)
HEARD = Speed(
    Stage.TRANSCRIBE, "", "engine:faster-whisper/x|model:whisper-base", 0.00004, items=20,
    units=2e6, spread=0.1, written=0.2, peak=700 * MIB,
)  # fmt: skip
HINDI = Speed(
    Stage.TRANSLATE, "hi", "engine:starter|model:starter", 0.01, items=20, units=2e4, spread=0.2,
    written=3.0, peak=500 * MIB,
)  # fmt: skip
TAMIL = replace(HINDI, language="ta", per_unit=0.03)
PACKED = Speed(Stage.PACKAGE, "hi", "", 0.02, items=20, units=200.0, written=900.0, peak=90 * MIB)
SPEEDS = (READ, HEARD, HINDI, TAMIL, PACKED)


def load(*languages: str, lessons: int = 1, lane: Lane = Lane.NORMAL) -> Load:
    """Return a course of lessons of 100 s, 1000 characters and 10 sentences."""
    one = LoadLesson(100_000, 1000, 10, tracks=tuple(Track(code) for code in languages))
    return Load((LoadCourse("one", (one,) * lessons, lane),), Density(600, 6, 4))


def test_hours_are_units_times_measured_speeds() -> None:
    told = estimate(load("hi", "ta"), Speeds(SPEEDS), Machine.of(1))

    seconds = {part.stage.label: part.seconds for part in told.parts}
    assert seconds == pytest.approx(
        {
            "read": 0.1,  # 100,000 ms
            "transcribe": 4.0,
            "translate": 10.0 + 30.0,  # 1,000 characters in Hindi, and in Tamil
            "package": 0.4,  # 10 sentences twice
        }
    )
    assert told.work.middle == pytest.approx(44.5)
    assert told.elapsed.middle == pytest.approx(44.5, rel=0.5)
    assert (told.courses, told.lessons, told.items) == (1, 1, 6)
    assert told.characters == 2000
    assert told.missing == ()


def test_more_workers_take_less_time_for_the_same_work() -> None:
    one = estimate(load("hi", "ta", lessons=40), Speeds(SPEEDS), Machine.of(1))
    four = estimate(load("hi", "ta", lessons=40), Speeds(SPEEDS), Machine.of(4))

    assert one.work == four.work
    assert four.elapsed.middle == pytest.approx(one.elapsed.middle / 4, rel=0.1)


def test_memory_is_the_driver_and_a_largest_worker_for_each() -> None:
    told = estimate(load("hi"), Speeds(SPEEDS), Machine.of(3))

    assert told.memory == DRIVER_BYTES + 3 * 700 * MIB


def test_disk_is_what_the_work_store_and_the_packages_take() -> None:
    told = estimate(load("hi", "ta"), Speeds(SPEEDS), Machine.of(1))

    assert told.store == pytest.approx(100_000 * 0.2 + 2 * 1000 * 3.0)
    assert told.packages == pytest.approx(2 * 10 * 900.0)
    assert told.disk == told.store + told.packages


def test_characters_cost_what_the_configured_price_says() -> None:
    told = estimate(load("hi", "ta"), Speeds(SPEEDS), Machine.of(1), Prices(characters=20.0))

    assert told.cost.middle == pytest.approx(2000 * 20 / 1e6)
    assert not any("oken" in said for said in told.assumed)


def test_tokens_that_nobody_measured_are_assumed_and_said_to_be() -> None:
    told = estimate(load("hi"), Speeds(SPEEDS), Machine.of(1), Prices(4.0, 8.0))

    assert told.cost.middle == pytest.approx(1000 * (0.25 * 4 + 0.5 * 8) / 1e6)
    assert told.cost.high == pytest.approx(2 * told.cost.middle)
    assert any("Tokens were not measured" in said for said in told.assumed)


def test_tokens_that_were_measured_cost_what_they_did() -> None:
    speeds = (READ, HEARD, replace(HINDI, cost=0.002), PACKED)

    told = estimate(load("hi"), Speeds(speeds), Machine.of(1), Prices(4.0, 8.0))

    assert told.cost.middle == pytest.approx(2.0)


def test_without_prices_nothing_costs() -> None:
    assert estimate(load("hi"), Speeds(SPEEDS), Machine.of(1)).cost.high == 0.0


def test_a_language_that_was_not_measured_goes_as_fast_as_the_mean_and_that_is_said() -> None:
    told = estimate(load("bn"), Speeds(SPEEDS), Machine.of(1))

    translate = next(part for part in told.parts if part.stage is Stage.TRANSLATE)
    assert translate.seconds == pytest.approx(1000 * 0.02)
    assert translate.doubt > 0.5  # Hindi and Tamil are that far apart
    assert "translate goes as fast as the mean of the languages that were measured in: bn." in (
        told.assumed
    )


def test_an_engine_that_was_not_measured_is_missing_and_no_time_is_made_up() -> None:
    told = estimate(load("hi"), Speeds(SPEEDS, {Stage.TRANSLATE: "indictrans2"}), Machine.of(1))

    assert told.missing == (Stage.TRANSLATE,)
    assert told.elapsed.middle == 0.0
    assert told.work.middle == pytest.approx(0.1 + 4.0 + 0.2)


def test_handing_to_reviewers_ends_no_estimate_when_it_was_never_measured() -> None:
    [course] = load("hi").courses
    stages = (Stage.TRANSLATE, Stage.PACKAGE, Stage.REVIEW)
    lesson = replace(course.lessons[0], tracks=(Track("hi", stages),))

    told = estimate(Load((replace(course, lessons=(lesson,)),)), Speeds(SPEEDS), Machine.of(1))

    assert told.missing == ()
    assert told.work.middle == pytest.approx(0.1 + 4 + 10 + 0.2)
    assert any(said.startswith("Handing drafts to the review site") for said in told.assumed)


def test_the_engine_that_is_asked_for_is_the_one_whose_speed_counts() -> None:
    quick = Speed(Stage.TRANSLATE, "hi", "engine:echo", 1e-5, items=20, units=9e9)

    starter = estimate(
        load("hi"), Speeds((*SPEEDS, quick), {Stage.TRANSLATE: "starter"}), Machine.of(1)
    )
    most = estimate(load("hi"), Speeds((*SPEEDS, quick)), Machine.of(1))

    assert starter.work.middle > 10 > most.work.middle


def test_captions_are_read_and_not_recognised() -> None:
    [course] = load("hi").courses
    course = replace(course, lessons=(replace(course.lessons[0], captions=True),))
    read = Speed(Stage.TRANSCRIBE, "", "engine:captions", 1e-7, items=9, units=1e12)

    known = estimate(Load((course,)), Speeds((*SPEEDS, read)), Machine.of(1))
    unknown = estimate(Load((course,)), Speeds(SPEEDS), Machine.of(1))

    assert known.parts[1].seconds == pytest.approx(0.01)
    assert unknown.parts[1].seconds == 0.0
    assert estimate(load("hi"), Speeds((*SPEEDS, read)), Machine.of(1)).parts[1].seconds == 4.0


def test_what_is_done_takes_no_time() -> None:
    half = LoadLesson(100_000, 1000, 10, before=(), tracks=(Track("hi", (Stage.PACKAGE,)),))

    told = estimate(Load((LoadCourse("one", (half,)),)), Speeds(SPEEDS), Machine.of(1))

    assert [part.stage for part in told.parts] == [Stage.PACKAGE]
    assert told.work.middle == pytest.approx(0.2)


def test_doubt_comes_from_the_spread_and_the_number_of_measured_calls() -> None:
    exact = estimate(load("hi", lessons=50), Speeds(SPEEDS), Machine.of(1))
    few = tuple(replace(one, items=2, spread=0.4) for one in SPEEDS)
    vague = estimate(load("hi", lessons=50), Speeds(few), Machine.of(1))

    assert exact.work.high / exact.work.middle == pytest.approx(1.10, abs=0.03)
    assert vague.work.high / vague.work.middle > 2
    assert vague.work.middle == exact.work.middle


def test_calls_much_larger_than_those_that_were_measured_are_in_doubt() -> None:
    [course] = load("hi", lessons=50).courses
    long = tuple(replace(one, duration=1_000_000, characters=10_000) for one in course.lessons)

    near = estimate(Load((course,)), Speeds(SPEEDS), Machine.of(1))
    far = estimate(Load((replace(course, lessons=long),)), Speeds(SPEEDS), Machine.of(1))

    assert near.parts[1].doubt < 0.1
    assert far.parts[1].doubt > 0.4  # ten times as large


def test_one_call_alone_is_said_to_be_little() -> None:
    told = estimate(load("hi"), Speeds([replace(one, items=1) for one in SPEEDS]), Machine.of(1))

    assert "One call only was measured of: package, read, transcribe, translate." in " ".join(
        told.assumed
    )
    assert told.work.high >= 1.4 * told.work.middle


def test_a_node_that_nobody_measured_is_said_to_be_assumed() -> None:
    machine = Machine((Pool(2), Pool(1, frozenset({Stage.TRANSCRIBE}), 20.0)))

    told = estimate(load("hi", lessons=5), Speeds(SPEEDS), machine)

    assert "1 workers do transcribe 20 times as fast: not measured." in told.assumed


def test_where_nothing_was_transcribed_the_default_of_speech_is_said() -> None:
    density = Density()
    lesson = make_lesson(120_000, density, tracks_of(("hi",)))

    told = estimate(Load((LoadCourse("one", (lesson,)),), density), Speeds(SPEEDS), Machine.of(1))

    assert (lesson.characters, lesson.sentences) == (1530, 20)
    assert "samples/rti-basics" in told.assumed[0]


def test_a_load_too_large_to_simulate_for_nothing_is_divided() -> None:
    big = load("hi", lessons=20_000)

    told = estimate(big, Speeds(SPEEDS), Machine.of(10))

    assert told.plan is None
    assert told.elapsed.middle == pytest.approx(told.work.middle / 10)


def test_the_driver_decides_where_items_are_short_and_workers_many() -> None:
    big = load("hi", lessons=20_000)  # 80,000 items

    told = estimate(big, Speeds(SPEEDS), Machine.of(1000, giving=0.008, keeping=0.002))

    assert told.elapsed.middle == pytest.approx(800.0)


def test_nothing_left_takes_nothing() -> None:
    told = estimate(Load(()), Speeds(SPEEDS), Machine.of(2))

    assert (told.items, told.work.high, told.elapsed.high, told.disk) == (0, 0, 0, 0)
