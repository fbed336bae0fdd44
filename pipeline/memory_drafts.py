"""What the translation memory says about the sentences of a lesson, before any engine is asked.

An exact match is taken as the draft; a person still approves it in this course. A fuzzy one stands
beside the engine's draft as a suggestion for the reviewer, and no engine sees it. Runs in the
driver. Not for the memory itself: see `translators.memory`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, TypeGuard

from courses.nouns import Segment, Signature, Suggestion, Translation, TranslationStatus
from translators.memory import REVISION, Match, Memory, Query
from translators.memory_match import EXACT


def recall(
    segments: Sequence[Segment], source: str, target: str, memory: Memory | None
) -> list[Suggestion | None]:
    """Return what the memory has for each segment of a lesson, None where it has nothing."""
    if memory is None:
        return [None] * len(segments)
    return [_suggestion(memory.best(query)) for query in _queries(segments, source, target)]


def is_draft(found: Suggestion | None) -> TypeGuard[Suggestion]:
    """Return whether what was found is the translation of this very sentence."""
    return found is not None and found.percent >= EXACT


def to_translation(segment_id: str, target: str, found: Suggestion) -> Translation:
    """Return an exact match as the draft of a segment."""
    return Translation(
        segment_id=segment_id,
        language=target,
        text=found.target,
        status=TranslationStatus.DRAFT,
        author=f"memory:{found.organisation}",
        signature=Signature("memory", found.organisation, REVISION),
        suggestion=found,
    )


def facts(segments: Sequence[Segment], translations: Sequence[Translation]) -> dict[str, Any]:
    """Return what a manifest says of the memory: texts `used`, and suggestions beside drafts."""
    used: list[dict[str, Any]] = []
    suggested: list[dict[str, Any]] = []
    for segment, translation in zip(segments, translations, strict=True):
        if found := translation.suggestion:
            place = {"segment_id": segment.id, "text": segment.text}
            (used if is_draft(found) else suggested).append(place | asdict(found))
    return {"used": used, "suggested": suggested}


def _queries(segments: Sequence[Segment], source: str, target: str) -> Iterator[Query]:
    texts = ["", *(segment.text for segment in segments), ""]
    for number, segment in enumerate(segments):
        yield Query(segment.text, source, target, texts[number], texts[number + 2])


def _suggestion(match: Match | None) -> Suggestion | None:
    if match is None:
        return None
    unit = match.unit
    return Suggestion(
        source=unit.source,
        target=unit.target,
        percent=match.percent,
        organisation=unit.organisation,
        course=unit.course,
        approved_by=unit.approved_by,
        approved=unit.approved,
        numbers=match.numbers,
    )
