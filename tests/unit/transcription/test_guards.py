"""Doubts about what was heard, on words written by hand."""

from __future__ import annotations

import pytest

from courses.nouns import Word
from transcription.guards import Doubt, doubt, is_looping


def say(text: str, start: int = 0, each: int = 400) -> list[Word]:
    return [
        Word(one, start + at * each, start + (at + 1) * each - 50)
        for at, one in enumerate(text.split())
    ]


ORDINARY = (
    "The act applies to every public authority and a public authority is a body set up by the "
    "Constitution by a law or by a government order"
)


def test_ordinary_speech_raises_no_doubt() -> None:
    words = say(ORDINARY)
    assert doubt(words, [(0, words[-1].end)]) == Doubt()


@pytest.mark.parametrize(
    "text",
    [
        "you you you you you you",
        "and so the fee and so the fee and so the fee and so the fee",
        "Thank you. Thank you. Thank you, thank you",
    ],
)
def test_a_phrase_said_four_times_in_a_row_is_a_loop(text: str) -> None:
    assert is_looping(say(text))


@pytest.mark.parametrize(
    "text",
    [
        ORDINARY,
        "very very very important",
        "no no no the fee is ten rupees",
        "section one section two section three section four",
        "left right left right left right",
    ],
)
def test_emphasis_and_lists_are_no_loops(text: str) -> None:
    assert not is_looping(say(text))


def test_speech_after_the_last_word_is_missed() -> None:
    words = say(ORDINARY)
    end = words[-1].end
    found = doubt(words, [(0, end + 5000)])
    assert found.missing == pytest.approx(4600, abs=10)
    assert found.hole == pytest.approx(end + 400, abs=10)


def test_speech_before_the_first_word_is_missed() -> None:
    words = say(ORDINARY, start=6000)
    assert doubt(words, [(0, words[-1].end)]).missing == pytest.approx(5600, abs=10)


def test_speech_between_words_is_missed() -> None:
    words = say("the fee is") + say("ten rupees a page", start=9000)
    assert doubt(words, [(0, words[-1].end)]).hole == pytest.approx(1550, abs=10)


def test_a_pause_between_words_is_no_doubt() -> None:
    words = say("the fee is") + say("ten rupees a page", start=9000)
    assert not doubt(words, [(0, 1200), (9000, words[-1].end)])


def test_no_words_over_speech_is_all_missing() -> None:
    assert doubt([], [(1000, 9000)]) == Doubt(missing=8000, hole=1000)


def test_too_few_words_a_second_is_a_doubt_even_when_they_cover_the_time() -> None:
    words = say("the fee is ten", each=4000)
    assert doubt(words, [(0, 16_000)]).missing > 0


def test_a_loop_is_worse_than_missing_words_and_fewer_missing_is_better() -> None:
    assert Doubt() < Doubt(missing=1500) < Doubt(missing=9000) < Doubt(loops=True)
    assert not Doubt()
    assert Doubt(loops=True)
    assert Doubt(missing=1)
