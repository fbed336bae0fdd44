"""Planted faults: a changed number must be found, and a right one must not be, in 13 languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from courses.nouns import Segment, Severity, Signature, Translation, TranslationStatus
from pipeline.checking.checks import check

NUMBERS = {
    "3": "three",
    "5": "five",
    "15": "fifteen",
    "30": "thirty",
    "45": "forty-five",
    "50": "fifty",
}
ENGLISH = (
    "Please reply within {} days.",
    "The fee is {} rupees.",
    "The training was attended by {} officers.",
    "Section {} applies here.",
    "See {} for the form.",
    "The meeting is on 15 {} 2005 at 10:30.",
)
# Per language: the six sentences, July and August, and the six numbers in words.
TEXTS = {
    "hi": (
        "कृपया {} दिनों के भीतर उत्तर दें।|शुल्क {} रुपये है।|प्रशिक्षण में {} अधिकारी आए।|यहाँ धारा {} लागू होती है।"
        "|फॉर्म के लिए {} देखें।|बैठक 15 {} 2005 को 10:30 बजे है।",
        "जुलाई अगस्त",
        "तीन|पाँच|पंद्रह|तीस|पैंतालीस|पचास",
    ),
    "mr": (
        "कृपया {} दिवसांत उत्तर द्या.|शुल्क {} रुपये आहे.|प्रशिक्षणाला {} अधिकारी आले.|येथे कलम {} लागू होते."
        "|फॉर्मसाठी {} पहा.|बैठक 15 {} 2005 रोजी 10:30 वाजता आहे.",
        "जुलै ऑगस्ट",
        "तीन|पाच|पंधरा|तीस|पंचेचाळीस|पन्नास",
    ),
    "ne": (
        "कृपया {} दिनभित्र जवाफ दिनुहोस्।|शुल्क {} रुपैयाँ छ।|तालिममा {} अधिकारी आए।|यहाँ दफा {} लागू हुन्छ।"
        "|फारमका लागि {} हेर्नुहोस्।|बैठक 15 {} 2005 मा 10:30 बजे छ।",
        "जुलाई अगस्त",
        "तीन|पाँच|पन्ध्र|तीस|पैँतालीस|पचास",
    ),
    "bn": (
        "অনুগ্রহ করে {} দিনের মধ্যে উত্তর দিন।|ফি {} টাকা।|প্রশিক্ষণে {} জন কর্মকর্তা এসেছিলেন।|এখানে "
        "ধারা {} প্রযোজ্য।"
        "|ফর্মের জন্য {} দেখুন।|সভা 15 {} 2005 তারিখে 10:30 টায়।",
        "জুলাই আগস্ট",
        "তিন|পাঁচ|পনেরো|ত্রিশ|পঁয়তাল্লিশ|পঞ্চাশ",
    ),
    "as": (
        "অনুগ্ৰহ কৰি {} দিনৰ ভিতৰত উত্তৰ দিয়ক।|মাচুল {} টকা।|প্ৰশিক্ষণত {} জন বিষয়া আহিছিল।|ইয়াত ধাৰা "
        "{} প্ৰযোজ্য।"
        "|প্ৰপত্ৰৰ বাবে {} চাওক।|সভাখন 15 {} 2005 তাৰিখে 10:30 বজাত।",
        "জুলাই আগষ্ট",
        "তিনি|পাঁচ|পোন্ধৰ|ত্ৰিশ|পঁয়তাল্লিশ|পঞ্চাশ",
    ),
    "or": (
        "ଦୟାକରି {} ଦିନ ମଧ୍ୟରେ ଉତ୍ତର ଦିଅନ୍ତୁ।|ଶୁଳ୍କ {} ଟଙ୍କା।|ତାଲିମକୁ {} ଜଣ ଅଧିକାରୀ ଆସିଥିଲେ।|ଏଠାରେ ଧାରା {} ଲାଗୁ ହୁଏ।"
        "|ଫର୍ମ ପାଇଁ {} ଦେଖନ୍ତୁ।|ବୈଠକ 15 {} 2005 ରେ 10:30 ସମୟରେ ହେବ।",
        "ଜୁଲାଇ ଅଗଷ୍ଟ",
        "ତିନି|ପାଞ୍ଚ|ପନ୍ଦର|ତିରିଶ|ପଇଁଚାଳିଶ|ପଚାଶ",
    ),
    "gu": (
        "કૃપા કરીને {} દિવસમાં જવાબ આપો.|ફી {} રૂપિયા છે.|તાલીમમાં {} અધિકારીઓ આવ્યા.|અહીં કલમ {} લાગુ પડે છે."
        "|ફોર્મ માટે {} જુઓ.|બેઠક 15 {} 2005 ના રોજ 10:30 વાગ્યે છે.",
        "જુલાઈ ઓગસ્ટ",
        "ત્રણ|પાંચ|પંદર|ત્રીસ|પિસ્તાલીસ|પચાસ",
    ),
    "pa": (
        "ਕਿਰਪਾ ਕਰਕੇ {} ਦਿਨਾਂ ਵਿੱਚ ਜਵਾਬ ਦਿਓ।|ਫੀਸ {} ਰੁਪਏ ਹੈ।|ਸਿਖਲਾਈ ਵਿੱਚ {} ਅਧਿਕਾਰੀ ਆਏ।|ਇੱਥੇ ਧਾਰਾ {} ਲਾਗੂ "
        "ਹੁੰਦੀ ਹੈ।"
        "|ਫਾਰਮ ਲਈ {} ਵੇਖੋ।|ਮੀਟਿੰਗ 15 {} 2005 ਨੂੰ 10:30 ਵਜੇ ਹੈ।",
        "ਜੁਲਾਈ ਅਗਸਤ",
        "ਤਿੰਨ|ਪੰਜ|ਪੰਦਰਾਂ|ਤੀਹ|ਪੰਤਾਲੀ|ਪੰਜਾਹ",
    ),
    "ur": (
        "براہ کرم {} دنوں میں جواب دیں۔|فیس {} روپے ہے۔|تربیت میں {} افسر آئے۔|یہاں دفعہ {} لاگو "
        "ہوتی ہے۔"
        "|فارم کے لیے {} دیکھیں۔|اجلاس 15 {} 2005 کو 10:30 بجے ہے۔",
        "جولائی اگست",
        "تین|پانچ|پندرہ|تیس|پینتالیس|پچاس",
    ),
    "ta": (
        "தயவுசெய்து {} நாட்களுக்குள் பதிலளிக்கவும்.|கட்டணம் {} ரூபாய்.|பயிற்சிக்கு {} அதிகாரிகள் வந்தனர்."
        "|இங்கே பிரிவு {} பொருந்தும்.|படிவத்திற்கு {} பார்க்கவும்.|கூட்டம் 15 {} 2005 அன்று 10:30 மணிக்கு "
        "நடக்கும்.",
        "ஜூலை ஆகஸ்ட்",
        "மூன்று|ஐந்து|பதினைந்து|முப்பது|நாற்பத்தைந்து|ஐம்பது",
    ),
    "te": (
        "దయచేసి {} రోజుల్లో సమాధానం ఇవ్వండి.|రుసుము {} రూపాయలు.|శిక్షణకు {} అధికారులు వచ్చారు."
        "|ఇక్కడ సెక్షన్ {} వర్తిస్తుంది.|ఫారం కోసం {} చూడండి.|సమావేశం 15 {} 2005న 10:30 గంటలకు జరుగుతుంది.",
        "జూలై ఆగస్టు",
        "మూడు|ఐదు|పదిహేను|ముప్పై|నలభై ఐదు|యాభై",
    ),
    "kn": (
        "ದಯವಿಟ್ಟು {} ದಿನಗಳಲ್ಲಿ ಉತ್ತರಿಸಿ.|ಶುಲ್ಕ {} ರೂಪಾಯಿ.|ತರಬೇತಿಗೆ {} ಅಧಿಕಾರಿಗಳು ಬಂದರು.|ಇಲ್ಲಿ ಸೆಕ್ಷನ್ {} ಅನ್ವಯಿಸುತ್ತದೆ."
        "|ಫಾರ್ಮ್‌ಗಾಗಿ {} ನೋಡಿ.|ಸಭೆ 15 {} 2005 ರಂದು 10:30 ಗಂಟೆಗೆ ಇದೆ.",
        "ಜುಲೈ ಆಗಸ್ಟ್",
        "ಮೂರು|ಐದು|ಹದಿನೈದು|ಮೂವತ್ತು|ನಲವತ್ತೈದು|ಐವತ್ತು",
    ),
    "ml": (
        "ദയവായി {} ദിവസത്തിനുള്ളിൽ മറുപടി നൽകുക.|ഫീസ് {} രൂപയാണ്.|പരിശീലനത്തിന് {} ഉദ്യോഗസ്ഥർ വന്നു."
        "|ഇവിടെ വകുപ്പ് {} ബാധകമാണ്.|ഫോമിനായി {} കാണുക.|യോഗം 15 {} 2005 ന് 10:30 ന് നടക്കും.",
        "ജൂലൈ ഓഗസ്റ്റ്",
        "മൂന്ന്|അഞ്ച്|പതിനഞ്ച്|മുപ്പത്|നാല്പത്തിയഞ്ച്|അമ്പത്",
    ),
}
ZEROS = {
    "hi": "०", "mr": "०", "ne": "०", "bn": "০", "as": "০", "or": "୦", "gu": "૦", "pa": "੦",
    "ur": "۰", "ta": "௦", "te": "౦", "kn": "೦", "ml": "൦",
}  # fmt: skip
REFERENCE, OTHERS = "8(1)(j)", ("8(1)(k)", "8(2)(j)", "9(1)(j)", "8(1)", "18(1)(j)")
ADDRESS, WRONG = (
    "https://rti.gov.in/form-7",
    ("https://rti.gov.in/form-8", "https://rti.com/form-7", ""),
)
Pair = tuple[str, str]


def own_digits(number: str, language: str) -> str:
    return "".join(chr(ord(ZEROS[language]) + int(digit)) for digit in number)


def right(language: str) -> Iterator[Pair]:
    """Yield correct pairs: digits and words on either side, in the digits of both scripts."""
    sentences, months, words = TEXTS[language]
    targets = sentences.split("|")
    for number, (name, word) in zip(
        NUMBERS, zip(NUMBERS.values(), words.split("|"), strict=True), strict=True
    ):
        for source, target in zip(ENGLISH[:3], targets[:3], strict=True):
            for said in (number, name):
                for shown in (number, own_digits(number, language), word):
                    yield source.format(said), target.format(shown)
    yield ENGLISH[3].format(REFERENCE), targets[3].format(REFERENCE)
    yield ENGLISH[4].format(ADDRESS), targets[4].format(ADDRESS)
    for english, month in zip(("July", "August"), months.split(), strict=True):
        yield ENGLISH[5].format(english), targets[5].format(month)


def wrong(language: str) -> Iterator[Pair]:
    """Yield planted faults: another number in digits or words, none, one too many, and so on."""
    sentences, months, words = TEXTS[language]
    targets, spelled = sentences.split("|"), words.split("|")
    names = list(NUMBERS)
    for place, (number, name) in enumerate(NUMBERS.items()):
        other = (place + 1) % len(names)
        faults = (
            names[other],
            own_digits(names[other], language),
            spelled[other],
            "",
            number + "0",
        )
        for source, target in zip(ENGLISH[:3], targets[:3], strict=True):
            for said in (number, name):
                for shown in faults:
                    yield source.format(said), target.format(shown)
        yield ENGLISH[0].format(number), targets[0].format(f"{number} {names[other]}")
    for changed in OTHERS:
        yield ENGLISH[3].format(REFERENCE), targets[3].format(changed)
    for changed in WRONG:
        yield ENGLISH[4].format(ADDRESS), targets[4].format(changed)
    july, august = months.split()
    yield ENGLISH[5].format("July"), targets[5].format(august)
    yield ENGLISH[5].format("August"), targets[5].format(july).replace("10:30", "10:50")


def has_error(pair: Pair, language: str) -> bool:
    source, target = pair
    segment = Segment("s1", "lesson", 0, 0, 1, source)
    draft = Translation("s1", language, target, TranslationStatus.DRAFT, "m", Signature("x"))
    ours = {"numbers-differ", "reference-differs", "address-changed"}
    found = check([segment], [draft])
    return any(one.check in ours and one.severity is Severity.ERROR for one in found)


@pytest.mark.parametrize("language", TEXTS)
def test_at_least_98_in_100_planted_faults_are_found(language: str) -> None:
    pairs = list(wrong(language))
    missed = [pair for pair in pairs if not has_error(pair, language)]
    assert len(pairs) >= 150
    assert len(missed) <= 0.02 * len(pairs), missed


@pytest.mark.parametrize("language", TEXTS)
def test_at_most_2_in_100_right_sentences_are_flagged(language: str) -> None:
    pairs = list(right(language))
    flagged = [pair for pair in pairs if has_error(pair, language)]
    assert len(pairs) >= 100
    assert len(flagged) <= 0.02 * len(pairs), flagged
