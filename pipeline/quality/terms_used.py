"""Whether the terms found in a source stand in its translation, counted for many sentences.

The judgement itself is `glossaries.check`: the one that reviewers see.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from courses.nouns import Hit, Term
from glossaries.check import Outcome, Verdict, judge


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms that count, how many of them are used, and those that need not be (waived)."""

    asked: int
    used: int
    waived: int


def verdicts(source: str, output: str, hits: Sequence[Hit], target: str) -> list[Verdict]:
    """Return what became of each term of one sentence; a hole uses none."""
    if output:
        return judge(source, output, hits, target)
    return [Verdict(hit, Outcome.VIOLATED) for hit in hits]


def missed(found: Iterable[Verdict]) -> list[Term]:
    """Return the terms that are violated."""
    return [verdict.hit.term for verdict in found if verdict.outcome is Outcome.VIOLATED]


def tally(found: Iterable[Verdict]) -> Terms:
    """Return the counts over many sentences."""
    outcomes = [verdict.outcome for verdict in found]
    waived, used = outcomes.count(Outcome.WAIVED), outcomes.count(Outcome.HONOURED)
    return Terms(len(outcomes) - waived, used, waived)
