"""What has changed since it was done: found, listed, and put back into the queue.

An item was done under a basis: its engine, the terms of its language, the rules of checks.
Where the basis is another now, it is worked out what the result would be made from, and only where
that is different too is the item done again; of a lesson then only the sentences that it touches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import transaction

from courses.errors import CourseError
from pipeline.backlog import queue
from pipeline.backlog.bases import Bases
from pipeline.backlog.models import Item
from pipeline.backlog.nouns import Lane, Stage, State, Work

BATCH = 500  # rows in one statement
_WHY = {
    Stage.TRANSCRIBE: "the speech engine, its model or the hotwords changed",
    Stage.TRANSLATE: "its terms, the engine or its model are others (see --engine)",
    Stage.PACKAGE: "the package is not there, or rules, formats or people's texts changed",
}


@dataclass(slots=True)
class Refreshed:
    """What was found to be done again. items: (course, lesson, language, stage, why)."""

    dry: bool
    items: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    courses: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def facts(self) -> dict[str, Any]:
        """Return it as data."""
        names = ("course", "lesson", "language", "stage", "why")
        return {
            "dry_run": self.dry,
            "again": [dict(zip(names, item, strict=True)) for item in self.items],
            "courses": self.courses,
            "problems": self.problems,
        }

    @property
    def in_words(self) -> str:
        """Return it for people."""
        lines = [*self.courses, *self.problems]
        for course, lesson, language, stage, why in self.items:
            where = " ".join(part for part in (course, lesson, language, stage) if part)
            lines.append(f"{where}: {why}")
        if not lines:
            return "Nothing has changed."
        done = "would be" if self.dry else "are"
        parts = []
        if self.courses:
            parts.append(f"what is named as changed {done} read again")
        if self.items:
            parts.append(f"{len(self.items)} item{'s' * (len(self.items) != 1)} {done} done again")
        if parts:
            said = " and ".join(parts)
            lines.append(f"{said[0].upper()}{said[1:]}; what follows from it is looked at then.")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Done:
    """An item that is done: its work, what its result was made from, and on which basis."""

    work: Work
    made: str
    basis: str


@dataclass(slots=True)
class Changed:
    """Of one course: items (their numbers) to be done again, and basis -> items it is noted for."""

    again: list[int] = field(default_factory=list)
    bases: dict[str, list[int]] = field(default_factory=dict)


def done_of(course: int) -> list[Done]:
    """Return what is done of a course (its row) and is not to be looked at again anyway."""
    rows = Item.objects.filter(course=course).select_related("course", "lesson")
    ordered = rows.order_by("lesson__position", "lesson", "stage", "language")
    return [
        Done(_work(item), item.made, item.basis)
        for _, items in groupby(ordered.iterator(chunk_size=BATCH), key=attrgetter("lesson_id"))
        for item in _resting(list(items))
    ]


def _resting(items: Sequence[Item]) -> Iterator[Item]:
    """Yield the items of one lesson that are done and follow from nothing that is not."""
    again = {(item.stage, item.language) for item in items if item.state != State.DONE}
    for item in items:
        waits = any(at < item.stage and code in ("", item.language) for at, code in again)
        if item.state == State.DONE and Stage(item.stage) in _WHY and not waits:
            yield item


def find_changed(bases: Bases, done: Sequence[Done], found: Refreshed) -> Changed:
    """Return what was done on another basis and would come out otherwise; note it in `found`.

    `done` is of one course. Writes nothing. Raises our errors.
    """
    changed = Changed()
    for _, items in groupby(done, key=lambda one: one.work.lesson_row):
        again: set[str] = set()  # languages of which an earlier stage is done again
        for one in items:
            work = one.work
            if {"", work.language} & again or not _is_changed(bases, one, changed):
                continue
            again.add(work.language)
            changed.again.append(work.item)
            said = (work.course, work.lesson, work.language, work.stage.label)
            found.items.append((*said, _WHY[work.stage]))
    return changed


def _is_changed(bases: Bases, one: Done, changed: Changed) -> bool:
    """Return whether an item would come out otherwise; notes the new basis where it would not."""
    try:
        basis = bases.basis(one.work)
        is_there = bases.is_there(one.work, one.made)
        if basis == one.basis and is_there:
            return False
        if not is_there or bases.would_be(one.work) != one.made:
            return True
    except CourseError:  # its lesson was taken out while it was looked at
        return False
    changed.bases.setdefault(basis, []).append(one.work.item)
    return False


@transaction.atomic
def put_back(course: int, changed: Changed) -> None:
    """Put what changed in a course (its row) back into the queue."""
    queue.lock(course)
    _update(changed.again, state=State.READY, attempts=0)
    for basis, items in changed.bases.items():
        _update(items, basis=basis)
    queue.hold_stopped(course)


def _update(items: Sequence[int], **said: Any) -> None:
    for at in range(0, len(items), BATCH):
        Item.objects.filter(pk__in=items[at : at + BATCH], state=State.DONE).update(**said)


def _work(item: Item) -> Work:
    lesson = item.lesson
    return Work(
        item=item.pk,
        course=item.course.slug,
        lesson=lesson.slug,
        stage=Stage(item.stage),
        language=item.language,
        lane=Lane(item.lane),
        attempts=item.attempts,
        course_row=item.course_id,
        lesson_row=lesson.pk,
        duration=lesson.duration,
        sentences=lesson.sentences,
        characters=lesson.characters,
    )
