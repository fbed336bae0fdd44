"""Spreadsheets: formulas neither go out nor come in, and files made to do harm stay closed."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.errors import UsageError
from glossaries import sheets
from glossaries.rows import Row
from glossaries.sheets import escape, read_csv_rows, read_xlsx_rows, unescape, write_csv, write_xlsx

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''@x", "＝1+1"]


def make(path: Path, rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@given(st.text(max_size=8) | st.sampled_from(FORMULAS))
def test_what_is_escaped_is_no_formula_and_comes_back_exactly(text: str) -> None:
    assert not escape(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert unescape(escape(text)) == text


def test_a_foreign_text_with_an_apostrophe_keeps_it() -> None:
    assert unescape("'tis") == "'tis"
    assert unescape("-5 %") == "-5 %"


def test_cells_that_look_like_formulas_are_text_in_the_files(tmp_path: Path) -> None:
    rows = [["a", text] for text in FORMULAS]
    write_csv(tmp_path / "t.csv", ["en", "note"], rows)
    write_xlsx(tmp_path / "t.xlsx", ["en", "note"], rows)
    text = (tmp_path / "t.csv").read_text(encoding="utf-8-sig")
    assert all(row[1].startswith("'") for row in list(csv.reader(io.StringIO(text)))[1:])
    cells = [row[1] for row in openpyxl.load_workbook(tmp_path / "t.xlsx").active.iter_rows()]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.value.startswith("'") for cell in cells[1:])


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("=HYPERLINK(A1)", "hi: the cell is a formula; put its value there as text"),
        (datetime.date(2026, 1, 1), "hi: the cell is a date, not text"),
        (True, "hi: the cell is a truth value, not text"),
        ("#REF!", "hi: the cell is an error value, not text"),
    ],
)
def test_a_cell_that_is_no_text_is_a_problem_of_its_row(
    tmp_path: Path, value: object, problem: str
) -> None:
    path = make(tmp_path / "t.xlsx", [["en", "hi"], ["fee", value], ["act", "अधिनियम"]])
    assert list(read_xlsx_rows(path)) == [
        Row(2, {}, (problem,)),
        Row(3, {"en": "act", "hi": "अधिनियम"}),
    ]


def test_the_value_kept_for_a_formula_is_not_used(tmp_path: Path) -> None:
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>en</t></is></c></row>'
        '<row r="2"><c r="A2" t="str"><f>1+1</f><v>kept value</v></c></row>'
        "</sheetData></worksheet>"
    )
    path = replaced(make(tmp_path / "t.xlsx", [["en"]]), "xl/worksheets/sheet1.xml", sheet)
    (row,) = read_xlsx_rows(path)
    assert "formula" in row.problems[0]
    assert row.cells == {}


def replaced(path: Path, part: str, text: str | bytes) -> Path:
    """Return a copy of an archive with one part of it replaced."""
    copy = path.with_name("copy.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, text if name == part else old.read(name))
    return copy


def test_numbers_and_line_breaks_in_cells_are_text(tmp_path: Path) -> None:
    path = make(tmp_path / "t.xlsx", [["en", "note"], ["Act", 2005], [7.0, "a_x000D_\nb"], [None]])
    assert list(read_xlsx_rows(path)) == [
        Row(2, {"en": "Act", "note": "2005"}),
        Row(3, {"en": "7", "note": "a\r\nb"}),
    ]


def test_the_numbers_of_rows_count_empty_ones_and_lines_inside_cells(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('en,note\n\nfee,"a\nb"\n,\nact,\n', encoding="utf-8")
    assert [row.line for row in read_csv_rows(tmp_path / "t.csv")] == [3, 6]
    path = make(tmp_path / "t.xlsx", [["en"], ["fee"], [], ["act"]])
    assert [row.line for row in read_xlsx_rows(path)] == [2, 4]


def test_an_archive_that_unpacks_to_too_much_is_refused_unopened(tmp_path: Path) -> None:
    path = make(tmp_path / "t.xlsx", [["en"]])
    bomb = replaced(path, "xl/worksheets/sheet1.xml", b" " * (40 << 20))
    with pytest.raises(UsageError, match=r"unpacks to 4\d,\d+,\d+ bytes, .* refused unopened"):
        list(read_xlsx_rows(bomb))


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml"])
@pytest.mark.parametrize("text", ["", "<worksheet", "\0" * 9, "<a/>"])
def test_a_damaged_archive_is_an_error_with_advice_or_has_no_rows(
    tmp_path: Path, part: str, text: str
) -> None:
    damaged = replaced(make(tmp_path / "t.xlsx", [["en"], ["fee"]]), part, text)
    with pytest.raises(UsageError, match=r"cannot be read as an XLSX|the column en"):
        list(read_xlsx_rows(damaged))


def test_entities_in_a_sheet_are_not_expanded(tmp_path: Path) -> None:
    sheet = (
        '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">'
        '<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;">'
        '<!ENTITY g "&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;"><!ENTITY h "&g;&g;&g;&g;&g;&g;&g;&g;&g;&g;">]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>en</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>&h;</t></is></c></row></sheetData></worksheet>'
    )
    bomb = replaced(make(tmp_path / "t.xlsx", [["en"]]), "xl/worksheets/sheet1.xml", sheet)
    with pytest.raises(UsageError, match="cannot be read as an XLSX"):
        list(read_xlsx_rows(bomb))


def test_a_row_number_without_end_stops_at_the_last_row_of_a_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 1000)
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>en</t></is></c></row>'
        '<row r="999999999"><c r="A999999999"><v>1</v></c></row></sheetData></worksheet>'
    )
    path = replaced(make(tmp_path / "t.xlsx", [["en"]]), "xl/worksheets/sheet1.xml", sheet)
    with pytest.raises(UsageError, match="row 1,001: the sheet is larger than a sheet can be"):
        list(read_xlsx_rows(path))


def test_what_a_sheet_has_no_room_for_is_refused_and_not_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match="a cell holds 32,767 characters at most"):
        write_xlsx(tmp_path / "t.xlsx", ["en"], [["😀" * 16384]])
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    with pytest.raises(UsageError, match="A sheet holds 2 rows"):
        write_xlsx(tmp_path / "t.xlsx", ["en"], [["a"], ["b"]])
