"""Tokens as chat servers tell them: believed where they are numbers, else unknown."""

from __future__ import annotations

from typing import Any

import pytest

from translators.chat import tokens_used


@pytest.mark.parametrize(
    ("answer", "tokens"),
    [
        ({"usage": {"prompt_tokens": 12, "completion_tokens": 5}}, (12, 5)),
        ({"usage": {"prompt_tokens": 12}}, (12, 0)),
        ({"usage": {"prompt_tokens": "12", "completion_tokens": -5}}, (0, 0)),
        ({"usage": {"prompt_tokens": True, "completion_tokens": 1.5}}, (0, 0)),
        ({"usage": None}, (0, 0)),
        ({}, (0, 0)),
        ([], (0, 0)),
    ],
)
def test_tokens_are_those_that_the_server_tells(answer: Any, tokens: tuple[int, int]) -> None:
    assert tokens_used(answer) == tokens
