"""Where a sentence is cut into cues and lines: an optimal split over one written-down cost.

For: text alone, measured in grapheme clusters. Not for: what belongs together in a language
(`line_pieces`), times on screen (`cue_times`), formats.

Dynamic programming over the allowed breaks, after Knuth and Plass, "Breaking Paragraphs into
Lines" (1981). One call measures the text once and looks at each pair of breaks that one cue can
span, so the work is linear in the length of the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from courses.languages import Profile
from pipeline.layout.line_pieces import Piece


@dataclass(frozen=True, slots=True)
class Cost:
    """The whole taste of the layout, in points; the split with the fewest points is taken.

    A cue more costs `cue`. Where its text ends, `cue_ends`, or its first line, `line_ends`, by
    what is parted there, in the order of `Border`. `empty` weighs the square of a cue's unused
    share, which makes cues even and leaves no scraps; `ragged` the square of the difference of
    two lines, as a share of the width; `top_heavy` that share where the upper line is the longer
    one; `short` and `long` a cue's time under or over the profile's limits, as a share of them, at
    most once: a few words are not scattered over a long pause. docs/layout.md gives reasons.
    """

    cue: float = 100
    cue_ends: tuple[float, ...] = (0, 10, 30, 60, 120, 200, 300, 400)
    line_ends: tuple[float, ...] = (0, 4, 7, 15, 40, 100, 150, 200)
    empty: float = 150
    ragged: float = 60
    top_heavy: float = 6
    short: float = 300
    long: float = 300


COST = Cost()


@dataclass(frozen=True, slots=True)
class Block:
    """The text of one cue: its lines, and its width in clusters over all of them."""

    lines: tuple[str, ...]
    width: int


def split(parts: Sequence[Piece], profile: Profile, time: int) -> list[Block]:
    """Return the cheapest split of `parts` into cues that share `time` ms, by `COST`.

    Each block has one line, or two where one is not enough; no line is wider than the profile's
    width. No piece is lost and the order is kept.
    """
    return _Split(parts, profile, time).blocks() if parts else []


class _Split:
    """One sentence: sums over its pieces, so that any stretch is measured in no time."""

    def __init__(self, parts: Sequence[Piece], profile: Profile, time: int) -> None:
        self.parts, self.profile = parts, profile
        # starts[i]: clusters before piece i; ends[j]: clusters before border j, less its space
        self.starts = [0, *accumulate(part.width + part.space for part in parts)]
        self.ends = [0, *(self.starts[i] + part.width for i, part in enumerate(parts))]
        self.rate = time / max(1, self.ends[-1])

    def blocks(self) -> list[Block]:
        """Walk back from the end along the cheapest cues."""
        found, end = [], len(self.parts)
        back = self._search()
        while end:
            start, middle = back[end]
            lines = [self._line(start, middle)] + [self._line(middle, end)] * (middle < end)
            found.append(Block(tuple(lines), self.ends[end] - self.starts[start]))
            end = start
        return found[::-1]

    def _line(self, start: int, end: int) -> str:
        parts = self.parts[start:end]
        return "".join(part.text + " " * part.space for part in parts).strip(" ")

    def _search(self) -> list[tuple[int, int]]:
        """Return for each border where the last cue before it starts and its first line ends."""
        best, back = [0.0], [(0, 0)]
        reach, low = self._reach(), 0
        for end in range(1, len(self.parts) + 1):
            while self.ends[end] - self.starts[low] > self.profile.width:
                low += 1
            cost, start, middle = min(
                (best[start] + cost, start, middle)
                for start, cost, middle in self._cues(end, low, reach)
            )
            last = end == len(self.parts)
            best.append(cost + (0 if last else COST.cue_ends[self.parts[end - 1].border]))
            back.append((start, middle))
        return back

    def _reach(self) -> list[int]:
        """Return for each piece the last border that fits on one line with it."""
        reach, end = [], 0
        for start in self.starts[:-1]:
            while end < len(self.parts) and self.ends[end + 1] - start <= self.profile.width:
                end += 1
            reach.append(end)
        return reach

    def _cues(self, end: int, low: int, reach: list[int]) -> Iterator[tuple[int, float, int]]:
        """Yield each cue that can end at `end`: its start, its cost, where its first line ends.

        `low` is the first piece from which all fits on one line up to `end`.
        """
        for start in range(end - 1, -1, -1):
            width = self.ends[end] - self.starts[start]
            if start >= low:
                yield start, self._cue_cost(width), end
            elif self.profile.lines < 2 or reach[start] < low:
                return
            else:
                cost, middle = min(
                    (self._line_cost(start, middle, end), middle)
                    for middle in range(low, reach[start] + 1)
                )
                yield start, cost + self._cue_cost(width), middle

    def _line_cost(self, start: int, middle: int, end: int) -> float:
        upper = self.ends[middle] - self.starts[start]
        lower = self.ends[end] - self.starts[middle]
        ragged = (upper - lower) / self.profile.width
        cost = COST.line_ends[self.parts[middle - 1].border] + COST.ragged * ragged * ragged
        return cost + COST.top_heavy * max(0.0, ragged)

    def _cue_cost(self, width: int) -> float:
        profile = self.profile
        empty = max(0.0, 1 - width / (profile.width * profile.lines))
        time = self.rate * width
        cost = COST.cue + COST.empty * empty * empty
        if time < profile.shortest:
            cost += COST.short * (1 - time / profile.shortest)
        elif time > profile.longest:
            cost += COST.long * min(1, time / profile.longest - 1)
        return cost
