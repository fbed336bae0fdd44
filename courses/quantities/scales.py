"""Words for hundred, thousand, lakh, crore and their kin in all languages, as they follow a "
"number."""

from __future__ import annotations

import re
import unicodedata

_VIRAMA_OR_NNA = "\u094d\u09cd\u0acd\u0b4d\u0c4d\u0ccd\u0d4dणণણଣణಣണ"  # "लक्ष्य" (goal) is no lakh
_NO_LAKH = f"{_VIRAMA_OR_NNA}\u093f\u09bf\u0abf\u0b3f"
_LAKSHA = rf"(?:लक्ष|লক্ষ|લક્ષ|ଲକ୍ଷ|లక్ష|ಲಕ್ಷ|ലക്ഷ)(?![{_NO_LAKH}])(?!\s*(?:केंद्रित|केन्द्रित|दे|ठेव|वेध))"
_END = r"(?=[\s.,;:!?।॥۔،)/-]|$)"
# Power of ten -> its words: English ones whole, others as stems, which inflections follow.
_SCALES = {
    12: r"trillions?\b|ट्रिलियन|ट्रिल्यन|ট্রিলিয়ন|ট্রিলিয়ন|ટ્રિલિયન|ਟ੍ਰਿਲੀਅਨ|ଟ୍ରିଲିୟନ|டிரில்லியன|ட்ரில்லியன|"
    r"ట్రిలియన|"
    r"ಟ್ರಿಲಿಯನ|ട്രില്യ|ٹریلین",
    11: r"खरब|ਖਰਬ|کھرب",
    9: r"(?:billions?|bn)\b|बिलियन|अर्ब(?!ुद)|अरब(?!\s+(?:देश|राष्ट्र))|अब्ज|"
    r"বিলিয়ন|અબજ|બિલિયન|ਅਰਬ(?!\s+ਦੇਸ਼)|"
    r"ਬਿਲੀਅਨ|ବିଲିୟନ|ବିଲିଅନ|శతకోటి|బిలియన|ಶತಕೋಟಿ|ಬಿಲಿಯನ|பில்லியன|ബില(?:്ല)?്യ|ശതകോടി|ارب|بلین",
    7: r"(?:crores?|cr)\b(?!\.\s?p)|करोड|कोटी|কোটি|કરોડ|ਕਰੋੜ|କୋଟି|କରୋଡ|కోట్ల|కోటి|ಕೋಟಿ|கோடி|കോടി|"
    r"کروڑ|ڪروڙ|کرور|ᱠᱚᱨᱚᱲ|ꯀꯔꯣꯔ",
    6: r"(?:millions?|mn)\b|मिलियन|মিলিয়ন|মিলিয়ন|নিযুত|મિલિયન|ਮਿਲੀਅਨ|ମିଲିୟନ|ମିଲିଅନ|ନିୟୁତ|మిలియన|ಮಿಲಿಯನ|"
    r"மில்லியன|மில்லின|"
    r"മില(?:്ല)?്യ|दशलक्ष|दहा लाख|ദശലക്ഷ|দশলক্ষ|দশ লাখ|દશલક્ષ|ದಶಲಕ್ಷ|దశలక్ష|ملین|ملیئن|ملیین|ᱢᱤᱞᱤᱭᱚᱱ",
    5: rf"(?:lakh|lac)s?\b|लाख|लक्ख|লাখ|લાખ|ਲੱਖ|ଲାଖ|இ?லட்ச(?!ண|ி)|لاکھ|لَچھ|لچھ|لک{_END}|ᱞᱟᱠᱷ|ꯂꯥꯈ|"
    rf"{_LAKSHA}",
    3: r"thousands?\b|हजार|सहस्र|হাজার|হাজাৰ|હજાર|ਹਜਾਰ|ହଜାର|వేల(?![ిం])|వేలు|వెయ్యి|ಸಾವಿರ|ஆயிர|"
    r"ആയിര(?!ു|ിക്ക|ിരി)|ہزار|هزار|"
    rf"ᱦᱟᱡᱟᱨ|ꯂꯤꯁꯤꯡ|(?:रोजा|ساس){_END}",
    2: rf"hundreds?\b|(?:सौ|सय|शे|शें|শো|শ(?![\s-]+শত)|শত|সৌ|સો|ਸੌ|ଶହ(?!\s*ଶତା)|سو){_END}|వంద|ನೂರ|"
    rf"நூற(?!்றா)|நூறு|നൂറ(?!്റാ)|ന്നൂറ",
}
_NUKTA = re.compile("[\u093c\u09bc\u0a3c\u0abc\u0b3c\u0c3c\u0cbc]")


# A zero that was typed for the anusvara, which looks the same in Telugu.
_ROUND = re.compile(
    "(?<=[\u0c05-\u0c4d])\u0c66(?![\u0c66-\u0c6f\\d])|(?<![\\d,.])\u0c66(?=[\u0c05-\u0c39])"
)


def fold_nukta(text: str) -> str:
    """Return `text` composed (NFC), without nukta, Telugu zeros inside words as anusvaras."""
    if "\u0c66" in text:
        text = _ROUND.sub("\u0c02", text)
    return _NUKTA.sub("", unicodedata.normalize("NFC", text))


SCALE = re.compile(
    "|".join(f"(?P<p{power}>{fold_nukta(words)})" for power, words in _SCALES.items()),
    re.IGNORECASE,
)
"""Matches a scale; its group ``p<power of ten>`` tells which."""


_LONE = re.compile(
    rf"(?<![\d])(?<!\d[\s-])(?<![^\W\d_])(?<![\u0900-\u0dff])(?:{SCALE.pattern})", re.IGNORECASE
)


def lone_scales(text: str) -> set[str]:
    """Return in digits the hundreds, thousands, lakhs and so on that stand without a number."""
    powers = (int((found.lastgroup or "p0")[1:]) for found in _LONE.finditer(fold_nukta(text)))
    return {str(10**power) for power in powers}
