"""Hours before and after noon, and dozens: numbers that a right translation may count otherwise.

"5 pm" is 17:00 too, and "two dozen" is 24. `wrong_half_of_day` tells where "a.m." became evening.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from courses.quantities.english import say_digits

_AFTERNOON = re.compile(
    r"(?<![\d:.])(\d{1,2})(?:[:.](\d{2}))?\s?(?:p\.\s?m\.|p\.?m\b|o'clock in the (?:after|even))",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"(?<![\d:.,])(1[3-9]|2[0-3])[:.]([0-5]\d)(?![\d:.,])")
_FOUR_DIGITS = re.compile(r"(?<![\d:.,])([01]\d|2[0-3])([0-5]\d)\s?(?:UTC|GMT|IST|hours|hrs)\b")
_DOZENS = re.compile(r"(?<![\d.,])(\d{1,2}|two) dozens?\b", re.IGNORECASE)

_HALF = re.compile(
    r"(?<![\d:.])(\d{1,2})(?:[:.]\d{2})?\s?(?:([ap])\.\s?m\.|([ap])\.?m\b)", re.IGNORECASE
)
_OWN_WORDS = re.compile(
    r"\b(?:morning|noon|afternoon|evening|night|tonight|midnight|day|dawn|sunrise|sunset)",
    re.IGNORECASE,
)
# Code -> stems of words for the morning, and for noon, afternoon, evening and night.
_PARTS_OF_DAY: dict[str, tuple[str, str]] = {
    "hi": ("सुबह|सवेरे|प्रात|पूर्वाह्न", "शाम|रात|दोपहर|अपराह्न|सायं|संध्या"),
    "mr": ("सकाळ|पहाटे", "संध्याकाळ|सायंकाळ|रात्री|दुपार"),
    "ne": ("बिहान|पूर्वाह्न", "साँझ|बेलुका|बेलुकी|राति|दिउँसो|अपराह्न"),
    "bn": ("সকাল|ভোর", "বিকাল|বিকেল|সন্ধ্যা|সন্ধ্যে|রাত|দুপুর"),
    "as": ("পুৱা|ৰাতিপুৱা", "আবেলি|গধূলি|সন্ধিয়া|ৰাতি|দুপৰীয়া"),
    "or": ("ସକାଳ|ପୂର୍ବାହ୍ନ", "ସନ୍ଧ୍ୟା|ରାତି|ଅପରାହ୍ନ"),
    "gu": ("સવાર", "સાંજ|રાત|બપોર"),
    "pa": ("ਸਵੇਰ", "ਸ਼ਾਮ|ਰਾਤ|ਦੁਪਹਿਰ|ਬਾਅਦ ਦੁਪਹਿਰ"),
    "ur": ("صبح", "شام|رات|دوپہر"),
    "ta": ("காலை|முற்பகல்", "மாலை|இரவு|மதிய|பிற்பகல்|நண்பகல்"),
    "te": ("ఉదయ", "సాయంత్ర|రాత్రి|మధ్యాహ్న"),
    "kn": ("ಬೆಳಿಗ್ಗೆ|ಬೆಳಗ್ಗೆ|ಮುಂಜಾನೆ", "ಸಂಜೆ|ಸಾಯಂಕಾಲ|ರಾತ್ರಿ|ಮಧ್ಯಾಹ್ನ"),
    "ml": ("രാവിലെ|പുലർച്ചെ", "വൈകുന്നേര|വൈകിട്ട|വൈകീട്ട|രാത്രി|ഉച്ച"),
}
_DAWN = 5
"""Hours before this one are "night" to many."""


def say_dozens(source: str, told: Collection[str]) -> str:
    """Return English text with "three dozen" as 36 where the translation tells that number."""
    if "dozen" not in source.lower():
        return source

    def product(found: re.Match[str]) -> str:
        whole = str(12 * (int(found[1]) if found[1].isdecimal() else 2))
        return whole if whole in told else found[1]

    return _DOZENS.sub(product, say_digits(source))


def same_hours(source: str, lost: Collection[str], added: Collection[str]) -> dict[str, str]:
    """Return key -> raw time for hours that only one of the texts counts from noon.

    `lost` are keys of numbers of the English source, `added` numbers of the translation as written.
    """
    if not lost or not added:
        return {}
    pairs: dict[str, str] = {}
    for hour, minutes in _AFTERNOON.findall(say_digits(source)):
        key = f"{hour}.{minutes}".rstrip("0.") if minutes.strip("0") else hour
        for mark in ":.":
            time = f"{int(hour) % 12 + 12}{mark}{minutes or '00'}"
            if key in lost and time in added:
                pairs[key] = time
    for hour, minutes in _FOUR_DIGITS.findall(source):
        for mark in ":.":
            if f"{hour}{mark}{minutes}" in added:
                pairs[f"{hour}{minutes}".lstrip("0")] = f"{hour}{mark}{minutes}"
    for hour, minutes in _COUNTED.findall(source):
        key = f"{hour}.{minutes}".rstrip("0") if minutes.strip("0") else hour
        short = str(int(hour) - 12)
        for time in (f"{short}:{minutes}", f"{short}.{minutes}", short):
            if key in lost and time in added and (time != short or minutes == "00"):
                pairs[key] = time
    return pairs


@lru_cache
def _parts(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    morning, later = (f"(?<![^\\s\"'(]){'(?:' + words + ')'}" for words in _PARTS_OF_DAY[language])
    return re.compile(morning), re.compile(later)


def wrong_half_of_day(source: str, target: str, language: str) -> tuple[str, str] | None:
    """Return an English time and the word of `target` for the other half of the day, or None.

    Only where all times of `source` are of one half and no word of it names a part of the day.
    """
    if language not in _PARTS_OF_DAY or _OWN_WORDS.search(source):
        return None
    times = [
        (found.group(), int(found[1]), (found[2] or found[3]).lower())
        for found in _HALF.finditer(source)
    ]
    halves = {half for *_, half in times}
    if len(halves) != 1 or any(not 0 < hour < 12 for _, hour, _ in times):
        return None
    before_noon = halves == {"a"}
    if before_noon and min(hour for _, hour, _ in times) < _DAWN:
        return None
    morning, later = _parts(language)
    right, wrong = (morning, later) if before_noon else (later, morning)
    found = wrong.search(target)
    return None if found is None or right.search(target) else (times[0][0], found.group())
