"""The source: people correct what was heard, and approve it before translations are reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from difflib import SequenceMatcher
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.errors import ConflictError, ReviewError
from courses.nouns import Suggestion, segment_ids
from pipeline import reviewed
from pipeline.review.audit import record
from pipeline.review.models import (
    Lesson,
    Line,
    LineState,
    Sentence,
    SentenceText,
    Track,
    TranscriptState,
    User,
)
from pipeline.review.permissions import Action, require
from pipeline.review.store import jobs, spoken
from pipeline.review.store.editing import clean, clean_note, reopen
from pipeline.review.store.rechecking import count_track

_DECIDED = (TranscriptState.APPROVED, TranscriptState.WAIVED)


@transaction.atomic
def save_sentence(user: User, pk: int, text: str, version: int) -> Sentence:
    """Give a sentence another text; its line in every language becomes stale, no other.

    A line keeps its text; one that a person wrote or approved is also its suggestion, which the
    next draft does not touch. Raises ForbiddenError, ConflictError
    when `version` is not the sentence's, ReviewError for an impossible text.
    """
    require(user, Action.EDIT_TRANSCRIPT)
    # The lesson first, then its sentences, tracks and lines: as drafts that come in do.
    Lesson.objects.select_for_update(of=("self",), no_key=True).get(sentences=pk)
    row = (
        Sentence.objects.select_for_update(of=("self",), no_key=True)
        .select_related("lesson")
        .get(pk=pk)
    )
    cleaned = clean(text)
    if row.version != version:
        raise ConflictError(
            _("Somebody changed this sentence since you opened it."), _("Reload it.")
        )
    if not cleaned:
        raise ReviewError(_("A sentence cannot be empty."), _("Delete the sentence instead."))
    if cleaned == row.text:
        return row
    before = row.text
    row.words = retimed(row.words, cleaned, (row.start, row.end))
    row.text, row.version, row.edited_by = cleaned, row.version + 1, user
    row.key = _free_key(row)
    row.save(update_fields=["text", "key", "words", "version", "edited_by"])
    SentenceText.objects.create(sentence=row, version=row.version, text=cleaned, author=user)
    record(user, "edit transcript", row, version=row.version)
    _make_stale(row, before)
    if row.lesson.transcript in _DECIDED:
        _draft_stale(row.lesson, user)
    return row


def _free_key(row: Sentence) -> str:
    """Return the id of a sentence with its new text, as `nouns.segment_ids` makes them.

    Drafts are known by it, so a new text is a new id. The first occurrence that is free is taken.
    """
    others = row.lesson.sentences.exclude(pk=row.pk)
    taken = set(others.values_list("key", flat=True))
    made = segment_ids(row.lesson.slug, [row.text] * (len(taken) + 1))
    return next(key for key in made if key not in taken)


Word = list[Any]
"""Text, start and end in ms, confidence: what `Sentence.words` holds."""


def retimed(words: Sequence[Word], text: str, span: tuple[int, int]) -> list[Word]:
    """Return the words of `text` with the times of the words that were heard.

    Words that stayed keep their times; the others share the time between them evenly and have no
    confidence: a person wrote them. `span`: start and end of the sentence in ms.
    """
    said, parts = [word[0] for word in words], text.split()
    found: list[Word] = []
    for tag, a, b, c, d in SequenceMatcher(None, said, parts, autojunk=False).get_opcodes():
        if tag == "equal":
            found.extend(list(word) for word in words[a:b])
            continue
        start = found[-1][2] if found else span[0]
        end = words[b][1] if b < len(words) else span[1]
        step = max(0, end - start) / max(1, d - c)
        times = [round(start + step * number) for number in range(d - c + 1)]
        found.extend(
            [part, first, last, None]
            for part, first, last in zip(parts[c:d], times, times[1:], strict=False)
        )
    return found


def _make_stale(row: Sentence, before: str) -> None:
    # As every save does: the track first, so that two never wait for each other.
    tracks = Track.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    list(tracks.filter(lines__sentence=row))
    lines = Line.objects.select_for_update(of=("self",), no_key=True).select_related("track")
    for line in lines.filter(sentence=row):
        if line.track.language == row.lesson.language:
            spoken.say(line, row)
            reopen(line.track)
            count_track(line.track)
            continue
        if line.text and (line.author_id or line.state == LineState.APPROVED):
            line.suggestion = _own(line, before)
        line.state = LineState.STALE
        line.version += 1
        line.approver, line.approved_at, line.verdict = None, None, ""
        line.approved_in_bulk = False
        line.updated = timezone.now()
        line.save()
        reopen(line.track)
        count_track(line.track)


def _own(line: Line, before: str) -> dict[str, object]:
    """Return the line's text as the suggestion that an older wording of its sentence left."""
    return asdict(
        Suggestion(
            source=before,
            target=line.text,
            percent=99,
            organisation=reviewed.OWN,
            approved_by=line.author_name,
            approved=line.updated.isoformat(timespec="seconds"),
        )
    )


@transaction.atomic
def approve_transcript(user: User, pk: int) -> Lesson:
    """Approve the transcript of a lesson: its translations can be approved from now on."""
    require(user, Action.APPROVE_TRANSCRIPT)
    lesson = Lesson.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    if lesson.transcript == TranscriptState.WAITING:
        raise ReviewError(
            _("There is no transcript yet."), _("Wait until the lesson is transcribed.")
        )
    return _decide(user, lesson, TranscriptState.APPROVED, "")


@transaction.atomic
def waive_transcript(user: User, pk: int, reason: str) -> Lesson:
    """Let translations be approved without a review of the transcript, for a reason that stays."""
    require(user, Action.APPROVE_TRANSCRIPT)
    if not (said := clean_note(reason)):
        raise ReviewError(_("The review of a transcript is waived with a reason."), _("Say why."))
    lesson = Lesson.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    if lesson.transcript == TranscriptState.WAITING:
        raise ReviewError(
            _("There is no transcript yet."), _("Wait until the lesson is transcribed.")
        )
    return _decide(user, lesson, TranscriptState.WAIVED, said)


def changed_since(lesson: Lesson) -> int:
    """Return how many sentences were edited after the transcript was approved."""
    if lesson.transcript != TranscriptState.APPROVED or lesson.transcript_at is None:
        return 0
    live = lesson.sentences.filter(retired=False)
    return live.filter(texts__created__gt=lesson.transcript_at).distinct().count()


def _decide(user: User, lesson: Lesson, state: TranscriptState, reason: str) -> Lesson:
    lesson.transcript, lesson.transcript_reason = state, reason
    lesson.transcript_by, lesson.transcript_at = user, timezone.now()
    lesson.save(update_fields=["transcript", "transcript_reason", "transcript_by", "transcript_at"])
    record(user, f"transcript {state}", lesson, reason=reason)
    spoken.follow(lesson, user if state == TranscriptState.APPROVED else None)
    _draft_stale(lesson, user)
    return lesson


def _draft_stale(lesson: Lesson, user: User) -> None:
    """Queue new drafts where sentences changed since the last ones."""
    stale = lesson.tracks.filter(lines__sentence_version__lt=F("lines__sentence__version"))
    others = stale.exclude(language=lesson.language)
    if codes := sorted(set(others.values_list("language", flat=True))):
        jobs.add_draft(lesson, codes, user)
