"""English number words as digits for a small model, and how many numbers its output got wrong.

The words themselves are read by `courses.quantities`.
"""

from __future__ import annotations

import re
from collections import Counter

from courses.quantities.comparing import compare
from courses.quantities.english import small_numbers, to_digits
from courses.script import to_ascii_digits

__all__ = ["small_numbers", "to_digits", "wrong_numbers"]

_DIGITS = re.compile(r"\d+")
_GROUPED = re.compile(r"(?<=\d),(?=\d)")


def wrong_numbers(source: str, target: str, language: str = "") -> int:
    """Return how many numbers `target` lost or has too many, in digits of any script.

    A small number that `source` says in words may be written in digits. With the `language` of
    `target`, its number words count too.
    """
    if language:
        difference = compare(source, target, language)
        return len(difference.lost) + len(difference.added)
    wanted, found = _numbers(to_digits(source)), _numbers(target)
    spoken = small_numbers(source)
    added = {n: count for n, count in (found - wanted).items() if n not in spoken}
    return (wanted - found).total() + sum(added.values())


def _numbers(text: str) -> Counter[str]:
    plain = _GROUPED.sub("", to_ascii_digits(text))
    return Counter(number.lstrip("0") or "0" for number in _DIGITS.findall(plain))
