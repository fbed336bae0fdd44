"""Windows of sentences and how cues share them, in whole milliseconds."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.errors import CaptionsError
from courses.languages import find_language
from courses.nouns import Segment
from pipeline.layout.cue_times import (
    LEAD_IN,
    Window,
    reading_time,
    screen_time,
    settle,
    share,
    spread,
    windows,
)

PROFILE = find_language("hi").profile


def sentence(start: int, end: int) -> Segment:
    return Segment("s", "lesson", 0, start, end, "")


def test_sentences_with_room_keep_their_starts() -> None:
    assert spread([0, 2000, 9000], 1083, 20_000) == [0, 2000, 9000]


def test_crowded_sentences_move_both_ways_and_as_little_as_possible() -> None:
    assert spread([5000, 5000, 9000], 1000, 20_000) == [4500, 5500, 9000]


def test_sentences_after_the_end_of_the_media_are_brought_inside() -> None:
    assert spread([18_000, 20_000, 20_000], 1000, 20_000) == [17_000, 18_000, 19_000]


@given(st.lists(st.integers(0, 100_000), max_size=30).map(sorted), st.integers(2, 1500))
def test_spread_starts_are_apart_inside_and_do_not_move_again(
    starts: list[int], spacing: int
) -> None:
    moved = spread(starts, spacing, 100_000)
    assert all(later - start >= spacing for start, later in pairwise(moved))
    assert all(0 <= start <= 100_000 - spacing for start in moved)
    assert spread(moved, spacing, 100_000) == moved


def test_a_window_ends_a_gap_before_the_next_sentence_and_at_the_end_of_the_media() -> None:
    assert windows([sentence(1000, 3000), sentence(5000, 6000)], PROFILE, 8000) == [
        Window(1000, 3000, 4917),
        Window(5000, 6000, 8000),
    ]


def test_overlapping_sentences_do_not_share_a_window() -> None:
    assert windows([sentence(1000, 9000), sentence(4000, 6000)], PROFILE, 9000) == [
        Window(1000, 3917, 3917),
        Window(4000, 6000, 9000),
    ]


def test_more_sentences_than_the_media_has_time_for_share_it_evenly() -> None:
    found = windows([sentence(0, 0)] * 4, PROFILE, 2000)
    assert [window.start for window in found] == [0, 500, 1000, 1500]
    assert [window.latest for window in found] == [417, 917, 1417, 2000]


@pytest.mark.parametrize("duration", [0, 3])
def test_media_without_time_for_a_cue_is_refused_with_advice(duration: int) -> None:
    with pytest.raises(CaptionsError, match="belong to this media"):
        windows([sentence(0, 100), sentence(100, 200)], PROFILE, duration)


def test_silence_is_borrowed_only_as_far_as_the_reader_needs() -> None:
    window = Window(start=1000, spoken=2000, latest=9000)
    assert screen_time(window, reading_time(34, 1, PROFILE)) == 2000


def test_no_silence_is_borrowed_where_the_speech_is_long_enough() -> None:
    assert screen_time(Window(1000, 6000, 9000), 2000) == 5000


def test_a_gap_that_would_flicker_is_closed() -> None:
    found = [Window(1000, 6000, 6300), Window(6383, 8000, 9000)]
    assert settle(found, [2000, 1000], PROFILE) == [(1000, 6300), (6383, 8000)]


def test_a_sentence_too_fast_for_all_the_silence_after_it_comes_a_little_earlier() -> None:
    found = [Window(0, 1000, 2917), Window(3000, 4000, 4500)]
    assert settle(found, [1000, 1800], PROFILE) == [(0, 1000), (2700, 4500)]
    assert settle(found, [1000, 9000], PROFILE)[1] == (3000 - LEAD_IN, 4500)


def test_it_comes_no_earlier_than_the_reader_of_the_sentence_before_can_spare() -> None:
    found = [Window(0, 1000, 2917), Window(3000, 4000, 4500)]
    assert settle(found, [2700, 1800], PROFILE) == [(0, 2700), (2783, 4500)]
    assert settle(found, [9000, 1800], PROFILE) == [(0, 2917), (3000, 4500)]


def test_it_never_comes_before_the_end_of_the_speech_before_it_even_in_a_hole() -> None:
    found = [Window(0, 2800, 2917), Window(3000, 4000, 4500)]
    assert settle(found, [0, 1800], PROFILE)[1] == (2883, 4500)


@given(
    st.lists(st.tuples(st.integers(0, 60_000), st.integers(0, 6000)), min_size=1, max_size=12),
    st.lists(st.integers(0, 9000), min_size=12, max_size=12),
)
def test_no_sentence_starts_late_and_all_stand_apart(
    times: list[tuple[int, int]], needed: list[int]
) -> None:
    found = windows([sentence(a, a + b) for a, b in sorted(times)], PROFILE, 70_000)
    spans = settle(found, needed[: len(found)], PROFILE)
    for window, (start, end) in zip(found, spans, strict=True):
        assert max(0, window.start - LEAD_IN) <= start <= window.start
        assert window.spoken <= end <= window.latest
    assert all(later - end >= PROFILE.gap for (_, end), (later, _) in pairwise(spans))


def test_cues_share_the_time_by_their_length_with_a_gap_between() -> None:
    assert share(1000, 6083, [20, 40], PROFILE) == [(1000, 3000), (3083, 7083)]


def test_a_short_cue_takes_time_from_a_long_one() -> None:
    assert share(0, 4083, [5, 95], PROFILE) == [(0, 1000), (1083, 4083)]


def test_a_cue_ends_after_the_longest_time_and_the_next_keeps_its_place() -> None:
    assert share(0, 20_083, [10, 10], PROFILE) == [(0, 7000), (10_083, 17_083)]


def test_more_cues_than_milliseconds_are_refused() -> None:
    with pytest.raises(CaptionsError):
        share(0, 2, [1, 1, 1], PROFILE)


@given(st.lists(st.integers(1, 84), min_size=1, max_size=12), st.integers(12, 90_000))
def test_shares_are_spans_in_order_within_the_total(weights: list[int], total: int) -> None:
    spans = share(0, total, weights, PROFILE)
    assert all(start < end for start, end in spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert spans[-1][1] <= total
    if total >= len(weights) * 1083:
        assert all(end - start >= PROFILE.shortest for start, end in spans)
        assert all(start - end >= PROFILE.gap for (_, end), (start, _) in pairwise(spans))
