"""Sentences and finished translations, read from files as people have them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from courses.errors import UsageError
from pipeline.quality.sheet import Row, read_bytes, read_output, read_sheet, same_length

TSV = "One.\tएक।\tनोट\nTwo  words.\tदो शब्द।\n"


def texts(data: bytes) -> list[tuple[str, str]]:
    return [(row.source, row.reference) for row in read_sheet("a.tsv", data).rows]


def test_the_first_two_columns_are_source_and_reference() -> None:
    assert texts(TSV.encode()) == [("One.", "एक।"), ("Two words.", "दो शब्द।")]


@pytest.mark.parametrize(
    "head", ["source\treference", "en\thi\tnote", "English\tHindi", "SRC\tref"]
)
def test_a_header_is_no_sentence(head: str) -> None:
    rows = read_sheet("a.tsv", f"{head}\n{TSV}".encode()).rows
    assert rows[0] == Row("line 2", "One.", "एक।")


def test_a_sentence_like_a_header_stays_a_sentence() -> None:
    assert texts(b"Source\tSrot\n") == [("Source", "Srot")]


def test_packed_files_byte_order_marks_and_windows_lines_are_read() -> None:
    data = gzip.compress(TSV.replace("\n", "\r\n").encode("utf-8-sig"))
    assert texts(data) == [("One.", "एक।"), ("Two words.", "दो शब्द।")]


def test_a_separator_inside_a_text_ends_no_line() -> None:
    assert texts("One\u2028two.\tएक।\n".encode()) == [("One two.", "एक।")]


def test_rows_without_source_or_reference_keep_their_place_but_are_not_chosen() -> None:
    sheet = read_sheet("a.tsv", b"One.\ta\n\nTwo.\t\n\tb\nThree.\tc\n")
    assert len(sheet.rows) == 5
    assert sheet.chosen(None) == [0, 4]
    assert sheet.chosen(1) == [0]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "a.tsv has no sentences"),
        (b"One.\ta\nTwo words\n", "a.tsv, line 2: there is no tab"),
        (b"caf\xe9\tx\n", "a.tsv is not UTF-8"),
        (b"\x1f\x8bnonsense", "a.tsv is a damaged gzip file"),
        (b"<?xml version='1.0'?><html/>", "a.tsv: This is no XLIFF file"),
    ],
)
def test_other_files_are_refused_by_name(data: bytes, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        read_sheet("a.tsv", data)


def test_an_output_is_lines_or_a_column() -> None:
    assert read_output("o.txt", "एक।\n\n दो \n".encode(), None) == ["एक।", "", "दो"]
    assert read_output("o.tsv", b"source\tref\tmine\na\tb\tc\n", 3) == ["c"]
    with pytest.raises(UsageError, match=r"o.tsv, line 2: there is no column 3"):
        read_output("o.tsv", b"a\tb\tc\na\tb\n", 3)


def test_an_output_with_columns_is_not_taken_for_lines() -> None:
    with pytest.raises(UsageError, match=r"o.tsv, line 1: .* Say which one .*: o.tsv:3"):
        read_output("o.tsv", b"a\tb\tc\n", None)


def test_an_output_of_another_length_is_refused() -> None:
    with pytest.raises(UsageError, match=r"o.txt has 1 texts, a.tsv has 2 rows"):
        same_length("o.txt", ["a"], read_sheet("a.tsv", TSV.encode()))


def test_a_file_that_cannot_be_read_or_is_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_bytes(str(tmp_path))
    (tmp_path / "a").write_bytes(b"12345")
    with pytest.raises(UsageError, match="larger"):
        read_bytes(str(tmp_path / "a"), limit=4)


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipeline.quality.sheet._LARGEST", 1000)
    with pytest.raises(UsageError, match="larger than"):
        read_sheet("a.tsv", gzip.compress(b"a\tb\n" * 500))
