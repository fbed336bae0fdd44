"""Measuring the validation sets, going on where it stopped, and the card made of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from courses.nouns import Signature
from training.card import measured_table
from training.corpus import Corpus, Pair
from training.evaluate import draft, draft_into, read_results, score
from translators.base import Draft, Request


class Dictionary:
    """Translates by heart; obeys the hint for "office" when it is given."""

    sources = frozenset({"en"})
    targets = frozenset({"hi"})
    understands_hints = True
    goes_on = False
    repeatable = True

    def __init__(self, revision: str = "1") -> None:
        self.signature = Signature("dictionary", revision=revision)
        self.asked = 0

    def translate(self, batch: list[Request], source: str, target: str) -> list[Draft]:
        self.asked += len(batch)
        return [Draft(self._say(request)) for request in batch]

    def _say(self, request: Request) -> str:
        place = "कार्यालय" if request.hints else "दफ़्तर"
        number = "".join(ch for ch in request.text if ch.isdigit())
        return f"{place} में {number} रुपये दें।"


def corpus() -> Corpus:
    pairs = [Pair(f"Pay {n} in the office.", f"कार्यालय में {n} रुपये दें।", "x") for n in (10, 20, 30)]
    return Corpus("hi", flores=pairs[:2], courses=pairs[1:], terms=[("office", "कार्यालय")])


def test_both_sets_and_the_hints_are_measured() -> None:
    found = score(draft(Dictionary(), corpus(), 2))
    assert found["signature"] == "engine:dictionary|revision:1"
    assert [one["sentences"] for one in found["sets"].values()] == [2, 2]
    assert found["sets"]["flores"]["numbers"] == {
        "asked": 2,
        "kept": 2,
        "invented": 0,
        "repeated": 0,
    }
    hints = found["hints"]
    assert (hints["rows"], hints["terms"]) == (1, 1)
    assert (hints["used with"], hints["used without"]) == (1, 0)
    assert hints["chrf with"] == pytest.approx(100)
    assert hints["chrf without"] < 100


def test_kept_drafts_give_the_same_scores(tmp_path: Path) -> None:
    draft_into(tmp_path, Dictionary(), corpus(), 2)
    found = read_results(tmp_path.glob("*.json"))["hi"]
    again = score(draft(Dictionary(), corpus(), 2))
    for one in (*found["sets"].values(), *again["sets"].values()):
        one["seconds"] = None
    assert found == again


def test_what_is_drafted_is_not_drafted_again_unless_something_changed(tmp_path: Path) -> None:
    engine = Dictionary()
    assert draft_into(tmp_path, engine, corpus(), 2)
    asked = engine.asked
    assert not draft_into(tmp_path, engine, corpus(), 2)
    assert engine.asked == asked
    assert draft_into(tmp_path, engine, corpus(), 1)
    assert draft_into(tmp_path, Dictionary("2"), corpus(), 1)


def test_a_language_that_another_process_drafts_is_left_to_it(tmp_path: Path) -> None:
    with FileLock(tmp_path / ".hi.lock"):
        assert not draft_into(tmp_path, Dictionary(), corpus(), 2)
    assert read_results(tmp_path.glob("*.json")) == {}


def test_the_card_has_a_row_a_language_and_the_mean() -> None:
    found: dict[str, dict[str, Any]] = {"hi": score(draft(Dictionary(), corpus(), 2))}
    rows = measured_table(found).splitlines()[2:]
    assert rows[0].startswith("| Hindi | ")
    assert "| 4 of 4 | 100% / 0% | 100.0% | 0 |" in rows[0]
    assert rows[1].startswith("| **mean** | ")
