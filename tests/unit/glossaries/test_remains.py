"""What speaks against a draft that honours its terms: leftovers, and terms out of place."""

from __future__ import annotations

import pytest

from courses.nouns import Term
from glossaries.match import make_finder
from glossaries.remains import out_of_place, remains

SIGNATURE = Term("electronic signature", "इलेक्ट्रॉनिक हस्ताक्षर", "hi", id="signature")
SECTION = Term("section", "धारा", "hi", id="section")
FIND = make_finder([SIGNATURE, SECTION])


@pytest.mark.parametrize(
    ("draft", "left"),
    [
        ("इलेक्ट्रॉनिक हस्ताक्षर मान्य है", 0),
        ("इलेक्ट्रॉनिक हस्ताक्षरों की मान्यता", 0),
        ("इलेक्ट्रॉनिक इलेक्ट्रॉनिक हस्ताक्षर मान्य है", 1),
        ("इलेक्ट्रॉनिक हस्ताक्षर और इलेक्ट्रॉनिक हस्ताक्षर", 1),
        ("हस्ताक्षर का इलेक्ट्रॉनिक हस्ताक्षर", 1),
        ("यह मान्य है", 0),
    ],
)
def test_a_term_too_many_and_its_words_outside_of_it_are_counted(draft: str, left: int) -> None:
    source = "The electronic signature is valid."
    assert remains(source, draft, FIND(source), "hi") == left


@pytest.mark.parametrize(
    ("draft", "away"),
    [
        ("धारा 5 के अंतर्गत यह मान्य है", 0),
        ("5वीं धारा के अंतर्गत यह मान्य है", 0),
        ("५ धारा के अंतर्गत", 0),
        ("5 के अंतर्गत यह मान्य है धारा", 1),
        ("55 धारा, और बहुत बाद में कहीं 5", 1),
        ("धारा पाँच", 0),
        ("यह मान्य है 5", 0),
    ],
)
def test_a_numbered_term_must_stand_beside_its_number(draft: str, away: int) -> None:
    source = "Under Section 5 it is valid."
    assert out_of_place(source, draft, FIND(source), "hi") == away


def test_a_term_without_a_number_may_stand_anywhere() -> None:
    source = "This section has 5 rules."
    assert out_of_place(source, "5 नियम इसमें हैं, यह धारा", FIND(source), "hi") == 0
