"""Engines as a run uses them: what is around them, and in which order."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from pathlib import Path

import pytest

from courses.errors import EngineError, ModelError
from courses.nouns import Signature
from pipeline import engines
from pipeline.engines import TranscriberSpec, TranslatorSpec, _wrapped
from transcription.base import TranscriberOptions
from translators.base import Draft, Request, TranslatorOptions

GOOD, BAD = Request("good"), Request("bad")


class Failing:
    """Has no answer for one sentence, and is down when it is asked again."""

    signature = Signature("fake")
    sources = frozenset({"en"})
    targets = frozenset({"hi"})
    understands_hints = True
    goes_on = False
    repeatable = False
    calls = 0

    def translate(self, batch: Sequence[Request], source: str, target: str) -> list[Draft]:
        self.calls += 1
        if self.calls == 2:
            raise EngineError("The server is down.")
        return [Draft(None if one == BAD else one.text, problem="no") for one in batch]


def test_what_was_answered_is_kept_when_asking_for_the_rest_again_fails(tmp_path: Path) -> None:
    options = TranslatorOptions({}, tmp_path)
    engine = _wrapped(Failing(), TranslatorSpec("fake", options, tmp_path / "c"))
    with pytest.raises(EngineError, match="is down"):
        engine.translate([GOOD, BAD], "en", "hi")
    [good, bad] = engine.translate([GOOD, BAD], "en", "hi")
    assert (good.text, bad.text) == ("good", None)
    used = engine.take_usage()  # type: ignore[attr-defined]
    assert (used.calls, used.cached) == (4, 1)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let engines be names, in a process that has made none; give the list of those made."""
    names: list[str] = []

    def make(engine: str, _options: object) -> Failing:
        names.append(engine)
        return Failing()

    monkeypatch.setattr(engines, "make_transcriber", make)
    monkeypatch.setattr(engines, "make_translator", make)
    monkeypatch.setattr(engines, "_transcribers", {})
    monkeypatch.setattr(engines, "_translators", {})
    monkeypatch.setattr(engines, "_both", False)
    return names


def specs(folder: Path) -> tuple[TranscriberSpec, TranslatorSpec]:
    hears = TranscriberOptions(folder, "whisper-x", "1", frozenset({"en"}))
    return TranscriberSpec("hears", hears), TranslatorSpec(
        "writes", TranslatorOptions({"model": folder}, folder, name="starter-x")
    )


def test_a_process_keeps_one_model_unless_it_is_told_to_keep_both(
    made: list[str], tmp_path: Path
) -> None:
    hears, writes = specs(tmp_path)
    for _ in range(2):
        engines.transcriber(hears)
        engines.translator(writes)
    assert made == ["hears", "writes", "hears"]
    engines.keep_both()
    for _ in range(2):
        engines.translator(writes)
        engines.transcriber(hears)
    assert made == ["hears", "writes", "hears"]


def test_a_model_that_is_not_on_this_machine_is_named_with_the_machine(
    made: list[str], tmp_path: Path
) -> None:
    hears, writes = specs(tmp_path / "gone")
    with pytest.raises(ModelError, match=f"whisper-x .* on {platform.node()}") as hearing:
        engines.transcriber(hears)
    assert "karmavani models fetch whisper-x" in hearing.value.advice
    with pytest.raises(ModelError, match=f"starter-x .* on {platform.node()}"):
        engines.translator(writes)
    assert made == []
