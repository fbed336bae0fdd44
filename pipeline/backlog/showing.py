"""How a run of the backlog shows itself: a live table on a terminal, plain lines elsewhere.

Everything goes to standard error. Names of languages are in English, and reasons of failures stand
in lines of their own, never in a table: rich miscounts the width of Indic text.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from courses.languages import LANGUAGES
from pipeline.backlog.amounts import at_clock, lasting, media_an_hour, sentences_a_second
from pipeline.backlog.hiding import without_secrets
from pipeline.backlog.nouns import Ended, Figures, Stage, State, Work
from pipeline.backlog.watching import SilentWatcher, Watcher
from pipeline.progress import LineReporter, Row

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

EVERY = 30.0  # seconds between two plain lines
MOST = 10  # failures that are told between two lines, or between two looks at the table
REASON = 300  # characters of one that are told
_COLUMNS = (
    *(State.DONE, State.RUNNING, State.READY, State.WAITING),
    *(State.LATER, State.HELD, State.FAILED),
)
_ALWAYS = (State.DONE, State.RUNNING, State.READY, State.FAILED)
_AROUND = 16  # lines of a terminal that are not for what is running

Clock = Callable[[], float]


FIRST = 3.0  # seconds of a run before anything is said of its speed


class LineWatcher(SilentWatcher):
    """One plain line at most every 30 seconds, and one for each failure, within reason."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._last = clock() - EVERY
        self._failures = _Failures(self._print)

    def ended(self, work: Work, ended: Ended) -> None:
        """Print why an item failed for good."""
        self._failures.ended(work, ended)

    def counted(self, figures: Figures) -> None:
        """Print how far all of it is, when it is time."""
        if self._clock() - self._last >= EVERY and figures.elapsed >= FIRST:
            self._last = self._clock()
            self._failures.tell_rest()
            self._print(f"{datetime.now().astimezone():%H:%M %Z}  {'  '.join(summary(figures))}")

    def say(self, message: str) -> None:
        """Print the message."""
        self._print(message)

    def close(self) -> None:
        """Print how many failures were not told."""
        self._failures.tell_rest()

    def _print(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)


class TableWatcher(SilentWatcher):
    """A table that is renewed in place: stages, what is under way, how long it will take."""

    def __init__(self, console: Console | None = None, clock: Clock = time.monotonic) -> None:
        from rich.console import Console
        from rich.live import Live

        self._console = console or Console(stderr=True, highlight=False)
        self._clock = clock
        self._began: dict[int, tuple[float, str]] = {}
        self._failures = _Failures(self.say)
        self._live = Live(
            console=self._console, auto_refresh=False, transient=True, vertical_overflow="crop"
        )

    def started(self, work: Work, worker: str) -> None:
        """Note since when an item is under way."""
        self._began[work.item] = (self._clock(), worker)

    def ended(self, work: Work, ended: Ended) -> None:
        """Print why an item failed for good."""
        self._began.pop(work.item, None)
        self._failures.ended(work, ended)

    def counted(self, figures: Figures) -> None:
        """Draw the table anew."""
        self._failures.tell_rest()
        self._live.start()  # not before: a run that is refused leaves the terminal as it was
        self._live.update(self.picture(figures), refresh=True)

    def say(self, message: str) -> None:
        """Print the message above the table."""
        self._console.print(message, markup=False, soft_wrap=True)

    def close(self) -> None:
        """Take the table away."""
        self._failures.tell_rest()
        self._live.stop()

    def picture(self, figures: Figures) -> RenderableType:
        """Return what is drawn."""
        from rich.console import Group
        from rich.text import Text

        lines = [Text("  ".join(summary(figures)))]
        if figures.failures:
            told = (f"{name} {count:,}" for name, count in _most(figures.failures))
            lines.append(Text(f"failed: {', '.join(told)}", style="red", no_wrap=True))
        return Group(_stages(figures), *lines, Text(""), self._running(figures))

    def _running(self, figures: Figures) -> Table:
        """Return what is under way, the longest first, as far as the terminal has room."""
        from rich.table import Table

        table = Table.grid(padding=(0, 2))
        room = max(3, self._console.height - _AROUND)
        now = self._clock()
        ordered = sorted(figures.running, key=lambda one: self._since(one[0], now), reverse=True)
        for work, fraction in ordered[:room]:
            worker = self._began.get(work.item, (0.0, ""))[1]
            took = lasting(self._since(work, now))
            language = english(work.language) if work.language else ""
            named = (f"{work.course} {work.lesson}", language, work.stage.label)
            table.add_row(*named, f"{fraction:.0%}", took, worker)
        if len(ordered) > room:
            table.add_row(f"and {len(ordered) - room:,} more")
        return table

    def _since(self, work: Work, now: float) -> float:
        return now - self._began[work.item][0] if work.item in self._began else 0.0


class ToldReporter(LineReporter):
    """Tells what is prepared before a run, such as a model that is fetched, through its watcher.

    Two things that draw on one terminal would draw over each other.
    """

    def __init__(self, watcher: Watcher) -> None:
        super().__init__()
        self._watcher = watcher

    def fail(self, row: Row, problem: str) -> None:
        """Tell the failure."""
        self.say(f"FAILED  {row}: {problem}")

    def say(self, message: str) -> None:
        """Tell `message`."""
        self._last = time.monotonic()
        self._watcher.say(message)


class _Failures:
    """Tells of the first few failures between two looks, and of the others how many they were."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say, self._told = say, 0
        self._rest: Counter[str] = Counter()

    def ended(self, work: Work, ended: Ended) -> None:
        if ended.state is not State.FAILED:
            return
        if self._told < MOST:
            self._told += 1
            reason = " ".join(without_secrets(ended.reason[:REASON]).split())
            self._say(f"FAILED  {work}: {reason}")
        else:
            self._rest[ended.error] += 1

    def tell_rest(self) -> None:
        if self._rest:
            named = ", ".join(f"{name} {count:,}" for name, count in _most(self._rest))
            self._say(f"FAILED  {self._rest.total():,} more: {named}")
        self._told, self._rest = 0, Counter()


def summary(figures: Figures) -> Iterator[str]:
    """Yield how far a run is, in parts of a line: done, running, failed, speed, time left."""
    done = figures.total(State.DONE)
    yield f"done {done:,} of {sum(figures.counts.values()):,}"
    yield f"running {len(figures.running)} on {figures.workers}"
    if failed := figures.total(State.FAILED):
        yield f"failed {failed:,}"
    if figures.audio_now:
        yield f"{media_an_hour(figures.audio_now, figures.elapsed):.1f} h of media an hour"
    if figures.sentences_now:
        rate = sentences_a_second(figures.sentences_now, figures.elapsed)
        yield f"{rate:.1f} sentences a second"
    yield f"busy {figures.busy:.0%}"
    if figures.cost:
        yield f"cost {figures.cost:,.2f}"
    yield f"for {lasting(figures.elapsed)}"
    if figures.left:
        yield f"left {lasting(figures.left)}, until {at_clock(datetime.now(), figures.left)}"


def english(code: str) -> str:
    """Return the English name of a language; the code where it is none of ours."""
    return LANGUAGES[code].name if code in LANGUAGES else code


def _most(counted: Any) -> list[tuple[str, int]]:
    return Counter(counted).most_common(5)


def _stages(figures: Figures) -> Table:
    """Return the table of stages by state; states in which nothing is are left out."""
    from rich import box
    from rich.table import Table

    shown = [state for state in _COLUMNS if state in _ALWAYS or figures.total(state)]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("stage")
    for state in shown:
        style = "red" if state is State.FAILED and figures.total(state) else None
        table.add_column(state.value, justify="right", style=style)
    for stage in Stage:
        row = [figures.counts.get((stage, state), 0) for state in shown]
        if any(row) or stage < Stage.REVIEW:
            table.add_row(stage.label, *(f"{count:,}" if count else "-" for count in row))
    return table


def make_display(quiet: bool, stream: Any = None) -> Watcher:
    """Return the watcher that fits: none, a table on a terminal, plain lines elsewhere."""
    if quiet:
        return SilentWatcher()
    return TableWatcher() if (stream or sys.stderr).isatty() else LineWatcher()
