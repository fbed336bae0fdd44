"""The sentences that a translation is measured on: sources and references, read from a file.

TSV (source, reference, anything) or XLIFF, maybe packed with gzip; also finished translations of
the same sentences. Nothing here knows a score.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from courses.errors import UsageError
from courses.languages import find_writing
from pipeline.formats import xliff

_SOURCES = frozenset({"source", "src", "original", "input"})
_REFERENCES = frozenset({"reference", "ref", "target", "tgt", "translation"})
_LARGEST = 1 << 30  # bytes of one file
_GZIP = b"\x1f\x8b"
_XML = (b"<?xml", b"<xliff", "<?xml".encode("utf-16-le"), "<?xml".encode("utf-16-be"))
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Row:
    """One sentence; `place` is its line or unit in the file. White space is folded."""

    place: str
    source: str
    reference: str

    @property
    def complete(self) -> bool:
        """Return whether it can be scored."""
        return bool(self.source and self.reference)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file of sentences, all its rows in order; languages as the file says, maybe empty."""

    name: str
    rows: tuple[Row, ...]
    source_language: str = ""
    target_language: str = ""

    def chosen(self, limit: int | None) -> list[int]:
        """Return the numbers of the rows that are scored: the first complete ones."""
        complete = [number for number, row in enumerate(self.rows) if row.complete]
        return complete[:limit]


def read_sheet(name: str, data: bytes) -> Sheet:
    """Return the sentences of a TSV or XLIFF file; raises UsageError naming file and line."""
    data = _unpacked(name, data)
    if _is_xml(data):
        return _read_xliff(name, data)
    lines = _lines(name, data)
    rows = []
    for number, line in enumerate(lines, start=1):
        cells = line.split("\t")
        if number == 1 and _is_header(cells):
            continue
        if len(cells) < 2 and line.strip():
            raise UsageError(
                f"{name}, line {number}: there is no tab between a source and a reference.",
                "Give a TSV file with the source first and the reference second, or XLIFF.",
            )
        source, reference = (*cells, "")[:2]
        rows.append(Row(f"line {number}", _folded(source), _folded(reference)))
    if not rows:
        raise UsageError(f"{name} has no sentences.")
    return Sheet(name, tuple(rows))


def read_output(name: str, data: bytes, column: int | None) -> list[str]:
    """Return a finished translation: one text a line, a column of a TSV file, or XLIFF targets.

    `column` counts from 1. White space is folded. Raises UsageError naming file and line.
    """
    data = _unpacked(name, data)
    if _is_xml(data):
        return [row.reference for row in _read_xliff(name, data).rows]
    lines = _lines(name, data)
    if column is None:
        if tabbed := next((n for n, line in enumerate(lines, 1) if "\t" in line), 0):
            raise UsageError(
                f"{name}, line {tabbed}: there is a tab, so it has columns.",
                f"Say which one the translation is: {name}:3",
            )
        return [_folded(line) for line in lines]
    cells = [line.split("\t") for line in lines]
    body = cells[1:] if cells and _is_header(cells[0]) else cells
    for number, row in enumerate(body, start=1 + len(cells) - len(body)):
        if len(row) < column:
            raise UsageError(f"{name}, line {number}: there is no column {column}.")
    return [_folded(row[column - 1]) for row in body]


def read_bytes(name: str, limit: int = _LARGEST) -> bytes:
    """Return what is in the file `name`; raises UsageError when it cannot be read."""
    try:
        with open(name, "rb") as file:  # noqa: PTH123 - a name as typed, not a path of ours
            data = file.read(limit + 1)
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}.") from error
    if len(data) > limit:
        raise UsageError(f"{name} is larger than {limit >> 20} MiB.")
    return data


def same_length(name: str, texts: Sequence[str], sheet: Sheet) -> None:
    """Raise UsageError unless there is one text a row."""
    if len(texts) != len(sheet.rows):
        raise UsageError(
            f"{name} has {len(texts)} texts, {sheet.name} has {len(sheet.rows)} rows.",
            "A translation needs one line a row, an empty one where there is none.",
        )


def _read_xliff(name: str, data: bytes) -> Sheet:
    try:
        found = xliff.read(data)
    except UsageError as error:
        raise UsageError(f"{name}: {error.message}", error.advice) from error
    if not found.units:
        raise UsageError(f"{name} has no units.")
    rows = tuple(Row(u.id, _folded(u.source), _folded(u.target or "")) for u in found.units)
    return Sheet(name, rows, found.source_language, found.target_language)


def _is_xml(data: bytes) -> bool:
    for mark in _BOMS:
        data = data.removeprefix(mark)
    return data.lstrip()[:12].startswith(_XML)


def _unpacked(name: str, data: bytes) -> bytes:
    if not data.startswith(_GZIP):
        return data
    try:
        with gzip.open(io.BytesIO(data)) as file:
            found = file.read(_LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UsageError(f"{name} is a damaged gzip file.", "Bring it here again.") from error
    if len(found) > _LARGEST:
        raise UsageError(f"{name} is larger than {_LARGEST >> 20} MiB unpacked.")
    return found


def _lines(name: str, data: bytes) -> list[str]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not UTF-8.", "Save it with the encoding UTF-8.") from error
    # Not splitlines: it also cuts at characters that stand inside texts, such as U+2028.
    lines = text.replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _is_header(cells: Sequence[str]) -> bool:
    names = [cell.strip().lower() for cell in cells[:2]]
    return (
        len(names) == 2
        and (names[0] in _SOURCES or _is_language(names[0]))
        and (names[1] in _REFERENCES or _is_language(names[1]))
    )


def _is_language(name: str) -> bool:
    try:
        find_writing(name)
    except UsageError:
        return False
    return True


def _folded(text: str) -> str:
    return " ".join(text.split())
