"""Findings follow the text: a line or a whole track is checked anew, and its counts with it.

The checks are those of the command line (`pipeline.checking`, `pipeline.terminology`); here is only
what the database keeps of them. A finding that a person waived stays waived as long as the same
check says the same.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from courses.nouns import Finding
from glossaries.check import Tally, tally
from pipeline import reviewed
from pipeline.checking import checks, repairs
from pipeline.checking.assessment import assess
from pipeline.review.models import Line, LineFinding, LineState, Track
from pipeline.review.store import cueing
from pipeline.review.store.contents import contents_of
from pipeline.review.store.nouns import to_hits, to_segment, to_translation
from pipeline.review.store.risk import RISKY, risk_of
from pipeline.terminology import check_hearing, check_terms, verdicts


def recheck_line(line: Line, old: Sequence[LineFinding]) -> list[LineFinding]:
    """Check one line anew, its subtitles too, and return its findings; `old` are those it had.

    A finding that stays keeps its row. Its risk follows, unsaved: who calls it saves and counts
    the line, all in the transaction of the change.
    """
    found = [*_in_text(line), *cueing.findings_of(line)]
    offered = _text_repairs(line, found)
    rows = _rows(line.track, {line.sentence.key: line}, zip(found, offered, strict=True), old)
    now = _kept(rows, old)
    line.risk = risk_of(line, now)
    return now


def _kept(rows: Iterable[LineFinding], old: Iterable[LineFinding]) -> list[LineFinding]:
    """Write what is new in `rows`, delete what is only in `old`; return the rows as they are."""
    there: dict[tuple[object, ...], list[LineFinding]] = {}
    for one in old:
        there.setdefault(_said(one), []).append(one)
    now = [there[_said(row)].pop() if there.get(_said(row)) else row for row in rows]
    if gone := [one.pk for same in there.values() for one in same]:
        LineFinding.objects.filter(pk__in=gone).delete()
    if fresh := [row for row in now if row.pk is None]:
        LineFinding.objects.bulk_create(fresh)
    return now


def _said(finding: LineFinding) -> tuple[object, ...]:
    """Return what makes two findings of a line one and the same."""
    repair = json.dumps(finding.repair, sort_keys=True)
    place = finding.start, finding.end
    return finding.check_id, finding.severity, finding.message, place, repair


def recheck_track(track: Track) -> None:
    """Check all lines of a track anew, layout included, and count them."""
    lines = {line.sentence.key: line for line in _lines(track)}
    found = assess(contents_of(track, list(lines.values())))
    old = list(track.findings.all())
    track.findings.all().delete()
    rows = _rows(track, lines, zip(found.findings, found.offered, strict=True), old)
    LineFinding.objects.bulk_create(rows, batch_size=500)
    _set_risks(lines.values(), rows)
    _count_terms(track, tally(verdict for one in found.judged for verdict in one))
    count_track(track)


def _lines(track: Track) -> Iterable[Line]:
    chosen = track.lines.filter(sentence__retired=False).select_related("sentence")
    return chosen.order_by("sentence__position")


def _in_text(line: Line) -> list[Finding]:
    """Return what the checks say of one line's text, and of its source."""
    lesson, language = line.track.lesson, line.track.language
    segment = to_segment(line.sentence, lesson.slug)
    found = list(check_hearing([segment], lesson.language))
    found += checks.check_source([segment], lesson.language)
    if language == lesson.language:
        return found  # the words that are spoken are no translation
    translation = to_translation(line, language)
    judged = verdicts([segment], [translation], (to_hits(line.terms),))
    found += checks.check([segment], [translation], lesson.language)
    found += check_terms([segment], [translation], judged)
    found += reviewed.check_stale([segment], [translation])
    return found


def _text_repairs(line: Line, found: Sequence[Finding]) -> list[dict[str, Any] | None]:
    """Return the repair of each finding that another text of this line would settle, as data."""
    lesson, language = line.track.lesson, line.track.language
    subject = repairs.Subject(
        code=language,
        cues=(),
        duration=lesson.duration,
        segments=(to_segment(line.sentence, lesson.slug),),
        translations=(to_translation(line, language),),
        hits=(to_hits(line.terms),),
        spoken=lesson.language,
    )
    return [repairs.as_data(repair) for repair in repairs.offer(found, subject)]


def _rows(
    track: Track,
    lines: dict[str, Line],
    found: Iterable[tuple[Finding, dict[str, Any] | None]],
    old: Sequence[LineFinding],
) -> list[LineFinding]:
    waived = {
        (one.line_id, one.check_id, one.message): one for one in old if one.waived_by_id is not None
    }
    rows = []
    for finding, repair in found:
        line = lines.get(finding.segment_id)
        before = waived.get((line.pk if line else None, finding.check, finding.message))
        rows.append(
            LineFinding(
                track=track,
                line=line,
                check_id=finding.check,
                severity=finding.severity.value,
                message=finding.message,
                start=finding.start,
                end=finding.end,
                repair=repair,
                waived_by=before.waived_by if before else None,
                waived_reason=before.waived_reason if before else "",
            )
        )
    return rows


def _set_risks(lines: Iterable[Line], rows: Iterable[LineFinding]) -> None:
    by_line: dict[int, list[LineFinding]] = {}
    for row in rows:
        if row.line_id is not None:
            by_line.setdefault(row.line_id, []).append(row)
    changed = []
    for line in lines:
        risk = risk_of(line, by_line.get(line.pk, []))
        if line.risk != risk:
            line.risk = risk
            changed.append(line)
    Line.objects.bulk_update(changed, ["risk"], batch_size=500)


def _count_terms(track: Track, count: Tally) -> None:
    track.expected, track.honoured = count.expected, count.honoured
    track.violated, track.waived = count.violated, count.waived
    track.save(update_fields=["expected", "honoured", "violated", "waived"])


def count_track(track: Track) -> None:
    """Count a track's lines and open findings anew."""
    done = Q(state=LineState.APPROVED)
    lines = track.lines.filter(sentence__retired=False).aggregate(
        total=Count("pk"),
        approved=Count("pk", filter=done),
        risky=Count("pk", filter=Q(risk__gte=RISKY) & ~done),
        minor=Count("pk", filter=done & Q(verdict="minor")),
        major=Count("pk", filter=done & Q(verdict="major")),
    )
    open_ones = track.findings.filter(waived_by__isnull=True)
    severities = Counter(open_ones.values_list("severity", flat=True))
    for name, count in lines.items():
        setattr(track, name, count)
    track.errors, track.warnings = severities["error"], severities["warning"]
    track.updated = timezone.now()
    track.save(update_fields=[*lines, "errors", "warnings", "updated"])
