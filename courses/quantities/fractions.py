"""Thirds and quarters in words: "two-thirds", "दो तिहाई", "மூன்றில் இரண்டு பங்கு".

Their words are ordinals or small numbers elsewhere, so they are read before the numbers are. Not
for "two and a half": that is a number of `courses.quantities.words`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from courses.quantities.scales import fold_nukta

_COUNTS = {"a": 1, "one": 1, "two": 2, "three": 3, "1": 1, "2": 2, "3": 3}
_ENGLISH = re.compile(
    r"\b(?:(a|one|two|three|[123])[ -](third|quarter|fourth)(s?)\b|([123])/([34])(?![\d/]))",
    re.IGNORECASE,
)
_LOOSE_THIRD = re.compile(r"\b(?:a|one|the) third\b", re.IGNORECASE)
_LOOSE_QUARTER = re.compile(r"(?<!three )\b(?:quarter|fourth)\b", re.IGNORECASE)
# What makes "a third" or "one quarter" a part of something and no third thing or three months.
_PART = re.compile(
    r"(?:'s)?[ -](?:of|majority|share|the|more|less|as|their|its|our)\b", re.IGNORECASE
)
# Code -> words for one, two, three; for third, quarter; for three quarters and one in one word.
_TABLES: dict[str, tuple[str, str, str, str]] = {
    "hi": ("एक दो तीन", "तिहाई|तिहाइ|तृतीयांश", "चौथाई|चौथाइ|चतुर्थांश", ""),
    "mr": ("एक दोन तीन", "तृतीयांश|तृतियांश", "चतुर्थांश|चतुर्थांश", "पाऊण|पाउण"),
    "ne": ("एक दुई|दुइ तीन|तिन", "तिहाई|तिहाइ|तृतीयांश", "चौथाई|चौथाइ|चतुर्थांश", ""),
    "bn": ("এক দুই|দু তিন", "তৃতীয়াংশ|তৃতীয়াংশ|তৃতীয় অংশ", "চতুর্থাংশ", ""),
    "as": ("এক দুই|দু তিনি", "তৃতীয়াংশ|তৃতীয়াংশ", "চতুৰ্থাংশ", ""),
    "or": ("ଏକ ଦୁଇ ତିନି", "ତୃତୀୟାଂଶ", "ଚତୁର୍ଥାଂଶ", ""),
    "gu": (
        "એક બે ત્રણ", "તૃતીયાંશ|તૃતિયાંશ|ત્રીજા ભાગ|ત્રીજો ભાગ", "ચતુર્થાંશ|ચોથા ભાગ|ચોથો ભાગ",
        "પોણા ભાગ|પોણો ભાગ",
    ),
    "pa": ("ਇੱਕ|ਇਕ ਦੋ ਤਿੰਨ", "ਤਿਹਾਈ", "ਚੌਥਾਈ", ""),
    "ur": ("ایک دو تین", "تہائی", "چوتھائی", ""),
    "ta": ("ஒரு|ஒன்று|ஒன்றை இரண்டு|இரு மூன்று", "மூன்றில்", "நான்கில்|நாலில்", "முக்கால் (?:பங்கு|பகுதி|வாசி)"),
    "te": ("ఒక|ఒకటి|ఒకవంతు రెండు|రెండ మూడు|మూడ", "మూడింట", "నాలుగింట|నాల్గింట", "ముప్పావు వంతు|మూడొంతుల"),
    "kn": ("ಒಂದ ಎರಡ ಮೂರ", "ಮೂರನೇ|ಮೂರನೆಯ|ಮೂರರಲ್ಲಿ", "ನಾಲ್ಕನೇ|ನಾಲ್ಕನೆಯ|ನಾಲ್ಕರಲ್ಲಿ", "ಮುಕ್ಕಾಲು (?:ಭಾಗ|ಪಾಲು)"),
    "ml": ("ഒ|ൊന്ന് രണ്ട് മൂന്ന്", "മൂന്നില?ൽ?", "നാലില?ൽ?", "മുക്കാൽ (?:ഭാഗ|പങ്ക്)"),
}  # fmt: skip
# A third or quarter without its one: "തൃതീ", "మూడవ వంతు".
_LONE: dict[str, tuple[str, str]] = {
    "gu": ("ત્રીજા ભાગ|ત્રીજો ભાગ", "ચોથા ભાગ|ચોથો ભાગ|પા ભાગ"),
    "ta": ("மூன்றிலொரு", "கால் (?:பங்கு|பகுதி|வாசி)|நான்கிலொரு"),
    "te": ("మూడ(?:వ|ో) వంతు", "నాలుగ(?:వ|ో) వంతు|పావు వంతు"),
    "kn": ("ಮೂರನೇ (?:ಭಾಗ|ಪಾಲು)", "ಕಾಲು (?:ಭಾಗ|ಪಾಲು)"),
    "ml": ("(?!)", "കാൽ (?:ഭാഗ|പങ്ക്)"),
}
_SOUTH = frozenset({"ta", "te", "kn", "ml"})
_GAP = "[\\s\u200c\u200d-]*"
_SLASHED = r"(?<![\d/])(?P<n>[123])/(?P<d>[34])(?![\d/])"

Fraction = tuple[int, int, int, int]
"""Numerator, denominator, and where it stands: start, end."""


@lru_cache
def _pattern(language: str) -> re.Pattern[str]:
    counts, third, quarter, three_quarters = _TABLES[language]
    ones = counts.split()
    choices = [_SLASHED]
    for numerator, words in enumerate(ones, 1):
        for denominator, parts in ((3, third), (4, quarter)):
            words = f"{words}|{numerator}"
            pair = (parts, words) if language in _SOUTH else (words, parts)
            shape = f"(?:{pair[0]}){_GAP}(?:{pair[1]})"
            choices.append(f"(?P<f{numerator}{denominator}>{shape})")
    choices.append(f"(?P<w34>{three_quarters})" if three_quarters else "(?!)")
    lone = _LONE.get(language, (third, quarter))
    choices += [f"(?P<l13>{lone[0]})", f"(?P<l14>{lone[1]})"]
    return re.compile(fold_nukta("|".join(choices)))


def _told(text: str, language: str) -> Iterator[Fraction]:
    """Yield the fractions of `text` in `language`."""
    for found in _pattern(language).finditer(text):
        if found["n"]:
            yield int(found["n"]), int(found["d"]), *found.span()
            continue
        name = found.lastgroup or ""
        yield int(name[1]), int(name[2]), *found.span()


def _asked(source: str) -> Iterator[Fraction]:
    """Yield the fractions of an English text; "a third" only where it is a part of something."""
    for found in _ENGLISH.finditer(source):
        if found[4]:
            yield int(found[4]), int(found[5]), *found.span()
            continue
        count = _COUNTS[found[1].lower()]
        part = found[3] if count > 1 else not found[3] and _PART.match(source, found.end())
        if part:
            yield count, 3 if found[2].lower() == "third" else 4, *found.span()


def _without(text: str, fractions: list[Fraction]) -> str:
    for *_, start, end in sorted(fractions, key=lambda one: -one[2]):
        text = f"{text[:start]} {text[end:]}"
    return text


def settle_fractions(
    source: str, target: str, language: str
) -> tuple[str, str, tuple[str, ...], tuple[str, ...]]:
    """Return both texts less the fractions that they share, those lost and those said instead.

    `source` is English. Nothing is lost where `target` has no fraction: it may say "33 percent".
    """
    if language not in _TABLES or not (asked := list(_asked(source))):
        return source, target, (), ()
    target = fold_nukta(target)
    told = list(_told(target, language))
    if not told:
        return source, target, (), ()
    wanted, found = {one[:2] for one in asked}, {one[:2] for one in told}
    lost, added = wanted - found, found - wanted
    if _LOOSE_QUARTER.search(source):
        added -= {(1, 4)}
    if _LOOSE_THIRD.search(source):
        added -= {(1, 3)}
    if not lost or not added:
        same = wanted & found
        kept = [one for one in asked if one[:2] in same], [one for one in told if one[:2] in same]
        return _without(source, kept[0]), _without(target, kept[1]), (), ()
    gone = tuple(source[start:end] for *what, start, end in asked if tuple(what) in lost)
    instead = tuple(target[start:end] for *what, start, end in told if tuple(what) in added)
    return _without(source, asked), _without(target, told), gone, instead
