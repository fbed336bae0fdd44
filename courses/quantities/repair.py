"""Puts the one wrong number of a draft right; does nothing wherever it is not sure.

Only digits are replaced, never words: a word's ending may depend on its number.
"""

from __future__ import annotations

import re
import unicodedata

from courses.quantities.addresses import without_addresses
from courses.quantities.comparing import compare
from courses.quantities.unclear import unclear_number
from courses.script import to_ascii_digits

NOTE = "A number was put right after the engine"
"""How the note on a repair begins."""

_DIGITS = re.compile(r"\d(?:[\d.,:]*\d)?")
_SCALED = re.compile(r"(\d(?:[\d.,]*\d)?)(\s*[^\d\s].*)?")


def repaired_number(source: str, draft: str, language: str) -> tuple[str, str] | None:
    """Return the draft with its one wrong number put right, and a note; None when unsure.

    Sure is: one number of the English `source` is lost, one in digits is added, it stands once in
    the draft, and afterwards nothing differs. Never sure is a source with an unclear number.
    """
    if unclear_number(source):
        return None
    difference = compare(source, draft, language)
    if len(difference.lost) != 1 or len(difference.added) != 1:
        return None
    right, wrong = (_SCALED.fullmatch(raw) for raw in (difference.lost[0], difference.added[0]))
    if right is None or wrong is None or bool(right[2]) != bool(wrong[2]):
        return None
    places = [
        found for found in _DIGITS.finditer(draft) if to_ascii_digits(found.group()) == wrong[1]
    ]
    if len(places) != 1 or without_addresses(draft) != draft:
        return None
    place = places[0]
    mended = draft[: place.start()] + _in_digits_of(place.group(), right[1]) + draft[place.end() :]
    again = compare(source, mended, language)
    if again.lost or again.added or again.unsure:
        return None
    return mended, f"{NOTE}: {place.group()} became {right[1]}."


def _in_digits_of(model: str, number: str) -> str:
    """Return `number` in the digits that `model` is written in."""
    zero = ord(model[0]) - unicodedata.decimal(model[0])
    return "".join(chr(zero + int(char)) if char.isdecimal() else char for char in number)
