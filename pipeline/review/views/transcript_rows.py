"""Sentences as the transcript's page takes them: words with their sureness, and probable slips."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from courses.findings import TABLE
from courses.nouns import Finding
from glossaries.slips import find_slips
from pipeline.checking import checks
from pipeline.review.models import Sentence, User
from pipeline.review.store.nouns import to_segment

SLIP = "heard-otherwise"


def rows_of(rows: QuerySet[Sentence], language: str, user: User) -> list[dict[str, Any]]:
    """Return sentences of one lesson, in order."""
    chosen = list(rows.select_related("edited_by").order_by("position"))
    segments = [to_segment(row, "") for row in chosen]
    found: dict[str, list[Finding]] = {}
    for finding in checks.check_source(segments, language):
        found.setdefault(finding.segment_id, []).append(finding)
    return [_facts(row, language, found.get(row.key, []), user) for row in chosen]


def row_of(row: Sentence, user: User) -> dict[str, Any]:
    """Return one sentence."""
    same = Sentence.objects.filter(pk=row.pk)
    return rows_of(same, row.lesson.language, user)[0]


def _facts(row: Sentence, language: str, findings: Iterable[Finding], user: User) -> dict[str, Any]:
    known = [_finding(finding) for finding in findings]
    return {
        "id": row.pk,
        "n": row.position + 1,
        "start": row.start,
        "end": row.end,
        "text": row.text,
        "version": row.version,
        "state": "edited" if row.edited_by_id else "draft",
        "mine": row.edited_by_id == user.pk,
        "by": row.edited_by.name if row.edited_by else "",
        "heard": row.confidence,
        "words": row.words,
        "risk": round(1.0 - row.confidence, 3) if row.confidence is not None else 0.0,
        "findings": [*known, *_slips(row.text, language)],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check,
        "severity": finding.severity.value,
        "summary": _(TABLE[finding.check].summary),
        "message": finding.message,
        "repair": None,
        "waived": None,
    }


def _slips(text: str, language: str) -> list[dict[str, Any]]:
    """Return the probable slips of recognition, each with the text in which it is put right."""
    if language != "en":
        return []
    return [
        {
            "check": SLIP,
            "severity": "warning" if slip.sure else "info",
            "summary": _(TABLE[SLIP].summary),
            "message": f"{slip.said!r} may be {slip.meant!r}.",
            "repair": {
                "label": f"{slip.said} → {slip.meant}",
                "text": text[: slip.start] + slip.meant + text[slip.end :],
            },
            "waived": None,
        }
        for slip in find_slips(text)
    ]
