"""Where the subtitles of a line lie, and what a person may move: pure reading, nothing is written.

A line's cues are computed (`pipeline.layout.cues.fit`) until somebody sets them: then they are in
`Line.layout`, and hold as long as the text does. Writing them is `store.retiming`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from courses.errors import ReviewError
from courses.isolates import isolate_ltr
from courses.languages import find_language, find_writing
from courses.nouns import Cue, Finding, Segment, Severity
from courses.script import line_breaks, width
from pipeline.checking import cue_checks
from pipeline.checking.assessment import put_over
from pipeline.layout import cues
from pipeline.layout.line_pieces import fold
from pipeline.review.models import Lesson, Line, Track
from pipeline.review.store.nouns import to_hits

MOST_CUES = 20
"""Cues that one line may be cut into."""

_ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069")
_COLUMNS = ("sentence__key", "text", "layout", "terms")
_NEAR = 2  # lines on each side whose cues a moved cue may touch
_AROUND = 60
"""Lines on each side whose times can move those of a line, where the speech is not one crowd."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One cue as a person wants it: ms, and its text; a line feed in it is where a line ends."""

    start: int
    end: int
    text: str


def times_of(lesson: Lesson, **chosen: Any) -> list[Segment]:
    """Return the sentences of a lesson with their times alone: what a layout's windows need."""
    rows = lesson.sentences.filter(retired=False, **chosen).order_by("position")
    named = rows.values_list("key", "position", "start", "end")
    return [Segment(key, lesson.slug, n, start, end, "") for key, n, start, end in named]


def with_layouts(
    computed: Iterable[Cue], layouts: Mapping[str, Sequence[Mapping[str, Any]]]
) -> list[Cue]:
    """Return the cues of a lesson, those that a person set in the place of the computed ones.

    `layouts`: segment id -> `Line.layout`, of lines that have one.
    """
    own = {key: set_cues(key, rows) for key, rows in layouts.items() if rows}
    return put_over(list(computed), own)


def set_cues(key: str, rows: Sequence[Mapping[str, Any]]) -> list[Cue]:
    """Return a `Line.layout` of the segment `key` as cues."""
    return [
        Cue(f"{key}-{n}", (key,), row["start"], row["end"], tuple(row["lines"]))
        for n, row in enumerate(rows, 1)
    ]


def shown(track: Track) -> list[Cue]:
    """Return all cues of a track as they are shown now: what is published and what is played."""
    lines = track.lines.filter(sentence__retired=False).order_by("sentence__position")
    return _laid_out(track, list(lines.values_list(*_COLUMNS)), times_of(track.lesson))


def _laid_out(
    track: Track,
    rows: Sequence[tuple[str, str, Any, Any]],
    segments: Sequence[Segment],
    apart: Collection[str] = (),
) -> list[Cue]:
    """Return the cues of the lines whose _COLUMNS `rows` are; `apart` share no cue with others."""
    lesson = track.lesson
    if not lesson.duration:
        return []
    texts = {key: text for key, text, _, _ in rows}
    layouts = {key: layout for key, _, layout, _ in rows if layout}
    names = {key: cues.wordings(to_hits(terms)) for key, _, _, terms in rows}
    said = [texts.get(segment.id) for segment in segments]
    alone = {*layouts, *apart}
    computed = cues.fit(segments, said, track.language, lesson.duration, names, alone)
    return with_layouts(computed, layouts)


@dataclass(frozen=True, slots=True)
class Place:
    """The cues of one line between those of its neighbours, all in the order of time."""

    before: list[Cue]
    own: list[Cue]
    after: list[Cue]


def place_of(line: Line) -> Place:
    """Return the cues of a line, and of the lines beside it, as they are shown now.

    A line so short that it is shown in one cue with another is here alone.
    """
    at = line.sentence.position
    near = line.track.lines.filter(
        sentence__lesson=line.track.lesson_id,  # says the same, and has an index
        sentence__retired=False,
        sentence__position__range=(at - _NEAR, at + _NEAR),
    ).order_by()
    key = line.sentence.key
    rows = [row for row in near.values_list(*_COLUMNS) if row[0] != key]
    rows.append((key, line.text, line.layout, line.terms))
    found = _laid_out(line.track, rows, _times_around(line), {key})
    own = [n for n, cue in enumerate(found) if cue.segment_ids[0] == key]
    if not own:
        return Place([], [], [])
    return Place(found[: own[0]], found[own[0] : own[-1] + 1], found[own[-1] + 1 :])


def _times_around(line: Line) -> list[Segment]:
    """Return the sentences that can move a line's window: in a long lesson not all of them."""
    lesson, profile = line.track.lesson, find_language(line.track.language).profile
    roomy = 2 * (profile.shortest + profile.gap) * line.track.total
    if not 0 < roomy <= lesson.duration:
        return times_of(lesson)
    at = line.sentence.position
    return times_of(lesson, position__range=(at - _AROUND, at + _AROUND))


def wished(line: Line, wishes: Sequence[Wish]) -> list[dict[str, Any]]:
    """Return what `Line.layout` holds of a person's wishes.

    Raises ReviewError where text would be lost, a cue has more lines than the language's profile
    allows, or a player could not show the cues: out of order, over a neighbour, off the media.
    """
    if len(wishes) > MOST_CUES:
        raise ReviewError(
            _("A line has at most %(cues)s subtitles.") % {"cues": MOST_CUES},
            _("Merge some of them."),
        )
    if not _has_words(wishes, line.text):
        raise ReviewError(
            _("The subtitles do not have the words of the line."),
            _("Change the text of the line first."),
        )
    code = line.track.language
    rows = [
        {"start": one.start, "end": one.end, "lines": lines_of(one.text, code)} for one in wishes
    ]
    _refuse_errors(findings_of(line, set_cues(line.sentence.key, rows)))
    return rows


def _has_words(wishes: Iterable[Wish], text: str) -> bool:
    """Return whether the wishes hold exactly `text`; spaces are let go only where a line ends."""
    parts = [_plain(part) for wish in wishes for part in wish.text.split("\n")]
    rest = _plain(text)
    for part in parts:
        if not rest.startswith(part):
            return False
        rest = rest[len(part) :].lstrip(" ")
    return not rest


def _plain(text: str) -> str:
    return " ".join(text.translate(_ISOLATES).split())


def lines_of(text: str, code: str) -> list[str]:
    """Return a cue's text in lines of the language's width, or at its own line feeds."""
    given = [fold(part.translate(_ISOLATES)) for part in text.split("\n")]
    parts = [part for part in given if part]
    if len(parts) == 1:
        parts = _broken(parts[0], code)
    if find_writing(code).direction == "rtl":
        return [isolate_ltr(part) for part in parts]
    return parts


def _broken(text: str, code: str) -> list[str]:
    """Return a text in even lines where it fits into one cue, else in lines as full as can be."""
    profile = find_language(code).profile
    whole = Segment("-", "-", 0, 0, profile.longest, text)
    found = cues.fit([whole], [text], code, profile.longest)
    if len(found) == 1:
        return [line.translate(_ISOLATES) for line in found[0].lines]
    lines, at, best = [], 0, 0
    for end in [*line_breaks(text, find_language(code).code), len(text)]:
        if best > at and width(text[at:end].strip()) > profile.width:
            lines.append(text[at:best].strip())
            at = best
        best = end
    return [*lines, text[at:].strip()]


def findings_of(
    line: Line, own: Sequence[Cue] | None = None, place: Place | None = None
) -> list[Finding]:
    """Return the findings of a line's cues, or of others for it, held against its neighbours'.

    `place` is what `place_of` says, where that is known.
    """
    place = place or place_of(line)
    own = place.own if own is None else own
    row = [*place.before[-1:], *own, *place.after[:1]]
    found = cue_checks.check_cues(row, line.track.language, line.track.lesson.duration)
    mine = {cue.id for cue in own} | {cue.id for cue in place.before[-1:]}
    gaps = ("cue-overlap", "cue-gap-too-small")
    last = place.before[-1].id if place.before else ""
    return [
        one for one in found if one.cue_id in mine and (one.cue_id != last or one.check in gaps)
    ]


def _refuse_errors(found: Iterable[Finding]) -> None:
    for finding in found:
        if finding.severity is Severity.ERROR:
            raise ReviewError(
                _("A player could not show this: %(message)s.") % {"message": finding.message},
                _("Move the edge back, or reset to the computed times."),
            )
