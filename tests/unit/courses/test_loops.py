"""Whether a text turns in circles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.loops import loops


@pytest.mark.parametrize(
    "text",
    [
        "है है है है",
        "सूचना का सूचना का सूचना का",
        "हाहाहाहाहा",
        "धारा 1 धारा 2 धारा 3 धारा 4 धारा 5 धारा 6",
        "ஆம், ஆம். ஆம் ஆம்!",
    ],
)
def test_what_is_said_on_and_on_is_a_loop(text: str) -> None:
    assert loops(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "है है है",
        "धीरे धीरे चलो",
        "सूचना का सूचना का",
        "हाहाहाहा",
        "1 2 3 4 5",
        "धारा 1 धारा 2 धारा 3",
    ],
)
def test_what_people_say_twice_is_none(text: str) -> None:
    assert not loops(text)


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=8), st.integers(1, 5))
def test_a_phrase_loops_from_its_third_or_fourth_time_on(phrase: list[str], times: int) -> None:
    text = " ".join(phrase * times)
    if times >= 4 or (times == 3 and len(phrase) > 1):
        assert loops(text)
    if loops(" ".join(phrase)):
        assert loops(text)
