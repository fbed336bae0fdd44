"""Any subtitles, ours or not, held against the limits of a language and, if there, their source.

For: `karmavani check`. Subtitles have no sentences, so these are found here: with a source, what is
on screen at the same time; without one, what goes on until a mark. Not for packages: their findings
are made with them, in `pipeline.packaging`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from courses.nouns import Cue, Finding, Segment, Signature, Translation, TranslationStatus
from courses.timing import overlap
from pipeline.checking import checks, cue_checks
from pipeline.checking.end_marks import ending
from pipeline.checking.repairs import Subject

_MANY = 8
"""Cues that a sentence without marks is taken to have at most."""
_PAUSE = 2000
"""Silence in ms after which a new sentence is taken to begin."""
_ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in subtitles, by time, and what it was found in."""

    findings: tuple[Finding, ...]
    subject: Subject


def check_captions(
    shown: Sequence[Cue], code: str, source: Sequence[Cue] = (), spoken: str = "en"
) -> Checked:
    """Return what is wrong with cues in the language or writing `code`.

    `source` are the cues of the same media in the language `spoken`; without them only what needs
    no source is looked at. What a source cue says and no cue at its time does is a hole.
    """
    duration = max((cue.end for cue in (*shown, *source)), default=0)
    groups = list(_paired(shown, source) if source else _sentences(shown))
    segments, translations = [], []
    for number, (own, other) in enumerate(groups):
        both = [*own, *other]
        span = (min(cue.start for cue in both), max(cue.end for cue in both))
        segments.append(Segment(f"sentence-{number + 1}", "", number, *span, _text(other)))
        translations.append(_translation(segments[-1].id, code, _text(own)))
    findings = [
        *cue_checks.check_cues(shown, code, duration),
        *_text_findings(segments, translations, spoken),
    ]
    findings.sort(key=lambda one: (one.start, one.check))
    subject = Subject(code, shown, duration, segments, translations, spoken=spoken)
    return Checked(tuple(findings), subject)


def _text(shown: Sequence[Cue]) -> str:
    return " ".join(line for cue in shown for line in cue.lines).translate(_ISOLATES)


def _translation(key: str, code: str, text: str) -> Translation:
    status = TranslationStatus.EDITED if text.strip() else TranslationStatus.HOLE
    return Translation(key, code, text, status, "", Signature("captions"))


def _text_findings(
    segments: Sequence[Segment], translations: Sequence[Translation], spoken: str
) -> Iterator[Finding]:
    style = checks.style_of(translations)
    for segment, translation in zip(segments, translations, strict=True):
        for finding in checks.check_sentence(segment, translation, spoken, style):
            if segment.text or finding.check in checks.ALONE:
                yield finding


def _sentences(shown: Sequence[Cue]) -> Iterator[tuple[list[Cue], list[Cue]]]:
    """Yield the cues of one sentence after the other, each with no source."""
    own: list[Cue] = []
    for cue in shown:
        if own and (len(own) == _MANY or cue.start - own[-1].end > _PAUSE):
            yield own, []
            own = []
        own.append(cue)
        if ending(_text([cue])).marks:
            yield own, []
            own = []
    if own:
        yield own, []


def _paired(shown: Sequence[Cue], source: Sequence[Cue]) -> Iterator[tuple[list[Cue], list[Cue]]]:
    """Yield what belongs together, by time: the cues, and those of the source.

    Two belong together where they share half of the shorter one's time. Cues that share with
    several make these one.
    """
    own: list[Cue] = []
    other: list[Cue] = []
    waiting = sorted(
        [(cue.start, 0, n) for n, cue in enumerate(source)]
        + [(cue.start, 1, n) for n, cue in enumerate(shown)]
    )
    for _, is_own, number in waiting:
        cue = (shown if is_own else source)[number]
        if (own or other) and not any(_together(cue, one) for one in (other if is_own else own)):
            yield own, other
            own, other = [], []
        (own if is_own else other).append(cue)
    if own or other:
        yield own, other


def _together(cue: Cue, other: Cue) -> bool:
    shared = overlap(cue.start, cue.end, other.start, other.end)
    return 2 * shared >= max(1, min(cue.end - cue.start, other.end - other.start))
