"""Whether a number kept its unit: "30 days" that became 30 months.

Only units of time, money and percent, only where the right one is nowhere to be seen: the same
number stands beside another unit, or rupees are not named at all. More would be guessing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from courses.quantities.scales import fold_nukta
from courses.quantities.sides import say_digits, told
from courses.quantities.tables import fold
from courses.script import to_ascii_digits

_NAMES = (
    "second",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "year",
    "rupee",
    "paisa",
    "percent",
    "dollar",
)
_MONEY = frozenset({"rupee", "paisa", "dollar"})
_ENGLISH = re.compile(
    r"(?P<second>seconds?)|(?P<minute>minutes?|mins?)|(?P<hour>hours?|hrs?)|(?P<day>days?)|(?P<week>weeks?)"
    r"|(?P<month>months?)|(?P<year>years?|yrs?)|(?P<rupee>rupees?|rs)|(?P<paisa>paise?|paisas?)"
    r"|(?P<percent>per ?cent|%)|(?P<dollar>dollars?)",
    re.IGNORECASE,
)
_ANY = re.compile(rf"\b(?:{_ENGLISH.pattern})\b|%", re.IGNORECASE)
# Stems in the order of _NAMES; endings follow them.
_STEMS = {
    "hi": "सेकंड/सेकेंड मिनट/मिनिट घंट/घण्ट दिन/दिवस/दिनों सप्ताह/हफ्त महीन/माह/मास साल/वर्ष/बरस "
    "रुपय/रुपए/रुपये/रूपय/रूपए पैस प्रतिशत/फीसद डॉलर/डालर",
    "mr": "सेकंद/सेकेंद मिनिट तास दिवस/दिन आठवड/सप्ताह महिन/महिन्य/मास वर्ष/साल रुपय/रुपये/रुपया/रूपय पैस "
    "टक्क/प्रतिशत डॉलर/डालर",
    "ne": "सेकेन्ड/सेकेण्ड मिनेट/मिनट घण्ट/घन्ट दिन हप्ता/साता महिना/मास वर्ष/बर्ष/साल रुपैया/रुपया/रुपियाँ "
    "पैसा प्रतिशत डलर/डॉलर",
    "bn": "সেকেন্ড মিনিট ঘণ্টা/ঘন্টা দিন/দিবস সপ্তাহ/হপ্তা মাস বছর/বৎসর/বর্ষ টাকা/রুপি পয়সা শতাংশ/শতকরা/পার্সেন্ট ডলার",
    "as": "ছেকেণ্ড/ছেকেন্ড মিনিট ঘণ্টা/ঘন্টা দিন/দিৱস সপ্তাহ মাহ বছৰ/বৰ্ষ টকা পইচা শতাংশ/শতকৰা ডলাৰ/ডলার",
    "or": "ସେକେଣ୍ଡ/ସେକେଣ୍ଡ ମିନିଟ୍/ମିନିଟ ଘଣ୍ଟା ଦିନ/ଦିବସ ସପ୍ତାହ ମାସ ବର୍ଷ ଟଙ୍କା ପଇସା ପ୍ରତିଶତ/ଶତକଡ/ଶତାଂଶ/ଶତକଡା "
    "ଡଲାର",
    "gu": "સેકન્ડ/સેકંડ મિનિટ કલાક દિવસ/દિન અઠવાડિ/સપ્તાહ મહિન/માસ વર્ષ/વરસ/સાલ રૂપિય/રુપિય પૈસ "
    "ટકા/પ્રતિશત ડોલર/ડૉલર",
    "pa": "ਸਕਿੰਟ/ਸੈਕਿੰਡ ਮਿੰਟ ਘੰਟ ਦਿਨ ਹਫ਼ਤ/ਹਫਤ ਮਹੀਨ ਸਾਲ/ਵਰ੍ਹ ਰੁਪਏ/ਰੁਪਿਆ/ਰੁਪਈ ਪੈਸ ਪ੍ਰਤੀਸ਼ਤ/ਫੀਸਦ ਡਾਲਰ",
    "ta": "விநாடி/வினாடி/நொடி நிமிட மணிநேர/மணி நாள்/நாட் வார மாத வருட/ஆண்டு/ஆண்ட ரூபா "
    "பைசா சதவீத/சதவிகித/விழுக்காட/சதம டாலர",
    "te": "సెకన/సెకండ/క్షణ నిమిష గంట రోజ/దినా/దినమ వార నెల/మాస సంవత్సర/ఏళ్ల/ఏళ్ళ/ఏండ్ల రూపాయ పైస శాత డాలర",
    "kn": "ಸೆಕೆಂಡ ನಿಮಿಷ ಗಂಟೆ/ತಾಸು ದಿನ/ದಿವಸ ವಾರ ತಿಂಗಳ/ಮಾಸ ವರ್ಷ/ವರುಷ ರೂಪಾಯ/ರೂಗಳ ಪೈಸೆ ಶೇಕಡ/ಶೇ/ಪ್ರತಿಶತ/ಪರ್ಸೆಂಟ ಡಾಲರ",
    "ml": "സെക്കൻഡ/സെക്കന്റ/നിമിഷാർദ്ധ മിനിറ്റ/മിനിട്ട/മിനുട്ട/നിമിഷ മണിക്കൂ ദിവസ/ദിന/നാൾ ആഴ്ച മാസ വർഷ/കൊല്ല രൂപ "
    "പൈസ ശതമാന ഡോളർ/ഡോളറ",
    "ur": "سیکنڈ منٹ گھنٹ دن/ایام/یوم/روز ہفت مہین/ماہ سال/برس روپ پیس فیصد ڈالر",
}  # fmt: skip
# "Rs." as languages write it: whole words, and what else may stand for rupees.
_SHORT_RUPEE = re.compile(
    "(?:रु|रू|টা|টাঃ|ট|টঃ|ଟ|ଟଂ|ରୁ|રુ|રૂ|ਰੁ|ਰੂ|ரூ|రూ|రు|ರೂ|ರು|രൂ|രു)[\"'।:॰०]?|.*[₹৳].*|/-|(?i:rs|inr)"
)
_RUPEES = re.compile(
    "रुप|रूप|रुपै|রুপি|টাকা|টকা|টঙ্কা|ଟଙ୍କ|ରୁପ|રુપ|રૂપ|ਰੁਪ|ਰੂਪ|ਰੁਪੱ|ரூப|ரூ|రూపా|రూపీ|రుపా|ರೂಪಾ|ರುಪಾ|ರೂಪ|രൂപ|രൂ|روپ|روپئ"
)
_BESIDE = re.compile(r"(\d[\d.,]*)[\s-]{0,2}([^\s\d.,;:!?()।॥/-]+)(?:[\s-]([^\s\d.,;:!?()।॥/-]+))?")
_GLUED = frozenset({"as", "bn", "or"})
# Not "30-year-old": languages have words of their own for age.
_COUNTED = re.compile(
    r"(?<![\d.,:$-])(\d[\d,]*(?:\.\d+)?) (minutes|hours|days|weeks|months|years|rupees|percent)\b"
    r"(?! (?:old|of age|senior|younger|older)\b)",
    re.IGNORECASE,
)
_AGED = re.compile(r"\b(?:age[ds]?|young\w*|old\w*|child\w*|infants?)\b", re.IGNORECASE)
# "250 rupees a day": what may say the day there, anywhere in a word, "daily" too.
_RATE = re.compile(
    r"\b\d[\d,.]*\s(?:[a-z]+\s)?(?P<rate>(?:a|per|each|every)\s(?P<unit>day|month|year))\b",
    re.IGNORECASE,
)
_RATES = {
    "day": "दिन|दिव|रोज|दैनिक|দিন|দৈনিক|দিৱ|ଦିନ|ଦୈନିକ|ଦିବ|દિન|દિવ|દૈનિક|રોજ|ਦਿਨ|ਰੋਜ|ਦਿਹਾੜ|ਦੈਨਿਕ|நாள|தின|நாட|"
    "రోజ|దిన|ದಿನ|ದಿವ|ദിവ|ദിന|دن|روز|یوم|(?i:dai?ly|days?)",
    "month": "मह|माह|मास|মাস|মাহ|ମାସ|મહિ|માસ|ਮਹੀ|ਮਾਸ|ਮਾਹ|மாத|నెల|మాస|ತಿಂಗ|ಮಾಸ|മാസ|مہی|ماہ|(?i:month)",
    "year": "साल|वर्ष|बर्ष|वार्ष|बार्ष|বছ|বৎস|বর্ষ|বার্ষ|বৰ্ষ|বাৰ্ষ|ବର୍ଷ|ବାର୍ଷ|ବସର|વર્ષ|વાર્ષ|વરસ|સાલ|ਸਾਲ|"
    "ਵਰ੍ਹ|ਵਰਸ|ਵਾਰਸ|ஆண்ட|வருட|வருஷ|సంవత్స|ఏట|ఏడాద|వార్ష|ఏళ్|ವರ್ಷ|ವಾರ್ಷ|ವರುಷ|വർഷ|വാർഷ|കൊല്ല|سال|برس|(?i:year|annual)",
}
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
    for number, unit, _ in _beside(text, language):
        yield number, unit


def _beside(text: str, language: str) -> Iterator[tuple[str, str, bool]]:
    """Yield the same, and whether the unit is the very next word."""
    if language not in _STEMS and language != "en":
        return
    said = fold_nukta(to_ascii_digits(say_digits(text, language)))
    said = _SIGN_FIRST.sub(r"\1%", said) if language == "ur" else said
    for found in _BESIDE.finditer(said):
        next_one = found[3] if found[3] and "%" not in found[3] else ""
        first = _unit(found[2], language)
        unit = first or (_unit(next_one, language) if next_one else "")
        if unit:
            yield found[1].replace(",", "").strip("."), unit, bool(first)


def changed_unit(source: str, target: str, language: str) -> tuple[str, str, str] | None:
    """Return number, unit and the other unit that `target` gives it; None when all is well.

    The other unit is empty where `target` says the number and names no rupees. `source` is English.
    """
    if language not in _STEMS or not _ANY.search(source):
        return None
    wanted = set(numbers_and_units(source, "en"))
    if not wanted:
        return None
    there = set(_beside(target, language))
    named = _named(target, language)
    asked = {_unit(word, "en") for word in _WORD.findall(source)}
    asked |= {"dollar"} if "$" in source else set()
    for number, unit in sorted(wanted):
        for same, other, next_to in there:
            family = "percent" in (unit, other) or (unit in _MONEY) == (other in _MONEY)
            far = not family and not next_to
            if same != number or far or other in asked or other == unit:
                continue
            if unit not in named or {unit, other} <= _MONEY:  # "2 rupees 2 paise"
                return number, unit, other
    said = told(target, language)
    for count, unit in _counted(source):
        if unit not in named and count in said:
            return count, unit, ""
    return None


@lru_cache(maxsize=64)
def _counted(source: str) -> tuple[tuple[str, str], ...]:
    """Return the numbers of an English text that count units in the plural, and these."""
    found = _COUNTED.findall(say_digits(source, "en"))
    pairs = ((number.replace(",", ""), _unit(word, "en")) for number, word in found)
    return tuple(pair for pair in pairs if pair[1] != "year" or not _AGED.search(source))


def lost_rate(source: str, target: str, language: str) -> str | None:
    """Return the "a day" of an English "250 rupees a day" that no word of `target` may say."""
    if language not in _STEMS:
        return None
    for rate, unit in _rates(source):
        if not _rate_words(unit).search(fold_nukta(target)):
            return rate
    return None


@lru_cache(maxsize=64)
def _rates(source: str) -> tuple[tuple[str, str], ...]:
    found = _RATE.finditer(say_digits(source, "en"))
    return tuple((one["rate"], one["unit"].lower()) for one in found)


@lru_cache
def _rate_words(unit: str) -> re.Pattern[str]:
    return re.compile(fold_nukta(_RATES[unit]))


def _named(target: str, language: str) -> set[str]:
    """Return the units that `target` names anywhere, in English too."""
    words = _WORD.findall(fold_nukta(target).replace("فی صد", "فیصد"))
    named = {_unit(word, language) for word in words} | {_unit(word, "en") for word in words}
    if language in _GLUED:  # "ছয়মাহ", six months
        plain = fold(target)
        named |= {name for stem, name in _stems(language) if stem in plain}
    return named | {"rupee"} if any(map(_is_rupees, words)) else named


@lru_cache(maxsize=65536)
def _is_rupees(word: str) -> bool:
    return bool(_SHORT_RUPEE.fullmatch(word) or _RUPEES.match(word))
