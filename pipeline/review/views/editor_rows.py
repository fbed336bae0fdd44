"""Lines as the editor's page takes them: one dict a line, made of few queries for many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from courses.errors import UsageError
from courses.findings import TABLE
from pipeline.review.models import Comment, Line, LineFinding, Track, User
from pipeline.review.views.editor_words import worded

_LATER = ("machine", "signature", "sentence__words")
_TERM = ("source", "target", "forms", "forbidden", "kind", "status", "note", "start", "end")


def rows_of(track: Track, user: User, **chosen: Any) -> list[dict[str, Any]]:
    """Return the lines of a track that are in the lesson now, in order."""
    lines = track.lines.filter(sentence__retired=False, **chosen)
    lines = lines.select_related("sentence", "approver").defer(*_LATER)
    return _rows(list(lines.order_by("sentence__position")), user)


def row_of(line: Line, user: User) -> dict[str, Any]:
    """Return one line."""
    return _rows([line], user)[0]


def _rows(lines: Sequence[Line], user: User) -> list[dict[str, Any]]:
    keys = [line.pk for line in lines]
    findings: dict[int | None, list[dict[str, Any]]] = {}
    for one in _about(LineFinding.objects.order_by("pk"), lines, keys):
        findings.setdefault(one.line_id, []).append(finding_facts(one))
    said = {pk: (every, still) for pk, every, still in _comments(lines, keys)}
    return [
        _facts(line, user, findings.get(line.pk, []), said.get(line.pk, (0, 0))) for line in lines
    ]


def _about(found: Any, lines: Sequence[Line], keys: list[int]) -> Iterable[LineFinding]:
    """Return the rows of `found` about these lines; for many, those of the whole track at once."""
    if len(lines) > 50:
        return list(found.filter(track_id=lines[0].track_id, line__isnull=False))
    return list(found.filter(line__in=keys))


def _comments(lines: Sequence[Line], keys: list[int]) -> Iterable[tuple[int, int, int]]:
    many = len(lines) > 50
    asked = {"line__track_id": lines[0].track_id} if many else {"line__in": keys}
    still = Count("pk", filter=Q(resolved_by__isnull=True))
    rows = Comment.objects.filter(**asked).order_by().values_list("line_id")
    return list(rows.annotate(every=Count("pk"), still=still))


def finding_facts(finding: LineFinding) -> dict[str, Any]:
    """Return a finding; `repair` is what one key would do, None where nothing is sure."""
    kind = TABLE.get(finding.check_id)
    return {
        "id": finding.pk,
        "check": finding.check_id,
        "severity": finding.severity,
        "summary": _(kind.summary) if kind else finding.check_id,
        "message": finding.message,
        "start": finding.start,
        "end": finding.end,
        "repair": worded(finding.repair),
        "waived": finding.waived_reason if finding.waived_by_id else None,
    }


def _facts(
    line: Line, user: User, findings: list[dict[str, Any]], comments: tuple[int, int]
) -> dict[str, Any]:
    sentence, approver = line.sentence, line.approver
    return {
        "id": line.pk,
        "n": sentence.position + 1,
        "start": sentence.start,
        "end": sentence.end,
        "source": sentence.text,
        "heard": sentence.confidence,
        "fresh": line.sentence_version == sentence.version,
        "text": line.text,
        "state": line.state,
        "version": line.version,
        "mine": line.author_id == user.pk,
        "by": line.author_name,
        "approver": approver.name if approver else "",
        "byMe": line.approver_id == user.pk,
        "reason": line.reason,
        "note": line.note,
        "notes": line.notes,
        "risk": line.risk,
        "sure": line.confidence,
        "terms": [{name: term.get(name) for name in _TERM} for term in line.terms],
        "suggestion": line.suggestion,
        "set": bool(line.layout),
        "findings": findings,
        "comments": comments[0],
        "open": comments[1],
    }


def counts(track: Track) -> dict[str, Any]:
    """Return how far a track is, as its row was read or counted last."""
    return {
        "total": track.total,
        "approved": track.approved,
        "errors": track.errors,
        "warnings": track.warnings,
        "state": track.state,
        "label": track.get_state_display(),
    }


def moment(text: str) -> datetime:
    """Return the moment that an answer before this one named; raises UsageError."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise UsageError(f"{text!r} is no moment.", "Send what the last answer said.")
    return found
