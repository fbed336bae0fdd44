"""Which of two drafts of a sentence is the better one, as far as that shows without reading it.

For choosing among drafts that an engine made in several ways: a draft that keeps more terms is
taken only where nothing else gets worse. Not for telling a person what is wrong: see `checks`,
whose findings are used here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from courses.nouns import Hit, Segment, Severity, Signature, Translation, TranslationStatus
from courses.quantities.comparing import compare
from courses.script import script_of
from glossaries.check import Outcome, judge
from glossaries.protect import violations
from pipeline.checking.checks import check

_LATIN = re.compile(r"[A-Za-z]{3,}")
# What a draft costs: a number that differs is worse than a term, a word left in English less bad.
_NUMBER, _TERM, _ENGLISH = 4, 2, 1
# A draft that is much shorter or longer than the first lost something, or runs on.
_LENGTHS = (0.6, 1.7)
# Warnings that no draft may have where another has not: the meaning is at stake.
_GRAVE = frozenset({"negation-lost", "unit-differs", "repeated-text", "length-ratio"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One sentence to translate, and the terms in it."""

    text: str
    hits: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class Weight:
    """What is wrong with a draft.

    terms: how many it violates. numbers: how many it lost or added. english: words left in Latin
    letters that no term wants. findings: ids of its errors and of its grave warnings.
    """

    terms: int
    numbers: int
    english: int
    findings: frozenset[str]

    @property
    def cost(self) -> int:
        """Return all of it in one figure; less is better."""
        return _NUMBER * self.numbers + _TERM * self.terms + _ENGLISH * self.english


@lru_cache(maxsize=512)  # each of many drafts is held against the same first one, then ranked
def weigh(asked: Asked, text: str, pair: tuple[str, str]) -> Weight:
    """Return what is wrong with a draft; `pair` is the source and the target language."""
    difference = compare(asked.text, text, pair[1], pair[0])
    wanted = {word for hit in asked.hits for word in _LATIN.findall(hit.term.target)}
    return Weight(
        terms=violations(asked.text, text, asked.hits, pair[1]),
        numbers=len(difference.lost) + len(difference.added),
        english=sum(word not in wanted for word in _LATIN.findall(text)),
        findings=_findings(asked.text, text, pair),
    )


def _findings(source: str, text: str, pair: tuple[str, str]) -> frozenset[str]:
    segment = Segment("", "", 0, 0, 0, source)
    translation = Translation("", pair[1], text, TranslationStatus.DRAFT, "", Signature(""))
    found = check([segment], [translation], pair[0])
    return frozenset(
        one.check for one in found if one.severity is Severity.ERROR or one.check in _GRAVE
    )


def is_better(asked: Asked, first: str, second: str, pair: tuple[str, str]) -> bool:
    """Return whether the second draft keeps more terms, and is as sound as the first."""
    if not _LENGTHS[0] <= len(second) / len(first) <= _LENGTHS[1]:
        return False
    one, other = weigh(asked, first, pair), weigh(asked, second, pair)
    return (
        other.terms < one.terms
        and other.cost < one.cost
        and other.numbers <= one.numbers
        and other.findings <= one.findings
    )


def missed_terms(asked: Asked, text: str | None, target: str) -> list[Hit]:
    """Return the hits whose terms a draft violates.

    None for a hole or a text that was not translated at all: these have other troubles.
    """
    if not text or script_of(text) == "Latn":
        return []
    judged = judge(asked.text, text, asked.hits, target)
    return [one.hit for one in judged if one.outcome is Outcome.VIOLATED]
