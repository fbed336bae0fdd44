"""Which numbers a text and its translation say, and which of them differ.

A difference must be a real one: what is in digits on one side may be in words on the other, one
and two may be missing or added in words ("a", "both"), and words that are often no number excuse
a number but never ask for one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from courses.quantities.dates import changed_months, months
from courses.quantities.digits import Mention
from courses.quantities.fractions import settle_fractions
from courses.quantities.hours import same_hours, say_dozens
from courses.quantities.ordinals import has_ordinals, lost_ordinals, without_seconds
from courses.quantities.sides import (
    Side,
    clock,
    less,
    may_say,
    maybe_half,
    side,
    times_in_english,
    times_said,
    without,
)
from courses.quantities.words import TABLES

_OPTIONAL = frozenset({"0", "1", "2"})
_RIGHT_TO_LEFT = frozenset({"ur", "ks", "sd"})
# What was just said in the other script, once more in brackets.
_GLOSS = re.compile(r"\([^()]*[A-Za-z][^()]*\)")
_ONE_OR_TWO = re.compile(r"(?<![\w.,:/(-])([12])(?![\w:/)-]|[.,]\d)")
_COUNTS = re.compile(r"(?:^|[^\w\s]\s*|\b[a-z]\w*\s+)([12])(?=\s[a-z])")
_RAISED = {"²": "2", "³": "3"}
_AREA = re.compile(r"\b(?:[kcm]?m|mi|ft)([23])\b")


@dataclass(frozen=True, slots=True)
class Difference:
    """Numbers that a translation lost or added, and those of the source in words it may say."""

    lost: tuple[str, ...]
    added: tuple[str, ...]
    unsure: tuple[str, ...]


@lru_cache(maxsize=4096)
def _months(text: str, language: str) -> frozenset[str]:
    return frozenset(str(month) for month in months(text, language))


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
    return left, less(pieces, taken)


@lru_cache(maxsize=8)  # several checks look at each sentence, one after the other
def compare(
    source: str, target: str, language: str = "", source_language: str = "en"
) -> Difference:
    """Return how the numbers of `target`, in `language`, differ from those of `source`.

    In a language whose number words are not known, a number of the source that is in words and
    in no digits of the target is `unsure`, not `lost`.
    """
    parts_lost: tuple[str, ...] = ()
    parts_added: tuple[str, ...] = ()
    if source_language == "en":
        source, target, parts_lost, parts_added = settle_fractions(source, target, language)
        source = say_dozens(source, side(target, language).told)
    difference = _compare(source, target, language, source_language)
    if difference.added and (bare := _GLOSS.sub(" ", target)) != target:
        without = _compare(source, bare, language, source_language)
        difference = difference if without.lost or without.added else without
    if source_language != "en":
        return difference
    gone, instead = changed_months(source, target, language)
    gone, instead = gone + parts_lost, instead + parts_added
    if language in TABLES and has_ordinals(source):
        said = times_in_english(source), times_said(target, language)
        lost, found = lost_ordinals(source, *said, target)
        gone, instead = gone + lost, instead + found
        rest = without_seconds(source, target)
        if rest is not None and "2" not in times_said(rest, language):
            gone += ("two",)
    return replace(difference, lost=difference.lost + gone, added=difference.added + instead)


def _compare(source: str, target: str, language: str, source_language: str) -> Difference:
    wanted, found = side(source, source_language), side(target, language)
    lost, added = without(wanted.sure, found.sure), without(found.sure, wanted.sure)
    if lost or added:
        # A month that both name stands for no number; one that is a number on one side may.
        named = _months(source, source_language), _months(target, language)
        meant = (
            may_say(source, source_language) | (named[0] - named[1]),
            may_say(target, language) | (named[1] - named[0]),
        )
        if language in _RIGHT_TO_LEFT:
            lost, added = _turned(lost, added)
        lost, added = _same_hours(source, lost, added)
        lost, added = _settle(lost, added)
        added, pieces = _settle(added, lost, meant[0])
        open_ones = set(pieces)
        lost = [item for item in lost if item in open_ones]
        lost, added = _settle(lost, added, meant[1] | found.told)
        added = [item for item in added if not _may_be_said(item, found, wanted, meant[0])]
        excuses = (meant[1] - _names_of_things(source)) | set(_AREA.findall(source))
        excuses |= {digit for sign, digit in _RAISED.items() if sign in target}
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


def _same_hours(
    source: str, lost: Sequence[Mention], added: Sequence[Mention]
) -> tuple[list[Mention], list[Mention]]:
    """Return both without hours that one side counts from noon: "5 pm" and 17:00."""
    same = same_hours(source, {item.key for item in lost}, {item.raw for item in added})
    left = [item for item in lost if item.key not in same]
    hours = set(same.values())
    return left, [item for item in added if item.raw not in hours]


def _names_of_things(source: str) -> set[str]:
    """Return 1 and 2 where they count nothing ("Form 1"): no article stands for them."""
    named = set(_ONE_OR_TWO.findall(source)) - {""}
    return named - set(_COUNTS.findall(source))


def _may_be_said(item: Mention, own: Side, other: Side, meant: Collection[str]) -> bool:
    """Return whether the other side may say a number: as a whole, or "two" of "two to 3 lakh"."""
    half = item.key in other.clocks and maybe_half(item)
    if item.key in meant or half or clock(item) in other.halves:
        return True
    if not item.power and any(key not in own.told for key in other.bare.get(item.key, ())):
        return True
    same = item.power and item.power in other.powers
    return bool(same and item.bare and item.bare[0][0] in {*meant, *other.told})


def _said_once(item: Mention, wanted: Side, found: Side) -> bool:
    """Return whether a number need not be seen again: "thirty (30) days", "one" and "two"."""
    twice = item.key in wanted.written and item.key in found.told
    return item.key in wanted.spoken and (twice or item.key in _OPTIONAL)


def _judge(
    lost: Sequence[Mention], added: Sequence[Mention], wanted: Side, found: Side, readable: bool
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
