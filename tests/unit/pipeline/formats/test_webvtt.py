"""WebVTT as written, and as two parsers that are not ours read it."""

from __future__ import annotations

import html
from io import StringIO

import pysubs2
import pytest
import webvtt
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.nouns import Cue
from pipeline.formats import Document
from pipeline.formats.webvtt import write


def document(*cues: Cue) -> Document:
    return Document("Title", "hi", "machine draft, not reviewed", cues)


def cue(*lines: str, start: int = 0, end: int = 1000) -> Cue:
    return Cue("a-1", ("a",), start, end, lines)


def test_cues_are_written_without_identifiers_or_notes() -> None:
    first = cue("सूचना का अधिकार", "अधिनियम, 2005", start=500, end=4583)
    second = cue("\u2068RTI\u2069 کے تحت", start=360_000_000, end=360_001_000)
    assert write(document(first, second)) == (
        "WEBVTT\n"
        "\n"
        "00:00:00.500 --> 00:00:04.583\n"
        "सूचना का अधिकार\n"
        "अधिनियम, 2005\n"
        "\n"
        "100:00:00.000 --> 100:00:01.000\n"
        "\u2068RTI\u2069 کے تحت\n"
    )


def test_a_lesson_without_cues_is_a_header() -> None:
    assert write(document()) == "WEBVTT\n\n"


def test_the_three_signs_of_markup_are_escaped() -> None:
    assert "a &lt;b&gt; &amp;amp; c --&gt; d\n" in write(document(cue("a <b> &amp; c --> d")))


@pytest.mark.parametrize("digits", ["2005", "२००५", "۲۰۰۵", " 7 "])
def test_a_line_of_digits_only_gets_an_invisible_mark(digits: str) -> None:
    assert f"\n\u200e{digits.strip()}\n" in write(document(cue("अधिनियम", digits)))


def test_a_cue_with_nothing_to_see_is_left_out() -> None:
    assert write(document(cue(" ", "\n"), cue("क"))) == write(document(cue("क")))


def test_line_ends_and_controls_inside_a_line_become_spaces() -> None:
    text = write(document(cue("a\nb\r\nc\u2028d\0e\x0bf")))
    assert text.endswith("\na b c d e f\n")


def test_a_lone_surrogate_does_not_keep_the_file_from_being_encoded() -> None:
    assert write(document(cue("a\ud800b"))).encode().endswith(b"\na b\n")


letters = st.characters(
    exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\u202d\u202e"
)
visible = st.text(letters, min_size=1)
lines = st.lists(visible | st.sampled_from(["2005", "-->", "<i>", "&lt;", "NOTE", "WEBVTT"]))
spans = st.tuples(st.integers(0, 360_000_000), st.integers(1, 7000))
cues_by_time = st.lists(st.tuples(spans, lines), max_size=8).map(
    lambda rows: [
        cue(*shown, start=start, end=start + time) for (start, time), shown in sorted(rows)
    ]
)


def seen(cues: list[Cue]) -> list[tuple[int, int, str]]:
    """What a person sees of the cues: times, and lines without spaces around them."""
    stripped = (
        (cue.start, cue.end, "\n".join(line.strip() for line in cue.lines if line.strip()))
        for cue in cues
    )
    return [row for row in stripped if row[2]]


@settings(max_examples=150, deadline=None)
@given(cues_by_time)
def test_webvtt_py_reads_the_same_cues(cues: list[Cue]) -> None:
    read = webvtt.from_string(write(document(*cues)))
    assert [
        (
            _ms(caption.start_time.to_tuple()),
            _ms(caption.end_time.to_tuple()),
            html.unescape(caption.text).replace("\u200e", ""),
        )
        for caption in read
    ] == [(start, end, text.replace("\u200e", "")) for start, end, text in seen(cues)]


def _ms(time: tuple[int, int, int, int]) -> int:
    hours, minutes, seconds, millis = time
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + millis


@settings(max_examples=150, deadline=None)
@given(cues_by_time)
def test_pysubs2_reads_the_same_cues(cues: list[Cue]) -> None:
    read = pysubs2.SSAFile.from_file(StringIO(write(document(*cues))), format_="vtt")
    assert [
        (
            event.start,
            event.end,
            html.unescape(event.text.replace("\\N", "\n")).replace("\u200e", ""),
        )
        for event in read
    ] == [(start, end, text.replace("\u200e", "")) for start, end, text in seen(cues)]


@settings(max_examples=150, deadline=None)
@given(cues_by_time)
def test_what_clients_throw_away_is_timing_lines_alone(cues: list[Cue]) -> None:
    text = write(document(*cues))
    assert text.startswith("WEBVTT\n\n")
    body = text.removeprefix("WEBVTT\n\n").split("\n")
    kept = [line for line in body if line and not line.isdecimal() and "-->" not in line]
    assert len(kept) == sum(text.count("\n") + 1 for _, _, text in seen(cues))
