"""How long the rest of a backlog takes, from what its items took so far in this run.

Pure: no clock, no database. What is left is counted, not guessed: items that wait for a stage
before them are rows already. For the time that a catalogue would take before anything ran, see
`estimating`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.backlog.nouns import Ended, Figures, Stage, State

FORGETS = 3000.0
"""After so many items of a stage, an old one counts half: later courses may be unlike the first."""
ENOUGH = 2
"""Items of a stage that must have ended before anything is said about it."""
_OPEN = (State.READY, State.LATER, State.RUNNING)
_OUT = (State.FAILED, State.HELD)


@dataclass(slots=True)
class _Mean:
    """A mean that forgets: `weight` items took `seconds`; `seen` is never forgotten."""

    weight: float = 0.0
    seconds: float = 0.0
    seen: int = 0

    def add(self, seconds: float, is_whole: bool) -> None:
        keep = 0.5 ** (1 / FORGETS) if is_whole else 1.0
        self.weight = self.weight * keep + is_whole
        self.seconds = self.seconds * keep + seconds
        self.seen += is_whole

    @property
    def value(self) -> float:
        return self.seconds / self.weight


@dataclass(slots=True)
class Pace:
    """Learns what an item of each stage takes, and says how long the rest will."""

    _means: dict[Stage, _Mean] = field(default_factory=dict)

    def ended(self, stage: Stage, ended: Ended) -> None:
        """Learn from an item. What an attempt took counts; the item does once it is over."""
        mean = self._means.setdefault(stage, _Mean())
        mean.add(ended.seconds, ended.state in (State.DONE, State.FAILED))

    def left(self, figures: Figures) -> float | None:
        """Return the seconds until all is done, None until enough is known.

        Reads counts, running, workers, elapsed, done_now and busy of `figures`. Items that wait for
        one that failed or is held are left out.
        """
        rest = open_items(figures)
        wanted = {stage for stage, count in rest.items() if count > 0}
        if not wanted:
            return 0.0
        if any(self._seen(stage) < ENOUGH for stage in wanted):
            return None
        means = {stage: self._means[stage].value for stage in wanted}
        power = _power(figures, means)
        if power <= 0:
            return None
        work = sum(rest[stage] * means[stage] for stage in wanted)
        return max(work / power, _longest(figures, means))

    def _seen(self, stage: Stage) -> int:
        return self._means[stage].seen if stage in self._means else 0


def open_items(figures: Figures) -> dict[Stage, float]:
    """Return how many items of each stage are to be done; one that is half done is half an item."""
    rest = {}
    stuck = 0.0  # of the stage before: items that nothing will make ready in this run
    total_before = 0
    for stage in Stage:
        counts = {state: figures.counts.get((stage, state), 0) for state in State}
        total = sum(counts.values())
        share = total / total_before if total_before else 0.0
        waiting = counts[State.WAITING]
        stopped = min(waiting, max(0.0, stuck * share - counts[State.HELD]))
        rest[stage] = waiting - stopped + sum(counts[state] for state in _OPEN)
        if total:
            stuck = stopped + sum(counts[state] for state in _OUT)
            total_before = total
    for work, fraction in figures.running:
        rest[work.stage] = max(0.0, rest[work.stage] - min(1.0, fraction))
    return rest


def _power(figures: Figures, means: dict[Stage, float]) -> float:
    """Return how many seconds of work are done in a second.

    `busy` knows only what ended; what is under way is added. At the start even that says little,
    and the workers that have something to do say more.
    """
    under_way = sum(
        means.get(work.stage, 0.0) * min(1.0, fraction) for work, fraction in figures.running
    )
    added = under_way / figures.elapsed if figures.elapsed > 0 else 0.0
    usual = min(float(figures.workers), figures.busy * figures.workers + added)
    if figures.done_now < 4 * figures.workers:
        return max(usual, float(min(figures.workers, len(figures.running))))
    return usual


def _longest(figures: Figures, means: dict[Stage, float]) -> float:
    """Return what the last lesson takes: its stages come one after the other."""
    done = max((fraction for _, fraction in figures.running), default=0.0)
    return sum(means.values()) - done * max(means.values())
