"""How many terms fit."""

from __future__ import annotations

from transcription.hotwords import fit_hotwords


def count_words(text: str) -> int:
    return len(text.split())


def test_the_first_terms_are_taken_whole_until_the_room_is_full() -> None:
    terms = ["Public Information Officer", "first appeal", "penalty"]
    assert fit_hotwords(terms, count_words, 5) == "Public Information Officer, first appeal"
    assert fit_hotwords(terms, count_words, 4) == "Public Information Officer"
    assert fit_hotwords(terms, count_words, 2) == ""


def test_no_terms_give_no_prompt() -> None:
    assert fit_hotwords([], count_words, 100) == ""
