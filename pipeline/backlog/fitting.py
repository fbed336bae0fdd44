"""Turns sums over finished calls into a Speed: constant, slope and spread by least squares.

Pure. Sums are all that is kept of what was measured, so that keeping it costs nothing; `rates`
keeps them. Whatever line is chosen, over what was measured it gives the seconds that were measured.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import sqrt

from pipeline.backlog.nouns import Stage
from pipeline.backlog.speeds import Speed

ENOUGH = 4  # calls of different sizes, before a constant is told from a slope
VARIED = 0.1  # the least standard deviation of sizes over their mean, for the same


@dataclass(slots=True)
class Sums:
    """What is known of the finished calls of one stage, language and Signature.

    items, units, seconds, and the sums of squares and units_seconds of units and seconds: of calls
    that ended well, but for the first of each worker, which loads a model: start*. written, peak:
    bytes; cost: of a remote engine.
    """

    items: int = 0
    units: float = 0.0
    seconds: float = 0.0
    units_squared: float = 0.0
    units_seconds: float = 0.0
    seconds_squared: float = 0.0
    starts: int = 0
    start_units: float = 0.0
    start_seconds: float = 0.0
    written: float = 0.0
    cost: float = 0.0
    peak: int = 0

    def add(self, units: float, seconds: float) -> None:
        """Count one call that ended well."""
        self.items += 1
        self.units += units
        self.seconds += seconds
        self.units_squared += units * units
        self.units_seconds += units * seconds
        self.seconds_squared += seconds * seconds

    def add_start(self, units: float, seconds: float) -> None:
        """Count the first call of a worker."""
        self.starts += 1
        self.start_units += units
        self.start_seconds += seconds

    def __add__(self, other: Sums) -> Sums:
        summed = Sums(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Sums)))
        summed.peak = max(self.peak, other.peak)
        return summed


@dataclass(frozen=True, slots=True)
class _Line:
    """Seconds as constant and slope, and the freedom that is left: calls less what was fitted."""

    constant: float
    slope: float
    freedom: int

    def off(self, sums: Sums) -> float:
        """Return the sum of squares of what the line does not explain."""
        a, b = self.constant, self.slope
        explained = a * a * sums.items + 2 * a * b * sums.units + b * b * sums.units_squared
        crossed = 2 * a * sums.seconds + 2 * b * sums.units_seconds
        return max(0.0, sums.seconds_squared - crossed + explained)


def fit(stage: Stage, language: str, signature: str, sums: Sums) -> Speed | None:
    """Return the speed that the sums show, None where no call ended well."""
    if not sums.items and not sums.starts:
        return None
    if not sums.items:  # only first calls: loading is in it, which is said by items being 1
        known = Sums()
        known.add(sums.start_units / sums.starts, sums.start_seconds / sums.starts)
        known.written, known.cost, known.peak = (
            sums.written / sums.starts,
            sums.cost / sums.starts,
            sums.peak,
        )
        return _speed((stage, language, signature), known, Sums())
    return _speed((stage, language, signature), sums, sums)


def _speed(kind: tuple[Stage, str, str], sums: Sums, all_sums: Sums) -> Speed:
    line = _line(sums)
    mean = sums.seconds / sums.items
    free = max(1, line.freedom)
    spread = sqrt(line.off(sums) / free) / mean if line.freedom > 0 and mean else 0.0
    is_line = bool(line.constant and line.slope)
    units = sums.units + all_sums.start_units
    return Speed(
        *kind,
        per_unit=line.slope,
        per_item=line.constant,
        spread=spread,
        items=sums.items,
        units=sums.units,
        start=_start(line, all_sums),
        written=sums.written / (units or 1.0),
        cost=sums.cost / (units or 1.0),
        peak=sums.peak,
        middle=sums.units / sums.items if is_line else 0.0,
        scatter=_scatter(sums) if is_line else 0.0,
    )


def _line(sums: Sums) -> _Line:
    """Return what explains the calls best: a slope, a constant, or both where there are enough."""
    n, mean = sums.items, sums.seconds / sums.items
    by_units = _Line(0.0, sums.seconds / sums.units if sums.units else 0.0, n - 1)
    if not sums.units:
        return _Line(mean, 0.0, n - 1)
    middle, scatter = sums.units / n, _scatter(sums)
    varied = scatter > n * (VARIED * middle) ** 2
    lines = [by_units]
    if n > 2 and varied:
        lines.append(_Line(mean, 0.0, n - 1))
    if n >= ENOUGH and varied:
        slope = (sums.units_seconds - n * middle * mean) / scatter
        if slope > 0 and mean > slope * middle:
            lines.append(_Line(mean - slope * middle, slope, n - 2))
    return min(lines, key=lambda line: line.off(sums) / max(1, line.freedom))


def _scatter(sums: Sums) -> float:
    return max(0.0, sums.units_squared - sums.units**2 / sums.items)


def _start(line: _Line, sums: Sums) -> float:
    """Return what a worker's first call took beyond its work, in seconds."""
    if not sums.starts:
        return 0.0
    work = line.constant * sums.starts + line.slope * sums.start_units
    return max(0.0, (sums.start_seconds - work) / sums.starts)
