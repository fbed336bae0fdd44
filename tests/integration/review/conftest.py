"""A small course in the review database, and people with every role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from courses import nouns
from courses.nouns import Segment, Signature, Transcript, Translation, TranslationStatus, Word
from courses.nouns import segment_ids as ids_of
from pipeline.transcribing import Heard

PASSPHRASE = "a long passphrase 1"
SOURCES = (
    "Every citizen may ask for information.",
    "The fee is ten rupees.",
    "The public authority replies within 30 days.",
    "An appeal is free of charge.",
)
HINDI = (
    "हर नागरिक सूचना माँग सकता है।",
    "शुल्क दस रुपये है।",
    "लोक प्राधिकरण 30 दिनों के भीतर उत्तर देता है।",
    "अपील निःशुल्क है।",
)


@dataclass(frozen=True)
class World:
    """The rows that most tests want."""

    course: object
    lesson: object
    track: object
    people: dict[str, object]


def heard_of(sources: tuple[str, ...] = SOURCES, lesson_id: str = "one") -> Heard:
    """Return a heard lesson of these sentences, each of 4 s with a pause."""
    lesson = nouns.Lesson(lesson_id, "rti", "Asking", Path("one.mp4"), "en")
    segments = []
    for index, (key, text) in enumerate(zip(ids_of(lesson_id, sources), sources, strict=True)):
        start = 5000 * index
        parts = text.split()
        step = 4000 // len(parts)
        words = tuple(
            Word(part, start + step * n, start + step * (n + 1), 0.9)
            for n, part in enumerate(parts)
        )
        end = words[-1].end
        segments.append(Segment(key, lesson_id, index, start, end, text, words, 0.9))
    words = tuple(word for segment in segments for word in segment.words)
    made_by = Signature("faster-whisper", "whisper-base")
    transcript = Transcript(words, "en", 5000 * len(sources), made_by)
    return Heard(lesson, transcript, tuple(segments))


@pytest.fixture
def make_heard() -> Callable[..., Heard]:
    """Return the function that makes a heard lesson of sentences."""
    return heard_of


def translations(heard: Heard, texts: tuple[str, ...], language: str) -> tuple[Translation, ...]:
    """Return machine drafts of a heard lesson."""
    made_by = Signature("starter", "starter", "1")
    return tuple(
        Translation(segment.id, language, text, TranslationStatus.DRAFT, "machine:starter", made_by)
        for segment, text in zip(heard.segments, texts, strict=True)
    )


@pytest.fixture(scope="session")
def hashed() -> str:
    """Return the hash of PASSPHRASE, made once: argon2 is slow on purpose."""
    from django.contrib.auth.hashers import make_password

    return make_password(PASSPHRASE)


@pytest.fixture
def people(db: None, hashed: str) -> dict[str, object]:
    """Return a person for each role, two reviewers of Hindi, one of Tamil and a stranger."""
    from pipeline.review.models import Grant, Role, User

    def person(name: str, *grants: tuple[Role, str]) -> User:
        user = User.objects.create_user(f"{name}@example.org", name.title())
        user.password = hashed
        user.save()
        for role, language in grants:
            Grant.objects.create(user=user, role=role, language=language)
        return user

    return {
        "contributor": person("contributor", (Role.CONTRIBUTOR, "")),
        "listener": person("listener", (Role.TRANSCRIPT_REVIEWER, "")),
        "asha": person("asha", (Role.TRANSLATION_REVIEWER, "hi")),
        "bharat": person("bharat", (Role.TRANSLATION_REVIEWER, "hi")),
        "tamil": person("tamil", (Role.TRANSLATION_REVIEWER, "ta")),
        "terminologist": person("terminologist", (Role.TERMINOLOGIST, "")),
        "publisher": person("publisher", (Role.PUBLISHER, "")),
        "administrator": person("administrator", (Role.ADMINISTRATOR, "")),
        "stranger": person("stranger"),
    }


@pytest.fixture
def world(people: dict[str, object], make_heard: Callable[..., Heard]) -> World:
    """Return a course of one lesson with its transcript approved and Hindi drafted."""
    from pipeline.review.store import intake, transcript

    heard = make_heard()
    course = intake.keep_course(
        nouns.Course("rti", "Right to Information", (heard.lesson,)), people["contributor"]
    )
    lesson = course.lessons.get()
    intake.keep_transcript(lesson, heard)
    transcript.approve_transcript(people["listener"], lesson.pk)
    lesson.refresh_from_db()
    hits: tuple[tuple[nouns.Hit, ...], ...] = ((), (), (), ())
    track = intake.keep_drafts(lesson, "hi", translations(heard, HINDI, "hi"), hits)
    return World(course, lesson, track, people)


@pytest.fixture
def site(settings: object, tmp_path: Path) -> object:
    """Return a site in a folder of its own."""
    from pipeline.review.site import Site

    config = tmp_path / "karmavani.toml"
    config.write_text(f'[memory]\nfile = "{tmp_path}/memory.sqlite3"\n', encoding="utf-8")
    settings.SITE = Site(data=tmp_path / "site", config=config)
    return settings.SITE


@pytest.fixture
def approve_all(world: World) -> Callable[..., None]:
    """Return a function that approves every line of a track as one person."""
    from pipeline.review.store import deciding

    def approve(user: object, track: object = world.track) -> None:
        for line in list(track.lines.filter(sentence__retired=False)):
            deciding.approve(user, line.pk, line.version)
        track.refresh_from_db()

    return approve
