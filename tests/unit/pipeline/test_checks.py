"""Checks of drafts: each finds its fault and leaves a good sentence alone."""

from __future__ import annotations

import pytest

from courses.nouns import Segment, Severity, Signature, Translation, TranslationStatus
from pipeline.checks import check, numbers


def found(source: str, target: str, language: str = "hi") -> list[tuple[str, Severity]]:
    status = TranslationStatus.DRAFT if target else TranslationStatus.HOLE
    segment = Segment("s1", "lesson", 0, 1000, 4000, source)
    translation = Translation("s1", language, target, status, "machine:x", Signature("x"))
    return [(finding.check, finding.severity) for finding in check([segment], [translation])]


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("Section 8 has two parts and 3 rules.", "धारा ८ में दो भाग और 3 नियम हैं।", "hi"),
        ("Pay Rs. 1,87,500 within 30 days.", "৩০ দিনের মধ্যে ১,৮৭,৫০০ টাকা দিন।", "bn"),
        ("See Section 8(1)(j) of the Act.", "சட்டத்தின் பிரிவு 8(1)(j) ஐப் பார்க்கவும்.", "ta"),
        (
            "Reply within thirty days, one of them a holiday.",
            "कृपया 30 दिनों में उत्तर दें, जिनमें एक छुट्टी है।",
            "hi",
        ),
        ("Two officers will sign the note.", "2 अधिकारी टिप्पणी पर हस्ताक्षर करेंगे।", "hi"),
        ("The time is 10:30 today, the 5th.", "آج پانچ نہیں 5 تاریخ ہے، وقت ۱۰:۳۰ ہے۔", "ur"),
    ],
)
def test_a_translation_with_the_same_numbers_has_no_finding(
    source: str, target: str, language: str
) -> None:
    assert found(source, target, language) == []


def test_a_number_that_changed_is_an_error() -> None:
    fault = [("numbers-differ", Severity.ERROR)]
    assert found("Reply within 30 days please.", "कृपया 3 दिनों में उत्तर दें।") == fault


def test_a_number_word_that_became_another_number_is_an_error() -> None:
    fault = [("numbers-differ", Severity.ERROR)]
    assert found("Reply within thirty days please.", "कृपया 3 दिनों में उत्तर दें।") == fault


def test_a_number_said_twice_must_be_said_twice() -> None:
    fault = [("numbers-differ", Severity.ERROR)]
    assert found("Form 5 and rule 5 are different.", "फॉर्म 5 और नियम अलग हैं।") == fault


def test_a_hole_is_an_error_and_hides_the_other_checks() -> None:
    assert found("Reply within 30 days.", "") == [("hole", Severity.ERROR)]


def test_english_text_under_a_hindi_label_is_seen() -> None:
    source = "Every citizen may ask for information."
    assert ("untranslated", Severity.WARNING) in found(source, source)
    assert ("wrong-script", Severity.ERROR) in found(source, "Any citizen can ask for it today.")


def test_a_translation_of_a_word_or_two_is_too_long() -> None:
    source = "Every citizen may ask for it."
    assert found(source, "हर नागरिक सूचना माँग सकता है और " * 6) == [
        ("length-ratio", Severity.WARNING)
    ]


def test_digits_of_all_scripts_and_groupings_count_as_one() -> None:
    assert numbers("१,८७,५०० ರೂ ೧೦.೫") == numbers("187500 and 10.5")
    assert numbers("8(1)(j)") == {"8": 1, "1": 1}
