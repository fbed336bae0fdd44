"""The engine around any CTranslate2 model, with a model that says what a test wants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from courses.errors import LanguageError, ModelError
from translators.base import Request, TranslatorOptions
from translators.ctranslate import CTranslate, Reading
from translators.decoding import Search
from translators.entities import has_all, hide, put_back, to_stand_ins

Say = Callable[[str, Search], str]


@dataclass
class Result:
    hypotheses: list[list[str]]
    scores: list[float]


class Words:
    """Words for pieces, entities hidden; a text without end mark is one that ran on."""

    longest = 40

    def __init__(self, folder: Path) -> None:
        pass

    def prefix(self, target: str) -> list[str]:
        return [f"<2{target}>"]

    def read(self, text: str, source: str, target: str, bare: bool) -> Reading:
        hidden, entities = hide(text)
        return Reading((text if bare else hidden).split(), entities, bare)

    def write(self, pieces: Sequence[str], reading: Reading, target: str) -> str | None:
        hidden = () if reading.bare else reading.entities
        text = put_back(to_stand_ins(" ".join(pieces), len(hidden)), hidden)
        return text if text is not None and has_all(text, reading.entities) else None


class Scripted:
    """Answers each prompt with what `say` makes of it."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.searches: list[Search] = []
        self.batches: list[list[str]] = []

    def generate(
        self, prompts: Sequence[Sequence[str]], prefix: Sequence[str], search: Search
    ) -> list[Result]:
        self.searches.append(search)
        self.batches.append([" ".join(prompt) for prompt in prompts])
        said = [self.say(" ".join(prompt), search) for prompt in prompts]
        return [_result(list(prefix), one.split()) for one in said]


def _result(prefix: list[str], written: list[str]) -> Result:
    """Return a text whose pieces have -0.5 each; CTranslate2 counts the given ones as 0."""
    pieces = [*prefix, *written]
    return Result([pieces], [-0.5 * len(written) / max(1, len(pieces))])


class Engine(CTranslate):
    engine = "words"
    can_read = frozenset({"en"})
    can_write = frozenset({"hi"})
    wording = Words


def engine(say: Say) -> tuple[CTranslate, Scripted]:
    made, model = Engine(TranslatorOptions({"model": Path()}, Path())), Scripted(say)
    made.__dict__["_model"] = model
    return made, model


def drafts(say: Say, *texts: str) -> list[Any]:
    return engine(say)[0].translate([Request(text) for text in texts], "en", "hi")


def test_confidence_is_the_mean_probability_of_a_piece() -> None:
    [draft] = drafts(lambda text, search: "हाँ </s>", "Yes.")
    assert draft.text == "हाँ"
    assert draft.confidence == pytest.approx(0.6065, abs=1e-4)


def test_a_text_that_runs_on_is_tried_again_wider_then_with_a_penalty_and_then_a_hole() -> None:
    made, model = engine(lambda text, search: "वही " * 30)
    [draft] = made.translate([Request("Say it.")], "en", "hi")
    assert draft.text is None
    assert "repetitions" in draft.problem
    first, second, third = model.searches
    assert (first.no_repeat, second.no_repeat, third.no_repeat) == (0, 4, 4)
    assert (second.penalty, third.penalty) == (1.0, 1.3)
    assert first.longest == 16 + 5 * 2
    [draft] = drafts(lambda text, search: "ठीक </s>" if search.no_repeat else "वही " * 30, "Say.")
    assert draft.text == "ठीक"


def test_a_right_number_in_words_is_no_reason_for_a_second_try() -> None:
    made, model = engine(lambda text, search: "दस दिन रुकें </s>")
    [draft] = made.translate([Request("Wait ten days.")], "en", "hi")
    assert draft.text == "दस दिन रुकें"
    assert len(model.searches) == 1


def test_a_text_never_gets_longer_than_the_model_has_positions() -> None:
    made, model = engine(lambda text, search: "हाँ </s>")
    made.translate([Request("word " * 39)], "en", "hi")
    assert model.searches[0].longest == 40 - 1 - 1


def test_a_lost_placeholder_is_tried_again_in_plain_sight() -> None:
    def say(text: str, search: Search) -> str:
        return "10:30 पर </s>" if "10:30" in text else "पर </s>"

    [draft] = drafts(say, "At 10:30 sharp")
    assert draft.text == "10:30 पर"


def test_an_entity_that_is_lost_for_good_is_a_hole_that_says_so() -> None:
    first, second = drafts(lambda text, search: "पर </s>", "At 10:30 sharp", "Plain words")
    assert first.text is None
    assert "lost" in first.problem
    assert second.text == "पर"


def test_a_text_of_addresses_and_numbers_alone_is_copied() -> None:
    def say(text: str, search: Search) -> str:
        raise AssertionError("nothing here is to be translated")

    texts = ["https://rti.gov.in", "12.5 %", "8(1)(j)"]
    assert [one.text for one in drafts(say, *texts)] == texts


def test_an_empty_answer_is_a_hole() -> None:
    [draft] = drafts(lambda text, search: "</s>", "Yes.")
    assert draft.text is None
    assert "no translation" in draft.problem


def test_sentences_are_batched_by_length_and_each_different_one_once() -> None:
    made, model = engine(lambda text, search: f"अ{len(text.split())} </s>")
    texts = [" ".join(["w"] * (1 + number % 30)) for number in range(90)]
    found = made.translate([Request(text) for text in texts], "en", "hi")
    assert [one.text for one in found] == [f"अ{1 + number % 30}" for number in range(90)]
    first = [prompt for batch in model.batches for prompt in batch][:30]
    assert sorted(first, key=len) == first
    assert len(set(first)) == 30


def test_glossary_hints_do_not_reach_these_models() -> None:
    assert not Engine.understands_hints


def test_languages_of_the_registry_go_before_those_of_the_kind() -> None:
    made = Engine(TranslatorOptions({}, Path(), writes=frozenset({"ta"})))
    assert (made.sources, made.targets) == ({"en"}, {"ta"})
    with pytest.raises(LanguageError, match="cannot write 'hi'; it can write ta"):
        made.translate([Request("Yes.")], "en", "hi")


def test_without_a_folder_the_engine_says_so() -> None:
    with pytest.raises(ModelError, match="not told the folder"):
        Engine(TranslatorOptions({}, Path())).translate([Request("Yes.")], "en", "hi")
