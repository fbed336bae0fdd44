"""What one text says in numbers: surely, in words and in digits, and perhaps.

Two texts are compared in `courses.quantities.comparing`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from courses.quantities import english, words
from courses.quantities.digits import Mention, mentions
from courses.quantities.references import roman_numbers
from courses.quantities.scales import lone_scales

_DIGIT = re.compile(r"\d")
_QUARTERS = {"15": "25", "30": "5", "45": "75"}


@dataclass(frozen=True)
class Side:
    """All that one text says surely: its numbers, the keys of those in words and in digits."""

    sure: tuple[Mention, ...]
    spoken: frozenset[str] = frozenset()
    written: frozenset[str] = frozenset()

    @cached_property
    def told(self) -> frozenset[str]:
        """Return the keys of the numbers."""
        return frozenset(item.key for item in self.sure)

    @cached_property
    def clocks(self) -> frozenset[str]:
        """Return what the times may be read as from words: 10.5 for 10:30."""
        return frozenset(clock(item) for item in self.sure) - {""}

    @cached_property
    def halves(self) -> frozenset[str]:
        """Return the keys without those of 10:50 and 10.50, which are no "half past ten"."""
        return frozenset(item.key for item in self.sure if maybe_half(item))

    @cached_property
    def powers(self) -> frozenset[int]:
        """Return the powers of the scales that numbers have."""
        return frozenset(item.power for item in self.sure)

    @cached_property
    def bare(self) -> dict[str, set[str]]:
        """Return the numbers in front of scales, with the keys of the wholes."""
        found: dict[str, set[str]] = {}
        for item in self.sure:
            if item.bare and len(item.bare[0]) == 1:
                found.setdefault(item.bare[0][0], set()).add(item.key)
        return found


@lru_cache(maxsize=4096)  # a source is compared in every language
def say_digits(text: str, language: str) -> str:
    """Return `text` with the number words of `language` as digits where they surely are one."""
    return english.say_digits(text) if language == "en" else words.say_digits(text, language)


@lru_cache(maxsize=4096)
def side(text: str, language: str) -> Side:
    """Return what `text` says surely."""
    said = say_digits(text, language)
    if not _DIGIT.search(said):
        return Side(())
    sure = mentions(said)
    written = mentions(text) if said != text else sure
    spoken = without(sure, written)
    keys = (frozenset(item.key for item in items) for items in (spoken, written))
    return Side(tuple(sure), *keys)


def told(text: str, language: str) -> frozenset[str]:
    """Return the keys of the numbers that `text` surely says."""
    return side(text, language).told


@lru_cache(maxsize=4096)
def may_say(text: str, language: str) -> frozenset[str]:
    """Return the keys of the numbers that words of `text` may mean, whether they do or not."""
    said = say_digits(text, language)
    may = words.may_say(said, language) | lone_scales(said) | english.may_say(said)
    may |= roman_numbers(text)
    return frozenset(may)


def without(items: Sequence[Mention], others: Iterable[Mention]) -> list[Mention]:
    """Return `items` less one for each equal one of `others`."""
    return less(items, Counter(other.key for other in others))


def less(items: Sequence[Mention], keys: Counter[str]) -> list[Mention]:
    """Return `items` less the first ones that have these `keys`."""
    keys, left = keys.copy(), []
    for item in items:
        if keys[item.key] > 0:
            keys[item.key] -= 1
        else:
            left.append(item)
    return left


def times_said(text: str, language: str) -> Counter[str]:
    """Return the keys of all numbers that a text says or may say, and how often it does."""
    sure = side(text, language).sure
    found = Counter(item.key for item in sure)
    found.update(leaf for item in sure for leaf in {leaf for parts in item.parts for leaf in parts})
    weak = words.may_say_times(say_digits(text, language), language)
    for key in may_say(text, language):
        found[key] += max(1, weak[key])
    return found


def times_in_english(source: str) -> dict[str, int]:
    """Return the keys of all numbers that an English text may say; 0 for those it need not."""
    sure = side(source, "en").sure
    leaves = {leaf for item in sure for parts in item.parts for leaf in parts}
    return {**dict.fromkeys(may_say(source, "en") | leaves, 0), **Counter(i.key for i in sure)}


def maybe_half(item: Mention) -> bool:
    """Return whether a number may be a time in words: "10.5" for half past ten, not "10:50"."""
    return ":" not in item.raw and not item.raw.endswith("0")


def clock(time: Mention) -> str:
    """Return what "10:30" is when it is read from "half past ten" in words, 10.5; maybe empty."""
    hours, colon, minutes = time.raw.partition(":")
    if not colon or minutes not in _QUARTERS or not hours.isdecimal() or len(hours) > 2:
        return ""
    return f"{int(hours)}.{_QUARTERS[minutes]}"
