"""Tables of terms as spreadsheets: CSV and XLSX. The only file that knows openpyxl.

A spreadsheet program runs what looks like a formula, so a cell that begins with ``= + - @`` or
a tab gets an apostrophe in front when it is written, and loses just that one when it is read: a
round trip is exact (OWASP, "CSV Injection"). A formula in a file that comes in is a fault of its
row; neither it nor the value that was kept for it is used.
"""

from __future__ import annotations

import csv
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from courses.errors import UsageError
from glossaries.rows import MOST_COLUMNS, Row, columns_of, open_bytes, row_of, text_lines

MOST_ROWS = 1_048_576  # of a sheet: Excel specifications and limits
LONGEST_CELL = 32_767  # UTF-16 units in a cell, from the same page; openpyxl cuts silently
MOST_UNPACKED = 512 << 20  # bytes in all parts of an XLSX
MOST_RATIO = 300  # unpacked to packed bytes; sheets of real terms are packed 5 to 20 times
_RISKY = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
# ECMA-376, part 1, 22.9.2.19 (ST_Xstring): _xHHHH_ stands for a character.
_XSTRING, _X_READ = re.compile("_(?=x[0-9A-Fa-f]{4}_)"), re.compile("_x(005F|000D|000A|0009)_")
# What openpyxl and zipfile raise for a damaged or encrypted file; there is no one class.
_DAMAGED = (
    OSError, zipfile.BadZipFile, zlib.error, EOFError, KeyError, IndexError, ValueError,
    TypeError, AttributeError, SyntaxError, NotImplementedError, RuntimeError,
)  # fmt: skip


def escape(text: str) -> str:
    """Return `text` so that no spreadsheet program takes it for a formula."""
    return f"'{text}" if _RISKY.match(text) else text


def unescape(text: str) -> str:
    """Return what `escape` made `text` of; other text as it is."""
    return text[1:] if text.startswith("'") and _RISKY.match(text) else text


def read_csv_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a CSV file; comma, semicolon or tab, whichever its first line has most of.

    Raises UsageError for a file that is no such table at all.
    """
    first = next(text_lines(path), "")
    mark = max(",;\t", key=first.count)
    reader = csv.reader(text_lines(path), delimiter=mark, strict=True)
    columns: list[str] = []
    start = 1
    try:
        for cells in reader:
            if not columns:
                columns = columns_of(path, cells)
            elif any(cell.strip() for cell in cells):
                yield row_of(start, columns, [unescape(cell) for cell in cells])
            start = reader.line_num + 1
    except csv.Error as error:
        raise UsageError(
            f"{path}, line {start}: the row cannot be read as CSV: {error}.",
            "Look for a quotation mark that is opened and not closed.",
        ) from error
    if not columns:
        columns_of(path, [])


def write_csv(path: Path, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write a CSV file that spreadsheet programs open as UTF-8 (RFC 4180, byte order mark)."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows([escape(cell) for cell in row] for row in rows)


def read_xlsx_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of the first sheet of an XLSX file; the first row names the columns.

    Formulas, dates and errors are problems of their rows. Raises UsageError for a file that is
    damaged, encrypted, or unpacks to more than MOST_UNPACKED bytes.
    """
    _refuse_bomb(path)
    columns: list[str] = []
    for number, cells in enumerate(_sheet_cells(path), start=1):
        if number > MOST_ROWS or len(cells) > 100 * MOST_COLUMNS:
            raise UsageError(f"{path}, row {number:,}: the sheet is larger than a sheet can be.")
        if not columns:
            columns = columns_of(path, [_text(cell.value) for cell in cells])
        elif row := _xlsx_row(number, columns, cells):
            yield row
    if not columns:
        columns_of(path, [])


def _refuse_bomb(path: Path) -> None:
    """Raise UsageError before anything is unpacked; zipfile never unpacks more than is declared."""
    with _translated(path), zipfile.ZipFile(path) as file:
        parts = file.infolist()
        size = sum(part.file_size for part in parts)
        packed = sum(part.compress_size for part in parts)
    if size > MOST_UNPACKED or (size > 1 << 20 and size > MOST_RATIO * packed):
        raise UsageError(
            f"{path} unpacks to {size:,} bytes, {size // max(1, packed)} times its size: it is"
            " refused unopened.",
            "Split it into several files, or save it as CSV UTF-8.",
        )


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions it ignores
            yield
    except _DAMAGED as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise UsageError(
            f"{path} cannot be read as an XLSX spreadsheet: {why}.",
            "Open it in a spreadsheet program and save it again, without a password.",
        ) from error


def _sheet_cells(path: Path) -> Iterator[Sequence[Any]]:
    from openpyxl import load_workbook

    with open_bytes(path) as file:
        with _translated(path):
            book = load_workbook(file, read_only=True)
            sheets = book.worksheets[:1]
            for sheet in sheets:  # some programs write a wrong range, and rows would be lost
                sheet.reset_dimensions()
            rows = sheets[0].iter_rows() if sheets else iter(())
        while True:
            with _translated(path):
                cells = next(rows, None)
            if cells is None:
                return
            yield cells


def _xlsx_row(number: int, columns: list[str], cells: Sequence[Any]) -> Row | None:
    texts, problems = [], []
    for index, cell in enumerate(cells):
        name = columns[index] if index < len(columns) else f"number {index + 1}"
        if cell.data_type == "f":
            problems.append(f"{name}: the cell is a formula; put its value there as text")
        elif cell.data_type in ("d", "e", "b"):
            kind = {"d": "a date", "e": "an error value", "b": "a truth value"}[cell.data_type]
            problems.append(f"{name}: the cell is {kind}, not text")
        texts.append(unescape(_text(cell.value)))
    if problems:
        return Row(number, {}, tuple(problems))
    return row_of(number, columns, texts) if any(text.strip() for text in texts) else None


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    found = {"005F": "_", "000D": "\r", "000A": "\n", "0009": "\t"}
    return _X_READ.sub(lambda match: found[match[1]], str(value))


def write_xlsx(path: Path, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write one sheet of text cells; raises UsageError where a sheet has no room for them."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    if len(rows) >= MOST_ROWS:
        raise UsageError(f"A sheet holds {MOST_ROWS:,} rows.", "Export to TSV, CSV or TBX.")
    for number, row in enumerate(rows, start=2):
        if any(len(text.encode("utf-16-le", "replace")) // 2 >= LONGEST_CELL for text in row):
            raise UsageError(f"Row {number}: a cell holds {LONGEST_CELL:,} characters at most.")
    book = Workbook(write_only=True)
    sheet = book.create_sheet("terms")
    sheet.freeze_panes = "C2"
    for row in [head, *rows]:
        cells = [WriteOnlyCell(sheet, _XSTRING.sub("_x005F_", escape(text))) for text in row]
        for cell in cells:
            cell.data_type = "s"  # otherwise "#N/A" would become an error value
        sheet.append(cells)
    book.save(path)
