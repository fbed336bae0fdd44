"""A stage that keeps failing rests, and one item at a time finds out whether it is well again."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from pipeline.backlog.breaker import FIRST_PAUSE, IN_A_ROW, LONGEST_PAUSE, Breaker
from pipeline.backlog.nouns import Stage

HERE, OTHER = Stage.TRANSLATE, Stage.PACKAGE


@dataclass
class Clock:
    """Seconds that pass when the test says so."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock=clock)


def rest(breaker: Breaker) -> float:
    """Let a stage fail until it rests; return for how long."""
    pauses = [breaker.failed(HERE) for _ in range(IN_A_ROW)]
    assert not any(pauses[:-1])
    return pauses[-1]


def test_a_stage_rests_after_so_many_failures_in_a_row_and_no_other_does(breaker: Breaker) -> None:
    assert rest(breaker) == FIRST_PAUSE
    assert (breaker.is_open(HERE), breaker.is_open(OTHER)) == (True, False)
    assert breaker.open_stages() == [HERE]


def test_one_success_forgives_all_failures_before_it(breaker: Breaker) -> None:
    for _ in range(IN_A_ROW - 1):
        breaker.failed(HERE)
    breaker.succeeded(HERE)
    assert [breaker.failed(HERE) for _ in range(IN_A_ROW - 1)] == [0.0] * (IN_A_ROW - 1)
    assert not breaker.is_open(HERE)


def test_after_its_rest_one_item_is_tried_and_the_others_wait_for_it(
    breaker: Breaker, clock: Clock
) -> None:
    rest(breaker)
    clock.now += FIRST_PAUSE
    assert (breaker.is_open(HERE), breaker.is_calm(HERE)) == (False, False)
    breaker.taken(HERE)
    assert breaker.is_open(HERE)
    breaker.succeeded(HERE)
    assert (breaker.is_open(HERE), breaker.is_calm(HERE)) == (False, True)


def test_each_trial_that_fails_doubles_the_rest_up_to_the_longest(
    breaker: Breaker, clock: Clock
) -> None:
    pauses = [rest(breaker)]
    for _ in range(6):
        clock.now += pauses[-1]
        breaker.taken(HERE)
        pauses.append(breaker.failed(HERE))
        assert breaker.is_open(HERE)
    assert pauses == [30.0, 60.0, 120.0, 240.0, 480.0, LONGEST_PAUSE, LONGEST_PAUSE]


@pytest.mark.parametrize("hours", [1, 100])
def test_a_trial_that_says_nothing_lets_another_item_try(
    breaker: Breaker, clock: Clock, hours: int
) -> None:
    rest(breaker)
    clock.now += FIRST_PAUSE
    breaker.taken(HERE)
    clock.now += hours * 3600
    assert breaker.is_open(HERE)  # however long the one on trial takes
    breaker.returned(HERE)
    assert not breaker.is_open(HERE)


def test_items_that_were_under_way_when_a_rest_began_make_it_no_longer(breaker: Breaker) -> None:
    rest(breaker)
    assert [breaker.failed(HERE) for _ in range(8)] == [0.0] * 8
