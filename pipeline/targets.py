"""Which languages each lesson is made in, decided before anything is fetched or done.

A lesson whose own language no engine at hand can hear or read is refused with advice and ends no
other lesson. What nobody can write is refused at once.
"""

from __future__ import annotations

from dataclasses import dataclass

from courses.errors import LanguageError, UsageError
from courses.languages import CODES, LANGUAGES, find_writing
from courses.nouns import Course, Lesson
from pipeline.config import Config

ALL = ("all",)
ADVICE = "docs/engines.md says which engine can."


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the chosen engines can do, as language codes: hear, read and write."""

    transcriber: str
    hears: frozenset[str]
    translator: str
    reads: frozenset[str]
    writes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Targets:
    """The target codes of each lesson that can be done, by lesson id, and what is refused.

    `note` says which languages ``all`` could not mean.
    """

    by_lesson: dict[str, tuple[str, ...]]
    refused: tuple[tuple[Lesson, LanguageError], ...] = ()
    note: str = ""


def choose_targets(
    config: Config, course: Course, able: Abilities, all_may_fail: bool = False
) -> Targets:
    """Return what is to be made of each lesson of `course`.

    ``all`` is every language that the translator can write, and the spoken one. Raises UsageError
    for an unknown code or none, LanguageError for a target that cannot be written, or when every
    lesson is refused, unless `all_may_fail`.
    """
    named = _named(config)
    spoken = {lesson.language for lesson in course.lessons}
    for target in named:
        if target not in able.writes | spoken:
            known = ", ".join(sorted(able.writes))
            raise LanguageError(
                f"The engine {able.translator} cannot write {target!r}; it can write {known}.",
                ADVICE,
            )
    chosen, refused = {}, []
    for lesson in course.lessons:
        wanted = named or tuple(c for c in CODES if c in able.writes | {lesson.language})
        try:
            chosen[lesson.id] = _targets(lesson, wanted, able)
        except LanguageError as error:
            refused.append((lesson, error))
    if not chosen and not all_may_fail:
        raise refused[0][1]
    return Targets(chosen, tuple(refused), "" if named else _note(able, spoken))


def _named(config: Config) -> tuple[str, ...]:
    """Return the codes that are named, once each, none for ``all``."""
    if not config.languages:
        raise UsageError("No target language is given.", "Say --to hi,ta,bn or --to all.")
    if config.languages == ALL:
        return ()
    return tuple(dict.fromkeys(find_writing(code).code for code in config.languages))


def _targets(lesson: Lesson, wanted: tuple[str, ...], able: Abilities) -> tuple[str, ...]:
    """Return the targets of one lesson; raises LanguageError when it cannot be heard or read."""
    language = lesson.language
    if lesson.captions is None and language not in able.hears:
        raise LanguageError(
            f"The model {able.transcriber} cannot transcribe {language!r} (it can do:"
            f" {', '.join(sorted(able.hears))}).",
            "Give captions for this lesson (--captions FILE, or `captions` in course.toml), or"
            " choose a larger model: `karmavani models list`.",
        )
    possible = tuple(t for t in wanted if t == language or t in able.writes)
    if language not in able.reads and possible != (language,):
        raise LanguageError(f"The engine {able.translator} cannot read {language!r}.", ADVICE)
    return possible


def _note(able: Abilities, spoken: set[str]) -> str:
    left_out = [LANGUAGES[c].name for c in CODES if c not in able.writes | spoken]
    if not left_out:
        return ""
    return f"Left out, the engine {able.translator} cannot write: {', '.join(left_out)}."
