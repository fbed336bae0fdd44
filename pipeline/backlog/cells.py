"""What the cells of a catalogue's row say; what is wrong is noted with the line, never raised."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TypeVar

from courses.errors import UsageError
from courses.languages import find_language, find_writing
from pipeline.backlog.catalogue_rows import Problems, Row
from pipeline.backlog.nouns import Lane
from pipeline.toml_file import nearest

Usual = TypeVar("Usual")
ALL = ("all",)
MOST = 2**31 - 1  # what the database holds
TITLE = 300  # code points, as the database
_COUNT = re.compile(r"\d+|\d{1,3}(,\d{2,3})+")  # 1,20,000 too
_GAPS = re.compile(r"[\s,;|/]+")


class Cells:
    """One row of a catalogue. Where a cell is empty, what is usual counts."""

    def __init__(self, row: Row, problems: Problems) -> None:
        """Take a row; `problems` is of the whole file."""
        self.row = row
        self.problems = problems

    def languages(self) -> tuple[str, ...]:
        """Return the target codes, ("all",), or nothing."""
        named = [name for name in _GAPS.split(self._text("languages")) if name]
        if [name.lower() for name in named] == ["all"]:
            return ALL
        codes = []
        for name in named:
            try:
                codes.append(find_writing(name).code)
            except UsageError as error:
                self._add(f"languages: {error}")
        return tuple(dict.fromkeys(codes))

    def spoken(self) -> str:
        """Return the code of the language that is spoken, or nothing."""
        try:
            return find_language(name).code if (name := self._text("spoken")) else ""
        except UsageError as error:
            self._add(f"spoken: {error}")
            return ""

    def lane(self, usual: Usual) -> Lane | Usual:
        """Return which work goes first."""
        if not (name := self._text("lane").lower()):
            return usual
        lanes = {lane.label: lane for lane in Lane}
        if name not in lanes:
            hint = nearest(name, lanes) or f" Lanes: {', '.join(lanes)}."
            self._add(f"there is no lane {name!r}.{hint}")
        return lanes.get(name, usual)

    def count(self, column: str, usual: Usual, least: int = 0) -> int | Usual:
        """Return a whole number from `least` on."""
        text = self._text(column)
        if not text:
            return usual
        if _COUNT.fullmatch(text) and least <= (number := int(text.replace(",", ""))) <= MOST:
            return number
        self._add(f"{column} {text!r} must be a whole number, {least} or more.")
        return usual

    def amount(self, column: str, usual: float | None) -> float | None:
        """Return a number from 0 on."""
        text = self._text(column)
        if not text:
            return usual
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if math.isfinite(number) and 0 <= number <= MOST:
            return number
        self._add(f"{column} {text!r} must be a number, 0 or more.")
        return usual

    def title(self) -> str:
        """Return the title, on one line."""
        text = " ".join(self._text("title").split())
        if len(text) > TITLE:
            self._add(f"title has {len(text)} characters; {TITLE} are possible.")
        return text

    def one_of(self, column: str, known: Sequence[str]) -> str:
        """Return a name that must be one of `known`, where any are known."""
        name = self._text(column)
        if name and known and name not in known:
            hint = nearest(name, known) or f" Known: {', '.join(known)}."
            self._add(f"there is no {column} {name!r}.{hint}")
        return name

    def _text(self, column: str) -> str:
        return self.row.cells.get(column, "")

    def _add(self, message: str) -> None:
        self.problems.add(self.row.line, message)
