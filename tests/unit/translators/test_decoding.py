"""Batches by length, limits and second tries, over a model that is a few lines."""

from __future__ import annotations

from collections.abc import Sequence

from translators.decoding import (
    BATCH,
    HOPELESS,
    PENALTY,
    PIECES_EACH,
    PIECES_MORE,
    SPREAD,
    Asked,
    Search,
    Written,
    decode,
    go_on,
    has_repeats,
    is_loop,
)


class Counting:
    """Answers a prompt with its length; loops on prompts that begin with "loop"."""

    def __init__(self, stubborn: bool = False) -> None:
        self.calls: list[tuple[list[int], Search]] = []
        self.stubborn = stubborn

    def generate(self, prompts: Sequence[Sequence[str]], search: Search) -> list[list[Written]]:
        self.calls.append(([len(prompt) for prompt in prompts], search))
        tame = search.no_repeat and not self.stubborn
        return [
            [
                Written([7, 8] * 9, -1.0, False)
                if prompt[0] == "loop" and not tame
                else Written([len(prompt), choice], -0.5, True)
                for choice in range(search.choices)
            ]
            for prompt in prompts
        ]


def _asked(length: int, first: str = "a") -> Asked:
    return Asked([first, *"b" * (length - 1)], source=length)


def _none(number: int, written: Written) -> int:
    return 0


def test_answers_come_in_the_order_of_the_prompts() -> None:
    lengths = [9, 2, 7, 2, 30, 1, *range(40, 0, -1)]
    made = decode(Counting(), [_asked(length) for length in lengths], _none)
    assert [written.ids for written in made] == [[length, 0] for length in lengths]


def test_batches_hold_prompts_of_like_length_and_a_limit_by_their_source() -> None:
    model = Counting()
    decode(model, [_asked(length) for length in range(1, 2 * BATCH + 1)], _none)
    first, second = model.calls
    assert max(first[0]) < min(second[0])
    assert first[1].longest == PIECES_MORE + PIECES_EACH * BATCH


def test_only_loops_are_tried_again_and_without_repeats() -> None:
    model = Counting()
    made = decode(model, [_asked(3), _asked(4, "loop"), _asked(5)], _none)
    assert [written.ids for written in made] == [[3, 0], [4, 0], [5, 0]]
    assert [call[0] for call in model.calls] == [[3, 4, 5], [4]]
    assert model.calls[1][1].no_repeat > 0
    assert all(written.ended for written in made)


def test_a_text_that_lost_a_number_gives_way_to_one_that_has_it() -> None:
    model = Counting()

    def lost(number: int, written: Written) -> int:
        return 0 if number != 1 or written.ids[1] == 2 else 1

    made = decode(model, [_asked(3), _asked(4), _asked(5)], lost)
    assert [written.ids for written in made] == [[3, 0], [4, 2], [5, 0]]
    assert [call[0] for call in model.calls] == [[3, 4, 5], [4]]


def test_the_first_text_stays_where_no_other_has_more_numbers() -> None:
    made = decode(Counting(), [_asked(3)], lambda number, written: 1)
    assert made[0].ids == [3, 0]


def test_a_text_with_many_faults_is_tried_a_third_time_with_a_penalty() -> None:
    model = Counting()
    decode(model, [_asked(3), _asked(4)], lambda number, written: HOPELESS * number)
    assert [call[0] for call in model.calls] == [[3, 4], [4], [4]]
    assert [call[1].penalty for call in model.calls] == [1.0, 1.0, PENALTY]


def test_a_text_that_loops_again_is_not_called_ended() -> None:
    made = decode(Counting(stubborn=True), [_asked(3), _asked(4, "loop")], _none)
    assert [written.ended for written in made] == [True, False]


def test_loops_are_told_from_lawful_repetition() -> None:
    assert not is_loop(Written([1, 2, 3, 1, 2, 3, 4], 0.0, True))
    assert not is_loop(Written([5, 5, 5], 0.0, True))
    assert is_loop(Written([9, 1, 2, 3, 1, 2, 3, 1, 2, 3, 4], 0.0, True))
    assert is_loop(Written([5] * 8, 0.0, True))
    assert is_loop(Written([1, 2], 0.0, False))


def test_no_prompts_need_no_model() -> None:
    model = Counting()
    assert decode(model, [], _none) == []
    assert model.calls == []


def test_a_beginning_is_gone_on_from_once_and_a_loop_is_no_end() -> None:
    model = Counting()
    made = go_on(model, [_asked(9), _asked(4, "loop"), _asked(2)])
    assert [written.ids for written in made][::2] == [[9, 0], [2, 0]]
    assert [written.ended for written in made] == [True, False, True]
    assert len(model.calls) == 1


def test_beginnings_of_unlike_length_are_not_in_one_batch() -> None:
    model = Counting()
    made = go_on(model, [_asked(length) for length in (50, 10, 10 + SPREAD, 11, 11 + SPREAD)])
    assert [lengths for lengths, _ in model.calls] == [[10, 11, 10 + SPREAD], [11 + SPREAD], [50]]
    assert [written.ids[0] for written in made] == [50, 10, 10 + SPREAD, 11, 11 + SPREAD]


def test_repeats_show_as_soon_as_a_run_comes_the_third_time() -> None:
    assert not has_repeats([7, 8, 7, 8, 7])
    assert has_repeats([7, 8, 7, 8, 7, 8])
