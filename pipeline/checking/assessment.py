"""What a lesson in one language looks like on screen, and all that the checks say of it.

For: packages and the review site alike, so that both show the same subtitles and the same findings.
Not for: writing anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from courses.nouns import Cue, Finding
from glossaries.check import Verdict
from pipeline import reviewed
from pipeline.checking import checks, cue_checks, repairs
from pipeline.contents import Contents
from pipeline.layout import cues
from pipeline.terminology import check_hearing, check_terms, verdicts

REVISION = f"{checks.REVISION}.{cue_checks.REVISION}.{repairs.REVISION}"
"""Changes with every change that makes the same texts have other findings or repairs."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """Cues by time; what became of the terms of each sentence; findings.

    ``offered[i]`` is the repair of ``findings[i]`` as data, None where there is none.
    """

    cues: list[Cue]
    judged: list[list[Verdict]]
    findings: list[Finding]
    offered: list[dict[str, Any] | None]


def assess(contents: Contents) -> Assessment:
    """Lay a lesson out in one language and check it. Raises CaptionsError: see `cues.fit`."""
    heard = contents.heard
    judged = verdicts(heard.segments, contents.translations, contents.hits)
    shown = lay_out(contents)
    found = _in_text(contents, judged)
    found += cue_checks.check_cues(shown, contents.language, heard.transcript.duration)
    return Assessment(shown, judged, found, _repairs(contents, shown, found))


def lay_out(contents: Contents) -> list[Cue]:
    """Return the cues of a lesson: those that people set, and computed ones of all else."""
    heard, layouts = contents.heard, contents.layouts
    texts = [translation.text for translation in contents.translations]
    found = zip(heard.segments, contents.hits, strict=True)
    names = {segment.id: cues.wordings(hits) for segment, hits in found}
    duration = heard.transcript.duration
    # what people set is apart: a neighbour that shared its cue would be lost with it
    shown = cues.fit(heard.segments, texts, contents.language, duration, names, apart=layouts)
    return put_over(shown, layouts)


def put_over(shown: Sequence[Cue], layouts: Mapping[str, Sequence[Cue]]) -> list[Cue]:
    """Return `shown` with the cues that people set, by segment id, in place of the computed."""
    kept = [cue for cue in shown if not layouts.keys() & set(cue.segment_ids)]
    chosen = [cue for cues in layouts.values() for cue in cues]
    return sorted((*kept, *chosen), key=lambda cue: (cue.start, cue.end, cue.id))


def _in_text(contents: Contents, judged: list[list[Verdict]]) -> list[Finding]:
    """Return what recognition and the checks of the text found."""
    heard = contents.heard
    found = list(heard.transcript.findings)
    found += check_hearing(heard.segments, heard.lesson.language)
    found += checks.check_source(heard.segments, heard.lesson.language)
    if contents.is_translated:
        found += checks.check(heard.segments, contents.translations, heard.lesson.language)
        found += check_terms(heard.segments, contents.translations, judged)
        found += reviewed.check_stale(heard.segments, contents.translations)
    return found


def _repairs(
    contents: Contents, shown: Sequence[Cue], findings: Sequence[Finding]
) -> list[dict[str, Any] | None]:
    """Return the repair to accept for each finding, as data; None where there is none."""
    heard, translated = contents.heard, contents.is_translated
    subject = repairs.Subject(
        code=contents.language,
        cues=shown,
        duration=heard.transcript.duration,
        segments=heard.segments if translated else (),
        translations=contents.translations if translated else (),
        hits=contents.hits if translated else (),
        spoken=heard.lesson.language,
    )
    return [repairs.as_data(repair) for repair in repairs.offer(findings, subject)]
