"""Measures the bare stages on one course: each call as a run would make it, nothing is kept of it.

For estimates before anything ran. Real engines, as many workers at once as a run would have: on a
machine whose cores share their caches one worker alone is faster than it will be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from courses.errors import EngineError
from pipeline.backlog import calls, messages
from pipeline.backlog.nouns import Stage
from pipeline.backlog.rates import Learning
from pipeline.engines import TranscriberSpec, TranslatorSpec
from pipeline.executors import Executor, Outcome
from pipeline.transcribing import content_of

if TYPE_CHECKING:
    from courses.nouns import Course, Lesson

Say = Callable[[str], None]
CALLS = {Stage.TRANSCRIBE: 2}  # of a stage for each worker, at least: the first one loads
_USUAL = 4  # of the others, which take no time to speak of


@dataclass(frozen=True, slots=True)
class Bench:
    """What is measured: a course in these languages, with these engines, by these workers."""

    course: Course
    languages: Sequence[str]
    transcriber: TranscriberSpec
    translator: TranslatorSpec
    executor: Executor
    learning: Learning
    say: Say


def measure(bench: Bench) -> None:
    """Run every stage over the course, and let `learning` hear what each call took.

    Raises the error of the first call that fails: a speed of half the work is none.
    """
    lessons = {one.id: one for one in bench.course.lessons}
    places = [_place(one) for one in lessons.values()]
    contents = {}
    for outcome in _run(bench, Stage.READ, calls.read, places):
        found = outcome.value
        contents[outcome.item.lesson.id] = (found.sha256, found.captions_sha256)
        _note(bench, Stage.READ, outcome, _Made(found.duration))
    known = (replace(place, content=contents[place.lesson.id]) for place in places)
    tasks = [(place, bench.transcriber) for place in known]
    said: dict[str, messages.Said] = {}
    for outcome in _run(bench, Stage.TRANSCRIBE, calls.transcribe, tasks):
        found = said[outcome.item[0].lesson.id] = outcome.value
        size = len(found.text.encode())
        _note(bench, Stage.TRANSCRIBE, outcome, _Made(found.duration, size, found.signature))
    _measure_languages(bench, lessons, said)


def _measure_languages(
    bench: Bench, lessons: dict[str, Lesson], said: dict[str, messages.Said]
) -> None:
    asked = [
        _asked(bench, lessons[key], said[key], code) for code in bench.languages for key in said
    ]
    drafted: dict[tuple[str, str], messages.Drafted] = {}
    for outcome in _run(bench, Stage.TRANSLATE, calls.translate, asked):
        call, found = outcome.item, outcome.value
        drafted[call.lesson.id, call.target] = found
        units = said[call.lesson.id].characters * _share(found)
        size = sum(len((draft.text or "").encode()) for _, draft in found.fresh)
        made = _Made(units, size, found.signature, found.usage.cost)
        _note(bench, Stage.TRANSLATE, outcome, made)
    packages = [
        _package(bench, call, drafted[call.lesson.id, call.target])
        for call in asked
        if not drafted[call.lesson.id, call.target].left
    ]
    for outcome in _run(bench, Stage.PACKAGE, calls.build, packages):
        built = outcome.value.built
        if built is not None:
            size = built.size
            units = len(said[outcome.item.lesson.id].sentences)
            _note(bench, Stage.PACKAGE, outcome, _Made(units, size))


def _run(
    bench: Bench, stage: Stage, function: Callable[[Any], Any], items: Sequence[Any]
) -> Iterator[Outcome]:
    """Yield what became of each item, done often enough that every worker has a second one."""
    if not items:
        return
    calls_each = CALLS.get(stage, _USUAL)
    rounds = -(-calls_each * bench.executor.size // len(items))
    bench.say(f"{stage.label}: {rounds * len(items)} calls")
    for outcome in bench.executor.map(function, list(items) * rounds, lambda _, __: None):
        if outcome.error:
            raise outcome.error
        if isinstance(outcome.value, messages.Drafted) and outcome.value.error:
            raise EngineError(outcome.value.problem)
        yield outcome


@dataclass(frozen=True, slots=True)
class _Made:
    """What one call did: units of its stage, bytes that its result takes, how, at what cost."""

    units: float
    written: int = 0
    signature: str = ""
    cost: float = 0.0


def _note(bench: Bench, stage: Stage, outcome: Outcome, made: _Made) -> None:
    kind = (stage, getattr(outcome.item, "target", ""), made.signature)
    bench.learning.add(kind, outcome, made.units, made.written, made.cost)


def _share(found: messages.Drafted) -> float:
    """Return how much of a lesson a call did: a long one gives way before its end."""
    done = len(found.fresh)
    return done / ((done + found.left) or 1)


def _place(lesson: Lesson) -> messages.Place:
    captions = str(lesson.captions) if lesson.captions else ""
    return messages.Place(lesson, str(lesson.media), captions, content_of(lesson))


def _asked(
    bench: Bench, lesson: Lesson, said: messages.Said, language: str
) -> messages.TranslateCall:
    return messages.TranslateCall(
        label=lesson.id,
        lesson=lesson,
        transcript=said.text,
        target=language,
        spec=bench.translator,
        there={},
        recalled=(),
    )


def _package(
    bench: Bench, call: messages.TranslateCall, found: messages.Drafted
) -> messages.PackageCall:
    return messages.PackageCall(
        course=bench.course,
        lesson=call.lesson,
        transcript=call.transcript,
        target=call.target,
        spec=bench.translator,
        drafts=dict(found.fresh),
        recalled=(),
        reviewed={},
        before="",
    )
