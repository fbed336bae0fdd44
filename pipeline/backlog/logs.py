"""The structured log of a run: one line of JSON an event, for machines and for `jq`.

The only file that knows structlog. The lines are in ``OUT/.karmavani/logs/run-<UTC time>.jsonl``;
the newest are in the file without a number. A full disk costs lines, never the run.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from errno import ENOSPC
from pathlib import Path
from typing import Any

from pipeline.backlog.hiding import without_secrets
from pipeline.backlog.nouns import Ended, Figures, State, Work
from pipeline.backlog.watching import SilentWatcher
from pipeline.work import FOLDER

PART = 50 << 20  # bytes of one file
PARTS = 5  # files of one run, the newest first
EVERY = 60.0  # seconds of the run between two lines of figures
_BREAKS = {ord(mark): f"\\u{ord(mark):04x}" for mark in "\u0085\u2028\u2029"}
_LEVELS = {State.FAILED: "error", State.LATER: "warning"}


class Lines:
    """A file of lines that is cut by size; a line is written whole or not at all.

    Never raises OSError. lost: lines that could not be written. problem: why the last of them
    could not.
    """

    def __init__(self, path: Path, part: int = PART, parts: int = PARTS) -> None:
        self.path, self.lost, self.problem = path, 0, ""
        self._part, self._parts = part, parts
        self._file = -1

    def msg(self, line: str) -> None:
        """Write one line; structlog calls it."""
        try:
            self._write(line.translate(_BREAKS).encode("utf-8", "backslashreplace") + b"\n")
        except OSError as error:
            self.lost += 1
            self.problem = error.strerror or str(error)

    debug = info = warning = error = msg

    def close(self) -> None:
        """Close the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _write(self, data: bytes) -> None:
        if self._file < 0:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = _open(self.path)
        size = os.fstat(self._file).st_size
        if size and size + len(data) > self._part:
            self._cut()
            size = 0
        if os.write(self._file, data) < len(data):
            os.ftruncate(self._file, size)  # half a line would spoil the next one
            raise OSError(ENOSPC, os.strerror(ENOSPC))

    def _cut(self) -> None:
        """Begin a new file; the oldest beyond `parts` goes."""
        fresh = self.path.with_suffix(".new")
        opened = _open(fresh)  # where that fails, nothing has been moved
        for number in range(self._parts - 1, 0, -1):
            older = self._numbered(number - 1)
            if older.exists():
                older.replace(self._numbered(number))
        fresh.replace(self.path)
        self.close()
        self._file = opened

    def _numbered(self, number: int) -> Path:
        return self.path.with_suffix(f".{number}.jsonl") if number else self.path


def _open(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o640)


class RunLog(SilentWatcher):
    """Writes what happens in a run: one line an event, with all that is known of it."""

    def __init__(self, out: Path, facts: Mapping[str, Any], began: datetime | None = None) -> None:
        """Begin the log of a run in its output folder; `facts` of the run are its first line."""
        began = began or datetime.now(UTC)
        self._lines = Lines(out / FOLDER / "logs" / f"run-{began:%Y%m%dT%H%M%SZ}.jsonl")
        self._log = _logger(self._lines)
        self._at: dict[int, str] = {}
        self._told = -EVERY
        self._write("info", "run", **facts)

    @property
    def path(self) -> Path:
        """Return the newest file."""
        return self._lines.path

    @property
    def problem(self) -> str:
        """Return why the last line that was lost could not be written; empty where none was."""
        return self._lines.problem

    @property
    def lost(self) -> int:
        """Return how many lines could not be written."""
        return self._lines.lost

    def started(self, work: Work, worker: str) -> None:
        """Write who took up what."""
        self._at[work.item] = worker
        self._write("info", "started", **_facts(work), worker=worker)

    def ended(self, work: Work, ended: Ended) -> None:
        """Write what became of it, and how it was made."""
        worker = ended.worker or self._at.get(work.item, "")
        self._at.pop(work.item, None)
        level = _LEVELS.get(ended.state, "info")
        self._write(level, "ended", **_facts(work), **_result(ended), worker=worker)

    def counted(self, figures: Figures) -> None:
        """Write the figures, once a minute."""
        if figures.elapsed - self._told >= EVERY:
            self._told = figures.elapsed
            self._write("info", "counted", **_sums(figures))

    def say(self, message: str) -> None:
        """Write the message."""
        self._write("info", "said", message=message)

    def close(self) -> None:
        """Say how many lines were lost, and close the file."""
        self._write("warning" if self.lost else "info", "closed", lost=self.lost)
        self._lines.close()

    def _write(self, level: str, event: str, **facts: Any) -> None:
        getattr(self._log, level)(event, **facts)


def _logger(lines: Lines) -> Any:
    import structlog

    return structlog.wrap_logger(
        lines,
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _tidy,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(0),
        context_class=dict,
    )


def _tidy(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Put first what every event has, and take the secrets out of what was said."""
    ordered = {key: event.pop(key) for key in ("timestamp", "level", "event")} | dict(event)
    return {
        key: without_secrets(value) if isinstance(value, str) else value
        for key, value in ordered.items()
    }


def _facts(work: Work) -> dict[str, Any]:
    return {
        "item": work.item,
        "course": work.course,
        "lesson": work.lesson,
        "stage": work.stage.label,
        "language": work.language,
        "lane": work.lane.label,
        "attempt": work.attempts,
    }


def _result(ended: Ended) -> dict[str, Any]:
    return {
        "state": ended.state.value,
        "seconds": round(ended.seconds, 3),
        "cost": ended.cost,
        "signature": ended.signature,
        "made": ended.made,
        "basis": ended.basis,
        "reused": ended.reused,
        "note": ended.note,
        "error": ended.error,
        "reason": ended.reason,
    }


def _sums(figures: Figures) -> dict[str, Any]:
    left = figures.left
    return {
        "states": {state.value: figures.total(state) for state in State},
        "running": len(figures.running),
        "workers": figures.workers,
        "busy": round(figures.busy, 3),
        "elapsed": round(figures.elapsed, 1),
        "left": None if left is None else round(left, 1),
        "done_now": figures.done_now,
        "cost": figures.cost,
        "peak": figures.peak,
    }
