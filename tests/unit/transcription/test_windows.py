"""Cutting a stream of sound into windows, with a voice detector of the test's own."""

from __future__ import annotations

import numpy as np
import pytest

from transcription.windows import RATE, Sound, Window, cut_windows

SECOND = RATE


def sound_with(*spans: tuple[float, float], seconds: float) -> Sound:
    """Return silence with ones where someone speaks (seconds)."""
    sound = np.zeros(int(seconds * RATE), np.float32)
    for start, end in spans:
        sound[int(start * RATE) : int(end * RATE)] = 1.0
    return sound


def find_ones(sound: Sound) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], sound > 0.5, [0]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def windows_of(sound: Sound, block: int = 4000) -> list[Window]:
    blocks = [sound[at : at + block] for at in range(0, len(sound), block)]
    return list(cut_windows(iter(blocks), find_ones))


def test_silence_gives_no_window() -> None:
    assert windows_of(sound_with(seconds=20)) == []


def test_no_sound_at_all_gives_no_window() -> None:
    assert windows_of(sound_with(seconds=0)) == []


def test_speech_is_kept_with_400_ms_around_it() -> None:
    (window,) = windows_of(sound_with((5, 8), seconds=20))
    assert (window.start, window.end) == (4600, 8400)
    assert window.speech == [(5000, 8000)]
    assert len(window.sound) == 3.8 * RATE


def test_neighbours_share_the_pause_between_them() -> None:
    (window,) = windows_of(sound_with((1, 2), (2.3, 3), seconds=5))
    assert [piece.span for piece in window.pieces] == [(600, 2150), (2150, 3400)]


def test_no_window_is_longer_than_30_seconds() -> None:
    spans = [(start, start + 8) for start in range(0, 600, 9)]
    windows = windows_of(sound_with(*spans, seconds=600))
    assert max(len(window.sound) for window in windows) <= 30 * RATE
    assert sum(len(window.pieces) for window in windows) == len(spans)


@pytest.mark.parametrize("block", [1600, 4001, 50_000])
def test_a_long_stream_gives_the_same_speech_as_one_look_at_all_of_it(block: int) -> None:
    rng = np.random.default_rng(7)
    spans, at = [], 0.5
    while at < 890:
        length = float(rng.uniform(0.3, 25))
        spans.append((at, min(at + length, 899)))
        at += length + float(rng.uniform(0.2, 6))
    sound = sound_with(*spans, seconds=900)
    pieces = [piece for window in windows_of(sound, block) for piece in window.pieces]
    assert [(p.speech_start, p.speech_end) for p in pieces] == find_ones(sound)


def test_the_pieces_hold_the_sound_of_their_own_time() -> None:
    sound = np.arange(700 * SECOND, dtype=np.float32)
    speech = [(start * SECOND, (start + 3) * SECOND) for start in range(1, 695, 7)]

    def find(part: Sound) -> list[tuple[int, int]]:
        first = int(part[0])
        inside = [(a - first, b - first) for a, b in speech]
        return [(a, b) for a, b in inside if a >= 0 and b <= len(part)]

    for window in cut_windows(iter(np.split(sound, 700)), find):
        for piece in window.pieces:
            assert piece.sound[0] == piece.start
            assert piece.sound[-1] == piece.end - 1


def test_a_time_in_the_window_is_found_in_the_media() -> None:
    (window,) = windows_of(sound_with((5, 8), (15, 18), seconds=30))
    first, second = window.pieces
    assert window.locate(0) == (first, 4600)
    assert window.locate(3799) == (first, 4600)
    assert window.locate(3800) == (second, 14600 - 3800)
    assert window.locate(99_999)[0] is second


def test_a_window_splits_at_the_pause_nearest_to_a_time() -> None:
    (window,) = windows_of(sound_with((1, 3), (5, 8), (12, 15), seconds=20))
    split = window.split(near=11_000)
    assert split is not None
    assert [len(half.pieces) for half in split] == [2, 1]


def test_a_window_without_a_pause_does_not_split() -> None:
    (window,) = windows_of(sound_with((1, 3), seconds=20))
    assert window.split(near=2000) is None
