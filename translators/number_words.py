"""Writes English number words as digits before a small model translates them.

A small model reads "thirty days" as three days far too often but copies "30 days" well. Only for
the text that goes into a model: stored text keeps its words. Ordinals, fractions and small
numbers without a unit stay words ("one of them", "the two officers"), and so do lakh, crore,
million and billion themselves ("five lakh" becomes "5 lakh").
"""

from __future__ import annotations

import re
from collections import Counter

_ONE_NAMES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TEN_NAMES = "twenty thirty forty fifty sixty seventy eighty ninety"
_UNIT_NAMES = (
    "second seconds minute minutes hour hours day days week weeks month months year years percent "
    "per lakh lakhs crore crores million billion rupee rupees kilometre kilometres kilometer "
    "kilometers km metre metres meter meters kg kilogram kilograms working"
)
_ONES = {word: value for value, word in enumerate(_ONE_NAMES.split())}
_TENS = {word: 10 * value for value, word in enumerate(_TEN_NAMES.split(), start=2)}
_SCALES = {"hundred": 100, "thousand": 1000}
_UNITS = frozenset(_UNIT_NAMES.split())
SMALL = 10
"""Numbers below this become digits only in front of a unit."""

_ANY = "|".join((*_ONES, *_TENS, *_SCALES))
_RUN = re.compile(
    rf"(?<![\w-])(?:{'|'.join((*_ONES, *_TENS))})"
    rf"(?:(?:[ -]|(?<=hundred)\s+and\s+|(?<=thousand)\s+and\s+)(?:{_ANY}))*(?![\w-])",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_GROUPED = re.compile(r"(?<=\d),(?=\d)")
_NEXT = re.compile(r"\s+([A-Za-z]+)")


def to_digits(text: str) -> str:
    """Return `text` with number words as digits: "within thirty days" -> "within 30 days"."""

    def replace(match: re.Match[str]) -> str:
        value = _value(re.split(r"[\s-]+", match.group().lower()))
        if value is None:
            return match.group()
        after = _NEXT.match(text, match.end())
        counted = after is not None and after.group(1).lower() in _UNITS
        return str(value) if value >= SMALL or counted else match.group()

    return _RUN.sub(replace, text)


def wrong_numbers(source: str, target: str) -> int:
    """Return how many numbers `target` lost or has too many, in digits of any script.

    A small number that `source` says in words may be written in digits.
    """
    wanted, found = _numbers(to_digits(source)), _numbers(target)
    spoken = small_numbers(source)
    added = {n: count for n, count in (found - wanted).items() if str(n) not in spoken}
    return (wanted - found).total() + sum(added.values())


def small_numbers(text: str) -> set[str]:
    """Return, in digits, the numbers below twenty that an English text says in words."""
    return {str(_ONES[word]) for word in re.findall("[a-z]+", text.lower()) if word in _ONES}


def _numbers(text: str) -> Counter[int]:
    return Counter(int(number) for number in _DIGITS.findall(_GROUPED.sub("", text)))


def _value(words: list[str]) -> int | None:
    """Return the number that `words` say, None when they are no single number."""
    year = _year(words)
    if year is not None:
        return year
    total, group, last = 0, 0, 10**9  # last: size of the word before, which must shrink
    for word in words:
        if word == "and":  # only ever behind hundred and thousand
            continue
        if word in _SCALES:
            if not group or (word == "hundred" and group > 19):
                return None
            group *= _SCALES[word]
            last = _SCALES[word]
            if word == "thousand":
                total, group = total + group, 0
        else:
            value = _ONES.get(word, _TENS.get(word, 0))
            size = 1 if word in _ONES else 10
            if size >= last or (last == 10 and not 0 < value < 10):
                return None
            group, last = group + value, size
    return total + group


def _year(words: list[str]) -> int | None:
    """Return 1900 to 2099 for "nineteen ninety-five" or "twenty twenty-six"."""
    if len(words) < 2 or words[0] not in ("nineteen", "twenty") or words[1] not in _TENS:
        return None
    rest = _value(words[1:])
    century = 1900 if words[0] == "nineteen" else 2000
    return century + rest if rest is not None and 20 <= rest < 100 else None
