"""Where a sentence is cut into cues and lines: an optimal split over one written-down cost.

For: text alone, measured in grapheme clusters. Not for: times on screen (`cue_times`), formats.

Dynamic programming over the allowed breaks, after Knuth and Plass, "Breaking Paragraphs into
Lines" (1981). One call measures the text once and looks at each pair of breaks that one cue can
span, so the work is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from courses import script
from courses.languages import Profile

# All of Unicode's line ends, tabs and the plain space; not the no-break space, which stays.
_FOLDED = re.compile("[\\t-\\r\\x1c-\\x20\\x85\\u2028\\u2029]+")
# Looking for sentences inside the text is worth it only where one may end before its last word.
_INNER_END = re.compile(r"[।॥?!.۔؟᱾᱿꯫]\S*\s")
_CLAUSE = (",", ";", ":", "…", "،", "؛", "–", "—")
_CLOSING = "\"'”’»)]}\u2069\u200f\u200e"


@dataclass(frozen=True, slots=True)
class Cost:
    """The whole taste of the layout, in points; the split with the fewest points is taken.

    A cue more costs `cue`. Where its text ends, `cue_ends`, or its first line, `line_ends`: after
    a sentence, after a clause, after a word, in front of a number, inside a word that is wider
    than a line. `empty` weighs the square of a cue's unused share, which makes cues even and
    leaves no scraps; `ragged` the square of the difference of two lines, as a share of the width;
    `short` and `long` a cue's time under or over the profile's limits, as a share of them, at most
    once: a few words are not scattered over a long pause.
    """

    cue: float = 100
    cue_ends: tuple[float, ...] = (0, 10, 60, 100, 400)
    line_ends: tuple[float, ...] = (0, 4, 15, 40, 200)
    empty: float = 150
    ragged: float = 60
    short: float = 300
    long: float = 300


COST = Cost()
_AFTER_SENTENCE, _AFTER_CLAUSE, _AFTER_WORD, _BEFORE_NUMBER, _FORCED = range(5)


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that is never cut, with the space after it; `width` without that space."""

    text: str
    width: int
    space: int
    border: int


@dataclass(frozen=True, slots=True)
class Block:
    """The text of one cue: its lines, and its width in clusters over all of them."""

    lines: tuple[str, ...]
    width: int


def fold(text: str) -> str:
    """Return `text` on one line, spaces and line ends folded to single spaces."""
    return _FOLDED.sub(" ", text).strip(" ")


def pieces(text: str, width: int, code: str) -> list[Piece]:
    """Return folded `text` cut wherever a line may end; no piece is wider than `width`.

    Numbers stay with the next word, so no line parts 30 from its days and no line is all digits.
    """
    if not text:
        return []
    spans = script.sentence_spans(text, code) if _INNER_END.search(text) else []
    sentence_ends = {end for _, end in spans}
    cut: list[Piece] = []
    for start, end in pairwise([0, *script.line_breaks(text, code), len(text)]):
        body = text[start:end].rstrip(" ")
        stop = start + len(body)
        border = _AFTER_SENTENCE if stop in sentence_ends else _border(body, text[end : end + 1])
        cut.extend(_chunks(Piece(body, script.width(body), end - stop, border), width))
    return _glued(cut, width)


def _border(body: str, following: str) -> int:
    """Return how good it is to cut between `body` and the text that starts with `following`."""
    clause, number = body.rstrip(_CLOSING).endswith(_CLAUSE), following.isdecimal()
    if clause and number:
        return _AFTER_WORD  # "Act, 2005" is one name as often as the comma ends a clause
    return _AFTER_CLAUSE if clause else _BEFORE_NUMBER if number else _AFTER_WORD


def _chunks(piece: Piece, width: int) -> Iterator[Piece]:
    """Yield `piece`, cut between graphemes where it is wider than a line: a long URL."""
    if piece.width <= width:
        yield piece
        return
    part, taken = "", 0
    for grapheme in script.graphemes(piece.text):
        wide = script.width(grapheme)
        if part and taken + wide > width:
            yield Piece(part, taken, 0, _FORCED)
            part, taken = "", 0
        part, taken = part + grapheme, taken + wide
    yield Piece(part, taken, piece.space, piece.border)


def _glued(cut: list[Piece], width: int) -> list[Piece]:
    """Return `cut` with what reads as one joined again, as far as it fits on a line.

    A number and the next word, a number at the end and the word before it, and what ICU would
    part without a space: an address, a hyphenated word.
    """
    joined: list[Piece] = []
    for index, piece in enumerate(cut):
        if joined:
            last = index == len(cut) - 1
            both = _joined(joined[-1], piece)
            if both.width <= width and _belong(joined[-1], piece, last):
                joined[-1] = both
                continue
        joined.append(piece)
    return joined


def _joined(piece: Piece, other: Piece) -> Piece:
    text = piece.text + " " * piece.space + other.text
    return Piece(text, piece.width + piece.space + other.width, other.space, other.border)


def _belong(piece: Piece, other: Piece, last: bool) -> bool:
    if not piece.space:
        return piece.border != _FORCED
    return piece.text[-1:].isdecimal() or (last and other.text.isdecimal())


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
        return COST.line_ends[self.parts[middle - 1].border] + COST.ragged * ragged * ragged

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
