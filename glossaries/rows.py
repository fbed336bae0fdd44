"""Rows of a table of terms as they stand in a file, before anybody trusts them.

For: what TSV, CSV, XLSX and TBX have in common when they are read: decoding, the names of
columns, and the step from a row to an Entry. Rows are read one at a time, so a file of any
length needs no more memory than its longest row. Not for judging a term base: see `lint`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from courses.errors import UsageError
from courses.languages import WRITINGS, find_writing
from courses.nouns import TermKind
from glossaries.terms import Entry
from glossaries.tsv import COLUMNS, entry_of

DOMAIN = "domain"
"""A column of exchange files only: in the term base, the file's name is the domain."""

KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_LINE = 1 << 20  # bytes; a longer line is a file without line ends
MOST_COLUMNS = 200
_BOMS = (b"\xff\xfe", b"\xfe\xff")
# Headings as people write them in their own sheets -> our columns.
_HEADINGS = {
    "english": "en", "term": "en", "english term": "en", "abbreviation": "abbr",
    "part of speech": "pos", "publication": "source", "meaning": "definition",
    "notes": "note", "remarks": "note", "subject": DOMAIN, "subject field": DOMAIN,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file, from 1, column -> text as it stands there, and its faults.

    A row with `problems` must not be taken: they say what of it could not be read.
    """

    line: int
    cells: dict[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def open_bytes(path: Path) -> IO[bytes]:
    """Return the file opened for reading; raises UsageError when it cannot be."""
    try:
        return path.open("rb")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error


def text_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a UTF-8 text with their ends, without a byte order mark.

    Raises UsageError that names line and likely encoding of a text in another one.
    """
    with open_bytes(path) as file:
        number = 0
        while line := file.readline(LONGEST_LINE):
            number += 1
            if number == 1:
                _refuse_utf16(path, line)
                line = line.removeprefix(b"\xef\xbb\xbf")
            if len(line) >= LONGEST_LINE:
                raise UsageError(
                    f"{path}, line {number}: the line is longer than {LONGEST_LINE:,} bytes.",
                    "A table of terms has one concept a line; look for missing line ends.",
                )
            yield _decoded(path, number, line)


def _refuse_utf16(path: Path, line: bytes) -> None:
    if line.startswith(_BOMS) or b"\0" in line[:200]:
        raise UsageError(
            f"{path} is UTF-16 text, not UTF-8.",
            "Save it as UTF-8; in a spreadsheet program choose CSV UTF-8.",
        )


def _decoded(path: Path, number: int, line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path}, line {number}: byte {error.start + 1} (0x{line[error.start]:02X}) is not"
            " UTF-8; the file is likely Windows-1252 or another older encoding.",
            "Save it as UTF-8; in a spreadsheet program choose CSV UTF-8.",
        ) from error


def read_tsv_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a tab-separated file; the first line names the columns.

    Raises UsageError for a file that is no such table at all.
    """
    lines = enumerate(text_lines(path), start=1)
    _, head = next(lines, (1, ""))
    columns = columns_of(path, head.rstrip("\r\n").split("\t"))
    for number, line in lines:
        if line.strip():
            cells = line.rstrip("\r\n").split("\t")
            if len(cells) > len(columns):  # even an empty one: the term base is as strict
                yield Row(number, {}, (f"there are {len(cells)} cells for {len(columns)} columns",))
            else:
                yield row_of(number, columns, cells)


def columns_of(path: Path, names: Sequence[str]) -> list[str]:
    """Return our names of the columns that a file's first row names, in its order.

    Languages may be called by code, tag or English name. Raises UsageError when a name is
    unknown, there twice, or the English term has no column.
    """
    while names and not names[-1].strip():
        names = names[:-1]
    if len(names) > MOST_COLUMNS:
        raise UsageError(f"{path}, line 1: there are {len(names):,} columns.")
    columns = [_column(name) for name in names]
    problems = [
        f"there is no column {name.strip()!r}"
        for name, column in zip(names, columns, strict=True)
        if not column
    ]
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    problems += [f"the column {name} is there twice" for name in twice]
    if "en" not in columns:
        problems.append("the column en, for the English term, is missing")
    if problems:
        known = ", ".join((*COLUMNS, DOMAIN))
        raise UsageError(
            f"{path}, line 1: {'; '.join(problems)}.", f"Columns are {known} and language codes."
        )
    return columns


def _column(name: str) -> str:
    """Return our name of a column, empty when there is none like it."""
    folded = " ".join(name.split()).lower()
    if folded in COLUMNS or folded == DOMAIN:
        return folded
    if folded in _HEADINGS:
        return _HEADINGS[folded]
    try:
        return find_writing(folded).code
    except UsageError:
        return ""


def row_of(line: int, columns: Sequence[str], cells: Sequence[str]) -> Row:
    """Return one row; more cells than columns are a problem, fewer are empty ones."""
    if any(cell.strip() for cell in cells[len(columns) :]):
        return Row(line, {}, (f"there are {len(cells)} cells for {len(columns)} columns",))
    return Row(line, dict(zip(columns, cells, strict=False)))


def folded(cells: dict[str, str]) -> dict[str, str]:
    """Return the cells with their white space as the term base keeps it: single, inside only."""
    return {name: " ".join(text.split()) for name, text in cells.items()}


def to_entry(row: Row, domain: str) -> Entry | str:
    """Return the entry of a row, or in words why it is not taken.

    `domain` counts where the row names none. An empty id is made from the English term, with
    ``no-`` before it for a row that forbids.
    """
    if row.problems:
        return "; ".join(row.problems) + "."
    cells = folded(row.cells)
    chosen = cells.pop(DOMAIN, "") or domain
    prefix = "no-" if cells.get("kind") == TermKind.FORBID else ""
    cells["id"] = cells.get("id") or prefix + make_id(cells.get("en", ""))
    if not chosen:
        return "no domain is named."
    if problem := _problem(cells, chosen):
        return problem
    return entry_of(cells, chosen)


def _problem(cells: dict[str, str], domain: str) -> str:
    """Return what of a row the term base could not hold, or nothing."""
    if not cells.get("en"):
        return "the English term is empty."
    for name, text in (("id", cells["id"]), ("domain", domain)):
        if not KEBAB.fullmatch(text):
            return f"the {name} {text!r} is not lower-case letters, digits and hyphens."
    for code, text in cells.items():
        if code in WRITINGS and code != "en" and text and not text.partition("|")[0].strip():
            return f"{code}: the preferred term is empty."
    if bad := unprintable("".join(cells.values())):
        return f"it holds {bad}, which no term may."
    return ""


def unprintable(text: str) -> str:
    """Return the name of the first control, bidi override or lone surrogate, empty if none."""
    for char in text if not text.isprintable() else "":
        if unicodedata.category(char) in ("Cc", "Cs") or char in "\u202d\u202e":
            return f"the control character U+{ord(char):04X}"
    return ""


def make_id(text: str) -> str:
    """Return a kebab-case id for an English term: ASCII letters and digits, the rest hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall("[a-z0-9]+", plain.replace("'", "")))


def writing_of(tag: str) -> str:
    """Return our code for a BCP 47 tag of any region (``hi-IN``), empty for other languages."""
    parts = tag.strip().replace("_", "-").split("-")
    script = next((part for part in parts[1:] if len(part) == 4 and part.isalpha()), "")
    try:
        return find_writing(f"{parts[0]}-{script}" if script else parts[0]).code
    except UsageError:
        return ""


def used_codes(entries: Iterable[Entry]) -> set[str]:
    """Return the codes of all languages that an entry has a term in."""
    return {code for entry in entries for code in entry.targets}
