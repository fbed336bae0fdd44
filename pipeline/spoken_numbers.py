"""The numbers that an English text says in words, for comparing them with digits.

Generous where translators.number_words must be careful: nothing here is ever shown or translated.
Keys of numbers are those of pipeline.numbers.
"""

from __future__ import annotations

import re

from translators.number_words import to_digits

_NAMES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen",
    "twenty thirty forty fifty sixty seventy eighty ninety",
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth",
    "twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth",
    "January February March April May June July August September October November December",
)
_ONES, _TENS, _ORDINALS, _TENTHS, _MONTHS = map(str.split, _NAMES)
_VALUES = {
    **{word: value for value, word in enumerate(_ONES)},
    **{word: value for value, word in enumerate(_ORDINALS, 1)},
    **{word: 10 * value for names in (_TENS, _TENTHS) for value, word in enumerate(names, 2)},
    **{"once": 1, "single": 1, "twice": 2, "both": 2, "double": 2, "thrice": 3, "dozen": 12},
}
_ANY_SCALE = "(?:hundred|thousand|lakh|lac|crore|million|billion)s?"
_UNIT = "(?:second|minute|hour|day|week|fortnight|month|year|rupee|lakh|crore)"
_COUNT = rf"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_ONES[1:10])}))?|{'|'.join(_ONES)}|\d+)"
_POINT = re.compile(
    rf"\b({_COUNT}) point ((?:{'|'.join(_ONES[:10])}|\d)(?: (?:{'|'.join(_ONES[:10])}))*)\b", re.I
)
_LOOSE = re.compile(
    rf"\b(?:({'|'.join(_TENS)})[ -])?({'|'.join(_VALUES)})(?:s(?<!seconds))?\b", re.I
)
_LONE_SCALE = re.compile(r"(?<!\d)(?<!\d[ -])\b(hundred|thousand|lakh|crore|million)\b", re.I)
_MONTH = re.compile(
    rf"\d(?:st|nd|rd|th)?(?: of)?,? ({'|'.join(_MONTHS)})|\b({'|'.join(_MONTHS)}),? \d"
)


def _count(words: str) -> str:
    """Return a number below a hundred in digits: "twenty-five" is 25."""
    return (
        str(sum(_VALUES[w] for w in re.split("[ -]", words.lower()))) if words[0] > "9" else words
    )


def say_digits(text: str) -> str:
    """Return `text` with English number words as digits where they are surely a number."""

    def point(found: re.Match[str]) -> str:
        return f"{_count(found[1])}.{''.join(map(_count, found[2].split()))}"

    text = _POINT.sub(point, text)
    text = re.sub(rf"\bhalf an? (?={_ANY_SCALE}\b)", "0.5 ", text, flags=re.I)
    half = rf"\b({_COUNT}) and (?:a )?half\b"
    text = re.sub(half, lambda found: f"{_count(found[1])}.5", text, flags=re.I)
    text = re.sub(rf"\ban?(?= {_ANY_SCALE}\b)", "one", text, flags=re.I)
    text = re.sub(r"(?<=\w )(hundred|thousand)s\b", r"\1", text, flags=re.I)
    return to_digits(text)


def may_say(text: str) -> set[str]:
    """Return the numbers that words of `say_digits` text may or may not mean: "one of them"."""
    meant: set[int] = set()
    for tens, word in _LOOSE.findall(text.lower()):
        value = _VALUES[word]
        joined = tens and 0 < value < 10
        meant |= {_VALUES[tens] + value} if joined else {value, _VALUES.get(tens, value)}
    powers = {"hundred": 2, "thousand": 3, "lakh": 5, "crore": 7, "million": 6}
    meant |= {10 ** powers[word.lower()] for word in _LONE_SCALE.findall(text)}
    meant |= {_MONTHS.index(one or other) + 1 for one, other in _MONTH.findall(text)}
    meant |= {1} if re.search(rf"(?<!half )\ban? {_UNIT}\b", text, re.I) else set()
    meant |= {30} if re.search(r"\bhalf an hour\b", text, re.I) else set()
    half = {"0.5", "1-2"} if re.search(r"\bhalf\b", text, re.I) else set()
    return half | set(map(str, meant))
