"""Makes a course of 2,000 sentences and reviewers who are signed in, for measure_review.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from courses import nouns
from courses.nouns import Segment, Signature, Transcript, Translation, TranslationStatus, Word
from courses.nouns import segment_ids as ids_of
from pipeline.transcribing import Heard

SENTENCES = 2000
SAID = (
    ("Every citizen may ask for information.", "हर नागरिक सूचना माँग सकता है।"),
    ("The public authority replies within {n} days.", "लोक प्राधिकरण {n} दिनों के भीतर उत्तर देता है।"),
    ("The fee is {n} rupees.", "शुल्क {n} रुपये है।"),
    ("An appeal is free of charge.", "अपील निःशुल्क है।"),
)


def make_heard(name: str, count: int) -> tuple[Heard, list[str]]:
    """Return a lesson of `count` sentences of 4 s with its drafts in Hindi, in order."""
    pairs = [tuple(text.format(n=10 + n % 90) for text in SAID[n % 4]) for n in range(count)]
    lesson = nouns.Lesson(name, "rti", "Right to Information", Path("one.mp4"), "en")
    keys = ids_of(name, [source for source, _ in pairs])
    segments = []
    for index, (key, (source, _)) in enumerate(zip(keys, pairs, strict=True)):
        start, parts = 5000 * index, source.split()
        step = 4000 // len(parts)
        words = tuple(
            Word(part, start + step * n, start + step * (n + 1), 0.9)
            for n, part in enumerate(parts)
        )
        segments.append(Segment(key, name, index, start, start + 4000, source, words, 0.9))
    said = tuple(word for segment in segments for word in segment.words)
    made_by = Signature("faster-whisper", "whisper-base")
    transcript = Transcript(said, "en", 5000 * count, made_by)
    return Heard(lesson, transcript, tuple(segments)), [target for _, target in pairs]


@dataclass(frozen=True)
class World:
    """What the reviewers need: track -> its lines, each line's version, and one session each."""

    tracks: dict[int, list[int]]
    versions: dict[int, int]
    sessions: list[str]


def fill(reviewers: int, lessons: int) -> World:
    """Put the course and the people into the database of the site that is configured."""
    from pipeline.review.models import Grant, Role, User
    from pipeline.review.store import intake, transcript

    made = [make_heard(f"lesson-{n}", SENTENCES // lessons) for n in range(lessons)]
    listener = User.objects.create_user("listener@example.org", "Listener")
    Grant.objects.create(user=listener, role=Role.TRANSCRIPT_REVIEWER)
    course = intake.keep_course(
        nouns.Course("rti", "Right to Information", tuple(heard.lesson for heard, _ in made))
    )
    tracks = {}
    for lesson, (heard, drafts) in zip(course.lessons.order_by("position"), made, strict=True):
        intake.keep_transcript(lesson, heard)
        lesson.refresh_from_db()
        track = intake.keep_drafts(lesson, "hi", _drafts(heard, drafts), ((),) * len(drafts))
        transcript.approve_transcript(listener, lesson.pk)
        tracks[track.pk] = list(track.lines.values_list("pk", flat=True))
    versions = {line: 1 for lines in tracks.values() for line in lines}
    return World(tracks, versions, [_session(n) for n in range(reviewers)])


def _drafts(heard: Heard, texts: Sequence[str]) -> list[Translation]:
    made_by = Signature("starter", "starter", "1")
    return [
        Translation(one.id, "hi", text, TranslationStatus.DRAFT, "machine:starter", made_by)
        for one, text in zip(heard.segments, texts, strict=True)
    ]


def _session(number: int) -> str:
    """Make a reviewer who is signed in, and return the cookie; nobody's passphrase is hashed."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from pipeline.review.models import Grant, Role, User

    user = User.objects.create_user(f"reviewer{number}@example.org", f"Reviewer {number}")
    Grant.objects.create(user=user, role=Role.TRANSLATION_REVIEWER, language="hi")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)
