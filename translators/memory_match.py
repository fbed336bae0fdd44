"""How like two sentences are, in percent: the measure of the translation memory.

Words are compared, not characters: a reviewer changes words, and one "not" put into a sentence of
60 characters would be a match of 97 % by characters and is one of 90 % by ten words. Numbers count
as one word whatever they say, as a person only has to put in the right one; that they differ costs
points and is told. Pure functions; not for finding candidates (translators.memory_index).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from courses import script

THRESHOLD = 75  # percent; below it, correcting costs more than translating anew
EXACT, IN_CONTEXT = 100, 101
NEAREST = 99  # what is not the same text is never 100 %: punctuation may be all that differs
NUMBER_PENALTY = 5  # percent points, once, when any number differs
_CAPITALS = re.compile("[A-Z]{2,}")
_NUMBER = "0"  # stands for every word that has a digit


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence as it is compared: its words, numbers masked, and the numbers themselves."""

    masked: tuple[str, ...]
    numbers: tuple[str, ...]


def split(key: str, language: str) -> list[str]:
    """Return the words of a comparison key, without punctuation (ICU, UAX 29)."""
    return [key[start:end] for start, end in script.words(key, language)]


def mask(words: Sequence[str]) -> Words:
    """Return `words` with every number masked."""
    numeric = [any(map(str.isdigit, word)) for word in words]
    pairs = list(zip(words, numeric, strict=True))
    masked = (_NUMBER if is_number else word for word, is_number in pairs)
    return Words(tuple(masked), tuple(word for word, is_number in pairs if is_number))


def allowed_edits(longest: int) -> int:
    """Return how many words may differ in a match, where the longer sentence has `longest`."""
    return longest * (100 - THRESHOLD) // 100


def percent(ours: Words, theirs: Words) -> int:
    """Return how much of the longer sentence's words stand in the other, 0 or THRESHOLD to 99.

    Levenshtein's distance over words (rapidfuzz), rounded down, less NUMBER_PENALTY when numbers
    differ. 0 stands for all that is below THRESHOLD.
    """
    longest = max(len(ours.masked), len(theirs.masked))
    allowed = allowed_edits(longest)
    edits = Levenshtein.distance(ours.masked, theirs.masked, score_cutoff=allowed)
    if not longest or edits > allowed:
        return 0
    alike = (longest - edits) * 100 // longest
    if ours.numbers != theirs.numbers:  # "from 5 to 10" is not "from 10 to 5"
        alike -= NUMBER_PENALTY
    return min(NEAREST, alike) if alike >= THRESHOLD else 0


def differing_numbers(ours: Words, theirs: Words) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the numbers that only the memory's sentence has, and those that only ours has.

    All of both, where they are the same numbers in another order.
    """
    mine, other = Counter(ours.numbers), Counter(theirs.numbers)
    if mine == other and ours.numbers != theirs.numbers:
        return theirs.numbers, ours.numbers
    return tuple((other - mine).elements()), tuple((mine - other).elements())


def same_capitals(ours: str, theirs: str) -> bool:
    """Return whether two spellings of one text have the same words in capitals.

    "US" and "IT" are not "us" and "it". A text that is all in capitals tells nothing.
    """
    if ours == theirs or ours.isupper() or theirs.isupper():
        return True
    return _CAPITALS.findall(ours) == _CAPITALS.findall(theirs)
