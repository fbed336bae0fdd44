"""The nouns of karmavani; a newcomer reads this file first.

Everything here is frozen: a change is a new value. Times are integer milliseconds from the
start of the lesson's media. Text is stored exactly as people wrote it; comparison goes through
`courses.script.comparison_key`. Nothing here reads a file or knows a library.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class TermKind(StrEnum):
    """What a glossary asks of a term."""

    TRANSLATE = "translate"
    KEEP = "keep"
    FORBID = "forbid"


class TermStatus(StrEnum):
    """How far the wording of a term can be trusted, in one language."""

    OFFICIAL = "official"
    REVIEWED = "reviewed"
    PROPOSED = "proposed"


class TermScope(StrEnum):
    """Where a term is looked for.

    ANY: in every lesson. DOMAIN: only in lessons of its own domain. NUMBERED: there, and before a
    number everywhere: "Section 8" is the section of an Act whatever the lesson is about.
    """

    ANY = "any"
    DOMAIN = "domain"
    NUMBERED = "numbered"


class Severity(StrEnum):
    """How bad a finding is; an open ERROR keeps a package from being published."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class TranslationStatus(StrEnum):
    """Where a translation stands. Machines only ever write DRAFT or HOLE."""

    DRAFT = "draft"
    HOLE = "hole"
    EDITED = "edited"
    APPROVED = "approved"
    RETURNED = "returned"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Signature:
    """How a result was made, printable as one line: ``engine:x|model:y|revision:z|...``.

    Two results with equal signatures over equal inputs are the same result; the work store
    relies on that to skip what is done.
    """

    engine: str
    model: str = ""
    revision: str = ""
    glossary: str = ""
    checks: str = ""
    version: str = ""

    def __str__(self) -> str:
        parts = ((name, getattr(self, name)) for name in self.__slots__)
        return "|".join(f"{name}:{value}" for name, value in parts if value)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One video or sound file of a course, in one spoken language (our code, e.g. ``en``)."""

    id: str
    course_id: str
    title: str
    media: Path
    language: str
    captions: Path | None = None
    domain: str | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """What a contributor hands in."""

    id: str
    title: str
    lessons: tuple[Lesson, ...]
    description: str = ""
    competencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """One spoken word as recognised; `text` carries its punctuation, no surrounding spaces.

    `confidence` is the recogniser's probability in 0..1, or None where there is none (captions).
    """

    text: str
    start: int
    end: int
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """One sentence of a lesson: the key of everything that follows.

    `confidence` is the mean of its words', None when no word has one.
    """

    id: str
    lesson_id: str
    index: int
    start: int
    end: int
    text: str
    words: tuple[Word, ...] = ()
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """One concept of a term base in one target language.

    `forms` are further target wordings that count as honoured; inflections need not be among
    them. `forbidden` are wordings that must not stand for it; a FORBID term is nothing but these,
    and its `target` the wording to use instead, which may be empty. `abbreviation` is that of
    the source, found only in capitals. `part_of_speech` is that of the source. A `numbered` term
    is found only before a number.
    """

    source: str
    target: str
    language: str
    kind: TermKind = TermKind.TRANSLATE
    forms: tuple[str, ...] = ()
    domain: str = ""
    status: TermStatus = TermStatus.PROPOSED
    note: str = ""
    id: str = ""
    abbreviation: str = ""
    forbidden: tuple[str, ...] = ()
    part_of_speech: str = "noun"
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found in a text, at code point offsets ``text[start:end]``."""

    term: Term
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An approved translation of the same or a similar sentence, from the translation memory.

    `percent` is 101 for the same sentence between the same two, 100 for the same, 75 to 99 for a
    similar one. `numbers` are those that only its own source has, and those that only ours has.
    """

    source: str
    target: str
    percent: int
    organisation: str
    course: str = ""
    approved_by: str = ""
    approved: str = ""
    numbers: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


@dataclass(frozen=True, slots=True)
class Translation:
    """One segment in one language, by one author; appended, never edited in place.

    `text` is empty only when `status` is HOLE: a visible hole with a finding, never a silent
    blank; `problem` then says why. `author` is a person, ``machine:<engine>``, or
    ``memory:<organisation>`` when `suggestion` was taken as the text. `created` is ISO 8601 in UTC.
    `notes`: what was done to the engine's text to keep a term, one sentence each.
    """

    segment_id: str
    language: str
    text: str
    status: TranslationStatus
    author: str
    signature: Signature
    created: str = ""
    confidence: float | None = None
    problem: str = ""
    notes: tuple[str, ...] = ()
    suggestion: Suggestion | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should look at; made by `courses.findings.make`.

    `check` is a stable id of docs/checks.md. `segment_id` and `language` are empty when the
    finding is about a whole lesson or about its source. `start` and `end` are milliseconds.
    `cue_id` is that of the cue it is about, empty where it is about none.
    """

    check: str
    severity: Severity
    message: str
    segment_id: str = ""
    language: str = ""
    start: int = 0
    end: int = 0
    cue_id: str = ""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a transcriber heard: words in time order and what it was unsure of.

    `language` is the language that was recognised, `duration` the media's length in ms.
    """

    words: tuple[Word, ...]
    language: str
    duration: int
    signature: Signature
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Cue:
    """One subtitle on screen: one or two lines shown from `start` to `end`."""

    id: str
    segment_ids: tuple[str, ...]
    start: int
    end: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Package:
    """What is handed out for one lesson in one language: file name -> sha256 in hex."""

    lesson_id: str
    language: str
    files: dict[str, str]
    signatures: dict[str, str]


def segment_ids(lesson_id: str, texts: Iterable[str]) -> list[str]:
    """Return one stable id a sentence: a hash of lesson, text and n-th occurrence of the text.

    Inserting or removing a sentence moves no other sentence's id. 16 hex digits.
    """
    seen: dict[str, int] = {}
    ids = []
    for text in texts:
        occurrence = seen[text] = seen.get(text, 0) + 1
        material = f"{lesson_id}\0{text}\0{occurrence}".encode()
        ids.append(hashlib.sha256(material).hexdigest()[:16])
    return ids
