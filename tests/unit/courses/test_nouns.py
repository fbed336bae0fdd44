"""Stable ids and printable signatures."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from courses.nouns import Signature, segment_ids


def test_ids_are_sixteen_hex_digits_that_never_change() -> None:
    assert segment_ids("intro", ["Good morning.", "Thank you."]) == [
        "a7be47c9645999f8",
        "864719086e3248e9",
    ]


def test_the_same_sentence_twice_has_two_ids() -> None:
    first, second = segment_ids("intro", ["Yes.", "Yes."])
    assert first != second


def test_the_same_sentence_in_another_lesson_has_another_id() -> None:
    assert segment_ids("one", ["Yes."]) != segment_ids("two", ["Yes."])


@given(st.lists(st.text(max_size=5), unique=True), st.text(max_size=5), st.integers(0, 20))
def test_inserting_a_sentence_moves_no_other_id(texts: list[str], new: str, at: int) -> None:
    before = dict(zip(texts, segment_ids("lesson", texts), strict=True))
    longer = [*texts[:at], new, *texts[at:]] if new not in before else texts
    after = dict(zip(longer, segment_ids("lesson", longer), strict=True))
    assert {text: after[text] for text in texts} == before


@given(st.lists(st.sampled_from(["Yes.", "No.", ""])))
def test_ids_are_unique_in_a_lesson(texts: list[str]) -> None:
    assert len(set(segment_ids("lesson", texts))) == len(texts)


def test_a_signature_prints_as_one_line_without_empty_parts() -> None:
    signature = Signature(engine="captions", revision="0123abcd")
    assert str(signature) == "engine:captions|revision:0123abcd"
