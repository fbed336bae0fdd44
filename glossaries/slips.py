"""Slips of recognition: words that stand where a name was said, as "our tea eye" for RTI.

The table is glossaries/slips.tsv: what is heard, what was probably meant, how sure that is, and a
note. Suggestions for a person; nothing is replaced. English only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from courses.errors import UsageError
from courses.nouns import Hit, Term
from glossaries.match import make_finder

TABLE = Path(__file__).with_name("slips.tsv")
COLUMNS = ["heard", "meant", "sure", "note"]


@dataclass(frozen=True, slots=True)
class Slip:
    """Words at ``text[start:end]`` that were probably heard for `meant`.

    `sure`: the words mean nothing else; otherwise they may be right as they are.
    """

    start: int
    end: int
    said: str
    meant: str
    sure: bool


def find_slips(text: str) -> list[Slip]:
    """Return the probable slips in an English text, in order of place."""
    finder, sure = _table()
    found = []
    for hit in finder(text):
        said = text[hit.start : hit.end]
        if not _is_right(said, hit.term.target) and "-" not in said:
            found.append(Slip(hit.start, hit.end, said, hit.term.target, hit.term.source in sure))
    return found


def _is_right(said: str, meant: str) -> bool:
    """Return whether the name stands there as it is written: "GeM portal" is no slip."""
    return meant in said or said == meant


@lru_cache(maxsize=1)
def _table() -> tuple[Callable[[str], list[Hit]], frozenset[str]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line.strip()]
    if rows[0] != COLUMNS or any(len(row) != len(COLUMNS) for row in rows):
        raise UsageError(f"{TABLE} must have the columns {', '.join(COLUMNS)} in every line.")
    terms = [Term(heard, meant, "en", id=heard) for heard, meant, _, _ in rows[1:]]
    return make_finder(terms), frozenset(row[0] for row in rows[1:] if row[2] == "yes")
