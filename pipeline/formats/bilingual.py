"""What the exchange formats write and read: one lesson in two languages, sentence by sentence.

For XLIFF and the review sheet, which go out to people and come back. Not for packages: their
formats write a Document. Nothing here judges what came back; `pipeline.exchange_import` does.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from courses.errors import UsageError
from courses.nouns import Severity, TranslationStatus

MOST_BYTES = 16 << 20
"""Bytes of XML that are read: three hours of speech take half of it."""

MOST_TAGS = 250_000
"""Tags that are read; three hours of speech have half as many. Each takes memory and time."""

XML_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 cannot hold."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding about one sentence, for the translator to read; `check` may be empty."""

    text: str
    check: str = ""
    severity: Severity = Severity.INFO


@dataclass(frozen=True, slots=True)
class TermNote:
    """A term of the glossary in ``source[start:end]`` of its unit, and its wording.

    `trust` is the wording's status: official, reviewed or proposed; `locked` says that another
    wording is refused.
    """

    source: str
    target: str
    trust: str
    locked: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A translation of the same or a similar sentence; `percent` in 0..100, `origin` is whose."""

    source: str
    target: str
    percent: int
    origin: str


@dataclass(frozen=True, slots=True)
class BilingualUnit:
    """One sentence: `start`, `end` in ms, None where the file does not say.

    `base` is the mark of the target as it was sent (see `mark_of`), empty where it was lost.
    `limit` is the most grapheme clusters that can be read in its time, None where nothing says.
    """

    id: str
    source: str
    target: str
    status: TranslationStatus
    start: int | None = None
    end: int | None = None
    base: str = ""
    author: str = ""
    limit: int | None = None
    remarks: tuple[Remark, ...] = ()
    terms: tuple[TermNote, ...] = ()
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Bilingual:
    """One lesson in two languages; these are BCP 47 tags. `units` in the order of speech."""

    course: str
    lesson: str
    title: str
    source: str
    target: str
    units: tuple[BilingualUnit, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule of the format that the file breaks; about the whole file where `unit` is empty."""

    message: str
    unit: str = ""
    line: int = 0

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{f'unit {self.unit}: ' if self.unit else ''}{self.message}"


@dataclass(frozen=True, slots=True)
class Returned:
    """A file as it came back, and the rules it breaks."""

    bilingual: Bilingual
    faults: tuple[Fault, ...] = ()


def mark_of(text: str) -> str:
    """Return what a text is recognised by when it comes back, 16 hex digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def refuse_whole(name: str, faults: Iterable[Fault]) -> None:
    """Raise UsageError when one of `faults` is about the file and not about one unit."""
    whole = [str(fault) for fault in faults if not fault.unit]
    if whole:
        more = f" (and {len(whole) - 5} more)" if len(whole) > 5 else ""
        raise UsageError(
            f"{name} breaks rules of its format: {'; '.join(whole[:5])}{more}.",
            "Nothing was taken from it. Export it again from the tool that wrote it.",
        )


def time_faults(facts: Mapping[str, str], key: str) -> Iterator[Fault]:
    """Yield times of the unit `key` that stand in `facts` and are none."""
    for kind in ("start", "end"):
        if kind in facts and whole_number(facts[kind]) is None:
            yield Fault(f"its {kind} {facts[kind]!r} is no time in ms", key)


def whole_number(text: str | None) -> int | None:
    """Return a count as it stands in a file, None for anything else."""
    found = (text or "").strip()
    return int(found) if found.isascii() and found.isdigit() and len(found) < 12 else None
