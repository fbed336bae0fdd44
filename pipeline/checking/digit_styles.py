"""Whether a text writes its numbers in one kind of digits: 0-9 or the language's own.

Digits beside Latin letters (COVID-19, a web address, a file number) are no choice of the
translator and are not looked at. Not for values: those are `pipeline.checking.numbers`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from courses.languages import find_writing
from courses.nouns import Severity
from courses.quantities.addresses import without_addresses

ASCII = "0"
_NUMBER = re.compile(r"\d(?:[\d.,:/-]*\d)?")
_NEAR = 40
"""Code points that are looked at on each side of a number."""
_LATIN = re.compile(r"[A-Za-z]")


def styles(text: str) -> Counter[str]:
    """Return how many numbers of `text` are in the digits of each zero: "0", "०", "۰"."""
    return Counter(_zero(text[a:b][0]) for a, b in number_spans(text))


def number_spans(text: str) -> list[tuple[int, int]]:
    """Return the spans of numbers whose digits somebody chose, as code point offsets."""
    if not _NUMBER.search(text):
        return []
    fixed = set() if without_addresses(text) == text else set(_addresses(text))
    return [
        found.span()
        for found in _NUMBER.finditer(text)
        if not _beside_latin(text, *found.span())
        and not _inside_word(text, *found.span())
        and not _is_sign(text, *found.span())
        and found.start() not in fixed
    ]


def _addresses(text: str) -> Iterable[int]:
    """Yield the offsets of numbers in words that `without_addresses` takes out."""
    for word in re.finditer(r"\S+", text):
        if without_addresses(word.group()).strip() != word.group():
            yield from range(*word.span())


def _beside_latin(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    left = before.split()[-1] if before and not before[-1].isspace() else ""
    right = after.split()[0] if after and not after[0].isspace() else ""
    return bool(_LATIN.search(left) or _LATIN.search(right))


def _inside_word(text: str, start: int, end: int) -> bool:
    """Return whether letters are on both sides: a Telugu ౦ that was typed for ం is no number."""
    around = text[max(0, start - 1) : start], text[end : end + 1]
    return all(side and unicodedata.category(side)[0] in "LM" for side in around)


def _is_sign(text: str, start: int, end: int) -> bool:
    """Return whether a lone zero behind a letter is no digit: डॉ०, रु०, or a Telugu ౦ for ం."""
    before = text[max(0, start - 1) : start]
    number = text[start:end]
    lone = len(number) == 1 and number != ASCII and unicodedata.decimal(number, None) == 0
    return lone and bool(before) and unicodedata.category(before)[0] in "LM"


def _zero(digit: str) -> str:
    return chr(ord(digit) - unicodedata.decimal(digit))


def lesson_style(texts: Iterable[str], language: str) -> str:
    """Return the zero of the digits that most sentences have; "" where none has a number."""
    total: Counter[str] = Counter()
    for text in texts:
        total.update(set(styles(text)))
    if not total:
        return ""
    most = max(total.values())
    usual = usual_style(language)
    return usual if total[usual] == most else max(total, key=lambda zero: (total[zero], zero))


def mixed_digits(text: str, style: str) -> tuple[Severity, str] | None:
    """Return how bad a mix of digits is, and what to say; None where there is none.

    A WARNING inside one text, INFO where only the others of its lesson, in `style`, differ.
    """
    found = styles(text)
    if len(found) > 1:
        shown = " and ".join(f"{zero}-{chr(ord(zero) + 9)}" for zero in sorted(found))
        return Severity.WARNING, f"Numbers are written in {shown}."
    if style and found and style not in found:
        said = f"{style}-{chr(ord(style) + 9)}"
        return Severity.INFO, f"Most numbers of this lesson are written in {said}, these are not."
    return None


def usual_style(language: str) -> str:
    """Return the zero of the digits that running text of `language` usually has."""
    writing = find_writing(language)
    return ASCII if writing.latin_digits else writing.digits[0]


def in_style(text: str, zero: str) -> str:
    """Return `text` with its numbers, but those beside Latin letters, in the digits from `zero`."""
    made, at = "", 0
    for start, end in number_spans(text):
        number = (
            chr(ord(zero) + unicodedata.decimal(char)) if char.isdecimal() else char
            for char in text[start:end]
        )
        made, at = made + text[at:start] + "".join(number), end
    return made + text[at:]
