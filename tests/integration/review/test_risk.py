"""The riskiest lines come first: each signal weighs what the table says, and they add up."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.review.models import Line, LineFinding, LineState, Sentence
from pipeline.review.store import risk
from pipeline.review.store.risk import CLEAN, RISKY, risk_of

from .conftest import World


def line(**facts: Any) -> Line:
    said = facts.pop("said", "The fee is ten rupees.")
    heard = facts.pop("heard", None)
    return Line(sentence=Sentence(text=said, confidence=heard), **{"text": "शुल्क", **facts})


def finding(check: str, severity: str = "warning", waived: bool = False) -> LineFinding:
    return LineFinding(check_id=check, severity=severity, waived_by_id=7 if waived else None)


def test_nothing_known_is_no_risk() -> None:
    assert risk_of(line(heard=0.95, confidence=1.0), []) == 0.0


def test_no_text_is_all_the_risk_there_is() -> None:
    assert risk_of(line(text="", suggestion={"percent": 101}), []) == 1.0


@pytest.mark.parametrize(
    ("made", "found", "expected"),
    [
        (line(state=LineState.STALE), [], 0.5),
        (line(state=LineState.RETURNED), [], 0.5),
        (line(heard=0.4), [], 0.2),
        (line(heard=0.8), [], 0.0),
        (line(confidence=0.75), [], 0.1),
        (line(said="word " * 31), [], 0.1),
        (line(), [finding("numbers-differ", "error")], 0.8),
        (line(), [finding("repeated-text")], 0.7),
        (line(), [finding("length-ratio")], 0.4),
        (line(), [finding("term-not-used")], 0.3),
        (line(), [finding("spaces-odd", "info")], 0.05),
        (line(), [finding("cue-overlap", "error")], 0.6),
        (line(), [finding("numbers-differ", "error", waived=True)], 0.0),
        (line(), [finding("term-not-used"), finding("length-ratio")], 0.58),
        (line(suggestion={"percent": 100}), [finding("length-ratio")], 0.2),
        (line(suggestion={"percent": 99}), [finding("length-ratio")], 0.4),
    ],
)
def test_each_signal_weighs_what_the_table_says(
    made: Line, found: list[LineFinding], expected: float
) -> None:
    assert risk_of(made, found) == pytest.approx(expected)


def test_a_risky_line_is_never_a_clean_one() -> None:
    assert CLEAN < RISKY
    assert {"number-repaired", "term-repaired", "heard-otherwise"} <= risk.DOUBTS
    assert all(0 < weight <= 1 for weight in risk.CHECKS.values())


def test_every_weight_is_of_a_finding_that_exists() -> None:
    from courses.findings import TABLE

    assert set(risk.CHECKS) <= set(TABLE)


def test_a_returned_line_is_risky_at_once(world: World) -> None:
    from pipeline.review.store import deciding

    row = world.track.lines.first()
    assert row.risk < RISKY
    assert deciding.give_back(world.people["asha"], row.pk, row.version, "style").risk >= RISKY
    world.track.refresh_from_db()
    assert world.track.risky == 1
