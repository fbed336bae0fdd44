"""Very short neighbouring sentences share a cue where each alone could not be read: "Yes." "Okay."

For: which sentences come on screen together. Not for: when (`cue_times`), nor where their text is
cut (`line_breaking`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import ceil

from courses.languages import Profile
from pipeline.layout.cue_times import FLICKER

# BBC Subtitle Guidelines, "Timing": text should not come more than 1.5 s before its speech.
EARLIEST = 1500


@dataclass(frozen=True, slots=True)
class Unit:
    """What is laid out as one: a sentence, or some that follow each other at once.

    ids: of its segments. start, end: of its speech, ms. text: folded, empty for a hole. width: of
    the text in clusters.
    """

    ids: tuple[str, ...]
    start: int
    end: int
    text: str
    width: int


def merge(
    units: Sequence[Unit], profile: Profile, duration: int, apart: Collection[str] = ()
) -> list[Unit]:
    """Return `units` (by start) with those joined that are too short or too fast alone.

    They are joined only where that helps: together they can be read at the target speed, or both
    were too fast and are less so. Then no silence worth a change of cue lies between them, the
    text of each fits on a line, and the later one comes no more than 1.5 s before it is said.
    `duration` is the media's, ms; units with an id in `apart` are not joined.
    """
    joined: list[Unit] = []
    stops = [unit.start - profile.gap for unit in units[1:]] + [duration]
    slot_end = 0
    for unit, stop in zip(units, stops, strict=False):
        free = joined and not any(name in apart for name in (*joined[-1].ids, *unit.ids))
        if free and _are_near(joined[-1], unit, profile):
            both = _joined(joined[-1], unit)
            if _helps((joined[-1], slot_end), (unit, stop), (both, stop), profile):
                joined[-1], slot_end = both, stop
                continue
        joined.append(unit)
        slot_end = stop
    return joined


def _are_near(unit: Unit, later: Unit, profile: Profile) -> bool:
    """Return whether two sentences could be one cue."""
    together = later.start - unit.start <= EARLIEST and later.start - unit.end < FLICKER
    seen = unit.width and later.width
    return bool(together and seen and max(unit.width, later.width) <= profile.width)


def _joined(unit: Unit, later: Unit) -> Unit:
    text, width = f"{unit.text} {later.text}", unit.width + 1 + later.width
    return Unit(unit.ids + later.ids, unit.start, max(unit.end, later.end), text, width)


def _helps(
    first: tuple[Unit, int], second: tuple[Unit, int], both: tuple[Unit, int], profile: Profile
) -> bool:
    """Return whether two sentences that need more time than they have need less of it together."""
    one, other, all_ = (_haste(*part, profile) for part in (first, second, both))
    if both[0].width > profile.width * profile.lines or max(one, other) <= 1:
        return False
    return all_ <= 1 or (min(one, other) > 1 and all_ < max(one, other))


def _haste(unit: Unit, stop: int, profile: Profile) -> float:
    """Return the time to read `unit` as a share of the time it has, up to `stop`."""
    needed = max(profile.shortest, ceil(unit.width * 1000 / profile.target_cps))
    return needed / max(1, stop - unit.start)
