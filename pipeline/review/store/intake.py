"""What the flow made comes into the review database; what people wrote there always stays.

Every function may be called again with the same things and then changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from courses import nouns
from courses.nouns import Segment, Translation, TranslationStatus
from pipeline import reviewed
from pipeline.exchange_segments import hit_facts
from pipeline.memory_drafts import is_draft
from pipeline.review.audit import record
from pipeline.review.models import (
    Course,
    Lesson,
    Line,
    LineState,
    Origin,
    Revision,
    Sentence,
    SentenceText,
    Track,
    TranscriptState,
    User,
)
from pipeline.review.store.editing import reopen
from pipeline.review.store.nouns import heard_facts
from pipeline.review.store.rechecking import recheck_track
from pipeline.reviewed import ReviewedText
from pipeline.terminology import Hits
from pipeline.transcribing import Heard

PEOPLE = (LineState.EDITED, LineState.APPROVED, LineState.RETURNED)
"""States of lines whose text no machine replaces."""


@transaction.atomic
def keep_course(course: nouns.Course, contributor: User | None = None) -> Course:
    """Return the row of a course, made or brought up to date with its lessons."""
    said = {
        "title": course.title,
        "description": course.description,
        "competencies": list(course.competencies),
    }
    row, made = Course.objects.update_or_create(
        slug=course.id, defaults=said, create_defaults={**said, "contributor": contributor}
    )
    for position, lesson in enumerate(course.lessons):
        facts = {
            "title": lesson.title,
            "position": position,
            "language": lesson.language,
            "domain": lesson.domain or "",
            "media": str(lesson.media.resolve()),
            "captions": str(lesson.captions.resolve()) if lesson.captions else "",
        }
        Lesson.objects.update_or_create(course=row, slug=lesson.id, defaults=facts)
    if made:
        record(contributor, "hand in course", row, lessons=len(course.lessons))
    return row


@transaction.atomic
def keep_transcript(lesson: Lesson, heard: Heard) -> bool:
    """Take in what was heard; returns whether anything is new.

    A transcript that people have worked on is theirs: it is left as it is, however the lesson
    was heard since.
    """
    lesson = Lesson.objects.select_for_update(of=("self",), no_key=True).get(pk=lesson.pk)
    facts = heard_facts(heard.transcript)
    touched = lesson.sentences.filter(edited_by__isnull=False).exists()
    decided = lesson.transcript in (TranscriptState.APPROVED, TranscriptState.WAIVED)
    if lesson.heard == facts and lesson.sentences.exists():
        return False
    if lesson.sentences.exists() and (touched or decided):
        return False
    lesson.heard, lesson.duration = facts, heard.transcript.duration
    lesson.transcript = TranscriptState.IN_REVIEW
    lesson.save(update_fields=["heard", "duration", "transcript"])
    _keep_sentences(lesson, heard.segments)
    return True


def _keep_sentences(lesson: Lesson, segments: Sequence[Segment]) -> None:
    there = {row.key: row for row in lesson.sentences.all()}
    now = {segment.id for segment in segments}
    gone = [row.pk for key, row in there.items() if key not in now]
    Sentence.objects.filter(pk__in=gone).update(retired=True)
    fresh: list[Sentence] = []
    moved: list[Sentence] = []
    for segment in segments:
        row = there.get(segment.id) or Sentence(lesson=lesson, key=segment.id, text=segment.text)
        row.position, row.start, row.end = segment.index, segment.start, segment.end
        row.confidence, row.retired = segment.confidence, False
        row.words = [[w.text, w.start, w.end, w.confidence] for w in segment.words]
        (moved if row.pk else fresh).append(row)
    fields = ["position", "start", "end", "confidence", "words", "retired"]
    Sentence.objects.bulk_update(moved, fields, batch_size=200)
    made = Sentence.objects.bulk_create(fresh, batch_size=200)
    SentenceText.objects.bulk_create(
        [SentenceText(sentence=row, version=1, text=row.text) for row in made], batch_size=500
    )


@transaction.atomic
def keep_drafts(
    lesson: Lesson, language: str, translations: Sequence[Translation], hits: Hits
) -> Track:
    """Take in the drafts of a lesson in one language; returns its track, checked.

    `translations` and `hits` are of the lesson's sentences in order. A line that a person wrote
    or decided on keeps its text; one whose sentence is new since gets the older text of that
    place as a suggestion and is stale.
    """
    Lesson.objects.select_for_update(of=("self",), no_key=True).get(
        pk=lesson.pk
    )  # as every change of its sentences does
    track, _ = Track.objects.get_or_create(lesson=lesson, language=language)
    track = Track.objects.select_for_update(of=("self",), no_key=True).get(pk=track.pk)
    sentences = {row.key: row for row in lesson.sentences.filter(retired=False)}
    # What was corrected while it was drafted has another key now: it is drafted again.
    drafted = [
        pair for pair in zip(translations, hits, strict=True) if pair[0].segment_id in sentences
    ]
    translations, hits = [one for one, _ in drafted], tuple(found for _, found in drafted)
    lines = {line.sentence.key: line for line in track.lines.select_related("sentence")}
    old = _people_of_retired(lines)
    over = _with_old(lesson, sentences, translations, old)
    fresh, changed, revisions = [], [], []
    for translation, found in zip(over, hits, strict=True):
        sentence = sentences[translation.segment_id]
        line = lines.get(translation.segment_id)
        if line is None:
            line = Line(track=track, sentence=sentence, version=0)
            fresh.append(line)
        elif _stays(line, translation):
            continue
        else:
            changed.append(line)
        _take(line, translation, [hit_facts(hit) for hit in found], sentence.version)
        revisions.append(_revision(line, translation))
    Line.objects.bulk_create(fresh, batch_size=200)
    Line.objects.bulk_update(changed, _TAKEN, batch_size=200)
    Revision.objects.bulk_create(revisions, batch_size=200)
    if fresh or changed:
        reopen(track)
        recheck_track(track)
    return track


def _stays(line: Line, translation: Translation) -> bool:
    """Return whether a line keeps its text: a person's, or the very draft that came again."""
    fresh = line.sentence_version == line.sentence.version
    return line.state in PEOPLE or (fresh and line.machine == translation.text)


_TAKEN = [
    *("text", "machine", "state", "version", "sentence_version", "author_name", "author"),
    *("confidence", "signature", "notes", "terms", "suggestion", "note", "updated"),
]


def _take(line: Line, translation: Translation, terms: list[dict[str, object]], seen: int) -> None:
    """Put a machine's text into a line."""
    old = translation.suggestion
    known = asdict(old) if old else None
    if line.suggestion and line.suggestion["organisation"] == reviewed.OWN:
        known = line.suggestion  # what a person wrote for an older wording stays in sight
    stale = known is not None and known["organisation"] == reviewed.OWN
    line.text = line.machine = translation.text
    line.state = LineState.STALE if stale else LineState.DRAFT
    line.version, line.sentence_version = line.version + 1, seen
    line.author, line.author_name = None, translation.author
    line.confidence, line.signature = translation.confidence, str(translation.signature)
    line.notes, line.terms = list(translation.notes), terms
    line.suggestion = known
    line.note = translation.problem if translation.status is TranslationStatus.HOLE else ""
    line.updated = timezone.now()


def _revision(line: Line, translation: Translation) -> Revision:
    origin = Origin.MEMORY if is_draft(translation.suggestion) else Origin.MACHINE
    return Revision(
        line=line,
        version=line.version,
        text=line.text,
        origin=origin,
        author_name=line.author_name,
        signature=line.signature,
    )


def _people_of_retired(lines: Mapping[str, Line]) -> dict[str, ReviewedText]:
    """Return what people wrote for sentences that are in the lesson no more."""
    return {
        key: ReviewedText(
            segment_id=key,
            source=line.sentence.text,
            text=line.text,
            status=TranslationStatus.EDITED,
            author=line.author_name,
            created=line.updated.isoformat(timespec="seconds"),
            start=line.sentence.start,
            end=line.sentence.end,
        )
        for key, line in lines.items()
        if line.sentence.retired and line.state in PEOPLE and line.text
    }


def _with_old(
    lesson: Lesson,
    sentences: Mapping[str, Sentence],
    translations: Sequence[Translation],
    old: Mapping[str, ReviewedText],
) -> Sequence[Translation]:
    if not old:
        return translations
    from pipeline.review.store.nouns import to_segment

    order = [to_segment(sentences[one.segment_id], lesson.slug) for one in translations]
    return reviewed.put_over(order, translations, old)
