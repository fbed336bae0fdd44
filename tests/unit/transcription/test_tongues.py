"""Which language is spoken, with answers written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from courses.errors import LanguageError
from courses.nouns import Severity
from transcription.base import TranscriberOptions
from transcription.tongues import LanguageLog, refuse_unknown
from transcription.windows import RATE, Piece, Window


def window_of(seconds: int, start: int = 0) -> Window:
    first, last = start * RATE, (start + seconds) * RATE
    return Window((Piece(first, last, first, last, np.zeros(last - first, np.float32)),))


def log_of(*answers: Mapping[str, float]) -> LanguageLog:
    log = LanguageLog("en")
    for at, odds in enumerate(answers):
        log.note(window_of(20, start=150 * at), lambda _, odds=odds: dict(odds))  # type: ignore[misc]
    return log


def checks(log: LanguageLog) -> list[tuple[str, Severity]]:
    return [(one.check, one.severity) for one in log.findings()]


def test_the_declared_language_raises_nothing() -> None:
    log = log_of({"en": 0.9, "hi": 0.1})
    assert (log.language, log.findings()) == ("en", [])


def test_another_language_is_an_error_that_names_both_and_the_probability() -> None:
    log = log_of({"en": 0.05, "hi": 0.93})
    (found,) = log.findings()
    assert (found.check, found.severity) == ("language-mismatch", Severity.ERROR)
    assert log.is_flipped
    assert log.language == "hi"
    for part in ("'en'", "'hi'", "0.93"):
        assert part in found.message


def test_an_unsure_answer_is_not_a_flip() -> None:
    assert log_of({"en": 0.4, "cy": 0.5}).findings() == []


def test_a_prayer_in_another_language_is_a_warning_with_its_time() -> None:
    log = log_of({"hi": 0.9}, {"en": 0.9}, {"en": 0.9})
    assert not log.is_flipped
    assert checks(log) == [("language-mixed", Severity.WARNING)]
    assert (log.findings()[0].start, log.findings()[0].end) == (0, 20_000)


def test_too_little_speech_is_said_and_not_guessed() -> None:
    log = LanguageLog("en")
    log.note(window_of(2), lambda _: pytest.fail("asked"))
    assert checks(log) == [("language-unknown", Severity.INFO)]
    assert log.language == "en"


def test_a_language_that_the_model_cannot_do_is_refused_with_advice() -> None:
    options = TranscriberOptions(Path("none"), "whisper-base", "1", frozenset({"en"}))
    refuse_unknown("en", options)
    with pytest.raises(LanguageError) as caught:
        refuse_unknown("hi", options)
    assert "captions" in caught.value.advice
    assert "larger model" in caught.value.advice


def test_the_language_is_not_asked_for_every_window() -> None:
    log = log_of({"en": 0.9})
    log.note(window_of(20, start=100), lambda _: pytest.fail("asked"))
    assert log.findings() == []


def test_a_short_lesson_that_opens_with_a_prayer_is_asked_on_until_most_answers_agree() -> None:
    log = LanguageLog("en")
    asked = []
    for at, language in enumerate(["hi", "hi", "en", "en", "en", "en"]):
        odds = {language: 0.9}
        log.note(window_of(20, 25 * at), lambda _, o=odds: asked.append(o) or o)  # type: ignore[misc]
    assert [max(odds) for odds in asked] == ["hi", "hi", "en", "en"]
    assert not log.is_flipped
    assert log.language == "en"


def test_a_lesson_in_another_language_is_not_asked_for_ever() -> None:
    log = LanguageLog("en")
    asked = []
    for at in range(40):
        log.note(window_of(20, 21 * at), lambda _: asked.append(1) or {"hi": 0.9})  # type: ignore[func-returns-value]
    assert log.is_flipped
    assert 12 <= len(asked) <= 18
