"""Whether "third" is lost, or "first" became "second": English words that often count nothing.

One and two, first and second, half and quarter may be left out or put otherwise in a right
translation, so they are missed only where another of them stands instead. Ordinals from third on
must be there. Not for numbers that surely count: those are `courses.quantities.comparing`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from courses.quantities import english

_ORDINALS = {
    **{word: n for n, word in enumerate(english.ORDINAL_NAMES.split(), 1)},
    **{word: 10 * n for n, word in enumerate(english.TENTH_NAMES.split(), 2)},
}
_ORDINALS["thrice"] = 3
_HIGH = "|".join(word for word, n in _ORDINALS.items() if n > 2)
_TENS = {word: 10 * n for n, word in enumerate(english.TEN_NAMES.split(), 2)}
_ORDINAL = re.compile(
    rf"\b(?:({'|'.join(_TENS)})[ -])?(first|second|{_HIGH})s?(?<!seconds)\b", re.IGNORECASE
)
_TWICE = 2
_LOW = {
    "one": "1",
    "first": "1",
    "two": "2",
    "second": "2",
    "twice": "2",
    "half": "0.5",
    "double": "2",
}
# Where both must be said: "one or two lines".
_CHOICE = re.compile(r"\b(one|two) or (two|three|3)\b", re.IGNORECASE)
# Words for "one or two" that say neither.
_FEW = re.compile(
    "एकाध|एक-आध|एक आध|एखाद|দু-এক|দুএক|দুয়েক|দু'এক|দুই-এক|এক-আধ|দুই এটা|দুটামান|ଦୁଇଏକ|એકાદ|એકબે|ਇੱਕ-ਅੱਧ|ਇਕ-ਅੱਧ|"
    "ஓரிரு|ஒன்றிரண்டு|இரண்டொரு|ఒకటిరెండు|ఒకట్రెండు|ఒకరిద్దరు|ఒకటీ రెండు|ಒಂದೆರಡ|ಒಬ್ಬಿಬ್ಬರು|"
    "ഒന്നുരണ്ട|ایک آدھ"
)
# "Two sides" is no "second side": words that say second and not two.
_TWO = re.compile(
    r"\btwo\b(?![ -](?:thirds?|of|hundred|thousand|lakh|crore|million|billion))", re.I
)
_SECOND = re.compile(
    "दूसर\\S*|दुसर\\S*|दुसऱ\\S*|दोस्र\\S*|द्वितीय\\S*|দ্বিতীয\\S*|দ্বিতীয়\\S*|ଦ୍ୱିତୀୟ\\S*|ଦ୍ଵିତୀୟ\\S*|"
    "બીજ\\S*|દ્વિતીય\\S*|ਦੂਜ\\S*|ਦੂਸਰ\\S*|இரண்டாம்\\S*|இரண்டாவது\\S*|రెండవ\\S*|రెండో\\S*|ಎರಡನ\\S*|ದ್ವಿತೀಯ\\S*|"
    "രണ്ടാ\\S*|دوسر\\S*|دوم"
)
_NO_TWO = re.compile(
    r"\b(?:second\w*|\w*other\w*|twice|half|both|double|dual|next|else|pairs?|again|each)\b", re.I
)
_INSTEAD = {"1": ("2",), "2": ("1", "3"), "0.5": ("4", "0.25")}
_LOW_WORD = re.compile(
    r"(?<![\w-])(?:one|first|two|twice|double|half|(?<!a )(?<!per )(?<!one )second)(?![\w-])",
    re.IGNORECASE,
)
# What makes a translation say "one" or "two" where the English does not count.
_EXCUSES = {
    "1": re.compile(r"\b(?:an?|any|each|every|same|some|single|once|only|together)\b", re.I),
    "2": re.compile(
        r"\b(?:\w*other\w*|else|each|between|both|n?either|again|pairs?|dual|double|half)\b", re.I
    ),
    "3": re.compile(r"\btri|\bthr", re.I),
    "4": re.compile(r"\b(?:around|everywhere|quarter\w*)\b", re.I),
    "0.25": re.compile(r"\bquarter", re.I),
}


def has_ordinals(source: str) -> bool:
    """Return whether an English text may have such words, quickly."""
    return bool(_ORDINAL.search(source) or _LOW_WORD.search(source))


def lost_ordinals(
    source: str, said: Mapping[str, int], told: Mapping[str, int], target: str = ""
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the ordinals and small numbers that are lost, in English, and what stands instead.

    `said` are the keys of all numbers that the English `source` may say, `told` those that its
    translation may, with how often each surely stands there (0: perhaps) or may stand there.
    `target` is the translation, where a word like "एकाध" is "one or two".
    """
    lost: list[str] = []
    instead: list[str] = []
    for found in _ORDINAL.finditer(source):
        value = _TENS.get((found[1] or "").lower(), 0) + _ORDINALS[found[2].lower()]
        key = str(value)
        # "Eighteen ... the eighteenth": one of them alone is not enough.
        if value > 2 and told.get(key, 0) < min(1 + said.get(key, 0), _TWICE):
            lost.append(found.group())
    for found in _LOW_WORD.finditer(source):
        value_key = _LOW[found.group().lower()]
        if value_key in told:
            continue
        for other in _INSTEAD[value_key]:
            if other in told and other not in said and not _EXCUSES[other].search(source):
                lost.append(found.group())
                instead.append(other)
    for found in _CHOICE.finditer(source) if " or t" in source else ():
        asked = {_LOW[word] for word in found.group().lower().split(" or ") if word in _LOW}
        if not asked <= told.keys() and not _FEW.search(target):
            lost.append(found.group())
    return tuple(dict.fromkeys(lost)), tuple(dict.fromkeys(instead))


def without_seconds(source: str, target: str) -> str | None:
    """Return `target` less its words for "second" where an English `source` says only "two"."""
    if "two" not in source.lower() or not _TWO.search(source) or _NO_TWO.search(source):
        return None
    bare = _SECOND.sub(" ", target)
    return bare if bare != target else None
