"""Whether a number kept its unit: "30 days" that became 30 months.

Only units of time, money and percent, only where the same number stands beside another unit and
the right one is nowhere to be seen: more would be guessing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from courses.quantities.scales import fold_nukta
from courses.quantities.sides import say_digits
from courses.quantities.tables import fold
from courses.script import to_ascii_digits

_NAMES = ("second", "minute", "hour", "day", "week", "month", "year", "rupee", "paisa", "percent")
_MONEY = frozenset({"rupee", "paisa"})
_ENGLISH = re.compile(
    r"(?P<second>seconds?)|(?P<minute>minutes?|mins?)|(?P<hour>hours?|hrs?)|(?P<day>days?)|(?P<week>weeks?)"
    r"|(?P<month>months?)|(?P<year>years?|yrs?)|(?P<rupee>rupees?|rs)|(?P<paisa>paise?|paisas?)"
    r"|(?P<percent>per ?cent|%)",
    re.IGNORECASE,
)
_ANY = re.compile(rf"\b(?:{_ENGLISH.pattern})\b|%", re.IGNORECASE)
# Stems in the order of _NAMES; endings follow them.
_STEMS = {
    "hi": "सेकंड/सेकेंड मिनट घंट/घण्ट दिन/दिवस/दिनों सप्ताह/हफ्त महीन/माह/मास साल/वर्ष/बरस "
    "रुपय/रुपए/रुपये/रूपय/रूपए पैस प्रतिशत/फीसद",
    "mr": "सेकंद/सेकेंद मिनिट तास दिवस/दिन आठवड/सप्ताह महिन/मास वर्ष/साल रुपय/रुपये/रुपया/रूपय पैस टक्क/प्रतिशत",
    "ne": "सेकेन्ड/सेकेण्ड मिनेट/मिनट घण्ट/घन्ट दिन हप्ता/साता महिना/मास वर्ष/बर्ष/साल रुपैया/रुपया/रुपियाँ "
    "पैसा प्रतिशत",
    "bn": "সেকেন্ড মিনিট ঘণ্টা/ঘন্টা দিন/দিবস সপ্তাহ/হপ্তা মাস বছর/বৎসর/বর্ষ টাকা/রুপি পয়সা শতাংশ/শতকরা/পার্সেন্ট",
    "as": "ছেকেণ্ড/ছেকেন্ড মিনিট ঘণ্টা/ঘন্টা দিন/দিৱস সপ্তাহ মাহ বছৰ/বৰ্ষ টকা পইচা শতাংশ/শতকৰা",
    "or": "ସେକେଣ୍ଡ/ସେକେଣ୍ଡ ମିନିଟ୍/ମିନିଟ ଘଣ୍ଟା ଦିନ/ଦିବସ ସପ୍ତାହ ମାସ ବର୍ଷ ଟଙ୍କା ପଇସା ପ୍ରତିଶତ/ଶତକଡ/ଶତାଂଶ/ଶତକଡା",
    "gu": "સેકન્ડ/સેકંડ મિનિટ કલાક દિવસ/દિન અઠવાડિ/સપ્તાહ મહિન/માસ વર્ષ/સાલ રૂપિય/રુપિય પૈસ ટકા/પ્રતિશત",
    "pa": "ਸਕਿੰਟ/ਸੈਕਿੰਡ ਮਿੰਟ ਘੰਟ ਦਿਨ ਹਫ਼ਤ/ਹਫਤ ਮਹੀਨ ਸਾਲ/ਵਰ੍ਹ ਰੁਪਏ/ਰੁਪਿਆ/ਰੁਪਈ ਪੈਸ ਪ੍ਰਤੀਸ਼ਤ/ਫੀਸਦ",
    "ta": "விநாடி/வினாடி/நொடி நிமிட மணிநேர/மணி நாள்/நாட் வார மாத வருட/ஆண்டு/ஆண்ட ரூபா "
    "பைசா சதவீத/சதவிகித/விழுக்காட/சதம",
    "te": "సెకన/సెకండ/క్షణ నిమిష గంట రోజ/దినా/దినమ వార నెల/మాస సంవత్సర/ఏళ్ల/ఏళ్ళ/ఏండ్ల రూపాయ పైస శాత",
    "kn": "ಸೆಕೆಂಡ ನಿಮಿಷ ಗಂಟೆ/ತಾಸು ದಿನ/ದಿವಸ ವಾರ ತಿಂಗಳ/ಮಾಸ ವರ್ಷ/ವರುಷ ರೂಪಾಯ/ರೂ ಪೈಸೆ ಶೇಕಡ/ಶೇ/ಪ್ರತಿಶತ/ಪರ್ಸೆಂಟ",
    "ml": "സെക്കൻഡ/സെക്കന്റ/നിമിഷാർദ്ധ മിനിറ്റ/മിനിട്ട/നിമിഷ മണിക്കൂ ദിവസ/ദിന/നാൾ ആഴ്ച മാസ വർഷ/കൊല്ല രൂപ "
    "പൈസ ശതമാന",
    "ur": "سیکنڈ منٹ گھنٹ دن/ایام/یوم ہفت مہین/ماہ سال/برس روپ پیس فیصد",
}  # fmt: skip
_BESIDE = re.compile(r"(\d[\d.,]*)[\s-]{0,2}([^\s\d.,;:!?()।॥/-]+)(?:[\s-]([^\s\d.,;:!?()।॥/-]+))?")
# Urdu writes "%90" for what is shown as 90%.
_SIGN_FIRST = re.compile(r"(?<![\d%])%(\d+(?:\.\d+)?)")
_WORD = re.compile(r"[^\s\d.,;:!?()।॥/-]+")


@lru_cache
def _stems(language: str) -> tuple[tuple[str, str], ...]:
    pairs = zip(_NAMES, _STEMS[language].split(), strict=True)
    return tuple((fold(stem), name) for name, stems in pairs for stem in stems.split("/"))


@lru_cache(maxsize=65536)
def _unit(word: str, language: str) -> str:
    """Return the unit that a word names, empty for any other word."""
    if language == "en":
        found = _ENGLISH.fullmatch(word)
        return (found.lastgroup or "") if found else ""
    folded = fold(word)
    if "%" in word:
        return "percent"
    return next((name for stem, name in _stems(language) if folded.startswith(stem)), "")


def numbers_and_units(text: str, language: str) -> Iterator[tuple[str, str]]:
    """Yield each number of `text` that has a unit in one of the two words behind it, and that."""
    if language not in _STEMS and language != "en":
        return
    said = fold_nukta(to_ascii_digits(say_digits(text, language)))
    said = _SIGN_FIRST.sub(r"\1%", said) if language == "ur" else said
    for found in _BESIDE.finditer(said):
        next_one = found[3] if found[3] and "%" not in found[3] else ""
        unit = _unit(found[2], language) or (_unit(next_one, language) if next_one else "")
        if unit:
            yield found[1].replace(",", "").strip("."), unit


def changed_unit(source: str, target: str, language: str) -> tuple[str, str, str] | None:
    """Return number, unit and the other unit that `target` gives it; None when all is well.

    `source` is English.
    """
    if language not in _STEMS or not _ANY.search(source):
        return None
    wanted = set(numbers_and_units(source, "en"))
    if not wanted:
        return None
    there = set(numbers_and_units(target, language))
    named = {_unit(word, language) for word in _WORD.findall(fold_nukta(target))}
    asked = {_unit(word, "en") for word in _WORD.findall(source)}
    for number, unit in wanted:
        for same, other in there:
            family = "percent" in (unit, other) or (unit in _MONEY) == (other in _MONEY)
            if same == number and family and unit not in named and other not in asked:
                return number, unit, other
    return None
