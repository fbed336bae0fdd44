"""The numbers that a text says in digits of any script: groupings, scales, dates, times.

Not for number words, which are `courses.quantities.english` and `words`. Not for changing a text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from courses.quantities.scales import SCALE, fold_nukta
from courses.script import to_ascii_digits

_GROUPED = r"(?<!\d)(?<!\d,)\d{1,3}(?:,\d{2,3})*,\d{3}"
_NUMBER = re.compile(
    r"(?P<whole>(?<!\d)(?<!\d[.,])\d{1,3}(?:[.,]\d{2,3})*,\d{3}(?![.,]?\d))"  # also "1.87,500"
    r"|(?P<time>(?<!\d)(?<!\d[:.])\d{1,2}:\d{2}(?![:.]?\d))"
    rf"|(?P<decimal>(?<!\d\.)(?:{_GROUPED}|\d+|(?<!\S))\.\d+(?!\.?\d))"
    rf"|{_GROUPED}(?!,?\d)|\d+"
)
_GAP = re.compile(r"\s*-?\s*")
# Behind a scale stands its ending: "2 వందల 50", "1 ലക്ഷത്തി 50000".
_ADDS = re.compile(r"[\u0900-\u0963\u0970-\u0dff]{0,6}\s+(?:and\s+)?")
_CHAINS = re.compile(r"[-–—/.:]")
_VISARGA = re.compile(r"(?<=\d)[\u0903\u0983](?=\d\d(?!\d))")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# A zero alone behind a letter is a sign: "डॉ०", "रु०", or a Telugu ౦ that was typed for ం.
_SIGN = re.compile(
    "(?<=[\u0900-\u0963\u0970-\u09e5\u09f0-\u0a65\u0a70-\u0ae5\u0af0-\u0b65\u0b70-\u0be5"
    "\u0bf0-\u0c65\u0c70-\u0ce5\u0cf0-\u0d65\u0d70-\u0d7f])"
    "[\u0966\u09e6\u0a66\u0ae6\u0b66\u0be6\u0c66\u0ce6\u0d66](?!\\d)"
)
_SPACED = re.compile(r"(?<=\d), (?=000(?![\d,]))")
# The visarga that stands for a colon, "11ः00", looks the same.
_SIGNS = str.maketrans({"\u066c": ",", "\u060c": ",", "\u066b": ".", "\u2044": "/"})


@dataclass(frozen=True, slots=True)
class Mention:
    """One number of a text, ``text[start:end]``; equal numbers have equal keys.

    `parts` are keys that say the same one by one, `bare` those left where a scale or a month is
    in words nobody knows. `raw` is as written, `power` that of its scale.
    """

    key: str
    start: int
    end: int
    raw: str
    power: int = 0
    parts: tuple[tuple[str, ...], ...] = ()
    bare: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """Numbers that a translation lost or added, and those of the source in words it may say."""

    lost: tuple[str, ...]
    added: tuple[str, ...]
    unsure: tuple[str, ...]


def _key(number: str, power: int = 0) -> str:
    """Return digits with at most one point, times ten to the power, without idle zeros."""
    whole, _, fraction = number.partition(".")
    fraction = fraction.ljust(power, "0")
    whole = (whole + fraction[:power]).lstrip("0") or "0"
    fraction = fraction[power:].rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole


def _split(kind: str | None, raw: str) -> tuple[tuple[str, ...], ...]:
    """Return what a number may also be: a list, hours and minutes, rupees and paise."""
    pieces = re.split("[:.,]", raw) if kind in ("time", "decimal") else raw.split(",")
    if "," in raw and any(piece.startswith("0") for piece in pieces[1:]):
        return ()  # "15,000" is no list of 15 and 0
    if kind == "decimal" and pieces[0]:
        two = len(pieces) == 2 and len(pieces[0]) <= 2 == len(pieces[1])
        clock = two and max(map(int, pieces)) < 60
        pieces = pieces if clock else []
    return (tuple(_key(piece) for piece in pieces if piece),) if len(pieces) > 1 else ()


def _read(text: str) -> Iterator[Mention]:
    for found in _NUMBER.finditer(text):
        kind, raw, end, power = found.lastgroup, found.group(), found.end(), 0
        digits = raw.replace(",", "").replace(":", ".")
        if kind == "whole":
            digits = digits.replace(".", "")
        at = _GAP.match(text, end)
        while at and (scale := SCALE.match(text, at.end())):
            power += int((scale.lastgroup or "p0")[1:])
            end = scale.end()
            at = _GAP.match(text, end)
        parts = () if power else _split(kind, raw)
        bare = ((_key(digits),),) if power else ()
        yield Mention(_key(digits, power), found.start(), end, raw, power, parts, bare)


def _runs(
    items: Sequence[Mention], join: Callable[[Mention, Mention], bool]
) -> Iterator[list[Mention]]:
    """Yield neighbours that are one number together, in order."""
    run = list(items[:1])
    for before, item in pairwise(items):
        if not join(before, item):
            yield run
            run = []
        run.append(item)
    if run:
        yield run


def _sum(run: Sequence[Mention]) -> Mention:
    """Return "1 lakh 50 thousand" as one."""
    if len(run) == 1:
        return run[0]
    parts = tuple(item.key for item in run)
    bare = tuple(item.bare[0][0] if item.bare else item.key for item in run)
    total = str(sum(map(int, parts)))
    return Mention(total, run[0].start, run[-1].end, total, 0, (parts,), (bare,))


def _date(raws: list[str]) -> list[str]:
    """Return the pieces of a date as day, month, year; of a year like 2005-06 as two years."""
    sizes = list(map(len, raws))
    if sizes == [4, 2] and int(raws[1]) == (int(raws[0]) + 1) % 100:
        return [raws[0], str(int(raws[0]) + 1)]
    if sizes[0] == 4 and len(raws) == 3:
        return raws[::-1]
    if len(raws) == 3 and sizes[2] == 2 and max(sizes) == 2 and max(map(int, raws[:2])) <= 31:
        return [*raws[:2], f"{20 if int(raws[2]) < 50 else 19}{raws[2]}"]
    return raws


def _chain(run: Sequence[Mention]) -> Mention:
    """Return 31/03/2005, 2-3, 2005-06, 10:30-11:30 or 8-1 as one."""
    if len(run) == 1:
        return run[0]
    keys = [item.key for item in run]
    plain = all(item.raw.isdecimal() and not item.power for item in run)
    dated = [_key(raw) for raw in _date([item.raw for item in run])] if plain else keys
    leaves = [leaf for item in run for leaf in (item.parts or ((item.key,),))[0]]
    bare = ((dated[0], dated[2]),) if len(dated) == 3 and len(dated[2]) == 4 else ()
    parts = tuple(dict.fromkeys((tuple(keys), tuple(dated), tuple(leaves))))
    return Mention("-".join(dated), run[0].start, run[-1].end, "", 0, parts, bare)


def mentions(text: str) -> list[Mention]:
    """Return the numbers that `text` says in digits of any script, in order."""
    text = _SIGN.sub("°", fold_nukta(text))
    text = _INVISIBLE.sub("", to_ascii_digits(text))
    text = _VISARGA.sub(":", text.translate(_SIGNS))
    text = _SPACED.sub(",", text) if ", 000" in text else text

    def adds(before: Mention, item: Mention) -> bool:
        smaller = before.power > item.power and item.key.isdecimal() and before.key.isdecimal()
        fits = len(before.key) < 30 and (item.power > 0 or len(item.key) <= before.power)
        return smaller and fits and bool(_ADDS.fullmatch(text[before.end : item.start]))

    def chains(before: Mention, item: Mention) -> bool:
        return bool(_CHAINS.fullmatch(text[before.end : item.start]))

    sums = [_sum(run) for run in _runs(list(_read(text)), adds)]
    chained = [_chain(run) for run in _runs(sums, chains)]
    return [replace(item, raw=text[item.start : item.end]) for item in chained]
