"""An estimate for people and for programs: lines of text, and data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline.backlog.amounts import in_bytes, lasting
from pipeline.backlog.estimating import Estimate, Range
from pipeline.backlog.simulating import Need
from pipeline.backlog.tallying import Plan

HOW_TO_MEASURE = "karmavani backlog estimate --measure"


def in_lines(estimate: Estimate, engine: str = "") -> Iterator[str]:
    """Yield what an estimate says, for people. engine: that of the translations."""
    yield (
        f"{_count(estimate.courses, 'course')}, {_count(estimate.lessons, 'lesson')},"
        f" {lasting(estimate.duration / 1000)} of media, {_count(estimate.items, 'item')} of work."
    )
    if not estimate.items:
        return
    yield ""
    if estimate.parts:
        yield f"{'stage':12}{'items':>12}{'work':>16}{'give or take':>14}{'measured':>12}"
    for part in estimate.parts:
        calls = f"{part.measured:,} calls"
        yield (
            f"{part.stage.label:12}{part.items:>12,}{lasting(part.seconds):>16}"
            f"{part.doubt:>14.0%}{calls:>12}"
        )
    yield from ("",) * bool(estimate.parts)
    yield from _missing(estimate, engine)
    if not estimate.parts:
        yield "Until then nothing is known of time, memory and disk."
        return
    without = " without what is not measured" if estimate.missing else ""
    yield f"{'Work':10}{_between(estimate.work)} of one worker{without}"
    if not estimate.missing:
        yield f"{'Time':10}{_between(estimate.elapsed)} with {_workers(estimate.workers)}"
    yield f"{'Memory':10}{in_bytes(estimate.memory)}, the driver and {_workers(estimate.workers)}"
    yield (
        f"{'Disk':10}{in_bytes(estimate.disk)}: packages {in_bytes(estimate.packages)},"
        f" work store {in_bytes(estimate.store)}"
    )
    yield _cost_line(estimate)
    yield ""
    yield "Between the two figures nine times in ten, if what was assumed holds:"
    yield from (f"- {said}" for said in estimate.assumed)


def _missing(estimate: Estimate, engine: str) -> Iterator[str]:
    if estimate.missing:
        names = ", ".join(stage.label for stage in estimate.missing)
        how = f"{HOW_TO_MEASURE} --engine {engine}" if engine else HOW_TO_MEASURE
        yield f"Nothing is measured on this machine, with these engines, for: {names}."
        yield f"The figures are without them. Measure: {how}"
        yield ""


def _cost_line(estimate: Estimate) -> str:
    if not estimate.cost.high:
        return f"{'Cost':10}none: no price is configured (translator.price_*)"
    low, middle, high = estimate.cost.low, estimate.cost.middle, estimate.cost.high
    said = "in the currency of translator.price_*"
    return f"{'Cost':10}{middle:,.2f} ({low:,.2f} to {high:,.2f}), {said}"


def _between(span: Range) -> str:
    return f"{lasting(span.middle)} ({lasting(span.low)} to {lasting(span.high)})"


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"


def _workers(count: int) -> str:
    return _count(count, "worker")


def need_in_lines(need: Need, deadline: float) -> Iterator[str]:
    """Yield how many workers meet a deadline in seconds."""
    if need.workers is None:
        yield (
            f"No number of workers does it in {lasting(deadline)}: at best"
            f" {lasting(need.plan.makespan)}."
        )
        return
    use = f"{need.plan.use:.0%} of their time used"
    yield (
        f"{_workers(need.workers)} do it in {lasting(need.plan.makespan)}, within"
        f" {lasting(deadline)}; {use}."
    )


def lanes_in_lines(plan: Plan) -> Iterator[str]:
    """Yield how long courses of each lane wait and take; nothing where there is one lane."""
    if len(plan.lanes) < 2:
        return
    heads = f"{'first item after':>20}{'finished after':>18}{'95 of 100':>16}"
    yield f"{'lane':12}{'courses':>9}{heads}"
    for lane, told in plan.lanes.items():
        yield (
            f"{lane.label:12}{told.courses:>9,}{lasting(told.waiting.p50):>20}"
            f"{lasting(told.completion.p50):>18}{lasting(told.completion.p95):>16}"
        )


def as_data(estimate: Estimate, need: Need | None = None) -> dict[str, Any]:
    """Return an estimate as data: seconds, bytes, the currency of the prices."""
    data: dict[str, Any] = {
        "courses": estimate.courses,
        "lessons": estimate.lessons,
        "items": estimate.items,
        "media_seconds": estimate.duration / 1000,
        "characters": estimate.characters,
        "workers": estimate.workers,
        "stages": {
            part.stage.label: {
                "items": part.items,
                "work_seconds": round(part.seconds, 3),
                "doubt": round(part.doubt, 4),
                "measured_calls": part.measured,
                "signature": part.signature,
            }
            for part in estimate.parts
        },
        "work_seconds": _span(estimate.work),
        "elapsed_seconds": None if estimate.missing else _span(estimate.elapsed),
        "memory_bytes": estimate.memory,
        "store_bytes": round(estimate.store),
        "package_bytes": round(estimate.packages),
        "cost": _span(estimate.cost),
        "not_measured": [stage.label for stage in estimate.missing],
        "assumed": list(estimate.assumed),
    }
    if estimate.plan:
        data["lanes"] = lanes_data(estimate.plan)
    if need:
        data["workers_needed"] = need.workers
    return data


def lanes_data(plan: Plan) -> dict[str, Any]:
    """Return waiting and completion by lane, in seconds."""
    return {
        lane.label: {
            "courses": told.courses,
            "waiting": _rounded(told.waiting),
            "completion": _rounded(told.completion),
        }
        for lane, told in plan.lanes.items()
    }


def _rounded(one: Any) -> dict[str, float]:
    return {name: round(getattr(one, name), 1) for name in ("p50", "p95", "most")}


def _span(span: Range) -> dict[str, float]:
    return {name: round(getattr(span, name), 3) for name in ("middle", "low", "high")}


def more_lines(estimate: Estimate, need: Need | None, deadline: float | None) -> Iterator[str]:
    """Yield what follows the figures: lanes, and the workers for a deadline in days."""
    if estimate.plan and len(estimate.plan.lanes) > 1:
        yield ""
        yield from lanes_in_lines(estimate.plan)
    if deadline is not None and estimate.missing:
        yield ""
        yield "How many workers the deadline needs is not known before every stage is measured."
    elif need and deadline is not None:
        yield ""
        yield from need_in_lines(need, deadline * 86400.0)
