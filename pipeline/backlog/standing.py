"""How the backlog stands: items by stage and state and by language, courses, and what failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q, Sum

from pipeline.backlog import control
from pipeline.backlog.models import BacklogCourse, Item, Run
from pipeline.backlog.nouns import Stage, State


def standing(course: str, limit: int) -> dict[str, Any]:
    """Return all that `status` tells, as data; of one course where one is named.

    Raises UsageError for a course that is not there.
    """
    items, courses = Item.objects.all(), BacklogCourse.objects.all()
    if course:
        row = control.find_course(course)
        items, courses = items.filter(course=row), courses.filter(pk=row.pk)
    failed = control.failures(course=course)
    return {
        "courses": courses.count(),
        "courses_finished": _finished(courses),
        "items": items.count(),
        "states": _counted(items, "state"),
        "stages": _nested(items, "stage"),
        "languages": _nested(items.exclude(language=""), "language"),
        "lanes": _nested(items, "lane"),
        "stopped": control.why_stopped(),
        "spent": _spent(courses),
        "failed": [_failure(item) for item in failed[:limit]],
        "reasons": _reasons(failed),
        "run": _run(),
    }


def _finished(courses: Any) -> int:
    open_ = Q(items__isnull=True) | ~Q(items__state=State.DONE)
    return int(courses.exclude(pk__in=courses.filter(open_).values("pk")).count())


def _counted(items: Any, field: str) -> dict[str, int]:
    rows = items.values_list(field).annotate(n=Count("pk")).order_by()
    return {str(value): count for value, count in rows}


def _nested(items: Any, field: str) -> dict[str, dict[str, int]]:
    """Return value of `field` -> state -> items, in the order of the stages and lanes."""
    found: dict[Any, dict[str, int]] = {}
    for value, state, count in items.values_list(field, "state").annotate(n=Count("pk")).order_by():
        found.setdefault(value, {})[state] = count
    names = {"stage": dict(Item._meta.get_field("stage").flatchoices)} if field == "stage" else {}
    lanes = dict(Item._meta.get_field("lane").flatchoices) if field == "lane" else {}
    said: Mapping[Any, str] = names.get("stage", lanes)
    return {str(said.get(value, value)): found[value] for value in sorted(found)}


def _spent(courses: Any) -> dict[str, float]:
    sums = courses.aggregate(seconds=Sum("spent_seconds"), cost=Sum("spent_cost"))
    return {"minutes": (sums["seconds"] or 0.0) / 60, "cost": sums["cost"] or 0.0}


def _failure(item: Item) -> dict[str, Any]:
    return {
        "item": item.pk,
        "course": item.course.slug,
        "lesson": item.lesson.slug,
        "stage": Stage(item.stage).label,
        "language": item.language,
        "error": item.error,
        "reason": item.reason,
        "attempts": item.attempts,
        "failed": item.finished.isoformat(timespec="seconds") if item.finished else "",
        "retry": f"karmavani backlog retry {item.pk}",
    }


def _reasons(failed: Any) -> dict[str, int]:
    rows = failed.values_list("error").annotate(n=Count("pk")).order_by("-n")
    return dict(rows)


def _run() -> dict[str, Any] | None:
    """Return the run that is under way, or was the last one."""
    row = Run.objects.order_by("-pk").first()
    if row is None:
        return None
    return {
        "host": row.host,
        "on": row.executor,
        "workers": row.workers,
        "started": row.started.isoformat(timespec="seconds"),
        "beat": row.beat.isoformat(timespec="seconds"),
        "ended": row.ended.isoformat(timespec="seconds") if row.ended else None,
        "left_seconds": row.figures.get("left"),
    }


def in_words(found: Mapping[str, Any]) -> str:
    """Return the standing for people: a table of stages and states, and what to look at."""
    if not found["items"]:
        return "The backlog is empty. Put courses in: karmavani backlog add COURSES --to hi,ta,bn"
    states = [state.value for state in State if found["states"].get(state.value)]
    courses, finished = found["courses"], found["courses_finished"]
    lines = [f"{courses} course{'s' * (courses != 1)}, {finished} finished.", ""]
    lines.append("".join(f"{name:>12}" for name in ("", *states)))
    for stage, counts in found["stages"].items():
        lines.append(f"{stage:>12}" + "".join(f"{counts.get(name, 0):>12}" for name in states))
    lines.append("")
    lines += [
        f"{code:>12}  {counts.get('done', 0)} of {sum(counts.values())} done"
        + (f", {counts['failed']} failed" if counts.get("failed") else "")
        for code, counts in found["languages"].items()
    ]
    lines.append("")
    if found["stopped"]:
        lines.append(found["stopped"])
    if run := found["run"]:
        doing = f"ended {run['ended']}" if run["ended"] else f"last heard of {run['beat']}"
        lines.append(f"Run on {run['host']} ({run['on']}, {run['workers']} workers): {doing}.")
    spent = found["spent"]
    lines.append(f"Used: {spent['minutes']:.1f} worker minutes, {spent['cost']:.2f} remote cost.")
    if found["reasons"]:
        told = ", ".join(f"{count} {error}" for error, count in found["reasons"].items())
        lines.append(f"Failed: {told}. `karmavani backlog status --failed` lists them.")
    return "\n".join(lines)


def failures_in_words(found: Mapping[str, Any]) -> str:
    """Return the dead letters for people, each with its reason and the command that retries it."""
    if not found["failed"]:
        return "Nothing failed."
    lines = []
    for one in found["failed"]:
        where = " ".join(
            part for part in (one["course"], one["lesson"], one["language"], one["stage"]) if part
        )
        lines += [f"{one['item']}  {where}: {one['error']}", f"    {one['reason']}"]
        lines.append(f"    {one['retry']}")
    count = sum(found["reasons"].values())
    if count > len(found["failed"]):
        lines.append(f"... and {count - len(found['failed'])} more: --limit {count}")
    return "\n".join(lines)
