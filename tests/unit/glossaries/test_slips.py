"""Slips of recognition are suggested, and right words are left alone."""

from __future__ import annotations

import pytest

from glossaries.slips import find_slips


@pytest.mark.parametrize(
    ("text", "said", "meant"),
    [
        ("Buy it on the gem portal today.", "gem portal", "GeM portal"),
        ("Open the e office and look.", "e office", "eOffice"),
        ("An our tea eye request.", "our tea eye", "RTI"),
        ("Are tea eye requests are free.", "Are tea eye", "RTI"),
        ("Write to the c pio.", "c pio", "CPIO"),
        ("R T I", "R T I", "RTI"),
    ],
)
def test_words_heard_for_a_name_are_suggested_with_their_place(
    text: str, said: str, meant: str
) -> None:
    (slip,) = find_slips(text)
    assert text[slip.start : slip.end] == slip.said == said
    assert slip.meant == meant
    assert slip.sure


@pytest.mark.parametrize(
    "text",
    [
        "Buy it on the GeM portal in eOffice.",
        "The e-office is open; our team drinks tea.",
        "A gem of an idea about our tea estates.",
        "The RTI Act and the CPIO.",
        "",
    ],
)
def test_right_words_are_left_alone(text: str) -> None:
    assert find_slips(text) == []


def test_words_that_may_be_right_are_not_sure() -> None:
    (slip,) = find_slips("Look on gem today.")
    assert not slip.sure
