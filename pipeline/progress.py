"""How a run tells people where it is: bars on a terminal, plain lines elsewhere, or nothing.

A row is one stage of one lesson, in one language where that matters. Everything goes to standard
error; standard output belongs to `--json`. Names of languages are shown in English: rich
miscounts the width of Indic text.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from rich.progress import TaskID


def counted(count: int, noun: str) -> str:
    """Return a number of things as people say it: ``1 package``, ``2 packages``."""
    return f"{count} {noun}{'s' * (count != 1)}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of progress: a stage of a lesson, `language` empty where it concerns all."""

    lesson: str
    stage: str
    language: str = ""

    def __str__(self) -> str:
        return "  ".join(part for part in (self.lesson, self.language, self.stage) if part)


class Reporter(Protocol):
    """Hears what a run does; called in the driver only."""

    def update(self, row: Row, fraction: float) -> None:
        """Show that `row` is under way, `fraction` of it done (0..1)."""
        ...

    def finish(self, row: Row, note: str) -> None:
        """Show that `row` is done, and in `note` what came of it."""
        ...

    def fail(self, row: Row, problem: str) -> None:
        """Show that `row` could not be done, and why."""
        ...

    def say(self, message: str) -> None:
        """Show one line that belongs to no row."""
        ...

    def close(self) -> None:
        """Give the terminal back."""
        ...


class QuietReporter:
    """Says nothing but failures."""

    def update(self, row: Row, fraction: float) -> None:
        """Say nothing."""

    def finish(self, row: Row, note: str) -> None:
        """Say nothing."""

    def fail(self, row: Row, problem: str) -> None:
        """Print the failure: quiet is not silent about lost work."""
        print(f"FAILED  {row}: {problem}", file=sys.stderr, flush=True)

    def say(self, message: str) -> None:
        """Say nothing."""

    def close(self) -> None:
        """Do nothing."""


class LineReporter(QuietReporter):
    """One plain line whenever something ends, and at most one every ten seconds between."""

    EVERY = 10.0

    def __init__(self) -> None:
        self._last = time.monotonic()

    def update(self, row: Row, fraction: float) -> None:
        """Print how far `row` is, when ten seconds have gone since the last line."""
        if time.monotonic() - self._last >= self.EVERY:
            self.say(f"        {row}: {fraction:.0%}")

    def finish(self, row: Row, note: str) -> None:
        """Print what came of `row`."""
        self.say(f"done    {row}: {note}")

    def say(self, message: str) -> None:
        """Print `message`."""
        self._last = time.monotonic()
        print(message, file=sys.stderr, flush=True)


class BarReporter:
    """Bars for what is under way, and a line above them for what is done."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            console=Console(stderr=True, highlight=False),
            transient=True,
        )
        self._tasks: dict[Row, TaskID] = {}
        self._bars.start()

    def update(self, row: Row, fraction: float) -> None:
        """Move the bar of `row`, drawing it first where there is none."""
        if row not in self._tasks:
            self._tasks[row] = self._bars.add_task(str(row), total=1.0)
        self._bars.update(self._tasks[row], completed=fraction)

    def finish(self, row: Row, note: str) -> None:
        """Replace the bar of `row` with a line."""
        self._print(row, "[green]done[/]", note)

    def fail(self, row: Row, problem: str) -> None:
        """Replace the bar of `row` with a line that says why it failed."""
        self._print(row, "[red]FAILED[/]", problem)

    def say(self, message: str) -> None:
        """Print `message` above the bars."""
        self._bars.console.print(message, markup=False)

    def close(self) -> None:
        """Take the bars away."""
        self._bars.stop()

    def _print(self, row: Row, mark: str, note: str) -> None:
        from rich.markup import escape

        if row in self._tasks:
            self._bars.remove_task(self._tasks.pop(row))
        self._bars.console.print(f"{mark}  {escape(str(row))}: {escape(note)}", soft_wrap=True)


def make_reporter(quiet: bool, stream: Any = None) -> Reporter:
    """Return the reporter that fits: nothing, bars on a terminal, plain lines elsewhere."""
    if quiet:
        return QuietReporter()
    return BarReporter() if (stream or sys.stderr).isatty() else LineReporter()
