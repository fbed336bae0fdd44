"""Translators around a translator: what each adds, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

import pytest

from courses.errors import EngineError
from courses.nouns import Signature
from translators.base import Draft, Request
from translators.draft_cache import DraftCache
from translators.wrappers import Cached, Counted, Prices, Retrying, Usage, chances, take_usage

GOOD, BAD, LATER = Request("good"), Request("bad"), Request("later")


class Engine:
    """Remembers each batch; `answer` makes the drafts."""

    sources = frozenset({"en"})
    targets = frozenset({"hi"})
    understands_hints = True
    goes_on = False
    repeatable = False

    def __init__(self, answer: Callable[[Request], Draft] | None = None) -> None:
        self.batches: list[list[str]] = []
        self.signature = Signature("fake", "m", "1")
        self._answer = answer or (lambda request: Draft(f"[{request.text}]", 0.5))

    def translate(self, batch: Sequence[Request], source: str, target: str) -> list[Draft]:
        self.batches.append([request.text for request in batch])
        return [self._answer(request) for request in batch]


class Telling(Engine):
    """Says that it took 10 tokens to read and 3 to write."""

    def take_tokens(self) -> tuple[int, int]:
        return 10, 3


def never_bad(request: Request) -> Draft:
    return Draft(None, problem="no") if request == BAD else Draft(f"[{request.text}]")


# Retrying.


def test_holes_are_asked_for_again_in_halves_and_at_last_alone() -> None:
    engine = Engine()
    whole = [Request(str(number)) for number in range(4)]

    def answer(request: Request) -> Draft:
        alone = len(engine.batches[-1]) == 1
        return Draft(request.text) if alone else Draft(None, problem="too many")

    engine._answer = answer
    drafts = Retrying(engine).translate(whole, "en", "hi")
    assert [draft.text for draft in drafts] == ["0", "1", "2", "3"]
    assert engine.batches == [
        ["0", "1", "2", "3"],
        ["0", "1"],
        ["0"],
        ["1"],
        ["2", "3"],
        ["2"],
        ["3"],
    ]


def test_a_sentence_that_fails_alone_stays_a_hole_with_its_last_reason() -> None:
    engine = Engine(never_bad)
    drafts = Retrying(engine).translate([GOOD, BAD, GOOD], "en", "hi")
    assert drafts == [Draft("[good]"), Draft(None, problem="no"), Draft("[good]")]
    assert engine.batches == [["good", "bad", "good"], ["bad"]]


def test_what_is_blank_or_was_asked_for_alone_is_not_asked_for_again() -> None:
    engine = Engine(lambda request: Draft(None, problem="no"))
    Retrying(engine).translate([BAD], "en", "hi")
    Retrying(engine).translate([Request(" "), Request("")], "en", "hi")
    assert engine.batches == [["bad"], [" ", ""]]


def test_a_hole_that_goes_away_is_filled_in_its_place() -> None:
    seen = count()

    def answer(request: Request) -> Draft:
        return Draft(None) if request == LATER and next(seen) == 0 else Draft(request.text)

    drafts = Retrying(Engine(answer)).translate([LATER, GOOD], "en", "hi")
    assert [draft.text for draft in drafts] == ["later", "good"]


# Counted.


def test_everything_that_the_engine_did_is_counted_once_and_priced() -> None:
    clock = count(0, 2)
    engine = Counted(Telling(never_bad), Prices(1e6, 2e6, 0.5e6), lambda: next(clock))
    engine.translate([GOOD, BAD], "en", "hi")
    engine.translate([GOOD], "en", "hi")
    expected = Usage(2, 3, 11, 20, 6, 4.0, 1, 0, 20 + 12 + 5.5)
    assert engine.take_usage() == expected
    assert engine.take_usage() == Usage()


def test_a_call_that_fails_counts_as_a_call_that_translated_nothing() -> None:
    def fail(request: Request) -> Draft:
        raise EngineError("down")

    engine = Counted(Engine(fail), now=lambda: 0.0)
    with pytest.raises(EngineError):
        engine.translate([GOOD], "en", "hi")
    assert engine.take_usage() == Usage(calls=1)


def test_an_engine_without_a_counter_used_nothing_that_is_known() -> None:
    assert take_usage(Engine()) == Usage()


# Cached.


def test_a_sentence_is_made_once_and_comes_from_the_cache_afterwards(tmp_path: Path) -> None:
    engine = Engine()
    for _ in range(2):  # another run: nothing is held in memory
        cached = Cached(Counted(engine), DraftCache(tmp_path / "c"))
        assert cached.translate([GOOD, LATER, GOOD], "en", "hi") == [
            Draft("[good]", 0.5),
            Draft("[later]", 0.5),
            Draft("[good]", 0.5),
        ]
    assert engine.batches == [["good", "later"]]
    assert cached.take_usage() == Usage(cached=3)


def test_only_what_is_missing_is_asked_for_and_order_is_kept(tmp_path: Path) -> None:
    engine = Engine()
    cached = Cached(engine, DraftCache(tmp_path / "c"))
    cached.translate([LATER], "en", "hi")
    drafts = cached.translate([GOOD, LATER, BAD], "en", "hi")
    assert [draft.text for draft in drafts] == ["[good]", "[later]", "[bad]"]
    assert engine.batches == [["later"], ["good", "bad"]]


def test_a_hole_is_not_kept(tmp_path: Path) -> None:
    engine = Engine(never_bad)
    cached = Cached(engine, DraftCache(tmp_path / "c"))
    for _ in range(2):
        assert cached.translate([BAD], "en", "hi")[0].text is None
    assert engine.batches == [["bad"], ["bad"]]


def test_signature_languages_text_and_hints_are_all_in_the_address(tmp_path: Path) -> None:
    engine = Engine()
    engine.targets = frozenset({"hi", "ta"})
    cached = Cached(engine, DraftCache(tmp_path / "c"))
    cached.translate([GOOD], "en", "hi")
    cached.translate([GOOD], "en", "ta")
    cached.translate([Request("good", (("good", "अच्छा"),))], "en", "hi")
    engine.signature = Signature("fake", "m", "2")
    cached.translate([GOOD], "en", "hi")
    assert len(engine.batches) == 4
    cached.translate([Request("good", begin="अच्छा")], "en", "hi")
    assert len(engine.batches) == 5


def test_wrappers_are_what_the_engine_is() -> None:
    engine = Engine()
    for wrapped in (Counted(engine), Retrying(engine), Cached(engine, DraftCache(Path("c")))):
        assert wrapped.signature == engine.signature
        assert (wrapped.sources, wrapped.targets) == (engine.sources, engine.targets)
        assert (wrapped.understands_hints, wrapped.repeatable) == (True, False)
        assert wrapped.goes_on is False
        engine.goes_on = True
        assert wrapped.goes_on is True
        engine.goes_on = False


def test_what_an_engine_knows_of_places_comes_through_and_its_time_is_counted(
    tmp_path: Path,
) -> None:
    class Knowing(Engine):
        def chances(
            self, request: Request, wordings: Sequence[str], target: str
        ) -> list[tuple[float, ...]]:
            return [(-1.0, -2.0) for _ in wordings]

    clock = count()
    counted = Counted(Knowing(), now=lambda: float(next(clock)))
    wrapped = Retrying(Cached(counted, DraftCache(tmp_path / "c")))
    assert chances(wrapped, GOOD, ["a", "b"], "hi") == [(-1.0, -2.0), (-1.0, -2.0)]
    assert take_usage(wrapped) == Usage(seconds=1.0)
    assert chances(Retrying(Engine()), GOOD, ["a"], "hi") is None
