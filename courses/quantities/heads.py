"""The words in front of numbers: "section 5", "rule 3", "page 12", and whether they were kept.

`lost_head` finds a section that became no section, `invented_section` an amount that became one.
Not for the numbers themselves, which are `courses.quantities.references`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from courses.quantities.scales import fold_nukta
from courses.quantities.sides import say_digits, told
from courses.quantities.tables import fold
from courses.quantities.units import numbers_and_units
from courses.script import to_ascii_digits

Pair = tuple[str, str]
"""A number in digits and what stands in front of it."""

HEADS = ("section", "rule", "article", "chapter")
_ENGLISH = re.compile(rf"\b({'|'.join(HEADS)})s? (\d+)", re.IGNORECASE)
# Stems in the order of HEADS.
STEMS = {
    "hi": "धारा नियम अनुच्छेद अध्याय",
    "mr": "कलम नियम अनुच्छेद प्रकरण",
    "ne": "दफा नियम धारा परिच्छेद/अध्याय",
    "bn": "ধারা বিধি/নিয়ম অনুচ্ছেদ অধ্যায়",
    "as": "ধাৰা নিয়ম/বিধি অনুচ্ছেদ অধ্যায়",
    "or": "ଧାରା ନିୟମ ଅନୁଚ୍ଛେଦ ଅଧ୍ୟାୟ",
    "gu": "કલમ નિયમ અનુચ્છેદ પ્રકરણ",
    "pa": "ਧਾਰਾ ਨਿਯਮ ਅਨੁਛੇਦ ਅਧਿਆਇ",
    "ta": "பிரிவு விதி உறுப்பு/சரத்து அத்தியாய",
    "te": "సెక్షన్ నియమ/రూల్ అధికరణ/ఆర్టికల్ అధ్యాయ",
    "kn": "ಸೆಕ್ಷನ್/ಕಲಂ/ಪ್ರಕರಣ ನಿಯಮ ಅನುಚ್ಛೇದ ಅಧ್ಯಾಯ",
    "ml": "വകുപ്പ് ചട്ട അനുച്ഛേദ അധ്യായ/അദ്ധ്യായ",
    "ur": "دفعہ قاعدہ/رول آرٹیکل باب",
}
"""Code -> words for these; endings follow them."""
_BEFORE = re.compile(r"([^\s\d.,;:!?()।॥/-]+)[\s-]{1,2}(\d+)(?![\d.,:]*\d)")
# Words that may stand for a section or a page of a text, anywhere in a word, and as letters only.
_SECTIONS = (
    "धारा|दफा|कलम|अनुभाग|सेक्शन|खंड|खण्ड|उपधार|अनुच्छेद|विभाग|भाग|ধারা|ধাৰা|সেকশন|ছেকচন|দফা|অনুচ্ছেদ|বিভাগ|শাখা|অংশ|"
    "ଧାରା|ସେକ୍ସନ|ବିଭାଗ|ଅନୁଭାଗ|ଅନୁଚ୍ଛେଦ|ଦଫା|કલમ|ધારા|વિભાગ|સેક્શન|ભાગ|ਧਾਰਾ|ਸੈਕਸ਼ਨ|ਸੈਕਸਨ|ਭਾਗ|ਵਿਭਾਗ|ਦਫਾ|பிரிவு|பிரிவ|பகுதி|"
    "செக்ஷன்|செக்‌ஷன்|సెక్షన|విభాగ|ప్రకరణ|నిబంధన|సెక్ష|ಸೆಕ್ಷನ|ಕಲಂ|ಕಲಮ|ಪ್ರಕರಣ|ವಿಭಾಗ|ಪರಿಚ್ಛೇದ|ವಕುಪ|വകുപ്പ|സെക്ഷ|വിഭാഗ|ഖണ്ഡ|"
    "دفعہ|سیکشن|دفع|حصہ|حصے|(?i:sections?|secs?|u/s)"
)
_PAGES = (
    "पृष्ठ|पेज|पन्न|पान|পৃষ্ঠ|পাতা|পেজ|পেইজ|পৃষ্ঠা|ପୃଷ୍ଠ|ପେଜ|પૃષ્ઠ|પાન|પેજ|ਪੰਨ|ਪੇਜ|ਸਫ|ਪ੍ਰਿਸ਼|ਪ੍ਰਿਸ|பக்க|పేజ|పుట|ಪುಟ|ಪೇಜ|"
    "പേജ|പുറ|താള|صفح|پیج|(?i:pages?)"
)
_NAMED = {
    "section": re.compile(fold_nukta(_SECTIONS)),
    "page": re.compile(fold_nukta(_PAGES)),
}
_ASKED = re.compile(r"\b(section|page) (?:numbers? |nos?\.? )?(\d+)(?![\d.]*\d|\s?[(:-])", re.I)
_LOOSE = re.compile(
    r"\b(?:section|department|division|branch|wing|article|clause|stream|provision)s?\b(?! \d)",
    re.IGNORECASE,
)
_COMMA = re.compile("[,;।॥،؛]")
_CODES = ("section", "article")


@lru_cache
def _stems(language: str) -> tuple[Pair, ...]:
    pairs = zip(HEADS, STEMS[language].split(), strict=True)
    return tuple((fold(stem), name) for name, stems in pairs for stem in stems.split("/"))


def numbers_with_heads(text: str, language: str) -> Iterator[Pair]:
    """Yield the numbers of `text`, whose digits are ASCII, that stand behind such a word."""
    if language == "en":
        yield from ((number, head.lower()) for head, number in _ENGLISH.findall(text))
        return
    for word, number in _BEFORE.findall(text):
        folded = fold(word)
        yield from ((number, name) for stem, name in _stems(language) if folded.startswith(stem))


@lru_cache(maxsize=64)  # a source is checked in every language
def _asked(source: str) -> tuple[Pair, ...]:
    found = _ASKED.finditer(say_digits(source, "en"))
    return tuple((one[2], one[1].lower()) for one in found)


def lost_head(source: str, target: str, language: str) -> str | None:
    """Return the "section" or "page" of an English `source` whose number stands there without it.

    Only where no word between the commas around the number may mean it.
    """
    if language not in STEMS:
        return None
    if not (asked := _asked(source)):
        return None
    plain = fold_nukta(target)
    for number, head in asked:
        clauses = [part for part in _COMMA.split(plain) if number in told(part, language)]
        if clauses and not any(map(_NAMED[head].search, clauses)):
            return f"{head} {number}"
    return None


def invented_section(source: str, target: str, language: str) -> str | None:
    """Return a section of `target`, as written, whose number is an amount in the `source`.

    The English `source` names other sections: "section 20 is 250 rupees" as section 250.
    """
    if language not in STEMS or not _asked(source) or _LOOSE.search(source):
        return None
    named = {number for number, _ in _asked(source)}
    amounts = {number for number, _ in numbers_and_units(source, "en")} - named
    for number, head in numbers_with_heads(to_ascii_digits(target), language):
        if head in _CODES and number in amounts:
            return f"{head} {number}"
    return None
