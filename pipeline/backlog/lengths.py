"""Whether a course fits into the backlog's tables: checked before it is written.

A database says of one text that is too long only that; SQLite takes it and PostgreSQL does not.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from django.db.models import CharField, Model

from courses.errors import CourseError
from pipeline.backlog.adding import Entry
from pipeline.backlog.models import BacklogCourse, BacklogLesson

_NO_TEXT = re.compile("[\0\ud800-\udfff]")
MOST = 2**31 - 1  # what a column of whole numbers holds


def refuse_unfit(entry: Entry) -> None:
    """Raise CourseError, in one sentence, for a course that the tables cannot hold."""
    for problem in _problems(entry):
        raise CourseError(
            f"{entry.source[:200]}: {problem}.", "Mend it there, and add the course again."
        )


def _problems(entry: Entry) -> Iterator[str]:
    course = entry.course
    said = {"slug": course.id, "title": course.title, "source": entry.source}
    yield from _unfit("the course", BacklogCourse, said)
    for text in (course.description, *course.competencies):
        if not _is_text(text):
            yield "the course has a description or competency that cannot be kept as text"
    for lesson in course.lessons:
        media, captions = entry.places[lesson.id]
        said = {
            "slug": lesson.id,
            "title": lesson.title,
            "language": lesson.language,
            "domain": lesson.domain or "",
            "media": media,
            "captions": captions,
            "mark": entry.marks[lesson.id],
        }
        yield from _unfit(f"the lesson {lesson.id[:64]}", BacklogLesson, said)
    for name in ("learners", "minutes", "cost"):
        number = getattr(entry, name)
        if number is not None and not (math.isfinite(number) and 0 <= number <= MOST):
            yield f"{name} is {number}; it must be from 0 to {MOST}"


def _unfit(where: str, table: type[Model], said: dict[str, str]) -> Iterator[str]:
    for name, text in said.items():
        most = _most(table, name)
        known = "id" if name == "slug" else name
        if len(text) > most:
            yield f"{known} of {where} has {len(text)} characters; {most} are possible"
        if not _is_text(text):
            yield f"{known} of {where} cannot be kept as text: {ascii(text)[:80]}"


def _most(table: type[Model], name: str) -> int:
    field = table._meta.get_field(name)
    assert isinstance(field, CharField)
    return field.max_length or MOST


def _is_text(text: str) -> bool:
    """Return whether every database takes a text: names of files may hold what is none."""
    return not _NO_TEXT.search(text)
