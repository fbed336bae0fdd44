"""Sentences in one language become cues: what is on screen, and when.

For: `fit`, the layout of a whole lesson. Not for: the cost of a split (`line_breaking`), the
arithmetic of times (`cue_times`), what is wrong with cues (`cue_checks`), files (`formats`).

A translation is laid out anew over its sentence's whole time and never cut where English was:
a language with the verb at the end says its parts in another order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from courses import script
from courses.isolates import isolate_ltr
from courses.languages import Profile, find_language, find_writing
from courses.nouns import Cue, Hit, Segment
from pipeline.layout.cue_merging import Unit, merge
from pipeline.layout.cue_times import (
    Span,
    Window,
    reading_time,
    screen_time,
    settle,
    share,
    windows,
)
from pipeline.layout.line_breaking import Block, split
from pipeline.layout.line_pieces import fold, pieces

REVISION = "3"
"""Raised with every change that makes `fit` lay the same text out otherwise."""


def fit(
    segments: Sequence[Segment],
    texts: Sequence[str | None],
    code: str,
    duration: int,
    names: Mapping[str, Collection[str]] | None = None,
    apart: Collection[str] = (),
) -> list[Cue]:
    """Return the cues of one lesson in the language or writing `code`, by time.

    ``texts[i]`` is the text of ``segments[i]``; None or blank is a hole, which gets no cue.
    `duration` is the media's length in ms: all cues lie inside it and none overlap. `names`:
    segment id -> wordings, of a glossary say, that are not parted where that can be helped.

    A cue's id is its segment's id and its part, ``<id>-1``. Sentences that are too short to be
    read alone may share a cue, but not those whose ids are in `apart`: the cue has the ids of all
    their segments, and its own is of the first.
    Raises CaptionsError where the media is too short to show so many cues at all, ValueError where
    texts and segments are not of one number.
    """
    writing, profile = find_writing(code), find_language(code).profile
    paired = sorted(zip(segments, texts, strict=True), key=_by_time)
    units = merge([_unit(*pair) for pair in paired], profile, duration, apart)
    found = windows(units, profile, duration)
    laid = [
        _lay_out(unit, window, profile, writing.code, _names_of(unit, names or {}))
        for unit, window in zip(units, found, strict=True)
    ]
    spans = settle(found, [one.needed for one in laid], profile)
    is_rtl = writing.direction == "rtl"
    return [
        cue
        for unit, one, span in zip(units, laid, spans, strict=True)
        for cue in _cues(unit, one, span, profile, is_rtl)
    ]


def wordings(hits: Iterable[Hit]) -> frozenset[str]:
    """Return the target wordings of the terms found in a sentence, for the `names` of `fit`."""
    terms = (hit.term for hit in hits)
    return frozenset(name for term in terms for name in (term.target, *term.forms) if name)


def _names_of(unit: Unit, names: Mapping[str, Collection[str]]) -> list[str]:
    return [name for segment_id in unit.ids for name in names.get(segment_id, ())]


def _by_time(pair: tuple[Segment, str | None]) -> tuple[int, int]:
    return pair[0].start, pair[0].index


def _unit(segment: Segment, given: str | None) -> Unit:
    text = fold(given or "")
    width = script.width(text)  # 0 also where there are only joiners or marks: nothing to see
    return Unit((segment.id,), segment.start, segment.end, text if width else "", width)


@dataclass(frozen=True, slots=True)
class _Laid:
    """The text of a unit cut into cues, and the ms that they need at the target speed."""

    blocks: list[Block]
    needed: int


def _lay_out(
    unit: Unit, window: Window, profile: Profile, code: str, names: Collection[str]
) -> _Laid:
    parts = pieces(unit.text, profile.width, code, names)
    clusters = sum(part.width + part.space for part in parts)
    if not clusters:
        return _Laid([], 0)
    time = screen_time(window, reading_time(clusters, 1, profile))
    blocks = split(parts, profile, time)
    return _Laid(blocks, reading_time(clusters, len(blocks), profile))


def _cues(unit: Unit, laid: _Laid, span: Span, profile: Profile, is_rtl: bool) -> Iterator[Cue]:
    if not laid.blocks:
        return
    start, end = span
    spans = share(start, end - start, [block.width for block in laid.blocks], profile)
    for number, (block, (shown, gone)) in enumerate(zip(laid.blocks, spans, strict=True), 1):
        lines = tuple(map(isolate_ltr, block.lines)) if is_rtl else block.lines
        yield Cue(f"{unit.ids[0]}-{number}", unit.ids, shown, gone, lines)
