"""Quotation marks and brackets without a partner, held against the source.

Marks are paired by kind, not by shape: Hindi closes “ with ”, Urdu typists mix “ ” and ", and none
of that is a fault. Single quotation marks are looked at only where they cannot be apostrophes.
"""

from __future__ import annotations

import re

from courses.nouns import Segment, Translation

DOUBLE = '"“”„‟«»＂'
# After a digit, " is inches.
_DOUBLE = re.compile(f"(?<!\\d)[{DOUBLE}]|(?<=\\d)[“”„‟«»]")
# Two single marks are a double one, but not inside a word: Assamese typists write ল''ড for ল'ড.
_DOUBLED_SINGLES = re.compile(r"(?<![^\W\d_])(?:''|‘‘|’’|``|´´)|(?:''|‘‘|’’|``|´´)(?![^\W\d_])")
_PARTNERS = {")": "(", "]": "[", "}": "{"}
# "1)", "a)", "iv)", "क)" of a list; but "WHO)" has lost a bracket.
_LIST_MARK = re.compile(
    r"(?:^\s*|(?<=[,;:।.]\s))(?:\d{1,3}|[ivx]{1,4}|[A-Za-z]|[^\W\d_A-Za-z][\u0900-\u0dff]{0,3})\)"
)
# A face has a bracket of its own.
_FACE = re.compile(r"[:;=]-?[()]")


def lone_quotes(text: str) -> int:
    """Return how many double quotation marks have no partner: 0 or 1."""
    return len(_DOUBLE.findall(_DOUBLED_SINGLES.sub('"', text))) % 2


def lone_brackets(text: str) -> list[tuple[int, str]]:
    """Return (offset, bracket) for each one without a partner, by offset.

    Not: those of a list ("1)", "क)"), of a face, or in the wrong order of nesting.
    """
    waiting: dict[str, list[int]] = {"(": [], "[": [], "{": []}
    plain = _FACE.sub(lambda face: " " * len(face.group()), text)
    lists = {found.end() - 1 for found in _LIST_MARK.finditer(plain)}
    lone = []
    for at, char in enumerate(plain):
        if char in waiting:
            waiting[char].append(at)
        elif char in _PARTNERS:
            if waiting[_PARTNERS[char]]:
                waiting[_PARTNERS[char]].pop()
            elif at not in lists:
                lone.append((at, char))
    lone += [(at, bracket) for bracket, places in waiting.items() for at in places]
    return sorted(lone)


def quotes_unbalanced(segment: Segment, translation: Translation, _spoken: str) -> str | None:
    """Say that a quotation mark has no partner, where the source has all of its own."""
    if not lone_quotes(translation.text) or lone_quotes(segment.text):
        return None
    return "A quotation mark is opened and not closed, or closed and not opened."


def brackets_unbalanced(segment: Segment, translation: Translation, _spoken: str) -> str | None:
    """Say which bracket has no partner, where the source has all of its own."""
    lone = lone_brackets(translation.text)
    if not lone or lone_brackets(segment.text):
        return None
    return f"{lone[0][1]!r} has no partner."
