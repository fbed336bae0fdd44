"""The track in the language that is spoken: its lines say what the transcript says.

Whoever approves the transcript approves them, but for those that they corrected themselves: these
somebody else approves, with the transcript or as a reviewer of that language. Where the review of
the transcript was waived they are drafts, and a reviewer approves them like all others.
"""

from __future__ import annotations

from django.utils import timezone

from pipeline.review.models import (
    Lesson,
    Line,
    LineState,
    Origin,
    Revision,
    Sentence,
    Track,
    TrackState,
    User,
    Verdict,
)
from pipeline.review.store.rechecking import recheck_track


def follow(lesson: Lesson, approver: User | None) -> Track:
    """Bring the spoken language's track up to the transcript; call it in its transaction.

    `approver`: who approved the transcript, None where that was waived.
    """
    made, _ = Track.objects.get_or_create(lesson=lesson, language=lesson.language)
    track = Track.objects.select_for_update(of=("self",), no_key=True).get(pk=made.pk)
    there = {line.sentence_id: line for line in track.lines.select_related("sentence")}
    for sentence in lesson.sentences.filter(retired=False).select_related("edited_by"):
        line = there.get(sentence.pk) or Line(track=track, sentence=sentence, version=0)
        if line.text != sentence.text:
            say(line, sentence)
        if approver and line.state != LineState.APPROVED and line.author_id != approver.pk:
            _approve(line, approver)
    recheck_track(track)
    done = approver is not None and track.approved == track.total
    track.state = TrackState.REVIEWED if done else TrackState.IN_REVIEW
    track.save(update_fields=["state"])
    return track


def say(line: Line, sentence: Sentence) -> None:
    """Give a line of the spoken language its sentence's text; nobody has approved it yet."""
    by = sentence.edited_by
    line.text, line.author = sentence.text, by
    line.author_name = by.name if by else "machine:transcript"
    line.machine = line.machine or sentence.text
    line.state = LineState.EDITED if by else LineState.DRAFT
    line.version, line.sentence_version = line.version + 1, sentence.version
    line.approver, line.approved_at, line.verdict = None, None, ""
    line.layout = []
    line.updated = timezone.now()
    line.save()
    Revision.objects.create(
        line=line,
        version=line.version,
        text=line.text,
        origin=Origin.EDIT if by else Origin.MACHINE,
        author=by,
        author_name=line.author_name,
    )


def _approve(line: Line, approver: User) -> None:
    same = line.text == line.machine
    line.state, line.approver, line.approved_at = LineState.APPROVED, approver, timezone.now()
    line.verdict = Verdict.ACCEPTED if same else Verdict.MINOR
    line.version += 1
    line.updated = timezone.now()
    line.save()
