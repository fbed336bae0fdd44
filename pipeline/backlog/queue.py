"""The queue itself: what is next, and what became of it. Each function is one transaction.

Picking and finishing are plain SQL that SQLite and PostgreSQL both take: they run for every item,
and cost the same however long the queue is. Only the one driver calls them; `adding` puts items in,
`control` is for people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Count, F
from django.db.models.functions import Greatest
from django.utils import timezone

from pipeline.backlog.models import BacklogCourse, BacklogLesson, Item
from pipeline.backlog.nouns import Ended, Lane, Stage, State, Work

HELD = "The course is paused, or has used up its budget."
_ORDERED = "ORDER BY lane, learners DESC, course_id, stage DESC, id"
_NEXT = f"SELECT id FROM backlog_item WHERE state = 'ready' {_ORDERED} LIMIT %s"
_HEAD = f"SELECT lane, learners FROM backlog_item WHERE state = 'ready' {_ORDERED} LIMIT 1"
_NEXT_OF_STAGE = (
    "SELECT id FROM backlog_item WHERE state = 'ready' AND stage = %s"
    " ORDER BY stage, lane, learners DESC, course_id, id LIMIT %s"
)
_DETAILS = """
SELECT item.id, course.slug, lesson.slug, item.stage, item.language, item.lane, item.attempts,
    item.course_id, item.lesson_id, lesson.duration, lesson.sentences, lesson.characters,
    item.learners
FROM backlog_item item JOIN backlog_backloglesson lesson ON lesson.id = item.lesson_id
    JOIN backlog_backlogcourse course ON course.id = item.course_id
WHERE item.state = 'running' AND item.id IN (%s)
ORDER BY item.lane, item.learners DESC, item.course_id, item.stage DESC, item.id
"""
_CLAIM = (
    "UPDATE backlog_item SET state = 'running', attempts = attempts + 1, started = %s"
    " WHERE state = 'ready' AND id IN ({})"
)
_FINISH = """
UPDATE backlog_item SET state = %s, due = %s, made = %s, basis = %s, error = %s, reason = %s,
    note = %s, seconds = seconds + %s, cost = cost + %s, finished = %s
WHERE id = %s AND state = 'running'
"""
_MADE = "SELECT made FROM backlog_item WHERE id = %s"
_SPEND = """
UPDATE backlog_backlogcourse
SET spent_seconds = spent_seconds + %s, spent_cost = spent_cost + %s WHERE id = %s
RETURNING stopped OR (minutes IS NOT NULL AND spent_seconds >= minutes * 60)
    OR (cost IS NOT NULL AND spent_cost >= cost)
"""
_WAKE = """
UPDATE backlog_item SET state = 'ready', attempts = 0
WHERE lesson_id = %s AND stage = %s AND ({}) AND state IN ('waiting'{})
"""


@dataclass(frozen=True, slots=True)
class Learned:
    """What a finished stage tells of its lesson, to be kept with it; field -> value."""

    facts: Mapping[str, str | int]


def take(limit: int, stages: Collection[Stage] | None = None) -> list[Work]:
    """Return up to `limit` items that are ready, now running, the most urgent first.

    `stages`: only of these; None is all. Fewer come back where fewer are ready.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        ids = _next(cursor, limit, stages)
        if not ids:
            return []
        marks = ", ".join(["%s"] * len(ids))
        cursor.execute(_CLAIM.format(marks), [_moment(timezone.now()), *ids])
        cursor.execute(_DETAILS % marks, ids)
        return [_work(row) for row in cursor.fetchall()]


def _next(cursor: CursorWrapper, limit: int, stages: Collection[Stage] | None) -> list[int]:
    """Return the ids of what is next; of each stage's own order where only some are wanted."""
    run, fetch = cursor.execute, cursor.fetchall
    if stages is None:
        run(_NEXT, [limit])
        return [row[0] for row in fetch()]
    heads: list[int] = []
    for stage in stages:
        run(_NEXT_OF_STAGE, [int(stage), limit])
        heads += [row[0] for row in fetch()]
    if len(heads) <= limit:
        return heads
    marks = ", ".join(["%s"] * len(heads))
    run(f"SELECT id FROM backlog_item WHERE id IN ({marks}) {_ORDERED} LIMIT %s", [*heads, limit])
    return [row[0] for row in fetch()]


def _work(row: tuple[Any, ...]) -> Work:
    item, course, lesson, stage, language, lane, *rest = row
    return Work(item, course, lesson, Stage(stage), language, Lane(lane), *rest)


def finish(work: Work, ended: Ended, learned: Learned | None = None, delay: float = 0.0) -> bool:
    """Close an item and let what waited for it begin; returns whether its course is held now.

    It is when somebody paused it, or its budget is used up. delay: seconds until an item that is
    LATER is tried again. An item that is not running any more is left as it is: what was closed
    once is not closed again.
    """
    now, spent = timezone.now(), (ended.seconds, ended.cost)
    due = _moment(now + timedelta(seconds=delay)) if ended.state is State.LATER else None
    made = (ended.made, ended.basis)
    told = (ended.error[:60], plain(ended.reason)[:4000], plain(ended.note)[:300])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SPEND, [*spent, work.course_row])  # first: it locks the course, see `lock`
        is_stopped = (cursor.fetchone() or (False,))[0]
        cursor.execute(_MADE, [work.item])
        before = (cursor.fetchone() or ("",))[0]
        said = [ended.state.value, due, *made, *told, *spent, _moment(now), work.item]
        cursor.execute(_FINISH, said)
        if not cursor.rowcount:
            transaction.set_rollback(True)  # nothing is charged for it either
            return False
        if learned:
            BacklogLesson.objects.filter(pk=work.lesson_row).update(**learned.facts)
        if ended.state is State.DONE:
            wake(work, changed=before != ended.made)
        if is_stopped:
            hold(work.course_row, HELD)
    return bool(is_stopped)


def lock(course: int) -> None:
    """Lock a course (its row) until the transaction ends.

    Whoever changes items of a course takes this lock first: what one adds or holds, another that
    wakes what follows must see, and two that lock in different orders would wait for each other.
    On SQLite there is one writer anyway.
    """
    if connection.features.has_select_for_update:
        rows = BacklogCourse.objects.select_for_update(no_key=True).filter(pk=course)
        rows.values_list("pk").first()


def _spend(cursor: CursorWrapper, course: int, spent: tuple[float, float]) -> bool:
    """Charge a course with worker seconds and remote cost; returns whether it is held now."""
    cursor.execute(_SPEND, [*spent, course])
    row = cursor.fetchone()
    if not row or not row[0]:
        return False
    hold(course, HELD)
    return True


def wake(work: Work, changed: bool) -> None:
    """Make ready what waited for `work`; where its result `changed`, what was made of it too."""
    following = Stage(work.stage + 1) if work.stage < Stage.REVIEW else None
    if following is None:
        return
    by_language = work.stage.is_by_language
    where, said = ("language = %s", [work.language]) if by_language else ("1 = 1", [])
    states = ", 'done', 'failed'" if changed else ""
    with connection.cursor() as cursor:
        cursor.execute(_WAKE.format(where, states), [work.lesson_row, int(following), *said])


def give_back(works: Iterable[Work], ended: Ended | None = None) -> None:
    """Put running items back as if they had not been taken: their driver ends, or they go on.

    `ended`: what it took so far, of items that go on later.
    """
    spent = (ended.seconds, ended.cost) if ended else (0.0, 0.0)
    with transaction.atomic(), connection.cursor() as cursor:
        for work in sorted(works, key=lambda work: work.course_row):
            lock(work.course_row)
            given = Item.objects.filter(pk=work.item, state=State.RUNNING)
            if given.update(
                state=State.READY,
                attempts=Greatest(F("attempts") - 1, 0),
                seconds=F("seconds") + spent[0],
                cost=F("cost") + spent[1],
            ):
                _spend(cursor, work.course_row, spent)


def reopen(work: Work, stage: Stage) -> None:
    """Do an earlier stage of the same lesson and language again: its result is not there."""
    with transaction.atomic():
        lock(work.course_row)
        language = work.language if stage.is_by_language else ""
        again = Item.objects.filter(lesson_id=work.lesson_row, stage=stage, language=language)
        again.exclude(state=State.RUNNING).update(state=State.READY, made="", attempts=0)
        Item.objects.filter(pk=work.item).update(state=State.WAITING)
        hold_stopped(work.course_row)


def recover(mine: Collection[int] = ()) -> int:
    """Make ready what runs according to the table and nobody does; returns how many.

    mine: items that are being done, and are running whatever the table says: a database that
    crashed may have lost the last notes. Call it as the one driver there is.
    """
    with transaction.atomic():
        Item.objects.filter(pk__in=mine).exclude(state=State.DONE).update(state=State.RUNNING)
        gone = Item.objects.filter(state=State.RUNNING).exclude(pk__in=mine)
        count = gone.update(state=State.READY, attempts=Greatest(F("attempts") - 1, 0))
        hold_stopped()
        return count


def wake_due() -> int:
    """Make ready what failed and is due to be tried again; returns how many."""
    due = Item.objects.filter(state=State.LATER, due__lte=timezone.now(), course__stopped=False)
    return due.update(state=State.READY, due=None)


def most_urgent() -> tuple[int, int] | None:
    """Return lane and learners (below zero) of what is next, the smaller the more urgent."""
    with connection.cursor() as cursor:
        cursor.execute(_HEAD)
        head = cursor.fetchone()
    return (head[0], -head[1]) if head else None


def is_ready() -> bool:
    """Return whether anything is ready to be done."""
    return Item.objects.filter(state=State.READY).exists()


def next_due() -> datetime | None:
    """Return when the next item that failed is tried again, None where none waits for that."""
    later = Item.objects.filter(state=State.LATER, course__stopped=False).order_by("due")
    return later.values_list("due", flat=True).first()


def counts() -> dict[tuple[Stage, State], int]:
    """Return (stage, state) -> items. Reads the whole table: not for every second."""
    rows = Item.objects.values_list("stage", "state").annotate(n=Count("pk")).order_by()
    return {(Stage(stage), State(state)): n for stage, state, n in rows}


def hold(course: int, reason: str) -> None:
    """Hold everything of a course (its row) that is not done or under way."""
    open_ = (State.WAITING, State.READY, State.LATER)
    BacklogCourse.objects.filter(pk=course, stopped=False).update(stopped=True)
    Item.objects.filter(course_id=course, state__in=open_).update(state=State.HELD, reason=reason)


def hold_stopped(course: int | None = None) -> None:
    """Hold what became ready of courses that are stopped, or of one: retried, or given back."""
    ready = Item.objects.filter(state=State.READY, course__stopped=True)
    ready = ready if course is None else ready.filter(course_id=course)
    ready.update(state=State.HELD, reason=HELD)


def release(course: int) -> None:
    """Let go on what was held of a course: ready where the stage before is done, else waiting."""
    with transaction.atomic():
        lock(course)
        BacklogCourse.objects.filter(pk=course).update(stopped=False)
        held = Item.objects.filter(course_id=course, state=State.HELD)
        held.update(state=State.WAITING, reason="")
        now = timezone.now()
        later = Item.objects.filter(course_id=course, state=State.WAITING, due__gt=now)
        later.update(state=State.LATER)
        make_ready(course)


def make_ready(course: int) -> None:
    """Make ready what waits in a course (its row) although the stage before it is done."""
    with connection.cursor() as cursor:
        cursor.execute(_READY, [course])


_READY = """
UPDATE backlog_item SET state = 'ready', due = NULL
WHERE course_id = %s AND state = 'waiting' AND (stage = 0 OR EXISTS (
    SELECT 1 FROM backlog_item before WHERE before.lesson_id = backlog_item.lesson_id
    AND before.stage = backlog_item.stage - 1 AND before.state = 'done'
    AND before.language IN ('', backlog_item.language)))
"""


def plain(text: str) -> str:
    """Return a text that every database takes: names of files may hold what is no text."""
    return text.replace("\0", "").encode("utf-8", "backslashreplace").decode()


def _moment(when: datetime) -> Any:
    """Return a time as the database's own SQL takes it."""
    return connection.ops.adapt_datetimefield_value(when)
