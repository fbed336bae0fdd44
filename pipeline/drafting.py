"""The second stage: segments become draft translations in one language.

What the work store has is not translated again. The rest goes to workers in chunks that are cut
at fixed places, so that a run that was stopped ends with the same text as one that was not:
a model's output may depend on what stands beside a sentence in its batch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from courses.nouns import (
    Hit,
    Segment,
    Signature,
    TermKind,
    Translation,
    TranslationStatus,
)
from pipeline import engines
from pipeline.engines import TranslatorSpec
from pipeline.executors import say_progress
from pipeline.kit import Kit, Summary, failing_alone
from pipeline.progress import Row
from pipeline.targets import Targets
from pipeline.transcribing import Heard
from translators.base import Draft, Request

STAGE = "translate"
CHUNK = 64  # sentences: a batch that keeps the engine busy, and at most a minute's work to lose


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence to be translated: its segment id, the request, and the full signature."""

    segment_id: str
    request: Request
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
    """Return one Line a segment, with the glossary's hints in request and signature.

    `hits[i]` are the terms found in ``segments[i].text``. A changed term changes the signature
    of just the sentences that hold it, and of none for an engine that hints do not reach.
    """
    engine = engines.translator(spec)
    made_by = engine.signature
    lines = []
    for segment, found in zip(segments, hits, strict=True):
        told = hints(segment.text, found) if engine.understands_hints else ()
        signature = replace(made_by, glossary=_hash_of(told)) if told else made_by
        lines.append(Line(segment.id, Request(segment.text, told), signature))
    return lines


def chunks(lines: Sequence[Line]) -> Iterator[tuple[Line, ...]]:
    """Yield the lines in chunks cut at every CHUNK-th place of the lesson."""
    for start in range(0, len(lines), CHUNK):
        yield tuple(lines[start : start + CHUNK])


def draft_task(task: DraftTask) -> list[Draft]:
    """Return one Draft a line, in order; runs in a worker."""
    say_progress(task.row, 0.0)
    engine = engines.translator(task.spec)
    return engine.translate([line.request for line in task.lines], task.source, task.target)


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
            yield plan.heard, plan.target, plan.translations(kit)
    for outcome in kit.executor.map(draft_task, tasks, kit.reporter.update):
        plan = plans[outcome.item.lesson_id, outcome.item.target]
        with failing_alone(plan.row, kit.reporter, summary):
            if outcome.error:
                raise outcome.error
            keys = [line.made for line in outcome.item.lines]
            kit.store.save_drafts(keys, outcome.value, plan.pair)
            plan.finished += 1
            kit.reporter.update(plan.row, plan.finished / len(plan.tasks))
        if plan.finished == len(plan.tasks):
            summary.translated += 1
            kit.reporter.finish(plan.row, plan.note)
            yield plan.heard, plan.target, plan.translations(kit)


@dataclass(slots=True)
class _Plan:
    """One lesson in one language: its lines, and the chunks of them that are still to be done."""

    heard: Heard
    target: str
    lines: list[Line]
    tasks: list[DraftTask]
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
        return tuple(
            _to_translation(line, found[line.segment_id], self.target, kit.translator.engine)
            for line in self.lines
        )


def _plan(heard: Heard, target: str, kit: Kit) -> _Plan:
    lesson = heard.lesson
    plan = _Plan(heard, target, [], [])
    if target == lesson.language:
        return plan
    find = kit.terms.finder(target, lesson.domain)
    hits = [find(segment.text) for segment in heard.segments]
    plan.lines = lines_of(heard.segments, hits, kit.translator)
    there = kit.store.drafts([line.made for line in plan.lines], plan.pair)
    # Another run of an engine that is not repeatable may fill a hole.
    retry = not engines.translator(kit.translator).repeatable
    done = {key for key, draft in there.items() if draft.text is not None or not retry}
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
    )


def hints(text: str, hits: Sequence[Hit]) -> tuple[tuple[str, str], ...]:
    """Return what an engine is told of the terms in `text`: as said there, and wanted there."""
    pairs = {}
    for hit in hits:
        said = text[hit.start : hit.end]
        if hit.term.kind is TermKind.TRANSLATE:
            pairs[said] = hit.term.target
        elif hit.term.kind is TermKind.KEEP:
            pairs[said] = said
    return tuple(pairs.items())


def _hash_of(told: tuple[tuple[str, str], ...]) -> str:
    return hashlib.sha256(repr(told).encode()).hexdigest()[:12]
