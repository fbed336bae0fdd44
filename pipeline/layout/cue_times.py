"""When cues are on screen: the window of a sentence, and how its cues share it.

For: integer milliseconds of `pipeline.layout.cues`. Not for: where text is cut (`line_breaking`).

Windows are found from the sentences' own times alone, never from any text. So an edit or a hole
in one sentence moves no cue of another, unless that one is too fast and takes, or loses, a moment
of silence before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Protocol

from courses.errors import CaptionsError
from courses.languages import Profile
from courses.timing import clamp

# A short gap reads as a flicker, so it is closed: Netflix Timed Text Style Guide, General
# Requirements, "frame gap", allows 2 frames or half a second and more, nothing between.
FLICKER = 500
# How much sooner than its speech a text that is too fast may come; ours. The BBC's Subtitle
# Guidelines, "Timing", allow 1.5 s, which is seen.
LEAD_IN = 500
# A cue is at least this long, even where the media has no room: a span must be a span.
SMALLEST_SLOT = 2

Span = tuple[int, int]
"""Start and end on screen, ms."""


@dataclass(frozen=True, slots=True)
class Window:
    """Where one sentence may be shown: from `start`, spoken until `spoken`, never past `latest`."""

    start: int
    spoken: int
    latest: int


def spread(starts: Sequence[int], spacing: int, end: int) -> list[int]:
    """Return `starts` (ascending, ms) moved as little as possible to stand `spacing` apart.

    "Little" is the sum of squares of the moves, so where sentences crowd, the early ones move
    back and the late ones forward. All lie in 0 .. end - spacing. This is isotonic regression of
    start - index * spacing by pooling adjacent violators, then clamped (Best and Chakravarti
    1990, Mathematical Programming 47), in O(n). Needs ``len(starts) * spacing <= end``.
    """
    pools: list[tuple[float, int]] = []  # (mean, size)
    for index, start in enumerate(starts):
        mean, size = float(start - index * spacing), 1
        while pools and pools[-1][0] > mean:
            other, count = pools.pop()
            mean, size = (other * count + mean * size) / (count + size), count + size
        pools.append((mean, size))
    room = end - len(starts) * spacing
    slack = [clamp(int(mean), 0, room) for mean, size in pools for _ in range(size)]
    return [moved + index * spacing for index, moved in enumerate(slack)]


class Spoken(Protocol):
    """What has a time in the media, ms."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def windows(segments: Sequence[Spoken], profile: Profile, duration: int) -> list[Window]:
    """Return one window a segment, in the order given, which must be by start.

    Source times may overlap, repeat, be of zero length or lie outside the media: each window
    still has the profile's shortest time, ends a gap before the next one starts, and lies in
    0 .. duration (ms). Only where the media is too short for that do they shrink.
    Raises CaptionsError where it is too short for any cue at all.
    """
    if not segments:
        return []
    spacing = min(profile.shortest + profile.gap, duration // len(segments))
    if spacing < SMALLEST_SLOT:
        raise _no_room(len(segments), duration)
    gap = min(profile.gap, spacing // 2)
    starts = spread([clamp(s.start, 0, duration) for s in segments], spacing, duration)
    limits = [start - gap for start in starts[1:]] + [duration]
    return [
        Window(start, clamp(segment.end, start, limit), limit)
        for segment, start, limit in zip(segments, starts, limits, strict=True)
    ]


def _no_room(count: int, duration: int) -> CaptionsError:
    return CaptionsError(
        f"{count} cues cannot be shown in {duration} ms of media.",
        "Check that the captions belong to this media file.",
    )


def reading_time(clusters: int, cues: int, profile: Profile) -> int:
    """Return the ms that `clusters` in so many cues need at the target speed, gaps between them."""
    read = max(cues * profile.shortest, ceil(clusters * 1000 / profile.target_cps))
    return read + (cues - 1) * profile.gap


def screen_time(window: Window, needed: int) -> int:
    """Return for how long (ms) a text that takes `needed` ms to read can be shown in `window`.

    While it is spoken; longer, into the silence after it, only as far as the reader needs.
    """
    return clamp(window.start + needed, window.spoken, window.latest) - window.start


def settle(found: Sequence[Window], needed: Sequence[int], profile: Profile) -> list[Span]:
    """Return start and end on screen for each window whose text takes `needed` ms, 0 for a hole.

    First the silence after a sentence is borrowed, as far as its own reader needs. Where that is
    not enough, it comes up to LEAD_IN earlier, in what the sentence before it leaves of the
    silence. What is left then and would be a flicker, the sentence before it keeps.
    """
    ends = [
        window.start + screen_time(window, ms) for window, ms in zip(found, needed, strict=True)
    ]
    leads, free_from = [], 0
    for window, ms, end in zip(found, needed, ends, strict=True):
        missing = max(0, window.start + ms - window.latest)
        free = window.start - free_from
        leads.append(clamp(free, 0, min(missing, LEAD_IN)))
        free_from = end + profile.gap
    spans = []
    for window, end, lead, taken in zip(found, ends, leads, [*leads[1:], 0], strict=False):
        limit = window.latest - taken
        is_flicker = limit - end < FLICKER - profile.gap
        spans.append((window.start - lead, limit if is_flicker else end))
    return spans


def share(start: int, total: int, weights: Sequence[int], profile: Profile) -> list[Span]:
    """Return one (start, end) a weight: `total` ms from `start` shared in proportion, with gaps.

    A cue that would fall under the profile's shortest time takes from the others, as far as
    there is enough for all; one over its longest time ends early. Gaps shrink only where the
    cues would have less time than the gaps. Raises CaptionsError where a cue would have none.
    """
    count = len(weights)
    if total < count:
        raise _no_room(count, total)
    gap = min(profile.gap, total // (2 * count))
    spans = []
    for slot in _slots(total - (count - 1) * gap, weights, profile.shortest):
        spans.append((start, start + min(slot, profile.longest)))
        start += slot + gap
    return spans


def _slots(total: int, weights: Sequence[int], least: int) -> list[int]:
    """Return `total` cut in proportion to `weights`, none below `least` where that is possible."""
    least = min(least, total // len(weights))
    small: set[int] = set()
    while True:
        free = total - least * len(small)
        mass = sum(weight for index, weight in enumerate(weights) if index not in small) or 1
        slots = _rounded(free, mass, weights, small, least)
        more = {index for index, slot in enumerate(slots) if slot < least} - small
        if not more:
            return slots
        small |= more


def _rounded(
    free: int, mass: int, weights: Sequence[int], small: set[int], least: int
) -> list[int]:
    """Return whole slots that sum to the total: borders are rounded, not lengths.

    Weights in `small` get `least`, the others share `free` by weight; `mass` is their sum.
    """
    slots, seen, border = [], 0, 0
    for index, weight in enumerate(weights):
        if index in small:
            slots.append(least)
            continue
        seen += weight
        slots.append(free * seen // mass - border)
        border += slots[-1]
    return slots
