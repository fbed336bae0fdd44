"""The report of a run in words: what a person reads the next morning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.backlog.amounts import in_bytes, lasting
from pipeline.backlog.nouns import Stage, State

NAMES = 10  # of courses
_STATES = (
    *(State.DONE, State.RUNNING, State.READY, State.WAITING),
    *(State.LATER, State.HELD, State.FAILED),
)

Data = Mapping[str, Any]


def in_words(made: Data) -> str:
    """Return the text of a report; no line ends in a space, and there is no colour."""
    parts = (_head, _items, _time, _speed, _estimates, _courses, _failures, _signatures)
    return "\n\n".join(text for part in parts if (text := "\n".join(part(made))))


def _head(made: Data) -> Iterator[str]:
    run, workers = made["run"], made["workers"]
    yield f"The run of {run['began'].replace('T', ' ').replace('+00:00', ' UTC')}"
    some = "worker" if workers["count"] == 1 else "workers"
    where = f"{workers['count']} {some} ({run['executor']})"
    yield f"{lasting(run['seconds'])} on {run['host']}, {where}"
    yield f"Results are in {run['out']}."
    if left := run["left"]:
        yield f"It was ended before its work was: {left:,} items could go on."
    if log := run.get("log"):
        yield f"Its log is {log}."
    if lost := run.get("log_lost"):
        yield f"{lost:,} lines of it are lost: {run['log_problem']}."


def _items(made: Data) -> Iterator[str]:
    """Yield the whole backlog, stage by state."""
    items = made["items"]
    shown = [state for state in _STATES if any(states.get(state) for states in items.values())]
    if not shown:
        yield "The backlog is empty."
        return
    yield "The whole backlog, in items"
    yield _row("", shown)
    for stage in Stage:
        if states := items.get(stage.label):
            yield _row(stage.label, [f"{states.get(state, 0):,}" for state in shown])


def _time(made: Data) -> Iterator[str]:
    """Yield what this run did of each stage and how long it took."""
    stages: dict[str, Data] = made["stages"]
    if not stages:
        yield "This run did nothing."
        return
    whole = sum(one["seconds"] for one in stages.values())
    yield "This run"
    yield _row("", ["done", "reused", "failed", "worker time", "share", "an item"])
    for label, one in stages.items():
        fresh = one["done"] + one["failed"] - one["reused"]
        told = (f"{one['done']:,}", f"{one['reused']:,}", f"{one['failed']:,}")
        share = one["seconds"] / whole if whole else 0.0
        each = lasting(one["seconds"] / fresh) if fresh > 0 else "-"
        yield _row(label, [*told, lasting(one["seconds"]), f"{share:.0%}", each])
    longest = max(stages.values(), key=lambda one: one["longest"])
    if longest["longest"]:
        yield f"The longest: {longest['longest_item']}, {lasting(longest['longest'])}."


def _speed(made: Data) -> Iterator[str]:
    speed, workers = made["throughput"], made["workers"]
    if media := speed["media_seconds"]:
        rate = speed["media_hours_an_hour"]
        yield f"Media transcribed: {lasting(media)}, {rate:.1f} hours of it in an hour."
    if sentences := speed["sentences"]:
        rate = speed["sentences_a_second"]
        yield f"Sentences translated: {sentences:,}, {rate:.1f} a second."
    if workers["count"]:
        most = workers["peak_bytes"]
        peak = f"; the largest took {in_bytes(most)} of memory" if most else ""
        yield f"Workers were busy {workers['busy']:.0%} of the time{peak}."
    if made["cost"]:
        yield f"Remote engines cost {made['cost']:,.2f}."
    yield from _budgets(made["budgets"])


def _budgets(budgets: Data) -> Iterator[str]:
    if budgets.get("minutes") is not None:
        used, most = budgets["spent_minutes"], budgets["minutes"]
        yield f"Worker minutes of the budget: {used:,.0f} of {most:,.0f}."
    if budgets.get("cost") is not None:
        yield f"Cost of the budget: {budgets['spent_cost']:,.2f} of {budgets['cost']:,.2f}."
    if over := budgets.get("courses_over"):
        yield f"Held, because their own budget is used up: {_some(over)}."


def _estimates(made: Data) -> Iterator[str]:
    """Yield what was said of the end, against the truth where the work was finished."""
    for one in made["estimates"]:
        when = f"after {lasting(one['at'])}, with {one['share_done']:.0%} of the items done"
        said = f"Time left {when}: {lasting(one['left'])}"
        true = (
            f"; in truth {lasting(one['true'])} ({one['off']:+.0%})"
            if one["off"] is not None
            else ""
        )
        yield f"{said}{true}."


def _courses(made: Data) -> Iterator[str]:
    if courses := made["courses"]:
        named = f": {_some(courses['names'], courses['finished'])}" if courses["names"] else ""
        stuck = f" With failed items: {courses['stuck']:,}." if courses.get("stuck") else ""
        yield f"Courses finished: {courses['finished']:,} of {courses['all']:,}{named}.{stuck}"


def _failures(made: Data) -> Iterator[str]:
    """Yield the dead letters by reason, with the command that retries them."""
    again = sum(one["attempts"] for one in made["tried_again"])
    if again:
        kinds = made["tried_again"][:5]
        named = ", ".join(f"{one['stage']} {one['error']} {one['attempts']:,}" for one in kinds)
        yield f"Attempts that failed and were tried again: {again:,} ({named})."
    if not made["failures"]:
        return
    total = sum(one["items"] for one in made["failures"])
    yield f"Items that failed for good: {total:,}. They are tried again when somebody says so."
    for one in made["failures"]:
        if "error" not in one:
            yield f"  {one['items']:,} x other reasons"
        else:
            yield f"  {one['items']:,} x {one['stage']}, {one['error']}: {_one_line(one['reason'])}"
            yield f"      such as {one['examples'][0]['work']}"
        yield f"      {one['retry']}"


def _signatures(made: Data) -> Iterator[str]:
    if made["signatures"]:
        yield "How results were made"
        for one in made["signatures"]:
            yield f"  {one['stage']}: {one['signature']} ({one['items']:,})"


def _some(names: list[str], count: int = 0) -> str:
    """Return some of the names; `count` of them are all, where they are not all named."""
    rest = max(len(names), count) - len(names[:NAMES])
    return ", ".join(names[:NAMES]) + (f" and {rest:,} more" if rest else "")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _row(label: str, cells: Sequence[str]) -> str:
    return f"  {label:<12}" + "".join(f"{cell:>14}" for cell in cells)
