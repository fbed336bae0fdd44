"""Puts together what a worker is asked: everything that one stage of one lesson needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from courses.nouns import Lesson, Suggestion
from pipeline import package_folder, reviewed
from pipeline.backlog.lessons import Known, Lessons
from pipeline.backlog.messages import PackageCall, Said, Tools, TranslateCall
from pipeline.backlog.nouns import Work
from pipeline.engines import TranscriberSpec, TranslatorSpec
from pipeline.lines import pair_of
from pipeline.memory_drafts import recall
from pipeline.prepare import shared_out
from pipeline.transcribing import TranscribeTask, hear, transcript_key
from pipeline.work import WorkStore, to_transcript
from translators.memory import Memory


@dataclass(frozen=True, slots=True)
class Asking:
    """What calls are made from: the work store, the packages' folder `out`, engines and memory.

    transcriber: returns the speech engine for a lesson that is spoken in a language (its code), or
    for one that need not be heard (""); its model is fetched when a lesson first needs it.
    translator: as one worker alone would run it. workers: how many share its calls a minute.
    """

    store: WorkStore
    lessons: Lessons
    out: Path
    transcriber: Callable[[str], TranscriberSpec]
    translator: TranslatorSpec
    tools: Tools
    memory: Memory | None
    workers: Callable[[], int] = lambda: 1

    def speech(self, lesson: Lesson) -> TranscriberSpec:
        """Return the speech engine for a lesson, its model fetched if that must be heard."""
        return self.transcriber("" if lesson.captions else lesson.language)

    def text(self) -> TranslatorSpec:
        """Return the translation engine as each of the workers that there are now runs it."""
        return shared_out(self.translator, self.workers())

    def transcript_key(self, known: Known) -> str:
        """Return what the transcript of a lesson would be known by."""
        lesson = known.place.lesson
        hotwords = self.tools.terms.hotwords(lesson.domain)
        task = TranscribeTask(lesson, self.speech(lesson), hotwords)
        return transcript_key(task, known.place.content)

    def translate(self, work: Work, known: Known, found: Said) -> TranslateCall:
        """Return all that translating one lesson into one language needs."""
        lesson = known.place.lesson
        return TranslateCall(
            label=work,
            lesson=lesson,
            transcript=found.text,
            target=work.language,
            spec=self.text(),
            there=self.store.drafts_of(found.sentences, pair_of(lesson, work.language)),
            recalled=self._recalled(known, found, work.language),
        )

    def package(self, work: Work, known: Known, found: Said) -> PackageCall:
        """Return all that building one package needs."""
        lesson, folder = known.place.lesson, self.folder(work)
        return PackageCall(
            course=known.course,
            lesson=lesson,
            transcript=found.text,
            target=work.language,
            spec=self.text(),
            drafts=self.store.drafts_of(found.sentences, pair_of(lesson, work.language)),
            recalled=self._recalled(known, found, work.language),
            reviewed=reviewed.read(reviewed.place_of(folder)),
            before=package_folder.inputs_at(folder),
        )

    def folder(self, work: Work) -> Path:
        """Return where the package of a lesson in a language is."""
        return self.out / work.course / work.lesson / work.language

    def _recalled(self, known: Known, found: Said, target: str) -> Sequence[Suggestion | None]:
        """Return what the translation memory has, a sentence each; nothing without a memory.

        Drafts and their package see the same memory, so it is asked once for both.
        """
        if self.memory is None:
            return ()
        if target not in known.recalled:
            lesson = known.place.lesson
            heard = hear(lesson, to_transcript(found.text))
            made = recall(heard.segments, lesson.language, target, self.memory)
            known.recalled[target] = made if any(made) else ()
        return known.recalled[target]
