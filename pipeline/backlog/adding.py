"""Courses come into the backlog: rows for the course, its lessons, and one an item of work.

Adding a course again changes only what is different: new languages and lessons get items, a moved
lane or budget counts from now on, and what has changed in a lesson is done again (`changes`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from courses.errors import LanguageError, UsageError
from courses.nouns import Course, Lesson
from pipeline.backlog import control, queue
from pipeline.backlog.models import BacklogCourse, BacklogLesson, Item
from pipeline.backlog.nouns import Lane, Stage, State

BATCH = 500  # rows in one statement
_SAID = (
    *("title", "description", "competencies", "languages"),
    *("lane", "learners", "minutes", "cost", "review"),
)
"""What adding says of a course; what was spent and who paused it are others' to write."""
FILES = {"media", "captions", "mark", "position"}
"""What is different of a lesson when only its files may be."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One course as it is to be added.

    places: lesson id -> media and captions, paths or addresses; marks: lesson id -> what is known
    of its files unread. targets: lesson id -> target codes; refused: lessons that no engine can do.
    minutes, cost: budgets, 0 for none. review: hand drafts to the review site. What is None stays
    as it was.
    """

    course: Course
    source: str
    places: Mapping[str, tuple[str, str]]
    marks: Mapping[str, str]
    targets: Mapping[str, Sequence[str]]
    refused: Sequence[tuple[Lesson, LanguageError]] = ()
    lane: Lane | None = None
    learners: int | None = None
    minutes: float | None = None
    cost: float | None = None
    review: bool = False


@dataclass(slots=True)
class Added:
    """What came of adding: rows that are new, and what had changed in lessons that were there."""

    courses: int = 0
    lessons: int = 0
    items: int = 0
    changed: list[str] = field(default_factory=list)


@transaction.atomic
def add(entry: Entry) -> Added:
    """Put a course in, or bring it up to date. Raises UsageError for an id of another course."""
    added = Added()
    row = _course(entry, added)
    lessons = {one.slug: one for one in row.lessons.all()}
    for position, lesson in enumerate(entry.course.lessons):
        there = lessons.pop(lesson.id, None)
        made = _lesson(row, lesson, position, entry, there, added)
        _items(row, made, entry, added)
    for gone in lessons.values():
        added.changed.append(f"{row.slug} {gone.slug}: is in the course no more")
        gone.delete()
    if row.paused or control.is_over_budget(row):
        queue.hold(row.pk, "The course is paused, or has used up its budget.")
    return added


def _course(entry: Entry, added: Added) -> BacklogCourse:
    course = entry.course
    row = BacklogCourse.objects.select_for_update(no_key=True).filter(slug=course.id).first()
    if row is not None and row.source != entry.source:
        raise UsageError(
            f"The backlog already has a course {course.id!r}, from {row.source}.",
            "Give one of the two another id in its course.toml.",
        )
    if row is None:
        row = BacklogCourse(slug=course.id, source=entry.source)
        added.courses += 1
    retitled = row.pk is not None and row.title != course.title
    row.title, row.description = course.title, course.description
    row.competencies = list(course.competencies)
    before = (row.lane, row.learners)
    row.lane = row.lane if entry.lane is None else int(entry.lane)
    row.learners = row.learners if entry.learners is None else entry.learners
    row.minutes = row.minutes if entry.minutes is None else entry.minutes or None
    row.cost = row.cost if entry.cost is None else entry.cost or None
    row.review = row.review or entry.review
    wanted = {code for codes in entry.targets.values() for code in codes}
    row.languages = sorted({*row.languages, *wanted})
    row.save(update_fields=None if row.pk is None else _SAID)
    if retitled:
        added.changed.append(f"{row.slug}: changed: title")
        for lesson in row.lessons.all():
            _begin_again(lesson, {"title"})
    if before != (row.lane, row.learners):
        Item.objects.filter(course=row).update(lane=row.lane, learners=row.learners)
    if not row.paused and not control.is_over_budget(row):
        queue.release(row.pk)
    return row


def _lesson(
    row: BacklogCourse,
    lesson: Lesson,
    position: int,
    entry: Entry,
    there: BacklogLesson | None,
    added: Added,
) -> BacklogLesson:
    media, captions = entry.places[lesson.id]
    said = {
        "title": lesson.title,
        "position": position,
        "language": lesson.language,
        "domain": lesson.domain or "",
        "media": media,
        "captions": captions,
        "mark": entry.marks[lesson.id],
    }
    if there is None:
        added.lessons += 1
        return BacklogLesson.objects.create(course=row, slug=lesson.id, **said)
    different = [name for name, value in said.items() if getattr(there, name) != value]
    if different:
        BacklogLesson.objects.filter(pk=there.pk).update(**said)
        there.refresh_from_db()
        if set(different) != {"position"}:
            what = ", ".join(sorted({"files" if name in FILES else name for name in different}))
            added.changed.append(f"{row.slug} {lesson.id}: changed: {what}")
            _begin_again(there, set(different))
    return there


def _begin_again(lesson: BacklogLesson, different: set[str]) -> None:
    """Have a lesson read again; what follows is done again as far as its content is another."""
    if not different <= FILES:  # its texts are checked against the new title, language, domain
        Item.objects.filter(lesson=lesson).update(made="")
    Item.objects.filter(lesson=lesson, stage=Stage.READ).update(
        state=State.READY, attempts=0, error="", reason=""
    )


def _items(row: BacklogCourse, lesson: BacklogLesson, entry: Entry, added: Added) -> None:
    """Add the items that a lesson does not have yet."""
    there = set(lesson.items.values_list("stage", "language"))
    done = {
        (stage, language)
        for stage, language in lesson.items.filter(state=State.DONE).values_list(
            "stage", "language"
        )
    }
    problem = next((str(error) for one, error in entry.refused if one.id == lesson.slug), "")
    fresh = []
    for stage, language in _wanted(entry.targets.get(lesson.slug, ()), row.review):
        if (int(stage), language) in there:
            continue
        before = (int(stage) - 1, language if stage > Stage.TRANSLATE else "")
        ready = stage is Stage.READ or before in done
        item = Item(
            course=row,
            lesson=lesson,
            stage=int(stage),
            language=language,
            state=State.READY if ready else State.WAITING,
            lane=row.lane,
            learners=row.learners,
        )
        if problem:
            item.state, item.error, item.reason = State.FAILED, LanguageError.__name__, problem
        fresh.append(item)
    Item.objects.bulk_create(fresh, batch_size=BATCH)
    added.items += len(fresh)


def _wanted(targets: Sequence[str], review: bool) -> Iterator[tuple[Stage, str]]:
    yield Stage.READ, ""
    yield Stage.TRANSCRIBE, ""
    for stage in Stage:
        if stage.is_by_language and (review or stage is not Stage.REVIEW):
            yield from ((stage, code) for code in targets)


def resolved(source: str) -> str:
    """Return how the backlog knows a source: an address as it is, a path from the root."""
    return source if "://" in source else str(Path(source).resolve())
