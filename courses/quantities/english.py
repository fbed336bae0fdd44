"""English number words: as digits for a small model, and as numbers for comparing.

A small model reads "thirty days" as three days far too often but copies "30 days" well:
`to_digits` is careful, its result goes into a model. `say_digits` and `may_say` are generous:
nothing of theirs is ever shown or translated.
"""

from __future__ import annotations

import re

_ONE_NAMES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
TEN_NAMES = "twenty thirty forty fifty sixty seventy eighty ninety"
_UNIT_NAMES = (
    "second seconds minute minutes hour hours day days week weeks month months year years percent "
    "per lakh lakhs crore crores million billion rupee rupees kilometre kilometres kilometer "
    "kilometers km metre metres meter meters kg kilogram kilograms working"
)
_ONES = {word: value for value, word in enumerate(_ONE_NAMES.split())}
_TENS = {word: 10 * value for value, word in enumerate(TEN_NAMES.split(), start=2)}
_SCALES = {"hundred": 100, "thousand": 1000}
_UNITS = frozenset(_UNIT_NAMES.split())
SMALL = 10
"""Numbers below this become digits for a model only in front of a unit."""

_ANY = "|".join((*_ONES, *_TENS, *_SCALES))
_RUN = re.compile(
    rf"(?<![\w-])(?:{'|'.join((*_ONES, *_TENS))})"
    rf"(?:(?:[ -]|(?<=hundred)\s+and\s+|(?<=thousand)\s+and\s+)(?:{_ANY}))*(?![\w-])",
    re.IGNORECASE,
)
_LOWER_BEFORE = re.compile(r"\b[a-z]\w* $")
_UPPER_BEHIND = re.compile(r" [A-Z]")
_NEXT = re.compile(r"\s+([A-Za-z]+)")


def to_digits(text: str, small: int = SMALL) -> str:
    """Return `text` with number words as digits: "within thirty days" -> "within 30 days".

    Ordinals, fractions and numbers below `small` without a unit stay words ("one of them"), and
    so do lakh, crore, million and billion themselves ("five lakh" becomes "5 lakh").
    """

    def replace(match: re.Match[str]) -> str:
        value = _value(re.split(r"[\s-]+", match.group().lower()))
        if value is None or (small < SMALL and _is_name(match)):
            return match.group()
        after = _NEXT.match(text, match.end())
        counted = after is not None and after.group(1).lower() in _UNITS
        return str(value) if value >= small or counted else match.group()

    return _RUN.sub(replace, text)


def _is_name(number: re.Match[str]) -> bool:
    """Return whether a number word is a part of a name, which is spelled, not translated."""
    text = number.string
    return (
        number.group()[0].isupper()
        and _LOWER_BEFORE.search(text, 0, number.start()) is not None
        and _UPPER_BEHIND.match(text, number.end()) is not None
    )


def small_numbers(text: str) -> set[str]:
    """Return, in digits, the numbers below twenty that an English text says in words."""
    return {str(_ONES[word]) for word in re.findall("[a-z]+", text.lower()) if word in _ONES}


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
    if not 2 <= len(words) <= 3 or words[0] not in ("nineteen", "twenty") or words[1] not in _TENS:
        return None
    rest = _value(words[1:])
    century = 1900 if words[0] == "nineteen" else 2000
    return century + rest if rest is not None and 20 <= rest < 100 else None


ORDINAL_NAMES = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
)
TENTH_NAMES = (
    "twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth hundredth"
)
_MORE = (
    "once=1 single=1 twice=2 both=2 double=2 dual=2 twin=2 couple=2 pair=2 half=2 thrice=3 "
    "triple=3 treble=3 trio=3 triad=3 tertiary=3 triangle=3 trilateral=3 "
    "quarter=4 quarterly=3 quadruple=4 "
    "square=4 dozen=12 fortnight=15 decade=10 decades=10 century=100 centuries=100 millennium=1000 "
    "nil=0 no=0 noon=12 midday=12 midnight=12 weekly=7 quarters=4 "
    "twenties=20 thirties=30 forties=40 fifties=50 sixties=60 seventies=70 eighties=80 nineties=90"
)
_VALUES = {
    **_ONES,
    **_TENS,
    **{word: value for value, word in enumerate(ORDINAL_NAMES.split(), 1)},
    **{word: 10 * value for value, word in enumerate(TENTH_NAMES.split(), 2)},
    **{word: int(value) for word, value in (entry.split("=") for entry in _MORE.split())},
}
_ANY_SCALE = "(?:hundred|thousand|lakh|lac|crore|million|billion)s?"
_SCALE_PARTS = ("hundred", "thousand", "lakh", "lac", "crore", "illion")
_UNIT = "(?:second|minute|hour|day|week|fortnight|month|year|rupee|lakh|crore)"
_COUNT = (
    rf"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(list(_ONES)[1:10])}))?|{'|'.join(_ONES)}|\d+)"
)
_DIGIT = f"(?:{'|'.join(list(_ONES)[:10])})"
_POINT = re.compile(rf"\b({_COUNT}) point ((?:{_DIGIT}|\d)(?: {_DIGIT})*)\b", re.I)
_HALF = re.compile(rf"\b({_COUNT})[ -]and[ -](?:a[ -])?half\b", re.I)
_LOOSE = re.compile(
    rf"(?<![a-z])(?:({'|'.join(_TENS)})[ -])?({'|'.join(_VALUES)})(?:s(?<!seconds)|"
    rf"-?fold)?(?![a-z])"
)
_COMPOUND = re.compile(
    rf"\b((?:{_ANY})(?:[ -](?:{_ANY}))*)-(?=(?:second|minute|hour|day|week|month|year|member|point|"
    r"page|step|stage|tier|rupee|mark|bed|seat|time|part|item|hundred|thousand|lakh|crore)s?\b)",
    re.I,
)
_LONE_SCALE = re.compile(
    r"(?<!\d)(?<!\d[ -])\b(hundred|thousand|lakh|crore|million|billion)s?\b", re.I
)
_COUPLE = re.compile(r"\bcouple of (hundred|thousand|lakh|crore|million|billion)s?\b", re.I)
_TENS_OF = re.compile(r"\b(tens|hundreds) of (thousand|lakh|crore|million|billion)s?\b", re.I)
_DECADES = re.compile(rf"\b({_COUNT}) decades\b", re.I)
_POWERS = {"hundred": 2, "thousand": 3, "lakh": 5, "crore": 7, "million": 6, "billion": 9}


_CLOCK = re.compile(rf"\b(half|quarter) (past|to) ({_COUNT})\b", re.I)


def _clock(found: re.Match[str]) -> str:
    """Return "half past ten" as 10:30 and "quarter to ten" as 9:45."""
    hour, minutes = int(_count(found[3])[:2]), 30 if found[1].lower() == "half" else 15
    if found[2].lower() == "to":
        hour, minutes = hour - 1 or 12, 60 - minutes
    return f"{hour}:{minutes}"


def _count(words: str) -> str:
    """Return a number below a hundred in digits: "twenty-five" is 25."""
    if words[0] <= "9":
        return words
    return str(sum(_VALUES[word] for word in re.split("[ -]", words.lower())))


def say_digits(text: str) -> str:
    """Return `text` with English number words as digits where they are surely a number."""

    def point(found: re.Match[str]) -> str:
        return f"{_count(found[1])}.{''.join(map(_count, found[2].split()))}"

    plain = text.lower()  # most sentences have none of these words, and the patterns are slow
    if " point " in plain:
        text = _POINT.sub(point, text)
    if "half" in plain or "quarter" in plain:
        text = _CLOCK.sub(_clock, text)
        text = re.sub(rf"\bhalf an? (?={_ANY_SCALE}\b)", "0.5 ", text, flags=re.I)
        text = _HALF.sub(lambda found: f"{_count(found[1])}.5", text)
    if any(scale in plain for scale in _SCALE_PARTS):
        text = re.sub(rf"\ban?(?= {_ANY_SCALE}\b)", "one", text, flags=re.I)
        text = re.sub(r"(?<=\w )(hundred|thousand)s\b", r"\1", text, flags=re.I)
    text = _COMPOUND.sub(r"\1 ", text) if "-" in text else text
    return to_digits(text, small=3)


def may_say(text: str) -> set[str]:
    """Return the numbers that words of `text` may or may not mean: "one of them", "second"."""
    meant: set[int] = set()
    for tens, word in _LOOSE.findall(text.lower()):
        value = _VALUES[word]
        joined = tens and 0 < value < 10
        meant |= {_VALUES[tens] + value} if joined else {value, _VALUES.get(tens, value)}
    meant |= {10 ** _POWERS[word.lower()] for word in _LONE_SCALE.findall(text)}
    meant |= {1} if re.search(rf"(?<!half )\ban? {_UNIT}\b", text, re.I) else set()
    meant |= {14} if "fortnight" in text.lower() else set()
    meant |= {30} if re.search(r"\bhalf an hour\b", text, re.I) else set()
    meant |= {2 * 10 ** _POWERS[word.lower()] for word in _COUPLE.findall(text)}
    for times, word in _TENS_OF.findall(text) if "s of " in text else ():
        meant.add(10 ** (_POWERS[word.lower()] + (1 if times.lower() == "tens" else 2)))
    meant |= {10 * int(_count(count)[:2]) for count in _DECADES.findall(text)}
    said = set(map(str, meant))
    said |= {"0.5", "1-2"} if re.search(r"\bhalf\b", text, re.I) else set()
    return said | ({"0.25", "0.75"} if "quarter" in text.lower() else set())
