"""The tables of small words are of one mind with themselves and with the table of languages."""

from __future__ import annotations

from dataclasses import fields

import pytest

from courses.languages import WRITINGS
from courses.script import script_of
from pipeline.layout.clause_words import KNOWN, LABELS, Words, find_words, fold_word

KINDS = ("opens", "closes", "clings", "trails", "leads", "tails")


@pytest.mark.parametrize("code", KNOWN)
def test_every_word_is_folded_and_in_the_script_of_its_language(code: str) -> None:
    words = [word for kind in KINDS for word in getattr(find_words(code), kind)]
    assert words
    assert [word for word in words if fold_word(word) != word] == []
    assert [word for word in words if script_of(word) not in (WRITINGS[code].script, None)] == []


@pytest.mark.parametrize("code", KNOWN)
def test_no_word_stays_with_both_sides(code: str) -> None:
    words = find_words(code)
    assert words.clings & words.opens == frozenset()
    assert words.clings & words.trails == frozenset()
    assert (words.clings | words.trails) & words.leads == frozenset()


def test_a_language_whose_words_are_not_known_has_none() -> None:
    assert find_words("brx") == Words()
    assert not any(getattr(find_words("ks_Deva"), field.name) for field in fields(Words))


def test_words_are_found_whatever_stands_around_them() -> None:
    assert fold_word("“And,”") == "and"
    assert fold_word("(है)।") == "है"
    assert fold_word("\u2068RTI\u2069") == "rti"


def test_a_precomposed_letter_is_the_same_word() -> None:
    assert fold_word("ज\u093cरिए") == fold_word("\u095bरिए")
    assert fold_word("\u095bरिए") in find_words("hi").tails


def test_labels_stand_before_numbers_in_any_language() -> None:
    assert {"section", "धारा", "rs", "₹", "பிரிவு", "دفعہ"} <= LABELS
