"""Which numbers a text and its translation say, and which of them differ.

A difference must be a real one: what is in digits on one side may be in words on the other, one
and two may be missing or added in words ("a", "both"), and words that are often no number excuse
a number but never ask for one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from courses.quantities import english, words
from courses.quantities.dates import changed_months, months
from courses.quantities.digits import Mention, mentions
from courses.quantities.ordinals import has_ordinals, lost_ordinals
from courses.quantities.references import roman_numbers
from courses.quantities.scales import lone_scales
from courses.quantities.words import TABLES

_OPTIONAL = frozenset({"0", "1", "2"})
_RIGHT_TO_LEFT = frozenset({"ur", "ks", "sd"})
# What was just said in the other script, once more in brackets.
_GLOSS = re.compile(r"\([^()]*[A-Za-z][^()]*\)")
_ONE_OR_TWO = re.compile(r"(?<![\w.,:/(-])([12])(?![\w:/)-]|[.,]\d)")
_COUNTS = re.compile(r"(?:^|[^\w\s]\s*|\b[a-z]\w*\s+)([12])(?=\s[a-z])")
_DIGIT = re.compile(r"\d")
_QUARTERS = {"15": "25", "30": "5", "45": "75"}
_AREA = re.compile(r"\b(?:[kcm]?m|mi|ft)([23])\b")


@dataclass(frozen=True, slots=True)
class Difference:
    """Numbers that a translation lost or added, and those of the source in words it may say."""

    lost: tuple[str, ...]
    added: tuple[str, ...]
    unsure: tuple[str, ...]


@dataclass(frozen=True)
class _Side:
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
        return frozenset(_clock(item) for item in self.sure) - {""}

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
def _side(text: str, language: str) -> _Side:
    said = say_digits(text, language)
    if not _DIGIT.search(said):
        return _Side(())
    sure = mentions(said)
    written = mentions(text) if said != text else sure
    spoken = _without(sure, written)
    keys = (frozenset(item.key for item in items) for items in (spoken, written))
    return _Side(tuple(sure), *keys)


@lru_cache(maxsize=4096)
def may_say(text: str, language: str) -> frozenset[str]:
    """Return the keys of the numbers that words of `text` may mean, whether they do or not."""
    said = say_digits(text, language)
    may = words.may_say(said, language) | lone_scales(said) | english.may_say(said)
    may |= roman_numbers(text)
    return frozenset(may)


@lru_cache(maxsize=4096)
def _months(text: str, language: str) -> frozenset[str]:
    return frozenset(str(month) for month in months(text, language))


def _without(items: Sequence[Mention], others: Iterable[Mention]) -> list[Mention]:
    """Return `items` less one for each equal one of `others`."""
    return _less(items, Counter(other.key for other in others))


def _less(items: Sequence[Mention], keys: Counter[str]) -> list[Mention]:
    """Return `items` less the first ones that have these `keys`."""
    keys, left = keys.copy(), []
    for item in items:
        if keys[item.key] > 0:
            keys[item.key] -= 1
        else:
            left.append(item)
    return left


def _settle(
    wholes: Sequence[Mention], pieces: Sequence[Mention], known: Collection[str] = ()
) -> tuple[list[Mention], list[Mention]]:
    """Return both less the wholes whose parts are all among the pieces, or known, and these."""
    free, left = Counter(piece.key for piece in pieces), []
    taken: Counter[str] = Counter()
    for whole in wholes:
        for parts in whole.parts:
            needed = Counter(parts)
            if all(key in known for key, times in needed.items() if times > free[key]):
                used = needed & Counter({key: free[key] for key in needed})
                free.subtract(used)
                taken.update(used)
                break
        else:
            left.append(whole)
    return left, _less(pieces, taken)


@lru_cache(maxsize=8)  # several checks look at each sentence, one after the other
def compare(
    source: str, target: str, language: str = "", source_language: str = "en"
) -> Difference:
    """Return how the numbers of `target`, in `language`, differ from those of `source`.

    In a language whose number words are not known, a number of the source that is in words and
    in no digits of the target is `unsure`, not `lost`.
    """
    difference = _compare(source, target, language, source_language)
    if difference.added and (bare := _GLOSS.sub(" ", target)) != target:
        without = _compare(source, bare, language, source_language)
        difference = difference if without.lost or without.added else without
    if source_language != "en":
        return difference
    gone, instead = changed_months(source, target, language)
    if language in TABLES and has_ordinals(source):
        lost, found = lost_ordinals(source, _all(source, "en"), _all(target, language))
        gone, instead = gone + lost, instead + found
    return replace(difference, lost=difference.lost + gone, added=difference.added + instead)


def _all(text: str, language: str) -> frozenset[str]:
    """Return the keys of all numbers that a text says or may say."""
    sure = _side(text, language).sure
    leaves = {leaf for item in sure for parts in item.parts for leaf in parts}
    return may_say(text, language) | _side(text, language).told | leaves


def _compare(source: str, target: str, language: str, source_language: str) -> Difference:
    wanted, found = _side(source, source_language), _side(target, language)
    lost, added = _without(wanted.sure, found.sure), _without(found.sure, wanted.sure)
    if lost or added:
        # A month that both name stands for no number; one that is a number on one side may.
        named = _months(source, source_language), _months(target, language)
        meant = (
            may_say(source, source_language) | (named[0] - named[1]),
            may_say(target, language) | (named[1] - named[0]),
        )
        if language in _RIGHT_TO_LEFT:
            lost, added = _turned(lost, added)
        lost, added = _settle(lost, added)
        added, pieces = _settle(added, lost, meant[0])
        open_ones = set(pieces)
        lost = [item for item in lost if item in open_ones]
        lost, added = _settle(lost, added, meant[1] | found.told)
        added = [item for item in added if not _may_be_said(item, found, wanted, meant[0])]
        excuses = (meant[1] - _names_of_things(source)) | set(_AREA.findall(source))
        lost = [item for item in lost if not _may_be_said(item, wanted, found, excuses)]
    lost = [item for item in lost if not _said_once(item, wanted, found)]
    return _judge(lost, added, wanted, found, language in TABLES or language == "en")


def _turned(
    lost: Sequence[Mention], added: Sequence[Mention]
) -> tuple[list[Mention], list[Mention]]:
    """Return both without ranges that are written from right to left: 17-5 for 5-17."""
    turned = {item.key: "-".join(reversed(item.key.split("-"))) for item in added}
    both = set(turned.values()) & {item.key for item in lost if "-" in item.key}
    left = [item for item in lost if item.key not in both]
    return left, [item for item in added if turned[item.key] not in both]


def _names_of_things(source: str) -> set[str]:
    """Return 1 and 2 where they count nothing ("Form 1"): no article stands for them."""
    named = set(_ONE_OR_TWO.findall(source)) - {""}
    return named - set(_COUNTS.findall(source))


def _may_be_said(item: Mention, own: _Side, other: _Side, meant: Collection[str]) -> bool:
    """Return whether the other side may say a number: as a whole, or "two" of "two to 3 lakh"."""
    if item.key in meant or item.key in other.clocks or _clock(item) in other.told:
        return True
    if not item.power and any(key not in own.told for key in other.bare.get(item.key, ())):
        return True
    same = item.power and item.power in other.powers
    return bool(same and item.bare and item.bare[0][0] in {*meant, *other.told})


def _clock(time: Mention) -> str:
    """Return what "10:30" is when it is read from "half past ten" in words, 10.5; maybe empty."""
    hours, colon, minutes = time.raw.partition(":")
    if not colon or minutes not in _QUARTERS or not hours.isdecimal() or len(hours) > 2:
        return ""
    return f"{int(hours)}.{_QUARTERS[minutes]}"


def _said_once(item: Mention, wanted: _Side, found: _Side) -> bool:
    """Return whether a number need not be seen again: "thirty (30) days", "one" and "two"."""
    twice = item.key in wanted.written and item.key in found.told
    return item.key in wanted.spoken and (twice or item.key in _OPTIONAL)


def _judge(
    lost: Sequence[Mention], added: Sequence[Mention], wanted: _Side, found: _Side, readable: bool
) -> Difference:
    """Return the difference after what words that nobody knows may account for."""
    bare = [replace(item, parts=item.bare) for item in lost]
    unknown, rest = _settle(bare, added)
    open_ones = {item.start for item in unknown}
    gone: list[Mention] = []
    unsure: list[Mention] = []
    for item in lost:
        hidden = not readable and item.start not in open_ones
        spoken = item.key in wanted.spoken and not readable
        (unsure if hidden or spoken else gone).append(item)
    twice = wanted.told & (wanted.spoken | found.spoken)
    rest = [item for item in rest if item.key not in twice]
    return Difference(_as_written(gone), _as_written(rest), _as_written(unsure))


def _as_written(items: Sequence[Mention]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.raw for item in items))
