"""SubRip as written, and as two parsers that are not ours read it."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pysubs2
import pytest
import srt
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.nouns import Cue
from pipeline.formats import Document
from pipeline.formats.subrip import write


def document(*cues: Cue) -> Document:
    return Document("Title", "ta", "machine draft, not reviewed", cues)


def cue(*lines: str, start: int = 0, end: int = 1000) -> Cue:
    return Cue("a-1", ("a",), start, end, lines)


def test_cues_are_numbered_and_timed_with_a_comma() -> None:
    first = cue("தகவல் அறியும்", "உரிமைச் சட்டம்", start=500, end=4583)
    second = cue("நன்றி", start=3_600_000, end=3_601_001)
    assert write(document(first, second)) == (
        "1\n"
        "00:00:00,500 --> 00:00:04,583\n"
        "தகவல் அறியும்\n"
        "உரிமைச் சட்டம்\n"
        "\n"
        "2\n"
        "01:00:00,000 --> 01:00:01,001\n"
        "நன்றி\n"
    )


def test_a_cue_with_nothing_to_see_takes_no_number() -> None:
    assert write(document(cue(""), cue("அ"))) == "1\n00:00:00,000 --> 00:00:01,000\nஅ\n"


def test_a_lesson_without_cues_is_an_empty_file() -> None:
    assert write(document()) == ""


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("the <b> tag", "the <\u2060b> tag"),
        ("the </ b> tag", "the <\u2060/ b> tag"),
        ("3 < 5", "3 < 5"),
        ("{\\an8}", "{\u2060\\an8}"),
        ("a --> b", "a --\u2060> b"),
        ("2005", "\u200e2005"),
    ],
)
def test_what_a_player_would_take_for_markup_is_parted_invisibly(line: str, written: str) -> None:
    assert write(document(cue(line))).splitlines()[2] == written


letters = st.characters(
    exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\u202d\u202e"
)
visible = st.text(letters, min_size=1)
lines = st.lists(visible | st.sampled_from(["2005", "-->", "<i>x</i>", "{\\i1}", "1", "<x"]))
spans = st.tuples(st.integers(0, 90_000_000), st.integers(1, 7000))
cues_by_time = st.lists(st.tuples(spans, lines), max_size=8).map(
    lambda rows: [
        cue(*shown, start=start, end=start + time) for (start, time), shown in sorted(rows)
    ]
)


def bare(text: str) -> str:
    """`text` without the marks that the writer may add."""
    return text.replace("\u200e", "").replace("\u2060", "")


def seen(cues: list[Cue]) -> list[tuple[int, int, str]]:
    """What a person sees of the cues: times, and lines without spaces around them."""
    stripped = (
        (cue.start, cue.end, "\n".join(line.strip() for line in cue.lines if line.strip()))
        for cue in cues
    )
    return [(start, end, bare(text)) for start, end, text in stripped if text]


@settings(max_examples=150, deadline=None)
@given(cues_by_time)
def test_pysubs2_reads_the_same_cues(cues: list[Cue]) -> None:
    read = pysubs2.SSAFile.from_file(StringIO(write(document(*cues))), format_="srt")
    assert [(e.start, e.end, bare(e.text.replace("\\N", "\n"))) for e in read] == seen(cues)


@settings(max_examples=150, deadline=None)
@given(cues_by_time)
def test_srt_reads_the_same_cues(cues: list[Cue]) -> None:
    read = list(srt.parse(write(document(*cues))))
    assert [(_ms(s.start), _ms(s.end), bare(s.content)) for s in read] == seen(cues)
    assert [s.index for s in read] == list(range(1, len(read) + 1))


def _ms(time: timedelta) -> int:
    return time // timedelta(milliseconds=1)
