"""The driver: takes work out of the queue, has workers do it, keeps what comes back.

One a backlog. It asks the queue only when a worker is free, so that what is urgent waits for one
item at most, and fills the free workers before it saves what the others brought. What it holds in
memory is what its workers are doing, whatever the length of the queue.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from courses.errors import (
    CaptionsError,
    CourseError,
    KarmavaniError,
    LanguageError,
    MediaError,
    StoreError,
    UsageError,
)
from pipeline.backlog import control, queue
from pipeline.backlog.breaker import Breaker
from pipeline.backlog.counting import Counting
from pipeline.backlog.giving import Found, Giving
from pipeline.backlog.nouns import Ended, Stage, State, Work
from pipeline.backlog.patience import Patience, PatienceError
from pipeline.backlog.saving import Saved, Saver
from pipeline.backlog.steps import Asked, Settled, Steps
from pipeline.backlog.watching import Watcher
from pipeline.executors import Executor, Outcome

LASTING = (MediaError, CaptionsError, CourseError, LanguageError, UsageError)
"""Errors that another try would meet again."""
LOST = 3  # how many more tries an item has whose worker died: mostly, it was not the item
LONGEST_PAUSE = 600.0  # seconds between two tries
LOOK = 1.0  # seconds between two looks at what people and the clock changed
SOON = 0.005  # seconds to wait for workers while a package is being written


@dataclass(frozen=True, slots=True)
class Rules:
    """How long things are tried: see the table ``[backlog]`` of the configuration.

    stay: wait for more work when all is done.
    """

    attempts: int = 4
    pause: float = 5.0
    stay: bool = False


Learn = Callable[[Work, Settled, Outcome], None]
"""Hears how long an item took and what came of it, for estimates to come."""


@dataclass(slots=True)
class Driver:
    """One run over the queue; `run` returns when nothing is left to do."""

    steps: Steps
    executor: Executor
    watcher: Watcher
    patiently: Patience
    rules: Rules
    counting: Counting
    learn: Learn
    _stale: set[int] = field(default_factory=set)
    _breaker: Breaker = field(default_factory=Breaker)
    _saver: Saver = field(default_factory=Saver)
    _looked: float = 0.0
    _paused: bool = False
    _why: str = ""
    _giving: Giving = field(init=False)
    _running: dict[int, Work] = field(init=False)

    def __post_init__(self) -> None:
        given = Giving(self.steps, self.executor, self.patiently, self._breaker)
        self._giving, self._running = given, given.running

    def run(self) -> None:
        """Work until nothing is left that can be done now or later; raises StoreError.

        Whatever ends it, the queue knows afterwards what was not finished.
        """
        self.patiently(queue.recover)
        try:
            while True:
                self._look()
                self._fill()
                if not self._running and not self._is_more():
                    return
                self._collect()
                self._tell()
        finally:
            self.executor.close(at_once=True)
            self._saver.close()
            left = list(self._running.values())
            self._running.clear()
            self.patiently(lambda: queue.give_back(left))
            self._tell(now=True)

    def _tell(self, now: bool = False) -> None:
        running, resting = self._giving.under_way, self._breaker.open_stages()
        self.patiently(lambda: self.counting.tell(running, resting, now))

    def _look(self) -> None:
        """See, every second, what is due again and whether people stopped the work."""
        if time.monotonic() - self._looked < LOOK:
            return
        self._looked = time.monotonic()
        if self.patiently.was_needed:  # a database that crashed may not know what we do
            self.patiently.was_needed = False
            self.patiently(lambda: queue.recover(list(self._running)))
        self.patiently(queue.wake_due)
        why = self.patiently(control.why_stopped)
        if why != self._why:
            self.watcher.say(why or "Going on.")
        self._why, self._paused = why, bool(why)
        if self._paused:
            self._giving.put_back()

    def _is_more(self) -> bool:
        """Return whether anything may become ready while no worker is busy; waits a little."""
        if self._paused and not self.rules.stay:
            return self._is_only_paused()
        if self.rules.stay or self._breaker.open_stages():
            time.sleep(LOOK)
            return True
        due = self.patiently(queue.next_due)
        if due is not None:
            time.sleep(LOOK)
            return True
        # An item that was taken, and the answer lost, is running for the table alone.
        return self.patiently(queue.recover) > 0 or self.patiently(queue.is_ready)

    def _is_only_paused(self) -> bool:
        """Return whether to wait for a person who lets it go on; a used up budget ends the run."""
        if self.patiently(control.is_paused):
            time.sleep(LOOK)
            return True
        self._looked = 0.0
        return not self.patiently(control.why_stopped)

    # --- taking in ------------------------------------------------------------------------------

    def _fill(self) -> None:
        """Give work to every free worker; what needs none is closed at once."""
        for work, found in self._giving.fill() if not self._paused else ():
            self._given(work, found)

    def _given(self, work: Work, found: Found) -> None:
        if isinstance(found, Asked):
            self.watcher.started(work, "")
        elif isinstance(found, Settled):
            self._close(work, found)
        else:
            outcome = Outcome(work, error=found)
            self._close(work, Settled(self._failure(work, outcome)), outcome)

    def _collect(self) -> None:
        """Wait for workers a little, fill the free ones, then keep what came back."""
        if self._giving.is_idle:
            time.sleep(SOON)
        outcomes = self.executor.collect(SOON if self._saver.busy else LOOK, self._progress)
        if outcomes:
            self._fill()
        for outcome in outcomes:
            self._take_in(self._running[outcome.item], outcome)
        for saved in self._saver.done(self._saver.is_full):
            self._settle(saved.work, self._written(saved))
        for work, found in self._giving.look_ahead() if not self._paused else ():
            self._given(work, found)

    def _written(self, saved: Saved) -> Outcome:
        """Return the outcome with what writing a package gave; waits for a disk that is full."""
        if saved.error is None:
            return replace(saved.outcome, value=saved.value)
        if not isinstance(saved.error, StoreError):
            raise saved.error
        try:
            return replace(saved.outcome, value=self.patiently(saved.save))
        except PatienceError:
            raise
        except StoreError as error:
            return replace(saved.outcome, value=None, error=error)

    def _take_in(self, work: Work, outcome: Outcome) -> None:
        """Keep what a worker brought; packages are written beside the driver's other work."""
        save = None if outcome.error else self.steps.saving(work, outcome.value)
        if save is None:
            self._settle(work, outcome)
        else:
            self._saver.take(work, outcome, save)

    def _progress(self, label: object, fraction: float) -> None:
        if isinstance(label, Work):
            self.counting.progress(label, fraction)
            self.watcher.progress(label, fraction)

    def _settle(self, work: Work, outcome: Outcome) -> None:
        if outcome.error:
            self._close(work, Settled(self._failure(work, outcome)), outcome)
            return
        try:
            settled = self.patiently(lambda: self.steps.settle(work, outcome.value))
        except PatienceError:
            raise
        except KarmavaniError as error:  # such as a lesson that was taken out meanwhile
            failed = replace(outcome, error=error)
            self._close(work, Settled(self._failure(work, failed)), failed)
            return
        ended = replace(settled.ended, seconds=outcome.seconds, worker=outcome.worker)
        if ended.state is State.LATER:  # it came back with holes
            problem = replace(outcome, error=KarmavaniError(ended.reason))
            ended = replace(ended, state=self._failure(work, problem).state)
        self._close(work, replace(settled, ended=ended), outcome)

    def _failure(self, work: Work, outcome: Outcome) -> Ended:
        """Return how an item ends that failed: tried again later, or a dead letter."""
        error = outcome.error or KarmavaniError("It failed without a word.")
        tries = self.rules.attempts + (LOST if outcome.lost else 0)
        over = isinstance(error, LASTING) or work.attempts >= tries
        return Ended(
            state=State.FAILED if over else State.LATER,
            seconds=outcome.seconds,
            error=type(error).__name__,
            # A worker's death has advice for a single run; here the item is tried again anyway.
            reason=queue.plain(error.message if outcome.lost else str(error)),
            worker=outcome.worker,
        )

    def _close(self, work: Work, settled: Settled, outcome: Outcome | None = None) -> None:
        """Write what became of an item, and let everybody know."""
        ended = settled.ended
        if work.item in self._stale and ended.state is State.DONE:
            ended = replace(ended, state=State.READY, note="done again: its lesson has changed")
        if settled.again is not None:
            stage = settled.again
            self.steps.forget(work)
            self.patiently(lambda: queue.reopen(work, stage))
            self.watcher.say(f"{work}: {stage.label} is done again, its result is not there.")
        elif ended.state is State.READY:
            self.patiently(lambda: queue.give_back([work], ended))
        else:
            delay = 0.0 if outcome and outcome.lost else self._delay(work)
            learned = queue.Learned(settled.learned) if settled.learned else None
            if self.patiently(lambda: queue.finish(work, ended, learned, delay)):
                self._giving.put_back(lambda other: other.course_row == work.course_row)
        self._running.pop(work.item, None)
        self._stale.discard(work.item)
        self.steps.over(work)
        if ended.state is State.DONE:
            self._mark_stale(work)
        self._judge(work, ended, outcome)
        self.counting.ended(work, ended, outcome)
        self.watcher.ended(work, ended)
        if outcome and ended.state in (State.DONE, State.READY):
            self.learn(work, settled, outcome)

    def _mark_stale(self, work: Work) -> None:
        """Have what runs on an earlier result of `work` be done once more."""
        after = (one for one in self._running.values() if one.lesson_row == work.lesson_row)
        for one in after:
            if one.stage > work.stage and work.language in ("", one.language):
                self._stale.add(one.item)

    def _delay(self, work: Work) -> float:
        return min(LONGEST_PAUSE, self.rules.pause * 4.0 ** (work.attempts - 1))

    def _judge(self, work: Work, ended: Ended, outcome: Outcome | None) -> None:
        """Let the breaker know: many failures in a row are not the items' own."""
        if ended.state is State.DONE:
            self._breaker.succeeded(work.stage)
        elif ended.error and outcome and not outcome.lost and self._is_shared(outcome):
            self._rest(work.stage, self._breaker.failed(work.stage), ended.reason)
        else:
            self._breaker.returned(work.stage)

    def _rest(self, stage: Stage, pause: float, reason: str) -> None:
        if pause:
            self._giving.put_back(lambda work: work.stage is stage)
            said = f"{stage.label} fails again and again; it rests for {pause:.0f} s."
            self.watcher.say(f"{said} The last reason: {reason}")

    def _is_shared(self, outcome: Outcome) -> bool:
        """Return whether an error may be another item's too: a server, a model, the network."""
        return not isinstance(outcome.error, LASTING)
