"""The catalogue that the capacity plan is drawn from."""

from __future__ import annotations

from random import Random

import pytest

from benchmarks.plan_capacity import (
    CAMPAIGN,
    GPU,
    HOUR,
    SIXTEEN,
    TWENTY_TWO,
    Setting,
    draw,
    with_campaign,
)
from pipeline.backlog.nouns import Lane, Stage
from pipeline.backlog.planning import Load


def test_the_same_seed_draws_the_same_courses_of_an_hour_and_a_half_in_the_mean() -> None:
    one, again, other = (list(draw(2000, ("hi",), Random(seed))) for seed in (1, 1, 2))

    assert one == again != other
    hours = [sum(lesson.duration for lesson in course.lessons) / HOUR for course in one]
    assert sum(hours) / len(hours) == pytest.approx(1.5, rel=0.05)
    lengths = [lesson.duration / 60_000 for course in one for lesson in course.lessons]
    assert sum(lengths) / len(lengths) == pytest.approx(18, rel=0.05)


def test_the_second_step_has_the_languages_of_the_first_and_is_all_of_the_schedule() -> None:
    from courses.languages import LANGUAGES

    assert len(SIXTEEN) == 16
    assert set(SIXTEEN) < set(TWENTY_TWO) == set(LANGUAGES) - {"en"}


def test_a_campaign_comes_at_once_and_urgent_courses_all_the_time() -> None:
    load = Load(tuple(draw(100, ("hi",), Random(1))))

    mixed = with_campaign(load, ("hi",), 1000.0, Random(2))

    lanes = {lane: [one for one in mixed.courses if one.lane is lane] for lane in Lane}
    assert {one.arrives for one in lanes[Lane.CAMPAIGN]} == {1000.0}
    assert len(lanes[Lane.CAMPAIGN]) == CAMPAIGN
    assert len({one.arrives for one in lanes[Lane.URGENT]}) == 2
    assert mixed.courses[:100] == load.courses


def test_a_node_takes_speech_and_text_and_the_cores_the_rest() -> None:
    node, cores = Setting(16, 8).machine((0.0, 0.0)).pools

    assert (node.count, node.factor) == (8, GPU)
    assert node.stages == {Stage.TRANSCRIBE, Stage.TRANSLATE}
    assert cores.stages == {Stage.READ, Stage.PACKAGE, Stage.REVIEW}
