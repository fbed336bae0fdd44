"""The lessons that are being worked on: their rows as nouns, and their transcripts.

A few are kept at hand, because the languages of a lesson come one after the other.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from courses.errors import CourseError
from courses.nouns import Course, Lesson, Suggestion
from pipeline.backlog import calls
from pipeline.backlog.messages import Place, Said
from pipeline.backlog.models import BacklogLesson
from pipeline.backlog.nouns import Work
from pipeline.work import WorkStore

KEPT = 64  # lessons with their transcripts: some MB


@dataclass(slots=True)
class Known:
    """A lesson that is worked on: its row as nouns, and its transcript once that is there.

    recalled: target code -> what the translation memory has, a sentence each.
    """

    course: Course
    place: Place
    key: str
    said: Said | None = None
    recalled: dict[str, Sequence[Suggestion | None]] = field(default_factory=dict)


class Lessons:
    """Reads lessons from the database, and what is said in them from the work store."""

    def __init__(self, store: WorkStore) -> None:
        self._store = store
        self._known: OrderedDict[int, Known] = OrderedDict()

    def find(self, work: Work) -> Known:
        """Return the lesson of `work`; raises CourseError when it was taken out of its course."""
        if (known := self._known.get(work.lesson_row)) is None:
            rows = BacklogLesson.objects.select_related("course").filter(pk=work.lesson_row)
            row = rows.first()
            if row is None:
                raise CourseError(f"{work.lesson} is in the course no more.")
            known = self._known[work.lesson_row] = to_known(row)
        self._known.move_to_end(work.lesson_row)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return known

    def forget(self, work: Work) -> None:
        """Read the lesson of `work` anew when it is next worked on."""
        self._known.pop(work.lesson_row, None)

    def said(self, known: Known) -> Said | None:
        """Return what is said in a lesson, from the work store; None where it is not there."""
        if known.said is None and known.key:
            text = self._store.transcript_text(known.key)
            known.said = calls.said(known.place.lesson, text) if text is not None else None
        return known.said


def to_known(row: BacklogLesson) -> Known:
    """Return a row, its course joined, as the nouns of the flow."""
    course = row.course
    lesson = Lesson(
        id=row.slug,
        course_id=course.slug,
        title=row.title,
        media=Path(row.media),
        language=row.language,
        captions=Path(row.captions) if row.captions else None,
        domain=row.domain or None,
    )
    noun = Course(course.slug, course.title, (lesson,), course.description)
    content = (row.sha256, row.captions_sha256)
    place = Place(lesson, row.media, row.captions, content)
    return Known(noun, place, row.transcript)
