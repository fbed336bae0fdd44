"""Whether two numbers of a sentence changed places: "30 days and 2 months" as 2 days, 30 months.

All numbers are still there then, so only what stands beside them can tell: a unit, a month, the
word for section, rule or article; or, for two numbers beside the same unit, their order. Not for
numbers with nothing known beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from courses.quantities.dates import month_of
from courses.quantities.heads import STEMS, Pair, numbers_with_heads
from courses.quantities.sides import told
from courses.quantities.units import numbers_and_units
from courses.script import to_ascii_digits

_BEFORE = re.compile(r"([^\s\d.,;:!?()।॥/-]+)[\s-]{1,2}(\d+)(?![\d.,:]*\d)")
_BEHIND = re.compile(
    r"(?<![\d.,:-])(\d{1,2})(?:st|nd|rd|th)?(?: of|-[^\s\d-]{1,6})?[\s,]{0,2}([^\s\d.,;:!?()।॥/-]+)"
)
_TWO_NUMBERS = re.compile(r"\d.*[^\d.,]\d|\d.*[a-z]", re.DOTALL)
_LAST_DAY = 31


def _dates(text: str, language: str) -> Iterator[Pair]:
    """Yield days with their months, "26 January" and "ஜனவரி 26"."""
    near = [(found.start(2), found[2], found[1]) for found in _BEFORE.finditer(text)]
    near += [(found.start(1), found[1], found[2]) for found in _BEHIND.finditer(text)]
    for _, day, word in sorted(near):
        if 0 < int(day) <= _LAST_DAY and (month := month_of(word, language)):
            yield str(int(day)), f"month {month}"


def numbers_with_neighbours(text: str, language: str) -> set[Pair]:
    """Return the numbers of `text` beside a unit, a month or a word like "section"."""
    plain = to_ascii_digits(text)
    found = set(numbers_and_units(text, language))
    return found | {*_dates(plain, language), *numbers_with_heads(plain, language)}


def swapped_numbers(source: str, target: str, language: str) -> tuple[Pair, str] | None:
    """Return a number of an English `source` with what it belongs to, and the number in its place.

    Both numbers stand in both texts; None when nothing seems to have changed places.
    """
    if language not in STEMS or not _TWO_NUMBERS.search(source):
        return None
    wanted, found = _in_order(source, "en"), _in_order(target, language)
    crossed = _crossed(source, target, language)
    return (
        crossed
        or _moved(wanted, found, told(source, "en") & told(target, language))
        or _turned(wanted, found)
    )


def _in_order(text: str, language: str) -> list[Pair]:
    """Return the numbers with units, then the days with months, each in the order of `text`."""
    dates = dict.fromkeys(_dates(to_ascii_digits(text), language))
    return [*numbers_and_units(text, language), *dates]


def _crossed(source: str, target: str, language: str) -> tuple[Pair, str] | None:
    """Return where the translation has two pairs crosswise and neither as it should be."""
    wanted = sorted(numbers_with_neighbours(source, "en"))
    there = numbers_with_neighbours(target, language) if len(wanted) > 1 else set()
    for one, other in combinations(wanted, 2):
        crossed = {(one[0], other[1]), (other[0], one[1])}
        if crossed <= there and not there & {one, other}:
            return one, other[0]
    return None


def _moved(wanted: list[Pair], found: list[Pair], both: frozenset[str]) -> tuple[Pair, str] | None:
    """Return where another number of the sentence stands before the one unit of its kind."""
    for number, unit in wanted:
        there = [other for other, same in found if same == unit]
        alone = len(there) == 1 == sum(same == unit for _, same in wanted)
        if not alone or there[0] == number or not {number, there[0]} <= both or _is_year(there[0]):
            continue
        if (there[0], unit) not in wanted:
            return (number, unit), there[0]
    return None


def _is_year(number: str) -> bool:
    return number.isdecimal() and 1800 <= int(number) < 2100


def _turned(wanted: list[Pair], found: list[Pair]) -> tuple[Pair, str] | None:
    """Return where the only two numbers of a unit stand in the other order.

    Of 700 such right translations ten did that.
    """
    for unit in {unit for _, unit in wanted}:
        asked = [number for number, same in wanted if same == unit]
        there = [number for number, same in found if same == unit]
        if len(set(asked)) == 2 == len(asked) and there == asked[::-1]:
            return (asked[0], unit), asked[1]
    return None
