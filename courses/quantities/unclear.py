"""Numbers of a transcript that recognition probably got wrong: "$1.87,500 rupees", "one lack"."""

from __future__ import annotations

import re

_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    "sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|"
    "hundred"
)
_DOUBTS = (
    (
        re.compile(r"[$£€]\s?\d[\d.,]*(?:\s?(?:lakhs?|crores?))?\s+rupees?\b", re.I),
        "has two currencies",
    ),
    (re.compile(r"[$£€]\s?\d[\d.]*,\d{2},\d{3}\b"), "is grouped as rupees are"),
    (
        re.compile(r"(?<![\d.,])\d{1,3}\.\d{2},\d{3}(?![\d,.]?\d)"),
        "has a point where a comma may be meant",
    ),
    (
        re.compile(
            r"\b(?:\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|twenty|fifty|hundred|a|few)"
            r" (?:lacks?|locks?|lax|crows?|core|cores)\b(?= (?:rupees?|and|people|crore|thousand)|"
            r"[.,]|$)",
            re.I,
        ),
        "may be lakh or crore",
    ),
    (
        re.compile(rf"\b(?:\d[\d.,]*|{_WORDS}) (?:lacks?|lax)\b(?= (?:may|is|was|will)\b)", re.I),
        "may be lakh",
    ),
    (  # "one lack 80,000": what is left of 1,80,000
        re.compile(
            rf"\b(?:\d[\d.,]*|an?|{_WORDS}) (?:lacks?|lax)\b(?= (?:rs\.? ?)?(?:\d|(?:{_WORDS})\b))",
            re.I,
        ),
        "may be lakh",
    ),
)


def unclear_number(text: str) -> str | None:
    """Return what is odd about a number of an English text, None when nothing is."""
    for pattern, why in _DOUBTS:
        if found := pattern.search(text):
            return f"{found.group()!r} {why}."
    return None
