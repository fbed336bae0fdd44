"""Puts an estimate together: the load, the speeds of this machine, the prices, what is asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from courses.errors import KarmavaniError, UsageError
from courses.languages import CODES, find_writing
from courses.nouns import Course
from pipeline.backlog import loads, measuring, rates
from pipeline.backlog.catalogue import Reading, Wanted
from pipeline.backlog.catalogue_rows import SUFFIXES
from pipeline.backlog.estimating import Estimate, estimate
from pipeline.backlog.nouns import Stage
from pipeline.backlog.planned import read_planned
from pipeline.backlog.planning import Load, Machine
from pipeline.backlog.session import storage_of, tools_of
from pipeline.backlog.simulating import Need, workers_needed
from pipeline.backlog.speeds import Speed, Speeds
from pipeline.config import Config
from pipeline.course_input import read_course
from pipeline.executors import ProcessExecutor
from pipeline.prepare import abilities, find_transcriber, find_translator
from pipeline.targets import ALL
from translators.wrappers import Prices

SAMPLE = Path(__file__).parents[2] / "samples" / "rti-basics"
_DAY = 86400.0  # seconds

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an estimate is asked for. catalogue: a file, or None for what is left in the backlog.

    deadline: days, None for none.
    """

    catalogue: str | None
    workers: int
    deadline: float | None = None


def foresee(config: Config, asked: Asked) -> tuple[Estimate, Need | None]:
    """Return what it takes, and how many workers meet the deadline if one is asked for.

    `config.languages` are the what-if; none leaves each course its own. Raises UsageError for a
    catalogue that is none, LanguageError for languages that the engine cannot write.
    """
    load = _load(config, asked)
    speeds = Speeds(rates.speeds(rates.this_host()), _engines(config))
    machine_of = partial(Machine.of, giving=rates.GIVING, keeping=rates.KEEPING)
    told = estimate(load, speeds, machine_of(asked.workers), _prices(config))
    need = None
    if asked.deadline is not None and load.items and not told.missing:
        need = workers_needed(load, partial(_known, speeds), asked.deadline * _DAY, machine_of)
    return told, need


def _known(speeds: Speeds, stage: Stage, language: str) -> Speed:
    found = speeds.find(stage, language)
    if found is None:
        raise KarmavaniError(f"Nothing is measured for {stage.label}.")
    return replace(found, spread=0.0)  # the middle, as in the estimate


def _engines(config: Config) -> dict[Stage, str]:
    return {
        Stage.TRANSCRIBE: config.transcriber.engine,
        Stage.TRANSLATE: config.translator.engine,
    }


def _prices(config: Config) -> Prices:
    said = config.translator
    return Prices(said.price_input_tokens, said.price_output_tokens, said.price_characters)


def _load(config: Config, asked: Asked) -> Load:
    codes = _codes(config, config.languages)
    if asked.catalogue is None:
        return loads.left(codes)
    if not asked.catalogue.lower().endswith(tuple(SUFFIXES)):
        raise UsageError(
            f"{asked.catalogue} is no catalogue: {', '.join(SUFFIXES)}.",
            "Write one (docs/backlog.md), or leave it out for what is in the backlog.",
        )
    reading = Reading(storage_of(config), Wanted("", languages=codes or _usual(config)))
    planned = (
        replace(one, languages=_codes(config, one.languages))
        for one in read_planned(asked.catalogue, reading)
    )
    return loads.of_catalogue(planned, loads.measured_density(), codes)


def _usual(config: Config) -> tuple[str, ...]:
    """Return the languages of a course whose catalogue names none."""
    return config.languages or ALL


def _codes(config: Config, languages: Sequence[str]) -> tuple[str, ...]:
    """Return language codes, ``all`` being what the engine can write. Raises UsageError."""
    if tuple(languages) == ALL:
        able = abilities(config).writes
        return tuple(code for code in CODES if code in able)
    return tuple(dict.fromkeys(find_writing(code).code for code in languages))


def measure_first(config: Config, asked: Asked, say: Say) -> Asked:
    """Measure the bare stages on the sample, or on the course that stands in the catalogue's place.

    Returns what is to be estimated afterwards. Raises what the engines and the course raise.
    """
    is_course = asked.catalogue is not None and Path(asked.catalogue).is_dir()
    folder = Path(asked.catalogue or "") if is_course else SAMPLE
    if not folder.is_dir():
        raise UsageError("The sample course is not here.", "Name a course folder to measure with.")
    course = read_course(folder, glossaries=config.glossaries.folder)
    began = time.monotonic()
    _measure(config, course, say)
    say(f"Measured in {time.monotonic() - began:.0f} s.")
    return replace(asked, catalogue=None) if is_course else asked


def _measure(config: Config, course: Course, say: Say) -> None:
    spoken = {lesson.language for lesson in course.lessons if lesson.captions is None}
    languages = [
        code
        for code in _codes(config, config.languages or ALL)
        if code not in {lesson.language for lesson in course.lessons}
    ]
    transcriber = find_transcriber(config, spoken)
    translator = find_translator(config)
    tools = tools_of(config)
    learning = rates.Learning(rates.this_host())
    executor = ProcessExecutor(config.workers, config.threads, shared=tools)
    try:
        measuring.measure(
            measuring.Bench(course, languages, transcriber, translator, executor, learning, say)
        )
    finally:
        executor.close(at_once=True)
    learning.flush()
