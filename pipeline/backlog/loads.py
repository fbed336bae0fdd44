"""How much there is to do: what is left in the backlog, or what a catalogue would bring.

One row a lesson is held, whatever the number of its items.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.backlog.nouns import Lane, Stage, State
from pipeline.backlog.planning import (
    MINUTE,
    Density,
    Load,
    LoadCourse,
    LoadLesson,
    Track,
    make_lesson,
    tracks_of,
)

if TYPE_CHECKING:
    from pipeline.backlog.models import BacklogLesson
    from pipeline.backlog.planned import Planned

GUESS = 15 * MINUTE  # ms: a lesson, while no duration at all is known
_Row = tuple[int, int, str, str]
"""lesson, stage, language and state of an item that is not done."""


def of_catalogue(
    planned: Iterable[Planned], density: Density, languages: Sequence[str] = ()
) -> Load:
    """Return the load of a catalogue's courses, all lessons of a course as long as each other.

    `languages` are made of all courses, instead of those that the catalogue names.
    """
    courses = []
    for one in planned:
        tracks = tracks_of(tuple(languages or one.languages), one.language)
        count = max(1, one.lessons)
        lesson = make_lesson(round(one.duration_ms / count), density, tracks)
        courses.append(LoadCourse(one.course, (lesson,) * count, one.lane, one.learners))
    return Load(tuple(courses), density)


def measured_density() -> Density:
    """Return how much is said in a minute, as far as lessons of this backlog are transcribed."""
    from django.db.models import Count, Sum

    from pipeline.backlog.models import BacklogLesson

    known = BacklogLesson.objects.filter(characters__gt=0, duration__gt=0).aggregate(
        characters=Sum("characters"),
        sentences=Sum("sentences"),
        duration=Sum("duration"),
        lessons=Count("pk"),
    )
    if not known["lessons"]:
        return Density()
    minutes = known["duration"] / MINUTE
    return Density(known["characters"] / minutes, known["sentences"] / minutes, known["lessons"])


def left(languages: Sequence[str] = ()) -> Load:
    """Return what is left in the backlog; with `languages`, what would be if it had just these.

    What failed for good, and what waits for that, is not in it: it needs a `retry` first.
    """
    from django.db.models import Avg

    from pipeline.backlog.models import BacklogLesson

    density = measured_density()
    known = BacklogLesson.objects.filter(duration__gt=0).aggregate(mean=Avg("duration"))["mean"]
    guess = round(known or GUESS)
    found: dict[int, list[LoadLesson]] = {}
    guessed = 0
    open_items = _OpenItems()
    lessons = BacklogLesson.objects.select_related("course").order_by("pk")
    for lesson in lessons.iterator(chunk_size=2000):
        wanted = languages or lesson.course.languages
        before, tracks = _what_is_left(lesson, open_items.of(lesson.pk), wanted)
        if before or tracks:
            made = make_lesson(lesson.duration or guess, density, tracks, before)
            made = replace(made, captions=bool(lesson.captions))
            if lesson.characters:
                text = (lesson.characters, lesson.sentences)
                made = replace(made, characters=text[0], sentences=text[1])
            found.setdefault(lesson.course_id, []).append(made)
            guessed += not lesson.duration
    return Load(tuple(_courses(found)), density, guessed, guess if guessed else 0)


def _courses(found: dict[int, list[LoadLesson]]) -> Iterator[LoadCourse]:
    from pipeline.backlog.models import BacklogCourse

    for course in BacklogCourse.objects.order_by("pk").iterator(chunk_size=2000):
        if lessons := found.get(course.pk):
            lane = Lane(course.lane)
            yield LoadCourse(course.slug, tuple(lessons), lane, course.learners)


class _OpenItems:
    """The items that are not done, lesson by lesson, read once and never held all together."""

    def __init__(self) -> None:
        from pipeline.backlog.models import Item

        rows = Item.objects.exclude(state=State.DONE).order_by("lesson_id", "stage")
        names = ("lesson_id", "stage", "language", "state")
        found = rows.values_list(*names).iterator(chunk_size=5000)
        self._groups = groupby(found, key=lambda row: row[0])
        self._next = next(self._groups, None)

    def of(self, lesson: int) -> list[_Row]:
        """Return the items of one lesson; lessons must be asked for in order."""
        while self._next is not None and self._next[0] < lesson:
            self._next = next(self._groups, None)
        if self._next is None or self._next[0] != lesson:
            return []
        rows = list(self._next[1])
        self._next = next(self._groups, None)
        return rows


def _what_is_left(
    lesson: BacklogLesson, rows: Sequence[_Row], languages: Sequence[str]
) -> tuple[tuple[Stage, ...], tuple[Track, ...]]:
    """Return what one lesson still needs: once, and in each of the languages."""
    failed = {(stage, language) for _, stage, language, state in rows if state == State.FAILED}
    open_ = {(stage, language) for _, stage, language, state in rows if state != State.FAILED}
    before = [stage for stage in (Stage.READ, Stage.TRANSCRIBE) if (stage, "") in open_]
    if any((stage, "") in failed for stage in (Stage.READ, Stage.TRANSCRIBE)):
        return (), ()
    tracks = []
    for language in languages:
        known = language in lesson.course.languages
        stages = tuple(_stages(language, open_, failed, known, lesson.language))
        if stages:
            tracks.append(_track(language, stages))
    return tuple(before), tuple(tracks)


def _stages(
    language: str,
    open_: set[tuple[int, str]],
    failed: set[tuple[int, str]],
    known: bool,
    spoken: str,
) -> Iterator[Stage]:
    """Yield what is left in one language; all of it where nobody asked for the language yet."""
    for stage in (Stage.TRANSLATE, Stage.PACKAGE, Stage.REVIEW):
        if (stage, language) in failed:
            return
        wanted = stage is not Stage.REVIEW if not known else (stage, language) in open_
        if wanted and not (stage is Stage.TRANSLATE and language == spoken):
            yield stage


@lru_cache(maxsize=4096)
def _track(language: str, stages: tuple[Stage, ...]) -> Track:
    return Track(language, stages)
