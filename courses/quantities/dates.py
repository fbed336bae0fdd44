"""Names of months in the languages whose number words are known, and whether a date kept its own.

The spellings are those of everyday writing; endings follow them ("மார்ச்சில்").
"""

from __future__ import annotations

import re
from functools import lru_cache

from courses.quantities.tables import fold

_ENGLISH = "January February March April May June July August September October November December"
_NAMES = _ENGLISH.split()
_SHORT = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
_ANY = rf"(?:{'|'.join(_NAMES)}|{_SHORT})"
_DATED = re.compile(
    rf"\d(?:st|nd|rd|th)?(?: of)?,? ({_ANY})\b|\b({_ANY})\.?,? (?:the )?\d", re.IGNORECASE
)
_NAMED = re.compile(rf"\b({'|'.join(_NAMES)})\b")

# January to December; several spellings with a slash.
_MONTHS = {
    "hi": "जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर/सितम्बर अक्टूबर/अक्तूबर नवंबर/नवम्बर दिसंबर/दिसम्बर",
    "mr": "जानेवारी फेब्रुवारी मार्च एप्रिल मे जून जुलै/जुलाई ऑगस्ट सप्टेंबर/सप्टेम्बर ऑक्टोबर नोव्हेंबर डिसेंबर",
    "ne": "जनवरी/जनावरी फेब्रुअरी/फेब्रुवरी/फरवरी मार्च अप्रिल/अप्रैल मे/मई जुन/जून जुलाई अगस्त/अगस्ट सेप्टेम्बर/सेप्टेंबर "
    "अक्टोबर/अक्तूबर नोभेम्बर/नोवेम्बर डिसेम्बर/डिसेंबर",
    "mai": "जनवरी फरवरी मार्च अप्रैल/अप्रील मई जून/जुन जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
    "bn": "জানুয়ারি/জানুয়ারী ফেব্রুয়ারি/ফেব্রুয়ারী মার্চ এপ্রিল মে জুন জুলাই আগস্ট/অগাস্ট/আগষ্ট/অগস্ট সেপ্টেম্বর/সেপটেম্বর "
    "অক্টোবর নভেম্বর ডিসেম্বর",
    "as": "জানুৱাৰী ফেব্ৰুৱাৰী মাৰ্চ/মার্চ এপ্ৰিল/এপ্রিল মে'/মে জুন জুলাই আগষ্ট/আগস্ট "
    "ছেপ্টেম্বৰ/ছেপ্তেম্বৰ/চেপ্টেম্বৰ/চেপ্তেম্বৰ "
    "অক্টোবৰ নৱেম্বৰ/নবেম্বৰ ডিচেম্বৰ/ডিছেম্বৰ",
    "or": "ଜାନୁଆରୀ/ଜାନୁୟାରୀ ଫେବୃଆରୀ/ଫେବ୍ରୁଆରୀ/ଫେବ୍ରୁୟାରୀ ମାର୍ଚ୍ଚ/ମାର୍ଚ ଅପ୍ରେଲ/ଏପ୍ରିଲ/ଅପ୍ରିଲ ମଇ/ମେ ଜୁନ ଜୁଲାଇ "
    "ଅଗଷ୍ଟ/ଅଗସ୍ତ/ଅଗଷ୍ଟ ସେପ୍ଟେମ୍ବର "
    "ଅକ୍ଟୋବର ନଭେମ୍ବର ଡିସେମ୍ବର",
    "gu": "જાન્યુઆરી ફેબ્રુઆરી માર્ચ એપ્રિલ મે જૂન જુલાઈ ઓગસ્ટ/ઑગસ્ટ સપ્ટેમ્બર/સપ્ટેંબર ઓક્ટોબર/ઑક્ટોબર નવેમ્બર ડિસેમ્બર",
    "pa": "ਜਨਵਰੀ ਫਰਵਰੀ/ਫ਼ਰਵਰੀ ਮਾਰਚ ਅਪ੍ਰੈਲ/ਅਪਰੈਲ ਮਈ ਜੂਨ ਜੁਲਾਈ ਅਗਸਤ ਸਤੰਬਰ/ਸਿਤੰਬਰ ਅਕਤੂਬਰ/ਅਕਤੂਬਰ ਨਵੰਬਰ ਦਸੰਬਰ/ਦਿਸੰਬਰ",
    "ta": "ஜனவரி பிப்ரவரி/பெப்ரவரி/பிப்பிரவரி மார்ச் ஏப்ரல்/ஏப்ரலி/ஏப்ரில் மே ஜூன் ஜூலை/யூலை ஆகஸ்ட/ஆகஸ்டு/ஓகஸ்ட "
    "செப்டம்ப/செப்டெம்ப அக்டோப/ஒக்டோப நவம்ப டிசம்ப",
    "te": "జనవరి ఫిబ్రవరి/ఫిబ్రవరీ మార్చి ఏప్రిల్/ఏప్రిల మే జూన్/జూను జూలై/జులై ఆగస్టు/ఆగష్టు/ఆగస్ట్/ఆగస్ట "
    "సెప్టెంబర/సెప్టెంబరు/సెప్టెంబర్ అక్టోబర నవంబర డిసెంబర",
    "kn": "ಜನವರಿ ಫೆಬ್ರವರಿ/ಫೆಬ್ರುವರಿ ಮಾರ್ಚ್/ಮಾರ್ಚಿ ಏಪ್ರಿಲ್/ಏಪ್ರಿಲಿ/ಎಪ್ರಿಲ್ ಮೇ ಜೂನ್/ಜೂನಿ ಜುಲೈ ಆಗಸ್ಟ/ಅಗಸ್ಟ ಸೆಪ್ಟೆಂಬರ ಅಕ್ಟೋಬರ "
    "ನವೆಂಬರ/ನವಂಬರ ಡಿಸೆಂಬರ/ಡಿಸಂಬರ",
    "ml": "ജനുവരി ഫെബ്രുവരി മാർച്ച/മാർച്ച് ഏപ്രിൽ/ഏപ്രില മേയ്/മെയ്/മേയ ജൂൺ/ജൂണ ജൂലൈ/ജൂലായ് ഓഗസ്റ്റ/ആഗസ്റ്റ/ഓഗസ്ത "
    "സെപ്റ്റംബ/സെപ്തംബ/സെപ്‌റ്റംബ ഒക്ടോബ നവംബ ഡിസംബ",
    "ur": "جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر",
}  # fmt: skip
_WORD = re.compile(r"[^\s.,;:!?।॥۔،()\[\]/\d-]+")
_WORD_EN = re.compile(_ANY, re.IGNORECASE)
_SHORTEST_STEM = 4


@lru_cache
def _stems(language: str) -> tuple[tuple[str, int], ...]:
    names = enumerate(_MONTHS[language].split(), 1)
    return tuple((fold(spelled), n) for n, name in names for spelled in name.split("/"))


def _number(name: str) -> int:
    return next(n for n, month in enumerate(_NAMES, 1) if month[:3] == name[:3].capitalize())


def dated_months(text: str) -> set[int]:
    """Return the months that an English text names beside a day or a year."""
    return {_number(one or other) for one, other in _DATED.findall(text)}


@lru_cache(maxsize=65536)
def _month(word: str, language: str) -> int:
    folded = fold(word)
    for stem, number in _stems(language):
        if folded == stem or (len(stem) >= _SHORTEST_STEM and folded.startswith(stem)):
            return number
    return 0


def month_of(word: str, language: str) -> int:
    """Return the number of the month that a word names in `language` or in English; 0 for none."""
    if language == "en":
        return _number(word) if _WORD_EN.fullmatch(word) else 0
    return _month(word, language) if language in _MONTHS else 0


def months(text: str, language: str) -> set[int]:
    """Return the months that `text` names; an empty set for a language that is not known."""
    if language == "en":
        return {_number(name) for name in _NAMED.findall(text)} | dated_months(text)
    if language not in _MONTHS:
        return set()
    return {_month(word, language) for word in _WORD.findall(text)} - {0}


def changed_months(
    source: str, target: str, language: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the English names of months of dates that `target` lost, and of those it has "
    "instead."""
    wanted = dated_months(source)
    if not wanted or language not in _MONTHS:
        return (), ()
    found = months(target, language)
    lost = wanted - found
    added = found - months(source, "en")
    if not added or not lost:
        return (), ()
    return tuple(_NAMES[n - 1] for n in sorted(lost)), tuple(_NAMES[n - 1] for n in sorted(added))
