"""What was measured is kept in the database, as sums, and comes back as speeds."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.db import OperationalError

from pipeline.backlog import rates
from pipeline.backlog.fitting import Sums
from pipeline.backlog.nouns import Ended, Lane, Stage, State, Work
from pipeline.backlog.steps import Settled
from pipeline.executors import Outcome

pytestmark = pytest.mark.django_db
SIGNATURE = "engine:starter|model:starter"


def work(language: str = "hi", stage: Stage = Stage.TRANSLATE) -> Work:
    """Return an item that was taken."""
    return Work(1, "c", "l", stage, language, Lane.NORMAL, 1, 1, 1)


def settled(units: float, signature: str = SIGNATURE, **about: object) -> Settled:
    """Return what became of it."""
    return Settled(Ended(State.DONE, signature=signature, **about), units=units, written=50)


def outcome(seconds: float, worker: str = "1") -> Outcome:
    """Return how it came back."""
    return Outcome(None, seconds=seconds, worker=worker, peak=700)


def test_finished_calls_become_a_speed_of_this_machine_alone() -> None:
    learning = rates.Learning("here")
    for units, seconds in ((0.0, 9.0), (100.0, 2.0), (300.0, 6.0)):
        learning.note(work(), settled(units or 1.0), outcome(seconds))
    learning.flush()

    [speed] = rates.speeds("here")

    assert (speed.stage, speed.language, speed.signature) == (Stage.TRANSLATE, "hi", SIGNATURE)
    assert speed.per_unit == pytest.approx(0.02)
    assert (speed.items, speed.units, speed.peak) == (2, 400.0, 700)
    assert speed.written == pytest.approx(150 / 401)
    assert rates.speeds("elsewhere") == []


def test_the_first_call_of_a_worker_is_what_loading_takes() -> None:
    learning = rates.Learning("here")
    for worker in ("1", "2"):
        learning.note(work(), settled(100.0), outcome(7.0, worker))
        learning.note(work(), settled(100.0), outcome(2.0, worker))
    learning.note(work("ta"), settled(100.0), outcome(2.5))
    learning.flush()

    hindi, tamil = rates.speeds("here")

    assert hindi.expected(100) == pytest.approx(2.0)
    assert hindi.start == pytest.approx(5.0)
    assert (tamil.language, tamil.items, tamil.per_unit) == ("ta", 1, 0.025)


def test_what_was_there_already_says_nothing() -> None:
    learning = rates.Learning("here")
    for _ in range(3):
        learning.note(work(), settled(100.0, reused=True), outcome(0.01))
    learning.flush()

    assert rates.speeds("here") == []


def test_the_terms_of_a_lesson_make_no_speed_of_their_own() -> None:
    learning = rates.Learning("here")
    for mark in ("", "|glossary:abc", "|glossary:def"):
        learning.note(work(), settled(100.0, SIGNATURE + mark), outcome(2.0))
    learning.flush()

    assert [speed.signature for speed in rates.speeds("here")] == [SIGNATURE]


def test_sums_of_several_runs_add_up() -> None:
    kind = (Stage.PACKAGE, "hi", "")
    for peak in (900, 500):
        sums = Sums(peak=peak)
        sums.add(10.0, 1.0)
        sums.add(20.0, 2.0)
        rates.keep("here", {kind: sums})

    [speed] = rates.speeds("here")

    assert (speed.items, speed.units, speed.peak) == (4, 60.0, 900)
    assert speed.expected(100) == pytest.approx(10.0)


def test_a_constant_and_a_spread_outlive_the_run() -> None:
    sums = Sums()
    for n in range(1, 11):
        sums.add(1000.0 * n, 3.0 + 0.002 * 1000 * n + (0.1 if n % 2 else -0.1))
    rates.keep("here", {(Stage.TRANSCRIBE, "", "x"): sums})

    [speed] = rates.speeds("here")

    assert speed.per_item == pytest.approx(3.0, abs=0.1)
    assert speed.per_unit == pytest.approx(0.002, rel=0.02)
    assert speed.spread == pytest.approx(0.1 / 14 * (10 / 8) ** 0.5, rel=0.05)


def test_a_database_that_is_away_costs_no_number_and_ends_no_run() -> None:
    learning = rates.Learning("here")
    with (
        patch.object(rates, "EVERY", -1.0),
        patch.object(rates, "keep", side_effect=OperationalError("gone")),
    ):
        for _ in range(3):
            learning.note(work(), settled(100.0), outcome(2.0))
    learning.flush()

    [speed] = rates.speeds("here")

    assert speed.items == 2


def test_noting_asks_the_database_nothing_until_it_is_time(
    django_assert_num_queries: object,
) -> None:
    learning = rates.Learning("here")
    with django_assert_num_queries(0):
        for n in range(1000):
            learning.note(work("hi" if n % 2 else "ta"), settled(100.0), outcome(2.0))
