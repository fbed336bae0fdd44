"""The report of a run, when it ends: as data, and in words.

Written as ``OUT/.karmavani/runs/run-<UTC time>.json`` and ``.txt``, and kept with the run in the
database. Pure but for `write`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from pipeline.backlog.amounts import media_an_hour, sentences_a_second
from pipeline.backlog.nouns import Figures, Stage, State
from pipeline.backlog.remembering import OTHERS, Kind, Letters, Tally
from pipeline.backlog.report_words import in_words
from pipeline.work import FOLDER

VERSION = 1
TOP = 20  # kinds of failures that are listed
OPEN = (State.READY, State.LATER, State.RUNNING)

__all__ = ["Tally", "Totals", "in_words", "report", "write"]


class RunFacts(Protocol):
    """What is said of a run as such; `models.Run` is one."""

    @property
    def host(self) -> str:
        """Return the name of the machine of the driver."""
        ...

    @property
    def executor(self) -> str:
        """Return where the workers were."""
        ...

    @property
    def out(self) -> str:
        """Return the folder of results."""
        ...

    @property
    def started(self) -> datetime:
        """Return when it began."""
        ...


@dataclass(frozen=True, slots=True)
class Totals:
    """What the database knows of the whole backlog when a run ends.

    finished: courses of which nothing is left to do; some of their names. stuck: courses with items
    that failed. minutes, cost: budgets;
    spent_*: of them. over: courses that used up their own.
    """

    courses: int = 0
    finished: int = 0
    names: tuple[str, ...] = ()
    minutes: float | None = None
    cost: float | None = None
    spent_minutes: float = 0.0
    spent_cost: float = 0.0
    over: tuple[str, ...] = ()
    stuck: int = 0


def report(
    run: RunFacts,
    figures: Figures,
    tally: Tally,
    totals: Totals | None = None,
    notes: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the report of a run as plain data for JSON.

    `notes`: what else is to be said of the run, such as why it ended and where its log is.
    """
    elapsed = figures.elapsed
    return {
        "version": VERSION,
        "run": _run(run, figures) | dict(notes or {}),
        "items": _items(figures),
        "stages": _stages(tally),
        "throughput": {
            "items": figures.done_now,
            "media_seconds": figures.audio_now / 1000,
            "sentences": figures.sentences_now,
            "media_hours_an_hour": media_an_hour(figures.audio_now, elapsed),
            "sentences_a_second": sentences_a_second(figures.sentences_now, elapsed),
        },
        "workers": {"count": figures.workers, "busy": figures.busy, "peak_bytes": figures.peak},
        "estimates": _estimates(figures, tally),
        "failures": _failures(tally),
        "tried_again": _tried_again(tally),
        "courses": _courses(totals) if totals else {},
        "budgets": _budgets(totals) if totals else {},
        "cost": figures.cost,
        "signatures": _signatures(tally),
    }


def _run(run: RunFacts, figures: Figures) -> dict[str, Any]:
    return {
        "began": run.started.astimezone(UTC).isoformat(timespec="seconds"),
        "seconds": figures.elapsed,
        "left": sum(map(figures.total, OPEN)),
        "host": run.host,
        "executor": run.executor,
        "out": run.out,
    }


def _items(figures: Figures) -> dict[str, dict[str, int]]:
    """Return stage -> state -> items of the whole backlog."""
    found: dict[str, dict[str, int]] = {}
    for (stage, state), count in sorted(figures.counts.items()):
        if count:
            found.setdefault(stage.label, {})[state.value] = count
    return found


def _stages(tally: Tally) -> dict[str, dict[str, Any]]:
    """Return what this run did of each stage."""
    return {
        stage.label: {
            **asdict(tally.took[stage]),
            "done": tally.ended_as[stage, State.DONE],
            "failed": tally.ended_as[stage, State.FAILED],
            "tried_again": tally.ended_as[stage, State.LATER],
            "gave_way": tally.ended_as[stage, State.READY],
        }
        for stage in sorted(tally.took)
    }


def _estimates(figures: Figures, tally: Tally) -> list[dict[str, Any]]:
    """Return what was said of the time left, and, where all was done, how wrong it was.

    off: (said - true) / true time left, null where the run was ended before its work was.
    """
    is_over = not any(map(figures.total, OPEN))
    found = []
    for share, at, left in tally.guesses:
        true = figures.elapsed - at
        off = (left - true) / true if is_over and true > 0 else None
        found.append({"share_done": share, "at": at, "left": left, "true": true, "off": off})
    return found


def _failures(tally: Tally) -> list[dict[str, Any]]:
    """Return the most frequent kinds of dead letters, and one row for all others."""
    ordered = sorted(tally.letters.items(), key=lambda one: (-one[1].count, one[0]))
    rows = [_failure(kind, letters) for kind, letters in ordered[:TOP]]
    if rest := sum(letters.count for _, letters in ordered[TOP:]):
        rows.append({"items": rest, "kind": OTHERS, "retry": "karmavani backlog status --failed"})
    return rows


def _failure(kind: Kind, letters: Letters) -> dict[str, Any]:
    named = " ".join(str(item) for item, _ in letters.examples)
    is_all = letters.count == len(letters.examples)
    retry = f"karmavani backlog retry {named if is_all else f'--error {kind.error}'}"
    return {
        "items": letters.count,
        "stage": kind.stage.label,
        "error": kind.error,
        "kind": kind.kind,
        "reason": letters.reason,
        "examples": [{"item": item, "work": work} for item, work in letters.examples],
        "retry": retry,
    }


def _tried_again(tally: Tally) -> list[dict[str, Any]]:
    """Return which failures were tried again, the most frequent first."""
    ordered = sorted(tally.tries_again.items(), key=lambda one: (-one[1], one[0]))
    return [
        {"stage": stage.label, "error": error, "attempts": count}
        for (stage, error), count in ordered[:TOP]
    ]


def _courses(totals: Totals) -> dict[str, Any]:
    counts = {"all": totals.courses, "finished": totals.finished, "stuck": totals.stuck}
    return counts | {"names": list(totals.names)}


def _budgets(totals: Totals) -> dict[str, Any]:
    return {
        "minutes": totals.minutes,
        "cost": totals.cost,
        "spent_minutes": totals.spent_minutes,
        "spent_cost": totals.spent_cost,
        "courses_over": list(totals.over),
    }


def _signatures(tally: Tally) -> list[dict[str, Any]]:
    """Return how results were made, the most frequent first."""
    ordered = sorted(tally.signatures.items(), key=lambda one: (one[0][0], -one[1]))
    return [
        {"stage": Stage(stage).label, "signature": signature, "items": count}
        for (stage, signature), count in ordered[: 2 * TOP]
    ]


def write(made: Mapping[str, Any], out: Path) -> Path | None:
    """Write a report below the output folder, as data and in words; returns the file of words.

    None where the disk does not take it: the report is in the database too.
    """
    began = datetime.fromisoformat(made["run"]["began"])
    place = out / FOLDER / "runs" / f"run-{began:%Y%m%dT%H%M%SZ}"
    data = json.dumps(made, ensure_ascii=False, indent=1)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        _put(place.with_suffix(".json"), data)
        return _put(place.with_suffix(".txt"), in_words(made))
    except OSError:
        return None


def _put(place: Path, text: str) -> Path:
    """Write a file whole or not at all."""
    fresh = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        fresh.write_text(text + "\n", encoding="utf-8", errors="backslashreplace")
        fresh.replace(place)
    finally:
        fresh.unlink(missing_ok=True)
    return place
