"""What is wrong, or hard to read, in cues: ours, edited ones, or those of any caption file.

For: `check_cues`, which holds cues against a language's profile. Not for: laying them out
(`cues`), what the text says (`checks`), putting a fault right (`repairs`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from courses import script
from courses.findings import make
from courses.languages import Profile, find_language
from courses.nouns import Cue, Finding, Severity
from pipeline.checking.end_marks import ending

REVISION = "3"
"""Raised with every change that makes `check_cues` find otherwise in the same cues."""

# A last word is alone where it takes less than this share of a line, and is not shown for long.
_ORPHAN_SHARE = 4
_BEFORE_DASH = " \u200e\u200f\u2066\u2067\u2068"
# A cue within so many ms of the last one may be the end of its sentence.
_SAME_SENTENCE_MS = 1000

Fault = tuple[str, Severity | None, str]
"""Id, severity where it is not the usual one, and message."""


def reading_speed(cue: Cue) -> float:
    """Return visible grapheme clusters a second, to a tenth; spaces count, line ends do not."""
    return round(sum(map(script.width, cue.lines)) * 1000 / max(1, cue.end - cue.start), 1)


def is_dialogue(cue: Cue) -> bool:
    """Return whether each of its lines is of another speaker, as a dash before them says."""
    return any(line.lstrip(_BEFORE_DASH).startswith(("-", "–", "—")) for line in cue.lines[1:])


def check_cues(cues: Sequence[Cue], code: str, duration: int) -> list[Finding]:
    """Return a finding for every limit of the language's profile that a cue does not keep.

    `cues` in the order they are shown; `duration` of the media in ms. An ERROR is what a player
    cannot show properly; what is only hard to read is a WARNING or, above the target speed, INFO.
    """
    profile = find_language(code).profile
    before: list[Cue | None] = [None, *cues][:-1]
    after: list[Cue | None] = [*cues, None][1:]
    return [
        make(check, message, severity, cue, code)
        for last, cue, following in zip(before, cues, after, strict=True)
        for check, severity, message in (
            *_faults(cue, following, profile, duration),
            *_faults_of_words(cue, last, profile),
        )
    ]


def _faults(cue: Cue, following: Cue | None, profile: Profile, duration: int) -> Iterator[Fault]:
    if not 0 <= cue.start < cue.end <= duration:
        span = f"{cue.start} to {cue.end} ms"
        yield "cue-outside-media", None, f"{span} is no span of 0 to {duration} ms"
    yield from _faults_of_length(cue, profile)
    yield from _faults_of_speed(cue, profile)
    yield from _faults_of_lines(cue, profile)
    if following is not None:
        yield from _faults_of_gap(following.start - cue.end, profile)


def _faults_of_length(cue: Cue, profile: Profile) -> Iterator[Fault]:
    time = cue.end - cue.start
    if time < profile.shortest:
        yield "cue-too-short", None, f"{time} ms, shortest {profile.shortest} ms"
    if time > profile.longest:
        yield "cue-too-long", None, f"{time} ms, longest {profile.longest} ms"


def _faults_of_speed(cue: Cue, profile: Profile) -> Iterator[Fault]:
    speed = reading_speed(cue)
    limits = f"target {profile.target_cps:g}, limit {profile.hard_cps:g} {profile.unit} a second"
    if speed > profile.hard_cps:
        yield "cue-too-fast", Severity.WARNING, f"{speed}, {limits}"
    elif speed > profile.target_cps:
        yield "cue-too-fast", Severity.INFO, f"{speed}, {limits}"


def _faults_of_lines(cue: Cue, profile: Profile) -> Iterator[Fault]:
    if len(cue.lines) > profile.lines:
        yield "cue-too-many-lines", None, f"{len(cue.lines)} lines, at most {profile.lines}"
    widest = max(map(script.width, cue.lines), default=0)
    if widest > profile.width:
        yield "cue-line-too-wide", None, f"{widest}, at most {profile.width} {profile.unit}"


def _faults_of_gap(gap: int, profile: Profile) -> Iterator[Fault]:
    if gap < 0:
        yield "cue-overlap", None, f"overlaps the next cue by {-gap} ms"
    elif gap < profile.gap:
        yield "cue-gap-too-small", None, f"{gap} ms, at least {profile.gap} ms"


def _faults_of_words(cue: Cue, last: Cue | None, profile: Profile) -> Iterator[Fault]:
    """Yield the short word that stands alone: on its line, or in the last cue of its sentence."""
    if not cue.lines or is_dialogue(cue) or not _is_orphan(cue.lines[-1], profile):
        return
    word = cue.lines[-1].strip()
    if len(cue.lines) > 1 and len(cue.lines[-2].split()) > 1 and not ending(cue.lines[-2]).marks:
        yield "cue-orphan-word", None, f"{word!r} stands alone on its line"
    elif len(cue.lines) == 1 and last is not None and _goes_on(last, cue):
        yield "cue-orphan-word", None, f"{word!r} is all that is left of its sentence"


def _is_orphan(line: str, profile: Profile) -> bool:
    return len(line.split()) == 1 and script.width(line) * _ORPHAN_SHARE < profile.width


def _goes_on(last: Cue, cue: Cue) -> bool:
    """Return whether the sentence of `last` ends in `cue`."""
    if last.segment_ids and cue.segment_ids:
        return last.segment_ids[-1] == cue.segment_ids[0]
    near = cue.start - last.end < _SAME_SENTENCE_MS
    return near and bool(last.lines) and not ending(last.lines[-1]).marks
