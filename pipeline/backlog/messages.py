"""What driver and workers tell each other: one call and one answer a stage, picklable both ways.

A call holds all that is needed, so that a worker may be on another machine: addresses of media, the
transcript as it is kept, drafts that are there already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from courses.nouns import Course, Lesson, Suggestion
from glossaries.terms import TermBase
from pipeline.backlog.storage import Storage
from pipeline.contents import Contents
from pipeline.engines import TranslatorSpec
from pipeline.packaging import Built
from pipeline.reviewed import ReviewedText
from translators.base import Draft
from translators.wrappers import Usage


@dataclass(frozen=True, slots=True)
class Tools:
    """What is the same for all calls of one run; `cache` is where fetched media are kept."""

    terms: TermBase
    formats: tuple[str, ...]
    storage: Storage
    cache: Path


@dataclass(frozen=True, slots=True)
class Place:
    """A lesson and where its files are: paths or addresses, captions empty where it has none.

    content: the sha256 of both, empty until they were read.
    """

    lesson: Lesson
    media: str
    captions: str = ""
    content: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Read:
    """What reading a lesson's media found: hashes of its files, and its duration in ms."""

    sha256: str
    captions_sha256: str
    duration: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Changed:
    """A lesson's files are others than those that were read; reason: which, for people."""

    reason: str


@dataclass(frozen=True, slots=True)
class Said:
    """A transcript, as the work store keeps it, and its size. sentences: segment ids in order."""

    text: str
    signature: str
    duration: int
    sentences: tuple[str, ...]
    characters: int


@dataclass(frozen=True, slots=True)
class TranslateCall:
    """A lesson for one language. there: (segment id, signature) -> draft, of any signature.

    recalled[i]: what the translation memory has for the i-th sentence; empty for no memory.
    """

    label: object
    lesson: Lesson
    transcript: str
    target: str
    spec: TranslatorSpec
    there: Mapping[tuple[str, str], Draft]
    recalled: Sequence[Suggestion | None]


@dataclass(frozen=True, slots=True)
class Drafted:
    """What was translated. fresh: drafts to be kept; left: sentences that are still to be done.

    holes: sentences that no try has given a text. made: what the drafts were made from, and what
    they are, one hash. usage: what the engine was asked, and what that costs. error: the class of
    the error that ended it early, by name; `problem` is then its message.
    """

    fresh: tuple[tuple[tuple[str, str], Draft], ...]
    left: int
    holes: int
    problem: str
    made: str
    signature: str
    usage: Usage
    error: str = ""


@dataclass(frozen=True, slots=True)
class PackageCall:
    """A lesson in one language, to be checked, laid out and packaged.

    reviewed: what people wrote for it. before: the inputs of the package that is there, or "".
    """

    course: Course
    lesson: Lesson
    transcript: str
    target: str
    spec: TranslatorSpec
    drafts: Mapping[tuple[str, str], Draft]
    recalled: Sequence[Suggestion | None]
    reviewed: Mapping[str, ReviewedText]
    before: str


@dataclass(frozen=True, slots=True)
class Packaged:
    """built: the package, None where the one that is there has the same `inputs`.

    missing: sentences without a draft; then nothing was built.
    """

    inputs: str = ""
    built: Built | None = None
    missing: int = 0


@dataclass(frozen=True, slots=True)
class HandOverCall:
    """A lesson in one language for the review site; `peaks`: it wants the speech bar too."""

    package: PackageCall
    place: Place
    peaks: bool


@dataclass(frozen=True, slots=True)
class Handed:
    """What the review site takes in; None without its drafts. peaks: of `review.store.peaks`."""

    contents: Contents | None
    inputs: str = ""
    peaks: bytes = b""
