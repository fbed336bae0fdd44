"""Writes Indian languages in Devanagari and back, around a model only.

Never for text that is stored or published as it is: the forms made here are for models that
know Devanagari better than the language's own script. Only file that knows indic-nlp-library.
The blocks of the Indian scripts lie in parallel in Unicode, so the change is by letter; letters
without a counterpart stay as they are. Text of a language comes back exactly; what a model adds
in Devanagari letters that the script lacks is written with the nearest letter it has.
Source: indic-nlp-library's UnicodeIndicTransliterator.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

from courses.errors import LanguageError
from courses.languages import find_writing

CONVERTIBLE = frozenset({"as", "bn", "gu", "kn", "ml", "or", "pa", "ta", "te"})
"""Languages with a script of their own that runs parallel to Devanagari."""

_NEAREST = {
    "ऄ": "अ", "ऍ": "ए", "ऎ": "ए", "ऑ": "आ", "ऒ": "ओ", "ॅ": "े", "ॆ": "े", "ॉ": "ा", "ॊ": "ो",
    "ऱ": "र", "ऴ": "ळ", "ऩ": "न", "ळ": "ल", "ऋ": "रि", "ृ": "्रि", "ॠ": "री", "ॄ": "्री",
    "ष": "श", "व": "ब", "य़": "य",
}  # fmt: skip
"""Devanagari letter -> the one to use where the script has no counterpart of the first."""


_OWN_SCRIPT = frozenset({"Arab", "Latn", "Mtei", "Olck"})
"""Scripts that IndicTrans2 knows as they are; every other one it reads and writes as Devanagari."""

_LIBRARY_NAMES = {
    "brx": "hi", "doi": "hi", "kok": "kK", "ks_Deva": "hi", "mai": "hi", "mni": "hi",
    "mni_Beng": "bn", "sa": "hi", "sat": "or", "sd_Deva": "hi",
}  # fmt: skip
"""Our code -> the library's, for the rules that IndicTrans2 was trained with."""

_HARAKAT = re.compile("[\u064b-\u0652\u0670]")
_ONE_FORM = str.maketrans("يىكه", "ییکہ")
# Letters that have no parts in Unicode, but come back from Devanagari as letter and dot.
_WHOLE = {"or": ("\u0b2f\u0b3c", "\u0b5f"), "pa": ("\u0a21\u0a3c", "\u0a5c")}
# What the library's detokeniser does not know: ends of other scripts, and signs that it cut off.
_LOOSE_END = re.compile("\\s+([۔،؛؟᱾᱿꯫꯬])")
_LOOSE_VIRAMA = re.compile("\\s*\uabed\\s*")


def to_devanagari(text: str, language: str) -> str:
    """Return `text` of `language` written in Devanagari."""
    return text.translate(_table(language, "hi"))


def from_devanagari(text: str, language: str) -> str:
    """Return `text`, written by `to_devanagari` or a model, in the script of `language`."""
    return text.translate(_back(language))


def for_indictrans(text: str, code: str) -> str:
    """Return `text` of the target code `code` as IndicTrans2 reads it: tokens in one script.

    Joiners, variant letters and the like are folded as in its training, so it is never for people.
    """
    script, name = find_writing(code).script, _LIBRARY_NAMES.get(code, code)
    if script == "Arab":
        return " ".join(_tokens(_arabic(text), "ur"))
    spread = " ".join(_tokens(_normalizer(name).normalize(text.strip()), name))
    return spread if script in _OWN_SCRIPT or script == "Deva" else to_devanagari(spread, name)


def from_indictrans(text: str, code: str) -> str:
    """Return what IndicTrans2 wrote for `code` in the language's script, as people write it."""
    from indicnlp.tokenize.indic_detokenize import trivial_detokenize

    script = find_writing(code).script
    if script not in _OWN_SCRIPT and script != "Deva":
        text = from_devanagari(text, _LIBRARY_NAMES.get(code, code))
        text = text.replace(*_WHOLE.get(code, ("", "")))
    tight: str = trivial_detokenize(text, "hi")
    tight = _LOOSE_END.sub(r"\1", tight)
    if script == "Mtei":
        tight = _LOOSE_VIRAMA.sub("\uabed", tight)
    if script == "Arab":  # written as two by the model: Kashmiri yeh
        tight = tight.replace("\u066e\u06ea", "\u0620")
    return tight.strip()


def _tokens(text: str, name: str) -> list[str]:
    from indicnlp.tokenize.indic_tokenize import trivial_tokenize

    tokens: list[str] = trivial_tokenize(text, name)
    return tokens


def _arabic(text: str) -> str:
    """Return `text` with the letters of Urdu, whatever its language: so the model was trained.

    The library's own way needs another library.
    """
    text = unicodedata.normalize("NFKC", text)
    return " ".join(_HARAKAT.sub("", text).translate(_ONE_FORM).split())


@cache
def _normalizer(name: str) -> Any:
    from indicnlp.normalize.indic_normalize import IndicNormalizerFactory

    return IndicNormalizerFactory().get_normalizer(name)


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
