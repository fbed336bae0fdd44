"""The track in the spoken language says what the transcript says, approved by who approved that."""

from __future__ import annotations

from collections.abc import Callable

from courses import nouns
from pipeline.review.models import Grant, Job, LineState, Role, TrackState, User
from pipeline.review.store import intake, transcript
from pipeline.transcribing import Heard

from .conftest import SOURCES, World


def test_approving_the_transcript_approves_the_spoken_words(world: World) -> None:
    track = world.lesson.tracks.get(language="en")
    assert (track.state, track.approved, track.errors) == (TrackState.REVIEWED, 4, 0)
    lines = track.lines.order_by("sentence__position")
    assert tuple(line.text for line in lines) == SOURCES
    assert {line.approver for line in lines} == {world.people["listener"]}


def test_a_later_correction_is_approved_with_the_transcript_again(world: World) -> None:
    row = world.lesson.sentences.order_by("position")[1]
    transcript.save_sentence(world.people["listener"], row.pk, "The fee is 20 rupees.", row.version)
    track = world.lesson.tracks.get(language="en")
    line = track.lines.get(sentence=row)
    assert (line.text, line.state) == ("The fee is 20 rupees.", LineState.EDITED)
    assert track.state == TrackState.IN_REVIEW
    transcript.approve_transcript(world.people["listener"], world.lesson.pk)
    track.refresh_from_db()
    assert (track.state, track.approved) == (TrackState.IN_REVIEW, 3)  # nobody approves their own
    other = world.people["bharat"]
    Grant.objects.create(user=other, role=Role.TRANSCRIPT_REVIEWER)
    transcript.approve_transcript(User.objects.get(pk=other.pk), world.lesson.pk)
    track.refresh_from_db()
    assert (track.state, track.approved) == (TrackState.REVIEWED, 4)


def test_a_correction_after_approval_queues_new_drafts_of_that_language_alone(world: World) -> None:
    row = world.lesson.sentences.order_by("position")[1]
    transcript.save_sentence(world.people["listener"], row.pk, "The fee is 20 rupees.", row.version)
    assert Job.objects.get().payload == {"languages": ["hi"]}


def test_a_waived_transcript_leaves_the_spoken_words_to_be_approved(
    world: World, make_heard: Callable[..., Heard]
) -> None:
    heard = make_heard(lesson_id="two")
    intake.keep_course(nouns.Course("rti", "Right to Information", (heard.lesson,)))
    lesson = world.course.lessons.get(slug="two")
    intake.keep_transcript(lesson, heard)
    transcript.waive_transcript(world.people["listener"], lesson.pk, "The script was read.")
    track = lesson.tracks.get(language="en")
    assert (track.state, track.approved, track.total) == (TrackState.IN_REVIEW, 0, 4)


def test_the_words_that_were_heard_keep_their_times_through_a_correction(world: World) -> None:
    row = world.lesson.sentences.order_by("position")[1]
    before = {word[0]: word[1:3] for word in row.words}
    saved = transcript.save_sentence(
        world.people["listener"], row.pk, "The usual fee is 20 rupees.", row.version
    )
    words = [word[0] for word in saved.words]
    assert words == ["The", "usual", "fee", "is", "20", "rupees."]
    after = {word[0]: word[1:3] for word in saved.words}
    assert all(after[word] == before[word] for word in ("The", "fee", "is", "rupees."))
    starts = [word[1] for word in saved.words]
    assert starts == sorted(starts)
