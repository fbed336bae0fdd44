"""How the backlog stands: items by stage and state and by language, courses, and what failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, Sum

from pipeline.backlog import control
from pipeline.backlog.models import BacklogCourse, Item, Run
from pipeline.backlog.nouns import Lane, Stage, State
from pipeline.backlog.totals import finished_of

COURSES = 10  # that are told one by one


def standing(course: str, limit: int) -> dict[str, Any]:
    """Return all that `status` tells, as data; of one course where one is named.

    Raises UsageError for a course that is not there.
    """
    items, courses = Item.objects.all(), BacklogCourse.objects.all()
    if course:
        row = control.find_course(course)
        items, courses = items.filter(course=row), courses.filter(pk=row.pk)
    failed, counts = control.failures(course=course), _counts(items)
    by_language = {key: count for key, count in counts.items() if key.language}
    return {
        "courses": courses.count(),
        "courses_finished": finished_of(courses).count(),
        "items": sum(counts.values()),
        "states": _summed(counts, lambda key: (key.state,)),
        "stages": _summed(counts, lambda key: (key.stage, key.state)),
        "languages": _summed(by_language, lambda key: (key.language, key.state)),
        "stages_by_language": _summed(
            by_language, lambda key: (key.stage, key.language, key.state)
        ),
        "courses_open": _open(courses, limit),
        "lanes": _summed(counts, lambda key: (key.lane, key.state)),
        "stopped": control.why_stopped(),
        "spent": _spent(courses),
        "failed": [_failure(item) for item in failed[:limit]],
        "reasons": _reasons(failed),
        "run": _run(),
    }


def _open(courses: Any, limit: int) -> list[dict[str, Any]]:
    """Return the courses that are not finished, in the order of work, each with what holds it."""
    open_ = courses.filter(Exists(Item.objects.filter(course=OuterRef("pk")).exclude(state="done")))
    done = Count("items", filter=Q(items__state=State.DONE))
    rows = open_.annotate(all=Count("items"), done=done).order_by("lane", "-learners", "pk")
    return [
        {
            "course": row.slug,
            "lane": Lane(row.lane).label,
            "learners": row.learners,
            "paused": row.paused,
            "over_budget": control.is_over_budget(row),
            "done": row.done,
            "items": row.all,
        }
        for row in rows[:limit]
    ]


class _Key(NamedTuple):
    """What items are counted by."""

    stage: Stage
    lane: Lane
    language: str
    state: str


def _counts(items: Any) -> dict[_Key, int]:
    """Return how many items there are of each kind. Reads the whole table, once."""
    rows = items.values_list(*_Key._fields).annotate(n=Count("pk")).order_by()
    return {
        _Key(Stage(stage), Lane(lane), language, state): count
        for stage, lane, language, state, count in rows
    }


def _summed(counts: Mapping[_Key, int], path: Callable[[_Key], tuple[Any, ...]]) -> dict[str, Any]:
    """Return the sums of `counts` in dicts within dicts, by what `path` says, in that order."""
    found: dict[str, Any] = {}
    for key in sorted(counts, key=path):
        *folders, last = (getattr(part, "label", part) for part in path(key))
        place = found
        for name in folders:
            place = place.setdefault(name, {})
        place[last] = place.get(last, 0) + counts[key]
    return found


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
        "alive": row.is_alive,
        "left_seconds": None if row.ended else row.figures.get("left"),
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
    lines += [_course_line(one) for one in found["courses_open"][:COURSES]]
    if (more := found["courses"] - found["courses_finished"] - COURSES) > 0:
        lines.append(f"... and {more} more that are not finished")
    lines.append("")
    if found["stopped"]:
        lines.append(found["stopped"])
    if run := found["run"]:
        doing = f"ended {run['ended']}" if run["ended"] else f"last heard of {run['beat']}"
        if not run["ended"] and not run["alive"]:
            doing += ": it is gone, and `karmavani backlog run` goes on"
        lines.append(f"Run on {run['host']} ({run['on']}, {run['workers']} workers): {doing}.")
    spent = found["spent"]
    lines.append(f"Used: {spent['minutes']:.1f} worker minutes, {spent['cost']:.2f} remote cost.")
    if found["reasons"]:
        told = ", ".join(f"{count} {error}" for error, count in found["reasons"].items())
        lines.append(f"Failed: {told}. `karmavani backlog status --failed` lists them.")
    return "\n".join(lines)


def _course_line(one: Mapping[str, Any]) -> str:
    why = ", paused" * one["paused"] + ", over its budget" * one["over_budget"]
    return f"{one['course']}: {one['lane']}, {one['done']} of {one['items']} items done{why}"


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
