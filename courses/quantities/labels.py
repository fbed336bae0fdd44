"""Letters and Roman numbers that name things: "Group C", "Form A", "Level II".

A letter may be written in Latin or in another script, as its name ("सी") or as the letter that
takes its place in a list ("ग"). Sections and rules have `courses.quantities.references`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from courses.quantities.references import ENDING, INDIC, letters, roman_numbers, roman_value
from courses.quantities.scales import fold_nukta

_KIND = (
    "Group|Form|Annexure|Annex|Appendix|Schedule|Category|Class|Type|Part|List|Grade|Band|Table|Plan|"
    "Option|Block|Level|Stage|Phase|Zone|Batch"
)
_LETTERS = re.compile(
    rf"\b(?:{_KIND})s?[ -][\"'‘“]?((?:[A-HJ-UWYZ][\"'’”]?(?:\s*(?:,|&|\band\b|\bor\b)\s*)+)*"
    r"[A-HJ-UWYZ])(?![\w&/.-]*\w|['’]\w)"
)
_ROMAN = re.compile(
    r"\b(?:Group|Category|Class|Type|List|Grade|Band|Table|Level|Stage|Phase|Zone|Batch)"
    r"[ -]((?:XI{0,3}|IX|IV|VI{0,3}|I{1,3}))(?![\w&/.-]*\w|['’]\w)(?<![ -][IX])"
)
_LETTER = re.compile("[A-HJ-UWYZ]")
_TOKEN = re.compile(rf"[A-Z](?![A-Za-z0-9])|(?<![\w{INDIC}])[{INDIC}]{{1,6}}(?![\w{INDIC}])")
_MOST = 5
"""Characters of the longest name of a letter."""
# Names and letters that are no sum of others; "क" is C where lists go अ, ब, क, ड.
_MORE = {
    "اے": "a", "الف": "a", "بی": "b", "سی": "c", "ڈی": "d", "ای": "e", "ایف": "f", "جی": "g",
    "ایچ": "h", "جے": "j", "کے": "k", "ایل": "l", "ایم": "m", "این": "n", "او": "o", "پی": "p",
    "کیو": "q", "آر": "r", "ایس": "s", "ٹی": "t", "یو": "u", "ڈبلیو": "w", "وائی": "y", "زیڈ": "z",
    "क": "ack", "ક": "ack", "এফ": "f", "ಎಫ್": "f", "ఎఫ్": "f", "എഫ്": "f", "எஃப்": "f",
}  # fmt: skip


def _named(token: str) -> set[str]:
    return letters(token) | set(_MORE.get(token, ""))


def _letters_there(target: str) -> set[str]:
    """Return the Latin letters, small, that words of `target` may stand for."""
    found: set[str] = set()
    for token in _TOKEN.findall(fold_nukta(target)):
        found |= _named(token)
        for cut in range(1, min(len(token), _MOST)):
            if ENDING.fullmatch(token[cut:]):
                found |= _named(token[:cut])
    return found


def _wanted(source: str) -> Iterator[tuple[str, str]]:
    for found in _LETTERS.finditer(source):
        for letter in _LETTER.findall(found[1]):
            yield found.group(), letter.lower()


def has_labels(source: str) -> bool:
    """Return whether an English text may have labels, quickly."""
    return bool(_LETTERS.search(source) or _ROMAN.search(source))


def lost_labels(source: str, target: str, told: Collection[str]) -> tuple[str, ...]:
    """Return the labels of an English `source` that cannot be seen in `target`, as written.

    `told` are the keys of all numbers that `target` may say: Roman numbers are looked for there.
    """
    wanted = list(_wanted(source))
    there = _letters_there(target) if wanted else set()
    lost = [label for label, letter in wanted if letter not in there]
    numbers = [(one.group(), str(roman_value(one[1]))) for one in _ROMAN.finditer(source)]
    known = {*told, *roman_numbers(target)} if numbers else set()
    lost += [label for label, number in numbers if number not in known]
    return tuple(dict.fromkeys(lost))
