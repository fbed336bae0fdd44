"""What became of the numbers of a sentence, counted for many sentences.

The comparison itself is `courses.quantities`; here only what it finds is sorted and counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from courses.quantities.addresses import without_addresses
from courses.quantities.comparing import compare
from courses.quantities.digits import mentions
from courses.quantities.sides import say_digits
from pipeline.quality.pairing import Pairing

_SMALL = frozenset({"1", "2"})
"""In words these are mostly no count: "one of them", "two" for "both"."""


@dataclass(frozen=True, slots=True)
class Fate:
    """One sentence. asked: its source says a number, in digits or words. kept: the output has all.

    invented: the output has one that the source does not say; repeated: one more often than it.
    """

    asked: bool
    kept: bool
    invented: bool
    repeated: bool


@dataclass(frozen=True, slots=True)
class Numbers:
    """Sentences: with a number in the source, with all kept, with an invented, a repeated one."""

    asked: int
    kept: int
    invented: int
    repeated: int


def fate(source: str, output: str, pairing: Pairing) -> Fate:
    """Return what became of the numbers of `source` in `output`."""
    source, output = without_addresses(source), without_addresses(output)
    difference = compare(source, output, pairing.target, pairing.source)
    written = {mention.key for mention in mentions(source)}
    said = written | {mention.key for mention in mentions(say_digits(source, pairing.source))}
    asked = bool(written | (said - _SMALL))
    keys = [{mention.key for mention in mentions(raw)} for raw in difference.added]
    again = [bool(found) and found <= said for found in keys]
    return Fate(
        asked=asked,
        kept=asked and not difference.lost and not difference.unsure,
        invented=not all(again),
        repeated=any(again),
    )


def tally(fates: Iterable[Fate]) -> Numbers:
    """Return the counts over many sentences."""
    found = list(fates)
    return Numbers(
        asked=sum(one.asked for one in found),
        kept=sum(one.kept for one in found),
        invented=sum(one.invented for one in found),
        repeated=sum(one.repeated for one in found),
    )
