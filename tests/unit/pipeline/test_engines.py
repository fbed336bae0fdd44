"""Engines as a run uses them: what is around them, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from courses.errors import EngineError
from courses.nouns import Signature
from pipeline.engines import TranslatorSpec, _wrapped
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
