"""The second stage: segments become draft translations in one language.

What the work store has is not translated again. The rest goes to workers in chunks that are cut
at fixed places, so that a run that was stopped ends with the same text as one that was not:
a model's output may depend on what stands beside a sentence in its batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from courses.nouns import (
    Hit,
    Segment,
    Signature,
    Suggestion,
    Translation,
    TranslationStatus,
)
from pipeline import engines
from pipeline.engines import TranslatorSpec
from pipeline.executors import say_progress
from pipeline.kit import Kit, Summary, failing_alone
from pipeline.memory_drafts import is_draft, recall, to_translation
from pipeline.progress import Row
from pipeline.protecting import terms_mark, translate_keeping_terms
from pipeline.targets import Targets
from pipeline.terminology import find_terms
from pipeline.transcribing import Heard
from pipeline.weighing import Asked
from translators.base import Draft
from translators.wrappers import Usage, take_usage

STAGE = "translate"
CHUNK = 64  # sentences: a batch that keeps the engine busy, and at most a minute's work to lose


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence to be translated: its segment id, text and terms, and the full signature."""

    segment_id: str
    asked: Asked
    signature: Signature

    @property
    def made(self) -> tuple[str, str]:
        """Return what the work store knows the draft by."""
        return (self.segment_id, str(self.signature))


@dataclass(frozen=True, slots=True)
class DraftTask:
    """Up to CHUNK sentences of one lesson for one language; picklable."""

    lesson_id: str
    source: str
    target: str
    lines: tuple[Line, ...]
    spec: TranslatorSpec

    @property
    def row(self) -> Row:
        """Return the line of progress of this task's language."""
        return Row(self.lesson_id, STAGE, self.target)


def lines_of(
    segments: Sequence[Segment], hits: Sequence[Sequence[Hit]], spec: TranslatorSpec
) -> list[Line]:
    """Return one Line a segment, with its terms in what is asked and in the signature.

    `hits[i]` are the terms found in ``segments[i].text``. A changed term changes the signature
    of just the sentences that hold it.
    """
    made_by = engines.translator(spec).signature
    lines = []
    for segment, found in zip(segments, hits, strict=True):
        asked = Asked(segment.text, tuple(found))
        signature = replace(made_by, glossary=terms_mark(asked)) if found else made_by
        lines.append(Line(segment.id, asked, signature))
    return lines


def chunks(lines: Sequence[Line]) -> Iterator[tuple[Line, ...]]:
    """Yield the lines in chunks cut at every CHUNK-th place of the lesson."""
    for start in range(0, len(lines), CHUNK):
        yield tuple(lines[start : start + CHUNK])


def draft_task(task: DraftTask) -> tuple[list[Draft], Usage]:
    """Return one Draft a line, in order, and what that took; runs in a worker."""
    say_progress(task.row, 0.0)
    engine = engines.translator(task.spec)
    batch = [line.asked for line in task.lines]
    drafts = translate_keeping_terms(engine, batch, task.source, task.target)
    return drafts, take_usage(engine)


def draft(
    heard: Sequence[Heard], targets: Targets, kit: Kit, summary: Summary
) -> Iterator[tuple[Heard, str, tuple[Translation, ...]]]:
    """Yield each lesson in each target language as soon as its last sentence is translated.

    What the work store has is not translated again. Failures go into `summary`.
    """
    made = [_plan(one, target, kit) for one in heard for target in targets.by_lesson[one.lesson.id]]
    plans = {(plan.heard.lesson.id, plan.target): plan for plan in made}
    tasks = [task for plan in plans.values() for task in plan.tasks]
    for plan in plans.values():
        if not plan.tasks:
            if plan.lines:
                kit.reporter.finish(plan.row, "done already")
                summary.reused += 1
            plan.add_to(summary)
            yield plan.heard, plan.target, plan.translations(kit)
    for outcome in kit.executor.map(draft_task, tasks, kit.reporter.update):
        plan = plans[outcome.item.lesson_id, outcome.item.target]
        with failing_alone(plan.row, kit.reporter, summary):
            if outcome.error:
                raise outcome.error
            keys = [line.made for line in outcome.item.lines]
            drafts, used = outcome.value
            kit.store.save_drafts(keys, drafts, plan.pair)
            summary.usage += used
            fresh = sum(draft.text is not None for draft in drafts) - used.cached
            summary.sentences += max(0, fresh)
            plan.finished += 1
            kit.reporter.update(plan.row, plan.finished / len(plan.tasks))
        if plan.finished == len(plan.tasks):
            summary.translated += 1
            plan.add_to(summary)
            kit.reporter.finish(plan.row, plan.note)
            yield plan.heard, plan.target, plan.translations(kit)


@dataclass(slots=True)
class _Plan:
    """One lesson in one language: its lines, and the chunks of them that are still to be done.

    `recalled[i]` is what the translation memory has for ``lines[i]``.
    """

    heard: Heard
    target: str
    lines: list[Line]
    tasks: list[DraftTask]
    recalled: list[Suggestion | None]
    finished: int = 0

    @property
    def row(self) -> Row:
        return Row(self.heard.lesson.id, STAGE, self.target)

    @property
    def pair(self) -> str:
        """Source and target: text that is read as another language is another draft."""
        return f"{self.heard.lesson.language}>{self.target}"

    @property
    def note(self) -> str:
        fresh = sum(len(task.lines) for task in self.tasks)
        return f"{fresh} of {len(self.lines)} sentences"

    def translations(self, kit: Kit) -> tuple[Translation, ...]:
        if self.target == self.heard.lesson.language:
            return tuple(_own_words(segment, self.target) for segment in self.heard.segments)
        found = kit.store.drafts([line.made for line in self.lines], self.pair)
        engine = kit.translator.engine
        return tuple(
            to_translation(line.segment_id, self.target, known)
            if is_draft(known)
            else replace(
                _to_translation(line, found[line.segment_id], self.target, engine),
                suggestion=known,
            )
            for line, known in zip(self.lines, self.recalled, strict=True)
        )

    def add_to(self, summary: Summary) -> None:
        exact = sum(map(is_draft, self.recalled))
        summary.remembered += exact
        summary.suggested += sum(known is not None for known in self.recalled) - exact


def _plan(heard: Heard, target: str, kit: Kit) -> _Plan:
    lesson = heard.lesson
    plan = _Plan(heard, target, [], [], [])
    if target == lesson.language:
        return plan
    hits = find_terms(heard, target, kit.terms)
    plan.lines = lines_of(heard.segments, hits, kit.translator)
    plan.recalled = recall(heard.segments, lesson.language, target, kit.memory)
    there = kit.store.drafts([line.made for line in plan.lines], plan.pair)
    # Another run of an engine that is not repeatable may fill a hole.
    retry = not engines.translator(kit.translator).repeatable
    done = {key for key, draft in there.items() if draft.text is not None or not retry}
    pairs = zip(plan.lines, plan.recalled, strict=True)
    done |= {line.segment_id for line, known in pairs if is_draft(known)}
    for chunk in chunks(plan.lines):
        missing = tuple(line for line in chunk if line.segment_id not in done)
        if missing:
            plan.tasks.append(
                DraftTask(lesson.id, lesson.language, target, missing, kit.translator)
            )
    return plan


def _own_words(segment: Segment, language: str) -> Translation:
    """Return the sentence itself: subtitles in the language that is spoken."""
    signature = Signature(engine="source")
    return Translation(
        segment.id, language, segment.text, TranslationStatus.DRAFT, "machine:source", signature
    )


def _to_translation(line: Line, draft: Draft, target: str, engine: str) -> Translation:
    return Translation(
        segment_id=line.segment_id,
        language=target,
        text=draft.text or "",
        status=TranslationStatus.DRAFT if draft.text else TranslationStatus.HOLE,
        author=f"machine:{engine}",
        signature=line.signature,
        confidence=draft.confidence,
        problem=draft.problem or "",
        notes=draft.notes,
    )
