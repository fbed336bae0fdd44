"""Integer milliseconds and the clocks of subtitle files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.timing import clamp, from_seconds, gap, overlap, to_clock

TIMES = st.integers(0, 10**8)


@pytest.mark.parametrize(
    ("ms", "clock"),
    [
        (0, "00:00:00.000"),
        (999, "00:00:00.999"),
        (61_001, "00:01:01.001"),
        (3_599_999, "00:59:59.999"),
        (3_600_000, "01:00:00.000"),
        (360_000_000, "100:00:00.000"),
    ],
)
def test_clock_shows_hours_minutes_seconds_and_milliseconds(ms: int, clock: str) -> None:
    assert to_clock(ms) == clock
    assert to_clock(ms, ",") == clock.replace(".", ",")


def test_a_negative_time_has_no_clock() -> None:
    with pytest.raises(ValueError, match="negative time -1 ms"):
        to_clock(-1)


@pytest.mark.parametrize(("seconds", "ms"), [(0.0005, 1), (0.0015, 2), (0.0025, 3), (1.2344, 1234)])
def test_seconds_are_rounded_half_up(seconds: float, ms: int) -> None:
    assert from_seconds(seconds) == ms


@given(TIMES)
def test_whole_milliseconds_survive_seconds(ms: int) -> None:
    assert from_seconds(ms / 1000) == ms


def test_spans_that_touch_share_nothing() -> None:
    assert overlap(0, 1000, 1000, 2000) == 0
    assert overlap(0, 1500, 1000, 2000) == 500
    assert overlap(0, 3000, 1000, 2000) == 1000


@given(TIMES, TIMES, TIMES, TIMES)
def test_overlap_is_the_same_from_both_sides(a: int, b: int, c: int, d: int) -> None:
    assert overlap(a, b, c, d) == overlap(c, d, a, b)


def test_the_gap_of_spans_that_overlap_is_negative() -> None:
    assert gap(1000, 1083) == 83
    assert gap(1000, 900) == -100


@given(st.integers(), TIMES, TIMES)
def test_a_clamped_value_lies_inside(value: int, one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert low <= clamp(value, low, high) <= high
    if low <= value <= high:
        assert clamp(value, low, high) == value
