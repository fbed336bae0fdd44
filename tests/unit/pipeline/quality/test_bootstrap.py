"""Which differences are shown, and which are chance."""

from __future__ import annotations

from pipeline.quality import chrf
from pipeline.quality.bootstrap import FEWEST, Comparison, compare

REFERENCES = [f"यह वाक्य संख्या {n} है और इसमें कई शब्द हैं।" for n in range(60)]
GOOD = [text.replace("कई", "कुछ") for text in REFERENCES]
POOR = [text.replace("वाक्य", "कथन").replace("शब्द हैं", "है") for text in REFERENCES]


def compared(a: list[str], b: list[str]) -> Comparison:
    left = chrf.statistics(a, REFERENCES[: len(a)])
    return compare(("a", left), ("b", chrf.statistics(b, REFERENCES[: len(b)])))


def test_a_clear_difference_is_shown_with_its_interval() -> None:
    found = compared(GOOD, POOR)
    assert found.shown
    assert found.verdict.startswith("a is better than b (p = 0.001")
    assert 0 < found.low <= found.difference <= found.high
    assert (found.better, found.worse) == (60, 0)


def test_turned_round_it_is_the_other_that_is_better() -> None:
    found = compared(POOR, GOOD)
    assert found.verdict.startswith("b is better than a")
    assert found.high < 0
    assert (found.better, found.worse) == (0, 60)


def test_equal_outputs_show_no_difference() -> None:
    found = compared(GOOD, list(GOOD))
    assert not found.shown
    assert (found.difference, found.low, found.high, found.p) == (0, 0, 0, 1)
    assert "No difference between a and b is shown" in found.verdict


def test_a_difference_in_one_sentence_of_sixty_is_chance() -> None:
    assert not compared(GOOD, [POOR[0], *GOOD[1:]]).shown


def test_the_same_outputs_always_give_the_same_answer() -> None:
    assert compared(GOOD, POOR) == compared(GOOD, POOR)


def test_nothing_is_claimed_on_a_few_sentences() -> None:
    found = compared(GOOD[: FEWEST - 1], POOR[: FEWEST - 1])
    assert not found.shown
    assert f"No difference is claimed on {FEWEST - 1} sentences" in found.verdict
