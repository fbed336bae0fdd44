"""The shape of one language's number words, and how words are folded before they are compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Numerals:
    """Number words of one language; spaces between words, ``/`` between spellings.

    cardinals: 0, 1, 2 ... in order. others: ``value=word`` for ordinals, hundreds and the like;
    ``~`` marks what is often no number ("one", "nine" that is also "new"): it may say it, it need
    not. fractions: ``1.5=word``, or ``+0.5=word`` before the number that it changes. suffixes:
    what may follow a number in one word, ``*`` at the end for "and more". tens_add: whether
    "twenty" and "five" make twenty-five when they are two words. idioms: a pattern of phrases
    whose number words are no numbers.
    """

    cardinals: str
    others: str = ""
    fractions: str = ""
    suffixes: str = ""
    tens_add: bool = False
    idioms: str = ""


# One sign of each group is kept: length of i and u, nasals, silent letters, letters that people
# exchange (Bengali and Odia sibilants, Arabic and Urdu forms).
_GROUPS = (
    "िी ुू इई उऊ",
    "িী ুূ ইঈ উঊ শষস নণ রৰ বৱ",
    "ਿੀ ੁੂ ਇਈ ਉਊ ਨਣ",
    "િી ુૂ ઇઈ ઉઊ",
    "ିୀ ୁୂ ଇଈ ଉଊ ଶଷସ ନଣ ଯୟ ବୱଵ",
    "یيىئے كک ہهھۀة نں وؤۆ اأإآ",
)
_SILENT = (
    "ँंःऽ" "ঁ" "ੱੰਂਁ" "ંઁ" "ଁଂ" "ఁ" "ءٔ" "\u0640"
    + "".join(map(chr, [*range(0x610, 0x61B), *range(0x64B, 0x660), 0x670, *range(0x6D6, 0x6EE)]))
)  # fmt: skip
_NUKTA = "\u093c\u09bc\u0a3c\u0abc\u0b3c\u0c3c\u0cbc"
_CHILLUS = {"ൺ": "ണ്", "ൻ": "ന്", "ർ": "ര്", "ൽ": "ല്", "ൾ": "ള്", "ൿ": "ക്"}
_FOLD = str.maketrans(
    {other: group[0] for line in _GROUPS for group in line.split() for other in group[1:]}
    | dict.fromkeys(_SILENT + _NUKTA, "")
    | _CHILLUS
)
_VIRAMAS = "\u094d\u09cd\u0acd\u0b4d"
_NASAL = re.compile(
    f"[ङञणनम][{_VIRAMAS}](?=[क-ह])|[ঙঞণনম]্(?=[ক-হ])|[ઙઞણનમ]્(?=[ક-હ])|[ଙଞଣନମ]୍(?=[କ-ହ])"
)
_DOUBLE = re.compile(rf"(.)[{_VIRAMAS}](.)")
_UNASPIRATED = frozenset((0x15, 0x17, 0x1A, 0x1C, 0x1F, 0x21, 0x24, 0x26, 0x2A, 0x2C))


def _single(found: re.Match[str]) -> str:
    first, second = found.groups()
    aspirated = ord(second) == ord(first) + 1 and ord(first) % 0x80 in _UNASPIRATED
    return second if first == second or aspirated else found.group()


def fold(word: str) -> str:
    """Return what spellings of one word have in common: पन्द्रह and पंद्रह, अट्ठाईस and अठाइस."""
    text = unicodedata.normalize("NFD", word).translate(_FOLD)
    text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    text = _NASAL.sub("", _DOUBLE.sub(_single, text))
    return unicodedata.normalize("NFC", text)
