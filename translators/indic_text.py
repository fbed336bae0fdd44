"""Writes Indian languages in Devanagari and back, around a model only.

Never for text that is stored or published as it is: the forms made here are for models that
know Devanagari better than the language's own script. Only file that knows indic-nlp-library.
The blocks of the Indian scripts lie in parallel in Unicode, so the change is by letter; letters
without a counterpart stay as they are. Text of a language comes back exactly; what a model adds
in Devanagari letters that the script lacks is written with the nearest letter it has.
Source: indic-nlp-library's UnicodeIndicTransliterator.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from courses.errors import LanguageError

CONVERTIBLE = frozenset({"as", "bn", "gu", "kn", "ml", "or", "pa", "ta", "te"})
"""Languages with a script of their own that runs parallel to Devanagari."""

_NEAREST = {
    "ऄ": "अ", "ऍ": "ए", "ऎ": "ए", "ऑ": "आ", "ऒ": "ओ", "ॅ": "े", "ॆ": "े", "ॉ": "ा", "ॊ": "ो",
    "ऱ": "र", "ऴ": "ळ", "ऩ": "न", "ळ": "ल", "ऋ": "रि", "ृ": "्रि", "ॠ": "री", "ॄ": "्री",
    "ष": "श", "व": "ब", "य़": "य",
}  # fmt: skip
"""Devanagari letter -> the one to use where the script has no counterpart of the first."""


def to_devanagari(text: str, language: str) -> str:
    """Return `text` of `language` written in Devanagari."""
    return text.translate(_table(language, "hi"))


def from_devanagari(text: str, language: str) -> str:
    """Return `text`, written by `to_devanagari` or a model, in the script of `language`."""
    return text.translate(_back(language))


@cache
def _back(language: str) -> dict[int, str]:
    there, back = _table(language, "hi"), dict(_table("hi", language))
    # The library folds some Tamil letters together; every letter that went must come back.
    back.update({ord(made): chr(code) for code, made in there.items() if _is_own(code, made)})
    return {code: _assigned(chr(code), back) for code in back}


def _is_own(code: int, made: str) -> bool:
    """Return whether `code` is a letter that was changed into the one letter `made`."""
    return unicodedata.category(chr(code)) != "Cn" and len(made) == 1 and made != chr(code)


def _assigned(letter: str, table: dict[int, str]) -> str:
    """Return the counterpart of a Devanagari letter, by its parts or the nearest if it has none."""
    made = table.get(ord(letter), letter)
    if all(unicodedata.category(one) != "Cn" for one in made):
        return made
    parts = unicodedata.normalize("NFD", letter)
    if parts == letter:
        parts = _NEAREST.get(letter, "")
    return "".join(_assigned(part, table) for part in parts)


@cache
def _table(source: str, target: str) -> dict[int, str]:
    """Return code point -> letter; asking the library once a letter makes long texts fast."""
    from indicnlp import langinfo
    from indicnlp.transliterate.unicode_transliterate import UnicodeIndicTransliterator

    for language in {source, target} - {"hi"}:
        if language not in CONVERTIBLE:
            raise LanguageError(f"{language!r} has no script that runs parallel to Devanagari.")
    first, last = langinfo.SCRIPT_RANGES[source]
    letters = (chr(code) for code in range(first, last + 1))
    convert = UnicodeIndicTransliterator.transliterate
    return {ord(letter): convert(letter, source, target) for letter in letters}
