"""From times in a window to times in the media."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from courses.nouns import Word
from transcription.windows import RATE, Piece, Window
from transcription.word_times import in_order, to_words


def window_of(*spans: tuple[int, int]) -> Window:
    """Return a window whose pieces speak over `spans` (ms), with 400 ms on either side."""
    pieces = []
    for start, end in spans:
        edges = [ms * RATE // 1000 for ms in (start - 400, end + 400, start, end)]
        pieces.append(Piece(*edges, np.zeros(edges[1] - edges[0], np.float32)))
    return Window(tuple(pieces))


def texts(words: list[Word]) -> list[str]:
    return [word.text for word in words]


def test_a_word_in_the_middle_moves_to_its_media_time_and_starts_50_ms_later() -> None:
    window = window_of((10_000, 20_000))
    heard = [Word(" a", 500, 900), Word(" b", 5000, 5300, 0.9), Word(" c", 9000, 9400)]
    assert to_words(window, heard)[1] == Word("b", 14_650, 14_900, 0.9)


def test_a_word_after_a_left_out_pause_is_timed_after_it() -> None:
    window = window_of((10_000, 12_000), (60_000, 63_000))
    heard = [Word(" a", 1000, 1500), Word(" b", 4700, 5200), Word(" c", 5300, 5500)]
    assert [word.start for word in to_words(window, heard)] == [10_650, 61_550, 62_150]


def test_the_words_beside_a_pause_take_the_times_of_the_voice() -> None:
    window = window_of((10_000, 12_000))
    heard = [Word(" a", 250, 900), Word(" b", 1000, 1500), Word(" c", 1600, 2250)]
    words = to_words(window, heard)
    assert words[0].start == 10_000
    assert words[-1].end == 12_000


def test_a_word_far_from_the_pause_keeps_its_own_time() -> None:
    window = window_of((10_000, 18_000))
    (word,) = to_words(window, [Word(" a", 3000, 3500)])
    assert (word.start, word.end) == (12_650, 13_100)


def test_a_part_without_leading_space_belongs_to_the_word_before() -> None:
    window = window_of((10_000, 18_000))
    heard = [Word(" 1", 500, 600, 0.9), Word(",87", 600, 900, 0.5), Word(",500", 900, 1200, 0.7)]
    (word,) = to_words(window, heard)
    assert (word.text, word.confidence) == ("1,87,500", 0.5)


def test_words_without_text_go() -> None:
    window = window_of((10_000, 18_000))
    assert texts(to_words(window, [Word(" ", 500, 600), Word(" a ", 700, 900)])) == ["a"]


def test_a_word_that_reaches_past_its_piece_is_cut_at_it() -> None:
    window = window_of((10_000, 12_000))
    (word,) = to_words(window, [Word(" a", 1000, 9000)])
    assert word.end <= 12_400


@given(
    st.lists(st.tuples(st.integers(-100, 5000), st.integers(-100, 5000)), max_size=20),
    st.integers(1, 4000),
)
def test_words_come_in_order_inside_the_media_and_never_overlap(
    times: list[tuple[int, int]], duration: int
) -> None:
    words = in_order([Word("a", start, end) for start, end in times], duration)
    assert len(words) == len(times)
    edges = [edge for word in words for edge in (word.start, word.end)]
    assert edges == sorted(edges)
    assert all(0 <= edge <= duration for edge in edges)
