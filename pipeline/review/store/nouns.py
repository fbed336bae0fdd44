"""Rows of the review database as the nouns that the checks, the layout and the formats take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from courses import nouns
from courses.nouns import (
    Finding,
    Hit,
    Segment,
    Severity,
    Signature,
    Transcript,
    Translation,
    TranslationStatus,
    Word,
)
from pipeline.exchange_segments import to_hit, to_suggestion
from pipeline.review.models import Course, Lesson, Line, LineState, Sentence
from pipeline.transcribing import Heard

_STATUS = {
    LineState.DRAFT: TranslationStatus.DRAFT,
    LineState.EDITED: TranslationStatus.EDITED,
    LineState.APPROVED: TranslationStatus.APPROVED,
    LineState.RETURNED: TranslationStatus.RETURNED,
    LineState.STALE: TranslationStatus.STALE,
}


def to_lesson(lesson: Lesson) -> nouns.Lesson:
    """Return a lesson of the database as the noun."""
    return nouns.Lesson(
        id=lesson.slug,
        course_id=lesson.course.slug,
        title=lesson.title,
        media=Path(lesson.media),
        language=lesson.language,
        captions=Path(lesson.captions) if lesson.captions else None,
        domain=lesson.domain or None,
    )


def to_course(course: Course) -> nouns.Course:
    """Return a course with all its lessons."""
    lessons = course.lessons.select_related("course")
    return nouns.Course(
        id=course.slug,
        title=course.title,
        lessons=tuple(to_lesson(lesson) for lesson in lessons),
        description=course.description,
        competencies=tuple(course.competencies),
    )


def to_segment(sentence: Sentence, lesson_id: str) -> Segment:
    """Return a sentence as a Segment; `lesson_id` is its lesson's slug."""
    return Segment(
        id=sentence.key,
        lesson_id=lesson_id,
        index=sentence.position,
        start=sentence.start,
        end=sentence.end,
        text=sentence.text,
        words=tuple(Word(*word) for word in sentence.words),
        confidence=sentence.confidence,
    )


def to_segments(lesson: Lesson) -> tuple[Segment, ...]:
    """Return the sentences of a lesson that are in it now, in order."""
    rows = lesson.sentences.filter(retired=False).order_by("position")
    return tuple(to_segment(row, lesson.slug) for row in rows)


def to_heard(lesson: Lesson, segments: tuple[Segment, ...] | None = None) -> Heard:
    """Return a lesson with its transcript as it stands now, edits included."""
    said = to_segments(lesson) if segments is None else segments
    facts = lesson.heard
    transcript = Transcript(
        words=tuple(word for segment in said for word in segment.words),
        language=facts.get("language", lesson.language),
        duration=lesson.duration,
        signature=Signature(**facts.get("signature", {"engine": "unknown"})),
        findings=tuple(_finding(row) for row in facts.get("findings", [])),
    )
    return Heard(to_lesson(lesson), transcript, said)


def heard_facts(transcript: Transcript) -> dict[str, Any]:
    """Return what `Lesson.heard` keeps of a transcript; words are kept with the sentences."""
    return {
        "language": transcript.language,
        "signature": asdict(transcript.signature),
        "findings": [asdict(finding) for finding in transcript.findings],
    }


def to_translation(line: Line, language: str) -> Translation:
    """Return a line as it stands now; a hole is a line without text."""
    status = _STATUS[LineState(line.state)]
    return Translation(
        segment_id=line.sentence.key,
        language=language,
        text=line.text,
        status=status if line.text else TranslationStatus.HOLE,
        author=line.author_name,
        signature=Signature(**signature_facts(line.signature)),
        created=line.updated.isoformat(timespec="seconds"),
        confidence=line.confidence,
        problem="" if line.text else line.note,
        notes=tuple(line.notes),
        suggestion=to_suggestion(line.suggestion),
    )


def signature_facts(line: str) -> dict[str, str]:
    """Return the fields of a Signature from its one line."""
    parts = (part.partition(":") for part in line.split("|") if part)
    known = {field.name for field in fields(Signature)}
    found = {name: value for name, _, value in parts if name in known}
    return {"engine": "unknown", **found}


def to_hits(rows: Iterable[Mapping[str, Any]]) -> tuple[Hit, ...]:
    """Return the hits of `Line.terms`."""
    return tuple(to_hit(row) for row in rows)


def _finding(row: Mapping[str, Any]) -> Finding:
    return Finding(**{**row, "severity": Severity(row["severity"])})
