"""What the backlog speaks of: stages, states, lanes, and one piece of work as its parts see it.

Knows no database; `models` keeps the same things in tables.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum


class Stage(IntEnum):
    """The steps of a lesson, in order; those from TRANSLATE on are done once a language."""

    READ = 0  # the media's hash and duration: is it media at all?
    TRANSCRIBE = 1
    TRANSLATE = 2
    PACKAGE = 3
    REVIEW = 4  # handed to the review site, where the course was added with --review

    @property
    def label(self) -> str:
        """Return the name that people read and type."""
        return self.name.lower()

    @property
    def is_by_language(self) -> bool:
        """Return whether the stage is done once for each language."""
        return self >= Stage.TRANSLATE


class State(StrEnum):
    """Where a piece of work stands."""

    WAITING = "waiting"  # for the stage before it
    READY = "ready"
    LATER = "later"  # it failed, and is tried again when it is due
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # the dead letters: with their reason, until somebody retries them
    HELD = "held"  # its course is paused, or has used up its budget


class Lane(IntEnum):
    """Which work goes first; within a lane, the course with more learners does."""

    URGENT = 0  # courses of newly recruited officers
    CAMPAIGN = 1  # learning weeks
    NORMAL = 2
    BULK = 3

    @property
    def label(self) -> str:
        """Return the name that people read and type."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Work:
    """One item that was taken out of the queue: a stage of a lesson, in a language or in none.

    item: its row. duration: of the media in ms, 0 until it was read. sentences, characters: of the
    transcript, 0 until it was transcribed. attempts: with this one. learners: of its course.
    """

    item: int
    course: str
    lesson: str
    stage: Stage
    language: str
    lane: Lane
    attempts: int
    course_row: int
    lesson_row: int
    duration: int = 0
    sentences: int = 0
    characters: int = 0
    learners: int = 0

    def __str__(self) -> str:
        parts = (self.course, self.lesson, self.language, self.stage.label)
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of one item. seconds: of a worker; cost: of a remote engine.

    made: what the result is addressed by; basis: the rules that it was made under. signature:
    how it was made, one line. note: for people. error: the name of the error's class, empty where
    all went well; reason: its message. state DONE, LATER or FAILED; READY where the item gives way
    and goes on later.
    """

    state: State
    seconds: float = 0.0
    cost: float = 0.0
    made: str = ""
    basis: str = ""
    signature: str = ""
    note: str = ""
    error: str = ""
    reason: str = ""
    reused: bool = False
    worker: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """How far the whole backlog is, at one moment.

    counts: (stage, state) -> items. running: what is under way, with the fraction done (0..1).
    elapsed: seconds of this run. left: estimated seconds until all is done, None when nothing is
    known yet. done_now, audio_now, sentences_now: what this run did: items, ms of media, sentences.
    busy: 0..1, how much of the workers' time went into work. peak: bytes, the largest worker.
    """

    counts: dict[tuple[Stage, State], int]
    running: tuple[tuple[Work, float], ...] = ()
    workers: int = 0
    elapsed: float = 0.0
    left: float | None = None
    done_now: int = 0
    audio_now: int = 0
    sentences_now: int = 0
    busy: float = 0.0
    cost: float = 0.0
    peak: int = 0
    failures: dict[str, int] = field(default_factory=dict)  # error class -> dead letters

    def total(self, state: State) -> int:
        """Return the items in one state, over all stages."""
        return sum(count for (_, one), count in self.counts.items() if one is state)
