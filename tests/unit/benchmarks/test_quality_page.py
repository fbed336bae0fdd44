"""docs/quality.md: what the command writes, from results as they are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.quality import CURVE, PAGE, page
from courses.languages import find_language
from translators.starter_prompt import LANGUAGES


def one_set(chrf: float, **other: Any) -> dict[str, Any]:
    numbers = {"asked": 10, "kept": 9, "invented": 1, "repeated": 2}
    return {
        "sentences": 12,
        "chrf": chrf,
        "numbers": numbers,
        "script": {"own": 900, "latin": 90, "other": 10},
        "loops": 0,
        "holes": 0,
        "seconds": 6.0,
        "references": {"numbers": {**numbers, "kept": 10}},
        **other,
    }


def result(**other: Any) -> dict[str, Any]:
    return {
        "signature": "engine:starter|revision:1",
        "metric": "nrefs:1|version:2",
        "date": "2026-01-31",
        "limit": 12,
        "sets": {"flores": one_set(30.04), "courses": one_set(50.0)},
        "hints": {
            "rows": 6,
            "terms": 20,
            "used with": 19,
            "used without": 10,
            "chrf with": 41.0,
            "chrf without": 40.0,
        },
        **other,
    }


def test_a_language_has_one_row_in_each_table_with_its_figures() -> None:
    text = page({"hi": result()}, "")
    numbers = "9 of 10, 90.0 % (100.0 %)"
    terms = "19 of 20, 95.0 % (50.0 %)"
    assert f"| Hindi | 30.0 | 50.0 | {numbers} | {numbers} | {terms} | +1.0 |" in text
    assert "| Hindi | 24 | 2 | 4 | 90.0 % (99.0 %) | 0 | 0 | 2.0 |" in text


def test_the_page_says_how_and_when_every_figure_was_made() -> None:
    other = result(signature="engine:starter|revision:2", date="2026-02-01")
    text = page({"hi": result(), "ta": other, "ur": result()}, "")
    assert "`engine:starter|revision:1`, 2026-01-31: hi, ur" in text
    assert "`engine:starter|revision:2`, 2026-02-01: ta" in text
    assert "`nrefs:1|version:2`" in text
    assert "--limit 12" in text


def test_all_languages_are_taken_together() -> None:
    other = result(sets={"flores": one_set(20.0), "courses": one_set(40.0)})
    assert "| **all** | 25.0 | 45.0 | 18 of 20, 90.0 % (100.0 %) |" in page(
        {"hi": result(), "ta": other}, ""
    )


def test_the_learning_curve_is_a_section_when_there_is_one() -> None:
    assert "Learning curve" not in page({"hi": result()}, "tokens\tscore\n")
    assert "## Learning curve" in (made := page({"hi": result()}, "tokens\tscore\n1\t20\n"))
    assert made.endswith("| tokens | score |\n| --- | --- |\n| 1 | 20 |\n")


def test_the_page_in_the_repository_has_every_language_of_the_starter() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for code in LANGUAGES:
        assert text.count(f"| {find_language(code).name} |") == 2, code
    assert "engine:starter|" in text
    assert "nrefs:1|" in text


def test_the_learning_curve_in_the_repository_is_a_whole_table() -> None:
    rows = [line.split("\t") for line in Path(CURVE).read_text(encoding="utf-8").splitlines()]
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}
