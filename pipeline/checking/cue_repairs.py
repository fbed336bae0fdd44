"""New cues that may settle a finding about a cue; candidates, not yet tried.

Texts stay as they are, word for word; only times and line ends move. Whether a candidate settles
the finding and breaks nothing is tried in `pipeline.checking.repairs`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil

from courses import script
from courses.findings import RepairKind
from courses.isolates import isolate_ltr
from courses.languages import find_language, find_writing
from courses.nouns import Cue
from pipeline.checking.cue_checks import is_dialogue
from pipeline.layout.cue_times import LEAD_IN
from pipeline.layout.line_pieces import Piece, fold, pieces

_NEAR = 1000
"""Most ms of silence between two cues that may become one."""
_PARTED = 4
"""Clusters of unevenness that are taken to cut at the next better border of `Border`."""
_ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Change:
    """New cues in the place of ``cues[first:stop]``; `label` tells a person what would be done."""

    kind: RepairKind
    label: str
    first: int
    stop: int
    cues: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """The cues of a lesson in the order they are shown; `duration` of the media in ms."""

    cues: Sequence[Cue]
    code: str
    duration: int


def changes(check: str, row: Row, at: int) -> Iterator[Change]:
    """Yield the changes that may settle the finding `check` of ``row.cues[at]``, the best first."""
    make = _MAKERS.get(check)
    return make(row, at) if make else iter(())


def _rooms(row: Row, at: int) -> tuple[int, int]:
    """Return the ms of silence that cue `at` may take before and after itself."""
    gap, cue = find_language(row.code).profile.gap, row.cues[at]
    earliest = row.cues[at - 1].end + gap if at else 0
    latest = row.cues[at + 1].start - gap if at + 1 < len(row.cues) else row.duration
    return min(LEAD_IN, max(0, cue.start - earliest)), max(0, latest - cue.end)


def _longer(row: Row, at: int, wanted: int) -> Iterator[Change]:
    """Yield cue `at` shown for `wanted` ms: later gone, or sooner there, or as far as it goes."""
    cue, (before, after) = row.cues[at], _rooms(row, at)
    extra = wanted - (cue.end - cue.start)
    late = min(extra, after)
    early = min(extra - late, before)
    if extra <= 0 or late + early <= 0:
        return
    sides = [f"{late} ms from the silence after it"] * bool(late)
    sides += [f"{early} ms from the silence before it"] * bool(early)
    longer = replace(cue, start=cue.start - early, end=cue.end + late)
    yield Change(RepairKind.BORROW, f"Borrow {' and '.join(sides)}", at, at + 1, (longer,))


def _slower(row: Row, at: int) -> Iterator[Change]:
    profile = find_language(row.code).profile
    clusters = sum(map(script.width, row.cues[at].lines))
    for speed in (profile.target_cps, profile.hard_cps):
        yield from _longer(row, at, min(profile.longest, ceil(clusters * 1000 / speed)))
    yield from _merged(row, at)


def _long_enough(row: Row, at: int) -> Iterator[Change]:
    yield from _longer(row, at, find_language(row.code).profile.shortest)
    yield from _merged(row, at)


def _merged(row: Row, at: int) -> Iterator[Change]:
    """Yield cue `at` and one beside it as one; the cue of the same sentence first."""
    longest = find_language(row.code).profile.longest
    pairs = [(at, at + 1), (at - 1, at)]
    there = [(a, b) for a, b in pairs if a >= 0 and b < len(row.cues)]
    there.sort(key=lambda pair: not _same_sentence(row, *pair))
    for first, second in there:
        one, other = row.cues[first], row.cues[second]
        end = max(one.end, other.end)
        if other.start - one.end > _NEAR or end - one.start > longest:
            continue
        if is_dialogue(one) or is_dialogue(other):
            continue
        if lines := _lines(" ".join((*one.lines, *other.lines)), row.code):
            ids = tuple(dict.fromkeys((*one.segment_ids, *other.segment_ids)))
            both = Cue(one.id, ids, one.start, end, lines)
            side = "next" if first == at else "previous"
            label = f"Merge with the {side} subtitle"
            yield Change(RepairKind.MERGE, label, first, second + 1, (both,))


def _same_sentence(row: Row, first: int, second: int) -> bool:
    return bool(set(row.cues[first].segment_ids) & set(row.cues[second].segment_ids))


def _shorter(row: Row, at: int) -> Iterator[Change]:
    """Yield cue `at` cut in two, or ended at the longest time."""
    yield from _divided(row, at)
    cue = row.cues[at]
    yield from _ended(row, at, cue.start + find_language(row.code).profile.longest)


def _ended(row: Row, at: int, end: int) -> Iterator[Change]:
    cue = row.cues[at]
    if cue.start < end < cue.end:
        label = f"End it {cue.end - end} ms earlier"
        yield Change(RepairKind.END_EARLIER, label, at, at + 1, (replace(cue, end=end),))


def _apart(row: Row, at: int) -> Iterator[Change]:
    """Yield cue `at` ended a gap before the next one, or one with it."""
    if at + 1 < len(row.cues):
        gap = find_language(row.code).profile.gap
        yield from _ended(row, at, row.cues[at + 1].start - gap)
        yield from (change for change in _merged(row, at) if change.first == at)


def _inside(row: Row, at: int) -> Iterator[Change]:
    cue = row.cues[at]
    if cue.start < 0 < cue.end:
        label = "Begin with the video"
        yield Change(RepairKind.START_LATER, label, at, at + 1, (replace(cue, start=0),))
    yield from _ended(row, at, row.duration)


def _rebroken(row: Row, at: int) -> Iterator[Change]:
    cue = row.cues[at]
    lines = () if is_dialogue(cue) else _lines(" ".join(cue.lines), row.code)
    if lines and lines != cue.lines:
        label = "Break its lines elsewhere"
        new = replace(cue, lines=lines)
        yield Change(RepairKind.MOVE_WORD, label, at, at + 1, (new,))


def _rebroken_or_divided(row: Row, at: int) -> Iterator[Change]:
    yield from _rebroken(row, at)
    yield from _divided(row, at)


def _rebroken_or_merged(row: Row, at: int) -> Iterator[Change]:
    yield from _rebroken(row, at)
    yield from _merged(row, at)


def _divided(row: Row, at: int) -> Iterator[Change]:
    """Yield cue `at` as two, where both halves fit, the most even cut first.

    The time is shared by width, a gap between the two; the second one's id ends in ``b``.
    """
    cue, profile = row.cues[at], find_language(row.code).profile
    text, time = " ".join(cue.lines), cue.end - cue.start - profile.gap
    if time < 2 or is_dialogue(cue):
        return
    if script.width(fold(text.translate(_ISOLATES))) > 2 * _room(row.code) + 1:
        return  # more than two hold
    parts = _parts(text, row.code)
    for middle in _cuts(parts):
        halves = [_best_lines(parts[:middle], row.code), _best_lines(parts[middle:], row.code)]
        if halves[0] and halves[1]:
            share = _width(parts[:middle]) / max(1, _width(parts))
            border = cue.start + max(1, min(time - 1, round(time * share)))
            one = replace(cue, end=border, lines=halves[0])
            other = replace(cue, id=f"{cue.id}b", start=border + profile.gap, lines=halves[1])
            label = "Split it in two"
            yield Change(RepairKind.SPLIT, label, at, at + 1, (one, other))
            return


@lru_cache(maxsize=256)  # findings of a cue and of its neighbours ask for the same texts
def _parts(text: str, code: str) -> tuple[Piece, ...]:
    profile = find_language(code).profile
    text = fold(text.translate(_ISOLATES))
    return tuple(pieces(text, profile.width, find_writing(code).code))


@lru_cache(maxsize=256)
def _lines(text: str, code: str) -> tuple[str, ...]:
    """Return `text` on one line or on two as even as can be; () where it does not fit."""
    if script.width(fold(text.translate(_ISOLATES))) > _room(code):
        return ()
    return _best_lines(_parts(text, code), code)


def _room(code: str) -> int:
    """Return the clusters that fit on two lines, with the space between them."""
    return 2 * find_language(code).profile.width + 1


def _best_lines(parts: Sequence[Piece], code: str) -> tuple[str, ...]:
    profile = find_language(code).profile
    if not parts or _width(parts) > _room(code):
        return ()
    if _width(parts) <= profile.width:
        return (_shown(parts, code),)
    for middle in _cuts(parts):
        if max(_width(parts[:middle]), _width(parts[middle:])) <= profile.width:
            return _shown(parts[:middle], code), _shown(parts[middle:], code)
    return ()


def _cuts(parts: Sequence[Piece]) -> list[int]:
    """Return where `parts` can be cut in two, the best first: even, and little parted."""
    return sorted(range(1, len(parts)), key=lambda middle: _unevenness(parts, middle))


def _unevenness(parts: Sequence[Piece], middle: int) -> int:
    """Return how bad it is to cut before ``parts[middle]``, in clusters."""
    uneven = abs(_width(parts[:middle]) - _width(parts[middle:]))
    return uneven + _PARTED * parts[middle - 1].border


def _width(parts: Sequence[Piece]) -> int:
    return sum(part.width + part.space for part in parts) - (parts[-1].space if parts else 0)


def _shown(parts: Sequence[Piece], code: str) -> str:
    line = "".join(part.text + " " * part.space for part in parts).strip(" ")
    return isolate_ltr(line) if find_writing(code).direction == "rtl" else line


_MAKERS: dict[str, Callable[[Row, int], Iterator[Change]]] = {
    "cue-too-fast": _slower,
    "cue-too-short": _long_enough,
    "cue-too-long": _shorter,
    "cue-gap-too-small": _apart,
    "cue-overlap": _apart,
    "cue-line-too-wide": _rebroken_or_divided,
    "cue-too-many-lines": _rebroken_or_divided,
    "cue-orphan-word": _rebroken_or_merged,
    "cue-outside-media": _inside,
}
"""Id -> what makes the changes."""
