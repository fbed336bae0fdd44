"""The second stage: segments become draft translations in one language.

What the work store has is not translated again. The rest goes to workers in chunks that are cut
at fixed places, so that a run that was stopped ends with the same text as one that was not:
a model's output may depend on what stands beside a sentence in its batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from courses.nouns import Suggestion, Translation
from pipeline import engines
from pipeline.engines import TranslatorSpec
from pipeline.executors import say_progress
from pipeline.kit import Kit, Summary, failing_alone
from pipeline.lines import Line, lines_of, own_words, pair_of, to_do, translations_of
from pipeline.memory_drafts import is_draft, recall
from pipeline.progress import Row
from pipeline.protecting import translate_keeping_terms
from pipeline.targets import Targets
from pipeline.terminology import find_terms
from pipeline.transcribing import Heard
from translators.base import Draft
from translators.wrappers import Usage, take_usage

STAGE = "translate"


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
        return pair_of(self.heard.lesson, self.target)

    @property
    def note(self) -> str:
        fresh = sum(len(task.lines) for task in self.tasks)
        return f"{fresh} of {len(self.lines)} sentences"

    def translations(self, kit: Kit) -> tuple[Translation, ...]:
        if self.target == self.heard.lesson.language:
            return own_words(self.heard.segments, self.target)
        found = kit.store.drafts([line.made for line in self.lines], self.pair)
        engine = kit.translator.engine
        return translations_of(self.lines, found, self.recalled, self.target, engine)

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
    repeatable = engines.translator(kit.translator).repeatable
    plan.tasks = [
        DraftTask(lesson.id, lesson.language, target, chunk, kit.translator)
        for chunk in to_do(plan.lines, there, plan.recalled, repeatable)
    ]
    return plan
