"""Parallel text in columns: the first line names the languages, nothing is quoted."""

from __future__ import annotations

import io

import pytest

from courses.errors import UsageError
from pipeline.formats import tsv
from pipeline.formats.units import Notes


def read(data: bytes | str, notes: Notes | None = None) -> list[tuple[str, str, str]]:
    file = io.BytesIO(data.encode() if isinstance(data, str) else data)
    units = tsv.read(file, "a.tsv", notes or Notes())
    return [(unit.pair, unit.source, unit.target) for unit in units]


def test_each_cell_is_a_translation_of_the_first_of_its_row() -> None:
    assert read("en\thi\tta\nYes.\tहाँ।\tஆம்.\nNo.\tनहीं।\tஇல்லை.\n") == [
        ("en>hi", "Yes.", "हाँ।"),
        ("en>ta", "Yes.", "ஆம்."),
        ("en>hi", "No.", "नहीं।"),
        ("en>ta", "No.", "இல்லை."),
    ]


def test_quotation_marks_are_text_and_only_a_line_feed_ends_a_row() -> None:
    data = '\ufeffen\thi-IN\r\n"Yes\u2028and no" \tहाँ "\u0085\r\n'.replace("\u0085", "")
    assert read(data) == [("en>hi", '"Yes\u2028and no" ', 'हाँ "')]


def test_rows_that_cannot_be_used_are_told_with_their_lines() -> None:
    notes = Notes()
    assert read("en\thi\nYes\t\n\tहाँ\nYes\nYes\ta\x01b\n\nNo\tन\n", notes) == [("en>hi", "No", "न")]
    assert notes.lines == {
        "a text is empty": [2, 3],
        "the row has not 2 columns": [4, 6],
        "a text has a control character": [5],
    }


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", r"a\.tsv: the file is empty"),
        ("source\ttarget\n", r"a\.tsv:1: Unknown language 'source'.*names the languages"),
        ("en\n", "not two different languages"),
        ("en\ten\n", "not two different languages"),
        (b"en\thi\nYes\t\xff\n", "is not UTF-8 after line"),
    ],
)
def test_a_file_that_is_something_else_is_an_error(data: bytes | str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read(data)
