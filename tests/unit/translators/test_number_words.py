"""Number words become digits only where they are one number."""

from __future__ import annotations

import pytest

from translators.number_words import to_digits, wrong_numbers


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("within thirty days", "within 30 days"),
        ("They must reply in seven days.", "They must reply in 7 days."),
        ("Thirty-five officers and two clerks", "35 officers and two clerks"),
        ("two hundred and fifty rupees", "250 rupees"),
        ("one thousand two hundred thirty-four", "1234"),
        ("one hundred and twenty-three thousand", "123000"),
        ("five lakh rupees, ten crore", "5 lakh rupees, 10 crore"),
        ("seventy-five per cent", "75 per cent"),
        ("between ten and fifteen days", "between 10 and 15 days"),
        ("nineteen ninety-five and twenty twenty-six", "1995 and 2026"),
        ("In two thousand and five, sixty came.", "In 2005, 60 came."),
        ("Ninety  nine", "90  nine"),
    ],
)
def test_numbers_become_digits(words: str, digits: str) -> None:
    assert to_digits(words) == digits


@pytest.mark.parametrize(
    "text",
    [
        "One of them must reply, no one else.",
        "the thirty-first day",
        "five six seven",
        "twenty thirty forty",
        "Hundred and five",
        "a one-time fee",
        "seventeen twenty",
        "The first and the second officer",
        "often, attend, weight, stone",
        "30 days and Rs. 2,50,000",
        "",
    ],
)
def test_what_is_no_plain_number_stays(text: str) -> None:
    assert to_digits(text) == text


@pytest.mark.parametrize(
    ("source", "target", "wrong"),
    [
        ("Reply within 30 days.", "30 दिन में उत्तर दें।", 0),
        ("Reply within 30 days.", "३० दिन में उत्तर दें।", 0),
        ("Reply within 30 days.", "3 दिन में उत्तर दें।", 2),
        ("Reply within thirty days.", "30 दिन में उत्तर दें।", 0),
        ("The seven members met.", "7 सदस्य मिले।", 0),
        ("The seven members met.", "सात सदस्य मिले।", 0),
        ("The members met in 2019.", "सदस्य 2019 में, 2019 में मिले।", 1),
        ("From 5 to 5 in room 07.", "कक्ष 7 में 5 से।", 1),
        ("Rs. 2,50,000 or 250,000", "250000 या 2,50,000 रुपये", 0),
        ("No numbers here.", "12", 1),
    ],
)
def test_wrong_numbers_are_counted(source: str, target: str, wrong: int) -> None:
    assert wrong_numbers(source, target) == wrong


def test_a_number_too_long_for_an_integer_is_compared_too() -> None:
    long = "1" * 5000
    assert wrong_numbers(long, long) == 0
    assert wrong_numbers(long, "2" * 5000) == 2
