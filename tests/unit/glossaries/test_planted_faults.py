"""Faults planted into drafts of 13 languages are found, and right drafts are left alone."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from courses.nouns import Term
from courses.script import graphemes
from glossaries.check import Outcome, judge
from glossaries.match import make_finder

DATA = Path(__file__).with_name("planted.toml")


@dataclass(frozen=True, slots=True)
class Planted:
    """A sentence with a draft; `fault` is empty for a draft that keeps the term."""

    language: str
    fault: str
    source: str
    draft: str
    term: Term


@dataclass(slots=True)
class Score:
    """What the check made of the drafts of one language."""

    faulty: int = 0
    found: int = 0
    right: int = 0
    alarms: int = 0


def planted() -> Iterator[Planted]:
    for language, data in tomllib.loads(DATA.read_text(encoding="utf-8")).items():
        for row in data["term"]:
            term = Term(row["en"], row["target"], language)
            for fault, wording in drafts(row, data["and"]):
                draft = " ".join(row["frame"].format(wording).split())
                yield Planted(language, fault, f"See the {row['en']} here.", draft, term)


def drafts(row: dict[str, Any], conjunction: str) -> Iterator[tuple[str, str]]:
    yield from (("", wording) for wording in row["right"])
    yield from (("wrong", wording) for wording in row["wrong"])
    yield "transliterated", row["sounds"]
    yield "untranslated", row["en"]
    yield "missing", ""
    first, _, rest = row["target"].partition(" ")
    parts = graphemes(first)
    middle = (len(parts) + 1) // 2
    halves = "".join(parts[:middle]), "".join(parts[middle:])
    yield "split", f"{first} {conjunction} {rest}" if rest else " ".join(halves)


def score() -> dict[str, Score]:
    """Return the score of each language; also for benchmarks/measure_glossary.py."""
    scores: dict[str, Score] = {}
    for one in planted():
        hits = make_finder([one.term])(one.source)
        assert len(hits) == 1, one.source
        (verdict,) = judge(one.source, one.draft, hits, one.language)
        violated = verdict.outcome is Outcome.VIOLATED
        count = scores.setdefault(one.language, Score())
        if one.fault:
            count.faulty, count.found = count.faulty + 1, count.found + violated
        else:
            count.right, count.alarms = count.right + 1, count.alarms + violated
    return scores


def test_there_are_enough_sentences_in_every_language_of_the_starter() -> None:
    scores = score()
    assert len(scores) == 13
    assert sum(one.faulty + one.right for one in scores.values()) >= 300
    assert min(one.faulty for one in scores.values()) >= 12


def is_found(one: Planted) -> bool:
    (verdict,) = judge(one.source, one.draft, make_finder([one.term])(one.source), one.language)
    return verdict.outcome is Outcome.VIOLATED


def test_at_least_98_of_100_faults_are_found_in_every_language() -> None:
    missed = [(one.language, one.draft) for one in planted() if one.fault and not is_found(one)]
    too_few = {code for code, one in score().items() if one.found < 0.98 * one.faulty}
    assert too_few == set(), missed


def test_at_most_2_of_100_right_drafts_are_flagged_in_every_language() -> None:
    flagged = [(one.language, one.draft) for one in planted() if not one.fault and is_found(one)]
    too_many = {code for code, one in score().items() if one.alarms > 0.02 * one.right}
    assert too_many == set(), flagged
