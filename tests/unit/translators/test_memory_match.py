"""The measure of the translation memory: words, numbers, and what the percentages mean."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.script import comparison_key
from translators.memory_index import sketch
from translators.memory_match import (
    THRESHOLD,
    Words,
    allowed_edits,
    differing_numbers,
    mask,
    percent,
    split,
)

FEW = ["ask", "file", "fee", "may", "not", "reply", "rule", "the", "30", "45"]
WORDS = st.lists(st.sampled_from(FEW), max_size=14)


def words(text: str, language: str = "en") -> Words:
    return mask(split(comparison_key(text), language))


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ("Every citizen may ask for it.", "Every citizen can ask for it.", 83),
        ("One two three four.", "One two three four five.", 80),
        ("One two three.", "One two three four.", 75),
        ("One two three.", "One two four.", 0),  # 66
        ("It is done.", "It is done!", 99),
        ("Reply in 30 days.", "Reply in 45 days.", 95),
        ("Read this and reply within 30 days.", "Read this and answer within 45 days.", 80),
        ("Pay from 5 to 10 rupees.", "Pay from 10 to 5 rupees.", 95),
        ("Four words with 30.", "Four words have 45.", 0),  # 75 less 5
        ("", "", 0),
        ("…", "…", 0),
    ],
)
def test_percent_is_the_share_of_the_longer_sentences_words_that_stand(
    ours: str, theirs: str, expected: int
) -> None:
    assert percent(words(ours), words(theirs)) == expected
    assert percent(words(theirs), words(ours)) == expected


def test_a_word_of_an_indian_language_is_one_word() -> None:
    assert words("यह कला है।", "hi").masked == ("यह", "कला", "है")


def test_the_same_numbers_in_another_order_differ_all() -> None:
    ours, theirs = words("From 5 to 10."), words("From 10 to 5.")
    assert differing_numbers(ours, theirs) == (("10", "5"), ("5", "10"))


def test_numbers_that_differ_are_told_each_as_often_as_it_differs() -> None:
    ours, theirs = words("3 of 30, then 7, then 7"), words("3 of 45, then 7")
    assert differing_numbers(ours, theirs) == (("45",), ("30", "7"))


def test_digits_of_all_scripts_are_the_same_number() -> None:
    assert differing_numbers(words("धारा ७", "hi"), words("धारा 7", "hi")) == ((), ())


@settings(deadline=None)
@given(WORDS, WORDS)
def test_the_sketches_of_a_match_differ_in_no_more_bits_than_its_edits_explain(
    ours: list[str], theirs: list[str]
) -> None:
    one, other = mask(ours), mask(theirs)
    if not percent(one, other):
        return
    pairs = zip(sketch(one.masked), sketch(other.masked), strict=True)
    apart = sum((left ^ right).bit_count() for left, right in pairs)
    surplus = abs(len(ours) - len(theirs))
    assert apart <= 2 * allowed_edits(max(len(ours), len(theirs))) - surplus


@settings(deadline=None)
@given(WORDS, WORDS)
def test_nothing_below_the_threshold_is_a_match_and_nothing_fuzzy_is_exact(
    ours: list[str], theirs: list[str]
) -> None:
    found = percent(mask(ours), mask(theirs))
    assert found == 0 or THRESHOLD <= found < 100
