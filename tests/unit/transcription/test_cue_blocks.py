"""How files fall into cues: WebVTT step by step as the standard has it, SubRip as it is found."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transcription.cue_blocks import (
    EXACT,
    LOOSE,
    is_webvtt,
    normalised,
    subrip_blocks,
    times_of,
    webvtt_blocks,
)

TIMING = "00:01.000 --> 00:02.000"


def by_the_steps(text: str) -> list[tuple[int, str, str]]:
    """Return line, timing line and text of each cue, by the steps of section 6.1 one by one.

    A cue whose timing line fails is there too: it is a cue that the next step sets to null.
    """
    lines = text.split("\n")
    found = []
    at = 1  # after the header line
    if at < len(lines) and lines[at] != "":
        at, _ = collect(lines, at, in_header=True)
    while True:
        while at < len(lines) and lines[at] == "":
            at += 1
        if at >= len(lines):
            return found
        at, cue = collect(lines, at, in_header=False)
        if cue is not None:
            found.append(cue)


def collect(lines: list[str], at: int, in_header: bool) -> tuple[int, tuple[int, str, str] | None]:
    """Collect a block from `at`; return where to go on, and the cue if it is one."""
    count, seen_arrow, timing, buffer = 0, False, None, []
    while at < len(lines):
        line = lines[at]
        count += 1
        if "-->" in line:
            if in_header or not (count == 1 or (count == 2 and not seen_arrow)):
                break  # back to the start of this line
            seen_arrow = True
            timing, buffer = (at + 1, line), []
        elif line == "":
            break
        else:
            buffer.append(line)
        at += 1
    return at, (*timing, "\n".join(buffer)) if timing else None


LINES = st.lists(
    st.sampled_from([TIMING, "x --> y", "-->", "", "", " ", "id", "text", "NOTE", "STYLE", "7"]),
    max_size=14,
)


@settings(max_examples=200, deadline=None)
@given(LINES)
def test_webvtt_falls_into_cues_as_the_steps_of_the_standard_say(lines: list[str]) -> None:
    text = "\n".join(["WEBVTT", *lines])
    ours = [
        (block.number + block.timing, block.time, "\n".join(block.text))
        for block in webvtt_blocks(text)
        if block.timing >= 0
    ]
    assert ours == by_the_steps(text)


@settings(max_examples=100, deadline=None)
@given(LINES)
def test_every_line_of_a_file_is_in_one_block_or_blank_or_the_number_of_a_cue(
    lines: list[str],
) -> None:
    seen = [
        block.number + place
        for block in subrip_blocks("\n".join(lines))
        for place in range(len(block.lines))
    ]
    assert len(seen) == len(set(seen))
    missing = set(range(1, len(lines) + 1)) - set(seen)
    assert {lines[number - 1].strip() for number in missing} <= {"", "7"}


@pytest.mark.parametrize(
    ("line", "times"),
    [
        ("00:01.000 --> 00:02.000", (1000, 2000)),
        ("00:00:01.000-->00:00:02.000align:start", (1000, 2000)),
        ("\t1:00:00.000 -->\f123:00:00.000 line:0", (3_600_000, 442_800_000)),
        ("1:00.000 --> 2:00.000", "times cannot be read"),
        ("00:60.000 --> 01:01.000", "times cannot be read"),
        ("00:01.00 --> 00:02.000", "times cannot be read"),
        ("00:01.000 --> 00:02.0000", "times cannot be read"),
        ("00:01,000 --> 00:02,000", "times cannot be read"),
        ("०0:01.000 --> 00:02.000", "times cannot be read"),
        ("00:01.000 --> 00:01.000", "cue ends before it starts"),
        ("-00:01.000 --> 00:02.000", "a time is negative"),
    ],
)
def test_webvtt_times_are_read_to_the_letter(line: str, times: object) -> None:
    assert times_of(line, EXACT) == times


@pytest.mark.parametrize(
    ("line", "times"),
    [
        ("00:00:01,000 --> 00:00:02,000", (1000, 2000)),
        ("0:1.5 -> 0:2", (1500, 2000)),
        ("00:00:01,0005 --> 00:00:02,000 X1:1 X2:2 Y1:3 Y2:4", (1000, 2000)),
        ("00:100:00,000 --> 00:00:6001,000", "times cannot be read"),
        ("00:100:00,000 --> 00:100:100,000", (6_000_000, 6_100_000)),
        ("Meeting 10:30 --> room 4", "times cannot be read"),
    ],
)
def test_subrip_times_are_read_as_people_write_them(line: str, times: object) -> None:
    assert times_of(line, LOOSE) == times


@pytest.mark.parametrize(
    ("text", "known"),
    [("WEBVTT", True), ("WEBVTT x", True), ("WEBVTT\n", True), ("WEBVTTx", False), ("1\n", False)],
)
def test_webvtt_is_known_by_its_first_word(text: str, known: bool) -> None:
    assert is_webvtt(text) is known


def test_line_ends_become_line_feeds_and_nul_is_replaced() -> None:
    assert normalised("\ufeffa\r\nb\rc\n\0", "x") == "a\nb\nc\n\ufffd"
