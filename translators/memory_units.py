"""The nouns of the translation memory: what is kept, what is asked, what is found.

For everybody who uses a memory; `translators.memory` hands them on. Not for storage or matching.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Unit:
    """One approved translation. Languages are our codes; texts are as people wrote them.

    previous, following: the source sentences beside it, empty at the ends of a lesson, None where
    they are not known. approved: when, ISO 8601 in UTC.
    """

    source_language: str
    target_language: str
    source: str
    target: str
    organisation: str
    approved_by: str
    approved: str
    course: str = ""
    lesson: str = ""
    previous: str | None = None
    following: str | None = None

    @property
    def pair(self) -> str:
        """Return source and target language, as ``en>hi``."""
        return f"{self.source_language}>{self.target_language}"


@dataclass(frozen=True, slots=True)
class Query:
    """A sentence to look up, with the sentences beside it where they are known."""

    text: str
    source_language: str
    target_language: str
    previous: str | None = None
    following: str | None = None

    @property
    def pair(self) -> str:
        """Return source and target language, as ``en>hi``."""
        return f"{self.source_language}>{self.target_language}"


@dataclass(frozen=True, slots=True)
class Match:
    """A unit and how well it fits: 101 exact in the same context, 100 exact, 75 to 99 fuzzy.

    numbers: those that only the unit's source has, and those that only the sentence has.
    """

    unit: Unit
    percent: int
    numbers: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


@dataclass(slots=True)
class Added:
    """What became of units that were handed in.

    contradicting: units whose sentence, in the same context, had another translation of the same
    organisation. They are kept beside it; the one approved last is offered first. `contradictions`
    are the first of them.
    """

    new: int = 0
    same: int = 0
    contradicting: int = 0
    contradictions: list[Unit] = field(default_factory=list)


def to_row(unit: Unit) -> tuple[str | None, ...]:
    """Return the unit's fields in the order of memory_file.FIELDS."""
    texts = (unit.pair, unit.source, unit.target, unit.organisation, unit.course, unit.lesson)
    return (*texts, unit.previous, unit.following, unit.approved_by, unit.approved)


def to_unit(row: Sequence[str]) -> Unit:
    """Return the unit of a row with memory_file.FIELDS."""
    pair, source, target, organisation, course, lesson, previous, following, by, when = row
    read, _, written = pair.partition(">")
    names = (course, lesson, previous, following)
    return Unit(read, written, source, target, organisation, by, when, *names)
