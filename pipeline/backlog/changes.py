"""What has changed since it was done: found, listed, and put back into the queue.

An item was done under a basis: its engine, the terms of its language, the rules of checks.
Where the basis is another now, it is worked out what the result would be made from, and only where
that is different too is the item done again; of a lesson then only the sentences that it touches.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from pipeline.backlog.bases import Bases
from pipeline.backlog.models import BacklogLesson, Item
from pipeline.backlog.nouns import Lane, Stage, State, Work

_WHY = {
    Stage.TRANSCRIBE: "the speech engine, its model or the hotwords changed",
    Stage.TRANSLATE: "the engine, its model or terms in it changed",
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
        done = "would be done again" if self.dry else "in the queue again"
        lines.append(f"{len(self.items)} items {done}; what follows from them is looked at then.")
        return "\n".join(lines)


def reopen_changed(bases: Bases, found: Refreshed) -> None:
    """Put back what was done on another basis and would come out otherwise; note it in `found`.

    Nothing else may run on the backlog meanwhile.
    """
    lessons = BacklogLesson.objects.select_related("course").order_by("course", "position")
    for lesson in lessons.iterator(chunk_size=200):
        with transaction.atomic():
            again: set[str] = set()  # languages of which an earlier stage is done again
            for work, item in _done(lesson):
                if {"", work.language} & again or not _is_changed(bases, work, item):
                    continue
                again.add(work.language)
                said = (work.course, work.lesson, work.language, work.stage.label)
                found.items.append((*said, _WHY[work.stage]))
                Item.objects.filter(pk=item.pk).update(state=State.READY, attempts=0)


def _done(lesson: BacklogLesson) -> Iterator[tuple[Work, Item]]:
    """Yield what is done of a lesson and is not to be looked at again anyway."""
    again = {(item.stage, item.language) for item in lesson.items.exclude(state=State.DONE)}
    for item in lesson.items.filter(state=State.DONE).order_by("stage", "language"):
        stage = Stage(item.stage)
        waits = any(at < item.stage and code in ("", item.language) for at, code in again)
        if stage not in _WHY or waits:
            continue
        yield _work(lesson, item), item


def _work(lesson: BacklogLesson, item: Item) -> Work:
    return Work(
        item=item.pk,
        course=lesson.course.slug,
        lesson=lesson.slug,
        stage=Stage(item.stage),
        language=item.language,
        lane=Lane(item.lane),
        attempts=item.attempts,
        course_row=lesson.course_id,
        lesson_row=lesson.pk,
        duration=lesson.duration,
        sentences=lesson.sentences,
        characters=lesson.characters,
    )


def _is_changed(bases: Bases, work: Work, item: Item) -> bool:
    """Return whether an item would come out otherwise; notes the new basis where it would not."""
    basis = bases.basis(work)
    if basis == item.basis and bases.is_there(work, item.made):
        return False
    if bases.would_be(work) != item.made or not bases.is_there(work, item.made):
        return True
    Item.objects.filter(pk=item.pk).update(basis=basis)
    return False
