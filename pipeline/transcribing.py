"""The first stage: a lesson's media, or its captions, become a Transcript.

The driver asks the work store first; only what is not there goes to a worker. The key is the
content of the media and captions, the declared language, the hotwords and the Signature.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from courses.errors import CaptionsError, LanguageError, MediaError
from courses.nouns import Lesson, Segment, Severity, Transcript
from pipeline import engines
from pipeline.engines import TranscriberSpec
from pipeline.executors import say_progress
from pipeline.kit import Kit, Summary, failing_alone
from pipeline.progress import Row
from transcription.base import REVISION, Transcriber
from transcription.captions import Captions, signature_of
from transcription.segments import to_segments

STAGE = "transcribe"
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Heard:
    """A lesson with what is said in it, word by word and sentence by sentence."""

    lesson: Lesson
    transcript: Transcript
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class TranscribeTask:
    """One lesson to transcribe; picklable. `hotwords`: glossary source terms, best first."""

    lesson: Lesson
    spec: TranscriberSpec
    hotwords: tuple[str, ...] = ()

    @property
    def row(self) -> Row:
        """Return the line of progress of this task."""
        return Row(self.lesson.id, STAGE)


def engine_of(task: TranscribeTask) -> Transcriber:
    """Return the engine that reads the captions where a lesson has some, else the recogniser."""
    if task.lesson.captions is not None:
        return Captions(task.lesson.captions)
    return engines.transcriber(task.spec)


def content_of(lesson: Lesson) -> tuple[str, str]:
    """Return the sha256 of a lesson's media and of its captions, "" where it has none.

    Raises MediaError and CaptionsError.
    """
    captions = _file_hash(lesson.captions, CaptionsError) if lesson.captions else ""
    return _file_hash(lesson.media, MediaError), captions


def transcript_key(task: TranscribeTask, content: tuple[str, str] | None = None) -> str:
    """Return what the result depends on, as one sha256 in hex.

    `content` is that of `content_of`; without it the media is read.
    """
    lesson = task.lesson
    media, captions = content or content_of(lesson)
    # The file of captions is perhaps on another machine; their hash says all that its bytes would.
    made = signature_of(captions) if lesson.captions else engine_of(task).signature
    parts = [
        *(media, captions),
        lesson.language,
        str(made),
        REVISION,
        "" if lesson.captions else "\n".join(task.hotwords),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def transcribe_task(task: TranscribeTask) -> Transcript:
    """Return what is said in the task's lesson; runs in a worker."""
    return engine_of(task).transcribe(
        task.lesson.media,
        task.lesson.language,
        task.hotwords,
        lambda fraction: say_progress(task.row, fraction),
    )


def transcribe(lessons: Sequence[Lesson], kit: Kit, summary: Summary) -> Iterator[Heard]:
    """Yield what is said in each lesson that can be heard, from the work store where it is done.

    Failures go into `summary`. A lesson spoken in another language than declared fails: its
    text would be rubbish.
    """
    waiting: dict[str, str] = {}
    tasks = []
    for lesson in lessons:
        task = TranscribeTask(lesson, kit.transcriber, kit.terms.hotwords(lesson.domain))
        with failing_alone(task.row, kit.reporter, summary):
            key = transcript_key(task)
            done = kit.store.transcript(key)
            if done is None:
                waiting[lesson.id] = key
                tasks.append(task)
                continue
            kit.reporter.finish(task.row, "done already")
            summary.reused += 1
            yield hear(lesson, done)
    for outcome in kit.executor.map(transcribe_task, tasks, kit.reporter.update):
        task = outcome.item
        with failing_alone(task.row, kit.reporter, summary):
            if outcome.error:
                raise outcome.error
            kit.store.save_transcript(waiting[task.lesson.id], outcome.value)
            summary.transcribed += 1
            heard = hear(task.lesson, outcome.value)
            kit.reporter.finish(
                task.row, f"{len(outcome.value.words)} words, {len(heard.segments)} sentences"
            )
            yield heard


def hear(lesson: Lesson, transcript: Transcript) -> Heard:
    """Return the lesson with its sentences; raises LanguageError when it is in another language."""
    for finding in transcript.findings:
        if finding.severity is Severity.ERROR:
            raise LanguageError(
                finding.message,
                f"Give the right `language` for lesson {lesson.id}, or captions for it.",
            )
    segments = to_segments(transcript.words, lesson.id, transcript.language)
    return Heard(lesson, transcript, tuple(segments))


def _file_hash(path: Path, error: type[MediaError] | type[CaptionsError]) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
    except OSError as problem:
        raise error(f"{path} cannot be read: {problem.strerror}.") from problem
    return digest.hexdigest()
