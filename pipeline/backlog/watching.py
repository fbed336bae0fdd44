"""Who hears what a run of the backlog does: the Watcher, several at once, and figures as data.

The driver calls one Watcher, in its own thread. What watches is in `logs`, `metrics`, `showing`
and `reporting`; none of them may end a run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol

from pipeline.backlog.nouns import Ended, Figures, Lane, Stage, State, Work

_STAGES = {stage.label: stage for stage in Stage}
_LANES = {lane.label: lane for lane in Lane}
_PLAIN = (
    *("workers", "elapsed", "left", "done_now", "audio_now", "sentences_now"),
    *("busy", "cost", "peak"),
)


class Watcher(Protocol):
    """Hears what a run does; called in the driver only, and must return at once."""

    def started(self, work: Work, worker: str) -> None:
        """Hear that a worker took up `work`; its name is empty where it is not known yet."""
        ...

    def progress(self, work: Work, fraction: float) -> None:
        """Hear that `work` is under way, `fraction` of it done (0..1)."""
        ...

    def ended(self, work: Work, ended: Ended) -> None:
        """Hear what became of `work`; called once it is in the database."""
        ...

    def counted(self, figures: Figures) -> None:
        """Hear how far all of it is, about every two seconds."""
        ...

    def say(self, message: str) -> None:
        """Hear one line that belongs to no item."""
        ...

    def close(self) -> None:
        """Give everything back; nothing is called afterwards."""
        ...


class SilentWatcher:
    """Hears all and does nothing: the base of watchers that care for a part of it."""

    def started(self, work: Work, worker: str) -> None:
        """Do nothing."""

    def progress(self, work: Work, fraction: float) -> None:
        """Do nothing."""

    def ended(self, work: Work, ended: Ended) -> None:
        """Do nothing."""

    def counted(self, figures: Figures) -> None:
        """Do nothing."""

    def say(self, message: str) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class Watchers:
    """Hands each call to several watchers; one that fails is named once, and the run goes on."""

    def __init__(self, watchers: Sequence[Watcher]) -> None:
        self._watchers = tuple(watchers)
        self._failed: set[int] = set()

    def started(self, work: Work, worker: str) -> None:
        """Tell all of them."""
        self._each(lambda one: one.started(work, worker))

    def progress(self, work: Work, fraction: float) -> None:
        """Tell all of them."""
        self._each(lambda one: one.progress(work, fraction))

    def ended(self, work: Work, ended: Ended) -> None:
        """Tell all of them."""
        self._each(lambda one: one.ended(work, ended))

    def counted(self, figures: Figures) -> None:
        """Tell all of them."""
        self._each(lambda one: one.counted(figures))

    def say(self, message: str) -> None:
        """Tell all of them."""
        self._each(lambda one: one.say(message))

    def close(self) -> None:
        """Close all of them."""
        self._each(lambda one: one.close())

    def _each(self, call: Callable[[Watcher], None]) -> None:
        for watcher in self._watchers:
            try:
                call(watcher)
            except Exception as error:  # a run of a week does not end for its display
                self._name(watcher, error)

    def _name(self, watcher: Watcher, error: Exception) -> None:
        """Tell the others about the first failure of a watcher."""
        if id(watcher) in self._failed:
            return
        self._failed.add(id(watcher))
        name, kind = type(watcher).__name__, type(error).__name__
        self.say(f"{name} failed and may miss something; the run goes on. {kind}: {error}")


def figures_data(figures: Figures, workers: Mapping[int, str] | None = None) -> dict[str, Any]:
    """Return figures as plain data for JSON.

    workers: item -> name of the worker that is at it, as `reporting.Tally` knows it.
    """
    counts: dict[str, dict[str, int]] = {}
    for (stage, state), count in sorted(figures.counts.items()):
        counts.setdefault(stage.label, {})[state.value] = count
    at = workers or {}
    return {
        "counts": counts,
        "running": [
            {**work_data(work), "fraction": fraction, "worker": at.get(work.item, "")}
            for work, fraction in figures.running
        ],
        "failures": dict(figures.failures),
        **{name: getattr(figures, name) for name in _PLAIN},
    }


def figures_from(data: Mapping[str, Any]) -> Figures:
    """Return the figures of `figures_data`; empty ones from empty data."""
    counts = {
        (_STAGES[stage], State(state)): count
        for stage, states in data.get("counts", {}).items()
        for state, count in states.items()
    }
    running = tuple((_work(one), one["fraction"]) for one in data.get("running", ()))
    plain = {name: data[name] for name in _PLAIN if name in data}
    return Figures(counts, running, failures=dict(data.get("failures", {})), **plain)


def work_data(work: Work) -> dict[str, Any]:
    """Return a piece of work as plain data: stage and lane by the names that people read."""
    return asdict(work) | {"stage": work.stage.label, "lane": work.lane.label}


def _work(data: Mapping[str, Any]) -> Work:
    named = {"stage": _STAGES[data["stage"]], "lane": _LANES[data["lane"]]}
    plain = {key: value for key, value in data.items() if key not in ("fraction", "worker")}
    return Work(**plain | named)
