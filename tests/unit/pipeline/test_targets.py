"""Which languages each lesson is made in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from courses.errors import LanguageError, UsageError
from courses.nouns import Course, Lesson
from pipeline.config import Config
from pipeline.targets import Abilities, choose_targets

ABLE = Abilities(
    "whisper-base", frozenset({"en"}), "starter", frozenset({"en"}), frozenset({"hi", "ta"})
)


def course(*languages: str, captions: bool = False) -> Course:
    given = Path("captions.srt") if captions else None
    lessons = (
        Lesson(f"{language}-{n}", "c", "T", Path("a.mp4"), language, given)
        for n, language in enumerate(languages)
    )
    return Course("c", "C", tuple(lessons))


def config(*languages: str) -> Config:
    return replace(Config(), languages=languages)


def test_named_codes_keep_their_order_and_are_taken_once() -> None:
    chosen = choose_targets(config("ta", "Hindi", "hi-IN"), course("en"), ABLE)
    assert chosen.by_lesson == {"en-0": ("ta", "hi")}
    assert chosen.note == ""


def test_all_is_what_the_engine_writes_and_what_is_spoken_and_names_the_rest() -> None:
    chosen = choose_targets(config("all"), course("en"), ABLE)
    assert chosen.by_lesson == {"en-0": ("hi", "ta", "en")}
    assert "Bengali" in chosen.note
    assert "Hindi" not in chosen.note


def test_a_target_that_nobody_can_write_is_refused_with_what_can_be_written() -> None:
    with pytest.raises(LanguageError, match=r"cannot write 'brx'; it can write hi, ta"):
        choose_targets(config("hi", "brx"), course("en"), ABLE)


def test_a_spoken_language_is_a_target_only_of_the_lessons_spoken_in_it() -> None:
    chosen = choose_targets(config("all"), course("en", "hi", captions=True), replace_reads())
    assert chosen.by_lesson == {"en-0": ("hi", "ta", "en"), "hi-1": ("hi", "ta")}


def replace_reads() -> Abilities:
    return replace(ABLE, reads=frozenset({"en", "hi"}))


def test_a_lesson_that_cannot_be_heard_is_refused_and_the_others_are_made() -> None:
    chosen = choose_targets(config("ta"), course("hi", "en"), ABLE)
    assert chosen.by_lesson == {"en-1": ("ta",)}
    ((lesson, error),) = chosen.refused
    assert lesson.id == "hi-0"
    assert "whisper-base cannot transcribe 'hi'" in error.message
    assert "captions" in error.advice


def test_a_lesson_with_captions_that_nobody_can_read_is_refused() -> None:
    chosen = choose_targets(config("ta"), course("mr", "en", captions=True), ABLE)
    assert [str(error) for _, error in chosen.refused] == [
        "The engine starter cannot read 'mr'. docs/engines.md says which engine can."
    ]


def test_captions_in_the_spoken_language_alone_need_no_engine() -> None:
    chosen = choose_targets(config("mr"), course("mr", captions=True), ABLE)
    assert chosen.by_lesson == {"mr-0": ("mr",)}


def test_when_no_lesson_is_left_the_first_reason_is_the_error() -> None:
    with pytest.raises(LanguageError, match="cannot transcribe 'hi'"):
        choose_targets(config("ta"), course("hi"), ABLE)


@pytest.mark.parametrize("languages", [(), ("xx",)])
def test_no_language_and_an_unknown_one_are_refused(languages: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        choose_targets(config(*languages), course("en"), ABLE)
