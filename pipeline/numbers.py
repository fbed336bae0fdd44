"""Which numbers two texts say, and which of them differ.

For: the number check of drafts, where a difference must be a real one. Digits of all scripts,
groupings, scales ("5 lakh"), dates, times and English number words are read; number words of other
languages are not. Not for changing a text: the engine has translators.number_words.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from courses.script import to_ascii_digits
from pipeline.spoken_numbers import as_digits, maybe_meant

# The stems of the words for a power of ten, inflections follow; NFC, without nukta. "लक्ष्य" (goal)
# and "लक्षण" (sign) are no lakh.
_NO_GOAL = "(?![\u094d\u09cd\u0acd\u0b4d\u0c4d\u0ccd\u0d4d\u0923\u09a3\u0aa3\u0b23\u0c23\u0ca3\u0d23])"
_LAKSHA = "|".join(f"{stem}{_NO_GOAL}" for stem in "लक्ष লক্ষ લક્ષ ଲକ୍ଷ లక్ష ಲಕ್ಷ ലക്ഷ".split())
_WORD_END = r"(?=[\s.,;:!?।॥۔،)/-]|$)"
_SCALES = {
    100: rf"hundreds?\b|(?:सौ|सय|শো|সો|সৌ|সও|શો|સો|ਸੌ|سو){_WORD_END}|শত|ଶହ|వంద|ನೂರ|நூறு|നൂറ",
    1_000: r"thousands?\b|हजार|सहस्र|হাজার|হাজাৰ|હજાર|ਹਜਾਰ|ହଜାର|వేల|వెయ్యి|ಸಾವಿರ|ஆயிர|ആയിര|ہزار|هزار|"
    rf"ᱦᱟᱡᱟᱨ|ꯂꯤꯁꯤꯡ|(?:रोजा|ساس){_WORD_END}",
    100_000: rf"(?:lakh|lac)s?\b|लाख|लक्ख|লাখ|લાખ|ਲੱਖ|ଲାଖ|லட்ச(?!ண|ி)|لاکھ|لَچھ|لچھ|ᱞᱟᱠᱷ|ꯂꯥꯈ|{_LAKSHA}"
    rf"|لک{_WORD_END}",
    10_000_000: r"(?:crores?|cr)\b|करोड|क्रोड|कोटी|কোটি|কৌটি|કરોડ|ਕਰੋੜ|କୋଟି|କରୋଡ|కోట్ల|కోటి|ಕೋಟಿ|கோடி|"
    r"കോടി|کروڑ|ڪروڙ|کرور|ᱠᱚᱨᱚᱲ|ꯀꯔꯣꯔ|ꯀꯣꯔꯣꯔ",
    1_000_000: r"(?:millions?|mn)\b|मिलियन|মিলিয়ন|মিলিয়ন|મિલિયન|ਮਿਲੀਅਨ|ମିଲିୟନ|మిలియన|ಮಿಲಿಯನ|மில்லியன|"
    r"മില്യ|ദശലക്ഷ|দশলক্ষ|ملین|ᱢᱤᱞᱤᱭᱚᱱ",
    1_000_000_000: r"(?:billions?|bn)\b|बिलियन|अरब|अब्ज|বিলিয়ন|অৰ্বুদ|અબજ|બિલિયન|ਅਰਬ|ਬਿਲੀਅਨ|ବିଲିୟନ|"
    r"శతకోటి|బిలియన|ಶತಕೋಟಿ|ಬಿಲಿಯನ|பில்லியன|ബില്യ|ശതകോടി|ارب|بلین",
}
