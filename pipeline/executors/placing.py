"""Which workers a cluster gets, and on which machines: pure, so that it can be tested without one.

Each kind of work says what one of its workers takes. Kinds that need a GPU are placed first, in
turn, so that machines with GPUs take recognition and translation; what is left of processors goes
to the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

_ABOUT = 1e-6  # shares of a GPU are floats: three thirds are one


@dataclass(frozen=True, slots=True)
class Resources:
    """What one worker takes, or what a machine has: cpus, gpus (shares), memory in bytes."""

    cpus: float = 1.0
    gpus: float = 0.0
    memory: float = 0.0

    def has(self, other: Resources) -> bool:
        """Return whether `other` fits in here."""
        return (
            self.cpus + _ABOUT >= other.cpus
            and self.gpus + _ABOUT >= other.gpus
            and self.memory + _ABOUT >= other.memory
        )

    def __sub__(self, other: Resources) -> Resources:
        return Resources(self.cpus - other.cpus, self.gpus - other.gpus, self.memory - other.memory)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one worker is to be: a machine's id, and the kind of work it takes."""

    node: str
    kind: str


def usual_needs(nodes: Mapping[str, Resources], threads: int) -> dict[str, Resources]:
    """Return what each kind takes where nobody said it.

    Without GPUs one kind of worker does everything. With them, a GPU takes one worker that hears
    and one that translates, and plain processors take the rest.
    """
    if not any(node.gpus for node in nodes.values()):
        return {"": Resources(threads)}
    half = Resources(threads, 0.5)
    return {"speech": half, "text": half, "": Resources(1)}


def plan(
    free: Mapping[str, Resources],
    needs: Mapping[str, Resources],
    there: Counter[str],
    limit: int | None,
) -> list[Place]:
    """Return the workers to be added.

    free: node id -> what it has left. there: workers of each kind that exist. limit: how many
    there may be in all, None for as many as fit.
    """
    left, counts, places = dict(free), Counter(there), list[Place]()
    for wants_gpu in (True, False):
        kinds = {kind for kind, need in needs.items() if bool(need.gpus) is wants_gpu}
        while kinds and (limit is None or counts.total() < limit):
            kind = min(kinds, key=lambda kind: (counts[kind], kind))
            fitting = [node for node, has in left.items() if has.has(needs[kind])]
            if not fitting:
                kinds.remove(kind)
                continue
            node = max(fitting, key=lambda node: (left[node].gpus, left[node].cpus))
            left[node] -= needs[kind]
            counts[kind] += 1
            places.append(Place(node, kind))
    return places


def takes(kind: str, there: set[str], needs: Mapping[str, Resources]) -> set[str]:
    """Return the kinds of workers, out of those that are there, that take calls of `kind`.

    Its own; where there is none, those for everything else, or any that has as much of a GPU: no
    work is left lying because nobody is for it, and none that wants a GPU goes where there is none.
    """
    if kind in there:
        return {kind}
    wanted = needs.get(kind, Resources()).gpus
    fitting = {one for one in there if needs[one].gpus + _ABOUT >= wanted}
    return {""} if "" in fitting else fitting
