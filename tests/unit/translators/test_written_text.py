"""What is mended in the text that a model wrote."""

from __future__ import annotations

import pytest

from translators.written_text import without_noise


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" क्\u200dष और र\u094d\u200cक ", "क्\u200dष और र\u094d\u200cक"),
        ("ଲେଖ\u200c\u200d\u200b\u200c ଏବଂ", "ଲେଖ\u200c ଏବଂ"),
        ("a\u200bb\ufeff", "ab"),
    ],
)
def test_one_joiner_stays_and_runs_of_invisible_characters_go(written: str, kept: str) -> None:
    assert without_noise(written) == kept
