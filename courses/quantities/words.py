"""Reads number words of Indian languages: "तीस" is 30, "साढ़े तीन" 3.5, "இருபத்து ஐந்து" 25.

A word that is often no number ("एक", "नौ" in Nepali "छ") may say its number, it need not: only
`may_say` has it. Scales ("लाख") stay words, `courses.quantities.digits` reads them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from courses.quantities import east, north, south
from courses.quantities.scales import SCALE, fold_nukta
from courses.quantities.tables import Numerals, fold

TABLES: dict[str, Numerals] = {
    "hi": north.HINDI,
    "ur": north.URDU,
    "pa": north.PUNJABI,
    "gu": north.GUJARATI,
    "mr": north.MARATHI,
    "bn": east.BENGALI,
    "as": east.ASSAMESE,
    "or": east.ODIA,
    "ne": east.NEPALI,
    "mai": east.MAITHILI,
    "ta": south.TAMIL,
    "te": south.TELUGU,
    "kn": south.KANNADA,
    "ml": south.MALAYALAM,
}
"""Code -> number words, for the languages whose words are known."""

# Letters and marks of our scripts without their digits and dandas.
_INDIC = "".join(
    f"{chr(base)}-{chr(base + 0x63)}{chr(base + 0x70)}-{chr(base + 0x7F)}"
    for base in range(0x900, 0xD80, 0x80)
)
_WORD = re.compile(
    f"['’\u200b-\u200d{_INDIC}\u0610-\u061a\u0620-\u065f\u066e-\u06d3\u06d5-\u06ef]+"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one word says: a number, `weak` when it is often none; `rest` is what follows it.

    `change` is True for a word like "साढ़े", whose `value` is added to the number behind it.
    """

    value: Decimal
    weak: bool = False
    rest: str = ""
    change: bool = False


@dataclass(frozen=True, slots=True)
class _Lexicon:
    words: dict[str, Reading]
    ends: re.Pattern[str]


def _spellings(value: str, words: str, change: bool = False) -> Iterator[tuple[str, Reading]]:
    for word in words.split("/"):
        weak = word.startswith("~") or value == "0" or value.startswith("~")
        reading = Reading(Decimal(value.strip("~")), weak, change=change)
        yield fold(word.strip("~")), reading


@lru_cache
def _lexicon(language: str) -> _Lexicon:
    table = TABLES[language]
    words: dict[str, Reading] = {}
    entries = [(str(n), words) for n, words in enumerate(table.cardinals.split())]
    entries += [tuple(entry.split("=", 1)) for entry in table.others.split()]  # type: ignore[misc]
    for value, spelled in entries:
        for word, reading in _spellings(value, spelled):
            if word not in words or words[word].weak < reading.weak:
                words[word] = reading
    for entry in table.fractions.split():
        value, spelled = entry.split("=", 1)
        words |= dict(_spellings(value, spelled, change=value[0] in "+-"))
    parts = (
        re.escape(fold(end.strip("*"))) + ".*" * end.endswith("*") for end in table.suffixes.split()
    )
    return _Lexicon(words, re.compile("|".join(parts)))


@lru_cache(maxsize=65536)
def _read(word: str, language: str) -> Reading | None:
    """Return what one word says, None for a word that is no number."""
    lexicon, folded = _lexicon(language), fold(word)
    if folded in lexicon.words:
        return lexicon.words[folded]
    for cut in range(len(folded) - 1, 1, -1):
        reading, rest = lexicon.words.get(folded[:cut]), folded[cut:]
        if reading is None:
            continue
        if reading.change:
            behind = lexicon.words.get(rest)
            return Reading(reading.value + behind.value) if behind else None
        if lexicon.ends.fullmatch(rest):
            return reading
        if scale := SCALE.match(fold_nukta(word[-len(rest) :])):
            return Reading(reading.value, False, scale.group())
    return None


@lru_cache
def _idioms(language: str) -> re.Pattern[str] | None:
    idioms = TABLES[language].idioms
    return re.compile(idioms) if idioms else None


@dataclass(slots=True)
class Spoken:
    """A number of one or more words, ``text[start:end]``; `step` is the least that was added."""

    value: Decimal
    start: int
    end: int
    weak: bool
    rest: str = ""
    step: int = 1


def _step(value: Decimal, tens_add: bool) -> int:
    """Return what a number after this one must be smaller than, to belong to it."""
    for step in (1000, 100, 10):
        enough = step > 10 or (tens_add and value >= 20)
        if enough and value and value % step == 0:
            return step
    return 1


def numbers_in(text: str, language: str) -> Iterator[Spoken]:
    """Yield the numbers that words say, in order; neighbours that are one number as one."""
    tens_add = TABLES[language].tens_add
    if idioms := _idioms(language):
        text = idioms.sub(lambda found: "." * len(found.group()), text)
    change: Spoken | None = None
    before: Spoken | None = None
    for found in _WORD.finditer(text):
        reading = _read(found.group().strip("'’"), language)
        if reading is None or _names(text, found):
            change = None
            continue
        value, start, weak = reading.value, found.start(), reading.weak
        if weak and value >= 100 and _counted(before, text, start):
            if before:
                yield before
            before = change = None
            continue
        if reading.change:
            change = Spoken(value, start, found.end(), False)
            continue
        if change and not text[change.end : start].strip():
            value, start, weak = value + change.value, change.start, False
        change = None
        number = Spoken(value, start, found.end(), weak, reading.rest, _step(value, tens_add))
        if before and _joins(before, number, text):
            number.value, number.start = before.value + value, before.start
            number.weak = False
        elif before and tens_add and _multiplied(before, number, text):
            number.value, number.start = before.value * 1000 + value, before.start
        elif before:
            yield before
        before = number
    if before:
        yield before


def _names(text: str, word: re.Match[str]) -> bool:
    """Return whether a word is the letter of a clause, "243छ" or "2(छ)", and says no number."""
    before, behind = text[word.start() - 1 : word.start()], text[word.end() : word.end() + 1]
    return before.isdecimal() or (before == "(" and behind == ")" and len(word.group()) == 1)


def _counted(before: Spoken | None, text: str, start: int) -> bool:
    """Return whether a number stands before a word for hundred or thousand, a scale then."""
    front = text[:start].rstrip()
    return front[-1:].isdecimal() or (before is not None and not text[before.end : start].strip())


def _joins(before: Spoken, number: Spoken, text: str) -> bool:
    """Return whether two numbers in words are one: "hundred and" twenty, twenty five."""
    if before.rest or text[before.end : number.start].strip():
        return False
    sure = not before.weak or (before.value >= 100 and not number.weak)
    return sure and 0 < number.value < before.step


def _multiplied(before: Spoken, number: Spoken, text: str) -> bool:
    """Return whether "twenty five-thousand" is 25000: the thousand is joined to the five only."""
    tens = before.step == 10 and before.value < 100
    thousands = number.value % 1000 == 0 and 1000 <= number.value < 10000
    return bool(tens and thousands and not text[before.end : number.start].strip())


def say_digits(text: str, language: str) -> str:
    """Return `text` with number words of `language` as digits where they are surely a number."""
    if language not in TABLES:
        return text
    pieces: list[str] = []
    at = 0
    for number in numbers_in(text, language):
        front = pieces[-1] + text[at : number.start] if pieces else ""
        if number.weak and not _surely(number, text, front):
            continue
        said = f"{number.value.normalize():f}"
        pieces += [text[at : number.start], said, " " * bool(number.rest), number.rest]
        at = number.end
    return "".join([*pieces, text[at:]])


def _surely(number: Spoken, text: str, front: str) -> bool:
    """Return whether a scale beside a word like "one" shows it as a number: "two hundred two".

    `front` is what stands between it and the number before, empty when there is none.
    """
    if not 0 < number.value < 100:
        return False
    behind = text[number.end :].lstrip()[:12]
    scaled = number.rest or SCALE.match(fold_nukta(behind))
    return bool(scaled or SCALE.fullmatch(fold_nukta(front.strip())))


def may_say(text: str, language: str) -> set[str]:
    """Return the numbers that words of `say_digits` text may mean, as keys of `digits`."""
    return set(may_say_times(text, language))


def may_say_times(text: str, language: str) -> Counter[str]:
    """Return the same with how often each may stand there."""
    if language not in TABLES:
        return Counter()
    return Counter(f"{number.value.normalize():f}" for number in numbers_in(text, language))
