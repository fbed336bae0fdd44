"""Every limit of a profile that a cue can break, at the limit and just over it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from courses.nouns import Cue, Severity
from pipeline.checking.cue_checks import check_cues, reading_speed

GOOD = Cue("s-1", ("s",), 0, 2000, ("क" * 20,))


@pytest.mark.parametrize(
    ("cue", "check", "severity"),
    [
        (replace(GOOD, lines=("क" * 35,)), "cue-too-fast", Severity.INFO),
        (replace(GOOD, lines=("क" * 25, "क" * 25)), "cue-too-fast", Severity.WARNING),
        (replace(GOOD, end=999, lines=("क",)), "cue-too-short", Severity.WARNING),
        (replace(GOOD, end=7001), "cue-too-long", Severity.WARNING),
        (replace(GOOD, end=7000, lines=("क" * 43,)), "cue-line-too-wide", Severity.WARNING),
        (replace(GOOD, lines=("क", "ख", "ग")), "cue-too-many-lines", Severity.ERROR),
        (replace(GOOD, start=18_000, end=20_001), "cue-outside-media", Severity.ERROR),
        (replace(GOOD, start=-1), "cue-outside-media", Severity.ERROR),
    ],
)
def test_each_limit_that_a_cue_breaks_is_one_finding(
    cue: Cue, check: str, severity: Severity
) -> None:
    (finding,) = check_cues([cue], "hi", 20_000)
    assert (finding.check, finding.severity) == (check, severity)
    assert (finding.segment_id, finding.language) == ("s", "hi")
    assert (finding.start, finding.end) == (cue.start, cue.end)


@pytest.mark.parametrize(
    ("start", "checks"),
    [(1999, ["cue-overlap"]), (2082, ["cue-gap-too-small"]), (2083, [])],
)
def test_two_cues_too_near_each_other_are_one_finding(start: int, checks: list[str]) -> None:
    later = replace(GOOD, start=start, end=start + 2000)
    assert [finding.check for finding in check_cues([GOOD, later], "hi", 9000)] == checks


def test_a_cue_at_the_limits_has_no_finding() -> None:
    cue = replace(GOOD, end=7000, lines=("क" * 42, "क" * 42))
    assert check_cues([cue], "hi", 7000) == []


def test_invisible_marks_count_neither_for_width_nor_for_speed() -> None:
    assert reading_speed(replace(GOOD, lines=("\u2068RTI\u2069",))) == 1.5


def test_a_finding_says_which_cue_it_is_about() -> None:
    (finding,) = check_cues([replace(GOOD, end=900, lines=("क",))], "hi", 9000)
    assert (finding.cue_id, finding.segment_id) == ("s-1", "s")


def test_a_lesson_without_cues_has_no_finding() -> None:
    assert check_cues([], "hi", 9000) == []


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (("अधिकारी को उत्तर देना", "है।"), "'है।' stands alone on its line"),
        (("अधिकारी को उत्तर", "देना है।"), None),
        (("अधिकारी को उत्तर देना", "अंतरराष्ट्रीयकरण-विभागाध्यक्ष"), None),
        (("हाँ,", "है।"), None),
        (("क्या आप उत्तर देंगे?", "हाँ।"), None),
        (("-क्या आप उत्तर देंगे", "-हाँ।"), None),
        (("है।",), None),
    ],
)
def test_one_short_word_on_the_last_line_is_worth_knowing(
    lines: tuple[str, ...], message: str | None
) -> None:
    found = check_cues([replace(GOOD, end=7000, lines=lines)], "hi", 9000)
    assert [(one.check, one.severity, one.message) for one in found] == (
        [("cue-orphan-word", Severity.INFO, message)] if message else []
    )


@pytest.mark.parametrize(
    ("segment", "first", "expected"),
    [
        (("s",), "अधिकारी को उत्तर देना", ["cue-orphan-word"]),
        (("t",), "अधिकारी को उत्तर देना", []),
        ((), "अधिकारी को उत्तर देना", ["cue-orphan-word"]),
        ((), "अधिकारी को उत्तर देना है।", []),
    ],
)
def test_one_short_word_in_the_last_cue_of_its_sentence_is_worth_knowing(
    segment: tuple[str, ...], first: str, expected: list[str]
) -> None:
    cues = [
        replace(GOOD, lines=(first,)),
        Cue("s-2", segment, 2100, 4000, ("होगा।",)),
    ]
    assert [one.check for one in check_cues(cues, "hi", 9000)] == expected
