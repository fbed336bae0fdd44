from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from benchmarks.backlog_ground import Row
from benchmarks.break_backlog import wrong_items
from benchmarks.synthetic_backlog import Made

GOOD = Made("one", "good", "media/good.wav", False, "", 9000, ("A sentence.",))
BAD = replace(GOOD, lesson="bad", damage="zeroed")


def row(lesson: str, stage: int, language: str, state: str) -> Row:
    return Row("one", lesson, stage, language, state, 1, "", "", None, None)


def as_wanted() -> list[Row]:
    """Return the items of a good lesson that is done and of a bad one that failed, into Hindi."""
    places = ((0, ""), (1, ""), (2, "hi"), (3, "hi"))
    rows = [row("good", stage, language, "done") for stage, language in places]
    failed = replace(row("bad", 0, "", "failed"), error="MediaError", reason="It is no media.")
    return [*rows, failed, *(row("bad", stage, code, "waiting") for stage, code in places[1:])]


def faults(rows: Sequence[Row]) -> list[str]:
    return list(wrong_items(rows, [GOOD, BAD], ["hi"]))


def test_a_backlog_that_ended_well_has_no_faults() -> None:
    assert faults(as_wanted()) == []


@pytest.mark.parametrize("place", range(8))
def test_an_item_that_is_lost_or_doubled_is_told(place: int) -> None:
    rows = as_wanted()
    assert faults(rows[:place] + rows[place + 1 :])[0].startswith("missing: ")
    assert "is there 2 times" in faults([*rows, rows[place]])[0]


@pytest.mark.parametrize("place", range(8))
@pytest.mark.parametrize("state", ["running", "ready", "later", "held"])
def test_an_item_that_was_left_is_told(place: int, state: str) -> None:
    rows = as_wanted()
    rows[place] = replace(rows[place], state=state)
    (fault,) = faults(rows)
    assert f"state='{state}'" in fault


def test_a_bad_item_must_be_failed_for_its_media_and_say_why() -> None:
    rows = as_wanted()
    for wrong in ({"error": "EngineError"}, {"reason": ""}):
        assert (
            "what is wrong with the media"
            in faults([*rows[:4], replace(rows[4], **wrong), *rows[5:]])[0]
        )
    assert "should be failed" in faults([*rows[:4], replace(rows[4], state="done"), *rows[5:]])[0]
    assert "should be done" in faults([replace(rows[0], state="failed"), *rows[1:]])[0]


def test_what_nobody_asked_for_is_told() -> None:
    extra = row("good", 3, "ta", "done")
    assert "nobody asked for it" in faults([*as_wanted(), extra])[0]
