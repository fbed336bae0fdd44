"""Stops taking up a stage that keeps failing, so that a dead server does not use up all tries.

After so many failures in a row of one stage it is left alone for a while, then one item tries
again; each time it fails, the pause is twice as long. Pure but for the clock it is given.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from pipeline.backlog.nouns import Stage

IN_A_ROW = 12
FIRST_PAUSE, LONGEST_PAUSE = 30.0, 600.0  # seconds


@dataclass(slots=True)
class _Stage:
    failures: int = 0
    pause: float = 0.0
    until: float = 0.0
    trying: bool = False


@dataclass(slots=True)
class Breaker:
    """Knows which stages are left alone; `most` failures in a row open it."""

    most: int = IN_A_ROW
    clock: Callable[[], float] = time.monotonic
    _stages: dict[Stage, _Stage] = field(default_factory=dict)

    def is_open(self, stage: Stage) -> bool:
        """Return whether nothing of `stage` is to be taken up now."""
        one = self._stages.get(stage)
        return one is not None and one.pause > 0 and (one.trying or self.clock() < one.until)

    def is_calm(self, stage: Stage) -> bool:
        """Return whether `stage` is neither left alone nor on trial."""
        one = self._stages.get(stage)
        return one is None or one.pause == 0

    def taken(self, stage: Stage) -> None:
        """Note that an item of `stage` is being tried."""
        if (one := self._stages.get(stage)) and one.pause > 0:
            one.trying = True

    def succeeded(self, stage: Stage) -> None:
        """Note that an item of `stage` went well: all is forgiven."""
        self._stages.pop(stage, None)

    def failed(self, stage: Stage) -> float:
        """Note a failure that another item may share; returns the seconds of a pause it began."""
        one = self._stages.setdefault(stage, _Stage())
        one.failures += 1
        if one.failures < self.most or (one.pause and not one.trying):
            return 0.0
        one.pause = min(LONGEST_PAUSE, one.pause * 2) if one.pause else FIRST_PAUSE
        one.until, one.trying = self.clock() + one.pause, False
        return one.pause

    def returned(self, stage: Stage) -> None:
        """Note that what was tried says nothing: it was given back, or its worker was lost."""
        if one := self._stages.get(stage):
            one.trying = False

    def open_stages(self) -> list[Stage]:
        """Return the stages that are left alone now."""
        return [stage for stage in self._stages if self.is_open(stage)]
