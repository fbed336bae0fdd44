"""What people are told at the end of a run about where its texts came from."""

from __future__ import annotations

from pathlib import Path

from pipeline.config import Config
from pipeline.config_tables import TranslatorConfig
from pipeline.kit import Summary
from pipeline.package_folder import Handout
from pipeline.prepare import find_translator
from translators.draft_cache import FILE
from translators.wrappers import Prices, Usage


def summary(**counts: object) -> Summary:
    made = Summary(**counts)  # type: ignore[arg-type]
    made.add_package("one", "hi", Handout(Path("x"), fresh=True))
    return made


def test_sentences_seconds_tokens_and_cost_are_told() -> None:
    usage = Usage(3, 40, 2000, 1200, 900, 12.4, 1, 7, 0.1234)
    said = summary(usage=usage, sentences=38, remembered=5, suggested=2).in_words(Path("out"))
    assert said.splitlines()[1:] == [
        "38 sentences translated in 12 s of engine time, summed over the workers,"
        " 1200 tokens read and 900 written, cost 0.12",
        "7 sentences were kept from earlier courses",
        "5 sentences from the translation memory, suggestions for 2 others",
    ]


def test_nothing_is_told_of_what_did_not_happen() -> None:
    assert summary().in_words(Path("out")) == "1 package written, 0 up to date: out"


def test_errors_and_warnings_are_both_told_and_every_line_needs_a_reader() -> None:
    made = Summary()
    made.add_package("one", "hi", Handout(Path("x"), fresh=True, errors=1, warnings=14))
    made.add_package("one", "ta", Handout(Path("y"), fresh=True, warnings=20))
    assert made.in_words(Path("out")).splitlines()[-1] == (
        "1 error and 34 warnings to look at first, the most in x: see its manifest.json."
        " A reviewer must read every line."
    )


def test_usage_adds_up() -> None:
    one = Usage(1, 2, 3, 4, 5, 6.0, 7, 8, 9.0)
    assert one + one == Usage(2, 4, 6, 8, 10, 12.0, 14, 16, 18.0)


def test_drafts_of_remote_engines_are_kept_for_other_courses_and_others_are_not() -> None:
    def kept(engine: str, cached: bool | None = None) -> Path | None:
        wanted = TranslatorConfig(engine, cached=cached, price_characters=3)
        spec = find_translator(Config(cache=Path("/c"), translator=wanted))
        assert spec.prices == Prices(characters=3)
        return spec.drafts

    assert kept("bhashini") == kept("chat") == Path("/c") / FILE
    assert kept("echo") is None
    assert kept("bhashini", False) is None
    assert kept("echo", True) == Path("/c") / FILE
