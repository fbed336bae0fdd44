"""Rows of a catalogue, one at a time, from CSV, JSON or JSON lines, with the line of each.

Knows which columns there may be, not what they say: that is for `catalogue` and `planned`.
Catalogues of 100,000 courses are read line by line; only .json comes whole, as it must.
"""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from courses.errors import UsageError
from pipeline.backlog.storage import Storage

COLUMNS = {
    "path": "a course folder, its course.toml or one media file",
    "address": "the same, in an object store",
    "course": "a name, where there is no file yet",
    "title": "of one media file",
    "languages": "to be made, as: hi ta bn",
    "spoken": "language that is spoken",
    "lane": "urgent, campaign, normal or bulk",
    "learners": "enrolled",
    "minutes": "budget of worker minutes",
    "cost": "budget of remote cost",
    "domain": "glossary domain of one media file",
    "hours": "of video in the course, for an estimate",
    "minutes_of_video": "the same in minutes",
    "lessons": "how many, for an estimate",
}
SUFFIXES = (".csv", ".json", ".jsonl")
LONGEST = 1 << 20  # characters of a line
LARGEST = 64 << 20  # bytes of a .json file
TOLD = 50  # problems that are told one by one
_SURELY = 0.8  # how alike an unknown column is to one that was meant


@dataclass(frozen=True, slots=True)
class Row:
    """One course of a catalogue: the line it begins on, from 1, and column -> text, no blanks."""

    line: int
    cells: dict[str, str]


@dataclass(slots=True)
class Problems:
    """Everything that is wrong in one file, told at once."""

    file: str
    told: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, line: int, message: str) -> None:
        """Note a problem of a line, 0 for the whole file."""
        self.count += 1
        if self.count <= TOLD:
            place = f"{self.file}:{line}" if line else self.file
            self.told.append(f"{place}: {message}")

    def raise_all(self) -> None:
        """Raise UsageError with all problems, if there are any."""
        if self.count == 1:
            raise UsageError(self.told[0])
        if self.count:
            rest = self.count - len(self.told)
            listed = "\n".join(f"  {one}" for one in self.told)
            more = f"\n  and {rest} more" if rest else ""
            raise UsageError(f"{self.file}: {self.count} problems:\n{listed}{more}")


Say = Callable[[str], None]
"""How people are told what is no error: one sentence."""


def read_rows(
    storage: Storage, address: str, problems: Problems, say: Say | None = None
) -> Iterator[Row]:
    """Yield the rows of the catalogue at `address`; what is wrong goes into `problems`.

    say: is told of each column that is not known and not read. Raises UsageError when the file is
    no text in UTF-8, StoreError.
    """
    names = _Names(problems, say)
    suffix = address[address.rfind(".") :].lower()
    if suffix == ".csv":
        yield from _csv(read_lines(storage, address), names)
    elif suffix == ".jsonl":
        yield from _json_lines(read_lines(storage, address), names)
    else:
        yield from _json(_whole(storage, address), names)


def read_lines(storage: Storage, address: str) -> Iterator[str]:
    """Yield the lines of a text file, each with its end; raises UsageError, StoreError."""
    # Spreadsheets put a byte order mark first.
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    line, rest = 0, ""
    try:
        for block in storage.blocks(address, UsageError):
            *lines, rest = (rest + decoder.decode(block)).split("\n")
            for one in lines:
                line += 1
                yield f"{one}\n"
            if len(rest) > LONGEST:
                raise UsageError(f"{address}:{line + 1}: the line is too long to be one.")
        if rest := rest + decoder.decode(b"", final=True):
            yield rest
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{address}: is not UTF-8, somewhere after line {line}.",
            "Save it with the encoding UTF-8; in a spreadsheet, as CSV UTF-8.",
        ) from error


class _Names:
    """The columns that one catalogue has, each looked at once."""

    def __init__(self, problems: Problems, say: Say | None) -> None:
        self.problems = problems
        self._say = say
        self._seen: dict[str, str] = {}

    def known(self, name: object, line: int) -> str:
        """Return the column that is meant by `name`, empty for one that is not read."""
        text = str(name).strip()
        if text not in self._seen:
            self._seen[text] = self._find(text, line)
        return self._seen[text]

    def _find(self, text: str, line: int) -> str:
        folded = re.sub(r"[\s-]+", "_", text.lower())
        if folded in COLUMNS or not folded:
            return folded
        near = get_close_matches(folded, COLUMNS, n=1, cutoff=_SURELY)
        if near:
            self.problems.add(line, f"unknown column {text!r}. Did you mean {near[0]!r}?")
        elif self._say:
            self._say(f"{self.problems.file}: the column {text!r} is not known and not read.")
        return ""


def _csv(lines: Iterator[str], names: _Names) -> Iterator[Row]:
    header = next(lines, "")
    reader = csv.reader(lines, delimiter=_delimiter(header), strict=True)
    columns = next(csv.reader([header], delimiter=_delimiter(header)), [])
    found = [names.known(column, 1) for column in columns]
    for name in {name for name in found if name and found.count(name) > 1}:
        names.problems.add(1, f"there are two columns {name!r}.")
    while True:
        line = reader.line_num + 2  # after the header
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            names.problems.add(line, f"is no CSV from here on: {error}. Is a quote left open?")
            return
        if len(cells) > len(found) and any(cell.strip() for cell in cells[len(found) :]):
            names.problems.add(line, f"has {len(cells)} cells, the header {len(found)}.")
            continue
        row = {name: cell.strip() for name, cell in zip(found, cells, strict=False) if name}
        if any(cell.strip() for cell in cells):
            yield Row(line, {name: cell for name, cell in row.items() if cell})


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def _json_lines(lines: Iterable[str], names: _Names) -> Iterator[Row]:
    for line, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            names.problems.add(line, f"is no JSON: {error}.")
            continue
        yield from _row(value, line, names)


def _json(text: str, names: _Names) -> Iterator[Row]:
    """Yield the objects of a list; the standard library knows no lines, so they are counted."""
    decoder, line, done = json.JSONDecoder(), 1, 0
    position = _skip(text, 0)
    if text[position : position + 1] != "[":
        names.problems.add(1, "is no list of courses: it must begin with [.")
        return
    closed = text[(position := _skip(text, position + 1)) : position + 1] == "]"
    while not closed:
        line, done = line + text.count("\n", done, position), position
        try:
            value, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            names.problems.add(line, f"is no JSON: {error}.")
            return
        yield from _row(value, line, names)
        position = _skip(text, position)
        mark, position = text[position : position + 1], _skip(text, position + 1)
        if mark not in (",", "]"):
            names.problems.add(line, "the list has no , or ] after this course.")
            return
        closed = mark == "]"
    if text[_skip(text, position) :]:
        names.problems.add(line, "there is more after the end of the list.")


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n":
        position += 1
    return position


def _whole(storage: Storage, address: str) -> str:
    content = bytearray()
    for block in storage.blocks(address, UsageError):
        content += block
        if len(content) > LARGEST:
            raise UsageError(
                f"{address}: has more than {LARGEST >> 20} MiB.",
                "Write so many courses as .csv, or as .jsonl: one object a line.",
            )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{address}: is not UTF-8.", "Save it with the encoding UTF-8.") from error


def _row(value: Any, line: int, names: _Names) -> Iterator[Row]:
    if not isinstance(value, dict):
        names.problems.add(line, "is no object with the columns of one course.")
        return
    cells = {}
    for key, content in value.items():
        if not (name := names.known(key, line)):
            continue
        text = _text(content)
        if text is None:
            names.problems.add(line, f"{name} must be a text, a number or a list of texts.")
        elif text:
            cells[name] = text
    yield Row(line, cells)


def _text(content: Any) -> str | None:
    if content is None:
        return ""
    if isinstance(content, list) and all(isinstance(one, str) for one in content):
        return " ".join(content)
    if isinstance(content, str | int | float) and not isinstance(content, bool):
        return str(content).strip()
    return None
