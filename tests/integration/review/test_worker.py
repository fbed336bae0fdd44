"""The background worker transcribes and drafts what was handed in, and a failure ends one job."""

from __future__ import annotations

import wave
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from courses import nouns
from courses.errors import ReviewError
from pipeline.review import worker
from pipeline.review.models import Job, JobState, Lesson, LineState, TranscriptState, User
from pipeline.review.site import Site
from pipeline.review.store import handing_in, intake, jobs, transcript
from pipeline.review.worker import work_once

CAPTIONS = """1
00:00:00,500 --> 00:00:02,500
Every citizen may ask for information.

2
00:00:03,000 --> 00:00:05,000
The fee is ten rupees.
"""


@pytest.fixture
def lesson(people: dict[str, object], site: Site, settings: object, tmp_path: Path) -> Lesson:
    """Return a lesson with a silent sound file and captions; the engine is the fake."""
    config = tmp_path / "karmavani.toml"
    config.write_text('jobs = 1\n[translator]\nengine = "echo"\n')
    settings.SITE = Site(data=site.data, config=config)
    media, captions = tmp_path / "one.wav", tmp_path / "one.srt"
    with wave.open(str(media), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(2 * 8000 * 6))
    captions.write_text(CAPTIONS)
    one = nouns.Lesson("one", "rti", "Asking", media, "en", captions)
    course = intake.keep_course(nouns.Course("rti", "RTI", (one,)), people["contributor"])
    return course.lessons.get()


@pytest.mark.django_db(transaction=True)
def test_a_lesson_is_transcribed_and_drafted(lesson: Lesson) -> None:
    jobs.add_transcribe(lesson, ["hi", "ta"], None)
    while work_once():
        pass
    done = list(Job.objects.order_by("pk").values_list("kind", "state", "message"))
    assert done == [
        ("transcribe", JobState.DONE, "2 sentences"),
        ("draft", JobState.DONE, "2 languages"),
    ]
    lesson.refresh_from_db()
    assert lesson.transcript == TranscriptState.IN_REVIEW
    assert sorted(lesson.tracks.values_list("language", "total")) == [("hi", 2), ("ta", 2)]
    texts = lesson.tracks.get(language="hi").lines.values_list("text", flat=True)
    assert list(texts)[1] == "[hi] The fee is ten rupees."


@pytest.mark.django_db(transaction=True)
def test_a_corrected_sentence_alone_is_drafted_anew(
    lesson: Lesson, people: dict[str, object]
) -> None:
    jobs.add_transcribe(lesson, ["hi"], None)
    while work_once():
        pass
    row = lesson.sentences.order_by("position")[1]
    transcript.save_sentence(people["listener"], row.pk, "The fee is 20 rupees.", row.version)
    jobs.add_draft(lesson, ["hi"], None)
    while work_once():
        pass
    lines = lesson.tracks.get().lines.order_by("sentence__position")
    assert [line.text for line in lines] == [
        "[hi] Every citizen may ask for information.",
        "[hi] The fee is 20 rupees.",
    ]
    assert [line.state for line in lines] == [LineState.DRAFT, LineState.DRAFT]
    assert [line.version for line in lines] == [1, 3]


@pytest.mark.django_db(transaction=True)
def test_a_sentence_that_is_corrected_while_it_is_drafted_is_drafted_again(
    lesson: Lesson, people: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    find = worker.find_terms

    def corrected_meanwhile(*args: object) -> object:
        row = lesson.sentences.order_by("position")[1]
        if row.version == 1:
            text = "The fee is 20 rupees."
            transcript.save_sentence(people["listener"], row.pk, text, row.version)
        return find(*args)

    monkeypatch.setattr(worker, "find_terms", corrected_meanwhile)
    jobs.add_transcribe(lesson, ["hi"], None)
    while work_once():
        pass
    assert set(Job.objects.values_list("state", flat=True)) == {JobState.DONE}
    texts = lesson.tracks.get().lines.order_by("sentence__position").values_list("text", flat=True)
    assert list(texts) == [
        "[hi] Every citizen may ask for information.",
        "[hi] The fee is 20 rupees.",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_job_that_fails_says_why_and_the_next_one_is_done(lesson: Lesson) -> None:
    jobs.add_transcribe(lesson, ["hi"], None)
    Path(lesson.captions).unlink()
    work_once()
    failed = Job.objects.get()
    assert failed.state == JobState.FAILED
    assert "one.srt" in failed.message
    assert work_once() is False


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_fell_silent_is_taken_up_again(lesson: Lesson) -> None:
    jobs.add_transcribe(lesson, ["hi"], None)
    first = jobs.claim()
    assert first is not None
    assert jobs.claim() is None
    Job.objects.update(beat=timezone.now() - 2 * jobs.SILENT)
    again = jobs.claim()
    assert again is not None
    assert (again.pk, again.attempts) == (first.pk, 2)


@pytest.mark.django_db(transaction=True)
def test_a_job_that_ends_its_worker_again_and_again_is_failed(lesson: Lesson) -> None:
    jobs.add_transcribe(lesson, ["hi"], None)
    Job.objects.update(state=JobState.RUNNING, attempts=jobs.MOST_ATTEMPTS)
    Job.objects.update(beat=timezone.now() - timedelta(hours=1))
    assert jobs.claim() is None
    assert Job.objects.get().state == JobState.FAILED


@pytest.mark.django_db(transaction=True)
def test_asking_twice_for_the_same_work_queues_it_once(lesson: Lesson) -> None:
    jobs.add_draft(lesson, ["hi"], None)
    jobs.add_draft(lesson, ["ta"], None)
    assert Job.objects.get().payload == {"languages": ["hi", "ta"]}


@pytest.mark.django_db(transaction=True)
def test_a_course_of_this_machine_is_handed_in_again_without_doing_it_twice(
    lesson: Lesson, people: dict[str, User]
) -> None:
    from pipeline.review.store.nouns import to_course

    course = to_course(lesson.course)
    for _ in range(2):
        handing_in.add_from_disk(course, {"one": ["hi"]}, "contributor@example.org")
        while work_once():
            pass
    versions = lesson.tracks.get(language="hi").lines.values_list("version", flat=True)
    assert set(versions) == {1}
    with pytest.raises(ReviewError, match=r"nobody@example\.org"):
        handing_in.add_from_disk(course, {"one": ["hi"]}, "nobody@example.org")
