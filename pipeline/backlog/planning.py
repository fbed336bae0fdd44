"""The nouns of estimates and plans: how much there is to do, and who does it.

Pure: no database. With `speeds`, `estimating` makes hours of them and `simulating` a calendar;
`loads` reads them from the backlog. Not for work itself: that is in `nouns`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pipeline.backlog.nouns import Lane, Stage
from pipeline.backlog.speeds import CAPTIONS

MINUTE = 60_000  # ms
SPEECH = frozenset({Stage.TRANSCRIBE})
TEXT = frozenset({Stage.TRANSLATE})
OTHER = frozenset(Stage) - SPEECH - TEXT
ANY = SPEECH | TEXT | OTHER


@dataclass(frozen=True, slots=True)
class Density:
    """How much is said in a minute of media; `lessons` were measured, 0: it is the default.

    The default is what the recogniser makes of samples/rti-basics, 6.3 minutes of a synthetic
    English voice at 138 words a minute.
    """

    characters: float = 765.0
    sentences: float = 9.8
    lessons: int = 0


@dataclass(frozen=True, slots=True)
class Track:
    """What is left to do of a lesson in one language, in order."""

    language: str
    stages: tuple[Stage, ...] = (Stage.TRANSLATE, Stage.PACKAGE)


@dataclass(frozen=True, slots=True)
class LoadLesson:
    """What is left to do of one lesson: `before` once, then `tracks`, each in its order.

    duration: ms. characters, sentences: of the transcript, as far as known or estimated.
    captions: they are its transcript.
    """

    duration: int
    characters: int
    sentences: int
    before: tuple[Stage, ...] = (Stage.READ, Stage.TRANSCRIBE)
    tracks: tuple[Track, ...] = ()
    captions: bool = False

    def once(self, stage: Stage) -> str:
        """Return what a stage that is done once is measured under, in place of a language."""
        return CAPTIONS if self.captions and stage is Stage.TRANSCRIBE else ""

    def units(self, stage: Stage) -> int:
        """Return the size of this lesson as a stage counts it."""
        if stage <= Stage.TRANSCRIBE:
            return self.duration
        return self.characters if stage is Stage.TRANSLATE else self.sentences

    @property
    def items(self) -> int:
        """Return how many items of work are left."""
        return len(self.before) + sum(len(track.stages) for track in self.tracks)


@dataclass(frozen=True, slots=True)
class LoadCourse:
    """A course that is to be done. arrives: seconds after the beginning of the plan."""

    slug: str
    lessons: tuple[LoadLesson, ...]
    lane: Lane = Lane.NORMAL
    learners: int = 0
    arrives: float = 0.0

    @property
    def items(self) -> int:
        """Return how many items of work are left."""
        return sum(lesson.items for lesson in self.lessons)


@dataclass(frozen=True, slots=True)
class Load:
    """All that is to be done, in the order in which it was added.

    guessed: lessons whose duration is not known yet; each was taken to be `guess` ms long.
    """

    courses: tuple[LoadCourse, ...]
    density: Density = Density()
    guessed: int = 0
    guess: int = 0

    @property
    def items(self) -> int:
        """Return how many items of work are left."""
        return sum(course.items for course in self.courses)

    @property
    def lessons(self) -> int:
        """Return how many lessons have something left."""
        return sum(len(course.lessons) for course in self.courses)

    @property
    def duration(self) -> int:
        """Return the ms of media of all lessons."""
        return sum(lesson.duration for course in self.courses for lesson in course.lessons)


@dataclass(frozen=True, slots=True)
class Pool:
    """Workers that take the same stages. factor: how many times as fast as measured."""

    count: int
    stages: frozenset[Stage] = ANY
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Machine:
    """Who does the work. giving, keeping: seconds of the one driver an item, before and after."""

    pools: tuple[Pool, ...]
    giving: float = 0.0
    keeping: float = 0.0

    @classmethod
    def of(cls, workers: int, giving: float = 0.0, keeping: float = 0.0) -> Machine:
        """Return a machine of equal workers that take anything, as fast as those measured."""
        return cls((Pool(workers),), giving, keeping)

    @property
    def workers(self) -> int:
        """Return how many workers there are in all."""
        return sum(pool.count for pool in self.pools)


@lru_cache(maxsize=4096)
def tracks_of(languages: tuple[str, ...], spoken: str = "") -> tuple[Track, ...]:
    """Return the whole work of these languages; the same object each time, to spare memory.

    Subtitles in the language that is spoken need no translation.
    """
    return tuple(
        Track(language, (Stage.PACKAGE,)) if language == spoken else Track(language)
        for language in languages
    )


def make_lesson(
    duration: int,
    density: Density,
    tracks: tuple[Track, ...],
    before: tuple[Stage, ...] = (Stage.READ, Stage.TRANSCRIBE),
) -> LoadLesson:
    """Return a lesson of which nobody knows what is said, its text estimated from its duration."""
    minutes = duration / MINUTE
    characters = round(minutes * density.characters)
    sentences = max(1, round(minutes * density.sentences))
    return LoadLesson(duration, characters, sentences, before, tracks)
