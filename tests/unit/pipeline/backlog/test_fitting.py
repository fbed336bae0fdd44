"""From sums over finished calls to constant, slope and spread."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.backlog.fitting import Sums, fit
from pipeline.backlog.nouns import Stage


def sums_of(*calls: tuple[float, float]) -> Sums:
    """Return the sums of calls of (units, seconds)."""
    sums = Sums()
    for units, seconds in calls:
        sums.add(units, seconds)
    return sums


def test_a_constant_and_a_slope_are_found_from_sums_alone() -> None:
    speed = fit(
        Stage.TRANSCRIBE,
        "",
        "x",
        sums_of(*((n * 1000.0, 2.0 + 0.004 * n * 1000) for n in range(1, 11))),
    )

    assert speed is not None
    assert speed.per_item == pytest.approx(2.0)
    assert speed.per_unit == pytest.approx(0.004)
    assert speed.spread == pytest.approx(0.0, abs=1e-6)
    assert speed.expected(20_000) == pytest.approx(82.0)


def test_two_calls_give_a_rate_and_no_constant() -> None:
    speed = fit(Stage.TRANSLATE, "hi", "x", sums_of((100, 1.0), (300, 5.0)))

    assert speed is not None
    assert (speed.per_item, speed.per_unit) == (0.0, 6.0 / 400)


def test_few_calls_that_take_the_same_whatever_their_size_have_a_constant_alone() -> None:
    speed = fit(Stage.TRANSLATE, "hi", "x", sums_of((100, 1.0), (300, 1.0), (900, 1.0)))

    assert speed is not None
    assert (speed.per_item, speed.per_unit) == (1.0, 0.0)


def test_a_spread_that_was_there_is_found() -> None:
    chance = Random(3)
    calls = [(1000.0, 10.0 * (1 + chance.gauss(0, 0.2))) for _ in range(500)]

    speed = fit(Stage.TRANSLATE, "hi", "x", sums_of(*calls))

    assert speed is not None
    assert speed.spread == pytest.approx(0.2, rel=0.1)
    assert speed.doubt(1000) == pytest.approx(1.812 * 0.2 / 500**0.5, rel=0.1)


def test_the_loading_of_a_model_is_told_from_the_work() -> None:
    sums = sums_of(*((1000.0, 10.0) for _ in range(4)))
    sums.add_start(2000.0, 23.0)
    sums.add_start(2000.0, 25.0)

    speed = fit(Stage.TRANSLATE, "hi", "x", sums)

    assert speed is not None
    assert speed.expected(1000) == 10.0
    assert speed.start == pytest.approx(4.0)


def test_first_calls_alone_give_a_speed_that_may_be_wrong_by_half() -> None:
    sums = Sums()
    sums.add_start(1000.0, 12.0)

    speed = fit(Stage.TRANSLATE, "hi", "x", sums)

    assert speed is not None
    assert speed.per_unit == 0.012
    assert speed.doubt(1000) == 0.5


def test_nothing_measured_is_no_speed() -> None:
    assert fit(Stage.READ, "", "", Sums()) is None


def test_bytes_and_cost_are_shares_of_what_was_done() -> None:
    sums = sums_of((100, 1.0), (100, 1.0), (200, 2.0))
    sums.written, sums.cost, sums.peak = 8000.0, 4.0, 700

    speed = fit(Stage.TRANSLATE, "hi", "x", sums)

    assert speed is not None
    assert (speed.written, speed.cost, speed.peak) == (20.0, 0.01, 700)


def test_doubt_grows_with_the_distance_from_what_was_measured() -> None:
    chance = Random(1)
    calls = [(u, (1 + 0.01 * u) * (1 + chance.gauss(0, 0.1))) for u in range(100, 300, 10)]

    speed = fit(Stage.TRANSLATE, "hi", "x", sums_of(*calls))

    assert speed is not None
    assert speed.doubt(200) < speed.doubt(400)


@given(st.lists(st.tuples(st.floats(1, 1e6), st.floats(0.001, 1e4)), min_size=1, max_size=30))
def test_the_line_gives_the_seconds_that_were_measured_and_is_never_negative(
    calls: list[tuple[float, float]],
) -> None:
    sums = sums_of(*calls)

    speed = fit(Stage.TRANSLATE, "hi", "x", sums)

    assert speed is not None
    assert speed.per_item >= 0
    assert speed.per_unit >= 0
    told = sum(speed.expected(units) for units, _ in calls)
    assert told == pytest.approx(sums.seconds, rel=1e-6)
