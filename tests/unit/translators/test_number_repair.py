"""What the starter does when its draft has one wrong number."""

from __future__ import annotations

from courses.quantities.repair import NOTE
from translators.base import Draft
from translators.number_words import wrong_numbers
from translators.starter import _with_right_number


def test_a_wrong_number_is_put_right_and_a_note_says_so() -> None:
    draft = _with_right_number("Reply within 30 days.", Draft("3 दिन में उत्तर दें।", 0.5), "hi")
    assert draft == Draft("30 दिन में उत्तर दें।", 0.5, None, (f"{NOTE}: 3 became 30.",))


def test_a_right_draft_and_a_hole_stay() -> None:
    for draft in (Draft("तीस दिन में उत्तर दें।", 0.5), Draft(None, None, "It failed.")):
        assert _with_right_number("Reply within 30 days.", draft, "hi") is draft


def test_number_words_of_the_language_count_as_numbers() -> None:
    assert wrong_numbers("Reply within 30 days.", "तीस दिन में उत्तर दें।", "hi") == 0
    assert wrong_numbers("Reply within 30 days.", "तीन दिन में उत्तर दें।", "hi") == 2
