"""Sentences in one language become cues: what is on screen, and what a person should look at.

For: `fit`, the layout of a whole lesson, and `check_cues`, which holds any cues (ours, edited or
imported) against a language's profile. Not for: the cost of a split (`line_breaking`), the
arithmetic of times (`cue_times`), files (`formats`).

A translation is laid out anew over its sentence's whole time and never cut where English was:
a language with the verb at the end says its parts in another order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from courses import script
from courses.isolates import isolate_ltr
from courses.languages import Profile, Writing, find_language, find_writing
from courses.nouns import Cue, Finding, Segment, Severity
from pipeline.cue_times import Window, reading_time, screen_time, share, windows
from pipeline.line_breaking import fold, pieces, split

REVISION = "1"
"""Raised with every change that makes `fit` lay the same text out otherwise."""

Fault = tuple[str, Severity, str]


def fit(
    segments: Sequence[Segment],
    texts: Sequence[str | None],
    code: str,
    duration: int,
) -> list[Cue]:
    """Return the cues of one lesson in the language or writing `code`, by time.

    ``texts[i]`` is the text of ``segments[i]``; None or blank is a hole, which gets no cue and
    moves no cue of another segment. `duration` is the media's length in ms: all cues lie inside
    it and none overlap. A cue's id is its segment's id and its part, ``<id>-1``. Raises
    CaptionsError where the media is too short to show so many cues at all, ValueError where
    texts and segments are not of one number.
    """
    writing, profile = find_writing(code), find_language(code).profile
    paired = sorted(zip(segments, texts, strict=True), key=_by_time)
    found = windows([segment for segment, _ in paired], profile, duration)
    cues: list[Cue] = []
    for (segment, given), window in zip(paired, found, strict=True):
        if text := fold(given or ""):
            cues.extend(_lay_out(segment.id, text, window, writing, profile))
    return cues


def _by_time(pair: tuple[Segment, str | None]) -> tuple[int, int]:
    return pair[0].start, pair[0].index


def _lay_out(
    segment_id: str, text: str, window: Window, writing: Writing, profile: Profile
) -> Iterator[Cue]:
    parts = pieces(text, profile.width, writing.code)
    clusters = sum(part.width + part.space for part in parts)
    if not clusters:
        return  # only joiners or marks: nothing to see
    wanted = reading_time(clusters, 1, profile)
    blocks = split(parts, profile, screen_time(window, wanted, profile))
    wanted = reading_time(clusters, len(blocks), profile)
    total = screen_time(window, wanted, profile)
    spans = share(window.start, total, [block.width for block in blocks], profile)
    for number, (block, (start, end)) in enumerate(zip(blocks, spans, strict=True), 1):
        lines = block.lines
        if writing.direction == "rtl":
            lines = tuple(isolate_ltr(line) for line in lines)
        yield Cue(f"{segment_id}-{number}", (segment_id,), start, end, lines)


def reading_speed(cue: Cue) -> float:
    """Return visible grapheme clusters a second, to a tenth; spaces count, line ends do not."""
    return round(sum(map(script.width, cue.lines)) * 1000 / max(1, cue.end - cue.start), 1)


def check_cues(cues: Sequence[Cue], code: str, duration: int) -> list[Finding]:
    """Return a finding for every limit of the language's profile that a cue does not keep.

    `cues` in the order they are shown; `duration` of the media in ms. An ERROR is what a player
    cannot show properly; what is only hard to read is a WARNING or, above the target speed, INFO.
    """
    profile = find_language(code).profile
    starts = [cue.start for cue in cues[1:]]
    findings = []
    for cue, next_start in zip(cues, [*starts, None], strict=False):
        for check, severity, message in _faults(cue, next_start, profile, duration):
            segment_id = cue.segment_ids[0] if cue.segment_ids else ""
            findings.append(Finding(check, severity, message, segment_id, code, cue.start, cue.end))
    return findings


def _faults(cue: Cue, next_start: int | None, profile: Profile, duration: int) -> Iterator[Fault]:
    if not 0 <= cue.start < cue.end <= duration:
        span = f"{cue.start} to {cue.end} ms"
        yield "cue-outside-media", Severity.ERROR, f"{span} is no span of 0 to {duration} ms"
    yield from _faults_of_length(cue, profile)
    yield from _faults_of_speed(cue, profile)
    yield from _faults_of_lines(cue, profile)
    if next_start is not None:
        yield from _faults_of_gap(next_start - cue.end, profile)


def _faults_of_length(cue: Cue, profile: Profile) -> Iterator[Fault]:
    time = cue.end - cue.start
    if time < profile.shortest:
        yield "cue-too-short", Severity.WARNING, f"{time} ms, shortest {profile.shortest} ms"
    if time > profile.longest:
        yield "cue-too-long", Severity.WARNING, f"{time} ms, longest {profile.longest} ms"


def _faults_of_speed(cue: Cue, profile: Profile) -> Iterator[Fault]:
    speed = reading_speed(cue)
    limits = f"target {profile.target_cps:g}, limit {profile.hard_cps:g} {profile.unit} a second"
    if speed > profile.hard_cps:
        yield "cue-too-fast", Severity.WARNING, f"{speed}, {limits}"
    elif speed > profile.target_cps:
        yield "cue-too-fast", Severity.INFO, f"{speed}, {limits}"


def _faults_of_lines(cue: Cue, profile: Profile) -> Iterator[Fault]:
    if len(cue.lines) > profile.lines:
        message = f"{len(cue.lines)} lines, at most {profile.lines}"
        yield "cue-too-many-lines", Severity.ERROR, message
    widest = max(map(script.width, cue.lines), default=0)
    if widest > profile.width:
        message = f"{widest}, at most {profile.width} {profile.unit}"
        yield "cue-line-too-wide", Severity.WARNING, message


def _faults_of_gap(gap: int, profile: Profile) -> Iterator[Fault]:
    if gap < 0:
        yield "cue-overlap", Severity.ERROR, f"overlaps the next cue by {-gap} ms"
    elif gap < profile.gap:
        yield "cue-gap-too-small", Severity.WARNING, f"{gap} ms, at least {profile.gap} ms"
