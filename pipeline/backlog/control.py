"""What people do to the backlog: pause, resume, retry, move to another lane, set budgets.

Safe while a driver runs: it looks every second.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, QuerySet, Sum

from courses.errors import UsageError
from pipeline.backlog import queue
from pipeline.backlog.models import BacklogCourse, Control, Item
from pipeline.backlog.nouns import Lane, Stage, State


def the_control() -> Control:
    """Return the one row of what holds for the whole backlog."""
    row, _ = Control.objects.get_or_create(pk=1)
    return row


def is_paused() -> bool:
    """Return whether somebody paused the whole backlog."""
    return the_control().paused


def why_stopped() -> str:
    """Return why a driver is to take nothing up, empty when it may."""
    row = the_control()
    if row.paused:
        return "The backlog is paused; `karmavani backlog resume` lets it go on."
    if row.minutes is None and row.cost is None:
        return ""
    spent = BacklogCourse.objects.aggregate(seconds=Sum("spent_seconds"), cost=Sum("spent_cost"))
    if row.minutes is not None and (spent["seconds"] or 0.0) >= row.minutes * 60:
        return f"The budget of {row.minutes:g} worker minutes is used up."
    if row.cost is not None and (spent["cost"] or 0.0) >= row.cost:
        return f"The budget of {row.cost:g} for remote engines is used up."
    return ""


def pause(course: str | None = None) -> None:
    """Take nothing up any more: of one course, or at all. What is under way is finished."""
    if course is None:
        the_control()
        Control.objects.filter(pk=1).update(paused=True)
        return
    with transaction.atomic():
        row = find_course(course)
        queue.lock(row.pk)
        BacklogCourse.objects.filter(pk=row.pk).update(paused=True)
        queue.hold(row.pk, "The course is paused.")


def resume(course: str | None = None) -> None:
    """Let go on what was paused: one course, or the backlog."""
    if course is None:
        the_control()
        Control.objects.filter(pk=1).update(paused=False)
        return
    with transaction.atomic():
        row = find_course(course)
        queue.lock(row.pk)
        row.refresh_from_db()
        BacklogCourse.objects.filter(pk=row.pk).update(paused=False)
        if not is_over_budget(row):
            queue.release(row.pk)


def is_over_budget(course: BacklogCourse) -> bool:
    """Return whether a course has used up its minutes or its cost."""
    minutes = course.minutes is not None and course.spent_seconds >= course.minutes * 60
    return minutes or (course.cost is not None and course.spent_cost >= course.cost)


def set_budget(minutes: float | None, cost: float | None) -> None:
    """Set the budgets over all courses; None leaves one as it is, 0 or less takes it away."""
    the_control()
    said = {"minutes": minutes, "cost": cost}
    known = {
        key: (value if value > 0 else None) for key, value in said.items() if value is not None
    }
    Control.objects.filter(pk=1).update(**known)


def budget_in_words() -> str:
    """Return the budgets over all courses for people."""
    row = the_control()
    minutes = "no limit" if row.minutes is None else f"{row.minutes:g}"
    cost = "no limit" if row.cost is None else f"{row.cost:g}"
    return f"Over all courses: worker minutes {minutes}, remote cost {cost}."


def retry(items: Sequence[int] = (), error: str = "", course: str = "", reason: str = "") -> int:
    """Put dead letters back into the queue; returns how many.

    items: their numbers; error: all whose error has that name; course: all of a course; reason: all
    with that very reason; none of these: all. Raises UsageError for a number that is none of them.
    """
    failed = failures(error, course, reason)
    if items:
        failed = failed.filter(pk__in=items)
        known = set(failed.values_list("pk", flat=True))
        if wrong := [str(item) for item in items if item not in known]:
            raise UsageError(
                f"Not among the failed items: {', '.join(wrong)}.",
                "`karmavani backlog status --failed` lists them.",
            )
    with transaction.atomic():
        courses = list(failed.order_by("course").values_list("course", flat=True).distinct())
        for one in courses:
            queue.lock(one)
        fresh = {"attempts": 0, "error": "", "reason": "", "due": None}
        # Whoever retries a lesson that could not be heard has mended its files: they are read anew.
        heard = failed.filter(stage=Stage.TRANSCRIBE).values("lesson")
        again = Item.objects.filter(stage=Stage.READ, lesson__in=heard, state=State.DONE)
        again.update(state=State.WAITING)
        count = failed.update(state=State.WAITING, **fresh)
        for one in courses:
            queue.make_ready(one)
        queue.hold_stopped()
    return count


def failures(error: str = "", course: str = "", reason: str = "") -> QuerySet[Item]:
    """Return the dead letters, the latest first, all or some as in `retry`."""
    rows = Item.objects.filter(state=State.FAILED)
    if error:
        rows = rows.filter(error=error)
    if reason:
        rows = rows.filter(reason=reason)
    if course:
        rows = rows.filter(course=find_course(course))
    # What was refused when it was added never ended; PostgreSQL would put it first.
    latest = F("finished").desc(nulls_last=True)
    return rows.select_related("course", "lesson").order_by(latest, "-pk")


def change(course: str, lane: Lane | None = None, learners: int | None = None) -> None:
    """Move a course to another lane, or to another place in it; its items follow."""
    said = {"lane": None if lane is None else int(lane), "learners": learners}
    known = {key: value for key, value in said.items() if value is not None}
    if not known:
        return
    with transaction.atomic():
        row = find_course(course)
        queue.lock(row.pk)
        BacklogCourse.objects.filter(pk=row.pk).update(**known)
        Item.objects.filter(course=row).update(**known)


def remove(course: str, languages: Sequence[str] = ()) -> int:
    """Take a course out of the backlog, or some of its languages; returns how many items went.

    Results stay where they are; what a worker is doing is thrown away. Raises UsageError.
    """
    with transaction.atomic():
        row = find_course(course)
        queue.lock(row.pk)
        items = Item.objects.filter(course=row)
        if not languages:
            count = items.count()
            row.delete()
            return count
        if wrong := sorted(set(languages) - set(row.languages)):
            raise UsageError(
                f"{course} is not made in {', '.join(wrong)}.",
                f"It is made in {', '.join(row.languages)}.",
            )
        left = [code for code in row.languages if code not in languages]
        BacklogCourse.objects.filter(pk=row.pk).update(languages=left)
        return items.filter(language__in=languages).delete()[0]


def find_course(slug: str) -> BacklogCourse:
    """Return a course of the backlog; raises UsageError where there is none of that id."""
    row = BacklogCourse.objects.filter(slug=slug).first()
    if row is None:
        raise UsageError(f"The backlog has no course {slug!r}.", "See: karmavani backlog status.")
    return row
