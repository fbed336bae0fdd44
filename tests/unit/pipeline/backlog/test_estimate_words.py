"""What people and programs are told of an estimate."""

from __future__ import annotations

import json

from pipeline.backlog.estimate_words import as_data, in_lines, more_lines
from pipeline.backlog.estimating import Estimate, estimate
from pipeline.backlog.nouns import Lane, Stage
from pipeline.backlog.planning import Load, LoadCourse, LoadLesson, Machine, Track
from pipeline.backlog.simulating import Need, workers_needed
from pipeline.backlog.speeds import Speed, Speeds
from translators.wrappers import Prices

SECONDS = {Stage.READ: 1.0, Stage.TRANSCRIBE: 600.0, Stage.TRANSLATE: 60.0, Stage.PACKAGE: 9.0}
SPEEDS = Speeds(
    Speed(stage, "hi" if stage.is_by_language else "", "", 0.0, seconds, 0.1, 9, 9e3)
    for stage, seconds in SECONDS.items()
)
LESSON = LoadLesson(3_600_000, 45_000, 600, tracks=(Track("hi"), Track("bn")))


def told(*lanes: Lane, prices: Prices | None = None) -> Estimate:
    """Return the estimate of a course a lane."""
    courses = tuple(LoadCourse(lane.label, (LESSON,), lane) for lane in lanes)
    return estimate(Load(courses), SPEEDS, Machine.of(2), prices)


def test_the_table_says_every_figure_with_its_unit() -> None:
    text = "\n".join(in_lines(told(Lane.NORMAL, prices=Prices(characters=20.0))))

    assert text.startswith("1 course, 1 lesson, 1 h 00 min of media, 6 items of work.")
    assert "transcribe             1     10 min 00 s" in text
    assert "translate              2      2 min 00 s" in text
    assert "of one worker" in text
    assert "with 2 workers" in text
    assert (
        "Cost      1.80 (1.64 to 1.98), in the currency of translator.price_*" in text
    )  # 90,000 characters at 20 a million
    assert "- translate goes as fast as the mean" in text


def test_nothing_left_is_said_in_one_line() -> None:
    lines = list(in_lines(estimate(Load(()), SPEEDS, Machine.of(2))))

    assert lines == ["0 courses, 0 lessons, 0.0 s of media, 0 items of work."]


def test_an_engine_without_a_speed_comes_with_the_command_that_measures_it() -> None:
    load = Load((LoadCourse("one", (LESSON,)),))
    none = estimate(load, Speeds((), {}), Machine.of(2))

    text = "\n".join(in_lines(none, "echo"))

    assert "with these engines, for: read, transcribe, translate, package." in text
    assert "Measure: karmavani backlog estimate --measure --engine echo" in text
    assert "with 2 workers" not in text.replace("the driver and 2 workers", "")
    assert as_data(none)["elapsed_seconds"] is None


def test_several_lanes_are_told_apart() -> None:
    text = "\n".join(more_lines(told(Lane.NORMAL, Lane.URGENT), None, None))

    assert [line.split()[0] for line in text.splitlines() if line] == ["lane", "urgent", "normal"]


def test_the_workers_for_a_deadline_are_named_or_it_is_said_that_none_will_do() -> None:
    load = Load((LoadCourse("one", (LESSON,) * 10),))

    def speed(stage: Stage, language: str) -> Speed:
        return Speed(stage, language, "", 0.0, SECONDS[stage])

    some = workers_needed(load, speed, 3600.0)
    none = workers_needed(load, speed, 60.0)
    estimated = told(Lane.NORMAL)

    assert f"{some.workers} workers do it in" in "\n".join(more_lines(estimated, some, 1 / 24))
    assert "No number of workers does it in 60 s" in "\n".join(
        more_lines(estimated, none, 60 / 86400)
    )
    assert isinstance(some, Need)


def test_the_data_can_be_written_as_json_and_has_the_figures_of_the_estimate() -> None:
    one = told(Lane.NORMAL, Lane.BULK)

    data = json.loads(json.dumps(as_data(one)))

    assert data["items"] == 12
    assert data["work_seconds"]["middle"] == round(one.work.middle, 3)
    assert data["stages"]["transcribe"]["work_seconds"] == 1200.0
    assert set(data["lanes"]) == {"normal", "bulk"}
