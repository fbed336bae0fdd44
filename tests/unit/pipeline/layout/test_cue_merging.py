"""Which short sentences share a cue, and which never do."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.languages import find_language
from pipeline.layout.cue_merging import Unit, merge

PROFILE = find_language("hi").profile


def unit(start: int, end: int, width: int = 4) -> Unit:
    return Unit((str(start),), start, end, "क" * width, width)


def merged(*units: Unit) -> list[tuple[str, ...]]:
    return [one.ids for one in merge(units, PROFILE, 60_000)]


def test_two_replies_in_a_row_share_a_cue() -> None:
    both = merge([unit(0, 300), unit(400, 800), unit(5000, 7000)], PROFILE, 60_000)[0]
    assert both == Unit(("0", "400"), 0, 800, "कककक कककक", 9)


def test_three_replies_in_a_row_share_a_cue() -> None:
    assert merged(unit(0, 300), unit(350, 600), unit(700, 1000)) == [("0", "350", "700")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (unit(0, 900), unit(1400, 2400)),  # a silence between them
        (unit(0, 1550), unit(1600, 1900)),  # the second would come too early
        (unit(0, 900, 43), unit(950, 1300)),  # wider than a line
        (unit(0, 900), unit(1100, 2400, 20)),  # both can be read alone
        (unit(0, 900, 0), unit(950, 1300)),  # a hole
    ],
)
def test_what_does_not_fit_together_stays_apart(first: Unit, second: Unit) -> None:
    assert len(merged(first, second, unit(2500, 4000))) == 3


def test_one_that_is_too_fast_is_not_joined_where_both_would_then_be_too_fast() -> None:
    assert len(merged(unit(0, 900, 36), unit(1000, 3000, 25), unit(3100, 9000))) == 3


spans = st.tuples(st.integers(0, 20_000), st.integers(0, 3000), st.integers(0, 50))


@given(st.lists(spans, max_size=15).map(sorted))
def test_no_sentence_is_lost_and_none_comes_more_than_a_second_and_a_half_early(
    times: list[tuple[int, int, int]],
) -> None:
    units = [unit(start, start + length, width) for start, length, width in times]
    found = merge(units, PROFILE, 30_000)
    assert [name for one in found for name in one.ids] == [one.ids[0] for one in units]
    assert "".join(one.text for one in found).replace(" ", "") == "".join(o.text for o in units)
    assert all(int(one.ids[-1]) - one.start <= 1500 for one in found)
    assert all(one.start <= later.start for one, later in pairwise(found))
