"""Parallel text in columns: one language a column, one sentence a row, tabs between.

The first line names the languages (``en``, ``hi``, ...), the source first. Nothing is quoted: a
quotation mark is part of the text. For handing translations to the memory; only `read`, as `tmx`
keeps more when a memory is handed on.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO

from courses.errors import UsageError
from courses.languages import find_writing
from pipeline.formats.units import Notes, flaw
from translators.memory import Unit

SUFFIX = ".tsv"


def read(file: IO[bytes], name: str, notes: Notes) -> Iterator[Unit]:
    """Yield one unit a row and target column; what is left out goes into `notes`.

    Organisation, approver and date are empty. Raises UsageError for a first line that does not
    name languages, or text that is not UTF-8.
    """
    # Only line feeds end a row here; some editors put a byte order mark first.
    lines = io.TextIOWrapper(file, encoding="utf-8-sig", newline="\n")
    number = 0
    try:
        codes = _codes(lines.readline(), name)
        for number, line in enumerate(lines, 2):
            cells = line.rstrip("\r\n").split("\t")
            if len(cells) != len(codes):
                notes.skip(number, f"the row has not {len(codes)} columns")
            elif problem := flaw(cells[0]):
                notes.skip(number, problem)
            else:
                yield from _units(cells, codes, number, notes)
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{name}: is not UTF-8 after line {number}.", "Save it with the encoding UTF-8."
        ) from error
    finally:
        lines.detach()  # the file is the caller's to close


def _units(cells: list[str], codes: list[str], number: int, notes: Notes) -> Iterator[Unit]:
    for code, cell in zip(codes[1:], cells[1:], strict=True):
        if problem := flaw(cell):
            notes.skip(number, problem)
        else:
            yield Unit(codes[0], code, cells[0], cell, "", "", "")


def _codes(line: str, name: str) -> list[str]:
    """Return the languages that the first line names."""
    cells = line.rstrip("\r\n").split("\t")
    advice = "The first line names the languages, the source first: en<TAB>hi."
    if not line:
        raise UsageError(f"{name}: the file is empty.", advice)
    try:
        codes = [find_writing(cell).code for cell in cells]
    except UsageError as error:
        raise UsageError(f"{name}:1: {error.message}", advice) from None
    if len(codes) < 2 or len(set(codes)) < len(codes):
        raise UsageError(f"{name}:1: names not two different languages.", advice)
    return codes
