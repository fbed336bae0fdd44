"""How fast work goes: a Speed of each stage and language, and what is taken for one without.

Pure. `fitting` makes a Speed out of what was measured, `rates` keeps what that is made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import hypot, log, sqrt
from types import MappingProxyType

from pipeline.backlog.nouns import Stage

CAPTIONS = "captions"  # in place of a language: a transcript that is read, not recognised
# Student's t, two-sided 90 %, by degrees of freedom, the last for more: NIST handbook 1.3.6.7.2.
_T = (6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833, 1.812)
FEW = 8  # calls of a language, whose own spread then says little
STRETCH = 0.2  # how wrong it gets for calls e times as large, where constant or slope is unknown
GUESS = 0.5  # how wrong a speed may be of which nothing is known but one call


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast one stage goes in one language with one engine, on one machine.

    A call over `u` units takes ``per_item + per_unit * u`` seconds, give or take. Units: ms of
    media (READ, TRANSCRIBE), characters of the source (TRANSLATE), sentences (PACKAGE, REVIEW).
    spread: standard deviation of a call over what was expected of it; freedom: calls behind it,
    less what was fitted. items, units: how much was measured. start: seconds that a worker's first
    call takes besides. written: bytes on the disk a unit; cost: of a remote engine a unit; peak:
    bytes of memory of a worker. failing: share of attempts. middle, scatter: mean and sum of
    squared deviations of the measured units; 0 where they tell no constant from a slope.
    """

    stage: Stage
    language: str
    signature: str
    per_unit: float
    per_item: float = 0.0
    spread: float = 0.0
    items: int = 1
    units: float = 0.0
    start: float = 0.0
    written: float = 0.0
    cost: float = 0.0
    peak: int = 0
    failing: float = 0.0
    freedom: int = 0
    middle: float = 0.0
    scatter: float = 0.0

    @property
    def engine(self) -> str:
        """Return the name of the engine, as the configuration has it; empty where none is known."""
        said = self.signature.partition("|")[0]
        return said.removeprefix("engine:").partition("/")[0]

    def expected(self, units: float) -> float:
        """Return the seconds that a call over `units` takes in the middle."""
        return self.per_item + self.per_unit * units

    def doubt(self, units: float) -> float:
        """Return how wrong `expected` may be, as a share of it: nine times in ten no more.

        Grows with distance from what was measured. For many calls together: the spread of single
        ones is not in it.
        """
        if self.items < 2:
            return GUESS
        freedom = self.freedom or max(1, self.items - (2 if self.scatter else 1))
        student = _T[min(freedom, len(_T)) - 1]
        if not self.scatter:
            known = units and self.units
            stretched = STRETCH * abs(log(units * self.items / self.units)) if known else 0.0
            return hypot(student * self.spread / sqrt(self.items), stretched)
        error = sqrt(1 / self.items + (units - self.middle) ** 2 / self.scatter)
        return student * self.spread * error * self.expected(self.middle) / self.expected(units)


class Speeds:
    """What is known of speeds, and what is taken where a language has not been measured.

    `engines`: the name of the engine by stage; a stage without one takes what was measured most.
    """

    def __init__(
        self, speeds: Iterable[Speed], engines: Mapping[Stage, str] = MappingProxyType({})
    ) -> None:
        by_stage: dict[Stage, dict[str, list[Speed]]] = {}
        self._captions = Speed(Stage.TRANSCRIBE, CAPTIONS, "", 0.0)  # nothing, until measured
        for one in speeds:
            if one.stage is Stage.TRANSCRIBE and one.engine == CAPTIONS:
                self._captions = one
            elif engines.get(one.stage, one.engine) == one.engine:
                by_stage.setdefault(one.stage, {}).setdefault(one.language, []).append(one)
        self._chosen = {stage: _pooled(_choose(found)) for stage, found in by_stage.items()}
        self._average = {stage: _average(found) for stage, found in self._chosen.items() if found}

    def find(self, stage: Stage, language: str = "") -> Speed | None:
        """Return the speed of a stage in a language, else of its other languages, else None."""
        if language == CAPTIONS:
            return self._captions
        found = self._chosen.get(stage, {}).get(language) or self._average.get(stage)
        if found is None and stage is Stage.REVIEW:  # a moment in the database
            return Speed(stage, language, "", 0.0)
        return found

    def is_measured(self, stage: Stage, language: str = "") -> bool:
        """Return whether this very language was measured."""
        return language in self._chosen.get(stage, {})

    def chosen(self) -> list[Speed]:
        """Return the speeds that are used, one a stage and language, in order."""
        return [
            one for _, found in sorted(self._chosen.items()) for _, one in sorted(found.items())
        ]


def _choose(found: Mapping[str, list[Speed]]) -> dict[str, Speed]:
    """Return one speed a language, all of the Signature that most was measured of."""
    measured: dict[str, float] = {}
    for one in (one for speeds in found.values() for one in speeds):
        measured[one.signature] = measured.get(one.signature, 0.0) + one.units
    best = max(measured, key=lambda signature: (measured[signature], signature))
    by_best = {
        language: [o for o in ones if o.signature == best] for language, ones in found.items()
    }
    return {language: ones[0] for language, ones in by_best.items() if ones}


def _pooled(found: dict[str, Speed]) -> dict[str, Speed]:
    """Return the speeds, the spread of those with few calls being that of all languages."""
    freedoms = {language: max(0, one.items - 1) for language, one in found.items()}
    total = sum(freedoms.values())
    if not total:
        return found
    spread = sqrt(sum(freedoms[code] * one.spread**2 for code, one in found.items()) / total)
    return {
        language: replace(one, spread=spread, freedom=total) if one.items < FEW else one
        for language, one in found.items()
    }


def _average(found: Mapping[str, Speed]) -> Speed:
    """Return what is taken for a language that was not measured: the mean of those that were.

    Its spread is at least as wide as they lie apart; each of them counts as one call.
    """
    ones = list(found.values())
    if len(ones) == 1:
        return replace(ones[0], language="")
    size = sum(one.units for one in ones) / sum(one.items for one in ones)
    taken = [one.expected(size) for one in ones]
    apart = (max(taken) - min(taken)) / (_mean(taken) or 1.0)
    return Speed(
        ones[0].stage,
        "",
        ones[0].signature,
        per_unit=_mean(one.per_unit for one in ones),
        per_item=_mean(one.per_item for one in ones),
        spread=max(apart, _mean(one.spread for one in ones)),
        items=len(ones),
        units=size * len(ones),
        start=_mean(one.start for one in ones),
        written=_mean(one.written for one in ones),
        cost=_mean(one.cost for one in ones),
        peak=max(one.peak for one in ones),
        failing=_mean(one.failing for one in ones),
    )


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found)
