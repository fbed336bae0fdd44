"""Whether a text turns in circles, as small models do when they are lost.

Doubled words are good Hindi and Tamil (धीरे धीरे), so only three and more of a phrase count, four
of a single word, five of a piece of a word, and six where numbers stand between, as in lists. Not
for cutting loops off: engines do that themselves.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_PHRASE = 8  # longest repeated phrase, in words
_PIECE = 12  # longest repeated piece of a word, in code points
_WORD_TIMES, _PHRASE_TIMES, _PIECE_TIMES, _LIST_TIMES = 4, 3, 5, 6
_NUMBER = "0"
"""Stands for every number: a runaway list counts on."""


def loops(text: str) -> bool:
    """Return whether a word, a phrase or a piece of a word is repeated on and on."""
    words = [plain for word in text.split() if (plain := _plain(word))]
    if _turns(words, 1, _WORD_TIMES) or _turns(words, _PHRASE, _PHRASE_TIMES, 2):
        return True
    return any(_turns(word, _PIECE, _PIECE_TIMES) for word in words)


def _turns(items: Sequence[str], longest: int, times: int, shortest: int = 1) -> bool:
    """Return whether `shortest` to `longest` neighbours stand `times` times one after the other."""
    again = len(items) - len(set(items))  # all of a run but its first time are there already
    sizes = range(shortest, min(longest, again // (times - 1)) + 1)
    return any(_repeats(items, size, times) for size in sizes)


def _repeats(items: Sequence[str], size: int, times: int) -> bool:
    """Return whether `size` neighbours stand `times` times one after the other."""
    run = 0
    for at, (before, item) in enumerate(zip(items, items[size:], strict=False)):
        run = run + 1 if before == item else 0
        wanted = max(times, _LIST_TIMES) if _NUMBER in items[at : at + size] else times
        if run >= size * (wanted - 1):
            return True
    return False


@lru_cache(maxsize=8192)
def _plain(word: str) -> str:
    """Return the letters of `word` with their marks, "" for a mark, one digit for any number."""
    if any(ch.isdecimal() for ch in word):
        return _NUMBER
    return "".join(ch for ch in word.casefold() if unicodedata.category(ch)[0] in "LM")
