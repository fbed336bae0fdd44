"""Files of terms in any format: which format it is, rows out of it, entries into it.

The content decides how a file is read, since people rename files; its name decides how one is
written. TSV here is the term base's own form, with a column `domain` where a file holds more
than one.
"""

from __future__ import annotations

import os
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from courses.errors import UsageError
from glossaries.rows import (
    DOMAIN,
    Row,
    folded,
    open_bytes,
    read_tsv_rows,
    unprintable,
    used_codes,
)
from glossaries.sheets import read_csv_rows, read_xlsx_rows, write_csv, write_xlsx
from glossaries.terms import Entry
from glossaries.tsv import COLUMNS, LANGUAGES, cells_of

SUFFIXES = (".tsv", ".csv", ".xlsx", ".tbx")
_HEAD = 4096


def read_rows(path: Path, left_out: Counter[str] | None = None) -> Iterator[Row]:
    """Yield the rows of a TSV, CSV, XLSX or TBX file; `left_out` counts what of TBX is not read.

    Raises UsageError, perhaps only on the way, for a file that is none of these or is damaged:
    whoever must take all or nothing reads to the end first.
    """
    form = format_of(path)
    if form == ".tbx":
        from glossaries.tbx import read_tbx_rows

        return read_tbx_rows(path, left_out)
    return {".tsv": read_tsv_rows, ".csv": read_csv_rows, ".xlsx": read_xlsx_rows}[form](path)


def format_of(path: Path) -> str:
    """Return the suffix of SUFFIXES that fits the content of the file; raises UsageError."""
    with open_bytes(path) as file:
        head = file.read(_HEAD)
    if head.startswith(b"PK\x03\x04"):
        return ".xlsx"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UsageError(
            f"{path} is an old or a protected spreadsheet.",
            "Save it as an XLSX spreadsheet without a password.",
        )
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"<", b"\xff\xfe<\0", b"\xfe\xff\0<")):
        return ".tbx"
    if not start:
        raise UsageError(f"{path} is empty.")
    if path.suffix.lower() in (".tsv", ".csv"):
        return path.suffix.lower()
    return ".tsv" if b"\t" in head.partition(b"\n")[0] else ".csv"


def write_entries(
    path: Path, entries: Sequence[Entry], dialect: str = "basic", codes: Sequence[str] = ()
) -> None:
    """Write `entries` in the format that the name of the file says, whole or not at all.

    dialect: one of `tbx_writing.DIALECTS`. codes: the only languages to write; all by default.
    Raises UsageError for another suffix, for what
    the format cannot hold, and when the file cannot be written.
    """
    form = path.suffix.lower()
    if form not in SUFFIXES:
        raise UsageError(f"There is no format {form!r}.", f"Use one of: {', '.join(SUFFIXES)}.")
    if codes:
        entries = [_within(entry, codes) for entry in entries]
    making = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        making.touch(exist_ok=False)  # a spreadsheet half written complains long after its error
        if form == ".tbx":
            from glossaries.tbx_writing import write_tbx

            write_tbx(making, entries, dialect, title="Terms of karmavani")
        else:
            _write_table(making, form, *table_of(entries, codes))
        making.replace(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        making.unlink(missing_ok=True)


def _within(entry: Entry, codes: Sequence[str]) -> Entry:
    return replace(entry, targets={c: t for c, t in entry.targets.items() if c in codes})


def _write_table(path: Path, form: str, head: list[str], rows: list[list[str]]) -> None:
    if form == ".tsv":
        text = "".join("\t".join(row) + "\n" for row in (head, *rows))
        path.write_text(text, encoding="utf-8", newline="\n")
    else:
        (write_csv if form == ".csv" else write_xlsx)(path, head, rows)


def table_of(
    entries: Sequence[Entry], codes: Sequence[str] = ()
) -> tuple[list[str], list[list[str]]]:
    """Return the names of the columns and the rows of text of `entries`.

    The column `domain` is there when they are not all of one domain; every language column of
    the term base is, so that people find where to write, unless `codes` names the only ones.
    Raises UsageError for a control character.
    """
    several = len({entry.domain for entry in entries}) > 1
    codes = codes or [*LANGUAGES, *sorted(used_codes(entries) - set(LANGUAGES))]
    head = [*COLUMNS, *([DOMAIN] if several else []), *codes]
    rows = []
    for entry in entries:
        cells = folded({**cells_of(entry), DOMAIN: entry.domain})
        if bad := unprintable("".join(cells.values())):
            raise UsageError(
                f"The entry {entry.id!r} holds {bad}.", "Find it with: karmavani glossary lint"
            )
        rows.append([cells.get(name, "") for name in head])
    return head, rows


def write_files(texts: dict[Path, str]) -> None:
    """Write several files of text: each whole, and none where one cannot be written."""
    made: dict[Path, Path] = {}
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
            with temporary.open("w", encoding="utf-8", newline="\n") as file:
                made[path] = temporary
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        for path, temporary in made.items():
            temporary.replace(path)
    except OSError as error:
        raise UsageError(
            f"The terms cannot be written: {error.filename}: {error.strerror or error}."
        ) from error
    finally:
        for temporary in made.values():
            temporary.unlink(missing_ok=True)
